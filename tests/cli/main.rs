//! The program as its users call it: every flag and exit status.

mod check;
mod input;
mod run;
mod small;
mod support;
mod trace;
