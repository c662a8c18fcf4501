//! What is to be looked at again because something it rests on has changed: one bit for each latch, outcome and so on.

use std::ops::Range;

use crate::model::{Dependents, Model, Rule, Timing};

/// What is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Latch,
    Trigger,
    Outcome,
    Clock,
    Track,
    /// Nothing: for what nothing rests on.
    Nothing,
}

impl Kind {
    /// All of this kind among the dependents of a variable.
    pub(super) fn all_in(self, dependents: &Dependents) -> Box<dyn Iterator<Item = usize> + '_> {
        match self {
            Self::Latch => Box::new(dependents.latches.iter().map(|at| *at as usize)),
            Self::Outcome => Box::new(dependents.outcomes.iter().map(|outcome| outcome.index())),
            Self::Trigger => Box::new(dependents.triggers.iter().map(|rule| rule.index())),
            Self::Clock => Box::new(dependents.clocks.iter().map(|rule| rule.index())),
            Self::Track => Box::new(dependents.tracks.iter().map(|at| *at as usize)),
            Self::Nothing => Box::new(std::iter::empty()),
        }
    }
}

/// One more than the last.
const KINDS: usize = Kind::Nothing as usize + 1;

/// What is to be looked at again.
#[derive(Clone)]
pub(super) struct Dirty {
    /// The bits of a kind fill whole words.
    words: Vec<u64>,
    /// By kind, its first word; then the number of words.
    starts: [usize; KINDS + 1],
}

/// The position of a bit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bit(u32);

/// Bits that are set together, by word. Mostly they are of one word, or none.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    first: (u32, u64),
    /// Of further words.
    others: Box<[(u32, u64)]>,
}

/// What was taken of a word, rising.
pub(super) struct Taken {
    /// The position of the first bit.
    before: usize,
    bits: u64,
}

impl Iterator for Taken {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let bit = self.bits.trailing_zeros() as usize;
        self.bits &= self.bits.checked_sub(1)?;
        Some(self.before + bit)
    }
}

impl Members {
    fn all(&self) -> impl Iterator<Item = (u32, u64)> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

impl Dirty {
    /// Everything that a run looks at in its first instant.
    pub(super) fn all(model: &Model) -> Self {
        let rules = model.rules.len();
        let is_trigger = |rule: &Rule| matches!(rule.timing, Timing::Trigger);
        let sizes = [
            model.latches.len(),
            if model.rules.iter().any(is_trigger) { rules } else { 0 },
            model.outcomes.len(),
            rules,
            model.tracks.len(),
            1,
        ];
        let mut starts = [0; KINDS + 1];
        for (kind, size) in sizes.into_iter().enumerate() {
            starts[kind + 1] = starts[kind] + size.div_ceil(64);
        }
        let mut dirty = Self { words: vec![0; starts[KINDS]], starts };
        (0..model.latches.len()).for_each(|at| dirty.insert(Kind::Latch, at));
        (0..model.tracks.len()).for_each(|at| dirty.insert(Kind::Track, at));
        for (at, _) in model.outcomes.iter().enumerate().filter(|(_, outcome)| outcome.condition.is_some()) {
            dirty.insert(Kind::Outcome, at);
        }
        for (at, rule) in model.rules.iter().enumerate().filter(|(_, rule)| !rule.disabled) {
            match rule.timing {
                Timing::Trigger => dirty.insert(Kind::Trigger, at),
                Timing::Hazard { .. } | Timing::Delay { .. } => dirty.insert(Kind::Clock, at),
                Timing::Answer { .. } | Timing::Every(_) | Timing::At(_) => {}
            }
        }
        dirty
    }

    /// The bit of one of a kind.
    pub(super) fn bit(&self, kind: Kind, at: usize) -> Bit {
        Bit((self.starts[kind as usize] * 64 + at) as u32)
    }

    /// The bits of these.
    pub(super) fn members(&self, all: &[(Kind, usize)]) -> Members {
        let mut words: Vec<(u32, u64)> = Vec::new();
        for (kind, at) in all {
            let Bit(bit) = self.bit(*kind, *at);
            match words.iter_mut().find(|(word, _)| *word == bit / 64) {
                Some((_, bits)) => *bits |= 1 << (bit % 64),
                None => words.push((bit / 64, 1 << (bit % 64))),
            }
        }
        let first = words.pop().unwrap_or_default();
        Members { first, others: words.into() }
    }

    #[inline]
    pub(super) fn insert(&mut self, kind: Kind, at: usize) {
        self.words[self.starts[kind as usize] + at / 64] |= 1 << (at % 64);
    }

    /// Takes out those of a kind that are not to be kept.
    pub(super) fn keep(&mut self, kind: Kind, keep: impl Fn(usize) -> bool) {
        let words = self.words(kind);
        for (at, word) in self.words[words].iter_mut().enumerate() {
            let kept = (0..64).filter(|bit| *word >> bit & 1 == 1 && keep(at * 64 + bit));
            *word = kept.fold(0, |bits, bit| bits | 1 << bit);
        }
    }

    /// Whether a bit is of a kind.
    pub(super) fn is_of(&self, Bit(bit): Bit, kind: Kind) -> bool {
        self.words(kind).contains(&(bit as usize / 64))
    }

    /// Whether all of these are of a kind.
    pub(super) fn is_only(&self, kind: Kind, members: &Members) -> bool {
        let words = self.words(kind);
        members.all().all(|(word, bits)| bits == 0 || words.contains(&(word as usize)))
    }

    /// Whether anything of the kinds from one to another is marked.
    #[inline]
    pub(super) fn any_from(&self, first: Kind, last: Kind) -> bool {
        self.words[self.words(first).start..self.words(last).end].iter().any(|word| *word != 0)
    }

    /// Sets a bit if so, without a jump.
    #[inline]
    pub(super) fn set_if(&mut self, Bit(bit): Bit, so: bool) {
        self.words[bit as usize / 64] |= u64::from(so) << (bit % 64);
    }

    #[inline]
    pub(super) fn set_all(&mut self, members: &Members) {
        let (word, bits) = members.first;
        self.words[word as usize] |= bits;
        for (word, bits) in &members.others {
            self.words[*word as usize] |= bits;
        }
    }

    /// The words of a kind.
    #[inline]
    pub(super) fn words(&self, kind: Kind) -> Range<usize> {
        self.starts[kind as usize]..self.starts[kind as usize + 1]
    }

    /// Takes all of a word of a kind. Two nested loops go through a kind with fewer steps than one with a cursor: measured.
    #[inline]
    pub(super) fn take(&mut self, kind: Kind, word: usize) -> Taken {
        let before = (word - self.starts[kind as usize]) * 64;
        Taken { before, bits: std::mem::take(&mut self.words[word]) }
    }

    /// Takes the first of a kind.
    #[inline]
    pub(super) fn pop(&mut self, kind: Kind) -> Option<usize> {
        let words = self.words(kind);
        for (at, word) in self.words[words].iter_mut().enumerate() {
            if *word != 0 {
                let first = at * 64 + word.trailing_zeros() as usize;
                *word &= *word - 1;
                return Some(first);
            }
        }
        None
    }

    /// Nothing is to be looked at.
    pub(super) fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Becomes equal to another of its model.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.words.copy_from_slice(&other.words);
    }
}
