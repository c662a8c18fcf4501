//! Findings (what is wrong, at which place of the document) → diagnostics (the same with file, line and column) → text
//! for a terminal. The only place that draws errors; it does not know what a scenario is.

mod draw;
mod excerpt;
mod fold;
mod suggest;

pub use draw::{draw, draw_folded};
pub use suggest::suggest;

use crate::source::SourceText;
use crate::source::neutral::neutralise_lines;
use crate::source::place::{Place, Span};
use crate::source::tree::Tree;
use serde::Serialize;

/// How bad it is; the first is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// It can be run, but probably does not say what is meant.
    Warning,
    /// Worth knowing.
    Note,
}

/// One complaint of a stage about one place of a document, not yet tied to lines and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Its kind, in kebab-case, such as `unknown-name`; stable, for programs and for suppressing.
    pub code: &'static str,
    /// What is wrong, as one sentence without a full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// A few words for under the caret; may be empty.
    pub label: String,
    /// Other places that belong to it, each with a few words.
    pub related: Vec<(Place, String)>,
    /// What to do about it, most useful first.
    pub help: Vec<String>,
}

impl Finding {
    /// An error; see the fields for the arguments.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, place, message.into())
    }

    /// A warning; see the fields for the arguments.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, place, message.into())
    }

    /// A note; see the fields for the arguments.
    pub fn note(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, place, message.into())
    }

    fn new(severity: Severity, code: &'static str, place: Place, message: String) -> Self {
        Self { severity, code, message, place, label: String::new(), related: Vec::new(), help: Vec::new() }
    }

    /// With words under the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With one more help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// With one more related place.
    #[must_use]
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related.push((place, label.into()));
        self
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A finding tied to a file, its lines and columns: what is drawn, and what `--format json` prints.
///
/// Its texts are safe to show (see [`neutralise_lines`]) and no longer than some 1,000 characters each; the file's
/// name is as the user gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// See [`Finding::code`].
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The file it is about.
    pub file: String,
    /// Where in the file; nothing if it is about the file as a whole.
    #[serde(flatten)]
    pub location: Option<Location>,
    /// A few words for under the caret; may be empty.
    pub label: String,
    /// What to do about it.
    pub help: Vec<String>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
}

/// A stretch of a file, for people (lines and columns from 1, in characters) and as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Location {
    /// First line.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
    /// The bytes.
    #[serde(skip)]
    pub span: Span,
}

/// A place in the same file that belongs to a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Related {
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// A few words on it.
    pub label: String,
}

impl Diagnostic {
    /// Ties a finding to a text. Without a tree (the text could not be parsed) only exact spans can be placed; other
    /// places count as the start of the text.
    pub fn resolve(finding: &Finding, source: &SourceText, tree: Option<&Tree>) -> Self {
        let locate = |place: &Place| Location::new(locate(place, tree), source);
        let related = finding.related.iter();
        Self {
            code: finding.code.to_owned(),
            severity: finding.severity,
            message: presentable(&finding.message),
            file: source.name().to_owned(),
            location: Some(locate(&finding.place)),
            label: presentable(&finding.label),
            help: finding.help.iter().map(|help| presentable(help)).collect(),
            related: related
                .map(|(p, label)| Related { location: locate(p), label: presentable(label) })
                .collect(),
        }
    }

    /// Whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// An error about a file as a whole, such as one that does not exist.
    pub fn of_file(file: impl Into<String>, code: &str, message: &str, help: &[&str]) -> Self {
        Self {
            code: code.to_owned(),
            severity: Severity::Error,
            message: presentable(message),
            file: file.into(),
            location: None,
            label: String::new(),
            help: help.iter().map(|help| presentable(help)).collect(),
            related: Vec::new(),
        }
    }
}

impl Location {
    fn new(span: Span, source: &SourceText) -> Self {
        let (from, to) = (source.position(span.start), source.position(span.end));
        Self { line: from.line, column: from.column, end_line: to.line, end_column: to.column, span }
    }
}

fn locate(place: &Place, tree: Option<&Tree>) -> Span {
    match (tree, &place.part) {
        (_, crate::source::place::Part::At(span)) => *span,
        (Some(tree), _) => tree.locate(place),
        (None, _) => Span::empty(0),
    }
}

/// Longest text of a diagnostic, in characters: names come from the file, and may fill it.
const LONGEST_TEXT: usize = 1000;

fn presentable(text: &str) -> String {
    let (text, more) = match text.char_indices().nth(LONGEST_TEXT) {
        None => (text, ""),
        Some((end, _)) => (&text[..end], "…"),
    };
    neutralise_lines(text).replace('\t', "    ") + more
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::place::Route;

    #[test]
    fn a_finding_gets_file_line_and_column() {
        let source = SourceText::new("a.yaml", "é: 1\nrules: {fo: {when: \"é fx(y)\"}}\n");
        let tree = Tree::parse(&source).unwrap();
        let when = Route::root().key("rules").key("fo").key("when");
        let finding = Finding::error("unknown-name", when.within(3..5), "there is no `fx`")
            .label("unknown")
            .help("did you mean `f`?")
            .related(when.truncated(2).as_key(), "in this rule");
        let json = serde_json::to_value(Diagnostic::resolve(&finding, &source, Some(&tree))).unwrap();
        let expected = serde_json::json!({
            "code": "unknown-name", "severity": "error", "message": "there is no `fx`", "file": "a.yaml",
            "line": 2, "column": 23, "end_line": 2, "end_column": 25, "label": "unknown",
            "help": ["did you mean `f`?"],
            "related": [{"line": 2, "column": 9, "end_line": 2, "end_column": 11, "label": "in this rule"}],
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn a_diagnostic_of_a_whole_file_has_no_line() {
        let json =
            serde_json::to_value(Diagnostic::of_file("no.yaml", "no-file", "no such file", &[])).unwrap();
        assert_eq!(json.get("line"), None);
        assert_eq!(json["file"], "no.yaml");
    }

    #[test]
    fn texts_are_neutral_and_short() {
        let message = format!("\u{1b}[31m\u{202e}{}", "x".repeat(1 << 20));
        let diagnostic = Diagnostic::of_file("a", "code", &message, &[]);
        assert!(diagnostic.message.starts_with(r"\u{1b}[31m\u{202e}xx"));
        assert!(diagnostic.message.len() < 2 * LONGEST_TEXT);
        assert_eq!(Diagnostic::of_file("a", "code", "a\tb\r\nc", &[]).message, "a    b\\u{d}\nc");
    }
}
