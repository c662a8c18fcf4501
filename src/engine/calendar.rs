//! When each slot is due next, and which is due first: a tree of blocks of keys.
//!
//! Keys tell the first block to look into and the first slot in it, unless two of them have the same rounded time: then
//! the times themselves are compared.

use fearless_simd::{Level as Vectors, Simd, dispatch};

use super::key::{BLOCK, first_places, key, least_of, never, with_place};

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
    /// What is due first; none is due before its time even if it is not known.
    first: Next,
    known: bool,
}

/// Slots of a block; those of the last that are none are due never.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Slots {
    keys: [u32; BLOCK],
    times: [f64; BLOCK],
    /// The least key, as far as the level above knows, if there is one.
    least: u32,
}

/// The least keys of blocks, with their places in this level.
#[derive(Clone, Debug)]
struct Level {
    blocks: Vec<[u32; BLOCK]>,
    stale: Vec<u32>,
}

/// What is due first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Next {
    /// Any if nothing is due.
    pub(super) slot: usize,
    /// +∞ if nothing is due.
    pub(super) time: f64,
    /// Whether no other slot is due then, as far as that is known.
    pub(super) alone: bool,
}

/// Nothing is due.
const NOTHING: Next = Next { slot: 0, time: f64::INFINITY, alone: false };

impl Calendar {
    /// All slots due never.
    pub(super) fn new(slots: usize) -> Self {
        let mut below = slots.div_ceil(BLOCK).max(1);
        let stale = stale(below);
        let mut above: Vec<Level> = Vec::new();
        let slots = (0..below).map(Slots::never).collect();
        while below > FEW {
            below = below.div_ceil(BLOCK);
            above.push(Level { blocks: (0..below).map(never).collect(), stale: self::stale(below) });
        }
        Self { slots, stale, above, first: NOTHING, known: false }
    }

    /// Sets when a slot is due: never NaN, nor −0; what is beyond single precision is never due.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "jumps here are not foretold")]
    pub(super) fn set(&mut self, slot: usize, time: f64) {
        self.put(slot, time);
        // What was found stays known, or becomes what is set, or has to be looked for again.
        let first = &mut self.first;
        let sooner = time < first.time;
        self.known = sooner | (self.known & (slot != first.slot) & (time != first.time));
        first.alone |= sooner;
        first.slot = if sooner { slot } else { first.slot };
        first.time = if sooner { time } else { first.time };
    }

    #[inline]
    fn put(&mut self, slot: usize, time: f64) {
        let (block, place) = (slot / BLOCK, slot % BLOCK);
        let slots = &mut self.slots[block];
        slots.times[place] = time;
        let key = key(time, slot);
        let before = std::mem::replace(&mut slots.keys[place], key);
        if let Some(stale) = self.stale.get_mut(block / BLOCK) {
            // The least of the block stays unless this was it or comes before it; a block that is stale remains so.
            let (was, is) = (u32::from(before <= slots.least), u32::from(key < slots.least));
            *stale |= (was | is) << (block % BLOCK);
        }
    }

    /// When a slot is due.
    pub(super) fn time(&self, slot: usize) -> f64 {
        self.slots[slot / BLOCK].times[slot % BLOCK]
    }

    /// All slots are due never.
    pub(super) fn clear(&mut self) {
        self.slots.iter_mut().enumerate().for_each(|(block, slots)| *slots = Slots::never(block));
        self.stale.fill(0);
        for level in &mut self.above {
            level.blocks.iter_mut().enumerate().for_each(|(block, keys)| *keys = never(block));
            level.stale.fill(0);
        }
        (self.first, self.known) = (NOTHING, false);
    }

