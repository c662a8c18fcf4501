//! Numbers as people write them on a command line → values: `1e6`, `1_000_000`, `95%`, `4MiB`.

use std::num::NonZeroU64;

use crate::engine::{Draws, MAX_DRAWS};
use crate::ensemble::HalfWidth;
use crate::render;

/// A count of at least 1: digits, with `_` or `,` between them, or a whole number in scientific notation.
pub(super) fn count(text: &str) -> Result<u64, String> {
    let plain = text.replace(['_', ','], "");
    let count = plain.parse::<u64>().ok().or_else(|| scientific(&plain));
    match count {
        Some(0) => Err("must be at least 1".to_owned()),
        Some(count) => Ok(count),
        None => Err("not a whole number such as 100000, 1_000_000 or 1e6".to_owned()),
    }
}

/// A whole number such as `1e6` or `2.5e5`, exactly, below 2⁵³.
fn scientific(text: &str) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !text.contains(['e', 'E']) {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    (value.fract() == 0.0 && (0.0..EXACT).contains(&value)).then_some(value as u64)
}

/// A number of parameter draws, or `each`.
pub(super) fn draws(text: &str) -> Result<Draws, String> {
    if text == "each" {
        return Ok(Draws::Each);
    }
    let draws = count(text).ok().and_then(NonZeroU64::new).filter(|draws| draws.get() <= MAX_DRAWS);
    draws
        .map(Draws::Of)
        .ok_or_else(|| format!("not a whole number from 1 to {}, nor `each`", render::thousands(MAX_DRAWS)))
}

/// A seed, 0 to 2⁶⁴ − 1.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    text.replace('_', "").parse().map_err(|_| "not a whole number from 0 to 18446744073709551615".to_owned())
}

/// The level of an interval: `0.95` or `95%`; above 0, below 1.
pub(super) fn confidence(text: &str) -> Result<f64, String> {
    let level = part(text).filter(|level| *level < 1.0);
    level.ok_or_else(|| "not a level between 0 and 1, such as 0.95 or 95%".to_owned())
}

/// Half the width of an interval: `0.5pp`, percentage points, below 50; or `5%`, a part of the share, below 100.
pub(super) fn half_width(text: &str) -> Result<HalfWidth, String> {
    let wrong = || "not a width such as 0.5pp (percentage points) or 5% (of the share)".to_owned();
    let below = |number: &str, limit: f64| -> Result<f64, String> {
        let number: f64 = number.trim_end().parse().map_err(|_| wrong())?;
        if number > 0.0 && number < limit { Ok(number / 100.0) } else { Err(wrong()) }
    };
    if let Some(points) = text.strip_suffix("pp") {
        return below(points, 50.0).map(HalfWidth::Absolute);
    }
    below(text.strip_suffix('%').ok_or_else(wrong)?, 100.0).map(HalfWidth::Relative)
}

/// A name and a share: `spillover 5%`, `war 0.01`.
pub(super) fn claimed_share(text: &str) -> Result<(String, f64), String> {
    let wrong = || "not a name and a share above 0 and below 100%, such as \"spillover 5%\"".to_owned();
    let text = text.trim().replace(" %", "%");
    let (name, share) = text.rsplit_once(char::is_whitespace).ok_or_else(wrong)?;
    Ok((name.trim_end().to_owned(), part(share).filter(|share| *share < 1.0).ok_or_else(wrong)?))
}

/// An error rate: `1%` or `0.01`; above 0, below a half.
pub(super) fn error_rate(text: &str) -> Result<f64, String> {
    let rate = part(text).filter(|rate| *rate < 0.5);
    rate.ok_or_else(|| "not a rate above 0 and below 50%, such as 1% or 0.01".to_owned())
}

/// A number above 0: `0.95` or `95%`.
fn part(text: &str) -> Option<f64> {
    let (number, unit) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100.0),
        None => (text, 1.0),
    };
    number.parse::<f64>().ok().map(|number| number / unit).filter(|part| *part > 0.0)
}

