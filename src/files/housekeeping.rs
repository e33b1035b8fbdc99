//! Removes what a crash has left.

use std::sync::Arc;
use std::time::Duration;

use super::{Files, rows};
use crate::store::blobs::{Key, SweepError};

/// How often blobs and rows are compared; also done at start.
const SWEEP: Duration = Duration::from_secs(3600);

impl Files {
    /// Removes leftovers at start and every hour, until the task is dropped.
    pub async fn housekeeping(self: Arc<Self>) {
        loop {
            if let Err(cause) = self.sweep().await {
                tracing::warn!(%cause, "leftovers of files could not be removed");
            }
            tokio::time::sleep(SWEEP).await;
        }
    }

    /// Removes rows of users that are gone and blobs without a row. A row without its blob stays: what a user stored is
    /// never forgotten without a word, and a backup may bring it back.
    pub(super) async fn sweep(&self) -> Result<(), SweepError> {
        let query = |db| async move { rows::totals::remove_ownerless(&db).await };
        let ownerless = self.store.read(query).await?;
        if ownerless > 0 {
            tracing::info!(count = ownerless, "files of removed users removed");
        }
        let rows = async || {
            let query = |db| async move { rows::totals::contents(&db).await };
            let contents = self.store.read(query).await?;
            Ok(contents.iter().filter_map(|key| Key::parse(key)).collect())
        };
        let lost = self.area.sweep(rows).await?;
        if !lost.is_empty() {
            tracing::error!(count = lost.len(), "files whose bytes are gone");
        }
        Ok(())
    }
}
