//! The type of a file: what its sender says, else what its content says, else what its name says.
//!
//! The sender comes first because a download gives back what was stored, its type included, and because it is the only
//! one who can know (a vCard is text, a Word document is a ZIP file). Nothing here trusts the type: a download is
//! never shown as a page of this origin. Whoever puts the file into a mail asks the content first.

use actix_web::mime::{self, Mime};

/// Bytes from the start of a file that its type is told from.
pub const SNIFFED: usize = 8 * 1024;
/// Longer types are nonsense.
const MAX: usize = 200;
const UNKNOWN: &str = "application/octet-stream";

/// The type that a request's `Content-Type` gives the file, if it does.
pub fn declared(header: Option<&str>) -> Option<String> {
    let given = header?.trim();
    let parsed: Mime = given.parse().ok()?;
    let kind = parsed.essence_str();
    // What tools say when nobody told them a type: curl the one, most others the other.
    let says_nothing = kind == mime::APPLICATION_WWW_FORM_URLENCODED || kind == UNKNOWN;
    let usable = given.len() <= MAX && !says_nothing && kind.split('/').all(is_token);
    usable.then(|| match parsed.get_param(mime::CHARSET) {
        Some(charset) if is_token(charset.as_str()) => format!("{kind}; charset={charset}"),
        _ => kind.to_owned(),
    })
}

/// The type of a file that nobody gave one. `start` holds its first [`SNIFFED`] bytes.
pub fn told_from(name: &str, start: &[u8]) -> String {
    let content = infer::get(start).map(|kind| kind.mime_type());
    content
        .filter(|kind| !is_vague(kind))
        .or_else(|| mime_guess::from_path(name).first_raw())
        .or(content)
        .unwrap_or(UNKNOWN)
        .to_owned()
}

/// Many formats start like these: the name says more.
fn is_vague(kind: &str) -> bool {
    matches!(
        kind,
        "application/zip" | "application/x-ole-storage" | "application/gzip"
    ) || kind.starts_with("text/")
}

/// A name in a header (RFC 9110, section 5.6.2).
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_type_is_kept_when_it_is_one() {
        for (given, kept) in [
            ("application/pdf", Some("application/pdf")),
            (
                "Text/Plain; Charset=\"UTF-8\"; x=y",
                Some("text/plain; charset=utf-8"),
            ),
            ("message/rfc822", Some("message/rfc822")),
            (
                "text/vcard;charset=iso-8859-1",
                Some("text/vcard; charset=iso-8859-1"),
            ),
            ("text/plain; charset=\"a b\"", Some("text/plain")),
            ("application/x-www-form-urlencoded", None),
            ("application/octet-stream", None),
            ("pdf", None),
            ("", None),
            ("text/<b>", None),
        ] {
            assert_eq!(declared(Some(given)).as_deref(), kept, "{given}");
        }
        assert_eq!(declared(Some(&format!("text/{}", "x".repeat(MAX)))), None);
        assert_eq!(declared(None), None);
    }

    #[test]
    fn without_one_content_comes_before_the_name() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(told_from("x.pdf", png), "image/png");
        assert_eq!(told_from("x.csv", b"a;b"), "text/csv");
        assert_eq!(
            told_from("x.jar", b"PK\x03\x04rest"),
            "application/java-archive"
        );
        assert_eq!(told_from("x", b"PK\x03\x04rest"), "application/zip");
        assert_eq!(told_from("x.md", b"<!doctype html>"), "text/markdown");
        assert_eq!(told_from("x", b""), "application/octet-stream");
    }
}
