//! Values between 0 and a known span to counts in equal bins.

use std::collections::BTreeMap;

use super::key_at;

/// Bins over the span.
pub const BIN_COUNT: usize = 16_384;

/// The bin of `value` among [`BIN_COUNT`] equal bins of [0, `span`]: bin i holds [i, i+1)·span/16,384; `span` itself
/// goes to the last. Values below 0 go to the first bin, above `span` to the last. `span` is finite and above 0.
#[inline]
pub fn bin_of(value: f64, span: f64) -> u16 {
    // The division first: where value/span is a whole number of bins it is exact, and so is the power of two.
    let bin = (value / span * BIN_COUNT as f64) as u16;
    bin.min(BIN_COUNT as u16 - 1)
}

/// Counts in [`BIN_COUNT`] equal bins of [0, span]. Takes 32 KiB once the first value has come, and none before: what is
/// added comes to bins all over many histograms, which should stay in a processor's cache.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    span: f64,
    total: u64,
    /// The lower 16 bits of each count. Empty as long as `total` is 0.
    low: Vec<u16>,
    /// What the other bits are, of the bins where there are any.
    high: BTreeMap<u16, u64>,
}

impl Bins {
    /// No values yet; `span` is finite and above 0.
    pub fn new(span: f64) -> Self {
        debug_assert!(span > 0.0 && span.is_finite(), "span {span}");
        Self { span, total: 0, low: Vec::new(), high: BTreeMap::new() }
    }

    /// Upper end of the last bin.
    pub fn span(&self) -> f64 {
        self.span
    }

    /// Number of values.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Counts `value`, see [`bin_of`].
    pub fn add(&mut self, value: f64) {
        self.add_bin(bin_of(value, self.span));
    }

    /// Counts a value by its bin, below [`BIN_COUNT`].
    pub fn add_bin(&mut self, bin: u16) {
        let low = &mut self.room()[usize::from(bin)];
        *low = low.wrapping_add(1);
        if *low == 0 {
            self.carry(bin, 1);
        }
        self.total += 1;
    }

    /// Counts so many values by their bin, below [`BIN_COUNT`].
    pub fn add_to_bin(&mut self, bin: u16, count: u64) {
        if count == 0 {
            return;
        }
        let low = &mut self.room()[usize::from(bin)];
        let sum = u64::from(*low) + count;
        *low = sum as u16;
        if sum >> u16::BITS > 0 {
            self.carry(bin, sum >> u16::BITS);
        }
        self.total += count;
    }

    /// Adds the counts of `other`, which has the same span; exact, in any order.
    pub fn merge(&mut self, other: &Self) {
        debug_assert!(self.span == other.span, "spans {} and {}", self.span, other.span);
        if other.total == 0 {
            return;
        }
        self.room();
        for (bin, more) in (0..).zip(&other.low) {
            let (sum, carries) = self.low[usize::from(bin)].overflowing_add(*more);
            self.low[usize::from(bin)] = sum;
            if carries {
                self.carry(bin, 1);
            }
        }
        for (bin, more) in &other.high {
            self.carry(*bin, *more);
        }
        self.total += other.total;
    }

    /// The middle of the bin that holds the quantile at `q` in [0, 1]: within span/32,768 of the quantile itself.
    /// None if there are no values.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        key_at(q, self.total, self.occupied())
            .map(|bin| (f64::from(bin) + 0.5) * (self.span / BIN_COUNT as f64))
    }

    /// The bins that hold values, in order, with their counts.
    pub fn occupied(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        let bins = (0..).zip(&self.low).map(|(bin, low)| (bin, u64::from(*low) + self.high_of(bin)));
        bins.filter(|(_, count)| *count > 0)
    }

    fn high_of(&self, bin: u16) -> u64 {
        self.high.get(&bin).map_or(0, |high| high << u16::BITS)
    }

    #[cold]
    fn carry(&mut self, bin: u16, by: u64) {
        *self.high.entry(bin).or_insert(0) += by;
    }

    fn room(&mut self) -> &mut [u16] {
        if self.low.is_empty() {
            self.low = vec![0; BIN_COUNT];
        }
        &mut self.low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn edges_fall_where_they_should() {
        for span in [1.0, 180.0, 365.0, 0.1] {
            assert_eq!(bin_of(0.0, span), 0);
            assert_eq!(bin_of(span, span), 16_383);
            assert_eq!(bin_of(span / 2.0, span), 8_192);
            assert_eq!(bin_of(span / 4.0, span), 4_096);
            assert_eq!((bin_of(-1.0, span), bin_of(2.0 * span, span)), (0, 16_383));
        }
    }

    #[test]
    fn no_values_have_no_quantile() {
        let mut bins = Bins::new(10.0);
        bins.merge(&Bins::new(10.0));
        assert_eq!((bins.quantile(0.5), bins.total(), bins.low.len()), (None, 0, 0));
    }

    #[test]
    fn counts_above_sixteen_bits_are_whole() {
        let mut bins = Bins::new(1.0);
        for _ in 0..200_000 {
            bins.add(0.25);
        }
        bins.add(0.75);
        let mut twice = bins.clone();
        twice.merge(&bins);
        let mut at_once = Bins::new(1.0);
        for (bin, count) in [(4_096, 1_000), (4_096, 199_000), (12_288, 1), (0, 0)] {
            at_once.add_to_bin(bin, count);
        }
        assert_eq!(at_once, bins);
        assert_eq!(bins.occupied().collect::<Vec<_>>(), [(4_096, 200_000), (12_288, 1)]);
        assert_eq!(twice.occupied().collect::<Vec<_>>(), [(4_096, 400_000), (12_288, 2)]);
        assert_eq!((twice.total(), twice.quantile(0.5)), (400_002, Some(4_096.5 / 16_384.0)));
    }

    proptest! {
        #[test]
        fn quantiles_are_those_of_the_values_within_half_a_bin(
            mut values in prop::collection::vec(0.0..=365.0_f64, 1..200), cut in 0..200_usize, q in 0.0..=1.0_f64
        ) {
            let (mut first, mut second) = (Bins::new(365.0), Bins::new(365.0));
            for (index, &value) in values.iter().enumerate() {
                if index < cut { first.add(value) } else { second.add_bin(bin_of(value, 365.0)) }
            }
            let mut reversed = second.clone();
            reversed.merge(&first);
            first.merge(&second);
            prop_assert_eq!(&first, &reversed);
            prop_assert_eq!(first.total(), values.len() as u64);
            prop_assert_eq!(first.occupied().map(|(_, count)| count).sum::<u64>(), values.len() as u64);
            values.sort_by(f64::total_cmp);
            let rank = (q * values.len() as f64).ceil().max(1.0) as usize;
            let error = first.quantile(q).unwrap() - values[rank - 1];
            prop_assert!(error.abs() <= 365.0 / 32_768.0 * (1.0 + 1e-9));
        }
    }
}
