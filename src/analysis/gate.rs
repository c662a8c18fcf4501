//! A condition that must not hold of a comparison, as text → whether it holds, judged by intervals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::compare::Measurement;

/// `spillover > 5%`, `any > 1pp`, `possibly war > 0.5pp`.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    /// As it was written.
    pub text: String,
    /// What is judged: an id, or `any` difference.
    of: Of,
    above: bool,
    /// The limit, as a share or a difference of shares.
    limit: f64,
    /// Whether it is a difference.
    points: bool,
    /// Whether it is enough that the interval reaches beyond the limit.
    possibly: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Of {
    Any,
    Id(String),
}

/// What a gate came to at one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gated {
    /// The condition as it was written.
    pub gate: String,
    /// The side.
    pub side: String,
    /// Of `any`, whose difference is furthest beyond; otherwise the id.
    pub id: String,
    /// What the interval says of the condition.
    pub verdict: Verdict,
    /// Whether the gate failed: the condition holds; with `possibly`, it may.
    pub failed: bool,
    /// The share or the difference of shares.
    pub value: f64,
    /// Its interval; of `any` it holds for all differences at once (Bonferroni).
    pub interval: [f64; 2],
    /// The limit, in the same terms.
    pub limit: f64,
    /// Whether these are a difference of shares.
    pub points: bool,
    /// The end of the interval that decided: the one nearer to the condition's not holding, or, with `possibly`, to its
    /// holding.
    pub end: End,
}

/// What an interval says of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds at both ends.
    Holds,
    /// It holds at one end: more runs may tell.
    Undecided,
    /// It holds at neither.
    HoldsNot,
}

/// An end of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The lower.
    Lower,
    /// The upper.
    Upper,
}

impl Gate {
    /// Reads a gate.
    ///
    /// # Errors
    /// What would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            "not of the form `ID > 5%`, `ID > 1pp`, `ID < 5%` or `any > 1pp`, with `possibly` before it or not".to_owned()
        };
        let (possibly, rest) = match text.trim().strip_prefix("possibly ") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let at = rest.find(['<', '>']).ok_or_else(wrong)?;
        let (id, above) = (rest[..at].trim(), rest[at..].starts_with('>'));
        let amount = rest[at + 1..].trim();
        let (number, points) = match (amount.strip_suffix("pp"), amount.strip_suffix('%')) {
            (Some(number), _) => (number, true),
            (_, Some(number)) => (number, false),
            _ => return Err(wrong()),
        };
        let limit: f64 = number.trim().parse().map_err(|_| wrong())?;
        let bounds = if points { -100.0..=100.0 } else { 0.0..=100.0 };
        let name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        if !bounds.contains(&limit) || id.is_empty() || !id.chars().all(name) {
            return Err(wrong());
        }
        let of = if id == "any" { Of::Any } else { Of::Id(id.to_owned()) };
        if of == Of::Any && !(points && above && limit >= 0.0) {
            return Err("`any` is asked of differences, whatever their direction: `any > 1pp`".to_owned());
        }
        Ok(Self { text: text.trim().to_owned(), of, above, limit: limit / 100.0, points, possibly })
    }

    /// The id that it is about, if it is not about any.
    pub fn id(&self) -> Option<&str> {
        match &self.of {
            Of::Any => None,
            Of::Id(id) => Some(id),
        }
    }

    /// Judges a side by intervals at a level; nothing if it does not have what the gate is about.
    pub fn judge(&self, of: &Measurement<'_>, confidence: f64) -> Option<Gated> {
        match &self.of {
            Of::Any => self.any(of, confidence),
            Of::Id(id) if self.points => {
                let interval = of.interval(id, confidence)?;
                Some(self.gated(of, id, of.difference(id)?, interval, self.above))
            }
            Of::Id(id) => {
                let (share, interval) = of.share(id)?;
                Some(self.gated(of, id, share, interval, self.above))
            }
        }
    }

    /// The difference, in either direction, that is furthest beyond the limit.
    fn any(&self, of: &Measurement<'_>, confidence: f64) -> Option<Gated> {
        let level = 1.0 - (1.0 - confidence) / of.tests().max(1) as f64;
        let mut worst: Option<(f64, Gated)> = None;
        for id in of.ids() {
            let ([low, high], value) = (of.interval(id, level)?, of.difference(id)?);
            // What falls below −limit is told as such.
            let rises = value >= 0.0;
            let beyond = match (rises, self.possibly) {
                (true, false) => low,
                (true, true) => high,
                (false, false) => -high,
                (false, true) => -low,
            };
            if worst.as_ref().is_none_or(|(most, _)| beyond > *most) {
                let limit = if rises { self.limit } else { -self.limit };
                let gate = Self { limit, ..self.clone() };
                worst = Some((beyond, gate.gated(of, id, value, [low, high], rises)));
            }
        }
        worst.map(|(_, gated)| gated)
    }

    fn gated(&self, of: &Measurement<'_>, id: &str, value: f64, interval: [f64; 2], above: bool) -> Gated {
        let beyond = interval.map(|end| if above { end > self.limit } else { end < self.limit });
        let verdict = match beyond {
            [true, true] => Verdict::Holds,
            [false, false] => Verdict::HoldsNot,
            _ => Verdict::Undecided,
        };
        let failed = verdict == Verdict::Holds || self.possibly && verdict == Verdict::Undecided;
        let end = if above == self.possibly { End::Upper } else { End::Lower };
        Gated {
            gate: self.text.clone(),
            side: of.side().to_owned(),
            id: id.to_owned(),
            verdict,
            failed,
            value,
            interval,
            limit: self.limit,
            points: self.points,
            end,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_are_read() {
        let read = |text| {
            Gate::parse(text).map(|gate| (gate.of, gate.above, gate.limit, gate.points, gate.possibly))
        };
        let war = || Of::Id("war".into());
        assert_eq!(read("war > 5%"), Ok((war(), true, 0.05, false, false)));
        assert_eq!(read(" war<5 % "), Ok((war(), false, 0.05, false, false)));
        assert_eq!(read("possibly war > -0.5pp"), Ok((war(), true, -0.005, true, true)));
        assert_eq!(read("any > 1 pp"), Ok((Of::Any, true, 0.01, true, false)));
        for wrong in [
            "",
            "war",
            "war > 5",
            "war = 5%",
            "> 5%",
            "war > x%",
            "war > 120%",
            "any > 5%",
            "any < 1pp",
            "a b > 1%",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
