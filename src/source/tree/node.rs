//! One node of a tree: its kind, its bytes, its decoded text, what it contains.

use super::super::place::Span;
use super::super::scalar;
use super::{AS_WRITTEN, Kind, Node, Style, Tree};
use std::fmt;
use std::ops::Range;

/// One node of a tree.
#[derive(Clone, Copy)]
pub struct NodeRef<'t> {
    pub(super) tree: &'t Tree,
    pub(super) index: usize,
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
        self.children(self.is_sequence())
    }

    /// Keys and values of a mapping, in the order of the text; none of anything else.
    pub fn entries(self) -> impl Iterator<Item = (NodeRef<'t>, NodeRef<'t>)> {
        let mut children = self.children(self.is_mapping());
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
    pub(super) fn span_within(self, range: Range<usize>) -> Span {
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

    /// The nodes right below this one, if they are `wanted`.
    fn children(self, wanted: bool) -> impl Iterator<Item = NodeRef<'t>> {
        let tree = self.tree;
        let end = if wanted { self.end_id() } else { 0 };
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

    pub(super) fn node(self) -> Node {
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
