//! The notes of runs that have ended become counts in the part of their batch.

use super::BATCH;
use super::layout::{EventTraits, Layout, Support};
use super::notes::{Change, Notes, Rise};
use super::path::Signature;
use super::tally::{FEWER, Part};
use crate::engine::{Ending, MAX_FIRINGS};
use crate::id::{ActorId, EventId, OutcomeId};

/// Counts runs.
pub(super) struct Recorder<'a> {
    layout: &'a Layout,
    part: Part,
    /// By event.
    events: Vec<Counted>,
    /// The milestones of the run at hand in the order of their first firings; what comes after them is of no account.
    milestones: Vec<EventId>,
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
            milestones: vec![EventId::new(0); layout.events.len() + 1],
            involved: vec![false; layout.actors],
        }
    }

    /// Counts a run that has ended.
    pub(super) fn keep(&mut self, run: u64, ending: &Ending, notes: &Notes<'_>) {
        let class = ending.outcome;
        self.part.counts.runs += 1;
        self.part.counts.class[class.index()] += 1;
        for (histogram, time) in &notes.latched {
            self.part.times[*histogram as usize].push(self.layout.bin(*time));
        }
        if let Some(since) = ending.since {
            self.part.times[Layout::class_time(class) as usize].push(self.layout.bin(since));
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
        self.log(class.index(), &notes.latched);
    }

    /// Counts a run that has failed as that, and nothing else of it.
    pub(super) fn discard(&mut self) {
        self.part.counts.runs += 1;
        self.part.counts.failed += 1;
        self.log(self.layout.outcomes, &[]);
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
        let held = notes.held | 1 << class.index();
        let mut rest = held;
        for ever in &mut self.part.counts.ever {
            *ever += rest as u64 & 1;
            rest >>= 1;
        }
        for (ever, group) in self.part.counts.group_ever.iter_mut().zip(&self.layout.groups) {
            *ever += u64::from(held & group != 0);
        }
    }

    /// Counts what fired, and deeds if there are any.
    fn keep_events<const DEEDS: bool>(&mut self, run: u64, class: OutcomeId, notes: &Notes<'_>) {
        let Part { counts, values, .. } = &mut self.part;
        let (number, positions, events) = (counts.runs as u32, self.layout.grid.len(), self.events.len());
        let fired_in = &mut counts.fired_in[class.index() * events..][..events];
        let (mut milestones, mut traits) = (0, 0);
        for fired in notes.fired_events() {
            // Whether it is the first firing, and a milestone, and a deed, is not foretold: without a jump.
            let event = fired.event();
            let counted = &mut self.events[event];
            let first = counted.last < number;
            counted.last = number;
            counted.firings += if DEEDS { 1 } else { fired.firings() };
            fired_in[event] += u64::from(first);
            traits |= counted.traits;
            self.milestones[milestones] = EventId::new(event);
            milestones += usize::from(counted.traits & MILESTONE & u16::from(first));
            if DEEDS {
                values.goldstein[counted.pair as usize * positions + fired.position()] +=
                    i64::from(counted.tenths);
            }
        }
        counts.assumption[class.index()] += u64::from(traits & ASSUMPTION != 0);
        counts.low_grade[class.index()] += u64::from(traits & LOW_GRADE != 0);
        self.part.paths.push((run, Signature::of(class, &self.milestones[..milestones])));
    }

    /// Counts on which rungs dyads began, and when they reached others.
    fn keep_rungs(&mut self, notes: &Notes<'_>) {
        notes.starts.iter().for_each(|start| self.part.starts[*start] += 1);
        for Rise { time, from, to } in &notes.rises {
            let bin = self.layout.bin(*time);
            self.part.times[*from as usize..*to as usize].iter_mut().for_each(|times| times.push(bin));
        }
    }

    fn keep_escalation(&mut self, notes: &Notes<'_>) {
        self.part.counts.vertical += u64::from(notes.vertical());
        self.part.counts.horizontal += u64::from(notes.horizontal());
        let pairs = || notes.stirred().iter().map(|dyad| self.layout.dyads[*dyad as usize].pair);
        for actor in pairs().flat_map(<[ActorId; 2]>::from) {
            if notes.quiet[actor.index()] && !std::mem::replace(&mut self.involved[actor.index()], true) {
                self.part.counts.involved[actor.index()] += 1;
            }
        }
        pairs().flat_map(<[ActorId; 2]>::from).for_each(|actor| self.involved[actor.index()] = false);
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

    /// Logs the class of a run and the latches that it set, if there is a log.
    fn log(&mut self, class: usize, latched: &[(u32, f64)]) {
        if self.layout.log {
            let outcomes = self.layout.outcomes;
            let latches = latched.iter().map(|(histogram, _)| *histogram as usize - outcomes);
            self.part.log.push(class, latches);
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
        if notes.horizontal() {
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
