//! What class each run had and which latches it set → few bytes, in the order of the runs, and back.
//!
//! Bits are coded by what is likely given the class and kin among the latches before ([`crate::stats::coder`]), so that a
//! run costs about as many bits as there is to be told of it.

use super::layout::Layout;
use crate::stats::coder::{Chance, Decoder, Encoder};

/// Most bytes of a log: as text in base 85, in lines, they stay within a megabyte.
pub const MAX_LOG: usize = 790_000;

/// What a batch adds.
#[derive(Default)]
pub(super) struct PartLog {
    /// Of each run, its class.
    classes: Vec<u32>,
    /// Of each run, where its latches end.
    ends: Vec<u32>,
    latches: Vec<u32>,
}

impl PartLog {
    pub(super) fn push(&mut self, class: usize, latches: impl Iterator<Item = usize>) {
        self.classes.push(class as u32);
        self.latches.extend(latches.map(|latch| latch as u32));
        self.ends.push(self.latches.len() as u32);
    }

    pub(super) fn clear(&mut self) {
        self.classes.clear();
        self.ends.clear();
        self.latches.clear();
    }
}

/// The log of all runs, as long as it is short enough.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RunLog {
    chances: Chances,
    encoder: Option<Encoder>,
    /// Which latches the run at hand set; all false between runs.
    set: Vec<bool>,
}

impl RunLog {
    pub(super) fn new(layout: &Layout) -> Self {
        let shape = Shape { classes: layout.outcomes + 1, latches: layout.logged() };
        Self {
            chances: Chances::new(shape),
            encoder: Some(Encoder::default()),
            set: vec![false; shape.latches],
        }
    }

    pub(super) fn merge(&mut self, part: &PartLog) {
        let Some(encoder) = &mut self.encoder else { return };
        let mut start = 0;
        for (class, end) in part.classes.iter().zip(&part.ends) {
            let latches = &part.latches[start..*end as usize];
            start = *end as usize;
            for latch in latches {
                self.set[*latch as usize] = true;
            }
            let set = &self.set;
            let mut put = |bit: Option<bool>, chance: &mut Chance| {
                let bit = bit.expect("a writer knows all bits");
                encoder.put(bit, chance);
                bit
            };
            self.chances.pass(Some((*class as usize, set)), &mut put, |_, _| {});
            for latch in latches {
                self.set[*latch as usize] = false;
            }
        }
        if encoder.size() > MAX_LOG {
            self.encoder = None;
        }
    }

    /// All bytes; nothing if there are more than [`MAX_LOG`].
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        let bytes = self.encoder.clone()?.finish();
        (bytes.len() <= MAX_LOG).then_some(bytes)
    }
}

/// How much there is to tell of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Classes, that of failed runs included as the last.
    pub classes: usize,
    /// Latches that are logged.
    pub latches: usize,
}

/// Reads a log: tells of each of so many runs its class and each latch that it set. False, with whatever was told, if
/// these are not the bytes of such a log.
pub fn read_log(
    bytes: &[u8],
    runs: u64,
    shape: Shape,
    mut tell: impl FnMut(u64, usize, Option<usize>),
) -> bool {
    let mut chances = Chances::new(shape);
    let mut decoder = Decoder::new(bytes);
    for run in 0..runs {
        let mut take = |_: Option<bool>, chance: &mut Chance| decoder.take(chance);
        if !chances.pass(None, &mut take, |class, latch| tell(run, class, latch)) || decoder.is_short() {
            return false;
        }
    }
    decoder.is_spent()
}

/// Of how many latches before a latch its kin are found.
const NEAR: usize = 32;

const _: () = assert!(NEAR < u64::BITS as usize);

/// Kin of a latch: those of the latches before that tell most of it.
const KIN: usize = 3;

/// After so many runs kin are chosen, by what was seen until then.
const CHOOSING: [u32; 3] = [256, 2_048, 16_384];

