//! A YAML tree → findings on what YAML allows and a scenario file does not: keys given twice, aliases, tags, merge
//! keys, empty values, numbers that lose their value, unquoted commas and codes.

mod commas;

use crate::diagnostic::Finding;
use crate::source::SourceText;
use crate::source::meaning::{Meaning, loss, meaning};
use crate::source::place::{Place, Route};
use crate::source::tree::{Kind, NodeRef, PropertyKind, SyntaxError, SyntaxKind, Tree};
use std::collections::BTreeSet;

/// Most findings listed of one file; a file of nothing but mistakes could hold hundreds of thousands.
const MOST_FINDINGS: usize = 100;

/// Code of the findings on numbers that lose their value; the value is read nevertheless.
pub(crate) const LOSSY_NUMBER: &str = "number";

/// Everything in a document that YAML lets through and a scenario file does not, in the order of the checks; after
/// 100 of them, a note that there are more.
pub fn screen(source: &SourceText, tree: &Tree) -> Vec<Finding> {
    screening(source, tree).findings
}

/// What came of a screening.
#[derive(Debug, Default)]
pub(super) struct Screening {
    pub(super) findings: Vec<Finding>,
    /// The rest of the document means nothing, as it stands.
    pub(super) fatal: bool,
    /// Ids of keys that are not to be read, without harm to what they stand in.
    pub(super) dropped: Vec<usize>,
    /// Ids of keys and values that cannot be read: whatever they stand in is incomplete.
    pub(super) broken: Vec<usize>,
}

/// Screens a document; see [`screen`].
pub(super) fn screening(source: &SourceText, tree: &Tree) -> Screening {
    let mut screen = Screen { source, tree, found: Screening::default(), unlisted: 0 };
    screen.documents();
    if !screen.found.fatal {
        screen.properties();
        screen.nodes();
    }
    if screen.unlisted > 0 {
        let message = format!("{} more mistakes of these kinds are not listed", screen.unlisted);
        screen.found.findings.push(Finding::note("more", Route::root().as_key(), message));
    }
    screen.found
}

/// The finding for a text that could not be parsed.
pub(super) fn unparsable(error: &SyntaxError) -> Finding {
    let (code, help) = match error.kind {
        SyntaxKind::Syntax if error.message.starts_with("`,` or") => {
            ("syntax", "a value with `,`, `[` or `{` in it needs quotes here")
        }
        SyntaxKind::Syntax => ("syntax", ""),
        SyntaxKind::Nesting => ("nesting", "a scenario needs about ten levels"),
        SyntaxKind::Alias => ("alias", ALIAS_HELP),
        SyntaxKind::Size => ("size", "write it as lines, one `- item` or `key: value` each"),
    };
    let finding = Finding::error(code, Place::at(Route::root(), error.span), error.message.clone());
    if help.is_empty() { finding } else { finding.help(help) }
}

const ALIAS_HELP: &str = "write the value out; text that starts with `*` needs quotes";

struct Screen<'t> {
    source: &'t SourceText,
    tree: &'t Tree,
    found: Screening,
    unlisted: usize,
}

impl<'t> Screen<'t> {
    /// Adds a finding, made only if it will be listed.
    fn report(&mut self, finding: impl FnOnce(&Tree) -> Finding) {
        if self.found.findings.len() < MOST_FINDINGS {
            self.found.findings.push(finding(self.tree));
        } else {
            self.unlisted += 1;
        }
    }

    fn documents(&mut self) {
        let root = self.tree.root();
        let nothing =
            root.is_none_or(|root| root.is_plain() && root.text().map(meaning) == Some(Meaning::Nothing));
        if let Some(second) = self.tree.second_document() {
            self.found.fatal = true;
            let place = Place::at(Route::root(), second);
            self.report(|_| {
                Finding::error("several-documents", place, "a second document begins here; a file holds one")
                    .help("leave out the line `---`, or make it a file of its own")
            });
        } else if nothing {
            self.found.fatal = true;
            self.report(|_| {
                Finding::error("empty-document", Route::root().as_value(), "the document is empty")
            });
        } else if let Some(root) = root.filter(|root| !root.is_mapping()) {
            self.found.fatal = true;
            let place = Place::at(Route::root(), root.head());
            let message = format!("the document must be a mapping, found {}", described(root));
            self.report(|_| Finding::error("not-a-mapping", place, message).help("start with `format: 1`"));
        }
    }

    fn properties(&mut self) {
        for property in self.tree.properties() {
            let place = Place::at(Route::root(), property.span);
            self.report(|_| match property.kind {
                PropertyKind::Tag => Finding::error("tag", place, "tags (`!…`) are not used here")
                    .help("leave the tag out; text that starts with `!` needs quotes"),
                PropertyKind::Anchor => {
                    Finding::warning("anchor", place, "this anchor has no use: aliases are not used here")
                        .help("leave the anchor out; text that starts with `&` needs quotes")
                }
            });
        }
    }

