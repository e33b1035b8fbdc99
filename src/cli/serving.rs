//! Running the server: one runtime for the database and outgoing mail, one system for HTTP.

use std::time::Duration;

use tokio::runtime::Handle;

use super::error::CliError;
use crate::config::Config;
use crate::server::{Application, Options, signals};

/// Work that is left when the server has stopped has this long.
const LAST_WORK: Duration = Duration::from_secs(5);
/// How far database, mail and passwords stand back behind the threads that serve HTTP, in the kernel's levels: a
/// password or a large mail keeps a core busy for longer than a compose may take in all.
const STAND_BACK: i32 = 10;

/// Builds the server, hands it to `ready` once it listens, and runs it until it is told to stop. `prepare` comes
/// first, on the runtime that owns the database; what it returns is for `ready`.
pub fn serve<T>(
    config: Config,
    options: Options,
    prepare: impl AsyncFnOnce(&Config, Handle) -> Result<T, CliError>,
    ready: impl FnOnce(&Application, T) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(stand_back)
        .build()?;
    let handle = runtime.handle().clone();
    let done = runtime
        .block_on(prepare(&config, handle.clone()))
        .and_then(|prepared| {
            actix_web::rt::System::new().block_on(async {
                // Before anybody can know that the server is there.
                let stop = signals::stop()?;
                let application = Application::build(config, options, handle).await?;
                ready(&application, prepared)?;
                Ok(application.run_until(stop).await?)
            })
        });
    runtime.shutdown_timeout(LAST_WORK);
    done
}

/// Of this thread alone: Linux counts niceness by thread.
fn stand_back() {
    if let Err(cause) = rustix::process::nice(STAND_BACK) {
        tracing::warn!(%cause, "a thread for work in the background is as important as all others");
    }
}
