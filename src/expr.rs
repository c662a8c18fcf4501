//! The expression language: text to syntax tree and back, with exact spans.
//!
//! Grammar and printing only. What a name stands for and which types fit is decided by `compile`.

mod ast;
mod parse;
mod print;
mod token;

pub use ast::{BinaryOp, Chance, Effect, EffectKind, Expr, ExprKind, Ident, Rate, TimeUnit, UnaryOp};
pub use parse::{MAX_DEPTH, parse_chance, parse_effect, parse_expression, parse_name, parse_rate};
pub use token::{KEYWORDS, is_identifier};

use std::ops::Range;

/// A complaint about the form of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// The bytes of the expression's text that it is about.
    pub span: Range<usize>,
    /// What to write beside the caret.
    pub label: String,
    /// What would be right.
    pub help: Option<String>,
}

impl SyntaxError {
    fn new(message: impl Into<String>, span: Range<usize>, label: impl Into<String>) -> Self {
        Self { message: message.into(), span, label: label.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
