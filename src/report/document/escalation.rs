//! The types of ladders and how they were used.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count::Times;
use crate::report::basis::Basis;
use crate::report::ignorance::Ignorance;

/// How dyads used their ladders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ladder {
    /// Each pair of a relation that is measured on a ladder.
    pub dyads: Vec<Dyad>,
    /// Runs in which a dyad on the ladder `mid` rose that was above its lowest rung before: vertical escalation.
    pub vertical: Spread,
    /// Runs in which a dyad on the ladder `mid` left the lowest rung, having begun there: horizontal escalation.
    pub horizontal: Spread,
    /// Sum of the Goldstein values of what one actor did to another, cumulated, mean over the runs that did not fail;
    /// none if all did.
    pub goldstein: Vec<DyadGoldstein>,
}

/// Runs in which escalation took one direction, and through whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Runs.
    pub count: u64,
    /// `count` / runs.
    pub share: f64,
    /// Interval of the share.
    pub interval: [f64; 2],
    /// What the interval rests on.
    pub basis: Basis,
    /// How far ignorance of the parameters moves it; nothing if runs share no draws of them, or too few to tell.
    pub ignorance: Option<Ignorance>,
    /// For horizontal escalation: actors, but for places, all of whose dyads were quiet at the start, and the runs in
    /// which one was not.
    pub newly_involved: Vec<ActorCount>,
}

/// Runs in which an actor became involved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActorCount {
    /// The actor.
    pub actor: String,
    /// Runs.
    pub runs: u64,
}

/// One pair of a relation on a ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dyad {
    /// As it is written: `hostility(iran, israel)`.
    pub id: String,
    /// The ladder.
    pub ladder: String,
    /// Its rungs, lowest first.
    pub rungs: Vec<Rung>,
}

/// How often a dyad reached a rung.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// The rung.
    pub rung: String,
    /// Runs in which the dyad was at this rung or above at any time.
    pub count: u64,
    /// `count` / runs.
    pub share: f64,
    /// First times at this rung or above, in these runs; 0 if it began there.
    pub time: Option<Times>,
}

/// Cumulated Goldstein values of what one actor did to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DyadGoldstein {
    /// Who acts.
    pub actor: String,
    /// Towards whom.
    pub target: String,
    /// Times of the grid.
    pub times: Vec<f64>,
    /// Mean over the runs of the sum up to each time.
    pub mean: Vec<f64>,
}
