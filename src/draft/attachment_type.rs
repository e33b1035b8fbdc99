//! How files go along with a mail.

use super::attribute::Attributes;
use super::error::{DraftError, shown};

/// What becomes of the attachments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentType {
    /// Parts of the mail itself.
    Attach,
    /// Links to frozen copies.
    Link,
    /// Links to the live files, to read.
    ShareRo,
    /// Links to the live files, to read and replace.
    ShareRw,
}

impl AttachmentType {
    const ALL: [Self; 4] = [Self::Attach, Self::Link, Self::ShareRo, Self::ShareRw];

    /// The one that the contract's word means.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }

    /// The word of the contract.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Attach => "attach",
            Self::Link => "link",
            Self::ShareRo => "share_ro",
            Self::ShareRw => "share_rw",
        }
    }
}

/// Reads `attachmentType`.
pub(super) fn parse(given: Attributes<'_>) -> Result<Option<AttachmentType>, DraftError> {
    let Some(text) = given.text("attachmentType")? else {
        return Ok(None);
    };
    let kind = AttachmentType::named(text);
    kind.map(Some)
        .ok_or_else(|| DraftError::AttachmentType(shown(text)))
}
