//! A count of changes that can be waited for. `tokio::sync::watch` would do, with some hundred bytes more for every user
//! and every compose.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use tokio::sync::Notify;

/// How often something has changed.
#[derive(Default)]
pub struct Version {
    count: AtomicU64,
    changed: Notify,
}

impl Version {
    /// Something has changed; whoever waits goes on.
    pub fn advance(&self) {
        self.count.fetch_add(1, SeqCst);
        self.changed.notify_waiters();
    }

    /// The version now. Read it first, then what it is the version of.
    pub fn now(&self) -> u64 {
        self.count.load(SeqCst)
    }

    /// Waits until there is another version than `seen`, and gives it.
    pub async fn after(&self, seen: u64) -> u64 {
        loop {
            let mut changed = pin!(self.changed.notified());
            // Listens from here on: what happens after the look below is heard.
            changed.as_mut().enable();
            let now = self.now();
            if now != seen {
                return now;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_change_is_missed_whenever_it_happens() {
        const CHANGES: u64 = 10_000;
        let version = Arc::new(Version::default());
        let waiting = tokio::spawn({
            let version = version.clone();
            async move {
                let mut seen = 0;
                while seen < CHANGES {
                    seen = version.after(seen).await;
                }
                seen
            }
        });
        for _ in 0..CHANGES {
            version.advance();
            tokio::task::yield_now().await;
        }
        assert_eq!(waiting.await.unwrap(), CHANGES);
    }
}
