//! What the outcomes rest on: how much on assumption or low grades, and on which.

use super::super::figure::{excess, plain_share, thousands};
use super::super::layout::{Page, Role, left, right};
use crate::report::{Assumption, Report};

/// Most rules and parameters named.
const MOST_NAMED: usize = 10;

/// How much of each outcome rests on assumption, and what is assumed.
pub(super) fn support(page: &mut Page, report: &Report) {
    page.heading("What rests on assumption");
    let excess = excess(report);
    let seen = report.provenance.outcomes.iter().filter(|support| support.runs > 0);
    let rows: Vec<Vec<String>> = seen
        .map(|support| {
            let assumption = plain_share(support.assumption, support.runs, excess);
            let low_grade = plain_share(support.low_grade, support.runs, excess);
            vec![support.outcome.clone(), assumption, low_grade]
        })
        .collect();
    if !rows.is_empty() {
        page.paragraph(
            2,
            Role::Faint,
            "share of its runs with a milestone that cites no claim, or claims of low grade (D–F, 4–6) only:",
        );
        let columns = [left("", Role::Name), right("no claim"), right("low grade")];
        page.table(&columns, &rows);
    }
    let (parameters, rules): (Vec<_>, Vec<_>) =
        report.provenance.assumptions.iter().partition(|assumption| assumption.parameter);
    let fired: Vec<&Assumption> = rules.into_iter().filter(|rule| rule.firings > 0).collect();
    let shown = |rule: &&Assumption| format!("{} ({})", rule.id, thousands(rule.firings));
    named(page, "uncited rules that fired most (firings)", fired.iter().map(shown).collect());
    named(page, "uncited parameters", parameters.iter().map(|parameter| parameter.id.clone()).collect());
    if report.provenance.assumptions.is_empty() {
        page.paragraph(2, Role::Plain, "Every rule, option and parameter cites a claim.");
    }
}

fn named(page: &mut Page, label: &str, mut names: Vec<String>) {
    if names.is_empty() {
        return;
    }
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    page.paragraph(2, Role::Plain, &format!("{label}: {}", names.join(", ")));
}
