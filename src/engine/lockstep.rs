//! Runs of a model of plain hazards, side by side: a round takes each of them one firing further.
//!
//! Which rule fires next, and which clocks that changes, cannot be foretold: in a run by itself the processor guesses wrongly
//! with every firing, and loses more time by that than by its work. Here the changes of all firings of a round make one
//! list, which is gone through from end to end: what differs from run to run is data, not the way to go.
//!
//! Only what is frequent is done here. A run that meets anything else is given up, and made anew by the engine alone.

mod firsts;
mod moved;
mod shape;

use fearless_simd::{Level as Vectors, Simd, dispatch};

use super::cells::{Cells, Place};
use super::clock::Condition;
use super::hazard::{Hazard, is_rate};
use super::key::{BLOCK, key, least_of, never};
use super::plan::{Plan, Truth};
use super::run::Engine;
use super::state::State;
use super::{Ending, Failure, MAX_FIRINGS, Observer};
use crate::id::{OutcomeId, RuleId};
use crate::model::Model;
use firsts::Firsts;
use moved::Moved;
use shape::{Firing, Shape};

/// Runs that are made side by side: with more of them what they need at once no longer fits the cache.
pub const SIDE_BY_SIDE: usize = 8;

/// Most rules.
const RULES: usize = BLOCK;

/// Makes runs side by side.
pub(super) struct Lockstep {
    shape: Shape,
    /// By run, then rule: the key of when it is due.
    due: [[u32; RULES]; SIDE_BY_SIDE],
    hazards: [[Entry; RULES]; SIDE_BY_SIDE],
    /// By run, then outcome.
    outcomes: [[Lookup; RULES]; SIDE_BY_SIDE],
    /// By run, then variable that firings change: which of its values it has.
    positions: [[u8; RULES]; SIDE_BY_SIDE],
    /// By run: when it last fired.
    times: [f64; SIDE_BY_SIDE],
    /// By run: the first time of the grid that is not past, if tracks are told.
    grid: [f64; SIDE_BY_SIDE],
    /// By run: its state, in which neither time nor values nor what rests on them is kept up to date, but for outcomes.
    states: [State; SIDE_BY_SIDE],
    moved_hazards: Moved,
    moved_outcomes: Moved,
    /// What fired, if only sums are told.
    firsts: Firsts,
    /// How runs begin, if they all begin alike and one has.
    start: Option<Start>,
    /// Runs that have not ended, and how many they are.
    going: [usize; SIDE_BY_SIDE],
    count: usize,
    /// Rounds that were made.
    rounds: u64,
    /// Bits of runs that end with this round, and of runs that are given up.
    ended: u32,
    given_up: u32,
}

/// The end of the first instant.
struct Start {
    state: State,
    outcomes: [Lookup; RULES],
    positions: [u8; RULES],
}

/// A hazard in a run: a cache line.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Entry {
    clock: Hazard,
    due: f64,
    place: Place,
    /// How often it fired: the number of its exponential.
    fired: u32,
}

const _: () = assert!(size_of::<Entry>() == 64);

/// What an outcome looks up in a run.
#[derive(Clone, Copy, Default)]
struct Lookup {
    value: f64,
    place: Place,
}

impl Lockstep {
    /// For runs of a model, if that has only plain hazards; a run has a state like this.
    pub(super) fn new(model: &Model, plan: &Plan<'_>, cells: &Cells, state: &State) -> Option<Box<Self>> {
        let shape = Shape::of(model, plan, cells)?;
        let entry = Entry { clock: Hazard::new(0.0), due: f64::INFINITY, place: Place::default(), fired: 0 };
        Some(Box::new(Self {
            shape,
            due: [never(0); SIDE_BY_SIDE],
            hazards: [[entry; RULES]; SIDE_BY_SIDE],
            outcomes: [[Lookup::default(); RULES]; SIDE_BY_SIDE],
            positions: [[0; RULES]; SIDE_BY_SIDE],
            times: [0.0; SIDE_BY_SIDE],
            grid: [f64::INFINITY; SIDE_BY_SIDE],
            states: std::array::from_fn(|_| state.clone()),
            moved_hazards: Moved::new(),
            moved_outcomes: Moved::new(),
            firsts: Firsts::new(),
            start: None,
            going: [0; SIDE_BY_SIDE],
            count: 0,
            rounds: 0,
            ended: 0,
            given_up: 0,
        }))
    }

    /// Finds which rule of each run is due first.
    #[inline(always)]
    fn find<S: Simd>(&mut self, simd: S) -> [usize; SIDE_BY_SIDE] {
        let mut rules = [0; SIDE_BY_SIDE];
        for run in self.going[..self.count].iter().map(|run| *run % SIDE_BY_SIDE) {
            rules[run] = match least_of(simd, [&self.due[run]]).place() {
                Some(rule) => rule % RULES,
                None => find_exactly(&self.hazards[run]).unwrap_or_else(|| {
                    self.given_up |= 1 << run;
                    0
                }),
            };
        }
        rules
    }

