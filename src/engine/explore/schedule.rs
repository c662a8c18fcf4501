//! Active spans and schedules → the known times at which something may happen, and what is due at each.

use super::super::calendar::Next;
use super::super::plan::{Edge, Plan};
use crate::model::{Model, Timing};

/// What is due at a known time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    slots: Vec<usize>,
    /// Whether an active span begins or ends.
    pub edges: bool,
}

/// Known times, and what is due at them.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// What can be due together.
    pub kinds: Vec<Kind>,
    /// Times after 0 and up to the horizon, rising, each with the position of its kind.
    pub instants: Vec<(f64, usize)>,
}

impl Kind {
    /// Slots of the calendar.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> {
        self.slots.iter().copied()
    }
}

impl Schedule {
    pub(super) fn new(model: &Model, plan: &Plan<'_>) -> Self {
        let mut calendar = plan.calendar();
        let mut multiples = vec![1_u64; model.rules.len()];
        let mut schedule = Self::default();
        let mut known = std::collections::BTreeMap::new();
        loop {
            let time = calendar.next().time;
            if time > model.horizon {
                return schedule;
            }
            let mut kind = Kind { slots: Vec::new(), edges: false };
            while let Next { slot, time: due, .. } = calendar.next()
                && due <= time
            {
                let edge = plan.edges.get(slot);
                kind.edges |= edge.is_some();
                kind.slots.push(slot);
                let next = match edge {
                    Some(edge) => after_edge(model, *edge, time),
                    None => after_firing(model, slot - plan.edges.len(), &mut multiples),
                };
                calendar.set(slot, next);
            }
            kind.slots.sort_unstable();
            if time > 0.0 {
                let next = schedule.kinds.len();
                let at = *known.entry(kind.clone()).or_insert(next);
                if at == next {
                    schedule.kinds.push(kind);
                }
                schedule.instants.push((time, at));
            }
        }
    }
}

/// The next edge of an active span.
fn after_edge(model: &Model, edge: Edge, time: f64) -> f64 {
    let (Edge::Window(rule) | Edge::Cooldown(rule)) = edge;
    let until = model.rules[rule].window.map_or(f64::INFINITY, |window| window.until);
    if time < until { until } else { f64::INFINITY }
}

/// The next time of a schedule.
fn after_firing(model: &Model, rule: usize, multiples: &mut [u64]) -> f64 {
    match model.rules[rule].timing {
        Timing::Every(duration) => {
            multiples[rule] += 1;
            multiples[rule] as f64 * duration
        }
        _ => f64::INFINITY,
    }
}
