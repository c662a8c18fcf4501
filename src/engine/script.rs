//! Choices by script instead of by chance: an instant is replayed until everything that can be chosen has been.

/// A replay whose choices have less than this probability is given up: an instant may go round in circles, and all
/// ways through it would be infinitely many.
const LEAST: f64 = 1e-20;

/// The choices of one replay, in the order in which they are made, and what else could be chosen.
#[derive(Clone, Debug)]
pub(super) struct Script {
    /// Of each choice, the options that have a chance: position and probability.
    odds: Vec<Vec<(usize, f64)>>,
    /// Of each choice, which of these is taken.
    taken: Vec<usize>,
    /// Choices made in this replay.
    made: usize,
    /// Their probability.
    probability: f64,
}

impl Default for Script {
    fn default() -> Self {
        Self { odds: Vec::new(), taken: Vec::new(), made: 0, probability: 1.0 }
    }
}

impl Script {
    /// Starts the first replay of another instant.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The option taken, by position, of those available with their weights or, given a rationality, utilities.
    pub(super) fn choose(&mut self, rationality: Option<f64>, available: &[(usize, f64)]) -> Option<usize> {
        if available.is_empty() || self.is_given_up() {
            return None;
        }
        if self.made == self.taken.len() {
            self.odds.push(odds(rationality, available));
            self.taken.push(0);
        }
        let (option, probability) = self.odds[self.made][self.taken[self.made]];
        self.made += 1;
        self.probability *= probability;
        Some(option)
    }

    /// The probability of the choices made in this replay.
    pub(super) fn probability(&self) -> f64 {
        self.probability
    }

    /// Whether what this replay comes to is not worth knowing: no further choice is made in it.
    pub(super) fn is_given_up(&self) -> bool {
        self.probability < LEAST
    }

    /// Goes on to the next replay; whether there is one.
    pub(super) fn advance(&mut self) -> bool {
        self.made = 0;
        self.probability = 1.0;
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
    fn going_round_in_circles_comes_to_an_end() {
        let mut script = Script::default();
        let (mut ways, mut sum) = (0, 0.0);
        loop {
            // Goes on with probability 1/4, and then again.
            while script.choose(None, &[(0, 1.0), (1, 3.0)]) == Some(0) {}
            ways += 1;
            sum += if script.is_given_up() { 0.0 } else { script.probability() };
            if !script.advance() {
                break;
            }
        }
        assert!(ways < 50 && 1.0 - sum < 1e-15, "{ways} ways, {sum}");
    }

    #[test]
    fn extreme_measures_stay_finite() {
        assert_eq!(odds(Some(1.0), &[(0, -1e9), (1, 1e9)]), [(1, 1.0)]);
        assert_eq!(odds(None, &[(0, 1e308), (1, 1e308)]), [(0, 0.5), (1, 0.5)]);
    }
}
