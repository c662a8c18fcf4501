//! YAML texts → the tree, and where each of its values stands.

use super::super::scalar;
use super::*;
use proptest::prelude::*;

fn tree(text: &str) -> Tree {
    Tree::parse(&SourceText::new("a.yaml", text)).unwrap()
}

fn slice<'t>(text: &'t str, place: &Place) -> &'t str {
    &text[tree(text).locate(place).range()]
}

fn top(key: &str) -> Route {
    Route::root().key(key)
}

#[test]
fn keys_values_and_ranges_are_found_after_non_ascii_text() {
    let text =
        "é: ö # ü\nrules:\n  über:\n    when: 'a ≥ b'\n    effects: [x, \"ÿ z\"]\nlast: {k: v, w: [1, 2]}\n";
    let rule = Route::root().key("rules").key("über");
    assert_eq!(slice(text, &top("é").as_value()), "ö");
    assert_eq!(slice(text, &rule.as_key()), "über");
    assert_eq!(slice(text, &rule.key("when").as_value()), "'a ≥ b'");
    assert_eq!(slice(text, &rule.key("when").within(2..5)), "≥");
    assert_eq!(slice(text, &rule.key("effects").as_value()), "[x, \"ÿ z\"]");
    assert_eq!(slice(text, &rule.key("effects").index(1).within(3..4)), "z");
    assert_eq!(slice(text, &top("last").as_value()), "{k: v, w: [1, 2]}");
    assert_eq!(slice(text, &rule.as_value()), "when: 'a ≥ b'\n    effects: [x, \"ÿ z\"]");
}

#[test]
fn a_place_that_does_not_exist_falls_back_to_the_nearest_around_it() {
    let text = "rules:\n  foo:\n    when: x\n";
    let foo = top("rules").key("foo");
    assert_eq!(slice(text, &foo.key("missing").key("deeper").as_value()), "foo");
    assert_eq!(slice(text, &foo.key("when").within(0..99)), "x");
    assert_eq!(slice(text, &top("nowhere").as_value()), "rules");
}

#[test]
fn block_sequences_begin_at_their_dash_and_end_at_their_last_item() {
    for text in ["a:\n- x # c\n- y\n\nb: 1\n", "a:\n  - x\n  - y\nb: 1\n", "a:\n- # c\n  x\n- y\nb: 1\n"] {
        let found = slice(text, &top("a").as_value());
        assert!(found.starts_with("- ") && found.ends_with('y'), "{found:?} in {text:?}");
    }
}

#[test]
fn quoted_scalars_end_at_their_quote() {
    let text = "a: 'it''s'   # c\nb: \"q\\\"\"  \nc: {d: \"x\" , e: 'y' }\n";
    assert_eq!(slice(text, &top("a").as_value()), "'it''s'");
    assert_eq!(slice(text, &top("a").within(2..3)), "''");
    assert_eq!(slice(text, &top("b").as_value()), "\"q\\\"\"");
    assert_eq!(slice(text, &top("b").within(1..2)), "\\\"");
    assert_eq!(slice(text, &top("c").key("d").as_value()), "\"x\"");
}

#[test]
fn nothing_is_after_its_colon() {
    let tree = tree("a:\nb: 1\n");
    assert_eq!(tree.locate(&top("a").as_value()), Span::empty(2));
    assert_eq!(tree.find(&top("a")).unwrap().text(), Some(""));
}

#[test]
fn folded_and_literal_scalars_map_to_their_lines() {
    let text = "a: >\n  if x\n  then y\n\n  else z\nb: |\n\n  one\n   two\nc: plain on\n  two lines\n";
    let folded = tree(text).find(&top("a")).unwrap().text().unwrap().to_owned();
    assert_eq!(folded, "if x then y\nelse z\n");
    assert_eq!(slice(text, &top("a").within(5..9)), "then");
    assert_eq!(slice(text, &top("a").within(4..5)), "\n");
    assert_eq!(slice(text, &top("a").within(12..16)), "else");
    let literal = tree(text).find(&top("b")).unwrap().text().unwrap().to_owned();
    assert_eq!(literal, "\none\n two\n");
    assert_eq!(slice(text, &top("b").within(6..9)), "two");
    assert_eq!(slice(text, &top("c").within(9..12)), "two");
}

#[test]
fn anchors_and_tags_are_kept_with_their_spans() {
    let text = "a: &x !foo 1\nb: !<tag:x,y> {c: 1}\nd: &y\n  e: 1\nf: !t |\n  lit\n";
    let tree = tree(text);
    let found: Vec<_> = tree.properties().iter().map(|p| (p.kind, &text[p.span.range()])).collect();
    let (anchor, tag) = (PropertyKind::Anchor, PropertyKind::Tag);
    assert_eq!(found, [(anchor, "&x"), (tag, "!foo"), (tag, "!<tag:x,y>"), (anchor, "&y"), (tag, "!t")]);
    assert_eq!(slice(text, &top("a").as_value()), "1");
    assert_eq!(slice(text, &top("b").as_value()), "{c: 1}");
    assert_eq!(slice(text, &top("d").as_value()), "e: 1");
    assert_eq!(slice(text, &top("f").as_value()), "lit");
    assert_eq!(slice("a: &x \u{2000}", &top("a").as_value()), "\u{2000}", "white space only to Unicode");
}

#[test]
fn routes_lead_back_from_every_node() {
    let text = "a: {b: [1, {c: d}]}\ne:\n  - f: 1\n    g: 2\n";
    let tree = tree(text);
    for node in tree.nodes() {
        let route = tree.route_to(node.id());
        let found = tree.find(&route).unwrap();
        let is_key = tree.locate(&route.as_key()) == node.span();
        assert!(found.id() == node.id() || is_key, "{route} for node {}", node.id());
    }
}

