//! Edits that do not compile without one another → one.

use std::collections::BTreeSet;

use crate::analysis::edits::Edits;
use crate::compile::compile;
use crate::model::Model;

/// The model of the scenario with some of the groups of edits, if it compiles.
pub(super) fn model(edits: &Edits, groups: &[Vec<usize>], wanted: &[usize]) -> Option<Model> {
    let positions: BTreeSet<usize> = wanted.iter().flat_map(|at| groups[*at].iter().copied()).collect();
    compile(&edits.with(&positions).ok()?).model
}

/// Joins groups until each compiles alone, and all but each; with few groups until every subset does.
pub(super) fn until_sound(edits: &Edits, groups: &mut Vec<Vec<usize>>) {
    while let Some(unsound) = unsound(edits, groups) {
        join(edits, groups, unsound);
    }
}

fn unsound(edits: &Edits, groups: &[Vec<usize>]) -> Option<Vec<usize>> {
    let k = groups.len();
    let sound = |subset: &Vec<usize>| model(edits, groups, subset).is_some();
    let mut subsets: Vec<Vec<usize>> = if k <= super::MOST_EXACT {
        (0..1_usize << k).map(|mask| (0..k).filter(|at| mask >> at & 1 == 1).collect()).collect()
    } else {
        let but = |left: usize| (0..k).filter(|at| *at != left).collect();
        (0..k).map(|at| vec![at]).chain((0..k).map(but)).collect()
    };
    subsets.sort_by_key(Vec::len);
    subsets.into_iter().find(|subset| !sound(subset))
}

/// Joins what a subset that does not compile needs: its least part that does not compile either, and the fewest further
/// groups that make it compile.
pub(super) fn join(edits: &Edits, groups: &mut Vec<Vec<usize>>, unsound: Vec<usize>) {
    let sound = |subset: &Vec<usize>| model(edits, groups, subset).is_some();
    let without = |subset: &[usize], left: usize| -> Vec<usize> {
        subset.iter().copied().filter(|at| *at != left).collect()
    };
    let mut least = unsound.clone();
    for at in unsound {
        let smaller = without(&least, at);
        if !sound(&smaller) {
            least = smaller;
        }
    }
    let mut joined: Vec<usize> = (0..groups.len()).collect();
    for at in 0..groups.len() {
        let smaller = without(&joined, at);
        if !least.contains(&at) && sound(&smaller) {
            joined = smaller;
        }
    }
    let mut one: Vec<usize> = joined.iter().flat_map(|at| groups[*at].iter().copied()).collect();
    one.sort_unstable();
    let first = joined.first().copied().unwrap_or_default();
    let mut at = 0;
    groups.retain(|_| {
        at += 1;
        !joined.contains(&(at - 1))
    });
    groups.insert(first.min(groups.len()), one);
}
