//! Sampling error and ignorance told apart: against variances and quantiles known exactly, and by coverage.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use escalade::check::base;
use escalade::engine::{Draws, Engine, Unobserved};
use escalade::ensemble::{Goal, Plan, Unwatched, run};
use escalade::model::Model;
use escalade::report::{self, Inputs, IntervalMethod, Report, ScenarioRecord};
use escalade::source::SourceText;
use escalade::stats::clusters::{Cluster, ClusterMethod, mean_interval, spread};
use escalade::stats::distribution::Distribution;
use escalade::stats::interval::Method;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Weighted points of a law of probabilities: trapezoids in a variable that runs over the whole line, where their error
/// falls exponentially.
fn points(density: impl Fn(f64) -> (f64, f64)) -> Vec<(f64, f64)> {
    let step = 0.1;
    let all = (-400..=400).map(|at| density(f64::from(at) * step));
    all.map(|(weight, p)| (weight * step, p)).filter(|(weight, _)| *weight > 1e-18).collect()
}

/// Variance between, over all pairs of points as clusters of so many trials that chance plays no part; and p̄(1−p̄).
fn decomposed(points: &[(f64, f64)]) -> (f64, f64) {
    let trials = 1_000_000_000_000_000;
    let cluster = |p: f64| Cluster { successes: (p * trials as f64).round() as u64, trials };
    let (mut between, mut mean) = (0.0, 0.0);
    for (weight, p) in points {
        mean += weight * p;
        for (other, q) in points {
            between += weight * other * spread(&[cluster(*p), cluster(*q)]).unwrap().between;
        }
    }
    (between, mean * (1.0 - mean))
}

/// The oracle's two models: p ~ Beta(2, 8), and T ≤ 1 with λ ~ Gamma(3, scale 2).
#[test]
fn the_oracle_s_variances_are_met() {
    let beta = points(|s| {
        let p = 1.0 / (1.0 + libm::exp(-s));
        (72.0 * libm::pow(p, 2.0) * libm::pow(1.0 - p, 8.0), p)
    });
    let gamma = points(|s| {
        let rate = libm::exp(s);
        (libm::pow(rate, 3.0) * libm::exp(-rate / 2.0) / 16.0, -libm::expm1(-rate))
    });
    let table = std::fs::read_to_string("tests/oracles/nested_variance_example.csv").unwrap();
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(rows.len(), 2);
    for (row, points) in rows.iter().zip([beta, gamma]) {
        let numbers: Vec<f64> = row.rsplit(',').take(3).map(|cell| cell.parse().unwrap()).collect();
        let (between, total) = decomposed(&points);
        assert!((between - numbers[1]).abs() < 1e-9, "{row}: {between}");
        assert!((total - between - numbers[2]).abs() < 1e-9, "{row}: {}", total - between);
        assert!((total - numbers[0]).abs() < 1e-9, "{row}: {total}");
    }
}

/// A probability that is drawn, and one event that happens with it.
fn world(law: &str) -> Model {
    let text = format!(
        "format: 1\nid: coin\ntitle: A coin\nstart: 2026-01-01\nhorizon: 1d\nparameters:\n  p: {{value: {law}}}\n\
         indicators:\n  heads: {{type: flag, initial: false}}\n\
         rules:\n  toss:\n    choose:\n      up: {{weight: p, effects: [heads = true]}}\n      \
         down: {{weight: 1 - p, effects: []}}\n\
         outcomes:\n  heads: {{when: heads}}\n  tails: {{otherwise: true}}\nwatch:\n  seen: heads\n"
    );
    let found = base(&SourceText::new("coin", text));
    assert!(found.ready.is_some(), "{:?}", found.findings);
    found.ready.unwrap().model
}

fn report_of(model: &Model, draws: Draws, runs: u64) -> Report {
    let plan = Plan { seed: 11, draws, runs, jobs: 0, keep_failed: false, log: true };
    let batch = run(model, &plan, &Unwatched).unwrap();
    let scenario = ScenarioRecord {
        digest: String::new(),
        variant: None,
        set: indexmap::IndexMap::new(),
        text: String::new(),
    };
    let (confidence, seed) = (0.95, 11);
    report::build(Inputs {
        model,
        batch: &batch,
        scenario,
        confidence,
        seed,
        draws,
        asked: runs,
        goal: &Goal::AllRuns,
        method: Method::ClopperPearson,
        simultaneous: None,
    })
}

