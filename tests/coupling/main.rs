//! Editing, adding or removing what does not happen in a run leaves that run as it was, to the last bit.
//!
//! Each edit is made in the middle of a scenario that uses every kind of rule. Of some hundreds of runs under one seed,
//! those in which what was edited fires neither before nor after are compared: all firings with their options, all
//! changes of variables, times and values by their bits, and the end. That other runs do differ shows that the edits
//! matter at all.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "tests print the tables of docs/correctness.md")]

mod edits;
#[path = "../support/scenario.rs"]
mod scenario;
#[path = "../support/trace.rs"]
mod trace;

use std::collections::BTreeSet;

use edits::Edit;
use escalade::model::Model;
use scenario::ready;
use trace::{Told, traces};

const SEED: u64 = 77;
const RUNS: u64 = 600;

/// What came of an edit.
struct Outcome {
    /// Runs in which what was edited never fired.
    untouched: usize,
    /// Of these, runs that differ.
    broken: Vec<usize>,
    /// Other runs that differ.
    differ: usize,
}

fn names(model: &Model) -> BTreeSet<&str> {
    model.variables.iter().map(|variable| variable.name.as_str()).collect()
}

/// Whether an event of a run is one of these, or an option of theirs.
fn touches(told: &Told, edited: &[&str]) -> bool {
    let Told::Fired(_, rule, options) = told else { return false };
    let is =
        |name: &str| edited.iter().any(|edited| name == *edited || name.starts_with(&format!("{edited}.")));
    is(rule) || options.iter().any(|option| is(option))
}

/// What is compared of a run: variables that only one of the models has are left out.
fn compared<'t>(run: &'t [Told], shared: &BTreeSet<&str>) -> Vec<&'t Told> {
    let keeps = |told: &&Told| !matches!(told, Told::Changed(_, name, _) if !shared.contains(name.as_str()));
    run.iter().filter(keeps).collect()
}

fn outcome_of(edit: &Edit) -> Outcome {
    let (before, after) = (ready(&edit.before).model, ready(&edit.after).model);
    let shared: BTreeSet<&str> = names(&before).intersection(&names(&after)).copied().collect();
    let mut outcome = Outcome { untouched: 0, broken: Vec::new(), differ: 0 };
    let runs = traces(&before, SEED, 0..RUNS, false).into_iter().zip(traces(&after, SEED, 0..RUNS, false));
    for (number, (old, new)) in runs.enumerate() {
        let touched = old.iter().chain(&new).any(|told| touches(told, edit.edited));
        let equal = compared(&old, &shared) == compared(&new, &shared);
        outcome.untouched += usize::from(!touched);
        match (touched, equal) {
            (false, false) => outcome.broken.push(number),
            (true, false) => outcome.differ += 1,
            _ => {}
        }
    }
    outcome
}

#[test]
fn what_does_not_happen_changes_nothing() {
    println!(
        "| edit | runs in which it never fires | of these changed | of the others changed |\n|---|---|---|---|"
    );
    let mut wrong = Vec::new();
    for edit in edits::all() {
        let Outcome { untouched, broken, differ } = outcome_of(&edit);
        let others = RUNS as usize - untouched;
        println!("| {} | {untouched} | {} | {differ} of {others} |", edit.name, broken.len());
        if !broken.is_empty() {
            wrong.push(format!("{}: runs {broken:?} changed", edit.name));
        }
        if untouched < 20 || (differ == 0 && !edit.edited.is_empty()) {
            wrong.push(format!("{}: nothing is shown", edit.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The comparison itself can fail: another draw of one delay changes runs in which the edited rule never fires.
#[test]
fn a_broken_coupling_would_be_seen() {
    let edits = edits::all();
    let mut edit = edits.into_iter().find(|edit| edit.name == "rate: another value").unwrap();
    edit.after = edit.after.replace("mean: 6d", "mean: 6.0000001d");
    assert!(outcome_of(&edit).broken.len() > 20);
}
