//! For tests: a small model, and runs that are told by a script instead of an engine.

use jiff::civil::date;

use super::{Batch, Plan, RunFailed, Simulator, Watcher, run_by};
use crate::codes::cameo;
use crate::engine::{Draws, Ending, Failure, FailureKind, Observer};
use crate::id::{ActorId, ClaimId, EventId, OutcomeId, SetId, VariableId};
use crate::model::{
    Actor, Claim, Code, Domain, Dyad, Event, Group, Headline, Latch, Model, Outcome, RedLine, Set, Track,
    Variable, Watch,
};

pub(crate) const WAR: usize = 0;
pub(crate) const STANDOFF: usize = 1;
pub(crate) const CALM: usize = 2;

/// The grid 0, 5, 10; dyads (a, b) and (b, c) on `mid`, (a, c) on another ladder; the rules `attack` (a on b, well
/// sourced), `rumour` (low grade) and `guess` (no claim) with the option `guess.bluff` (no milestone; b on a).
pub(crate) fn model() -> Model {
    let attack = cameo::action("190").unwrap();
    Model {
        id: "small".into(),
        title: "Will it?".into(),
        start: date(2026, 1, 1),
        horizon: 10.0,
        sets: vec![
            set("mid", &["none", "threat", "display", "use_of_force", "war"]),
            set("heat", &["cold", "warm", "hot"]),
        ],
        variables: ["hostility(a, b)", "hostility(b, c)", "trust(a, c)"].map(variable).into(),
        initial: vec![0.0; 3],
        setup: Vec::new(),
        derived: Vec::new(),
        rules: Vec::new(),
        events: vec![
            Event {
                actor: Some(actor(0)),
                target: Some(actor(1)),
                action: Some(attack),
                ..event("attack", &[0, 1])
            },
            event("rumour", &[1]),
            event("guess", &[]),
            Event {
                actor: Some(actor(1)),
                target: Some(actor(0)),
                action: Some(cameo::action("010").unwrap()),
                milestone: false,
                ..event("guess.bluff", &[])
            },
        ],
        latches: vec![latch(), latch(), latch()],
        outcomes: ["war", "standoff", "calm"].map(outcome).into(),
        groups: vec![Group {
            name: "bad".into(),
            says: None,
            outcomes: vec![OutcomeId::new(WAR), OutcomeId::new(STANDOFF)],
        }],
        headline: Headline::Group(0),
        watches: vec![watch("alarm", 0), watch("line_seen", 1)],
        red_lines: vec![RedLine {
            actor: actor(0),
            name: "a.line".into(),
            says: Some("No further.".into()),
            latch: 1,
            claims: Vec::new(),
        }],
        grid: vec![0.0, 5.0, 10.0],
        tracks: vec![track("level", None), track("heat", Some(SetId::new(1)))],
        dyads: vec![dyad((0, 1), 0, 0), dyad((1, 2), 1, 0), dyad((0, 2), 2, 1)],
        actors: ["a", "b", "c"].map(actor_named).into(),
        claims: vec![claim("solid", "B2"), claim("hearsay", "E4")],
        parameters: Vec::new(),
        sites: Vec::new(),
        dependents: Vec::new(),
    }
}

fn actor_named(id: &str) -> Actor {
    Actor { id: id.into(), name: id.to_uppercase(), is_place: false }
}

fn set(name: &str, values: &[&str]) -> Set {
    Set { name: name.into(), values: values.iter().map(|value| (*value).into()).collect(), ladder: true }
}

fn variable(name: &str) -> Variable {
    let set = SetId::new(usize::from(name.starts_with("trust")));
    Variable { name: name.into(), domain: Domain::Set(set), unit: None }
}

fn actor(at: usize) -> ActorId {
    ActorId::new(at)
}

fn event(name: &str, claims: &[usize]) -> Event {
    Event {
        name: name.into(),
        says: None,
        actor: None,
        target: None,
        action: None,
        claims: claims.iter().map(|at| ClaimId::new(*at)).collect(),
        milestone: true,
        count: None,
        last_time: None,
        answers: Vec::new(),
    }
}

fn latch() -> Latch {
    Latch { condition: Code::constant(0.0), variable: VariableId::new(0) }
}

fn outcome(name: &str) -> Outcome {
    Outcome { name: name.into(), says: None, condition: None, ends: false, claims: Vec::new() }
}

fn watch(name: &str, latch: usize) -> Watch {
    Watch { name: name.into(), latch }
}

fn track(name: &str, set: Option<SetId>) -> Track {
    Track { name: name.into(), code: Code::constant(0.0), set }
}

fn dyad(pair: (usize, usize), variable: usize, set: usize) -> Dyad {
    Dyad {
        relation: "hostility".into(),
        pair: (actor(pair.0), actor(pair.1)),
        symmetric: true,
        variable: VariableId::new(variable),
        set: SetId::new(set),
    }
}

fn claim(id: &str, grade: &str) -> Claim {
    Claim { id: id.into(), says: String::new(), grade: grade.into() }
}

/// Runs told by a function of their number.
struct Script<'a, F>(&'a F);

impl<F: Fn(u64, &mut dyn Observer) -> Result<Ending, Failure>> Simulator for Script<'_, F> {
    fn simulate(&mut self, first: u64, observers: &mut [impl Observer]) -> Vec<Result<Ending, Failure>> {
        (first..).zip(observers).map(|(run, observer)| (self.0)(run, observer)).collect()
    }
}

/// Runs the small model by a script.
pub(crate) fn tell(
    plan: Plan,
    watcher: &impl Watcher,
    script: impl Fn(u64, &mut dyn Observer) -> Result<Ending, Failure> + Sync,
) -> Result<Batch, RunFailed> {
    tell_of(&model(), plan, watcher, script)
}

/// Runs a model by a script.
pub(crate) fn tell_of(
    model: &Model,
    plan: Plan,
    watcher: &impl Watcher,
    script: impl Fn(u64, &mut dyn Observer) -> Result<Ending, Failure> + Sync,
) -> Result<Batch, RunFailed> {
    run_by(model, &plan, watcher, || Script(&script))
}

pub(crate) fn plan(runs: u64, jobs: usize) -> Plan {
    Plan { seed: 1, draws: Draws::Each, runs, jobs, keep_failed: false, log: true }
}

pub(crate) fn ending(outcome: usize, since: Option<f64>) -> Ending {
    Ending { time: 10.0, outcome: OutcomeId::new(outcome), since, by_outcome: false, firings: 0 }
}

pub(crate) fn failure() -> Failure {
    Failure { time: 3.0, rule: None, kind: FailureKind::Stalled }
}

pub(crate) fn events(at: &[usize]) -> Vec<EventId> {
    at.iter().map(|at| EventId::new(*at)).collect()
}
