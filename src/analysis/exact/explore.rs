//! A model → its space: states are found in order of time, so that only what can be reached by then is.

use crate::engine::{Explorer, Failure, Kind, Successors};
use crate::id::{OutcomeId, RuleId};
use crate::model::Model;

use super::chain::{Chain, Transition};
use super::kept::Kept;
use super::space::{Epoch, Facts, Jump, Layout, Segment, Space};
use super::table::Table;
use super::{Limits, Trouble, Watcher};

/// States explored between two words to the watcher.
const TELL: usize = 1024;

/// Explores all states that runs of a model can be in.
pub(super) fn explore(
    model: &Model,
    kept: &Kept,
    limits: &Limits,
    watcher: &impl Watcher,
) -> Result<Space, Trouble> {
    let explorer = Explorer::new(model, &kept.variables, &kept.enough);
    let table = Table::new(explorer.words());
    let layout = Layout::new(model);
    let row = Row::default();
    let builder = Builder {
        model,
        limits,
        watcher,
        explorer,
        table,
        layout,
        row,
        began: 0.0,
        done: 0,
        rows: Rows::default(),
    };
    builder.explore()
}

struct Builder<'a, W> {
    model: &'a Model,
    limits: &'a Limits,
    watcher: &'a W,
    explorer: Explorer<'a>,
    /// States of this epoch.
    table: Table,
    layout: Layout,
    row: Row,
    /// When this epoch began.
    began: f64,
    /// States of earlier epochs.
    done: usize,
    rows: Rows,
}

/// Room for the transitions out of one state.
#[derive(Default)]
struct Row {
    rates: Vec<(RuleId, f64)>,
    successors: Successors,
    targets: Vec<Transition>,
}

/// What is known of the states of this epoch that have been looked at.
#[derive(Default)]
struct Rows {
    ends: Vec<usize>,
    transitions: Vec<Transition>,
    facts: Facts,
    words: Vec<String>,
}

