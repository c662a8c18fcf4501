//! `stats` against reference values computed independently of it (tests/oracles/README.md).

use escalade::stats::difference::{Pairs, holm, independent, mcnemar, paired};
use escalade::stats::interval::{Interval, Method, proportion};
use escalade::stats::joint::sison_glaz;
use escalade::stats::ranks::{Ranks, quantile_ranks};
use escalade::stats::sequence::confidence_sequence;
use escalade::stats::special::{
    Tail, beta_lower, beta_quantile, beta_upper, gamma_lower, gamma_quantile, gamma_upper, ln_gamma,
    normal_cdf, normal_quantile,
};
use escalade::stats::sprt::{Decision, Sprt};

/// One table of reference values: named columns of text.
struct Oracle {
    names: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

impl Oracle {
    fn new(text: &'static str) -> Self {
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let names = lines.next().expect("a header");
        let rows: Vec<_> = lines.collect();
        assert!(rows.len() > 1, "an empty table tests nothing");
        Self { names, rows }
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { names: &self.names, cells })
    }
}

struct Row<'a> {
    names: &'a [&'static str],
    cells: &'a [&'static str],
}

impl Row<'_> {
    fn text(&self, name: &str) -> &'static str {
        let column = self.names.iter().position(|&known| known == name);
        self.cells[column.unwrap_or_else(|| panic!("no column {name}"))]
    }

    fn number(&self, name: &str) -> f64 {
        let text = self.text(name);
        text.parse().unwrap_or_else(|_| panic!("{name}: {text:?} is no number"))
    }

    fn count(&self, name: &str) -> u64 {
        self.text(name).parse().expect("a count")
    }
}

fn relative(got: f64, expected: f64) -> f64 {
    if got == expected { 0.0 } else { ((got - expected) / expected).abs() }
}

fn two(arguments: &str) -> (f64, f64) {
    let (a, b) = arguments.split_once(';').expect("two arguments");
    (a.parse().expect("a number"), b.parse().expect("a number"))
}

#[test]
fn special_functions() {
    for row in Oracle::new(include_str!("oracles/special_functions.csv")).rows() {
        let expected = row.number("value");
        let got = match row.text("fn") {
            "norm_ppf" => normal_quantile(row.number("arg")),
            "betainc_reg" => {
                let (a, b) = two(row.text("arg"));
                beta_lower(a, b, row.number("x"))
            }
            other => panic!("unknown function {other}"),
        };
        let error = relative(got, expected);
        // the reference itself is off by 3e-13 in one row, I(8, 99993)
        assert!(
            error < 5e-13,
            "{} {} {}: {got} {expected} {error:e}",
            row.text("fn"),
            row.text("arg"),
            row.text("x")
        );
    }
}

/// The absolute error that the docstrings allow in a tail.
fn allowed(tail: f64) -> f64 {
    3e-13 * tail + 2e-15
}

/// Tails of beta and gamma for shapes from 1e-3 to 1e9, each against 40 digits.
#[test]
fn tails_keep_their_relative_precision() {
    for row in Oracle::new(include_str!("oracles/special_reference.csv")).rows() {
        let x = row.number("x");
        let (lower, upper) = match row.text("fn") {
            "beta" => {
                let (a, b) = two(row.text("arg"));
                (beta_lower(a, b, x), beta_upper(a, b, x))
            }
            "gamma" => {
                let a = row.number("arg");
                (gamma_lower(a, x), gamma_upper(a, x))
            }
            "normal" => (normal_cdf(x), normal_cdf(-x)),
            "ln_gamma" => {
                let (got, expected) = (ln_gamma(x), row.number("lower"));
                assert!(relative(got, expected) < 1e-15, "ln Γ({x}) = {got}, not {expected}");
                continue;
            }
            other => panic!("unknown function {other}"),
        };
        let place = format!("{} {} {x}", row.text("fn"), row.text("arg"));
        for (got, expected) in [(lower, row.number("lower")), (upper, row.number("upper"))] {
            let error = (got - expected).abs();
            assert!(error <= allowed(expected), "{place}: {got} {expected}");
        }
    }
}

