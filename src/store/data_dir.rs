//! The directory that holds everything local: made on first start, held by one server at a time.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

/// A data directory that cannot be used. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another server holds the directory.
    #[error(
        "data directory {directory} is in use by the server with pid {pid}: stop it first, or give another storage.data_dir"
    )]
    InUse { directory: String, pid: String },
    /// The file system refused.
    #[error("data directory {directory}: {cause}")]
    Unusable {
        directory: String,
        cause: std::io::Error,
    },
}

/// Proof that this process is the one server on the directory. Dropping it lets the next one start.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Makes `directory` and its parents, readable by the owner only.
///
/// # Errors
/// [`DataDirError::Unusable`].
pub fn prepare(directory: &Path) -> Result<(), DataDirError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|cause| unusable(directory, cause))
}

/// Takes the directory for a server.
///
/// # Errors
/// [`DataDirError::InUse`] with the pid of the server that holds it.
pub fn lock(directory: &Path) -> Result<Lock, DataDirError> {
    let fail = |cause| unusable(directory, cause);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(directory.join("server.pid"))
        .map_err(fail)?;
    if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        let mut pid = String::new();
        file.read_to_string(&mut pid).map_err(fail)?;
        return Err(DataDirError::InUse {
            directory: directory.display().to_string(),
            pid: pid.trim().to_owned(),
        });
    }
    file.set_len(0).map_err(fail)?;
    file.rewind().map_err(fail)?;
    writeln!(file, "{}", std::process::id()).map_err(fail)?;
    Ok(Lock { _file: file })
}

fn unusable(directory: &Path, cause: std::io::Error) -> DataDirError {
    DataDirError::Unusable {
        directory: directory.display().to_string(),
        cause,
    }
}
