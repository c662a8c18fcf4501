//! When each slot is due next, and which is due first: a tree of blocks, each as wide as a few vector instructions take.
//!
//! Blocks hold times rounded to single precision. Rounding keeps the order, so that the first block to look into and the
//! first slot in it are told by rounded times, unless two of them are equal: then the times themselves are compared.

use fearless_simd::{
    Level as Vectors, MaskNarrow, Simd, SimdBase, SimdMask, SimdSplit, dispatch, f32x4, f32x8,
};

/// Times of a block.
pub(super) const BLOCK: usize = 32;

/// As many blocks as are searched without a level above them.
const FEW: usize = 4;

/// Times of slots; of equal times the lowest slot is first.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    slots: Vec<Slots>,
    /// Bits of the blocks whose least time the level above may not have, as many to a word as there are in a block; none if
    /// there is no level above.
    stale: Vec<u32>,
    /// Of the blocks of the level before, up to a level that is few blocks.
    above: Vec<Level>,
}

/// Slots of a block; those of the last that are none are due never.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Slots {
    rounded: [f32; BLOCK],
    times: [f64; BLOCK],
    /// The least rounded time that the level above has, if there is one.
    least: f32,
}

const NEVER: Slots =
    Slots { rounded: [f32::INFINITY; BLOCK], times: [f64::INFINITY; BLOCK], least: f32::INFINITY };

/// The least rounded times of blocks.
#[derive(Clone, Debug)]
struct Level {
    blocks: Vec<[f32; BLOCK]>,
    stale: Vec<u32>,
}

/// What is due first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Next {
    /// Any if nothing is due.
    pub(super) slot: usize,
    /// +∞ if nothing is due.
    pub(super) time: f64,
    /// Whether no other slot is due then.
    pub(super) alone: bool,
}

impl Calendar {
    /// All slots due never.
    pub(super) fn new(slots: usize) -> Self {
        let mut below = slots.div_ceil(BLOCK).max(1);
        let stale = stale(below);
        let mut above: Vec<Level> = Vec::new();
        let slots = vec![NEVER; below];
        while below > FEW {
            below = below.div_ceil(BLOCK);
            above.push(Level { blocks: vec![NEVER.rounded; below], stale: self::stale(below) });
        }
        Self { slots, stale, above }
    }

    /// Sets when a slot is due: never NaN; what is beyond single precision is never due.
    #[inline]
    pub(super) fn set(&mut self, slot: usize, time: f64) {
        let (block, place) = (slot / BLOCK, slot % BLOCK);
        let slots = &mut self.slots[block];
        slots.times[place] = time;
        let rounded = time as f32;
        let before = std::mem::replace(&mut slots.rounded[place], rounded);
        if let Some(stale) = self.stale.get_mut(block / BLOCK) {
            // The least of the block stays unless this was it or comes before it; a block that is stale remains so.
            let (was, is) = (u32::from(before <= slots.least), u32::from(rounded < slots.least));
            *stale |= (was | is) << (block % BLOCK);
        }
    }

    /// When a slot is due.
    pub(super) fn time(&self, slot: usize) -> f64 {
        self.slots[slot / BLOCK].times[slot % BLOCK]
    }

    /// All slots are due never.
    pub(super) fn clear(&mut self) {
        self.slots.fill(NEVER);
        self.stale.fill(0);
        for level in &mut self.above {
            level.blocks.fill(NEVER.rounded);
            level.stale.fill(0);
        }
    }

