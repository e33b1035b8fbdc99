//! What one compose costs, what one session holds, and what load does to both: `cargo bench --bench push`.
//!
//! A real gateway runs as a process of its own, pinned to one core, next to two references that do less: `bare` on the
//! same HTTP stack and `raw` by hand. This process, on another core, is every page and every caller. Without `--bench`
//! (`cargo test --bench push`) all parts run tiny: what is wrong ends with an error, how long it takes never matters.
//!
//! - `scale`: what is asked for, and how large each part is.
//! - `machine`, `process`: cores, limits, and what the kernel knows about a process.
//! - `servers`: the gateway and the references.
//! - `wire`, `pages`, `caller`, `rate`: the load.
//! - `sink`, `smtp_load`, `postfix`: mail at the other end. `nginx`: files. `browser`: a page.
//! - `parts`: one file a measurement.
//! - `report`: tables and aims.

mod browser;
mod caller;
mod machine;
mod nginx;
mod pages;
mod parts;
mod postfix;
mod process;
mod rate;
mod report;
mod scale;
mod servers;
mod sink;
mod smtp_load;
mod wire;

use std::process::ExitCode;

use machine::Cores;
use report::Report;
use scale::Scale;
use servers::{Role, bare, raw};

/// The gateway's own: the references are to differ in what they do.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What makes a run worthless: a server that does not start, an answer that is none.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match Role::of(&arguments) {
        Some((Role::Bare, port)) => bare::serve(port),
        Some((Role::Raw, port)) => raw::serve(port),
        None if smtp_load::is_asked(&arguments) => smtp_load::run(&arguments),
        None => measure(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &[String]) -> Result<(), Trouble> {
    let scale = Scale::asked(arguments)?;
    let files = machine::allow_many_files();
    let cores = Cores::split();
    cores.pin_generator();
    let mut report = Report::begin(&cores, files, &scale);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(parts::run(&scale, &cores, &mut report, files))?;
    report.end()
}
