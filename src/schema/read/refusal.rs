//! What serde says when a value is not of the type due, kept as facts instead of a sentence, with the node it is about;
//! and, at the end, the finding made of it.

use crate::diagnostic::{Finding, suggest};
use crate::source::place::Route;
use serde::de::{Expected, Unexpected};
use std::fmt;

/// A value that is not what its type wants.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) reason: Box<Reason>,
    /// Id of the node (a key or a value) it is about; the innermost one that was being read.
    pub(super) node: Option<usize>,
}

/// Why a value was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    Type { found: String, due: String },
    Value { found: String, due: String },
    Length { found: usize, due: String },
    UnknownVariant { name: String, known: &'static [&'static str] },
    UnknownKey { name: String, known: &'static [&'static str] },
    MissingKey(&'static str),
    Custom(String),
}

impl Refusal {
    fn new(reason: Reason) -> Self {
        Self { reason: Box::new(reason), node: None }
    }

    /// The refusal, about `node` unless it is known to be about one inside it.
    pub(super) fn at(mut self, node: usize) -> Self {
        self.node.get_or_insert(node);
        self
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.reason)
    }
}

impl serde::de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Reason::Custom(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, due: &dyn Expected) -> Self {
        Self::new(Reason::Type { found: described(found), due: wanted(&due.to_string()) })
    }

    fn invalid_value(found: Unexpected<'_>, due: &dyn Expected) -> Self {
        Self::new(Reason::Value { found: described(found), due: wanted(&due.to_string()) })
    }

    fn invalid_length(found: usize, due: &dyn Expected) -> Self {
        Self::new(Reason::Length { found, due: wanted(&due.to_string()) })
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(Reason::UnknownVariant { name: name.to_owned(), known })
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::new(Reason::UnknownKey { name: name.to_owned(), known })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Reason::MissingKey(field))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(Reason::Custom(format!("`{field}` stands twice")))
    }
}

/// What was found, in words of the file.
fn described(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(truth) => format!("`{truth}`"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) => format!("the text `{}`", shortened(text)),
        Unexpected::Seq => "a sequence".to_owned(),
        Unexpected::Map => "a mapping".to_owned(),
        Unexpected::Unit | Unexpected::Option => "nothing".to_owned(),
        other => other.to_string(),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What serde's own visitors expect, in words of the file; other visitors choose their words themselves.
fn wanted(expected: &str) -> String {
    if let Some(count) = expected_items(expected) {
        return format!("a sequence of {count} items");
    }
    let plain = match expected {
        "a boolean" => "`true` or `false`",
        "f32" | "f64" => "a number",
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "a map" => "a mapping",
        "unit" => "nothing",
        "string or map" | "variant identifier" | "field identifier" => "a name",
        _ if expected.starts_with("struct ") || expected.starts_with("struct variant") => "a mapping",
        _ if expected.starts_with("enum ") => "a name",
        _ => expected,
    };
    plain.to_owned()
}

/// N of `a tuple of size N`, `tuple variant X::Y with N elements`.
fn expected_items(expected: &str) -> Option<&str> {
    let tuple = || expected.strip_prefix("tuple ")?.split_once(" with ")?.1.split(' ').next();
    expected.strip_prefix("a tuple of size ").or_else(tuple)
}

impl Reason {
    /// The finding; `route` leads to the value, or to the value of the key, that was refused.
    pub(super) fn finding(&self, route: &Route) -> Finding {
        match self {
            Self::Type { found, due } => {
                Finding::error("wrong-type", route.as_value(), format!("{due} is due here, found {found}"))
                    .label(format!("not {due}"))
            }
            Self::Value { found, due } => {
                Finding::error("invalid-value", route.as_value(), format!("{due} is due here, found {found}"))
            }
            Self::Length { found, due } => {
                let message = format!("{due} is due here, found {found}");
                Finding::error("invalid-value", route.as_value(), message)
            }
            Self::UnknownVariant { name, known } => {
                let finding =
                    Finding::error("unknown-value", route.as_value(), format!("`{name}` is not known here"));
                with_known(finding.label("unknown"), name, known, "known here")
            }
            Self::UnknownKey { name, known } => {
                let finding =
                    Finding::error("unknown-key", route.as_key(), format!("there is no key `{name}` here"));
                with_known(finding.label("unknown key"), name, known, "keys allowed here")
            }
            Self::MissingKey(key) => {
                Finding::error("missing-key", route.as_key(), format!("the key `{key}` is missing"))
                    .label(format!("needs `{key}`"))
            }
            Self::Custom(message) => Finding::error("invalid-value", route.as_value(), message.clone()),
        }
    }
}

fn with_known(finding: Finding, name: &str, known: &[&str], what: &str) -> Finding {
    let finding = match suggest(name, known) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding,
    };
    if known.is_empty() { finding } else { finding.help(format!("{what}: {}", known.join(", "))) }
}
