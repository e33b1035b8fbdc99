//! Images that an HTML body shows: attachments that it names with `cid:`, and those that it carries as `data:` URLs,
//! which mail programs do not show. Both become inline parts; all else of the HTML stays byte for byte.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use percent_encoding::percent_decode_str;

use super::Part;
use super::embedded::Embedded;
use crate::draft::attachment_ref::AttachmentRef;
use crate::draft::html::images::{Source, sources};
use crate::outbound::body::Pieces;

/// Inline parts of one message. More images than this stay as they are.
const IMAGES_MAX: usize = 256;

/// An HTML body with the parts that it shows.
pub(super) struct Related<'a> {
    pub html: Pieces<'a>,
    pub images: Vec<Image<'a>>,
    /// The attachments that are not among them.
    pub attached: Vec<&'a Part>,
}

/// An inline part.
pub(super) struct Image<'a> {
    /// Without angle brackets.
    pub id: String,
    pub content: Content<'a>,
}

pub(super) enum Content<'a> {
    Attachment(&'a Part),
    Embedded(Embedded<'a>),
}

/// What an image of the HTML shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Shown<'a> {
    /// By its place in the list of attachments.
    Attachment(usize),
    /// By its URL as it stands in the HTML.
    Data(&'a str),
}

/// Takes out of `html` what it shows. `message_id` makes the ids of the parts unique.
pub(super) fn relate<'a>(
    html: Pieces<'a>,
    attachments: &'a [Part],
    message_id: &str,
) -> Related<'a> {
    let mut relating = Relating {
        attachments,
        message_id,
        images: Vec::new(),
        known: HashMap::new(),
    };
    let mut pieces = Pieces::with_capacity(html.len());
    for piece in html {
        match piece {
            Cow::Borrowed(piece) => relating.piece(piece, &mut pieces),
            // Text that was made into HTML here has no images.
            Cow::Owned(piece) => pieces.push(piece.into()),
        }
    }
    let attached = attachments
        .iter()
        .enumerate()
        .filter(|(at, _)| !relating.known.contains_key(&Shown::Attachment(*at)))
        .map(|(_, part)| part)
        .collect();
    Related {
        html: pieces,
        images: relating.images,
        attached,
    }
}

struct Relating<'a, 'b> {
    attachments: &'a [Part],
    message_id: &'b str,
    images: Vec<Image<'a>>,
    /// Where in `images` it is.
    known: HashMap<Shown<'a>, usize>,
}

impl<'a> Relating<'a, '_> {
    fn piece(&mut self, html: &'a str, out: &mut Pieces<'a>) {
        let mut done = 0;
        let _ = sources(html).try_for_each(|source| {
            if let Some(url) = self.source(source) {
                out.push(html[done..source.at].into());
                out.push(url.into());
                done = source.at + source.raw.len();
            }
            if self.images.len() < IMAGES_MAX {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        out.push(html[done..].into());
    }

    /// What has to stand in place of the source; `None`: it may stay.
    fn source(&mut self, source: Source<'a>) -> Option<String> {
        if let Some(embedded) = Embedded::of(source.raw) {
            let at = self.image(Shown::Data(source.raw), None, Content::Embedded(embedded));
            return Some(format!("cid:{}", self.images.get(at)?.id));
        }
        let name = attachment_name(source)?;
        let parts = self.attachments.iter();
        let place = place(&name, parts.map(|part| (&*part.name, &*part.reference)))?;
        let content = Content::Attachment(self.attachments.get(place)?);
        let own = is_id(&name).then(|| name.clone());
        let at = self.image(Shown::Attachment(place), own, content);
        let id = &self.images.get(at)?.id;
        (*id != name).then(|| format!("cid:{id}"))
    }

    /// Where among the images it is; if it is new, with this id or one of its own.
    fn image(&mut self, shown: Shown<'a>, id: Option<String>, content: Content<'a>) -> usize {
        if let Some(at) = self.known.get(&shown) {
            return *at;
        }
        let at = self.images.len();
        let id = id.filter(|id| self.images.iter().all(|image| image.id != *id));
        let id = id.unwrap_or_else(|| format!("image{}.{}", at + 1, self.message_id));
        self.images.push(Image { id, content });
        self.known.insert(shown, at);
        at
    }
}

/// The places of the attachments that the HTML shows. Each attachment has a name and what its location names it by.
pub fn shown<'a>(
    html: &str,
    attachments: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> HashSet<usize> {
    sources(html)
        .filter_map(|source| place(&attachment_name(source)?, attachments.clone()))
        .take(IMAGES_MAX)
        .collect()
}

/// What an image names as an attachment.
fn attachment_name(source: Source<'_>) -> Option<String> {
    let scheme = source.raw.trim_start().get(..4)?;
    if !scheme.eq_ignore_ascii_case("cid:") {
        return None;
    }
    let url = source.url();
    let name = percent_decode_str(url.get(4..)?).decode_utf8().ok()?;
    Some(name.into_owned())
}

/// Where the attachment of this name is, or the one at this location.
fn place<'a>(
    name: &str,
    mut attachments: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> Option<usize> {
    let by_name = attachments.clone().position(|(own, _)| own == name);
    by_name.or_else(|| {
        let reference = match AttachmentRef::parse(name).ok()? {
            AttachmentRef::Upload(upload) => upload.token,
            AttachmentRef::File(file) => file.path,
        };
        attachments.position(|(_, own)| own == reference)
    })
}

/// Whether a name can be a `Content-ID` and stand in a `cid:` URL as it is (RFC 2392).
fn is_id(name: &str) -> bool {
    let is_dot_atom = |text: &str| {
        text.split('.').all(|atom| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+=!$*".contains(&byte);
            !atom.is_empty() && atom.bytes().all(is_plain)
        })
    };
    let (left, right) = name.split_once('@').unwrap_or((name, "x"));
    name.len() <= 128 && is_dot_atom(left) && is_dot_atom(right)
}

#[cfg(test)]
mod tests;
