//! Small models built by hand, with what must happen worked out by hand.

mod cascades;
mod choices;
mod determinism;
mod limits;
mod scene;
mod timings;
