//! What is told of a run, event by event, becomes notes of that run.
//!
//! They are looked at only once the run has ended: while it goes on, next to nothing is decided. Only what was touched is
//! cleared.

use std::ops::Range;

use super::layout::Layout;
use crate::compile::sizes::{MAX_EVENTS, MAX_GRID};
use crate::engine::Observer;
use crate::id::{EventId, OutcomeId, RuleId, VariableId};
use crate::model::FEW;

/// What counts of a run.
pub(super) struct Notes<'a> {
    layout: &'a Layout,
    often: Often,
    /// Latches of watches and red lines that were set: where their times are counted, and when.
    pub(super) latched: Vec<(u32, f64)>,
    /// Outcomes that held.
    pub(super) held: Vec<OutcomeId>,
    /// By dyad, the rung at the start.
    pub(super) began: Vec<f64>,
    /// Where that is counted.
    pub(super) starts: Vec<usize>,
    /// How dyads rose to rungs on which they were not yet.
    pub(super) rises: Vec<Rise>,
    /// The values of followed tracks at the start, and how they changed.
    pub(super) first_values: Vec<u8>,
    pub(super) changes: Vec<Change>,
    /// Computed tracks, with positions of the grid and the value there.
    pub(super) tracked: Vec<(usize, Range<usize>, f64)>,
}

/// A dyad went to a rung on which it was not yet, above the highest before.
#[derive(Clone, Copy)]
pub(super) struct Rise {
    pub(super) time: f64,
    pub(super) dyad: u32,
    pub(super) highest: f64,
    pub(super) rung: f64,
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
    /// By variable.
    variables: Box<[Variable]>,
    /// Whether there are deeds, of which it matters when they are done.
    deeds: bool,
    vertical: bool,
}

const _: () = assert!(size_of::<Often>() == 64);

/// That an event fired, and the first position of the grid that was not past then, if there are deeds. As short as may be:
/// there are many.
#[derive(Clone, Copy)]
struct Fired {
    event: u16,
    position: u16,
}

const _: () = assert!(MAX_EVENTS <= 1 << u16::BITS && MAX_GRID < 1 << u16::BITS);

impl Fired {
    #[inline]
    fn event(self) -> EventId {
        EventId::new(usize::from(self.event))
    }
}

/// What matters of a variable.
#[derive(Clone, Copy)]
struct Variable {
    /// The highest rung so far, if it is a dyad; +∞ for those that are none, which never rise.
    highest: f64,
    /// To rise from above this is vertical escalation: 0 on the ladder `mid`, +∞ on others.
    lowest: f64,
    /// Which dyad it is, of those that are dyads.
    dyad: u32,
    /// The track that follows it, or [`UNTRACKED`].
    track: u32,
}

/// In place of a track.
const UNTRACKED: u32 = u32::MAX;

impl<'a> Notes<'a> {
    pub(super) fn new(layout: &'a Layout) -> Self {
        let none = Variable { highest: f64::INFINITY, lowest: f64::INFINITY, dyad: 0, track: UNTRACKED };
        let mut variables = vec![none; layout.variables];
        for (at, dyad) in layout.dyads.iter().enumerate() {
            let variable = &mut variables[dyad.variable.index()];
            variable.dyad = at as u32;
            variable.lowest = if dyad.mid { 0.0 } else { f64::INFINITY };
        }
        for followed in &layout.followed {
            variables[followed.variable.index()].track = followed.track as u32;
        }
        Self {
            layout,
            often: Often {
                fired: Vec::new(),
                variables: variables.into(),
                deeds: !layout.pairs.is_empty(),
                vertical: false,
            },
            latched: Vec::new(),
            held: Vec::new(),
            began: vec![0.0; layout.dyads.len()],
            starts: (0..layout.dyads.len()).map(|dyad| layout.start(dyad, 0)).collect(),
            rises: Vec::new(),
            first_values: vec![0; layout.followed.len()],
            changes: Vec::new(),
            tracked: Vec::new(),
        }
    }

    /// The events that fired, in order, each with the first position of the grid that was not past then; that is 0 if there are
    /// no deeds.
    pub(super) fn fired_at(&self) -> impl Iterator<Item = (EventId, usize)> {
        self.often.fired.iter().map(|fired| (fired.event(), usize::from(fired.position)))
    }

    /// Whether a dyad of the ladder `mid` rose that was above the lowest rung.
    pub(super) fn vertical(&self) -> bool {
        self.often.vertical
    }

    fn clear(&mut self) {
        self.often.fired.clear();
        self.often.vertical = false;
        self.latched.clear();
        self.held.clear();
        self.rises.clear();
        self.changes.clear();
        self.tracked.clear();
    }

    #[inline]
    fn event(&mut self, event: EventId, position: u16) {
        self.often.fired.push(Fired { event: event.index() as u16, position });
    }

    /// A run begins on other rungs than the one before.
    #[cold]
    fn begin_otherwise(&mut self, values: &[f64]) {
        for (dyad, (began, start)) in self.began.iter_mut().zip(&mut self.starts).enumerate() {
            *began = values[self.layout.dyads[dyad].variable.index()];
            *start = self.layout.start(dyad, *began as usize);
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
            self.often.variables[dyad.variable.index()].highest = rung;
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
        let position = if self.often.deeds { self.layout.grid.position(time) } else { 0 };
        // The events of the rules come first, in the order of the rules.
        self.event(EventId::new(rule.index()), position);
        for option in options {
            self.event(*option, position);
        }
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "where it is called vectors are in use, which a call has to put away: measured"
    )]
    fn changed(&mut self, time: f64, variable: VariableId, old: f64, new: f64) {
        // Which variable changes is not foretold: a jump only where a dyad rises.
        let Variable { highest, lowest, dyad, track } = &mut self.often.variables[variable.index()];
        self.often.vertical |= old > *lowest && new > old;
        if new > *highest {
            let highest = std::mem::replace(highest, new);
            self.rises.push(Rise { time, dyad: *dyad, highest, rung: new });
        }
        if *track != UNTRACKED {
            let cell = u32::from(self.layout.grid.position(time)) * self.layout.tracks as u32 + *track;
            self.changes.push(Change { cell, old: few(old), new: few(new) });
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
        self.held.push(outcome);
    }

    #[inline]
    fn tracked(&mut self, track: usize, positions: Range<usize>, value: f64) {
        self.tracked.push((track, positions, value));
    }
}
