//! Textbook formulas for exact answers, written down independently of the program under test.

/// Probabilities of a Poisson variable, 0 to `most`.
pub(crate) fn poisson(mean: f64, most: usize) -> Vec<f64> {
    (0..=most).map(|k| libm::exp(k as f64 * libm::log(mean) - mean - libm::lgamma(k as f64 + 1.0))).collect()
}

/// P(N ≥ k) of a Poisson variable: the distribution function of the sum of k unit exponentials.
pub(crate) fn erlang(k: usize, x: f64) -> f64 {
    if k == 0 {
        1.0
    } else if x <= 0.0 {
        0.0
    } else {
        1.0 - poisson(x, k - 1).iter().sum::<f64>()
    }
}

/// From P(N ≥ n), n = 0, 1, …, to P(N = n); the last is taken as P(N ≥ last).
pub(crate) fn by_tails(tails: &[f64]) -> Vec<f64> {
    let next = tails[1..].iter().copied().chain([0.0]);
    tails.iter().zip(next).map(|(tail, next)| tail - next).collect()
}

/// Standard normal distribution function.
pub(crate) fn normal(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// ∫ f from a to b by Simpson's rule on 20,000 strips, for smooth f.
pub(crate) fn integral(a: f64, b: f64, f: impl Fn(f64) -> f64) -> f64 {
    let strips = 20_000;
    let width = (b - a) / f64::from(strips);
    let at = |i: i32| f(a + width * f64::from(i));
    let inner: f64 = (1..strips).map(|i| at(i) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    width / 3.0 * (at(0) + inner + at(strips))
}

/// Mean, variance and fourth central moment of values with probabilities.
pub(crate) fn moments(distribution: &[(f64, f64)]) -> [f64; 3] {
    let mean: f64 = distribution.iter().map(|(x, p)| x * p).sum();
    let central = |power: f64| distribution.iter().map(|(x, p)| p * libm::pow(x - mean, power)).sum();
    [mean, central(2.0), central(4.0)]
}

/// Values 0, 1, 2, … with these probabilities.
pub(crate) fn counted(probabilities: &[f64]) -> Vec<(f64, f64)> {
    probabilities.iter().enumerate().map(|(k, p)| (k as f64, *p)).collect()
}
