//! What an identity is to be: how it is given, and what is allowed.

use crate::auth::admin::{AdminError, check_line};
use crate::draft::address::Mailbox;
use crate::identities::rows::identities;

/// Bytes of a signature: it goes into every mail.
const SIGNATURE_MAX: usize = 256 << 10;

/// Whether an identity takes the place of the user's default one. The first one of a user has it anyway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rank {
    Default,
    #[default]
    Further,
}

/// An identity that does not exist yet.
#[derive(Clone, Debug, Default)]
pub struct NewIdentity {
    pub email: String,
    /// None: the user's.
    pub name: Option<String>,
    pub org: String,
    pub label: String,
    pub reply_to: Option<String>,
    pub signature: Option<String>,
    pub rank: Rank,
}

/// What is to become of an identity; what is None stays. `Some(None)` takes a value away.
#[derive(Clone, Debug, Default)]
pub struct IdentityChange {
    pub email: Option<String>,
    pub name: Option<String>,
    pub org: Option<String>,
    pub label: Option<String>,
    pub reply_to: Option<Option<String>>,
    pub signature: Option<Option<String>>,
    pub rank: Rank,
}

/// Looks at everything of an identity that can be judged by itself: it ends up in the header of every mail.
pub(super) fn check(row: &identities::Model) -> Result<(), AdminError> {
    check_address("--email", &row.name, &row.email)?;
    check_line("--name", &row.name)?;
    check_line("--org", &row.org)?;
    check_line("--label", &row.label)?;
    if let Some(address) = &row.reply_to {
        check_address("--reply-to", "", address)?;
    }
    let too_long = row
        .signature
        .as_ref()
        .is_some_and(|text| text.len() > SIGNATURE_MAX);
    if too_long {
        return Err(AdminError::refused(
            "--signature-file: it is larger than 256 KiB",
        ));
    }
    Ok(())
}

fn check_address(flag: &str, name: &str, address: &str) -> Result<(), AdminError> {
    match Mailbox::new(name, address) {
        Ok(_) => Ok(()),
        Err(cause) => Err(AdminError::refused(format!(
            "{flag}: '{address}' is no mail address: {cause}"
        ))),
    }
}
