//! Many runs of one model, spread over threads, become one tally; nothing of it depends on the number of threads.
//!
//! Runs are made in batches of [`BATCH`] consecutive numbers. Batches are begun in order, and their parts are merged
//! in order, so that sums of floats are equal bit for bit however many threads there are, and what is merged is always
//! a prefix of the run numbers. A thread that is too far ahead of the slowest waits: memory stays flat.

mod draws;
mod goal;
mod layout;
mod log;
mod notes;
mod path;
mod record;
#[cfg(test)]
pub(crate) mod scripted;
mod tally;
#[cfg(test)]
mod tests;

pub use goal::{Goal, HalfWidth, Precision, Subject, Threshold};
pub use log::{MAX_LOG, Shape, read_log};
pub use path::{MAX_SIGNATURE, PathCount, SIGNATURE_RUNS, Signature};
pub use tally::{Tally, TimeCounts};

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use crate::engine::{Draws, Ending, Engine, Failure, Observer, SIDE_BY_SIDE};
use crate::id::OutcomeId;
use crate::model::{Headline, Model};
use layout::Layout;
use notes::Notes;
use record::Recorder;
use tally::Part;

/// Runs in a batch.
pub const BATCH: u64 = 1024;

// Signatures are admitted by whole batches.
const _: () = assert!(SIGNATURE_RUNS.is_multiple_of(BATCH));

/// Runs that are noted before they are counted: what makes them, and what counts them, goes on for a while.
const AT_ONCE: usize = 64;

const _: () = assert!(AT_ONCE.is_multiple_of(SIDE_BY_SIDE) && BATCH.is_multiple_of(AT_ONCE as u64));

/// Batches per thread that may be begun and not yet merged.
const AHEAD: u64 = 2;

/// Most threads.
const MAX_JOBS: usize = 1024;

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The seed of all draws.
    pub seed: u64,
    /// How many times the parameters are drawn.
    pub draws: Draws,
    /// How many runs: numbers 0 to `runs` − 1.
    pub runs: u64,
    /// Threads; 0 for one per core. No figure depends on it.
    pub jobs: usize,
    /// Whether a failed run is counted as failed; otherwise it fails the whole.
    pub keep_failed: bool,
    /// Whether what became of each run is logged, by which runs of two reports are paired: see [`Tally::log`].
    pub log: bool,
}

impl Plan {
    /// The draws that runs share; none do if there are not more runs than draws.
    fn shared_draws(&self) -> Draws {
        match self.draws {
            Draws::Of(draws) if draws.get() < self.runs => self.draws,
            _ => Draws::Each,
        }
    }
}

/// How far the runs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Runs made and merged: numbers 0 to `done` − 1.
    pub done: u64,
    /// Runs asked for.
    pub runs: u64,
    /// Runs, of those done, in the headline's classes.
    pub headline: u64,
}

/// Is told how far the runs are, and may stop them. It is called from any thread, one call at a time, and should return
/// quickly: no batch begins or is merged meanwhile.
pub trait Watcher: Sync {
    /// A batch was merged; `done` rises from call to call.
    fn batch_done(&self, progress: Progress) {
        let _ = progress;
    }

    /// Whether to stop: batches under way are finished, no further one is begun.
    fn stop(&self) -> bool {
        false
    }

    /// Whether the runs merged are enough: then nothing further is merged. Asked after each batch, in order.
    ///
    /// If the answer depends on the tally alone, what the runs produce depends on no thread.
    fn enough(&self, tally: &Tally) -> bool {
        let _ = tally;
        false
    }
}

/// Watches nothing and never stops.
pub struct Unwatched;

impl Watcher for Unwatched {}

/// What the runs produced.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Counts of everything.
    pub tally: Tally,
    /// Runs made: numbers 0 to `runs` − 1.
    pub runs: u64,
    /// Why there are no more.
    pub end: End,
}

/// Why no more runs were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All that were asked for have been made.
    Complete,
    /// The watcher had enough.
    Enough,
    /// The watcher stopped them before.
    Stopped,
}

