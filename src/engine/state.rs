//! Where a run is between its instants: all that one run does not share with others.

use super::calendar::Calendar;
use super::cells::{Cells, Place};
use super::classes::Standing;
use super::clock::Condition;
use super::dirty::Dirty;
use super::plan::Plan;
use super::streams::Drawn;
use super::tracks::Shown;
use crate::model::{Choice, Model};

/// Where a run is.
#[derive(Clone)]
pub(super) struct State {
    pub(super) time: f64,
    pub(super) values: Vec<f64>,
    /// By cell.
    pub(super) places: Vec<Place>,
    pub(super) calendar: Calendar,
    pub(super) rules: Vec<Condition>,
    pub(super) outcomes: Vec<Standing>,
    /// Outcomes that were looked at in this instant.
    pub(super) looked: Vec<usize>,
    pub(super) dirty: Dirty,
    pub(super) drawn: Drawn,
    /// How often each choice was made.
    pub(super) choices: Vec<u64>,
    pub(super) firings: u64,
    /// Instants at this time.
    pub(super) instants: u32,
    pub(super) tracks: Vec<Shown>,
    /// Grid times that are past.
    pub(super) position: usize,
}

impl State {
    /// Of a run of a model, to be begun.
    pub(super) fn new(model: &Model, plan: &Plan<'_>, cells: &Cells) -> Self {
        Self {
            time: 0.0,
            values: plan.values.clone(),
            places: cells.starts.clone(),
            calendar: plan.calendar(),
            rules: plan.starts.iter().map(Condition::new).collect(),
            outcomes: vec![Standing::default(); model.outcomes.len()],
            looked: Vec::new(),
            dirty: plan.dirty.clone(),
            drawn: Drawn::new(model.sites.len()),
            choices: vec![0; choices(model)],
            firings: 0,
            instants: 1,
            tracks: vec![Shown::default(); model.tracks.len()],
            position: 0,
        }
    }

    /// Goes to where another run is, but for its clocks and what it has drawn.
    pub(super) fn follow(&mut self, other: &Self) {
        self.time = other.time;
        self.values.copy_from_slice(&other.values);
        self.outcomes.copy_from_slice(&other.outcomes);
        self.dirty.copy_from(&other.dirty);
        self.tracks.copy_from_slice(&other.tracks);
        self.position = other.position;
    }

    /// Lets all rules stand as they do before the first instant.
    pub(super) fn begin_rules(&mut self, plan: &Plan<'_>) {
        for (condition, start) in self.rules.iter_mut().zip(&plan.starts) {
            *condition = Condition::new(start);
        }
    }

    /// Goes to the start of the run of an index.
    pub(super) fn begin(&mut self, plan: &Plan<'_>, cells: &Cells, index: u64) {
        self.time = 0.0;
        self.values.copy_from_slice(&plan.values);
        self.places.copy_from_slice(&cells.starts);
        self.calendar.clear();
        plan.schedule(&mut self.calendar);
        self.begin_rules(plan);
        self.outcomes.fill(Standing::default());
        self.looked.clear();
        self.dirty.copy_from(&plan.dirty);
        self.drawn.begin(index);
        self.choices.fill(0);
        self.firings = 0;
        self.instants = 1;
        self.tracks.iter_mut().for_each(Shown::begin);
        self.position = 0;
    }
}

/// How many numbers choices have.
fn choices(model: &Model) -> usize {
    fn within(choice: &Choice) -> usize {
        let inner = choice.options.iter().filter_map(|option| option.body.choice.as_ref());
        inner.map(within).max().unwrap_or(0).max(choice.number as usize + 1)
    }
    let choices = model.rules.iter().filter_map(|rule| rule.body.choice.as_ref());
    choices.map(within).max().unwrap_or(0)
}
