//! The command line: one file per verb; files, progress and exit status are here and nowhere else.
//!
//! Every verb turns the flags as given into checked options first, then works; what it returns is the exit status.

mod case;
mod check;
mod compare;
mod completions;
mod exact;
mod export;
mod goal;
mod input;
mod new;
mod number;
mod output;
mod pipeline;
mod progress;
mod run;
mod save;
mod schema;
mod terminal;
mod trace;

use clap::{Parser, Subcommand, ValueEnum};
use output::{Status, Stop};
use std::io::Write;
use std::process::ExitCode;
use terminal::{Terminal, broken};

/// Simulates geopolitical scenarios: claims, actors and rules in a YAML file become outcome frequencies.
#[derive(Debug, Parser)]
#[command(name = "escalade", version, max_term_width = 80, after_help = EXAMPLES)]
struct Cli {
    /// Write in colour: auto (on terminals, unless `NO_COLOR` is set), always or never
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", display_order = 900)]
    #[arg(hide_possible_values = true)]
    color: Color,
    #[command(subcommand)]
    verb: Verb,
}

/// Shown below the help.
const EXAMPLES: &str = "\
Examples:
  escalade run                                  the built-in scenario
  escalade compare my.yaml my.yaml@hotline      what a variant changes
  escalade trace my.yaml --outcome war          one history that led there
  escalade new my.yaml                          a scenario to start from

Exit status: 0 done, 1 a gate did not hold, 2 bad input or call, 3 a run failed, 130 interrupted.";

/// When to write in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On terminals, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Simulate a scenario and report how often each outcome occurs
    Run(run::Flags),
    /// Set reports, scenarios and variants against a baseline
    Compare(compare::Flags),
    /// Compute exact probabilities where a scenario is memoryless and finite
    Exact(exact::Flags),
    /// Write a scenario for another tool
    Export(export::Flags),
    /// Find every error and doubtful point of scenario files in one pass
    Check(check::Flags),
    /// Replay single runs as dated timelines
    Trace(trace::Flags),
    /// Print the JSON Schema of scenario files or of reports
    Schema(schema::Flags),
    /// Write a commented starter scenario
    New(new::Flags),
    /// Print a completion script for a shell
    Completions(completions::Flags),
}

/// Does what the command line says; the whole program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => return show(&told),
    };
    let terminal = Terminal::new(cli.color);
    let done = match &cli.verb {
        Verb::Run(flags) => run::main(flags, &terminal),
        Verb::Compare(flags) => compare::main(flags, &terminal),
        Verb::Exact(flags) => exact::main(flags, &terminal),
        Verb::Export(flags) => export::main(flags, &terminal),
        Verb::Check(flags) => check::main(flags, &terminal),
        Verb::Trace(flags) => trace::main(flags, &terminal),
        Verb::Schema(flags) => schema::main(flags, &terminal),
        Verb::New(flags) => new::main(flags, &terminal),
        Verb::Completions(flags) => completions::main(flags, &terminal),
    };
    done.unwrap_or_else(|stop| stop.tell(&terminal)).code()
}

/// Shows help, the version, or what is wrong with the call.
fn show(told: &clap::Error) -> ExitCode {
    match told.print().and_then(|()| std::io::stdout().flush()) {
        Err(error) if !told.use_stderr() => broken(&error).tell(&Terminal::new(Color::Auto)).code(),
        // Nothing is left to be done if what is wrong cannot be written.
        _ => ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2)),
    }
}

impl Stop {
    /// Says why, if there is anything to say.
    fn tell(self, terminal: &Terminal) -> Status {
        if let Some(message) = &self.message {
            terminal.error(message);
        }
        self.status
    }
}

impl Status {
    /// For the operating system.
    fn code(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_fits_a_screen() {
        let help = Cli::command().render_help().to_string();
        assert!(help.lines().count() <= 32, "{help}");
    }
}