    /// What is due first.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Next {
        let slot = if let [block] = &*self.slots {
            only(first_of(&block.rounded).1)
        } else if self.above.is_empty() {
            first_of_few(&self.slots, |slots| &slots.rounded)
        } else {
            self.first_in_tree()
        };
        let Some(slot) = slot else { return self.compare() };
        Next { slot, time: self.time(slot), alone: true }
    }

    /// The slot with the least rounded time, if it is the only one.
    #[inline(never)]
    fn first_in_tree(&mut self) -> Option<usize> {
        dispatch!(Vectors::new(), simd => self.first_in_tree_by(simd))
    }

    /// The same by these vectors.
    #[inline(always)]
    fn first_in_tree_by<S: Simd>(&mut self, simd: S) -> Option<usize> {
        self.refresh(simd);
        let mut block = first_of_few(&self.above.last()?.blocks, |block| block)?;
        for level in self.above.iter().rev().skip(1) {
            block = block * BLOCK + only(first_of_block(simd, &level.blocks[block]).1)?;
        }
        Some(block * BLOCK + only(first_of_block(simd, &self.slots[block].rounded).1)?)
    }

    /// Brings the levels above up to date.
    #[inline(always)]
    fn refresh<S: Simd>(&mut self, simd: S) {
        let Self { slots, stale, above } = self;
        if let [first, others @ ..] = above.as_mut_slice() {
            first.update(
                stale,
                #[inline(always)]
                |block| {
                    let slots = &mut slots[block];
                    slots.least = first_of_block(simd, &slots.rounded).0;
                    slots.least
                },
            );
            let mut below = first;
            for level in others {
                level.update(
                    &mut below.stale,
                    #[inline(always)]
                    |block| first_of_block(simd, &below.blocks[block]).0,
                );
                below = level;
            }
        }
    }

    /// What is due first where rounded times do not tell.
    #[cold]
    #[inline(never)]
    fn compare(&self) -> Next {
        let mut next = Next { slot: 0, time: f64::INFINITY, alone: false };
        let roots = self.above.last().map_or(self.slots.len(), |top| top.blocks.len());
        (0..roots).for_each(|root| self.compare_below(self.above.len(), root, &mut next));
        next
    }

    /// Looks into what is first among the rounded times of a block of a level.
    fn compare_below(&self, level: usize, block: usize, next: &mut Next) {
        let above = level.checked_sub(1).map(|above| &self.above[above].blocks[block]);
        let (least, mut places) = first_of(above.unwrap_or(&self.slots[block].rounded));
        while places != 0 && least < f32::INFINITY {
            let place = places.trailing_zeros() as usize;
            places &= places - 1;
            let at = block * BLOCK + place;
            if level > 0 {
                self.compare_below(level - 1, at, next);
                continue;
            }
            let time = self.slots[block].times[place];
            if time < next.time {
                *next = Next { slot: at, time, alone: true };
            } else if time == next.time {
                next.alone = false;
            }
        }
    }
}

impl Level {
    /// Takes over the least times of blocks below that are stale.
    #[inline(always)]
    fn update(&mut self, stale: &mut [u32], mut least: impl FnMut(usize) -> f32) {
        for (word, stale) in stale.iter_mut().enumerate() {
            while *stale != 0 {
                let at = word * BLOCK + stale.trailing_zeros() as usize;
                *stale &= *stale - 1;
                let block = at / BLOCK;
                self.blocks[block][at % BLOCK] = least(at);
                if let Some(stale) = self.stale.get_mut(block / BLOCK) {
                    *stale |= 1 << (block % BLOCK);
                }
            }
        }
    }
}

/// None of so many blocks, if there is a level above them.
fn stale(blocks: usize) -> Vec<u32> {
    vec![0; if blocks > FEW { blocks.div_ceil(BLOCK) } else { 0 }]
}

/// The place of a single bit; none if there are several.
#[inline]
pub(super) fn only(places: u32) -> Option<usize> {
    places.is_power_of_two().then_some(places.trailing_zeros() as usize)
}

/// The place in a few blocks with the least time, if it is the only one.
#[inline(never)]
fn first_of_few<T>(blocks: &[T], rounded: impl Fn(&T) -> &[f32; BLOCK] + Copy) -> Option<usize> {
    match blocks {
        [one] => first_of_blocks([rounded(one)]),
        [one, two] => first_of_blocks([one, two].map(rounded)),
        [one, two, three] => first_of_blocks([one, two, three].map(rounded)),
        [one, two, three, four] => first_of_blocks([one, two, three, four].map(rounded)),
        _ => None, // no such calendar
    }
}

