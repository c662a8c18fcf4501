//! Rules and options as events: who does what to whom, on which claims.

use indexmap::IndexMap;

use crate::codes::cameo;
use crate::diagnostic::{Finding, suggest};
use crate::id::{ActorId, ClaimId, EventId};
use crate::model::Event;
use crate::schema::{self, Decide};
use crate::source::place::Route;

use super::context::Context;

/// Most levels of choices within choices.
const MAX_CHOICE_DEPTH: usize = 8;

/// What an event takes over from the rule or option that it belongs to.
#[derive(Clone, Default)]
struct Inherited {
    actor: Option<ActorId>,
    target: Option<ActorId>,
    claims: Vec<ClaimId>,
}

/// The parts of a rule or option that make it an event.
struct Telling<'s> {
    says: &'s Option<String>,
    actor: &'s Option<String>,
    target: &'s Option<String>,
    action: &'s Option<String>,
    claims: &'s [String],
}

impl Context<'_> {
    /// Gives every rule and option its event, so that expressions may name them.
    pub(super) fn declare_events(&mut self) {
        let scenario = self.scenario;
        let mut inherited = Vec::with_capacity(scenario.rules.len());
        for (id, rule) in &scenario.rules {
            let route = Route::root().key("rules").key(id.clone());
            let _ = self.identifier(id, route.as_key());
            let telling = Telling {
                says: &rule.says,
                actor: &rule.actor,
                target: &rule.target,
                action: &rule.action,
                claims: &rule.claims,
            };
            inherited.push(self.declare_event(id.clone(), &telling, &Inherited::default(), &route));
        }
        for ((id, rule), inherited) in scenario.rules.iter().zip(&inherited) {
            let route = Route::root().key("rules").key(id.clone());
            self.declare_options(id, rule.choose.as_ref(), rule.decide.as_ref(), inherited, (&route, 0));
        }
    }

    fn declare_options(
        &mut self,
        owner: &str,
        choose: Option<&IndexMap<String, schema::Choice>>,
        decide: Option<&Decide>,
        inherited: &Inherited,
        (route, depth): (&Route, usize),
    ) {
        if depth >= MAX_CHOICE_DEPTH {
            self.report(
                Finding::error(
                    "choice",
                    route.as_key(),
                    format!("choices nest more than {MAX_CHOICE_DEPTH} deep"),
                )
                .label("too deep"),
            );
            return;
        }
        let chosen = choose.map(|options| (options, route.key("choose")));
        let decided = decide.map(|decide| (&decide.options, route.key("decide").key("options")));
        for (options, route) in chosen.into_iter().chain(decided) {
            for (name, option) in options {
                let route = route.key(name.clone());
                let _ = self.identifier(name, route.as_key());
                let path = format!("{owner}.{name}");
                let telling = Telling {
                    says: &option.says,
                    actor: &option.actor,
                    target: &option.target,
                    action: &option.action,
                    claims: &option.claims,
                };
                let inner = self.declare_event(path.clone(), &telling, inherited, &route);
                let nested = (option.choose.as_ref(), option.decide.as_ref());
                self.declare_options(&path, nested.0, nested.1, &inner, (&route, depth + 1));
            }
        }
    }

    fn declare_event(
        &mut self,
        name: String,
        telling: &Telling<'_>,
        from: &Inherited,
        route: &Route,
    ) -> Inherited {
        let mut claims = self.cited(telling.claims, route);
        claims.extend(&from.claims);
        claims.sort_unstable();
        claims.dedup();
        let actor =
            telling.actor.as_ref().and_then(|actor| self.actor(actor, route.key("actor").as_value()).ok());
        let target = telling
            .target
            .as_ref()
            .and_then(|target| self.actor(target, route.key("target").as_value()).ok());
        let (actor, target) = (actor.or(from.actor), target.or(from.target));
        let action = telling.action.as_ref().and_then(|code| self.action(code, &route.key("action")));
        self.event_ids.insert(name.clone(), EventId::new(self.events.len()));
        self.events.push(Event {
            name,
            says: telling.says.clone(),
            actor,
            target,
            action,
            claims: claims.clone(),
            milestone: false,
            count: None,
            last_time: None,
            answers: Vec::new(),
        });
        Inherited { actor, target, claims }
    }

    fn action(&mut self, code: &str, route: &Route) -> Option<&'static cameo::Action> {
        let action = cameo::action(code);
        if action.is_none() {
            let mut finding =
                Finding::error("action", route.as_value(), format!("CAMEO has no event code `{code}`"))
                    .label("not a code");
            // The digits go from the general to the particular, so a known beginning is meant before a neighbour.
            let general = (2..code.len()).rev().find_map(|length| cameo::action(code.get(..length)?));
            let general = general.map(|action| action.code.to_owned());
            let near = || suggest(code, cameo::actions().iter().map(|action| action.code));
            if let Some(meant) = general.or_else(near) {
                let label = cameo::action(&meant).map_or("", |action| action.label);
                finding = finding.help(format!("did you mean \"{meant}\" ({label})?"));
            }
            self.report(finding);
        }
        action
    }
}
