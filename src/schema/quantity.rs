//! Values that are constants or distributions: parameters, initial values, delays.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Expression;

/// An input uncertain to the analyst, drawn at the start of a run.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it stands for, with the reasoning behind its range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Its value: a constant, or the distribution of what the analyst holds possible.
    pub value: Quantity,
    /// Unit, for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The claims it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

/// A constant (an expression), or a distribution.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// One value.
    Constant(Expression),
    /// A distribution, written as a mapping of its name to its arguments.
    Distribution(Distribution),
}

/// A distribution: its family and its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// Which family.
    pub family: Family,
    /// The arguments as written.
    pub arguments: Arguments,
}

/// The arguments of a distribution, in one of the three ways of writing them.
#[derive(Clone, Debug, PartialEq)]
pub enum Arguments {
    /// `{exponential: 40d}`
    One(Expression),
    /// `{uniform: [3d, 21d]}`
    List(Vec<Expression>),
    /// `{gamma: {shape: 2, mean: 8d}}`; for `discrete`, value to weight
    Named(IndexMap<String, Expression>),
}

/// The families of distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Equal density between two bounds.
    Uniform,
    /// Normal, truncated on request.
    Normal,
    /// Logarithm normally distributed.
    Lognormal,
    /// Beta on [0, 1] or a stated range.
    Beta,
    /// Gamma by shape and mean or scale.
    Gamma,
    /// Exponential by its mean.
    Exponential,
    /// Weibull by shape and scale.
    Weibull,
    /// Triangular by lowest, most likely, highest.
    Triangular,
    /// PERT (a beta) by lowest, most likely, highest.
    Pert,
    /// Given values with weights.
    Discrete,
    /// A word of estimative probability: uniform over its range.
    Estimate,
}

impl Family {
    /// All families, in the order of the reference.
    pub const ALL: [Self; 11] = [
        Self::Uniform,
        Self::Normal,
        Self::Lognormal,
        Self::Beta,
        Self::Gamma,
        Self::Exponential,
        Self::Weibull,
        Self::Triangular,
        Self::Pert,
        Self::Discrete,
        Self::Estimate,
    ];

    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Normal => "normal",
            Self::Lognormal => "lognormal",
            Self::Beta => "beta",
            Self::Gamma => "gamma",
            Self::Exponential => "exponential",
            Self::Weibull => "weibull",
            Self::Triangular => "triangular",
            Self::Pert => "pert",
            Self::Discrete => "discrete",
            Self::Estimate => "estimate",
        }
    }

    /// The family of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }
}

const FAMILY_NAMES: &[&str] = &[
    "uniform",
    "normal",
    "lognormal",
    "beta",
    "gamma",
    "exponential",
    "weibull",
    "triangular",
    "pert",
    "discrete",
    "estimate",
];

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Constant(expression) => expression.serialize(serializer),
            Self::Distribution(distribution) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(distribution.family.name(), &distribution.arguments)?;
                map.end()
            }
        }
    }
}

impl Serialize for Arguments {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(one) => one.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
            Self::Named(named) => named.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(QuantityVisitor)
    }
}

struct QuantityVisitor;

impl<'de> Visitor<'de> for QuantityVisitor {
    type Value = Quantity;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value, or a distribution such as {uniform: [1, 3]}")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Quantity, E> {
        Ok(Quantity::Constant(Expression::new(value.to_string())))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Quantity, E> {
        Ok(Quantity::Constant(Expression::new(value.to_string())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Quantity, E> {
        Ok(Quantity::Constant(Expression::new(value.to_string())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Quantity, E> {
        Ok(Quantity::Constant(Expression::new(value.to_string())))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Quantity, E> {
        Ok(Quantity::Constant(Expression::new(value)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Quantity, A::Error> {
        let Some(family) = map.next_key::<Family>()? else {
            return Err(A::Error::custom("an empty mapping is not a distribution"));
        };
        let arguments = map.next_value()?;
        if let Some(second) = map.next_key::<String>()? {
            let first = family.name();
            return Err(A::Error::custom(format!(
                "a distribution has one name, here both `{first}` and `{second}`"
            )));
        }
        Ok(Quantity::Distribution(Distribution { family, arguments }))
    }
}

/// Read as a key, so that a refusal is about the key.
impl<'de> Deserialize<'de> for Family {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| D::Error::unknown_field(&name, FAMILY_NAMES))
    }
}

impl<'de> Deserialize<'de> for Arguments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ArgumentsVisitor)
    }
}

struct ArgumentsVisitor;

impl<'de> Visitor<'de> for ArgumentsVisitor {
    type Value = Arguments;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the arguments of a distribution: a value, a list or a mapping")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Arguments, E> {
        Ok(Arguments::One(Expression::new(value.to_string())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Arguments, E> {
        Ok(Arguments::One(Expression::new(value.to_string())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Arguments, E> {
        Ok(Arguments::One(Expression::new(value.to_string())))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Arguments, E> {
        Ok(Arguments::One(Expression::new(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Arguments, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Arguments::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Arguments, A::Error> {
        let entries = IndexMap::<Expression, Expression>::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Arguments::Named(entries.into_iter().map(|(key, value)| (key.text().to_owned(), value)).collect()))
    }
}

impl JsonSchema for Quantity {
    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<Expression>();
        let arguments = json_schema!({
            "anyOf": [
                value.clone(),
                {"type": "array", "items": value.clone()},
                {"type": "object", "additionalProperties": value.clone()}
            ]
        });
        let properties: serde_json::Map<_, _> =
            FAMILY_NAMES.iter().map(|name| ((*name).to_owned(), arguments.clone().to_value())).collect();
        json_schema!({
            "description": "A constant, or one distribution: uniform [low, high], normal {mean, sd, min, max}, lognormal {median, sigma}, beta {alpha, beta, min, max}, gamma {shape, mean}, exponential MEAN, weibull {shape, scale}, triangular [low, mode, high], pert [low, mode, high], discrete {value: weight, …}, estimate WORD.",
            "anyOf": [
                value,
                {
                    "type": "object",
                    "properties": properties,
                    "additionalProperties": false,
                    "minProperties": 1,
                    "maxProperties": 1
                }
            ]
        })
    }
}
