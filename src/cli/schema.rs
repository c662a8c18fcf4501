//! `escalade schema`: prints a JSON Schema.

use super::output::{Done, Status};
use super::terminal::Terminal;
use clap::{Args, ValueEnum};

/// Flags as given.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  escalade schema > schema.json")]
pub(super) struct Flags {
    /// Of what
    #[arg(value_enum, default_value_t = Kind::Scenario)]
    of: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Scenario files
    Scenario,
    /// Reports
    Report,
    /// Comparisons
    Comparison,
}

pub(super) fn main(flags: &Flags, terminal: &Terminal) -> Done {
    let schema = match flags.of {
        Kind::Scenario => crate::schema::json_schema(),
        Kind::Report => crate::report::json_schema(),
        Kind::Comparison => crate::analysis::compare::json_schema(),
    };
    terminal.write(&format!("{schema:#}\n"))?;
    Ok(Status::Done)
}
