//! Removes shares that are over, and what a crash has left. It may be killed anywhere: a row goes before its copy.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Shares, mails, rows};
use crate::store::blobs::{Key, SweepError};
use crate::store::{StoreError, time};

/// How often copies and rows are compared; also done at start.
const SWEEP: Duration = Duration::from_secs(3600);
/// How often the clock is looked at, unless shares are kept for less than that.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(600);

impl Shares {
    /// Removes ended shares and leftovers, until the task is dropped.
    pub async fn cleanup(self: Arc<Self>) {
        let pause = (self.settings.keep / 10).clamp(SHORTEST, LONGEST);
        let mut swept: Option<Instant> = None;
        loop {
            if let Err(cause) = self.remove_over().await {
                tracing::warn!(%cause, "ended shares could not be removed");
            }
            if swept.is_none_or(|at| at.elapsed() >= SWEEP) {
                if let Err(cause) = self.sweep().await {
                    tracing::warn!(%cause, "leftovers of shares could not be removed");
                }
                swept = Some(Instant::now());
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Removes what is over by now.
    async fn remove_over(&self) -> Result<(), StoreError> {
        loop {
            let now = time::now();
            let accessed_since = self.accessed_since(now, 1);
            let removed = self
                .store
                .write(move |db| async move {
                    let over = rows::over(&*db, now, accessed_since).await?;
                    let tokens = over.iter().map(|row| row.token.clone()).collect();
                    rows::remove(&*db, tokens).await?;
                    Ok::<_, StoreError>((over, Vec::new()))
                })
                .await?;
            if removed.is_empty() {
                return Ok(());
            }
            tracing::info!(count = removed.len(), "ended shares removed");
            self.remove_copies(removed).await;
        }
    }

    /// Removes copies without a share, and mails of shares that are gone. A share without its copy stays until it ends:
    /// a backup may bring the copy back.
    async fn sweep(&self) -> Result<(), SweepError> {
        let forget = |db| async move { mails::forget_lost(&db).await };
        self.store.read(forget).await?;
        let rows = async || {
            let contents = self
                .store
                .read(|db| async move { rows::contents(&db).await });
            let contents = contents.await?;
            Ok(contents.iter().filter_map(|key| Key::parse(key)).collect())
        };
        let lost = self.area.sweep(rows).await?;
        if !lost.is_empty() {
            tracing::error!(count = lost.len(), "shares whose copies are gone");
        }
        Ok(())
    }
}
