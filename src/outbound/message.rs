//! Builds a message (RFC 5322, MIME) as pieces that know their size, so that nothing is written, let alone sent, of
//! one that is too large. Attachments are encoded from their files while they are written.

mod embedded;
mod headers;
mod related;
mod structure;
mod text;

use std::io::{self, Write};
use std::path::PathBuf;

use super::attachment::{encoded_size, write_encoded};
use super::body;
use super::downloads::Download;
use crate::draft::address::Mailbox;
use crate::draft::priority::Priority;
use embedded::Embedded;
pub use headers::bcc_line;
pub(super) use related::shown;
use structure::Writer;
use text::TextPart;

/// An attachment as the recipient gets it.
#[derive(Clone, Debug)]
pub struct Part {
    /// The name that the recipient sees.
    pub name: String,
    /// What the HTML may name it by beside its name: an upload's token, a file's path.
    pub reference: String,
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
    /// What recipients fetch from here instead of getting it.
    pub downloads: &'a [Download],
}

/// A message that is ready to be written.
#[derive(Debug)]
pub struct Message<'a> {
    /// The first one begins with the header, and all of it.
    pieces: Vec<Piece<'a>>,
}

#[derive(Debug)]
enum Piece<'a> {
    Bytes(Vec<u8>),
    Text(TextPart<'a>),
    File { path: PathBuf, size: u64 },
    Embedded(Embedded<'a>),
}

impl<'a> Message<'a> {
    /// Builds the message. Nothing is read or written.
    #[must_use]
    pub fn build(parts: &MessageParts<'a>) -> Self {
        let mut head = Vec::new();
        headers::write_headers(&mut head, parts);
        let body = body::compose(parts.text, parts.html, parts.downloads, parts.signature);
        Self {
            pieces: Writer::new(head, parts.message_id).body(body, parts.attachments),
        }
    }

    /// The header, without the empty line that ends it.
    #[must_use]
    pub fn header(&self) -> &[u8] {
        let Some(Piece::Bytes(first)) = self.pieces.first() else {
            return &[];
        };
        let end = first.windows(4).position(|four| four == b"\r\n\r\n");
        end.map_or(first, |end| &first[..end + 2])
    }

    /// Bytes of the message as it will be sent.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Bytes(bytes) => bytes.len() as u64,
                Piece::Text(text) => text.size(),
                Piece::File { size, .. } => encoded_size(*size),
                Piece::Embedded(image) => image.size(),
            })
            .sum()
    }

    /// Writes the message, in constant memory.
    ///
    /// # Errors
    /// Those of `out` and of reading the attachments, one with another size than it was said to have included.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Bytes(bytes) => out.write_all(bytes)?,
                Piece::Text(text) => text.write_to(out)?,
                Piece::File { path, size } => write_encoded(path, *size, out)?,
                Piece::Embedded(image) => image.write_to(out)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
