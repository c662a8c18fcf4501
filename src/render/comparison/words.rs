//! Parts of a comparison → sentences and figures, the same in all renderings.

use super::super::figure::{decimals, share, thousands};
use super::super::likelihood;
use crate::analysis::attribution::Attribution;
use crate::analysis::compare::{
    Comparison, DesignKind, Difference, DifferenceMethod, Pair, SideRecord, Variation,
};
use crate::analysis::edits::{Change, Edit, EditKind};
use crate::analysis::gate::{End, Gated, Verdict};
use crate::analysis::ledger::{Cell, How, Ledger, MostParting};

/// Longest value of an edit that is told.
const LONGEST: usize = 160;

/// Events and numbers of a cell hold only under shared draws.
pub(super) fn caveat(streams: u32) -> String {
    format!(
        "Cells hold under shared draws, streams version {streams}; only the totals are properties of the scenarios."
    )
}

/// A difference in percentage points with its sign, with so many decimals: `−6.4`.
fn signed(difference: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", 100.0 * difference.abs());
    let zero = text.chars().all(|c| c == '0' || c == '.');
    match difference {
        _ if zero => text,
        d if d < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

/// Whether nothing was seen to differ, and only a bound can be told.
fn is_none(of: &Difference) -> bool {
    of.joint.is_some_and(|joint| joint.baseline_only + joint.side_only == 0)
}

/// `−6.4 pp`; `none` where no pair of runs differs.
pub(super) fn points(of: &Difference) -> String {
    if is_none(of) {
        "none".to_owned()
    } else {
        format!("{} pp", signed(of.difference, decimals(of.interval)))
    }
}

/// `−6.9 to −5.9`
pub(super) fn points_interval(of: &Difference) -> String {
    ends(of.interval)
}

fn ends([low, high]: [f64; 2]) -> String {
    let digits = decimals([low, high]);
    if low == -high {
        return format!("± {:.digits$} pp", 100.0 * high);
    }
    format!("{} to {} pp", signed(low, digits), signed(high, digits))
}

/// The share of one side: `10.6 %`, or a bound.
pub(super) fn side_share(of: &crate::analysis::compare::Share) -> String {
    match of.count {
        // Whether it was none or all shows in the share; the count of runs does not matter beyond that.
        Some(0) => share(0, 1, of.interval),
        Some(_) if of.share >= 1.0 => share(1, 1, of.interval),
        _ => format!("{:.*} %", decimals(of.interval), 100.0 * of.share),
    }
}

/// How both sides were sampled, in a sentence.
pub(super) fn design(document: &Comparison, pair: &Pair) -> String {
    let baseline = record(document, &document.baseline);
    let side = record(document, &pair.side);
    if let (DesignKind::Paired, Some(runs)) = (pair.design.kind, pair.design.runs) {
        let draws = pair
            .design
            .draws
            .map_or_else(String::new, |draws| format!(" over {} parameter draws", thousands(draws)));
        let seed = baseline.and_then(|of| of.seed.as_deref()).unwrap_or("–");
        format!("{} pairs of runs{draws} that share their luck (seed {seed}).", thousands(runs))
    } else {
        let runs = |of: Option<&SideRecord>| thousands(of.map_or(0, |of| of.runs));
        let why = pair.design.reason.as_deref().unwrap_or("they share nothing");
        format!("Independent: {} and {} runs; {why}.", runs(baseline), runs(side))
    }
}

fn record<'c>(document: &'c Comparison, name: &str) -> Option<&'c SideRecord> {
    document.sides.iter().find(|side| side.name == name)
}

