//! Arming, and the clocks that it starts and stops: hazards, delays, schedules, edges.

use super::run::{Edge, Engine};
use super::{Failure, FailureKind};
use crate::id::SiteId;
use crate::model::{Draw, Rule, Timing};

/// Switched off in the file.
pub(super) const DISABLED: u8 = 1;
/// Within its cooldown.
pub(super) const COOLING: u8 = 2;
/// Fired as often as its limit allows.
pub(super) const SPENT: u8 = 4;

/// How a rule stands in a run.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, not states of one machine")]
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
    /// Trigger, answer: how often it is due.
    pub(super) due: u32,
    /// Firings that the limit leaves.
    pub(super) left: u64,
    /// Schedule: which multiple comes next.
    multiple: u64,
    /// Hazard: what was left of its exponential when last settled; NaN if it is to be drawn.
    exponential: f64,
    /// Hazard: when last settled.
    settled: f64,
    /// Hazard: rate since then; 0 if disarmed.
    rate: f64,
}

/// What a delay is, of a delay rule or of an answer.
#[derive(Clone, Copy)]
struct Delay<'m> {
    draw: &'m Draw,
    sticky: bool,
    site: SiteId,
}

impl Condition {
    /// Before the first instant.
    pub(super) fn new(rule: &Rule, disabled: u8) -> Self {
        let left = rule.limit.unwrap_or(u64::MAX);
        Self {
            barred: if rule.disabled { disabled } else { 0 } | if left == 0 { SPENT } else { 0 },
            held: false,
            answered: false,
            pending: false,
            called: false,
            due: 0,
            left,
            multiple: 1,
            exponential: f64::NAN,
            settled: 0.0,
            rate: 0.0,
        }
    }
}

