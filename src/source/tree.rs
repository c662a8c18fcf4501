//! A YAML tree whose every node knows its bytes, and the way from a place (a route of keys) to a span. It holds what
//! stands in the file, aliases unexpanded; what a value means is not its business.

use super::SourceText;
use super::place::{Part, Place, Route, Span, Step};
use super::{parse, scalar};
use std::fmt;
use std::sync::Arc;

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

/// One node of a tree.
#[derive(Clone, Copy)]
pub struct NodeRef<'t> {
    tree: &'t Tree,
    index: usize,
}

impl fmt::Debug for NodeRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.kind(), self.span())
    }
}

impl<'t> NodeRef<'t> {
    /// Its id: unique in the tree, increasing in the order of the text.
    pub fn id(self) -> usize {
        self.index
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// Its bytes: of a scalar with its quotes; of a block scalar its content without indicator, leading and trailing
    /// blanks; of a collection from its first to its last character; of nothing, empty.
    pub fn span(self) -> Span {
        Span::new(self.node().start as usize, self.node().end as usize)
    }

    /// The decoded text of a scalar; `None` for a collection or an alias.
    pub fn text(self) -> Option<&'t str> {
        let Kind::Scalar(style) = self.kind() else { return None };
        let node = self.node();
        if node.decoded != AS_WRITTEN {
            return Some(&self.tree.decoded[node.decoded as usize]);
        }
        Some(&self.tree.text[inner(self.span(), style).range()])
    }

    /// Whether this is a plain scalar; its text is then open to meaning a number, a boolean or nothing.
    pub fn is_plain(self) -> bool {
        self.kind() == Kind::Scalar(Style::Plain)
    }

    /// Whether this is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.kind(), Kind::Mapping { .. })
    }

    /// Whether this is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.kind(), Kind::Sequence { .. })
    }

    /// The items of a sequence; none of anything else.
    pub fn items(self) -> impl Iterator<Item = NodeRef<'t>> {
        self.children().filter(move |_| self.is_sequence())
    }

    /// Keys and values of a mapping, in the order of the text; none of anything else.
    pub fn entries(self) -> impl Iterator<Item = (NodeRef<'t>, NodeRef<'t>)> {
        let mut children = self.children().filter(move |_| self.is_mapping());
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    /// The first entry under a key.
    pub fn entry(self, key: &str) -> Option<(NodeRef<'t>, NodeRef<'t>)> {
        self.entries().find(|(found, _)| found.text() == Some(key))
    }

    /// What shows a collection without drawing all of it: its first key, or its own first line.
    pub fn head(self) -> Span {
        let first_key = self.entries().next().map(|(key, _)| key.span());
        let span = first_key.unwrap_or_else(|| self.span());
        let text = &self.tree.text[span.range()];
        Span::new(span.start, span.start + text.find(['\r', '\n']).unwrap_or(text.len()))
    }

    /// The source of a byte range of the decoded text; the whole value if this is no scalar.
    fn span_within(self, range: std::ops::Range<usize>) -> Span {
        let (Kind::Scalar(style), Some(text)) = (self.kind(), self.text()) else { return self.span() };
        let start = text.floor_char_boundary(range.start);
        let end = text.floor_char_boundary(range.end.max(range.start));
        if self.node().decoded == AS_WRITTEN {
            let inner = inner(self.span(), style);
            return Span::new(inner.start + start, inner.start + end);
        }
        let Some(pieces) = scalar::pieces(&self.tree.text, self.span().range(), style, text) else {
            return self.span();
        };
        let after_last = pieces.last().map_or(self.span().start, |last| last.source.end);
        let source_of = |at: usize| pieces.get(pieces.partition_point(|piece| piece.decoded < at));
        let from = source_of(start).map_or(after_last, |piece| piece.source.start);
        let last = pieces[..pieces.partition_point(|piece| piece.decoded < end)].last();
        Span::new(from, if start == end { from } else { last.map_or(from, |piece| piece.source.end) })
    }

    fn children(self) -> impl Iterator<Item = NodeRef<'t>> {
        let tree = self.tree;
        let end = match self.kind() {
            Kind::Scalar(_) | Kind::Alias => self.index,
            Kind::Sequence { .. } | Kind::Mapping { .. } => self.end_id(),
        };
        let mut index = self.index + 1;
        std::iter::from_fn(move || {
            let child = (index < end).then_some(NodeRef { tree, index })?;
            index = child.end_id();
            Some(child)
        })
    }

    /// The id of the first node after this one and its content.
    pub fn end_id(self) -> usize {
        self.node().next as usize
    }

    fn node(self) -> Node {
        self.tree.nodes[self.index]
    }
}

/// The content of a scalar that is decoded as written: without its quotes.
fn inner(span: Span, style: Style) -> Span {
    match style {
        Style::SingleQuoted | Style::DoubleQuoted => Span::new(span.start + 1, span.end - 1),
        Style::Plain | Style::Literal | Style::Folded => span,
    }
}

#[cfg(test)]
mod tests;
