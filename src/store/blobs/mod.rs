//! Bytes on disk: one file per key below one directory, written once and never changed.
//!
//! Nobody outside knows a file's name beforehand or needs a handle, so that an object store can take this over: write a
//! stream, commit it under a key, read, delete, list.

pub mod digest;
mod writer;

use std::collections::HashSet;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::runtime::Handle;

use digest::Algorithm;
pub use writer::{Finished, Writer};

/// Where files grow until they are committed. No key: it holds a `.`.
const UNFINISHED: &str = ".tmp";
const KEY_MAX: usize = 64;

/// The name of a blob: letters and digits only, so that it is harmless as a file name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
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

/// A directory of blobs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Blobs {
    directory: Arc<Path>,
    /// Whose blocking threads touch the disk: a file system may be slow, and a worker of the HTTP server must not be.
    runtime: Handle,
}

impl Blobs {
    /// Takes the directory `area` below `root` over, making it as needed (0700), and removes what a killed process left
    /// unfinished. Each owner of blobs has an area of its own, for the one server that holds the data directory.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn open(root: &Path, area: &str, runtime: Handle) -> io::Result<Self> {
        let directory = root.join(area);
        let unfinished = directory.join(UNFINISHED);
        match fs::remove_dir_all(&unfinished) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
            _ => {}
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&unfinished)?;
        Ok(Self {
            directory: Arc::from(directory),
            runtime,
        })
    }

    /// A new blob, which comes into being by [`Finished::commit`]. Its SHA-256 is always computed, `also` on request.
    pub fn writer(&self, also: &[Algorithm]) -> Writer {
        Writer::new(self.clone(), also)
    }

    /// Where the bytes of `key` are, if there are any.
    pub fn path(&self, key: &Key) -> PathBuf {
        self.directory.join(key.as_str())
    }

    /// Opens the blobs for a moment: for each key whether it can be read.
    ///
    /// # Errors
    /// Only when the process ends.
    pub async fn readable(&self, keys: Vec<Key>) -> io::Result<Vec<bool>> {
        let blobs = self.clone();
        let open = move |key: &Key| File::open(blobs.path(key)).is_ok();
        self.blocking(move || Ok(keys.iter().map(open).collect()))
            .await
    }

    /// Removes a blob. One that is not there is fine.
    ///
    /// # Errors
    /// When the file system refuses.
    pub async fn delete(&self, key: &Key) -> io::Result<()> {
        let path = self.path(key);
        self.blocking(move || match fs::remove_file(path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
            _ => Ok(()),
        })
        .await
    }

    /// The keys of all blobs.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub async fn keys(&self) -> io::Result<HashSet<Key>> {
        let directory = Arc::clone(&self.directory);
        self.blocking(move || {
            let mut keys = HashSet::new();
            for entry in fs::read_dir(directory)? {
                let entry = entry?;
                if entry.file_type()?.is_file() {
                    keys.extend(entry.file_name().to_str().and_then(Key::parse));
                }
            }
            Ok(keys)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        self.runtime.spawn_blocking(work).await?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_and_digits_are_a_key() {
        assert!(Key::parse("aZ09").is_some());
        let long = "a".repeat(KEY_MAX + 1);
        for text in [
            "", ".", "..", UNFINISHED, "a/b", "../a", "a\0", "ä", "a-b", &long,
        ] {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn what_a_killed_process_left_unfinished_is_gone_after_the_next_start() {
        let directory = tempfile::tempdir().expect("directory");
        Blobs::open(directory.path(), "area", Handle::current()).expect("opens");
        let left = directory.path().join("area/.tmp/left");
        fs::write(&left, b"half").expect("writes");
        let kept = directory.path().join("area/kept");
        fs::write(&kept, b"whole").expect("writes");

        let blobs = Blobs::open(directory.path(), "area", Handle::current()).expect("opens");

        assert!(!left.exists());
        let key = Key::parse("kept").expect("a key");
        assert_eq!(
            blobs.keys().await.expect("listed"),
            HashSet::from([key.clone()])
        );
        blobs.delete(&key).await.expect("deleted");
        blobs.delete(&key).await.expect("deleted twice");
        assert_eq!(blobs.readable(vec![key]).await.expect("looked"), [false]);
    }
}
