//! Standard output and standard error: whether they have colours, how wide they are, and what to do if they break.

use super::Color;
use super::output::{Status, Stop};
use crate::render::Style;
use crate::source::neutral::neutralise_lines;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style as Ansi};
use std::io::{ErrorKind, IsTerminal, Write};

/// Width where there is no terminal, so that files do not depend on who made them.
const PLAIN_WIDTH: usize = 80;

/// Widest that a terminal is used.
const WIDEST: usize = 120;

/// Where results and errors go.
#[derive(Debug)]
pub(super) struct Terminal {
    /// How results are laid out.
    pub(super) style: Style,
    error_color: bool,
    error_width: usize,
}

#[expect(clippy::unused_self, reason = "whoever writes must have a terminal")]
impl Terminal {
    /// `auto` respects `NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE` and `TERM=dumb`.
    pub(super) fn new(color: Color) -> Self {
        let choice = match color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        choice.write_global();
        let (out, err) = (std::io::stdout(), std::io::stderr());
        let width = |is_terminal: bool, columns: Option<usize>| match columns {
            Some(columns) if is_terminal => columns.min(WIDEST),
            _ => PLAIN_WIDTH,
        };
        let columns = |size: Option<(terminal_size::Width, _)>| size.map(|(width, _)| usize::from(width.0));
        let out_width = width(out.is_terminal(), columns(terminal_size::terminal_size_of(&out)));
        let error_width = width(err.is_terminal(), columns(terminal_size::terminal_size_of(&err)));
        Self {
            style: Style { color: AutoStream::choice(&out) != ColorChoice::Never, width: out_width },
            error_color: AutoStream::choice(&err) != ColorChoice::Never,
            error_width,
        }
    }

    /// Writes a result. If nobody reads it any more (`| head`), the command ends quietly.
    pub(super) fn write(&self, text: &str) -> Result<(), Stop> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| broken(&error))
    }

    /// Writes diagnostics or other prepared lines to standard error.
    pub(super) fn tell(&self, text: &str) {
        // Nobody can be told that nothing can be told.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Says in a line what went wrong.
    pub(super) fn error(&self, message: &str) {
        let red = if self.error_color {
            Ansi::new().bold().fg_color(Some(AnsiColor::Red.into()))
        } else {
            Ansi::new()
        };
        self.tell(&format!("{red}error{red:#}: {}\n", neutralise_lines(message)));
    }

    /// Whether standard error is for a person who watches.
    pub(super) fn is_watched(&self) -> bool {
        std::io::stderr().is_terminal()
    }

    /// How diagnostics on standard error are laid out.
    pub(super) fn error_style(&self) -> Style {
        Style { color: self.error_color, width: self.error_width }
    }
}

/// What it means that standard output cannot be written.
pub(super) fn broken(error: &std::io::Error) -> Stop {
    match error.kind() {
        ErrorKind::BrokenPipe => Stop::told(Status::Done),
        _ => Stop::failed(format!("the result cannot be written to standard output: {error}")),
    }
}
