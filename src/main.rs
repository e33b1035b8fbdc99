//! Arguments in, exit code out.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    quillgate::cli::run(std::env::args_os())
}
