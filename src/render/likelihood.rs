//! The words of a share (ICD 203) → a phrase, which says so where the scale has no word.

use crate::report::Likelihood;

/// `almost no chance (ICD 203)`, a pair if the interval spans two steps, and a reason where there is no word.
pub(super) fn phrase(words: &Likelihood, interval: [f64; 2]) -> String {
    match (words.low.as_deref(), words.high.as_deref()) {
        (Some(low), Some(high)) if low == high => format!("{low} (ICD 203)"),
        (Some(low), Some(high)) => format!("{low} to {high} (ICD 203)"),
        (None, Some(high)) => {
            format!("{high} (ICD 203) or less: the interval reaches below 1 %, where that scale has no word")
        }
        (Some(low), None) => {
            format!("{low} (ICD 203) or more: the interval reaches above 99 %, where that scale has no word")
        }
        (None, None) if interval[1] < 0.5 => "below 1 %, where the scale of ICD 203 has no word".to_owned(),
        (None, None) if interval[0] > 0.5 => "above 99 %, where the scale of ICD 203 has no word".to_owned(),
        (None, None) => "too few runs for a word of ICD 203: the interval spans its whole scale".to_owned(),
    }
}

/// The same in a few words, for a table.
pub(super) fn short(words: &Likelihood, interval: [f64; 2]) -> String {
    match (words.low.as_deref(), words.high.as_deref()) {
        (Some(low), Some(high)) if low == high => low.to_owned(),
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (None, Some(high)) => format!("{high} or less"),
        (Some(low), None) => format!("{low} or more"),
        (None, None) if interval[1] < 0.5 => "below 1 %".to_owned(),
        (None, None) if interval[0] > 0.5 => "above 99 %".to_owned(),
        (None, None) => "any".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_left_with_a_reason() {
        let words = |low: Option<&str>, high: Option<&str>| Likelihood {
            low: low.map(Into::into),
            high: high.map(Into::into),
        };
        let say = |low, high, interval| phrase(&words(low, high), interval);
        assert_eq!(say(Some("likely"), Some("likely"), [0.6, 0.7]), "likely (ICD 203)");
        assert_eq!(say(Some("unlikely"), Some("likely"), [0.4, 0.7]), "unlikely to likely (ICD 203)");
        assert!(say(None, None, [0.0, 0.001]).starts_with("below 1 %"));
        assert!(say(None, None, [0.995, 1.0]).starts_with("above 99 %"));
        assert!(say(None, Some("almost no chance"), [0.0, 0.02]).contains("reaches below 1 %"));
        assert!(say(Some("almost certain"), None, [0.97, 1.0]).contains("reaches above 99 %"));
        assert!(say(None, None, [0.0, 1.0]).starts_with("too few runs"));
    }
}
