//! Models broken on purpose, which the comparisons must find out.
//!
//! Every fault is put into a compiled model, and the very same comparisons that the right model passes, with the same
//! limit, are made. A fault that changes no run to the last bit is no fault (a clock looks at itself after its own firing,
//! so an edge from what only it changes is idle); every other one must be rejected.

use escalade::ensemble::BATCH;
use escalade::id::RuleId;
use escalade::model::{Code, Dependents, Draw, Model, Op, Timing};

use crate::compare::{Case, worst};
use crate::rescaling::{fit, subjects};
use crate::scenario::ready;
use crate::score::limit;
use crate::trace::traces;
use crate::{SEED, batch, comparisons, models};

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A hazard is 2 % too high.
    Rate,
    /// Something is not looked at again when a variable that it reads changes.
    Edge,
    /// A delay is not cancelled when its condition lapses.
    Cancellation,
}

/// A model with one fault.
struct Mutant {
    kind: Kind,
    fault: String,
    model: Model,
}

fn mutants(model: &Model) -> Vec<Mutant> {
    let mut all = Vec::new();
    let mut add = |kind, fault: String, change: &dyn Fn(&mut Model)| {
        let mut model = model.clone();
        change(&mut model);
        all.push(Mutant { kind, fault, model });
    };
    wrong_clocks(model, &mut add);
    dropped_edges(model, &mut add);
    all
}

fn wrong_clocks(model: &Model, add: &mut impl FnMut(Kind, String, &dyn Fn(&mut Model))) {
    for (at, rule) in model.rules.iter().enumerate() {
        let name = &model.event(rule.event).name;
        match &rule.timing {
            Timing::Hazard { .. } => {
                let fault = format!("`{name}` 2 % too fast");
                add(Kind::Rate, fault, &|model| hasten(&mut model.rules[at].timing));
            }
            Timing::Delay { sticky: false, .. } | Timing::Answer { after: Some(_), .. }
                if rule.when.is_some() =>
            {
                let fault = format!("`{name}` never cancelled");
                add(Kind::Cancellation, fault, &|model| stick(&mut model.rules[at].timing));
            }
            _ => {}
        }
    }
}

fn dropped_edges(model: &Model, add: &mut impl FnMut(Kind, String, &dyn Fn(&mut Model))) {
    let rule_name = |rule: RuleId| &model.event(model.rule(rule).event).name;
    for (variable, dependents) in model.dependents.iter().enumerate() {
        let name = &model.variables[variable].name;
        let mut drop = |what: String, remove: &dyn Fn(&mut Dependents)| {
            add(Kind::Edge, format!("{what} blind to `{name}`"), &|model| {
                remove(&mut model.dependents[variable]);
            });
        };
        for (at, rule) in dependents.clocks.iter().enumerate() {
            drop(format!("clock of `{}`", rule_name(*rule)), &|edges| _ = edges.clocks.remove(at));
        }
        for (at, rule) in dependents.triggers.iter().enumerate() {
            drop(format!("trigger `{}`", rule_name(*rule)), &|edges| _ = edges.triggers.remove(at));
        }
        for (at, outcome) in dependents.outcomes.iter().enumerate() {
            let outcome = &model.outcomes[outcome.index()].name;
            drop(format!("outcome `{outcome}`"), &|edges| _ = edges.outcomes.remove(at));
        }
        for at in 0..dependents.latches.len() {
            drop("a latch".into(), &|edges| _ = edges.latches.remove(at));
        }
        for (at, track) in dependents.tracks.iter().enumerate() {
            let track = &model.tracks[*track as usize].name;
            drop(format!("track `{track}`"), &|edges| _ = edges.tracks.remove(at));
        }
    }
}

fn hasten(timing: &mut Timing) {
    let Timing::Hazard { rate, .. } = timing else { return };
    *rate = Code::new([rate.ops(), &[Op::Constant(1.02), Op::Mul]].concat());
}

fn stick(timing: &mut Timing) {
    match timing {
        Timing::Delay { sticky, .. } => *sticky = true,
        Timing::Answer { after: Some(after), .. } => after.sticky = true,
        _ => {}
    }
}

/// Whether a fault changes no run of the first few thousand, to the last bit.
fn is_idle(model: &Model, mutant: &Mutant) -> bool {
    mutant.kind == Kind::Edge
        && traces(model, SEED, 0..3000, true) == traces(&mutant.model, SEED, 0..3000, true)
}

