//! Computed figures as Markdown, and simulated and computed ones side by side.

use super::super::ignorance;
use super::super::text::exact::{bound, check_row, check_sentence, headline_sentence, method_sentence};
use super::{code, escaped, figure, likelihood, run_sentence, says, table};
use crate::report::{Counted, Report};
use std::fmt::Write as _;

/// A report of computed figures.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!("# {}\n\n", escaped(&report.scenario.title));
    let _ = write!(text, "{}\n\n", escaped(&run_sentence(report)));
    let _ = write!(text, "**{}**\n\n", escaped(&headline_sentence(report)));
    if let Some(sentence) = ignorance::computed(super::super::text::ignorance_of_headline(report)) {
        let _ = write!(text, "{}\n\n", escaped(&sentence));
    }
    let columns = ["outcome", "meaning", "probability", "likelihood", "median day and date", "ever"];
    let outcomes = report.outcomes.iter().map(|o| {
        let words = likelihood::short(&o.likelihood, o.interval);
        let row = row(report, &o.id, o.says.as_deref(), o.share, Some(words), o.time, Some(o.ever.share));
        with_range(report, row, || ignorance::range(o.ignorance.as_ref()))
    });
    let rows: Vec<_> = outcomes.collect();
    table(&mut text, "Outcomes", &titles(report, &columns), &rows);
    if ignorance::is_told(report) {
        let _ = write!(text, "{}\n\n", ignorance::COMPUTED_NOTE);
    }
    let groups = report.groups.iter().map(|g| {
        let words = likelihood::short(&g.likelihood, g.interval);
        let row = row(report, &g.id, g.says.as_deref(), g.share, Some(words), g.time, Some(g.ever.share));
        with_range(report, row, || ignorance::range(g.ignorance.as_ref()))
    });
    let columns = ["group", "meaning", "probability", "likelihood", "median day and date", "ever"];
    let rows: Vec<_> = groups.collect();
    table(&mut text, "Groups", &titles(report, &columns), &rows);
    passages(&mut text, report, "Watches", &report.watch);
    passages(&mut text, report, "Red lines crossed", &report.red_lines);
    let _ = writeln!(text, "{}", escaped(&method_sentence(report)));
    text
}

fn passages(text: &mut String, report: &Report, title: &str, list: &[Counted]) {
    let rows = list.iter().map(|c| {
        let row = row(report, &c.id, c.says.as_deref(), c.share, None, c.time, None);
        with_range(report, row, || ignorance::range(c.ignorance.as_ref()))
    });
    let rows: Vec<_> = rows.collect();
    table(text, title, &titles(report, &["what", "meaning", "probability", "median day and date"]), &rows);
}

/// The column of the ranges of ignorance, if there are any.
const RANGE: usize = 3;

/// The titles of a table, with that of the ranges of ignorance if there are any.
fn titles<'t>(report: &Report, titles: &[&'t str]) -> Vec<&'t str> {
    with_range(report, titles.to_vec(), || "ignorance")
}

fn with_range<T>(report: &Report, mut row: Vec<T>, range: impl FnOnce() -> T) -> Vec<T> {
    if ignorance::is_told(report) {
        row.insert(RANGE, range());
    }
    row
}

fn row(
    report: &Report,
    id: &str,
    meaning: Option<&str>,
    share: f64,
    words: Option<String>,
    time: Option<crate::report::Times>,
    ever: Option<f64>,
) -> Vec<String> {
    let mut row = vec![code(id), says(meaning), figure::probability(share, bound(report))];
    row.extend(words);
    row.push(figure::median(report, time));
    row.extend(ever.map(|ever| figure::probability(ever, bound(report))));
    row
}

/// Simulated and exact figures side by side, if they were asked for.
pub(super) fn check(text: &mut String, report: &Report) {
    let Some(check) = &report.exact_check else { return };
    let rows: Vec<Vec<String>> = check
        .rows
        .iter()
        .map(|row| check_row(check, row).iter().map(|cell| escaped(cell)).collect())
        .collect();
    table(text, "Simulated and exact", &["what", "simulated", "exact", "z"], &rows);
    let _ = write!(text, "{}\n\n", escaped(&check_sentence(report, check)));
}