    /// What is due first.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Next {
        if !self.known {
            self.search();
        }
        self.first
    }

    /// The slot that is due first, if it is by then.
    pub(super) fn due_by(&mut self, time: f64) -> Option<usize> {
        (self.first.time <= time && self.next().time <= time).then_some(self.first.slot)
    }

    /// Takes out the slot that is due first: it is due never. What is due after it is looked for at once, while the
    /// processor has other work.
    #[inline(always)]
    pub(super) fn take_first(&mut self) {
        self.put(self.first.slot, f64::INFINITY);
        self.search();
    }

    #[inline(always)]
    fn search(&mut self) {
        (self.first, self.known) = (self.first_of_all(), true);
    }

    #[inline(always)]
    fn first_of_all(&mut self) -> Next {
        let slot = if self.above.is_empty() {
            first_of_few(&self.slots, |slots| &slots.keys)
        } else {
            self.first_in_tree()
        };
        let Some(slot) = slot else { return self.compare() };
        Next { slot, time: self.time(slot), alone: true }
    }

    /// The slot that comes first, if its rounded time tells.
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
            block = block * BLOCK + least_of(simd, [&level.blocks[block]]).place()? % BLOCK;
        }
        Some(block * BLOCK + least_of(simd, [&self.slots[block].keys]).place()? % BLOCK)
    }

    /// Brings the levels above up to date.
    #[inline(always)]
    fn refresh<S: Simd>(&mut self, simd: S) {
        let Self { slots, stale, above, .. } = self;
        if let [first, others @ ..] = above.as_mut_slice() {
            first.update(
                stale,
                #[inline(always)]
                |block| {
                    let slots = &mut slots[block];
                    slots.least = least_of(simd, [&slots.keys]).first;
                    slots.least
                },
            );
            let mut below = first;
            for level in others {
                level.update(
                    &mut below.stale,
                    #[inline(always)]
                    |block| least_of(simd, [&below.blocks[block]]).first,
                );
                below = level;
            }
        }
    }

    /// What is due first where rounded times do not tell.
    #[cold]
    #[inline(never)]
    fn compare(&self) -> Next {
        let mut next = NOTHING;
        let roots = self.above.last().map_or(self.slots.len(), |top| top.blocks.len());
        (0..roots).for_each(|root| self.compare_below(self.above.len(), root, &mut next));
        next
    }

    /// Looks into what comes first in a block of a level, by its rounded time.
    fn compare_below(&self, level: usize, block: usize, next: &mut Next) {
        let above = level.checked_sub(1).map(|above| &self.above[above].blocks[block]);
        let mut places = first_places(above.unwrap_or(&self.slots[block].keys));
        while places != 0 {
            let at = block * BLOCK + places.trailing_zeros() as usize;
            places &= places - 1;
            if level > 0 {
                self.compare_below(level - 1, at, next);
                continue;
            }
            let time = self.slots[block].times[at % BLOCK];
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
    fn update(&mut self, stale: &mut [u32], mut least: impl FnMut(usize) -> u32) {
        for (word, stale) in stale.iter_mut().enumerate() {
            while *stale != 0 {
                let at = word * BLOCK + stale.trailing_zeros() as usize;
                *stale &= *stale - 1;
                let block = at / BLOCK;
                self.blocks[block][at % BLOCK] = with_place(least(at), at);
                if let Some(stale) = self.stale.get_mut(block / BLOCK) {
                    *stale |= 1 << (block % BLOCK);
                }
            }
        }
    }
}

impl Slots {
    /// All due never: those of this block.
    fn never(block: usize) -> Self {
        let keys = never(block);
        Self { keys, times: [f64::INFINITY; BLOCK], least: keys[0] }
    }
}

/// None of so many blocks, if there is a level above them.
fn stale(blocks: usize) -> Vec<u32> {
    vec![0; if blocks > FEW { blocks.div_ceil(BLOCK) } else { 0 }]
}

/// The place in a few blocks that comes first, if its rounded time tells.
#[inline(never)]
fn first_of_few<T>(blocks: &[T], keys: impl Fn(&T) -> &[u32; BLOCK] + Copy) -> Option<usize> {
    match blocks {
        [one] => first_of_blocks([one].map(keys)),
        [one, two] => first_of_blocks([one, two].map(keys)),
        [one, two, three] => first_of_blocks([one, two, three].map(keys)),
        [one, two, three, four] => first_of_blocks([one, two, three, four].map(keys)),
        _ => None, // no such calendar
    }
}

/// The same of so many: steps whose number is known are not counted.
#[inline]
fn first_of_blocks<const N: usize>(blocks: [&[u32; BLOCK]; N]) -> Option<usize> {
    dispatch!(Vectors::new(), simd => least_of(simd, blocks)).place()
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
                    assert!(only || !next.alone);
                    alone[usize::from(next.alone)] += 1;
                }
            }
        }
        assert!(alone[0] > 1_000 && alone[1] > 1_000, "{alone:?}");
        assert_eq!(Calendar::new(0).next().time, f64::INFINITY);
    }
}
