//! Arming, and the clocks that it starts and stops: hazards, delays, schedules, edges.

use super::cells::{Cells, Moves, Place};
use super::dirty::Kind;
use super::hazard::{Hazard, is_rate};
use super::plan::{Edge, Truth};
use super::run::Engine;
use super::state::State;
use super::{Failure, FailureKind};
use crate::id::SiteId;
use crate::model::{Code, QuickRate, Rule, Timing};

/// Switched off in the file.
pub(super) const DISABLED: u8 = 1;
/// Within its cooldown.
pub(super) const COOLING: u8 = 2;
/// Fired as often as its limit allows.
pub(super) const SPENT: u8 = 4;

/// How a rule stands in a run: a cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Condition {
    /// What bars it from being armed.
    pub(super) barred: u8,
    /// Trigger: whether its condition held when it was last looked at.
    pub(super) held: bool,
    /// Delay: whether a firing has answered this spell.
    answered: bool,
    /// Delay: whether one is pending.
    pending: bool,
    /// Answer with a delay: whether an event called for it in this instant.
    pub(super) called: bool,
    kind: ClockKind,
    /// Trigger, answer: how often it is due. Schedule: how often it was due.
    pub(super) count: u32,
    /// Firings that the limit leaves; of more than a run can have, fewer.
    pub(super) left: u32,
    pub(super) hazard: Hazard,
    /// Hazard that is a product: where its factor stands.
    pub(super) place: Place,
    /// Hazard: where its exponentials come from.
    pub(super) site: SiteId,
}

const _: () = assert!(size_of::<Condition>() == 64);

/// What kind of clock a rule has, as far as runs ask often.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ClockKind {
    /// Hazard whose rate is a product.
    Product,
    /// Delay that disarming cancels.
    Delay,
    /// Answer with such a delay.
    Answer,
    Other,
}

/// How a rule stands before the first instant: what of that is not the same for all. A third of a cache line, as runs begin
/// by reading that of all rules.
#[derive(Clone, Copy)]
pub(super) struct Start {
    /// Hazard that is a product: its factor, and where that stands.
    pub(super) factor: f64,
    place: Place,
    kind: ClockKind,
    left: u32,
    site: SiteId,
    barred: u8,
}

const _: () = assert!(size_of::<Start>() == 24);

impl Start {
    /// Of a rule whose rate, if it has any, is not known to be a product.
    pub(super) fn new(rule: &Rule) -> Self {
        let left = rule.limit.map_or(u32::MAX, |limit| u32::try_from(limit).unwrap_or(u32::MAX));
        let barred = if rule.disabled { DISABLED } else { 0 } | if left == 0 { SPENT } else { 0 };
        let site = match rule.timing {
            Timing::Hazard { site, .. } => site,
            _ => SiteId::new(0),
        };
        let kind = match &rule.timing {
            Timing::Delay { sticky: false, .. } => ClockKind::Delay,
            Timing::Answer { after: Some(after), .. } if !after.sticky => ClockKind::Answer,
            _ => ClockKind::Other,
        };
        Self { factor: 0.0, place: Place::default(), kind, left, site, barred }
    }

    /// Whether it is a hazard whose rate is a product: what is fixed in a run × a factor.
    pub(super) fn is_product(&self) -> bool {
        self.kind == ClockKind::Product
    }

    /// It is such a hazard, with this factor at this place.
    pub(super) fn be_product(&mut self, place: Place, factor: f64) {
        (self.place, self.factor, self.kind) = (place, factor, ClockKind::Product);
    }
}

impl Condition {
    /// Before the first instant.
    #[inline]
    pub(super) fn new(&Start { factor, place, kind, left, site, barred }: &Start) -> Self {
        Self {
            barred,
            held: false,
            answered: false,
            pending: false,
            called: false,
            kind,
            count: 0,
            left,
            hazard: Hazard::new(factor),
            place,
            site,
        }
    }

