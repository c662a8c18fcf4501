//! Two sides that can be simulated → what was edited, how runs moved, and how much is due to which edit.

use super::sides::Made;
use super::{Flags, go_on};
use crate::analysis::attribution::{Refusal, Task, attribute, subject};
use crate::analysis::compare::{Comparison, DesignKind, Pair};
use crate::analysis::edits::Edits;
use crate::analysis::ledger::ledger;
use crate::analysis::replay::{Luck, Twins, twins};
use crate::check::Ready;
use crate::cli::output::{Status, Stop};
use crate::cli::progress::stopped;
use crate::engine::Draws;
use crate::report::SubjectKind;
use std::num::NonZeroU64;

/// Adds to a comparison what only the scenarios can tell.
pub(super) fn deepen(
    flags: &Flags,
    made: &[Made],
    baseline: usize,
    document: &mut Comparison,
) -> Result<(), Stop> {
    let others = (0..made.len()).filter(|at| *at != baseline);
    for (at, pair) in others.zip(&mut document.pairs) {
        go_on()?;
        let (one, two) = (&made[baseline], &made[at]);
        if let (Some(first), Some(second)) = (&one.ready, &two.ready) {
            deepen_pair(flags, (one, first), (two, second), pair)?;
        } else {
            let which = if one.ready.is_none() { &one.name } else { &two.name };
            pair.notes.push(format!(
                "the scenario of {which} is not one that this version can run: no edits, no ledger"
            ));
        }
    }
    Ok(())
}

fn deepen_pair(
    flags: &Flags,
    (one, first): (&Made, &Ready),
    (two, second): (&Made, &Ready),
    pair: &mut Pair,
) -> Result<(), Stop> {
    let edits = Edits::between(&first.scenario, &second.scenario);
    pair.edits = edits.list();
    let Some(luck) = luck(flags, one, pair) else {
        return match flags.attribute {
            Some(_) => Err(Stop::bad_input(format!(
                "--attribute needs paired sides, and {} and {} are not: {}",
                one.name,
                two.name,
                pair.design.reason.as_deref().unwrap_or("it is not known what became of each run")
            ))),
            None => Ok(()),
        };
    };
    if pair.identical || flags.no_ledger {
        return Ok(());
    }
    let found = twins(&first.model, &second.model, luck, &stopped);
    let found = found.ok_or_else(|| Stop::told(Status::Interrupted))?;
    match disagreement(&found, one, two)? {
        Some(note) => pair.notes.push(note),
        None => pair.ledger = Some(ledger(&found)),
    }
    if let Some(id) = &flags.attribute {
        let kind = kind_of(pair, id)?;
        let id = if id.is_empty() { pair.headline.clone().unwrap_or_default() } else { id.clone() };
        let task = Task {
            edits: &edits,
            luck,
            of: subject(kind, &id),
            orders: flags.orders,
            confidence: flags.confidence,
        };
        match attribute(&task, (&first.model, &second.model), &stopped) {
            Ok(attribution) => pair.attribution = Some(attribution),
            Err(Refusal::Stopped) => return Err(Stop::told(Status::Interrupted)),
            Err(refusal) => pair.notes.push(format!("no attribution: {refusal}")),
        }
    }
    Ok(())
}

fn kind_of(pair: &Pair, id: &str) -> Result<SubjectKind, Stop> {
    let wanted = if id.is_empty() { pair.headline.as_deref() } else { Some(id) };
    let Some(wanted) = wanted else {
        return Err(Stop::bad_input(
            "--attribute: the sides have no headline in common; name what is meant: --attribute=ID",
        ));
    };
    let found = pair.differences.iter().find(|difference| difference.id == wanted);
    found.map(|difference| difference.kind).ok_or_else(|| {
        let known: Vec<&str> = pair.differences.iter().map(|of| of.id.as_str()).collect();
        super::unknown(wanted, &known)
    })
}

/// The runs that both sides have.
fn luck(flags: &Flags, one: &Made, pair: &Pair) -> Option<Luck> {
    if pair.design.kind != DesignKind::Paired {
        return None;
    }
    let draws = pair.design.draws.and_then(NonZeroU64::new).map_or(Draws::Each, Draws::Of);
    let seed = one.report.sampling.seed.as_ref()?.parse().ok()?;
    Some(Luck { seed, draws, runs: pair.design.runs?, jobs: flags.jobs() })
}

/// The first run that is not what a report says.
fn disagreement(found: &Twins, one: &Made, two: &Made) -> Result<Option<String>, Stop> {
    for (made, is_first) in [(one, true), (two, false)] {
        let Some(runs) = made.side()?.runs else { continue };
        let class = |at: u16| runs.classes[usize::from(at)].as_str();
        let again = found.runs.iter().map(|twin| if is_first { twin.first } else { twin.second });
        let mut pairs = again.zip(&runs.class).enumerate();
        let other = pairs.find(|(_, (again, told))| found.classes[usize::from(*again)] != class(**told));
        if let Some((run, (again, told))) = other {
            return Ok(Some(format!(
                "no ledger: {} says that run {run} ended in {}, but simulated again it ends in {}",
                made.name,
                class(*told),
                found.classes[usize::from(again)]
            )));
        }
    }
    Ok(None)
}
