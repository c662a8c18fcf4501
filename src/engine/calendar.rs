//! When each slot is due next, and which is due first: minima of blocks, found again where something was set.

/// Slots of a block.
const BLOCK: usize = 32;

/// Slots compared at once.
const LANES: usize = 8;

/// Times of slots; of equal times the lowest slot is first.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// By slot, filled up with +∞ to whole blocks.
    blocks: Vec<[f64; BLOCK]>,
    /// Of each block that is not stale, its least time and where that is.
    least: Vec<Least>,
    /// Bits of the blocks that were set since, 64 to a word.
    stale: Vec<u64>,
}

/// The least time of a block.
#[derive(Clone, Copy, Debug)]
struct Least {
    time: f64,
    /// The lowest slot of the block that has it.
    slot: u32,
    /// Whether no other of the block has.
    alone: bool,
}

/// What is due first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Next {
    pub(super) slot: usize,
    /// +∞ if nothing is due.
    pub(super) time: f64,
    /// Whether no other slot is due then.
    pub(super) alone: bool,
}

impl Calendar {
    /// All slots due never.
    pub(super) fn new(slots: usize) -> Self {
        let blocks = slots.div_ceil(BLOCK).max(1);
        Self {
            blocks: vec![[f64::INFINITY; BLOCK]; blocks],
            least: vec![Least { time: f64::INFINITY, slot: 0, alone: false }; blocks],
            stale: vec![0; blocks.div_ceil(64)],
        }
    }

    /// Sets when a slot is due; never NaN.
    #[inline]
    pub(super) fn set(&mut self, slot: usize, time: f64) {
        let block = slot / BLOCK;
        self.blocks[block][slot % BLOCK] = time;
        self.stale[block / 64] |= 1 << (block % 64);
    }

    /// What is due first.
    #[inline]
    pub(super) fn next(&mut self) -> Next {
        for (word, stale) in self.stale.iter_mut().enumerate() {
            while *stale != 0 {
                let block = word * 64 + stale.trailing_zeros() as usize;
                *stale &= *stale - 1;
                self.least[block] = Least::of(&self.blocks[block]);
            }
        }
        let (mut first, mut least) = (0, self.least[0]);
        for (block, other) in self.least.iter().enumerate().skip(1) {
            least.alone &= other.time != least.time;
            if other.time < least.time {
                (first, least) = (block, *other);
            }
        }
        Next { slot: first * BLOCK + least.slot as usize, time: least.time, alone: least.alone }
    }

    /// Becomes equal to another of its size.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.blocks.copy_from_slice(&other.blocks);
        self.least.copy_from_slice(&other.least);
        self.stale.copy_from_slice(&other.stale);
    }
}

impl Least {
    #[inline]
    fn of(block: &[f64; BLOCK]) -> Self {
        let (rows, _) = block.as_chunks::<LANES>();
        let mut columns = rows[0];
        for row in &rows[1..] {
            for (least, time) in columns.iter_mut().zip(row) {
                *least = lesser(*least, *time);
            }
        }
        let pairs: [f64; LANES / 2] = std::array::from_fn(|at| lesser(columns[at], columns[at + LANES / 2]));
        let time = lesser(lesser(pairs[0], pairs[2]), lesser(pairs[1], pairs[3]));
        // One column, and one row of it, unless several slots have this time.
        let column = places(&columns, time);
        let lane = column.trailing_zeros() as usize % LANES;
        let row = places(&std::array::from_fn::<f64, { BLOCK / LANES }, _>(|at| rows[at][lane]), time);
        if column & (column - 1) | row & (row - 1) == 0 {
            let slot = row.trailing_zeros() * LANES as u32 + lane as u32;
            Self { time, slot, alone: true }
        } else {
            Self { time, slot: lowest(block, time), alone: false }
        }
    }
}

/// Neither is NaN: one instruction.
#[inline]
fn lesser(x: f64, y: f64) -> f64 {
    if x < y { x } else { y }
}

/// Bits of the places that have a time, compared as integers: there is no NaN and no −0.
#[inline]
fn places(times: &[f64], time: f64) -> u32 {
    times.iter().rev().fold(0, |bits, other| bits << 1 | u32::from(other.to_bits() == time.to_bits()))
}

/// The lowest slot of a block with this time, which one has.
#[cold]
fn lowest(block: &[f64; BLOCK], time: f64) -> u32 {
    block.iter().zip(0..).find_map(|(other, slot)| (*other == time).then_some(slot)).unwrap_or_default()
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
                assert_eq!((next.slot, next.time), (lowest, first));
                if first < f64::INFINITY {
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