    /// The rate of a hazard that is a product, 0 if the rule is disarmed.
    #[inline]
    fn product(&self) -> f64 {
        let product = if self.barred == 0 { self.hazard.product() } else { 0.0 };
        if is_rate(product) { product } else { self.no_product(product) }
    }

    /// The factor of a disarmed rule is 0: only where what is fixed is not finite does it matter.
    #[cold]
    #[inline(never)]
    fn no_product(&self, product: f64) -> f64 {
        if QuickRate::is_disarmed(self.hazard.factor) { 0.0 } else { product }
    }

    /// Moves the place of a hazard's factor; whether the factor is another now.
    #[inline]
    fn shift(&mut self, by: u32, cells: &Cells) -> bool {
        cells.shift(&mut self.place, by, &mut self.hazard.factor)
    }
}

impl Engine<'_> {
    /// Whether a rule's condition is true, within its active span.
    #[inline]
    pub(super) fn holds(&mut self, rule: usize) -> bool {
        let known = self.plan.traits[rule].condition.known_of(
            self.state.rules[rule].hazard.factor,
            &self.state.places,
            &self.cells,
        );
        known.unwrap_or_else(|| self.is_met(self.model.rules[rule].when.as_ref()))
    }

    /// Whether a condition holds.
    #[inline]
    pub(super) fn is_true(&mut self, truth: Truth, condition: Option<&Code>) -> bool {
        truth.known(&self.state.places, &self.cells).unwrap_or_else(|| self.is_met(condition))
    }

    fn is_met(&mut self, condition: Option<&Code>) -> bool {
        condition.is_none_or(|condition| {
            condition.evaluate(&self.state.values, self.state.time, &mut self.stack) != 0.0
        })
    }

    /// Whether a rule can fire.
    #[inline]
    pub(super) fn is_armed(&mut self, rule: usize) -> bool {
        self.state.rules[rule].barred == 0 && self.holds(rule)
    }

    /// Whether a rule that is due by hazard, delay or schedule can fire at its turn. Its clock has run out either way.
    #[inline(always)]
    pub(super) fn is_still_due(&mut self, rule: usize) -> bool {
        let kind = self.state.rules[rule].kind;
        if kind == ClockKind::Product {
            self.run_out(rule);
            let Condition { barred, hazard, .. } = self.state.rules[rule];
            barred == 0 && !QuickRate::is_disarmed(hazard.factor)
        } else if kind == ClockKind::Delay || kind == ClockKind::Answer {
            // An answer does not start anew by itself.
            self.end_delay(rule, kind == ClockKind::Delay);
            self.is_armed(rule)
        } else {
            self.is_other_still_due(rule)
        }
    }

    /// The same of a rule with another clock.
    #[inline(never)]
    fn is_other_still_due(&mut self, rule: usize) -> bool {
        match &self.model.rules[rule].timing {
            Timing::Hazard { .. } => {
                self.run_out(rule);
                self.is_armed(rule)
            }
            // Disarming does not cancel it.
            Timing::Delay { .. } | Timing::Answer { after: Some(_), .. } => {
                self.end_delay(rule, true);
                self.state.rules[rule].barred & SPENT == 0
            }
            Timing::Every(duration) => {
                self.state.rules[rule].count += 1;
                let next = f64::from(self.state.rules[rule].count + 1) * duration;
                self.state.calendar.set(self.slot(rule), next);
                self.is_armed(rule)
            }
            Timing::At(_) => self.is_armed(rule),
            Timing::Trigger | Timing::Answer { after: None, .. } => false,
        }
    }

    /// A rule has fired: its clock starts anew, its limit and cooldown count.
    #[inline(always)]
    pub(super) fn note_firing(&mut self, rule: usize) {
        let condition = &mut self.state.rules[rule];
        condition.hazard.exponential = f64::NAN;
        condition.answered = true;
        condition.left -= 1;
        if condition.left == 0 {
            condition.barred |= SPENT;
        }
        if let Some(slot) = self.plan.traits[rule].cooldown
            && let Some(cooldown) = self.model.rules[rule].cooldown
        {
            condition.barred |= COOLING;
            self.state.calendar.set(slot as usize, self.state.time + cooldown);
        }
    }

    /// Lets an edge that is due take effect.
    pub(super) fn pass(&mut self, slot: usize, edge: Edge) {
        match edge {
            Edge::Cooldown(rule) => {
                self.state.rules[rule].barred &= !COOLING;
                self.state.dirty.insert(Kind::Clock, rule);
            }
            Edge::Window(rule) => {
                let Some(window) = self.model.rules[rule].window else { return };
                let within = self.state.time < window.until;
                let new = f64::from(u8::from(within));
                let old = std::mem::replace(&mut self.state.values[window.variable.index()], new);
                self.mark(window.variable, old, new);
                if within {
                    self.state.calendar.set(slot, window.until);
                }
            }
        }
    }

    /// Looks again at all clocks whose condition, rate or arming may have changed in this instant.
    #[inline(never)]
    pub(super) fn settle_clocks(&mut self) -> Result<(), Box<Failure>> {
        for word in self.state.dirty.words(Kind::Clock) {
            for rule in self.state.dirty.take(Kind::Clock, word) {
                if self.state.rules[rule].kind == ClockKind::Product {
                    self.settle_product(rule)?;
                } else {
                    self.settle(rule).map_err(|kind| self.failure(rule, *kind))?;
                }
            }
        }
        Ok(())
    }

    /// Settles a hazard by its cells.
    #[inline]
    fn settle_product(&mut self, rule: usize) -> Result<(), Box<Failure>> {
        let Self { plan, streams, state: State { rules, drawn, calendar, time, .. }, .. } = self;
        let clock = &mut rules[rule];
        let rate = clock.product();
        if !is_rate(rate) {
            return Err(self.no_rate(rule, rate).into());
        }
        let site = clock.site;
        let draw = || streams.next_exponential(site, drawn);
        if let Some(due) = clock.hazard.settle(*time, rate, draw) {
            calendar.set(plan.edges.len() + rule, due);
        }
        Ok(())
    }

    /// Moves the rates after a change, and marks the hazards whose rate is another.
    #[inline]
    pub(super) fn mark_rates(&mut self, moves: Moves) {
        let Self { cells, state: State { dirty, rules, .. }, .. } = self;
        for shift in cells.rates(moves) {
            let rule = shift.rule as usize;
            let bit = dirty.bit(Kind::Clock, rule);
            dirty.set_if(bit, rules[rule].shift(shift.by, cells));
        }
    }

    /// The same after a change that is the only one of its instant: the hazards are settled at once. False if one is not,
    /// and is marked.
    #[inline(always)]
    pub(super) fn settle_rates(&mut self, moves: Moves) -> bool {
        let mut all = true;
        let Self { plan, cells, streams, state: State { dirty, rules, drawn, calendar, time, .. }, .. } =
            self;
        let (now, slots) = (*time, plan.edges.len());
        for shift in cells.rates(moves) {
            let rule = shift.rule as usize;
            let clock = &mut rules[rule];
            if !clock.shift(shift.by, cells) {
                continue;
            }
            let rate = clock.product();
            if !is_rate(rate) {
                // Settled again, and found out.
                dirty.insert(Kind::Clock, rule);
                all = false;
                continue;
            }
            let site = clock.site;
            let draw = || streams.next_exponential(site, drawn);
            if let Some(due) = clock.hazard.settle(now, rate, draw) {
                calendar.set(slots + rule, due);
            }
        }
        all
    }

    /// Gives hazards what is fixed of their rates in this run.
    pub(super) fn fix_rates(&mut self) {
        for (rule, fixed) in &self.plan.fixed {
            self.state.rules[*rule as usize].hazard.fixed = self.state.values[fixed.index()];
        }
    }

    /// Looks again at a clock by what its rule says: settles a hazard; cancels, keeps or starts a delay.
    fn settle(&mut self, rule: usize) -> Result<(), Box<FailureKind>> {
        if self.state.rules[rule].barred & DISABLED != 0 {
            return Ok(());
        }
        let model = self.model;
        let (delay, sticky, site, armed, starts) = match &model.rules[rule].timing {
            Timing::Hazard { .. } => {
                let rate = self.rate(rule)?;
                let State { rules, drawn, time, .. } = &mut self.state;
                let site = rules[rule].site;
                let draw = || self.streams.next_exponential(site, drawn);
                if let Some(due) = rules[rule].hazard.settle(*time, rate, draw) {
                    self.state.calendar.set(self.slot(rule), due);
                }
                return Ok(());
            }
            Timing::Delay { delay, sticky, repeat, site } => {
                let holds = self.holds(rule);
                let condition = &mut self.state.rules[rule];
                let armed = holds && condition.barred == 0;
                condition.answered &= holds;
                let starts = armed && (*repeat || !condition.answered);
                (delay, *sticky, *site, armed, starts)
            }
            Timing::Answer { after: Some(after), .. } => {
                let armed = self.is_armed(rule);
                let called = std::mem::take(&mut self.state.rules[rule].called);
                (&after.delay, after.sticky, after.site, armed, armed && called)
            }
            _ => return Ok(()),
        };
        if self.state.rules[rule].pending {
            if !armed && !sticky {
                self.state.rules[rule].pending = false;
                self.state.calendar.set(self.slot(rule), f64::INFINITY);
            }
        } else if starts {
            let uniform = self.streams.next(site, &mut self.state.drawn);
            let days = delay.value(uniform, &self.state.values, self.state.time, &mut self.stack);
            if !(days >= 0.0 && days.is_finite()) {
                return Err(Box::new(FailureKind::Delay(days)));
            }
            self.state.rules[rule].pending = true;
            self.state.calendar.set(self.slot(rule), self.state.time + days);
        }
        Ok(())
    }

    /// The rate of a hazard in this state: 0 if it is disarmed.
    pub(super) fn rate(&mut self, rule: usize) -> Result<f64, Box<FailureKind>> {
        let rate = match &self.model.rules[rule].timing {
            _ if self.state.rules[rule].kind == ClockKind::Product => self.state.rules[rule].product(),
            Timing::Hazard { rate, .. } if self.is_armed(rule) => {
                rate.evaluate(&self.state.values, self.state.time, &mut self.stack) + 0.0
            }
            _ => 0.0,
        };
        if is_rate(rate) { Ok(rate) } else { Err(self.no_rate(rule, rate).kind.into()) }
    }

    /// What fails the run.
    #[cold]
    fn no_rate(&self, rule: usize, rate: f64) -> Failure {
        let is_chance = matches!(self.model.rules[rule].timing, Timing::Hazard { chance: true, .. });
        let kind =
            if rate.is_nan() && is_chance { FailureKind::Probability } else { FailureKind::Hazard(rate) };
        self.failure(rule, kind)
    }

    /// A hazard has fired whose clock was settled: it starts anew.
    #[inline(always)]
    pub(super) fn start_anew(&mut self, rule: usize) {
        let clock = &mut self.state.rules[rule];
        let exponential = self.streams.next_exponential(clock.site, &mut self.state.drawn);
        let due = clock.hazard.start_anew(self.state.time, exponential);
        self.state.calendar.set(self.slot(rule), due);
    }

    /// A hazard's clock has run down to 0.
    #[inline]
    fn run_out(&mut self, rule: usize) {
        self.state.rules[rule].hazard.run_out(self.state.time);
        self.state.dirty.insert(Kind::Clock, rule);
    }

    /// A delay has passed; whether its clock is looked at again.
    #[inline]
    fn end_delay(&mut self, rule: usize, again: bool) {
        self.state.rules[rule].pending = false;
        let bit = self.state.dirty.bit(Kind::Clock, rule);
        self.state.dirty.set_if(bit, again);
    }

    /// A rule's slot in the calendar.
    fn slot(&self, rule: usize) -> usize {
        self.plan.edges.len() + rule
    }
}
