//! What a mail is to be, from the attributes of a request: the same for sending and for opening a compose window.

pub mod address;
pub mod address_list;
mod address_token;
pub mod attachment_ref;
pub mod attachment_type;
pub mod attribute;
pub mod error;
pub mod expiration;
mod folder;
pub mod html;
pub mod priority;
pub mod share_change;

use std::fmt;
use std::time::Duration;

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::ids::{ComposeId, SendId};
use address::Mailbox;
use attachment_ref::AttachmentRef;
use attachment_type::AttachmentType;
use attribute::Attributes;
use error::{DraftError, shown};
use priority::Priority;

/// Every attribute of the contract.
pub const ATTRIBUTES: [&str; 20] = [
    "to",
    "cc",
    "bcc",
    "replyto",
    "subject",
    "body",
    "bodyHtml",
    "replyEml",
    "attachments",
    "attachmentType",
    "shareExpiration",
    "sharePassword",
    "shareMaxDownloads",
    "folder",
    "composeId",
    "composeAgain",
    "priority",
    "signature",
    "sendId",
    "undoFor",
];
/// Bytes of a share's password.
const SHARE_PASSWORD_MAX: usize = 256;
const SHARE_DOWNLOADS_MAX: u64 = 1_000_000;
/// Seconds for which a send can be undone.
const UNDO_MAX: u64 = 30;
/// Unknown attributes that a warning names.
const UNKNOWN_SHOWN: usize = 20;

/// The password of a share, which no log and no message may show.
#[derive(Clone, PartialEq, Eq)]
pub struct SharePassword(pub String);

impl fmt::Debug for SharePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharePassword(…)")
    }
}

/// The last day of a share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareExpiration {
    /// As given.
    pub given: String,
    /// In the sender's time zone, all of it included.
    pub day: Date,
}

/// A mail as a caller or a person at a compose window wants it. All values are checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// Recipients, groups expanded.
    pub to: Vec<Mailbox>,
    /// Recipients of copies.
    pub cc: Vec<Mailbox>,
    /// Recipients that no header names.
    pub bcc: Vec<Mailbox>,
    /// Where answers go instead of the identity's own address.
    pub reply_to: Vec<Mailbox>,
    /// Free of line ends.
    pub subject: Option<String>,
    /// The plain-text part, as given.
    pub body: Option<String>,
    /// The HTML part, as given: not safe to show.
    pub body_html: Option<String>,
    /// In the order given.
    pub attachments: Vec<AttachmentRef>,
    /// As given; `attach` if absent.
    pub attachment_type: Option<AttachmentType>,
    /// How long shares stay open.
    pub share_expiration: Option<ShareExpiration>,
    /// What opens a share. The empty one says that there is none, also where a compose had one.
    pub share_password: Option<SharePassword>,
    /// How often a share may be downloaded; `None`: as often as anybody likes.
    pub share_max_downloads: Option<u32>,
    /// The mailbox folder for the sent copy, `/` between levels.
    pub folder: Option<String>,
    /// The compose window that the mail comes from.
    pub compose_id: Option<ComposeId>,
    /// Send although the compose has already been sent.
    pub compose_again: bool,
    /// `None`: no header says anything about it.
    pub priority: Option<Priority>,
    /// The texts hold the signature already: none is added.
    pub is_signed: bool,
    /// What the page calls this send.
    pub send_id: Option<SendId>,
    /// How long the send can be undone before it goes out.
    pub undo_for: Option<Duration>,
    /// Attributes that the contract does not have.
    pub unknown: Vec<String>,
}

impl Draft {
    /// Checks the attributes of a request. `today` is the user's date, which `shareExpiration` counts from.
    ///
    /// # Errors
    /// The first attribute, in the order of the contract, that cannot be used.
    pub fn parse(members: &Map<String, Value>, today: Date) -> Result<Self, DraftError> {
        let given = Attributes(members);
        let draft = Self {
            to: given.mailboxes("to")?,
            cc: given.mailboxes("cc")?,
            bcc: given.mailboxes("bcc")?,
            reply_to: given.mailboxes("replyto")?,
            subject: given.line("subject")?.map(str::to_owned),
            body: given.text("body")?.map(str::to_owned),
            body_html: given.text("bodyHtml")?.map(str::to_owned),
            attachments: attachments(given)?,
            attachment_type: attachment_type::parse(given)?,
            share_expiration: share_expiration(given, today)?,
            share_password: share_password(given)?,
            share_max_downloads: share_max_downloads(given)?,
            folder: folder::parse(given)?,
            compose_id: compose_id(given)?,
            compose_again: given.flag("composeAgain", false)?,
            priority: priority::parse(given)?,
            is_signed: !given.flag("signature", true)?,
            send_id: send_id(given)?,
            undo_for: undo_for(given)?,
            unknown: members
                .keys()
                .filter(|name| !is_known(name))
                .cloned()
                .collect(),
        };
        if given.word("replyEml")?.is_some() {
            return Err(DraftError::NotYet("Attribute 'replyEml'".to_owned()));
        }
        Ok(draft)
    }

    /// Refuses a mail to nobody. A compose window may open without recipients, a mail cannot go.
    ///
    /// # Errors
    /// `NoRecipient`.
    pub fn require_recipients(&self) -> Result<(), DraftError> {
        if self.to.is_empty() && self.cc.is_empty() && self.bcc.is_empty() {
            return Err(DraftError::NoRecipient);
        }
        Ok(())
    }

