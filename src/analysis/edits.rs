//! Two resolved scenarios → what one says that the other does not, by meaning and not by layout; and the scenarios that
//! have some of these edits and not the others.

mod tree;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema::Scenario;
use tree::Tree;

/// One thing that was edited: a parameter, a rule, an option, a stance, …
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// What sort of thing: `parameter`, `rule`, `option`, `stance`, …
    pub what: String,
    /// Its name: `us_restraint`, `rule.option`, `hostility(iran, israel)`.
    pub id: String,
    /// Whether it was added, removed or changed.
    pub kind: EditKind,
    /// What it says of itself, if it is new or gone and says something.
    pub says: Option<String>,
    /// Whether it can change what happens in runs and how they are classed; otherwise only what is told of them.
    pub moves_runs: bool,
    /// What differs in it, key by key.
    pub changes: Vec<Change>,
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EditKind {
    /// Only the second scenario has it.
    Added,
    /// Only the first has it.
    Removed,
    /// Both have it, not the same.
    Changed,
}

/// A key whose value differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The keys that lead to it, joined by dots; empty for the thing itself.
    pub key: String,
    /// Its value in the first scenario, as YAML in one line; nothing if it has none.
    pub old: Option<String>,
    /// Its value in the second.
    pub new: Option<String>,
}

/// The edits that lead from one scenario to another, and the scenarios in between.
#[derive(Clone, Debug)]
pub struct Edits {
    first: Tree,
    second: Tree,
    parts: Vec<Part>,
}

/// An edit with where it is.
#[derive(Clone, Debug)]
struct Part {
    edit: Edit,
    /// The keys that lead to what was edited.
    unit: Vec<String>,
    /// The keys that lead to what differs in it; none if the order of a section's entries differs.
    paths: Vec<Vec<String>>,
}

impl Part {
    fn acts_alone(&self) -> bool {
        let initial = |change: &Change| change.key == "initial" || change.key.starts_with("initial.");
        let value = self.edit.kind != EditKind::Changed || self.edit.changes.iter().all(initial);
        let section = |at: usize| self.unit.get(at).map(String::as_str);
        match (section(0), self.unit.len()) {
            (Some("parameters" | "rules" | "outcomes" | "watch"), 2..) => true,
            (Some("indicators"), 2) | (Some("relations"), 4) => value,
            (Some("actors"), 4) => match section(2) {
                Some("red_lines") => true,
                Some("stances" | "attributes") => value,
                _ => false,
            },
            _ => false,
        }
    }
}

/// Sections whose entries are looked through one by one, although only one of the scenarios may have them.
const SECTIONS: [&str; 12] = [
    "sources",
    "claims",
    "parameters",
    "ladders",
    "actors",
    "relations",
    "indicators",
    "rules",
    "outcomes",
    "groups",
    "watch",
    "track",
];

/// Sections of an actor, likewise.
const OF_ACTORS: [&str; 4] = ["stances", "attributes", "factions", "red_lines"];

/// Sections, and top-level keys, that change only what is told of runs.
const TOLD: [&str; 9] = ["sources", "claims", "title", "says", "id", "track", "grid", "groups", "headline"];

/// Keys within an entry that do.
const TOLD_KEYS: [&str; 9] =
    ["says", "claims", "milestone", "actor", "target", "action", "name", "unit", "code"];

/// Sections in which the order of entries matters: of rules due at once the first fires, of outcomes the first is taken.
const ORDERED: [&str; 2] = ["rules", "outcomes"];

impl Edits {
    /// What differs between two scenarios, in the order of their sections.
    pub fn between(first: &Scenario, second: &Scenario) -> Self {
        let (first, second) = (Tree::of(first), Tree::of(second));
        let mut found = Vec::new();
        tree::differences(&mut Vec::new(), &first, &second, &is_section, &mut found);
        let mut parts: Vec<Part> = Vec::new();
        for path in found {
            let unit = unit(&path, &first, &second);
            match parts.iter_mut().find(|part| part.unit == unit) {
                Some(part) => part.paths.push(path),
                None => parts.push(Part { edit: Edit::blank(), unit, paths: vec![path] }),
            }
        }
        for part in &mut parts {
            part.edit = described(part, &first, &second);
        }
        parts.extend(ORDERED.into_iter().filter_map(|section| reordered(section, &first, &second)));
        Self { first, second, parts }
    }