    /// Moves all that the firings of a round move.
    #[inline(always)]
    fn shift(&mut self, cells: &Cells) {
        let (hazards, outcomes) = (self.hazards.as_flattened_mut(), self.outcomes.as_flattened_mut());
        self.moved_hazards.shift(|at, by| {
            let Entry { clock, place, .. } = &mut hazards[at];
            cells.shift(place, by, &mut clock.factor)
        });
        self.moved_outcomes.shift(|at, by| {
            let Lookup { value, place } = &mut outcomes[at];
            cells.shift(place, by, value)
        });
    }

    /// Tells of the outcomes that hold now and did not before, or the other way round.
    #[inline(always)]
    fn tell_outcomes<O: Observer>(&mut self, model: &Model, observers: &mut [O; SIDE_BY_SIDE]) {
        for at in self.moved_outcomes.places() {
            let (run, outcome) = (at / RULES, at % RULES);
            let (holds, time) = (self.outcomes[run][outcome].value > 0.0, self.times[run]);
            if self.states[run].outcomes[outcome].take(holds, time) {
                observers[run].held(time, OutcomeId::new(outcome));
            }
            self.ended |= u32::from(holds & model.outcomes[outcome].ends) << run;
        }
    }
}

impl Engine<'_> {
    /// Makes the runs from an index on, one for each observer: how each ended.
    pub(super) fn run_in_step<O: Observer>(
        &mut self,
        lockstep: &mut Lockstep,
        first: u64,
        observers: &mut [O; SIDE_BY_SIDE],
    ) -> Vec<Result<Ending, Failure>> {
        let mut endings: [Option<Result<Ending, Failure>>; SIDE_BY_SIDE] = Default::default();
        lockstep.firsts.clear();
        (lockstep.count, lockstep.rounds, lockstep.given_up) = (0, 0, 0);
        for (run, observer) in observers.iter_mut().enumerate() {
            let index = first + run as u64;
            if !self.enter_alike(lockstep, run, index, observer) {
                endings[run] = self.start(index, observer).map_err(|failure| *failure).transpose();
                if endings[run].is_none() {
                    self.enter(lockstep, run, observer);
                }
            }
        }
        let (vectors, ended) = (Vectors::new(), &mut endings);
        if observers.iter().all(Observer::wants_sums) {
            dispatch!(vectors, simd => self.go_in_step::<_, _, true>(simd, lockstep, first, observers, ended));
        } else {
            dispatch!(vectors, simd => self.go_in_step::<_, _, false>(simd, lockstep, first, observers, ended));
        }
        let runs = (first..).zip(observers).zip(endings);
        runs.map(|((index, observer), ending)| ending.unwrap_or_else(|| self.run(index, observer))).collect()
    }

    /// Begins a run as those before began, and puts it to the others; false if that cannot be done or a rate may fail.
    fn enter_alike<O: Observer>(
        &mut self,
        lockstep: &mut Lockstep,
        run: usize,
        index: u64,
        observer: &mut O,
    ) -> bool {
        let Lockstep { shape, start: Some(start), due: keys, hazards, states, .. } = lockstep else {
            return false;
        };
        let state = &mut states[run];
        state.follow(&start.state);
        if !self.parameters.recall(self.draws.of_run(index), &mut state.values) {
            return false;
        }
        self.streams.begin(index);
        observer.began(&state.values);
        for (outcome, standing) in state.outcomes.iter().enumerate().filter(|(_, standing)| standing.ever) {
            debug_assert!(standing.holds, "it held in the first instant");
            observer.held(0.0, OutcomeId::new(outcome));
        }
        for enabled in &shape.enabled {
            let rule = enabled.rule;
            let Some(fixed) = enabled.fixed(&state.values) else { return false };
            let Condition { hazard, place, .. } = Condition::new(&self.plan.starts[rule]);
            let mut clock = Hazard { fixed, ..hazard };
            clock.rate = clock.product();
            // All are drawn now: later each would be a jump that cannot be foretold.
            let exponential = self.streams.exponential_at(shape.firings[rule].site, index, 0);
            let due = clock.start_anew(0.0, exponential);
            let due = if clock.rate > 0.0 { due } else { f64::INFINITY };
            hazards[run][rule] = Entry { clock, due, place, fired: 0 };
            keys[run][rule] = key(due, rule);
        }
        lockstep.outcomes[run] = start.outcomes;
        lockstep.positions[run] = start.positions;
        self.join(lockstep, run, observer);
        true
    }

    /// Puts a run that has begun to the others, unless a rate may fail on its way.
    fn enter<O: Observer>(&mut self, lockstep: &mut Lockstep, run: usize, observer: &O) {
        let state = &mut self.state;
        for enabled in &lockstep.shape.enabled {
            let rule = enabled.rule;
            if enabled.fixed(&state.values).is_none() {
                return;
            }
            let Condition { hazard: clock, place, .. } = state.rules[rule];
            let due = state.calendar.time(rule);
            lockstep.hazards[run][rule] = Entry { clock, due, place, fired: 0 };
            lockstep.due[run][rule] = key(due, rule);
        }
        for (lookup, truth) in lockstep.outcomes[run].iter_mut().zip(&self.plan.outcomes) {
            if let Truth::Positive(cell) = truth {
                let place = state.places[cell.index()];
                *lookup = Lookup { value: self.cells.at(place), place };
            }
        }
        for (position, (variable, low)) in lockstep.positions[run].iter_mut().zip(&lockstep.shape.variables) {
            *position = (state.values[variable.index()] - low) as u8;
        }
        std::mem::swap(state, &mut lockstep.states[run]);
        if lockstep.shape.alike && lockstep.start.is_none() {
            let (state, positions) = (lockstep.states[run].clone(), lockstep.positions[run]);
            lockstep.start = Some(Start { state, outcomes: lockstep.outcomes[run], positions });
        }
        self.join(lockstep, run, observer);
    }

    /// Lets a run go on with the others.
    fn join<O: Observer>(&self, lockstep: &mut Lockstep, run: usize, observer: &O) {
        lockstep.times[run] = 0.0;
        self.note_grid(lockstep, run, observer);
        lockstep.going[lockstep.count] = run;
        lockstep.count += 1;
    }

    /// Notes which time of the grid comes next.
    fn note_grid<O: Observer>(&self, lockstep: &mut Lockstep, run: usize, observer: &O) {
        let next = self.model.grid.get(lockstep.states[run].position).filter(|_| self.tells_tracks(observer));
        lockstep.grid[run] = next.copied().unwrap_or(f64::INFINITY);
    }

    /// Goes on until all runs have ended or are given up.
    #[inline(always)]
    fn go_in_step<S: Simd, O: Observer, const SUMS: bool>(
        &mut self,
        simd: S,
        lockstep: &mut Lockstep,
        first: u64,
        observers: &mut [O; SIDE_BY_SIDE],
        endings: &mut [Option<Result<Ending, Failure>>; SIDE_BY_SIDE],
    ) {
        while lockstep.count > 0 {
            let rules = lockstep.find(simd);
            for at in 0..lockstep.count {
                let run = lockstep.going[at] % SIDE_BY_SIDE;
                self.fire_in_step::<S, O, SUMS>(simd, lockstep, first, run, rules[run], &mut observers[run]);
            }
            lockstep.shift(&self.cells);
            self.settle_in_step(lockstep, first);
            lockstep.tell_outcomes(self.model, observers);
            lockstep.rounds += 1;
            if lockstep.rounds == MAX_FIRINGS {
                lockstep.given_up = u32::MAX;
            }
            if lockstep.ended | lockstep.given_up != 0 {
                self.leave::<O, SUMS>(lockstep, observers, endings);
            }
        }
    }

    /// Fires a rule of a run, unless that ends before.
    #[inline(always)]
    fn fire_in_step<S: Simd, O: Observer, const SUMS: bool>(
        &mut self,
        simd: S,
        lockstep: &mut Lockstep,
        first: u64,
        run: usize,
        rule: usize,
        observer: &mut O,
    ) {
        let entry = &mut lockstep.hazards[run][rule];
        let time = entry.due;
        if time > self.model.horizon || time <= lockstep.times[run] {
            // Several instants at one time are counted by the engine.
            let over = u32::from(time > self.model.horizon) << run;
            lockstep.ended |= over;
            lockstep.given_up |= (1 << run) & !over;
            return;
        }
        if time > lockstep.grid[run] {
            self.pass_grid(lockstep, run, time, observer);
        }
        let entry = &mut lockstep.hazards[run][rule];
        lockstep.times[run] = time;
        if SUMS {
            lockstep.firsts.fire(run, rule, entry.fired == 0);
        } else {
            observer.fired(time, RuleId::new(rule), &[]);
        }
        entry.fired += 1;
        let Firing { variable, first: step, site } = lockstep.shape.firings[rule];
        let exponential = self.streams.exponential_at(site, first + run as u64, u64::from(entry.fired));
        entry.due = entry.clock.start_anew(time, exponential);
        lockstep.due[run][rule] = key(entry.due, rule);
        let position = &mut lockstep.positions[run][usize::from(variable) % RULES];
        let step = &lockstep.shape.steps[usize::from(step) + usize::from(*position)];
        *position = step.position;
        if step.old != step.new {
            observer.changed(time, step.variable, step.old, step.new);
        }
        lockstep.moved_hazards.add(simd, run, step.hazards, &lockstep.shape.shifts);
        lockstep.moved_outcomes.add(simd, run, step.outcomes, &lockstep.shape.shifts);
    }

    /// Runs the clocks of hazards down whose factor is another, and gives them their present rates.
    #[inline(always)]
    fn settle_in_step(&mut self, lockstep: &mut Lockstep, first: u64) {
        let Lockstep { hazards, due, times, moved_hazards, shape, .. } = lockstep;
        let (entries, due) = (hazards.as_flattened_mut(), due.as_flattened_mut());
        for at in moved_hazards.places() {
            let run = at / RULES;
            let entry = &mut entries[at];
            let rate = entry.clock.product();
            // As `Hazard::settle`, whose closure costs a tenth of the time here: measured.
            let time = if entry.clock.begins(rate) {
                let site = shape.firings[at % RULES].site;
                let exponential =
                    self.streams.exponential_at(site, first + run as u64, u64::from(entry.fired));
                Some(entry.clock.begin(times[run], rate, exponential))
            } else {
                entry.clock.run_down(times[run], rate)
            };
            if let Some(time) = time {
                entry.due = time;
                due[at] = key(time, at % RULES);
            }
        }
    }

    /// Goes past all times of the grid before a time.
    #[cold]
    #[inline(never)]
    fn pass_grid<O: Observer>(&mut self, lockstep: &mut Lockstep, run: usize, until: f64, observer: &mut O) {
        self.take_up(lockstep, run);
        self.record_before(until, observer);
        std::mem::swap(&mut self.state, &mut lockstep.states[run]);
        self.note_grid(lockstep, run, observer);
    }

    /// Takes up the state of a run, but for its clocks.
    fn take_up(&mut self, lockstep: &mut Lockstep, run: usize) {
        std::mem::swap(&mut self.state, &mut lockstep.states[run]);
        self.state.time = lockstep.times[run];
        for ((variable, low), position) in lockstep.shape.variables.iter().zip(&lockstep.positions[run]) {
            let new = low + f64::from(*position);
            if std::mem::replace(&mut self.state.values[variable.index()], new) != new {
                self.state.dirty.set_all(&self.plan.dependents[variable.index()]);
            }
        }
    }

    /// Takes the runs out that have ended or are given up.
    #[cold]
    #[inline(never)]
    fn leave<O: Observer, const SUMS: bool>(
        &mut self,
        lockstep: &mut Lockstep,
        observers: &mut [O; SIDE_BY_SIDE],
        endings: &mut [Option<Result<Ending, Failure>>; SIDE_BY_SIDE],
    ) {
        let mut stay = 0;
        for at in 0..lockstep.count {
            let run = lockstep.going[at];
            if (lockstep.ended & !lockstep.given_up) >> run & 1 == 1 {
                self.take_up(lockstep, run);
                let by_outcome = self.is_ended();
                self.state.firings = lockstep.rounds - u64::from(!by_outcome);
                if !by_outcome {
                    self.record_before(self.model.horizon, &mut observers[run]);
                    self.state.time = self.model.horizon;
                }
                if SUMS {
                    for rule in lockstep.firsts.of_run(run) {
                        observers[run].fired_often(RuleId::new(rule), lockstep.hazards[run][rule].fired);
                    }
                }
                endings[run] = self.end(&mut observers[run]).map(Ok);
                std::mem::swap(&mut self.state, &mut lockstep.states[run]);
            } else if lockstep.given_up >> run & 1 == 0 {
                lockstep.going[stay] = run;
                stay += 1;
            }
        }
        lockstep.count = stay;
        lockstep.ended = 0;
    }
}

/// Which rule of a run is due first, by its time itself; none if several are due at once.
#[cold]
#[inline(never)]
fn find_exactly(entries: &[Entry; RULES]) -> Option<usize> {
    let due = |rule: &usize| entries[*rule].due;
    let first = (0..RULES).min_by(|one, other| due(one).total_cmp(&due(other)))?;
    let together = (0..RULES).filter(|rule| due(rule) == due(&first)).count();
    (together == 1 || due(&first) == f64::INFINITY).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_rounded_times_do_not_tell_times_do() {
        let never = Entry { clock: Hazard::new(0.0), due: f64::INFINITY, place: Place::default(), fired: 0 };
        let mut entries = [never; RULES];
        assert_eq!(find_exactly(&entries), Some(0), "nothing is due");
        entries[3].due = 40.0 + f64::EPSILON * 64.0;
        entries[9].due = 40.0;
        assert_eq!(find_exactly(&entries), Some(9));
        entries[3].due = 40.0;
        assert_eq!(find_exactly(&entries), None, "two are due at once");
    }
}
