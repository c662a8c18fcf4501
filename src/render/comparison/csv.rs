//! A comparison → one tidy table of comma-separated values (RFC 4180): a line for each difference.

use super::super::csv::cell;
use super::words;
use crate::analysis::compare::{Comparison, DesignKind, Difference, Pair};
use crate::report::SubjectKind;

/// The names of the columns.
const HEADER: [&str; 24] = [
    "baseline",
    "side",
    "design",
    "kind",
    "id",
    "baseline_count",
    "baseline_share",
    "side_count",
    "side_share",
    "difference",
    "low",
    "high",
    "method",
    "n_baseline",
    "n_side",
    "ratio",
    "baseline_only",
    "side_only",
    "p",
    "p_holm",
    "beyond_chance",
    "baseline_median",
    "side_median",
    "touched",
];

/// A comparison as comma-separated values with a header; lines end in CR LF. Shares are 0 to 1, times in days, `touched`
/// the runs that the edits touch; what does not apply is empty. Cells that a spreadsheet would take for a formula start
/// with an apostrophe.
pub fn comparison_csv(document: &Comparison) -> String {
    let mut text = HEADER.join(",") + "\r\n";
    for pair in &document.pairs {
        for of in &pair.differences {
            text += &(line(document, pair, of).join(",") + "\r\n");
        }
    }
    text
}

fn line(document: &Comparison, pair: &Pair, of: &Difference) -> Vec<String> {
    let optional = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    let count = |count: Option<u64>| count.map_or_else(String::new, |count| count.to_string());
    let kind = match of.kind {
        SubjectKind::Outcome => "outcome",
        SubjectKind::Group => "group",
        SubjectKind::Watch => "watch",
        SubjectKind::RedLine => "red_line",
    };
    let design = match pair.design.kind {
        DesignKind::Paired => "paired",
        DesignKind::Independent => "independent",
    };
    vec![
        cell(&document.baseline),
        cell(&pair.side),
        design.into(),
        kind.into(),
        cell(&of.id),
        count(of.baseline.count),
        of.baseline.share.to_string(),
        count(of.side.count),
        of.side.share.to_string(),
        of.difference.to_string(),
        of.interval[0].to_string(),
        of.interval[1].to_string(),
        words::method_key(of.method).into(),
        of.n[0].to_string(),
        of.n[1].to_string(),
        optional(of.ratio),
        count(of.joint.map(|joint| joint.baseline_only)),
        count(of.joint.map(|joint| joint.side_only)),
        of.p.to_string(),
        of.p_holm.to_string(),
        of.beyond_chance.to_string(),
        optional(of.median.map(|median| median.baseline)),
        optional(of.median.map(|median| median.side)),
        count(pair.ledger.as_ref().map(|ledger| ledger.touched)),
    ]
}
