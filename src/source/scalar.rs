//! A scalar as written (plain, quoted, folded, literal) → for each character of its decoded text, the bytes of the
//! source it comes from. Follows the folding and escaping rules of YAML 1.2.2, chapters 7.3 and 8.1.

use super::tree::Style;
use std::ops::Range;

/// One decoded character: its byte offset in the decoded text, and the source bytes it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) decoded: usize,
    pub(super) source: Range<usize>,
}

/// Maps the decoded `value` of the scalar at `span` of `text` back to the source, character by character; `span`
/// includes the quotes, and starts at the first content character of a block scalar.
///
/// `None` if the source, read by the rules here, does not give `value`.
pub(super) fn pieces(text: &str, span: Range<usize>, style: Style, value: &str) -> Option<Vec<Piece>> {
    let mut writer = Writer { decoded: String::with_capacity(value.len()), pieces: Vec::new() };
    match style {
        Style::Plain => flow(text, span, style, &mut writer),
        Style::SingleQuoted | Style::DoubleQuoted => {
            let inner = span.start + 1..span.end.saturating_sub(1).max(span.start + 1);
            flow(text, inner, style, &mut writer);
        }
        Style::Literal | Style::Folded => block(text, span.start, style, value, &mut writer),
    }
    (writer.decoded == value).then_some(writer.pieces)
}

/// Length in bytes of the quoted scalar that starts `text`, quotes included; all of `text` if it is not closed.
pub(super) fn quoted_len(text: &str, style: Style) -> usize {
    let bytes = text.as_bytes();
    let quote = if style == Style::SingleQuoted { b'\'' } else { b'"' };
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

struct Writer {
    decoded: String,
    pieces: Vec<Piece>,
}

impl Writer {
    fn put(&mut self, c: char, source: Range<usize>) {
        self.pieces.push(Piece { decoded: self.decoded.len(), source });
        self.decoded.push(c);
    }

    fn put_breaks(&mut self, breaks: &[Range<usize>]) {
        for source in breaks {
            self.put('\n', source.clone());
        }
    }

    /// Line folding: one line break is a space, each further one a line break.
    fn fold(&mut self, breaks: &[Range<usize>], as_space: Range<usize>) {
        match breaks {
            [_] => self.put(' ', as_space),
            _ => self.put_breaks(&breaks[1..]),
        }
    }

    fn put_verbatim(&mut self, text: &str, range: Range<usize>) {
        for (offset, c) in text[range.clone()].char_indices() {
            let at = range.start + offset;
            self.put(c, at..at + c.len_utf8());
        }
    }
}

/// Plain and quoted scalars, without their quotes.
fn flow(text: &str, range: Range<usize>, style: Style, writer: &mut Writer) {
    let mut at = range.start;
    let mut after_escaped_break = false;
    while at < range.end {
        let rest = &text[at..range.end];
        let c = rest.chars().next().expect("`at` is before the end, on a character boundary");
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        if blank > 0 {
            let breaks = breaks_in(text, at..at + blank);
            match (after_escaped_break, breaks.is_empty()) {
                (true, _) => writer.put_breaks(&breaks),
                (false, true) => writer.put_verbatim(text, at..at + blank),
                (false, false) => writer.fold(&breaks, at..at + blank),
            }
            at += blank;
            after_escaped_break = false;
            continue;
        }
        after_escaped_break = false;
        let len = match (style, c) {
            (Style::SingleQuoted, '\'') => {
                writer.put('\'', at..at + 2);
                2
            }
            (Style::DoubleQuoted, '\\') if rest[1..].starts_with(['\r', '\n']) => {
                after_escaped_break = true;
                if rest[1..].starts_with("\r\n") { 3 } else { 2 }
            }
            (Style::DoubleQuoted, '\\') => {
                let (decoded, len) = escape(rest);
                writer.put(decoded, at..at + len);
                len
            }
            _ => {
                writer.put(c, at..at + c.len_utf8());
                c.len_utf8()
            }
        };
        at = (at + len).min(range.end);
    }
}

/// The character that an escape sequence at the start of `text` stands for, and its length in bytes.
fn escape(text: &str) -> (char, usize) {
    let letter = text[1..].chars().next().unwrap_or('\\');
    let digits = match letter {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    if digits > 0 {
        let code = text.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        return (code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER), 2 + digits);
    }
    let decoded = match letter {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    };
    (decoded, 1 + letter.len_utf8())
}

/// Literal and folded scalars, from the first content character on. Chomping is read off `value`.
fn block(text: &str, start: usize, style: Style, value: &str, writer: &mut Writer) {
    let line_start = text[..start].rfind(['\r', '\n']).map_or(0, |at| at + 1);
    let indent = start - line_start;
    let content_len = value.trim_end_matches('\n').len();
    if content_len > 0 {
        let leading = value.len() - value.trim_start_matches('\n').len();
        writer.put_breaks(&breaks_before(text, line_start, leading));
    }
    let mut at = start;
    let mut breaks: Vec<Range<usize>> = Vec::new();
    let mut after_indented = false;
    while writer.decoded.len() < content_len && at < text.len() {
        let indented = text[at..].starts_with([' ', '\t']);
        if style == Style::Folded && !breaks.is_empty() && !after_indented && !indented {
            let first = breaks[0].clone();
            writer.fold(&breaks, first);
        } else {
            writer.put_breaks(&breaks);
        }
        after_indented = indented;
        let line_end = text[at..].find(['\r', '\n']).map_or(text.len(), |len| at + len);
        writer.put_verbatim(text, at..line_end);
        (breaks, at) = blank_lines(text, line_end, indent);
    }
    for index in 0..value.len().saturating_sub(writer.decoded.len()) {
        writer.put('\n', breaks.get(index).cloned().unwrap_or(at..at));
    }
}

/// The line break at `at` and those of the blank lines below it, and where the next content begins.
fn blank_lines(text: &str, mut at: usize, indent: usize) -> (Vec<Range<usize>>, usize) {
    let mut breaks = Vec::new();
    while let Some(len) = break_len(&text[at..]) {
        breaks.push(at..at + len);
        at += len;
        at += text[at..].bytes().take(indent).take_while(|&b| b == b' ').count();
    }
    (breaks, at)
}

fn break_len(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => Some(2),
        [b'\r' | b'\n', ..] => Some(1),
        _ => None,
    }
}

fn breaks_in(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut breaks = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let len = break_len(&text[at..range.end]);
        if let Some(len) = len {
            breaks.push(at..at + len);
        }
        at += len.unwrap_or(1);
    }
    breaks
}

/// The last `count` line breaks before `end`, in the order of the text.
fn breaks_before(text: &str, end: usize, count: usize) -> Vec<Range<usize>> {
    let mut breaks = Vec::new();
    let mut end = end;
    while breaks.len() < count && end > 0 {
        let start = if text[..end].ends_with("\r\n") { end - 2 } else { end - 1 };
        breaks.push(start..end);
        end = text[..start].rfind(['\r', '\n']).map_or(0, |at| at + 1);
    }
    breaks.reverse();
    breaks
}