/// The same of so many: steps whose number is known are not counted.
#[inline]
fn first_of_blocks<const N: usize>(blocks: [&[f32; BLOCK]; N]) -> Option<usize> {
    dispatch!(Vectors::new(), simd => {
        let rows = blocks.map(|block| rows(simd, block));
        let columns = rows.map(least_of).into_iter().reduce(f32x8::min)?;
        let least = f32x8::splat(simd, least_in(columns));
        let bits = rows.map(|rows| where_is(least, rows));
        let places = bits.into_iter().rev().fold(0, |all, bits| all << BLOCK | u128::from(bits));
        places.is_power_of_two().then_some(places.trailing_zeros() as usize)
    })
}

/// The least time of a block, and bits of the places that have it.
#[inline]
fn first_of(block: &[f32; BLOCK]) -> (f32, u32) {
    dispatch!(Vectors::baseline(), simd => first_of_block(simd, block))
}

/// The same by these vectors.
#[inline(always)]
pub(super) fn first_of_block<S: Simd>(simd: S, block: &[f32; BLOCK]) -> (f32, u32) {
    let rows = rows(simd, block);
    let least = least_in(least_of(rows));
    (least, where_is(f32x8::splat(simd, least), rows))
}

#[inline]
fn least_in<S: Simd>(columns: f32x8<S>) -> f32 {
    let (one, other) = columns.split();
    let columns: f32x4<S> = one.min(other);
    let lesser = |x: f32, y: f32| if x < y { x } else { y };
    lesser(lesser(columns[0], columns[1]), lesser(columns[2], columns[3]))
}

#[inline]
fn where_is<S: Simd>(time: f32x8<S>, rows: [f32x8<S>; BLOCK / 8]) -> u32 {
    let [a, b, c, d] = rows.map(|row| row.simd_eq(time));
    a.narrow(b).narrow(c.narrow(d)).to_bitmask() as u32
}

#[inline]
fn rows<S: Simd>(simd: S, block: &[f32; BLOCK]) -> [f32x8<S>; BLOCK / 8] {
    let (rows, _) = block.as_chunks::<8>();
    std::array::from_fn(|row| f32x8::from_slice(simd, &rows[row]))
}

/// The least of each column.
#[inline]
fn least_of<S: Simd>([a, b, c, d]: [f32x8<S>; BLOCK / 8]) -> f32x8<S> {
    a.min(b).min(c.min(d))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    #[test]
    fn the_first_is_what_a_search_of_all_finds() {
        let mut chooser = ChaCha8Rng::seed_from_u64(1);
        let mut alone = [0; 2];
        for slots in [0, 1, 2, 3, 5, 8, 9, 31, 32, 33, 64, 65, 128, 129, 1_100, 3_000] {
            let mut calendar = Calendar::new(slots);
            let mut times = vec![f64::INFINITY; slots];
            for _ in 0..if slots == 0 { 0 } else { 4_000 } {
                let word = chooser.next_u64();
                let slot = (word >> 32) as usize % slots;
                let time = match word % 5 {
                    0 => f64::INFINITY,
                    1 => (word % 7) as f64,
                    2 => 40.0 + (word >> 8 & 7) as f64 * f64::EPSILON * 32.0,
                    _ => (word % 7_001) as f64,
                };
                times[slot] = time;
                calendar.set(slot, time);
                if word % 3 == 0 {
                    continue;
                }
                let first = times.iter().copied().fold(f64::INFINITY, f64::min);
                let lowest = times.iter().position(|time| *time == first).unwrap();
                let next = calendar.next();
                assert_eq!(next.time, first);
                if first < f64::INFINITY {
                    assert_eq!(next.slot, lowest);
                    let only = times.iter().filter(|time| **time == first).count() == 1;
                    assert_eq!(next.alone, only);
                    alone[usize::from(only)] += 1;
                }
            }
        }
        assert!(alone[0] > 1_000 && alone[1] > 1_000, "{alone:?}");
        assert_eq!(Calendar::new(0).next().time, f64::INFINITY);
    }
}
