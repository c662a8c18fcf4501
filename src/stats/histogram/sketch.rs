//! Any finite values to counts of their roundings to nine significant bits.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::key_at;

/// As many roundings next to one another, of two powers of two, are counted in an array.
const NEAR: u16 = 512;

/// Mantissa bits that are dropped: 52 less 8.
const DROPPED: u32 = 44;

/// Counts by value, rounded to the nearest number of nine significant bits: relative error at most 2⁻⁹, and none for
/// whole numbers up to ±512. Exactly mergeable in any order; −0 counts as 0.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    total: u64,
    /// Around the first value, from this key on: as small as may be, so that they stay in the cache. None before that.
    near: Vec<u16>,
    from: i32,
    /// Values farther off, and what is more than an entry of `near` holds.
    others: HashMap<Key, u64, FxBuildHasher>,
}

/// Sign and upper magnitude bits of a rounded value; sorts as the value does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key(i32);

impl Key {
    /// Rounds to nearest, ties away from 0; stays finite.
    fn of(value: f64) -> Self {
        const LARGEST: u64 = (f64::MAX.to_bits()) >> DROPPED;
        let magnitude = value.abs().to_bits();
        let rounded = ((magnitude + (1 << (DROPPED - 1))) >> DROPPED).min(LARGEST) as i32;
        Self(if value < 0.0 { -rounded } else { rounded })
    }

    fn value(self) -> f64 {
        let magnitude = f64::from_bits(u64::from(self.0.unsigned_abs()) << DROPPED);
        if self.0 < 0 { -magnitude } else { magnitude }
    }
}

impl PartialEq for Sketch {
    fn eq(&self, other: &Self) -> bool {
        self.total == other.total && self.occupied() == other.occupied()
    }
}

