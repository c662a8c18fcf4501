//! Computed figures as Markdown, and simulated and computed ones side by side.

use super::super::text::exact::{bound, check_row, check_sentence, headline_sentence, method_sentence};
use super::{code, escaped, figure, likelihood, run_sentence, says, table};
use crate::report::{Counted, Report};
use std::fmt::Write as _;

/// A report of computed figures.
pub(super) fn markdown(report: &Report) -> String {
    let mut text = format!("# {}\n\n", escaped(&report.scenario.title));
    let _ = write!(text, "{}\n\n", escaped(&run_sentence(report)));
    let _ = write!(text, "**{}**\n\n", escaped(&headline_sentence(report)));
    let columns = ["outcome", "meaning", "probability", "likelihood", "median day and date", "ever"];
    let outcomes = report.outcomes.iter().map(|o| {
        let words = likelihood::short(&o.likelihood, o.interval);
        row(report, &o.id, o.says.as_deref(), o.share, Some(words), o.time, Some(o.ever.share))
    });
    table(&mut text, "Outcomes", &columns, &outcomes.collect::<Vec<_>>());
    let groups = report.groups.iter().map(|g| {
        let words = likelihood::short(&g.likelihood, g.interval);
        row(report, &g.id, g.says.as_deref(), g.share, Some(words), g.time, Some(g.ever.share))
    });
    let columns = ["group", "meaning", "probability", "likelihood", "median day and date", "ever"];
    table(&mut text, "Groups", &columns, &groups.collect::<Vec<_>>());
    passages(&mut text, report, "Watches", &report.watch);
    passages(&mut text, report, "Red lines crossed", &report.red_lines);
    let _ = writeln!(text, "{}", escaped(&method_sentence(report)));
    text
}

fn passages(text: &mut String, report: &Report, title: &str, list: &[Counted]) {
    let rows = list.iter().map(|c| row(report, &c.id, c.says.as_deref(), c.share, None, c.time, None));
    let columns = ["what", "meaning", "probability", "median day and date"];
    table(text, title, &columns, &rows.collect::<Vec<_>>());
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
