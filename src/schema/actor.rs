//! Actors, relations and indicators: what has a state.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Expression, Quantity};

/// A state, faction, organisation or place, with stances and attributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Name for display.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// ISO 3166-1 alpha-3 code, for states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What is to be said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
    /// Its postures, addressed as `actor.stance`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub stances: IndexMap<String, Stance>,
    /// Its other variables, addressed as `actor.attribute`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub attributes: IndexMap<String, Indicator>,
    /// Who decides inside it, each with an influence.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub factions: IndexMap<String, Faction>,
    /// Its publicly stated conditions, read as `crossed(actor.red_line)`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub red_lines: IndexMap<String, RedLine>,
}

/// What an actor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A state.
    State,
    /// A faction.
    Faction,
    /// An organisation.
    Organisation,
    /// A place.
    Place,
}

/// A named posture out of a declared set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stance {
    /// The postures it can take.
    pub values: Vec<String>,
    /// The one held at the start, or `{discrete: {value: weight, …}}`.
    pub initial: Quantity,
    /// What is to be said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

/// A state variable that is neither stance nor relation: an indicator, or an attribute of an actor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Which values it takes.
    #[serde(rename = "type")]
    pub kind: IndicatorType,
    /// Lowest and highest value, `0..5`; for levels and gauges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// The named values of a status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
    /// The value at the start, or its distribution.
    pub initial: Quantity,
    /// Unit, for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What is to be said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

/// Which values an indicator takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorType {
    /// True or false.
    Flag,
    /// A bounded integer.
    Level,
    /// A bounded real number.
    Gauge,
    /// One of several named values.
    Status,
}

/// A part of an actor that weighs in its decisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Faction {
    /// Name for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its weight, relative to the other factions of the actor.
    pub influence: Expression,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

/// A publicly stated condition whose crossing commits the actor; latches once crossed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedLine {
    /// What would cross it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The condition.
    pub when: Expression,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

/// A dyadic measure, read as `relation(actor, actor)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// Whether the two orders of a pair are one variable.
    #[serde(default)]
    pub symmetric: bool,
    /// The ladder whose rungs it takes; `mid` is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<String>,
    /// Without a ladder: whether it is a `level` (integers) or a `gauge` (reals).
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<IndicatorType>,
    /// Without a ladder: lowest and highest value, `0..5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<String>,
    /// The value at the start of pairs that do not state one.
    pub initial: Quantity,
    /// What is to be said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Pairs with a value or claims of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub between: Vec<Pair>,
}

/// One pair of a relation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The two actors.
    pub pair: [String; 2],
    /// The value at the start, or its distribution; otherwise the relation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial: Option<Quantity>,
    /// What is to be said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}
