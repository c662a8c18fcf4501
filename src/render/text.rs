//! A report → text for a terminal: what was run, the answer, then what it is made of and what it rests on.

mod escalation;
pub(super) mod exact;
mod outcomes;
mod paths;
mod support;

use super::layout::{Page, Role, left, right};
use super::{Style, basis, figure, ignorance, likelihood, stopping};
use crate::report::{
    Basis, GroupCount, HeadlineKind, Ignorance, Likelihood, Outcome, Report, SamplingMethod,
};
use figure::thousands;

/// Most paths shown of an outcome.
pub(super) const MOST_PATHS: usize = 3;

/// A report as text in sections; no line is wider than the style says.
pub fn text(report: &Report, style: &Style) -> String {
    if report.sampling.method == SamplingMethod::Exact {
        return exact::text(report, style);
    }
    let mut page = Page::new(*style);
    page.paragraph(0, Role::Name, &report.scenario.title);
    page.paragraph(0, Role::Faint, &run_sentence(report));
    if let Some(alarm) = stopping::alarm(report) {
        page.blank();
        page.paragraph(0, Role::Alarm, &alarm);
    }
    page.blank();
    page.paragraph(0, Role::Name, &headline_sentence(report));
    headline_ignorance(&mut page, report);
    if let Some(answers) = stopping::answers(report) {
        page.blank();
        page.paragraph(0, Role::Name, &answers);
    }
    outcomes::outcomes(&mut page, report);
    outcomes::groups(&mut page, report);
    outcomes::counted(&mut page, report, "Watches", &report.watch);
    outcomes::counted(&mut page, report, "Red lines crossed", &report.red_lines);
    exact::check(&mut page, report);
    paths::paths(&mut page, report);
    escalation::escalation(&mut page, report);
    paths::rules(&mut page, report);
    support::support(&mut page, report);
    footer(&mut page, report);
    page.into_text()
}

/// The share of the headline with its figures: `3.51 %`.
pub fn headline_share(report: &Report) -> String {
    let figures = headline(report);
    figure::share(figures.count, report.sampling.runs, figures.interval)
}

/// What ignorance of the parameters does to what the report answers first.
pub(super) fn ignorance_of_headline(report: &Report) -> Option<&Ignorance> {
    headline(report).ignorance
}

/// What the report answers first.
struct Figures<'r> {
    label: &'r str,
    count: u64,
    interval: [f64; 2],
    /// None if the report lacks it.
    basis: Option<Basis>,
    ignorance: Option<&'r Ignorance>,
    likelihood: Option<&'r Likelihood>,
}

fn headline(report: &Report) -> Figures<'_> {
    let id = report.headline.id.as_str();
    let found = match report.headline.kind {
        HeadlineKind::Outcome => report.outcomes.iter().find(|outcome| outcome.id == id).map(of_outcome),
        HeadlineKind::Group => report.groups.iter().find(|group| group.id == id).map(of_group),
    };
    found.unwrap_or(Figures {
        label: id,
        count: 0,
        interval: [0.0, 1.0],
        basis: None,
        ignorance: None,
        likelihood: None,
    })
}

fn of_outcome(outcome: &Outcome) -> Figures<'_> {
    Figures {
        label: outcome.says.as_deref().unwrap_or(&outcome.id),
        count: outcome.count.unwrap_or_default(),
        interval: outcome.interval,
        basis: Some(outcome.basis),
        ignorance: outcome.ignorance.as_ref(),
        likelihood: Some(&outcome.likelihood),
    }
}

fn of_group(group: &GroupCount) -> Figures<'_> {
    Figures {
        label: group.says.as_deref().unwrap_or(&group.id),
        count: group.count.unwrap_or_default(),
        interval: group.interval,
        basis: Some(group.basis),
        ignorance: group.ignorance.as_ref(),
        likelihood: Some(&group.likelihood),
    }
}

