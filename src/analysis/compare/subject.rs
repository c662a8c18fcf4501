//! A report → everything in it that has a share, as rows of one kind.

use crate::report::{Counted, Likelihood, Report, Runs, SubjectKind, Times};

/// Something that has a share.
#[derive(Clone)]
pub(super) struct Row<'r> {
    pub(super) kind: SubjectKind,
    pub(super) id: &'r str,
    pub(super) says: Option<&'r str>,
    pub(super) count: Option<u64>,
    pub(super) share: f64,
    pub(super) interval: [f64; 2],
    pub(super) likelihood: &'r Likelihood,
    pub(super) time: Option<Times>,
    /// Of an outcome itself, of a group its outcomes.
    outcomes: Vec<&'r str>,
}

/// Outcomes, groups, watches and red lines, in the order of the report.
pub(super) fn rows(report: &Report) -> Vec<Row<'_>> {
    let outcomes = report.outcomes.iter().map(|of| Row {
        kind: SubjectKind::Outcome,
        id: &of.id,
        says: of.says.as_deref(),
        count: of.count,
        share: of.share,
        interval: of.interval,
        likelihood: &of.likelihood,
        time: of.time,
        outcomes: vec![&of.id],
    });
    let groups = report.groups.iter().map(|of| Row {
        kind: SubjectKind::Group,
        id: &of.id,
        says: of.says.as_deref(),
        count: of.count,
        share: of.share,
        interval: of.interval,
        likelihood: &of.likelihood,
        time: of.time,
        outcomes: of.outcomes.iter().map(String::as_str).collect(),
    });
    let watches = report.watch.iter().map(|of| counted(SubjectKind::Watch, of));
    let lines = report.red_lines.iter().map(|of| counted(SubjectKind::RedLine, of));
    outcomes.chain(groups).chain(watches).chain(lines).collect()
}

fn counted(kind: SubjectKind, of: &Counted) -> Row<'_> {
    Row {
        kind,
        id: &of.id,
        says: of.says.as_deref(),
        count: of.count,
        share: of.share,
        interval: of.interval,
        likelihood: &of.likelihood,
        time: of.time,
        outcomes: Vec::new(),
    }
}

impl Row<'_> {
    /// Of each run, whether it happened there.
    pub(super) fn seen(&self, runs: &Runs) -> Vec<bool> {
        let set = match self.kind {
            SubjectKind::Watch => runs.watch.get(self.id),
            SubjectKind::RedLine => runs.red_lines.get(self.id),
            SubjectKind::Outcome | SubjectKind::Group => {
                let among: Vec<bool> =
                    runs.classes.iter().map(|class| self.outcomes.contains(&class.as_str())).collect();
                return runs.class.iter().map(|class| among[usize::from(*class)]).collect();
            }
        };
        set.cloned().unwrap_or_else(|| vec![false; runs.class.len()])
    }
}
