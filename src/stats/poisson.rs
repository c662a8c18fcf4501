//! Poisson probabilities over the range that matters, by recursion from the mode.
//!
//! Weights as in Fox & Glynn, "Computing Poisson probabilities", Communications of the ACM 31 (1988): unscaled
//! recursions from the mode, summed from both ends. Where to stop is not taken from their finder, whose bounds need
//! corrections (Jansen, "Understanding Fox and Glynn's 'Computing Poisson probabilities'", 2011), but from the weights
//! themselves: beyond the mode they fall faster than a geometric series.

/// Poisson probabilities from `first` on; what is left out has at most the probability asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Poisson {
    /// The least number with a probability here.
    pub first: usize,
    /// Probabilities of `first`, `first` + 1, …; their sum is 1.
    pub weights: Vec<f64>,
}

/// The Poisson distribution of a mean, finite and from 0 to 10¹²; `cut` is the most that may be left out, above 0.
pub fn poisson(mean: f64, cut: f64) -> Poisson {
    if mean == 0.0 {
        return Poisson { first: 0, weights: vec![1.0] };
    }
    let mode = mean.floor();
    let above = above(mean, mode, cut / 2.0);
    let mut weights = below(mean, mode, cut / 2.0);
    let first = mode as usize - weights.len();
    weights.reverse();
    weights.push(1.0);
    weights.extend(above);
    let sum = sum_from_ends(&weights);
    for weight in &mut weights {
        *weight /= sum;
    }
    Poisson { first, weights }
}

impl Poisson {
    /// The greatest number with a probability here.
    pub fn last(&self) -> usize {
        self.first + self.weights.len() - 1
    }

    /// The probability of a number; 0 outside the range.
    pub fn weight(&self, number: usize) -> f64 {
        number.checked_sub(self.first).and_then(|at| self.weights.get(at)).copied().unwrap_or(0.0)
    }
}

/// Weights above the mode, whose own is 1, until the rest is at most `cut`.
fn above(mean: f64, mode: f64, cut: f64) -> Vec<f64> {
    let mut weights = Vec::new();
    let (mut number, mut weight) = (mode, 1.0);
    loop {
        number += 1.0;
        weight *= mean / number;
        // w(n+1) = w(n)·mean/(n+1), and all later quotients are smaller.
        let quotient = mean / (number + 1.0);
        if quotient < 1.0 && weight / (1.0 - quotient) <= cut {
            return weights;
        }
        weights.push(weight);
    }
}

/// Weights below the mode, downwards, until the rest is at most `cut`.
fn below(mean: f64, mode: f64, cut: f64) -> Vec<f64> {
    let mut weights = Vec::new();
    let (mut number, mut weight) = (mode, 1.0);
    while number > 0.0 {
        weight *= number / mean;
        number -= 1.0;
        let quotient = number / mean;
        if quotient < 1.0 && weight / (1.0 - quotient) <= cut {
            break;
        }
        weights.push(weight);
    }
    weights
}

/// The sum of weights that rise and then fall, the smallest first.
fn sum_from_ends(weights: &[f64]) -> f64 {
    let (mut low, mut high) = (0, weights.len());
    let mut sum = 0.0;
    while low < high {
        if weights[low] <= weights[high - 1] {
            sum += weights[low];
            low += 1;
        } else {
            sum += weights[high - 1];
            high -= 1;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// e^{−λ} λⁿ/n! by logarithms: libm's lgamma is another way to the same.
    fn direct(mean: f64, number: usize) -> f64 {
        let n = number as f64;
        libm::exp(n * libm::log(mean) - mean - libm::lgamma(n + 1.0))
    }

    #[test]
    fn weights_are_the_probabilities() {
        for mean in [1e-12, 0.3, 1.0, 24.9, 400.0, 12_345.6, 1e6] {
            let found = poisson(mean, 1e-14);
            for (at, weight) in found.weights.iter().enumerate() {
                let expected = direct(mean, found.first + at);
                // lgamma loses digits where it is large.
                assert!((weight - expected).abs() <= 1e-15 + 1e-8 * expected, "{mean}: {at}");
            }
            assert!((found.weights.iter().sum::<f64>() - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn what_is_left_out_is_below_the_cut() {
        for mean in [0.3, 24.9, 400.0, 1e5] {
            for cut in [1e-3, 1e-8] {
                let rough = poisson(mean, cut);
                let fine = poisson(mean, 1e-17);
                let inside: f64 = (rough.first..=rough.last()).map(|number| fine.weight(number)).sum();
                assert!(1.0 - inside <= cut && fine.weights.len() > rough.weights.len(), "{mean}, {cut}");
            }
        }
        assert_eq!(poisson(0.0, 1e-9), Poisson { first: 0, weights: vec![1.0] });
    }
}
