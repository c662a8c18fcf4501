//! The scenario file as written.

pub mod read;
pub mod screen;