/// Null: with p ~ Beta(a, b) the share has mean a/(a + b), the 5–95 % range of the probability is that of the beta law,
/// and ignorance makes up 1/(a + b + 1) of the variance. 100,000 runs, 1,000 draws, seed 11. Limits are 4.9 standard
/// errors (α = 10⁻⁶ each): of the mean and of the quantiles asymptotically, √(q(1−q)/1000)/f(x), to which a hundredth of
/// the range is added for the error of shrinking; of the variance share 0.02 of itself per √(2/999) and kurtosis.
#[test]
fn beta_parameters_give_back_their_law() {
    for (a, b) in [(2.0, 8.0), (6.0, 4.0), (1.0, 19.0), (40.0, 10.0)] {
        let law = Distribution::Beta { alpha: a, beta: b, low: 0.0, high: 1.0 };
        let model = world(&format!("{{beta: [{a}, {b}]}}"));
        let report = report_of(&model, Draws::of_model(&model, None), 100_000);
        assert_eq!((report.sampling.draws, report.sampling.drawn_parameters), (Some(1_000), 1));
        let heads = &report.outcomes[0];
        assert_eq!((heads.basis.method, heads.basis.n), (IntervalMethod::StudentT, 1_000));
        let mean = a / (a + b);
        let variance = mean * (1.0 - mean) * (1.0 / (a + b + 1.0) / 1e3 + 1.0 / 1e5);
        assert!((heads.share - mean).abs() < 4.9 * variance.sqrt(), "{a}, {b}: {}", heads.share);
        let width = heads.interval[1] - heads.interval[0];
        assert!((width / (2.0 * 1.9623 * variance.sqrt()) - 1.0).abs() < 0.15, "{a}, {b}: {width}");
        let of = heads.ignorance.as_ref().unwrap();
        let (low, high) = (law.quantile(0.05), law.quantile(0.95));
        for (found, q) in [(of.low, 0.05), (of.high, 0.95)] {
            let x = law.quantile(q);
            let slope = (law.quantile(q + 1e-4) - law.quantile(q - 1e-4)) / 2e-4;
            let limit = 4.9 * slope * libm::sqrt(0.05 * 0.95 / 1e3) + 0.01 * (high - low);
            assert!((found - x).abs() < limit, "{a}, {b}: {found} for {x}");
        }
        let expected = 1.0 / (a + b + 1.0);
        assert!(of.distinguishable && (of.variance_share / expected - 1.0).abs() < 0.35, "{a}, {b}: {of:?}");
        let seen = &report.watch[0];
        assert_eq!(
            (seen.interval, seen.basis, &seen.ignorance),
            (heads.interval, heads.basis, &heads.ignorance)
        );
    }
}

#[test]
fn methods_follow_from_draws_and_runs() {
    let model = world("{beta: [2, 8]}");
    let of = |draws: Option<Draws>, runs: u64| {
        let report = report_of(&model, Draws::of_model(&model, draws), runs);
        let heads = report.outcomes[0].clone();
        (report.sampling.draws, heads.basis.method, heads.basis.n, heads.ignorance.is_some())
    };
    let ten = Draws::Of(10.try_into().unwrap());
    let hundred = Draws::Of(100.try_into().unwrap());
    assert_eq!(of(None, 1_000), (Some(1_000), IntervalMethod::ClopperPearson, 1_000, false));
    assert_eq!(of(None, 1_999), (Some(1_000), IntervalMethod::StudentT, 1_000, false));
    assert_eq!(of(None, 2_000), (Some(1_000), IntervalMethod::StudentT, 1_000, true));
    assert_eq!(of(Some(Draws::Each), 2_000), (None, IntervalMethod::ClopperPearson, 2_000, false));
    assert_eq!(of(Some(hundred), 2_001), (Some(100), IntervalMethod::StudentT, 100, true));
    // What was never seen is bounded by the draws: 1 − 0.025^(1/10).
    let never = world("{uniform: [0, 1e-9]}");
    let report = report_of(&never, ten, 2_000);
    let heads = &report.outcomes[0];
    assert_eq!((heads.count, heads.basis.method), (Some(0), IntervalMethod::ClopperPearsonDraws));
    assert!((heads.interval[1] + libm::expm1(libm::log(0.025) / 10.0)).abs() < 1e-12);
    assert!(!heads.ignorance.as_ref().unwrap().distinguishable);
    assert_eq!(report.outcomes[1].interval, [1.0 - heads.interval[1], 1.0]);
    // Nothing is drawn: nothing is shared.
    let known = world("0.3");
    assert_eq!(Draws::of_model(&known, Some(ten)), Draws::Each);
}