/// The same rows backwards: the quantile at the reference's tail is the reference's x, where x is well conditioned.
#[test]
fn quantiles_return_to_the_reference_points() {
    let mut tested = 0;
    for row in Oracle::new(include_str!("oracles/special_reference.csv")).rows() {
        let x = row.number("x");
        if !matches!(row.text("fn"), "beta" | "gamma") {
            continue;
        }
        let (lower, upper) = (row.number("lower"), row.number("upper"));
        let tail = if lower < upper { Tail::Lower(lower) } else { Tail::Upper(upper) };
        let (got, slope) = if row.text("fn") == "beta" {
            let (a, b) = two(row.text("arg"));
            let step = x * 1e-6;
            (beta_quantile(a, b, tail), (beta_lower(a, b, x + step) - beta_lower(a, b, x - step)) / 2e-6)
        } else {
            let a = row.number("arg");
            (
                gamma_quantile(a, tail),
                (gamma_lower(a, x * (1.0 + 1e-6)) - gamma_lower(a, x * (1.0 - 1e-6))) / 2e-6,
            )
        };
        // What the allowed error of the tail does to ln x.
        let conditioning = allowed(lower.min(upper)) / slope;
        if conditioning < 1e-9 {
            tested += 1;
            let error = relative(got, x);
            assert!(
                error < 1e-13 + conditioning,
                "{} {} {x}: {got} {error:e}",
                row.text("fn"),
                row.text("arg")
            );
        }
    }
    assert!(tested > 400, "only {tested} points");
}

fn assert_end(got: f64, expected: f64, noise: f64, place: &str) {
    // Near 1 what counts is the distance from 1, which the reference has rounded to 1e-16.
    let bound = if expected <= 0.5 { 1e-9 * expected + noise } else { 1e-9 * (1.0 - expected) + 4e-16 };
    assert!((got - expected).abs() <= bound, "{place}: {got} {expected}");
}

#[test]
fn intervals_for_proportions() {
    for row in Oracle::new(include_str!("oracles/proportion_ci.csv")).rows() {
        let (successes, trials, confidence) = (row.count("k"), row.count("n"), row.number("conf"));
        for (method, name, noise) in [
            (Method::ClopperPearson, "cp", 0.0),
            (Method::Jeffreys, "jeffreys", 0.0),
            // the reference's lower end at no success is 0 with rounding noise
            (Method::Wilson, "wilson", 1e-17),
        ] {
            let Interval { low, high } = proportion(method, successes, trials, confidence);
            let place = format!("{name} {successes} of {trials} at {confidence}");
            assert_end(low, row.number(&format!("{name}_lo")), noise, &place);
            assert_end(high, row.number(&format!("{name}_hi")), noise, &place);
        }
    }
}

#[test]
fn rule_of_three() {
    for row in Oracle::new(include_str!("oracles/rule_of_three.csv")).rows() {
        let (trials, confidence) = (row.count("n"), row.number("conf"));
        let two_sided = proportion(Method::ClopperPearson, 0, trials, confidence).high;
        assert!(relative(two_sided, row.number("cp_twosided_upper")) < 1e-12, "{trials}");
        // one-sided at 1 − α is two-sided at 1 − 2α
        let one_sided = proportion(Method::ClopperPearson, 0, trials, 2.0 * confidence - 1.0).high;
        assert!(relative(one_sided, row.number("exact_onesided_upper")) < 1e-12, "{trials}");
    }
}

/// P(from ≤ X ≤ to) for X ~ Bin(n, p), by differences of the smaller tails.
fn binomial(n: u64, p: f64, from: u64, to: u64) -> f64 {
    let at_most = |k: u64| if k >= n { 1.0 } else { beta_upper(k as f64 + 1.0, (n - k) as f64, p) };
    at_most(to) - if from == 0 { 0.0 } else { at_most(from - 1) }
}

