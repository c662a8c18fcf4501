//! Rules: condition, timing, effects or choice.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{Expression, Quantity};

/// What may happen: condition, timing, effects.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What happens, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Who acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Towards whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The CAMEO code of the action, quoted: `"190"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
    /// The condition under which it is armed; always, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// Timing: hazard, `EXPR per UNIT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Expression>,
    /// Timing: probability of at least one firing in a duration, `6% per 30d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chance: Option<Expression>,
    /// Timing: a delay, or its distribution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Quantity>,
    /// Timing: at each multiple of a duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Expression>,
    /// Timing: at a date, or a duration from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Expression>,
    /// Timing: at each firing of these rules or options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upon: Option<References>,
    /// With `after`: fires even if `when` has lapsed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sticky: bool,
    /// With `after`: starts anew after a firing that leaves the rule armed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub repeat: bool,
    /// Multipliers of the hazard of `rate` and `chance`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<Multiplier>,
    /// Fires at most once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub once: bool,
    /// Fires at most so many times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Not armed for so long after a firing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown: Option<Expression>,
    /// The time span within which it may be armed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<Active>,
    /// Whether its first firing is part of a path's signature; by default if it changes a stance, rung or status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<bool>,
    /// Multiplies the hazard of `rate` and `chance`, divides the delay of `after`; what `scale` of a variant sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Expression>,
    /// Switched off: never fires, and `fired` of it is false; what `disable` of a variant sets.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disabled: bool,
    /// What it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effects: Option<Vec<Expression>>,
    /// A choice by weights: exactly one option happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choose: Option<IndexMap<String, Choice>>,
    /// A choice by an actor, by utilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide: Option<Decide>,
}

/// One option of a `choose` or `decide`: an event of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What happens, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Who acts; otherwise the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Towards whom; otherwise the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The CAMEO code of the action, quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
    /// The condition under which it is available.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// In a `choose`: its weight, not below 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Expression>,
    /// In a `decide`: its utility, one number or one for every faction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utility: Option<Utility>,
    /// Whether its first firing is part of a path's signature; by default if it changes a stance, rung or status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<bool>,
    /// Switched off: not available; what `disable` of a variant sets.
    #[serde(default, skip_serializing_if = "is_false")]
    pub disabled: bool,
    /// What it changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effects: Option<Vec<Expression>>,
    /// A further choice by weights, made once this option is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choose: Option<IndexMap<String, Choice>>,
    /// A further choice by an actor, made once this option is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide: Option<Decide>,
}

/// A choice by an actor: option *i* has probability ∝ exp(rationality × utility of *i*).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The actor that decides.
    pub by: String,
    /// How sharply it optimises, not below 0; 1 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationality: Option<Expression>,
    /// What it can do.
    pub options: IndexMap<String, Choice>,
}

/// Scales a hazard while its condition holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Multiplier {
    /// The condition; always, if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expression>,
    /// The factor, not below 0.
    pub by: Expression,
    /// The reasoning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

/// A time span: from ≤ t < until.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Active {
    /// A date, or a duration from the start; the start if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Expression>,
    /// A date, or a duration from the start; never if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Expression>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// The rules or options that an `upon` waits for: one name, or a list of names.
#[derive(Clone, Debug, PartialEq)]
pub enum References {
    /// One name.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl References {
    /// The names, in the order of the file.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

impl Serialize for References {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(name) => name.serialize(serializer),
            Self::Many(names) => names.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for References {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReferencesVisitor)
    }
}

struct ReferencesVisitor;

impl<'de> Visitor<'de> for ReferencesVisitor {
    type Value = References;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a rule or option, or a list of names")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<References, E> {
        Ok(References::One(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<References, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq)).map(References::Many)
    }
}

impl JsonSchema for References {
    fn schema_name() -> Cow<'static, str> {
        "References".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The name of a rule or option (rule.option), or a list of names.",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
        })
    }
}

/// What an option is worth to who decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Utility {
    /// One number.
    Plain(Expression),
    /// One number for every faction of the actor; the influence-weighted mean counts.
    ByFaction(IndexMap<String, Expression>),
}

impl Serialize for Utility {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(expression) => expression.serialize(serializer),
            Self::ByFaction(factions) => factions.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Utility {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UtilityVisitor)
    }
}

struct UtilityVisitor;

impl<'de> Visitor<'de> for UtilityVisitor {
    type Value = Utility;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a utility: an expression, or a mapping of factions to expressions")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Utility, E> {
        Ok(Utility::Plain(Expression::new(value.to_string())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Utility, E> {
        Ok(Utility::Plain(Expression::new(value.to_string())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Utility, E> {
        Ok(Utility::Plain(Expression::new(value.to_string())))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Utility, E> {
        Ok(Utility::Plain(Expression::new(value)))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Utility, A::Error> {
        IndexMap::deserialize(MapAccessDeserializer::new(map)).map(Utility::ByFaction)
    }
}

impl JsonSchema for Utility {
    fn schema_name() -> Cow<'static, str> {
        "Utility".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<Expression>();
        json_schema!({
            "description": "A number, or one for every faction of the deciding actor.",
            "anyOf": [value.clone(), {"type": "object", "additionalProperties": value}]
        })
    }
}
