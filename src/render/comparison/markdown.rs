//! A comparison → Markdown with tables, for a memo or a pull request.

use super::super::figure::thousands;
use super::super::markdown::escaped;
use super::words;
use crate::analysis::compare::{Comparison, Pair};
use std::fmt::Write as _;

/// A comparison as Markdown (GitHub's, for its tables). Texts of the scenarios are escaped.
pub fn comparison_markdown(document: &Comparison) -> String {
    let mut text = String::new();
    for pair in &document.pairs {
        self::pair(&mut text, document, pair);
    }
    if !document.gates.is_empty() {
        text += "## Gates\n\n";
        for gate in &document.gates {
            let mark = if gate.failed { "**" } else { "" };
            let _ = writeln!(text, "- {mark}{}{mark}", escaped(&words::gate(gate)));
        }
        text.push('\n');
    }
    if document.pairs.iter().any(|pair| !pair.identical) {
        let _ = writeln!(text, "{}", escaped(&words::methods(document)));
    }
    text
}

fn pair(text: &mut String, document: &Comparison, pair: &Pair) {
    let title = format!("{} → {}", document.baseline, pair.side);
    let _ = write!(text, "# {}\n\n**{}**\n\n", escaped(&title), escaped(&words::headline(document, pair)));
    for note in &pair.notes {
        let _ = write!(text, "Note: {}\n\n", escaped(note));
    }
    if pair.identical {
        return;
    }
    let _ = write!(text, "{}\n\n", escaped(&words::design(document, pair)));
    let rows = pair.differences.iter().map(|of| {
        let median = of.median.map_or_else(String::new, |median| format!("{:+.1} d", median.difference));
        let mark = if of.beyond_chance { "\\*" } else { "" };
        let figures = [
            words::side_share(&of.baseline),
            words::side_share(&of.side),
            words::points(of),
            words::points_interval(of),
        ];
        let [one, two, difference, interval] = figures.map(|figure| escaped(&figure));
        vec![escaped(&of.id), one, two, difference, interval, mark.to_owned(), median]
    });
    let level = format!("{} interval", words::level(document));
    table(text, &["", "baseline", "side", "difference", &level, "", "median"], rows);
    if let Some(variation) = pair.variation {
        let _ = write!(text, "{}\n\n", escaped(&words::variation(variation)));
    }
    for line in words::unmatched(document, pair) {
        let _ = write!(text, "{}\n\n", escaped(&line));
    }
    if !pair.edits.is_empty() {
        text.push_str("## What changed in the input\n\n");
        let rows = pair.edits.iter().map(|edit| {
            let moves = if edit.moves_runs { "" } else { "told only" };
            vec![escaped(&words::edited(edit)), escaped(&words::edit(edit)), moves.to_owned()]
        });
        table(text, &["what", "how", ""], rows);
    }
    ledger(text, document, pair);
    attribution(text, pair);
}

fn ledger(text: &mut String, document: &Comparison, pair: &Pair) {
    let Some(ledger) = &pair.ledger else { return };
    let _ = write!(text, "## Flip ledger\n\n{}\n\n", escaped(&words::ledger(ledger)));
    if ledger.moved > 0 {
        let names: Vec<String> = ledger.totals.iter().map(|of| escaped(&of.outcome)).collect();
        let runs = |from: &str, to: &str| {
            let cell = ledger.cells.iter().find(|cell| cell.from == from && cell.to == to);
            cell.map_or_else(String::new, |cell| thousands(cell.runs))
        };
        let rows = ledger.totals.iter().map(|from| {
            let cells = ledger.totals.iter().map(|to| runs(&from.outcome, &to.outcome));
            std::iter::once(escaped(&from.outcome)).chain(cells).collect()
        });
        let titles: Vec<&str> =
            std::iter::once("from, to:").chain(names.iter().map(String::as_str)).collect();
        table(text, &titles, rows);
        let rows = ledger.cells.iter().filter(|cell| cell.from != cell.to).map(|cell| {
            let parting =
                cell.parting.as_ref().map_or_else(String::new, |of| words::parting(document, pair, of));
            let move_of = format!("{} → {}", cell.from, cell.to);
            vec![escaped(&move_of), thousands(cell.runs), escaped(&parting), words::examples(cell)]
        });
        table(text, &["move", "runs", "most part where", "examples"], rows);
    }
    if ledger.touched > 0 {
        let _ = write!(text, "{}\n\n", escaped(&words::caveat(ledger.streams)));
    }
}

fn attribution(text: &mut String, pair: &Pair) {
    let Some(of) = &pair.attribution else { return };
    let _ = write!(
        text,
        "## What the difference in {} is due to\n\n{}\n\n",
        escaped(&of.of.id),
        escaped(&words::attribution(of))
    );
    let rows = (0..of.parts.len()).map(|at| words::part(of, at).map(|cell| escaped(&cell)).to_vec());
    table(text, &["edit", "runs", "part", "interval", "edited alone"], rows);
    let _ = write!(text, "{}\n\n", escaped(&words::caveat(of.streams).replace("Cells", "Parts")));
}

fn table(text: &mut String, titles: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = write!(text, "| {} |\n|", titles.join(" | "));
    text.push_str(&" --- |".repeat(titles.len()));
    text.push('\n');
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text.push('\n');
}
