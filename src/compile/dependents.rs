//! For each variable, what must be looked at again when it changes.

use crate::id::{OutcomeId, RuleId};
use crate::model::{Code, Dependents, Latch, Outcome, Rule, Timing, Track};

/// The dependency index of a model's parts.
pub(super) fn dependents(
    variables: usize,
    latches: &[Latch],
    outcomes: &[Outcome],
    rules: &[Rule],
    tracks: &[Track],
) -> Vec<Dependents> {
    let mut dependents = vec![Dependents::default(); variables];
    for (position, latch) in latches.iter().enumerate() {
        for variable in latch.condition.reads() {
            dependents[variable.index()].latches.push(position as u32);
        }
    }
    for (position, outcome) in outcomes.iter().enumerate() {
        for variable in outcome.condition.iter().flat_map(Code::reads) {
            dependents[variable.index()].outcomes.push(OutcomeId::new(position));
        }
    }
    for (position, track) in tracks.iter().enumerate() {
        for variable in track.code.reads() {
            dependents[variable.index()].tracks.push(position as u32);
        }
    }
    for (position, rule) in rules.iter().enumerate().filter(|(_, rule)| !rule.disabled) {
        let id = RuleId::new(position);
        let when = rule.when.iter().flat_map(Code::reads);
        match &rule.timing {
            Timing::Trigger => when.for_each(|variable| dependents[variable.index()].triggers.push(id)),
            Timing::Hazard { rate, .. } => {
                for variable in when.chain(rate.reads()) {
                    let clocks = &mut dependents[variable.index()].clocks;
                    if clocks.last() != Some(&id) {
                        clocks.push(id);
                    }
                }
            }
            Timing::Delay { .. } | Timing::Answer { after: Some(_), .. } => {
                when.for_each(|variable| dependents[variable.index()].clocks.push(id));
            }
            Timing::Answer { after: None, .. } | Timing::Every(_) | Timing::At(_) => {}
        }
    }
    dependents
}
