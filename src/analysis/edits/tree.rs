//! A scenario as a tree of keys, in the order of the file; pairs of a relation are entries by their names.

use serde_yaml::{Mapping, Value};

use crate::expr::{parse_effect, parse_expression};
use crate::schema::Scenario;

/// A mapping, or a value that is compared whole.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    /// Keys with what is below them.
    Map(Vec<(String, Tree)>),
    /// The pairs of a relation: a list in the file.
    Pairs(Vec<(String, Tree)>),
    /// All else.
    Value(Value),
}

/// Keys whose text is prose.
const PROSE: [&str; 9] =
    ["says", "title", "name", "author", "url", "published", "paragraph", "unit", "grade"];

impl Tree {
    /// # Panics
    /// If the scenario is not one that YAML can hold; all that were read are.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let value =
            serde_yaml::to_value(scenario).expect("a scenario is made of strings, numbers, lists and maps");
        let symmetric = |relation: &str| scenario.relations.get(relation).is_some_and(|of| of.symmetric);
        let mut tree = Self::from(value);
        if let Some(relations) = tree.map_mut().and_then(|keys| child_mut(keys, "relations")) {
            for (relation, of) in relations.map_mut().into_iter().flatten() {
                let symmetric = symmetric(relation);
                if let Some(between) = of.map_mut().and_then(|keys| child_mut(keys, "between")) {
                    between.by_pair(symmetric);
                }
            }
        }
        tree
    }

    fn from(value: Value) -> Self {
        match value {
            Value::Mapping(entries) => {
                Self::Map(entries.into_iter().map(|(key, value)| (text(&key), Self::from(value))).collect())
            }
            other => Self::Value(other),
        }
    }

    /// A list of pairs becomes entries; of a symmetric relation a pair is the same in either order.
    fn by_pair(&mut self, symmetric: bool) {
        let Self::Value(Value::Sequence(pairs)) = self else { return };
        let name = |pair: &Value| {
            let mut actors: Vec<String> = pair
                .get("pair")
                .and_then(Value::as_sequence)
                .map(|actors| actors.iter().map(text).collect())
                .unwrap_or_default();
            if symmetric {
                actors.sort();
            }
            format!("({})", actors.join(", "))
        };
        *self = Self::Pairs(pairs.iter().map(|pair| (name(pair), Self::from(pair.clone()))).collect());
    }

    fn value(&self) -> Value {
        match self {
            Self::Map(entries) => Value::Mapping(
                entries
                    .iter()
                    .map(|(key, tree)| (Value::from(key.as_str()), tree.value()))
                    .collect::<Mapping>(),
            ),
            Self::Pairs(entries) => entries.iter().map(|(_, tree)| tree.value()).collect(),
            Self::Value(value) => value.clone(),
        }
    }

    /// The scenario that this is.
    pub(super) fn scenario(&self) -> Result<Scenario, String> {
        serde_yaml::from_value(self.value()).map_err(|error| error.to_string())
    }

    fn entries(&self) -> Option<&Vec<(String, Tree)>> {
        match self {
            Self::Map(entries) | Self::Pairs(entries) => Some(entries),
            Self::Value(_) => None,
        }
    }

    fn map_mut(&mut self) -> Option<&mut Vec<(String, Tree)>> {
        match self {
            Self::Map(entries) | Self::Pairs(entries) => Some(entries),
            Self::Value(_) => None,
        }
    }

    /// Its keys.
    pub(super) fn keys(&self) -> Vec<String> {
        self.entries().map(|entries| entries.iter().map(|(key, _)| key.clone()).collect()).unwrap_or_default()
    }

    /// What stands at the end of these keys.
    pub(super) fn at(&self, path: &[String]) -> Option<&Tree> {
        path.iter().try_fold(self, |tree, key| child(tree.entries()?, key))
    }

    /// What it says of itself.
    pub(super) fn says(&self) -> Option<String> {
        match child(self.entries()?, "says")? {
            Self::Value(value) => value.as_str().map(str::to_owned),
            Self::Map(_) | Self::Pairs(_) => None,
        }
    }

    /// As YAML in one line.
    pub(super) fn line(&self) -> String {
        line(&self.value())
    }

    /// Makes what stands at the end of these keys what it is in another tree, or takes it away if that has nothing there.
    pub(super) fn take_over(&mut self, path: &[String], other: &Self) {
        let Some((last, above)) = path.split_last() else { return };
        let mut here = self;
        let mut there = Some(other);
        for key in above {
            let of_there = there.and_then(|tree| child(tree.entries()?, key));
            let order = there.map(Self::keys).unwrap_or_default();
            let empty = match of_there {
                Some(Self::Pairs(_)) => Self::Pairs(Vec::new()),
                _ => Self::Map(Vec::new()),
            };
            let Some(entries) = here.map_mut() else { return };
            let place = match entries.iter().position(|(known, _)| known == key) {
                Some(place) => place,
                None => insert(entries, key, empty, &order),
            };
            here = &mut entries[place].1;
            there = of_there;
        }
        let order = there.map(Self::keys).unwrap_or_default();
        let new = there.and_then(|tree| child(tree.entries()?, last));
        let Some(entries) = here.map_mut() else { return };
        let old = entries.iter().position(|(known, _)| known == last);
        match (old, new) {
            (Some(place), Some(new)) => entries[place].1 = new.clone(),
            (Some(place), None) => drop(entries.remove(place)),
            (None, Some(new)) => drop(insert(entries, last, new.clone(), &order)),
            (None, None) => {}
        }
    }

    /// Puts the entries of a section into the order of another tree; what that does not have comes last.
    pub(super) fn reorder(&mut self, section: &str, other: &Self) {
        let order = other.at(&[section.to_owned()]).map(Self::keys).unwrap_or_default();
        let place = |key: &String| order.iter().position(|known| known == key).unwrap_or(usize::MAX);
        if let Some(entries) = self.map_mut().and_then(|keys| child_mut(keys, section)?.map_mut()) {
            entries.sort_by_key(|(key, _)| place(key));
        }
    }
}

