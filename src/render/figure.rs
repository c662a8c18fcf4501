//! Counts, shares and times → their figures: with no more digits than their uncertainty allows, and never "0 %".

use crate::report::{Basis, IntervalMethod, Report, Times};
use crate::stats::special::normal_quantile;
use jiff::civil::Date;

/// Most decimals of a percentage.
const MOST_DECIMALS: usize = 7;

/// Most decimals of a computed percentage, known to 10⁻¹⁰ of 1 or little worse.
const MOST_EXACT_DECIMALS: i32 = 8;

/// A count with commas: `100,000`.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A level or a bound as it was given: `95 %`, `0.5 %`, `99.99999 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", hundredths(share))
}

/// A difference of shares as it was given, in percentage points: `0.5 pp`.
pub(super) fn points(share: f64) -> String {
    format!("{} pp", hundredths(share))
}

/// A hundred times a share, to a thousandth, or to three significant digits of its distance from 0 or 1.
fn hundredths(share: f64) -> f64 {
    let rest = 100.0 * share.min((1.0 - share).abs());
    let decimals = if rest > 0.0 { (2.0 - libm::floor(libm::log10(rest))).clamp(3.0, 12.0) } else { 3.0 };
    let unit = libm::pow(10.0, decimals);
    (100.0 * share * unit).round() / unit
}

