//! `folder`: where the sent copy goes.

use super::attribute::Attributes;
use super::error::DraftError;

/// Characters of a folder with all that it is below.
const LENGTH: usize = 500;

/// The folder that is wanted, if one is. Whether it is there, only the mailbox knows.
pub(super) fn parse(given: Attributes<'_>) -> Result<Option<String>, DraftError> {
    let Some(name) = given.line("folder")?.filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    if name.chars().count() > LENGTH || name.split('/').any(str::is_empty) {
        return Err(DraftError::invalid("folder", name, "it is no folder name"));
    }
    Ok(Some(name.to_owned()))
}
