//! Pieces of text → lines and columns of a given width, counted in terminal columns, not characters.

use super::Style;
use crate::source::neutral::neutralise;
use anstyle::{AnsiColor, Style as Ansi};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Narrowest layout.
const NARROWEST: usize = 60;

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Plain,
    Heading,
    Name,
    Faint,
    Alarm,
    Bar,
}

impl Role {
    fn ansi(self) -> Ansi {
        match self {
            Self::Plain => Ansi::new(),
            Self::Heading => Ansi::new().bold().underline(),
            Self::Name => Ansi::new().bold(),
            Self::Faint => Ansi::new().dimmed(),
            Self::Alarm => Ansi::new().bold().fg_color(Some(AnsiColor::Yellow.into())),
            Self::Bar => Ansi::new().fg_color(Some(AnsiColor::Cyan.into())),
        }
    }
}

/// Where a column's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// A column of a table.
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) align: Align,
    pub(super) role: Role,
}

/// A column with its text to the left.
pub(super) const fn left(title: &'static str, role: Role) -> Column {
    Column { title, align: Align::Left, role }
}

/// A column with its text to the right.
pub(super) const fn right(title: &'static str) -> Column {
    Column { title, align: Align::Right, role: Role::Plain }
}

/// Lines of text under construction.
pub(super) struct Page {
    style: Style,
    text: String,
}

impl Page {
    pub(super) fn new(style: Style) -> Self {
        Self { style: Style { width: style.width.max(NARROWEST), ..style }, text: String::new() }
    }

    /// Columns.
    pub(super) fn width(&self) -> usize {
        self.style.width
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    pub(super) fn blank(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// An empty line, then a heading.
    pub(super) fn heading(&mut self, heading: &str) {
        self.blank();
        self.paragraph(0, Role::Heading, heading);
    }

    /// Text of any length, wrapped; every line indented.
    pub(super) fn paragraph(&mut self, indent: usize, role: Role, text: &str) {
        let text = neutralise(text);
        for line in wrap(&text, self.style.width - indent) {
            self.text.push_str(&" ".repeat(indent));
            self.push(role, &line);
            self.text.push('\n');
        }
    }

    /// A label of fixed width, then text wrapped beside it.
    pub(super) fn labelled(&mut self, label: &str, label_role: Role, column: usize, role: Role, text: &str) {
        let label = truncate(&neutralise(label), column.saturating_sub(1));
        let text = neutralise(text);
        let room = self.style.width.saturating_sub(column).max(20);
        let mut lines = wrap(&text, room).into_iter();
        self.push(label_role, &label);
        if let Some(first) = lines.next().filter(|line| !line.is_empty()) {
            self.text.push_str(&" ".repeat(column - label.width()));
            self.push(role, &first);
        }
        self.text.push('\n');
        for line in lines {
            self.text.push_str(&" ".repeat(column));
            self.push(role, &line);
            self.text.push('\n');
        }
    }

    /// A name and, after it, what it means: on one line, wrapped below the name.
    pub(super) fn named(&mut self, name: &str, meaning: &str) {
        let name = truncate(&neutralise(name), self.style.width - 2);
        let column = (name.width() + 4).min(self.style.width / 2);
        if name.width() + 4 > column || meaning.is_empty() {
            self.text.push_str("  ");
            self.push(Role::Name, &name);
            self.text.push('\n');
            if !meaning.is_empty() {
                self.paragraph(4, Role::Plain, meaning);
            }
        } else {
            self.labelled(&format!("  {name}"), Role::Name, column, Role::Plain, meaning);
        }
    }

    /// Two texts of known width on one line.
    pub(super) fn columns(&mut self, one: &str, between: usize, two: &str, role: Role) {
        self.push(role, one);
        self.text.push_str(&" ".repeat(between));
        self.push(role, two);
        self.text.push('\n');
    }

    /// A table, indented by two. If it is too wide, its first column is cut.
    pub(super) fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        let titles = columns.iter().map(|column| column.title.to_owned()).collect();
        let rows: Vec<_> = std::iter::once(titles).chain(rows.iter().cloned()).collect();
        for line in self.drawn(columns, &rows) {
            self.text.push_str(&line);
        }
    }

    /// A line that was drawn before.
    pub(super) fn raw(&mut self, line: &str) {
        self.text.push_str(line);
    }

    /// The lines of a table, the first of them its titles.
    pub(super) fn drawn(&self, columns: &[Column], rows: &[Vec<String>]) -> Vec<String> {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| neutralise(cell).into_owned()).collect()).collect();
        let widths = self.widths(columns, &rows);
        let role = |at: usize| (at == 0).then_some(Role::Faint);
        rows.iter().enumerate().map(|(at, row)| self.row(columns, &widths, row, role(at))).collect()
    }

    fn widths(&self, columns: &[Column], rows: &[Vec<String>]) -> Vec<usize> {
        let natural = |at: usize| rows.iter().map(|row| row[at].width()).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..columns.len()).map(natural).collect();
        let rest: usize = widths.iter().skip(1).map(|width| width + 2).sum();
        let room = self.style.width.saturating_sub(rest + 2);
        widths[0] = widths[0].min(room.max(8));
        widths
    }

    fn row(&self, columns: &[Column], widths: &[usize], cells: &[String], role: Option<Role>) -> String {
        let mut line = String::new();
        let mut used = 0;
        let mut pending = 0;
        for ((column, &width), cell) in columns.iter().zip(widths).zip(cells) {
            let room = self.style.width.saturating_sub(used + 2).min(width);
            let cell = truncate(cell, room);
            let pad = room - cell.width();
            let (before, after) = if column.align == Align::Right { (pad, 0) } else { (0, pad) };
            pending += 2 + before;
            if !cell.is_empty() {
                line.push_str(&" ".repeat(pending));
                line.push_str(&self.styled(role.unwrap_or(column.role), &cell));
                pending = 0;
            }
            pending += after;
            used += 2 + room;
        }
        line + "\n"
    }

    fn push(&mut self, role: Role, text: &str) {
        let styled = self.styled(role, text);
        self.text.push_str(&styled);
    }

    fn styled(&self, role: Role, text: &str) -> String {
        if !self.style.color || role == Role::Plain || text.is_empty() {
            return text.to_owned();
        }
        let ansi = role.ansi();
        format!("{ansi}{text}{ansi:#}")
    }
}

