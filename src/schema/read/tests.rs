//! Texts of scenarios → what is read of them, and which mistakes are told.

use super::*;
use crate::diagnostic::{Diagnostic, draw};
use indexmap::IndexMap;
use proptest::prelude::*;
use serde::Deserialize;

/// A small file format with everything the reader must cope with.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Sample {
    format: u32,
    title: String,
    horizon: Option<Days>,
    #[serde(default)]
    rules: IndexMap<String, Rule>,
    #[serde(default)]
    watch: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Rule {
    when: String,
    #[serde(default)]
    effects: Vec<String>,
    rate: Option<f64>,
    range: Option<(i32, i32)>,
    once: Option<bool>,
    kind: Option<RuleKind>,
    delay: Option<Delay>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum RuleKind {
    Trigger,
    Schedule,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum Delay {
    Uniform(f64, f64),
    Gamma { shape: f64, mean: f64 },
    Constant(f64),
    None,
}

#[derive(Debug, PartialEq)]
struct Days(f64);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let days = text.strip_suffix('d').and_then(|number| number.parse().ok());
        days.map(Days).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no duration")))
    }
}

fn reading(text: &str) -> (Reading<Sample>, String) {
    let source = SourceText::new("a.yaml", text);
    let reading = read::<Sample>(&source);
    let resolve = |finding| Diagnostic::resolve(finding, &source, reading.tree.as_ref());
    let diagnostics: Vec<_> = reading.findings.iter().map(resolve).collect();
    let drawn = draw(&diagnostics, &source, false, 100);
    (reading, drawn)
}

fn codes(reading: &Reading<Sample>) -> Vec<&'static str> {
    reading.findings.iter().map(|finding| finding.code).collect()
}

fn pruned(reading: &Reading<Sample>) -> Vec<String> {
    reading.pruned.iter().map(ToString::to_string).collect()
}

#[test]
fn a_good_file_reads_as_serde_yaml_reads_it() {
    let text = "format: 1\ntitle: 2024\nhorizon: 30d\nrules:\n  1: {when: 0.30, rate: 2, range: [-1, 0x10], once: true}\n  b:\n    when: |\n      x\n    effects: [\"f(a, b)\", 'é']\n    kind: schedule\nwatch: []\n";
    let (found, _) = reading(text);
    assert_eq!(codes(&found), [""; 0]);
    assert_eq!(found.value.as_ref().unwrap().rules["1"].when, "0.30");
    assert_eq!(found.value, Some(serde_yaml::from_str(text).unwrap()));
}

#[test]
fn a_variant_with_content_is_a_mapping_with_one_key() {
    let rule = |delay: &str| format!("format: 1\ntitle: x\nrules:\n  a: {{when: x, delay: {delay}}}\n");
    let delay = |text: &str| reading(&rule(text)).0.value.unwrap().rules.swap_remove("a").unwrap().delay;
    assert_eq!(delay("{uniform: [1, 2]}"), Some(Delay::Uniform(1.0, 2.0)));
    assert_eq!(delay("{gamma: {shape: 2, mean: 8}}"), Some(Delay::Gamma { shape: 2.0, mean: 8.0 }));
    assert_eq!(delay("{constant: 3}"), Some(Delay::Constant(3.0)));
    assert_eq!(delay("none"), Some(Delay::None));
    let (found, drawn) = reading(&rule("{gamm: {shape: 2}}"));
    assert_eq!(codes(&found), ["unknown-value"]);
    assert!(drawn.contains("did you mean `gamma`?"), "{drawn}");
}

