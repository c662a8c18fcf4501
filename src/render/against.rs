//! Two histories of one run → text: what they have in common in a line, then both side by side.

use super::Style;
use super::layout::{Page, Role, wrap};
use super::trace::{ending, latched, story};
use crate::analysis::against::Against;
use crate::analysis::trace::{Drawn, End, Step, Trace};
use crate::source::neutral::neutralise;
use unicode_width::UnicodeWidthStr;

/// Columns between the two.
const GAP: usize = 2;

/// Both timelines from the point where they part; no line is wider than the style says.
pub fn against(of: &Against, style: &Style) -> String {
    let mut page = Page::new(*style);
    let [one, two] = &of.names;
    page.paragraph(0, Role::Heading, &format!("Run {}, seed {}: {one} and {two}", of.run, of.first.seed));
    if !of.parted {
        page.paragraph(0, Role::Plain, "The two histories are the same, to the last bit.");
        tail(&mut page, &of.first);
        return page.into_text();
    }
    drawn(&mut page, of);
    page.paragraph(0, Role::Plain, &common(of));
    page.blank();
    let mut columns = Columns { page };
    columns.row(std::slice::from_ref(one), std::slice::from_ref(two), Role::Name);
    let at = of.common as usize;
    for (left, right) in aligned(&of.first.steps[at..], &of.second.steps[at..]) {
        columns.row(&lines(left), &lines(right), Role::Plain);
    }
    columns.row(&end(&of.first), &end(&of.second), Role::Alarm);
    columns.page.into_text()
}

/// What was drawn at the start and differs, or only one has.
fn drawn(page: &mut Page, of: &Against) {
    let value = |list: &[Drawn], name: &str| {
        list.iter()
            .find(|drawn| drawn.name == name)
            .map_or_else(|| "–".to_owned(), |drawn| drawn.value.clone())
    };
    let (first, second) = (&of.first.drawn, &of.second.drawn);
    let mut names: Vec<&str> = first.iter().chain(second).map(|drawn| drawn.name.as_str()).collect();
    names.dedup();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (one, two) = (value(first, name), value(second, name));
        if one != two {
            page.labelled("  drawn", Role::Faint, 9, Role::Plain, &format!("{name} {one} | {two}"));
        }
    }
}

fn common(of: &Against) -> String {
    let last = (of.common as usize).checked_sub(1).map(|at| &of.first.steps[at]);
    match (of.common, last) {
        (0, _) | (_, None) => "They part at the first step.".to_owned(),
        (1, Some(step)) => format!(
            "The first step, on day {} ({}), is the same in both; then:",
            step.time.floor(),
            step.date
        ),
        (count, Some(step)) => format!(
            "The first {count} steps, to day {} ({}), are the same in both; then:",
            step.time.floor(),
            step.date
        ),
    }
}

/// Steps of both in the order of time; those of the same event at the same time stand beside each other.
fn aligned<'s>(first: &'s [Step], second: &'s [Step]) -> Vec<(Option<&'s Step>, Option<&'s Step>)> {
    let mut rows = Vec::new();
    let (mut one, mut two) = (first.iter().peekable(), second.iter().peekable());
    loop {
        match (one.peek(), two.peek()) {
            (None, None) => return rows,
            (Some(left), Some(right)) if left.time == right.time => rows.push((one.next(), two.next())),
            (Some(left), Some(right)) if left.time < right.time => rows.push((one.next(), None)),
            (Some(_), None) => rows.push((one.next(), None)),
            _ => rows.push((None, two.next())),
        }
    }
}

/// A step as paragraphs.
fn lines(step: Option<&Step>) -> Vec<String> {
    let Some(step) = step else { return Vec::new() };
    let when = format!("{}  d{:.2}", step.date, step.time);
    let event = step.event.as_ref().map_or_else(|| "(time passes)".to_owned(), story);
    let changes = step.changes.iter().map(|of| format!("  {}: {} → {}", of.variable, of.old, of.new));
    let latches = step.latched.iter().map(|of| format!("  {}", latched(of)));
    let outcomes = step.outcomes.iter().map(|outcome| format!("  outcome holds: {outcome}"));
    [when, event].into_iter().chain(changes).chain(latches).chain(outcomes).collect()
}

fn end(trace: &Trace) -> Vec<String> {
    match (&trace.end, &trace.failure) {
        (Some(end), _) => vec![when(end), ending(end)],
        (None, Some(why)) => vec![format!("The run failed: {why}")],
        (None, None) => Vec::new(),
    }
}

fn when(end: &End) -> String {
    format!("{}  d{:.2}", end.date, end.time)
}

fn tail(page: &mut Page, trace: &Trace) {
    for line in end(trace) {
        page.paragraph(2, Role::Alarm, &line);
    }
}

/// Two columns of text.
struct Columns {
    page: Page,
}

impl Columns {
    /// Paragraphs beside each other; a paragraph that begins with two spaces is indented.
    fn row(&mut self, left: &[String], right: &[String], role: Role) {
        let width = (self.page.width() - GAP) / 2;
        let wrapped = |paragraphs: &[String]| -> Vec<String> {
            paragraphs
                .iter()
                .flat_map(|text| {
                    let text = neutralise(text);
                    let indent = if text.starts_with("  ") { "  " } else { "" };
                    let lines = wrap(&text, width - indent.len());
                    lines.into_iter().map(move |line| format!("{indent}{line}")).collect::<Vec<_>>()
                })
                .collect()
        };
        let (left, right) = (wrapped(left), wrapped(right));
        for at in 0..left.len().max(right.len()) {
            let one = left.get(at).map_or("", String::as_str);
            let two = right.get(at).map_or("", String::as_str);
            let pad = if two.is_empty() { 0 } else { width - one.width() + GAP };
            self.page.columns(one, pad, two, role);
        }
        self.page.blank();
    }
}
