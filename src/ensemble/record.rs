//! The notes of runs that have ended become counts in the part of their batch.

use super::BATCH;
use super::layout::{EventTraits, Layout, Support};
use super::notes::{Change, Notes, Rise};
use super::path::Signature;
use super::tally::{FEWER, Part};
use crate::engine::{Ending, MAX_FIRINGS};
use crate::id::{EventId, OutcomeId};

/// Counts runs.
pub(super) struct Recorder<'a> {
    layout: &'a Layout,
    part: Part,
    /// By event.
    events: Vec<Counted>,
    /// The events of the run at hand in the order of their first firings, later only the milestones among them; what comes
    /// after them is of no account.
    firsts: Vec<EventId>,
    /// By group, whether one of its outcomes held; false between runs.
    group_held: Vec<bool>,
    /// Dyads of the ladder `mid` that left the lowest rung in the run at hand, having begun there.
    stirred: Vec<usize>,
    /// By actor, whether it became involved; false between runs.
    involved: Vec<bool>,
}

/// An event as it is counted. As short as may be.
#[derive(Clone, Copy)]
struct Counted {
    /// Its firings in this batch.
    firings: u32,
    /// The last run of the batch in which it fired, counted from 1.
    last: u32,
    /// The pair of its deed, by position, and the Goldstein value of that in tenths; 0 of the first pair if it is no deed.
    pair: u32,
    tenths: i16,
    traits: u16,
}

const _: () = assert!(size_of::<Counted>() == 16);

/// Traits of an event: it is a milestone, and one that cites no claim, or claims of low grade only.
const MILESTONE: u16 = 1;
const ASSUMPTION: u16 = 2;
const LOW_GRADE: u16 = 4;

const _: () = assert!(BATCH * MAX_FIRINGS <= u32::MAX as u64);

impl<'a> Recorder<'a> {
    pub(super) fn new(layout: &'a Layout) -> Self {
        let events = layout.events.iter().map(Counted::new);
        Self {
            layout,
            part: Part::new(layout),
            events: events.collect(),
            firsts: vec![EventId::new(0); layout.events.len() + 1],
            group_held: vec![false; layout.groups],
            stirred: Vec::new(),
            involved: vec![false; layout.actors],
        }
    }

    /// Counts a run that has ended.
    pub(super) fn keep(&mut self, run: u64, ending: &Ending, notes: &Notes<'_>) {
        let class = ending.outcome;
        self.part.counts.runs += 1;
        self.part.counts.class[class.index()] += 1;
        let since = ending.since.map(|since| (Layout::class_time(class), since));
        for (histogram, time) in notes.latched.iter().chain(&since) {
            self.part.times[*histogram as usize].push(self.layout.bin(*time));
        }
        self.keep_rungs(notes);
        self.keep_outcomes(class, notes);
        if self.layout.pairs.is_empty() {
            self.keep_events::<false>(run, class, notes);
        } else {
            self.keep_events::<true>(run, class, notes);
        }
        self.keep_escalation(notes);
        self.keep_values(notes);
        self.keep_draw(run, class, notes);
        let outcomes = self.layout.outcomes;
        let latches = notes.latched.iter().map(|(histogram, _)| *histogram as usize - outcomes);
        self.part.log.push(class.index(), latches);
    }

    /// Counts a run that has failed as that, and nothing else of it.
    pub(super) fn discard(&mut self) {
        self.part.counts.runs += 1;
        self.part.counts.failed += 1;
        self.part.log.push(self.layout.outcomes, std::iter::empty());
    }

    /// What was counted since the last time; what comes is counted in the room of a spare part, if there is one.
    pub(super) fn take(&mut self, spare: Option<Part>) -> Part {
        let next = match spare {
            Some(spare) => spare.cleared(self.layout),
            None => Part::new(self.layout),
        };
        let mut part = std::mem::replace(&mut self.part, next);
        for (firings, event) in part.counts.firings.iter_mut().zip(&mut self.events) {
            *firings = u64::from(event.firings);
            (event.firings, event.last) = (0, 0);
        }
        part
    }

    fn keep_outcomes(&mut self, class: OutcomeId, notes: &Notes<'_>) {
        // A class held at the end, `otherwise` too, of which nothing is told.
        let untold = Some(class).filter(|class| !notes.held.contains(class));
        let held = || notes.held.iter().chain(&untold);
        for outcome in held() {
            self.part.counts.ever[outcome.index()] += 1;
            for group in &self.layout.groups_of[outcome.index()] {
                let before = std::mem::replace(&mut self.group_held[*group], true);
                self.part.counts.group_ever[*group] += u64::from(!before);
            }
        }
        for outcome in held() {
            self.layout.groups_of[outcome.index()].iter().for_each(|group| self.group_held[*group] = false);
        }
    }

