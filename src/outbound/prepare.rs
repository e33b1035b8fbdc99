//! From a draft to a spooled message: all checks that come before any server is asked. Blocks on the disk.

use std::collections::HashSet;

use jiff::Timestamp;
use uuid::Uuid;

use super::attachment::Attachment;
use super::dkim::Signatures;
use super::error::SendError;
use super::message::{Message, MessageParts, Part, bcc_line};
use super::sends::course::Named;
use super::spool::{Entry, Envelope, Spool};
use super::{Enclosed, Sender};
use crate::draft::Draft;
use crate::draft::address::Mailbox;

const USER_AGENT: &str = concat!("quillgate/", env!("CARGO_PKG_VERSION"));

/// Bytes of texts that are a matter of microseconds.
const SHORT: usize = 32 * 1024;

/// Whether a message takes no longer to build and write than handing it to another thread does.
pub(super) fn is_short(draft: &Draft, enclosed: &Enclosed) -> bool {
    enclosed.attached.is_empty() && enclosed.downloads.len() <= FEW && text_size(draft) <= SHORT
}

/// Download links that are.
const FEW: usize = 32;

/// Mebibytes that building messages may take at a time, however many callers there are. Others wait.
pub(super) const PLACES: u32 = 64;
/// Mebibytes that making text from HTML takes, of which a piece at a time becomes a tree.
const TREE: u32 = 16;

/// How many of the [`PLACES`] building a message takes.
pub(super) fn places(draft: &Draft) -> u32 {
    let has_text = draft.body.as_ref().is_some_and(|text| !text.is_empty());
    let tree = if has_text || draft.body_html.is_none() {
        1
    } else {
        TREE
    };
    let texts = u32::try_from(text_size(draft) >> 20).unwrap_or(PLACES);
    PLACES.min(tree.saturating_add(texts))
}

fn text_size(draft: &Draft) -> usize {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    length(&draft.body) + length(&draft.body_html)
}

/// Builds the message and puts it into the spool, unless it is larger than `message_max` bytes.
pub(super) fn spool(
    spool: &Spool,
    message_max: u64,
    sender: &Sender,
    draft: &Draft,
    enclosed: Enclosed,
    named: Option<Named>,
) -> Result<Entry, SendError> {
    let id = Uuid::new_v4();
    let date = Timestamp::now().as_second();
    let message_id = format!("{id}@{}", sender.from.ascii_domain());
    let Enclosed {
        attached,
        downloads,
    } = enclosed;
    let attachments = attached
        .into_iter()
        .map(part)
        .collect::<Result<Vec<_>, _>>()?;
    let message = Message::build(&MessageParts {
        from: &sender.from,
        reply_to: reply_to(sender, draft),
        to: &draft.to,
        cc: &draft.cc,
        subject: draft.subject.as_deref(),
        text: draft.body.as_deref(),
        html: draft.body_html.as_deref(),
        signature: sender.signature.as_deref().filter(|_| !draft.is_signed),
        priority: draft.priority,
        message_id: &message_id,
        date,
        user_agent: USER_AGENT,
        attachments: &attachments,
        downloads: &downloads,
    });
    let signatures = Signatures::new(&sender.dkim, message.header(), date);
    let size = signatures.size() + message.size();
    if size > message_max {
        return Err(SendError::TooLarge {
            size,
            limit: message_max,
        });
    }
    let envelope = Envelope {
        id,
        from: sender.from.envelope(),
        to: recipients(draft),
        non_ascii: non_ascii(sender, draft),
        eight_bit: false,
        size,
        date,
        message_id: message_id.clone(),
        bcc: bcc_line(&draft.bcc),
        sent: sender.sent.place().cloned(),
        named,
    };
    spool
        .put(envelope, &message, &signatures)
        .map_err(SendError::Spool)
}

fn part(attachment: Attachment) -> Result<Part, SendError> {
    let media_type = attachment.media_type().map_err(|cause| {
        tracing::error!(%cause, "a stored attachment cannot be read");
        SendError::Attachment(attachment.name.clone())
    })?;
    Ok(Part {
        name: attachment.name,
        reference: attachment.reference,
        media_type,
        size: attachment.size,
        path: attachment.path,
    })
}

fn reply_to<'a>(sender: &'a Sender, draft: &'a Draft) -> &'a [Mailbox] {
    if draft.reply_to.is_empty() {
        sender.reply_to.as_slice()
    } else {
        &draft.reply_to
    }
}

/// Everybody once, in the order given.
fn recipients(draft: &Draft) -> Vec<String> {
    let mut known = HashSet::new();
    draft
        .recipients()
        .map(Mailbox::envelope)
        .filter(|address| known.insert(address.clone()))
        .collect()
}

fn non_ascii(sender: &Sender, draft: &Draft) -> Option<String> {
    let mut all = std::iter::once(&sender.from)
        .chain(reply_to(sender, draft))
        .chain(&draft.to)
        .chain(&draft.cc)
        .chain(&draft.bcc);
    all.find(|mailbox| mailbox.needs_smtputf8())
        .map(Mailbox::address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_more_memory_takes_more_places() {
        let of = |body: usize, html: usize| {
            let text = |size| (size > 0).then(|| "x".repeat(size << 20));
            places(&Draft {
                body: text(body),
                body_html: text(html),
                ..Draft::default()
            })
        };
        assert_eq!((of(0, 0), of(1, 0), of(3, 4)), (1, 2, 8));
        assert_eq!((of(0, 1), of(0, 47), of(0, 64)), (TREE + 1, 63, PLACES));
    }
}
