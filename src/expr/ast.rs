//! The syntax tree of expressions and effects; every node knows its bytes.

use std::ops::Range;

use jiff::civil::Date;

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub name: String,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `0.5`
    Number(f64),
    /// `6%`: the number 0.06, kept as written.
    Percent(f64),
    /// `30d`
    Duration(f64, TimeUnit),
    /// `2024-11-05`
    Date(Date),
    /// `true`, `false`
    Bool(bool),
    /// `media_hype`, `iran.retaliation`, `iran_decides.strike_israel`: names joined by dots.
    Name(Vec<Ident>),
    /// `hostility(iran, israel)`, `min(a, b)`, `fired(rule)`
    Call(Ident, Vec<Expr>),
    /// `-x`, `not x`
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`, `a == b`, `a and b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x in [a, b]`
    In(Box<Expr>, Vec<Expr>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// Operators before an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `not`
    Not,
}

/// Operators between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named for what they do")]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    Pow,
}

impl BinaryOp {
    /// How it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Pow => "^",
        }
    }

    /// Whether it compares.
    pub fn is_comparison(self) -> bool {
        matches!(self, Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }

    /// Whether it compares by order.
    pub fn is_ordering(self) -> bool {
        matches!(self, Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }
}

/// Units of time in duration literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `y`: 365.25 days
    Year,
}

impl TimeUnit {
    /// Its length in days.
    pub fn days(self) -> f64 {
        match self {
            Self::Hour => 1.0 / 24.0,
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Year => 365.25,
        }
    }

    /// Its letter.
    pub fn letter(self) -> char {
        match self {
            Self::Hour => 'h',
            Self::Day => 'd',
            Self::Week => 'w',
            Self::Year => 'y',
        }
    }
}

/// `EXPR per UNIT`: a hazard.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Firings per unit of time.
    pub value: Expr,
    /// The unit of time, a duration.
    pub per: Expr,
}

/// `P per DURATION`: the probability of at least one firing.
#[derive(Clone, Debug, PartialEq)]
pub enum Chance {
    /// By an expression.
    Expression(Rate),
    /// By words of estimative probability, as written: `very unlikely per 180d`.
    Words {
        /// The words, single-spaced.
        words: String,
        /// Their bytes.
        span: Range<usize>,
        /// The unit of time, a duration.
        per: Expr,
    },
}

/// One effect: what a firing changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// The variable: a name, or a relation's call.
    pub target: Expr,
    /// The change.
    pub kind: EffectKind,
}

/// The forms of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum EffectKind {
    /// `x = e`
    Assign(Expr),
    /// `x += e`
    Add(Expr),
    /// `x -= e`
    Subtract(Expr),
    /// `raise x [by n] [up to r]`
    Raise {
        /// By how much; 1 if left out.
        by: Option<Expr>,
        /// Not above.
        up_to: Option<Expr>,
    },
    /// `raise x to r`: never lowers
    RaiseTo(Expr),
    /// `lower x [by n] [down to r]`
    Lower {
        /// By how much; 1 if left out.
        by: Option<Expr>,
        /// Not below.
        down_to: Option<Expr>,
    },
    /// `lower x to r`: never raises
    LowerTo(Expr),
}
