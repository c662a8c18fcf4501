//! A tape of numbers becomes a scenario without memory: hazards, triggers, schedules and answers at once; flags, levels,
//! statuses, stances and rungs; choices, decisions, limits, spans, latches.
//!
//! Valid by construction. Triggers read what stands before and write what stands after a point in the list of variables,
//! and answers wait for what is no answer and no trigger, so that no cascade goes on forever. Every number of the tape
//! is one decision, 0 the simplest; what lies beyond its end is 0. So a property that fails shrinks with its tape.

mod phrase;

use std::fmt::Write as _;

use crate::scenario::scenario;

/// Decisions, one after another.
struct Tape<'t> {
    numbers: &'t [u32],
    at: usize,
}

/// What a variable of the state is.
#[derive(Clone)]
enum Kind {
    Flag,
    Level(usize),
    /// A status or stance.
    Named(Vec<&'static str>),
    /// A relation on a ladder.
    Rung(Vec<&'static str>),
}

#[derive(Clone)]
struct Variable {
    name: &'static str,
    kind: Kind,
}

struct Generator<'t> {
    tape: Tape<'t>,
    variables: Vec<Variable>,
    /// Conditions of latches and counters that may be read, as they are written.
    latches: Vec<String>,
    /// How many times larger the state may still become.
    room: usize,
    /// Rules, and options of rules, that answers may wait for.
    sources: Vec<String>,
}

/// Most states that the variables, limits and latches of a scenario can form.
pub(crate) const MOST_STATES: usize = 10_000;

/// The scenario of a tape.
pub(crate) fn scenario_of(numbers: &[u32]) -> String {
    let mut generator = Generator {
        tape: Tape { numbers, at: 0 },
        variables: Vec::new(),
        latches: Vec::new(),
        room: MOST_STATES,
        sources: Vec::new(),
    };
    generator.scenario()
}

impl Tape<'_> {
    /// A number below `n`.
    fn below(&mut self, n: usize) -> usize {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        number as usize % n
    }

    /// Yes in `part` of `whole` cases; no at the end of the tape.
    fn one_in(&mut self, part: usize, whole: usize) -> bool {
        self.below(whole) >= whole - part
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

impl Kind {
    fn size(&self) -> usize {
        match self {
            Self::Flag => 2,
            Self::Level(top) => top + 1,
            Self::Named(values) | Self::Rung(values) => values.len(),
        }
    }
}

impl Generator<'_> {
    fn scenario(&mut self) -> String {
        self.choose_variables();
        let horizon = 3 + self.tape.below(12);
        let mut text = String::new();
        text += "parameters:\n  sure: {value: 0.4}\n  unsure: {value: {discrete: {0.2: 1, 1: 2}}}\n";
        text += "ladders: {heat: [cold, warm, hot]}\n";
        self.declare(&mut text);
        self.rules(&mut text, horizon);
        self.outcomes(&mut text);
        scenario(horizon as f64, &text)
    }

    /// Which variables there are; the first is always a level.
    fn choose_variables(&mut self) {
        let top = 1 + self.tape.below(4);
        self.add("load", Kind::Level(top));
        let rest = [
            ("open", Kind::Flag),
            ("phase", Kind::Named(vec!["early", "middle", "late"])),
            ("a.mood", Kind::Named(vec!["calm", "angry"])),
            ("heat(a, b)", Kind::Rung(vec!["cold", "warm", "hot"])),
            ("a.force", Kind::Level(3)),
            ("b.ready", Kind::Flag),
            ("dispute(b, a)", Kind::Rung(vec!["none", "threat", "display", "use_of_force", "war"])),
        ];
        for (name, kind) in rest {
            if self.tape.one_in(1, 2) {
                self.add(name, kind);
            }
        }
        if self.variables.len() == 1 {
            self.add("open", Kind::Flag);
        }
    }

    fn add(&mut self, name: &'static str, kind: Kind) {
        if self.take_room(kind.size()) {
            self.variables.push(Variable { name, kind });
        }
    }

    fn take_room(&mut self, factor: usize) -> bool {
        let fits = self.room >= factor;
        if fits {
            self.room /= factor;
        }
        fits
    }

    fn has(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable.name == name)
    }

