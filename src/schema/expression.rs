//! A scalar that holds an expression: text, or a bare number or truth value kept as its text.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

/// An expression of the scenario language, as text.
///
/// YAML may hand it over as a string, a number or a truth value; all three are kept as text, and written back in
/// their own form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Expression(String);

impl Expression {
    /// An expression from its text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Ok(number) = self.0.parse::<i64>()
            && number.to_string() == self.0
        {
            return serializer.serialize_i64(number);
        }
        if let Ok(number) = self.0.parse::<f64>()
            && number.is_finite()
            && number.to_string() == self.0
        {
            return serializer.serialize_f64(number);
        }
        match self.0.as_str() {
            "true" => serializer.serialize_bool(true),
            "false" => serializer.serialize_bool(false),
            text => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Expression {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Expression;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an expression (text, a number, true or false)")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Expression, E> {
        Ok(Expression(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Expression, E> {
        Ok(Expression(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Expression, E> {
        Ok(Expression(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Expression, E> {
        Ok(Expression(value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Expression, E> {
        Ok(Expression(value.to_owned()))
    }
}

impl JsonSchema for Expression {
    fn schema_name() -> Cow<'static, str> {
        "Expression".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An expression: names, numbers, percentages, durations (30d, 2w, 12h, 1y), dates, and or not, comparisons, in [a, b], + - * / ^, if c then a else b, functions. Quote it inside {…} and […] when it holds a comma.",
            "type": ["string", "number", "boolean"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Expression;

    #[test]
    fn scalars_come_back_in_their_own_form() {
        for text in ["delaying\n", "2\n", "0.25\n", "true\n", "6% per 30d\n"] {
            let expression: Expression = serde_yaml::from_str(text).unwrap();
            assert_eq!(expression.text(), text.trim());
            assert_eq!(serde_yaml::to_string(&expression).unwrap(), text);
        }
    }
}
