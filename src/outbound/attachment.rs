//! A file that goes along with a mail.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;

const FALLBACK: &str = "application/octet-stream";
/// Bytes that a type is told from.
const SNIFFED: usize = 8 * 1024;
/// Bytes in one line of base64, which makes 76 characters.
pub(super) const LINE_BYTES: usize = 57;
/// Lines read, encoded and written at a time.
const LINES: usize = 512;

/// A stored file to attach. It must not change until the mail is sent.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The name that the recipient sees.
    pub name: String,
    /// What its location names it by: an upload's token, a file's path.
    pub reference: String,
    /// The type that it came with, empty if none.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// Where the bytes are.
    pub path: PathBuf,
}

impl Attachment {
    /// The type by content; where that says little, the upload's own; else by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn media_type(&self) -> io::Result<String> {
        let mut start = Vec::with_capacity(SNIFFED);
        File::open(&self.path)?
            .take(SNIFFED as u64)
            .read_to_end(&mut start)?;
        let by_content = infer::get(&start).map(|kind| kind.mime_type());
        let chosen = match by_content {
            Some(kind) if !is_vague(kind) => Some(kind.to_owned()),
            vague => declared(&self.content_type)
                .or_else(|| {
                    mime_guess::from_path(&self.name)
                        .first_raw()
                        .map(str::to_owned)
                })
                .or(vague.map(str::to_owned)),
        };
        // Parts of these types must not be encoded, which an unknown file has to be.
        let chosen =
            chosen.filter(|kind| !kind.starts_with("message/") && !kind.starts_with("multipart/"));
        Ok(chosen.unwrap_or_else(|| FALLBACK.to_owned()))
    }
}

/// Types that many formats are wrapped in: a document's own type says more.
fn is_vague(kind: &str) -> bool {
    matches!(
        kind,
        "application/zip"
            | "application/x-ole-storage"
            | "application/gzip"
            | "text/plain"
            | "text/html"
            | "text/xml"
    )
}

/// A type that a caller gave, if it is one and safe for a header; of the parameters only `charset` is kept.
fn declared(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let kind = kind.trim().to_ascii_lowercase();
    let (major, minor) = kind.split_once('/')?;
    let octets_or_form = matches!(
        kind.as_str(),
        FALLBACK | "application/x-www-form-urlencoded"
    );
    if octets_or_form || !is_token(major) || !is_token(minor) {
        return None;
    }
    let charset = parameters
        .split(';')
        .find_map(|parameter| parameter.trim().strip_prefix("charset="));
    match charset.map(|name| name.trim_matches('"')) {
        Some(name) if is_token(name) && major == "text" => Some(format!("{kind}; charset={name}")),
        _ => Some(kind),
    }
}

fn is_token(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
}

/// Bytes that `size` bytes take as base64 in lines of 76 characters, line ends included.
#[must_use]
pub fn encoded_size(size: u64) -> u64 {
    size.div_ceil(3) * 4 + size.div_ceil(LINE_BYTES as u64) * 2
}

/// Writes a file of `size` bytes as base64 in lines, in constant memory.
///
/// # Errors
/// The disk's; a file that has another size by now is one, too.
pub fn write_encoded(path: &Path, size: u64, out: &mut impl Write) -> io::Result<()> {
    let mut file = File::open(path)?.take(size + 1);
    let mut chunk = vec![0; LINE_BYTES * LINES];
    let mut text = String::with_capacity(LINES * 80);
    let mut total = 0;
    loop {
        let filled = fill(&mut file, &mut chunk)?;
        total += filled as u64;
        if filled == 0 {
            break;
        }
        text.clear();
        for line in chunk[..filled].chunks(LINE_BYTES) {
            BASE64.encode_append(line, &mut text);
            text.push_str("\r\n");
        }
        out.write_all(text.as_bytes())?;
    }
    if total == size {
        Ok(())
    } else {
        Err(io::Error::other("the file has changed its size"))
    }
}

fn fill(source: &mut impl Read, chunk: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < chunk.len() {
        match source.read(&mut chunk[filled..]) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, content_type: &str, content: &[u8]) -> String {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("blob");
        std::fs::write(&path, content).expect("writes");
        let size = content.len() as u64;
        Attachment {
            name: name.into(),
            reference: String::new(),
            content_type: content_type.into(),
            size,
            path,
        }
        .media_type()
        .expect("readable")
    }

    #[test]
    fn content_beats_what_the_upload_says() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(typed("x.txt", "text/plain", png), "image/png");
        assert_eq!(
            typed("x", "application/pdf", b"plain words"),
            "application/pdf"
        );
        assert_eq!(
            typed("x.txt", "text/plain; charset=\"utf-8\"; x=y", b"words"),
            "text/plain; charset=utf-8"
        );
        assert_eq!(
            typed("x.docx", "", b"PK\x03\x04rest"),
            mime_guess::from_path("x.docx").first_raw().expect("known")
        );
        assert_eq!(
            typed("x.csv", "application/x-www-form-urlencoded", b"a;b"),
            "text/csv"
        );
        assert_eq!(typed("x", "", b""), "application/octet-stream");
    }

    #[test]
    fn a_type_cannot_carry_another_header() {
        assert_eq!(
            typed("x", "text/x\r\nBcc: e@x.org", b"x"),
            "application/octet-stream"
        );
        assert_eq!(
            typed("x", "text/plain; charset=\"a\r\nb\"", b"x"),
            "text/plain"
        );
        assert_eq!(
            typed("x.eml", "message/rfc822", b"From: x"),
            "application/octet-stream"
        );
    }

    #[test]
    fn the_encoded_size_is_known_before_encoding() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("blob");
        for size in [
            0_usize,
            1,
            2,
            3,
            56,
            57,
            58,
            113,
            114,
            115,
            57 * 512,
            57 * 512 + 1,
            200_000,
        ] {
            let content: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            std::fs::write(&path, &content).expect("writes");
            let mut out = Vec::new();
            write_encoded(&path, size as u64, &mut out).expect("encodes");
            assert_eq!(out.len() as u64, encoded_size(size as u64), "{size}");
            let joined: Vec<u8> = out
                .iter()
                .copied()
                .filter(|byte| !b"\r\n".contains(byte))
                .collect();
            assert_eq!(BASE64.decode(&joined).expect("base64"), content);
            assert!(
                out.split(|byte| *byte == b'\n')
                    .all(|line| line.len() <= 77)
            );
        }
        assert!(
            write_encoded(&path, 5, &mut Vec::new()).is_err(),
            "a file that grew"
        );
        assert!(
            write_encoded(&path, 500_000, &mut Vec::new()).is_err(),
            "a file that shrank"
        );
    }
}
