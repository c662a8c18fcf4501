//! States → those from which it is certain, possible or impossible that an outcome holds unbroken and is the class in
//! the end. It depends on what leads where only, not on how likely it is.

use std::sync::Arc;

use super::space::Space;

/// What can be said of an outcome, before anything is computed.
pub(super) struct Certainty {
    /// Of each segment, the states from which it is certain.
    pub(super) certain: Vec<Arc<[bool]>>,
    /// Whether in some state it is possible and not certain: then how likely it is must be computed backwards.
    pub(super) open: bool,
}

/// Of each outcome with a condition.
pub(super) fn certainties(space: &Space, conditional: &[bool]) -> Vec<Option<Certainty>> {
    let of = |(at, conditional): (usize, &bool)| conditional.then(|| certainty(space, at));
    conditional.iter().enumerate().map(of).collect()
}

fn certainty(space: &Space, outcome: usize) -> Certainty {
    let last = space.segments.len() - 1;
    let facts = space.facts(last);
    let is_class: Vec<bool> = facts.class.iter().map(|class| *class as usize == outcome).collect();
    let mut possible = spread(space, last, outcome, is_class.clone(), true);
    let mut doubtful = spread(space, last, outcome, is_class.iter().map(|is| !is).collect(), false);
    let mut certain = Vec::with_capacity(last + 1);
    let mut open = note(space, last, outcome, &possible, &doubtful, &mut certain);
    for segment in (0..last).rev() {
        possible = spread(space, segment, outcome, before(space, segment, &possible), true);
        doubtful = spread(space, segment, outcome, before(space, segment, &doubtful), false);
        open |= note(space, segment, outcome, &possible, &doubtful, &mut certain);
    }
    certain.reverse();
    Certainty { certain, open }
}

/// States of a segment that lead, by the instant at its end, to some of these.
fn before(space: &Space, segment: usize, states: &[bool]) -> Vec<bool> {
    let jump = space.segments[segment].jump.map(|jump| &space.jumps[jump]);
    let leads = |state: usize| match jump {
        Some(jump) => jump.row(state).iter().any(|(target, _)| states[*target as usize]),
        None => states[state],
    };
    (0..space.facts(segment).len()).map(leads).collect()
}

/// Adds all states that lead to these within a segment. What is possible needs the outcome to hold; where it does not
/// hold, it is in doubt.
fn spread(space: &Space, segment: usize, outcome: usize, mut states: Vec<bool>, possible: bool) -> Vec<bool> {
    let epoch = &space.epochs[space.segments[segment].epoch];
    let holds = |state: usize| epoch.facts.get(state, outcome);
    for (state, is) in states.iter_mut().enumerate() {
        *is = if possible { *is && holds(state) } else { *is || !holds(state) };
    }
    let mut waiting: Vec<usize> = (0..states.len()).filter(|state| states[*state]).collect();
    while let Some(state) = waiting.pop() {
        for source in epoch.chain.sources(state) {
            let source = *source as usize;
            if !states[source] && holds(source) {
                states[source] = true;
                waiting.push(source);
            }
        }
    }
    states
}

/// Notes the certain states of a segment; whether some are neither certain nor impossible.
fn note(
    space: &Space,
    segment: usize,
    outcome: usize,
    possible: &[bool],
    doubtful: &[bool],
    certain: &mut Vec<Arc<[bool]>>,
) -> bool {
    let facts = space.facts(segment);
    let now: Vec<bool> =
        doubtful.iter().enumerate().map(|(state, doubtful)| !doubtful && facts.get(state, outcome)).collect();
    match certain.last().filter(|later| later[..] == now[..]) {
        Some(later) => certain.push(Arc::clone(later)),
        None => certain.push(now.into()),
    }
    possible.iter().zip(doubtful).any(|(possible, doubtful)| *possible && *doubtful)
}