#[test]
fn documents_are_counted_and_only_the_first_is_kept() {
    let text = "a: 1\n---\nb: [1, 2]\n---\nc: {d: 1}\n";
    let tree = tree(text);
    assert_eq!((tree.documents(), tree.node_count()), (3, 3));
    assert_eq!(tree.second_document().map(|s| s.start), Some(5));
}

fn refusal(text: &str) -> SyntaxError {
    Tree::parse(&SourceText::new("a.yaml", text)).unwrap_err()
}

#[test]
fn deep_nesting_is_refused_at_once() {
    for opening in ["{a: ", "[", "- ", "? ", "{\"a\": ", "[[], "] {
        let error = refusal(&opening.repeat(20_000));
        assert_eq!(error.kind, SyntaxKind::Nesting, "{opening}");
    }
    let depth = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(Tree::parse(&SourceText::new("a", depth(MAX_DEPTH))).is_ok());
    assert_eq!(refusal(&depth(MAX_DEPTH + 1)).kind, SyntaxKind::Nesting);
}

#[test]
fn a_flow_collection_too_large_for_the_scanner_is_refused() {
    let parts = |n: usize| format!("[{}]", "x,".repeat(n));
    assert!(Tree::parse(&SourceText::new("a", parts(190_000))).is_ok());
    assert_eq!(refusal(&parts(300_000)).kind, SyntaxKind::Size);
}

#[test]
fn aliases_are_leaves_and_unknown_ones_are_named() {
    let tree = tree("a: &x 1\nb: *x\n");
    assert_eq!(tree.find(&top("b")).unwrap().kind(), Kind::Alias);
    let error = refusal("a: [*nobody, 1]\n");
    assert_eq!((error.kind, error.span), (SyntaxKind::Alias, Span::new(4, 11)));
}

/// Every character of every decoded scalar must come from itself, its escape, or a fold of line breaks.
fn check_pieces(text: &str) -> Result<usize, TestCaseError> {
    let source = SourceText::new("a.yaml", text);
    let text = source.text();
    let Ok(tree) = Tree::parse(&source) else { return Ok(0) };
    let mut checked = 0;
    for node in tree.nodes() {
        let (Some(value), Kind::Scalar(style)) = (node.text(), node.kind()) else { continue };
        let mut last = 0;
        for (at, c) in value.char_indices() {
            let span = node.span_within(at..at + c.len_utf8());
            let from = &text[span.range()];
            let written = from.chars().eq([c]);
            let escaped = match style {
                Style::SingleQuoted => c == '\'' && from == "''",
                Style::DoubleQuoted => from.starts_with('\\') && from.len() > 1,
                _ => false,
            };
            let folded = (c == ' ' || c == '\n') && from.trim_matches([' ', '\t', '\r', '\n']).is_empty();
            prop_assert!(written || escaped || folded, "{c:?} from {from:?} of {value:?} in {text:?}");
            prop_assert!(span.start >= last, "{value:?} goes back in {text:?}");
            last = span.start;
            checked += 1;
        }
    }
    Ok(checked)
}

/// Writes lines of words as a scalar in a style, under a key and after text that is not ASCII.
fn document(style: usize, lines: &[String], crlf: bool) -> String {
    let body = |indent: &str| lines.join(&format!("\n{indent}"));
    let scalar = match style {
        0 => body("    "),
        1 => format!("'{}'", body("    ").replace('\'', "''")),
        2 => {
            format!("\"{}\"", body("    ").replace('\\', "\\\\").replace('"', "\\\"").replace('é', "\\u00e9"))
        }
        3 => format!("|\n    {}", body("    ")),
        _ => format!(">\n    {}", body("    ")),
    };
    let text = format!("žluť: 1 # ☃\nkey:\n  inner: {scalar}\n\nlast: 2\n");
    if crlf { text.replace('\n', "\r\n") } else { text }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn scalars_map_back_character_by_character(
        style in 0_usize..5,
        lines in prop::collection::vec("( ?[a-zé≥\"'\\\\(),]{1,4}){0,3}", 1..6),
        crlf: bool,
    ) {
        let mut lines = lines;
        lines[0] = format!("x{}", lines[0]);
        let text = document(style, &lines, crlf);
        let checked = check_pieces(&text)?;
        let parsed = Tree::parse(&SourceText::new("a", &text)).is_ok();
        prop_assert!(checked > 0 || !parsed);
        prop_assert!(parsed, "not YAML: {:?}", text);
        let tree = tree(&text);
        let node = tree.find(&Route::root().key("key").key("inner")).unwrap();
        let Kind::Scalar(style) = node.kind() else { panic!("a scalar") };
        let exact = scalar::pieces(&text, node.span().range(), style, node.text().unwrap());
        prop_assert!(exact.is_some() || node.node().decoded == AS_WRITTEN, "no exact map: {:?}", text);
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        check_pieces(&text)?;
    }

    #[test]
    fn nothing_that_looks_like_yaml_panics(text in "([ab:,\\[\\]{}&*!|>'\"%#?~é \n\r\t-]|: |- |\n  |---\n|\\\\\n|\\\\u00e9){0,40}") {
        check_pieces(&text)?;
        if let Ok(tree) = Tree::parse(&SourceText::new("a", &text)) {
            for node in tree.nodes() {
                let route = tree.route_to(node.id());
                tree.locate(&route.as_key());
                tree.locate(&route.as_value());
                tree.locate(&route.within(1..3));
                prop_assert!(text.get(node.span().range()).is_some());
            }
        }
    }
}
