//! Notes of one kind, where there are many → one block with a line for each. Errors and warnings are never folded.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use super::{Diagnostic, Severity};
use crate::source::neutral::neutralise;

/// More notes of one kind than this are folded.
const MOST_APART: usize = 3;

/// Which diagnostics are to be drawn one by one, and which, by their code, together.
pub(super) fn fold(diagnostics: &[Diagnostic]) -> (Vec<&Diagnostic>, BTreeMap<&str, Vec<&Diagnostic>>) {
    let mut alike: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    let notes = diagnostics.iter().filter(|it| it.severity == Severity::Note && it.location.is_some());
    notes.for_each(|note| alike.entry(&note.code).or_default().push(note));
    alike.retain(|_, notes| notes.len() > MOST_APART);
    let is_apart = |it: &&Diagnostic| it.severity != Severity::Note || !alike.contains_key(it.code.as_str());
    (diagnostics.iter().filter(is_apart).collect(), alike)
}

/// Folded notes of one file below their title: the file, then of each its line number and message, wrapped at `width`
/// columns.
pub(super) fn block(notes: &[&Diagnostic], arrow: &str, width: usize) -> String {
    let line = |note: &&Diagnostic| note.location.map_or(0, |at| at.line);
    let digits = notes.iter().map(line).max().unwrap_or(0).to_string().len();
    let file = notes.first().map_or("", |note| &note.file);
    let mut lines = vec![format!("{:digits$}{arrow} {}", "", neutralise(file)), format!("{:digits$} |", "")];
    for note in notes {
        let message = neutralise(&note.message);
        let mut gutter = format!("{:digits$} | ", line(note));
        for part in wrapped(&message, width.saturating_sub(digits + 3)) {
            lines.push(gutter + &part);
            gutter = format!("{:digits$} |   ", "");
        }
    }
    lines.join("\n") + "\n"
}

/// Broken at spaces into parts of at most `width` columns, the first two columns wider than the rest.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    for word in text.split(' ') {
        let room = if parts.len() == 1 { width } else { width.saturating_sub(2) };
        let last = parts.last_mut().expect("there is always one");
        if last.is_empty() {
            last.push_str(word);
        } else if last.width() + 1 + word.width() <= room {
            last.push(' ');
            last.push_str(word);
        } else {
            parts.push(word.to_owned());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::{Finding, draw, draw_folded};
    use super::*;
    use crate::source::SourceText;
    use crate::source::place::Route;
    use crate::source::tree::Tree;

    #[test]
    fn many_notes_of_a_kind_become_one_block() {
        let source = SourceText::new("a.yaml", "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n");
        let tree = Tree::parse(&source).unwrap();
        let note = |key: &str, code| {
            let message =
                format!("`{key}` is a \u{1b} that goes on for longer than fits into a line of forty");
            Finding::note(code, Route::root().key(key).as_key(), message)
        };
        let mut findings: Vec<Finding> = ["a", "b", "c", "d"].map(|key| note(key, "odd")).into();
        findings.push(note("e", "rare"));
        let resolve = |finding| Diagnostic::resolve(finding, &source, Some(&tree));
        let diagnostics: Vec<Diagnostic> = findings.iter().map(resolve).collect();
        let three = draw_folded(&diagnostics[1..], &source, false, 60);
        assert_eq!(three, draw(&diagnostics[1..], &source, false, 60), "three of a kind are not many");
        insta::assert_snapshot!(draw_folded(&diagnostics, &source, false, 60), @r#"
note[rare]: `e` is a \u{1b} that goes on for longer than fits into a line of forty
 --> a.yaml:5:1
  |
5 | e: 5
  | ^

note[odd]: 4 notes of this kind
 --> a.yaml
  |
1 | `a` is a \u{1b} that goes on for longer than fits into a
  |   line of forty
2 | `b` is a \u{1b} that goes on for longer than fits into a
  |   line of forty
3 | `c` is a \u{1b} that goes on for longer than fits into a
  |   line of forty
4 | `d` is a \u{1b} that goes on for longer than fits into a
  |   line of forty
"#);
    }
}
