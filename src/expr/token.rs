//! Text to tokens.

use std::ops::Range;

use jiff::civil::Date;

use super::{SyntaxError, TimeUnit};

/// Words with a meaning of their own in expressions: no name may be one.
pub const KEYWORDS: [&str; 9] = ["and", "or", "not", "in", "if", "then", "else", "true", "false"];

/// Whether the text is an identifier: `[a-z][a-z0-9_]*`.
pub fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// A token with its bytes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(f64),
    Percent(f64),
    Duration(f64, TimeUnit),
    Date(Date),
    /// An identifier or keyword.
    Word(String),
    /// An operator or bracket.
    Symbol(&'static str),
    End,
}

impl TokenKind {
    /// For messages: the token as the reader sees it.
    pub(super) fn describe(&self, text: &str) -> String {
        match self {
            Self::End => "the end".to_owned(),
            _ => format!("`{text}`"),
        }
    }
}

/// Symbols, longest first.
const SYMBOLS: [&str; 20] = [
    "==", "!=", "<=", ">=", "+=", "-=", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/", "^", "<", ">", "=",
];

/// What other languages write, and what is written here.
const FOREIGN: [(&str, &str); 7] =
    [("&&", "and"), ("||", "or"), ("**", "^"), ("≥", ">="), ("≤", "<="), ("≠", "!="), ("!", "not")];

/// Splits the text into tokens; the last is `End`.
pub(super) fn tokenize(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let token = next_token(text, at, c)?;
        at = token.span.end;
        tokens.push(token);
    }
    tokens.push(Token { kind: TokenKind::End, span: text.len()..text.len() });
    Ok(tokens)
}

fn next_token(text: &str, at: usize, c: char) -> Result<Token, SyntaxError> {
    let rest = &text[at..];
    if c.is_ascii_digit() || (c == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit())) {
        return number(text, at);
    }
    if c.is_alphabetic() || c == '_' {
        return word(rest, at);
    }
    for (foreign, ours) in FOREIGN {
        if rest.starts_with(foreign) && !rest.starts_with("!=") {
            let span = at..at + foreign.len();
            return Err(SyntaxError::new(format!("`{foreign}` is not an operator here"), span, "not known")
                .help(format!("write `{ours}`")));
        }
    }
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        return Ok(Token { kind: TokenKind::Symbol(symbol), span: at..at + symbol.len() });
    }
    let span = at..at + c.len_utf8();
    let error =
        SyntaxError::new(format!("unexpected character `{c}`"), span, "not part of the expression language");
    Err(if matches!(c, '\'' | '"') { error.help("names stand without quotes") } else { error })
}

fn word(rest: &str, at: usize) -> Result<Token, SyntaxError> {
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let name = &rest[..length];
    let span = at..at + length;
    if is_identifier(name) {
        return Ok(Token { kind: TokenKind::Word(name.to_owned()), span });
    }
    let lower = name.to_lowercase();
    let error =
        SyntaxError::new(format!("`{name}` is not a name: names match [a-z][a-z0-9_]*"), span, "not a name");
    Err(if is_identifier(&lower) { error.help(format!("write `{lower}`")) } else { error })
}

fn number(text: &str, at: usize) -> Result<Token, SyntaxError> {
    if let Some(token) = date(text, at)? {
        return Ok(token);
    }
    let rest = &text[at..];
    let length = number_length(rest);
    let mut span = at..at + length;
    let value: f64 = rest[..length].parse().map_err(|_| {
        SyntaxError::new(format!("`{}` is not a number", &rest[..length]), span.clone(), "not a number")
    })?;
    if !value.is_finite() {
        return Err(SyntaxError::new(
            "this number is too large",
            span,
            "beyond 1.8e308, the largest number that can be held",
        ));
    }
    let suffix_length = rest[length..]
        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '%')
        .unwrap_or(rest.len() - length);
    let suffix = &rest[length..length + suffix_length];
    span.end += suffix_length;
    let kind = match suffix {
        "" => TokenKind::Number(value),
        "%" => TokenKind::Percent(value),
        "h" => TokenKind::Duration(value, TimeUnit::Hour),
        "d" => TokenKind::Duration(value, TimeUnit::Day),
        "w" => TokenKind::Duration(value, TimeUnit::Week),
        "y" => TokenKind::Duration(value, TimeUnit::Year),
        _ => {
            let unit = at + length..span.end;
            return Err(SyntaxError::new(format!("unknown unit `{suffix}`"), unit, "not a unit of time")
                .help("durations are written 12h, 30d, 2w or 1y; a month differs in length, so write 30d"));
        }
    };
    Ok(Token { kind, span })
}

/// The bytes of `12`, `1.5`, `.5`, `1e3`, `1.5e-3` at the start of the text.
fn number_length(rest: &str) -> usize {
    let digits = |from: usize| rest[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(0);
    if rest[length..].starts_with('.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    if rest[length..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// `2024-11-05`; without spaces, so that `2024 - 11 - 5` stays a subtraction.
fn date(text: &str, at: usize) -> Result<Option<Token>, SyntaxError> {
    let bytes = text.as_bytes();
    let shape = b"dddd-dd-dd";
    let fits = bytes.len() >= at + shape.len()
        && shape.iter().zip(&bytes[at..]).all(|(s, b)| if *s == b'd' { b.is_ascii_digit() } else { s == b })
        && !bytes.get(at + shape.len()).is_some_and(u8::is_ascii_digit);
    if !fits {
        return Ok(None);
    }
    let span = at..at + shape.len();
    match text[span.clone()].parse::<Date>() {
        Ok(date) => Ok(Some(Token { kind: TokenKind::Date(date), span })),
        Err(_) => Err(SyntaxError::new(
            format!("`{}` is not a date of the calendar", &text[span.clone()]),
            span,
            "no such day",
        )
        .help("dates are written year-month-day: 2024-11-05")),
    }
}
