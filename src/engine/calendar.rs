//! When each slot is due next, and which is due first: a tournament over all slots.

/// Times of slots; of equal times the lowest slot is first.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    /// Of each slot, filled up with +∞ to a power of two.
    times: Vec<f64>,
    /// The winner of each match; match 1 is the final, match i is between matches 2i and 2i+1.
    winners: Vec<u32>,
    /// Whether matches wait until many times are set.
    held: bool,
}

impl Calendar {
    /// All slots due never.
    pub(super) fn new(slots: usize) -> Self {
        let size = slots.max(2).next_power_of_two();
        let mut calendar = Self { times: vec![f64::INFINITY; size], winners: vec![0; size], held: false };
        calendar.release();
        calendar
    }

    /// Lets times be set without playing matches, until `release`: cheaper where most of them are set.
    pub(super) fn hold(&mut self) {
        self.held = true;
    }

    /// Plays all matches.
    pub(super) fn release(&mut self) {
        self.held = false;
        let size = self.times.len();
        for at in (1..size).rev() {
            let first = 2 * at;
            let (low, high) = if first < size {
                (self.winners[first], self.winners[first + 1])
            } else {
                ((first - size) as u32, (first + 1 - size) as u32)
            };
            self.winners[at] = self.earlier(low, high);
        }
    }

    /// The slot that is due first, and when: +∞ if none is.
    #[inline]
    pub(super) fn next(&self) -> (usize, f64) {
        let slot = self.winners[1] as usize;
        (slot, self.times[slot])
    }

    /// Sets when a slot is due; never NaN.
    #[inline]
    pub(super) fn set(&mut self, slot: usize, time: f64) {
        if self.times[slot] == time {
            return;
        }
        self.times[slot] = time;
        if self.held {
            return;
        }
        let size = self.times.len();
        let pair = slot & !1;
        let mut winner = self.earlier(pair as u32, pair as u32 + 1);
        let mut at = (size + slot) >> 1;
        loop {
            let before = std::mem::replace(&mut self.winners[at], winner);
            if at == 1 || (before == winner && winner as usize != slot) {
                return;
            }
            let rival = self.winners[at ^ 1];
            winner = if at & 1 == 0 { self.earlier(winner, rival) } else { self.earlier(rival, winner) };
            at /= 2;
        }
    }

    /// The earlier of a lower and a higher slot.
    #[inline]
    fn earlier(&self, low: u32, high: u32) -> u32 {
        if self.times[high as usize] < self.times[low as usize] { high } else { low }
    }

    /// Becomes equal to another of its size.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.times.copy_from_slice(&other.times);
        self.winners.copy_from_slice(&other.winners);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    #[test]
    fn the_first_is_what_a_search_of_all_finds() {
        let mut chooser = ChaCha8Rng::seed_from_u64(1);
        for slots in [0, 1, 2, 3, 5, 8, 21] {
            let mut calendar = Calendar::new(slots);
            let mut times = vec![f64::INFINITY; slots];
            for _ in 0..if slots == 0 { 0 } else { 2_000 } {
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
