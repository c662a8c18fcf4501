//! `escalade compare`, and `trace --against`.

use std::path::Path;

use serde_json::Value;

use crate::support::{Call, TWO_RIVALS, call, call_in, command};

/// A scenario without parameters, with a rule that never fires, two rules that an edit may touch, and variants.
const SMALL: &str = "\
format: 1
id: small
title: A small one
start: 2030-01-01
horizon: 10d
indicators:
  f: {type: flag, initial: false}
  g: {type: flag, initial: false}
rules:
  never: {when: f and not f, rate: 1 per 1d, effects: [g = true]}
  first: {chance: 30% per 10d, effects: [f = true]}
  second: {chance: 20% per 10d, effects: [g = true]}
outcomes:
  both: {when: f and g}
  one: {when: f or g}
  none: {otherwise: true}
groups:
  some: {outcomes: [both, one]}
headline: some
watch:
  seen: f
variants:
  idle: {says: What never fires is faster, scale: {never: 100}}
  quick: {scale: {first: 2, second: 3}}
  needy:
    rules:
      third: {when: f, after: 1d, effects: [g = true]}
    scale: {first: 2}
";

/// A folder with that scenario and two reports of it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("small.yaml"), SMALL).unwrap();
    for (name, more) in [("a", &[][..]), ("b", &["--variant", "quick"]), ("c", &["--seed", "2"])] {
        let out = format!("{name}.json");
        let arguments = [&["run", "small.yaml", "--runs", "5000", "--quiet", "--out", &out], more].concat();
        assert_eq!(call_in(folder.path(), &arguments).status, 0);
    }
    folder
}

fn json(call: &Call) -> Value {
    serde_json::from_str(&call.out).unwrap_or_else(|error| panic!("{error}: {}{}", call.out, call.err))
}

fn compared(folder: &Path, arguments: &[&str]) -> Value {
    json(&call_in(folder, &[&["compare", "--format", "json"], arguments].concat()))
}

#[test]
fn a_report_and_itself_are_identical() {
    let folder = folder();
    let call = call_in(folder.path(), &["compare", "a.json", "a.json"]);
    assert_eq!(call.status, 0, "{}", call.err);
    assert!(call.out.contains("Identical: "), "{}", call.out);
    let document = compared(folder.path(), &["a.json", "small.yaml"]);
    assert_eq!(document["pairs"][0]["identical"], true);
    assert_eq!(document["sides"][1]["runs"], 5000, "a scenario is simulated like the report beside it");
}

#[test]
fn other_luck_is_told_apart_from_another_scenario() {
    let folder = folder();
    let call = call_in(folder.path(), &["compare", "a.json", "c.json"]);
    assert!(call.out.contains("under two seeds, 1 and 2: they agree within sampling"), "{}", call.out);
    let document = compared(folder.path(), &["a.json", "c.json"]);
    assert_eq!(document["pairs"][0]["design"]["kind"], "independent");
    assert_eq!(document["pairs"][0]["differences"][0]["method"], "newcombe_hybrid");
    assert_eq!(document["pairs"][0]["edits"], serde_json::json!([]));
}

