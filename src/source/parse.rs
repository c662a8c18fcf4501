//! The events of `saphyr-parser` → a [`Tree`]: markers that count characters become byte offsets, ends that run into
//! the blanks after a value are drawn back to it, and what could cost more than linear time or memory is refused.

use super::SourceText;
use super::place::Span;
use super::scalar::quoted_len;
use super::tree::{
    AS_WRITTEN, Kind, MAX_DEPTH, MAX_PENDING_INDICATORS, Node, Property, PropertyKind, Style, SyntaxError,
    SyntaxKind, Tree,
};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};
use std::cell::Cell;

/// See [`Tree::parse`].
pub(super) fn parse(source: &SourceText) -> Result<Tree, SyntaxError> {
    let text = source.text();
    if u32::try_from(text.len()).is_err() {
        let message = "a text of 4 GiB or more is not read".to_owned();
        return Err(SyntaxError { kind: SyntaxKind::Size, message, span: Span::empty(0) });
    }
    let pending = Cell::new(0);
    let offsets = Offsets::new(text);
    let mut builder = Builder::new(source);
    for event in Parser::new_from_iter(Watched { chars: text.chars(), pending: &pending }) {
        if pending.get() > MAX_PENDING_INDICATORS {
            return Err(builder.too_dense());
        }
        pending.set(0);
        let (event, span) = event.map_err(|error| builder.refusal(&error, &offsets))?;
        let span = Span::new(offsets.byte(span.start.index()), offsets.byte(span.end.index()));
        builder.take(event, span)?;
    }
    Ok(builder.tree)
}

/// The characters for the scanner; ends early once it has run too far ahead of the events (see
/// [`MAX_PENDING_INDICATORS`]): the first key of a flow collection is known only when the collection has been read.
struct Watched<'t> {
    chars: std::str::Chars<'t>,
    pending: &'t Cell<u32>,
}

impl Iterator for Watched<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        if self.pending.get() > MAX_PENDING_INDICATORS {
            return None;
        }
        let c = self.chars.next()?;
        if matches!(c, ',' | '[' | ']' | '{' | '}' | ':') {
            self.pending.set(self.pending.get() + 1);
        }
        Some(c)
    }
}

/// Character index → byte offset, in constant time: the offset of every 64th character.
struct Offsets<'t> {
    text: &'t str,
    checkpoints: Vec<u32>,
}

const CHECKPOINT: usize = 64;

impl<'t> Offsets<'t> {
    fn new(text: &'t str) -> Self {
        let checkpoints = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(CHECKPOINT).map(|(offset, _)| offset as u32).collect()
        };
        Self { text, checkpoints }
    }

    fn byte(&self, character: usize) -> usize {
        if self.checkpoints.is_empty() {
            return character.min(self.text.len());
        }
        let Some(&start) = self.checkpoints.get(character / CHECKPOINT) else { return self.text.len() };
        let start = start as usize;
        let within = self.text[start..].char_indices().nth(character % CHECKPOINT);
        within.map_or(self.text.len(), |(offset, _)| start + offset)
    }
}

struct Builder<'t> {
    text: &'t str,
    tree: Tree,
    /// Indices of the collections that are open.
    open: Vec<usize>,
}

