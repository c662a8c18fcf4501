//! Where something is in a YAML document: as a byte span of the text, and as a route of keys that needs no spans.

use std::fmt;
use std::ops::Range;

/// A half-open range of byte offsets in a source text, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte; at least `start`.
    pub end: usize,
}

impl Span {
    /// The span `start..end`; an `end` before `start` counts as `start`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The empty span at an offset.
    pub fn empty(at: usize) -> Self {
        Self { start: at, end: at }
    }

    /// The span as a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// One step down a document: into a mapping or a sequence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into a mapping, by key (as decoded).
    Key(String),
    /// Into a sequence, by index from 0.
    Index(usize),
}

/// The way from the root of a document to one of its values; the empty route is the root.
///
/// Displayed as `rules.iran_decides.effects[0]`; keys that are no plain words as `["some key"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Route(Vec<Step>);

impl Route {
    /// The route of the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// This route and one step more, into a mapping.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// This route and one step more, into a sequence.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// This route and one step more.
    #[must_use]
    pub fn step(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Self(steps)
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The first `count` steps (all of them if there are fewer).
    #[must_use]
    pub fn truncated(&self, count: usize) -> Self {
        Self(self.0[..count.min(self.0.len())].to_vec())
    }

    /// Whether this route is `other` or leads through it.
    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The key at the end of this route (its last step, which must be a key to be found).
    pub fn as_key(&self) -> Place {
        Place { route: self.clone(), part: Part::Key }
    }

    /// The whole value at the end of this route.
    pub fn as_value(&self) -> Place {
        Place { route: self.clone(), part: Part::Value }
    }

    /// A byte range inside the decoded text of the scalar at the end of this route.
    pub fn within(&self, range: Range<usize>) -> Place {
        Place { route: self.clone(), part: Part::Within(range) }
    }
}

impl From<Vec<Step>> for Route {
    fn from(steps: Vec<Step>) -> Self {
        Self(steps)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if is_word(key) && depth == 0 => f.write_str(key)?,
                Step::Key(key) if is_word(key) => write!(f, ".{key}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn is_word(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// Which part of what a route leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// The key itself.
    Key,
    /// The whole value.
    Value,
    /// A byte range inside the *decoded* content of a scalar, such as one name in an expression.
    Within(Range<usize>),
    /// An exact span of the text, whatever the route says: for what no route can name, such as the second of two
    /// equal keys.
    At(Span),
}

/// A place a finding points at; [`Tree::locate`](super::tree::Tree::locate) makes it a span.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The way to the value.
    pub route: Route,
    /// The part of it that is meant.
    pub part: Part,
}

impl Place {
    /// An exact span, with the route of what stands there.
    pub fn at(route: Route, span: Span) -> Self {
        Self { route, part: Part::At(span) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_read_like_paths() {
        let route = Route::root().key("rules").key("iran_decides").key("effects").index(0);
        assert_eq!(route.to_string(), "rules.iran_decides.effects[0]");
        assert_eq!(Route::root().key("a.b\u{1b}").key("c").to_string(), "[\"a.b\\u{1b}\"].c");
        assert!(route.starts_with(&Route::root().key("rules")));
        assert_eq!(route.truncated(2).to_string(), "rules.iran_decides");
    }
}
