//! The `escalade` program.

fn main() {}
