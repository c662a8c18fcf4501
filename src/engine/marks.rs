//! A set of small numbers that is cheap to fill and gives its least member first.

/// Members are below a size fixed at the start. Two levels of bits: taking the least of a few thousand costs a few
/// words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    words: Vec<u64>,
    /// Which words are not 0.
    summary: Vec<u64>,
}

impl Marks {
    /// Empty, for numbers below `size`.
    pub(super) fn new(size: usize) -> Self {
        let words = size.div_ceil(64);
        Self { words: vec![0; words], summary: vec![0; words.div_ceil(64)] }
    }

    #[inline]
    pub(super) fn insert(&mut self, member: usize) {
        let word = member / 64;
        self.words[word] |= 1 << (member % 64);
        self.summary[word / 64] |= 1 << (word % 64);
    }

    #[inline]
    pub(super) fn remove(&mut self, member: usize) {
        let word = member / 64;
        self.words[word] &= !(1 << (member % 64));
        if self.words[word] == 0 {
            self.summary[word / 64] &= !(1 << (word % 64));
        }
    }

    /// Whether there is none.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.summary.iter().all(|word| *word == 0)
    }

    /// The least member.
    #[inline]
    pub(super) fn first(&self) -> Option<usize> {
        let (at, summary) = self.summary.iter().enumerate().find(|(_, word)| **word != 0)?;
        let word = at * 64 + summary.trailing_zeros() as usize;
        Some(word * 64 + self.words[word].trailing_zeros() as usize)
    }

    /// Takes the least member out.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<usize> {
        for (at, summary) in self.summary.iter_mut().enumerate() {
            if *summary != 0 {
                let word = at * 64 + summary.trailing_zeros() as usize;
                let bits = &mut self.words[word];
                let member = word * 64 + bits.trailing_zeros() as usize;
                *bits &= *bits - 1;
                if *bits == 0 {
                    *summary &= *summary - 1;
                }
                return Some(member);
            }
        }
        None
    }

    pub(super) fn clear(&mut self) {
        while self.pop().is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_out_once_and_rising() {
        let mut marks = Marks::new(9_001);
        assert_eq!(Marks::new(0).first(), None);
        for member in [9_000, 0, 63, 64, 4_095, 4_096, 64, 700] {
            marks.insert(member);
        }
        marks.remove(700);
        marks.remove(701);
        assert_eq!(marks.first(), Some(0));
        let taken: Vec<usize> = std::iter::from_fn(|| marks.pop()).collect();
        assert_eq!(taken, [0, 63, 64, 4_095, 4_096, 9_000]);
        assert_eq!(marks, Marks::new(9_001));
    }
}
