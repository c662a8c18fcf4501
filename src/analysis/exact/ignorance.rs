//! A model whose parameters have several values → its probabilities for each combination of them: how far they move it.

use crate::model::{Draw, Model, SetupKind};

use super::kept::{Kept, kept};
use super::passage::{Followed, pass};
use super::{Limits, Solver, TRUNCATION, Trouble, Watcher, end, explore};

/// Most combinations that are told apart.
const MOST: f64 = 10_000.0;

/// The probabilities with one combination of the values of parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    /// Its own probability.
    pub weight: f64,
    /// Of each outcome.
    pub outcomes: Vec<f64>,
    /// Of each group.
    pub groups: Vec<f64>,
    /// Of each watch.
    pub watches: Vec<f64>,
    /// Of each red line.
    pub red_lines: Vec<f64>,
}

/// A parameter with several values.
struct Parameter {
    /// Its position in the model's setup.
    setup: usize,
    /// Values with their probabilities.
    values: Vec<(f64, f64)>,
}

/// The probabilities for each combination of the values of the parameters that matter, in the order of the file; none if
/// there is only one, or if there are more than 10,000.
///
/// # Errors
/// If a combination has too many states or steps, fails, or if the watcher stops the work.
pub fn combinations(
    model: &Model,
    limits: &Limits,
    watcher: &impl Watcher,
) -> Result<Vec<Combination>, Trouble> {
    let kept = kept(model);
    let parameters = parameters(model, &kept);
    let count: f64 = parameters.iter().map(|parameter| parameter.values.len() as f64).product();
    if parameters.is_empty() || count > MOST {
        return Ok(Vec::new());
    }
    (0..count as usize)
        .map(|number| {
            let (fixed, weight) = fixed(model, &parameters, number);
            solved(&fixed, &kept, weight, limits, watcher)
        })
        .collect()
}

fn parameters(model: &Model, kept: &Kept) -> Vec<Parameter> {
    let setup = model.setup.iter().enumerate();
    let matters = setup
        .filter(|(_, setup)| setup.kind == SetupKind::Parameter && kept.variables[setup.variable.index()]);
    let several = matters.filter_map(|(at, setup)| match &setup.draw {
        Draw::Discrete(steps) if steps.len() > 1 => {
            let mut before = 0.0;
            let own = |(value, up_to): &(f64, f64)| (*value, up_to - std::mem::replace(&mut before, *up_to));
            Some(Parameter { setup: at, values: steps.iter().map(own).collect() })
        }
        _ => None,
    });
    several.collect()
}

/// The model with the parameters fixed at one combination, by its number, and the probability of that.
fn fixed(model: &Model, parameters: &[Parameter], number: usize) -> (Model, f64) {
    let (mut model, mut weight, mut rest) = (model.clone(), 1.0, number);
    for Parameter { setup, values } in parameters.iter().rev() {
        let (value, probability) = values[rest % values.len()];
        rest /= values.len();
        weight *= probability;
        model.setup[*setup].draw = Draw::Discrete(vec![(value, 1.0)]);
    }
    (model, weight)
}

fn solved(
    model: &Model,
    kept: &Kept,
    weight: f64,
    limits: &Limits,
    watcher: &impl Watcher,
) -> Result<Combination, Trouble> {
    let space = explore::explore(model, kept, &Limits { describe: false, ..*limits }, watcher)?;
    let cut = TRUNCATION / space.segments.len() as f64;
    let passage = pass(&space, &Followed { facts: Vec::new(), outcomes: Vec::new() }, cut, watcher)?;
    let solver = Solver { model, space: &space, cut, certainties: Vec::new() };
    let facts = space.facts(space.segments.len() - 1);
    let latch = |at: usize| end(&passage, |state| facts.get(state, space.layout.latch(at)));
    let watches = model.watches.len();
    Ok(Combination {
        weight,
        outcomes: (0..model.outcomes.len()).map(|at| solver.outcome(&passage, at).probability).collect(),
        groups: (0..model.groups.len()).map(|at| solver.group(&passage, at).probability).collect(),
        watches: (0..watches).map(latch).collect(),
        red_lines: (watches..watches + model.red_lines.len()).map(latch).collect(),
    })
}