/// Run by run with the engine, as `trace` makes them, against batches of two lengths.
#[test]
fn the_first_runs_of_a_longer_batch_are_those_of_a_shorter_one() {
    let model = world("{beta: [2, 8]}");
    let draws = Draws::of_model(&model, None);
    let mut engine = Engine::new(&model, 11, draws);
    let mut heads = 0;
    for run in 0..5_000 {
        heads += u64::from(engine.run(run, &mut Unobserved).unwrap().outcome.index() == 0);
        if run + 1 == 1_500 || run + 1 == 5_000 {
            assert_eq!(report_of(&model, draws, run + 1).outcomes[0].count, Some(heads));
        }
    }
}

/// Cumulated probabilities of k successes in m trials with p ~ Beta(a, b): Skellam 1948.
fn beta_binomial(a: f64, b: f64, m: u64) -> Vec<f64> {
    let mut probability = (0..m).map(|i| (b + i as f64) / (a + b + i as f64)).product::<f64>();
    let mut sum = 0.0;
    (0..=m)
        .map(|k| {
            sum += probability;
            let (k, m) = (k as f64, m as f64);
            probability *= (m - k) * (a + k) / ((k + 1.0) * (b + m - k - 1.0));
            sum
        })
        .collect()
}

/// The successes of one cluster.
fn drawn(cumulated: &[f64], trials: u64, random: &mut ChaCha8Rng) -> Cluster {
    let uniform = (random.next_u64() >> 11) as f64 * (f64::EPSILON / 2.0);
    let successes = cumulated.partition_point(|below| *below <= uniform) as u64;
    Cluster { successes: successes.min(trials), trials }
}

/// How often 95 % intervals cover in a beta-binomial world, how often they are Student's, and their mean width.
fn coverage(mean: f64, variance_share: f64, (draws, m): (usize, u64), seed: u64) -> (f64, f64, f64) {
    let size = 1.0 / variance_share - 1.0;
    let cumulated = beta_binomial(mean * size, (1.0 - mean) * size, m);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut covered, mut student, mut width) = (0, 0, 0.0);
    for _ in 0..REPEATS {
        let clusters: Vec<Cluster> = (0..draws).map(|_| drawn(&cumulated, m, &mut random)).collect();
        let (interval, method) = mean_interval(&clusters, 0.95);
        covered += u64::from(interval.low <= mean && mean <= interval.high);
        student += u64::from(method == ClusterMethod::StudentT);
        width += interval.high - interval.low;
    }
    let n = REPEATS as f64;
    (covered as f64 / n, student as f64 / n, width / n)
}

/// Batches for each world.
const REPEATS: u64 = 2_000;

/// Null: 95 % intervals cover the mean probability in at least 95 % of batches, to within three and a half standard errors
/// (2,000 batches, seed the number of the world: 1.7 points; α = 0.03 for all 96 worlds).
#[test]
fn intervals_over_draws_cover() {
    let mut lines = Vec::new();
    for (draws, m) in [(1_000, 100), (1_000, 10), (100, 100), (20, 100)] {
        for mean in [0.5, 0.1, 0.02, 0.005, 0.001, 0.0001] {
            for variance_share in [0.001, 0.01, 0.1, 0.5] {
                let (covered, student, width) =
                    coverage(mean, variance_share, (draws, m), lines.len() as u64);
                assert!(covered >= 0.933, "{mean} {variance_share} {draws} {m}: {covered}");
                assert!(student > 0.0 || covered >= 0.95, "{mean} {variance_share} {draws} {m}: {covered}");
                let (covered, student, width) = (100.0 * covered, 100.0 * student, 50.0 * width);
                lines.push(format!(
                    "| {draws} × {m} | {} % | {} % | {covered:.1} % | {student:.0} % | {width:.2} pp |",
                    100.0 * mean,
                    100.0 * variance_share
                ));
            }
        }
    }
    told(&lines);
}

