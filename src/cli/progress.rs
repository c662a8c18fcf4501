//! How far the runs are, for a person who watches, and a clean end if that person presses Ctrl-C.

use super::terminal::Terminal;
use crate::analysis::exact;
use crate::ensemble::{Goal, Progress, Tally, Watcher};
use crate::model::Model;
use crate::render::{precision_so_far, thousands};
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user has asked to stop.
static STOP: AtomicBool = AtomicBool::new(false);

/// Makes the first Ctrl-C stop the runs after the batches under way, and the second the program at once.
pub(super) fn stop_on_interrupt() {
    // Without a handler, Ctrl-C ends the program at once, as it would anyway.
    let _ = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
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

/// What is shown while all runs are made.
const ALL: &str = "{bar:20} {human_pos}/{human_len} runs, {per_sec}, {eta} left{msg}";

/// What is shown while runs are made until they are enough: nobody knows how many.
const UNTIL: &str = "{spinner} {human_pos} runs, at most {human_len}, {per_sec}{msg}";

/// A bar with runs done, runs per second, time left and the headline's current share.
#[derive(Debug)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// For so many runs, or the most that are made for a goal.
    pub(super) fn new(runs: u64, goal: &Goal, show: Show, terminal: &Terminal) -> Self {
        if show == Show::Nothing || !terminal.is_watched() {
            return Self(ProgressBar::hidden());
        }
        let template = if *goal == Goal::AllRuns { ALL } else { UNTIL };
        let style = ProgressStyle::with_template(template).expect("the template is a constant, seen to work");
        Self(ProgressBar::new(runs).with_style(style))
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
        if progress.done > 0 {
            let share = 100.0 * progress.headline as f64 / progress.done as f64;
            self.0.set_message(format!(", headline {share:.2} %"));
        }
    }

    fn stop(&self) -> bool {
        stopped()
    }
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
            self.bar.set_message(format!("{} states found", thousands(states as u64)));
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
        for template in [ALL, UNTIL] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
