//! The program as its users call it: every flag and exit status.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod check;
mod exact;
mod input;
mod precision;
mod run;
mod small;
mod support;
mod trace;