    /// All of them.
    pub fn list(&self) -> Vec<Edit> {
        self.parts.iter().map(|part| part.edit.clone()).collect()
    }

    /// Positions of those that can change runs, each group of which is one edit: a rule whose own keys and whose options
    /// were edited is in one group with these.
    pub fn moving(&self) -> Vec<Vec<usize>> {
        let moving = |at: &usize| self.parts[*at].edit.moves_runs;
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for at in (0..self.parts.len()).filter(moving) {
            let unit = &self.parts[at].unit;
            let kin = |group: &Vec<usize>| {
                group.iter().any(|other| {
                    let other = &self.parts[*other].unit;
                    unit.len() > 1 && other.len() > 1 && (unit.starts_with(other) || other.starts_with(unit))
                })
            };
            let mut joined = vec![at];
            while let Some(found) = groups.iter().position(kin) {
                joined.extend(groups.remove(found));
            }
            joined.sort_unstable();
            groups.push(joined);
        }
        groups
    }

    /// Whether runs in which none of these edits changes the history or a parameter alone are unchanged by any of them
    /// together: so if each edits one thing that acts by itself (a rule, an option, an outcome, a watch, a red line, an
    /// initial value, a parameter). What shapes what others do (the horizon, a ladder, the range of a variable, the
    /// influence of a faction) does not.
    pub fn act_alone(&self) -> bool {
        self.parts.iter().filter(|part| part.edit.moves_runs).all(Part::acts_alone)
    }

    /// The first scenario with some of the edits, those at these positions, besides those that change no run.
    ///
    /// # Errors
    /// Why there is no such scenario.
    pub fn with(&self, positions: &BTreeSet<usize>) -> Result<Scenario, String> {
        let mut tree = self.first.clone();
        let wanted = |at: &usize| positions.contains(at) || !self.parts[*at].edit.moves_runs;
        for at in (0..self.parts.len()).filter(wanted) {
            let part = &self.parts[at];
            for path in &part.paths {
                tree.take_over(path, &self.second);
            }
            if part.paths.is_empty() {
                tree.reorder(&part.unit[0], &self.second);
            }
        }
        tree.scenario()
    }
}

fn is_section(path: &[String]) -> bool {
    match path {
        [section] => SECTIONS.contains(&section.as_str()),
        [actors, _, section] if actors == "actors" => OF_ACTORS.contains(&section.as_str()),
        [relations, _, between] => relations == "relations" && between == "between",
        _ => false,
    }
}

/// What was edited if there is a difference at the end of these keys.
fn unit(path: &[String], first: &Tree, second: &Tree) -> Vec<String> {
    let length = match path[0].as_str() {
        "rules" => return rule_or_option(path, first, second),
        "actors" if path.len() >= 4 && OF_ACTORS.contains(&path[2].as_str()) => 4,
        "relations" if path.len() >= 4 && path[2] == "between" => 4,
        section if SECTIONS.contains(&section) => 2,
        _ => 1,
    };
    path[..length.min(path.len())].to_vec()
}

/// The innermost option on the way that both scenarios have, or that one has and the other has not; else the rule.
fn rule_or_option(path: &[String], first: &Tree, second: &Tree) -> Vec<String> {
    let mut length = 2.min(path.len());
    let mut at = length;
    while at < path.len() {
        let options = match path[at].as_str() {
            "choose" => at + 1,
            "decide" if path.get(at + 1).is_some_and(|key| key == "options") => at + 2,
            _ => break,
        };
        let both =
            |length: usize| first.at(&path[..length]).is_some() && second.at(&path[..length]).is_some();
        if options >= path.len() || !both(options) {
            break;
        }
        length = options + 1;
        at = length;
    }
    path[..length].to_vec()
}

