//! Bits → few bytes, and back: adaptive binary arithmetic coding, in integers only.
//!
//! A range coder with carries (Martin 1979) for probabilities of 16 bits, each the mean of what was seen of its kind of
//! bit. A bit that is always the same soon costs next to nothing, one that is like the toss of a coin costs one.

/// Bits of a probability.
const SCALE: u32 = 16;

/// A probability is the mean over at least this many bits, the latest of which weigh as much as any: what is coded has
/// the same chances throughout.
const MOST_SEEN: u16 = 2_000;

/// No bit is taken for impossible: from 0 and 1 a mean keeps away by the half bit that it begins with, of all bits seen. Once
/// they are so many that it no longer shrinks, neither does what is left, as steps are cut to whole numbers.
const LEAST: i32 = (1 << (SCALE - 1)) / (MOST_SEEN as i32 + 1);

const _: () = assert!(0 < LEAST && LEAST < MOST_SEEN as i32);

/// Below this the range is widened by a byte.
const NARROW: u32 = 1 << 24;

/// How likely the next bit of a kind is 0: half at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    zero: u16,
    seen: u16,
}

impl Default for Chance {
    fn default() -> Self {
        Self { zero: 1 << (SCALE - 1), seen: 0 }
    }
}

impl Chance {
    fn bound(self, range: u32) -> u32 {
        (range >> SCALE) * u32::from(self.zero)
    }

    /// The mean of what was seen, begun with half a bit of each kind (Krichevsky & Trofimov 1981).
    fn learn(&mut self, bit: bool) {
        let target = i32::from(!bit) << SCALE;
        let step = (target - i32::from(self.zero)) / (i32::from(self.seen) + 2);
        let zero = i32::from(self.zero) + step;
        debug_assert!((LEAST..=(1 << SCALE) - LEAST).contains(&zero), "{zero} of {} bits", self.seen);
        self.zero = zero as u16;
        self.seen = (self.seen + 1).min(MOST_SEEN);
    }
}

/// Writes bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoder {
    low: u64,
    range: u32,
    /// The last byte that a carry may still change, and how many bytes of ones follow it.
    held: Option<u8>,
    ones: u64,
    bytes: Vec<u8>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self { low: 0, range: u32::MAX, held: None, ones: 0, bytes: Vec::new() }
    }
}

impl Encoder {
    /// Writes a bit of the kind that `chance` follows.
    pub fn put(&mut self, bit: bool, chance: &mut Chance) {
        let bound = chance.bound(self.range);
        if bit {
            self.low += u64::from(bound);
            self.range -= bound;
        } else {
            self.range = bound;
        }
        chance.learn(bit);
        while self.range < NARROW {
            self.range <<= 8;
            self.shift();
        }
    }

    /// Bytes written so far, but for the last few.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// All bytes.
    pub fn finish(mut self) -> Vec<u8> {
        for _ in 0..4 {
            self.shift();
        }
        self.bytes.extend(self.held);
        let ones = usize::try_from(self.ones).unwrap_or(usize::MAX);
        self.bytes.extend(std::iter::repeat_n(u8::MAX, ones));
        self.bytes
    }

    /// Moves the highest byte of `low` out, as soon as no carry can reach it.
    fn shift(&mut self) {
        let carry = self.low >> 32 != 0;
        let top = (self.low >> 24) as u8;
        if top == u8::MAX && !carry {
            self.ones += 1;
        } else {
            self.bytes.extend(self.held.map(|held| held.wrapping_add(u8::from(carry))));
            let filled = if carry { 0 } else { u8::MAX };
            self.bytes.extend(std::iter::repeat_n(filled, self.ones as usize));
            self.ones = 0;
            self.held = Some(top);
        }
        self.low = (self.low & 0x00ff_ffff) << 8;
    }
}

/// Reads the bits that an [`Encoder`] wrote, given the same chances in the same order. Of other bytes it makes some
/// bits or other; past their end there are zeros.
#[derive(Clone, Debug)]
pub struct Decoder<'b> {
    code: u32,
    range: u32,
    bytes: std::slice::Iter<'b, u8>,
    /// Bytes taken beyond the end.
    missing: usize,
}

impl<'b> Decoder<'b> {
    /// Reads from the start.
    pub fn new(bytes: &'b [u8]) -> Self {
        let mut decoder = Self { code: 0, range: u32::MAX, bytes: bytes.iter(), missing: 0 };
        for _ in 0..4 {
            decoder.shift();
        }
        decoder
    }

    /// Reads a bit of the kind that `chance` follows.
    pub fn take(&mut self, chance: &mut Chance) -> bool {
        let bound = chance.bound(self.range);
        let bit = self.code >= bound;
        if bit {
            self.code -= bound;
            self.range -= bound;
        } else {
            self.range = bound;
        }
        chance.learn(bit);
        while self.range < NARROW {
            self.range <<= 8;
            self.shift();
        }
        bit
    }

    /// Whether bytes beyond the end were asked for.
    pub fn is_short(&self) -> bool {
        self.missing > 0
    }

    /// Whether all bytes were needed and there were enough of them: otherwise these are not the bytes that were written.
    pub fn is_spent(&self) -> bool {
        self.missing == 0 && self.bytes.len() == 0
    }

    fn shift(&mut self) {
        let next = self.bytes.next().copied();
        self.missing += usize::from(next.is_none());
        self.code = self.code << 8 | u32::from(next.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(bits: &[(bool, usize)]) -> Vec<u8> {
        let mut chances = [Chance::default(); 4];
        let mut encoder = Encoder::default();
        for (bit, kind) in bits {
            encoder.put(*bit, &mut chances[*kind]);
        }
        encoder.finish()
    }

    fn read(bytes: &[u8], kinds: impl Iterator<Item = usize>) -> (Vec<bool>, bool) {
        let mut chances = [Chance::default(); 4];
        let mut decoder = Decoder::new(bytes);
        let bits = kinds.map(|kind| decoder.take(&mut chances[kind])).collect();
        (bits, decoder.is_spent())
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(bits in prop::collection::vec((prop::bool::weighted(0.9), 0..4_usize), 0..4_000)) {
            let bytes = written(&bits);
            let (found, spent) = read(&bytes, bits.iter().map(|(_, kind)| *kind));
            prop_assert!(spent);
            prop_assert_eq!(found, bits.iter().map(|(bit, _)| *bit).collect::<Vec<_>>());
        }
    }

    #[test]
    fn carries_reach_back() {
        for length in 0..200 {
            let bits: Vec<(bool, usize)> =
                (0..length).map(|_| (true, 0)).chain([(false, 0), (true, 1)]).collect();
            let (found, spent) = read(&written(&bits), bits.iter().map(|(_, kind)| *kind));
            assert!(spent && found.iter().zip(&bits).all(|(found, (bit, _))| found == bit), "{length}");
        }
    }

    /// Entropy of bits that are 1 with probability 1/8: 0.5436 bits each.
    #[test]
    fn bits_cost_about_their_entropy() {
        let mut state = 1_u64;
        let bits: Vec<(bool, usize)> = (0..100_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 61 == 0, 0)
            })
            .collect();
        let cost = 8.0 * written(&bits).len() as f64 / 100_000.0;
        assert!((0.54..0.55).contains(&cost), "{cost}");
        assert!(written(&vec![(false, 0); 100_000]).len() < 100);
        let (_, spent) = read(&written(&bits)[..1_000], bits.iter().map(|_| 0));
        assert!(!spent, "a cut record is noticed");
    }
}