#[test]
fn the_ledger_adds_up_to_the_differences() {
    let folder = folder();
    let document = compared(folder.path(), &["a.json", "b.json"]);
    let pair = &document["pairs"][0];
    assert_eq!(pair["design"]["kind"], "paired");
    let of_runs = compared(folder.path(), &["small.yaml", "small.yaml@quick", "--runs", "5000"]);
    assert_eq!(
        of_runs["pairs"][0]["differences"], pair["differences"],
        "made on the spot or read, it is the same"
    );
    let ledger = &pair["ledger"];
    let mut moved = 0;
    for total in ledger["totals"].as_array().unwrap() {
        let count = |key: &str| total[key].as_i64().unwrap();
        let find = |of: &&Value| of["id"] == total["outcome"];
        let difference = pair["differences"].as_array().unwrap().iter().find(find).unwrap();
        assert_eq!(count("into") - count("out_of"), count("side") - count("baseline"));
        assert_eq!(difference["side"]["count"], total["side"]);
        assert_eq!(difference["baseline"]["count"], total["baseline"]);
        let exact = (count("into") - count("out_of")) as f64 / 5_000.0;
        assert_eq!(difference["difference"].as_f64().unwrap(), exact);
        moved += count("into");
    }
    assert_eq!(ledger["moved"], moved);
    let cells = ledger["cells"].as_array().unwrap();
    assert_eq!(cells.iter().map(|cell| cell["runs"].as_i64().unwrap()).sum::<i64>(), 5_000);
    let edits: Vec<&str> =
        pair["edits"].as_array().unwrap().iter().map(|edit| edit["id"].as_str().unwrap()).collect();
    assert_eq!(edits, ["first", "second"]);
    // Every run named in a cell moves as the cell says.
    let cell = cells.iter().find(|cell| cell["from"] == "none" && cell["to"] == "one").unwrap();
    let run = cell["examples"][0].to_string();
    let traced = json(&call_in(
        folder.path(),
        &["trace", "small.yaml", "--run", &run, "--against", "quick", "--format", "json"],
    ));
    assert_eq!(
        (&traced["first"]["end"]["outcome"], &traced["second"]["end"]["outcome"]),
        (&cell["from"], &cell["to"])
    );
}

#[test]
fn a_rule_that_never_fires_touches_no_run() {
    let folder = folder();
    let document = compared(folder.path(), &["small.yaml@idle", "--runs", "3000"]);
    let pair = &document["pairs"][0];
    assert_eq!(document["baseline"], "small.yaml");
    assert_eq!((pair["ledger"]["touched"].as_u64(), pair["ledger"]["moved"].as_u64()), (Some(0), Some(0)));
    let some = pair["differences"].as_array().unwrap().iter().find(|of| of["id"] == "some").unwrap();
    assert_eq!(some["method"], "no_pair_differs");
    let bound = -libm::expm1(libm::log(0.025) / 3_000.0);
    assert!((some["interval"][1].as_f64().unwrap() - bound).abs() < 1e-12);
    let text = call_in(folder.path(), &["compare", "small.yaml@idle", "--runs", "3000"]);
    assert!(text.out.contains("no difference in 3,000 runs"), "{}", text.out);
    assert!(text.out.contains("No run of 3,000 is touched"), "{}", text.out);
}

#[test]
fn parts_add_up_exactly() {
    let folder = folder();
    for (variant, parts) in [("quick", 2), ("needy", 2)] {
        let side = format!("small.yaml@{variant}");
        let document = compared(folder.path(), &["small.yaml", &side, "--runs", "4000", "--attribute"]);
        let of = &document["pairs"][0]["attribution"];
        let list = of["parts"].as_array().unwrap();
        assert_eq!(list.len(), parts, "{of}");
        let sum: i64 = list.iter().map(|part| part["runs"].as_i64().unwrap()).sum();
        let (total, denominator) = (of["total"].as_i64().unwrap(), of["denominator"].as_i64().unwrap());
        assert_eq!((sum, denominator), (total * denominator, 2));
        let some = document["pairs"][0]["differences"].as_array().unwrap();
        let some = some.iter().find(|difference| difference["id"] == "some").unwrap();
        let counts =
            [&some["baseline"]["count"], &some["side"]["count"]].map(|count| count.as_i64().unwrap());
        assert_eq!(total, counts[1] - counts[0]);
        assert!(of["spared"].as_u64().unwrap() > 0, "untouched runs are not simulated again: {of}");
    }
}