/// Fails if the page does not have this table.
fn told(lines: &[String]) {
    let page = std::fs::read_to_string("docs/uncertainty.md").unwrap();
    let table = lines.join("\n");
    assert!(page.contains(&table), "docs/uncertainty.md does not have this table:\n{table}");
}

/// Half the mean width of intervals, and root mean square errors of both ends of the range of ignorance, in 100,000 runs.
fn precision(mean: f64, variance_share: f64, draws: usize) -> [f64; 3] {
    let (size, m) = (1.0 / variance_share - 1.0, 100_000 / draws as u64);
    let (alpha, beta) = (mean * size, (1.0 - mean) * size);
    let law = Distribution::Beta { alpha, beta, low: 0.0, high: 1.0 };
    let truth = [law.quantile(0.05), law.quantile(0.95)];
    let cumulated = beta_binomial(alpha, beta, m);
    let mut random = ChaCha8Rng::seed_from_u64(43);
    let (mut width, mut errors) = (0.0, [0.0; 2]);
    for _ in 0..200 {
        let clusters: Vec<Cluster> = (0..draws).map(|_| drawn(&cumulated, m, &mut random)).collect();
        let (interval, _) = mean_interval(&clusters, 0.95);
        width += 0.5 * (interval.high - interval.low) / 200.0;
        let found = spread(&clusters).unwrap();
        errors[0] += libm::pow(found.low - truth[0], 2.0) / 200.0;
        errors[1] += libm::pow(found.high - truth[1], 2.0) / 200.0;
    }
    [width, errors[0].sqrt(), errors[1].sqrt()]
}

/// The usual number of draws: of 100, 1,000 and 10,000 it gives the range of ignorance best, or nearly so, with an
/// interval at most twice as wide as the most draws give.
#[test]
fn a_thousand_draws_are_a_fair_bargain() {
    let mut lines = Vec::new();
    for (mean, variance_share) in [(0.3, 0.02), (0.3, 0.1), (0.05, 0.005), (0.05, 0.02), (0.01, 0.02)] {
        let found = [100, 1_000, 10_000].map(|draws| precision(mean, variance_share, draws));
        for (draws, [width, low, high]) in ["100", "1,000", "10,000"].iter().zip(found) {
            let (width, low, high) = (100.0 * width, 100.0 * low, 100.0 * high);
            let (mean, share) = (100.0 * mean, 100.0 * variance_share);
            lines.push(format!("| {mean} % | {share} % | {draws} | {width:.2} | {low:.2} | {high:.2} |"));
        }
        let both = found.map(|[_, low, high]| low + high);
        assert!(both[1] <= 1.1 * both[0].min(both[2]), "{mean} {variance_share}: {found:?}");
    }
    told(&lines);
}

/// Without ignorance the excess of the variance over chance is as often below 0 as above, but for its slight skewness.
/// 2,000 batches of 1,000 draws of 100 runs, seed 44, mean 10 %.
#[test]
fn no_ignorance_is_not_told_in_half_of_all_batches() {
    // With a and b as large as this the beta distribution is a point.
    let cumulated = beta_binomial(1e11, 9e11, 100);
    let mut random = ChaCha8Rng::seed_from_u64(44);
    let (mut told, mut widest) = (0, 0.0_f64);
    for _ in 0..2_000 {
        let clusters: Vec<Cluster> = (0..1_000).map(|_| drawn(&cumulated, 100, &mut random)).collect();
        let found = spread(&clusters).unwrap();
        told += u32::from(found.between > 0.0);
        widest = widest.max(found.high - found.low);
    }
    assert!((900..1_100).contains(&told), "{told}");
    assert!(widest < 0.05, "{widest}");
}
