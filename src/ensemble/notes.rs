//! What is told of a run, event by event, becomes notes of that run.
//!
//! They are looked at only once the run has ended: while it goes on, next to nothing is decided. Only what was touched is
//! cleared.

use std::ops::Range;

use super::layout::{Layout, UNTRACKED};
use crate::compile::sizes::{MAX_EVENTS, MAX_GRID, MAX_OUTCOMES};
use crate::engine::Observer;
use crate::id::{EventId, OutcomeId, RuleId, VariableId};
use crate::model::FEW;

/// What counts of a run.
pub(super) struct Notes<'a> {
    layout: &'a Layout,
    often: Often,
    /// By variable: the highest rung so far, if it is a dyad; +∞ for those that are none, which never rise.
    highest: Box<[f64]>,
    /// Latches of watches and red lines that were set: where their times are counted, and when.
    pub(super) latched: Vec<(u32, f64)>,
    /// Bits of the outcomes that held.
    pub(super) held: u128,
    /// By dyad, the rung at the start.
    began: Vec<f64>,
    /// Where that is counted.
    pub(super) starts: Vec<usize>,
    /// By actor, whether all of its dyads of the ladder `mid` began on the lowest rung.
    pub(super) quiet: Vec<bool>,
    /// How dyads rose to rungs on which they were not yet.
    pub(super) rises: Vec<Rise>,
    /// Dyads of the ladder `mid` that left the lowest rung, having begun there; what comes after so many is of no account.
    stirred: Box<[u32]>,
    stirred_count: usize,
    /// The values of followed tracks at the start, and how they changed.
    pub(super) first_values: Vec<u8>,
    pub(super) changes: Vec<Change>,
    /// Computed tracks, with positions of the grid and the value there.
    pub(super) tracked: Vec<(usize, Range<usize>, f64)>,
}

const _: () = assert!(MAX_OUTCOMES <= u128::BITS as usize);

/// A dyad went to a rung on which it was not yet, above the highest before.
#[derive(Clone, Copy)]
pub(super) struct Rise {
    pub(super) time: f64,
    /// The histograms of first times at the rungs above the highest before, up to that one.
    pub(super) from: u32,
    pub(super) to: u32,
}

/// A followed track takes another of its few values, at a position of the grid × the number of tracks + the track.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) cell: u32,
    pub(super) old: u8,
    pub(super) new: u8,
}

/// One of the few values that a followed track has.
#[inline]
fn few(whole: f64) -> u8 {
    debug_assert!(
        (0.0..FEW as f64).contains(&whole) && whole.fract() == 0.0,
        "{whole} is none of the few values"
    );
    whole as u8
}

/// What is touched with every firing: a cache line.
#[repr(align(64))]
struct Often {
    fired: Vec<Fired>,
    /// By variable: a change to a value above this is looked at.
    watched: Box<[f64]>,
    /// Whether there are deeds, of which it matters when they are done.
    deeds: bool,
    vertical: bool,
    /// The time whose position on the grid was asked for last, and that.
    time: f64,
    position: u16,
}

const _: () = assert!(size_of::<Often>() == 64);

/// That an event fired: once if there are deeds, of which it matters when they are done, else so often. As short as may be:
/// there are many.
#[derive(Clone, Copy)]
pub(super) struct Fired {
    event: u16,
    /// If there are deeds, the first position of the grid that was not past then; else how often it fired.
    number: u16,
}

const _: () = assert!(MAX_EVENTS <= 1 << u16::BITS && MAX_GRID < 1 << u16::BITS);

impl Fired {
    #[inline]
    pub(super) fn event(self) -> usize {
        usize::from(self.event)
    }

    /// Where there are deeds, the first position of the grid that was not past.
    #[inline]
    pub(super) fn position(self) -> usize {
        usize::from(self.number)
    }

    /// Where there are none, how often it fired.
    #[inline]
    pub(super) fn firings(self) -> u32 {
        u32::from(self.number)
    }
}

/// One of the rungs of a ladder.
fn rung(value: f64) -> u32 {
    u32::from(value as u16)
}

impl<'a> Notes<'a> {
    pub(super) fn new(layout: &'a Layout) -> Self {
        let highest = f64::INFINITY;
        Self {
            layout,
            often: Often {
                fired: Vec::new(),
                watched: layout.variables.iter().map(|traits| traits.watched(highest, false)).collect(),
                deeds: !layout.pairs.is_empty(),
                vertical: false,
                time: f64::NAN,
                position: 0,
            },
            highest: vec![highest; layout.variables.len()].into(),
            latched: Vec::new(),
            held: 0,
            began: vec![0.0; layout.dyads.len()],
            starts: (0..layout.dyads.len()).map(|dyad| layout.start(dyad, 0)).collect(),
            quiet: vec![true; layout.actors],
            rises: Vec::new(),
            stirred: vec![0; layout.dyads.len() + 1].into(),
            stirred_count: 0,
            first_values: vec![0; layout.followed.len()],
            changes: Vec::new(),
            tracked: Vec::new(),
        }
    }

