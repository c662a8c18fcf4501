//! Scenarios with some of the edits → in which runs something happened, simulating only runs that an edit touches.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{Refusal, Task, merge};
use crate::analysis::replay::{on_threads, twins};
use crate::engine::{Engine, Observer};
use crate::id::OutcomeId;
use crate::model::Model;
use crate::report::{Subject, SubjectKind};

/// Runs in a word.
const WORD: u64 = u64::BITS as u64;

/// Words that one thread works on at once.
const CHUNK: usize = 16;

/// Whether something is so in each run.
pub(super) type Bits = Vec<u64>;

/// The scenarios that were simulated.
pub(super) struct Subsets<'t> {
    task: &'t Task<'t>,
    groups: &'t [Vec<usize>],
    stop: &'t (dyn Fn() -> bool + Sync),
    /// Of each group, the runs that it touches if it alone is edited.
    touched: Vec<Bits>,
    known: BTreeMap<Vec<usize>, Bits>,
    /// Runs simulated so far.
    pub(super) simulated: u64,
    /// Runs whose answer was known without.
    pub(super) spared: u64,
}

/// The names of the outcomes a subject is made of; of a watch or red line, its own.
pub(super) fn members(model: &Model, of: &Subject) -> Option<Vec<String>> {
    let own = |known: bool| known.then(|| vec![of.id.clone()]);
    match of.kind {
        SubjectKind::Outcome => own(model.outcomes.iter().any(|outcome| outcome.name == of.id)),
        SubjectKind::Watch => own(model.watches.iter().any(|watch| watch.name == of.id)),
        SubjectKind::RedLine => own(model.red_lines.iter().any(|line| line.name == of.id)),
        SubjectKind::Group => {
            let group = model.groups.iter().find(|group| group.name == of.id)?;
            let mut names: Vec<String> =
                group.outcomes.iter().map(|id| model.outcomes[id.index()].name.clone()).collect();
            names.sort();
            Some(names)
        }
    }
}

impl<'t> Subsets<'t> {
    pub(super) fn new(
        task: &'t Task<'t>,
        groups: &'t [Vec<usize>],
        stop: &'t (dyn Fn() -> bool + Sync),
    ) -> Result<Self, Refusal> {
        let mut subsets =
            Self { task, groups, stop, touched: Vec::new(), known: BTreeMap::new(), simulated: 0, spared: 0 };
        let words = task.luck.runs.div_ceil(WORD) as usize;
        if !task.edits.act_alone() {
            subsets.touched = vec![vec![u64::MAX; words]; groups.len()];
            return Ok(subsets);
        }
        let base = subsets.model(&[]);
        for at in 0..groups.len() {
            let edited = subsets.model(&[at]);
            let twins = twins(&base, &edited, task.luck, stop).ok_or(Refusal::Stopped)?;
            subsets.simulated += 2 * task.luck.runs;
            let mut bits = vec![0; words];
            for (run, twin) in twins.runs.iter().enumerate() {
                bits[run / 64] |= u64::from(twin.touched || twin.drawn_otherwise) << (run % 64);
            }
            subsets.touched.push(bits);
        }
        Ok(subsets)
    }

    /// How many runs there are.
    pub(super) fn runs(&self) -> u64 {
        self.task.luck.runs
    }

    fn model(&self, wanted: &[usize]) -> Model {
        merge::model(self.task.edits, self.groups, wanted).expect("groups are joined until this compiles")
    }

    /// Whether a subset compiles.
    pub(super) fn is_sound(&self, wanted: &[usize]) -> bool {
        self.known.contains_key(wanted) || merge::model(self.task.edits, self.groups, wanted).is_some()
    }

    /// In which runs it happened with these groups of edits, rising positions, made.
    pub(super) fn bits(&mut self, wanted: &[usize]) -> Result<&Bits, Refusal> {
        if !self.known.contains_key(wanted) {
            let bits = self.simulate(wanted)?;
            self.known.insert(wanted.to_vec(), bits);
        }
        Ok(&self.known[wanted])
    }

    /// In how many.
    pub(super) fn count(&mut self, wanted: &[usize]) -> Result<u64, Refusal> {
        Ok(self.bits(wanted)?.iter().map(|word| u64::from(word.count_ones())).sum())
    }

    fn simulate(&mut self, wanted: &[usize]) -> Result<Bits, Refusal> {
        let runs = self.task.luck.runs;
        let words = runs.div_ceil(WORD) as usize;
        let (mut bits, ask) = match wanted {
            [] => (vec![0; words], vec![u64::MAX; words]),
            some => {
                let base = self.bits(&[])?.clone();
                let ask = (0..words).map(|word| some.iter().fold(0, |any, at| any | self.touched[*at][word]));
                (base, ask.collect())
            }
        };
        let model = self.model(wanted);
        let seer = Seer::new(&model, &self.task.of);
        let quick = model.quickened();
        let (luck, stop) = (self.task.luck, self.stop);
        let answer = |engine: &mut Engine<'_>, word: usize, known: u64, ask: u64| {
            let first = word as u64 * WORD;
            (0..WORD.min(runs - first)).filter(|bit| ask >> bit & 1 == 1).fold(known, |known, bit| {
                let mut seer = seer.clone();
                let ending = engine.run(first + bit, &mut seer);
                let happened =
                    ending.is_ok_and(|ending| seer.seen || seer.outcomes.contains(&ending.outcome));
                known & !(1 << bit) | u64::from(happened) << bit
            })
        };
        let work = || {
            (0..words.div_ceil(CHUNK))
                .into_par_iter()
                .map_init(
                    || Engine::new(&quick, luck.seed, luck.draws),
                    |engine, chunk| {
                        if stop() {
                            return None;
                        }
                        let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(words);
                        Some(
                            range
                                .map(|word| answer(engine, word, bits[word], ask[word]))
                                .collect::<Vec<u64>>(),
                        )
                    },
                )
                .collect::<Option<Vec<Vec<u64>>>>()
        };
        let found = on_threads(luck.jobs, work).ok_or(Refusal::Stopped)?;
        bits = found.into_iter().flatten().collect();
        let asked: u64 = ask.iter().map(|word| u64::from(word.count_ones())).sum::<u64>().min(runs);
        self.simulated += asked;
        self.spared += runs - asked;
        Ok(bits)
    }
}

/// Sees whether a subject happens in a run.
#[derive(Clone)]
struct Seer {
    outcomes: Vec<OutcomeId>,
    latch: Option<usize>,
    seen: bool,
}

impl Seer {
    fn new(model: &Model, of: &Subject) -> Self {
        let watch = model.watches.iter().find(|watch| of.kind == SubjectKind::Watch && watch.name == of.id);
        let line = model.red_lines.iter().find(|line| of.kind == SubjectKind::RedLine && line.name == of.id);
        let latch = watch.map(|watch| watch.latch).or(line.map(|line| line.latch));
        let names = if latch.is_some() { Vec::new() } else { members(model, of).unwrap_or_default() };
        let of_names = |at: &usize| names.contains(&model.outcomes[*at].name);
        let outcomes = (0..model.outcomes.len()).filter(of_names).map(OutcomeId::new).collect();
        Self { outcomes, latch, seen: false }
    }
}

impl Observer for Seer {
    fn latched(&mut self, _time: f64, latch: usize) {
        self.seen |= self.latch == Some(latch);
    }

    fn wants_tracks(&self) -> bool {
        false
    }
}
