//! Every shipped scenario compiles without complaint, with each of its variants; the flagship means what it says.

use escalade::compile::{compile, resolve};
use escalade::diagnostic::{Diagnostic, Finding, draw};
use escalade::engine::{Draws, Engine, Observer};
use escalade::id::{EventId, RuleId, VariableId};
use escalade::model::Model;
use escalade::schema::Scenario;
use escalade::schema::read::read;
use escalade::source::SourceText;

const SHIPPED: [&str; 4] = [
    "scenarios/south_caucasus.yaml",
    "scenarios/two_rivals.yaml",
    "scenarios/standoff.yaml",
    "scenarios/arms_race.yaml",
];

fn complaints(source: &SourceText, findings: &[Finding]) -> String {
    let tree = read::<Scenario>(source).tree;
    let diagnostics: Vec<Diagnostic> =
        findings.iter().map(|finding| Diagnostic::resolve(finding, source, tree.as_ref())).collect();
    draw(&diagnostics, source, false, 100)
}

#[test]
fn shipped_scenarios_compile_with_all_variants() {
    for path in SHIPPED {
        let text = std::fs::read_to_string(path).unwrap();
        let source = SourceText::new(path, text);
        let reading = read::<Scenario>(&source);
        assert!(reading.findings.is_empty(), "{}", complaints(&source, &reading.findings));
        let scenario = reading.value.unwrap();
        let compiled = compile(&scenario);
        assert!(compiled.findings.is_empty(), "{}", complaints(&source, &compiled.findings));
        assert!(compiled.model.is_some());
        for id in scenario.variants.keys() {
            let resolved = resolve::variant(&scenario, id)
                .unwrap_or_else(|findings| panic!("{id}: {}", complaints(&source, &findings)));
            let compiled = compile(&resolved);
            assert!(compiled.findings.is_empty(), "{id}: {}", complaints(&source, &compiled.findings));
        }
    }
}

#[test]
fn a_resolved_scenario_is_written_and_read_back_the_same() {
    for path in SHIPPED {
        let source = SourceText::new(path, std::fs::read_to_string(path).unwrap());
        let resolved = resolve::base(&read::<Scenario>(&source).value.unwrap());
        let text = serde_yaml::to_string(&resolved).unwrap();
        let again = read::<Scenario>(&SourceText::new("resolved", text.clone()));
        assert!(again.findings.is_empty(), "{:?}", again.findings);
        assert_eq!(again.value.unwrap(), resolved);
    }
}

/// What may bring a dyad of the flagship to war: rules and options that mean war. A killing, an incident or a raid is
/// none of them.
const MEANS_WAR: [&str; 6] = [
    "israel_answers.broad_campaign.around",
    "israel_answers.broad_campaign.through",
    "exchange_becomes_war",
    "baku_answers_strike.strike_back",
    "intervention_becomes_war",
    "armenia_resists.fight",
];

/// Follows the state of a run, and notes what brought war.
struct Follower<'m> {
    model: &'m Model,
    values: Vec<f64>,
    last: String,
    wars: Vec<String>,
}

impl Observer for Follower<'_> {
    fn began(&mut self, values: &[f64]) {
        self.values = values.to_vec();
    }

    fn fired(&mut self, _: f64, rule: RuleId, options: &[EventId]) {
        let event = options.last().copied().unwrap_or(self.model.rules[rule.index()].event);
        self.last.clone_from(&self.model.events[event.index()].name);
    }

    fn changed(&mut self, _: f64, variable: VariableId, _: f64, new: f64) {
        self.values[variable.index()] = new;
        let is_war = new == 4.0 && self.model.variables[variable.index()].name.starts_with("hostility(");
        if is_war {
            self.wars.push(self.last.clone());
        }
    }
}

#[test]
fn wars_of_the_flagship_are_decisions_and_no_class_hides_another() {
    const RUNS: u64 = 6_000;
    let path = SHIPPED[0];
    let scenario =
        read::<Scenario>(&SourceText::new(path, std::fs::read_to_string(path).unwrap())).value.unwrap();
    let model = compile(&resolve::base(&scenario)).model.unwrap();
    let mut engine = Engine::new(&model, 1, Draws::Each);
    let (mut stack, mut wars) = (Vec::new(), 0);
    let count = model.outcomes.len();
    let (mut class, mut held) = (vec![0_u32; count], vec![vec![0_u32; count]; count]);
    for run in 0..RUNS {
        let mut follower = Follower { model: &model, values: vec![], last: String::new(), wars: vec![] };
        let ending = engine.run(run, &mut follower).unwrap();
        for event in &follower.wars {
            assert!(MEANS_WAR.contains(&event.as_str()), "run {run}: {event} brought war");
        }
        wars += follower.wars.len();
        class[ending.outcome.index()] += 1;
        for (at, outcome) in model.outcomes.iter().enumerate() {
            let Some(condition) = &outcome.condition else { continue };
            let holds = condition.evaluate(&follower.values, ending.time, &mut stack) != 0.0;
            assert!(!holds || at >= ending.outcome.index(), "run {run}: a severer class held");
            held[ending.outcome.index()][at] += u32::from(holds);
        }
    }
    assert!(wars > 200, "{wars}");
    // War that grew out of a strike or an intervention has both conditions.
    let grown = |class: &str| class == "iran_azerbaijan_war";
    for (at, outcome) in model.outcomes.iter().enumerate().filter(|(_, outcome)| !grown(&outcome.name)) {
        assert!(class[at] >= 40, "{} has {} runs", outcome.name, class[at]);
        for (later, hidden) in model.outcomes.iter().enumerate().skip(at + 1) {
            let share = f64::from(held[at][later]) / f64::from(class[at]);
            assert!(share < 0.5, "{} hides {} in {share} of its runs", outcome.name, hidden.name);
        }
    }
}
