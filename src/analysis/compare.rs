//! Reports → what differs between each of them and a baseline, and how surely; with statistics that fit how they were
//! sampled.
//!
//! `docs/compare.md` has the formulas.

mod design;
mod difference;
mod document;
mod single;
mod subject;
mod variation;

pub use document::{
    COMPARISON_FORMAT, Comparison, Design, DesignKind, Difference, DifferenceMethod, Joint, MedianDifference,
    Pair, Share, SideKind, SideRecord, Unmatched, Variation,
};

use crate::report::{Report, Runs};
use crate::stats::difference::holm;
use difference::Measured;
use subject::{Row, rows};

/// One side of a comparison.
#[derive(Clone, Debug)]
pub struct Side<'r> {
    /// What it is called in the comparison.
    pub name: String,
    /// Where it comes from.
    pub kind: SideKind,
    /// What its runs produced.
    pub report: &'r Report,
    /// What became of each run, if that is known.
    pub runs: Option<Runs>,
}

/// Two sides, measured: what the differences of a comparison are made of.
pub struct Measurement<'s> {
    baseline: &'s Side<'s>,
    side: &'s Side<'s>,
    design: Design,
    measured: Vec<Measured<'s>>,
}

/// Measures every side against the baseline, by position.
pub fn measure<'s>(sides: &'s [Side<'s>], baseline: usize) -> Vec<Measurement<'s>> {
    let others = (0..sides.len()).filter(|at| *at != baseline);
    others.map(|at| Measurement::of(&sides[baseline], &sides[at])).collect()
}

impl<'s> Measurement<'s> {
    fn of(baseline: &'s Side<'s>, side: &'s Side<'s>) -> Self {
        let design = design::design(baseline, side);
        let second = rows(side.report);
        let matched = rows(baseline.report).into_iter().filter_map(|row| {
            let other = second.iter().find(|other| other.kind == row.kind && other.id == row.id)?;
            Some(Measured::of((baseline, &row), (side, other), &design))
        });
        Self { baseline, side, measured: matched.collect(), design }
    }

    /// The name of the side that is measured against the baseline.
    pub fn side(&self) -> &str {
        &self.side.name
    }

    /// How many differences there are.
    pub fn tests(&self) -> usize {
        self.measured.len()
    }

    /// Of what has this id, the interval of the difference at a level; of the first if several have it.
    pub fn interval(&self, id: &str, level: f64) -> Option<[f64; 2]> {
        self.measured.iter().find(|measured| measured.row.id == id).map(|measured| measured.interval(level).0)
    }

    /// Of what has this id, the difference: the side's share minus the baseline's.
    pub fn difference(&self, id: &str) -> Option<f64> {
        self.measured.iter().find(|measured| measured.row.id == id).map(Measured::estimate)
    }

    /// The ids of all that is measured.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.measured.iter().map(|measured| measured.row.id)
    }

    /// The share at the other side, with its interval.
    pub fn share(&self, id: &str) -> Option<(f64, [f64; 2])> {
        let row = rows(self.side.report).into_iter().find(|row| row.id == id)?;
        Some((row.share, row.interval))
    }
}

/// The comparison: differences with intervals at a level, p-values corrected over all of them.
pub fn comparison(
    sides: &[Side<'_>],
    baseline: usize,
    confidence: f64,
    all: &[Measurement<'_>],
) -> Comparison {
    let values: Vec<f64> = all.iter().flat_map(|of| of.measured.iter().map(Measured::p)).collect();
    let mut corrected = holm(&values).into_iter().zip(values.iter().copied());
    let pairs = all.iter().map(|of| pair(of, confidence, &mut corrected)).collect();
    Comparison {
        format: COMPARISON_FORMAT,
        version: env!("CARGO_PKG_VERSION").into(),
        confidence,
        tests: values.len() as u64,
        baseline: sides[baseline].name.clone(),
        sides: sides.iter().map(record).collect(),
        pairs,
        gates: Vec::new(),
    }
}

fn record(side: &Side<'_>) -> SideRecord {
    let (scenario, sampling) = (&side.report.scenario, &side.report.sampling);
    SideRecord {
        name: side.name.clone(),
        kind: side.kind,
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        digest: scenario.digest.clone(),
        variant: scenario.variant.clone(),
        set: scenario.set.clone(),
        method: sampling.method,
        seed: sampling.seed.clone(),
        runs: sampling.runs,
        failed: sampling.failed,
        draws: sampling.draws,
        stopping: sampling.stopping.kind,
        version: sampling.version.clone(),
        streams: sampling.streams,
        recorded: side.runs.is_some(),
    }
}

fn pair(of: &Measurement<'_>, confidence: f64, corrected: &mut impl Iterator<Item = (f64, f64)>) -> Pair {
    let differences: Vec<Difference> = of
        .measured
        .iter()
        .map(|measured| {
            let (holm, p) = corrected.next().expect("there is a value for each difference");
            measured.difference(p, holm, confidence)
        })
        .collect();
    let headline = of.baseline.report.headline.id.clone();
    Pair {
        side: of.side.name.clone(),
        identical: design::identical(of.baseline, of.side),
        headline: differences.iter().any(|difference| difference.id == headline).then_some(headline),
        variation: variation::variation(of.baseline.report, &of.design, &differences),
        unmatched: unmatched(of),
        design: of.design.clone(),
        differences,
        edits: Vec::new(),
        ledger: None,
        attribution: None,
        notes: design::notes(of.baseline, of.side),
    }
}

fn unmatched(of: &Measurement<'_>) -> Unmatched {
    let only = |report: &Report, other: &Report| -> Vec<String> {
        let others = rows(other);
        let missing =
            |row: &Row<'_>| !others.iter().any(|known| known.kind == row.kind && known.id == row.id);
        rows(report).into_iter().filter(missing).map(|row| row.id.to_owned()).collect()
    };
    let (one, two) = (of.baseline.report, of.side.report);
    Unmatched { baseline: only(one, two), side: only(two, one) }
}

/// The JSON Schema of a comparison.
pub fn json_schema() -> serde_json::Value {
    let mut settings = schemars::generate::SchemaSettings::draft07();
    settings.meta_schema = Some("http://json-schema.org/draft-07/schema#".into());
    settings.into_generator().into_root_schema_for::<Comparison>().to_value()
}
