//! Variables that nothing reads or that no effect changes.

use std::collections::BTreeSet;

use crate::diagnostic::Finding;
use crate::expr::{Expr, ExprKind, parse_expression};
use crate::id::VariableId;
use crate::model::{Body, ChoiceKind, Code, Model, Timing};
use crate::schema::Scenario;
use crate::source::place::Route;

/// What the model reads and writes, by the names of variables.
#[derive(Default)]
struct Use {
    read: BTreeSet<String>,
    written: BTreeSet<String>,
}

/// `never-read`, `never-written`, `unused`.
pub(super) fn lint(scenario: &Scenario, model: &Model) -> Vec<Finding> {
    let mut uses = Use::default();
    uses.model(model);
    let factions = scenario.actors.values().flat_map(|actor| actor.factions.values());
    for faction in factions {
        if let Ok(influence) = parse_expression(faction.influence.text()) {
            names(&influence, &mut uses.read);
        }
    }
    for id in scenario.variants.iter().filter(|(_, variant)| !variant.rules.is_empty()).map(|(id, _)| id) {
        if let Ok(resolved) = crate::compile::resolve::variant(scenario, id)
            && let Some(model) = crate::compile::compile(&resolved).model
        {
            uses.model(&model);
        }
    }
    let mut findings = Vec::new();
    let root = Route::root();
    for id in scenario.parameters.keys().filter(|id| !uses.read.contains(*id)) {
        let place = root.key("parameters").key(id.clone()).as_key();
        findings.push(
            Finding::warning("never-read", place, format!("nothing reads the parameter `{id}`"))
                .label("has no effect"),
        );
    }
    for (actor, declared) in &scenario.actors {
        let route = root.key("actors").key(actor.clone());
        for id in declared.stances.keys() {
            uses.judge(
                "stance",
                &format!("{actor}.{id}"),
                &route.key("stances").key(id.clone()),
                &mut findings,
            );
        }
        for id in declared.attributes.keys() {
            let route = route.key("attributes").key(id.clone());
            uses.judge("attribute", &format!("{actor}.{id}"), &route, &mut findings);
        }
    }
    for id in scenario.indicators.keys() {
        uses.judge("indicator", id, &root.key("indicators").key(id.clone()), &mut findings);
    }
    for (id, relation) in &scenario.relations {
        for (index, pair) in relation.between.iter().enumerate() {
            let name = format!("{id}({}, {})", pair.pair[0], pair.pair[1]);
            if !uses.read.contains(&name) {
                let place = root.key("relations").key(id.clone()).key("between").index(index).as_value();
                findings.push(
                    Finding::note("never-read", place, format!("nothing reads `{name}`")).label("shown only"),
                );
            }
        }
    }
    findings
}

impl Use {
    fn judge(&self, what: &str, name: &str, route: &Route, findings: &mut Vec<Finding>) {
        let place = route.as_key();
        findings.push(match (self.read.contains(name), self.written.contains(name)) {
            (true, true) => return,
            (true, false) => {
                Finding::note("never-written", place, format!("no effect changes the {what} `{name}`"))
                    .label("keeps its value")
            }
            (false, true) => {
                Finding::warning("never-read", place, format!("nothing reads the {what} `{name}`"))
                    .label("has no effect")
            }
            (false, false) => {
                Finding::warning("unused", place, format!("nothing reads or changes the {what} `{name}`"))
                    .label("not used")
            }
        });
    }

    fn model(&mut self, model: &Model) {
        for rule in &model.rules {
            self.codes(model, rule.when.iter());
            match &rule.timing {
                Timing::Hazard { rate, .. } => self.codes(model, [rate]),
                Timing::Delay { delay, .. } => self.codes(model, delay.codes()),
                Timing::Answer { after: Some(after), .. } => self.codes(model, after.delay.codes()),
                Timing::Answer { after: None, .. } | Timing::Every(_) | Timing::At(_) | Timing::Trigger => {}
            }
            self.body(model, &rule.body);
        }
        self.codes(model, model.setup.iter().flat_map(|setup| setup.draw.codes()));
        self.codes(model, model.latches.iter().map(|latch| &latch.condition));
        self.codes(model, model.outcomes.iter().filter_map(|outcome| outcome.condition.as_ref()));
        self.codes(model, model.tracks.iter().map(|track| &track.code));
    }

    fn body(&mut self, model: &Model, body: &Body) {
        for assignment in &body.assignments {
            self.written.insert(name(model, assignment.variable));
            let others = assignment.value.reads().iter().filter(|read| **read != assignment.variable);
            self.read.extend(others.map(|read| name(model, *read)));
        }
        let Some(choice) = &body.choice else { return };
        if let ChoiceKind::Utilities { rationality } = &choice.kind {
            self.codes(model, [rationality]);
        }
        for option in &choice.options {
            self.codes(model, option.when.iter().chain([&option.measure]));
            self.body(model, &option.body);
        }
    }

    fn codes<'c>(&mut self, model: &Model, codes: impl IntoIterator<Item = &'c Code>) {
        self.read.extend(codes.into_iter().flat_map(Code::reads).map(|variable| name(model, *variable)));
    }
}

fn name(model: &Model, variable: VariableId) -> String {
    model.variables[variable.index()].name.clone()
}

/// The names in an expression.
fn names(expr: &Expr, into: &mut BTreeSet<String>) {
    match &expr.kind {
        ExprKind::Name(_) => {
            into.insert(expr.to_string());
        }
        ExprKind::Call(_, arguments) => {
            into.insert(expr.to_string());
            for argument in arguments {
                names(argument, into);
            }
        }
        ExprKind::Unary(_, inner) => names(inner, into),
        ExprKind::Binary(_, left, right) => {
            for side in [left, right] {
                names(side, into);
            }
        }
        ExprKind::In(left, items) => {
            names(left, into);
            for item in items {
                names(item, into);
            }
        }
        ExprKind::If(condition, yes, no) => {
            for part in [condition, yes, no] {
                names(part, into);
            }
        }
        ExprKind::Number(_)
        | ExprKind::Percent(_)
        | ExprKind::Duration(..)
        | ExprKind::Date(_)
        | ExprKind::Bool(_) => {}
    }
}
