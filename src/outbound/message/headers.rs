//! The header of a message, and the lines that more than one place writes.

use data_encoding::BASE64;
use mail_builder::headers::Header;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;

use super::MessageParts;
use crate::draft::address::Mailbox;

/// Bytes of text in an encoded word, which must not be longer than 75 characters.
const WORD_BYTES: usize = 42;
/// Bytes of a Bcc line that a single line may have.
const LINE_MAX: usize = 900;

/// Writes the whole header but for what describes the body.
pub(super) fn write_headers(out: &mut Vec<u8>, parts: &MessageParts<'_>) {
    header(out, "Date", &Date::new(parts.date));
    header(out, "From", &addresses(std::slice::from_ref(parts.from)));
    if !parts.reply_to.is_empty() {
        header(out, "Reply-To", &addresses(parts.reply_to));
    }
    match (parts.to.is_empty(), parts.cc.is_empty()) {
        (false, _) => header(out, "To", &addresses(parts.to)),
        // What nobody is named in looks like spam to many servers.
        (true, true) => header(out, "To", &Raw::new("undisclosed-recipients:;")),
        (true, false) => {}
    }
    if !parts.cc.is_empty() {
        header(out, "Cc", &addresses(parts.cc));
    }
    if let Some(subject) = parts.subject.filter(|subject| !subject.is_empty()) {
        write_subject(out, subject);
    }
    out.extend_from_slice(format!("Message-ID: <{}>\r\n", parts.message_id).as_bytes());
    if let Some(priority) = parts.priority {
        header(out, "X-Priority", &Raw::new(priority.number().to_string()));
        header(out, "Importance", &Raw::new(priority.importance()));
    }
    header(out, "User-Agent", &Raw::new(parts.user_agent));
    out.extend_from_slice(b"MIME-Version: 1.0\r\n");
}

fn write_subject(out: &mut Vec<u8>, subject: &str) {
    if !subject.contains("=?") {
        return header(out, "Subject", &Text::new(subject));
    }
    // What looks like an encoded word already would be decoded by the reader: encode it once more.
    out.extend_from_slice(b"Subject:");
    let mut rest = subject;
    while !rest.is_empty() {
        let (word, behind) = rest.split_at(rest.floor_char_boundary(WORD_BYTES));
        out.extend_from_slice(
            format!(" =?utf-8?B?{}?=\r\n", BASE64.encode(word.as_bytes())).as_bytes(),
        );
        rest = behind;
    }
}

/// The header for the sender's own copy that names those whom no other copy names, without line end.
#[must_use]
pub fn bcc_line(bcc: &[Mailbox]) -> Option<String> {
    if bcc.is_empty() {
        return None;
    }
    let mut line = Vec::new();
    header(&mut line, "Bcc", &addresses(bcc));
    let folded = String::from_utf8_lossy(&line).trim_end().to_owned();
    Some(if folded.len() <= LINE_MAX {
        folded.replace("\r\n", "")
    } else {
        folded
    })
}

pub(super) fn header(out: &mut Vec<u8>, name: &str, value: &impl Header) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    value.write_header(out, name.len() + 2);
}

fn addresses(mailboxes: &[Mailbox]) -> Address<'_> {
    let listed = mailboxes
        .iter()
        .map(|mailbox| Address::new_address(mailbox.name(), mailbox.envelope()))
        .collect();
    Address::new_list(listed)
}
