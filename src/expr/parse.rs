//! Tokens to syntax tree: a precedence-climbing parser.
//!
//! From loosest to tightest: `if`, `or`, `and`, `not`, comparisons and `in` (which do not chain), `+ -`, `* /`,
//! unary `-`, `^` (right-associative).

use std::ops::Range;

use super::SyntaxError;
use super::ast::{BinaryOp, Chance, Effect, EffectKind, Expr, ExprKind, Ident, Rate, TimeUnit, UnaryOp};
use super::token::{KEYWORDS, Token, TokenKind, tokenize};

/// How deep an expression may nest, parentheses and operators together.
pub const MAX_DEPTH: usize = 400;

/// Help for an incomplete `if`.
const IF_FORM: &str = "the form is `if … then … else …`, with a value for both cases";

/// Parses an expression.
///
/// # Errors
/// The first place where the text is not one.
pub fn parse_expression(text: &str) -> Result<Expr, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let expression = parser.expression()?;
    parser.end()?;
    Ok(expression)
}

/// Parses a dotted name or a relation's call: what `set`, `disable` and `upon` refer to.
///
/// # Errors
/// The first place where the text is not one.
pub fn parse_name(text: &str) -> Result<Expr, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let name = parser.target()?;
    parser.end()?;
    Ok(name)
}

/// Parses a hazard, `EXPR per UNIT`.
///
/// # Errors
/// The first place where the text is not one.
pub fn parse_rate(text: &str) -> Result<Rate, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let value = parser.expression()?;
    let per = parser.per("rate", "0.2 per day")?;
    Ok(Rate { value, per })
}

/// Parses a chance, `P per DURATION`, where P is an expression or words of estimative probability.
///
/// `is_estimate` tells which words are such.
///
/// # Errors
/// The first place where the text is neither.
pub fn parse_chance(text: &str, is_estimate: impl Fn(&str) -> bool) -> Result<Chance, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let words: Vec<&str> = parser
        .tokens
        .iter()
        .map_while(|token| match &token.kind {
            TokenKind::Word(word) if word != "per" => Some(word.as_str()),
            _ => None,
        })
        .collect();
    let phrase = words.join(" ");
    if is_estimate(&phrase) {
        parser.at = words.len();
        let span = parser.tokens[0].span.start..parser.tokens[words.len() - 1].span.end;
        let per = parser.per("chance", "unlikely per 180d")?;
        return Ok(Chance::Words { words: phrase, span, per });
    }
    let value = parser.expression()?;
    let per = parser.per("chance", "6% per 30d")?;
    Ok(Chance::Expression(Rate { value, per }))
}

