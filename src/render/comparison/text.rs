//! A comparison → text for a terminal: the answer first, then the table, then what was edited and what that did.

use super::super::Style;
use super::super::figure::thousands;
use super::super::layout::{Column, Page, Role, left, right};
use super::words;
use crate::analysis::attribution::Attribution;
use crate::analysis::compare::{Comparison, Difference, Pair};
use crate::analysis::ledger::Ledger;
use crate::report::SubjectKind;

/// Most outcomes of a matrix that still fits.
const MOST_COLUMNS: usize = 10;

/// Most cells of a ledger that are listed.
const MOST_CELLS: usize = 12;

/// A comparison as text in sections; no line is wider than the style says.
pub fn comparison(document: &Comparison, style: &Style) -> String {
    let mut page = Page::new(*style);
    if document.pairs.len() > 1 {
        overview(&mut page, document);
    }
    for pair in &document.pairs {
        page.blank();
        self::pair(&mut page, document, pair);
    }
    gates(&mut page, document, false);
    if document.pairs.iter().any(|pair| !pair.identical) {
        page.blank();
        page.paragraph(0, Role::Faint, &words::methods(document));
    }
    page.into_text()
}

/// Only the gates that failed.
pub fn failed_gates(document: &Comparison, style: &Style) -> String {
    let mut page = Page::new(*style);
    gates(&mut page, document, true);
    page.into_text()
}

/// The headline at every side.
fn overview(page: &mut Page, document: &Comparison) {
    let Some(of) = document.pairs.iter().find_map(words::headline_of) else { return };
    let what = of.says.as_deref().unwrap_or(&of.id);
    page.paragraph(0, Role::Name, &format!("{what}, against {}", document.baseline));
    let rows: Vec<Vec<String>> = document
        .pairs
        .iter()
        .map(|pair| {
            let mut cells = vec![pair.side.clone()];
            match words::headline_of(pair) {
                Some(of) => cells.extend(row(of).into_iter().skip(1)),
                None => cells.resize(6, String::new()),
            }
            cells
        })
        .collect();
    page.table(&COLUMNS, &rows);
}

/// The columns of differences.
const COLUMNS: [Column; 6] = [
    left("", Role::Name),
    left("", Role::Alarm),
    right("baseline"),
    right("side"),
    right("difference"),
    right("interval"),
];

fn pair(page: &mut Page, document: &Comparison, pair: &Pair) {
    page.paragraph(0, Role::Name, &format!("{} → {}", document.baseline, pair.side));
    if !pair.identical {
        page.paragraph(0, Role::Faint, &words::design(document, pair));
    }
    page.blank();
    page.paragraph(0, Role::Name, &words::headline(document, pair));
    for note in &pair.notes {
        page.paragraph(0, Role::Alarm, &format!("Note: {note}"));
    }
    if pair.identical {
        return;
    }
    differences(page, document, pair);
    medians(page, pair);
    edits(page, pair);
    if let Some(ledger) = &pair.ledger {
        self::ledger(page, document, pair, ledger);
    }
    if let Some(attribution) = &pair.attribution {
        self::attribution(page, attribution);
    }
}

fn title(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Outcome => "Outcomes, most severe first",
        SubjectKind::Group => "Groups",
        SubjectKind::Watch => "Watches",
        SubjectKind::RedLine => "Red lines crossed",
    }
}

fn differences(page: &mut Page, document: &Comparison, pair: &Pair) {
    // One table, so that columns agree; a heading before each kind.
    let rows: Vec<Vec<String>> = pair.differences.iter().map(row).collect();
    let mut lines = page.drawn(&COLUMNS, &titled(&COLUMNS, &rows)).into_iter();
    let titles = lines.next().unwrap_or_default();
    let mut before = None;
    for (of, line) in pair.differences.iter().zip(lines) {
        if before != Some(of.kind) {
            page.heading(title(of.kind));
            if before.is_none() {
                page.raw(&titles);
            }
            before = Some(of.kind);
        }
        page.raw(&line);
    }
    page.paragraph(
        2,
        Role::Faint,
        &format!("interval: {} for each; * beyond chance", words::level(document)),
    );
    if let Some(variation) = pair.variation {
        page.paragraph(2, Role::Plain, &words::variation(variation));
    }
    for line in words::unmatched(document, pair) {
        page.paragraph(2, Role::Alarm, &line);
    }
}

fn titled(columns: &[Column], rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let titles = columns.iter().map(|column| column.title.to_owned()).collect();
    std::iter::once(titles).chain(rows.iter().cloned()).collect()
}

fn row(of: &Difference) -> Vec<String> {
    vec![
        of.id.clone(),
        if of.beyond_chance { "*".to_owned() } else { String::new() },
        words::side_share(&of.baseline),
        words::side_share(&of.side),
        words::points(of),
        words::points_interval(of),
    ]
}