/// `Spillover: 3.51 % of 100,000 runs (95 % interval 3.40–3.63 %): almost no chance (ICD 203).`
pub(super) fn headline_sentence(report: &Report) -> String {
    let figures = headline(report);
    let runs = report.sampling.runs;
    let label = figures.label.trim_end_matches(['.', ' ']);
    let words = figures
        .likelihood
        .map_or_else(|| "no likelihood".to_owned(), |words| likelihood::phrase(words, figures.interval));
    let level = level(report);
    let usual = basis::usual(report);
    let named = figures.basis.filter(|basis| *basis != usual);
    let named = named.map_or_else(String::new, |basis| format!("; {}", basis::phrase(basis)));
    if figures.count == 0 {
        let bound = figure::share(0, runs, figures.interval);
        return format!("{label}: in 0 of {} (at {level}: {bound}{named}): {words}.", figure::runs(runs));
    }
    let share = figure::share(figures.count, runs, figures.interval);
    let interval = figure::interval(figures.interval);
    format!("{label}: {share} of {} ({level} interval {interval}{named}): {words}.", figure::runs(runs))
}

/// What ignorance of the parameters does to the headline.
pub(super) fn ignorance_sentence(report: &Report) -> Option<String> {
    let figures = headline(report);
    ignorance::sentence(report, figures.ignorance, figures.likelihood)
}

/// The headline's two uncertainties: as bars, then in a sentence.
fn headline_ignorance(page: &mut Page, report: &Report) {
    let figures = headline(report);
    if let Some(rows) = ignorance::bars(figures.interval, figures.ignorance) {
        let columns = [left("", Role::Plain), right(""), left("", Role::Bar)];
        page.drawn(&columns, &rows).iter().for_each(|line| page.raw(line));
    }
    if let Some(sentence) = ignorance_sentence(report) {
        page.paragraph(0, Role::Plain, &sentence);
    }
}

/// `south_caucasus, variant irgc_prevails, with x = 2: 100,000 runs, seed 1, 180 days from … to ….`
pub(super) fn run_sentence(report: &Report) -> String {
    let scenario = &report.scenario;
    let mut parts = vec![scenario.id.clone()];
    parts.extend(scenario.variant.as_ref().map(|variant| format!("variant {variant}")));
    let set: Vec<_> = scenario.set.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if !set.is_empty() {
        parts.push(format!("with {}", set.join(", ")));
    }
    let text = parts.join(", ");
    let (days, start) = (figure::days(scenario.horizon), &scenario.start);
    let span = match figure::date(start, scenario.horizon) {
        Some(end) => format!("{days} days from {start} to {end}"),
        None => format!("{days} days from {start}"),
    };
    let how = match (&report.sampling.seed, &report.sampling.exact) {
        (_, Some(exact)) => format!("exact, {} states", thousands(exact.states)),
        (seed, None) => {
            let (seed, runs) = (seed.as_deref().unwrap_or_default(), report.sampling.runs);
            let draws = report.sampling.draws.filter(|draws| *draws < runs);
            let draws =
                draws.map_or_else(String::new, |draws| format!(" over {} parameter draws", thousands(draws)));
            format!("{}{draws}, seed {seed}", figure::runs(runs))
        }
    };
    format!("{text}: {how}, {span}.")
}

/// The level of the intervals: `95 %`.
pub(super) fn level(report: &Report) -> String {
    figure::percent(basis::usual(report).level)
}

/// How the figures were made and what their intervals do not cover.
pub(super) fn method_sentence(report: &Report) -> String {
    let sampling = &report.sampling;
    let digest: String = report.scenario.digest.chars().take(12).collect();
    let fallback = stopping::fallback(report).map_or_else(String::new, |told| format!(" {told}"));
    format!(
        "Seed {}, scenario {digest}, escalade {}, streams version {}. Intervals: {}.{fallback} \
         Times are known to {} days. Intervals are sampling error only; they say nothing of how right the scenario is.",
        sampling.seed.as_deref().unwrap_or_default(),
        sampling.version,
        sampling.streams,
        basis::phrase(basis::usual(report)),
        figure::resolution(sampling.time_resolution),
    )
}

/// Names the intervals of a section that do not rest on what most do.
fn notes(page: &mut Page, report: &Report, section: &[(&str, Basis)]) {
    for note in basis::notes(report, section) {
        page.paragraph(2, Role::Faint, &note);
    }
}