#[test]
fn every_structural_error_is_found_in_one_pass() {
    let text = "format: x
titel: Test
title: T
horizon: 30
rules:
  good: {when: x}
  wrong:
    when: [a]
    rate: fast
    onec: true
    range: [1, two]
  missing:
    effects: x
  kind: {when: x, kind: triger, range: [1]}
  9: 7
watch: {a: b}
";
    let (found, drawn) = reading(text);
    insta::assert_snapshot!(drawn, @r"
error[wrong-type]: a whole number from 0 is due here, found the text `x`
 --> a.yaml:1:9
  |
1 | format: x
  |         ^ not a whole number from 0

error[unknown-key]: there is no key `titel` here
 --> a.yaml:2:1
  |
2 | titel: Test
  | ^^^^^ unknown key
  |
  = help: did you mean `title`?
  = help: keys allowed here: format, title, horizon, rules, watch

error[invalid-value]: `30` is no duration
 --> a.yaml:4:10
  |
4 | horizon: 30
  |          ^^

error[wrong-type]: a string is due here, found a sequence
 --> a.yaml:8:11
  |
8 |     when: [a]
  |           ^^^ not a string

error[wrong-type]: a number is due here, found the text `fast`
 --> a.yaml:9:11
  |
9 |     rate: fast
  |           ^^^^ not a number

error[unknown-key]: there is no key `onec` here
  --> a.yaml:10:5
   |
10 |     onec: true
   |     ^^^^ unknown key
   |
   = help: did you mean `once`?
   = help: keys allowed here: when, effects, rate, range, once, kind, delay

error[wrong-type]: a whole number is due here, found the text `two`
  --> a.yaml:11:16
   |
11 |     range: [1, two]
   |                ^^^ not a whole number

error[missing-key]: the key `when` is missing
  --> a.yaml:12:3
   |
12 |   missing:
   |   ^^^^^^^ needs `when`

error[wrong-type]: a sequence is due here, found the text `x`
  --> a.yaml:13:14
   |
13 |     effects: x
   |              ^ not a sequence

error[unknown-value]: `triger` is not known here
  --> a.yaml:14:25
   |
14 |   kind: {when: x, kind: triger, range: [1]}
   |                         ^^^^^^ unknown
   |
   = help: did you mean `trigger`?
   = help: known here: trigger, schedule

error[invalid-value]: a sequence of 2 items is due here, found 1
  --> a.yaml:14:40
   |
14 |   kind: {when: x, kind: triger, range: [1]}
   |                                        ^^^

error[wrong-type]: a mapping is due here, found the number 7
  --> a.yaml:15:6
   |
15 |   9: 7
   |      ^ not a mapping

error[wrong-type]: a sequence is due here, found a mapping
  --> a.yaml:16:8
   |
16 | watch: {a: b}
   |        ^^^^^^ not a sequence
");
    assert_eq!(found.value, None);
}

#[test]
fn what_is_wrong_is_left_out_and_the_rest_read() {
    let text = "format: 1\ntitle: T\nrules:\n  a: {when: x, extra: 1}\n  b: {when: x, rate: y}\n  c: {effects: []}\n  d: {when: x}\nwatch: [x, {}, y]\n";
    let (found, _) = reading(text);
    assert_eq!(codes(&found), ["unknown-key", "wrong-type", "missing-key", "wrong-type"]);
    let value = found.value.as_ref().unwrap();
    assert_eq!(value.rules.keys().collect::<Vec<_>>(), ["a", "d"]);
    assert_eq!(value.watch, ["x", "y"]);
    assert_eq!(pruned(&found), ["rules.a.extra", "rules.b", "rules.c", "watch[1]"]);
    assert!(found.lacks(&Route::root().key("rules").key("b").key("rate")));
    assert!(!found.lacks(&Route::root().key("rules").key("a")));
}

#[test]
fn a_bad_optional_section_is_left_out_whole() {
    let (found, _) = reading("format: 1\ntitle: T\nrules: 3\nhorizon: soon\n");
    assert_eq!(codes(&found), ["wrong-type", "invalid-value"]);
    assert_eq!(found.findings[1].message, "`soon` is no duration");
    assert_eq!(found.value.as_ref().map(|value| value.rules.len()), Some(0));
    assert_eq!(pruned(&found), ["horizon", "rules"]);
}

#[test]
fn what_the_screen_refuses_is_not_complained_about_again() {
    let text = "format: 1\ntitle: T\nrules:\n  a: {when: f(x, y), rate: ~}\n  a: {when: 2}\n  b: {when: ~}\n  c: {<<: 1, when: x, rate: .nan}\n  d: {when: x}\n";
    let (found, _) = reading(text);
    let expected = ["duplicate-key", "unquoted-comma", "no-value", "no-value", "merge-key", "number"];
    assert_eq!(codes(&found), expected);
    assert_eq!(found.value.as_ref().unwrap().rules.keys().collect::<Vec<_>>(), ["c", "d"]);
    assert_eq!(pruned(&found), ["rules.a", "rules.b"]);
}

#[test]
fn errors_that_make_the_rest_meaningless_stand_alone() {
    for (text, code) in [
        ("format: [1\n", "syntax"),
        ("a: &x 1\nb: *x\nc: 1\n", "alias"),
        ("a: *x\n", "alias"),
        ("format: 1\n---\ntitle: 3\n", "several-documents"),
        ("- 1\n", "not-a-mapping"),
        ("\n", "empty-document"),
    ] {
        let (found, _) = reading(text);
        assert_eq!(codes(&found).last(), Some(&code), "{text:?}");
        assert!(!codes(&found).contains(&"missing-key") && found.value.is_none(), "{text:?}");
    }
}

#[test]
fn syntax_errors_are_drawn_in_plain_words() {
    insta::assert_snapshot!(reading("format: 1\ntitle: a: b\n").1, @r"
error[syntax]: a `: ` inside a value: put the value in quotes, or the key on a line of its own
 --> a.yaml:2:9
  |
2 | title: a: b
  |         ^
");
    insta::assert_snapshot!(reading("rules:\n  é: {when: x in [a, b], rate: 1}\n").1, @r"
error[syntax]: `,` or `}` is missing before this
 --> a.yaml:2:18
  |
2 |   é: {when: x in [a, b], rate: 1}
  |                  ^
  |
  = help: a value with `,`, `[` or `{` in it needs quotes here
");
}

#[test]
fn rounds_are_limited() {
    let text = numbered(500, |i| format!("  r{i}: {{when: x, bad: 1}}\n"));
    let (found, _) = reading(&format!("format: 1\ntitle: T\nrules:\n{text}"));
    assert_eq!(found.findings.len(), MOST_ROUNDS + 1);
    assert_eq!(found.findings[MOST_ROUNDS].code, "more");
}

/// `count` lines, made from their numbers.
fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0..count {
        text.push_str(&line(number));
    }
    text
}

/// A valid file of about `size` bytes.
fn large(size: usize) -> String {
    let rule = |i| {
        let when = "hostility(iran, israel) >= threat and not embassy_open  # é";
        let effects = format!("[\"raise hostility(iran, israel) to war\", x = {i}]");
        format!("  rule_{i:05}:\n    when: {when}\n    rate: 0.{i}\n    effects: {effects}\n")
    };
    format!("format: 1\ntitle: Größe\nrules:\n{}", numbered(size / rule(0).len(), rule))
}

/// Run by hand: `cargo test --release -- --ignored --nocapture abuse`.
#[test]
#[ignore = "measures time; run in release"]
#[expect(clippy::print_stderr, reason = "a measurement, run by hand")]
fn abuse_and_size_end_quickly() {
    const MIB: usize = 1 << 20;
    let late = numbered(25, |i| format!("  bad_{i}: {{when: [x], rate: y}}\n"));
    let cases: [(&str, String); 23] = [
        ("late mistakes", large(MIB) + &late),
        ("valid", large(MIB)),
        ("flow nesting", "{a: ".repeat(MIB / 4)),
        ("bracket nesting", "[".repeat(MIB)),
        ("block nesting", "- ".repeat(MIB / 2)),
        ("indentation", numbered(1400, |i| format!("{}a:\n", " ".repeat(i)))),
        ("nulls in flow", format!("{{{}}}", "a,".repeat(MIB / 2))),
        ("nulls in flow below", format!("x: {{{}}}", "a,".repeat(MIB / 2))),
        ("duplicates", "a: 1\n".repeat(MIB / 5)),
        ("nulls", "?\n".repeat(MIB / 2)),
        ("dashes", "a:\n".to_owned() + &"-\n".repeat(MIB / 2)),
        ("aliases", "a: &a 1\nb: [".to_owned() + &"*a,".repeat(MIB / 3) + "]"),
        ("tags", "a: [".to_owned() + &"!a 1,".repeat(MIB / 5) + "]"),
        ("documents", "---\n".repeat(MIB / 4)),
        ("one string", format!("title: \"{}\"", "\\n".repeat(MIB / 2))),
        ("one key", format!("{}: 1", "k".repeat(MIB))),
        ("one plain text", format!("title: {}", "word \n ".repeat(MIB / 7))),
        ("torn", format!("a: [{}]", "f(a, ".repeat(MIB / 5))),
        ("torn pairs", format!("a: [{}]", "f(a, b), ".repeat(MIB / 9))),
        ("newlines", "\n".repeat(MIB)),
        ("comments", "#\n".repeat(MIB / 2)),
        ("unknown keys", numbered(MIB / 12, |i| format!("k{i:07}: 1\n"))),
        (
            "bad entries",
            "format: 1\ntitle: x\nrules:\n".to_owned()
                + &numbered(MIB / 30, |i| format!("  r{i}: {{when: [x], rate: y}}\n")),
        ),
    ];
    for (name, text) in cases {
        let source = SourceText::new("a", &text);
        drop(text);
        let start = std::time::Instant::now();
        let found = read::<Sample>(&source);
        let took = start.elapsed();
        let resolve = |finding| Diagnostic::resolve(finding, &source, found.tree.as_ref());
        let diagnostics: Vec<_> = found.findings.iter().map(resolve).collect();
        let drawn = draw(&diagnostics, &source, false, 100);
        let all = start.elapsed();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned();
        eprintln!(
            "{name}: read {took:?}, drawn {all:?} ({} bytes), {} findings, {peak}",
            drawn.len(),
            diagnostics.len()
        );
        assert!(all.as_secs_f64() < 1.0, "{name}");
        assert!(drawn.len() < 200_000, "{name}");
    }
}

/// A mapping of anything but nothing.
fn document() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from),
        (-1e9..1e9).prop_map(serde_json::Value::from),
        "[a-zé 0-9:#,'\"\\\\{}\\[\\]&*!|>%@`~?\n\t-]{0,12}".prop_map(serde_json::Value::from),
        // YAML 1.1 (libyaml) takes these three for line breaks, 1.2 does not.
        any::<String>().prop_map(|text| text.replace(['\u{85}', '\u{2028}', '\u{2029}'], "").into()),
    ];
    let value = leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z0-9 é:#]{1,6}", inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    prop::collection::btree_map("[a-z]{1,6}", value, 1..5)
        .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_text_panics(text in any::<String>()) {
        reading(&text);
    }

    #[test]
    fn documents_read_as_serde_yaml_reads_them(document in document()) {
        let text = serde_yaml::to_string(&document).unwrap();
        let expected: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        let found = read::<serde_json::Value>(&SourceText::new("a.yaml", &text));
        prop_assert!(found.findings.is_empty(), "{:?} in {:?}", found.findings, text);
        prop_assert_eq!(found.value, Some(expected), "{:?}", text);
    }

    #[test]
    fn nothing_like_a_file_panics(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "format: 1\n", "title: x\n", "rules:\n", "  a: ", "  b:\n", "{when: x}", "{when: f(x, y)}", "\n", "[", "]", "~",
                "    when: ", "    rate: ", "\"", "'", "|\n", ">\n", "      é\n", "&a ", "*a", "!t ", "- ", "1e999", ", ", ": ",
                "<<: ", "? ", "{", "}", "# c\n", "---\n", "\r\n", "\t", "watch: ", "delay: {gamma: 1}", "\u{202e}", "190",
            ]),
            0..25,
        ),
    ) {
        let (found, drawn) = reading(&parts.concat());
        prop_assert!(found.value.is_some() || !found.findings.is_empty());
        prop_assert!(!drawn.chars().any(|c| c != '\n' && crate::source::neutral::is_hazard(c)));
    }
}
