//! What is told of a run, event by event, becomes notes of that run.
//!
//! They are looked at only once the run has ended: while it goes on, next to nothing is decided. Only what was touched is
//! cleared.

use std::ops::Range;

use super::layout::Layout;
use crate::engine::Observer;
use crate::id::{EventId, OutcomeId, RuleId, VariableId};

/// What counts of a run.
pub(super) struct Notes<'a> {
    layout: &'a Layout,
    /// Histogram and bin of each time.
    pub(super) times: Vec<(u32, u16)>,
    /// Where the run counts by its parameter draw.
    pub(super) places: Vec<u32>,
    /// Firings, by event.
    firings: Vec<u32>,
    /// Events that fired, in the order of their first firings; of those behind them, none yet.
    fired: Vec<EventId>,
    fired_count: usize,
    /// Outcomes that held.
    pub(super) held: Vec<OutcomeId>,
    /// Where in the Goldstein sums, and tenths.
    pub(super) deeds: Vec<(usize, i32)>,
    /// The first position of the grid that is not past.
    position: usize,
    /// By dyad, the rung at the start.
    pub(super) began: Vec<f64>,
    /// By variable.
    rungs: Vec<Rungs>,
    pub(super) vertical: bool,
    /// Dyads of the ladder `mid` that left the lowest rung, having begun there.
    pub(super) stirred: Vec<usize>,
    /// Tracks, with positions of the grid and the value there.
    pub(super) tracked: Vec<(usize, Range<usize>, f64)>,
}

/// Rungs of a variable that is a dyad; +∞ for those that are none, which never rise.
#[derive(Clone, Copy)]
struct Rungs {
    /// The highest so far.
    highest: f64,
    /// To rise from above this is vertical escalation: 0 on the ladder `mid`, +∞ on others.
    lowest: f64,
}

impl<'a> Notes<'a> {
    pub(super) fn new(layout: &'a Layout) -> Self {
        let none = Rungs { highest: f64::INFINITY, lowest: f64::INFINITY };
        let mut rungs = vec![none; layout.variables()];
        for dyad in layout.dyads.iter().filter(|dyad| dyad.mid) {
            rungs[dyad.variable.index()].lowest = 0.0;
        }
        Self {
            layout,
            times: Vec::new(),
            places: Vec::new(),
            firings: vec![0; layout.events.len()],
            fired: vec![EventId::new(0); layout.events.len() + 1],
            fired_count: 0,
            held: Vec::new(),
            deeds: Vec::new(),
            position: 0,
            began: vec![0.0; layout.dyads.len()],
            rungs,
            vertical: false,
            stirred: Vec::new(),
            tracked: Vec::new(),
        }
    }

    /// The events that fired, in the order of their first firings, and how often.
    pub(super) fn fired(&self) -> impl Iterator<Item = (EventId, u32)> {
        self.fired[..self.fired_count].iter().map(|event| (*event, self.firings[event.index()]))
    }

    fn clear(&mut self) {
        self.times.clear();
        self.places.clear();
        for event in &self.fired[..self.fired_count] {
            self.firings[event.index()] = 0;
        }
        self.fired_count = 0;
        self.held.clear();
        self.deeds.clear();
        self.position = 0;
        self.vertical = false;
        self.stirred.clear();
        self.tracked.clear();
    }

    #[inline]
    fn time(&mut self, histogram: u32, time: f64) {
        self.times.push(self.layout.timed(histogram, time));
    }

    #[inline]
    fn event(&mut self, event: EventId) {
        let firings = &mut self.firings[event.index()];
        // Whether it is the first firing is not foretold: without a jump.
        self.fired[self.fired_count] = event;
        self.fired_count += usize::from(*firings == 0);
        *firings += 1;
        if let Some((pair, tenths)) = self.layout.event(event).deed {
            self.deeds.push((pair as usize * self.layout.grid.len() + self.position, tenths));
        }
    }

    /// A dyad went to a rung on which it was not yet.
    #[inline(never)]
    fn rose(&mut self, time: f64, variable: VariableId, new: f64) {
        let Some(dyad) = self.layout.dyad_of(variable) else { return };
        let highest = std::mem::replace(&mut self.rungs[variable.index()].highest, new);
        if self.layout.dyads[dyad].mid && highest == 0.0 {
            self.stirred.push(dyad);
        }
        for rung in highest as usize + 1..=new as usize {
            self.time(self.layout.rung_time(dyad, rung), time);
        }
    }
}

impl Observer for Notes<'_> {
    fn began(&mut self, values: &[f64]) {
        self.clear();
        for dyad in 0..self.layout.dyads.len() {
            let variable = self.layout.dyads[dyad].variable.index();
            let rung = values[variable];
            self.began[dyad] = rung;
            self.rungs[variable].highest = rung;
            for reached in 1..=rung as usize {
                self.time(self.layout.rung_time(dyad, reached), 0.0);
            }
        }
    }

    #[inline]
    fn fired(&mut self, _time: f64, rule: RuleId, options: &[EventId]) {
        // The events of the rules come first, in the order of the rules.
        self.event(EventId::new(rule.index()));
        for option in options {
            self.event(*option);
        }
    }

    #[inline]
    fn changed(&mut self, time: f64, variable: VariableId, old: f64, new: f64) {
        // Which variable changes is not foretold: a jump only where a dyad rises.
        let rungs = self.rungs[variable.index()];
        self.vertical |= old > rungs.lowest && new > old;
        if new > rungs.highest {
            self.rose(time, variable, new);
        }
    }

    #[inline]
    fn latched(&mut self, time: f64, latch: usize) {
        if let Some(histogram) = self.layout.latches[latch] {
            self.time(histogram, time);
            self.places.push(histogram);
        }
    }

    #[inline]
    fn held(&mut self, _time: f64, outcome: OutcomeId) {
        self.held.push(outcome);
    }

    #[inline]
    fn wants_grid(&self) -> bool {
        self.layout.tracks > 0 || !self.layout.pairs.is_empty()
    }

    #[inline]
    fn passed(&mut self, position: usize) {
        self.position = position;
    }

    #[inline]
    fn tracked(&mut self, track: usize, positions: Range<usize>, value: f64) {
        self.tracked.push((track, positions, value));
    }
}