fn footer(page: &mut Page, report: &Report) {
    page.blank();
    page.paragraph(0, Role::Faint, &method_sentence(report));
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::report::StoppingKind;
    use unicode_width::UnicodeWidthStr;

    fn plain(report: &Report, width: usize) -> String {
        text(report, &Style { color: false, width })
    }

    #[test]
    fn no_line_is_wider_than_asked_for() {
        let mut report = sample::report();
        report.outcomes[0].id = "日本語".repeat(40);
        report.rules[3].id = "x".repeat(300);
        report.ladder.as_mut().unwrap().dyads[0].id = format!("hostility({}, b)", "a".repeat(200));
        report.sampling.stopping.kind = StoppingKind::Partial;
        for width in [60, 80, 119] {
            for line in plain(&report, width).lines() {
                assert!(line.width() <= width, "{} > {width}: {line}", line.width());
            }
        }
    }

    #[test]
    fn the_headline_comes_first_in_a_sentence() {
        let text = plain(&sample::report(), 200);
        let sentence = "Spillover into the South Caucasus: 3.51 % of 100,000 runs (95 % interval 3.40–3.63 %): \
                        almost no chance (ICD 203).";
        assert_eq!(text.lines().nth(3), Some(sentence));
        assert!(
            text.contains("sample, variant hotline, with risk = 0.2: 100,000 runs, seed 1, 180 days from")
        );
        assert!(text.contains("2026-06-15 to 2026-12-12"));
    }

    #[test]
    fn a_headline_never_seen_has_a_bound() {
        let mut report = sample::report();
        report.headline = crate::report::Headline { kind: HeadlineKind::Outcome, id: "nuclear_use".into() };
        let text = plain(&report, 200);
        assert!(text.contains("in 0 of 100,000 runs (at 95 %: < 0.004 %): below 1 %, where"), "{text}");
        let zero = |line: &str| [" 0 %", " 0.0 %", " 0.00 %"].iter().any(|zero| line.contains(zero));
        assert!(!text.lines().any(zero), "{text}");
    }

    #[test]
    fn interrupted_and_failed_runs_are_told_before_any_figure() {
        let mut report = sample::report();
        report.sampling.stopping.kind = StoppingKind::Partial;
        report.sampling.stopping.asked = 1_000_000;
        report.sampling.failed = 7;
        let text = plain(&report, 80);
        let partial = text.find("PARTIAL: interrupted after 100,000 of 1,000,000 runs").unwrap();
        assert!(text.contains("7 of 100,000 runs failed"));
        assert!(partial < text.find("3.51 %").unwrap());
    }

    #[test]
    fn escapes_of_a_scenario_are_shown_not_obeyed() {
        let mut report = sample::report();
        let evil = "\u{1b}]0;owned\u{7}\u{202e}\nnext".to_owned();
        report.scenario.title = evil.clone();
        report.outcomes[0].says = Some(evil.clone());
        report.groups[0].says = Some(evil.clone());
        report.paths[0].top[0].signature[0] = evil.clone();
        report.rules[0].says = Some(evil);
        let text = plain(&report, 80);
        let hazard = |c: char| c != '\n' && crate::source::neutral::is_hazard(c);
        assert!(!text.chars().any(hazard), "{text:?}");
        assert!(text.contains(r"\u{1b}]0;owned"));
    }

    #[test]
    fn colour_changes_no_letter() {
        let report = sample::report();
        let colored = text(&report, &Style { color: true, width: 80 });
        assert!(colored.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain(&report, 80));
    }

    #[test]
    fn both_uncertainties_are_shown_on_one_scale() {
        let report = sample::with_draws();
        for width in [60, 80, 119] {
            assert!(plain(&report, width).lines().all(|line| line.width() <= width), "{width}");
        }
        let text = plain(&report, 80);
        let shown: Vec<&str> = text.split("Most frequent").take(1).collect();
        insta::assert_snapshot!(shown[0]);
        let mut none = report.clone();
        none.groups[0].ignorance.as_mut().unwrap().distinguishable = false;
        let told = "Ignorance of the parameters is not distinguishable from none (1,000 draws of them).";
        assert!(plain(&none, 200).contains(told));
        none.groups[0].ignorance = None;
        none.sampling.draws = None;
        assert!(plain(&none, 200).contains("not told apart: every run has drawn its own."));
        assert!(plain(&none, 200).contains("--draws each"));
    }

    #[test]
    fn the_whole_page() {
        insta::assert_snapshot!(plain(&sample::report(), 80));
    }
}
