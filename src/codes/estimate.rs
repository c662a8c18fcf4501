//! Words of estimative probability: Intelligence Community Directive 203 (2015), section D.6.e.(2)(a).

/// One step of the scale.
#[derive(Debug, PartialEq)]
pub struct Estimate {
    /// The two wordings of the directive, as they are written in reports.
    pub words: [&'static str; 2],
    /// Lowest probability.
    pub low: f64,
    /// Highest probability.
    pub high: f64,
}

/// The seven steps, from low to high.
pub const ESTIMATES: [Estimate; 7] = [
    Estimate { words: ["almost no chance", "remote"], low: 0.01, high: 0.05 },
    Estimate { words: ["very unlikely", "highly improbable"], low: 0.05, high: 0.20 },
    Estimate { words: ["unlikely", "improbable"], low: 0.20, high: 0.45 },
    Estimate { words: ["roughly even chance", "roughly even odds"], low: 0.45, high: 0.55 },
    Estimate { words: ["likely", "probable"], low: 0.55, high: 0.80 },
    Estimate { words: ["very likely", "highly probable"], low: 0.80, high: 0.95 },
    Estimate { words: ["almost certain", "nearly certain"], low: 0.95, high: 0.99 },
];

/// The step of a wording; blanks and underscores are alike, as is `almost certainly`.
pub fn estimate(words: &str) -> Option<&'static Estimate> {
    let words = words.trim().replace('_', " ");
    let words = match words.as_str() {
        "almost certainly" => "almost certain",
        "roughly even" | "even chance" => "roughly even chance",
        other => other,
    };
    ESTIMATES.iter().find(|step| step.words.contains(&words))
}

/// The word for a probability, by the directive's first wording; a bound belongs to the step above it.
///
/// There is none below 1 % or above 99 %: the directive's scale ends there.
pub fn word(probability: f64) -> Option<&'static str> {
    let last = ESTIMATES.len() - 1;
    ESTIMATES
        .iter()
        .enumerate()
        .find(|(at, step)| {
            step.low <= probability && (probability < step.high || *at == last && probability <= step.high)
        })
        .map(|(_, step)| step.words[0])
}

#[cfg(test)]
mod tests {
    use super::{ESTIMATES, estimate, word};

    #[test]
    fn the_scale_has_no_gaps() {
        for pair in ESTIMATES.windows(2) {
            assert_eq!(pair[0].high, pair[1].low);
        }
    }

    #[test]
    fn words_and_probabilities_agree() {
        assert_eq!(estimate("likely").map(|step| (step.low, step.high)), Some((0.55, 0.80)));
        assert_eq!(estimate("very_unlikely").map(|step| step.low), Some(0.05));
        assert!(estimate("maybe").is_none());
        assert_eq!(word(0.05), Some("very unlikely"));
        assert_eq!(word(0.99), Some("almost certain"));
        assert_eq!((word(0.0099), word(0.991)), (None, None));
    }
}
