//! Times as keys of one word each, and the search for the least of many.
//!
//! A key holds a time rounded to 17 binary digits, and in its lowest bits a place. Rounding keeps the order of times, so
//! that the least key tells which place comes first, unless another has the same rounded time: the second least key
//! tells that, and then the times themselves have to be compared. Both are found in one pass, without a jump.

use fearless_simd::{
    Level, MaskNarrow, Simd, SimdBase, SimdInt, SimdMask, SimdSplit, dispatch, u32x4, u32x8,
};

/// Keys of a block, as wide as a few vector instructions take.
pub(super) const BLOCK: usize = 32;

/// How many places a key can tell apart.
const PLACES: u32 = 128;

/// The key of a time, which is neither NaN nor below 0 nor −0, at a place. What is beyond single precision is never.
#[inline]
pub(super) fn key(time: f64, place: usize) -> u32 {
    debug_assert!(time.is_sign_positive() && !time.is_nan(), "{time} is no time of a clock");
    with_place((time as f32).to_bits(), place)
}

/// The key of the same time at another place.
#[inline]
pub(super) fn with_place(key: u32, place: usize) -> u32 {
    key & !(PLACES - 1) | (place as u32 % PLACES)
}

/// The keys of a block among others, whose places are all due never.
pub(super) fn never(block: usize) -> [u32; BLOCK] {
    std::array::from_fn(|place| key(f64::INFINITY, block * BLOCK + place))
}

/// The two least of some keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Least {
    pub(super) first: u32,
    second: u32,
}

impl Least {
    /// The place that comes first, if its rounded time tells.
    #[inline]
    pub(super) fn place(self) -> Option<usize> {
        (self.second > self.first | (PLACES - 1)).then_some((self.first % PLACES) as usize)
    }
}

/// The two least keys of some blocks.
#[inline(always)]
pub(super) fn least_of<S: Simd, const N: usize>(simd: S, blocks: [&[u32; BLOCK]; N]) -> Least {
    let mut all = columns(simd, blocks[0]);
    for block in &blocks[1..] {
        all = merged(all, columns(simd, block));
    }
    let ((one, other), (far_one, far_other)) = (all.0.split(), all.1.split());
    let all: (u32x4<S>, u32x4<S>) = merged((one, far_one), (other, far_other));
    let all = merged(all, (all.0.slide::<2>(all.0), all.1.slide::<2>(all.1)));
    let all = merged(all, (all.0.slide::<1>(all.0), all.1.slide::<1>(all.1)));
    Least { first: all.0[0], second: all.1[0] }
}

/// The two least keys of each column of a block.
#[inline(always)]
fn columns<S: Simd>(simd: S, block: &[u32; BLOCK]) -> (u32x8<S>, u32x8<S>) {
    let [a, b, c, d] = rows(simd, block);
    merged(sorted(a, b), sorted(c, d))
}

/// Without a closure: the compiler does not always make that a part of what it is in, and then it lacks its vectors.
#[inline(always)]
fn rows<S: Simd>(simd: S, block: &[u32; BLOCK]) -> [u32x8<S>; BLOCK / 8] {
    let (rows, _) = block.as_chunks::<8>();
    [
        u32x8::from_slice(simd, &rows[0]),
        u32x8::from_slice(simd, &rows[1]),
        u32x8::from_slice(simd, &rows[2]),
        u32x8::from_slice(simd, &rows[3]),
    ]
}

/// Bits of the places of a block that come first, by their rounded time; none if all are due never.
pub(super) fn first_places(block: &[u32; BLOCK]) -> u32 {
    dispatch!(Level::new(), simd => {
        let first = least_of(simd, [block]).first | (PLACES - 1);
        let is_due = first < f32::INFINITY.to_bits();
        let first = u32x8::splat(simd, if is_due { first } else { 0 });
        let [a, b, c, d] = rows(simd, block);
        let (a, b) = (a.simd_le(first), b.simd_le(first));
        let (c, d) = (c.simd_le(first), d.simd_le(first));
        a.narrow(b).narrow(c.narrow(d)).to_bitmask() as u32
    })
}

/// The lesser and the greater of each column.
#[inline(always)]
fn sorted<S: Simd, V: SimdInt<S>>(one: V, other: V) -> (V, V) {
    (one.min(other), one.max(other))
}

/// Of two pairs that are sorted, the two least of each column.
#[inline(always)]
fn merged<S: Simd, V: SimdInt<S>>(one: (V, V), other: (V, V)) -> (V, V) {
    (one.0.min(other.0), one.0.max(other.0).min(one.1.min(other.1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_are_in_the_order_of_times(time in 0.0..1e5_f64, by in 0.0..1e-3_f64, place in 0..128_usize) {
            let (one, other) = (key(time, place), key(time + by, 127 - place));
            prop_assert!(one < other || one ^ other < PLACES);
            prop_assert!(one < key(f64::INFINITY, 0));
            prop_assert_eq!(one, with_place(key(time, 0), place));
        }

        #[test]
        fn the_two_least_are_found(blocks in prop::array::uniform2(prop::array::uniform32(0..200_u32))) {
            let [one, other] = &blocks;
            let mut all = blocks.concat();
            all.sort_unstable();
            for level in [Level::new(), Level::baseline()] {
                let Least { first, second } = dispatch!(level, simd => least_of(simd, [one, other]));
                prop_assert_eq!([first, second], [all[0], all[1]]);
            }
        }

        #[test]
        fn places_that_come_first_are_found(times in prop::array::uniform32(0..4_u8)) {
            let time = |place: usize| if times[place] < 3 { f64::from(times[place]) } else { f64::INFINITY };
            let least = (0..BLOCK).map(time).fold(f64::INFINITY, f64::min);
            let first = (0..BLOCK).filter(|place| time(*place) == least && least < f64::INFINITY);
            let block = std::array::from_fn(|place| key(time(place), place));
            prop_assert_eq!(first_places(&block), first.fold(0, |bits, place| bits | 1 << place));
        }
    }
}
