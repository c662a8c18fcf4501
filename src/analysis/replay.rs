//! The same runs of two models, made side by side → which of them differ at all, and where their histories part.
//!
//! Both draw the same numbers wherever they draw the same thing (docs/semantics.md), so what differs is what the edits
//! between them did. Histories are compared by name and bit for bit.

mod history;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::engine::{Draws, Engine};
use crate::model::Model;
use history::{History, Names, Teller};

/// Runs made at once by one thread.
const BATCH: u64 = 1_024;

/// Which runs are made, and how.
#[derive(Clone, Copy, Debug)]
pub struct Luck {
    /// The seed of all draws.
    pub seed: u64,
    /// The parameter draws.
    pub draws: Draws,
    /// Runs: numbers 0 to `runs` − 1.
    pub runs: u64,
    /// Threads; 0 for one per core. No figure depends on it.
    pub jobs: usize,
}

/// What became of one run in both models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Its class in the first, by position in [`Twins::classes`].
    pub first: u16,
    /// Its class in the second.
    pub second: u16,
    /// Whether anything differs: a firing, its time, an option taken, a value, a red line, a watch, the end.
    pub touched: bool,
    /// Whether a parameter has another value.
    pub drawn_otherwise: bool,
    /// Where the histories part, if they do.
    pub parting: Option<Parting>,
}

/// The first thing that two histories do not have in common.
///
/// It is the first firing that only one of them has, or the first with other effects, in the order of firings whatever
/// their times; only where all firings and effects are the same, it is the first at another time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parting {
    /// This fired in the first, and not here in the second.
    OnlyFirst(String),
    /// This fired in the second, and not here in the first.
    OnlySecond(String),
    /// At the same time, one fired in the first and the other in the second: options of a choice, or rules.
    Instead(String, String),
    /// This fired in both, with other effects.
    OtherEffects(String),
    /// This fired in both, at another time.
    OtherTime(String),
    /// The initial state.
    Start,
    /// How the run ended or was classed, or what it had crossed.
    End,
}

/// All runs of two models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twins {
    /// Outcomes of the first, then those that only the second has, then `failed`.
    pub classes: Vec<String>,
    /// Of each run, what became of it.
    pub runs: Vec<Twin>,
}

/// Makes the runs of both models. Nothing if `stop` says so meanwhile; it is asked from any thread, between batches.
pub fn twins(first: &Model, second: &Model, luck: Luck, stop: &(dyn Fn() -> bool + Sync)) -> Option<Twins> {
    let names = Names::of(first, second);
    let (quick_first, quick_second) = (first.quickened(), second.quickened());
    let pair = || {
        (
            (Engine::new(&quick_first, luck.seed, luck.draws), Teller::new(names.first())),
            (Engine::new(&quick_second, luck.seed, luck.draws), Teller::new(names.second())),
        )
    };
    let work = || {
        (0..luck.runs.div_ceil(BATCH))
            .into_par_iter()
            .map_init(pair, |(one, other), batch| {
                if stop() {
                    return None;
                }
                let numbers = batch * BATCH..((batch + 1) * BATCH).min(luck.runs);
                Some(
                    numbers
                        .map(|run| {
                            one.1.tell(&mut one.0, run);
                            other.1.tell(&mut other.0, run);
                            twin(&one.1.history, &other.1.history, &names)
                        })
                        .collect::<Vec<Twin>>(),
                )
            })
            .collect::<Option<Vec<Vec<Twin>>>>()
    };
    let batches = on_threads(luck.jobs, work)?;
    Some(Twins { classes: names.classes(), runs: batches.into_iter().flatten().collect() })
}

/// Does something on so many threads; on the usual ones if there cannot be.
pub(super) fn on_threads<T: Send>(jobs: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(jobs.min(1_024)).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

fn twin(first: &History, second: &History, names: &Names) -> Twin {
    let touched = first.differs(second);
    Twin {
        first: first.class,
        second: second.class,
        touched,
        drawn_otherwise: first.parameters != second.parameters,
        parting: touched.then(|| first.parting(second, names)),
    }
}