#[test]
fn gates_decide_by_intervals() {
    let folder = folder();
    let gated =
        |gate: &str| call_in(folder.path(), &["compare", "a.json", "b.json", "--quiet", "--fail-if", gate]);
    for (gate, status) in [
        ("any > 1pp", 1),
        ("any > 90pp", 0),
        ("some > 50%", 1),
        ("some > 99%", 0),
        ("some < 99%", 1),
        ("some > 5pp", 1),
        ("some < -1pp", 0),
        ("seen > 5pp", 1),
    ] {
        let call = gated(gate);
        assert_eq!(call.status, status, "{gate}: {}{}", call.out, call.err);
        assert_eq!(call.out.contains("failed: "), status == 1, "{gate}: {}", call.out);
        assert_eq!(call.out.contains("end,"), status == 1, "{gate} names the end that decided: {}", call.out);
    }
    // At the share itself the interval reaches to both sides.
    let document = compared(folder.path(), &["a.json", "b.json"]);
    let share = document["pairs"][0]["differences"][0]["side"]["share"].as_f64().unwrap();
    let at = format!("both > {}%", 100.0 * share);
    assert_eq!(gated(&at).status, 0);
    assert_eq!(gated(&format!("possibly {at}")).status, 1);
    let unknown = gated("sme > 5%");
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("did you mean `some`?"), "{}", unknown.err);
    assert_eq!(gated("some > 5").status, 2);
}

#[test]
fn every_variant_is_set_against_the_base() {
    let document = compared(Path::new("."), &[TWO_RIVALS, "--all-variants", "--runs", "2000"]);
    let sides: Vec<&str> =
        document["pairs"].as_array().unwrap().iter().map(|of| of["side"].as_str().unwrap()).collect();
    assert_eq!(sides, ["hotline", "firm_boreas"]);
    // P-values are corrected over all of them.
    let count = |of: &Value| of["differences"].as_array().unwrap().len() as u64;
    let all: u64 = document["pairs"].as_array().unwrap().iter().map(count).sum();
    assert_eq!(document["tests"], all);
    let chosen = compared(
        Path::new("."),
        &[TWO_RIVALS, "--all-variants", "--runs", "500", "--baseline", "hotline", "--no-ledger"],
    );
    assert_eq!(chosen["baseline"], "hotline");
    assert!(chosen["pairs"][0]["ledger"].is_null());
}

#[test]
fn formats_are_readable() {
    let folder = folder();
    let in_format = |format: &str| {
        call_in(
            folder.path(),
            &["compare", "a.json", "b.json", "--attribute", "--format", format, "--fail-if", "any > 90pp"],
        )
        .out
    };
    let text = in_format("text");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    for part in [
        "Outcomes",
        "Groups",
        "Watches",
        "What changed in the input",
        "Flip ledger",
        "is due to",
        "Gates",
        "Holm",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("only the totals are"), "{text}");
    let csv = in_format("csv");
    let columns: Vec<usize> = csv.split_terminator("\r\n").map(|line| line.matches(',').count()).collect();
    assert_eq!(columns, [columns[0]; 6]);
    let markdown = in_format("markdown");
    for part in ["## Flip ledger", "only the totals", "| both |", "## What changed in the input"] {
        assert!(markdown.contains(part), "{part}: {markdown}");
    }
    assert!(!text.contains('\u{1b}'));
}

/// A report with a change.
fn changed(folder: &Path, name: &str, change: impl Fn(&mut Value)) {
    let text = std::fs::read_to_string(folder.join("a.json")).unwrap();
    let mut report: Value = serde_json::from_str(&text).unwrap();
    change(&mut report);
    std::fs::write(folder.join(name), serde_json::to_string_pretty(&report).unwrap()).unwrap();
}

