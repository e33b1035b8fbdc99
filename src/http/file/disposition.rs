//! `Content-Disposition`, and names in URLs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What a browser is to do with a file that somebody opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Save it.
    Attachment,
    /// Show it: only for what runs nowhere.
    Inline,
}

impl Disposition {
    /// The header, with the name twice (RFC 6266): in ASCII for old clients, and exactly (RFC 8187).
    pub fn header(self, file_name: &str) -> String {
        let kind = match self {
            Self::Attachment => "attachment",
            Self::Inline => "inline",
        };
        let is_plain =
            |c: &char| c.is_ascii_alphanumeric() || " !#$&'()+,-.=@[]^_`{}~".contains(*c);
        let ascii: String = file_name
            .chars()
            .map(|c| if is_plain(&c) { c } else { '_' })
            .collect();
        let exact = encoded(file_name);
        format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{exact}")
    }
}

/// A name, or part of a path, percent-encoded.
pub fn encoded(name: &str) -> String {
    utf8_percent_encode(name, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(
            Disposition::Attachment.header("Größe \"1\"; x=y\\.pdf"),
            "attachment; filename=\"Gr__e _1__ x=y_.pdf\"; \
             filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22%3B%20x%3Dy%5C.pdf"
        );
        assert_eq!(
            Disposition::Inline.header("report.pdf"),
            "inline; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"
        );
    }
}
