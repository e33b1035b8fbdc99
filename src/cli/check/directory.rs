//! Whether something can be written into a directory, found out without leaving anything there.

use std::io;
use std::path::Path;

use super::row::Row;

/// Notes in `row` if nothing can be written there.
pub fn try_out(row: &mut Row, directory: &Path) {
    if let Err(cause) = writable(directory) {
        row.fail(format!(
            "nothing can be written there ({cause}): give it to the user that quillgate runs as"
        ));
    }
}

/// Tries it; a directory that is not there yet has to fit into the one above.
///
/// # Errors
/// The disk's.
fn writable(directory: &Path) -> io::Result<()> {
    let existing = directory.ancestors().find(|path| path.exists());
    let existing = existing.ok_or(io::ErrorKind::NotFound)?;
    tempfile::tempfile_in(existing).map(drop)
}
