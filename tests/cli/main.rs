//! The program as its users call it: every flag and exit status.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod abuse;
mod check;
mod compare;
mod escapes;
mod exact;
mod input;
mod precision;
mod readme;
mod run;
mod small;
mod support;
mod trace;
