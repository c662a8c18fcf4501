//! The history of a run → a dated timeline for a terminal.

use super::Style;
use super::layout::{Page, Role};
use crate::analysis::trace::{End, Happening, LatchKind, Latched, Step, Trace};

/// Column at which what happened stands, after date and day.
const STORY: usize = 20;

/// The history of a run as text; no line is wider than the style says.
pub fn trace(trace: &Trace, style: &Style) -> String {
    let mut page = Page::new(*style);
    page.paragraph(0, Role::Heading, &format!("Run {}, seed {}", trace.run, trace.seed));
    if !trace.drawn.is_empty() {
        let drawn: Vec<_> =
            trace.drawn.iter().map(|drawn| format!("{} {}", drawn.name, drawn.value)).collect();
        page.labelled("  drawn", Role::Name, 9, Role::Plain, &drawn.join(", "));
    }
    page.blank();
    for step in &trace.steps {
        self::step(&mut page, step);
    }
    if !trace.steps.is_empty() {
        page.blank();
    }
    if let Some(end) = &trace.end {
        page.labelled(&when(&end.date, end.time), Role::Name, STORY, Role::Name, &ending(end));
    }
    if let Some(failure) = &trace.failure {
        page.paragraph(0, Role::Alarm, &format!("The run failed: {failure}"));
    }
    page.into_text()
}

fn step(page: &mut Page, step: &Step) {
    let story = step.event.as_ref().map_or_else(|| "(as time passed)".to_owned(), story);
    page.labelled(&when(&step.date, step.time), Role::Faint, STORY, Role::Plain, &story);
    if let Some(action) = step.event.as_ref().and_then(action) {
        page.paragraph(STORY + 2, Role::Faint, &action);
    }
    for change in &step.changes {
        let text = format!("{}: {} → {}", change.variable, change.old, change.new);
        page.paragraph(STORY + 2, Role::Bar, &text);
    }
    for latched in &step.latched {
        page.paragraph(STORY + 2, Role::Alarm, &self::latched(latched));
    }
    for outcome in &step.outcomes {
        page.paragraph(STORY + 2, Role::Alarm, &format!("outcome holds: {outcome}"));
    }
}

/// `red line crossed: boreas.island (…)`
pub(super) fn latched(latched: &Latched) -> String {
    let what = match latched.kind {
        LatchKind::RedLine => "red line crossed",
        LatchKind::Watch => "watch holds",
    };
    let says = latched.says.as_ref().map_or_else(String::new, |says| format!(" ({says})"));
    format!("{what}: {}{says}", latched.id)
}

fn when(date: &str, time: f64) -> String {
    format!("{date}  {:>6}", format!("d{}", time.floor()))
}

/// `Auria → Boreas: Auria's patrol fires across the border [border_incident]`
pub(super) fn story(event: &Happening) -> String {
    let who = match (&event.actor, &event.target) {
        (Some(actor), Some(target)) => format!("{actor} → {target}: "),
        (Some(actor), None) => format!("{actor}: "),
        (None, Some(target)) => format!("→ {target}: "),
        (None, None) => String::new(),
    };
    match &event.says {
        Some(says) => format!("{who}{says} [{}]", event.id),
        None => format!("{who}{}", event.id),
    }
}

fn action(event: &Happening) -> Option<String> {
    let (code, name) = (event.code.as_ref()?, event.action.as_ref()?);
    Some(format!("CAMEO {code}: {name}"))
}

pub(super) fn ending(end: &End) -> String {
    let meaning = end.says.as_ref().map_or_else(String::new, |says| format!(" ({says})"));
    let why = if end.by_outcome { "this outcome ends a run" } else { "the horizon was reached" };
    let since = match end.since {
        Some(since) if !end.by_outcome => format!(", held since day {}", since.floor()),
        _ => String::new(),
    };
    let firings =
        if end.firings == 1 { "1 rule fired".to_owned() } else { format!("{} rules fired", end.firings) };
    format!("{}{meaning}: {why}{since}; {firings}", end.outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::trace::{Change, Drawn};
    use unicode_width::UnicodeWidthStr;

    fn sample() -> Trace {
        Trace {
            run: 17,
            seed: "1".into(),
            drawn: vec![Drawn { name: "risk".into(), value: "0.12".into(), says: None }],
            steps: vec![Step {
                time: 84.25,
                date: "2026-09-07".into(),
                event: Some(Happening {
                    id: "decides.retaliate".into(),
                    says: Some(
                        "Boreas shells the post\u{1b}[2J from where the patrol had come a week before".into(),
                    ),
                    actor: Some("Boreas".into()),
                    target: Some("Auria".into()),
                    code: Some("194".into()),
                    action: Some("Fight with artillery and tanks".into()),
                }),
                changes: vec![Change {
                    variable: "hostility(auria, boreas)".into(),
                    old: "threat".into(),
                    new: "use_of_force".into(),
                }],
                latched: vec![Latched { kind: LatchKind::RedLine, id: "auria.post".into(), says: None }],
                outcomes: vec!["clashes".into()],
            }],
            end: Some(End {
                time: 180.0,
                date: "2026-12-12".into(),
                outcome: "clashes".into(),
                says: None,
                since: Some(84.25),
                by_outcome: false,
                firings: 1,
            }),
            failure: None,
        }
    }

    #[test]
    fn a_timeline_is_dated_and_fits() {
        let text = trace(&sample(), &Style { color: false, width: 80 });
        assert!(text.lines().all(|line| line.width() <= 80), "{text}");
        insta::assert_snapshot!(text, @r"
Run 17, seed 1
  drawn  risk 0.12

2026-09-07     d84  Boreas → Auria: Boreas shells the post\u{1b}[2J from where
                    the patrol had come a week before [decides.retaliate]
                      CAMEO 194: Fight with artillery and tanks
                      hostility(auria, boreas): threat → use_of_force
                      red line crossed: auria.post
                      outcome holds: clashes

2026-12-12    d180  clashes: the horizon was reached, held since day 84; 1 rule
                    fired
");
    }

    #[test]
    fn a_failed_run_says_why() {
        let failed = Trace { end: None, failure: Some("rule `x`: a rate of inf".into()), ..sample() };
        let text = trace(&failed, &Style::default());
        assert!(text.ends_with("The run failed: rule `x`: a rate of inf\n"), "{text}");
    }
}
