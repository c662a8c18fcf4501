//! The state of the engine between instants ↔ a key of a few words that tells it from all others.

use super::super::classes::Standing;
use super::super::clock::{Condition, SPENT};
use super::super::run::Engine;
use crate::id::{OutcomeId, VariableId};
use crate::model::{Body, Domain, Model};

/// The most that is counted.
const MOST_COUNT: f64 = u32::MAX as f64;

/// Bits of a word.
const WORD: u32 = 64;

/// Where everything that tells states apart has its bits. A run that has ended is told by its class and by what has been
/// true at any time; its other bits are 0.
#[derive(Debug, Default)]
pub(super) struct Packing {
    fields: Vec<Field>,
    words: usize,
}

#[derive(Debug)]
struct Field {
    what: What,
    word: usize,
    shift: u32,
    bits: u32,
    /// Whether it is still told once the run has ended.
    lasting: bool,
}

#[derive(Debug)]
enum What {
    /// One more than the class of a run that has ended, or 0.
    End,
    /// The value of a variable, above its lowest.
    Value(VariableId, f64),
    /// What a counter has counted, up to so much.
    Count(VariableId, f64),
    /// Which of these values a variable has.
    Listed(VariableId, Vec<f64>),
    /// Firings that the limit of a rule leaves.
    Left(usize),
    /// Whether an outcome has ever held.
    Ever(usize),
}

impl Packing {
    /// For the variables kept; of a counter, all values from `enough` on are one. `possible` are the values of each at the
    /// start, rising.
    pub(super) fn new(model: &Model, kept: &[bool], enough: &[f64], possible: &[Vec<f64>]) -> Self {
        let mut packing = Self::default();
        packing.add(What::End, model.outcomes.len() as f64, true);
        let assigned = assigned(model);
        let reported = reported(model);
        for (at, variable) in model.variables.iter().enumerate().filter(|(at, _)| kept[*at]) {
            let id = VariableId::new(at);
            let changes = assigned[at] || matches!(variable.domain, Domain::Latch | Domain::Count);
            if !changes && possible[at].len() <= 1 {
                continue;
            }
            match variable.domain {
                Domain::Window | Domain::LastTime => {}
                Domain::Number | Domain::Duration | Domain::Gauge { .. } => {
                    let values = possible[at].clone();
                    let most = values.len().saturating_sub(1) as f64;
                    packing.add(What::Listed(id, values), most, false);
                }
                Domain::Count => {
                    let most = enough[at].min(MOST_COUNT);
                    packing.add(What::Count(id, most), most, false);
                }
                domain => {
                    let (low, high) = domain.bounds(&model.sets);
                    packing.add(What::Value(id, low), high - low, reported[at]);
                }
            }
        }
        for (at, rule) in model.rules.iter().enumerate().filter(|(_, rule)| !rule.disabled) {
            if let Some(limit) = rule.limit {
                packing.add(What::Left(at), limit as f64, false);
            }
        }
        for (at, _) in model.outcomes.iter().enumerate().filter(|(_, outcome)| outcome.condition.is_some()) {
            packing.add(What::Ever(at), 1.0, true);
        }
        packing
    }

    /// Gives a field that holds up to `most` its bits, in one word.
    fn add(&mut self, what: What, most: f64, lasting: bool) {
        let bits = WORD - (most as u64).leading_zeros();
        if bits == 0 {
            return;
        }
        let used = self.fields.last().map_or(WORD, |field| field.shift + field.bits);
        let shift = if used + bits <= WORD { used } else { 0 };
        self.words += usize::from(shift == 0);
        self.fields.push(Field { what, word: self.words - 1, shift, bits, lasting });
    }

    /// Words of a key.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// Adds the key of the state that the engine is in.
    pub(super) fn pack(&self, engine: &Engine<'_>, keys: &mut Vec<u64>) {
        let start = keys.len();
        keys.resize(start + self.words, 0);
        let ended = engine.is_ended();
        for field in self.fields.iter().filter(|field| field.lasting || !ended) {
            let code = match &field.what {
                What::End if ended => engine.class().index() as u64 + 1,
                What::End => 0,
                What::Value(id, low) => (engine.state.values[id.index()] - low) as u64,
                What::Count(id, most) => engine.state.values[id.index()].min(*most) as u64,
                What::Listed(id, values) => {
                    let value = engine.state.values[id.index()];
                    values.iter().position(|known| *known == value).unwrap_or_default() as u64
                }
                What::Left(rule) => u64::from(engine.state.rules[*rule].left),
                What::Ever(outcome) => u64::from(engine.state.outcomes[*outcome].ever),
            };
            keys[start + field.word] |= code << field.shift;
        }
    }

