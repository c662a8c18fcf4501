//! One run as a list of what was told of it, under names that both models have.

use std::collections::HashMap;

use super::Parting;
use crate::engine::{Engine, Observer};
use crate::id::{EventId, OutcomeId, RuleId, VariableId};
use crate::model::{Domain, Model};
use crate::report::FAILED;

/// The names of two models.
pub(super) struct Names {
    classes: Vec<String>,
    events: Vec<String>,
    first: Places,
    second: Places,
}

/// Where the names of a model stand among those of both.
#[derive(Clone)]
pub(super) struct Places {
    classes: Vec<u16>,
    failed: u16,
    events: Vec<u32>,
    /// Of each variable of the state, its place if both models have it.
    variables: Vec<Option<u32>>,
    /// Of each parameter, likewise.
    parameters: Vec<Option<u32>>,
    latches: Vec<Vec<u32>>,
    rule_events: Vec<usize>,
}

/// A name's place in a growing list.
fn place(known: &mut HashMap<String, u32>, list: &mut Vec<String>, name: &str) -> u32 {
    *known.entry(name.to_owned()).or_insert_with(|| {
        list.push(name.to_owned());
        list.len() as u32 - 1
    })
}

impl Names {
    pub(super) fn of(first: &Model, second: &Model) -> Self {
        let (mut classes, mut events) = (Vec::new(), Vec::new());
        let (mut of_class, mut of_event) = (HashMap::new(), HashMap::new());
        let mut places = |model: &Model, other: &Model| Places {
            classes: model
                .outcomes
                .iter()
                .map(|outcome| place(&mut of_class, &mut classes, &outcome.name) as u16)
                .collect(),
            failed: 0,
            events: model.events.iter().map(|event| place(&mut of_event, &mut events, &event.name)).collect(),
            variables: shared(model, other, false),
            parameters: shared(model, other, true),
            latches: latches(model, other),
            rule_events: model.rules.iter().map(|rule| rule.event.index()).collect(),
        };
        let mut one = places(first, second);
        let mut two = places(second, first);
        classes.push(FAILED.to_owned());
        one.failed = classes.len() as u16 - 1;
        two.failed = one.failed;
        Self { classes, events, first: one, second: two }
    }

    pub(super) fn first(&self) -> Places {
        self.first.clone()
    }

    pub(super) fn second(&self) -> Places {
        self.second.clone()
    }

    pub(super) fn classes(&self) -> Vec<String> {
        self.classes.clone()
    }

    fn event(&self, place: u32) -> String {
        self.events[place as usize].clone()
    }
}

fn is_parameter(model: &Model, at: usize) -> bool {
    matches!(model.variables[at].domain, Domain::Number | Domain::Duration)
}

/// Of each variable, its place among those of the first model that the other has too; either parameters, or what runs
/// change and files declare.
fn shared(model: &Model, other: &Model, parameters: bool) -> Vec<Option<u32>> {
    let wanted = |model: &Model, at: usize| {
        let inner = matches!(
            model.variables[at].domain,
            Domain::Latch | Domain::Count | Domain::LastTime | Domain::Window
        );
        !inner && is_parameter(model, at) == parameters
    };
    let names = |model: &Model| -> Vec<String> {
        let wanted = (0..model.variables.len()).filter(|at| wanted(model, *at));
        wanted.map(|at| model.variables[at].name.clone()).collect()
    };
    let (mut mine, theirs) = (names(model), names(other));
    mine.retain(|name| theirs.contains(name));
    // The same order for both models.
    mine.sort();
    let variables = model.variables.iter().enumerate();
    variables
        .map(|(at, variable)| {
            if !wanted(model, at) {
                return None;
            }
            mine.binary_search(&variable.name).ok().map(|place| place as u32)
        })
        .collect()
}

/// Of each latch, the places of the watches and red lines that both models have.
fn latches(model: &Model, other: &Model) -> Vec<Vec<u32>> {
    let names = |model: &Model| -> Vec<(String, usize)> {
        let watches = model.watches.iter().map(|watch| (format!("watch {}", watch.name), watch.latch));
        watches.chain(model.red_lines.iter().map(|line| (line.name.clone(), line.latch))).collect()
    };
    let theirs = names(other);
    let mut mine = names(model);
    mine.retain(|(name, _)| theirs.iter().any(|(known, _)| known == name));
    mine.sort();
    let mut latches = vec![Vec::new(); model.latches.len()];
    for (place, (_, latch)) in mine.iter().enumerate() {
        latches[*latch].push(place as u32);
    }
    latches
}

/// What happened in a run.
#[derive(Default)]
pub(super) struct History {
    pub(super) class: u16,
    /// Bits of the time of the end, and of since when the class held.
    end: (u64, Option<u64>),
    told: Vec<Told>,
    pub(super) parameters: Vec<u64>,
    start: Vec<u64>,
}

/// One thing that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Told {
    kind: Kind,
    place: u32,
    /// Bits.
    time: u64,
    /// Bits; 0 if it has none.
    value: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Fired,
    Option,
    Changed,
    Latched,
}

/// A firing with what it changed, times aside.
struct Firing<'h> {
    /// The rule, and the options it took.
    events: &'h [Told],
    /// What changed, up to the next firing.
    effects: &'h [Told],
}