/// Whether and by how much the headline differs, in one sentence; what is the same, if all or all but luck is.
pub(super) fn headline(document: &Comparison, pair: &Pair) -> String {
    if pair.identical {
        return "Identical: the same scenario, seed and runs, the same figures.".to_owned();
    }
    if let Some(sentence) = agreement(document, pair) {
        return sentence;
    }
    let Some(of) = headline_of(pair) else {
        return "The two have no headline in common.".to_owned();
    };
    let name = of.says.as_deref().unwrap_or(&of.id);
    let level = level(document);
    if is_none(of) {
        let runs = thousands(pair.design.runs.unwrap_or_default());
        let bound = format!("{:.*}", decimals([0.0, of.interval[1]]), 100.0 * of.interval[1]);
        return format!(
            "{name}: no difference in {runs} runs, {} in both; it is at most {bound} pp in either direction ({level} bound).",
            side_share(&of.baseline)
        );
    }
    let verdict = match (of.beyond_chance, of.difference < 0.0) {
        (false, _) => "no difference beyond chance",
        (true, true) => "less often",
        (true, false) => "more often",
    };
    let ratio = of.ratio.map_or_else(String::new, |ratio| format!(", {} times the baseline", figures(ratio)));
    let words = [&of.baseline, &of.side].map(|of| likelihood::short(&of.likelihood, of.interval));
    let words = match words {
        [one, two] if one == two => String::new(),
        [one, two] => format!("; {one} → {two} (ICD 203)"),
    };
    format!(
        "{name}: {verdict}, {} → {}: {} ({level} interval {}){ratio}{words}.",
        side_share(&of.baseline),
        side_share(&of.side),
        points(of),
        points_interval(of)
    )
}

/// The difference of the headline.
pub(super) fn headline_of(pair: &Pair) -> Option<&Difference> {
    let id = pair.headline.as_ref()?;
    pair.differences.iter().find(|of| of.id == *id)
}

/// Three figures of a ratio.
fn figures(ratio: f64) -> String {
    match ratio {
        r if r >= 99.5 => format!("{r:.0}"),
        r if r >= 9.95 => format!("{r:.1}"),
        r => format!("{r:.2}"),
    }
}

/// Of the same scenario under other luck: whether the two agree.
fn agreement(document: &Comparison, pair: &Pair) -> Option<String> {
    let one = record(document, &document.baseline)?;
    let two = record(document, &pair.side)?;
    if one.digest != two.digest || one.seed == two.seed {
        return None;
    }
    let seeds = [one, two].map(|of| of.seed.as_deref().unwrap_or("–").to_owned());
    let beyond: Vec<&str> =
        pair.differences.iter().filter(|of| of.beyond_chance).map(|of| of.id.as_str()).collect();
    let what = format!("The same scenario under two seeds, {} and {}:", seeds[0], seeds[1]);
    Some(if beyond.is_empty() {
        format!("{what} they agree within sampling error in all {} shares.", pair.differences.len())
    } else {
        format!("{what} they differ by more than sampling error in {}.", beyond.join(", "))
    })
}

pub(super) fn level(document: &Comparison) -> String {
    super::super::figure::percent(document.confidence)
}

/// `Total variation distance of the outcomes: 7.2 pp; chance alone makes about 0.3 pp of none.`
pub(super) fn variation(of: Variation) -> String {
    format!(
        "Total variation distance of the outcomes: {:.2} pp (it has no interval: chance alone makes about {:.2} pp of none).",
        100.0 * of.distance,
        100.0 * of.by_chance
    )
}

/// What only one of them has.
pub(super) fn unmatched(document: &Comparison, pair: &Pair) -> Vec<String> {
    let tell = |name: &str, ids: &[String]| {
        (!ids.is_empty()).then(|| format!("only in {name}, not compared: {}", ids.join(", ")))
    };
    let one = tell(&document.baseline, &pair.unmatched.baseline);
    one.into_iter().chain(tell(&pair.side, &pair.unmatched.side)).collect()
}

/// `rule quarrel`
pub(super) fn edited(edit: &Edit) -> String {
    format!("{} {}", edit.what, edit.id)
}

