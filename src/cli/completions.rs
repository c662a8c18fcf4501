//! `escalade completions`: prints a completion script for a shell.

use super::Cli;
use super::output::{Done, Status};
use super::terminal::Terminal;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Flags as given.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  escalade completions bash > ~/.local/share/bash-completion/completions/escalade"
)]
pub(super) struct Flags {
    /// For which shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn main(flags: &Flags, terminal: &Terminal) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(flags.shell, &mut Cli::command(), "escalade", &mut script);
    terminal.write(&String::from_utf8_lossy(&script))?;
    Ok(Status::Done)
}
