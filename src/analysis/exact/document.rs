//! A solution → a report, and a report of runs with it → both side by side.

use crate::model::Model;
use crate::report::{
    Basis, Counted, Ever, ExactCheck, ExactMethod, ExactRow, FORMAT, GroupCount, Ignorance, IntervalMethod,
    Outcome, Provenance, Report, Sampling, SamplingMethod, ScenarioRecord, Stopping, StoppingKind, headline,
    likelihood, scenario,
};
use crate::stats::special::normal_quantile;

use super::{Combination, Exact, Method, RESOLUTION, SLACK, Solution};

/// What intervals of width 0 rest on.
const BASIS: Basis = Basis { method: IntervalMethod::Exact, level: 1.0, n: 0, joint: 1 };

/// Chance that with right figures some |z| is above the limit.
const FAMILY_WISE: f64 = 0.05;

/// Least probability, and distance from 1, of which ignorance is told apart from rounding.
const LEAST_SPREAD: f64 = 1e-9;

/// A solution as a report: the same document as that of a batch of runs, without what only runs can tell. What the
/// parameters do to each probability is told if there are combinations of them.
pub fn document(
    model: &Model,
    solution: &Solution,
    combinations: &[Combination],
    record: ScenarioRecord,
) -> Report {
    let mut report = document_of(model, solution, record);
    let set = |ignorance: &mut Option<Ignorance>, of: &dyn Fn(&Combination) -> f64| {
        let spread: Vec<(f64, f64)> = combinations.iter().map(|it| (of(it), it.weight)).collect();
        *ignorance = self::ignorance(spread);
    };
    for (at, outcome) in report.outcomes.iter_mut().enumerate() {
        set(&mut outcome.ignorance, &|of| of.outcomes[at]);
    }
    for (at, group) in report.groups.iter_mut().enumerate() {
        set(&mut group.ignorance, &|of| of.groups[at]);
    }
    for (at, watch) in report.watch.iter_mut().enumerate() {
        set(&mut watch.ignorance, &|of| of.watches[at]);
    }
    for (at, line) in report.red_lines.iter_mut().enumerate() {
        set(&mut line.ignorance, &|of| of.red_lines[at]);
    }
    report
}

/// What a probability is with each combination of parameters, and the weight of that, as a range and a part of the
/// variance; none of none.
fn ignorance(mut spread: Vec<(f64, f64)>) -> Option<Ignorance> {
    spread.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let total: f64 = spread.iter().map(|(_, weight)| weight).sum();
    let mean = spread.iter().map(|(p, weight)| p * weight).sum::<f64>() / total;
    let between = spread.iter().map(|(p, weight)| weight * (p - mean) * (p - mean)).sum::<f64>() / total;
    let quantile = |q: f64| {
        let mut below = 0.0;
        let reached = spread.iter().find(|(_, weight)| {
            below += weight;
            below >= (q - SLACK) * total
        });
        reached.or(spread.last()).map(|(p, _)| *p)
    };
    let (low, high) = (quantile(0.05)?, quantile(0.95)?);
    let widest = spread.last()?.0 - spread.first()?.0;
    let distinguishable = widest > LEAST_SPREAD;
    let variance_share = if distinguishable { (between / (mean * (1.0 - mean))).min(1.0) } else { 0.0 };
    Some(Ignorance { low, high, likelihood: likelihood([low, high]), variance_share, distinguishable })
}

fn document_of(model: &Model, solution: &Solution, record: ScenarioRecord) -> Report {
    Report {
        format: FORMAT,
        sampling: sampling(model, &solution.method),
        headline: headline(model),
        threshold: None,
        outcomes: outcomes(model, solution),
        groups: groups(model, solution),
        watch: passages(model.watches.iter().map(|watch| (watch.name.clone(), None)), &solution.watches),
        red_lines: passages(
            model.red_lines.iter().map(|line| (line.name.clone(), line.says.clone())),
            &solution.red_lines,
        ),
        tracks: Vec::new(),
        rules: Vec::new(),
        paths: Vec::new(),
        ladder: None,
        provenance: Provenance { outcomes: Vec::new(), assumptions: Vec::new() },
        scenario: scenario(model, record),
        exact_check: None,
        record: None,
    }
}