    fn declare(&mut self, text: &mut String) {
        let stances =
            if self.has("a.mood") { ", stances: {mood: {values: [calm, angry], initial: calm}}" } else { "" };
        let force = if self.has("a.force") {
            ", attributes: {force: {type: level, range: 0..3, initial: 1}}"
        } else {
            ""
        };
        let line = if self.take_room(2) {
            self.latches.push("crossed(b.line)".into());
            format!(
                ", red_lines: {{line: {{when: \"{}\"}}}}",
                self.condition(1, 0..self.variables.len(), false)
            )
        } else {
            String::new()
        };
        let ready =
            if self.has("b.ready") { ", attributes: {ready: {type: flag, initial: false}}" } else { "" };
        let factions = ", factions: {hawks: {influence: 2}, doves: {influence: sure}}";
        writeln!(text, "actors:\n  a: {{name: A, kind: state{stances}{force}{factions}}}").unwrap();
        writeln!(text, "  b: {{name: B, kind: place{ready}{line}}}").unwrap();
        if self.has("heat(a, b)") || self.has("dispute(b, a)") {
            text.push_str("relations:\n  heat: {ladder: heat, initial: cold}\n");
            text.push_str("  dispute: {symmetric: true, ladder: mid, initial: threat}\n");
        }
        let Kind::Level(top) = self.variables[0].kind else { unreachable!("the first is a level") };
        let initial = self.tape.pick(&["0", "1", "{discrete: {0: 1, 1: 2}}"]);
        writeln!(text, "indicators:\n  load: {{type: level, range: 0..{top}, initial: {initial}}}").unwrap();
        if self.has("open") {
            let initial = self.tape.pick(&["false", "true", "{discrete: {true: 3, false: 1}}"]);
            writeln!(text, "  open: {{type: flag, initial: {initial}}}").unwrap();
        }
        if self.has("phase") {
            text.push_str("  phase: {type: status, values: [early, middle, late], initial: early}\n");
        }
    }

    fn rules(&mut self, text: &mut String, horizon: usize) {
        text.push_str("rules:\n");
        for at in 0..2 + self.tape.below(6) {
            let name = format!("r{at}");
            writeln!(text, "  {name}:").unwrap();
            self.rule(text, &name, horizon);
        }
    }

    fn rule(&mut self, text: &mut String, name: &str, horizon: usize) {
        let all = 0..self.variables.len();
        let mut reads = all.clone();
        let mut writes: Vec<usize> = all.collect();
        let mut wider = true;
        match self.tape.below(12) {
            0..=3 => {
                let rate = self.number(0.6);
                writeln!(text, "    rate: \"{rate} per day\"").unwrap();
                self.multipliers(text);
                self.sources.push(name.into());
            }
            4 | 5 => {
                let chance =
                    self.tape.pick(&["20% per 5d", "0.5 per 2d", "sure per 3d", "0.3 * unsure per 1w"]);
                writeln!(text, "    chance: \"{chance}\"").unwrap();
                self.multipliers(text);
                self.sources.push(name.into());
            }
            6 => {
                let days = self.tape.pick(&["2d", "3d", "36h"]);
                writeln!(text, "    every: {days}").unwrap();
                self.sources.push(name.into());
            }
            7 => {
                writeln!(text, "    at: {}d", 1 + self.tape.below(horizon)).unwrap();
                self.sources.push(name.into());
            }
            8 | 9 if !self.sources.is_empty() => {
                let source = self.tape.pick(&self.sources.clone());
                writeln!(text, "    upon: {source}").unwrap();
            }
            _ => {
                let cut = 1 + self.tape.below(self.variables.len() - 1);
                reads = 0..cut;
                writes = (cut..self.variables.len()).collect();
                wider = false;
            }
        }
        let condition = self.condition(2, reads, wider);
        if !wider || self.tape.one_in(2, 3) {
            writeln!(text, "    when: \"{condition}\"").unwrap();
        }
        self.restrict(text, name, horizon);
        self.body(text, name, "    ", &mut writes, 0);
    }

    fn multipliers(&mut self, text: &mut String) {
        if self.tape.one_in(1, 4) {
            let condition = self.condition(1, 0..self.variables.len(), true);
            writeln!(text, "    times: [{{when: \"{condition}\", by: 2.5}}, {{by: \"1 + load / 8\"}}]")
                .unwrap();
        }
    }

    fn restrict(&mut self, text: &mut String, name: &str, horizon: usize) {
        if self.tape.one_in(1, 4) {
            let from = self.tape.below(horizon);
            let until = from + 1 + self.tape.below(horizon);
            writeln!(text, "    active: {{from: {from}d, until: {until}.5d}}").unwrap();
        }
        let limit = 1 + self.tape.below(3);
        if self.tape.one_in(1, 3) && self.take_room(limit + 1) {
            writeln!(text, "    limit: {limit}").unwrap();
            self.latches.push(format!("fired({name})"));
            self.latches.push(format!("count({name}) >= {limit}"));
        }
    }

