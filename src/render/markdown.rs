//! A report → Markdown with tables, for a memo or a pull request.

mod exact;

use super::basis;
use super::figure;
use super::ignorance;
use super::likelihood;
use super::stopping;
use super::text::{headline_sentence, ignorance_sentence, method_sentence, run_sentence};
use crate::report::{Basis, Counted, Report, SamplingMethod};
use crate::source::neutral::neutralise;
use std::fmt::Write as _;

/// A report as Markdown (GitHub's, for its tables). Texts of the scenario are escaped.
pub fn markdown(report: &Report) -> String {
    if report.sampling.method == SamplingMethod::Exact {
        return exact::markdown(report);
    }
    let mut text = format!("# {}\n\n", escaped(&report.scenario.title));
    let mut paragraph = |sentence: &str| {
        let _ = write!(text, "{sentence}\n\n");
    };
    paragraph(&escaped(&run_sentence(report)));
    if let Some(alarm) = stopping::alarm(report) {
        paragraph(&format!("**{}**", escaped(&alarm)));
    }
    paragraph(&format!("**{}**", escaped(&headline_sentence(report))));
    if let Some(sentence) = ignorance_sentence(report) {
        paragraph(&escaped(&sentence));
    }
    if let Some(answers) = stopping::answers(report) {
        paragraph(&format!("**{}**", escaped(&answers)));
    }
    outcomes(&mut text, report);
    groups(&mut text, report);
    counted(&mut text, report, "Watches", &report.watch);
    counted(&mut text, report, "Red lines crossed", &report.red_lines);
    exact::check(&mut text, report);
    paths(&mut text, report);
    support(&mut text, report);
    let _ = writeln!(text, "{}", escaped(&method_sentence(report)));
    text
}

/// The columns that are left out if nothing stands in them.
const IGNORANCE: &str = "ignorance";
const MEDIAN_INTERVAL: &str = "its interval, days";

fn table(text: &mut String, title: &str, columns: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let optional = |at: usize| matches!(columns[at], IGNORANCE | MEDIAN_INTERVAL);
    let stands = |at: &usize| !optional(*at) || rows.iter().any(|row| !row[*at].is_empty());
    let shown: Vec<usize> = (0..columns.len()).filter(stands).collect();
    let titles: Vec<_> = shown.iter().map(|at| columns[*at]).collect();
    let _ = write!(text, "## {title}\n\n| {} |\n|", titles.join(" | "));
    for column in &titles {
        let number = !matches!(*column, "outcome" | "group" | "what" | "meaning" | "likelihood" | "path");
        text.push_str(if number { " ---: |" } else { " --- |" });
    }
    for row in rows {
        let cells: Vec<_> = shown.iter().map(|at| row[*at].as_str()).collect();
        let _ = write!(text, "\n| {} |", cells.join(" | "));
    }
    text.push_str("\n\n");
}

/// Names the intervals of a table that do not rest on what most do.
fn notes<'r>(text: &mut String, report: &Report, section: impl Iterator<Item = (&'r str, Basis)>) {
    for note in basis::notes(report, &section.collect::<Vec<_>>()) {
        let _ = write!(text, "{}\n\n", escaped(&note));
    }
}

fn outcomes(text: &mut String, report: &Report) {
    let (runs, excess) = (report.sampling.runs, figure::excess(report));
    let row = |o: &crate::report::Outcome| {
        vec![
            code(&o.id),
            says(o.says.as_deref()),
            figure::thousands(o.count.unwrap_or_default()),
            figure::share(o.count.unwrap_or_default(), runs, o.interval),
            figure::interval(o.interval),
            ignorance::range(o.ignorance.as_ref()),
            likelihood::short(&o.likelihood, o.interval),
            figure::median(report, o.time),
            figure::median_interval(o.time),
            figure::plain_share(o.ever.count.unwrap_or_default(), runs, excess),
        ]
    };
    let rows: Vec<_> = report.outcomes.iter().map(row).collect();
    let interval = format!("{} interval", super::text::level(report));
    let columns = [
        "outcome",
        "meaning",
        "runs",
        "share",
        &interval,
        IGNORANCE,
        "likelihood",
        "median day and date",
        MEDIAN_INTERVAL,
        "ever",
    ];
    table(text, "Outcomes", &columns, &rows);
    if ignorance::is_told(report) {
        let _ = write!(text, "{}\n\n", ignorance::NOTE);
    }
    notes(text, report, report.outcomes.iter().map(|it| (it.id.as_str(), it.basis)));
}

