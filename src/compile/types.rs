//! The types of expressions.

use crate::id::SetId;
use crate::model::{Domain, Set};

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    /// A number; `integral` if it is certainly an integer.
    Number {
        integral: bool,
    },
    /// A duration, or a time as the duration from the start.
    Duration,
    /// A value of a declared set.
    Set(SetId),
    /// The time since an event, which may only be compared.
    Since,
}

impl Type {
    pub(super) const NUMBER: Self = Self::Number { integral: false };
    pub(super) const INTEGER: Self = Self::Number { integral: true };

    /// The type of a variable's values.
    pub(super) fn of(domain: Domain) -> Self {
        match domain {
            Domain::Flag | Domain::Latch | Domain::Window => Self::Bool,
            Domain::Level { .. } | Domain::Count => Self::INTEGER,
            Domain::Gauge { .. } | Domain::Number => Self::NUMBER,
            Domain::Duration | Domain::LastTime => Self::Duration,
            Domain::Set(set) => Self::Set(set),
        }
    }

    /// Whether a value of type `self` may stand where `wanted` is due.
    pub(super) fn fits(self, wanted: Self) -> bool {
        match (self, wanted) {
            (Self::Number { integral }, Self::Number { integral: due }) => integral || !due,
            _ => self == wanted,
        }
    }

    /// For messages: "a number", "a value of iran.retaliation".
    pub(super) fn describe(self, sets: &[Set]) -> String {
        match self {
            Self::Bool => "true or false".to_owned(),
            Self::Number { integral: true } => "an integer".to_owned(),
            Self::Number { integral: false } => "a number".to_owned(),
            Self::Duration => "a duration".to_owned(),
            Self::Since => "a time since an event".to_owned(),
            Self::Set(set) => {
                let set = &sets[set.index()];
                if set.ladder {
                    format!("a rung of `{}`", set.name)
                } else {
                    format!("a value of `{}`", set.name)
                }
            }
        }
    }
}