impl<W: Watcher> Builder<'_, W> {
    fn explore(mut self) -> Result<Space, Trouble> {
        let schedule = self.explorer.schedule();
        let mut space = Space {
            epochs: Vec::new(),
            segments: Vec::new(),
            jumps: Vec::new(),
            starts: self.start()?,
            lost: 0.0,
            layout: Layout::new(self.model),
        };
        // Of each kind of instant, its jump within this epoch.
        let mut jumps: Vec<Option<usize>> = vec![None; schedule.kinds.len()];
        self.close()?;
        let mut from = 0.0;
        for (time, at) in schedule.instants {
            let kind = &schedule.kinds[at];
            let epoch = space.epochs.len();
            let jump = *jumps[at].get_or_insert(space.jumps.len());
            if jump == space.jumps.len() {
                space.jumps.push(Jump::default());
            }
            space.segments.push(Segment { epoch, from, to: time, jump: Some(jump) });
            if kind.edges {
                let before = std::mem::replace(&mut self.table, Table::new(self.explorer.words()));
                space.epochs.push(self.finish());
                self.jump(&mut space.jumps[jump], kind, time, Some(&before))?;
                self.done += before.len();
                self.began = time;
                jumps.fill(None);
            } else {
                self.jump(&mut space.jumps[jump], kind, time, None)?;
            }
            self.close()?;
            from = time;
        }
        let epoch = space.epochs.len();
        space.segments.push(Segment { epoch, from, to: self.model.horizon, jump: None });
        space.epochs.push(self.finish());
        space.lost = self.row.successors.lost;
        Ok(space)
    }

    fn start(&mut self) -> Result<Vec<(usize, f64)>, Trouble> {
        let mut successors = std::mem::take(&mut self.row.successors);
        self.explorer.start(&mut successors).map_err(|failure| Trouble::Failed(*failure))?;
        let mut starts: Vec<(usize, f64)> = Vec::new();
        for (probability, key) in successors.iter() {
            let state = self.table.number(key);
            if state == starts.len() {
                starts.push((state, 0.0));
            }
            starts[state].1 += probability;
        }
        self.row.successors = successors;
        self.within_limits()?;
        Ok(starts)
    }

    /// Follows hazards from all states that have not been looked at.
    fn close(&mut self) -> Result<(), Trouble> {
        while self.rows.ends.len() < self.table.len() {
            let state = self.rows.ends.len();
            self.look(state)?;
            let row = &mut self.row;
            self.rows.transitions.extend(row.targets.drain(..).filter(|(to, _)| *to as usize != state));
            self.rows.ends.push(self.rows.transitions.len());
            if state.is_multiple_of(TELL) {
                self.watcher.explored(self.done + self.table.len());
                self.within_limits()?;
            }
        }
        self.within_limits()
    }

    /// Notes what is known of a state and where its hazards lead.
    fn look(&mut self, state: usize) -> Result<(), Trouble> {
        let ended = self.explorer.is_ended(self.table.key(state));
        if !ended {
            self.explorer.load(self.table.key(state), self.began);
        }
        self.note(state, ended);
        if self.limits.describe {
            let words = self.describe(state);
            self.rows.words.push(words);
        }
        if ended {
            return Ok(());
        }
        let row = &mut self.row;
        row.rates.clear();
        let mut found = self.explorer.rates(&mut row.rates);
        for (rule, rate) in &row.rates {
            row.successors.clear();
            found = found.and_then(|()| self.explorer.fire(*rule, &mut row.successors));
            for (odds, key) in row.successors.iter() {
                merge(&mut row.targets, self.table.number(key) as u32, rate * odds);
            }
        }
        found.map_err(|failure| Trouble::Failed(Failure { time: self.began, ..*failure }))
    }

    fn note(&mut self, state: usize, ended: bool) {
        let (layout, facts) = (&self.layout, &mut self.rows.facts);
        facts.words = layout.size().div_ceil(64);
        let key = self.table.key(state);
        let class = self.explorer.class(key);
        facts.class.push(class.index() as u32);
        let start = facts.bits.len();
        facts.bits.resize(start + facts.words, 0);
        let mut set = |fact: usize, is: bool| facts.bits[start + fact / 64] |= u64::from(is) << (fact % 64);
        for outcome in 0..layout.outcomes {
            let id = OutcomeId::new(outcome);
            set(outcome, if ended { class == id } else { self.explorer.holds(id) });
            set(layout.ever(outcome), self.explorer.ever(key, id));
        }
        for (position, latch) in layout.latches.iter().enumerate() {
            set(layout.latch(position), self.explorer.latched(key, *latch));
        }
    }

    /// A state in words: its class, if the run has ended, and the values that are told.
    fn describe(&mut self, state: usize) -> String {
        let key = self.table.key(state);
        let class = self.explorer.is_ended(key).then(|| self.explorer.class(key));
        let class = class.map(|class| format!("ended: {}", self.model.outcomes[class.index()].name));
        let values = self.explorer.values(key);
        let values = values.iter().map(|(variable, value)| {
            let name = &self.model.variables[variable.index()].name;
            let more = if self.explorer.is_enough(*variable, *value) { " or more" } else { "" };
            format!("{name} = {}{more}", self.model.show(*variable, *value))
        });
        class.into_iter().chain(values).collect::<Vec<_>>().join(", ")
    }

    /// Lets an instant happen in all states in which it has not happened yet: in those of the epoch that ends with it,
    /// or in those of this one.
    fn jump(
        &mut self,
        jump: &mut Jump,
        kind: &Kind,
        time: f64,
        before: Option<&Table>,
    ) -> Result<(), Trouble> {
        let states = before.map_or(self.table.len(), Table::len);
        for state in jump.ends.len()..states {
            let key = before.unwrap_or(&self.table).key(state).to_vec();
            let row = &mut self.row;
            row.targets.clear();
            if self.explorer.is_ended(&key) {
                row.targets.push((self.table.number(&key) as u32, 1.0));
            } else {
                row.successors.clear();
                self.explorer.load(&key, self.began);
                let passed = self.explorer.pass(kind, time, &mut row.successors);
                passed.map_err(|failure| Trouble::Failed(Failure { time, ..*failure }))?;
                for (odds, key) in row.successors.iter() {
                    merge(&mut row.targets, self.table.number(key) as u32, odds);
                }
            }
            jump.targets.append(&mut row.targets);
            jump.ends.push(jump.targets.len());
            if state.is_multiple_of(TELL) {
                self.within_limits()?;
            }
        }
        Ok(())
    }

    /// Closes this epoch.
    fn finish(&mut self) -> Epoch {
        let Rows { ends, transitions, facts, words } = std::mem::take(&mut self.rows);
        Epoch { chain: Chain::new(&ends, &transitions), facts, words }
    }

    fn within_limits(&self) -> Result<(), Trouble> {
        if self.watcher.stop() {
            return Err(Trouble::Stopped);
        }
        let states = self.done + self.table.len();
        if states > self.limits.max_states { Err(Trouble::TooManyStates { states }) } else { Ok(()) }
    }
}

/// Adds to what leads to a state.
fn merge(row: &mut Vec<Transition>, target: u32, amount: f64) {
    match row.iter_mut().find(|(known, _)| *known == target) {
        Some((_, sum)) => *sum += amount,
        None => row.push((target, amount)),
    }
}