#[test]
fn what_is_no_report_is_refused_with_the_reason() {
    let folder = folder();
    let path = folder.path();
    let whole = std::fs::read(path.join("a.json")).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(path.join(name), bytes).unwrap();
    write("cut.json", &whole[..whole.len() / 2]);
    write("foreign.json", b"{\"type\": \"FeatureCollection\", \"features\": []}");
    write("list.json", b"[1, 2]");
    write("broken.json", &[&whole[..1], b"]]", &whole[1..]].concat());
    write("empty.json", b"");
    write("bytes.json", b"{\xff\xfe}");
    changed(path, "future.json", |report| report["format"] = 3.into());
    changed(path, "extra.json", |report| report["surprise"] = 3.into());
    changed(path, "record.json", |report| report["record"]["runs"] = 4999.into());
    changed(path, "counts.json", |report| report["outcomes"][0]["count"] = 3.into());
    for (name, message) in [
        ("cut.json", "the file is cut off"),
        ("foreign.json", "not an escalade report: it has no `scenario`"),
        ("list.json", "not an escalade report"),
        ("broken.json", "not JSON"),
        ("empty.json", "the file is empty"),
        ("bytes.json", "not valid UTF-8"),
        ("future.json", "has format 3, this program reads formats 1 to 2"),
        ("extra.json", "unknown field `surprise`"),
        ("record.json", "its record of runs does not have the counts of the report"),
        ("counts.json", "its record of runs does not have the counts of the report"),
        ("a.json@quick", "a report has no variants"),
        ("gone.json", "writes a report"),
        ("small.yaml@quik", "did you mean `quick`?"),
    ] {
        let call = call_in(path, &["compare", "a.json", name]);
        assert_eq!((call.status, call.out.as_str()), (2, ""), "{name}: {}", call.err);
        assert!(call.err.contains(message), "{name}: {}", call.err);
    }
    // What is there stays.
    let refused = call_in(path, &["compare", "a.json", "b.json", "--out", "c.json"]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(call_in(path, &["compare", "a.json"]).status, 2);
}

#[test]
fn reports_of_the_format_before_are_read() {
    let folder = folder();
    changed(folder.path(), "old.json", |report| {
        report["format"] = 1.into();
        report.as_object_mut().unwrap().remove("record");
    });
    let document = compared(folder.path(), &["old.json", "b.json"]);
    let design = &document["pairs"][0]["design"];
    assert_eq!(design["kind"], "independent");
    assert!(design["reason"].as_str().unwrap().contains("does not say what became of each run"), "{design}");
    assert_eq!(document["pairs"][0]["edits"].as_array().unwrap().len(), 2);
}

#[test]
fn a_comparison_is_the_same_on_any_number_of_threads() {
    let folder = folder();
    let with = |jobs: &str| {
        call_in(
            folder.path(),
            &[
                "compare",
                "small.yaml",
                "small.yaml@quick",
                "--runs",
                "3000",
                "--attribute",
                "--format",
                "json",
                "--jobs",
                jobs,
            ],
        )
        .out
    };
    assert_eq!(with("1"), with("3"));
}

#[test]
fn no_color_and_pipes_are_respected() {
    let folder = folder();
    let mut coloured = command(&["compare", "a.json", "b.json", "--color", "always"], folder.path());
    let out = String::from_utf8(coloured.output().unwrap().stdout).unwrap();
    assert!(out.contains('\u{1b}'));
    let mut plain = command(&["compare", "a.json", "b.json"], folder.path());
    let out = String::from_utf8(plain.env("NO_COLOR", "1").output().unwrap().stdout).unwrap();
    assert!(!out.contains('\u{1b}'));
}

#[test]
fn a_run_is_shown_side_by_side() {
    let same = call(&["trace", TWO_RIVALS, "--run", "6", "--against", "hotline"]);
    assert!(same.out.contains("the same, to the last bit"), "{}{}", same.out, same.err);
    let parted = call(&["trace", TWO_RIVALS, "--run", "35", "--against", "hotline"]);
    assert_eq!(parted.status, 0, "{}", parted.err);
    assert!(parted.out.starts_with("Run 35, seed 1: base and hotline\n"), "{}", parted.out);
    assert!(parted.out.lines().all(|line| line.chars().count() <= 80), "{}", parted.out);
    assert!(parted.out.contains("War over the island"), "{}", parted.out);
    let back = call(&["trace", TWO_RIVALS, "--run", "35", "--variant", "hotline", "--against", "base"]);
    assert!(back.out.starts_with("Run 35, seed 1: hotline and base\n"), "{}", back.out);
    let unknown = call(&["trace", TWO_RIVALS, "--against", "hotlin"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("did you mean `hotline`?"), "{}", unknown.err);
}
