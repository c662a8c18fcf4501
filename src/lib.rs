//! escalade simulates geopolitical scenarios: a YAML file of claims, actors and rules becomes many sampled
//! histories, and those become a report of how often each outcome occurs.

pub mod diagnostic;
pub mod expr;
pub mod schema;
pub mod source;
pub mod stats;
