//! One scenario with every kind of rule, and edits of it.

use crate::scenario::scenario;

/// Two files, and the events that differ between them.
pub(crate) struct Edit {
    pub(crate) name: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
    /// Rules or options; none if nothing that fires was edited.
    pub(crate) edited: &'static [&'static str],
}

const RULE: &[&str] = &["subject"];

/// What stands where, in the scenario below.
#[derive(Clone, Copy)]
struct Parts<'a> {
    top: &'a str,
    parameters: &'a str,
    indicators: &'a str,
    red_lines: &'a str,
    rule: &'a str,
    options: &'a str,
    outcomes: &'a str,
    watch: &'a str,
    track: &'a str,
}

const PLAIN: Parts<'static> = Parts {
    top: "",
    parameters: "",
    indicators: "",
    red_lines: "",
    rule: "",
    options: "yield: {utility: 0.2, effects: [lower tension]}",
    outcomes: "",
    watch: "",
    track: "",
};

fn text(parts: Parts<'_>) -> String {
    let Parts { top, parameters, indicators, red_lines, rule, options, outcomes, watch, track } = parts;
    let body = format!(
        "{top}
parameters:
  pace: {{value: {{pert: [0.2, 0.5, 1]}}}}
  {parameters}
actors:
  north:
    name: North
    kind: state
    stances: {{mood: {{values: [calm, angry], initial: {{discrete: {{calm: 3, angry: 1}}}}}}}}
    red_lines: {{own: {{when: tension >= 5}}{red_lines}}}
  south: {{name: South, kind: state}}
relations:
  hostility: {{symmetric: true, ladder: mid, initial: none}}
indicators:
  tension: {{type: level, range: 0..6, initial: {{discrete: {{1: 1, 2: 1}}}}}}
  alarm: {{type: flag, initial: false}}
  stock: {{type: gauge, range: 0..100, initial: 50}}
  {indicators}
rules:
  incident: {{chance: 20% per 10d, times: [{{when: alarm, by: 1.5}}], effects: [raise tension]}}
  quarrel:
    when: tension >= 2
    rate: pace * tension per 10d
    cooldown: 3d
    effects: [alarm = true, \"raise hostility(north, south) up to use_of_force\"]
  {rule}
  cool: {{when: tension > 0, after: {{gamma: {{shape: 2, mean: 6d}}}}, repeat: true, effects: [lower tension]}}
  all_clear: {{when: alarm, after: {{uniform: [2d, 9d]}}, effects: [alarm = false]}}
  rumour: {{active: {{from: 10d, until: 30d}}, rate: 1 per 8d, limit: 2, effects: [stock -= 3]}}
  answer:
    upon: quarrel
    after: {{weibull: {{shape: 1.5, scale: 4d}}}}
    decide:
      by: north
      rationality: 1 + tension / 4
      options:
        hit: {{utility: if alarm then 1 else 0.5, effects: [raise tension, north.mood = angry]}}
        {options}
        stall:
          utility: 0.3
          choose: {{talks: {{weight: 2}}, silence: {{weight: 1, effects: [stock -= 1]}}}}
  spend: {{every: 7d, effects: [stock = 0.9 * stock]}}
  anger: {{when: tension >= 4 and stock < 45, effects: [north.mood = angry]}}
  echo: {{upon: answer.hit, effects: [stock += 2]}}
outcomes:
  war: {{when: tension == 6, ends: true}}
  {outcomes}
  angry: {{when: north.mood == angry}}
  quiet: {{otherwise: true}}
watch:
  poor: stock < 40
  {watch}
grid: 5d
track:
  tension: tension
  {track}
"
    );
    scenario(60.0, &body)
}

/// An edit of the rule in the middle; an empty text stands for no such rule.
fn rule(name: &'static str, before: &str, after: &str) -> Edit {
    let with = |keys: &str| {
        let rule = if keys.is_empty() { String::new() } else { format!("subject: {{{keys}}}") };
        text(Parts { rule: &rule, ..PLAIN })
    };
    Edit { name, before: with(before), after: with(after), edited: RULE }
}

/// An edit of what does not fire by itself.
fn part(name: &'static str, after: Parts<'_>) -> Edit {
    Edit { name, before: text(PLAIN), after: text(after), edited: &[] }
}

/// An edit of the option in the middle of a decision.
fn option(name: &'static str, after: &str) -> Edit {
    let after = text(Parts { options: after, ..PLAIN });
    Edit { name, before: text(PLAIN), after, edited: &["answer.yield", "answer.bow"] }
}

/// All edits.
pub(crate) fn all() -> Vec<Edit> {
    let mut edits = hazards();
    edits.extend(delays_and_calendar());
    edits.extend(choices());
    edits.extend(options());
    edits.extend(parts());
    edits
}

fn hazards() -> Vec<Edit> {
    let hazard = "rate: 1 per 60d, effects: [raise tension by 2]";
    vec![
        rule("rate: added", "", hazard),
        rule("rate: removed", hazard, ""),
        rule("rate: another value", hazard, "rate: 1 per 40d, effects: [raise tension by 2]"),
        rule("rate: other effects", hazard, "rate: 1 per 60d, effects: [stock = 0]"),
        rule(
            "rate: another condition",
            hazard,
            "when: alarm, rate: 1 per 60d, effects: [raise tension by 2]",
        ),
        rule("rate: disabled", hazard, "disabled: true, rate: 1 per 60d, effects: [raise tension by 2]"),
        rule("rate: scaled", hazard, "scale: 1.5, rate: 1 per 60d, effects: [raise tension by 2]"),
        rule("rate into chance", hazard, "chance: 40% per 60d, effects: [raise tension by 2]"),
        rule("rate into delay", hazard, "after: {exponential: 60d}, effects: [raise tension by 2]"),
        rule(
            "times: added",
            hazard,
            "rate: 1 per 60d, times: [{when: alarm, by: 4}], effects: [raise tension by 2]",
        ),
        rule("cooldown: added", hazard, "rate: 1 per 60d, cooldown: 9d, effects: [raise tension by 2]"),
        rule(
            "limit: added",
            "rate: 1 per 9d, when: alarm, effects: [stock -= 1]",
            "rate: 1 per 9d, when: alarm, limit: 1, effects: [stock -= 1]",
        ),
        rule(
            "active: added",
            hazard,
            "rate: 1 per 60d, active: {from: 20d, until: 40d}, effects: [raise tension by 2]",
        ),
        rule("chance: added", "", "chance: 25% per 30d, effects: [raise tension]"),
        rule(
            "chance: another value",
            "chance: 25% per 30d, effects: [raise tension]",
            "chance: 35% per 30d, effects: [raise tension]",
        ),
        rule(
            "chance: in words",
            "chance: 25% per 30d, effects: [raise tension]",
            "chance: unlikely per 30d, effects: [raise tension]",
        ),
    ]
}

fn delays_and_calendar() -> Vec<Edit> {
    let hazard = "rate: 1 per 60d, effects: [raise tension by 2]";
    let high = "when: tension >= 3";
    let delay = "when: alarm, after: {uniform: [3d, 12d]}, effects: [raise tension by 2]";
    vec![
        rule("after: added", "", delay),
        rule(
            "after: another distribution",
            delay,
            "when: alarm, after: {lognormal: {median: 7d, sigma: 0.4}}, effects: [raise tension by 2]",
        ),
        rule("after: a constant", delay, "when: alarm, after: 8d, effects: [raise tension by 2]"),
        rule(
            "sticky: added",
            delay,
            "when: alarm, after: {uniform: [3d, 12d]}, sticky: true, effects: [raise tension by 2]",
        ),
        rule(
            "repeat: added",
            delay,
            "when: alarm, after: {uniform: [3d, 12d]}, repeat: true, effects: [raise tension by 2]",
        ),
        rule("every: added", "", &format!("{high}, every: 11d, effects: [raise tension]")),
        rule(
            "every: another span",
            &format!("{high}, every: 11d, effects: [raise tension]"),
            &format!("{high}, every: 13d, effects: [raise tension]"),
        ),
        rule("at: added", "", &format!("{high}, at: 21d, effects: [raise tension]")),
        rule(
            "at: another day",
            &format!("{high}, at: 21d, effects: [raise tension]"),
            &format!("{high}, at: 2030-02-03, effects: [raise tension]"),
        ),
        rule("trigger: added", "", "when: tension >= 4, effects: [stock -= 20]"),
        rule(
            "trigger: another condition",
            "when: tension >= 4, effects: [stock -= 20]",
            "when: tension >= 4 and alarm, effects: [stock -= 20]",
        ),
        rule("upon: added", "", &format!("upon: incident, {high}, effects: [stock -= 20]")),
        rule(
            "upon: another source",
            &format!("upon: incident, {high}, effects: [stock -= 20]"),
            &format!("upon: [answer.hit, cool], {high}, effects: [stock -= 20]"),
        ),
        rule(
            "upon with after: added",
            "",
            &format!("upon: incident, {high}, after: 2d, effects: [stock -= 20]"),
        ),
        rule(
            "upon with after: another delay",
            &format!("upon: incident, {high}, after: 2d, effects: [stock -= 20]"),
            &format!("upon: incident, {high}, after: {{uniform: [1d, 5d]}}, effects: [stock -= 20]"),
        ),
        rule(
            "reads count and since of another rule",
            hazard,
            "rate: 1 / (1 + count(quarrel)) per 60d, choose: {a: {weight: 1, when: since(cool) > 3d, effects: [raise tension]}}",
        ),
    ]
}

fn choices() -> Vec<Edit> {
    let choose = "rate: 1 per 60d, choose: {a: {weight: 1, effects: [raise tension]}, b: {weight: 2}}";
    let decide = |rest: &str| format!("rate: 1 per 60d, decide: {{by: north, {rest}}}");
    let options = "options: {a: {utility: 1, effects: [raise tension]}, b: {utility: tension / 3}}";
    let nested = "rate: 1 per 60d, choose: {a: {weight: 1, choose: {x: {weight: 1, effects: [raise tension]}, y: {weight: 1}}}, b: {weight: 1}}";
    vec![
        rule("choose: added", "", choose),
        rule(
            "choose: another weight",
            choose,
            "rate: 1 per 60d, choose: {a: {weight: 5, effects: [raise tension]}, b: {weight: 2}}",
        ),
        rule("decide: added", "", &decide(options)),
        rule("decide: another rationality", &decide(options), &decide(&format!("rationality: 4, {options}"))),
        rule("nested choice: added", choose, nested),
        rule("nested choice: removed", nested, choose),
    ]
}

fn options() -> Vec<Edit> {
    vec![
        option("option: removed", ""),
        option("option: disabled", "yield: {disabled: true, utility: 0.2, effects: [lower tension]}"),
        option("option: another utility", "yield: {utility: 0.9, effects: [lower tension]}"),
        option("option: a condition", "yield: {when: alarm, utility: 0.2, effects: [lower tension]}"),
        option("option: other effects", "yield: {utility: 0.2, effects: [stock = 7]}"),
        option(
            "option: a nested choice",
            "yield: {utility: 0.2, choose: {p: {weight: 1, effects: [lower tension]}, q: {weight: 1}}}",
        ),
        option(
            "option: a further one",
            "yield: {utility: 0.2, effects: [lower tension]}\n        bow: {utility: 0.1, effects: [tension = 0]}",
        ),
    ]
}

fn parts() -> Vec<Edit> {
    let claims = "sources: {s: {title: S}}\nclaims: {c: {says: C, source: s, grade: B2}}";
    vec![
        part(
            "parameter: added",
            Parts { parameters: "other: {value: {gamma: {shape: 2, mean: 3}}}", ..PLAIN },
        ),
        Edit {
            edited: RULE,
            ..part(
                "parameter: added and read by a rule",
                Parts {
                    parameters: "other: {value: {uniform: [0.5, 2]}}",
                    rule: "subject: {rate: other per 60d, effects: [raise tension]}",
                    ..PLAIN
                },
            )
        },
        part(
            "indicator: added, drawn",
            Parts {
                indicators: "luck: {type: gauge, range: 0..9, initial: {normal: {mean: 4, sd: 2}}}",
                ..PLAIN
            },
        ),
        part("watch: added", Parts { watch: "tense: tension >= 3 and ever(poor)", ..PLAIN }),
        part("red line: added", Parts { red_lines: ", other: {when: alarm and tension >= 2}", ..PLAIN }),
        part("track: added", Parts { track: "wealth: stock * (1 + count(quarrel))", ..PLAIN }),
        part("outcome: added, never holds", Parts { outcomes: "rich: {when: stock > 99}", ..PLAIN }),
        part("claims: added", Parts { top: claims, ..PLAIN }),
    ]
}
