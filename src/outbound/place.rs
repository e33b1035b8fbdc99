//! Where the copy goes that a sender keeps of a mail.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, UserId};
use crate::mailbox::imap::{Access, Owner, Target};

/// The sender's copy.
#[derive(Clone, Debug)]
pub enum SentCopy {
    /// None is kept.
    Nowhere(Nowhere),
    /// It is kept.
    In {
        place: SentPlace,
        /// What is shown to a mail server. `None`: the copy is saved later, when somebody knows.
        access: Option<Access>,
    },
}

/// Why no copy is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nowhere {
    /// The account is SMTP-only.
    NoMailbox,
    /// The mailbox needs the user's own password, and the caller has shown none.
    NoPassword,
}

impl Nowhere {
    /// As it completes the contract's warning.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::NoMailbox => "as the account has no mailbox",
            Self::NoPassword => "as no user password",
        }
    }
}

/// The mailbox and the folder of a copy. It is written into the spool: it never holds a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SentPlace {
    /// A Maildir of the gateway's own.
    Local {
        /// The directory of the whole mailbox.
        root: PathBuf,
        /// For instance `Sent`.
        folder: String,
    },
    /// A mailbox on a mail server.
    Imap {
        account: AccountId,
        user: UserId,
        /// The folder that the sender asks for, `/` between levels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        folder: Option<String>,
        /// The account's own folder for copies; `None`: the server's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent: Option<String>,
    },
}

impl SentPlace {
    /// The same mailbox with the folder that the sender asks for.
    #[must_use]
    pub(super) fn with_folder(self, wanted: String) -> Self {
        match self {
            Self::Local { root, .. } => Self::Local {
                root,
                folder: wanted,
            },
            Self::Imap {
                account,
                user,
                sent,
                ..
            } => Self::Imap {
                account,
                user,
                folder: Some(wanted),
                sent,
            },
        }
    }

    /// Whose mailbox on a server it is, and the folder there.
    pub(super) fn on_server(&self) -> Option<(Owner, Target<'_>)> {
        let Self::Imap {
            account,
            user,
            folder,
            sent,
        } = self
        else {
            return None;
        };
        let owner = Owner {
            account: *account,
            user: *user,
        };
        let target = Target {
            folder: folder.as_deref(),
            sent: sent.as_deref(),
        };
        Some((owner, target))
    }
}

impl SentCopy {
    /// The place, if a copy is kept.
    pub(super) fn place(&self) -> Option<&SentPlace> {
        match self {
            Self::Nowhere(_) => None,
            Self::In { place, .. } => Some(place),
        }
    }

    #[must_use]
    pub(super) fn with_folder(self, wanted: String) -> Self {
        match self {
            Self::Nowhere(why) => Self::Nowhere(why),
            Self::In { place, access } => Self::In {
                place: place.with_folder(wanted),
                access,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_earlier_versions_are_understood() {
        let local = SentPlace::Local {
            root: "data/mail/1/5".into(),
            folder: "Sent".into(),
        };
        let written = r#"{"root":"data/mail/1/5","folder":"Sent"}"#;
        assert_eq!(serde_json::to_string(&local).expect("JSON"), written);
        let read: SentPlace = serde_json::from_str(written).expect("a place");
        assert_eq!(read, local);
        let imap = SentPlace::Imap {
            account: AccountId(1),
            user: UserId(5),
            folder: None,
            sent: None,
        };
        let written = serde_json::to_string(&imap).expect("JSON");
        assert_eq!(written, r#"{"account":1,"user":5}"#);
        let read: SentPlace = serde_json::from_str(&written).expect("a place");
        assert_eq!(read, imap);
        let imap = imap.with_folder("Archive/2026".into());
        let written = serde_json::to_string(&imap).expect("JSON");
        let read: SentPlace = serde_json::from_str(&written).expect("a place");
        assert_eq!(read, imap);
    }
}
