//! The same runs of two models → the flip ledger: how many moved from which outcome to which, and where they parted.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::replay::{Parting, Twins};
use crate::engine::STREAMS_VERSION;

/// Run numbers named in a cell.
const EXAMPLES: usize = 5;

/// How runs moved between outcomes, and where their histories parted. Cells hold under shared draws of this version of
/// the random streams; only the totals, which are differences of shares, are properties of the scenarios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// Runs made of both sides: numbers 0 to `runs` − 1.
    pub runs: u64,
    /// Version of the random streams under which the cells hold.
    pub streams: u32,
    /// Runs whose histories differ in anything at all, to the last bit.
    pub touched: u64,
    /// Runs that ended in another outcome.
    pub moved: u64,
    /// From which outcome to which, those that stayed included; the most frequent moves first, then those that stayed.
    pub cells: Vec<Cell>,
    /// Of each outcome, what moved into it and out of it.
    pub totals: Vec<Total>,
}

/// Runs that ended in one outcome at the baseline and in one at the other side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The outcome at the baseline, or `failed`.
    pub from: String,
    /// The outcome at the other side.
    pub to: String,
    /// Runs.
    pub runs: u64,
    /// Of these, runs whose histories differ at all.
    pub touched: u64,
    /// Where the most of them part; nothing if none differs.
    pub parting: Option<MostParting>,
    /// Numbers of the first runs, up to five; of a cell that stayed, the first that differ.
    pub examples: Vec<u64>,
}

/// The most common first event in which histories part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MostParting {
    /// In what way.
    pub how: How,
    /// The event at the baseline; nothing if it has none there.
    pub baseline: Option<String>,
    /// The event at the other side.
    pub side: Option<String>,
    /// Runs of the cell that part so.
    pub runs: u64,
}

/// In what way histories part. Times count only where all firings and their effects are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// An event that only one of them has.
    Only,
    /// One event instead of the other at the same time.
    Instead,
    /// The same event, with other effects.
    OtherEffects,
    /// The same event, at another time.
    OtherTime,
    /// The initial state.
    Start,
    /// The end, its class, or what was crossed on the way.
    End,
}

/// What moved into an outcome and out of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Total {
    /// The outcome, or `failed`.
    pub outcome: String,
    /// Runs at the baseline.
    pub baseline: u64,
    /// Runs at the other side: `baseline` + `into` − `out_of`.
    pub side: u64,
    /// Runs that moved into it.
    pub into: u64,
    /// Runs that moved out of it.
    pub out_of: u64,
}

#[derive(Default)]
struct Found<'t> {
    runs: u64,
    touched: u64,
    examples: Vec<u64>,
    partings: BTreeMap<&'t Parting, u64>,
}

/// The ledger of all runs.
pub fn ledger(twins: &Twins) -> Ledger {
    let mut found: BTreeMap<(u16, u16), Found<'_>> = BTreeMap::new();
    for (run, twin) in twins.runs.iter().enumerate() {
        let cell = found.entry((twin.first, twin.second)).or_default();
        cell.runs += 1;
        cell.touched += u64::from(twin.touched);
        if twin.touched && cell.examples.len() < EXAMPLES {
            cell.examples.push(run as u64);
        }
        if let Some(parting) = &twin.parting {
            *cell.partings.entry(parting).or_default() += 1;
        }
    }
    let totals = totals(&twins.classes, &found);
    let name = |class: u16| twins.classes[usize::from(class)].clone();
    let mut cells: Vec<Cell> = found
        .into_iter()
        .map(|((from, to), cell)| Cell {
            from: name(from),
            to: name(to),
            runs: cell.runs,
            touched: cell.touched,
            parting: most(&cell.partings),
            examples: cell.examples,
        })
        .collect();
    cells.sort_by_key(|cell| (cell.from == cell.to, std::cmp::Reverse(cell.runs)));
    Ledger {
        runs: twins.runs.len() as u64,
        streams: STREAMS_VERSION,
        touched: cells.iter().map(|cell| cell.touched).sum(),
        moved: cells.iter().filter(|cell| cell.from != cell.to).map(|cell| cell.runs).sum(),
        cells,
        totals,
    }
}

fn totals(classes: &[String], found: &BTreeMap<(u16, u16), Found<'_>>) -> Vec<Total> {
    let mut totals: Vec<Total> = classes
        .iter()
        .map(|outcome| Total { outcome: outcome.clone(), baseline: 0, side: 0, into: 0, out_of: 0 })
        .collect();
    for ((from, to), cell) in found {
        let (from, to) = (usize::from(*from), usize::from(*to));
        totals[from].baseline += cell.runs;
        totals[to].side += cell.runs;
        if from != to {
            totals[from].out_of += cell.runs;
            totals[to].into += cell.runs;
        }
    }
    // Failed runs are told of only where there are any.
    totals.retain(|total| total.outcome != crate::report::FAILED || total.baseline + total.side > 0);
    totals
}

/// The most common one; of several, the first in alphabetical order.
fn most(partings: &BTreeMap<&Parting, u64>) -> Option<MostParting> {
    let (parting, runs) = partings.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)))?;
    let name = |name: &String| Some(name.clone());
    let (how, baseline, side) = match parting {
        Parting::OnlyFirst(event) => (How::Only, name(event), None),
        Parting::OnlySecond(event) => (How::Only, None, name(event)),
        Parting::Instead(one, other) => (How::Instead, name(one), name(other)),
        Parting::OtherEffects(event) => (How::OtherEffects, name(event), name(event)),
        Parting::OtherTime(event) => (How::OtherTime, name(event), name(event)),
        Parting::Start => (How::Start, None, None),
        Parting::End => (How::End, None, None),
    };
    Some(MostParting { how, baseline, side, runs: *runs })
}
