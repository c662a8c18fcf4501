//! A report → text for a terminal: what was run, the answer, then what it is made of and what it rests on.

mod escalation;
pub(super) mod exact;
mod outcomes;
mod paths;
mod support;

use super::layout::{Page, Role};
use super::{Style, figure, likelihood};
use crate::report::{GroupCount, HeadlineKind, Likelihood, Outcome, Report, SamplingMethod, StoppingKind};
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
    if let Some(partial) = partial_sentence(report) {
        page.blank();
        page.paragraph(0, Role::Alarm, &partial);
    }
    page.blank();
    page.paragraph(0, Role::Name, &headline_sentence(report));
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

/// What the report answers first.
struct Figures<'r> {
    label: &'r str,
    count: u64,
    interval: [f64; 2],
    likelihood: Option<&'r Likelihood>,
}

fn headline(report: &Report) -> Figures<'_> {
    let id = report.headline.id.as_str();
    let found = match report.headline.kind {
        HeadlineKind::Outcome => report.outcomes.iter().find(|outcome| outcome.id == id).map(of_outcome),
        HeadlineKind::Group => report.groups.iter().find(|group| group.id == id).map(of_group),
    };
    found.unwrap_or(Figures { label: id, count: 0, interval: [0.0, 1.0], likelihood: None })
}

fn of_outcome(outcome: &Outcome) -> Figures<'_> {
    Figures {
        label: outcome.says.as_deref().unwrap_or(&outcome.id),
        count: outcome.count.unwrap_or_default(),
        interval: outcome.interval,
        likelihood: Some(&outcome.likelihood),
    }
}

fn of_group(group: &GroupCount) -> Figures<'_> {
    Figures {
        label: group.says.as_deref().unwrap_or(&group.id),
        count: group.count.unwrap_or_default(),
        interval: group.interval,
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
    if figures.count == 0 {
        let bound = figure::share(0, runs, figures.interval);
        return format!("{label}: in 0 of {} (at {level}: {bound}): {words}.", figure::runs(runs));
    }
    let share = figure::share(figures.count, runs, figures.interval);
    let interval = figure::interval(figures.interval);
    format!("{label}: {share} of {} ({level} interval {interval}): {words}.", figure::runs(runs))
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
            let seed = seed.as_deref().unwrap_or_default();
            format!("{}, seed {seed}", figure::runs(report.sampling.runs))
        }
    };
    format!("{text}: {how}, {span}.")
}

/// What must be known before any figure is read: an interrupted batch, failed runs.
pub(super) fn partial_sentence(report: &Report) -> Option<String> {
    let sampling = &report.sampling;
    let mut parts = Vec::new();
    if sampling.stopping.kind == StoppingKind::Partial {
        let (runs, asked) = (thousands(sampling.runs), thousands(sampling.stopping.asked));
        parts.push(format!("PARTIAL: interrupted after {runs} of {asked} runs. All figures are of these."));
    }
    if sampling.failed > 0 {
        let (failed, runs) = (thousands(sampling.failed), thousands(sampling.runs));
        parts.push(format!("FAILED: {failed} of {runs} runs failed; they count as the outcome `failed`."));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The level of the intervals: `95 %`.
pub(super) fn level(report: &Report) -> String {
    let tenths_of_a_thousandth = (100_000.0 * report.sampling.confidence).round() / 1_000.0;
    format!("{tenths_of_a_thousandth} %")
}

/// How the figures were made and what their intervals do not cover.
pub(super) fn method_sentence(report: &Report) -> String {
    let sampling = &report.sampling;
    let method = match sampling.interval.as_str() {
        "clopper-pearson" => "Clopper–Pearson (exact)",
        other => other,
    };
    let digest: String = report.scenario.digest.chars().take(12).collect();
    format!(
        "Seed {}, scenario {digest}, escalade {}, streams version {}. Intervals: {method}, {}. \
         Intervals are sampling error only; they say nothing of how right the scenario is.",
        sampling.seed.as_deref().unwrap_or_default(),
        sampling.version,
        sampling.streams,
        level(report),
    )
}

fn footer(page: &mut Page, report: &Report) {
    page.blank();
    page.paragraph(0, Role::Faint, &method_sentence(report));
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
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
        report.sampling.stopping = crate::report::Stopping { kind: StoppingKind::Partial, asked: 1_000_000 };
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
    fn the_whole_page() {
        insta::assert_snapshot!(plain(&sample::report(), 80));
    }
}
