//! What intervals rest on → words: once for what most of them share, by name for those that differ.

use super::figure::{percent, thousands};
use crate::report::{Basis, IntervalMethod, Report};

/// The basis of most intervals of a report; of several, the one that occurs first.
pub(super) fn usual(report: &Report) -> Basis {
    let bases = all(report);
    let times = |basis: &Basis| bases.iter().filter(|other| *other == basis).count();
    // Of equals the first: the last of the reversed.
    let most = bases.iter().rev().max_by_key(|basis| times(basis));
    most.copied().unwrap_or(Basis::alone(
        report.sampling.interval,
        report.sampling.confidence,
        report.sampling.runs,
    ))
}

fn all(report: &Report) -> Vec<Basis> {
    let outcomes = report.outcomes.iter().map(|it| it.basis);
    let groups = report.groups.iter().map(|it| it.basis);
    let counted = report.watch.iter().chain(&report.red_lines).map(|it| it.basis);
    let spreads = report.ladder.iter().flat_map(|it| [&it.vertical, &it.horizontal]).map(|it| it.basis);
    outcomes.chain(groups).chain(counted).chain(spreads).collect()
}

/// Which intervals of a section differ from the usual, and what they rest on: a sentence for each basis.
pub(super) fn notes(report: &Report, section: &[(&str, Basis)]) -> Vec<String> {
    let usual = usual(report);
    let mut different: Vec<(Basis, Vec<&str>)> = Vec::new();
    for (id, basis) in section.iter().filter(|(_, basis)| *basis != usual) {
        match different.iter_mut().find(|(known, _)| known == basis) {
            Some((_, ids)) => ids.push(id),
            None => different.push((*basis, vec![id])),
        }
    }
    let note = |(basis, ids): (Basis, Vec<&str>)| {
        let which = if ids.len() == section.len() { "these".to_owned() } else { ids.join(", ") };
        format!("intervals of {which}: {}", phrase(basis))
    };
    different.into_iter().map(note).collect()
}

/// `Clopper–Pearson (exact), 95 %, n = 100,000`
pub(super) fn phrase(basis: Basis) -> String {
    let level = percent(basis.level);
    let joint = if basis.joint == 1 { String::new() } else { format!(" for all {} at once", basis.joint) };
    let size = if basis.n == 0 { String::new() } else { format!(", n = {}", thousands(basis.n)) };
    format!("{}, {level}{joint}{size}", name(basis.method))
}

/// The name of a method in prose.
fn name(method: IntervalMethod) -> &'static str {
    match method {
        IntervalMethod::ClopperPearson => "Clopper–Pearson (exact)",
        IntervalMethod::ClopperPearsonDraws => "Clopper–Pearson with draws for runs",
        IntervalMethod::Wilson => "Wilson",
        IntervalMethod::Jeffreys => "Jeffreys",
        IntervalMethod::ConfidenceSequence => "confidence sequence, valid whenever one stops",
        IntervalMethod::SisonGlaz => "Sison–Glaz",
        IntervalMethod::StudentT => "Student t",
        IntervalMethod::OrderStatistics => "order statistics",
        IntervalMethod::Exact => "computed, not sampled",
    }
}

/// The name of a method in a table of data: as in JSON.
pub(super) fn key(method: IntervalMethod) -> &'static str {
    match method {
        IntervalMethod::ClopperPearson => "clopper_pearson",
        IntervalMethod::ClopperPearsonDraws => "clopper_pearson_draws",
        IntervalMethod::Wilson => "wilson",
        IntervalMethod::Jeffreys => "jeffreys",
        IntervalMethod::ConfidenceSequence => "confidence_sequence",
        IntervalMethod::SisonGlaz => "sison_glaz",
        IntervalMethod::StudentT => "student_t",
        IntervalMethod::OrderStatistics => "order_statistics",
        IntervalMethod::Exact => "exact",
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn keys_are_those_of_json() {
        use IntervalMethod as M;
        let all = [M::ClopperPearson, M::Wilson, M::Jeffreys, M::ConfidenceSequence, M::SisonGlaz];
        for method in
            all.into_iter().chain([M::ClopperPearsonDraws, M::StudentT, M::OrderStatistics, M::Exact])
        {
            assert_eq!(serde_json::to_value(method).unwrap(), key(method));
        }
    }

    #[test]
    fn only_what_differs_is_named() {
        let mut report = sample::report();
        let usual = Basis::alone(IntervalMethod::ClopperPearson, 0.95, 100_000);
        let joint = Basis { method: IntervalMethod::SisonGlaz, joint: 3, ..usual };
        let section = |report: &Report| -> Vec<String> {
            let rows: Vec<_> = report.outcomes.iter().map(|it| (it.id.as_str(), it.basis)).collect();
            notes(report, &rows)
        };
        assert!(section(&report).is_empty());
        report.outcomes[0].basis = joint;
        report.outcomes[2].basis = joint;
        assert_eq!(super::usual(&report), usual);
        let note = "Sison–Glaz, 95 % for all 3 at once, n = 100,000";
        assert_eq!(section(&report), [format!("intervals of war, peace: {note}")]);
        report.outcomes[1].basis = joint;
        assert_eq!(section(&report), [format!("intervals of these: {note}")]);
    }
}