/// `rate: pace per 30d → pace per 20d`
pub(super) fn edit(edit: &Edit) -> String {
    match (edit.kind, &edit.says) {
        (EditKind::Added, Some(says)) => format!("added: {says}"),
        (EditKind::Removed, Some(says)) => format!("removed: {says}"),
        (EditKind::Added, None) => {
            format!("added: {}", edit.changes.iter().map(|of| cut(of.new.as_ref())).collect::<String>())
        }
        (EditKind::Removed, None) => {
            format!("removed: {}", edit.changes.iter().map(|of| cut(of.old.as_ref())).collect::<String>())
        }
        (EditKind::Changed, _) => edit.changes.iter().map(change).collect::<Vec<_>>().join("; "),
    }
}

fn change(change: &Change) -> String {
    let key = if change.key.is_empty() { String::new() } else { format!("{}: ", change.key) };
    match (change.key.as_str(), &change.old, &change.new) {
        ("disabled", None, Some(new)) if new == "true" => "disabled".to_owned(),
        ("disabled", Some(_), None) => "no longer disabled".to_owned(),
        (_, old, new) => format!("{key}{} → {}", cut(old.as_ref()), cut(new.as_ref())),
    }
}

fn cut(value: Option<&String>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value.chars().count() <= LONGEST => value.clone(),
        Some(value) => value.chars().take(LONGEST - 1).chain(['…']).collect(),
    }
}

/// How many runs were touched and how many moved.
pub(super) fn ledger(of: &Ledger) -> String {
    let runs = thousands(of.runs);
    if of.touched == 0 {
        return format!("No run of {runs} is touched by the edits: all histories are the same, bit for bit.");
    }
    let share = |count: u64| match count {
        0 => "none".to_owned(),
        all if all == of.runs => "all of them".to_owned(),
        // Of these runs, not of all that there could be: with as many decimals as are short to read.
        some => format!("{:.2} %", 100.0 * some as f64 / of.runs as f64),
    };
    format!(
        "Of {runs} runs the edits touch {} ({}); {} ({}) ended in another outcome.",
        thousands(of.touched),
        share(of.touched),
        thousands(of.moved),
        share(of.moved)
    )
}

/// `most (620) part at `quarrel`, only in the baseline`
pub(super) fn parting(document: &Comparison, pair: &Pair, of: &MostParting) -> String {
    let runs = thousands(of.runs);
    let event = |event: &Option<String>| event.clone().unwrap_or_default();
    match (of.how, &of.baseline, &of.side) {
        (How::Only, Some(one), _) => format!("{runs} part at {one}, only in {}", document.baseline),
        (How::Only, None, _) => format!("{runs} part at {}, only in {}", event(&of.side), pair.side),
        (How::Instead, one, two) => {
            format!("{runs} part at {}, where {} has {}", event(one), pair.side, event(two))
        }
        (How::OtherEffects, one, _) => format!("{runs} part at {}, which has other effects", event(one)),
        (How::OtherTime, one, _) => format!("{runs} part at {}, at another time", event(one)),
        (How::Start, ..) => format!("{runs} part at the start"),
        (How::End, ..) => format!("{runs} part at the end"),
    }
}

/// `run 3, 17, 20`
pub(super) fn examples(cell: &Cell) -> String {
    let numbers: Vec<String> = cell.examples.iter().map(u64::to_string).collect();
    if numbers.is_empty() { String::new() } else { format!("run {}", numbers.join(", ")) }
}

/// How much is due to what, in one sentence.
pub(super) fn attribution(of: &Attribution) -> String {
    let total = format!("{} of {} runs", signed_count(of.total), thousands(of.runs));
    let largest = of.parts.iter().max_by_key(|part| part.runs.abs());
    let Some(largest) = largest.filter(|part| part.runs != 0) else {
        return format!("Of the difference in {} ({total}) no edit has a part.", of.of.id);
    };
    let orders = match of.orders {
        None => format!("all {} orders of the edits", thousands(of.denominator)),
        Some(orders) => format!("{} orders of the edits, drawn at random", thousands(orders)),
    };
    format!(
        "Of the difference in {} ({total}) the largest part, {} pp, is due to {}; parts are means over {orders} and add up exactly.",
        of.of.id,
        signed(largest.difference, 2),
        largest.edits.join(" with ")
    )
}