/// A number of bytes: `65536`, `64KiB`, `4MiB`, `1GiB`; `kB` and `MB` are powers of ten.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    const UNITS: [(&str, u64); 7] = [
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("B", 1),
    ];
    let found = UNITS.iter().find_map(|(unit, size)| Some((text.strip_suffix(unit)?.trim_end(), *size)));
    let (number, size) = found.unwrap_or((text, 1));
    let bytes = count(number).ok().and_then(|number| number.checked_mul(size));
    bytes
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or_else(|| "not a number of bytes such as 65536, 512KiB or 4MiB".to_owned())
}

/// A setting: `name=value`.
pub(super) fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("not of the form name=value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_may_be_written_in_several_ways() {
        for (text, expected) in
            [("1", 1), ("100000", 100_000), ("1_000_000", 1_000_000), ("1e6", 1_000_000), ("2.5e5", 250_000)]
        {
            assert_eq!(count(text), Ok(expected), "{text}");
        }
        for text in ["0", "-1", "1.5", "1e-3", "1e300", "inf", "many", "", "0e1", "NaN"] {
            assert!(count(text).is_err(), "{text}");
        }
    }

    #[test]
    fn draws_are_counts_or_each() {
        let of = |count| Ok(Draws::Of(NonZeroU64::new(count).unwrap()));
        assert_eq!((draws("each"), draws("1"), draws("1e5")), (Ok(Draws::Each), of(1), of(100_000)));
        for text in ["0", "Each", "all", "100001", "-3"] {
            assert!(draws(text).is_err(), "{text}");
        }
    }

    #[test]
    fn levels_and_seeds() {
        assert_eq!(
            (confidence("0.95"), confidence("95%"), confidence("99 %")),
            (Ok(0.95), Ok(0.95), Ok(0.99))
        );
        for text in ["0", "1", "100%", "95", "NaN", "x"] {
            assert!(confidence(text).is_err(), "{text}");
        }
        assert_eq!(seed("18446744073709551615"), Ok(u64::MAX));
        assert!(seed("18446744073709551616").is_err() && seed("-1").is_err());
    }

    #[test]
    fn widths_are_points_or_parts() {
        assert_eq!(half_width("0.5pp"), Ok(HalfWidth::Absolute(0.005)));
        assert_eq!(half_width("2 pp"), Ok(HalfWidth::Absolute(0.02)));
        assert_eq!(half_width("5%"), Ok(HalfWidth::Relative(0.05)));
        for text in ["0.005", "0pp", "-1pp", "50pp", "100%", "0%", "NaNpp", "pp", "%", "x%", "1e-400pp"] {
            assert!(half_width(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_claimed_by_name() {
        for text in ["spillover 5%", "spillover 0.05", " spillover   5 %"] {
            assert_eq!(claimed_share(text), Ok(("spillover".into(), 0.05)), "{text}");
        }
        for text in ["spillover", "5%", "spillover 0", "spillover 100%", "spillover 5", "spillover x", ""] {
            assert!(claimed_share(text).is_err(), "{text}");
        }
        assert_eq!((error_rate("1%"), error_rate("0.05")), (Ok(0.01), Ok(0.05)));
        assert!(error_rate("0").is_err() && error_rate("50%").is_err() && error_rate("x").is_err());
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!((bytes("65536"), bytes("4MiB"), bytes("1 kB")), (Ok(65_536), Ok(4 << 20), Ok(1_000)));
        assert!(
            bytes("0").is_err() && bytes("4 parsecs").is_err() && bytes("18446744073709551615GiB").is_err()
        );
    }

    #[test]
    fn settings_have_a_name_and_a_value() {
        assert_eq!(setting("risk = 20%"), Ok(("risk".into(), "20%".into())));
        assert_eq!(setting("a=b=c"), Ok(("a".into(), "b=c".into())));
        assert!(setting("a").is_err() && setting("=1").is_err() && setting("a=").is_err());
    }
}
