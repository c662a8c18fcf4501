//! A report made by hand, for the tests of renderings.

use crate::report::*;

#[expect(clippy::too_many_lines, reason = "one document, written out")]
pub(super) fn report() -> Report {
    let basis = Basis::alone(IntervalMethod::ClopperPearson, 0.95, 100_000);
    let outcome = |id: &str, count: u64, interval, likelihood, ever: u64, time| Outcome {
        id: id.into(),
        says: Some(format!("What {id} means")),
        count: Some(count),
        share: count as f64 / 1e5,
        interval,
        basis,
        ignorance: None,
        likelihood,
        time,
        ever: Ever { count: Some(ever), share: ever as f64 / 1e5 },
        claims: vec![],
    };
    let words = |low: Option<&str>, high: Option<&str>| Likelihood {
        low: low.map(Into::into),
        high: high.map(Into::into),
    };
    let times = Times {
        q05: 20.0,
        q25: 50.0,
        q50: 84.25,
        q75: 120.0,
        q95: 170.0,
        intervals: Some(TimeIntervals {
            q05: [19.0, 21.0],
            q25: [49.0, 51.0],
            q50: [83.5, 85.0],
            q75: [119.0, 121.0],
            q95: [168.0, 172.0],
        }),
        basis: Some(Basis::alone(IntervalMethod::OrderStatistics, 0.95, 3_512)),
    };
    let small = words(Some("almost no chance"), Some("almost no chance"));
    let counted = |id: &str| Counted {
        id: id.into(),
        says: None,
        count: Some(5_000),
        share: 0.05,
        interval: [0.0487, 0.0514],
        basis,
        ignorance: None,
        likelihood: words(Some("almost no chance"), Some("very unlikely")),
        time: Some(times),
    };
    let spread = |count: u64, newly_involved| Spread {
        count,
        share: count as f64 / 1e5,
        interval: [count as f64 / 1e5 - 0.001, count as f64 / 1e5 + 0.001],
        basis,
        ignorance: None,
        newly_involved,
    };
    Report {
        format: FORMAT,
        scenario: Scenario {
            id: "sample".into(),
            title:
                "Will a war that nobody wants reach those who did nothing to bring it about, and if so when?"
                    .into(),
            start: "2026-06-15".into(),
            horizon: 180.0,
            digest: "0123456789abcdef".repeat(4),
            variant: Some("hotline".into()),
            set: [("risk".to_owned(), "0.2".to_owned())].into_iter().collect(),
            text: "id: sample\n".into(),
        },
        sampling: Sampling {
            method: SamplingMethod::MonteCarlo,
            exact: None,
            seed: Some("1".into()),
            runs: 100_000,
            failed: 0,
            drawn_parameters: 0,
            draws: None,
            confidence: 0.95,
            interval: IntervalMethod::ClopperPearson,
            simultaneous: None,
            time_resolution: 180.0 / 16_384.0,
            stopping: Stopping { kind: StoppingKind::Complete, asked: 100_000, precision: None },
            version: "0.1.0".into(),
            streams: 1,
        },
        headline: Headline { kind: HeadlineKind::Group, id: "spillover".into() },
        threshold: None,
        outcomes: vec![
            outcome("war", 3_512, [0.034, 0.0363], small.clone(), 5_000, Some(times)),
            outcome("nuclear_use", 0, [0.0, 3.6888e-5], words(None, None), 0, None),
            outcome(
                "peace",
                96_488,
                [0.9637, 0.966],
                words(Some("almost certain"), Some("almost certain")),
                100_000,
                None,
            ),
        ],
        groups: vec![GroupCount {
            id: "spillover".into(),
            says: Some("Spillover into the South Caucasus".into()),
            outcomes: vec!["war".into()],
            count: Some(3_512),
            share: 0.03512,
            interval: [0.034, 0.0363],
            basis,
            ignorance: None,
            likelihood: small,
            time: Some(times),
            ever: Ever { count: Some(5_000), share: 0.05 },
        }],
        watch: vec![counted("mobilised")],
        red_lines: vec![counted("auria.island")],
        tracks: vec![],
        rules: (0..12)
            .map(|at| RuleCount {
                id: if at == 0 { "decides.retaliate".into() } else { format!("rule_{at}") },
                says: Some(
                    "Boreas shells the post, 日本語, as a sign to all who watch from the other side".into(),
                ),
                runs: 50_000 / (at + 1),
                firings: 90_000 / (at + 1),
                by_outcome: vec![OutcomeCount { outcome: "war".into(), runs: 10 }],
                claims: vec![],
            })
            .collect(),
        paths: vec![
            Paths {
                outcome: "war".into(),
                distinct: 214,
                other: 3,
                top: (0..4)
                    .map(|at| Path {
                        signature: (0..8).map(|step| format!("milestone_{step}.of_path_{at}")).collect(),
                        count: 400 - at,
                        share: (400 - at) as f64 / 3_512.0,
                        example: 17 + at,
                    })
                    .collect(),
            },
            Paths {
                outcome: "peace".into(),
                distinct: 1,
                other: 0,
                top: vec![Path { signature: vec![], count: 96_488, share: 1.0, example: 0 }],
            },
        ],
        ladder: Some(Ladder {
            dyads: vec![Dyad {
                id: "hostility(auria, boreas)".into(),
                ladder: "mid".into(),
                rungs: [
                    ("none", 100_000),
                    ("threat", 100_000),
                    ("display", 60_000),
                    ("use_of_force", 40_000),
                    ("war", 3_512),
                ]
                .map(|(rung, count): (&str, u64)| Rung {
                    rung: rung.into(),
                    count,
                    share: count as f64 / 1e5,
                    time: Some(times),
                })
                .into(),
            }],
            vertical: spread(60_000, vec![]),
            horizontal: spread(2_000, vec![ActorCount { actor: "cordia".into(), runs: 2_000 }]),
            goldstein: vec![],
        }),
        provenance: Provenance {
            outcomes: vec![
                Support { outcome: "war".into(), runs: 3_512, assumption: 1_756, low_grade: 3_512 },
                Support { outcome: "nuclear_use".into(), runs: 0, assumption: 0, low_grade: 0 },
                Support { outcome: "peace".into(), runs: 96_488, assumption: 0, low_grade: 10 },
            ],
            assumptions: vec![
                Assumption { id: "rule_1".into(), parameter: false, says: None, firings: 45_000 },
                Assumption { id: "firmness".into(), parameter: true, says: None, firings: 0 },
            ],
        },
        exact_check: None,
        record: None,
    }
}

