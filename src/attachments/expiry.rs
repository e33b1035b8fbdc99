//! Removes what nobody has used for long, and what a crash has left.

use std::sync::Arc;
use std::time::Duration;

use super::{Attachments, rows};
use crate::store::StoreError;
use crate::store::blobs::{Key, SweepError};

/// How often files and rows are compared; also done at start.
const SWEEP: Duration = Duration::from_secs(3600);
/// How often the clock is looked at, unless files expire faster than that.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(600);

impl Attachments {
    /// Removes expired uploads and leftovers, until the task is dropped.
    pub async fn expire(self: Arc<Self>) {
        let pause = (self.settings.expire_after / 10).clamp(SHORTEST, LONGEST);
        let mut swept: Option<tokio::time::Instant> = None;
        loop {
            if swept.is_none_or(|at| at.elapsed() >= SWEEP) {
                if let Err(cause) = self.sweep().await {
                    tracing::warn!(%cause, "leftovers of uploads could not be removed");
                }
                swept = Some(tokio::time::Instant::now());
            }
            if let Err(cause) = self.remove_expired().await {
                tracing::warn!(%cause, "expired uploads could not be removed");
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Removes what has expired by now.
    async fn remove_expired(&self) -> Result<(), StoreError> {
        loop {
            let live_since = self.times().live_since;
            let tokens: Vec<String> = self
                .store
                .write(move |db| async move {
                    let removed = rows::remove_expired(&*db, live_since).await;
                    Ok::<_, StoreError>((removed.map_err(StoreError::from)?, Vec::new()))
                })
                .await?;
            for key in tokens.iter().filter_map(|token| Key::parse(token)) {
                self.area.delete(&key).await;
            }
            if tokens.is_empty() {
                return Ok(());
            }
            tracing::info!(count = tokens.len(), "expired uploads removed");
        }
    }

    /// Removes files without a row and rows without a file.
    async fn sweep(&self) -> Result<(), SweepError> {
        let rows = async || {
            let tokens = self.store.read(|db| async move { rows::tokens(&db).await });
            let tokens = tokens.await?;
            Ok(tokens
                .iter()
                .filter_map(|token| Key::parse(token))
                .collect())
        };
        let lost = self.area.sweep(rows).await?;
        for keys in lost.chunks(rows::BATCH) {
            tracing::warn!(count = keys.len(), "uploads without their files removed");
            let tokens = keys.iter().map(|key| key.as_str().to_owned()).collect();
            let query = move |db| async move { rows::remove_all(&db, tokens).await };
            self.store.read(query).await?;
        }
        Ok(())
    }
}
