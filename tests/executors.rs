//! A model and its quickened form make equal runs: the same events at the same bits of time, with the same changes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::ops::Range;

use escalade::check;
use escalade::engine::{Draws, Engine, Observer};
use escalade::id::{EventId, OutcomeId, RuleId, VariableId};
use escalade::model::Model;
use escalade::source::SourceText;

/// Everything that is told of a run, with floats as bits.
#[derive(PartialEq, Debug)]
struct Told<'a> {
    all: Vec<String>,
    grid: &'a [f64],
    position: usize,
}

impl Observer for Told<'_> {
    fn fired(&mut self, time: f64, rule: RuleId, options: &[EventId]) {
        assert_eq!(self.position, self.grid.partition_point(|at| *at < time), "passed times of the grid");
        self.all.push(format!("{:x} fired {rule:?} {options:?}", time.to_bits()));
    }

    fn changed(&mut self, time: f64, variable: VariableId, old: f64, new: f64) {
        let bits = [time, old, new].map(f64::to_bits);
        self.all.push(format!("{bits:x?} changed {variable:?}"));
    }

    fn latched(&mut self, time: f64, latch: usize) {
        self.all.push(format!("{:x} latched {latch}", time.to_bits()));
    }

    fn held(&mut self, time: f64, outcome: OutcomeId) {
        self.all.push(format!("{:x} held {outcome:?}", time.to_bits()));
    }

    fn passed(&mut self, position: usize) {
        self.position = position;
    }

    fn tracked(&mut self, track: usize, positions: Range<usize>, value: f64) {
        self.all.push(format!("{track} tracked {positions:?} {:x}", value.to_bits()));
    }
}

fn models() -> Vec<(String, Model)> {
    let folders = ["scenarios", "benches/scenarios"];
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut paths: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let model = |path: &std::path::PathBuf| {
        let source = SourceText::new(path.to_string_lossy().as_ref(), fs::read_to_string(path).unwrap());
        (path.display().to_string(), check::base(&source).ready.expect("it has no errors").model)
    };
    paths.iter().map(model).collect()
}

#[test]
fn a_quickened_model_makes_the_same_runs() {
    let models = models();
    assert!(models.len() >= 5);
    for (name, model) in &models {
        let quick = model.quickened();
        let draws = Draws::Of(7.try_into().unwrap());
        let mut plain = Engine::new(model, 3, draws);
        let mut quickened = Engine::new(&quick, 3, draws);
        let mut events = 0;
        for run in 0..150 {
            let told = || Told { all: Vec::new(), grid: &model.grid, position: 0 };
            let (mut one, mut other) = (told(), told());
            let endings = (plain.run(run, &mut one), quickened.run(run, &mut other));
            assert_eq!(endings.0, endings.1, "{name}, run {run}");
            assert_eq!(one, other, "{name}, run {run}");
            events += one.all.len();
        }
        assert!(events > 150, "{name}: {events}");
    }
}
