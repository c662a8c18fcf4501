//! The scenario as written → the model that the engine runs, with all complaints at once.
//!
//! Names become indices, expressions flat code, distributions tables; what a type can prevent is refused here. After
//! this, nothing is looked up by name and no mistake of the file can surface, but for values that only a run can show.

mod call;
mod choice;
mod context;
mod declare;
mod dependents;
mod effects;
mod event;
mod expression;
mod operation;
mod outcomes;
mod quantity;
pub mod resolve;
mod rules;
pub mod sizes;
mod timing;
mod types;

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::schema::Scenario;
use crate::source::place::Route;

use context::{Context, Part};
use types::Type;

/// The version of the file format.
pub const FORMAT: u32 = 1;

/// Longest horizon, in days: about a thousand years.
const MAX_HORIZON: f64 = 366_000.0;

/// What came of compiling a scenario.
#[derive(Debug)]
pub struct Compiled {
    /// The model; nothing if there are errors.
    pub model: Option<Model>,
    /// Errors, in the order they were found.
    pub findings: Vec<Finding>,
}

/// Compiles a scenario.
pub fn compile(scenario: &Scenario) -> Compiled {
    let findings = sizes::of_scenario(scenario);
    if !findings.is_empty() {
        return Compiled { model: None, findings };
    }
    let mut context = Context::new(scenario);
    context.frame();
    context.declare();
    context.declare_events();
    let (red_lines, watches) = context.declare_latches();
    context.latch_conditions(&red_lines, &watches);
    let rules = context.rules();
    let outcomes = context.outcomes();
    let groups = context.groups();
    let headline = context.headline();
    let grid = context.grid();
    let tracks = context.tracks();
    if context.findings.iter().any(Finding::is_error) {
        return Compiled { model: None, findings: context.findings };
    }
    let Context { latches, variables, .. } = &context;
    let dependents = dependents::dependents(variables.len(), latches, &outcomes, &rules, &tracks);
    let model = Model {
        id: scenario.id.clone(),
        title: scenario.title.clone(),
        start: context.start,
        horizon: context.horizon,
        sets: context.sets,
        variables: context.variables,
        initial: context.initial,
        setup: context.setup,
        derived: Vec::new(),
        rules,
        events: context.events,
        latches: context.latches,
        outcomes,
        groups,
        headline,
        watches,
        red_lines,
        grid,
        tracks,
        dyads: context.dyads,
        actors: context.actors,
        claims: context.claims,
        parameters: context.parameters,
        sites: context.sites,
        dependents,
    };
    let too_large = sizes::of_model(&model);
    let model = too_large.is_empty().then_some(model);
    context.findings.extend(too_large);
    Compiled { model, findings: context.findings }
}

impl Context<'_> {
    /// Format, id, start and horizon: sets the latter two.
    fn frame(&mut self) {
        let scenario = self.scenario;
        let root = Route::root();
        if scenario.format != FORMAT {
            self.report(
                Finding::error(
                    "format",
                    root.key("format").as_value(),
                    format!("this program reads format {FORMAT}"),
                )
                .label("another format"),
            );
        }
        let _ = self.identifier(&scenario.id, root.key("id").as_value());
        match scenario.start.parse() {
            Ok(start) => self.start = start,
            Err(_) => {
                self.report(
                    Finding::error(
                        "date",
                        root.key("start").as_value(),
                        format!("`{}` is not a date", scenario.start),
                    )
                    .label("not a date")
                    .help("dates are written year-month-day: 2024-08-16"),
                );
            }
        }
        if let Ok(horizon) = self.horizon() {
            self.horizon = horizon;
        }
    }

    fn horizon(&mut self) -> Part<f64> {
        let route = Route::root().key("horizon");
        let horizon = self.constant(&self.scenario.horizon, Type::Duration, &route)?;
        if horizon > 0.0 && horizon <= MAX_HORIZON {
            return Ok(horizon);
        }
        Err(self.report(
            Finding::error(
                "horizon",
                route.as_value(),
                format!("a horizon is longer than 0 and at most {MAX_HORIZON} days"),
            )
            .label("no such horizon"),
        ))
    }
}
