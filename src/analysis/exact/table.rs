//! Keys of states ↔ their numbers, in the order in which they were found.

/// Distinct keys, numbered from 0: an open-addressed table over one list of words.
pub(super) struct Table {
    words: usize,
    keys: Vec<u64>,
    /// One more than the number of a key, or 0; a power of two of them.
    slots: Vec<u32>,
}

impl Table {
    /// For keys of so many words, at least one.
    pub(super) fn new(words: usize) -> Self {
        Self { words, keys: Vec::new(), slots: vec![0; 1024] }
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len() / self.words
    }

    pub(super) fn key(&self, number: usize) -> &[u64] {
        &self.keys[number * self.words..(number + 1) * self.words]
    }

    /// The number of a key, which is added if it is new.
    pub(super) fn number(&mut self, key: &[u64]) -> usize {
        if 2 * self.len() >= self.slots.len() {
            self.grow();
        }
        let slot = self.slot(key);
        if self.slots[slot] == 0 {
            self.keys.extend_from_slice(key);
            self.slots[slot] = self.len() as u32;
        }
        self.slots[slot] as usize - 1
    }

    /// The slot of a key, or the one where it would go.
    fn slot(&self, key: &[u64]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(key) as usize & mask;
        while self.slots[slot] != 0 && self.key(self.slots[slot] as usize - 1) != key {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![0; 2 * self.slots.len()];
        for number in 0..self.len() {
            let slot = self.slot(self.key(number));
            self.slots[slot] = number as u32 + 1;
        }
    }
}

/// Spreads keys over the table: each word is mixed in by the finaliser of `SplitMix64` (Steele, Lea & Flood 2014).
fn hash(key: &[u64]) -> u64 {
    key.iter().fold(0x9e37_79b9_7f4a_7c15, |hash, word| {
        let mut mixed = hash ^ word;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_numbers() {
        let mut table = Table::new(2);
        let key = |at: u64| [at.wrapping_mul(0x1_0000_0001), at / 7];
        for at in 0..5_000 {
            assert_eq!(table.number(&key(at)), at as usize);
        }
        for at in (0..5_000).rev() {
            assert_eq!(table.number(&key(at)), at as usize);
            assert_eq!(table.key(at as usize), key(at));
        }
        assert_eq!(table.len(), 5_000);
    }
}