    /// Everybody whom it is for, in the order given.
    pub fn recipients(&self) -> impl Iterator<Item = &Mailbox> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }

    /// The warning about attributes that were ignored.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        ignored(&self.unknown)
    }

    /// The draft as `data` of a compose frame, the HTML made safe to show. The caller adds `identity` and
    /// `attachments`; the share's password never leaves the server.
    #[must_use]
    pub fn data(&self) -> Map<String, Value> {
        let mut data = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                data.insert(name.to_owned(), value);
            }
        };
        for (name, mailboxes) in [("to", &self.to), ("cc", &self.cc), ("bcc", &self.bcc)] {
            let shown: Vec<String> = mailboxes.iter().map(Mailbox::to_string).collect();
            put(name, (!shown.is_empty()).then(|| shown.into()));
        }
        let reply_to: Vec<String> = self.reply_to.iter().map(Mailbox::to_string).collect();
        put(
            "replyto",
            (!reply_to.is_empty()).then(|| reply_to.join(", ").into()),
        );
        put("subject", self.subject.clone().map(Value::from));
        put("body", self.body.clone().map(Value::from));
        put(
            "bodyHtml",
            self.body_html
                .as_deref()
                .map(|html| html::sanitise(html).into()),
        );
        put(
            "priority",
            self.priority.map(|priority| priority.number().into()),
        );
        put(
            "attachmentType",
            self.attachment_type.map(|kind| kind.name().into()),
        );
        put(
            "shareExpiration",
            self.share_expiration
                .as_ref()
                .map(|until| until.given.as_str().into()),
        );
        put(
            "shareMaxDownloads",
            self.share_max_downloads.map(Value::from),
        );
        put("folder", self.folder.clone().map(Value::from));
        put("signature", self.is_signed.then_some(false.into()));
        put(
            "hasSharePassword",
            self.share_password
                .as_ref()
                .filter(|password| !password.0.is_empty())
                .map(|_| true.into()),
        );
        data
    }
}

/// The warning about attributes that are none.
fn ignored(unknown: &[String]) -> Option<String> {
    if unknown.is_empty() {
        return None;
    }
    let names: Vec<String> = unknown
        .iter()
        .take(UNKNOWN_SHOWN)
        .map(|name| shown(name))
        .collect();
    let more = if unknown.len() > UNKNOWN_SHOWN {
        ", …"
    } else {
        ""
    };
    Some(format!(
        "Unknown attribute(s) ignored: {}{more}",
        names.join(", ")
    ))
}

fn attachments(given: Attributes<'_>) -> Result<Vec<AttachmentRef>, DraftError> {
    given
        .list("attachments")?
        .into_iter()
        .map(|(_, text)| AttachmentRef::parse(text))
        .collect()
}

fn share_expiration(
    given: Attributes<'_>,
    today: Date,
) -> Result<Option<ShareExpiration>, DraftError> {
    let Some(text) = given.word("shareExpiration")? else {
        return Ok(None);
    };
    match expiration::parse(text, today) {
        Ok(day) => Ok(Some(ShareExpiration {
            given: text.to_owned(),
            day,
        })),
        Err(reason) => Err(DraftError::invalid("shareExpiration", text, reason)),
    }
}

fn share_password(given: Attributes<'_>) -> Result<Option<SharePassword>, DraftError> {
    let Some(text) = given.text("sharePassword")? else {
        return Ok(None);
    };
    // No message may show a password.
    let refuse = |reason| Err(DraftError::invalid("sharePassword", "…", reason));
    if text.len() > SHARE_PASSWORD_MAX {
        return refuse("it is longer than 256 bytes");
    }
    if text.contains(char::is_control) {
        return refuse("it has control characters");
    }
    Ok(Some(SharePassword(text.to_owned())))
}

fn share_max_downloads(given: Attributes<'_>) -> Result<Option<u32>, DraftError> {
    let Some(number) = given.integer("shareMaxDownloads")? else {
        return Ok(None);
    };
    let count = number
        .as_u64()
        .filter(|count| (1..=SHARE_DOWNLOADS_MAX).contains(count));
    let count = count.and_then(|count| u32::try_from(count).ok());
    count.map(Some).ok_or_else(|| {
        let reason = "it must be a number from 1 to 1000000";
        DraftError::invalid("shareMaxDownloads", &number.to_string(), reason)
    })
}

fn compose_id(given: Attributes<'_>) -> Result<Option<ComposeId>, DraftError> {
    let Some(text) = given.word("composeId")? else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| DraftError::invalid("composeId", text, "it is no compose id"))
}

fn send_id(given: Attributes<'_>) -> Result<Option<SendId>, DraftError> {
    let Some(text) = given.word("sendId")? else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| DraftError::invalid("sendId", text, "it is no UUID"))
}

fn undo_for(given: Attributes<'_>) -> Result<Option<Duration>, DraftError> {
    let Some(number) = given.integer("undoFor")? else {
        return Ok(None);
    };
    let refuse = |reason| DraftError::invalid("undoFor", &number.to_string(), reason);
    let seconds = number.as_u64().filter(|seconds| *seconds <= UNDO_MAX);
    let seconds = seconds.ok_or_else(|| refuse("it must be a number of seconds from 0 to 30"))?;
    if given.word("sendId")?.is_none() {
        return Err(refuse("it needs a sendId, by which the send is undone"));
    }
    Ok(Some(Duration::from_secs(seconds)))
}

fn is_known(name: &str) -> bool {
    ATTRIBUTES.contains(&name)
}

#[cfg(test)]
mod tests;
