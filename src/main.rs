//! The `escalade` program: the library's command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    escalade::cli::main()
}