    fn nodes(&mut self) {
        let mut keys = Vec::new();
        for node in self.tree.nodes() {
            match node.kind() {
                Kind::Alias => {
                    self.found.fatal = true;
                    self.report(|tree| {
                        Finding::error("alias", place(tree, node), "aliases (`*name`) are not used here")
                            .help(ALIAS_HELP)
                    });
                }
                Kind::Mapping { flow } => {
                    let torn = if flow { self.commas(node) } else { BTreeSet::new() };
                    self.duplicates(node, &mut keys);
                    for (key, value) in node.entries() {
                        self.entry(key, value, torn.contains(&key.id()));
                    }
                }
                Kind::Sequence { flow } => {
                    if flow {
                        self.commas(node);
                    }
                    for item in node.items() {
                        self.value(item, None);
                    }
                }
                Kind::Scalar(_) => {}
            }
        }
    }

    /// Reports unquoted commas in a flow collection; returns the ids of the pieces.
    fn commas(&mut self, collection: NodeRef<'t>) -> BTreeSet<usize> {
        let groups = commas::torn(collection);
        if groups.is_empty() {
            return BTreeSet::new();
        }
        let line = commas::mended(self.source, &groups);
        let pieces = groups.iter().flat_map(|group| &group.pieces).map(|piece| piece.id()).collect();
        self.found.broken.extend(&pieces);
        for group in &groups {
            self.report(|tree| {
                let place = Place::at(tree.route_to(group.pieces[0].id()), group.span());
                Finding::error("unquoted-comma", place, "an unquoted comma tears this expression apart")
                    .label("needs quotes around it")
                    .help(format!("write: {line}"))
            });
        }
        pieces
    }

    fn duplicates(&mut self, mapping: NodeRef<'t>, keys: &mut Vec<(&'t str, NodeRef<'t>)>) {
        keys.clear();
        keys.extend(mapping.entries().filter_map(|(key, _)| Some((key.text()?, key))));
        keys.sort_by_key(|(text, key)| (*text, key.id()));
        for same in keys.chunk_by(|a, b| a.0 == b.0) {
            let (text, first) = same[0];
            for (_, again) in &same[1..] {
                self.found.dropped.push(again.id());
                self.report(|tree| {
                    Finding::error("duplicate-key", place(tree, *again), format!("`{text}` stands twice"))
                        .label("again here")
                        .related(place(tree, first), "first here")
                });
            }
        }
    }

    fn entry(&mut self, key: NodeRef<'t>, value: NodeRef<'t>, torn: bool) {
        let complaint = match key.text() {
            None => Some(("complex-key", "a key must be a plain word, not a collection", "")),
            Some("") if key.is_plain() => Some(("empty-key", "there is no key before this `:`", "")),
            Some("<<") if key.is_plain() => {
                Some(("merge-key", "merge keys (`<<`) are not used here", "write the keys out"))
            }
            Some(_) => None,
        };
        if let Some((code, message, help)) = complaint {
            self.found.dropped.push(key.id());
            self.report(|tree| {
                let finding = Finding::error(code, Place::at(tree.route_to(key.id()), key.head()), message);
                if help.is_empty() { finding } else { finding.help(help) }
            });
        } else if !torn {
            self.value(value, Some(key));
        }
    }

    /// Checks a value that is plain; `key` is the key it stands under, if it stands under one.
    fn value(&mut self, value: NodeRef<'t>, key: Option<NodeRef<'t>>) {
        let Some(text) = value.text().filter(|_| value.is_plain()) else { return };
        if meaning(text) == Meaning::Nothing {
            self.found.broken.push(value.id());
            self.report(|tree| nothing(tree, value, key));
        } else if let Some(loss) = loss(text) {
            self.report(|tree| {
                Finding::error(LOSSY_NUMBER, place(tree, value), loss)
                    .help("if it is meant as text, put it in quotes")
            });
        } else if key.and_then(NodeRef::text) == Some("action") && text.bytes().all(|b| b.is_ascii_digit()) {
            self.report(|tree| {
                Finding::error("unquoted-code", place(tree, value), "a CAMEO code is text")
                    .label("needs quotes")
                    .help(format!("write: action: \"{text}\""))
            });
        }
    }
}

/// A node's own bytes: a route would lead to the first of two equal keys.
fn place(tree: &Tree, node: NodeRef<'_>) -> Place {
    Place::at(tree.route_to(node.id()), node.span())
}

fn nothing(tree: &Tree, value: NodeRef<'_>, key: Option<NodeRef<'_>>) -> Finding {
    let written = !value.span().range().is_empty();
    let place = place(tree, key.filter(|_| !written).unwrap_or(value));
    let help = if key.is_some() {
        "leave the key out or give a value"
    } else {
        "leave the item out or give a value"
    };
    Finding::error("no-value", place, "there is no value here").label("nothing here").help(help)
}

/// What a node is, in words.
fn described(node: NodeRef<'_>) -> &'static str {
    match node.kind() {
        Kind::Mapping { .. } => "a mapping",
        Kind::Sequence { .. } => "a sequence",
        Kind::Alias => "an alias",
        Kind::Scalar(_) => "a single value",
    }
}

#[cfg(test)]
mod tests;
