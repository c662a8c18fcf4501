//! A document (a report, a trace) → text: for the terminal, Markdown, CSV. No input or output here.
//!
//! Texts of a scenario are made safe to show on every way out. JSON is the document itself.

mod against;
mod basis;
mod command;
mod comparison;
mod csv;
mod figure;
mod ignorance;
mod layout;
mod likelihood;
mod markdown;
mod prism;
#[cfg(test)]
mod sample;
mod stopping;
mod text;
mod trace;

pub use against::against;
pub use command::{Replay, ReplayDraws, replay};
pub use comparison::{comparison, comparison_csv, comparison_markdown, failed_gates};
pub use csv::csv;
pub use figure::{runs, thousands, three_figures};
pub use markdown::markdown;
pub use prism::{prism_model, prism_properties};
pub use stopping::precision_so_far;
pub use text::{headline_share, text};
pub use trace::trace;

/// How text for a terminal is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether it has ANSI colours.
    pub color: bool,
    /// Columns; no line is longer. At least 60 are taken.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 80 }
    }
}
