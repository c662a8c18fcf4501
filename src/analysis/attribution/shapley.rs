//! Answers for subsets of edits → what each edit adds, over all orders or over some.

use super::subsets::{Bits, Subsets};
use super::{Refusal, Task};
use crate::analysis::replay::Luck;
use crate::stats::special::student_two_sided;

/// Fewest runs or draws with a contribution for an interval: as few as Student's t takes elsewhere (docs/statistics.md).
const FEWEST: usize = 25;

/// What each edit adds, in whole numbers.
pub(super) struct Sums {
    /// What they are over.
    pub(super) denominator: u64,
    /// Orders sampled.
    pub(super) orders: Option<u64>,
    /// By edit, then run.
    by_run: Vec<Vec<i32>>,
    /// Of sampled orders: by edit, then order, the runs that it added.
    by_order: Vec<Vec<i64>>,
}

impl Sums {
    fn new(edits: usize, runs: u64) -> Self {
        Self {
            denominator: 1,
            orders: None,
            by_run: vec![vec![0; runs as usize]; edits],
            by_order: vec![Vec::new(); edits],
        }
    }

    /// Adds what an edit changed; gives the runs that it added less those that it took away.
    fn add(&mut self, edit: usize, before: &Bits, after: &Bits, weight: i32) -> i64 {
        let mut added = 0;
        for (word, (before, after)) in before.iter().zip(after).enumerate() {
            let mut differ = before ^ after;
            while differ != 0 {
                let bit = differ.trailing_zeros() as usize;
                let sign = if after >> bit & 1 == 1 { 1 } else { -1 };
                self.by_run[edit][64 * word + bit] += sign * weight;
                added += i64::from(sign);
                differ &= differ - 1;
            }
        }
        added
    }

    /// The sum of an edit: runs × `denominator`.
    pub(super) fn of(&self, edit: usize) -> i64 {
        self.by_run[edit].iter().map(|run| i64::from(*run)).sum()
    }

    /// Student's interval of the mean contribution of a run: from the runs, or from the draws that they share.
    pub(super) fn interval(&self, edit: usize, luck: Luck, confidence: f64) -> Option<[f64; 2]> {
        let runs = &self.by_run[edit];
        let clusters = match luck.draws.number() {
            Some(draws) if (draws as usize) < runs.len() => draws as usize,
            _ => runs.len(),
        };
        let mut sums = vec![0_i64; clusters];
        runs.iter().enumerate().for_each(|(run, part)| sums[run % clusters] += i64::from(*part));
        if sums.iter().filter(|sum| **sum != 0).count() < FEWEST {
            return None;
        }
        let (number, scale) = (clusters as f64, self.denominator as f64 * runs.len() as f64);
        let mean = self.of(edit) as f64 / number;
        let squares: f64 = sums.iter().map(|sum| (*sum as f64 - mean) * (*sum as f64 - mean)).sum();
        let error = (number / (number - 1.0) * squares).sqrt();
        let half = error * student_two_sided(1.0 - confidence, number - 1.0);
        let total = self.of(edit) as f64;
        Some([(total - half) / scale, (total + half) / scale])
    }

    /// Standard error, in runs, of the mean over the sampled orders.
    pub(super) fn order_error(&self, edit: usize) -> Option<f64> {
        let number = self.orders? as f64;
        let added = &self.by_order[edit];
        let mean = added.iter().sum::<i64>() as f64 / number;
        let squares: f64 = added.iter().map(|of| (*of as f64 - mean) * (*of as f64 - mean)).sum();
        (number > 1.0).then(|| (squares / (number - 1.0) / number).sqrt())
    }
}

fn factorial(n: usize) -> u64 {
    (1..=n as u64).product()
}

/// Over all orders: an edit that comes after the s of a subset does so in s! (k − s − 1)! of the k! orders.
pub(super) fn all_orders(subsets: &mut Subsets<'_>, k: usize) -> Result<Sums, Refusal> {
    let mut sums = Sums::new(k, subsets.runs());
    sums.denominator = factorial(k);
    for mask in 0..1_usize << k {
        let members: Vec<usize> = (0..k).filter(|at| mask >> at & 1 == 1).collect();
        let weight = factorial(members.len()) * factorial((k - members.len()).saturating_sub(1));
        let before = subsets.bits(&members)?.clone();
        for edit in (0..k).filter(|at| mask >> at & 1 == 0) {
            let mut with: Vec<usize> = members.clone();
            with.push(edit);
            with.sort_unstable();
            sums.add(edit, &before, subsets.bits(&with)?, weight as i32);
        }
    }
    Ok(sums)
}

/// Over orders drawn at random, from the seed of the runs; or a subset that does not compile.
pub(super) fn sampled_orders(
    subsets: &mut Subsets<'_>,
    k: usize,
    task: &Task<'_>,
) -> Result<Result<Sums, Vec<usize>>, Refusal> {
    let mut sums = Sums::new(k, subsets.runs());
    sums.denominator = task.orders;
    sums.orders = Some(task.orders);
    let mut state = task.luck.seed;
    for _ in 0..task.orders {
        let mut members: Vec<usize> = Vec::new();
        for edit in order(k, &mut state) {
            let mut with = members.clone();
            with.push(edit);
            with.sort_unstable();
            if !subsets.is_sound(&with) {
                return Ok(Err(with));
            }
            let before = subsets.bits(&members)?.clone();
            let added = sums.add(edit, &before, subsets.bits(&with)?, 1);
            sums.by_order[edit].push(added);
            members = with;
        }
    }
    Ok(Ok(sums))
}

/// A random order (Fisher & Yates), by the generator `SplitMix64` (Steele, Lea & Flood 2014).
fn order(k: usize, state: &mut u64) -> Vec<usize> {
    let mut next = || {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    };
    let mut order: Vec<usize> = (0..k).collect();
    for at in (1..k).rev() {
        let other = ((u128::from(next()) * (at as u128 + 1)) >> 64) as usize;
        order.swap(at, other);
    }
    order
}
