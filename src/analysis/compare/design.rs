//! Two sides → whether runs of the same number share their luck, and what to keep in mind.

use super::{Design, DesignKind, Side};
use crate::report::{SamplingMethod, StoppingKind};

/// How two sides are compared.
pub(super) fn design(baseline: &Side<'_>, side: &Side<'_>) -> Design {
    if let Some(reason) = apart(baseline, side) {
        return Design { kind: DesignKind::Independent, runs: None, draws: None, reason: Some(reason) };
    }
    let (one, two) = (&baseline.report.sampling, &side.report.sampling);
    let runs = one.runs.min(two.runs);
    let draws = one.draws.or(two.draws).filter(|draws| *draws < runs);
    Design { kind: DesignKind::Paired, runs: Some(runs), draws, reason: None }
}

/// Why runs are not paired.
fn apart(baseline: &Side<'_>, side: &Side<'_>) -> Option<String> {
    let (one, two) = (&baseline.report.sampling, &side.report.sampling);
    if one.method == SamplingMethod::Exact || two.method == SamplingMethod::Exact {
        return Some("computed figures have no runs".into());
    }
    let seeds = [one, two].map(|of| of.seed.clone().unwrap_or_default());
    if seeds[0] != seeds[1] {
        return Some(format!("the seeds differ ({} and {})", seeds[0], seeds[1]));
    }
    if one.streams != two.streams {
        return Some(format!(
            "the versions of the random streams differ ({} and {})",
            one.streams, two.streams
        ));
    }
    let both_drawn = one.drawn_parameters > 0 && two.drawn_parameters > 0;
    if both_drawn && one.draws != two.draws {
        let tell = |draws: Option<u64>| draws.map_or_else(|| "each".to_owned(), |draws| draws.to_string());
        return Some(format!(
            "the parameter draws differ ({} and {}), although the seed does not: runs are not wholly independent",
            tell(one.draws),
            tell(two.draws)
        ));
    }
    let unrecorded = [baseline, side].into_iter().find(|side| side.runs.is_none());
    unrecorded.map(|side| {
        format!(
            "{} does not say what became of each run; the seed is the same, so that intervals are too wide",
            side.name
        )
    })
}

/// Whether two sides are the same in all that figures depend on.
pub(super) fn identical(baseline: &Side<'_>, side: &Side<'_>) -> bool {
    let (one, two) = (baseline.report, side.report);
    let key = |of: &crate::report::Report| {
        let sampling = &of.sampling;
        (sampling.method, sampling.seed.clone(), sampling.runs, sampling.draws, sampling.streams)
    };
    one.scenario.digest == two.scenario.digest
        && key(one) == key(two)
        && one.outcomes == two.outcomes
        && one.groups == two.groups
        && one.watch == two.watch
        && one.red_lines == two.red_lines
}

/// What is to be kept in mind of two sides.
pub(super) fn notes(baseline: &Side<'_>, side: &Side<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for of in [baseline, side] {
        let name = &of.name;
        match of.report.sampling.stopping.kind {
            StoppingKind::Complete => {}
            StoppingKind::Partial => notes.push(format!("{name} was interrupted: it is over the runs made until then")),
            _ => notes.push(format!(
                "{name} was stopped by what its runs said; intervals here are for a number of runs fixed before"
            )),
        }
    }
    let (one, two) = (&baseline.report.scenario, &side.report.scenario);
    if one.id != two.id {
        notes.push(format!(
            "the scenarios have different ids, {} and {}: what has the same id may not mean the same",
            one.id, two.id
        ));
    }
    if one.horizon != two.horizon {
        notes.push(format!("the horizons differ: {} and {} days", one.horizon, two.horizon));
    }
    let (one, two) = (baseline.report.sampling.runs, side.report.sampling.runs);
    if one != two && design(baseline, side).kind == DesignKind::Paired {
        notes.push(format!("the sides have {one} and {two} runs: compared are those that both have"));
    }
    notes
}