/// A run failed: of all that do, the one with the lowest number.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("run {run} failed at day {}", failure.time)]
pub struct RunFailed {
    /// Its number.
    pub run: u64,
    /// Why.
    pub failure: Failure,
}

/// Makes runs; each thread has its own.
pub trait Simulator {
    /// Makes the runs of consecutive numbers from the first on and tells each to an observer of its own: how each ended.
    fn simulate(&mut self, first: u64, observers: &mut [impl Observer]) -> Vec<Result<Ending, Failure>>;
}

/// Runs a batch of a model with the engine.
pub fn run(model: &Model, plan: &Plan, watcher: &impl Watcher) -> Result<Batch, RunFailed> {
    let quick = model.quickened();
    run_by(model, plan, watcher, || Engine::new(&quick, plan.seed, plan.draws))
}

impl Simulator for Engine<'_> {
    fn simulate(&mut self, first: u64, observers: &mut [impl Observer]) -> Vec<Result<Ending, Failure>> {
        self.run_each(first, observers)
    }
}

/// Runs a batch with the simulators that `simulator` makes, one for each thread.
///
/// What they tell must depend on the model and the number of the run only.
pub fn run_by<S: Simulator>(
    model: &Model,
    plan: &Plan,
    watcher: &impl Watcher,
    simulator: impl Fn() -> S + Sync,
) -> Result<Batch, RunFailed> {
    let batches = plan.runs.div_ceil(BATCH);
    let jobs = if plan.jobs == 0 { rayon::current_num_threads() } else { plan.jobs };
    let jobs = jobs.min(MAX_JOBS).min(usize::try_from(batches).unwrap_or(MAX_JOBS)).max(1);
    let layout = Arc::new(Layout::new(model, plan.shared_draws(), plan.log));
    let desk = Desk {
        plan,
        watcher,
        headline: headline_outcomes(model),
        batches,
        window: AHEAD * jobs as u64,
        layout: &layout,
        state: Mutex::new(State::new(Tally::new(Arc::clone(&layout)))),
        moved: Condvar::new(),
    };
    match rayon::ThreadPoolBuilder::new().num_threads(jobs).build() {
        Ok(pool) if jobs > 1 => {
            pool.broadcast(|_| desk.work(&simulator));
        }
        // Without further threads the same comes out, later.
        _ => desk.work(&simulator),
    }
    desk.close()
}

fn headline_outcomes(model: &Model) -> Vec<OutcomeId> {
    match model.headline {
        Headline::Outcome(outcome) => vec![outcome],
        Headline::Group(group) => model.groups[group].outcomes.clone(),
    }
}

/// Hands out batches in order and merges their parts in order.
struct Desk<'a, W> {
    plan: &'a Plan,
    watcher: &'a W,
    /// Classes of the headline.
    headline: Vec<OutcomeId>,
    /// How many batches there are.
    batches: u64,
    /// How many may be begun and not merged.
    window: u64,
    layout: &'a Layout,
    state: Mutex<State>,
    /// A batch was merged, or the work was stopped.
    moved: Condvar,
}

struct State {
    /// The next batch to begin; all before it have been begun.
    next: u64,
    /// The next batch to merge.
    merged: u64,
    /// Finished batches that wait for an earlier one.
    waiting: BTreeMap<u64, Part>,
    /// Merged parts, whose room the next ones take.
    spare: Vec<Part>,
    tally: Tally,
    failed: Option<RunFailed>,
    stopped: bool,
    /// The runs merged are enough.
    enough: bool,
}

impl State {
    fn new(tally: Tally) -> Self {
        Self {
            next: 0,
            merged: 0,
            waiting: BTreeMap::new(),
            spare: Vec::new(),
            tally,
            failed: None,
            stopped: false,
            enough: false,
        }
    }
}

