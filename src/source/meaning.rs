//! The text of a plain scalar → what YAML's core schema takes it for (YAML 1.2.2, chapter 10.3), with `serde_yaml`'s
//! additions: `0b` integers, and leading zeros making text.

/// What a plain scalar means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Meaning {
    /// Empty, `~` or `null`.
    Nothing,
    /// `true` or `false`.
    Truth(bool),
    /// An integer from 0.
    Unsigned(u128),
    /// An integer below 0.
    Negative(i128),
    /// A number with a fraction or an exponent, or `.inf`, `.nan`.
    Real(f64),
    /// Anything else.
    Text,
}

/// What the text of a plain scalar means.
pub fn meaning(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Meaning::Nothing,
        "true" | "True" | "TRUE" => return Meaning::Truth(true),
        "false" | "False" | "FALSE" => return Meaning::Truth(false),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
        || has_leading_zero(text)
    {
        return Meaning::Text;
    }
    integer(text).or_else(|| real(text).map(Meaning::Real)).unwrap_or(Meaning::Text)
}

/// How a number as written would lose its value as a 64-bit float; `None` if it would not, or is no number.
pub fn loss(text: &str) -> Option<&'static str> {
    /// Above this, not every integer has a float of its own: 2^53.
    const EXACT: u128 = 1 << 53;
    match meaning(text) {
        Meaning::Unsigned(value) if value > EXACT => return Some("integers above 2^53 are not exact here"),
        Meaning::Negative(value) if value.unsigned_abs() > EXACT => {
            return Some("integers below -2^53 are not exact here");
        }
        Meaning::Real(value) if !value.is_finite() => return Some("a number here must be finite"),
        Meaning::Nothing | Meaning::Truth(_) => return None,
        _ => {}
    }
    let body = text.trim_start_matches(['+', '-']);
    if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') || has_leading_zero(text) {
        return None;
    }
    let value: f64 = body.parse().ok()?;
    let digits = body.split(['e', 'E']).next().unwrap_or_default();
    if value.is_infinite() {
        return Some("this number is too large: it would count as infinite");
    }
    let vanishes = value == 0.0 && digits.contains(|c: char| matches!(c, '1'..='9'));
    vanishes.then_some("this number is too small: it would count as 0")
}

fn integer(text: &str) -> Option<Meaning> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, digits),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let value = u128::from_str_radix(digits, radix).ok()?;
    if !negative {
        return Some(Meaning::Unsigned(value));
    }
    0_i128
        .checked_sub_unsigned(value)
        .map(|value| if value == 0 { Meaning::Unsigned(0) } else { Meaning::Negative(value) })
}

fn real(text: &str) -> Option<f64> {
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Some(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    if text.starts_with('+') && unsigned.starts_with(['+', '-']) {
        return None;
    }
    unsigned.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Zeros before further digits: text (codes like `043`), not a number.
fn has_leading_zero(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The reading of `serde_yaml`, of the same text, as the oracle.
    fn oracle(text: &str) -> Option<Meaning> {
        use serde_yaml::Value;
        Some(match serde_yaml::from_str(text).ok()? {
            Value::Null => Meaning::Nothing,
            Value::Bool(truth) => Meaning::Truth(truth),
            Value::Number(n) if n.is_u64() => Meaning::Unsigned(n.as_u64().unwrap().into()),
            Value::Number(n) if n.is_i64() => Meaning::Negative(n.as_i64().unwrap().into()),
            Value::Number(n) => Meaning::Real(n.as_f64().unwrap()),
            Value::String(_) => Meaning::Text,
            _ => return None,
        })
    }

    fn same(a: Meaning, b: Meaning) -> bool {
        matches!((a, b), (Meaning::Real(x), Meaning::Real(y)) if x.is_nan() && y.is_nan()) || a == b
    }

    #[test]
    fn scalars_mean_what_serde_yaml_takes_them_for() {
        for text in [
            "~",
            "null",
            "true",
            "FALSE",
            "yes",
            "0",
            "-0",
            "+1",
            "007",
            "-07",
            "0x1F",
            "-0x1f",
            "0o17",
            "0b11",
            "1.5",
            "1.",
            ".5",
            "+.5",
            "-1e3",
            "1e-400",
            "1e999",
            ".inf",
            "-.INF",
            ".nan",
            "inf",
            "nan",
            "1_000",
            "++1",
            "+-1",
            "0x+1",
            "2024-08",
            "12:30",
            "3d",
            "9007199254740993",
            "1e",
            "e5",
            ".",
            "0.0",
            "00.5",
        ] {
            let expected = oracle(text).unwrap();
            assert!(same(meaning(text), expected), "{text}: {:?}, not {expected:?}", meaning(text));
        }
    }

    #[test]
    fn numbers_that_lose_their_value_are_told() {
        for text in
            ["9007199254740993", "-9007199254740993", "0x20000000000001", ".nan", "-.inf", "1e999", "-1e999"]
        {
            assert!(loss(text).is_some(), "{text}");
        }
        for text in ["1e-400", "0.000e1", "9007199254740992", "1e300", "text", "043", "", "0", "1e-300", "~"]
        {
            assert_eq!(loss(text).is_some(), text == "1e-400", "{text}");
        }
        let endless = "9".repeat(400);
        assert!(loss(&endless).is_some());
    }

    proptest! {
        #[test]
        fn number_like_texts_mean_what_serde_yaml_takes_them_for(text in "[+-]?(0[xob])?[0-9a]{0,3}[.]?[0-9]{0,3}(e[+-]?[0-9]{1,3})?") {
            if let Some(expected) = oracle(&text) {
                prop_assert!(same(meaning(&text), expected), "{}: {:?}, not {:?}", text, meaning(&text), expected);
            }
        }
    }
}
