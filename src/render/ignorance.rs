//! Ignorance of the parameters → a range beside the interval, a sentence, and two bars on one scale.

use super::figure::{interval, thousands};
use super::likelihood;
use crate::report::{Ignorance, Likelihood, Report};

/// Columns of the two bars.
const BAR: usize = 40;

/// Whether any figure of the report tells of ignorance.
pub(super) fn is_told(report: &Report) -> bool {
    report.outcomes.iter().any(|outcome| outcome.ignorance.is_some())
}

/// The range of a probability over the parameter draws: `1.2–7.9 %`; a dash if it cannot be told from none, nothing if
/// there are no draws to tell it from.
pub(super) fn range(ignorance: Option<&Ignorance>) -> String {
    match ignorance {
        Some(of) if of.distinguishable => interval([of.low, of.high]),
        Some(_) => "–".to_owned(),
        None => String::new(),
    }
}

/// What a dash among the ranges means, and what they are.
pub(super) const NOTE: &str = "ignorance: where its probability lies in 90 % of the parameter draws \
    (approximate); – if not distinguishable from none, empty if the draws have too few runs to tell";

/// What ignorance of the parameters does to a share with these words; none if none are drawn.
pub(super) fn sentence(
    report: &Report,
    ignorance: Option<&Ignorance>,
    words: Option<&Likelihood>,
) -> Option<String> {
    let sampling = &report.sampling;
    if sampling.drawn_parameters == 0 || sampling.exact.is_some() {
        return None;
    }
    let Some(draws) = sampling.draws else {
        return Some(
            "Ignorance of the parameters is not told apart: every run has drawn its own.".to_owned(),
        );
    };
    let draws = thousands(draws.min(sampling.runs));
    Some(match ignorance {
        None => format!(
            "Ignorance of the parameters is not told apart: their {draws} draws have too few runs each."
        ),
        Some(of) if !of.distinguishable => {
            format!("Ignorance of the parameters is not distinguishable from none ({draws} draws of them).")
        }
        Some(of) => {
            let range = [of.low, of.high];
            let further = if words == Some(&of.likelihood) {
                String::new()
            } else {
                format!(": {}", likelihood::phrase(&of.likelihood, range))
            };
            format!(
                "Ignorance of the parameters: {} in 90 % of {draws} draws of them (approximate){further}. It makes up \
                 {} of the variance between runs.",
                interval(range),
                part(of.variance_share)
            )
        }
    })
}

/// What the parameters do to a computed probability; none if they have one value each.
pub(super) fn computed(ignorance: Option<&Ignorance>) -> Option<String> {
    let of = ignorance?;
    if !of.distinguishable {
        return Some("The values of the parameters make no difference to it.".to_owned());
    }
    let range = [of.low, of.high];
    Some(format!(
        "Ignorance of the parameters: {} in 90 % of their values, exactly computed. It makes up {} of the variance \
         between runs.",
        interval(range),
        part(of.variance_share)
    ))
}

/// What the range of a computed probability is.
pub(super) const COMPUTED_NOTE: &str = "ignorance: where its probability lies with 90 % of the values of the \
    parameters, by their weights; – if they make no difference to it";

/// A share to two digits: `0.91 %`, `12 %`.
fn part(share: f64) -> String {
    let percent = 100.0 * share;
    let decimals = if percent >= 9.95 {
        0
    } else if percent >= 0.995 {
        1
    } else {
        2
    };
    if percent < 0.005 { "less than 0.01 %".to_owned() } else { format!("{percent:.decimals$} %") }
}

/// A scale, and on it the interval and the range as bars: rows of label, figures and bar, the scale first. None if
/// ignorance cannot be told from none.
pub(super) fn bars(sampling: [f64; 2], ignorance: Option<&Ignorance>) -> Option<[Vec<String>; 3]> {
    let of = ignorance.filter(|of| of.distinguishable)?;
    let known = [of.low, of.high];
    let (ends, labels) = scale([sampling[0].min(known[0]), sampling[1].max(known[1])]);
    let gap = BAR.saturating_sub(labels[0].chars().count() + labels[1].chars().count());
    let ruler = format!("{}{}{}", labels[0], " ".repeat(gap), labels[1]);
    let row = |label: &str, of: [f64; 2]| vec![label.to_owned(), interval(of), span(of, ends)];
    Some([vec![String::new(), String::new(), ruler], row("sampling", sampling), row("ignorance", known)])
}

