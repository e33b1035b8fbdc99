//! Builds a message (RFC 5322, MIME) as pieces that know their size, so that nothing is written, let alone sent, of
//! one that is too large. Attachments are encoded from their files while they are written.

use std::io::{self, Write};
use std::path::PathBuf;

use data_encoding::BASE64;
use mail_builder::headers::Header;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

use super::attachment::{encoded_size, write_encoded};
use super::body::{self, Body};
use crate::draft::address::Mailbox;
use crate::draft::priority::Priority;

/// Bytes of text in an encoded word, which must not be longer than 75 characters.
const WORD_BYTES: usize = 42;
/// Bytes of a Bcc line that a single line may have.
const LINE_MAX: usize = 900;

/// An attachment as the recipient gets it.
#[derive(Clone, Debug)]
pub struct Part {
    /// The name that the recipient sees.
    pub name: String,
    /// The type, safe for a header, perhaps with `; charset=…`.
    pub media_type: String,
    /// Bytes before encoding.
    pub size: u64,
    /// Where the bytes are.
    pub path: PathBuf,
}

/// All that a message is made of. Recipients of blind copies are not part of it.
#[derive(Clone, Debug)]
pub struct MessageParts<'a> {
    /// The identity.
    pub from: &'a Mailbox,
    /// Where answers go, if not to `from`.
    pub reply_to: &'a [Mailbox],
    /// Recipients.
    pub to: &'a [Mailbox],
    /// Recipients of copies.
    pub cc: &'a [Mailbox],
    /// Free of control characters.
    pub subject: Option<&'a str>,
    /// The plain text, with any line ends.
    pub text: Option<&'a str>,
    /// The HTML, with any line ends.
    pub html: Option<&'a str>,
    /// Plain text, or HTML if it holds tags.
    pub signature: Option<&'a str>,
    /// No header if absent.
    pub priority: Option<Priority>,
    /// Without angle brackets.
    pub message_id: &'a str,
    /// Seconds since 1970.
    pub date: i64,
    /// For instance `quillgate/1.0`.
    pub user_agent: &'a str,
    /// In their order.
    pub attachments: &'a [Part],
}

/// A message that is ready to be written.
#[derive(Debug)]
pub struct Message {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Bytes(Vec<u8>),
    Encoded { path: PathBuf, size: u64 },
}

impl Message {
    /// Builds the message. Nothing is read or written.
    #[must_use]
    pub fn build(parts: &MessageParts<'_>) -> Self {
        let boundary = boundary("mixed", parts.message_id);
        let mut head = Vec::new();
        write_headers(&mut head, parts);
        let body = body::compose(parts.text, parts.html, parts.signature);
        if parts.attachments.is_empty() {
            write_body(&mut head, &body, parts.message_id);
            end_line(&mut head);
            return Self {
                pieces: vec![Piece::Bytes(head)],
            };
        }
        header(
            &mut head,
            "Content-Type",
            &ContentType::new("multipart/mixed").attribute("boundary", boundary.as_str()),
        );
        head.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
        write_body(&mut head, &body, parts.message_id);
        let mut pieces = Vec::new();
        for part in parts.attachments {
            head.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
            write_part_headers(&mut head, part);
            pieces.push(Piece::Bytes(std::mem::take(&mut head)));
            pieces.push(Piece::Encoded {
                path: part.path.clone(),
                size: part.size,
            });
        }
        pieces.push(Piece::Bytes(format!("\r\n--{boundary}--\r\n").into_bytes()));
        Self { pieces }
    }

    /// Bytes of the message as it will be sent.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Bytes(bytes) => bytes.len() as u64,
                Piece::Encoded { size, .. } => encoded_size(*size),
            })
            .sum()
    }

    /// Writes the message, in constant memory beside the text parts.
    ///
    /// # Errors
    /// Those of `out` and of reading the attachments, one with another size than it was said to have included.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Bytes(bytes) => out.write_all(bytes)?,
                Piece::Encoded { path, size } => write_encoded(path, *size, out)?,
            }
        }
        Ok(())
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

fn write_headers(out: &mut Vec<u8>, parts: &MessageParts<'_>) {
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

fn write_body(out: &mut Vec<u8>, body: &Body, message_id: &str) {
    let Some(html) = &body.html else {
        return write_text(out, "text/plain", &body.text);
    };
    let boundary = boundary("alternative", message_id);
    header(
        out,
        "Content-Type",
        &ContentType::new("multipart/alternative").attribute("boundary", boundary.as_str()),
    );
    for (kind, text) in [("text/plain", &body.text), ("text/html", html)] {
        out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
        write_text(out, kind, text);
    }
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
}

fn write_text(out: &mut Vec<u8>, kind: &str, text: &str) {
    if !text
        .bytes()
        .any(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n'))
    {
        return MimePart::new(kind, text).write_part(out);
    }
    // NUL and its like may not travel as they are, and would make quoted-printable text longer than base64.
    header(
        out,
        "Content-Type",
        &ContentType::new(kind).attribute("charset", "utf-8"),
    );
    out.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
    for line in text.as_bytes().chunks(57) {
        out.extend_from_slice(BASE64.encode(line).as_bytes());
        out.extend_from_slice(b"\r\n");
    }
}

fn write_part_headers(out: &mut Vec<u8>, part: &Part) {
    let (kind, charset) = part
        .media_type
        .split_once("; charset=")
        .unwrap_or((&part.media_type, ""));
    let mut content_type = ContentType::new(kind);
    if !charset.is_empty() {
        content_type = content_type.attribute("charset", charset);
    }
    header(
        out,
        "Content-Type",
        &content_type.attribute("name", part.name.as_str()),
    );
    let disposition = ContentType::new("attachment").attribute("filename", part.name.as_str());
    header(out, "Content-Disposition", &disposition);
    out.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
}

fn header(out: &mut Vec<u8>, name: &str, value: &impl Header) {
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

/// A line that no part can contain: the Message-ID is new, and `=_` stands in no encoded text.
fn boundary(kind: &str, message_id: &str) -> String {
    let unique = message_id.split('@').next().unwrap_or(message_id);
    format!("=_{kind}_{unique}")
}

fn end_line(out: &mut Vec<u8>) {
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests;