impl<W: Watcher> Desk<'_, W> {
    /// What each thread does.
    fn work<S: Simulator>(&self, simulator: &impl Fn() -> S) {
        let _alarm = Alarm(self);
        let mut simulator = simulator();
        let mut notes: [Notes<'_>; AT_ONCE] = std::array::from_fn(|_| Notes::new(self.layout));
        let mut recorder = Recorder::new(self.layout);
        while let Some((number, spare)) = self.take() {
            let made = self.make(number, &mut simulator, &mut notes, &mut recorder);
            self.deliver(number, made.map(|()| recorder.take(spare)));
        }
    }

    /// The next batch to begin, as soon as it may, and a merged part if there is one; none if there is none left or the work
    /// is stopped.
    fn take(&self) -> Option<(u64, Option<Part>)> {
        let mut state = self.lock();
        loop {
            if state.stopped || state.next == self.batches {
                return None;
            }
            if self.watcher.stop() {
                self.stop(&mut state);
                return None;
            }
            if state.next < state.merged + self.window {
                state.next += 1;
                return Some((state.next - 1, state.spare.pop()));
            }
            state = self.moved.wait(state).expect("no thread panics while it holds the state");
        }
    }

    /// Makes and counts the runs of a batch.
    fn make(
        &self,
        number: u64,
        simulator: &mut impl Simulator,
        notes: &mut [Notes<'_>],
        recorder: &mut Recorder<'_>,
    ) -> Result<(), RunFailed> {
        let batch = number * BATCH..((number + 1) * BATCH).min(self.plan.runs);
        for first in batch.clone().step_by(notes.len()) {
            let count = (batch.end - first).min(notes.len() as u64) as usize;
            let notes = &mut notes[..count];
            let endings = simulator.simulate(first, notes);
            for ((run, ending), notes) in (first..).zip(endings).zip(notes) {
                match ending {
                    Ok(ending) => recorder.keep(run, &ending, notes),
                    Err(_) if self.plan.keep_failed => recorder.discard(),
                    Err(failure) => return Err(RunFailed { run, failure }),
                }
            }
        }
        Ok(())
    }

    /// Merges what is next in order, until it is enough. A failure stops the work: all batches before it have been begun
    /// and are finished, so that the lowest failing run is found whatever the order of the threads, or that the runs
    /// before it were enough.
    fn deliver(&self, number: u64, part: Result<Part, RunFailed>) {
        let mut guard = self.lock();
        let state = &mut *guard;
        match part {
            Err(failed) => {
                if state.failed.as_ref().is_none_or(|lowest| failed.run < lowest.run) {
                    state.failed = Some(failed);
                }
                self.stop(state);
            }
            Ok(part) => {
                state.waiting.insert(number, part);
                self.merge(state);
                self.moved.notify_all();
            }
        }
    }

    fn merge(&self, state: &mut State) {
        while !state.enough
            && let Some(part) = state.waiting.remove(&state.merged)
        {
            state.tally.merge(&part);
            state.spare.push(part);
            state.merged += 1;
            self.watcher.batch_done(self.progress(&state.tally));
            if self.watcher.enough(&state.tally) {
                state.enough = true;
                self.stop(state);
            }
        }
    }

    fn progress(&self, tally: &Tally) -> Progress {
        let headline = self.headline.iter().map(|outcome| tally.class(*outcome)).sum();
        Progress { done: tally.runs(), runs: self.plan.runs, headline }
    }

    fn stop(&self, state: &mut State) {
        state.stopped = true;
        self.moved.notify_all();
    }

    fn close(self) -> Result<Batch, RunFailed> {
        let state = self.state.into_inner().expect("no thread panics while it holds the state");
        // A failed batch is never merged: if the runs were enough, it came after them.
        if let Some(failed) = state.failed
            && !state.enough
        {
            return Err(failed);
        }
        let runs = state.tally.runs();
        let end = match state.enough {
            true => End::Enough,
            false if runs < self.plan.runs => End::Stopped,
            false => End::Complete,
        };
        Ok(Batch { tally: state.tally, runs, end })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics while it holds the state")
    }
}

/// Sends the other threads home if this one panics: they would wait for its batch forever.
struct Alarm<'a, 'b, W: Watcher>(&'a Desk<'b, W>);

impl<W: Watcher> Drop for Alarm<'_, '_, W> {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Ok(mut state) = self.0.state.lock()
        {
            self.0.stop(&mut state);
        }
    }
}
