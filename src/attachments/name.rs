//! The name of an upload: all of the path behind `/mail/attachments/`.

use percent_encoding::percent_decode_str;

use super::error::AttachmentError;
use crate::draft::error::shown;

const PREFIX: &str = "/mail/attachments/";
const NAMELESS: &str = "no-name";
/// Bytes of UTF-8.
const MAX: usize = 255;
/// A file name without slashes and control characters, at most 255 bytes long. Any other Unicode may be in it; no file
/// of the server is ever named by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// The name in the path of a request, which is still percent-encoded.
    ///
    /// # Errors
    /// [`AttachmentError::Name`].
    pub fn in_path(path: &str) -> Result<Self, AttachmentError> {
        let raw = path.split_once(PREFIX).map_or("", |(_, name)| name);
        let refuse = |name: &str, reason| {
            let name = shown(name);
            Err(AttachmentError::Name { name, reason })
        };
        let Ok(name) = percent_decode_str(raw).decode_utf8() else {
            return refuse(raw, "it is not UTF-8");
        };
        if name.len() > MAX {
            return refuse(&name, "it is longer than 255 bytes");
        }
        if name.chars().any(char::is_control) {
            return refuse(&name, "it has control characters");
        }
        Ok(Self(match &*name {
            "" => NAMELESS.to_owned(),
            name => name.replace('/', "-"),
        }))
    }

    /// The name as people read it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::file::disposition::encoded;

    #[test]
    fn the_name_is_all_that_follows() {
        let long = "x".repeat(MAX);
        let table = [
            ("", "no-name"),
            ("report.pdf", "report.pdf"),
            ("Angebot%20M%C3%BCller.pdf", "Angebot Müller.pdf"),
            ("a/b/c.txt", "a-b-c.txt"),
            ("a%2Fb%2fc.txt", "a-b-c.txt"),
            ("../../etc/passwd", "..-..-etc-passwd"),
            ("%2e%2e%2fetc", "..-etc"),
            ("..", ".."),
            ("100%.pdf", "100%.pdf"),
            ("%25.pdf", "%.pdf"),
            ("a%3Fb%23c", "a?b#c"),
            ("a+b", "a+b"),
            ("a\\b", "a\\b"),
            ("a--b", "a--b"),
            ("mail/attachments/x", "mail-attachments-x"),
            ("/mail/attachments/x", "-mail-attachments-x"),
            ("%F0%9F%93%8E", "📎"),
            ("%E2%80%AE", "\u{202e}"),
            (&long, &long),
        ];
        for (given, name) in table {
            let parsed = Name::in_path(&format!("{PREFIX}{given}")).expect(given);
            assert_eq!(parsed.as_str(), name, "{given}");
        }
        for path in ["/mail/attachments", "/mail/attachments/"] {
            assert_eq!(Name::in_path(path).expect(path).as_str(), NAMELESS);
        }
    }

    #[test]
    fn a_name_that_cannot_be_used_is_named() {
        let long = "x".repeat(MAX + 1);
        let wide = "%C3%BC".repeat(128);
        for (given, told) in [
            (long.as_str(), "longer"),
            (&wide, "longer"),
            ("a%00b", "'a\\0b': it has control"),
            ("a%0d%0aB:%20c", "control"),
            ("a%7Fb", "control"),
            ("a%C2%85b", "control"),
            ("a%FFb", "'a%FFb': it is not UTF-8"),
            ("%C3", "UTF-8"),
        ] {
            let refused = Name::in_path(&format!("{PREFIX}{given}")).expect_err(given);
            assert!(refused.to_string().contains(told), "{given}: {refused}");
        }
    }

    #[test]
    fn an_encoded_name_is_safe_in_a_header_and_reads_back() {
        let name = "Größe 100% \"a\"?#&;--.pdf";
        let encoded = encoded(name);
        assert!(encoded.bytes().all(|byte| byte.is_ascii_graphic()));
        let parsed = Name::in_path(&format!("{PREFIX}{encoded}")).expect("a name");
        assert_eq!(parsed.as_str(), name);
    }
}
