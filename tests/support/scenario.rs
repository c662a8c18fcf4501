//! The text of a scenario becomes a model, by the way that the program takes.

use escalade::check::{Ready, base};
use escalade::source::SourceText;

/// What a text is, ready to be run.
///
/// # Panics
/// If it has errors, with their messages and the text.
pub(crate) fn ready(text: &str) -> Ready {
    let base = base(&SourceText::new("test", text));
    let messages: Vec<String> = base
        .findings
        .iter()
        .filter(|finding| finding.is_error())
        .map(|finding| format!("{:?}: {}", finding.place.route, finding.message))
        .collect();
    base.ready.unwrap_or_else(|| panic!("{}\n{text}", messages.join("\n")))
}

/// A scenario of that many days, with all that a file needs besides its body.
pub(crate) fn scenario(days: f64, body: &str) -> String {
    format!("format: 1\nid: test\ntitle: A test\nstart: 2030-01-01\nhorizon: {days}d\n{body}")
}
