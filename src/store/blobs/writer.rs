//! A blob while it is written.
//!
//! Pieces are gathered into chunks; each chunk is written by one short job on a blocking thread and hashed by another
//! while the next one is gathered. A worker of the HTTP server so neither hashes nor waits for the disk, memory is two
//! chunks whatever the size, and a sender that is slow or silent holds no thread.

use std::fs::{self, Permissions};
use std::io;
use std::mem;
use std::os::unix::fs::PermissionsExt;

use actix_web::web::Bytes;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::digest::{Algorithm, Digests, Hashes};
use super::fault::io_error;
use super::{Blobs, Key};

/// Bytes written at a time: enough that the hop to another thread does not count.
const CHUNK: usize = 256 * 1024;

/// An object that is not whole yet; it goes away unless it is completed, wherever its owner was dropped.
#[derive(Debug)]
struct Unfinished {
    upload: Option<Box<dyn MultipartUpload>>,
    runtime: Handle,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(upload) = self.upload.take() {
            // Freeing a large file takes a while, and a dropped handler is dropped on a worker.
            self.runtime.spawn_blocking(move || drop(upload));
        }
    }
}

impl Unfinished {
    /// The upload, begun by the first chunk.
    async fn begun(&mut self, blobs: &Blobs, key: &Key) -> io::Result<&mut dyn MultipartUpload> {
        let upload = match self.upload.take() {
            Some(upload) => upload,
            None => {
                let (store, object) = (blobs.store.clone(), blobs.object(key));
                blobs
                    .run(async move { store.put_multipart(&object).await })
                    .await?
            }
        };
        Ok(&mut **self.upload.insert(upload))
    }
}

/// Takes the bytes of a new blob. Dropping it removes what was written.
pub struct Writer {
    blobs: Blobs,
    key: Key,
    unfinished: Unfinished,
    /// With the writer, or with the job that goes on with them.
    hashes: Option<Hashes>,
    size: u64,
    gathered: Vec<Bytes>,
    length: usize,
    under_way: Option<JoinHandle<io::Result<Hashes>>>,
}

impl Writer {
    pub(super) fn new(blobs: Blobs, also: &[Algorithm]) -> Self {
        Self {
            key: Key::random(),
            unfinished: Unfinished {
                upload: None,
                runtime: blobs.runtime.clone(),
            },
            blobs,
            hashes: Some(Hashes::new(also)),
            size: 0,
            gathered: Vec::new(),
            length: 0,
            under_way: None,
        }
    }

    /// Appends `bytes`. Waits for the disk only when it is a whole chunk behind.
    ///
    /// # Errors
    /// The disk's, maybe those of an earlier call. The writer is of no use then.
    pub async fn write(&mut self, mut bytes: Bytes) -> io::Result<()> {
        while !bytes.is_empty() {
            let now = bytes.split_to(bytes.len().min(CHUNK - self.length));
            self.length += now.len();
            self.gathered.push(now);
            if self.length == CHUNK {
                self.write_chunk().await?;
            }
        }
        Ok(())
    }

    /// Writes what is left. The blob is complete then, and still nobody's.
    ///
    /// # Errors
    /// The disk's.
    pub async fn finish(mut self) -> io::Result<Finished> {
        self.write_chunk().await?;
        let hashes = self.hashes().await?;
        Ok(Finished {
            size: self.size,
            digests: hashes.finish(),
            key: self.key,
            blobs: self.blobs,
            unfinished: self.unfinished,
        })
    }

    async fn write_chunk(&mut self) -> io::Result<()> {
        let mut hashes = self.hashes().await?;
        let chunk = mem::take(&mut self.gathered);
        self.size += mem::take(&mut self.length) as u64;
        let upload = self.unfinished.begun(&self.blobs, &self.key).await?;
        let part = upload.put_part(PutPayload::from_iter(chunk.iter().cloned()));
        let runtime = self.blobs.runtime.clone();
        let job = async move {
            let hashing = runtime.spawn_blocking(move || {
                for bytes in &chunk {
                    hashes.update(bytes);
                }
                hashes
            });
            part.await.map_err(io_error)?;
            Ok(hashing.await?)
        };
        self.under_way = Some(self.blobs.runtime.spawn(job));
        Ok(())
    }

    /// Waits for the job under way.
    async fn hashes(&mut self) -> io::Result<Hashes> {
        match self.under_way.take() {
            Some(job) => job.await?,
            None => self
                .hashes
                .take()
                .ok_or_else(|| io::Error::other("an earlier write failed")),
        }
    }
}

/// A blob that is complete. Dropping it removes it.
#[derive(Debug)]
pub struct Finished {
    /// Bytes.
    pub size: u64,
    /// SHA-256, and what else was asked for.
    pub digests: Digests,
    key: Key,
    blobs: Blobs,
    unfinished: Unfinished,
}

impl Finished {
    /// What the blob will be called.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Makes the blob, all of it or nothing: on disk for good when this returns.
    ///
    /// # Errors
    /// The disk's; there is no such blob then.
    pub(super) async fn commit(mut self) -> io::Result<()> {
        let Some(mut upload) = self.unfinished.upload.take() else {
            return Err(io::Error::other("nothing was written"));
        };
        let blobs = &self.blobs;
        blobs.run(async move { upload.complete().await }).await?;
        // The store makes files as the process is told to; these are nobody else's.
        let path = blobs.path(&self.key);
        let make_private = move || fs::set_permissions(path, Permissions::from_mode(0o600));
        blobs.runtime.spawn_blocking(make_private).await?
    }
}

#[cfg(test)]
mod tests;