/// The reference sums binomial probabilities over the counts whose interval holds p, to six digits.
#[test]
fn intervals_cover_as_often_as_the_exact_sum_says() {
    for row in Oracle::new(include_str!("oracles/coverage_exact_95.csv")).rows() {
        let (n, p) = (row.count("n"), row.number("p"));
        let (centre, reach) = (n as f64 * p, 8.0 * (n as f64 * p * (1.0 - p)).sqrt() + 20.0);
        let counts = (centre - reach).max(0.0) as u64..=((centre + reach) as u64).min(n);
        for (method, name) in [
            (Method::Wilson, "wilson"),
            (Method::ClopperPearson, "clopper_pearson"),
            (Method::Jeffreys, "jeffreys"),
        ] {
            let covering = counts.clone().filter(|&k| {
                let Interval { low, high } = proportion(method, k, n, 0.95);
                low <= p && p <= high
            });
            let coverage: f64 = covering.map(|k| binomial(n, p, k, k)).sum();
            assert!((coverage - row.number(name)).abs() < 6e-7, "{name} {n} {p}: {coverage}");
        }
    }
}

/// The least coverage for 0 < p ≤ 10/n: between two ends of intervals coverage has one hump, so the least
/// is beside an end, or at 10/n.
#[test]
fn intervals_for_rare_events_cover_as_rarely_as_the_reference_says() {
    for row in Oracle::new(include_str!("oracles/coverage_min_p_below_10_over_n.csv")).rows() {
        let n = row.count("n");
        let most = 10.0 / n as f64;
        for (method, name) in [
            (Method::Wilson, "wilson"),
            (Method::ClopperPearson, "clopper_pearson"),
            (Method::Jeffreys, "jeffreys"),
        ] {
            let intervals: Vec<_> = (0..=n.min(100)).map(|k| proportion(method, k, n, 0.95)).collect();
            let coverage = |p: f64| -> f64 {
                let counts = intervals.iter().enumerate().filter(|(_, it)| it.low <= p && p <= it.high);
                counts.map(|(k, _)| binomial(n, p, k as u64, k as u64)).sum()
            };
            let ends =
                intervals.iter().flat_map(|it| [it.low, it.high]).filter(|end| *end > 0.0 && *end < most);
            let beside = ends.flat_map(|end| [end * (1.0 - 1e-9), end * (1.0 + 1e-9)]).chain([1e-12, most]);
            let least = beside.map(coverage).fold(1.0, f64::min);
            // The reference looks at a grid of p, and so a little above the least.
            let above = row.number(name) - least;
            assert!((-1e-6..0.01).contains(&above), "{name} {n}: {least}");
        }
    }
}

#[test]
fn order_statistics_cover_a_quantile_as_often_as_the_binomial_says() {
    for row in Oracle::new(include_str!("oracles/quantile_ci_orderstat.csv")).rows() {
        let (from, to) = (row.count("lower_rank_1based"), row.count("upper_rank_1based"));
        let coverage = binomial(row.count("n"), row.number("q"), from, to - 1);
        assert!((coverage - row.number("exact_coverage")).abs() < 1e-12, "{from} {to}: {coverage}");
        let ranks = quantile_ranks(row.number("q"), row.count("n"), 0.95);
        assert_eq!(ranks, Ranks { low: from, high: to });
    }
}

#[test]
fn confidence_sequences() {
    for row in Oracle::new(include_str!("oracles/confseq_bernoulli.csv")).rows() {
        let (successes, trials, confidence) = (row.count("k"), row.count("n"), 1.0 - row.number("alpha"));
        let Interval { low, high } = confidence_sequence(successes, trials, confidence);
        let place = format!("{successes} of {trials} at {confidence}");
        assert_end(low, row.number("betabinom11_lo"), 0.0, &place);
        assert_end(high, row.number("betabinom11_hi"), 0.0, &place);
    }
}

