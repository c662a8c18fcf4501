//! Reports or models → what can be learnt from them beyond counting.

pub mod against;
pub mod attribution;
pub mod compare;
pub mod edits;
pub mod exact;
pub mod gate;
pub mod ledger;
pub mod replay;
pub mod trace;
