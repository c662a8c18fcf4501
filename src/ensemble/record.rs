//! What is told of a run, event by event, becomes counts in the part of its batch.
//!
//! What is noted of a run goes to its batch only once it has ended; only what was touched is cleared.

use std::ops::Range;

use super::layout::{Layout, Support};
use super::path::Signature;
use super::tally::{AT_START, Part, SMALL};
use crate::engine::{Ending, Observer};
use crate::id::{EventId, OutcomeId, RuleId, VariableId};
use crate::stats::histogram::bin_of;

/// Observes runs and counts them.
pub(super) struct Recorder<'a> {
    layout: &'a Layout,
    part: Part,
    /// Times of the batch before this run.
    times_before: usize,
    /// Where this run counts by its parameter draw.
    places: Vec<u32>,
    /// Firings of this run, by event.
    firings: Vec<u32>,
    /// Events that fired, in the order of their first firings; of those behind them, none yet.
    fired: Vec<EventId>,
    fired_count: usize,
    /// Outcomes that held.
    held: Vec<OutcomeId>,
    /// By group, whether one of its outcomes held; false between runs.
    group_held: Vec<bool>,
    /// Where in the Goldstein sums, and tenths.
    deeds: Vec<(usize, i32)>,
    /// The first position of the grid that is not past.
    position: usize,
    /// By dyad, the rung at the start.
    began: Vec<f64>,
    /// By variable, the highest rung so far; +∞ for those that are no dyad, which never rise.
    highest: Vec<f64>,
    vertical: bool,
    /// Dyads of the ladder `mid` that left the lowest rung, having begun there.
    stirred: Vec<usize>,
    /// By actor, whether it became involved; false between runs.
    involved: Vec<bool>,
    /// Tracks, with positions of the grid and the value there.
    tracked: Vec<(usize, Range<usize>, f64)>,
}

impl<'a> Recorder<'a> {
    pub(super) fn new(layout: &'a Layout) -> Self {
        Self {
            layout,
            part: Part::new(layout),
            times_before: 0,
            places: Vec::new(),
            firings: vec![0; layout.events.len()],
            fired: vec![EventId::new(0); layout.events.len() + 1],
            fired_count: 0,
            held: Vec::new(),
            group_held: vec![false; layout.groups],
            deeds: Vec::new(),
            position: 0,
            began: vec![0.0; layout.dyads.len()],
            highest: vec![f64::INFINITY; layout.variables()],
            vertical: false,
            stirred: Vec::new(),
            involved: vec![false; layout.actors],
            tracked: Vec::new(),
        }
    }

    /// The run that was observed has ended: counts it.
    pub(super) fn keep(&mut self, run: u64, ending: &Ending) {
        self.part.counts.runs += 1;
        self.part.counts.class[ending.outcome.index()] += 1;
        if let Some(since) = ending.since {
            self.time(Layout::class_time(ending.outcome), since);
        }
        self.keep_outcomes(ending.outcome);
        self.keep_events(run, ending.outcome);
        self.keep_escalation();
        self.keep_values();
        self.keep_draw(run, ending.outcome);
        let outcomes = self.layout.outcomes;
        let latches = self.places.iter().map(|place| *place as usize - outcomes);
        self.part.log.push(ending.outcome.index(), latches);
        self.times_before = self.part.times.len();
        self.clear();
    }

    /// The run that was observed has failed: counts that, and nothing else of it.
    pub(super) fn discard(&mut self) {
        self.part.counts.runs += 1;
        self.part.counts.failed += 1;
        self.part.log.push(self.layout.outcomes, std::iter::empty());
        self.part.times.truncate(self.times_before);
        self.clear();
    }

    /// What was counted since the last time; what comes is counted in the room of a spare part, if there is one.
    pub(super) fn take(&mut self, spare: Option<Part>) -> Part {
        self.times_before = 0;
        let next = match spare {
            Some(spare) => spare.cleared(self.layout),
            None => Part::new(self.layout),
        };
        std::mem::replace(&mut self.part, next)
    }

