//! Arguments in, exit code out.
#![forbid(unsafe_code)]

use std::process::ExitCode;

/// Sessions are many and hold buffers of one size: it gives each size pages of its own, and gives pages back by itself.
/// glibc's takes more for each session, and keeps what large messages once needed.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    quillgate::cli::run(std::env::args_os())
}