impl<'t> Builder<'t> {
    fn new(source: &'t SourceText) -> Self {
        let tree = Tree {
            text: source.shared(),
            nodes: Vec::new(),
            decoded: Vec::new(),
            documents: 0,
            second_document: None,
            properties: Vec::new(),
        };
        Self { text: source.text(), tree, open: Vec::new() }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), SyntaxError> {
        if matches!(event, Event::DocumentStart(_)) {
            self.tree.documents += 1;
            if self.tree.documents == 2 {
                self.tree.second_document = Some(span);
            }
        }
        match event {
            Event::SequenceStart(anchor, tag) => self.open(false, span, anchor > 0 || tag.is_some()),
            Event::MappingStart(anchor, tag) => self.open(true, span, anchor > 0 || tag.is_some()),
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(span);
                Ok(())
            }
            _ if self.tree.documents > 1 => Ok(()),
            Event::Scalar(value, style, anchor, tag) => {
                self.scalar(&value, style_of(style), span, anchor > 0 || tag.is_some());
                Ok(())
            }
            Event::Alias(_) => {
                self.push(Kind::Alias, span);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, mapping: bool, span: Span, has_properties: bool) -> Result<(), SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(Span::empty(span.start)));
        }
        if self.tree.documents > 1 {
            self.open.push(0);
            return Ok(());
        }
        let start = if has_properties { self.properties(span) } else { span.start };
        // A bracket token has a length, the virtual start of a block collection has none.
        let flow = span.end > start && self.text[start..].starts_with(['[', '{']);
        let kind = if mapping { Kind::Mapping { flow } } else { Kind::Sequence { flow } };
        let start = if mapping || flow { start } else { self.dash(start) };
        let index = self.push(kind, Span::empty(start));
        self.open.push(index);
        Ok(())
    }

    /// The `-` that opens a block sequence; the parser's marker may stand after it and its blanks.
    fn dash(&self, start: usize) -> usize {
        if self.text[start..].starts_with('-') {
            return start;
        }
        let line_start = self.text[..start].rfind(['\r', '\n']).map_or(0, |at| at + 1);
        let line = &self.text[line_start..start];
        line.find(|c| c != ' ').filter(|&at| line[at..].starts_with('-')).map_or(start, |at| line_start + at)
    }

    fn close(&mut self, span: Span) {
        let index = self.open.pop().expect("the parser ends only collections that it has started");
        if self.tree.documents > 1 {
            return;
        }
        let next = self.tree.nodes.len();
        let node = self.tree.nodes[index];
        let flow = matches!(node.kind, Kind::Mapping { flow: true } | Kind::Sequence { flow: true });
        let bracket = flow && self.text[span.start..].starts_with([']', '}']);
        let end = if bracket { span.start as u32 + 1 } else { node.end };
        self.tree.nodes[index].end = end;
        self.tree.nodes[index].next = next as u32;
        self.grow_parent(end);
    }

    fn scalar(&mut self, value: &str, style: Style, span: Span, has_properties: bool) {
        let start = if has_properties { self.properties(span) } else { span.start };
        let span = match style {
            Style::Plain if value.is_empty() => self.nothing(start),
            Style::Plain => Span::new(start, span.end),
            Style::SingleQuoted | Style::DoubleQuoted => {
                Span::new(start, start + quoted_len(&self.text[start..], style))
            }
            Style::Literal | Style::Folded => self.block_content(start, span.end, has_properties),
        };
        let index = self.push(Kind::Scalar(style), span);
        let quotes = usize::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted));
        let written = self.text.get(span.start + quotes..span.end.saturating_sub(quotes));
        if written != Some(value) {
            self.tree.nodes[index].decoded = self.tree.decoded.len() as u32;
            self.tree.decoded.push(value.into());
        }
    }

    /// The empty span where a value could have been: after the colon, if the parser's marker is on it.
    fn nothing(&self, start: usize) -> Span {
        Span::empty(start + usize::from(self.text[start..].starts_with(':')))
    }

    /// The content of a block scalar without the blanks around it. After node properties the parser's marker is on
    /// the header, otherwise on the content.
    fn block_content(&self, start: usize, end: usize, at_header: bool) -> Span {
        let end = start + self.text[start..end.max(start)].trim_end_matches(BLANKS).len();
        let header = if at_header { self.text[start..end].find(['\r', '\n']).unwrap_or(0) } else { 0 };
        let content = &self.text[start + header..end];
        Span::new(
            end - if header > 0 { content.trim_start_matches(BLANKS).len() } else { content.len() },
            end,
        )
    }

    fn push(&mut self, kind: Kind, span: Span) -> usize {
        let index = self.tree.nodes.len();
        let (start, end) = (span.start as u32, span.end as u32);
        self.tree.nodes.push(Node { start, end, next: index as u32 + 1, decoded: AS_WRITTEN, kind });
        self.grow_parent(end);
        index
    }

    fn grow_parent(&mut self, end: u32) {
        if let Some(&parent) = self.open.last() {
            let parent = &mut self.tree.nodes[parent];
            parent.end = parent.end.max(end);
        }
    }

    /// Records the anchor and the tag at the start of a node; returns where the node itself begins.
    fn properties(&mut self, span: Span) -> usize {
        let mut at = span.start;
        loop {
            let rest = &self.text[at..];
            let kind = match rest.as_bytes().first() {
                Some(b'&') => PropertyKind::Anchor,
                Some(b'!') => PropertyKind::Tag,
                _ => return at,
            };
            let verbatim = if rest.starts_with("!<") { rest.find('>').unwrap_or(0) } else { 0 };
            let len = rest[verbatim..].find([' ', '\t', '\r', '\n', ',', '[', ']', '{', '}']);
            let len = len.map_or(rest.len(), |len| verbatim + len);
            self.tree.properties.push(Property { kind, span: Span::new(at, at + len) });
            at += len;
            if at >= span.end {
                return at;
            }
            at += blanks_and_comments(&self.text[at..]);
        }
    }

    fn too_dense(&self) -> SyntaxError {
        let message = format!("a collection in brackets with more than {MAX_PENDING_INDICATORS} parts");
        let at = self.tree.nodes.last().map_or(0, |node| node.end as usize);
        SyntaxError { kind: SyntaxKind::Size, message, span: Span::empty(at) }
    }

    fn refusal(&self, error: &ScanError, offsets: &Offsets<'_>) -> SyntaxError {
        let at = offsets.byte(error.marker().index());
        let width = self.text[at..].chars().next().filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8);
        let span = Span::new(at, at + width);
        match error.info() {
            "recursion limit exceeded" => too_deep(span),
            "while parsing node, found unknown anchor" => {
                let rest = &self.text[at..];
                let len = rest.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(rest.len());
                let message = "aliases (`*name`) are not used here".to_owned();
                SyntaxError { kind: SyntaxKind::Alias, message, span: Span::new(at, at + len) }
            }
            info => SyntaxError { kind: SyntaxKind::Syntax, message: in_plain_words(info), span },
        }
    }
}

