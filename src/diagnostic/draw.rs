//! Diagnostics → text in the manner of rustc: what, where, the line with carets, and what to do.

use super::excerpt::excerpts;
use super::fold::{block, fold};
use super::{Diagnostic, Severity};
use crate::source::SourceText;
use crate::source::neutral::neutralise;
use crate::source::place::Span;
use annotate_snippets::renderer::DEFAULT_LINE_NUM_STYLE;
use annotate_snippets::{AnnotationKind, Group, Level, Padding, Renderer, Snippet};

/// Narrowest width drawn for, in columns.
const NARROWEST: usize = 40;

/// Draws diagnostics of one file, ordered by place and then severity, each followed by an empty line. `width` is that
/// of the terminal in columns; the text has ANSI colours only if `color`, and no other control characters than line
/// breaks.
pub fn draw(diagnostics: &[Diagnostic], source: &SourceText, color: bool, width: usize) -> String {
    draw_each(diagnostics.iter().collect(), source, color, width)
}

/// The same, but of notes of one kind that are many only a line each, in a block at the end.
pub fn draw_folded(diagnostics: &[Diagnostic], source: &SourceText, color: bool, width: usize) -> String {
    let (apart, alike) = fold(diagnostics);
    let mut text = draw_each(apart, source, color, width);
    for (code, notes) in alike {
        let title = Level::NOTE.primary_title(format!("{} notes of this kind", notes.len())).id(code);
        let title = renderer(color, width).render(&[Group::with_title(title)]);
        let block = block(&notes, &arrow(color), width.max(NARROWEST));
        text.extend([title.as_str(), "\n", &block, "\n"]);
    }
    text
}

fn draw_each(mut ordered: Vec<&Diagnostic>, source: &SourceText, color: bool, width: usize) -> String {
    let width = width.max(NARROWEST);
    let renderer = renderer(color, width);
    ordered.sort_by_key(|d| (d.location.map(|location| location.span.start), d.severity));
    ordered.iter().map(|diagnostic| draw_one(diagnostic, source, &renderer, color, width)).collect()
}

