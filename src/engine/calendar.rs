//! When each slot is due next, and which is due first: a tree of minima over all slots.

/// Entries below a minimum.
const WIDTH: usize = 8;

/// The widest top of the tree.
const TOP: usize = 16;

/// Times of slots; of equal times the lowest slot is first.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// The times of the slots; then, level by level, the minima of groups of the level before. Each level is filled up
    /// with +∞ to whole groups.
    levels: Vec<Level>,
}

#[derive(Clone, Debug)]
struct Level {
    times: Vec<f64>,
    /// Of each entry, which of its group in the level before has that time; the first if several do.
    places: Vec<u32>,
}

impl Calendar {
    /// All slots due never.
    pub(super) fn new(slots: usize) -> Self {
        let mut levels = vec![Level::of(slots)];
        while let Some(last) = levels.last().map(|level| level.times.len())
            && last > TOP
        {
            levels.push(Level::of(last / WIDTH));
        }
        Self { levels }
    }

    /// The slot that is due first, and when: +∞ if none is.
    #[inline]
    pub(super) fn next(&self) -> (usize, f64) {
        let (top, below) = self.levels.split_last().expect("there is a level of times");
        let (mut at, time) = least(&top.times);
        let mut level = top;
        for lower in below.iter().rev() {
            at = at * WIDTH + level.places[at] as usize;
            level = lower;
        }
        (at, time)
    }

    /// Sets when a slot is due; never NaN.
    #[inline]
    pub(super) fn set(&mut self, slot: usize, time: f64) {
        self.levels[0].times[slot] = time;
        let mut at = slot;
        for level in 1..self.levels.len() {
            let (lower, upper) = self.levels.split_at_mut(level);
            let (lower, upper) = (&lower[level - 1], &mut upper[0]);
            let (group, place) = (at / WIDTH, (at % WIDTH) as u32);
            let (before, first) = (upper.times[group], upper.places[group]);
            let now = lower.times[at];
            if now < before || now == before && place <= first {
                (upper.times[group], upper.places[group]) = (now, place);
            } else if place == first {
                let (place, time) = least(&lower.times[group * WIDTH..(group + 1) * WIDTH]);
                (upper.times[group], upper.places[group]) = (time, place as u32);
            } else {
                return;
            }
            if upper.times[group] == before && upper.places[group] == first {
                return;
            }
            at = group;
        }
    }

    /// Becomes equal to another of its size.
    pub(super) fn copy_from(&mut self, other: &Self) {
        for (level, from) in self.levels.iter_mut().zip(&other.levels) {
            level.times.copy_from_slice(&from.times);
            level.places.copy_from_slice(&from.places);
        }
    }
}

impl Level {
    fn of(size: usize) -> Self {
        let size = size.max(1).next_multiple_of(WIDTH);
        Self { times: vec![f64::INFINITY; size], places: vec![0; size] }
    }
}

/// The first of the least times, and that time.
#[inline]
fn least(times: &[f64]) -> (usize, f64) {
    let first = (0, times[0]);
    times
        .iter()
        .enumerate()
        .skip(1)
        .fold(first, |least, (at, time)| if *time < least.1 { (at, *time) } else { least })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    #[test]
    fn the_first_is_what_a_search_of_all_finds() {
        let mut chooser = ChaCha8Rng::seed_from_u64(1);
        for slots in [0, 1, 2, 3, 5, 8, 9, 16, 17, 21, 128, 129, 1_100, 3_000] {
            let mut calendar = Calendar::new(slots);
            let mut times = vec![f64::INFINITY; slots];
            for _ in 0..if slots == 0 { 0 } else { 4_000 } {
                let word = chooser.next_u64();
                let slot = (word >> 32) as usize % slots;
                let time = if word % 5 == 0 { f64::INFINITY } else { (word % 7) as f64 };
                times[slot] = time;
                calendar.set(slot, time);
                let first = times.iter().copied().fold(f64::INFINITY, f64::min);
                let lowest = times.iter().position(|time| *time == first).unwrap();
                assert_eq!(calendar.next(), (lowest, first));
            }
        }
        assert_eq!(Calendar::new(0).next().1, f64::INFINITY);
    }
}
