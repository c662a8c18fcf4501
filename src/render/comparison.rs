//! A comparison → text, Markdown, CSV.

mod csv;
mod markdown;
mod text;
mod words;

pub use csv::comparison_csv;
pub use markdown::comparison_markdown;
pub use text::{comparison, failed_gates};