fn groups(text: &mut String, report: &Report) {
    let (runs, excess) = (report.sampling.runs, figure::excess(report));
    let row = |g: &crate::report::GroupCount| {
        vec![
            code(&g.id),
            says(g.says.as_deref()),
            figure::thousands(g.count.unwrap_or_default()),
            figure::share(g.count.unwrap_or_default(), runs, g.interval),
            figure::interval(g.interval),
            ignorance::range(g.ignorance.as_ref()),
            likelihood::short(&g.likelihood, g.interval),
            figure::median(report, g.time),
            figure::median_interval(g.time),
            figure::plain_share(g.ever.count.unwrap_or_default(), runs, excess),
        ]
    };
    let rows: Vec<_> = report.groups.iter().map(row).collect();
    let interval = format!("{} interval", super::text::level(report));
    let columns = [
        "group",
        "meaning",
        "runs",
        "share",
        &interval,
        IGNORANCE,
        "likelihood",
        "median day and date",
        MEDIAN_INTERVAL,
        "ever",
    ];
    table(text, "Groups", &columns, &rows);
    notes(text, report, report.groups.iter().map(|it| (it.id.as_str(), it.basis)));
}

fn counted(text: &mut String, report: &Report, title: &str, list: &[Counted]) {
    let runs = report.sampling.runs;
    let row = |c: &Counted| {
        vec![
            code(&c.id),
            says(c.says.as_deref()),
            figure::thousands(c.count.unwrap_or_default()),
            figure::share(c.count.unwrap_or_default(), runs, c.interval),
            figure::interval(c.interval),
            ignorance::range(c.ignorance.as_ref()),
            figure::median(report, c.time),
            figure::median_interval(c.time),
        ]
    };
    let rows: Vec<_> = list.iter().map(row).collect();
    let interval = format!("{} interval", super::text::level(report));
    table(
        text,
        title,
        &["what", "meaning", "runs", "share", &interval, IGNORANCE, "median day and date", MEDIAN_INTERVAL],
        &rows,
    );
    notes(text, report, list.iter().map(|it| (it.id.as_str(), it.basis)));
}

fn paths(text: &mut String, report: &Report) {
    let mut rows = Vec::new();
    for paths in &report.paths {
        for path in paths.top.iter().take(super::text::MOST_PATHS) {
            let steps: Vec<_> = path.signature.iter().map(|step| code(step)).collect();
            let steps = if steps.is_empty() { "no milestone".to_owned() } else { steps.join(" → ") };
            let share = format!("{:.1} %", 100.0 * path.share);
            rows.push(vec![code(&paths.outcome), steps, share, path.example.to_string()]);
        }
    }
    table(text, "Most frequent paths", &["outcome", "path", "share of its runs", "example run"], &rows);
}

fn support(text: &mut String, report: &Report) {
    let excess = figure::excess(report);
    let seen = report.provenance.outcomes.iter().filter(|support| support.runs > 0);
    let rows: Vec<_> = seen
        .map(|support| {
            vec![
                code(&support.outcome),
                figure::plain_share(support.assumption, support.runs, excess),
                figure::plain_share(support.low_grade, support.runs, excess),
            ]
        })
        .collect();
    let columns = ["outcome", "runs with an uncited milestone", "runs with one of low grades only"];
    table(text, "What rests on assumption", &columns, &rows);
}

fn says(text: Option<&str>) -> String {
    text.map_or_else(String::new, escaped)
}

/// An id in code type; with odd characters in it, as escaped text.
fn code(id: &str) -> String {
    let plain =
        id.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '(' | ')' | ',' | ' ' | '-'));
    if plain && !id.is_empty() { format!("`{id}`") } else { escaped(id) }
}

/// Text in which nothing is markup.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in neutralise(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '@' => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn nothing_of_a_scenario_is_markup() {
        assert_eq!(
            escaped("<script>|*a* [x](y) `z` \u{1b}"),
            r"&lt;script&gt;\|\*a\* \[x\](y) \`z\` \\u{1b}"
        );
        assert_eq!(code("a_b"), "`a_b`");
        assert_eq!(code("a`|b"), r"a\`\|b");
    }

    #[test]
    fn tables_have_as_many_cells_in_every_row() {
        let mut report = sample::report();
        report.outcomes[0].says = Some("a | b\n| c |".into());
        let text = markdown(&report);
        let mut columns = 0;
        for line in text.lines() {
            if !line.starts_with('|') {
                columns = 0;
                continue;
            }
            let cells = line.replace(r"\|", "").matches('|').count();
            assert!(columns == 0 || cells == columns, "{line}");
            columns = cells;
        }
        assert!(text.contains("| `war` |") && text.contains("| 3.51 % |"), "{text}");
        assert!(text.contains("| &lt; 0.004 % |") || text.contains("| < 0.004 % |"), "{text}");
    }
}