/// Inserts an entry after the nearest of those that come before it in `order`, first if there is none; gives its place.
fn insert(entries: &mut Vec<(String, Tree)>, key: &str, tree: Tree, order: &[String]) -> usize {
    let before = order.iter().take_while(|known| *known != key);
    let nearest = before.filter_map(|known| entries.iter().position(|(other, _)| other == known)).last();
    let place = nearest.map_or(0, |place| place + 1);
    entries.insert(place, (key.to_owned(), tree));
    place
}

fn child<'t>(entries: &'t [(String, Tree)], key: &str) -> Option<&'t Tree> {
    entries.iter().find(|(known, _)| known == key).map(|(_, tree)| tree)
}

fn child_mut<'t>(entries: &'t mut [(String, Tree)], key: &str) -> Option<&'t mut Tree> {
    entries.iter_mut().find(|(known, _)| known == key).map(|(_, tree)| tree)
}

/// Where two trees differ: the keys that lead there. What `section` tells is looked through although only one of them may
/// have it.
pub(super) fn differences(
    path: &mut Vec<String>,
    first: &Tree,
    second: &Tree,
    section: &impl Fn(&[String]) -> bool,
    found: &mut Vec<Vec<String>>,
) {
    let (Some(old), Some(new)) = (first.entries(), second.entries()) else {
        if !alike(path, first, second) {
            found.push(path.clone());
        }
        return;
    };
    let added = new.iter().filter(|(key, _)| child(old, key).is_none());
    let keys: Vec<&String> = old.iter().chain(added).map(|(key, _)| key).collect();
    for key in keys {
        path.push(key.clone());
        let empty = Tree::Map(Vec::new());
        match (child(old, key), child(new, key)) {
            (Some(old), Some(new)) => differences(path, old, new, section, found),
            (Some(old), None) if section(path) => differences(path, old, &empty, section, found),
            (None, Some(new)) if section(path) => differences(path, &empty, new, section, found),
            _ => found.push(path.clone()),
        }
        path.pop();
    }
}

/// Whether two values mean the same: expressions are compared as they are parsed.
fn alike(path: &[String], first: &Tree, second: &Tree) -> bool {
    if first == second {
        return true;
    }
    let prose = path.last().is_some_and(|key| PROSE.contains(&key.as_str()));
    match (first, second) {
        (Tree::Value(first), Tree::Value(second)) if !prose => meaning(first) == meaning(second),
        _ => false,
    }
}

fn meaning(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(canonical(text)),
        Value::Sequence(values) => values.iter().map(meaning).collect(),
        Value::Mapping(entries) => {
            Value::Mapping(entries.iter().map(|(key, value)| (key.clone(), meaning(value))).collect())
        }
        other => Value::String(canonical(&text(other))),
    }
}

/// An expression, an effect, or a rate `E per D` as it is printed; other text as it is.
fn canonical(text: &str) -> String {
    if let Ok(expression) = parse_expression(text) {
        return expression.to_string();
    }
    if let Ok(effect) = parse_effect(text) {
        return effect.to_string();
    }
    match text.rsplit_once(" per ").map(|(amount, span)| (canonical(amount), canonical(span))) {
        Some((amount, span)) => format!("{} per {}", amount.trim(), span.trim()),
        None => text.trim().to_owned(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => line(other),
    }
}

/// A value as YAML in one line: what is a plain word or an expression without quotes.
fn line(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Sequence(values) => format!("[{}]", values.iter().map(line).collect::<Vec<_>>().join(", ")),
        Value::Mapping(entries) => {
            let entry = |(key, value): (&Value, &Value)| format!("{}: {}", line(key), line(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Tagged(tagged) => line(&tagged.value),
    }
}
