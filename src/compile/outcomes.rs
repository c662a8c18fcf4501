//! Latches, outcomes, groups, headline, tracks and grid.

use crate::diagnostic::Finding;
use crate::id::{ActorId, OutcomeId};
use crate::model::{Code, Group, Headline, Outcome, RedLine, Track, Watch};
use crate::source::place::Route;

use super::context::{Context, Part, listed};
use super::expression::{At, Scope};
use super::sizes::MAX_GRID;
use super::types::Type;

/// Steps of the grid if the file gives none.
const DEFAULT_STEPS: u32 = 60;

impl Context<'_> {
    /// Gives every red line and watch its latch, so that expressions may name them.
    pub(super) fn declare_latches(&mut self) -> (Vec<RedLine>, Vec<Watch>) {
        let scenario = self.scenario;
        let (mut red_lines, mut watches) = (Vec::new(), Vec::new());
        for (index, (actor, declared)) in scenario.actors.iter().enumerate() {
            for (id, red_line) in &declared.red_lines {
                let route = Route::root().key("actors").key(actor.clone()).key("red_lines").key(id.clone());
                let _ = self.identifier(id, route.as_key());
                let claims = self.cited(&red_line.claims, &route);
                let name = format!("{actor}.{id}");
                let latch = self.latches.len();
                let variable = self.latch(format!("crossed({name})"), Code::constant(0.0));
                self.red_lines.insert(name.clone(), variable);
                red_lines.push(RedLine {
                    actor: ActorId::new(index),
                    name,
                    says: red_line.says.clone(),
                    latch,
                    claims,
                });
            }
        }
        for id in scenario.watch.keys() {
            let _ = self.identifier(id, Route::root().key("watch").key(id.clone()).as_key());
            let latch = self.latches.len();
            let variable = self.latch(format!("ever({id})"), Code::constant(0.0));
            self.watches.insert(id.clone(), variable);
            watches.push(Watch { name: id.clone(), latch });
        }
        (red_lines, watches)
    }

    /// Compiles the conditions of red lines and watches.
    pub(super) fn latch_conditions(&mut self, red_lines: &[RedLine], watches: &[Watch]) {
        let scenario = self.scenario;
        let mut red_lines = red_lines.iter();
        for (actor, declared) in &scenario.actors {
            for (id, red_line) in &declared.red_lines {
                let latch = red_lines.next().expect("one was declared for each").latch;
                let route = Route::root().key("actors").key(actor.clone()).key("red_lines").key(id.clone());
                if let Ok(code) = self.condition(&red_line.when, &At::new(route.key("when"), Scope::State)) {
                    self.latches[latch].condition = code;
                }
            }
        }
        for ((id, when), watch) in scenario.watch.iter().zip(watches) {
            let route = Route::root().key("watch").key(id.clone());
            if let Ok(code) = self.condition(when, &At::new(route, Scope::State)) {
                self.latches[watch.latch].condition = code;
            }
        }
    }

    /// The classes of runs.
    pub(super) fn outcomes(&mut self) -> Vec<Outcome> {
        let scenario = self.scenario;
        let route = Route::root().key("outcomes");
        let last = scenario.outcomes.len().saturating_sub(1);
        if !scenario.outcomes.values().any(|outcome| outcome.otherwise) {
            self.report(
                Finding::error("otherwise", route.as_key(), "the last outcome must take what no other does")
                    .label("`otherwise` is missing")
                    .help("end the list with, for example, `status_quo: {otherwise: true}`"),
            );
        }
        let mut outcomes = Vec::with_capacity(scenario.outcomes.len());
        for (index, (id, outcome)) in scenario.outcomes.iter().enumerate() {
            let route = route.key(id.clone());
            let _ = self.identifier(id, route.as_key());
            if id == "failed" {
                self.report(
                    Finding::error("identifier", route.as_key(), "`failed` is the class of runs that fail")
                        .label("reserved"),
                );
            }
            let claims = self.cited(&outcome.claims, &route);
            let condition = self.outcome_condition(outcome, index == last, &route);
            if let Ok(condition) = condition {
                outcomes.push(Outcome {
                    name: id.clone(),
                    says: outcome.says.clone(),
                    condition,
                    ends: outcome.ends,
                    claims,
                });
            }
        }
        outcomes
    }

    fn outcome_condition(
        &mut self,
        outcome: &crate::schema::Outcome,
        last: bool,
        route: &Route,
    ) -> Part<Option<Code>> {
        if outcome.otherwise {
            let wrong = if !last {
                Some(("otherwise", "only the last outcome is `otherwise`: nothing could follow it"))
            } else if outcome.when.is_some() {
                Some(("when", "`otherwise` takes what no other does: it has no `when`"))
            } else if outcome.ends {
                Some(("ends", "`otherwise` cannot end a run: it would end at once"))
            } else {
                None
            };
            return match wrong {
                Some((key, message)) => Err(self
                    .report(Finding::error("otherwise", route.key(key).as_key(), message).label("not here"))),
                None => Ok(None),
            };
        }
        let Some(when) = &outcome.when else {
            return Err(self.report(
                Finding::error(
                    "key",
                    route.as_key(),
                    "an outcome needs `when`, or `otherwise: true` for the last",
                )
                .label("no condition"),
            ));
        };
        let scope = if outcome.ends { Scope::State } else { Scope::Moment };
        self.condition(when, &At::new(route.key("when"), scope)).map(Some)
    }

    /// The groups; unknown outcomes are reported.
    pub(super) fn groups(&mut self) -> Vec<Group> {
        let scenario = self.scenario;
        let mut groups = Vec::with_capacity(scenario.groups.len());
        for (id, group) in &scenario.groups {
            let route = Route::root().key("groups").key(id.clone());
            let _ = self.identifier(id, route.as_key());
            if scenario.outcomes.contains_key(id) {
                self.report(
                    Finding::error("duplicate", route.as_key(), format!("`{id}` is an outcome already"))
                        .label("the same name"),
                );
            }
            if group.outcomes.is_empty() {
                self.report(
                    Finding::error("group", route.key("outcomes").as_value(), "a group needs outcomes")
                        .label("empty"),
                );
            }
            let mut outcomes = Vec::with_capacity(group.outcomes.len());
            for (index, name) in group.outcomes.iter().enumerate() {
                if let Some(outcome) = scenario.outcomes.get_index_of(name) {
                    outcomes.push(OutcomeId::new(outcome));
                } else {
                    let place = route.key("outcomes").index(index).as_value();
                    self.unknown(place, "outcome", name, scenario.outcomes.keys().map(String::as_str));
                }
            }
            outcomes.sort_unstable();
            outcomes.dedup();
            groups.push(Group { name: id.clone(), says: group.says.clone(), outcomes });
        }
        groups
    }

    /// What the report answers first.
    pub(super) fn headline(&mut self) -> Headline {
        let scenario = self.scenario;
        let default = if scenario.groups.is_empty() {
            Headline::Outcome(OutcomeId::new(0))
        } else {
            Headline::Group(0)
        };
        let Some(name) = &scenario.headline else { return default };
        if let Some(group) = scenario.groups.get_index_of(name) {
            return Headline::Group(group);
        }
        if let Some(outcome) = scenario.outcomes.get_index_of(name) {
            return Headline::Outcome(OutcomeId::new(outcome));
        }
        let known = scenario.groups.keys().chain(scenario.outcomes.keys()).map(String::as_str);
        self.unknown(Route::root().key("headline").as_value(), "group or outcome", name, known);
        default
    }

    /// The times at which tracks are recorded.
    pub(super) fn grid(&mut self) -> Vec<f64> {
        let horizon = self.horizon;
        let Some(text) = &self.scenario.grid else {
            return (0..=DEFAULT_STEPS).map(|k| horizon * f64::from(k) / f64::from(DEFAULT_STEPS)).collect();
        };
        let route = Route::root().key("grid");
        let Ok(step) = self.constant(text, Type::Duration, &route) else { return vec![0.0, horizon] };
        if step <= 0.0 || horizon / step > MAX_GRID as f64 {
            self.report(
                Finding::error(
                    "grid",
                    route.as_value(),
                    format!("the grid must have at most {MAX_GRID} steps, each longer than 0"),
                )
                .label("no such grid"),
            );
            return vec![0.0, horizon];
        }
        let steps = (horizon / step).floor() as u32;
        let mut grid: Vec<f64> =
            (0..=steps).map(|k| f64::from(k) * step).filter(|time| *time < horizon).collect();
        grid.push(horizon);
        grid
    }

    /// What is recorded over time.
    pub(super) fn tracks(&mut self) -> Vec<Track> {
        let scenario = self.scenario;
        let mut tracks = Vec::with_capacity(scenario.track.len());
        for (id, text) in &scenario.track {
            let route = Route::root().key("track").key(id.clone());
            let _ = self.identifier(id, route.as_key());
            let Ok((code, found)) = self.inferred(text, &At::new(route.clone(), Scope::Moment)) else {
                continue;
            };
            let set = match found {
                Type::Set(set) if self.sets[set.index()].ladder => Some(set),
                Type::Set(set) => {
                    let names: Vec<String> = self.sets[set.index()].values.clone();
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    self.report(
                        Finding::error(
                            "type",
                            route.as_value(),
                            "a mean of names without an order means nothing",
                        )
                        .label(format!("one of {}", listed(&names)))
                        .help("track a condition instead: `x == value`"),
                    );
                    continue;
                }
                Type::Since => {
                    self.report(
                        Finding::error("type", route.as_value(), "`since(…)` may only be compared")
                            .label("not a number"),
                    );
                    continue;
                }
                _ => None,
            };
            tracks.push(Track { name: id.clone(), code, set });
        }
        tracks
    }
}
