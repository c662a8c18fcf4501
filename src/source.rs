//! The bytes of a file → a text with lines and positions, and (in the modules below) a YAML tree with exact spans;
//! nothing here knows what a scenario is.

pub mod meaning;
pub mod neutral;
mod parse;
pub mod place;
mod scalar;
pub mod tree;

use std::sync::Arc;

/// A text with a name (its file) and an index of its lines. Spans are byte offsets into [`SourceText::text`].
#[derive(Debug, Clone)]
pub struct SourceText {
    name: String,
    text: Arc<str>,
    /// Offset of the first byte of each line; the first is 0.
    line_starts: Vec<usize>,
}

/// A place for people: both counted from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// Why bytes are no text that could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// More bytes than allowed.
    #[error("the file is larger than {limit} bytes; if that is meant, raise the limit with --max-size")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// UTF-16 or UTF-32, known by a byte order mark or by NULs.
    #[error("the file is not UTF-8 but looks like UTF-16 or UTF-32; save it as UTF-8")]
    Utf16,
    /// Bytes that are no UTF-8.
    #[error("the file is not valid UTF-8: byte {offset}, in line {line}; save it as UTF-8")]
    NotUtf8 {
        /// Offset of the first bad byte, from 0.
        offset: usize,
        /// Its line, from 1.
        line: usize,
    },
    /// A NUL byte in what otherwise is UTF-8.
    #[error("the file holds a NUL byte (byte {offset}, in line {line}), which no text does")]
    Nul {
        /// Offset of the first NUL, from 0.
        offset: usize,
        /// Its line, from 1.
        line: usize,
    },
}

impl SourceText {
    /// A text under a name. A byte order mark at its start is dropped, so that offsets and columns do not count it.
    pub fn new(name: impl Into<String>, text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        let text: Arc<str> = text.strip_prefix('\u{feff}').unwrap_or(text).into();
        let mut line_starts = vec![0];
        line_starts.extend(text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(at, _)| at + 1));
        Self { name: name.into(), text, line_starts }
    }

    /// Checks the bytes of a file: at most `limit` of them, some, UTF-8, no NUL. Whoever reads the file need read no
    /// more than `limit` + 1 bytes of it.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>, limit: usize) -> Result<Self, TextError> {
        let line_of = |offset: usize| bytes[..offset].split(|&b| b == b'\n').count();
        if bytes.len() > limit {
            return Err(TextError::TooLarge { limit });
        }
        if bytes.is_empty() || bytes == b"\xef\xbb\xbf" {
            return Err(TextError::Empty);
        }
        if is_wide(&bytes) {
            return Err(TextError::Utf16);
        }
        if let Err(error) = std::str::from_utf8(&bytes) {
            let offset = error.valid_up_to();
            return Err(TextError::NotUtf8 { offset, line: line_of(offset) });
        }
        if let Some(offset) = bytes.iter().position(|&b| b == 0) {
            return Err(TextError::Nul { offset, line: line_of(offset) });
        }
        let text = String::from_utf8(bytes).expect("checked to be UTF-8 above");
        Ok(Self::new(name, text))
    }

    /// The name: a path as the user gave it, or what stands for one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole text, shared.
    pub(crate) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// Number of lines, at least 1; a line break at the end opens one more, empty line.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// Line and column of a byte offset; one past the end, or inside a character, counts as the nearest before.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1];
        Position { line, column: 1 + self.text[start..offset].chars().count() }
    }

    /// Line `line`, counted from 1, without its line break (`\n` or `\r\n`); empty if there is no such line.
    pub fn line(&self, line: usize) -> &str {
        let (start, end) = self.line_bounds(line);
        let text = &self.text[start..end];
        text.strip_suffix('\r').unwrap_or(text)
    }

    /// Offset of the first byte of line `line` (from 1); the length of the text if there is no such line.
    pub fn line_start(&self, line: usize) -> usize {
        self.line_bounds(line).0
    }

    fn line_bounds(&self, line: usize) -> (usize, usize) {
        let start = line.checked_sub(1).and_then(|at| self.line_starts.get(at));
        let Some(&start) = start else { return (self.text.len(), self.text.len()) };
        (start, self.line_starts.get(line).map_or(self.text.len(), |next| next - 1))
    }
}

/// Whether bytes look like UTF-16 or UTF-32: by their byte order mark, or as ASCII spread out with NULs.
fn is_wide(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let head = &bytes[..bytes.len().min(64)];
    let every_other_nul = |first: usize| {
        let half: Vec<_> = head.iter().skip(first).step_by(2).collect();
        half.len() >= 2 && half.iter().all(|&&b| b == 0)
    };
    marked || every_other_nul(0) != every_other_nul(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines_from_one() {
        let source = SourceText::new("a.yaml", "é: 1\r\nb: ü\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(4), Position { line: 1, column: 4 });
        assert_eq!(source.position(10), Position { line: 2, column: 4 });
        assert_eq!(source.position(999), Position { line: 3, column: 1 });
        assert_eq!(
            (source.line(1), source.line(2), source.line(3), source.line(4)),
            ("é: 1", "b: ü", "", "")
        );
        assert_eq!(source.line_count(), 3);
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        let source = SourceText::from_bytes("a", b"\xef\xbb\xbfa: 1".to_vec(), 100).unwrap();
        assert_eq!(source.text(), "a: 1");
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        let read = |bytes: &[u8]| SourceText::from_bytes("a", bytes.to_vec(), 16).unwrap_err();
        assert_eq!(read(&[b'a'; 17]), TextError::TooLarge { limit: 16 });
        assert!(read(&[b'a'; 17]).to_string().contains("--max-size"));
        assert_eq!(read(b""), TextError::Empty);
        assert_eq!(read(b"\xef\xbb\xbf"), TextError::Empty);
        assert_eq!(read(b"a: 1\nb: \xff"), TextError::NotUtf8 { offset: 8, line: 2 });
        assert_eq!(read(b"a: 1\nb: \0"), TextError::Nul { offset: 8, line: 2 });
        assert_eq!(read(b"\xff\xfea\0:\0"), TextError::Utf16);
        assert_eq!(read(b"a\0:\0 \x001\0"), TextError::Utf16);
        assert_eq!(read(b"\0a\0:\0 \x001"), TextError::Utf16);
    }
}
