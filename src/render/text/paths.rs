//! The most frequent paths of each outcome, and the rules that fired most.

use super::super::command::{Replay, ReplayDraws, replay};
use super::super::figure::{self, excess, plain_share, thousands};
use super::super::layout::{Page, Role, left, right};
use super::MOST_PATHS;
use crate::report::{Path, Paths, Report, RuleCount};

/// Most rules shown.
const MOST_RULES: usize = 10;

/// Of every outcome seen, its most frequent paths, each with the number of a run that took it.
pub(super) fn paths(page: &mut Page, report: &Report) {
    let runs_of = |id: &str| {
        report.outcomes.iter().find(|outcome| outcome.id == id).and_then(|o| o.count).unwrap_or_default()
    };
    let seen: Vec<&Paths> = report.paths.iter().filter(|paths| !paths.top.is_empty()).collect();
    if seen.is_empty() {
        return;
    }
    let excess = excess(report);
    page.heading("Most frequent paths of each outcome, by milestones");
    for paths in seen {
        let runs = runs_of(&paths.outcome);
        let kinds = if paths.distinct == 1 { "path" } else { "different paths" };
        page.named(&paths.outcome, &format!("{}, {} {kinds}", figure::runs(runs), thousands(paths.distinct)));
        for path in paths.top.iter().take(MOST_PATHS) {
            let label = format!("  {:>7}", plain_share(path.count, runs, excess));
            page.labelled(&label, Role::Plain, 11, Role::Plain, &steps(path));
        }
    }
    page.paragraph(2, Role::Faint, &how(report));
}

fn steps(path: &Path) -> String {
    let steps =
        if path.signature.is_empty() { "no milestone".to_owned() } else { path.signature.join(" →\u{a0}") };
    format!("{steps} (run\u{a0}{})", path.example)
}

/// How one of the runs named is replayed.
fn how(report: &Report) -> String {
    let set: Vec<_> =
        report.scenario.set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let sampling = &report.sampling;
    let of = Replay {
        scenario: Some("SCENARIO"),
        variant: report.scenario.variant.as_deref(),
        set: &set,
        seed: sampling.seed.as_deref().unwrap_or_default(),
        draws: ReplayDraws { drawn: sampling.drawn_parameters > 0, draws: sampling.draws },
    };
    format!("replay one: {}", replay(of, "N"))
}

/// The rules and options that fired in most runs.
pub(super) fn rules(page: &mut Page, report: &Report) {
    let mut list: Vec<&RuleCount> = report.rules.iter().filter(|rule| rule.firings > 0).collect();
    if list.is_empty() {
        return;
    }
    list.sort_by_key(|rule| std::cmp::Reverse(rule.firings));
    page.heading("Rules that fired most");
    let (runs, excess) = (report.sampling.runs, excess(report));
    let row = |rule: &&RuleCount| {
        let cited = if rule.claims.is_empty() { "cites no claim".to_owned() } else { String::new() };
        let each = format!("{:.2}", rule.firings as f64 / runs.max(1) as f64);
        vec![rule.id.clone(), thousands(rule.firings), each, plain_share(rule.runs, runs, excess), cited]
    };
    let columns =
        [left("", Role::Name), right("firings"), right("per run"), right("in runs"), left("", Role::Faint)];
    page.table(&columns, &list.iter().take(MOST_RULES).map(row).collect::<Vec<_>>());
}