/// `text` in at most `width` columns; what is cut leaves an `…`.
pub(super) fn truncate(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = 0;
    for c in text.chars() {
        let columns = c.width().unwrap_or(0);
        if used + columns + 1 > width {
            break;
        }
        used += columns;
        cut.push(c);
    }
    if width > 0 { cut + "…" } else { cut }
}

/// Words in lines of at most `width` columns; a longer word is broken. At least one line. A no-break space keeps words
/// together and becomes a space.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let text = text.replace(" %", "\u{a0}%");
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last_mut().expect("there is at least one line");
        let gap = usize::from(!line.is_empty());
        if line.width() + gap + word.width() <= width {
            line.push_str(&" "[..gap]);
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        break_word(word, width, &mut lines);
    }
    lines.into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

fn break_word(word: &str, width: usize, lines: &mut Vec<String>) {
    for c in word.chars() {
        let line = lines.last_mut().expect("there is at least one line");
        if line.width() + c.width().unwrap_or(0) > width && !line.is_empty() {
            lines.push(String::new());
        }
        lines.last_mut().expect("there is at least one line").push(c);
    }
}

/// A bar of at most `width` columns for a share, in eighths of a column; the least share above 0 still shows.
pub(super) fn bar(share: f64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let eighths = (share * width as f64 * 8.0).round() as usize;
    let eighths = if share > 0.0 { eighths.max(1) } else { 0 };
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_counted_in_columns() {
        assert_eq!(truncate("日本語です", 5), "日本…");
        assert_eq!(truncate("Bakı", 4), "Bakı");
        assert_eq!(wrap("日本 語です", 5), ["日本", "語で", "す"]);
    }

    #[test]
    fn words_wrap_and_long_ones_break() {
        assert_eq!(wrap("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrap("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
        assert_eq!(wrap("", 3), [""]);
    }

    #[test]
    fn bars_show_the_least_share() {
        assert_eq!(bar(0.0, 10), "");
        assert_eq!(bar(1e-9, 10), "▏");
        assert_eq!(bar(0.55, 10), "█████▌");
        assert_eq!(bar(1.0, 3), "███");
        assert_eq!(bar(f64::NAN, 3), "");
    }
}