impl Engine<'_> {
    /// Whether a rule's condition is true, within its active span.
    #[inline]
    pub(super) fn holds(&mut self, rule: usize) -> bool {
        match &self.model.rules[rule].when {
            None => true,
            Some(when) => when.evaluate(&self.values, self.time, &mut self.stack) != 0.0,
        }
    }

    /// Whether a rule can fire.
    #[inline]
    pub(super) fn is_armed(&mut self, rule: usize) -> bool {
        self.rules[rule].barred == 0 && self.holds(rule)
    }

    /// Whether a rule that is due by hazard, delay or schedule can fire at its turn. Its clock has run out either way.
    pub(super) fn is_still_due(&mut self, rule: usize) -> bool {
        match &self.model.rules[rule].timing {
            Timing::Hazard { .. } => {
                self.run_out(rule);
                self.is_armed(rule)
            }
            Timing::Delay { sticky, .. } => self.end_delay(rule, *sticky),
            Timing::Answer { after: Some(after), .. } => self.end_delay(rule, after.sticky),
            Timing::Every(duration) => {
                self.rules[rule].multiple += 1;
                let next = self.rules[rule].multiple as f64 * duration;
                self.calendar.set(self.slot(rule), next);
                self.is_armed(rule)
            }
            Timing::At(_) => self.is_armed(rule),
            Timing::Trigger | Timing::Answer { after: None, .. } => false,
        }
    }

    /// A rule has fired: its clock starts anew, its limit and cooldown count.
    pub(super) fn note_firing(&mut self, rule: usize) {
        let model = self.model;
        let condition = &mut self.rules[rule];
        condition.exponential = f64::NAN;
        condition.answered = true;
        condition.left -= 1;
        if condition.left == 0 {
            condition.barred |= SPENT;
        }
        if let (Some(cooldown), Some(slot)) = (model.rules[rule].cooldown, self.plan.cooldowns[rule]) {
            condition.barred |= COOLING;
            self.calendar.set(slot as usize, self.time + cooldown);
        }
    }

    /// Lets an edge that is due take effect.
    pub(super) fn pass(&mut self, slot: usize, edge: Edge) {
        match edge {
            Edge::Cooldown(rule) => {
                self.rules[rule].barred &= !COOLING;
                self.dirty.clocks.insert(rule);
            }
            Edge::Window(rule) => {
                let Some(window) = self.model.rules[rule].window else { return };
                let within = self.time < window.until;
                self.values[window.variable.index()] = f64::from(u8::from(within));
                self.mark(window.variable);
                if within {
                    self.calendar.set(slot, window.until);
                }
            }
        }
    }

    /// Looks again at all clocks whose condition, rate or arming may have changed in this instant.
    pub(super) fn settle_clocks(&mut self) -> Result<(), Failure> {
        let model = self.model;
        while let Some(rule) = self.dirty.clocks.pop() {
            if self.rules[rule].barred & DISABLED != 0 {
                continue;
            }
            let settled = match &model.rules[rule].timing {
                Timing::Hazard { site, .. } => self.settle_hazard(rule, *site),
                Timing::Delay { delay, sticky, repeat, site } => {
                    let delay = Delay { draw: delay, sticky: *sticky, site: *site };
                    self.settle_delay(rule, delay, *repeat)
                }
                Timing::Answer { after: Some(after), .. } => {
                    let delay = Delay { draw: &after.delay, sticky: after.sticky, site: after.site };
                    self.settle_answer(rule, delay)
                }
                _ => Ok(()),
            };
            settled.map_err(|kind| self.failure(rule, kind))?;
        }
        Ok(())
    }

    /// Runs a hazard's clock down to now and gives it its present rate, if that is another.
    fn settle_hazard(&mut self, rule: usize, site: SiteId) -> Result<(), FailureKind> {
        let rate = self.rate(rule)?;
        let clock = &mut self.rules[rule];
        if clock.exponential.is_nan() {
            if rate > 0.0 {
                clock.exponential = self.streams.next_exponential(site);
            }
        } else if rate.to_bits() == clock.rate.to_bits() {
            return Ok(());
        } else {
            let run_down = clock.rate * (self.time - clock.settled);
            clock.exponential = (clock.exponential - run_down).max(0.0);
        }
        clock.settled = self.time;
        clock.rate = rate;
        let due = if rate > 0.0 { self.time + clock.exponential / rate } else { f64::INFINITY };
        self.calendar.set(self.slot(rule), due);
        Ok(())
    }

    /// The rate of a hazard in this state: 0 if it is disarmed.
    pub(super) fn rate(&mut self, rule: usize) -> Result<f64, FailureKind> {
        let Timing::Hazard { rate, chance, guarded, .. } = &self.model.rules[rule].timing else {
            return Ok(0.0);
        };
        if self.rules[rule].barred != 0 {
            return Ok(0.0);
        }
        let rate = match guarded {
            Some(guarded) => guarded,
            None if self.holds(rule) => rate,
            None => return Ok(0.0),
        };
        let rate = rate.evaluate(&self.values, self.time, &mut self.stack);
        if rate.is_nan() && *chance {
            Err(FailureKind::Probability)
        } else if rate >= 0.0 && rate.is_finite() {
            Ok(rate.abs())
        } else {
            Err(FailureKind::Hazard(rate))
        }
    }

    /// A hazard's clock has run down to 0: should it not fire, nothing is left of it.
    fn run_out(&mut self, rule: usize) {
        let clock = &mut self.rules[rule];
        clock.exponential = 0.0;
        clock.settled = self.time;
        clock.rate = 0.0;
        self.dirty.clocks.insert(rule);
    }

    /// A delay has passed: whether the rule can fire.
    fn end_delay(&mut self, rule: usize, sticky: bool) -> bool {
        self.rules[rule].pending = false;
        self.dirty.clocks.insert(rule);
        if sticky { self.rules[rule].barred & SPENT == 0 } else { self.is_armed(rule) }
    }

    /// Cancels, keeps or starts the delay of a rule.
    fn settle_delay(&mut self, rule: usize, delay: Delay<'_>, repeat: bool) -> Result<(), FailureKind> {
        let holds = self.holds(rule);
        let condition = &mut self.rules[rule];
        let armed = holds && condition.barred == 0;
        condition.answered &= holds;
        let start = armed && (repeat || !condition.answered);
        self.start_or_cancel(rule, delay, armed, start)
    }

    /// Cancels, keeps or starts the delay of an answer.
    fn settle_answer(&mut self, rule: usize, delay: Delay<'_>) -> Result<(), FailureKind> {
        let armed = self.is_armed(rule);
        let called = std::mem::take(&mut self.rules[rule].called);
        self.start_or_cancel(rule, delay, armed, armed && called)
    }

    fn start_or_cancel(
        &mut self,
        rule: usize,
        delay: Delay<'_>,
        armed: bool,
        start: bool,
    ) -> Result<(), FailureKind> {
        if self.rules[rule].pending {
            if !armed && !delay.sticky {
                self.rules[rule].pending = false;
                self.calendar.set(self.slot(rule), f64::INFINITY);
            }
        } else if start {
            let uniform = self.streams.next(delay.site);
            let days = delay.draw.value(uniform, &self.values, self.time, &mut self.stack);
            if !(days >= 0.0 && days.is_finite()) {
                return Err(FailureKind::Delay(days));
            }
            self.rules[rule].pending = true;
            self.calendar.set(self.slot(rule), self.time + days);
        }
        Ok(())
    }

    /// A rule's slot in the calendar.
    fn slot(&self, rule: usize) -> usize {
        self.plan.edges.len() + rule
    }
}
