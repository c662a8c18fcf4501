//! `escalade run`: how intervals are made, and runs made until a precision or an answer is reached.

use crate::support::{Call, TWO_RIVALS, call, call_with_input};
use serde_json::Value;

fn rivals(more: &[&str]) -> Call {
    call(&[&["run", TWO_RIVALS], more].concat())
}

fn report(more: &[&str]) -> (i32, Value) {
    let call = rivals(&[more, &["--format", "json", "--quiet"]].concat());
    (call.status, serde_json::from_str(&call.out).unwrap_or_else(|_| panic!("{more:?}: {}", call.err)))
}

fn refused(more: &[&str], message: &str) {
    let call = rivals(more);
    assert_eq!((call.status, call.out.as_str()), (2, ""), "{more:?}: {}", call.err);
    assert!(call.err.contains(message), "{more:?}: {}", call.err);
}

fn width(figure: &Value) -> f64 {
    figure["interval"][1].as_f64().unwrap() - figure["interval"][0].as_f64().unwrap()
}

#[test]
fn intervals_are_made_as_asked() {
    let runs = ["--runs", "2000", "--draws", "each"];
    let (_, exact) = report(&runs);
    let basis = &exact["outcomes"][0]["basis"];
    assert_eq!(basis.to_string(), r#"{"joint":1,"level":0.95,"method":"clopper_pearson","n":2000}"#);
    for (flag, method) in [("wilson", "wilson"), ("jeffreys", "jeffreys")] {
        let (status, other) = report(&[&runs[..], &["--interval", flag]].concat());
        assert_eq!((status, &other["outcomes"][0]["basis"]["method"]), (0, &Value::from(method)));
        assert_eq!(other["sampling"]["interval"], method);
        assert!(width(&other["outcomes"][0]) < width(&exact["outcomes"][0]), "{flag}");
    }
    let text = rivals(&[&runs[..], &["--interval", "wilson"]].concat()).out;
    assert!(
        text.contains("Intervals: Wilson, 95 %, n =\n2,000.") || text.contains("Wilson, 95 %, n = 2,000"),
        "{text}"
    );
    refused(&["--interval", "wald"], "clopper-pearson");
    refused(&["--interval", "wilson", "--precision", "1pp"], "cannot be used with");
}

#[test]
fn outcomes_hold_at_once_if_asked() {
    let runs = ["--runs", "2000"];
    let (_, single) = report(&runs);
    let (_, joint) = report(&[&runs[..], &["--simultaneous"]].concat());
    assert!(width(&joint["outcomes"][0]) > width(&single["outcomes"][0]));
    assert_eq!(
        (&joint["outcomes"][0]["basis"]["joint"], &joint["groups"][0]["basis"]["joint"]),
        (&4.into(), &1.into())
    );
    let (_, sison) = report(&[&runs[..], &["--simultaneous=sison-glaz"]].concat());
    assert_eq!(sison["outcomes"][0]["basis"]["method"], "sison_glaz");
    assert_eq!(sison["sampling"]["simultaneous"]["reason"], Value::Null);
    let few = rivals(&["--runs", "10", "--simultaneous=sison-glaz"]);
    assert_eq!(few.status, 0);
    assert!(few.out.contains("an outcome has fewer than 5 runs"), "{}", few.out);
    refused(&["--simultaneous=scheffe"], "bonferroni");
}

#[test]
fn a_precision_is_reached_in_whole_batches_on_any_number_of_threads() {
    let asked = ["--precision", "1pp"];
    let (status, one) = report(&[&asked[..], &["--jobs", "1"]].concat());
    assert_eq!((status, &one["sampling"]["stopping"]["kind"]), (0, &"precision_reached".into()));
    let runs = one["sampling"]["runs"].as_u64().unwrap();
    assert!(runs % 1024 == 0 && runs < 100_000, "{runs}");
    assert!(width(&one["outcomes"][0]) <= 0.02);
    for figure in ["outcomes", "groups", "watch", "red_lines"] {
        assert_eq!(one[figure][0]["basis"]["method"], "confidence_sequence", "{figure}");
        assert_eq!(one[figure][0]["time"]["basis"]["method"], "confidence_sequence", "{figure}");
    }
    assert_eq!(one["ladder"]["vertical"]["basis"]["method"], "confidence_sequence");
    for jobs in ["2", "7"] {
        assert!(one == report(&[&asked[..], &["--jobs", jobs]].concat()).1, "{jobs} threads");
    }
    // With intervals that hold at once, it is these that become as narrow.
    let (_, joint) = report(&[&asked[..], &["--simultaneous"]].concat());
    assert!(joint["sampling"]["runs"].as_u64().unwrap() > runs && width(&joint["outcomes"][0]) <= 0.02);
    let text = rivals(&asked).out;
    assert!(text.contains("Precision of war: ± 1 pp asked for, ± 0."), "{text}");
}

/// Failed runs are an outcome too, so one interval more has to hold at once.
#[test]
fn a_joint_precision_counts_failed_runs() {
    let text = "format: 1\nid: a\ntitle: A\nstart: 2030-01-01\nhorizon: 10d\nindicators:\n  f: {type: flag, initial: false}\n  \
                g: {type: gauge, range: 0..9, initial: 0}\nrules:\n  yes: {rate: 0.05 per day, once: true, effects: [f = true]}\n  \
                bad: {rate: 0.02 per day, once: true, effects: [g = 1 / g]}\noutcomes:\n  yes: {when: f}\n  no: {otherwise: true}\n";
    let arguments =
        ["run", "-", "--precision", "2pp", "--simultaneous", "--keep-failed", "--format", "json", "--quiet"];
    let report: Value = serde_json::from_str(&call_with_input(&arguments, text.as_bytes()).out).unwrap();
    let yes = &report["outcomes"][0];
    assert_eq!((&yes["basis"]["joint"], &report["outcomes"][2]["id"]), (&3.into(), &"failed".into()));
    let reached = report["sampling"]["stopping"]["precision"]["reached"].as_f64().unwrap();
    assert_eq!(report["sampling"]["stopping"]["kind"], "precision_reached");
    assert!((reached - width(yes) / 2.0).abs() < 1e-12 && reached <= 0.02, "{reached}: {yes}");
}

#[test]
fn precisions_may_be_of_anything_and_relative() {
    for id in ["war", "bloodshed", "auria_daring", "boreas.island"] {
        let (status, report) = report(&["--precision", "20%", "--of", id, "--confidence", "90%"]);
        let precision = &report["sampling"]["stopping"]["precision"];
        assert_eq!((status, &precision["of"]["id"]), (0, &Value::from(id)));
        let reached = precision["reached"].as_f64().unwrap();
        assert!(precision["relative"] == true && reached <= 0.2 && reached > 0.02, "{reached}");
    }
    refused(&["--precision", "1pp", "--of", "bloodshd"], "did you mean `bloodshed`?");
    refused(&["--precision", "1pp", "--of", "zzz"], "there are: war, ");
    refused(&["--of", "war"], "--precision");
    for wrong in ["0.01", "0pp", "60pp", "100%", "narrow"] {
        refused(&["--precision", wrong], "percentage points");
    }
}

#[test]
fn a_cap_that_comes_first_is_told() {
    let capped = rivals(&["--precision", "0.1pp", "--runs", "3000"]);
    assert_eq!(capped.status, 0, "{}", capped.err);
    assert!(
        capped.out.contains("CAP REACHED: 3,000 runs were made without the precision asked for"),
        "{}",
        capped.out
    );
    let (_, report) = report(&["--precision", "0.1pp", "--runs", "3000"]);
    assert_eq!(report["sampling"]["stopping"]["kind"], "cap_reached");
    assert_eq!(report["outcomes"][0]["basis"]["method"], "confidence_sequence");
}

#[test]
fn thresholds_are_answered_with_an_exit_status() {
    // war has a share of about 10 %.
    let (status, yes) = report(&["--at-least", "war 5%"]);
    assert_eq!((status, &yes["threshold"]["answer"]), (0, &"yes".into()));
    assert_eq!(yes["threshold"]["margin"], 0.005);
    assert_eq!(yes["sampling"]["stopping"]["kind"], "threshold_decided");
    assert!(yes == report(&["--at-least", "war 5%", "--jobs", "5"]).1);
    let no = rivals(&["--at-least", "war 15%", "--margin", "1pp", "--alpha", "0.1%", "--beta", "5%"]);
    assert_eq!(no.status, 1, "{}", no.err);
    let words = no.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in
        ["war at least 15 %? No, after", "16 % or more against 14 % or less", "0.1 % (yes) and 5 % (no)"]
    {
        assert!(words.contains(part), "{part}: {words}");
    }
    let (status, undecided) = report(&["--at-least", "war 10%", "--margin", "0.1pp", "--runs", "2000"]);
    assert_eq!((status, &undecided["threshold"]["answer"]), (1, &"undecided".into()));
    assert_eq!(undecided["sampling"]["stopping"]["kind"], "cap_reached");
    let csv = rivals(&["--at-least", "bloodshed 90%", "--format", "csv"]);
    assert_eq!(csv.status, 1);
    assert!(csv.out.lines().last().unwrap().starts_with("threshold,bloodshed,"), "{}", csv.out);
    assert!(csv.out.trim_end().ends_with(",no"), "{}", csv.out);
    assert!(rivals(&["--at-least", "war 15%", "--format", "markdown"]).out.contains("war at least 15 %? No"));
}

#[test]
fn mistakes_in_thresholds_are_told() {
    refused(&["--at-least", "wr 5%"], "did you mean `war`?");
    refused(&["--at-least", "war"], "spillover 5%");
    refused(&["--at-least", "war 120%"], "below 100%");
    refused(&["--at-least", "war 5%", "--margin", "5pp"], "between 0 and 100 %");
    refused(&["--at-least", "war 5%", "--margin", "0.005"], "percentage points");
    refused(&["--at-least", "war 5%", "--alpha", "50%"], "below 50%");
    refused(&["--at-least", "war 5%", "--precision", "1pp"], "cannot be used with");
    for flag in [["--margin", "1pp"], ["--alpha", "1%"], ["--beta", "1%"]] {
        refused(&flag, "--at-least");
    }
}

#[test]
fn help_fits_80_columns() {
    let help = call(&["run", "--help"]);
    assert!(help.out.lines().all(|line| line.chars().count() <= 80), "{}", help.out);
}
