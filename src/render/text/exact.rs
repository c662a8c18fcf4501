//! Computed figures as text, and simulated and computed ones side by side.

use super::super::figure::{at_most, median, probability};
use super::super::ignorance;
use super::super::layout::{Align, Column, Page, Role, bar, left, right};
use super::{Style, headline, likelihood, run_sentence};
use crate::report::{Counted, ExactCheck, ExactMethod, ExactRow, Ignorance, Report, StoppingKind, Times};

/// Columns of a bar.
const BAR: usize = 10;

/// The column with the ranges of ignorance, if there are any.
const IGNORANCE: usize = 2;

/// A report of computed figures; no line is wider than the style says.
pub(super) fn text(report: &Report, style: &Style) -> String {
    let mut page = Page::new(*style);
    page.paragraph(0, Role::Name, &report.scenario.title);
    page.paragraph(0, Role::Faint, &run_sentence(report));
    page.blank();
    page.paragraph(0, Role::Name, &headline_sentence(report));
    if let Some(sentence) = ignorance::computed(headline(report).ignorance) {
        page.paragraph(0, Role::Plain, &sentence);
    }
    page.heading("Outcomes, most severe first");
    let outcomes = report.outcomes.iter();
    let outcomes = outcomes
        .map(|o| (o.id.as_str(), o.says.as_deref(), o.share, o.ignorance.as_ref(), o.time, o.ever.share));
    table(&mut page, report, &outcomes.collect::<Vec<_>>());
    page.paragraph(
        2,
        Role::Faint,
        "ever: probability that its condition holds at any time, whatever the class",
    );
    if ignorance::is_told(report) {
        page.paragraph(2, Role::Faint, ignorance::COMPUTED_NOTE);
    }
    if !report.groups.is_empty() {
        page.heading("Groups");
        let groups = report.groups.iter();
        let groups = groups
            .map(|g| (g.id.as_str(), g.says.as_deref(), g.share, g.ignorance.as_ref(), g.time, g.ever.share));
        table(&mut page, report, &groups.collect::<Vec<_>>());
    }
    passages(&mut page, report, "Watches", &report.watch);
    passages(&mut page, report, "Red lines crossed", &report.red_lines);
    page.blank();
    page.paragraph(0, Role::Faint, &method_sentence(report));
    page.into_text()
}

/// `War over the island: 36.248 %, exactly computed: unlikely (ICD 203).`
pub(in super::super) fn headline_sentence(report: &Report) -> String {
    let figures = headline(report);
    let label = figures.label.trim_end_matches(['.', ' ']);
    let share = probability(figures.interval[0], bound(report));
    let words = figures
        .likelihood
        .map_or_else(|| "no likelihood".to_owned(), |words| likelihood::phrase(words, figures.interval));
    format!("{label}: {share}, exactly computed: {words}.")
}

/// How the figures were computed and what they do not cover.
pub(in super::super) fn method_sentence(report: &Report) -> String {
    let digest: String = report.scenario.digest.chars().take(12).collect();
    let how = report.sampling.exact.as_ref().map_or_else(String::new, method);
    format!(
        "Scenario {digest}, escalade {}. {how} They say nothing of how right the scenario is.",
        report.sampling.version
    )
}

fn method(exact: &ExactMethod) -> String {
    use super::super::thousands;
    format!(
        "Computed by uniformisation over {} states and {} transitions, {} known instants, {} steps. Probabilities are \
         within {} of their true values, times within {} days.",
        thousands(exact.states),
        thousands(exact.transitions),
        thousands(exact.instants),
        thousands(exact.steps),
        at_most(exact.error_bound),
        at_most(exact.resolution),
    )
}

/// The error bound of the probabilities.
pub(in super::super) fn bound(report: &Report) -> f64 {
    report.sampling.exact.as_ref().map_or(0.0, |exact| exact.error_bound)
}

type Line<'r> = (&'r str, Option<&'r str>, f64, Option<&'r Ignorance>, Option<Times>, f64);

