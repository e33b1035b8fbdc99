//! A blob while it is written.
//!
//! Pieces are gathered into chunks; each chunk is hashed and written by one short job on a blocking thread while the
//! next one is gathered. A worker of the HTTP server so neither hashes nor waits for the disk, memory is two chunks
//! whatever the size, and a sender that is slow or silent holds no thread (a thread per upload would run out of them).

use std::io::{self, Write};
use std::mem;

use tempfile::NamedTempFile;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::digest::{Algorithm, Digests, Hashes};
use super::{Blobs, Key, UNFINISHED};

/// Bytes written at a time: enough that the hop to another thread does not count.
const CHUNK: usize = 256 * 1024;

/// A file that goes away unless it is committed, wherever its owner was dropped.
#[derive(Debug)]
struct Unfinished {
    file: Option<NamedTempFile>,
    runtime: Handle,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // Freeing a large file takes a while, and a dropped handler is dropped on a worker.
            self.runtime.spawn_blocking(move || drop(file));
        }
    }
}

/// What a job works on: it is with the writer or with the job, never with both.
#[derive(Debug)]
struct Sink {
    blobs: Blobs,
    unfinished: Unfinished,
    hashes: Hashes,
    size: u64,
}

impl Sink {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hashes.update(bytes);
        self.file()?.write_all(bytes)?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// The file, made by the first job that needs it (mode 0600).
    fn file(&mut self) -> io::Result<&mut NamedTempFile> {
        let file = match self.unfinished.file.take() {
            Some(file) => file,
            None => NamedTempFile::new_in(self.blobs.directory.join(UNFINISHED))?,
        };
        Ok(self.unfinished.file.insert(file))
    }
}

enum State {
    Idle(Sink),
    /// Hands back the sink and the chunk's memory.
    Writing(JoinHandle<io::Result<(Sink, Vec<u8>)>>),
    /// After an error, or while the state changes.
    Gone,
}

/// Takes the bytes of a new blob. Dropping it removes what was written.
pub struct Writer {
    blobs: Blobs,
    chunk: Vec<u8>,
    state: State,
}

impl Writer {
    pub(super) fn new(blobs: Blobs, also: &[Algorithm]) -> Self {
        let unfinished = Unfinished {
            file: None,
            runtime: blobs.runtime.clone(),
        };
        let sink = Sink {
            blobs: blobs.clone(),
            unfinished,
            hashes: Hashes::new(also),
            size: 0,
        };
        Self {
            blobs,
            chunk: Vec::new(),
            state: State::Idle(sink),
        }
    }

    /// Appends `bytes`. Waits for the disk only when it is a whole chunk behind.
    ///
    /// # Errors
    /// The disk's, maybe those of an earlier call. The writer is of no use then.
    pub async fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.chunk.len()));
            self.chunk.extend_from_slice(now);
            bytes = later;
            if self.chunk.len() == CHUNK {
                let (mut sink, spare) = self.sink().await?;
                let chunk = mem::replace(&mut self.chunk, spare);
                let job = move || {
                    sink.append(&chunk)?;
                    Ok((sink, chunk))
                };
                self.state = State::Writing(self.blobs.runtime.spawn_blocking(job));
            }
        }
        Ok(())
    }

    /// Writes what is left. The blob is complete then, and still without a key.
    ///
    /// # Errors
    /// The disk's.
    pub async fn finish(mut self) -> io::Result<Finished> {
        let (mut sink, _) = self.sink().await?;
        let rest = mem::take(&mut self.chunk);
        let sink = self
            .blobs
            .blocking(move || {
                sink.append(&rest)?;
                Ok(sink)
            })
            .await?;
        Ok(Finished {
            size: sink.size,
            digests: sink.hashes.finish(),
            blobs: sink.blobs,
            unfinished: sink.unfinished,
        })
    }

    /// Waits for the job under way and takes the sink, and an empty chunk.
    async fn sink(&mut self) -> io::Result<(Sink, Vec<u8>)> {
        match mem::replace(&mut self.state, State::Gone) {
            State::Idle(sink) => Ok((sink, Vec::new())),
            State::Writing(job) => {
                let (sink, mut chunk) = job.await??;
                chunk.clear();
                Ok((sink, chunk))
            }
            State::Gone => Err(io::Error::other("an earlier write failed")),
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
    blobs: Blobs,
    unfinished: Unfinished,
}

impl Finished {
    /// Makes the blob `key`, all of it or nothing: on disk for good when this returns.
    ///
    /// # Errors
    /// The disk's; there is no such blob then.
    pub async fn commit(self, key: &Key) -> io::Result<()> {
        let Self {
            blobs,
            mut unfinished,
            ..
        } = self;
        let path = blobs.path(key);
        let directory = blobs.directory.clone();
        blobs
            .blocking(move || {
                let file = unfinished.file.take();
                let file = file.ok_or_else(|| io::Error::other("nothing was written"))?;
                file.as_file().sync_all()?;
                file.persist(path).map_err(|refused| refused.error)?;
                // Without it the name may be lost in a crash although the bytes are not.
                std::fs::File::open(&directory)?.sync_all()
            })
            .await
    }
}

#[cfg(test)]
mod tests;
