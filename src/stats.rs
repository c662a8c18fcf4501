//! Pure mathematics without one domain word: special functions, intervals, distributions, exact counts.
//!
//! Everything is made of `+ - * / sqrt` and `libm`, so equal inputs give equal bits on every platform.

pub mod clusters;
pub mod coder;
pub mod difference;
pub mod distribution;
pub mod exponential;
pub mod histogram;
pub mod interval;
pub mod joint;
pub mod poisson;
pub mod ranks;
mod root;
pub mod sampler;
pub mod sequence;
pub mod special;
pub mod sprt;
pub mod table;
