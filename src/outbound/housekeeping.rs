//! What has to be done beside sending: closing idle connections, filing copies that could not be filed at once, and
//! clearing up after a process that died.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Shared;
use super::pool::IDLE_TIME;
use super::spool::State;

const ROUND: Duration = Duration::from_secs(15);

/// Makes its rounds until `stop`.
pub(super) async fn run(shared: Weak<Shared>, stop: CancellationToken) {
    while stop
        .run_until_cancelled(tokio::time::sleep(ROUND))
        .await
        .is_some()
    {
        let Some(shared) = shared.upgrade() else {
            return;
        };
        shared.pools.tidy(IDLE_TIME).await;
        let filing = shared.clone();
        let _ = shared
            .runtime
            .spawn_blocking(move || file_late(&filing))
            .await;
    }
}

/// Tries again to file copies of sent mail.
pub(super) fn file_late(shared: &Shared) {
    let late = std::mem::take(&mut *lock(&shared.late));
    for entry in late {
        match entry.file() {
            Ok(()) => {
                tracing::info!(mail = %entry.envelope.id, "the copy of a sent mail is filed after all")
            }
            Err(_) => lock(&shared.late).push(entry),
        }
    }
}

/// Brings to an end what an earlier process left in the spool.
pub(super) fn recover(shared: &Shared) -> io::Result<()> {
    let dropped = shared.spool.drop_unsent()?;
    if dropped > 0 {
        tracing::warn!(
            count = dropped,
            "mails that an earlier process had not sent are dropped, their callers got no 200"
        );
    }
    shared.spool.tidy_doubts()?;
    let (in_data, unclear) = shared.spool.left_in(State::InData)?;
    for mut entry in in_data {
        tracing::error!(
            mail = %entry.envelope.id, message_id = entry.envelope.message_id,
            "an earlier process died while it sent this mail, it is kept as in doubt"
        );
        entry.doubt()?;
    }
    let (accepted, also_unclear) = shared.spool.left_in(State::Accepted)?;
    lock(&shared.late).extend(accepted);
    file_late(shared);
    if unclear + also_unclear > 0 {
        tracing::error!(
            count = unclear + also_unclear,
            "entries of the spool cannot be read, they are left as they are"
        );
    }
    Ok(())
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
