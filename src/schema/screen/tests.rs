//! Trees of scenarios → what is refused before they are read.

use super::*;
use crate::diagnostic::{Diagnostic, draw};

fn screened(text: &str) -> (Vec<Finding>, String) {
    let source = SourceText::new("a.yaml", text);
    let tree = Tree::parse(&source).unwrap();
    let findings = screen(&source, &tree);
    let diagnostics: Vec<_> = findings.iter().map(|f| Diagnostic::resolve(f, &source, Some(&tree))).collect();
    let drawn = draw(&diagnostics, &source, false, 100);
    (findings, drawn)
}

fn codes(text: &str) -> Vec<&'static str> {
    screened(text).0.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_plain_scenario_passes() {
    let text =
        "format: 1\r\nx: [a, \"f(b, c)\", f(d)]\r\ny: {when: f(x), by: 1.5, on: 043}\r\naction: \"190\"\r\n";
    assert_eq!(codes(text), [""; 0]);
    assert_eq!(codes(&format!("\u{feff}{text}")), [""; 0]);
}

#[test]
fn an_unquoted_comma_shows_the_line_as_it_should_be() {
    let text = "rules:\n  a:\n    effects: [raise hostility(iran, israel) to threat, x = 1, raise f(a, b)]\n    times: [{when: hostility(iran, israel) >= threat, by: 2}]\n";
    assert_eq!(codes(text), ["unquoted-comma"; 3]);
    insta::assert_snapshot!(screened(text).1, @r#"
error[unquoted-comma]: an unquoted comma tears this expression apart
 --> a.yaml:3:15
  |
3 |     effects: [raise hostility(iran, israel) to threat, x = 1, raise f(a, b)]
  |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ needs quotes around it
  |
  = help: write: effects: ["raise hostility(iran, israel) to threat", x = 1, "raise f(a, b)"]

error[unquoted-comma]: an unquoted comma tears this expression apart
 --> a.yaml:3:63
  |
3 |     effects: [raise hostility(iran, israel) to threat, x = 1, raise f(a, b)]
  |                                                               ^^^^^^^^^^^^^ needs quotes around it
  |
  = help: write: effects: ["raise hostility(iran, israel) to threat", x = 1, "raise f(a, b)"]

error[unquoted-comma]: an unquoted comma tears this expression apart
 --> a.yaml:4:20
  |
4 |     times: [{when: hostility(iran, israel) >= threat, by: 2}]
  |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ needs quotes around it
  |
  = help: write: times: [{when: "hostility(iran, israel) >= threat", by: 2}]
"#);
}

#[test]
fn an_unquoted_comma_over_lines_or_in_a_long_line_shows_the_expression() {
    let text = format!("a: [f(x,\n  y) + 1, {}]\n", "z, ".repeat(100_000));
    let (findings, drawn) = screened(&text);
    assert_eq!(findings[0].help, ["write: \"f(x, y) + 1\""]);
    assert!(drawn.len() < 2000);
}

#[test]
fn a_key_given_twice_shows_both_lines() {
    let text = "rules:\n  a: {when: x}\n  b: {when: x}\n  a: {when: y, \"when\": z}\n";
    assert_eq!(codes(text), ["duplicate-key", "duplicate-key"]);
    insta::assert_snapshot!(screened(text).1, @r#"
error[duplicate-key]: `a` stands twice
 --> a.yaml:4:3
  |
2 |   a: {when: x}
  |   - first here
3 |   b: {when: x}
4 |   a: {when: y, "when": z}
  |   ^ again here

error[duplicate-key]: `when` stands twice
 --> a.yaml:4:16
  |
4 |   a: {when: y, "when": z}
  |       ----     ^^^^^^ again here
  |       |
  |       first here
"#);
}

#[test]
fn what_yaml_allows_and_a_scenario_does_not() {
    for (text, code) in [
        ("a: &x 1", "anchor"),
        ("a: !foo 1", "tag"),
        ("a: !!str 1", "tag"),
        ("a: {<<: {b: 1}}", "merge-key"),
        ("a: .nan", "number"),
        ("a: [-.inf]", "number"),
        ("a: 1e-400", "number"),
        ("a: 1e999", "number"),
        ("a: 9007199254740993", "number"),
        ("a: ~", "no-value"),
        ("a:", "no-value"),
        ("a: [null, 1]", "no-value"),
        ("a:\n  - b\n  -\n", "no-value"),
        ("a: {b}", "no-value"),
        ("{[a]: 1}", "complex-key"),
        (": 1", "empty-key"),
        ("action: 190", "unquoted-code"),
        ("a: 1\n---\nb: 1", "several-documents"),
        ("# nothing\n", "empty-document"),
        ("", "empty-document"),
        ("~", "empty-document"),
        ("- a", "not-a-mapping"),
        ("text", "not-a-mapping"),
    ] {
        assert_eq!(codes(text), [code], "{text:?}");
    }
    assert_eq!(codes("a: &x 1\nb: *x\nc: [*x]\n"), ["anchor", "alias", "alias"]);
}

#[test]
fn quoted_texts_are_what_they_look_like() {
    assert_eq!(codes("a: \"\"\nb: '~'\nc: \"null\"\nd: \"1e999\"\ne: \".nan\"\n\"<<\": x\n"), [""; 0]);
}

#[test]
fn codes_and_empty_values_are_drawn_where_they_are() {
    let text = "rules:\n  a:\n    action: 190\n    when:\n  b: {by: ~}\n";
    insta::assert_snapshot!(screened(text).1, @r#"
error[unquoted-code]: a CAMEO code is text
 --> a.yaml:3:13
  |
3 |     action: 190
  |             ^^^ needs quotes
  |
  = help: write: action: "190"

error[no-value]: there is no value here
 --> a.yaml:4:5
  |
4 |     when:
  |     ^^^^ nothing here
  |
  = help: leave the key out or give a value

error[no-value]: there is no value here
 --> a.yaml:5:11
  |
5 |   b: {by: ~}
  |           ^ nothing here
  |
  = help: leave the key out or give a value
"#);
}

#[test]
fn a_file_of_mistakes_lists_the_first_hundred() {
    let (findings, drawn) = screened(&"a:\n".repeat(100_000));
    assert_eq!(findings.len(), MOST_FINDINGS + 1);
    assert!(
        findings[MOST_FINDINGS].message.starts_with("199899 more"),
        "{}",
        findings[MOST_FINDINGS].message
    );
    assert!(drawn.len() < 100_000);
}