    /// Puts a state that has not ended where the engine has its own.
    pub(super) fn unpack(
        &self,
        key: &[u64],
        values: &mut [f64],
        rules: &mut [Condition],
        outcomes: &mut [Standing],
    ) {
        for field in &self.fields {
            let code = field.of(key);
            match &field.what {
                What::End => {}
                What::Value(id, _) | What::Count(id, _) | What::Listed(id, _) => {
                    values[id.index()] = field.value(code);
                }
                What::Left(rule) => {
                    rules[*rule].left = code as u32;
                    if code == 0 {
                        rules[*rule].barred |= SPENT;
                    }
                }
                What::Ever(outcome) => outcomes[*outcome].ever = code != 0,
            }
        }
    }

    /// The class of a run that has ended.
    pub(super) fn ended(&self, key: &[u64]) -> Option<OutcomeId> {
        // The first field tells of the end.
        let code = self.fields.first().map_or(0, |field| field.of(key));
        code.checked_sub(1).map(|class| OutcomeId::new(class as usize))
    }

    pub(super) fn ever(&self, key: &[u64], outcome: OutcomeId) -> bool {
        let mut fields = self.fields.iter();
        let field = fields.find(|field| matches!(field.what, What::Ever(at) if at == outcome.index()));
        field.is_some_and(|field| field.of(key) != 0)
    }

    /// The value of a variable that is told.
    pub(super) fn value(&self, key: &[u64], variable: VariableId) -> Option<f64> {
        let field = self.fields.iter().find(|field| field.variable() == Some(variable))?;
        Some(field.value(field.of(key)))
    }

    /// Whether a value of a counter stands for all greater ones too.
    pub(super) fn is_enough(&self, variable: VariableId, value: f64) -> bool {
        self.fields
            .iter()
            .any(|field| matches!(field.what, What::Count(id, most) if id == variable && value >= most))
    }

    /// All values that are told, with their variables.
    pub(super) fn values(&self, key: &[u64]) -> Vec<(VariableId, f64)> {
        let ended = self.ended(key).is_some();
        let fields = self.fields.iter().filter(|field| field.lasting || !ended);
        fields.filter_map(|field| Some((field.variable()?, field.value(field.of(key))))).collect()
    }
}

impl Field {
    fn of(&self, key: &[u64]) -> u64 {
        key[self.word] >> self.shift & (u64::MAX >> (WORD - self.bits))
    }

    fn variable(&self) -> Option<VariableId> {
        match self.what {
            What::Value(id, _) | What::Count(id, _) | What::Listed(id, _) => Some(id),
            _ => None,
        }
    }

    fn value(&self, code: u64) -> f64 {
        match &self.what {
            What::Value(_, low) => low + code as f64,
            What::Listed(_, values) => values.get(code as usize).copied().unwrap_or_default(),
            _ => code as f64,
        }
    }
}

/// By variable, whether a rule that is not disabled assigns it.
fn assigned(model: &Model) -> Vec<bool> {
    fn of_body(body: &Body, assigned: &mut [bool]) {
        body.assignments.iter().for_each(|assignment| assigned[assignment.variable.index()] = true);
        let options = body.choice.iter().flat_map(|choice| &choice.options);
        options.filter(|option| !option.disabled).for_each(|option| of_body(&option.body, assigned));
    }
    let mut assigned = vec![false; model.variables.len()];
    let rules = model.rules.iter().filter(|rule| !rule.disabled);
    rules.for_each(|rule| of_body(&rule.body, &mut assigned));
    assigned
}

/// By variable, whether it is the latch of a watch or a red line.
fn reported(model: &Model) -> Vec<bool> {
    let mut reported = vec![false; model.variables.len()];
    let watches = model.watches.iter().map(|watch| watch.latch);
    for latch in watches.chain(model.red_lines.iter().map(|line| line.latch)) {
        reported[model.latches[latch].variable.index()] = true;
    }
    reported
}