fn table(page: &mut Page, report: &Report, lines: &[Line<'_>]) {
    let bound = bound(report);
    let mut rows = vec![["", "probability", "ignorance", "median day", "ever"].map(str::to_owned).to_vec()];
    rows.extend(lines.iter().map(|(_, _, share, known, time, ever)| {
        let bar = format!("{:BAR$}", bar(*share, BAR));
        let (share, ever) = (probability(*share, bound), probability(*ever, bound));
        vec![bar, share, ignorance::range(*known), median(report, *time), ever]
    }));
    let bars = Column { title: "", align: Align::Left, role: Role::Bar };
    let mut columns = vec![bars, right(""), right(""), left("", Role::Plain), right("")];
    if !ignorance::is_told(report) {
        columns.remove(IGNORANCE);
        for row in &mut rows {
            row.remove(IGNORANCE);
        }
    }
    let mut drawn = page.drawn(&columns, &rows).into_iter();
    if let Some(titles) = drawn.next() {
        page.raw(&titles);
    }
    for ((id, says, ..), figures) in lines.iter().zip(drawn) {
        page.named(id, says.unwrap_or_default());
        page.raw(&figures);
    }
}

fn passages(page: &mut Page, report: &Report, title: &str, list: &[Counted]) {
    if list.is_empty() {
        return;
    }
    page.heading(title);
    let mut list: Vec<&Counted> = list.iter().collect();
    list.sort_by(|one, other| other.share.total_cmp(&one.share));
    let row = |counted: &&Counted| {
        let share = probability(counted.share, bound(report));
        let range = ignorance::range(counted.ignorance.as_ref());
        vec![counted.id.clone(), share, range, median(report, counted.time)]
    };
    let mut rows: Vec<_> = list.iter().map(row).collect();
    let mut columns =
        vec![left("", Role::Name), right("probability"), right("ignorance"), left("median day", Role::Plain)];
    if !ignorance::is_told(report) {
        columns.remove(IGNORANCE);
        for row in &mut rows {
            row.remove(IGNORANCE);
        }
    }
    page.table(&columns, &rows);
}

/// Simulated and exact figures side by side, if they were asked for.
pub(super) fn check(page: &mut Page, report: &Report) {
    let Some(check) = &report.exact_check else { return };
    page.heading("Simulated and exact");
    let rows: Vec<Vec<String>> = check.rows.iter().map(|row| check_row(check, row)).collect();
    let columns = [left("", Role::Name), right("simulated"), right("exact"), right("z")];
    page.table(&columns, &rows);
    page.paragraph(2, Role::Faint, &check_sentence(report, check));
}

/// Name, simulated share, exact probability and z.
pub(in super::super) fn check_row(check: &ExactCheck, row: &ExactRow) -> Vec<String> {
    let z = row.z.map_or_else(|| "–".to_owned(), |z| format!("{z:+.2}"));
    let (kind, id) = (row.kind.replace('_', " "), &row.id);
    let simulated = format!("{:.4} %", 100.0 * row.share);
    vec![format!("{kind} {id}"), simulated, probability(row.exact, check.exact.error_bound), z]
}

/// What the column z may be taken for.
pub(in super::super) fn check_sentence(report: &Report, check: &ExactCheck) -> String {
    let (count, limit) = (check.rows.len(), check.limit);
    let greatest = check.rows.iter().filter_map(|row| row.z).map(f64::abs).fold(0.0, f64::max);
    let verdict =
        if greatest <= limit { "none does" } else { "here one does: run it again with another seed" };
    let stopped = match report.sampling.stopping.kind {
        StoppingKind::Complete => "",
        _ => " The number of runs was not fixed before; where the shares decide it, z is somewhat biased.",
    };
    format!(
        "z: difference in standard errors of the simulation. Of {count} figures at once, one or more goes beyond \
         ±{limit:.2} in at most 5 % of batches though both are right (Bonferroni): {verdict}. Where fewer than some ten \
         runs are expected on either side, z is rough.{stopped} Exact figures are over {} states, within {}.",
        super::super::thousands(check.exact.states),
        at_most(check.exact.error_bound),
    )
}
