//! What an account's folders are called.

use crate::auth::admin::{AdminError, check_line};

/// A folder's name may hold slashes, but must not lead out of the mailbox.
pub(super) fn check_folder(flag: &str, name: Option<&String>) -> Result<(), AdminError> {
    let Some(name) = name else { return Ok(()) };
    check_line(flag, name)?;
    let astray = |part: &str| matches!(part, "" | "." | "..");
    if name.split('/').any(astray) {
        return Err(AdminError::refused(format!(
            "{flag}: '{name}' is no folder name"
        )));
    }
    Ok(())
}
