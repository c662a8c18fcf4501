//! Values to their mean, spread and quantiles; cheapest for small whole numbers, which are only counted.

use super::{Moments, Sketch};

/// Whole numbers from 0 below this are counted.
const WHOLE: usize = 64;

/// Finite values. What is not a small whole number goes to [`Moments`] and [`Sketch`], whose errors and order it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    whole: [u64; WHOLE],
    moments: Moments,
    sketch: Sketch,
    /// Whether there are any values.
    any: bool,
}

impl Default for Sample {
    fn default() -> Self {
        Self { whole: [0; WHOLE], moments: Moments::new(), sketch: Sketch::new(), any: false }
    }
}

impl Sample {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts `value`, which is finite.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.any = true;
        let whole = value as usize; // saturates at 0 for negative values
        match self.whole.get_mut(whole) {
            Some(count) if whole as f64 == value => *count += 1,
            _ => {
                self.moments.add(value);
                self.sketch.add(value);
            }
        }
    }

    /// Counts a whole number below 64 so many times.
    pub fn add_whole(&mut self, whole: usize, count: u64) {
        self.any |= count > 0;
        self.whole[whole] += count;
    }

    /// Goes back to no values.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.any) {
            self.whole.fill(0);
            self.moments = Moments::new();
            self.sketch.clear();
        }
    }

    /// Adds the values of `other`.
    pub fn merge(&mut self, other: &Self) {
        if !other.any {
            return;
        }
        self.any = true;
        self.whole.iter_mut().zip(&other.whole).for_each(|(count, more)| *count += more);
        self.moments.merge(&other.moments);
        self.sketch.merge(&other.sketch);
    }

    /// Count, mean and spread of all values.
    pub fn moments(&self) -> Moments {
        let mut all = self.moments;
        for (value, count) in self.whole.iter().enumerate() {
            all.merge(&Moments::repeated(value as f64, *count));
        }
        all
    }

    /// All values, sketched.
    pub fn sketch(&self) -> Sketch {
        let mut all = self.sketch.clone();
        for (value, count) in self.whole.iter().enumerate() {
            all.add_n(value as f64, *count);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![(-3..70_i32).prop_map(f64::from), -5.0..70.0_f64]
    }

    proptest! {
        #[test]
        fn it_tells_what_moments_and_sketch_of_all_values_tell(
            first in prop::collection::vec(value(), 0..60), second in prop::collection::vec(value(), 0..60)
        ) {
            let sample = |values: &[f64]| {
                let mut sample = Sample::new();
                for value in values {
                    sample.add(*value);
                }
                sample
            };
            let (mut moments, mut sketch) = (Moments::new(), Sketch::new());
            for value in first.iter().chain(&second) {
                moments.add(*value);
                sketch.add(*value);
            }
            let mut both = sample(&first);
            both.merge(&sample(&second));
            prop_assert_eq!(both.sketch(), sketch);
            let (mean, sd) = (both.moments().mean(), both.moments().sd());
            let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-11,
                (a, b) => a == b,
            };
            prop_assert_eq!(both.moments().count(), moments.count());
            prop_assert!(near(mean, moments.mean()) && near(sd, moments.sd()));
        }
    }
}
