//! Vertical and horizontal escalation, and the rungs that dyads reached.

use super::super::figure::{excess, interval, plain_share, share};
use super::super::ignorance;
use super::super::layout::{Page, Role};
use super::notes;
use crate::report::{Dyad, Report, Spread};

/// Column at which the rungs of a dyad stand.
const RUNGS: usize = 32;

/// Which way escalation went, and how far each dyad got.
pub(super) fn escalation(page: &mut Page, report: &Report) {
    let Some(ladder) = report.ladder.as_ref().filter(|ladder| !ladder.dyads.is_empty()) else { return };
    page.heading("Escalation");
    let (vertical, horizontal) = (&ladder.vertical, &ladder.horizontal);
    spread(page, report, "vertical", "a dyad in dispute rose further", vertical);
    spread(page, report, "horizontal", "a quiet dyad was drawn in", horizontal);
    notes(page, report, &[("vertical", vertical.basis), ("horizontal", horizontal.basis)]);
    let (runs, excess) = (report.sampling.runs, excess(report));
    let involved: Vec<_> = horizontal
        .newly_involved
        .iter()
        .filter(|actor| actor.runs > 0)
        .map(|actor| format!("{} {}", actor.actor, plain_share(actor.runs, runs, excess)))
        .collect();
    if !involved.is_empty() {
        page.labelled("  newly involved", Role::Name, 18, Role::Plain, &involved.join(", "));
    }
    page.paragraph(2, Role::Faint, "share of runs in which each dyad ever reached a rung:");
    for dyad in &ladder.dyads {
        page.labelled(&format!("  {}", dyad.id), Role::Name, RUNGS, Role::Plain, &rungs(dyad, runs, excess));
    }
}

fn spread(page: &mut Page, report: &Report, label: &str, meaning: &str, spread: &Spread) {
    let figure = share(spread.count, report.sampling.runs, spread.interval);
    let ignorance = match ignorance::range(spread.ignorance.as_ref()).as_str() {
        "" => String::new(),
        range => format!("; ignorance {range}"),
    };
    let text = format!("{figure} of runs ({}{ignorance}): {meaning}", interval(spread.interval));
    page.labelled(&format!("  {label}"), Role::Name, 18, Role::Plain, &text);
}

/// The rungs above the lowest that were reached; of those that every run reached, the highest only.
fn rungs(dyad: &Dyad, runs: u64, excess: f64) -> String {
    let certain = dyad.rungs.iter().rposition(|rung| rung.count == runs).unwrap_or(0);
    let shown = dyad.rungs.iter().enumerate().skip(certain.max(1));
    let reached: Vec<_> = shown
        .filter(|(_, rung)| rung.count > 0)
        .map(|(_, rung)| format!("{} {}", rung.rung, plain_share(rung.count, runs, excess)))
        .collect();
    match dyad.rungs.first() {
        Some(lowest) if reached.is_empty() => format!("never above {}", lowest.rung),
        _ => reached.join(", "),
    }
}