fn medians(page: &mut Page, pair: &Pair) {
    let rows: Vec<Vec<String>> = pair
        .differences
        .iter()
        .filter_map(|of| {
            let median = of.median?;
            let interval =
                median.interval.map_or_else(String::new, |[low, high]| format!("{low:+.1} to {high:+.1}"));
            Some(vec![
                of.id.clone(),
                format!("{:.1}", median.baseline),
                format!("{:.1}", median.side),
                format!("{:+.1}", median.difference).replace('-', "−"),
                interval.replace('-', "−"),
            ])
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    page.heading("Median days");
    let told = rows.iter().any(|row| !row[4].is_empty());
    let interval = if told { "interval" } else { "" };
    page.table(
        &[left("", Role::Name), right("baseline"), right("side"), right("difference"), right(interval)],
        &rows,
    );
    let note = if told {
        "intervals join those of both medians as if independent: too wide where runs share their luck"
    } else {
        "no intervals: runs share parameter draws"
    };
    page.paragraph(2, Role::Faint, note);
}

fn edits(page: &mut Page, pair: &Pair) {
    let (moving, told): (Vec<_>, Vec<_>) = pair.edits.iter().partition(|edit| edit.moves_runs);
    if pair.edits.is_empty() {
        return;
    }
    page.heading("What changed in the input");
    for edit in &moving {
        page.named(&words::edited(edit), &words::edit(edit));
    }
    if moving.is_empty() {
        page.paragraph(2, Role::Plain, "nothing that could change a run");
    }
    if !told.is_empty() {
        let names: Vec<String> = told.iter().map(|edit| words::edited(edit)).collect();
        page.paragraph(
            2,
            Role::Faint,
            &format!("and words, claims or what is told only: {}", names.join(", ")),
        );
    }
}

fn ledger(page: &mut Page, document: &Comparison, pair: &Pair, ledger: &Ledger) {
    page.heading("Flip ledger");
    page.paragraph(2, Role::Plain, &words::ledger(ledger));
    if ledger.moved > 0 {
        matrix(page, ledger);
        let moves = ledger.cells.iter().filter(|cell| cell.from != cell.to);
        for cell in moves.clone().take(MOST_CELLS) {
            let name = format!("{} → {}", cell.from, cell.to);
            let runs = format!("{} ({})", super::super::figure::runs(cell.runs), words::examples(cell));
            page.paragraph(2, Role::Name, &format!("{name}: {runs}"));
            if let Some(parting) = &cell.parting {
                page.paragraph(4, Role::Plain, &words::parting(document, pair, parting));
            }
        }
        let more = moves.count().saturating_sub(MOST_CELLS);
        if more > 0 {
            page.paragraph(2, Role::Faint, &format!("and {more} rarer moves, in the JSON"));
        }
    }
    if ledger.touched > 0 {
        page.paragraph(2, Role::Faint, &words::caveat(ledger.streams));
        page.paragraph(2, Role::Faint, "see one: escalade trace SCENARIO --run N --against VARIANT");
    }
}

/// From which outcome (rows) to which (columns, by number), with what moved in and out; the diagonal stayed.
fn matrix(page: &mut Page, ledger: &Ledger) {
    let totals = &ledger.totals;
    let numbers = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    let runs = |from: &str, to: &str| {
        let cell = ledger.cells.iter().find(|cell| cell.from == from && cell.to == to);
        cell.map_or_else(|| "·".to_owned(), |cell| thousands(cell.runs))
    };
    let width: usize = totals
        .iter()
        .map(|to| {
            totals.iter().map(|from| runs(&from.outcome, &to.outcome).chars().count() + 2).max().unwrap_or(0)
        })
        .sum();
    if totals.len() <= MOST_COLUMNS && width + 22 <= page.width() {
        let rows: Vec<Vec<String>> = totals
            .iter()
            .enumerate()
            .map(|(at, from)| {
                let name = format!("{} {}", at + 1, from.outcome);
                std::iter::once(name)
                    .chain(totals.iter().map(|to| runs(&from.outcome, &to.outcome)))
                    .collect()
            })
            .collect();
        let columns: Vec<Column> = std::iter::once(left("from, to:", Role::Name))
            .chain(numbers.into_iter().take(totals.len()).map(right))
            .collect();
        page.table(&columns, &rows);
    }
    let rows: Vec<Vec<String>> = totals
        .iter()
        .map(|of| {
            let net = of.side.cast_signed() - of.baseline.cast_signed();
            let [baseline, into, out] = [of.baseline, of.into, of.out_of].map(thousands);
            vec![of.outcome.clone(), baseline, into, out, words::signed_count(net), thousands(of.side)]
        })
        .collect();
    let columns = [
        left("", Role::Name),
        right("baseline"),
        right("moved in"),
        right("moved out"),
        right("net"),
        right("side"),
    ];
    page.table(&columns, &rows);
}

fn attribution(page: &mut Page, of: &Attribution) {
    page.heading(&format!("What the difference in {} is due to", of.of.id));
    page.paragraph(2, Role::Plain, &words::attribution(of));
    let rows: Vec<Vec<String>> = (0..of.parts.len()).map(|at| words::part(of, at).to_vec()).collect();
    let columns =
        [left("", Role::Name), right("runs"), right("part"), right("interval"), right("edited alone")];
    page.table(&columns, &rows);
    page.paragraph(2, Role::Faint, &words::caveat(of.streams).replace("Cells", "Parts"));
}

fn gates(page: &mut Page, document: &Comparison, failed: bool) {
    let shown: Vec<_> = document.gates.iter().filter(|gate| gate.failed || !failed).collect();
    if shown.is_empty() {
        return;
    }
    page.heading("Gates");
    for gate in shown {
        let role = if gate.failed { Role::Alarm } else { Role::Plain };
        page.paragraph(2, role, &words::gate(gate));
    }
}
