//! What of the runs of a model of plain hazards is the same in all of them.

use super::moved::{COPIED, Shift, Shifts, shift_of};
use super::{RULES, is_rate};
use crate::engine::cells::Cells;
use crate::engine::effects::Extent;
use crate::engine::plan::{Plan, Truth};
use crate::id::{SiteId, VariableId};
use crate::model::{Model, SetupKind, Timing};

/// What is the same in all runs.
pub(super) struct Shape {
    /// By rule.
    pub(super) firings: [Firing; RULES],
    /// Rules that are not disabled.
    pub(super) enabled: Vec<Enabled>,
    pub(super) steps: Vec<Step>,
    /// What one step after another moves, and some that are of none.
    pub(super) shifts: Vec<Shift>,
    /// What firings change: variables with their lowest values.
    pub(super) variables: Vec<(VariableId, f64)>,
    /// Whether runs are alike after their first instant, but for parameters and clocks.
    pub(super) alike: bool,
}

/// The firing of a rule.
#[derive(Clone, Copy)]
pub(super) struct Firing {
    /// What it changes.
    pub(super) variable: u16,
    /// What it does where that has its lowest value; what it does where it has higher ones follows.
    pub(super) first: u16,
    pub(super) site: SiteId,
}

/// A rule that is not disabled.
pub(super) struct Enabled {
    pub(super) rule: usize,
    /// What of its rate is fixed in a run, if that is not 1.
    pub(super) fixed: Option<VariableId>,
    /// The greatest factor that the state makes of it.
    pub(super) greatest: f64,
}

/// What a firing does where its variable has a certain value. As short as may be, that all of them stay in the cache.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) old: f64,
    pub(super) new: f64,
    pub(super) variable: VariableId,
    pub(super) hazards: Shifts,
    pub(super) outcomes: Shifts,
    /// Which of its values the variable has then.
    pub(super) position: u8,
}

const _: () = assert!(size_of::<Step>() == 32);

impl Shape {
    /// Of a model that has only plain hazards.
    pub(super) fn of(model: &Model, plan: &Plan<'_>, cells: &Cells) -> Option<Self> {
        let few = model.rules.len() <= RULES && model.outcomes.len() <= RULES;
        if !few || !plan.edges.is_empty() || !plan.timed_outcomes.is_empty() {
            return None;
        }
        let none = Firing { variable: 0, first: 0, site: SiteId::new(0) };
        let is_looked_up = |truth: &Truth| matches!(truth, Truth::Always | Truth::Positive(_));
        let alike = model.setup.iter().all(|setup| setup.kind == SetupKind::Parameter)
            && model.latches.is_empty()
            && plan.outcomes.iter().all(is_looked_up);
        let (enabled, steps, shifts, variables) = (vec![], vec![], vec![], vec![]);
        let mut shape = Self { firings: [none; RULES], enabled, steps, shifts, variables, alike };
        for (rule, _) in model.rules.iter().enumerate().filter(|(_, rule)| !rule.disabled) {
            let plain = plan.plain[rule]?;
            let Timing::Hazard { quick: Some(quick), site, .. } = &model.rules[rule].timing else {
                return None;
            };
            let mut greatest = 0.0_f64;
            for factor in quick.factor.values().iter().map(|factor| factor + 0.0) {
                is_rate(factor).then_some(())?;
                greatest = greatest.max(factor);
            }
            shape.enabled.push(Enabled { rule, fixed: quick.fixed, greatest });
            let first = u16::try_from(shape.steps.len()).ok()?;
            let domain = model.variables[plain.variable.index()].domain;
            let values = (domain.bounds(&model.sets).1 - plain.low) as usize + 1;
            for (at, step) in plan.effects.steps[plain.first as usize..][..values].iter().enumerate() {
                let (hazards, outcomes) = match step.extent {
                    Extent::Nothing => (shape.shifts([])?, shape.shifts([])?),
                    Extent::Closed => {
                        let rates = cells.rates(step.moves).iter().map(|shift| (shift.rule, shift.by));
                        (shape.shifts(rates)?, shape.shifts(cells.outcomes(step.moves))?)
                    }
                    Extent::Anything => return None,
                };
                let (variable, old, new) = (plain.variable, plain.low + at as f64, step.value);
                let position = (new - plain.low) as u8;
                shape.steps.push(Step { old, new, variable, hazards, outcomes, position });
            }
            let variable = shape.position_of(plain.variable, plain.low);
            shape.firings[rule] = Firing { variable, first, site: *site };
        }
        shape.shifts.extend([0; COPIED]);
        Some(shape)
    }

    /// Adds these shifts of places, if they are neither too many nor too far.
    fn shifts(&mut self, shifts: impl IntoIterator<Item = (u32, u32)>) -> Option<Shifts> {
        let from = self.shifts.len();
        for (place, by) in shifts {
            self.shifts.push(shift_of(place, by)?);
        }
        let count = self.shifts.len() - from;
        let from = u16::try_from(from).ok()?;
        (count <= COPIED).then_some(Shifts { from, count: count as u16 })
    }

    /// The position of a variable among those that firings change, to which it is added if need be.
    fn position_of(&mut self, variable: VariableId, low: f64) -> u16 {
        let known = self.variables.iter().position(|(known, _)| *known == variable);
        let position = known.unwrap_or_else(|| {
            self.variables.push((variable, low));
            self.variables.len() - 1
        });
        position as u16
    }
}

impl Enabled {
    /// What of its rate is fixed in a run with these values; none if a rate may be none there.
    pub(super) fn fixed(&self, values: &[f64]) -> Option<f64> {
        let fixed = self.fixed.map_or(1.0, |variable| values[variable.index()]);
        is_rate(fixed * self.greatest + 0.0).then_some(fixed)
    }
}