/// Parses an effect.
///
/// # Errors
/// The first place where the text is not one.
pub fn parse_effect(text: &str) -> Result<Effect, SyntaxError> {
    let mut parser = Parser::new(text)?;
    let effect = match parser.word() {
        Some("raise") if !parser.next_is_assignment() => parser.raise()?,
        Some("lower") if !parser.next_is_assignment() => parser.lower()?,
        _ => parser.assignment()?,
    };
    parser.end()?;
    Ok(effect)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, SyntaxError> {
        let tokens = tokenize(text)?;
        if tokens.len() == 1 {
            return Err(SyntaxError::new("an expression is missing", 0..text.len(), "nothing here"));
        }
        Ok(Self { text, tokens, at: 0, depth: 0 })
    }

    fn kind(&self) -> &TokenKind {
        &self.tokens[self.at].kind
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].span.clone()
    }

    fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn symbol(&self) -> Option<&'static str> {
        match self.kind() {
            TokenKind::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    fn word(&self) -> Option<&str> {
        match self.kind() {
            TokenKind::Word(word) => Some(word),
            _ => None,
        }
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.symbol() == Some(symbol);
        if found {
            self.advance();
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.word() == Some(word);
        if found {
            self.advance();
        }
        found
    }

    fn unexpected(&self, wanted: &str) -> SyntaxError {
        let found = self.kind().describe(&self.text[self.span()]);
        let error = SyntaxError::new(
            format!("{wanted} is due here, found {found}"),
            self.span(),
            format!("expected {wanted}"),
        );
        match self.symbol() {
            Some("=") => error.help("`==` compares; `=` assigns, in effects only"),
            Some(")") => error.help("is its `(` missing?"),
            _ => error,
        }
    }

    fn expect_symbol(&mut self, symbol: &str) -> Result<(), SyntaxError> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn expect_word(&mut self, word: &str) -> Result<(), SyntaxError> {
        if self.take_word(word) { Ok(()) } else { Err(self.unexpected(&format!("`{word}`"))) }
    }

    fn end(&self) -> Result<(), SyntaxError> {
        match self.kind() {
            TokenKind::End => Ok(()),
            TokenKind::Word(word) if word == "per" => Err(SyntaxError::new(
                "`per` is for `rate` and `chance` only",
                self.span(),
                "not part of an expression",
            )),
            _ => Err(self.unexpected("an operator or the end")),
        }
    }

    /// One level deeper, refused beyond `MAX_DEPTH`: recursion must stay within the stack.
    fn deeper(&mut self, levels: usize) -> Result<(), SyntaxError> {
        self.depth += levels;
        if self.depth > MAX_DEPTH {
            return Err(SyntaxError::new(
                format!("this expression nests more than {MAX_DEPTH} deep"),
                self.span(),
                "too deep from here",
            )
            .help("split it: a trigger or a further indicator can hold a part"));
        }
        Ok(())
    }

    fn expression(&mut self) -> Result<Expr, SyntaxError> {
        let before = self.depth;
        self.deeper(1)?;
        let start = self.span().start;
        let expression = if self.take_word("if") {
            let condition = self.expression()?;
            self.expect_word("then").map_err(|error| error.help(IF_FORM))?;
            let yes = self.expression()?;
            self.expect_word("else").map_err(|error| error.help(IF_FORM))?;
            let no = self.expression()?;
            let span = start..no.span.end;
            Expr { kind: ExprKind::If(Box::new(condition), Box::new(yes), Box::new(no)), span }
        } else {
            self.or()?
        };
        self.depth = before;
        Ok(expression)
    }

    fn or(&mut self) -> Result<Expr, SyntaxError> {
        let before = self.depth;
        let mut left = self.and()?;
        while self.take_word("or") {
            self.deeper(1)?;
            left = binary(BinaryOp::Or, left, self.and()?);
        }
        self.depth = before;
        Ok(left)
    }

    fn and(&mut self) -> Result<Expr, SyntaxError> {
        let before = self.depth;
        let mut left = self.not()?;
        while self.take_word("and") {
            self.deeper(1)?;
            left = binary(BinaryOp::And, left, self.not()?);
        }
        self.depth = before;
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.span().start;
        if !self.take_word("not") {
            return self.comparison();
        }
        let before = self.depth;
        self.deeper(1)?;
        let inner = self.not()?;
        self.depth = before;
        let span = start..inner.span.end;
        Ok(Expr { kind: ExprKind::Unary(UnaryOp::Not, Box::new(inner)), span })
    }

    fn comparison(&mut self) -> Result<Expr, SyntaxError> {
        let left = self.sum()?;
        let compared = match self.comparison_operator() {
            Some(op) => {
                self.advance();
                binary(op, left, self.sum()?)
            }
            None if self.take_word("in") => self.membership(left)?,
            None => return Ok(left),
        };
        if self.comparison_operator().is_some() || self.word() == Some("in") {
            return Err(SyntaxError::new("comparisons do not chain", self.span(), "a second comparison")
                .help("write `a < b and b < c`"));
        }
        Ok(compared)
    }

    fn comparison_operator(&self) -> Option<BinaryOp> {
        Some(match self.symbol()? {
            "==" => BinaryOp::Eq,
            "!=" => BinaryOp::Ne,
            "<" => BinaryOp::Lt,
            "<=" => BinaryOp::Le,
            ">" => BinaryOp::Gt,
            ">=" => BinaryOp::Ge,
            _ => return None,
        })
    }

    fn membership(&mut self, left: Expr) -> Result<Expr, SyntaxError> {
        self.expect_symbol("[").map_err(|error| error.help("the values stand in brackets: `x in [a, b]`"))?;
        let mut items = vec![self.expression()?];
        while self.take_symbol(",") {
            items.push(self.expression()?);
        }
        let end = self.span().end;
        self.expect_symbol("]")?;
        let span = left.span.start..end;
        Ok(Expr { kind: ExprKind::In(Box::new(left), items), span })
    }

    fn sum(&mut self) -> Result<Expr, SyntaxError> {
        let before = self.depth;
        let mut left = self.product()?;
        loop {
            let op = match self.symbol() {
                Some("+") => BinaryOp::Add,
                Some("-") => BinaryOp::Sub,
                _ => break,
            };
            self.advance();
            self.deeper(1)?;
            left = binary(op, left, self.product()?);
        }
        self.depth = before;
        Ok(left)
    }

    fn product(&mut self) -> Result<Expr, SyntaxError> {
        let before = self.depth;
        let mut left = self.negation()?;
        loop {
            let op = match self.symbol() {
                Some("*") => BinaryOp::Mul,
                Some("/") => BinaryOp::Div,
                _ => break,
            };
            self.advance();
            self.deeper(1)?;
            left = binary(op, left, self.negation()?);
        }
        self.depth = before;
        Ok(left)
    }

    fn negation(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.span().start;
        if !self.take_symbol("-") {
            return self.power();
        }
        let before = self.depth;
        self.deeper(1)?;
        let inner = self.negation()?;
        self.depth = before;
        let span = start..inner.span.end;
        Ok(Expr { kind: ExprKind::Unary(UnaryOp::Neg, Box::new(inner)), span })
    }

    fn power(&mut self) -> Result<Expr, SyntaxError> {
        let base = self.primary()?;
        if !self.take_symbol("^") {
            return Ok(base);
        }
        let before = self.depth;
        self.deeper(1)?;
        let exponent = self.negation()?;
        self.depth = before;
        Ok(binary(BinaryOp::Pow, base, exponent))
    }

    fn primary(&mut self) -> Result<Expr, SyntaxError> {
        let span = self.span();
        let kind = match self.kind().clone() {
            TokenKind::Number(value) => ExprKind::Number(value),
            TokenKind::Percent(value) => ExprKind::Percent(value),
            TokenKind::Duration(value, unit) => ExprKind::Duration(value, unit),
            TokenKind::Date(date) => ExprKind::Date(date),
            TokenKind::Word(word) if word == "true" => ExprKind::Bool(true),
            TokenKind::Word(word) if word == "false" => ExprKind::Bool(false),
            TokenKind::Word(word) if word == "if" => {
                return Err(SyntaxError::new(
                    "`if` inside an expression needs parentheses",
                    span,
                    "put this `if … then … else …` in parentheses",
                ));
            }
            TokenKind::Word(word) if !KEYWORDS.contains(&word.as_str()) => return self.target(),
            TokenKind::Symbol("(") => return self.parenthesised(),
            _ => return Err(self.unexpected("a value")),
        };
        self.advance();
        Ok(Expr { kind, span })
    }

    fn parenthesised(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.span().start;
        self.advance();
        let mut inner = self.expression()?;
        let end = self.span().end;
        self.expect_symbol(")")?;
        inner.span = start..end;
        Ok(inner)
    }

    /// A dotted name, or a call.
    fn target(&mut self) -> Result<Expr, SyntaxError> {
        let first = self.ident()?;
        let start = first.span.start;
        if self.take_symbol("(") {
            let mut arguments = Vec::new();
            if self.symbol() != Some(")") {
                arguments.push(self.expression()?);
                while self.take_symbol(",") {
                    arguments.push(self.expression()?);
                }
            }
            let end = self.span().end;
            self.expect_symbol(")")?;
            return Ok(Expr { kind: ExprKind::Call(first, arguments), span: start..end });
        }
        let mut names = vec![first];
        while self.take_symbol(".") {
            names.push(self.ident()?);
        }
        let end = names[names.len() - 1].span.end;
        Ok(Expr { kind: ExprKind::Name(names), span: start..end })
    }

    fn ident(&mut self) -> Result<Ident, SyntaxError> {
        match self.word() {
            Some(word) if !KEYWORDS.contains(&word) => {
                let ident = Ident { name: word.to_owned(), span: self.span() };
                self.advance();
                Ok(ident)
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    /// `per DURATION`, or `per day`, to the end of the text.
    fn per(&mut self, what: &str, example: &str) -> Result<Expr, SyntaxError> {
        if !self.take_word("per") {
            return Err(SyntaxError::new(
                format!("a {what} needs its unit of time"),
                self.span(),
                "`per …` is missing",
            )
            .help(format!("for example `{example}`")));
        }
        let unit = self.word().and_then(|word| match word {
            "hour" | "h" => Some(TimeUnit::Hour),
            "day" | "d" => Some(TimeUnit::Day),
            "week" | "w" => Some(TimeUnit::Week),
            "year" | "y" => Some(TimeUnit::Year),
            _ => None,
        });
        let per = match unit {
            Some(unit) => {
                let span = self.span();
                self.advance();
                Expr { kind: ExprKind::Duration(1.0, unit), span }
            }
            None if self.word() == Some("month") => {
                return Err(SyntaxError::new("months differ in length", self.span(), "not a unit of time")
                    .help("write `per 30d`"));
            }
            None => self.expression()?,
        };
        self.end()?;
        Ok(per)
    }

    fn next_is_assignment(&self) -> bool {
        matches!(
            self.tokens.get(self.at + 1).map(|token| &token.kind),
            Some(TokenKind::Symbol("=" | "+=" | "-=" | "."))
        )
    }

    fn assignment(&mut self) -> Result<Effect, SyntaxError> {
        let target = self.target()?;
        let kind: fn(Expr) -> EffectKind = match self.symbol() {
            Some("=") => EffectKind::Assign,
            Some("+=") => EffectKind::Add,
            Some("-=") => EffectKind::Subtract,
            Some("==") => {
                return Err(SyntaxError::new(
                    "an effect assigns; this compares",
                    self.span(),
                    "one `=` assigns",
                ));
            }
            _ => {
                return Err(self
                    .unexpected("`=`, `+=` or `-=`")
                    .help("effects: `x = e`, `x += e`, `x -= e`, `raise x`, `raise x to r`, `lower x`"));
            }
        };
        self.advance();
        Ok(Effect { target, kind: kind(self.expression()?) })
    }

    fn raise(&mut self) -> Result<Effect, SyntaxError> {
        self.advance();
        let target = self.target()?;
        if self.take_word("to") {
            return Ok(Effect { target, kind: EffectKind::RaiseTo(self.expression()?) });
        }
        let by = self.optional("by")?;
        let up_to = self.bound("up", "down")?;
        Ok(Effect { target, kind: EffectKind::Raise { by, up_to } })
    }

    fn lower(&mut self) -> Result<Effect, SyntaxError> {
        self.advance();
        let target = self.target()?;
        if self.take_word("to") {
            return Ok(Effect { target, kind: EffectKind::LowerTo(self.expression()?) });
        }
        let by = self.optional("by")?;
        let down_to = self.bound("down", "up")?;
        Ok(Effect { target, kind: EffectKind::Lower { by, down_to } })
    }

    fn optional(&mut self, word: &str) -> Result<Option<Expr>, SyntaxError> {
        if self.take_word(word) { self.expression().map(Some) } else { Ok(None) }
    }

    fn bound(&mut self, direction: &str, other: &str) -> Result<Option<Expr>, SyntaxError> {
        if self.word() == Some(other) {
            return Err(self.unexpected(&format!("`{direction} to`")));
        }
        if !self.take_word(direction) {
            return Ok(None);
        }
        self.expect_word("to")?;
        self.expression().map(Some)
    }
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    let span = left.span.start..right.span.end;
    Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
}
