//! Values to their count, mean and spread.

/// Count, mean and sum of squared deviations, without keeping the values.
///
/// The last bits depend on the order of `add` and `merge`: the caller keeps a fixed order (by index of the batch).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    /// Σ (x − mean)².
    deviations: f64,
}

impl Moments {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One finite value, so many times.
    pub fn repeated(value: f64, count: u64) -> Self {
        Self { count, mean: value, deviations: 0.0 }
    }

    /// Counts `value`, which is finite (Welford 1962).
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let from_old = value - self.mean;
        self.mean += from_old / self.count as f64;
        self.deviations += from_old * (value - self.mean);
    }

    /// Adds the values of `other` (Chan, Golub & Le Veque 1983).
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        let count = self.count + other.count;
        let share = other.count as f64 / count as f64;
        let apart = other.mean - self.mean;
        self.mean += apart * share;
        self.deviations += other.deviations + apart * apart * share * self.count as f64;
        self.count = count;
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Arithmetic mean; none without values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Standard deviation of the sample (divisor n − 1); none for fewer than two values.
    pub fn sd(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.deviations / (self.count - 1) as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_values_say_little() {
        let mut moments = Moments::new();
        assert_eq!((moments.mean(), moments.sd()), (None, None));
        moments.add(3.0);
        assert_eq!((moments.mean(), moments.sd()), (Some(3.0), None));
        moments.add(5.0);
        assert_eq!((moments.mean(), moments.sd(), moments.count()), (Some(4.0), Some(2.0_f64.sqrt()), 2));
    }

    #[test]
    fn a_large_offset_does_not_drown_the_spread() {
        let mut moments = Moments::new();
        (0..1000).for_each(|i| moments.add(1e9 + f64::from(i % 2)));
        // half zeros, half ones: Σ (x − ½)² = 250, over 999
        assert!((moments.sd().unwrap() / (250.0_f64 / 999.0).sqrt() - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn parts_merge_to_the_moments_of_the_whole(
            values in prop::collection::vec(-1e3..1e3_f64, 2..100), cut in 0..100_usize
        ) {
            let (mut first, mut second) = (Moments::new(), Moments::new());
            for (index, &value) in values.iter().enumerate() {
                if index < cut { first.add(value) } else { second.add(value) }
            }
            first.merge(&second);
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0);
            prop_assert_eq!(first.count(), values.len() as u64);
            prop_assert!((first.mean().unwrap() - mean).abs() < 1e-10);
            prop_assert!((first.sd().unwrap() - variance.sqrt()).abs() < 1e-10);
        }
    }
}
