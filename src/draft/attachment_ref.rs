//! What a caller attaches: an upload or one of the user's files, by the path that he was given for it.

use percent_encoding::percent_decode_str;

use super::error::{DraftError, shown};

const UPLOADS: [&str; 2] = ["/mail/attachments/", "/mail/attachment/"];
const TOKEN_MAX: usize = 128;

/// One item of `attachments`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachmentRef {
    /// An upload of the user's own.
    Upload(UploadRef),
    /// One of the user's files, or a folder.
    File(FileRef),
}

/// Names an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRef {
    /// What stands behind the last `--` of the location: letters, digits, `-` and `_`.
    pub token: String,
    /// The reference as given, escaped and shortened, for `Attachment <x> NOT found`.
    pub given: String,
}

/// Names a file or a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// The path as given, which begins with `/home/`.
    pub path: String,
    /// The path, escaped and shortened, for `Attachment <x> NOT found`.
    pub given: String,
}

impl AttachmentRef {
    /// Understands `location` and `Location` of an upload's answer: decoded or percent-encoded, with or without host,
    /// base path or user, and the bare `/mail/attachments/<token>`.
    ///
    /// # Errors
    /// Anything that is neither an upload nor begins with `/home/` is not found.
    pub fn parse(text: &str) -> Result<Self, DraftError> {
        if text.starts_with("/home/") {
            return Ok(Self::File(FileRef {
                path: text.to_owned(),
                given: shown(text),
            }));
        }
        UploadRef::parse(text).map(Self::Upload)
    }
}

impl UploadRef {
    /// Understands what names an upload.
    ///
    /// # Errors
    /// Anything else is not found.
    pub fn parse(text: &str) -> Result<Self, DraftError> {
        let path = text.split_once("://").map_or(text, |(_, rest)| rest);
        let place = UPLOADS
            .iter()
            .find_map(|prefix| path.find(prefix).map(|at| at + prefix.len()));
        let name = place.map_or("", |at| &path[at..]);
        let token = name.rsplit_once("--").map_or(name, |(_, token)| token);
        let token = percent_decode_str(token).decode_utf8_lossy();
        let token = token.rsplit_once("--").map_or(&*token, |(_, token)| token);
        if !is_token(token) {
            return Err(DraftError::AttachmentNotFound(shown(text)));
        }
        Ok(Self {
            token: token.to_owned(),
            given: shown(text),
        })
    }
}

fn is_token(text: &str) -> bool {
    (1..=TOKEN_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_upload_s_location_gives_its_token() {
        for text in [
            "/mail/attachments/xM35lY",
            "/mail/attachment/xM35lY",
            "/mail/attachments/report.pdf--xM35lY",
            "/mail/attachments/a--b.pdf--xM35lY",
            "/mail/attachments/Angebot%20M%C3%BCller.pdf--xM35lY",
            "/mail/attachments/Angebot Müller.pdf--xM35lY",
            "/mail/attachments/100%.pdf--xM35lY",
            "/mail/attachments/x%2D%2DxM35lY",
            "/ralf/mail/attachments/x--xM35lY",
            "/egroupware/groupdav.php/mail/attachments/x--xM35lY",
            "https://example.org/egroupware/groupdav.php/mail/attachments/x--xM35lY",
        ] {
            let Ok(AttachmentRef::Upload(UploadRef { token, .. })) = AttachmentRef::parse(text)
            else {
                panic!("{text}")
            };
            assert_eq!(token, "xM35lY", "{text}");
        }
    }

    #[test]
    fn nothing_else_can_be_found() {
        for text in [
            "",
            "/",
            "/etc/passwd",
            "/mail/attachments/",
            "/mail/attachments/x--",
            "xM35lY",
            "/mail/attachments/a/b",
        ] {
            assert_eq!(
                AttachmentRef::parse(text),
                Err(DraftError::AttachmentNotFound(text.to_owned())),
                "{text}"
            );
        }
        for text in [
            "/mail/attachments/..--..",
            "/mail/attachments/x--%2e%2e%2fpasswd",
            "/mail/attachments/x--a%00b",
        ] {
            assert!(
                matches!(
                    AttachmentRef::parse(text),
                    Err(DraftError::AttachmentNotFound(_))
                ),
                "{text}"
            );
        }
        assert!(matches!(
            AttachmentRef::parse("/home/ralf/x.pdf"),
            Ok(AttachmentRef::File(_))
        ));
    }
}