impl Edit {
    fn blank() -> Self {
        Self {
            what: String::new(),
            id: String::new(),
            kind: EditKind::Changed,
            says: None,
            moves_runs: true,
            changes: Vec::new(),
        }
    }
}

fn described(part: &Part, first: &Tree, second: &Tree) -> Edit {
    let (old, new) = (first.at(&part.unit), second.at(&part.unit));
    let kind = match (old, new) {
        (None, _) => EditKind::Added,
        (_, None) => EditKind::Removed,
        _ => EditKind::Changed,
    };
    let changes: Vec<Change> = part
        .paths
        .iter()
        .map(|path| Change {
            key: keys(&path[part.unit.len()..]),
            old: first.at(path).map(Tree::line),
            new: second.at(path).map(Tree::line),
        })
        .collect();
    let says = if kind == EditKind::Changed { None } else { new.or(old).and_then(Tree::says) };
    let (what, id) = named(&part.unit);
    let moves_runs = part.paths.iter().any(|path| moves_runs(path, part.unit.len()));
    Edit { what: what.into(), id, kind, says, moves_runs, changes }
}

/// Keys as they are told: those that only nest others are left out.
fn keys(path: &[String]) -> String {
    path.join(".")
}

fn moves_runs(path: &[String], unit: usize) -> bool {
    if TOLD.contains(&path[0].as_str()) {
        return false;
    }
    let within = path.len() > unit.max(2);
    let key = path.last().map_or("", String::as_str);
    let of_names = path.len() >= 2
        && matches!(path[path.len() - 2].as_str(), "choose" | "options" | "initial" | "value" | "discrete");
    // A list of claims is one value; nothing lies below it.
    !(within && !of_names && TOLD_KEYS.contains(&key))
}

/// What sort of thing stands at the end of these keys, and its name.
fn named(unit: &[String]) -> (&'static str, String) {
    let last = unit.last().cloned().unwrap_or_default();
    let one = |what: &'static str| (what, unit.get(1).cloned().unwrap_or_else(|| last.clone()));
    match unit[0].as_str() {
        "parameters" => one("parameter"),
        "indicators" => one("indicator"),
        "outcomes" => one("outcome"),
        "groups" => one("group"),
        "watch" => one("watch"),
        "track" => one("track"),
        "sources" => one("source"),
        "claims" => one("claim"),
        "ladders" => one("ladder"),
        "rules" if unit.len() > 2 => {
            let inner =
                unit[2..].iter().filter(|key| !matches!(key.as_str(), "choose" | "decide" | "options"));
            ("option", std::iter::once(&unit[1]).chain(inner).cloned().collect::<Vec<_>>().join("."))
        }
        "rules" => one("rule"),
        "actors" if unit.len() == 4 => {
            let what = match unit[2].as_str() {
                "stances" => "stance",
                "attributes" => "attribute",
                "factions" => "faction",
                _ => "red line",
            };
            (what, format!("{}.{last}", unit[1]))
        }
        "actors" => one("actor"),
        "relations" if unit.len() == 4 => ("pair", format!("{}{last}", unit[1])),
        "relations" => one("relation"),
        _ => ("scenario", last),
    }
}

/// The edit that the common entries of a section stand in another order, if they do.
fn reordered(section: &str, first: &Tree, second: &Tree) -> Option<Part> {
    let path = [section.to_owned()];
    let (first, second) = (first.at(&path)?.keys(), second.at(&path)?.keys());
    let common = |of: &[String], other: &[String]| -> Vec<String> {
        of.iter().filter(|key| other.contains(key)).cloned().collect()
    };
    let (old, new) = (common(&first, &second), common(&second, &first));
    let changes = vec![Change { key: String::new(), old: Some(old.join(", ")), new: Some(new.join(", ")) }];
    (old != new).then(|| Part {
        edit: Edit { what: "order".into(), id: section.into(), changes, ..Edit::blank() },
        unit: path.to_vec(),
        paths: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