    /// What a firing does, to some of these variables.
    fn body(&mut self, text: &mut String, name: &str, indent: &str, writes: &mut Vec<usize>, depth: usize) {
        match self.tape.below(if depth < 2 { 6 } else { 3 }) {
            3 | 4 => {
                writeln!(text, "{indent}choose:").unwrap();
                for option in ["x", "y", "z"].iter().take(2 + self.tape.below(2)) {
                    let weight = self.number(3.0);
                    self.option(text, name, option, (indent, "weight", &weight), writes, depth);
                }
            }
            5 => {
                let rationality = self.tape.pick(&["1", "0", "0.5 + load / 4", "3"]);
                writeln!(text, "{indent}decide:\n{indent}  by: a\n{indent}  rationality: {rationality}")
                    .unwrap();
                writeln!(text, "{indent}  options:").unwrap();
                let deeper = format!("{indent}  ");
                for option in ["x", "y", "z"].iter().take(2 + self.tape.below(2)) {
                    let plain = self.number(1.0);
                    let utility = if self.tape.one_in(1, 3) {
                        format!("{{hawks: \"{plain}\", doves: -1}}")
                    } else {
                        format!("\"{plain}\"")
                    };
                    self.option(text, name, option, (&deeper, "utility", &utility), writes, depth);
                }
            }
            _ => self.effects(text, indent, writes),
        }
    }

    fn option(
        &mut self,
        text: &mut String,
        rule: &str,
        option: &str,
        (indent, key, measure): (&str, &str, &str),
        writes: &[usize],
        depth: usize,
    ) {
        let measure =
            if measure.starts_with(['{', '"']) { measure.to_owned() } else { format!("\"{measure}\"") };
        writeln!(text, "{indent}  {option}:\n{indent}    {key}: {measure}").unwrap();
        if self.tape.one_in(1, 4) {
            let condition = self.condition(1, 0..self.variables.len(), true);
            writeln!(text, "{indent}    when: \"{condition}\"").unwrap();
        }
        let name = format!("{rule}.{option}");
        if self.sources.contains(&rule.to_owned()) {
            self.sources.push(name.clone());
        }
        let deeper = format!("{indent}    ");
        let mut left = writes.to_vec();
        if self.tape.one_in(1, 3) {
            self.effects(text, &deeper, &mut left);
        } else {
            self.body(text, &name, &deeper, &mut left, depth + 1);
        }
    }

    /// Effects on one or two of the variables, which are then spent.
    fn effects(&mut self, text: &mut String, indent: &str, writes: &mut Vec<usize>) {
        writeln!(text, "{indent}effects:").unwrap();
        for _ in 0..=self.tape.below(2) {
            if !writes.is_empty() {
                let at = self.tape.below(writes.len());
                let variable = self.variables[writes.remove(at)].clone();
                let effect = self.effect(&variable);
                writeln!(text, "{indent}  - \"{effect}\"").unwrap();
            }
        }
        if text.ends_with("effects:\n") {
            text.truncate(text.len() - 1);
            text.push_str(" []\n");
        }
    }

    fn outcomes(&mut self, text: &mut String) {
        let all = 0..self.variables.len();
        text.push_str("outcomes:\n");
        let first = format!("({}) and {}", self.condition(2, all.clone(), true), self.part(2, &all, true));
        let ends = if self.tape.one_in(1, 3) { ", ends: true" } else { "" };
        writeln!(text, "  o0: {{when: \"{first}\"{ends}}}").unwrap();
        for at in 1..2 + self.tape.below(3) {
            let condition = self.condition(0, all.clone(), true);
            writeln!(text, "  o{at}: {{when: \"{condition}\"}}").unwrap();
        }
        text.push_str("  rest: {otherwise: true}\n");
        if self.take_room(2) {
            let condition = self.condition(2, all.clone(), true);
            writeln!(text, "watch: {{seen: \"{condition}\"}}").unwrap();
        }
        let tested = self.condition(1, all, false);
        writeln!(
            text,
            "groups: {{some: {{outcomes: [o0, rest]}}}}\ntrack: {{load: load, tested: \"{tested}\"}}"
        )
        .unwrap();
    }
}