/// What is likely of a run.
#[derive(Clone, Debug, PartialEq)]
struct Chances {
    shape: Shape,
    /// Bits of the number of a class.
    depth: u32,
    /// Of the bits of the class, by those before.
    class: Vec<Chance>,
    /// Of a latch, by class, latch, and its kin.
    latch: Vec<Chance>,
    /// Of each latch, how far before it its kin are; 0 for none.
    kin: Vec<[u8; KIN]>,
    /// Of each latch, and each of those near before it, how often both were set.
    together: Vec<u32>,
    /// Of each latch, how often it was set.
    alone: Vec<u32>,
    /// Runs passed, as long as they are counted.
    passed: u32,
    /// Latches set in the run at hand; none between runs.
    set: Vec<usize>,
}

impl Chances {
    fn new(shape: Shape) -> Self {
        let depth = shape.classes.next_power_of_two().trailing_zeros();
        Self {
            shape,
            depth,
            class: vec![Chance::default(); 1 << depth],
            latch: vec![Chance::default(); (1 << KIN) * shape.classes * shape.latches],
            kin: (0..shape.latches).map(|latch| std::array::from_fn(|at| latch.min(at + 1) as u8)).collect(),
            together: vec![0; NEAR * shape.latches],
            alone: vec![0; shape.latches],
            passed: 0,
            set: Vec::new(),
        }
    }

    /// Counts the run at hand for the choice of kin.
    fn count(&mut self) {
        self.passed += 1;
        for (at, latch) in self.set.iter().enumerate() {
            self.alone[*latch] += 1;
            for before in self.set[..at].iter().filter(|before| **before + NEAR >= *latch) {
                self.together[latch * NEAR + (latch - before - 1)] += 1;
            }
        }
        if CHOOSING.contains(&self.passed) {
            for latch in 0..self.shape.latches {
                self.choose(latch);
            }
        }
    }

    /// Takes those for kin whose correlation with the latch is the greatest; the chances begin anew where they change.
    fn choose(&mut self, latch: usize) {
        let runs = i128::from(self.passed);
        let correlation = |before: &usize| {
            let (one, other) = (i128::from(self.alone[latch]), i128::from(self.alone[*before]));
            let both = i128::from(self.together[latch * NEAR + (latch - before - 1)]);
            // The square of the covariance over the variance of the other, in integers.
            let covariance = runs * both - one * other;
            covariance * covariance / (other * (runs - other)).max(1)
        };
        let mut near: Vec<usize> = (latch.saturating_sub(NEAR)..latch).rev().collect();
        near.sort_by_key(|before| std::cmp::Reverse(correlation(before)));
        let mut kin = self.kin[latch];
        kin.iter_mut().zip(near).for_each(|(kin, near)| *kin = (latch - near) as u8);
        if kin != self.kin[latch] {
            self.kin[latch] = kin;
            let cells = self.shape.classes << KIN;
            self.latch[latch * cells..(latch + 1) * cells].fill(Chance::default());
        }
    }

    /// Passes the bits of one run through a coder: a writer is given them, a reader finds them. Tells the class, then the
    /// latches that were set; false if there is no such class.
    fn pass(
        &mut self,
        known: Option<(usize, &Vec<bool>)>,
        coder: &mut impl FnMut(Option<bool>, &mut Chance) -> bool,
        mut tell: impl FnMut(usize, Option<usize>),
    ) -> bool {
        let mut node = 1;
        for level in (0..self.depth).rev() {
            let bit = known.map(|(class, _)| class >> level & 1 == 1);
            node = 2 * node + usize::from(coder(bit, &mut self.class[node]));
        }
        let class = node - (1 << self.depth);
        if class >= self.shape.classes {
            return false;
        }
        tell(class, None);
        // Which of those before a latch are set: the bit of each is as high as it is far. That of none is 0.
        let mut before = 0_u64;
        for (latch, kin) in self.kin.iter().enumerate() {
            let bit = known.map(|(_, set)| set[latch]);
            let of_kin = kin.iter().fold(0, |of_kin, far| 2 * of_kin + (before >> far & 1) as usize);
            let place = ((latch * self.shape.classes + class) << KIN) + of_kin;
            let bit = coder(bit, &mut self.latch[place]);
            before = (before | u64::from(bit)) << 1;
            if bit {
                tell(class, Some(latch));
                self.set.push(latch);
            }
        }
        if self.passed < CHOOSING[CHOOSING.len() - 1] {
            self.count();
        }
        self.set.clear();
        true
    }
}