impl Sketch {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of values.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Counts `value`, which is finite.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.add_n(value, 1);
    }

    /// Counts `value`, which is finite, `times` times.
    #[inline]
    pub fn add_n(&mut self, value: f64, times: u64) {
        debug_assert!(value.is_finite(), "{value} has no place among finite values");
        self.total += times;
        self.count(Key::of(value), times);
    }

    /// Adds the counts of `other`; exact, in any order.
    #[expect(clippy::iter_over_hash_type, reason = "sums of whole numbers are the same in any order")]
    pub fn merge(&mut self, other: &Self) {
        self.total += other.total;
        for (key, more) in other.counted_near() {
            self.count(key, more);
        }
        for (&key, &more) in &other.others {
            self.count(key, more);
        }
    }

    /// Goes back to no values.
    pub fn clear(&mut self) {
        self.total = 0;
        self.near.fill(0);
        self.others.clear();
    }

    /// The quantiles at each `q` in [0, 1], rounded as said above; none if there are no values.
    pub fn quantiles<const N: usize>(&self, at: [f64; N]) -> Option<[f64; N]> {
        let occupied = self.occupied();
        (self.total > 0).then(|| {
            at.map(|q| key_at(q, self.total, occupied.iter().copied()).expect("counts sum up to the total"))
        })
    }

    /// The rounded values in increasing order, with their counts.
    pub fn occupied(&self) -> Vec<(f64, u64)> {
        let others = self.others.iter().map(|(key, &count)| (*key, count));
        let mut all: Vec<(Key, u64)> = self.counted_near().chain(others).collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        all.dedup_by(|(key, more), (before, count)| {
            let same = key == before;
            *count += if same { *more } else { 0 };
            same
        });
        all.into_iter().map(|(key, count)| (key.value(), count)).collect()
    }

    /// What is counted in the array.
    fn counted_near(&self) -> impl Iterator<Item = (Key, u64)> {
        let counts = (self.from..).zip(&self.near).filter(|(_, count)| **count > 0);
        counts.map(|(key, count)| (Key(key), u64::from(*count)))
    }

    #[inline]
    fn count(&mut self, key: Key, times: u64) {
        let near = self.near.get_mut(key.0.wrapping_sub(self.from) as usize);
        if let Some(count) = near
            && let Ok(more) = u16::try_from(u64::from(*count) + times)
        {
            *count = more;
        } else {
            self.count_apart(key, times);
        }
    }

    #[inline(never)]
    fn count_apart(&mut self, key: Key, times: u64) {
        if times == 0 {
            return;
        }
        if self.near.is_empty() {
            self.near = vec![0; usize::from(NEAR)];
            self.from = key.0 - i32::from(NEAR / 2);
            self.count(key, times);
        } else {
            *self.others.entry(key).or_insert(0) += times;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_to_512_are_exact_on_both_sides() {
        for whole in -512..=512 {
            let value = f64::from(whole);
            let mut sketch = Sketch::new();
            sketch.add(value);
            assert_eq!(sketch.quantiles([0.5]), Some([value]));
        }
    }

    #[test]
    fn both_zeros_are_one_and_extremes_stay_finite() {
        let mut sketch = Sketch::new();
        for value in [-0.0, 0.0, f64::MAX, f64::MIN, 5e-324, -5e-324] {
            sketch.add(value);
        }
        let values = sketch.occupied();
        assert_eq!(values.len(), 3, "{values:?}");
        assert_eq!(values[1], (0.0, 4), "the least subnormals round to zero");
        assert!(values[0].0.is_finite() && values[2].0.is_finite());
    }

    #[test]
    fn no_values_have_no_quantile() {
        let mut sketch = Sketch::new();
        sketch.add_n(0.3, 0);
        assert_eq!((sketch.quantiles([0.5]), sketch.occupied().len()), (None, 0));
        assert_eq!(sketch, Sketch::new());
    }

    #[test]
    fn counts_beyond_an_entry_of_the_array_are_kept() {
        let mut parts = [Sketch::new(), Sketch::new()];
        for (part, times) in parts.iter_mut().zip([65_535, 70_000]) {
            part.add_n(0.3, times);
            part.add(0.3);
            part.add(-7.0);
        }
        let [mut all, other] = parts;
        all.merge(&other);
        let near = |value: f64| (value - 0.3).abs() <= 0.3 / 512.0;
        assert_eq!(all.total(), 135_539);
        let occupied = all.occupied();
        assert!(matches!(*occupied, [(-7.0, 2), (value, 135_537)] if near(value)), "{occupied:?}");
    }

    /// Values of all sizes, whole and not, some of them near small whole numbers.
    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![
            (-100..700_i32).prop_map(f64::from),
            -80.0..80.0_f64,
            (0..64_i32, -0.01..0.01_f64).prop_map(|(whole, off)| f64::from(whole) + off),
            (any::<bool>(), -300.0..300.0_f64)
                .prop_map(|(negative, power)| libm::exp10(power) * if negative { -1.0 } else { 1.0 }),
        ]
    }

    proptest! {
        #[test]
        fn quantiles_are_those_of_the_values_within_the_stated_error(
            mut values in prop::collection::vec(value(), 1..200), cut in 0..200_usize, q in 0.0..=1.0_f64
        ) {
            let (mut first, mut second) = (Sketch::new(), Sketch::new());
            for (index, &value) in values.iter().enumerate() {
                if index < cut { first.add(value) } else { second.add(value) }
            }
            let mut reversed = second.clone();
            reversed.merge(&first);
            first.merge(&second);
            prop_assert_eq!(&first, &reversed);
            let mut whole = Sketch::new();
            for &value in &values {
                whole.add(value);
            }
            prop_assert_eq!(&first, &whole);
            prop_assert!(whole.occupied().is_sorted_by(|a, b| a.0 < b.0));
            values.sort_by(f64::total_cmp);
            let rank = (q * values.len() as f64).ceil().max(1.0) as usize;
            let (exact, [got]) = (values[rank - 1], first.quantiles([q]).unwrap());
            prop_assert!((got - exact).abs() <= exact.abs() / 512.0, "{got} {exact}");
        }
    }
}
