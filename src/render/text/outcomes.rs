//! Outcomes, groups, watches and red lines as tables.

use super::super::figure::{excess, interval, median, median_interval, plain_share, share, thousands};
use super::super::ignorance;
use super::super::layout::{Align, Column, Page, Role, bar, left, right};
use super::{level, notes};
use crate::report::{Basis, Counted, Ever, GroupCount, Ignorance, Outcome, Report, Times};

/// From this width on the intervals of medians are shown.
const WIDE: usize = 100;

/// Columns of a bar.
const BAR: usize = 10;

/// Positions of two columns in all tables here.
const COUNT: usize = 1;
const IGNORANCE: usize = 4;

/// Every outcome: its name and meaning, then a line of figures.
pub(super) fn outcomes(page: &mut Page, report: &Report) {
    page.heading("Outcomes, most severe first");
    let list: Vec<Line> = report.outcomes.iter().map(Line::of_outcome).collect();
    lines(page, report, &list);
    page.paragraph(
        2,
        Role::Faint,
        "ever: share of all runs in which its condition held at any time, whatever the class",
    );
    if ignorance::is_told(report) {
        page.paragraph(2, Role::Faint, ignorance::NOTE);
    }
}

/// Every group, like an outcome.
pub(super) fn groups(page: &mut Page, report: &Report) {
    if report.groups.is_empty() {
        return;
    }
    page.heading("Groups");
    let list: Vec<Line> = report.groups.iter().map(Line::of_group).collect();
    lines(page, report, &list);
}

/// Watches or red lines: a line each, the most frequent first.
pub(super) fn counted(page: &mut Page, report: &Report, title: &str, list: &[Counted]) {
    if list.is_empty() {
        return;
    }
    page.heading(title);
    let mut list: Vec<&Counted> = list.iter().collect();
    list.sort_by_key(|counted| std::cmp::Reverse(counted.count));
    let runs = report.sampling.runs;
    let wide = page.width() >= WIDE;
    let spread = |times| if wide { median_interval(times) } else { String::new() };
    let row = |counted: &&Counted| {
        vec![
            counted.id.clone(),
            count_of(counted.count.unwrap_or_default(), runs),
            share(counted.count.unwrap_or_default(), runs, counted.interval),
            interval(counted.interval),
            ignorance::range(counted.ignorance.as_ref()),
            median(report, counted.time),
            spread(counted.time),
        ]
    };
    let mut columns = vec![
        left("", Role::Name),
        right("runs"),
        right("share"),
        right("interval"),
        right("ignorance"),
        left("median day", Role::Plain),
        right(if wide { "interval" } else { "" }),
    ];
    let mut rows: Vec<_> = list.iter().map(row).collect();
    leave_one(report, &mut columns, &mut rows);
    page.table(&columns, &rows);
    let bases: Vec<_> = list.iter().map(|counted| (counted.id.as_str(), counted.basis)).collect();
    notes(page, report, &bases);
}

/// An outcome or a group.
struct Line<'r> {
    id: &'r str,
    says: Option<&'r str>,
    count: u64,
    share: f64,
    interval: [f64; 2],
    basis: Basis,
    ignorance: Option<&'r Ignorance>,
    time: Option<Times>,
    ever: Ever,
}

impl<'r> Line<'r> {
    fn of_outcome(o: &'r Outcome) -> Self {
        let (id, says) = (o.id.as_str(), o.says.as_deref());
        let (count, share, interval) = (o.count.unwrap_or_default(), o.share, o.interval);
        let ignorance = o.ignorance.as_ref();
        Self { id, says, count, share, interval, basis: o.basis, ignorance, time: o.time, ever: o.ever }
    }

    fn of_group(g: &'r GroupCount) -> Self {
        let (id, says) = (g.id.as_str(), g.says.as_deref());
        let (count, share, interval) = (g.count.unwrap_or_default(), g.share, g.interval);
        let ignorance = g.ignorance.as_ref();
        Self { id, says, count, share, interval, basis: g.basis, ignorance, time: g.time, ever: g.ever }
    }
}

/// All rows make one table, so that their columns agree; the names stand above them.
fn lines(page: &mut Page, report: &Report, list: &[Line<'_>]) {
    let (runs, excess) = (report.sampling.runs, excess(report));
    let level = format!("{} interval", level(report));
    let wide = page.width() >= WIDE;
    let spread = |times| if wide { median_interval(times) } else { String::new() };
    let figures = |line: &Line<'_>| {
        vec![
            format!("{:BAR$}", bar(line.share, BAR)),
            count_of(line.count, runs),
            share(line.count, runs, line.interval),
            interval(line.interval),
            ignorance::range(line.ignorance),
            median(report, line.time),
            spread(line.time),
            plain_share(line.ever.count.unwrap_or_default(), runs, excess),
        ]
    };
    let its = if wide { "interval" } else { "" };
    let titles = ["", "runs", "share", &level, "ignorance", "median day", its, "ever"];
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    rows.extend(list.iter().map(figures));
    let mut columns = vec![
        Column { title: "", align: Align::Left, role: Role::Bar },
        right(""),
        right(""),
        right(""),
        right(""),
        left("", Role::Plain),
        right(""),
        right(""),
    ];
    leave_one(report, &mut columns, &mut rows);
    let drawn = page.drawn(&columns, &rows);
    let mut drawn = drawn.into_iter();
    if let Some(titles) = drawn.next() {
        page.raw(&titles);
    }
    for (line, figures) in list.iter().zip(drawn) {
        page.named(line.id, line.says.unwrap_or_default());
        page.raw(&figures);
    }
    let bases: Vec<_> = list.iter().map(|line| (line.id, line.basis)).collect();
    notes(page, report, &bases);
}

fn count_of(count: u64, runs: u64) -> String {
    if count == 0 { format!("0 of {}", thousands(runs)) } else { thousands(count) }
}

/// In 80 columns there is no room for both counts, which shares tell too, and ranges of ignorance, if there are any.
fn leave_one(report: &Report, columns: &mut Vec<Column>, rows: &mut [Vec<String>]) {
    let leaves = if ignorance::is_told(report) { COUNT } else { IGNORANCE };
    columns.remove(leaves);
    for row in rows {
        row.remove(leaves);
    }
}
