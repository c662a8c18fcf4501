//! escalade simulates geopolitical scenarios: a YAML file of claims, actors and rules becomes many sampled
//! histories, and those become a report of how often each outcome occurs.

pub mod codes;
pub mod compile;
pub mod diagnostic;
pub mod engine;
pub mod expr;
pub mod id;
pub mod lint;
pub mod model;
pub mod report;
pub mod schema;
pub mod source;
pub mod stats;