fn sampling(model: &Model, method: &Method) -> Sampling {
    Sampling {
        method: SamplingMethod::Exact,
        exact: Some(exact_method(model, method)),
        seed: None,
        runs: 0,
        failed: 0,
        drawn_parameters: model.drawn_parameters().count() as u64,
        draws: None,
        confidence: 1.0,
        interval: IntervalMethod::Exact,
        simultaneous: None,
        time_resolution: RESOLUTION * model.horizon,
        stopping: Stopping { kind: StoppingKind::Complete, asked: 0, precision: None },
        version: env!("CARGO_PKG_VERSION").into(),
        streams: crate::engine::STREAMS_VERSION,
    }
}

fn exact_method(model: &Model, method: &Method) -> ExactMethod {
    ExactMethod {
        states: method.states as u64,
        transitions: method.transitions as u64,
        instants: method.instants as u64,
        steps: method.steps as u64,
        error_bound: method.error_bound,
        resolution: RESOLUTION * model.horizon,
    }
}

fn outcomes(model: &Model, solution: &Solution) -> Vec<Outcome> {
    let pairs = model.outcomes.iter().zip(&solution.outcomes);
    pairs
        .map(|(outcome, exact)| Outcome {
            id: outcome.name.clone(),
            says: outcome.says.clone(),
            count: None,
            share: exact.probability,
            interval: [exact.probability; 2],
            basis: BASIS,
            ignorance: None,
            likelihood: likelihood([exact.probability; 2]),
            time: exact.time,
            ever: Ever { count: None, share: exact.ever },
            claims: outcome.claims.iter().map(|claim| model.claims[claim.index()].id.clone()).collect(),
        })
        .collect()
}

fn groups(model: &Model, solution: &Solution) -> Vec<GroupCount> {
    let pairs = model.groups.iter().zip(&solution.groups);
    pairs
        .map(|(group, exact)| GroupCount {
            id: group.name.clone(),
            says: group.says.clone(),
            outcomes: group.outcomes.iter().map(|id| model.outcomes[id.index()].name.clone()).collect(),
            count: None,
            share: exact.probability,
            interval: [exact.probability; 2],
            basis: BASIS,
            ignorance: None,
            likelihood: likelihood([exact.probability; 2]),
            time: exact.time,
            ever: Ever { count: None, share: exact.ever },
        })
        .collect()
}

fn passages(named: impl Iterator<Item = (String, Option<String>)>, solved: &[Exact]) -> Vec<Counted> {
    named
        .zip(solved)
        .map(|((id, says), exact)| Counted {
            id,
            says,
            count: None,
            share: exact.probability,
            interval: [exact.probability; 2],
            basis: BASIS,
            ignorance: None,
            likelihood: likelihood([exact.probability; 2]),
            time: exact.time,
        })
        .collect()
}

/// The figures of a report of runs beside the exact ones of the same model. Failed runs are left out.
pub fn check(model: &Model, report: &Report, solution: &Solution) -> ExactCheck {
    let runs = (report.sampling.runs - report.sampling.failed) as f64;
    let outcomes = report.outcomes.iter().map(|o| ("outcome", &o.id, o.count));
    let groups = report.groups.iter().map(|g| ("group", &g.id, g.count));
    let watches = report.watch.iter().map(|w| ("watch", &w.id, w.count));
    let red_lines = report.red_lines.iter().map(|r| ("red_line", &r.id, r.count));
    // The class of failed runs, if there is one, comes last and has no exact figure.
    let outcomes = outcomes.zip(&solution.outcomes);
    let others = groups.zip(&solution.groups).chain(watches.zip(&solution.watches));
    let rows: Vec<ExactRow> = outcomes
        .chain(others)
        .chain(red_lines.zip(&solution.red_lines))
        .map(|((kind, id, count), exact)| {
            let share = if runs > 0.0 { count.unwrap_or_default() as f64 / runs } else { 0.0 };
            let z = z(share, exact.probability, runs, solution.method.error_bound);
            ExactRow { kind: kind.into(), id: id.clone(), share, exact: exact.probability, z }
        })
        .collect();
    let limit = -normal_quantile(FAMILY_WISE / 2.0 / rows.len().max(1) as f64);
    ExactCheck { exact: exact_method(model, &solution.method), rows, limit }
}

/// The difference in standard errors.
fn z(share: f64, exact: f64, runs: f64, bound: f64) -> Option<f64> {
    let certain = exact.min(1.0 - exact) <= bound;
    if runs == 0.0 || (certain && (share - exact).abs() <= bound) {
        return None;
    }
    // What is impossible and yet seen is as far off as the error bound allows to say.
    let spread = exact.clamp(bound, 1.0 - bound);
    Some((share - exact) / (spread * (1.0 - spread) / runs).sqrt())
}
