//! An owner's blobs beside its rows: the file is there before the row and goes after it, so that a row always has its
//! file. What a crash leaves between the two is found by [`Area::sweep`].

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use dashmap::DashSet;

use super::{Blobs, Finished, Key};
use crate::store::StoreError;

/// How long the bytes of something that was replaced or removed stay: whoever has just looked it up may still open it.
const GRACE: Duration = Duration::from_secs(60);
/// Keys looked at in one go.
const BATCH: usize = 500;

/// The blobs of one owner that have rows. Clones are the same area.
#[derive(Clone, Debug)]
pub struct Area {
    pub blobs: Blobs,
    /// Keys without a row that are no leftovers: about to get one, or in their grace.
    held: Arc<DashSet<Key>>,
}

impl Area {
    /// `blobs` hold nothing but what the owner's rows name: the rest is removed.
    pub fn new(blobs: Blobs) -> Self {
        Self {
            blobs,
            held: Arc::default(),
        }
    }

    /// Makes a blob and then its row; without the row no blob. Run it where nobody cuts it off.
    ///
    /// # Errors
    /// The disk's, and those of `row`.
    pub async fn keep<T, E: From<io::Error>>(
        &self,
        finished: Finished,
        row: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let key = finished.key().clone();
        self.with_row(&key, finished.commit(), row).await
    }

    /// Makes a copy of a blob of `source` and then its row, in the same way.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] where there is no such blob, the disk's, and those of `row`.
    pub async fn keep_copy<T, E: From<io::Error>>(
        &self,
        source: &Blobs,
        key: &Key,
        copy: &Key,
        row: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.with_row(copy, self.blobs.copy(source, key, copy), row)
            .await
    }

    async fn with_row<T, E: From<io::Error>>(
        &self,
        key: &Key,
        blob: impl Future<Output = io::Result<()>>,
        row: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.held.insert(key.clone());
        let result = async {
            blob.await?;
            row.await
        }
        .await;
        if result.is_err() {
            self.delete(key).await;
        }
        self.held.remove(key);
        result
    }

    /// Removes blobs whose rows are gone, after a while: downloads that have just begun are not cut off.
    pub fn delete_later(&self, keys: Vec<Key>) {
        if keys.is_empty() {
            return;
        }
        for key in &keys {
            self.held.insert(key.clone());
        }
        let area = self.clone();
        self.blobs.runtime.spawn(async move {
            tokio::time::sleep(GRACE).await;
            for key in &keys {
                area.delete(key).await;
                area.held.remove(key);
            }
        });
    }

    /// Removes a blob whose row is gone. What fails is done again by [`Area::sweep`].
    pub async fn delete(&self, key: &Key) {
        if let Err(cause) = self.blobs.delete(key).await {
            tracing::warn!(area = self.blobs.area, %cause, "a file was not removed, will be tried again");
        }
    }

    /// Removes blobs that no row names, and returns the keys of rows that have no blob. It may be cut off anywhere.
    ///
    /// # Errors
    /// The disk's, and those of `rows`, which reads the keys of all rows.
    pub async fn sweep(
        &self,
        rows: impl AsyncFnOnce() -> Result<HashSet<Key>, StoreError>,
    ) -> Result<Vec<Key>, SweepError> {
        // In this order a blob that is just being stored is either held or has its row by the time that rows are read.
        let blobs = self.blobs.keys().await?;
        let held: HashSet<Key> = self.held.iter().map(|key| key.clone()).collect();
        let rows = rows().await?;
        for key in blobs.difference(&rows).filter(|key| !held.contains(key)) {
            tracing::info!(area = self.blobs.area, "a file that nothing names removed");
            self.delete(key).await;
        }
        let mut lost = Vec::new();
        let unseen: Vec<Key> = rows.difference(&blobs).cloned().collect();
        for keys in unseen.chunks(BATCH) {
            // Blobs that have come since the directory was read are readable.
            let readable = self.blobs.readable(keys.to_vec()).await?;
            let missing = keys.iter().zip(readable).filter(|(_, readable)| !readable);
            lost.extend(missing.map(|(key, _)| key.clone()));
        }
        Ok(lost)
    }
}

/// Why leftovers could not be looked for.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error("blobs: {0}")]
    Disk(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tokio::runtime::Handle;

    use super::*;

    struct Place {
        root: tempfile::TempDir,
        area: Area,
    }

    impl Place {
        fn new() -> Self {
            let root = tempfile::tempdir().expect("directory");
            let blobs = Blobs::open(root.path(), "area", Handle::current()).expect("opens");
            let area = Area::new(blobs);
            Self { root, area }
        }

        async fn finished(&self) -> Finished {
            let mut writer = self.area.blobs.writer(&[]);
            writer.write("bytes".into()).await.expect("writes");
            writer.finish().await.expect("finishes")
        }

        async fn keys(&self) -> HashSet<Key> {
            self.area.blobs.keys().await.expect("listed")
        }
    }

    #[tokio::test]
    async fn a_blob_comes_with_its_row_or_not_at_all() {
        let place = Place::new();
        let finished = place.finished().await;
        let key = finished.key().clone();
        let row = async { Ok::<_, io::Error>(1) };
        assert_eq!(place.area.keep(finished, row).await.expect("kept"), 1);
        assert_eq!(place.keys().await, HashSet::from([key.clone()]));

        let refused = async { Err::<(), _>(io::Error::other("no room")) };
        assert!(
            place
                .area
                .keep(place.finished().await, refused)
                .await
                .is_err()
        );
        assert_eq!(place.keys().await, HashSet::from([key.clone()]));

        let copies = Blobs::open(place.root.path(), "copies", Handle::current()).expect("opens");
        let copies = Area::new(copies);
        let copy = Key::random();
        let row = async { Ok::<_, io::Error>(()) };
        let kept = copies.keep_copy(&place.area.blobs, &key, &copy, row).await;
        kept.expect("copied");
        place.area.delete(&key).await;
        assert_eq!(fs::read(copies.blobs.path(&copy)).expect("there"), b"bytes");
    }

    #[tokio::test]
    async fn leftovers_go_and_what_somebody_may_still_open_stays() {
        let place = Place::new();
        let mut keys = Vec::new();
        for _ in 0..3 {
            let finished = place.finished().await;
            keys.push(finished.key().clone());
            let row = async { Ok::<_, io::Error>(()) };
            place.area.keep(finished, row).await.expect("kept");
        }
        let lost = Key::random();
        place.area.delete_later(vec![keys[1].clone()]);
        let rows = HashSet::from([keys[0].clone(), lost.clone()]);
        let found = place.area.sweep(async || Ok(rows)).await.expect("swept");
        assert_eq!(found, [lost]);
        let left = HashSet::from([keys[0].clone(), keys[1].clone()]);
        assert_eq!(place.keys().await, left);
    }
}
