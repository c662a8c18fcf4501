//! A report → one tidy table of comma-separated values (RFC 4180): a line for each outcome, group, watch and red line.

use super::basis;
use crate::report::{Answer, Basis, Ever, Ignorance, Report, Threshold, Times};
use crate::source::neutral::neutralise;

/// The names of the columns.
const HEADER: [&str; 22] = [
    "kind",
    "id",
    "count",
    "share",
    "low",
    "high",
    "method",
    "level",
    "n",
    "joint",
    "ignorance_low",
    "ignorance_high",
    "ignorance_share",
    "ever_share",
    "q05",
    "q25",
    "q50",
    "q75",
    "q95",
    "q50_low",
    "q50_high",
    "answer",
];

/// A report as comma-separated values with a header, and a line for the question of a threshold if one was asked; lines end in CR LF. Shares are 0 to 1, times in days; what does
/// not apply is empty. Cells that a spreadsheet would take for a formula start with an apostrophe.
pub fn csv(report: &Report) -> String {
    let mut text = HEADER.join(",") + "\r\n";
    for o in &report.outcomes {
        text += &line(
            "outcome",
            &o.id,
            o.count,
            o.share,
            (o.interval, o.basis, o.ignorance.as_ref()),
            Some(o.ever),
            o.time,
        );
    }
    for g in &report.groups {
        text += &line(
            "group",
            &g.id,
            g.count,
            g.share,
            (g.interval, g.basis, g.ignorance.as_ref()),
            Some(g.ever),
            g.time,
        );
    }
    for w in &report.watch {
        text += &line(
            "watch",
            &w.id,
            w.count,
            w.share,
            (w.interval, w.basis, w.ignorance.as_ref()),
            None,
            w.time,
        );
    }
    for r in &report.red_lines {
        text += &line(
            "red_line",
            &r.id,
            r.count,
            r.share,
            (r.interval, r.basis, r.ignorance.as_ref()),
            None,
            r.time,
        );
    }
    if let Some(threshold) = &report.threshold {
        text += &answer(threshold, report.sampling.runs);
    }
    text
}

/// The question of a threshold: the two shares that were tested stand as `low` and `high`.
fn answer(threshold: &Threshold, runs: u64) -> String {
    let answer = match threshold.answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Undecided => "undecided",
    };
    let mut cells = vec!["threshold".to_owned(), cell(&threshold.of.id), threshold.count.to_string()];
    let share = threshold.count as f64 / runs.max(1) as f64;
    let tested = [threshold.at_least - threshold.margin, threshold.at_least + threshold.margin];
    cells.extend([share, tested[0], tested[1]].map(|number| number.to_string()));
    cells.extend(["sprt".to_owned(), String::new(), runs.to_string()]);
    cells.resize(HEADER.len() - 1, String::new());
    cells.push(answer.to_owned());
    cells.join(",") + "\r\n"
}

fn line(
    kind: &str,
    id: &str,
    count: Option<u64>,
    share: f64,
    ([low, high], basis, ignorance): ([f64; 2], Basis, Option<&Ignorance>),
    ever: Option<Ever>,
    times: Option<Times>,
) -> String {
    let mut cells =
        vec![kind.to_owned(), cell(id), count.map_or_else(String::new, |count| count.to_string())];
    cells.extend([share, low, high].map(|number| number.to_string()));
    cells.extend([basis::key(basis.method).to_owned(), basis.level.to_string()]);
    cells.extend([basis.n, basis.joint].map(|count| count.to_string()));
    match ignorance {
        Some(of) => cells.extend([of.low, of.high, of.variance_share].map(|number| number.to_string())),
        None => cells.extend(std::iter::repeat_n(String::new(), 3)),
    }
    cells.push(ever.map_or_else(String::new, |ever| ever.share.to_string()));
    match times {
        Some(t) => {
            cells.extend([t.q05, t.q25, t.q50, t.q75, t.q95].map(|time| time.to_string()));
            let ends = t.intervals.map(|of| of.q50.map(|end| end.to_string()));
            cells.extend(ends.unwrap_or_default());
        }
        None => cells.extend(std::iter::repeat_n(String::new(), 7)),
    }
    cells.push(String::new());
    cells.join(",") + "\r\n"
}

/// A text as a cell: hazards visible, formulas defused, quoted where needed.
pub(super) fn cell(text: &str) -> String {
    let text = neutralise(text);
    let formula = text.starts_with(['=', '+', '-', '@']);
    let text = if formula { format!("'{text}") } else { text.into_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn cells_are_quoted_and_defused() {
        assert_eq!(cell("plain"), "plain");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)"] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        assert_eq!(cell("\t=1"), r"\u{9}=1");
        assert_eq!(cell("=A(\"x\",1)"), "\"'=A(\"\"x\"\",1)\"");
    }

    #[test]
    fn every_line_has_all_columns() {
        let text = csv(&sample::report());
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 1 + 3 + 1 + 1 + 1);
        for line in &lines {
            assert_eq!(line.matches(',').count(), HEADER.len() - 1, "{line}");
        }
        assert_eq!(
            lines[1],
            "outcome,war,3512,0.03512,0.034,0.0363,clopper_pearson,0.95,100000,1,,,,0.05,20,50,84.25,120,170,83.5,85,"
        );
        assert_eq!(
            lines[2],
            "outcome,nuclear_use,0,0,0,0.000036888,clopper_pearson,0.95,100000,1,,,,0,,,,,,,,"
        );
    }
}
