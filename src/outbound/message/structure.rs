//! Which part of a message holds which: `mixed(alternative(text, related(html, images)), attachments)`, of which only as
//! much is there as is needed.

use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;

use super::headers::header;
use super::related::{Content, Image, Related, relate};
use super::text::TextPart;
use super::{Part, Piece};
use crate::outbound::body::{Body, Pieces};

/// Puts the pieces of a message together.
pub(super) struct Writer<'a, 'b> {
    pieces: Vec<Piece<'a>>,
    /// What comes behind the last piece.
    head: Vec<u8>,
    message_id: &'b str,
}

impl<'a, 'b> Writer<'a, 'b> {
    /// `head` is the header so far.
    pub(super) fn new(head: Vec<u8>, message_id: &'b str) -> Self {
        Self {
            pieces: Vec::new(),
            head,
            message_id,
        }
    }

    /// Writes the body, and returns the whole.
    pub(super) fn body(mut self, body: Body<'a>, attachments: &'a [Part]) -> Vec<Piece<'a>> {
        let Body { text, html } = body;
        let (related, attached) = match html {
            Some(html) => {
                let Related {
                    html,
                    images,
                    attached,
                } = relate(html, attachments, self.message_id);
                (Some((html, images)), attached)
            }
            None => (None, attachments.iter().collect()),
        };
        if attached.is_empty() {
            self.alternative(text, related);
        } else {
            let boundary = self.begin("mixed", None);
            self.next(&boundary);
            self.alternative(text, related);
            for part in attached {
                self.next(&boundary);
                self.attachment(part, "attachment", None);
            }
            self.end(&boundary);
        }
        if !self.ends_line() {
            self.head.extend_from_slice(b"\r\n");
        }
        if !self.head.is_empty() {
            self.pieces.push(Piece::Bytes(self.head));
        }
        self.pieces
    }

    fn alternative(&mut self, text: Pieces<'a>, html: Option<(Pieces<'a>, Vec<Image<'a>>)>) {
        let Some((html, images)) = html else {
            return self.text("text/plain", text);
        };
        let boundary = self.begin("alternative", None);
        self.next(&boundary);
        self.text("text/plain", text);
        self.next(&boundary);
        self.related(html, images);
        self.end(&boundary);
    }

    fn related(&mut self, html: Pieces<'a>, images: Vec<Image<'a>>) {
        if images.is_empty() {
            return self.text("text/html", html);
        }
        let boundary = self.begin("related", Some("text/html"));
        self.next(&boundary);
        self.text("text/html", html);
        for (at, Image { id, content }) in images.into_iter().enumerate() {
            self.next(&boundary);
            match content {
                Content::Attachment(part) => self.attachment(part, "inline", Some(&id)),
                Content::Embedded(image) => {
                    let name = format!("image{}.{}", at + 1, image.extension());
                    self.file_headers(&name, &image.media_type(), "inline", Some(&id));
                    self.push(Piece::Embedded(image));
                }
            }
        }
        self.end(&boundary);
    }

    fn text(&mut self, kind: &str, pieces: Pieces<'a>) {
        let part = TextPart::new(pieces);
        let content_type = ContentType::new(kind).attribute("charset", "utf-8");
        header(&mut self.head, "Content-Type", &content_type);
        let encoding = Raw::new(part.encoding());
        header(&mut self.head, "Content-Transfer-Encoding", &encoding);
        self.head.extend_from_slice(b"\r\n");
        self.push(Piece::Text(part));
    }

    fn attachment(&mut self, part: &'a Part, disposition: &str, id: Option<&str>) {
        self.file_headers(&part.name, &part.media_type, disposition, id);
        self.push(Piece::File {
            path: part.path.clone(),
            size: part.size,
        });
    }

    fn file_headers(&mut self, name: &str, media_type: &str, disposition: &str, id: Option<&str>) {
        let (kind, charset) = media_type
            .split_once("; charset=")
            .unwrap_or((media_type, ""));
        let mut content_type = ContentType::new(kind);
        if !charset.is_empty() {
            content_type = content_type.attribute("charset", charset);
        }
        // For those who know nothing of RFC 2231, which the other name needs.
        let content_type = content_type.attribute("name", plain_name(name));
        header(&mut self.head, "Content-Type", &content_type);
        let disposition = ContentType::new(disposition).attribute("filename", name);
        header(&mut self.head, "Content-Disposition", &disposition);
        if let Some(id) = id {
            self.head
                .extend_from_slice(format!("Content-ID: <{id}>\r\n").as_bytes());
        }
        self.head
            .extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
    }

    /// Begins a part of parts, and returns the line between them. No part can contain it: the Message-ID is new, and
    /// `=_` stands in no encoded text.
    fn begin(&mut self, kind: &str, start: Option<&str>) -> String {
        let unique = self.message_id.split('@').next().unwrap_or(self.message_id);
        let boundary = format!("=_{kind}_{unique}");
        let mut content_type = ContentType::new(format!("multipart/{kind}"));
        if let Some(start) = start {
            content_type = content_type.attribute("type", start);
        }
        let content_type = content_type.attribute("boundary", boundary.as_str());
        header(&mut self.head, "Content-Type", &content_type);
        boundary
    }

    fn next(&mut self, boundary: &str) {
        self.head
            .extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
    }

    fn end(&mut self, boundary: &str) {
        self.head
            .extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    }

    fn push(&mut self, piece: Piece<'a>) {
        self.pieces
            .push(Piece::Bytes(std::mem::take(&mut self.head)));
        self.pieces.push(piece);
    }

    fn ends_line(&self) -> bool {
        match self.pieces.last() {
            Some(Piece::Text(text)) if self.head.is_empty() => text.ends_line(),
            _ => true,
        }
    }
}

/// The name in ASCII, cut where RFC 2231 would have to continue it. Its end, which says what it is, stays.
fn plain_name(name: &str) -> String {
    const MOST: usize = 60;
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    if plain.len() <= MOST {
        return plain;
    }
    let (stem, end) = match plain.rsplit_once('.') {
        Some((stem, end)) if (1..=10).contains(&end.len()) => (stem, format!(".{end}")),
        _ => (plain.as_str(), String::new()),
    };
    format!("{}{end}", &stem[..MOST - end.len()])
}
