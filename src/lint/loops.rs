//! Rules without delay that can set each other off for ever.

use std::collections::VecDeque;

use crate::diagnostic::Finding;
use crate::model::{Code, Model, Op, Rule, Timing};

use super::firing::Firing;
use super::reach::{Known, Reach};

/// `may-loop`: one for each group of rules that lead to each other.
pub(super) fn lint(model: &Model, firings: &[Firing<'_>], reach: &Reach<'_>) -> Vec<Finding> {
    let count = model.rules.len();
    let mut edges = vec![Vec::new(); count];
    let immediate: Vec<usize> = (0..count).filter(|rule| loops(&model.rules[*rule])).collect();
    for firing in
        firings.iter().filter(|firing| immediate.contains(&firing.rule) && reach.fires(firing.event))
    {
        let known = assigned(firings, firing, reach);
        for to in immediate.iter().filter(|to| **to != firing.rule) {
            if !edges[firing.rule].contains(to) && sets_off(model, firing, &known, *to, reach) {
                edges[firing.rule].push(*to);
            }
        }
    }
    let mut findings = Vec::new();
    let mut told = vec![false; count];
    for first in immediate {
        if told[first] {
            continue;
        }
        let Some(cycle) = cycle(&edges, first) else { continue };
        for (rule, told) in told.iter_mut().enumerate() {
            *told |= leads(&edges, first, rule) && leads(&edges, rule, first);
        }
        findings.push(finding(model, &cycle));
    }
    findings
}

fn finding(model: &Model, cycle: &[usize]) -> Finding {
    let name = |rule: usize| model.event(model.rules[rule].event).name.as_str();
    let route = |rule: usize| crate::source::place::Route::root().key("rules").key(name(rule));
    let mut named: Vec<String> = cycle.iter().map(|rule| format!("`{}`", name(*rule))).collect();
    named.push(named[0].clone());
    let message = format!("these rules can set each other off without end: {}", named.join(" → "));
    let mut finding =
        Finding::warning("may-loop", route(cycle[0]).as_key(), message).label("all at one instant").help(
            "give one of them a timing, a `cooldown` or a `limit`; 1,000 firings in one instant fail the run",
        );
    for rule in &cycle[1..] {
        finding = finding.related(route(*rule).as_key(), "part of it");
    }
    finding
}

/// Whether a rule fires at once, any number of times.
fn loops(rule: &Rule) -> bool {
    let immediate = matches!(rule.timing, Timing::Trigger | Timing::Answer { after: None, .. });
    immediate && !rule.disabled && rule.limit.is_none() && rule.cooldown.is_none()
}

/// What is known after a firing: the values it and what it is an option of assign.
fn assigned(firings: &[Firing<'_>], firing: &Firing<'_>, reach: &Reach<'_>) -> Known {
    let mut known =
        firing.parent.map(|parent| assigned(firings, &firings[parent], reach)).unwrap_or_default();
    for assignment in &firing.body.assignments {
        let bounds = (assignment.low, assignment.high);
        let image = reach.image(&assignment.value, &firing.guards, bounds, assignment.variable);
        if let Some((values, _)) = image {
            known.insert(assignment.variable, values);
        }
    }
    known
}

fn sets_off(model: &Model, firing: &Firing<'_>, known: &Known, to: usize, reach: &Reach<'_>) -> bool {
    let rule = &model.rules[to];
    let may_hold = |when: &Code| reach.possible(&[when], known);
    match &rule.timing {
        Timing::Answer { sources, .. } => {
            sources.contains(&firing.event) && rule.when.as_ref().is_none_or(may_hold)
        }
        _ => rule.when.as_ref().is_some_and(|when| {
            let assigned = firing.body.assignments.iter().map(|assignment| assignment.variable);
            let counted = model.event(firing.event).count.filter(|count| rises_again(when, *count));
            assigned.chain(counted).any(|variable| when.reads().contains(&variable)) && may_hold(when)
        }),
    }
}

/// Whether a condition reads a count otherwise than by `fired(…)`, which never falls and so rises only once.
fn rises_again(when: &Code, count: crate::id::VariableId) -> bool {
    when.ops().iter().any(|op| op.variable() == Some(count) && *op != Op::VariableGt(count, 0.0))
}

/// The shortest way from a rule back to itself.
fn cycle(edges: &[Vec<usize>], first: usize) -> Option<Vec<usize>> {
    let mut before = vec![None; edges.len()];
    let mut queue = VecDeque::from([first]);
    while let Some(rule) = queue.pop_front() {
        for next in &edges[rule] {
            if *next == first {
                let mut way = vec![rule];
                while let Some(earlier) = before[way[way.len() - 1]] {
                    way.push(earlier);
                }
                way.reverse();
                return Some(way);
            }
            if before[*next].is_none() {
                before[*next] = Some(rule);
                queue.push_back(*next);
            }
        }
    }
    None
}

fn leads(edges: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; edges.len()];
    let mut stack = vec![from];
    while let Some(rule) = stack.pop() {
        for next in &edges[rule] {
            if *next == to {
                return true;
            }
            if !std::mem::replace(&mut seen[*next], true) {
                stack.push(*next);
            }
        }
    }
    false
}
