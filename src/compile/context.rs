//! What is known while a scenario is compiled: names, what they stand for, and the model's parts so far.

use std::collections::BTreeMap;

use crate::diagnostic::{Finding, suggest};
use crate::id::{ActorId, ClaimId, EventId, SetId, SiteId, VariableId};
use crate::model::{Actor, Claim, Domain, Dyad, Event, Latch, Parameter, Set, Setup, Site, Variable};
use crate::schema::{Quantity, Scenario};
use crate::source::place::{Place, Route};

/// An error has been reported; nothing can be made of this part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reported;

/// The result of compiling a part.
pub(super) type Part<T> = Result<T, Reported>;

/// What a relation's name stands for.
pub(super) struct Relation {
    pub(super) symmetric: bool,
    pub(super) domain: Domain,
    pub(super) initial: Quantity,
    pub(super) route: Route,
    pub(super) pairs: BTreeMap<(ActorId, ActorId), VariableId>,
}

/// Names and the model's parts so far.
pub(super) struct Context<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) findings: Vec<Finding>,
    pub(super) start: jiff::civil::Date,
    /// In days.
    pub(super) horizon: f64,
    pub(super) sets: Vec<Set>,
    pub(super) ladders: BTreeMap<String, SetId>,
    pub(super) variables: Vec<Variable>,
    pub(super) initial: Vec<f64>,
    pub(super) setup: Vec<Setup>,
    /// Parameters, indicators, and `actor.stance`, `actor.attribute`.
    pub(super) symbols: BTreeMap<String, VariableId>,
    pub(super) relations: BTreeMap<String, Relation>,
    pub(super) actor_ids: BTreeMap<String, ActorId>,
    pub(super) actors: Vec<Actor>,
    pub(super) claim_ids: BTreeMap<String, ClaimId>,
    pub(super) claims: Vec<Claim>,
    pub(super) event_ids: BTreeMap<String, EventId>,
    pub(super) events: Vec<Event>,
    pub(super) dyads: Vec<Dyad>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) sites: Vec<Site>,
    pub(super) latches: Vec<Latch>,
    /// Latch variables of red lines (`actor.red_line`).
    pub(super) red_lines: BTreeMap<String, VariableId>,
    /// Latch variables of watches.
    pub(super) watches: BTreeMap<String, VariableId>,
    /// Latch variables of conditions in `ever(…)`, by their printed form.
    pub(super) evers: BTreeMap<String, VariableId>,
    /// How many choices the rules hold so far.
    pub(super) choices: u32,
}

impl<'s> Context<'s> {
    pub(super) fn new(scenario: &'s Scenario) -> Self {
        Self {
            scenario,
            findings: Vec::new(),
            start: jiff::civil::Date::ZERO,
            horizon: 1.0,
            sets: Vec::new(),
            ladders: BTreeMap::new(),
            variables: Vec::new(),
            initial: Vec::new(),
            setup: Vec::new(),
            symbols: BTreeMap::new(),
            relations: BTreeMap::new(),
            actor_ids: BTreeMap::new(),
            actors: Vec::new(),
            claim_ids: BTreeMap::new(),
            claims: Vec::new(),
            event_ids: BTreeMap::new(),
            events: Vec::new(),
            dyads: Vec::new(),
            parameters: Vec::new(),
            sites: Vec::new(),
            latches: Vec::new(),
            red_lines: BTreeMap::new(),
            watches: BTreeMap::new(),
            evers: BTreeMap::new(),
            choices: 0,
        }
    }

    /// Adds a complaint.
    pub(super) fn report(&mut self, finding: Finding) -> Reported {
        self.findings.push(finding);
        Reported
    }

    /// With how many known names an unknown one is compared: a file of thousands of both must not take minutes, and then no
    /// help is needed.
    pub(super) fn comparable(&self) -> usize {
        const MOST: usize = 1_000;
        const MOST_IN_ALL: usize = 20_000;
        let names = (self.symbols.len() + self.event_ids.len()).min(MOST);
        if self.findings.len() * names < MOST_IN_ALL { MOST } else { 0 }
    }

    /// Adds a complaint about a name nobody knows, with the known one that was probably meant.
    pub(super) fn unknown<'n>(
        &mut self,
        place: Place,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> Reported {
        let known: Vec<&str> = known.into_iter().take(self.comparable()).collect();
        let mut finding = Finding::error("unknown-name", place, format!("no {what} is called `{name}`"))
            .label("not declared");
        if let Some(meant) = suggest(name, &known) {
            finding = finding.help(format!("did you mean `{meant}`?"));
        } else if !known.is_empty() && known.len() <= 12 {
            finding = finding.help(format!("there is {}", listed(&known)));
        }
        self.report(finding)
    }

    /// A new variable, with 0 as its value at the start.
    pub(super) fn variable(
        &mut self,
        name: impl Into<String>,
        domain: Domain,
        unit: Option<String>,
    ) -> VariableId {
        let id = VariableId::new(self.variables.len());
        self.variables.push(Variable { name: name.into(), domain, unit });
        self.initial.push(0.0);
        id
    }

    /// A new place that draws.
    pub(super) fn site(&mut self, name: String) -> SiteId {
        let id = SiteId::new(self.sites.len());
        self.sites.push(Site { name });
        id
    }

    /// The domain of a variable.
    pub(super) fn domain(&self, variable: VariableId) -> Domain {
        self.variables[variable.index()].domain
    }

    /// The ids of cited claims; unknown ones are reported. The route is that of the citing entry.
    pub(super) fn cited(&mut self, claims: &[String], route: &Route) -> Vec<ClaimId> {
        let scenario = self.scenario;
        let mut ids = Vec::with_capacity(claims.len());
        for (index, claim) in claims.iter().enumerate() {
            if let Some(id) = self.claim_ids.get(claim) {
                ids.push(*id);
            } else {
                let place = route.key("claims").index(index).as_value();
                self.unknown(place, "claim", claim, scenario.claims.keys().map(String::as_str));
            }
        }
        ids
    }

    /// The id of an actor; an unknown one is reported.
    pub(super) fn actor(&mut self, name: &str, place: Place) -> Part<ActorId> {
        let scenario = self.scenario;
        self.actor_ids
            .get(name)
            .copied()
            .ok_or_else(|| self.unknown(place, "actor", name, scenario.actors.keys().map(String::as_str)))
    }
}

/// `a`, `b` and `c`
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
