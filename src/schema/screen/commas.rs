//! A flow collection whose items were torn apart at commas inside parentheses → the groups of items that belong
//! together, and the line as it should be.

use crate::source::SourceText;
use crate::source::place::Span;
use crate::source::tree::NodeRef;

/// Pieces of one expression that a comma tore apart, in order; at least two.
#[derive(Debug)]
pub(super) struct Torn<'t> {
    pub(super) pieces: Vec<NodeRef<'t>>,
}

impl Torn<'_> {
    /// From the first piece to the last.
    pub(super) fn span(&self) -> Span {
        Span::new(self.pieces[0].span().start, self.pieces[self.pieces.len() - 1].span().end)
    }
}

/// The groups of plain scalars in a flow collection that open parentheses and close them only in a later item; in a
/// mapping, a value and the keys without values that follow it.
pub(super) fn torn(collection: NodeRef<'_>) -> Vec<Torn<'_>> {
    let mut groups = Vec::new();
    let mut open: Option<(Torn<'_>, i64)> = None;
    for (piece, continues) in pieces(collection) {
        let depth = if piece.is_plain() { piece.text().map_or(0, balance) } else { 0 };
        open = match open.take() {
            Some((mut torn, before)) if continues && piece.is_plain() => {
                torn.pieces.push(piece);
                if before + depth > 0 {
                    Some((torn, before + depth))
                } else {
                    groups.push(torn);
                    None
                }
            }
            unfinished => {
                groups.extend(unfinished.map(|(torn, _)| torn).filter(|torn| torn.pieces.len() > 1));
                (depth > 0).then(|| (Torn { pieces: vec![piece] }, depth))
            }
        };
    }
    groups.extend(open.map(|(torn, _)| torn).filter(|torn| torn.pieces.len() > 1));
    groups
}

/// The items of a sequence, or what stands between the commas of a mapping; and whether it could be the rest of the
/// one before.
fn pieces(collection: NodeRef<'_>) -> impl Iterator<Item = (NodeRef<'_>, bool)> {
    let items = collection.items().map(|item| (item, true));
    let entries = collection.entries().map(|(key, value)| {
        let alone = value.is_plain() && value.span().range().is_empty();
        if alone { (key, true) } else { (value, false) }
    });
    items.chain(entries)
}

/// Opening minus closing parentheses.
fn balance(text: &str) -> i64 {
    text.chars().map(|c| i64::from(c == '(') - i64::from(c == ')')).sum()
}

/// The source line of the groups with quotes around each; if that is more than a line, or a long one, only the first
/// group in its quotes.
pub(super) fn mended(source: &SourceText, groups: &[Torn<'_>]) -> String {
    const LONGEST: usize = 160;
    let (first, last) = (groups[0].span(), groups[groups.len() - 1].span());
    let line = source.position(first.start).line;
    let text = source.line(line);
    if source.position(last.end).line > line || text.len() > LONGEST {
        let words: Vec<&str> = source.text()[first.range()].split_whitespace().take(LONGEST).collect();
        return quoted(&words.join(" "));
    }
    let start = source.line_start(line);
    let mut mended = String::new();
    let mut at = start;
    for span in groups.iter().map(Torn::span) {
        mended.push_str(&source.text()[at..span.start]);
        mended.push_str(&quoted(&source.text()[span.range()]));
        at = span.end;
    }
    mended.push_str(&source.text()[at..start + text.len()]);
    mended.trim().to_owned()
}

fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}
