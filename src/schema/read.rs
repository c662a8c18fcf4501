//! A source text → a value of any serde type, with every structural error of the file in one pass. What cannot be read
//! is left out and listed, so that later stages can go on without complaining about what is missing for that reason.

mod refusal;
mod value;

use super::screen::{LOSSY_NUMBER, screening, unparsable};
use crate::diagnostic::Finding;
use crate::source::SourceText;
use crate::source::place::Route;
use crate::source::tree::{NodeRef, Tree};
use refusal::{Reason, Refusal};
use serde::de::DeserializeOwned;
use value::Value;

/// Most structural errors reported of one file: each costs a reading of it.
const MOST_ROUNDS: usize = 20;

/// Steps of the route to an entry of a section, such as `rules.foo`: what is left out if something in it is wrong.
const ENTRY_STEPS: usize = 2;

/// What came of reading a text.
#[derive(Debug)]
pub struct Reading<T> {
    /// The value, without what was left out; nothing if what is left makes none.
    pub value: Option<T>,
    /// The tree, to locate places in; nothing if the text is no YAML.
    pub tree: Option<Tree>,
    /// What is wrong, in the order it was found.
    pub findings: Vec<Finding>,
    /// What `value` lacks, though the file has it: keys, entries of sections, whole sections.
    pub pruned: Vec<Route>,
}

impl<T> Reading<T> {
    /// Whether a route is, or leads through, something that was left out.
    pub fn lacks(&self, route: &Route) -> bool {
        self.pruned.iter().any(|pruned| route.starts_with(pruned))
    }
}

/// Reads a text as a `T`. The findings cover what YAML allows and a scenario file does not (see
/// [`screen`](super::screen::screen)) and, up to 20 of them, what does not fit `T`.
///
/// A text that passes the screen is read by `serde_yaml`. Only if that fails, the tree is read again with places, to
/// find all that is wrong.
///
/// Of an entry of a section (a route of two steps, such as `rules.foo`) in which something is wrong, nothing is in the
/// value; of an unknown key, just the key is not.
pub fn read<T: DeserializeOwned>(source: &SourceText) -> Reading<T> {
    let tree = match Tree::parse(source) {
        Ok(tree) => tree,
        Err(error) => {
            return Reading {
                value: None,
                tree: None,
                findings: vec![unparsable(&error)],
                pruned: Vec::new(),
            };
        }
    };
    let screening = screening(source, &tree);
    let root = tree.root().filter(|_| !screening.fatal);
    let Some(root) = root else {
        return Reading { value: None, tree: Some(tree), findings: screening.findings, pruned: Vec::new() };
    };
    if !screening.findings.iter().any(Finding::is_error)
        && let Ok(value) = serde_yaml::from_str(source.text())
    {
        return Reading {
            value: Some(value),
            tree: Some(tree),
            findings: screening.findings,
            pruned: Vec::new(),
        };
    }
    let mut reader = Reader::new(&tree, root, screening.findings, &screening.dropped, &screening.broken);
    let value = reader.read();
    let Reader { findings, pruned, .. } = reader;
    Reading { value, tree: Some(tree), findings, pruned }
}

/// Reads again and again: first leaving out as little as possible of what is wrong, to find all of it; then whole
/// entries, for a value in which nothing is half there.
struct Reader<'t> {
    tree: &'t Tree,
    root: NodeRef<'t>,
    findings: Vec<Finding>,
    pruned: Vec<Route>,
    /// Routes to what could not be read.
    broken: Vec<Route>,
    /// By node id, what is passed over in the search for errors.
    left_out: Vec<bool>,
    /// By node id, what is passed over for the value: keys that do not count.
    dropped: Vec<bool>,
}

impl<'t> Reader<'t> {
    fn new(
        tree: &'t Tree,
        root: NodeRef<'t>,
        findings: Vec<Finding>,
        dropped: &[usize],
        broken: &[usize],
    ) -> Self {
        let mut marks = vec![false; tree.node_count()];
        for &id in dropped {
            marks[id] = true;
        }
        let mut left_out = marks.clone();
        for &id in broken {
            left_out[id] = true;
        }
        let mut reader =
            Self { tree, root, findings, pruned: Vec::new(), broken: Vec::new(), left_out, dropped: marks };
        reader.broken = broken_routes(tree, broken);
        reader
    }

