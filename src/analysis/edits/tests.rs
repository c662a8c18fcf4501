//! Two scenarios → the edits between them, kind by kind.

use super::*;
use crate::check::base;
use crate::source::SourceText;

const HEAD: &str = "format: 1\nid: test\ntitle: A test\nstart: 2030-01-01\nhorizon: 60d\n";

const BODY: &str = "
parameters: {pace: {value: {uniform: [1, 2]}}, gone: {value: 3}}
actors:
  a: {name: A, kind: state, stances: {mood: {values: [calm, angry], initial: calm}}}
  b: {name: B, kind: state}
relations:
  hostility: {symmetric: true, ladder: mid, initial: none, between: [{pair: [a, b], initial: threat}]}
rules:
  one: {rate: pace per 30d, effects: [\"raise hostility(a, b)\"]}
  two:
    says: Words
    when: hostility(a, b)>threat
    after: 3d
    choose:
      x: {weight: 1, effects: [a.mood = angry]}
      y: {weight: 2}
outcomes:
  war: {when: \"hostility(a, b) == war\"}
  angry: {when: a.mood == angry}
  calm: {otherwise: true}
";

fn scenario(body: &str) -> Scenario {
    base(&SourceText::new("test", format!("{HEAD}{body}"))).ready.expect("the scenario is sound").scenario
}

fn edited(changes: &[(&str, &str)]) -> Edits {
    let body = changes.iter().fold(BODY.to_owned(), |body, (old, new)| {
        assert!(body.contains(old), "{old}");
        body.replace(old, new)
    });
    Edits::between(&scenario(BODY), &scenario(&body))
}

fn told(edits: &Edits) -> Vec<String> {
    let change = |change: &Change| {
        let value = |of: &Option<String>| of.clone().unwrap_or_else(|| "–".into());
        format!("{}: {} → {}", change.key, value(&change.old), value(&change.new))
    };
    let line = |edit: &Edit| {
        let changes: Vec<_> = edit.changes.iter().map(change).collect();
        format!("{} {} {:?} | {}", edit.what, edit.id, edit.kind, changes.join("; "))
    };
    edits.list().iter().map(line).collect()
}

#[test]
fn layout_is_no_difference() {
    let edits = edited(&[
        ("hostility(a, b)>threat", "( hostility(a, b)  > threat )"),
        ("pace per 30d", "pace  per  30d"),
        ("raise hostility(a, b)", "raise   hostility(a,b)"),
        ("{rate:", "{  rate:  "),
        ("pair: [a, b]", "pair: [b, a]"),
    ]);
    // The order of a symmetric pair is written otherwise, and means the same.
    let meant: Vec<_> = edits.list().into_iter().filter(|edit| edit.what != "pair").collect();
    assert_eq!(meant, []);
}

#[test]
fn each_thing_is_one_edit() {
    let edits = edited(&[
        ("uniform: [1, 2]", "uniform: [1, 3]"),
        (", gone: {value: 3}", ""),
        ("initial: calm", "initial: angry"),
        ("initial: threat", "initial: display"),
        ("rate: pace per 30d", "rate: pace per 20d, limit: 2"),
        ("weight: 2", "weight: 5"),
        (
            "  calm: {otherwise",
            "  new: {when: \"a.mood == calm and hostility(a, b) == display\"}\n  calm: {otherwise",
        ),
    ]);
    assert_eq!(
        told(&edits),
        [
            "parameter pace Changed | value.uniform: [1, 2] → [1, 3]",
            "parameter gone Removed | : {value: 3} → –",
            "stance a.mood Changed | initial: calm → angry",
            "pair hostility(a, b) Changed | initial: threat → display",
            "rule one Changed | rate: pace per 30d → pace per 20d; limit: – → 2",
            "option two.y Changed | weight: 2 → 5",
            "outcome new Added | : – → {when: a.mood == calm and hostility(a, b) == display}",
        ]
    );
    assert!(edits.list().iter().all(|edit| edit.moves_runs));
    assert!(edits.act_alone());
}

#[test]
fn words_move_no_run() {
    let edits = edited(&[("says: Words", "says: Other words"), ("name: A", "name: Ah")]);
    let list = edits.list();
    assert_eq!(told(&edits).len(), 2, "{list:?}");
    assert!(list.iter().all(|edit| !edit.moves_runs) && edits.moving().is_empty());
}

#[test]
fn all_edits_together_make_the_second_scenario_and_none_the_first() {
    let changes = [
        ("  one: {rate", "  zero: {at: 3d, effects: [a.mood = calm]}\n  one: {rate"),
        ("uniform: [1, 2]", "pert: [1, 2, 3]"),
        ("after: 3d", "after: 4d"),
        ("weight: 2", "weight: 5"),
        ("  war: {when: \"hostility(a, b) == war\"}\n", ""),
        (
            "  angry: {when: a.mood == angry}\n",
            "  angry: {when: a.mood == angry}\n  war: {when: \"hostility(a, b) == war\"}\n",
        ),
        ("horizon: 60d", "horizon: 60d"),
    ];
    let body = changes[..6].iter().fold(BODY.to_owned(), |body, (old, new)| body.replace(old, new));
    let (first, second) = (scenario(BODY), scenario(&body));
    let edits = Edits::between(&first, &second);
    let all: BTreeSet<usize> = (0..edits.list().len()).collect();
    let with = |positions: &BTreeSet<usize>| edits.with(positions).unwrap();
    assert_eq!(with(&BTreeSet::new()), first);
    assert_eq!(serde_yaml::to_string(&with(&all)).unwrap(), serde_yaml::to_string(&second).unwrap());
    assert!(told(&edits).iter().any(|line| line.starts_with("order outcomes")), "{:?}", told(&edits));
    // A rule and its option were edited: they are one.
    let groups = edits.moving();
    assert_eq!(groups.iter().filter(|group| group.len() == 2).count(), 1, "{groups:?} {:?}", told(&edits));
}