fn too_deep(span: Span) -> SyntaxError {
    let message = format!("nested deeper than {MAX_DEPTH} levels");
    SyntaxError { kind: SyntaxKind::Nesting, message, span }
}

/// White space to YAML, which is less than to Unicode.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

fn blanks_and_comments(text: &str) -> usize {
    let mut rest = text.trim_start_matches(BLANKS);
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, after)| after).trim_start_matches(BLANKS);
    }
    text.len() - rest.len()
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// The parser's wording for the mistakes people make most, in words that say what to do; others as they are, without
/// the "while parsing a …" before them.
fn in_plain_words(info: &str) -> String {
    let plain = match info {
        "mapping values are not allowed in this context" => {
            "a `: ` inside a value: put the value in quotes, or the key on a line of its own"
        }
        "simple key expected" | "simple key expect ':'" => "a key is due here: `:` and a value are missing",
        "tabs disallowed within this context (block indentation)" | "tab cannot be used as indentation" => {
            "a tab is used as indentation; YAML takes only spaces"
        }
        "while parsing a block mapping, did not find expected key" => {
            "a key is due here; is this line indented like its neighbours?"
        }
        "while parsing a flow mapping, did not find expected ',' or '}'" => {
            "`,` or `}` is missing before this"
        }
        "while parsing a flow sequence, expected ',' or ']'" => "`,` or `]` is missing before this",
        "while scanning a quoted scalar, found unexpected end of stream" => "this quote is never closed",
        "invalid indentation in quoted scalar" => {
            "this quote is never closed, or a line of the text in it is not indented"
        }
        "illegal placement of ':' indicator" => {
            "a `:` out of place: is a bracket or a quote above it never closed?"
        }
        "invalid trailing content after double-quoted scalar" => {
            "text after a closing quote; quotes must go around the whole value"
        }
        "while parsing a block collection, did not find expected '-' indicator" => {
            "an item (`- `) is due here; is this line indented like its neighbours?"
        }
        "while parsing a node, did not find expected node content" => "a value is due here",
        "misplaced bracket" => "this bracket closes nothing",
        _ => "",
    };
    if !plain.is_empty() {
        return plain.to_owned();
    }
    let gist = info
        .split_once(", ")
        .filter(|(context, _)| context.starts_with("while "))
        .map_or(info, |(_, gist)| gist);
    gist.to_owned()
}