/// `1 run`, `100,000 runs`
pub fn runs(count: u64) -> String {
    format!("{} run{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// A count of which only the first three figures mean anything, cut to them: 163,934 → 163,000.
pub fn three_figures(count: u64) -> u64 {
    let mut step = 1;
    while count / step >= 1_000 {
        step *= 10;
    }
    count / step * step
}

/// A share with the decimals that its interval allows: `3.51 %`; of none or all, the bound on the other side.
pub(super) fn share(count: u64, runs: u64, interval: [f64; 2]) -> String {
    match count {
        _ if runs == 0 => "–".to_owned(),
        0 => format!("< {}", bound_above(interval[1])),
        count if count == runs => format!("> {}", bound_below(interval[0])),
        count => format!("{:.*} %", decimals(interval), 100.0 * count as f64 / runs as f64),
    }
}

/// An interval of a share: `3.40–3.63 %`; an end at 0 or 100 % is shown as such.
pub(super) fn interval([low, high]: [f64; 2]) -> String {
    let digits = decimals([low, high]);
    let end = |share: f64| match share {
        0.0 => "0".to_owned(),
        1.0 => "100".to_owned(),
        share => format!("{:.digits$}", 100.0 * share),
    };
    format!("{}–{} %", end(low), end(high))
}

/// How many times wider the intervals of a report are than those of as many independent runs, at most: runs that share
/// parameter draws tell less. 1 if they are independent.
pub(super) fn excess(report: &Report) -> f64 {
    let runs = report.sampling.runs as f64;
    let outcomes = report.outcomes.iter().map(|it| (it.share, it.interval, it.basis));
    let groups = report.groups.iter().map(|it| (it.share, it.interval, it.basis));
    let counted = report.watch.iter().chain(&report.red_lines);
    let counted = counted.map(|it| (it.share, it.interval, it.basis));
    let times = |(share, [low, high], basis): (f64, [f64; 2], Basis)| {
        let error = (share * (1.0 - share) / runs).sqrt();
        let miss = (1.0 - basis.level) / basis.joint as f64;
        let independent = -2.0 * normal_quantile(miss / 2.0) * error;
        let shared = basis.method == IntervalMethod::StudentT && independent > 0.0;
        if shared { (high - low) / independent } else { 1.0 }
    };
    outcomes.chain(groups).chain(counted).map(times).fold(1.0, f64::max)
}

/// A share without an interval of its own, with the decimals that sampling error allows (two standard errors to each
/// side, [`excess`] times as large); `never` and `always` for none and all.
pub(super) fn plain_share(count: u64, runs: u64, excess: f64) -> String {
    if count == 0 {
        return "never".to_owned();
    }
    if count >= runs {
        return "always".to_owned();
    }
    let (count, runs) = (count as f64, runs as f64);
    let share = count / runs;
    let error = excess * (share * (1.0 - share) / runs).sqrt();
    format!("{:.*} %", decimals([share - 2.0 * error, share + 2.0 * error]), 100.0 * share)
}

/// A computed probability with some three significant digits of its distance from 0 or 1; `impossible` for exactly 0. What
/// is within the error bound of 0 or 1 has that as a bound.
pub(super) fn probability(share: f64, bound: f64) -> String {
    let rest = share.min(1.0 - share);
    if share == 0.0 {
        return "impossible".to_owned();
    }
    if rest <= bound {
        let near = if share < 0.5 { bound_above(bound) } else { bound_below(1.0 - bound) };
        return format!("{} {near}", if share < 0.5 { '<' } else { '>' });
    }
    let digits = 2 - libm::floor(libm::log10(100.0 * rest)) as i32;
    format!("{:.*} %", digits.clamp(3, MOST_EXACT_DECIMALS) as usize, 100.0 * share)
}

/// A small number above 0, rounded up to one digit: `2e-12`.
pub(super) fn at_most(number: f64) -> String {
    let power = libm::floor(libm::log10(number)) as i32;
    let digit = (number / libm::pow(10.0, f64::from(power)) * (1.0 - 1e-9)).ceil() as u32;
    if digit >= 10 { format!("1e{}", power + 1) } else { format!("{digit}e{power}") }
}

/// Decimals of a percentage: two significant digits of its interval's width (GUM, JCGM 100:2008, 7.2.6).
pub(super) fn decimals([low, high]: [f64; 2]) -> usize {
    let mut width = 100.0 * (high - low);
    let mut decimals = 0;
    while width < 9.5 && decimals < MOST_DECIMALS {
        width *= 10.0;
        decimals += 1;
    }
    decimals
}

/// A small share, rounded up to one significant digit: `0.004 %`.
fn bound_above(share: f64) -> String {
    let (unit, decimals) = unit_of(100.0 * share);
    format!("{:.decimals$} %", (100.0 * share / unit).ceil() * unit)
}

/// A share close to one, rounded down where its distance from one has its first significant digit: `99.996 %`.
fn bound_below(share: f64) -> String {
    let rest = 100.0 * (1.0 - share);
    let (unit, decimals) = unit_of(rest);
    format!("{:.decimals$} %", 100.0 - (rest / unit).ceil() * unit)
}

/// The power of ten of a number's first significant digit, at most 1, and its decimals.
fn unit_of(number: f64) -> (f64, usize) {
    let (mut unit, mut decimals) = (1.0, 0);
    while number < unit && decimals < MOST_DECIMALS {
        unit /= 10.0;
        decimals += 1;
    }
    (unit, decimals)
}

/// A number of days without needless digits: `180`, `0.5`.
pub(super) fn days(days: f64) -> String {
    let tenths = (10.0 * days).round() / 10.0;
    if tenths == days || days >= 10.0 { format!("{tenths}") } else { format!("{days:.2}") }
}

/// The calendar day of a time, if the start is a date.
pub(super) fn date(start: &str, days: f64) -> Option<Date> {
    let start: Date = start.parse().ok()?;
    start.checked_add(jiff::Span::new().try_days(days.floor() as i64).ok()?).ok()
}

/// A median time as day number and date: `84  2026-09-07`; nothing without a time.
pub(super) fn median(report: &Report, times: Option<Times>) -> String {
    times.map_or_else(String::new, |times| day_and_date(report, times.q50))
}

/// The interval of a median in days: `82–86`; nothing without a time.
pub(super) fn median_interval(times: Option<Times>) -> String {
    let Some(Times { intervals: Some(intervals), .. }) = times else { return String::new() };
    let [low, high] = intervals.q50;
    let decimals = usize::from(high - low < 2.0);
    format!("{low:.decimals$}–{high:.decimals$}")
}

/// Width of the bins of times, to one significant digit, upwards: `0.02`.
pub(super) fn resolution(days: f64) -> String {
    let (unit, decimals) = unit_of(days);
    format!("{:.decimals$}", (days / unit).ceil() * unit)
}

/// A time as day number and date.
pub(super) fn day_and_date(report: &Report, time: f64) -> String {
    let day = format!("{:.0}", time.floor());
    match date(&report.scenario.start, time) {
        Some(date) => format!("{day:>4}  {date}"),
        None => day,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_commas() {
        let shown: Vec<_> = [0, 999, 1_000, 100_000, 1_234_567].map(thousands).into();
        assert_eq!(shown, ["0", "999", "1,000", "100,000", "1,234,567"]);
    }

    #[test]
    fn shares_have_the_digits_of_their_interval() {
        assert_eq!(share(3_512, 100_000, [0.0340, 0.0363]), "3.51 %");
        assert_eq!(interval([0.034_01, 0.036_29]), "3.40–3.63 %");
        assert_eq!(share(30, 100, [0.2124, 0.3998]), "30 %");
        assert_eq!(interval([0.2124, 0.3998]), "21–40 %");
        assert_eq!(share(1, 100_000, [2.5e-7, 5.57e-5]), "0.0010 %");
    }

    #[test]
    fn what_was_never_or_always_seen_has_a_bound() {
        assert_eq!(share(0, 100_000, [0.0, 3.688_8e-5]), "< 0.004 %");
        assert_eq!(share(100_000, 100_000, [1.0 - 3.688_8e-5, 1.0]), "> 99.996 %");
        assert_eq!(share(0, 10, [0.0, 0.3085]), "< 31 %");
        assert_eq!(share(10, 10, [0.6915, 1.0]), "> 69 %");
        assert_eq!(interval([0.0, 3.688_8e-5]), "0–0.0037 %");
        assert_eq!((plain_share(0, 10, 1.0), plain_share(10, 10, 2.0)), ("never".into(), "always".into()));
        assert_eq!(share(0, 0, [0.0, 1.0]), "–");
    }

    #[test]
    fn levels_and_bounds_keep_their_digits() {
        let shown = [0.95, 0.005, 0.999_999_9, 0.000_001, 0.123_456_7, 1.0, 0.0].map(percent);
        assert_eq!(shown, ["95 %", "0.5 %", "99.99999 %", "0.0001 %", "12.346 %", "100 %", "0 %"]);
        assert_eq!([0.005, 1e-7].map(points), ["0.5 pp", "0.00001 pp"]);
    }

    #[test]
    fn shares_of_runs_that_share_draws_have_fewer_digits() {
        use super::super::sample;
        assert_eq!(excess(&sample::report()), 1.0);
        let mut report = sample::with_draws();
        // Ten standard errors of 100,000 independent runs to each side, five times what two of them are.
        let error = (0.035_12_f64 * (1.0 - 0.035_12) / 1e5).sqrt();
        report.outcomes[0].interval = [0.035_12 - 9.8 * error, 0.035_12 + 9.8 * error];
        assert!((excess(&report) - 5.0).abs() < 0.001, "{}", excess(&report));
        assert_eq!(plain_share(36_123, 100_000, 1.0), "36.12 %");
        assert_eq!(plain_share(36_123, 100_000, 5.0), "36.1 %");
    }

    #[test]
    fn computed_probabilities_have_digits_on_the_near_side() {
        let shown = |share| probability(share, 1e-10);
        assert_eq!(shown(0.362_480_427_191_496), "36.248 %");
        assert_eq!((shown(1.234e-6), shown(1.0 - 1.234e-6)), ("0.000123 %".into(), "99.999877 %".into()));
        assert_eq!((shown(0.0), shown(3e-11)), ("impossible".into(), "< 0.0000001 %".into()));
        assert_eq!(shown(1.0), "> 99.9999999 %");
        assert_eq!([1e-10, 1.01e-10, 9.5e-8].map(at_most), ["1e-10", "2e-10", "1e-7"]);
    }

    #[test]
    fn times_are_day_and_date() {
        assert_eq!(date("2026-06-15", 84.9).unwrap().to_string(), "2026-09-07");
        assert_eq!(date("soon", 1.0), None);
        assert_eq!((days(180.0), days(0.5), days(1.25)), ("180".into(), "0.5".into(), "1.25".into()));
    }
}
