//! What an identity is to be: how it is given, and what is allowed.

use crate::auth::admin::{AdminError, breaks_line};
use crate::draft::address::Mailbox;
use crate::identities::rows::identities;

/// Bytes of a signature: it goes into every mail.
const SIGNATURE_MAX: usize = 256 << 10;
/// Characters of a name, an organisation or a label: what their columns hold.
const LINE_MAX: usize = 255;

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

/// The parts of an identity that can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Email,
    Name,
    Org,
    Label,
    ReplyTo,
    Signature,
}

impl Part {
    fn flag(self) -> &'static str {
        match self {
            Self::Email => "--email",
            Self::Name => "--name",
            Self::Org => "--org",
            Self::Label => "--label",
            Self::ReplyTo => "--reply-to",
            Self::Signature => "--signature-file",
        }
    }
}

/// What of an identity cannot be used, and why.
#[derive(Debug)]
pub struct Unusable {
    pub part: Part,
    pub why: String,
}

impl From<Unusable> for AdminError {
    fn from(Unusable { part, why }: Unusable) -> Self {
        Self::refused(format!("{}: {why}", part.flag()))
    }
}

impl IdentityChange {
    /// The identity as it is with the change.
    ///
    /// # Errors
    /// The first part that cannot be used.
    pub fn applied_to(self, mut row: identities::Model) -> Result<identities::Model, Unusable> {
        row.email = self.email.unwrap_or(row.email);
        row.name = self.name.unwrap_or(row.name);
        row.org = self.org.unwrap_or(row.org);
        row.label = self.label.unwrap_or(row.label);
        row.reply_to = self.reply_to.unwrap_or(row.reply_to);
        row.signature = self.signature.unwrap_or(row.signature);
        check(&row)?;
        row.is_default |= self.rank == Rank::Default;
        Ok(row)
    }
}

/// Looks at everything of an identity that can be judged by itself: it ends up in the header of every mail.
pub(super) fn check(row: &identities::Model) -> Result<(), Unusable> {
    check_address(Part::Email, &row.email)?;
    check_line(Part::Name, &row.name)?;
    let named = Mailbox::new(&row.name, &row.email);
    named.map_err(|cause| Unusable {
        part: Part::Name,
        why: cause.to_string(),
    })?;
    check_line(Part::Org, &row.org)?;
    check_line(Part::Label, &row.label)?;
    if let Some(address) = &row.reply_to {
        check_address(Part::ReplyTo, address)?;
    }
    let signature = row.signature.as_deref().unwrap_or_default();
    refuse(signature.len() > SIGNATURE_MAX, Part::Signature, || {
        "it is larger than 256 KiB".to_owned()
    })
}

fn check_address(part: Part, address: &str) -> Result<(), Unusable> {
    let checked = Mailbox::new("", address);
    checked.map(drop).map_err(|cause| Unusable {
        part,
        why: format!("'{address}' is no mail address: {cause}"),
    })
}

fn check_line(part: Part, text: &str) -> Result<(), Unusable> {
    refuse(breaks_line(text), part, || {
        "it must not hold control characters or line ends".to_owned()
    })?;
    refuse(text.chars().count() > LINE_MAX, part, || {
        format!("it is longer than {LINE_MAX} characters")
    })
}

fn refuse(wrong: bool, part: Part, why: impl FnOnce() -> String) -> Result<(), Unusable> {
    match wrong {
        true => Err(Unusable { part, why: why() }),
        false => Ok(()),
    }
}