    /// The events that fired: one by one in order, or several firings at once, in the order of the first ones.
    pub(super) fn fired_events(&self) -> &[Fired] {
        &self.often.fired
    }

    /// Whether a dyad of the ladder `mid` rose that was above the lowest rung.
    pub(super) fn vertical(&self) -> bool {
        self.often.vertical
    }

    /// Dyads of the ladder `mid` that left the lowest rung, having begun there.
    pub(super) fn stirred(&self) -> &[u32] {
        &self.stirred[..self.stirred_count]
    }

    /// Whether there are any.
    pub(super) fn horizontal(&self) -> bool {
        self.stirred_count > 0
    }

    fn clear(&mut self) {
        self.often.fired.clear();
        self.often.vertical = false;
        self.latched.clear();
        self.held = 0;
        self.rises.clear();
        self.stirred_count = 0;
        self.changes.clear();
        self.tracked.clear();
    }

    #[inline]
    fn note_event(&mut self, event: EventId, number: u16) {
        self.often.fired.push(Fired { event: event.index() as u16, number });
    }

    /// The first position of the grid that is not past: mostly that of what was told before.
    #[inline]
    fn position(&mut self, time: f64) -> u16 {
        if time != self.often.time {
            self.often.time = time;
            self.often.position = self.layout.grid.position(time);
        }
        self.often.position
    }

    /// Notes what there is to note of a change.
    #[inline]
    fn look_at(&mut self, time: f64, at: usize, old: f64, new: f64) {
        let traits = &self.layout.variables[at];
        let highest = &mut self.highest[at];
        self.often.vertical |= old > traits.lowest && new > old;
        if new > *highest {
            // Whether it leaves the lowest rung is not foretold: without a jump.
            self.stirred[self.stirred_count] = traits.dyad;
            self.stirred_count += usize::from(*highest == traits.lowest);
            let (from, to) = (traits.first_time + rung(*highest), traits.first_time + rung(new));
            self.rises.push(Rise { time, from, to });
            *highest = new;
        }
        if traits.track == UNTRACKED {
            self.often.watched[at] = traits.watched(*highest, self.often.vertical);
        } else {
            let cell = u32::from(self.position(time)) * self.layout.tracks as u32 + traits.track;
            self.changes.push(Change { cell, old: few(old), new: few(new) });
        }
    }

    /// A run begins on other rungs than the one before.
    #[cold]
    fn begin_otherwise(&mut self, values: &[f64]) {
        self.quiet.fill(true);
        for (dyad, (began, start)) in self.began.iter_mut().zip(&mut self.starts).enumerate() {
            let traits = &self.layout.dyads[dyad];
            *began = values[traits.variable.index()];
            *start = self.layout.start(dyad, *began as usize);
            if traits.mid && *began > 0.0 {
                self.quiet[traits.pair.0.index()] = false;
                self.quiet[traits.pair.1.index()] = false;
            }
        }
    }
}

impl Observer for Notes<'_> {
    fn began(&mut self, values: &[f64]) {
        self.clear();
        let mut alike = true;
        for (dyad, began) in self.layout.dyads.iter().zip(&self.began) {
            let rung = values[dyad.variable.index()];
            alike &= rung == *began;
            let at = dyad.variable.index();
            self.highest[at] = rung;
            self.often.watched[at] = self.layout.variables[at].watched(rung, false);
        }
        if !alike {
            self.begin_otherwise(values);
        }
        for (value, followed) in self.first_values.iter_mut().zip(&self.layout.followed) {
            *value = few(values[followed.variable.index()]);
        }
    }

    #[inline]
    fn fired(&mut self, time: f64, rule: RuleId, options: &[EventId]) {
        let number = if self.often.deeds { self.position(time) } else { 1 };
        // The events of the rules come first, in the order of the rules.
        self.note_event(EventId::new(rule.index()), number);
        for option in options {
            self.note_event(*option, number);
        }
    }

    #[inline]
    fn wants_sums(&self) -> bool {
        !self.often.deeds
    }

    #[inline]
    fn fired_often(&mut self, rule: RuleId, firings: u32) {
        let (event, most) = (EventId::new(rule.index()), u16::MAX);
        let mut left = firings;
        while left > u32::from(most) {
            self.note_event(event, most);
            left -= u32::from(most);
        }
        self.note_event(event, left as u16);
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "where it is called vectors are in use, which a call has to put away: measured"
    )]
    fn changed(&mut self, time: f64, variable: VariableId, old: f64, new: f64) {
        // Which variable changes is not foretold: a jump only where there is something to note.
        if new > self.often.watched[variable.index()] {
            self.look_at(time, variable.index(), old, new);
        }
    }

    #[inline]
    fn latched(&mut self, time: f64, latch: usize) {
        if let Some(histogram) = self.layout.latches[latch] {
            self.latched.push((histogram, time));
        }
    }

    #[inline]
    fn held(&mut self, _time: f64, outcome: OutcomeId) {
        self.held |= 1 << outcome.index();
    }

    #[inline]
    fn tracked(&mut self, track: usize, positions: Range<usize>, value: f64) {
        self.tracked.push((track, positions, value));
    }
}
