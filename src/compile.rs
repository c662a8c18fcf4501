//! The scenario as written → the model that the engine runs, with all complaints at once.

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::schema::Scenario;

/// What came of compiling a scenario.
#[derive(Debug)]
pub struct Compiled {
    /// The model; nothing if there are errors.
    pub model: Option<Model>,
    /// Errors, in the order they were found.
    pub findings: Vec<Finding>,
}

/// Compiles a scenario.
pub fn compile(scenario: &Scenario) -> Compiled {
    let _ = scenario;
    Compiled { model: None, findings: Vec::new() }
}
