//! Engines for the ensemble.

use crate::engine::{Ending, Engine, Failure, Observer};
use crate::ensemble::{Batch, Plan, RunFailed, Simulator, Watcher, run_by};
use crate::model::Model;

/// Makes all runs of a plan.
pub(super) fn simulate(model: &Model, plan: &Plan, watcher: &impl Watcher) -> Result<Batch, RunFailed> {
    run_by(model, plan, watcher, || Single(Engine::new(model, plan.seed)))
}

/// One thread's engine.
struct Single<'m>(Engine<'m>);

impl Simulator for Single<'_> {
    fn simulate(&mut self, run: u64, observer: &mut impl Observer) -> Result<Ending, Failure> {
        self.0.run(run, observer)
    }
}