impl Firing<'_> {
    fn time(&self) -> f64 {
        f64::from_bits(self.events[0].time)
    }

    /// The innermost option taken.
    fn name(&self, names: &Names) -> String {
        names.event(self.events[self.events.len() - 1].place)
    }

    fn same_events(&self, other: &Self) -> bool {
        same(self.events, other.events)
    }
}

/// Equal but for times.
fn same(first: &[Told], second: &[Told]) -> bool {
    let timeless = |told: &Told| (told.kind, told.place, told.value);
    first.len() == second.len() && first.iter().zip(second).all(|(a, b)| timeless(a) == timeless(b))
}

impl History {
    pub(super) fn differs(&self, other: &Self) -> bool {
        self.class != other.class
            || self.end != other.end
            || self.start != other.start
            || self.told != other.told
    }

    fn firings(&self) -> Vec<Firing<'_>> {
        let starts: Vec<usize> =
            (0..self.told.len()).filter(|at| self.told[*at].kind == Kind::Fired).collect();
        let ends = starts.iter().skip(1).copied().chain([self.told.len()]);
        starts
            .iter()
            .zip(ends)
            .map(|(start, end)| {
                let all = &self.told[*start..end];
                let events =
                    all.iter().take_while(|told| matches!(told.kind, Kind::Fired | Kind::Option)).count();
                Firing { events: &all[..events], effects: &all[events..] }
            })
            .collect()
    }

    /// Where two histories that differ part.
    pub(super) fn parting(&self, other: &Self, names: &Names) -> Parting {
        let (mine, theirs) = (self.firings(), other.firings());
        for (one, two) in mine.iter().zip(&theirs) {
            if !one.same_events(two) {
                return apart(one, two, names);
            }
            if !same(one.effects, two.effects) {
                return Parting::OtherEffects(one.name(names));
            }
        }
        if let Some(one) = mine.get(theirs.len()) {
            return Parting::OnlyFirst(one.name(names));
        }
        if let Some(two) = theirs.get(mine.len()) {
            return Parting::OnlySecond(two.name(names));
        }
        let mut pairs = mine.iter().zip(&theirs);
        if let Some((one, _)) = pairs.find(|(one, two)| one.time().to_bits() != two.time().to_bits()) {
            return Parting::OtherTime(one.name(names));
        }
        if self.start == other.start { Parting::End } else { Parting::Start }
    }
}

/// The earlier of two firings is the one that the other history does not have.
fn apart(one: &Firing<'_>, two: &Firing<'_>, names: &Names) -> Parting {
    match one.time().total_cmp(&two.time()) {
        std::cmp::Ordering::Less => Parting::OnlyFirst(one.name(names)),
        std::cmp::Ordering::Greater => Parting::OnlySecond(two.name(names)),
        std::cmp::Ordering::Equal => Parting::Instead(one.name(names), two.name(names)),
    }
}

/// Observes runs of a model and keeps the last.
pub(super) struct Teller {
    places: Places,
    pub(super) history: History,
}

impl Teller {
    pub(super) fn new(places: Places) -> Self {
        Self { places, history: History::default() }
    }

    /// Makes a run and keeps its history.
    pub(super) fn tell(&mut self, engine: &mut Engine<'_>, run: u64) {
        self.history.told.clear();
        let (class, end) = match engine.run(run, self) {
            Ok(ending) => {
                let class = self.places.classes[ending.outcome.index()];
                (class, (ending.time.to_bits(), ending.since.map(f64::to_bits)))
            }
            Err(failure) => (self.places.failed, (failure.time.to_bits(), None)),
        };
        self.history.class = class;
        self.history.end = end;
    }

    fn push(&mut self, kind: Kind, place: u32, time: f64, value: f64) {
        self.history.told.push(Told { kind, place, time: time.to_bits(), value: value.to_bits() });
    }

    fn values(places: &[Option<u32>], values: &[f64], into: &mut Vec<u64>) {
        into.clear();
        into.resize(places.iter().flatten().count(), 0);
        for (place, value) in places.iter().zip(values) {
            if let Some(place) = place {
                into[*place as usize] = value.to_bits();
            }
        }
    }
}

impl Observer for Teller {
    fn began(&mut self, values: &[f64]) {
        Self::values(&self.places.variables, values, &mut self.history.start);
        Self::values(&self.places.parameters, values, &mut self.history.parameters);
    }

    fn fired(&mut self, time: f64, rule: RuleId, options: &[EventId]) {
        let event = self.places.rule_events[rule.index()];
        self.push(Kind::Fired, self.places.events[event], time, 0.0);
        for option in options {
            self.push(Kind::Option, self.places.events[option.index()], time, 0.0);
        }
    }

    fn changed(&mut self, time: f64, variable: VariableId, _old: f64, new: f64) {
        // What a quicker model adds is no variable of the file, and never changes.
        if let Some(place) = self.places.variables[variable.index()] {
            self.push(Kind::Changed, place, time, new);
        }
    }

    fn latched(&mut self, time: f64, latch: usize) {
        for at in 0..self.places.latches[latch].len() {
            self.push(Kind::Latched, self.places.latches[latch][at], time, 0.0);
        }
    }

    fn held(&mut self, _time: f64, _outcome: OutcomeId) {}

    fn wants_tracks(&self) -> bool {
        false
    }
}
