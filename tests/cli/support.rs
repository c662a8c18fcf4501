//! Calls the program with a cleared environment.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A small scenario that is in the repository.
pub(crate) const TWO_RIVALS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/two_rivals.yaml");

/// What a call came to.
pub(crate) struct Call {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program, ready to be called.
pub(crate) fn command(arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_escalade"));
    command.env_clear().args(arguments).current_dir(folder).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A call in the root of the repository.
pub(crate) fn call(arguments: &[&str]) -> Call {
    call_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments)
}

/// A call in a folder.
pub(crate) fn call_in(folder: &Path, arguments: &[&str]) -> Call {
    finished(&command(arguments, folder).output().unwrap())
}

/// A call with something on standard input.
pub(crate) fn call_with_input(arguments: &[&str], input: &[u8]) -> Call {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = command(arguments, folder).stdin(Stdio::piped()).spawn().unwrap();
    // The program may refuse before it has read all.
    let _ = child.stdin.take().unwrap().write_all(input);
    finished(&child.wait_with_output().unwrap())
}

fn finished(output: &Output) -> Call {
    Call {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}
