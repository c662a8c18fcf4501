//! How much a scenario may hold: a file of a megabyte must not ask for gigabytes, or for minutes before the first run.
//!
//! The limits are far above what a person writes. They bound what is laid out before a run begins; how long the runs
//! take is bounded by the engine's own limits.

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::schema::Scenario;
use crate::source::place::Route;

/// Most parameters: each may have a table of its inverse distribution function.
pub const MAX_PARAMETERS: usize = 1_000;

/// Most rules.
pub const MAX_RULES: usize = 4_000;

/// Most rules and options together: each is counted for every outcome.
pub const MAX_EVENTS: usize = 10_000;

/// Most steps of the grid.
pub const MAX_GRID: usize = 10_000;

/// Most outcomes.
pub const MAX_OUTCOMES: usize = 100;

/// Most variants.
pub const MAX_VARIANTS: usize = 500;

/// Most variants times rules: `check` compiles each rule anew for each variant.
pub const MAX_VARIED: usize = 100_000;

/// Most watches, red lines, outcomes and rungs of dyads together: each has a histogram of times, 32 KiB once used.
pub const MAX_TIMED: usize = 2_000;

/// Most tracks times times of the grid: each has a sketch of its values, a KiB and more.
pub const MAX_TRACKED: usize = 50_000;

/// Most pairs of actor and target times times of the grid: each has a sum of Goldstein values.
pub const MAX_DEEDS: usize = 500_000;

/// What of the file as written is too much; nothing of nearly every file. To be asked before any of it is compiled.
pub fn of_scenario(scenario: &Scenario) -> Vec<Finding> {
    let varied = scenario.variants.len().saturating_mul(scenario.rules.len());
    too_much(&[
        ("parameters", scenario.parameters.len(), MAX_PARAMETERS, "parameters"),
        ("rules", scenario.rules.len(), MAX_RULES, "rules"),
        ("outcomes", scenario.outcomes.len(), MAX_OUTCOMES, "outcomes"),
        ("variants", scenario.variants.len(), MAX_VARIANTS, "variants"),
        ("variants", varied, MAX_VARIED, "variants times rules"),
    ])
}

/// What of the model is too much: what shows only once all is laid out.
pub(super) fn of_model(model: &Model) -> Vec<Finding> {
    let rungs = model.dyads.iter().map(|dyad| model.sets[dyad.set.index()].values.len().saturating_sub(1));
    let timed = model.outcomes.len() + model.watches.len() + model.red_lines.len() + rungs.sum::<usize>();
    let tracked = model.tracks.len().saturating_mul(model.grid.len());
    too_much(&[
        ("rules", model.events.len(), MAX_EVENTS, "rules and options"),
        ("watch", timed, MAX_TIMED, "watches, red lines, outcomes and rungs of pairs together"),
        ("track", tracked, MAX_TRACKED, "values of tracks over the grid"),
        ("rules", deeds(model), MAX_DEEDS, "sums over the grid of who does what to whom"),
    ])
}

/// Pairs that do something to each other, for each time of the grid.
fn deeds(model: &Model) -> usize {
    let acting = model.events.iter().filter(|event| event.action.is_some());
    let mut pairs: Vec<_> = acting.filter_map(|event| event.actor.zip(event.target)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.len().saturating_mul(model.grid.len())
}

/// Section, count, the most there may be, of what.
type Counted<'a> = (&'a str, usize, usize, &'a str);

fn too_much(counted: &[Counted<'_>]) -> Vec<Finding> {
    let too_many = counted.iter().filter(|(_, count, most, _)| count > most);
    let finding = |(section, count, most, what): &Counted<'_>| {
        let message = format!("at most {most} {what} are possible; here are {count}");
        Finding::error("too-large", Route::root().key(*section).as_key(), message).label("too many")
    };
    too_many.map(finding).collect()
}
