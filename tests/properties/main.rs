//! What must hold of any scenario, whatever it says: shipped ones, and random ones made by a generator.
//!
//! `docs/correctness.md` has the tables.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::print_stdout, reason = "tests print the tables of docs/correctness.md")]

mod against_exact;
mod counts;
mod generated;
mod generator;
mod metamorphic;
mod rewrite;
#[path = "../support/scenario.rs"]
mod scenario;
#[path = "../support/score.rs"]
mod score;
#[path = "../support/trace.rs"]
mod trace;