/// Round ends around a range, and their names.
fn scale([low, high]: [f64; 2]) -> ([f64; 2], [String; 2]) {
    let (low, high) = (100.0 * low, 100.0 * high);
    let mut decimals = 0;
    let mut power = 10.0;
    while power > (high - low) / 2.0 && decimals < 8 {
        power /= 10.0;
        decimals += 1;
    }
    // power · {1, 2, 5} ≥ a quarter of the range
    let quarter = (high - low) / 4.0;
    let step = [1.0, 2.0, 5.0].map(|times| times * power).into_iter().find(|step| *step >= quarter);
    let step = step.unwrap_or(10.0 * power);
    let ends = [((low / step).floor() * step).max(0.0), ((high / step).ceil() * step).min(100.0)];
    let decimals = if step >= 1.0 { 0 } else { decimals - 1 };
    let label = |end: f64| format!("{end:.decimals$} %");
    ([ends[0] / 100.0, ends[1] / 100.0], ends.map(label))
}

/// A bar from one share to another on a scale, at least one column wide.
fn span([low, high]: [f64; 2], [first, last]: [f64; 2]) -> String {
    let place = |share: f64| (share - first) / (last - first) * BAR as f64;
    let from = (place(low).floor().max(0.0) as usize).min(BAR - 1);
    let until = (place(high).ceil() as usize).clamp(from + 1, BAR);
    " ".repeat(from) + &"█".repeat(until - from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(low: f64, high: f64, distinguishable: bool) -> Ignorance {
        let likelihood = Likelihood { low: None, high: None };
        Ignorance { low, high, likelihood, variance_share: 0.1, distinguishable }
    }

    #[test]
    fn scales_are_round() {
        let ends = |range| scale(range).1;
        assert_eq!(ends([0.012, 0.079]), ["0 %", "8 %"]);
        assert_eq!(ends([0.31, 0.62]), ["30 %", "70 %"]);
        assert_eq!(ends([0.001, 0.999]), ["0 %", "100 %"]);
        assert_eq!(ends([0.0312, 0.0339]), ["3.1 %", "3.4 %"]);
        assert_eq!(ends([0.000_11, 0.000_32]), ["0.01 %", "0.04 %"]);
    }

    #[test]
    fn both_bars_stand_on_one_scale() {
        let [ruler, sampling, ignorance] = bars([0.031, 0.034], Some(&of(0.01, 0.08, true))).unwrap();
        assert_eq!(ruler[2], format!("0 %{}8 %", " ".repeat(34)));
        assert_eq!(sampling, ["sampling", "3.10–3.40 %", &format!("{}██", " ".repeat(15))]);
        assert_eq!(ignorance, ["ignorance", "1.0–8.0 %", &format!("{}{}", " ".repeat(5), "█".repeat(35))]);
        assert_eq!(bars([0.031, 0.034], Some(&of(0.03, 0.03, false))), None);
        assert_eq!(bars([0.031, 0.034], None), None);
    }

    #[test]
    fn what_parameters_do_to_a_computed_figure_is_a_sentence() {
        assert_eq!(
            computed(Some(&of(0.012, 0.079, true))).unwrap(),
            "Ignorance of the parameters: 1.2–7.9 % in 90 % of their values, exactly computed. It makes up 10 % of the \
             variance between runs."
        );
        assert!(computed(Some(&of(0.1, 0.1, false))).unwrap().contains("make no difference"));
        assert_eq!(computed(None), None);
    }

    #[test]
    fn ranges_and_parts_have_few_digits() {
        assert_eq!(range(Some(&of(0.012, 0.079, true))), "1.2–7.9 %");
        assert_eq!((range(Some(&of(0.01, 0.01, false))), range(None)), ("–".to_owned(), String::new()));
        assert_eq!([0.5, 0.0612, 0.0049, 1e-6].map(part), ["50 %", "6.1 %", "0.49 %", "less than 0.01 %"]);
    }
}
