//! Bytes that are written once and never changed: objects of one store, each named by a key of its own.
//!
//! The store is a directory behind `object_store`, so that an object store elsewhere can take its place: nobody else
//! knows a file's name beforehand. Objects appear whole and on disk for good, or not at all.

mod area;
pub mod digest;
mod fault;
mod reader;
mod writer;

use std::collections::HashSet;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use tokio::runtime::Handle;

use crate::http::file::{Answer, Representation};
use crate::ids::random_secret;
pub use area::{Area, SweepError};
use digest::Algorithm;
use fault::io_error;
pub use fault::is_full;
pub use reader::Reader;
pub use writer::{Finished, Writer};

const KEY_MAX: usize = 64;
/// What stands in the names of files that are not whole yet, and in no key.
const UNFINISHED: char = '#';

/// The name of a blob: letters and digits only, so that it is harmless as a file name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// A new one that nobody can guess.
    pub fn random() -> Self {
        Self(random_secret())
    }

    /// None: `text` can name no blob.
    pub fn parse(text: &str) -> Option<Self> {
        let valid = (1..=KEY_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        valid.then(|| Self(text.to_owned()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The blobs of one owner. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<LocalFileSystem>,
    root: Arc<Path>,
    area: &'static str,
    /// Whose threads touch the disk: a file system may be slow, and a worker of the HTTP server must not be.
    runtime: Handle,
}

impl Blobs {
    /// Takes the directory `area` below `root` over, making it as needed (0700), and removes what a killed process left
    /// unfinished. Each owner of blobs has an area of its own, for the one server that holds the data directory.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn open(root: &Path, area: &'static str, runtime: Handle) -> io::Result<Self> {
        let directory = root.join(area);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&directory)?;
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().contains(UNFINISHED) {
                fs::remove_file(entry.path())?;
            }
        }
        let store = LocalFileSystem::new_with_prefix(root).map_err(io_error)?;
        Ok(Self {
            store: Arc::new(store.with_fsync(true)),
            root: Arc::from(root),
            area,
            runtime,
        })
    }

    /// A new blob, which comes into being by [`Area::keep`]. Its SHA-256 is always computed, `also` on request.
    pub fn writer(&self, also: &[Algorithm]) -> Writer {
        Writer::new(self.clone(), also)
    }

    /// Where the bytes of `key` are, if there are any: for work that needs a file.
    pub fn path(&self, key: &Key) -> PathBuf {
        self.root.join(self.area).join(key.as_str())
    }

    /// A blob as an HTTP answer: all of it, the part that `req` wants, or why there is none.
    ///
    /// # Errors
    /// Those of [`Blobs::read`].
    pub async fn answer(
        &self,
        req: &HttpRequest,
        representation: &Representation<'_>,
        key: &Key,
    ) -> io::Result<HttpResponse> {
        match representation.answer(req) {
            Answer::Done(response) => Ok(response),
            Answer::Send(part) => {
                let bytes = self.read(key, part.first, part.length).await?;
                Ok(part.with(bytes))
            }
        }
    }

    fn object(&self, key: &Key) -> ObjectPath {
        ObjectPath::from_iter([self.area, key.as_str()])
    }

    /// The bytes of a blob from `first` on, `length` of them.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] where there is no such blob, and the disk's.
    pub async fn read(&self, key: &Key, first: u64, length: u64) -> io::Result<Reader> {
        let (store, object) = (self.store.clone(), self.object(key));
        // An empty range is none to the store.
        let range = (length > 0).then(|| GetRange::Bounded(first..first.saturating_add(length)));
        let options = GetOptions::default().with_range(range);
        let found = self
            .run(async move { store.get_opts(&object, options).await })
            .await?;
        Ok(Reader::new(
            found.payload,
            first,
            length,
            self.runtime.clone(),
        ))
    }

    /// A blob of this area with the bytes of another one, which costs no room where the file system can share them.
    /// It is on disk for good when this returns, and belongs to nobody yet.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] where there is no such blob, and the disk's.
    async fn copy(&self, source: &Blobs, key: &Key, copy: &Key) -> io::Result<()> {
        let (store, from, to) = (self.store.clone(), source.object(key), self.object(copy));
        self.run(async move { store.copy(&from, &to).await }).await
    }

    /// Opens the blobs for a moment: for each key whether it can be read.
    ///
    /// # Errors
    /// Only when the process ends.
    pub async fn readable(&self, keys: Vec<Key>) -> io::Result<Vec<bool>> {
        let blobs = self.clone();
        self.run(async move {
            let mut readable = Vec::with_capacity(keys.len());
            for key in keys {
                let object = blobs.object(&key);
                let found = blobs.store.get_opts(&object, GetOptions::default());
                readable.push(found.await.is_ok());
            }
            Ok(readable)
        })
        .await
    }

    /// Removes a blob. One that is not there is fine.
    ///
    /// # Errors
    /// When the file system refuses.
    pub async fn delete(&self, key: &Key) -> io::Result<()> {
        let (store, object) = (self.store.clone(), self.object(key));
        match self.run(async move { store.delete(&object).await }).await {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    /// The keys of all blobs.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub async fn keys(&self) -> io::Result<HashSet<Key>> {
        let (store, area) = (self.store.clone(), ObjectPath::from(self.area));
        self.run(async move {
            store
                .list(Some(&area))
                .try_filter_map(|object| {
                    let key = object.location.filename().and_then(Key::parse);
                    std::future::ready(Ok(key))
                })
                .try_collect()
                .await
        })
        .await
    }

    /// Runs `work` where threads may wait for the disk, to its end even when the caller goes away.
    async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> io::Result<T> {
        self.runtime.spawn(work).await?.map_err(io_error)
    }
}

#[cfg(test)]
mod tests;