#[test]
fn sequential_tests() {
    for row in Oracle::new(include_str!("oracles/sprt_wald.csv")).rows() {
        let (low, high) = (row.number("p0"), row.number("p1"));
        let test = Sprt { low, high, alpha: row.number("alpha"), beta: row.number("beta") };
        let ((lower, upper), (success, failure)) = (test.bounds(), test.steps());
        for (got, name) in [
            (lower, "log_lower_acceptH0"),
            (upper, "log_upper_acceptH1"),
            (success, "llr_success"),
            (failure, "llr_failure"),
        ] {
            assert!(relative(got, row.number(name)) < 1e-12, "{name} {low} {high}: {got}");
        }
        // The first count of successes alone, and of failures alone, that decides.
        let most = |bound: f64, step: f64| (bound / step).ceil() as u64;
        let (successes, failures) = (most(upper, success), most(lower, failure));
        assert_eq!(test.decide(successes, successes), Decision::High);
        assert_eq!(test.decide(successes - 1, successes - 1), Decision::Open);
        assert_eq!((test.decide(0, failures), test.decide(0, failures - 1)), (Decision::Low, Decision::Open));
    }
}

#[test]
fn simultaneous_intervals() {
    let list = |text: &str| text.split(';').map(|cell| cell.parse().expect("a number")).collect::<Vec<f64>>();
    for row in Oracle::new(include_str!("oracles/sison_glaz.csv")).rows() {
        let counts: Vec<u64> = list(row.text("counts")).into_iter().map(|count| count as u64).collect();
        let intervals = sison_glaz(&counts, row.number("confidence")).expect("all counts are at least 5");
        let expected = list(row.text("low")).into_iter().zip(list(row.text("high")));
        for (Interval { low, high }, expected) in intervals.into_iter().zip(expected) {
            let place = format!("{counts:?} at {}", row.text("confidence"));
            assert!((low - expected.0).abs() < 1e-12, "{place}: {low} {expected:?}");
            assert!((high - expected.1).abs() < 1e-12, "{place}: {high} {expected:?}");
        }
    }
}

#[test]
fn differences_of_independent_shares_match() {
    for row in Oracle::new(include_str!("oracles/diff_proportions_95.csv")).rows() {
        // The table has the first share minus the second.
        let second = (row.count("k1"), row.count("n1"));
        let [low, high] = independent((row.count("k2"), row.count("n2")), second, 0.95);
        let expected = [row.number("newcombe_sm_lo"), row.number("newcombe_sm_hi")];
        assert!(
            (low - expected[0]).abs() < 1e-12 && (high - expected[1]).abs() < 1e-12,
            "{low} {high} {expected:?}"
        );
    }
}

#[test]
fn differences_of_paired_shares_match() {
    for row in Oracle::new(include_str!("oracles/mcnemar_paired_95.csv")).rows() {
        // The table has the first share minus the second.
        let pairs = Pairs {
            both: row.count("n11"),
            second_only: row.count("n10"),
            first_only: row.count("n01"),
            neither: row.count("n00"),
        };
        assert!((pairs.difference() - row.number("diff")).abs() < 1e-15);
        assert!(relative(mcnemar(pairs), row.number("p_exact")) < 1e-9, "{pairs:?}");
        let [low, high] = paired(pairs, 0.95);
        if pairs.first_only + pairs.second_only == 0 {
            // Where no pair differs the interval is the bound of its own: 1 − 0.025^(1/100).
            let bound = -libm::expm1(libm::log(0.025) / 100.0);
            assert!((high - bound).abs() < 1e-12 && (low + bound).abs() < 1e-12);
            continue;
        }
        let expected = [row.number("newcombe_paired10_lo"), row.number("newcombe_paired10_hi")];
        assert!(
            (low - expected[0]).abs() < 1e-12 && (high - expected[1]).abs() < 1e-12,
            "{low} {high} {expected:?}"
        );
    }
}

#[test]
fn p_values_corrected_after_holm_match() {
    let oracle = Oracle::new(include_str!("oracles/multitest_BH1995.csv"));
    let mut rows: Vec<(f64, f64)> = oracle.rows().map(|row| (row.number("p"), row.number("holm"))).collect();
    // In any order.
    rows.rotate_left(7);
    rows.swap(0, 3);
    let found = holm(&rows.iter().map(|row| row.0).collect::<Vec<_>>());
    for (found, (p, expected)) in found.iter().zip(&rows) {
        assert!((found - expected).abs() < 1e-14, "{p}: {found} {expected}");
    }
}