    fn read<T: DeserializeOwned>(&mut self) -> Option<T> {
        for _ in 0..MOST_ROUNDS {
            match self.attempt(&self.left_out) {
                Ok(value) if self.broken.is_empty() => return Some(value),
                Ok(_) => return self.read_entries(),
                Err(refusal) => {
                    if !self.take(&refusal) {
                        return None;
                    }
                }
            }
        }
        let message = format!("reading stopped after {MOST_ROUNDS} mistakes; there may be more");
        self.findings.push(Finding::note("more", Route::root().as_key(), message));
        self.read_entries()
    }

    fn attempt<T: DeserializeOwned>(&self, left_out: &[bool]) -> Result<T, Refusal> {
        let value = Value { node: self.root, left_out };
        T::deserialize(value).map_err(|refusal| refusal.at(self.root.id()))
    }

    /// Records a refusal and leaves out what it is about; `false` if that is the document itself.
    fn take(&mut self, refusal: &Refusal) -> bool {
        let id = refusal.node.unwrap_or(self.root.id());
        let route = self.tree.route_to(id);
        if self.left_out[id] {
            return self.take_outer(&route);
        }
        if !self.follows(&refusal.reason, &route) {
            self.findings.push(refusal.reason.finding(&route));
        }
        self.left_out[id] = true;
        if matches!(*refusal.reason, Reason::UnknownKey { .. }) {
            self.dropped[id] = true;
            self.pruned.push(route);
        } else {
            self.broken.push(route);
        }
        id != self.root.id()
    }

    /// Leaves out the value around one that is refused though it is left out.
    fn take_outer(&mut self, route: &Route) -> bool {
        let outer = route.truncated(route.steps().len().saturating_sub(1));
        let Some(node) = self.tree.find(&outer).filter(|node| !self.left_out[node.id()]) else {
            return false;
        };
        self.left_out[node.id()] = true;
        self.broken.push(outer);
        node.id() != self.root.id()
    }

    /// Whether a refusal only follows from what was found before: from a number that is none, or from something that was
    /// left out inside what is refused.
    fn follows(&self, reason: &Reason, route: &Route) -> bool {
        if let Reason::MissingKey(key) = reason {
            let missing = route.key(*key);
            return self.broken.iter().chain(&self.pruned).any(|left_out| left_out.starts_with(&missing));
        }
        let told = |finding: &Finding| finding.code == LOSSY_NUMBER && finding.place.route == *route;
        let mut left_out = self.broken.iter().chain(&self.pruned);
        left_out.any(|left_out| left_out.starts_with(route)) || self.findings.iter().any(told)
    }

    /// The value without the entries in which something is wrong, or, if that is none, without their sections.
    fn read_entries<T: DeserializeOwned>(&mut self) -> Option<T> {
        let mut left_out = self.dropped.clone();
        let mut routes: Vec<Route> = self.broken.iter().map(|route| route.truncated(ENTRY_STEPS)).collect();
        for _ in 0..MOST_ROUNDS {
            routes.sort();
            routes.dedup();
            for route in &routes {
                left_out[self.tree.find(route).filter(|_| !route.steps().is_empty())?.id()] = true;
            }
            self.pruned.append(&mut routes);
            let refusal = match self.attempt(&left_out) {
                Ok(value) => return Some(value),
                Err(refusal) => refusal,
            };
            let route = self.tree.route_to(refusal.node?);
            let entry = route.truncated(ENTRY_STEPS);
            let section = route.truncated(1);
            routes.push(if self.pruned.contains(&entry) { section } else { entry });
        }
        None
    }
}

/// The routes to nodes; of very many (each costs a walk), those of the sections they stand in.
fn broken_routes(tree: &Tree, ids: &[usize]) -> Vec<Route> {
    const MOST: usize = 100;
    if ids.len() <= MOST {
        return ids.iter().map(|&id| tree.route_to(id)).collect();
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    let below = |bound: usize| ids.partition_point(|&id| id < bound);
    let sections = tree.root().into_iter().flat_map(NodeRef::entries);
    sections
        .filter(|(key, value)| below(key.id()) < below(value.end_id()))
        .map(|(key, _)| Route::root().key(key.text().unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests;
