//! What is kept on this machine.

use std::os::unix::fs::PermissionsExt;

use super::directory;
use super::row::Row;
use crate::cli::workspace::Workspace;

const PLACE: &str = "storage";

/// The directory for everything.
pub fn data_dir(on: &Workspace) -> Row {
    let path = &on.config.storage.data_dir;
    let mut row = Row::new(PLACE, path.display().to_string());
    directory::try_out(&mut row, path);
    row
}

/// The key of everything that is kept encrypted.
pub fn master_key(on: &Workspace) -> Row {
    let path = &on.config.storage.master_key_file;
    let mut row = Row::new(PLACE, path.display().to_string());
    if let Err(cause) = on.keys() {
        row.fail(format!(
            "{cause}: put back the key file that belongs to this database"
        ));
        return row;
    }
    match path.metadata() {
        Ok(found) if found.permissions().mode() & 0o077 != 0 => {
            row.fail(format!(
                "others can read the key: chmod 600 {}",
                path.display()
            ));
        }
        Ok(_) => {}
        Err(cause) => row.fail(format!("cannot be looked at: {cause}")),
    }
    row
}
