//! `escalade new`: writes a commented scenario to start from.

use super::output::{Done, Status};
use super::save::{Existing, save};
use super::terminal::Terminal;
use clap::Args;
use std::path::PathBuf;

/// The scenario that is written.
const STARTER: &str = include_str!("../../scenarios/starter.yaml");

/// Flags as given.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  escalade new my.yaml && escalade run my.yaml")]
pub(super) struct Flags {
    /// Where to write it; standard output if not given
    file: Option<PathBuf>,
    /// Overwrite an existing file
    #[arg(long, requires = "file")]
    force: bool,
}

pub(super) fn main(flags: &Flags, terminal: &Terminal) -> Done {
    let Some(file) = flags.file.as_deref().filter(|file| file.as_os_str() != "-") else {
        terminal.write(STARTER)?;
        return Ok(Status::Done);
    };
    let existing = if flags.force { Existing::Replace } else { Existing::Refuse };
    save(file, STARTER.as_bytes(), existing)?;
    let name = file.display();
    terminal.tell(&crate::source::neutral::neutralise_lines(&format!(
        "wrote {name}; run it with: escalade run {name}\n"
    )));
    Ok(Status::Done)
}