fn renderer(color: bool, width: usize) -> Renderer {
    let renderer = if color { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    renderer.term_width(width)
}

/// Title, place and body are drawn apart: the renderer would take the column from the excerpt, which is cut and has
/// escapes in it.
fn draw_one(
    diagnostic: &Diagnostic,
    source: &SourceText,
    renderer: &Renderer,
    color: bool,
    width: usize,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.clone().primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let title = renderer.render(&[Group::with_title(title)]);
    let snippets =
        diagnostic.location.map_or_else(Vec::new, |at| snippets(diagnostic, at.span, source, width));
    let padding = (!snippets.is_empty() && !diagnostic.help.is_empty()).then_some(Padding);
    let helps = diagnostic.help.iter().map(|help| Level::HELP.message(help.as_str()));
    let body = Group::with_level(level).elements(snippets).elements(padding).elements(helps);
    let body = if body.is_empty() { String::new() } else { renderer.render(&[body]) };
    format!("{title}\n{}\n{body}\n\n", place(diagnostic, color))
}

/// `--> file:line:column`, its arrow above the gutter of the lines below it.
fn place(diagnostic: &Diagnostic, color: bool) -> String {
    let file = neutralise(&diagnostic.file);
    let arrow = arrow(color);
    let Some(at) = diagnostic.location else { return format!("{arrow} {file}") };
    let lines = diagnostic.related.iter().map(|related| related.location.line);
    let digits = lines.chain([at.line]).max().unwrap_or(1).to_string().len();
    format!("{:digits$}{arrow} {file}:{}:{}", "", at.line, at.column)
}

fn arrow(color: bool) -> String {
    if color { format!("{DEFAULT_LINE_NUM_STYLE}-->{DEFAULT_LINE_NUM_STYLE:#}") } else { "-->".into() }
}

/// The lines of a diagnostic and of what is related to it.
fn snippets<'a>(
    diagnostic: &'a Diagnostic,
    span: Span,
    source: &SourceText,
    width: usize,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let labels: Vec<&str> = std::iter::once(diagnostic.label.as_str())
        .chain(diagnostic.related.iter().map(|related| related.label.as_str()))
        .collect();
    let spans: Vec<Span> =
        std::iter::once(span).chain(diagnostic.related.iter().map(|related| related.location.span)).collect();
    let annotate = |(index, range): (usize, std::ops::Range<usize>)| {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let label = Some(labels[index]).filter(|label| !label.is_empty());
        kind.span(range).label(label)
    };
    excerpts(source, &spans, width)
        .into_iter()
        .enumerate()
        .map(|(index, excerpt)| {
            let marks = excerpt.marks.into_iter().map(annotate);
            let snippet = Snippet::source(excerpt.text).line_start(excerpt.first_line).annotations(marks);
            if index == 0 { snippet } else { snippet.path(neutralise(&diagnostic.file)) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Finding;
    use super::*;
    use crate::source::place::{Place, Route};
    use crate::source::tree::Tree;

    const RULES: &str = "rules:\n  first:\n    when: hostilty(iran, israel) >= threat\n    effects: []\n\n\n\n\n\n\n  first:\n    when: true\n";

    fn drawn(text: &str, findings: &[Finding], width: usize) -> String {
        let source = SourceText::new("bad\u{1b}.yaml", text);
        let tree = Tree::parse(&source).unwrap();
        let resolve = |finding| Diagnostic::resolve(finding, &source, Some(&tree));
        draw(&findings.iter().map(resolve).collect::<Vec<_>>(), &source, false, width)
    }

    fn when() -> Route {
        Route::root().key("rules").key("first").key("when")
    }

    #[test]
    fn the_caret_stands_under_the_name() {
        let finding = Finding::error("unknown-name", when().within(0..8), "there is no relation `hostilty`")
            .label("unknown")
            .help("did you mean `hostility`?")
            .help("the relations are: hostility");
        insta::assert_snapshot!(drawn(RULES, &[finding], 80), @r#"
error[unknown-name]: there is no relation `hostilty`
 --> bad\u{1b}.yaml:3:11
  |
3 |     when: hostilty(iran, israel) >= threat
  |           ^^^^^^^^ unknown
  |
  = help: did you mean `hostility`?
  = help: the relations are: hostility
"#);
    }

    #[test]
    fn near_and_far_related_places_are_shown() {
        let second = Span::new(RULES.rfind("first").unwrap(), RULES.rfind("first").unwrap() + 5);
        let far = Finding::error("duplicate-key", Place::at(Route::root(), second), "`first` stands twice")
            .label("again here")
            .related(when().truncated(2).as_key(), "first here");
        let near = Finding::warning("lint", when().as_key(), "no effects")
            .related(when().truncated(2).as_key(), "rule");
        insta::assert_snapshot!(drawn(RULES, &[far, near], 80), @r#"
warning[lint]: no effects
 --> bad\u{1b}.yaml:3:5
  |
2 |   first:
  |   ----- rule
3 |     when: hostilty(iran, israel) >= threat
  |     ^^^^

error[duplicate-key]: `first` stands twice
  --> bad\u{1b}.yaml:11:3
   |
 2 |   first:
   |   ----- first here
...
11 |   first:
   |   ^^^^^ again here
"#);
    }

    #[test]
    fn hazards_in_source_name_and_message_are_neutralised() {
        let text = "title: \"a\u{202e}b\u{7f}\" # \u{9b}31m\n";
        let finding =
            Finding::note("odd", Route::root().key("title").as_value(), "has \x1b[31m and \0 and \u{202e}")
                .label("\u{2066}")
                .help("\x07");
        let drawn = drawn(text, &[finding], 80);
        assert!(!drawn.chars().any(|c| c != '\n' && crate::source::neutral::is_hazard(c)), "{drawn:?}");
        insta::assert_snapshot!(drawn, @r#"
note[odd]: has \u{1b}[31m and \u{0} and \u{202e}
 --> bad\u{1b}.yaml:1:8
  |
1 | title: "a\u{202e}b\u{7f}" # \u{9b}31m
  |        ^^^^^^^^^^^^^^^^^^ \u{2066}
  |
  = help: \u{7}
"#);
    }

    #[test]
    fn a_file_of_one_huge_line_is_cut() {
        let text = format!("{{a: \"{}\", bad: 1, c: \"{}\"}}", "x".repeat(1 << 19), "y".repeat(1 << 19));
        let finding =
            Finding::error("unknown-key", Route::root().key("bad").as_key(), "no key `bad`").label("here");
        let drawn = drawn(&text, &[finding], 80);
        insta::assert_snapshot!(drawn, @r#"
error[unknown-key]: no key `bad`
 --> bad\u{1b}.yaml:1:524297
  |
1 | …xxxxxxxxxxxxxxxxxxxxxxx", bad: 1, c: "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...
  |                            ^^^ here
"#);
    }

    #[test]
    fn a_missing_file_and_colours() {
        let missing = Diagnostic::of_file("no.yaml", "no-file", "no such file", &["see `escalade new`"]);
        let source = SourceText::new("no.yaml", "");
        insta::assert_snapshot!(draw(std::slice::from_ref(&missing), &source, false, 80), @r"
error[no-file]: no such file
--> no.yaml
 = help: see `escalade new`
");
        let colored = draw(&[missing], &source, true, 80);
        assert!(colored.contains("\u{1b}["), "{colored:?}");
    }
}
