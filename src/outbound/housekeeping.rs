//! What has to be done beside sending: closing idle connections, filing copies that could not be filed at once, and
//! clearing up after a process that died.

use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::late::Late;
use super::pool::IDLE_TIME;
use super::sends::Left;
use super::spool::{Entry, State};

const ROUND: Duration = Duration::from_secs(15);

/// Closes what nobody needs, on and on until `stop`.
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
        shared.copies.tidy().await;
    }
}

/// Files late copies when they are due, until `stop`.
pub(super) async fn file_late(late: Arc<Late>, runtime: Handle, stop: CancellationToken) {
    let mut ticks = interval(ROUND);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let woken = async {
            tokio::select! {
                _ = ticks.tick() => {}
                () = late.wait() => {}
            }
        };
        if stop.run_until_cancelled(woken).await.is_none() {
            return;
        }
        for round in late.take_due() {
            let stop = stop.clone();
            runtime.spawn(async move { stop.run_until_cancelled(round.walk()).await });
        }
    }
}

/// Brings to an end what an earlier process left in the spool.
pub(super) fn recover(shared: &Shared) -> io::Result<Vec<Left>> {
    let mut left = Vec::new();
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
        left.extend(named(&entry, false));
        entry.doubt()?;
    }
    let (accepted, also_unclear) = shared.spool.left_in(State::Accepted)?;
    for entry in accepted {
        left.extend(named(&entry, true));
        let is_local = entry
            .envelope
            .sent
            .as_ref()
            .is_none_or(|place| place.on_server().is_none());
        if is_local && entry.file().is_ok() {
            tracing::info!(mail = %entry.envelope.id, "the copy of a sent mail is filed after all");
        } else {
            shared.late.add_left(&entry);
        }
    }
    if unclear + also_unclear > 0 {
        tracing::error!(
            count = unclear + also_unclear,
            "entries of the spool cannot be read, they are left as they are"
        );
    }
    Ok(left)
}

/// What is to be told of a send that has a name.
fn named(entry: &Entry, is_sent: bool) -> Option<Left> {
    let envelope = &entry.envelope;
    envelope.named.map(|named| Left {
        named,
        message_id: envelope.message_id.clone(),
        is_sent,
    })
}
