//! The scenario file as a whole, its sources and claims.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{Actor, Expression, Group, Indicator, Outcome, Parameter, Relation, Rule, Variant};

/// One YAML file: everything a run needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The version of the file format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// Short name, `[a-z][a-z0-9_]*`.
    pub id: String,
    /// The question it answers.
    pub title: String,
    /// What is to be said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The date of day 0, `2024-08-16`.
    pub start: String,
    /// How long a run lasts at most, `180d`.
    pub horizon: Expression,
    /// The texts that claims come from.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub sources: IndexMap<String, Source>,
    /// Statements of the sources, in the author's words.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub claims: IndexMap<String, Claim>,
    /// Inputs uncertain to the analyst, drawn at the start of a run.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, Parameter>,
    /// Ordered sets of named rungs, lowest first; `mid` is built in.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub ladders: IndexMap<String, Vec<String>>,
    /// States, factions, organisations and places.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub actors: IndexMap<String, Actor>,
    /// Dyadic measures.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub relations: IndexMap<String, Relation>,
    /// Other state variables.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub indicators: IndexMap<String, Indicator>,
    /// What may happen.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub rules: IndexMap<String, Rule>,
    /// The classes of runs, most severe first; the last is `{otherwise: true}`.
    pub outcomes: IndexMap<String, Outcome>,
    /// Named sets of outcomes.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub groups: IndexMap<String, Group>,
    /// The outcome or group that the report answers first; the first group, or else the first outcome, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Conditions whose first time is recorded.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub watch: IndexMap<String, Expression>,
    /// The step at which tracks are recorded; a sixtieth of the horizon if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<Expression>,
    /// Expressions recorded over time.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub track: IndexMap<String, Expression>,
    /// Named changes to the scenario.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub variants: IndexMap<String, Variant>,
}

/// A text that claims come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When it appeared: a year, month or day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Label>,
    /// Where it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What is to be said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
}

/// One statement of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The statement.
    pub says: String,
    /// The source that makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Where in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<Label>,
    /// Admiralty grade: reliability of the source A–F, credibility of the statement 1–6.
    #[schemars(regex(pattern = r"^[A-F][1-6]$"))]
    pub grade: String,
}

/// A short label that YAML may read as a number: a paragraph (`5`, `17–18`), a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// The label as text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.parse::<u64>() {
            Ok(number) if number.to_string() == self.0 => serializer.serialize_u64(number),
            _ => serializer.serialize_str(&self.0),
        }
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LabelVisitor)
    }
}

struct LabelVisitor;

impl Visitor<'_> for LabelVisitor {
    type Value = Label;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a short text")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Label, E> {
        Ok(Label(value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Label, E> {
        Ok(Label(value.to_owned()))
    }
}

impl JsonSchema for Label {
    fn schema_name() -> Cow<'static, str> {
        "Label".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["integer", "string"]})
    }
}
