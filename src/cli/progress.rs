//! How far the runs are, for a person who watches, and a clean end if that person presses Ctrl-C.

use super::terminal::Terminal;
use crate::analysis::exact;
use crate::ensemble::{Goal, Progress, Tally, Watcher};
use crate::model::Model;
use crate::render::{self, precision_so_far};
use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether the user has asked to stop.
static STOP: AtomicBool = AtomicBool::new(false);

/// The bar that is shown, to answer an interrupt at once.
static SHOWN: OnceLock<ProgressBar> = OnceLock::new();

/// What is beside the bar, and its columns without the two counts of runs.
const FIGURES: &str = "{human_pos}/{human_len} runs, {speed}/s, {left} left{msg}";
const FIGURES_WIDTH: usize = "/ runs, 999,000/s, 59m left, headline 12.34 %".len();

/// Columns left free: terminals differ in what they do with a full line.
const FREE: usize = 2;

/// Widest bar, in columns.
const WIDEST_BAR: usize = 30;

/// Makes the first Ctrl-C stop the runs after the batches under way, and the second the program at once.
pub(super) fn stop_on_interrupt() {
    // Without a handler, Ctrl-C ends the program at once, as it would anyway.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            if let Some(bar) = SHOWN.get() {
                bar.finish_and_clear();
            }
            std::process::exit(130);
        }
        if let Some(bar) = SHOWN.get() {
            stopping(bar);
        }
    });
}

/// Says that the interrupt was heard: what is under way may take its time.
fn stopping(bar: &ProgressBar) {
    let style = ProgressStyle::with_template("{human_pos}/{human_len} runs, {msg}");
    bar.set_style(style.expect("the template is a constant, seen to work"));
    bar.set_message("finishing those under way; Ctrl-C again stops at once");
    bar.tick();
}

/// Whether the user has asked to stop.
pub(super) fn stopped() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// Whether progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    /// On standard error, if that is a terminal.
    Watched,
    /// Nowhere.
    Nothing,
}

/// What is shown while runs are made until they are enough: nobody knows how many.
const UNTIL: &str = "{spinner} {human_pos} runs, at most {human_len}, {speed}/s{msg}";

/// A bar with runs done, runs per second, time left and the headline's current share.
#[derive(Debug)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// For so many runs, or the most that are made for a goal.
    pub(super) fn new(runs: u64, goal: &Goal, show: Show, terminal: &Terminal) -> Self {
        if show == Show::Nothing || !terminal.is_watched() {
            return Self(ProgressBar::hidden());
        }
        let template = match goal {
            Goal::AllRuns => template(runs, terminal.error_style().width),
            _ => UNTIL.to_owned(),
        };
        let style = ProgressStyle::with_template(&template);
        let style = style.expect("the template is made of constants, seen to work");
        let style = style.with_key("speed", speed).with_key("left", left);
        let bar = ProgressBar::new(runs).with_style(style);
        bar.enable_steady_tick(Duration::from_millis(250));
        let _ = SHOWN.set(bar.clone());
        Self(bar)
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// Shows the runs and stops them when the goal is reached.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    pub(super) bar: &'a Bar,
    pub(super) model: &'a Model,
    pub(super) goal: &'a Goal,
}

impl Watcher for Watch<'_> {
    fn batch_done(&self, progress: Progress) {
        self.bar.batch_done(progress);
    }

    fn stop(&self) -> bool {
        self.bar.stop()
    }

    fn enough(&self, tally: &Tally) -> bool {
        if let Goal::Precision(wanted) = self.goal
            && !self.bar.0.is_hidden()
        {
            let count = wanted.subject.count(self.model, tally);
            self.bar.0.set_message(precision_so_far(wanted, count, tally.runs()));
        }
        self.goal.is_reached(self.model, tally)
    }
}

impl Watcher for Bar {
    fn batch_done(&self, progress: Progress) {
        if self.0.is_hidden() {
            return;
        }
        self.0.set_position(progress.done);
        if progress.done > 0 && !stopped() {
            let share = 100.0 * progress.headline as f64 / progress.done as f64;
            self.0.set_message(format!(", headline {share:.2} %"));
        }
    }

    fn stop(&self) -> bool {
        stopped()
    }
}

/// The bar takes what room the figures leave.
fn template(runs: u64, columns: usize) -> String {
    let figures = FIGURES_WIDTH + 2 * render::thousands(runs).len();
    match columns.saturating_sub(figures + FREE + 1).min(WIDEST_BAR) {
        0..4 => FIGURES.to_owned(),
        width => format!("{{bar:{width}}} {FIGURES}"),
    }
}

/// Runs per second, in three figures.
fn speed(state: &ProgressState, text: &mut dyn Write) {
    let _ = text.write_str(&render::thousands(render::three_figures(state.per_sec() as u64)));
}

/// How long it will take, once something is known of that.
fn left(state: &ProgressState, text: &mut dyn Write) {
    let _ = match state.pos() {
        0 => text.write_str("?"),
        _ => write!(text, "{:#}", HumanDuration(state.eta())),
    };
}

/// How far an exact solution is.
#[derive(Debug)]
pub(super) struct Steps {
    bar: ProgressBar,
    /// Whether states are to be told in words.
    pub(super) describe: bool,
}

impl Steps {
    pub(super) fn new(quiet: bool, terminal: &Terminal) -> Self {
        let bar =
            if quiet || !terminal.is_watched() { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
        Self { bar, describe: false }
    }

    /// The same for an export, which tells states in words.
    pub(super) fn with_words(self) -> Self {
        Self { describe: true, ..self }
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl exact::Watcher for Steps {
    fn explored(&self, states: usize) {
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("{} states found", render::thousands(states as u64)));
            self.bar.tick();
        }
    }

    fn solved(&self, share: f64) {
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("solving: {:.0} %", 100.0 * share));
            self.bar.tick();
        }
    }

    fn stop(&self) -> bool {
        stopped()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_sound() {
        assert!(ProgressStyle::with_template(UNTIL).is_ok());
        for (runs, columns, bar) in [(100_000, 80, true), (100_000, 300, true), (u64::MAX, 80, false)] {
            let template = template(runs, columns);
            assert!(ProgressStyle::with_template(&template).is_ok());
            assert_eq!(template.contains("bar"), bar, "{template}");
        }
    }
}