pub(super) fn signed_count(count: i64) -> String {
    let sign = match count {
        0 => "",
        c if c < 0 => "−",
        _ => "+",
    };
    format!("{sign}{}", thousands(count.unsigned_abs()))
}

/// The part of an edit: what, runs as a fraction, points, interval, alone.
pub(super) fn part(of: &Attribution, at: usize) -> [String; 5] {
    let part = &of.parts[at];
    let runs = part.runs as f64 / of.denominator as f64;
    let sign = if runs < 0.0 { "−" } else { "+" };
    let whole = part.runs.unsigned_abs().is_multiple_of(of.denominator);
    let count = if whole { format!("{:.0}", runs.abs()) } else { format!("{:.2}", runs.abs()) };
    let count = if part.runs == 0 { "0".to_owned() } else { format!("{sign}{count}") };
    let digits = part.interval.map_or(2, decimals);
    let error =
        part.order_error.map_or_else(String::new, |error| format!(", ± {:.2} by orders", 100.0 * error));
    let interval = part.interval.map_or_else(|| "–".to_owned(), ends);
    [
        part.edits.join(" with "),
        count,
        format!("{} pp", signed(part.difference, digits)),
        format!("{interval}{error}"),
        format!("{} pp", signed(part.alone, digits)),
    ]
}

/// What a gate came to, in a sentence with a word on the end that decided.
pub(super) fn gate(of: &Gated) -> String {
    let figure = |value: f64| {
        if of.points { format!("{} pp", signed(value, 2)) } else { format!("{:.2} %", 100.0 * value) }
    };
    let [low, high] = of.interval.map(figure);
    let (end, at) = match of.end {
        End::Lower => ("lower", &low),
        End::Upper => ("upper", &high),
    };
    let verdict = match (of.failed, of.verdict) {
        (true, _) => "failed",
        (false, Verdict::Undecided) => "passed, undecided",
        (false, _) => "passed",
    };
    format!(
        "{verdict}: {} ({}, {}): {} in {low} to {high}; decided by the {end} end, {at} against {}.",
        of.gate,
        of.id,
        of.side,
        figure(of.value),
        figure(of.limit)
    )
}

/// The methods behind the intervals, in a sentence.
pub(super) fn methods(document: &Comparison) -> String {
    let mut names: Vec<&str> = Vec::new();
    for of in document.pairs.iter().flat_map(|pair| &pair.differences) {
        let name = method(of.method);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    format!(
        "Intervals of differences: {}, {}, each for itself. * beyond chance: p < {} after Holm's correction over {} differences. Differences are the side's share minus the baseline's, sampling error only.",
        names.join("; "),
        level(document),
        figures_of_alpha(document.confidence),
        document.tests
    )
}

fn figures_of_alpha(confidence: f64) -> String {
    format!("{}", (1e6 * (1.0 - confidence)).round() / 1e6)
}

fn method(of: DifferenceMethod) -> &'static str {
    match of {
        DifferenceMethod::NewcombePaired => "Newcombe's method 10 for pairs",
        DifferenceMethod::NoPairDiffers => "Clopper–Pearson's bound where no pair differs",
        DifferenceMethod::StudentT => "Student t over draws",
        DifferenceMethod::ClopperPearsonDraws => "Clopper–Pearson with draws for runs",
        DifferenceMethod::NewcombeHybrid => "Newcombe's hybrid score",
        DifferenceMethod::Hybrid => "each side's interval, joined after Newcombe",
    }
}

/// The name of a method in a table of data: as in JSON.
pub(super) fn method_key(of: DifferenceMethod) -> &'static str {
    match of {
        DifferenceMethod::NewcombePaired => "newcombe_paired",
        DifferenceMethod::NoPairDiffers => "no_pair_differs",
        DifferenceMethod::StudentT => "student_t",
        DifferenceMethod::ClopperPearsonDraws => "clopper_pearson_draws",
        DifferenceMethod::NewcombeHybrid => "newcombe_hybrid",
        DifferenceMethod::Hybrid => "hybrid",
    }
}