/// Rejects the mutants of these kinds, each at the first of these numbers of runs that shows it; prints the table.
fn reject(kinds: &[Kind], runs: &[u64], chosen: impl Fn(&Case) -> bool) {
    let cases = models::all();
    let limit = limit(comparisons(&cases));
    println!("|z| > {limit:.2} rejects\n\n| model | fault | runs | greatest abs. z |\n|---|---|---|---|");
    let mut missed = Vec::new();
    let mut idle = 0;
    for case in cases.iter().filter(|case| chosen(case)) {
        let model = ready(&case.text).model;
        for mutant in mutants(&model).iter().filter(|mutant| kinds.contains(&mutant.kind)) {
            let found = runs.iter().find_map(|runs| {
                let z = worst(&case.scores(&mutant.model, &batch(&mutant.model, *runs)));
                (z > limit).then_some((runs, z))
            });
            match found {
                Some((runs, z)) => println!("| {} | {} | {runs} | {z:.1} |", case.name, mutant.fault),
                None if is_idle(&model, mutant) => idle += 1,
                None => missed.push(format!("{}: {}", case.name, mutant.fault)),
            }
        }
    }
    println!("\n{idle} edges are idle: without them no run changes");
    assert!(missed.is_empty(), "not found out: {missed:#?}");
}

#[test]
fn dropped_edges_and_uncancelled_delays_are_found_out() {
    reject(&[Kind::Edge, Kind::Cancellation], &[4 * BATCH, 32 * BATCH], |_| true);
}

/// In these, a rule fires often enough for 2 % to show soon.
#[test]
fn wrong_rates_are_found_out() {
    let busy = ["M/M/1/5 queue", "immigration and death", "gambler's ruin"];
    reject(&[Kind::Rate], &[200_000], |case| busy.contains(&case.name));
}

#[test]
#[ignore = "minutes: up to a million runs for each fault"]
fn all_wrong_rates_are_found_out_in_a_long_run() {
    reject(&[Kind::Rate], &[250_000, 1_000_000], |_| true);
}

/// Of the clocks tested by time rescaling each is found out by its own integrals.
#[test]
#[ignore = "a minute: a million integrals for each fault"]
fn wrong_rates_are_found_out_by_integrated_hazards_in_a_long_run() {
    println!("| scenario | fault | integrals | distance | limit |\n|---|---|---|---|---|");
    for subject in subjects() {
        for mutant in mutants(&ready(&subject.text).model).iter().filter(|mutant| mutant.kind == Kind::Rate) {
            let fits = fit(&subject, &mutant.model, 60_000);
            let own = fits.iter().find(|fit| mutant.fault.starts_with(&format!("`{}`", fit.rule)));
            let fit = own.unwrap_or_else(|| panic!("{} is not tested", mutant.fault));
            println!(
                "| {} | {} | {} | {:.5} | {:.5} |",
                fit.subject, mutant.fault, fit.values, fit.distance, fit.limit
            );
            assert!(fit.distance > fit.limit, "{}", mutant.fault);
        }
    }
}

/// Every edge into a clock that is tested, but for idle ones, at the size of the ordinary test.
#[test]
fn dropped_edges_are_found_out_by_integrated_hazards() {
    for subject in subjects() {
        let model = ready(&subject.text).model;
        for mutant in mutants(&model).iter().filter(|mutant| mutant.kind == Kind::Edge) {
            let rule = mutant.fault.split('`').nth(1).unwrap();
            if subject.tests(rule)
                && traces(&model, SEED, 0..50, false) != traces(&mutant.model, SEED, 0..50, false)
            {
                let fits = fit(&subject, &mutant.model, 2_000);
                assert!(fits.iter().any(|fit| fit.distance > fit.limit), "{}", mutant.fault);
            }
        }
    }
}

/// Delays are divided by `scale`, which the mutations leave alone: that they are not is seen here.
#[test]
fn a_delay_two_percent_too_long_is_found_out() {
    let cases = models::all();
    let case = cases.iter().find(|case| case.name == "families of delays").unwrap();
    let mut model = ready(&case.text).model;
    for rule in &mut model.rules {
        if let Timing::Delay { delay: Draw::Sampled { factor, .. }, .. } = &mut rule.timing {
            *factor *= 1.02;
        }
    }
    assert!(worst(&case.scores(&model, &batch(&model, 300_000))) > limit(comparisons(&cases)));
}