/// The same, of parameters that were drawn 1,000 times.
pub(super) fn with_draws() -> Report {
    let mut report = report();
    report.sampling.drawn_parameters = 5;
    report.sampling.draws = Some(1_000);
    report.sampling.interval = IntervalMethod::StudentT;
    let basis = Basis::alone(IntervalMethod::StudentT, 0.95, 1_000);
    let range = |low: f64, high: f64, distinguishable| {
        let likelihood =
            Likelihood { low: Some("almost no chance".into()), high: Some("very unlikely".into()) };
        Some(Ignorance { low, high, likelihood, variance_share: 0.0123, distinguishable })
    };
    let ranges = [range(0.012, 0.079, true), range(0.0, 0.0, false), range(0.921, 0.988, true)];
    for (outcome, ignorance) in report.outcomes.iter_mut().zip(ranges) {
        (outcome.basis, outcome.ignorance) = (basis, ignorance);
    }
    report.outcomes[1].basis = Basis { method: IntervalMethod::ClopperPearsonDraws, ..basis };
    report.outcomes[1].interval = [0.0, 0.003_682];
    (report.groups[0].basis, report.groups[0].ignorance) = (basis, range(0.012, 0.079, true));
    for counted in report.watch.iter_mut().chain(&mut report.red_lines) {
        (counted.basis, counted.ignorance) = (basis, range(0.03, 0.08, true));
    }
    if let Some(ladder) = &mut report.ladder {
        ladder.vertical.basis = basis;
        ladder.horizontal.basis = basis;
    }
    report
}
