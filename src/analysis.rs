//! Reports or models → what can be learnt from them beyond counting.

pub mod exact;
pub mod trace;
