//! Signals and limits of the process.

use std::future::Future;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

/// Ready at the first signal to stop. A second one ends the process at once.
///
/// # Errors
/// When signals cannot be heard.
pub fn stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let (told, stop) = tokio::sync::oneshot::channel();
    actix_web::rt::spawn(async move {
        let mut told = Some(told);
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
                _ = hang_up.recv() => {
                    tracing::info!("SIGHUP: nothing that can change while running is configured");
                    continue;
                }
            }
            match told.take() {
                // Nobody listens any more once the server has stopped.
                Some(told) => drop(told.send(())),
                None => {
                    tracing::warn!("second signal: ending at once");
                    std::process::exit(1);
                }
            }
        }
    });
    Ok(async move {
        // An error means that the process ends anyway.
        let _ = stop.await;
    })
}

/// Every session is an open file: the soft limit of most systems is for programs that people type. `wanted` is
/// what the configured limits may come to.
pub fn allow_many_files(wanted: usize) {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if limit.current != limit.maximum
        && let Err(cause) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!(%cause, "the limit of open files stays as it is");
    }
    let files = open_files();
    if files.is_some_and(|files| files < wanted as u64) {
        tracing::info!(
            files,
            wanted,
            "fewer open files are allowed than server.connections_max and presence.sessions_max may need"
        );
    }
}

/// Files that may be open at a time; none: any number.
pub fn open_files() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}
