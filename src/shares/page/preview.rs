//! What can be shown of a file without risk: pictures of dots, told from their content, and text.

use std::io;

use futures_util::TryStreamExt;

use crate::files::Content;
use crate::store::blobs::Blobs;

/// Bytes from which a picture's format is told.
const SNIFFED: u64 = 4096;
/// Larger pictures are not shown by themselves.
const PICTURE_MAX: u64 = 32 * 1024 * 1024;
/// Bytes of a text that are shown.
const TEXT_SHOWN: u64 = 32 * 1024;
/// Formats that hold nothing but dots. Not SVG, which is a page.
const PICTURES: [&str; 6] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
];

/// What a page shows of a file.
pub enum Preview {
    Picture,
    Text {
        text: String,
        /// There is more of it.
        cut: bool,
    },
    None,
}

/// The type of a picture, as its content says.
///
/// # Errors
/// The disk's.
pub async fn picture(blobs: &Blobs, content: &Content) -> io::Result<Option<&'static str>> {
    if content.size > PICTURE_MAX {
        return Ok(None);
    }
    Ok(picture_type(&start(blobs, content, SNIFFED).await?))
}

/// What there is to show of a file.
///
/// # Errors
/// The disk's.
pub async fn of(blobs: &Blobs, content: &Content) -> io::Result<Preview> {
    let start = start(blobs, content, TEXT_SHOWN).await?;
    if picture_type(&start).is_some() {
        let shown = content.size <= PICTURE_MAX;
        return Ok(if shown {
            Preview::Picture
        } else {
            Preview::None
        });
    }
    // Some formats look like text for a while.
    if infer::get(&start).is_some_and(|kind| !kind.mime_type().starts_with("text/")) {
        return Ok(Preview::None);
    }
    let cut = content.size > start.len() as u64;
    Ok(match text(start, cut) {
        Some(text) => Preview::Text { text, cut },
        None => Preview::None,
    })
}

fn picture_type(start: &[u8]) -> Option<&'static str> {
    let found = infer::get(start)?.mime_type();
    PICTURES.into_iter().find(|picture| *picture == found)
}

/// The text that the bytes are, without the half of a character at their end when they were cut there.
fn text(mut bytes: Vec<u8>, cut: bool) -> Option<String> {
    if let Err(error) = std::str::from_utf8(&bytes)
        && cut
        && error.error_len().is_none()
    {
        bytes.truncate(error.valid_up_to());
    }
    let text = String::from_utf8(bytes).ok()?;
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    (!text.trim().is_empty() && text.chars().all(is_text)).then(|| text.to_owned())
}

async fn start(blobs: &Blobs, content: &Content, most: u64) -> io::Result<Vec<u8>> {
    let reader = blobs.read(&content.key, 0, content.size.min(most)).await?;
    reader
        .try_fold(Vec::new(), |mut start, piece| async move {
            start.extend_from_slice(&piece);
            Ok(start)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_told_by_their_content_and_are_never_pages() {
        for (start, expected) in [
            (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], Some("image/png")),
            (b"GIF89a/*<script>*/", Some("image/gif")),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Some("image/jpeg")),
            (b"BM\x36\0\0\0\0\0\0\0", Some("image/bmp")),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
            (b"<!doctype html><img>", None),
            (b"%PDF-1.7", None),
            (b"II*\0", None),
            (b"", None),
        ] {
            assert_eq!(picture_type(start), expected, "{start:?}");
        }
    }

    #[test]
    fn text_is_utf_8_without_control_characters() {
        let shown = |bytes: &[u8], cut| text(bytes.to_vec(), cut);
        assert_eq!(shown(b"a\r\n\tb", false).as_deref(), Some("a\r\n\tb"));
        assert_eq!(shown("aü".as_bytes(), false).as_deref(), Some("aü"));
        assert_eq!(shown(b"a\xc3", true).as_deref(), Some("a"));
        assert_eq!(shown(b"\xef\xbb\xbfa", false).as_deref(), Some("a"));
        for bytes in [
            &b"a\xc3"[..],
            b"a\0b",
            b"\x1b[0m",
            b"",
            b"  \n",
            b"\xff\xfea\0",
        ] {
            assert_eq!(shown(bytes, false), None, "{bytes:?}");
        }
    }
}
