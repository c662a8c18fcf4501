//! A text and the spans to point at → the few lines that show them, safe to print and cut to a width.

use crate::source::SourceText;
use crate::source::neutral::is_hazard;
use crate::source::place::Span;
use std::ops::Range;

/// Lines between two marked ones are shown if they are at most this many lines apart, otherwise left empty (and then
/// folded away by whoever draws them).
const NEAR: usize = 6;

/// Lines farther apart than this are shown as two excerpts.
const FAR: usize = 2000;

/// Consecutive lines of a text, neutralised and cut.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// Number of the first line, from 1.
    pub(super) first_line: usize,
    /// The lines, joined by `\n`; those far from every span are empty.
    pub(super) text: String,
    /// For each span given, by its index there, where it is in `text`; only those in these lines.
    pub(super) marks: Vec<(usize, Range<usize>)>,
}

/// The excerpts that show `spans`, in the order of the text. A span of several lines is shown by its first; a line
/// longer than `width` characters is cut around the first span in it.
pub(super) fn excerpts(source: &SourceText, spans: &[Span], width: usize) -> Vec<Excerpt> {
    let mut marked: Vec<(usize, usize)> =
        spans.iter().enumerate().map(|(index, span)| (source.position(span.start).line, index)).collect();
    marked.sort_unstable();
    let clusters = marked.chunk_by(|above, below| below.0 - above.0 <= FAR);
    clusters.map(|cluster| excerpt(source, spans, cluster, width)).collect()
}

fn excerpt(source: &SourceText, spans: &[Span], cluster: &[(usize, usize)], width: usize) -> Excerpt {
    let (first_line, last_line) = (cluster[0].0, cluster[cluster.len() - 1].0);
    let mut excerpt = Excerpt { first_line, text: String::new(), marks: Vec::new() };
    for line in first_line..=last_line {
        let inside: Vec<(usize, Range<usize>)> = cluster
            .iter()
            .filter(|(at, _)| *at == line)
            .map(|&(_, index)| (index, within_line(spans[index], source, line)))
            .collect();
        let above = cluster.iter().rev().find(|(at, _)| *at <= line).map_or(first_line, |(at, _)| *at);
        let below = cluster.iter().find(|(at, _)| *at >= line).map_or(last_line, |(at, _)| *at);
        if below - above <= NEAR {
            excerpt.push(source.line(line), &inside, width);
        }
        if line < last_line {
            excerpt.text.push('\n');
        }
    }
    excerpt
}

fn within_line(span: Span, source: &SourceText, line: usize) -> Range<usize> {
    let start = source.line_start(line);
    let len = source.line(line).len();
    let from = (span.start - start).min(len);
    from..(span.end - start).clamp(from, len)
}

impl Excerpt {
    /// Adds a line and the spans in it.
    fn push(&mut self, line: &str, spans: &[(usize, Range<usize>)], width: usize) {
        let focus = spans.first().map_or(0..0, |(_, range)| range.clone());
        let shown = window(line, &focus, width);
        if shown.start > 0 {
            self.text.push('…');
        }
        let mut marks: Vec<(usize, Range<usize>)> =
            spans.iter().map(|(index, _)| (*index, self.text.len()..self.text.len())).collect();
        for (offset, c) in line[shown.clone()].char_indices() {
            let at = shown.start + offset;
            for ((_, mark), (_, span)) in marks.iter_mut().zip(spans) {
                if at == span.start.max(shown.start) {
                    *mark = self.text.len()..self.text.len();
                }
            }
            push_safe(&mut self.text, c);
            for ((_, mark), (_, span)) in marks.iter_mut().zip(spans) {
                if at < span.start {
                    *mark = self.text.len()..self.text.len();
                } else if at < span.end {
                    mark.end = self.text.len();
                }
            }
        }
        if shown.end < line.len() {
            self.text.push('…');
        }
        self.marks.append(&mut marks);
    }
}

fn push_safe(text: &mut String, c: char) {
    match c {
        '\t' => text.push_str("    "),
        c if is_hazard(c) => text.extend(c.escape_unicode()),
        c => text.push(c),
    }
}

/// The bytes of at most `width` characters of `line` that show the start of `focus`, with some of what is before it.
fn window(line: &str, focus: &Range<usize>, width: usize) -> Range<usize> {
    if line.len() <= width || line.chars().nth(width).is_none() {
        return 0..line.len();
    }
    let before = width / 3;
    let start =
        line[..focus.start].char_indices().rev().take(before).last().map_or(focus.start, |(at, _)| at);
    let end = line[start..].char_indices().nth(width).map_or(line.len(), |(len, _)| start + len);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, spans: &[(usize, usize)], width: usize) -> Vec<(usize, String, Vec<String>)> {
        let spans: Vec<Span> = spans.iter().map(|&(start, end)| Span::new(start, end)).collect();
        let excerpts = excerpts(&SourceText::new("a", text), &spans, width);
        let marked =
            |e: &Excerpt| e.marks.iter().map(|(_, range)| e.text[range.clone()].to_owned()).collect();
        excerpts.iter().map(|e| (e.first_line, e.text.clone(), marked(e))).collect()
    }

    #[test]
    fn a_span_of_several_lines_is_shown_by_its_first() {
        assert_eq!(shown("a: b\nc: d\ne", &[(5, 11)], 80), [(2, "c: d".into(), vec!["c: d".into()])]);
    }

    #[test]
    fn lines_between_near_spans_are_shown_and_far_ones_stand_alone() {
        let text = format!("a\nb\nc\n{}d\n{}e", "x\n".repeat(7), "x\n".repeat(3000));
        let d = text.find('d').unwrap();
        let found = shown(&text, &[(0, 1), (4, 5), (d, d + 1), (text.len() - 1, text.len())], 80);
        assert_eq!(
            found[0],
            (1, "a\nb\nc\n\n\n\n\n\n\n\nd".into(), vec!["a".into(), "c".into(), "d".into()])
        );
        assert_eq!(found[1], (3012, "e".into(), vec!["e".into()]));
    }

    #[test]
    fn a_long_line_is_cut_around_its_span() {
        let text = format!("{}X{}", "é".repeat(100_000), "y".repeat(100_000));
        let found = shown(&text, &[(200_000, 200_001)], 60);
        assert_eq!(found[0].1, format!("…{}X{}…", "é".repeat(20), "y".repeat(39)));
        assert_eq!(found[0].2, ["X"]);
        let found = shown(&text, &[(200_000, 300_001)], 60);
        assert_eq!(found[0].2, [format!("X{}", "y".repeat(39))]);
    }

    #[test]
    fn hazards_are_escaped_and_still_marked() {
        let text = "a\t\u{1b}[31m\u{202e}b";
        assert_eq!(shown(text, &[(2, 3), (10, 11)], 80)[0].2, [r"\u{1b}", "b"]);
        assert_eq!(shown(text, &[(11, 11)], 80)[0].1, r"a    \u{1b}[31m\u{202e}b");
    }
}
