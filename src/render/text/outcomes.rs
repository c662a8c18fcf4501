//! Outcomes, groups, watches and red lines as tables.

use super::super::figure::{interval, median, plain_share, share, thousands};
use super::super::layout::{Align, Column, Page, Role, bar, left, right};
use super::level;
use crate::report::{Counted, Ever, GroupCount, Outcome, Report, Times};

/// Columns of a bar.
const BAR: usize = 10;

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
    let row = |counted: &&Counted| {
        vec![
            counted.id.clone(),
            count_of(counted.count.unwrap_or_default(), runs),
            share(counted.count.unwrap_or_default(), runs, counted.interval),
            interval(counted.interval),
            median(report, counted.time),
        ]
    };
    let columns = [
        left("", Role::Name),
        right("runs"),
        right("share"),
        right("interval"),
        left("median day", Role::Plain),
    ];
    page.table(&columns, &list.iter().map(row).collect::<Vec<_>>());
}

/// An outcome or a group.
struct Line<'r> {
    id: &'r str,
    says: Option<&'r str>,
    count: u64,
    share: f64,
    interval: [f64; 2],
    time: Option<Times>,
    ever: Ever,
}

impl<'r> Line<'r> {
    fn of_outcome(o: &'r Outcome) -> Self {
        let (id, says) = (o.id.as_str(), o.says.as_deref());
        let count = o.count.unwrap_or_default();
        Self { id, says, count, share: o.share, interval: o.interval, time: o.time, ever: o.ever }
    }

    fn of_group(g: &'r GroupCount) -> Self {
        let (id, says) = (g.id.as_str(), g.says.as_deref());
        let count = g.count.unwrap_or_default();
        Self { id, says, count, share: g.share, interval: g.interval, time: g.time, ever: g.ever }
    }
}

/// All rows make one table, so that their columns agree; the names stand above them.
fn lines(page: &mut Page, report: &Report, list: &[Line<'_>]) {
    let runs = report.sampling.runs;
    let level = format!("{} interval", level(report));
    let figures = |line: &Line<'_>| {
        vec![
            format!("{:BAR$}", bar(line.share, BAR)),
            count_of(line.count, runs),
            share(line.count, runs, line.interval),
            interval(line.interval),
            median(report, line.time),
            plain_share(line.ever.count.unwrap_or_default(), runs),
        ]
    };
    let mut rows = vec![["", "runs", "share", &level, "median day", "ever"].map(str::to_owned).to_vec()];
    rows.extend(list.iter().map(figures));
    let columns = [
        Column { title: "", align: Align::Left, role: Role::Bar },
        right(""),
        right(""),
        right(""),
        left("", Role::Plain),
        right(""),
    ];
    let drawn = page.drawn(&columns, &rows);
    let mut drawn = drawn.into_iter();
    if let Some(titles) = drawn.next() {
        page.raw(&titles);
    }
    for (line, figures) in list.iter().zip(drawn) {
        page.named(line.id, line.says.unwrap_or_default());
        page.raw(&figures);
    }
}

fn count_of(count: u64, runs: u64) -> String {
    if count == 0 { format!("0 of {}", thousands(runs)) } else { thousands(count) }
}
