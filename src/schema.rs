//! The scenario file as it is written: serde types without logic, and the reading of YAML into them.
//!
//! Nothing here knows what a name refers to or what an expression means; expressions are kept as text.
//! Every mapping refuses unknown keys, and keeps the order of the file.

mod actor;
mod expression;
mod outcome;
mod quantity;
pub mod read;
mod rule;
mod scenario;
pub mod screen;

pub use actor::{Actor, Faction, Indicator, IndicatorType, Kind, Pair, RedLine, Relation, Stance};
pub use expression::Expression;
pub use outcome::{Group, Outcome, Variant};
pub use quantity::{Arguments, Distribution, Family, Parameter, Quantity};
pub use rule::{Active, Choice, Decide, Multiplier, References, Rule, Utility};
pub use scenario::{Claim, Label, Scenario, Source};

/// The JSON Schema of a scenario file.
pub fn json_schema() -> serde_json::Value {
    let mut settings = schemars::generate::SchemaSettings::draft07();
    settings.meta_schema = Some("http://json-schema.org/draft-07/schema#".into());
    settings.into_generator().into_root_schema_for::<Scenario>().to_value()
}
