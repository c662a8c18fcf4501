//! A YAML tree whose every node knows its bytes, and the way from a place (a route of keys) to a span. It holds what
//! stands in the file, aliases unexpanded; what a value means is not its business.

use super::SourceText;
use super::parse;
use super::place::{Part, Place, Route, Span, Step};
use std::fmt;
use std::sync::Arc;

mod node;

pub use node::NodeRef;

/// Deepest nesting of collections that is read; a scenario needs about 10.
pub const MAX_DEPTH: usize = 64;

/// Most indicators (`,` `[` `]` `{` `}` `:`) that may stand before the parser can tell the first of them from a key.
/// It bounds what the scanner holds in memory of one flow collection: some 150 bytes for each.
pub const MAX_PENDING_INDICATORS: u32 = 200_000;

/// A parsed text: its first document, and what was seen besides. Nodes lie in the order of the text, each followed by
/// its content, 20 bytes apiece.
#[derive(Clone)]
pub struct Tree {
    pub(super) text: Arc<str>,
    pub(super) nodes: Vec<Node>,
    /// Decoded texts of the scalars that differ from their source.
    pub(super) decoded: Vec<Box<str>>,
    pub(super) documents: usize,
    pub(super) second_document: Option<Span>,
    pub(super) properties: Vec<Property>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Index of the first node after this one's content.
    pub(super) next: u32,
    /// Index into `Tree::decoded`, or [`AS_WRITTEN`].
    pub(super) decoded: u32,
    pub(super) kind: Kind,
}

pub(super) const AS_WRITTEN: u32 = u32::MAX;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A scalar, written in this style.
    Scalar(Style),
    /// A sequence.
    Sequence {
        /// Written in flow style, `[…]`.
        flow: bool,
    },
    /// A mapping.
    Mapping {
        /// Written in flow style, `{…}`.
        flow: bool,
    },
    /// An alias (`*name`), not expanded.
    Alias,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes; the only style that can be a number, a boolean or nothing.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A node property, as written before a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property {
    /// Anchor or tag.
    pub kind: PropertyKind,
    /// Its text, `&name` or `!tag`.
    pub span: Span,
}

/// The kinds of node properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyKind {
    /// `&name`
    Anchor,
    /// `!tag`, `!!str`
    Tag,
}

/// Why a text is no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What sort of refusal it is.
    pub kind: SyntaxKind,
    /// What is wrong, for people; may hold characters of the file.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// The sorts of refusals of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxKind {
    /// It is not YAML.
    Syntax,
    /// Nested deeper than [`MAX_DEPTH`].
    Nesting,
    /// An alias to an anchor that does not exist.
    Alias,
    /// A flow collection with more than [`MAX_PENDING_INDICATORS`], or a text of 4 GiB.
    Size,
}

/// Shows sizes only: a whole tree would fill the screen.
impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("nodes", &self.nodes.len())
            .field("documents", &self.documents)
            .finish_non_exhaustive()
    }
}

impl Tree {
    /// Parses a text, in time and memory linear in its length. Aliases become nodes of their own and are not followed.
    /// Only the first document is kept; of the others only syntax is checked.
    pub fn parse(source: &SourceText) -> Result<Self, SyntaxError> {
        parse::parse(source)
    }

    /// The root of the first document; `None` if there is no document (only blanks and comments).
    pub fn root(&self) -> Option<NodeRef<'_>> {
        (!self.nodes.is_empty()).then_some(NodeRef { tree: self, index: 0 })
    }

    /// Number of nodes; each has an id below it.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Every node, in the order of the text.
    pub fn nodes(&self) -> impl Iterator<Item = NodeRef<'_>> {
        (0..self.nodes.len()).map(|index| NodeRef { tree: self, index })
    }

    /// Number of documents in the text.
    pub fn documents(&self) -> usize {
        self.documents
    }

    /// Where a second document begins, if one does.
    pub fn second_document(&self) -> Option<Span> {
        self.second_document
    }

    /// All anchors and tags, in the order of the text.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// The node a route leads to. Of equal keys the first counts.
    pub fn find(&self, route: &Route) -> Option<NodeRef<'_>> {
        let (found, rest) = self.descend(route)?;
        rest.is_empty().then_some(found.1)
    }

    /// The span of a place: exact, or that of the nearest value around it that exists.
    pub fn locate(&self, place: &Place) -> Span {
        if let Part::At(span) = place.part {
            return self.clamp(span);
        }
        let Some(((key, value), rest)) = self.descend(&place.route) else { return Span::empty(0) };
        if !rest.is_empty() {
            return key.unwrap_or(value).head();
        }
        match &place.part {
            Part::Key => key.map_or_else(|| value.head(), NodeRef::span),
            Part::Within(range) => value.span_within(range.clone()),
            Part::Value | Part::At(_) => value.span(),
        }
    }

    /// The route to a node given by its id; to a key, that of its value.
    pub fn route_to(&self, id: usize) -> Route {
        let mut steps = Vec::new();
        let mut at = self.root();
        while let Some(node) = at.filter(|node| node.index != id) {
            let holds = |child: &NodeRef<'_>| child.index <= id && id < child.end_id();
            let entry = node.entries().find(|(key, value)| holds(key) || holds(value));
            let item = node.items().enumerate().find(|(_, item)| holds(item));
            at = match (entry, item) {
                (Some((key, value)), _) => {
                    steps.push(Step::Key(key.text().unwrap_or_default().to_owned()));
                    Some(value).filter(holds)
                }
                (None, Some((index, item))) => {
                    steps.push(Step::Index(index));
                    Some(item)
                }
                (None, None) => None,
            };
        }
        Route::from(steps)
    }

    /// Follows a route as far as it exists: the last key and value on it, and the steps that are left.
    fn descend<'r>(&self, route: &'r Route) -> Option<(Entry<'_>, &'r [Step])> {
        let mut at = (None, self.root()?);
        let mut rest = route.steps();
        while let Some((step, after)) = rest.split_first() {
            let child = match step {
                Step::Key(wanted) => at.1.entry(wanted).map(|(key, value)| (Some(key), value)),
                Step::Index(index) => at.1.items().nth(*index).map(|item| (None, item)),
            };
            let Some(child) = child else { break };
            at = child;
            rest = after;
        }
        Some((at, rest))
    }

    fn clamp(&self, span: Span) -> Span {
        let bound = |at: usize| self.text.floor_char_boundary(at);
        Span::new(bound(span.start), bound(span.end))
    }
}

/// A value and, if it is in a mapping, its key.
type Entry<'t> = (Option<NodeRef<'t>>, NodeRef<'t>);

#[cfg(test)]
mod tests;
