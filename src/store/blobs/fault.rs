//! Errors of the object store as those of a disk.

use std::error::Error;
use std::io;

/// The same error with the kind that the disk gave it, so that a full disk is told apart from a broken one.
pub(super) fn io_error(error: object_store::Error) -> io::Error {
    let kind = match &error {
        object_store::Error::NotFound { .. } => io::ErrorKind::NotFound,
        other => disk(other).unwrap_or(io::ErrorKind::Other),
    };
    io::Error::new(kind, error)
}

/// Whether the disk has no room left, whoever filled it.
pub fn is_full(cause: &io::Error) -> bool {
    let kind = cause.kind();
    matches!(
        kind,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

fn disk(error: &(dyn Error + 'static)) -> Option<io::ErrorKind> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(disk) = error.downcast_ref::<io::Error>() {
            return Some(disk.kind());
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_stays_one() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = object_store::Error::Generic {
            store: "test",
            source: Box::new(full),
        };
        assert!(is_full(&io_error(error)));
        let other = object_store::Error::NotImplemented {
            operation: String::new(),
            implementer: String::new(),
        };
        assert!(!is_full(&io_error(other)));
    }
}