    /// Counts what fired, and deeds if there are any.
    fn keep_events<const DEEDS: bool>(&mut self, run: u64, class: OutcomeId, notes: &Notes<'_>) {
        let number = self.part.counts.runs as u32;
        let (goldstein, positions) = (&mut self.part.values.goldstein, self.layout.grid.len());
        let mut count = 0;
        for (event, position) in notes.fired_at() {
            // Whether it is the first firing, and a deed, is not foretold: without a jump.
            let counted = &mut self.events[event.index()];
            let first = counted.last < number;
            counted.last = number;
            counted.firings += 1;
            self.firsts[count] = event;
            count += usize::from(first);
            if DEEDS {
                goldstein[counted.pair as usize * positions + position] += i64::from(counted.tenths);
            }
        }
        let counts = &mut self.part.counts;
        let events = self.events.len();
        let fired_in = &mut counts.fired_in[class.index() * events..][..events];
        let (mut milestones, mut traits) = (0, 0);
        for at in 0..count {
            let event = self.firsts[at];
            let counted = &self.events[event.index()];
            fired_in[event.index()] += 1;
            traits |= counted.traits;
            self.firsts[milestones] = event;
            milestones += usize::from(counted.traits & MILESTONE);
        }
        counts.assumption[class.index()] += u64::from(traits & ASSUMPTION != 0);
        counts.low_grade[class.index()] += u64::from(traits & LOW_GRADE != 0);
        self.part.paths.push((run, Signature::of(class, &self.firsts[..milestones])));
    }

    /// Counts on which rungs dyads began, and when they reached others.
    fn keep_rungs(&mut self, notes: &Notes<'_>) {
        notes.starts.iter().for_each(|start| self.part.starts[*start] += 1);
        self.stirred.clear();
        for Rise { time, dyad, highest, rung } in &notes.rises {
            let dyad = *dyad as usize;
            if self.layout.dyads[dyad].mid && *highest == 0.0 {
                self.stirred.push(dyad);
            }
            let bin = self.layout.bin(*time);
            for histogram in self.layout.rise_times(dyad, *highest as u32, *rung as u32) {
                self.part.times[histogram as usize].push(bin);
            }
        }
    }

    fn keep_escalation(&mut self, notes: &Notes<'_>) {
        self.part.counts.vertical += u64::from(notes.vertical());
        self.part.counts.horizontal += u64::from(!self.stirred.is_empty());
        for dyad in &self.stirred {
            let (one, other) = self.layout.dyads[*dyad].pair;
            for actor in [one, other] {
                let was_quiet =
                    self.layout.mid_dyads[actor.index()].iter().all(|dyad| notes.began[*dyad] == 0.0);
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

    fn keep_values(&mut self, notes: &Notes<'_>) {
        for (followed, first) in self.layout.followed.iter().zip(&notes.first_values) {
            self.part.step(followed.track, *first, 1);
        }
        for Change { cell, old, new } in &notes.changes {
            self.part.step(*cell as usize, *old, FEWER);
            self.part.step(*cell as usize, *new, 1);
        }
        for (track, positions, value) in &notes.tracked {
            self.part.show(*track, self.layout.tracks, positions.clone(), *value);
        }
    }

    fn keep_draw(&mut self, run: u64, class: OutcomeId, notes: &Notes<'_>) {
        let Some(draws) = self.layout.draws else { return };
        let start = (run % draws) as usize * self.layout.draw_places();
        let mut count = |place: usize| self.part.draw_cells.push((start + place) as u32);
        count(class.index());
        notes.latched.iter().for_each(|(histogram, _)| count(*histogram as usize));
        if notes.vertical() {
            count(self.layout.vertical_place());
        }
        if !self.stirred.is_empty() {
            count(self.layout.horizontal_place());
        }
    }
}

impl Counted {
    fn new(event: &EventTraits) -> Self {
        let traits = match (event.milestone, event.support) {
            (false, _) => 0,
            (true, Support::Claim) => MILESTONE,
            (true, Support::LowGrade) => MILESTONE | LOW_GRADE,
            (true, Support::Assumption) => MILESTONE | ASSUMPTION,
        };
        let (pair, tenths) = event.deed.unwrap_or_default();
        Self { firings: 0, last: 0, pair, tenths, traits }
    }
}
