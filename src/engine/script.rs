//! Choices by script instead of by chance: an instant is replayed until everything that can be chosen has been.

/// The choices of one replay, in the order in which they are made, and what else could be chosen.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    /// Of each choice, the options that have a chance: position and probability.
    odds: Vec<Vec<(usize, f64)>>,
    /// Of each choice, which of these is taken.
    taken: Vec<usize>,
    /// Choices made in this replay.
    made: usize,
}

impl Script {
    /// Starts the first replay of another instant.
    pub(super) fn clear(&mut self) {
        self.odds.clear();
        self.taken.clear();
        self.made = 0;
    }

    /// The option taken, by position, of those available with their weights or, given a rationality, utilities.
    pub(super) fn choose(&mut self, rationality: Option<f64>, available: &[(usize, f64)]) -> Option<usize> {
        if available.is_empty() {
            return None;
        }
        if self.made == self.taken.len() {
            self.odds.push(odds(rationality, available));
            self.taken.push(0);
        }
        let (option, _) = self.odds[self.made][self.taken[self.made]];
        self.made += 1;
        Some(option)
    }

    /// The probability of the choices made in this replay.
    pub(super) fn probability(&self) -> f64 {
        self.odds.iter().zip(&self.taken).map(|(odds, taken)| odds[*taken].1).product()
    }

    /// Goes on to the next replay; whether there is one.
    pub(super) fn advance(&mut self) -> bool {
        self.made = 0;
        while let (Some(odds), Some(taken)) = (self.odds.last(), self.taken.last_mut()) {
            *taken += 1;
            if *taken < odds.len() {
                return true;
            }
            self.odds.pop();
            self.taken.pop();
        }
        false
    }
}

/// Probabilities in proportion to weights, or to exp(rationality × utility); options without a chance are left out.
fn odds(rationality: Option<f64>, available: &[(usize, f64)]) -> Vec<(usize, f64)> {
    let greatest = available.iter().map(|(_, measure)| *measure).fold(f64::NEG_INFINITY, f64::max);
    let weight = |measure: f64| match rationality {
        None => measure / greatest,
        Some(rationality) => libm::exp(rationality * (measure - greatest)),
    };
    let weights = available.iter().map(|(option, measure)| (*option, weight(*measure)));
    let weights: Vec<_> = weights.filter(|(_, weight)| *weight > 0.0).collect();
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    weights.into_iter().map(|(option, weight)| (option, weight / sum)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_through_is_taken_once_with_its_probability() {
        let mut script = Script::default();
        let mut ways = Vec::new();
        loop {
            let first = script.choose(None, &[(0, 1.0), (2, 3.0)]).unwrap();
            let second = (first == 2).then(|| script.choose(Some(2.0), &[(0, 0.0), (1, 1.0)]).unwrap());
            ways.push((first, second, script.probability()));
            if !script.advance() {
                break;
            }
        }
        let logit = 1.0 / (1.0 + libm::exp(-2.0));
        let expected = [(0, None, 0.25), (2, Some(0), 0.75 * (1.0 - logit)), (2, Some(1), 0.75 * logit)];
        assert_eq!(ways.len(), expected.len());
        for (way, expected) in ways.iter().zip(expected) {
            assert_eq!((way.0, way.1), (expected.0, expected.1));
            assert!((way.2 - expected.2).abs() < 1e-15, "{way:?}");
        }
    }

    #[test]
    fn extreme_measures_stay_finite() {
        assert_eq!(odds(Some(1.0), &[(0, -1e9), (1, 1e9)]), [(1, 1.0)]);
        assert_eq!(odds(None, &[(0, 1e308), (1, 1e308)]), [(0, 0.5), (1, 0.5)]);
    }
}
