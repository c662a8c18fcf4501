//! A labelled chain → the modelling language of PRISM, and the questions that the exact solution answers in its property
//! language (Kwiatkowska, Norman & Parker 2011).
//!
//! States are numbers: cascades within an instant are no commands of that language, so what they come to is written.

use std::fmt::Write as _;

use crate::analysis::exact::Flat;
use crate::source::neutral::neutralise;

/// The chain as a model: one variable `s`, a command for each state, labels.
pub fn prism_model(flat: &Flat) -> String {
    let mut text = format!("// {}: {}\n", neutralise(&flat.name), neutralise(&flat.title));
    text += "// Rates are per day. Each state of the scenario is a number; what it is stands beside it.\n\nctmc\n\n";
    let last = flat.rows.len() - 1;
    let initial = match flat.starts.as_slice() {
        [(state, _)] => format!(" init {state}"),
        _ => String::new(),
    };
    let _ = writeln!(text, "module {}\n  s : [0..{}]{initial};\n", flat.name, last.max(1));
    for (state, row) in flat.rows.iter().enumerate() {
        let _ = writeln!(text, "  // {state}: {}", neutralise(&flat.states[state]));
        let updates: Vec<String> = row.iter().map(|(to, rate)| format!("{rate}:(s'={to})")).collect();
        // A state without an end to it stays; a chain of that language must say so.
        let updates = if updates.is_empty() { "1:true".to_owned() } else { updates.join(" + ") };
        let _ = writeln!(text, "  [] s={state} -> {updates};");
    }
    text += "endmodule\n";
    if flat.starts.len() > 1 {
        let starts: Vec<usize> = flat.starts.iter().map(|(state, _)| *state).collect();
        let _ = writeln!(text, "\ninit {} endinit", states(&starts));
    }
    text.push('\n');
    for label in &flat.labels {
        let _ = writeln!(text, "label \"{}\" = {}; // {}", label.name, states(&label.states), label.says);
    }
    text
}

/// What is asked of the chain: the probability of each label at the horizon.
pub fn prism_properties(flat: &Flat) -> String {
    let mut text = format!("// {}: probabilities at the horizon, day T\n\n", neutralise(&flat.name));
    let _ = writeln!(text, "const double T = {};", flat.horizon);
    for label in &flat.labels {
        let question = format!("P=? [ F[T,T] \"{}\" ]", label.name);
        let question = if flat.starts.len() > 1 { by_start(flat, &question) } else { question };
        let _ = write!(text, "\n// {}\n{question}\n", label.says);
    }
    text
}

/// The mean over the states in which the chain may start.
fn by_start(flat: &Flat, question: &str) -> String {
    let of = |(state, share): &(usize, f64)| format!("{share} * filter(state, {question}, s={state})");
    flat.starts.iter().map(of).collect::<Vec<_>>().join(" + ")
}

/// A condition for some states, which rise: `s=0|(s>=3&s<=5)`.
fn states(states: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for state in states {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *state => *last = *state,
            _ => runs.push((*state, *state)),
        }
    }
    let run = |(first, last): &(usize, usize)| {
        if first == last { format!("s={first}") } else { format!("(s>={first}&s<={last})") }
    };
    if runs.is_empty() { "false".to_owned() } else { runs.iter().map(run).collect::<Vec<_>>().join("|") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::exact::Label;

    fn flat(starts: Vec<(usize, f64)>) -> Flat {
        Flat {
            name: "small".into(),
            title: "Is it\nsmall?".into(),
            horizon: 5.0,
            states: ["x = 0", "x = 1", "x = 2"].map(str::to_owned).into(),
            starts,
            rows: vec![vec![(1, 0.5), (2, 0.25)], vec![(0, 0.2)], vec![]],
            labels: vec![Label { name: "class_high".into(), says: "x is high".into(), states: vec![1, 2] }],
        }
    }

    #[test]
    fn every_state_has_its_command() {
        let text = prism_model(&flat(vec![(0, 1.0)]));
        for line in [
            "  s : [0..2] init 0;",
            "  [] s=0 -> 0.5:(s'=1) + 0.25:(s'=2);",
            "  [] s=2 -> 1:true;",
            "label \"class_high\" = (s>=1&s<=2); // x is high",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(text.starts_with("// small: Is it\\u{a}small?\n"), "{text}");
    }

    #[test]
    fn several_starts_are_weighed() {
        let flat = flat(vec![(0, 0.25), (1, 0.75)]);
        assert!(prism_model(&flat).contains("\ninit (s>=0&s<=1) endinit\n"));
        let asked = "0.25 * filter(state, P=? [ F[T,T] \"class_high\" ], s=0) + 0.75 * filter(state, ";
        assert!(prism_properties(&flat).contains(asked));
    }
}
