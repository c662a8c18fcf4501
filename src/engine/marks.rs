//! A set of small numbers that is cheap to fill and gives its least member first.

/// Members are below a size fixed at the start. Two levels of bits: taking the least of a few thousand costs a few
/// words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    words: Vec<u64>,
    /// Which words are not 0.
    summary: Vec<u64>,
}

/// Members to be inserted together: words that are not 0, by position.
#[derive(Clone, Debug, Default)]
pub(super) struct Members(Box<[(u32, u64)]>);

impl Members {
    /// Of rising numbers.
    pub(super) fn of(members: impl IntoIterator<Item = usize>) -> Self {
        let mut words: Vec<(u32, u64)> = Vec::new();
        for member in members {
            let (word, bit) = ((member / 64) as u32, 1 << (member % 64));
            match words.last_mut() {
                Some((last, bits)) if *last == word => *bits |= bit,
                _ => words.push((word, bit)),
            }
        }
        Self(words.into())
    }
}

impl Marks {
    /// Empty, for numbers below `size`.
    pub(super) fn new(size: usize) -> Self {
        let words = size.div_ceil(64);
        Self { words: vec![0; words], summary: vec![0; words.div_ceil(64)] }
    }

    /// All of these numbers.
    pub(super) fn of(size: usize, members: impl IntoIterator<Item = usize>) -> Self {
        let mut marks = Self::new(size);
        members.into_iter().for_each(|member| marks.insert(member));
        marks
    }

    #[inline]
    pub(super) fn insert(&mut self, member: usize) {
        let word = member / 64;
        self.words[word] |= 1 << (member % 64);
        self.summary[word / 64] |= 1 << (word % 64);
    }

    #[inline]
    pub(super) fn insert_all(&mut self, members: &Members) {
        for (word, bits) in &members.0 {
            self.words[*word as usize] |= bits;
            self.summary[*word as usize / 64] |= 1 << (word % 64);
        }
    }

    #[inline]
    pub(super) fn remove(&mut self, member: usize) {
        let word = member / 64;
        self.words[word] &= !(1 << (member % 64));
        if self.words[word] == 0 {
            self.summary[word / 64] &= !(1 << (word % 64));
        }
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

    /// Becomes equal to another of its size.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.words.copy_from_slice(&other.words);
        self.summary.copy_from_slice(&other.summary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_out_once_and_rising() {
        let members = [9_000, 0, 63, 64, 4_095, 4_096, 64, 700];
        let mut marks = Marks::of(9_001, members);
        marks.remove(700);
        marks.remove(701);
        let taken: Vec<usize> = std::iter::from_fn(|| marks.pop()).collect();
        assert_eq!(taken, [0, 63, 64, 4_095, 4_096, 9_000]);
        assert_eq!(marks, Marks::new(9_001));
    }

    #[test]
    fn members_come_in_together() {
        let mut marks = Marks::of(5_000, [3]);
        marks.insert_all(&Members::of([0, 3, 63, 64, 4_999]));
        marks.insert_all(&Members::of([]));
        assert_eq!(marks, Marks::of(5_000, [0, 3, 63, 64, 4_999]));
    }

    #[test]
    fn a_copy_forgets_what_was_there() {
        let mut marks = Marks::of(100, [5, 99]);
        marks.copy_from(&Marks::of(100, [70]));
        assert_eq!((marks.pop(), marks.pop()), (Some(70), None));
        assert_eq!(Marks::new(0).first(), None);
    }
}