    fn clear(&mut self) {
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

    fn keep_outcomes(&mut self, class: OutcomeId) {
        // A class held at the end, `otherwise` too, of which nothing is told.
        if !self.held.contains(&class) {
            self.held.push(class);
        }
        for outcome in &self.held {
            self.part.counts.ever[outcome.index()] += 1;
            for group in &self.layout.groups_of[outcome.index()] {
                let before = std::mem::replace(&mut self.group_held[*group], true);
                self.part.counts.group_ever[*group] += u64::from(!before);
            }
        }
        for outcome in &self.held {
            self.layout.groups_of[outcome.index()].iter().for_each(|group| self.group_held[*group] = false);
        }
    }

    fn keep_events(&mut self, run: u64, class: OutcomeId) {
        let counts = &mut self.part.counts;
        let mut signature = Signature::empty();
        let (mut assumption, mut low_grade) = (false, false);
        for event in &self.fired[..self.fired_count] {
            counts.firings[event.index()] += u64::from(self.firings[event.index()]);
            counts.fired_in[event.index() * self.layout.outcomes + class.index()] += 1;
            let traits = self.layout.event(*event);
            if traits.milestone {
                signature.push(*event);
                assumption |= traits.support == Support::Assumption;
                low_grade |= traits.support == Support::LowGrade;
            }
        }
        counts.assumption[class.index()] += u64::from(assumption);
        counts.low_grade[class.index()] += u64::from(low_grade);
        self.part.paths.push((run, class, signature));
        for (place, tenths) in &self.deeds {
            self.part.values.goldstein[*place] += i64::from(*tenths);
        }
    }

    fn keep_escalation(&mut self) {
        self.part.counts.vertical += u64::from(self.vertical);
        self.part.counts.horizontal += u64::from(!self.stirred.is_empty());
        for at in 0..self.stirred.len() {
            let (one, other) = self.layout.dyads[self.stirred[at]].pair;
            for actor in [one, other] {
                let was_quiet =
                    self.layout.mid_dyads[actor.index()].iter().all(|dyad| self.began[*dyad] == 0.0);
                if was_quiet && !std::mem::replace(&mut self.involved[actor.index()], true) {
                    self.part.counts.involved[actor.index()] += 1;
                }
            }
        }
        for dyad in &self.stirred {
            let (one, other) = self.layout.dyads[*dyad].pair;
            self.involved[one.index()] = false;
            self.involved[other.index()] = false;
        }
    }

    fn keep_values(&mut self) {
        let (part, tracks) = (&mut self.part, self.layout.tracks);
        for (track, positions, value) in &self.tracked {
            let whole = *value as u32; // saturates at 0 for negative values
            if f64::from(whole) == *value && (whole as usize) < SMALL {
                let mut step = |position: usize, by: u16| {
                    let count = &mut part.steps[position * tracks + track][whole as usize];
                    *count = count.wrapping_add(by);
                };
                step(positions.start, 1);
                step(positions.end, u16::MAX);
            } else {
                for position in positions.clone() {
                    part.values.samples[position * tracks + track].add(*value);
                }
            }
        }
    }

    fn keep_draw(&mut self, run: u64, class: OutcomeId) {
        let Some(draws) = self.layout.draws else { return };
        let start = (run % draws) as usize * self.layout.draw_places();
        let mut count = |place: usize| self.part.draw_cells.push((start + place) as u32);
        count(class.index());
        self.places.iter().for_each(|place| count(*place as usize));
        if self.vertical {
            count(self.layout.vertical_place());
        }
        if !self.stirred.is_empty() {
            count(self.layout.horizontal_place());
        }
    }

    #[inline]
    fn time(&mut self, histogram: u32, time: f64) {
        let bin = if time == 0.0 { AT_START } else { bin_of(time, self.layout.horizon) };
        self.part.times.push((histogram, bin));
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
        let highest = std::mem::replace(&mut self.highest[variable.index()], new);
        if self.layout.dyads[dyad].mid && highest == 0.0 {
            self.stirred.push(dyad);
        }
        for rung in highest as usize + 1..=new as usize {
            self.time(self.layout.rung_time(dyad, rung), time);
        }
    }
}

impl Observer for Recorder<'_> {
    fn began(&mut self, values: &[f64]) {
        for dyad in 0..self.layout.dyads.len() {
            let variable = self.layout.dyads[dyad].variable.index();
            let rung = values[variable];
            self.began[dyad] = rung;
            self.highest[variable] = rung;
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
        self.vertical |= self.layout.is_mid(variable) && old > 0.0 && new > old;
        if new > self.highest[variable.index()] {
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
