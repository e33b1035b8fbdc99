//! The many ways of writing a path, and the one that routing knows.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::http::public_url::SHARE_PATH;
use crate::http::reserved::RESERVED;

/// What a path means.
#[derive(Debug, PartialEq, Eq)]
pub struct Canonical {
    /// Without base path, login, placeholders and trailing slash; still percent-encoded.
    pub path: String,
    /// The login of `/<login>/mail…`, decoded.
    pub user: Option<String>,
    /// It began with the base path.
    pub under_base: bool,
}

impl Canonical {
    fn as_is(raw: &str) -> Self {
        Self {
            path: raw.to_owned(),
            user: None,
            under_base: false,
        }
    }
}

/// Finds out what `raw` means below `base`. With `keeps_end` a slash at the end of an upload's name stays: it is part
/// of the name.
pub fn canonical(raw: &str, base: &str, keeps_end: bool) -> Canonical {
    let rest = raw.strip_prefix(base);
    // Shares are at the root only, and what stands behind their tokens is theirs.
    if raw.starts_with(SHARE_PATH) || rest.is_some_and(|rest| rest.starts_with(SHARE_PATH)) {
        return Canonical::as_is(raw);
    }
    let below = match rest {
        Some(rest) if !base.is_empty() && (rest.is_empty() || rest.starts_with('/')) => Some(rest),
        _ => None,
    };
    let under_base = below.is_some();
    let path = below.unwrap_or(raw);
    let mut segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    let user = take_user(&mut segments);
    if segments.len() > 1 && segments[0] == "mail" && decoded(segments[1]) == "{id}" {
        segments.remove(1);
    }
    let is_upload = segments.len() > 2 && segments[0] == "mail" && segments[1] == "attachments";
    if segments.len() > 1 && segments.last() == Some(&"") && !(keeps_end && is_upload) {
        segments.pop();
    }
    Canonical {
        path: format!("/{}", segments.join("/")),
        user,
        under_base,
    }
}

fn take_user(segments: &mut Vec<&str>) -> Option<String> {
    let has_user = segments.len() > 1 && segments[1] == "mail" && !segments[0].is_empty();
    if !has_user || RESERVED.contains(&segments[0]) {
        return None;
    }
    let login = decoded(segments.remove(0)).into_owned();
    (login != "{username}").then_some(login)
}

fn decoded(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "/egroupware/groupdav.php";

    fn path(raw: &str) -> (String, Option<String>) {
        let canonical = canonical(raw, BASE, false);
        (canonical.path, canonical.user)
    }

    #[test]
    fn base_path_trailing_slash_login_and_placeholders_make_no_difference() {
        for raw in [
            "/mail/5/compose",
            "/mail/5/compose/",
            "/egroupware/groupdav.php/mail/5/compose",
            "/egroupware/groupdav.php/mail/5/compose/",
            "/{username}/mail/5/compose",
            "/%7Busername%7D/mail/5/compose",
        ] {
            assert_eq!(path(raw), ("/mail/5/compose".to_owned(), None), "{raw}");
        }
        assert_eq!(path("/mail/{id}/compose").0, "/mail/compose");
        assert_eq!(path("/mail/%7Bid%7D").0, "/mail");
        assert_eq!(
            path("/ralf/mail/5"),
            ("/mail/5".to_owned(), Some("ralf".to_owned()))
        );
        assert_eq!(path("/r%C3%A4lf/mail").1.as_deref(), Some("rälf"));
        assert_eq!(path("/egroupware/groupdav.php").0, "/");
        assert_eq!(path("/egroupware/groupdav.php/").0, "/");
        assert_eq!(path("/").0, "/");
    }

    #[test]
    fn what_is_not_one_of_these_stays_as_it_is() {
        for raw in [
            "/static/mail",
            "/mail/foo",
            "/a/b/mail",
            "//mail",
            "/egroupware/groupdav.phpx/mail",
            "/mail/mail",
            "/egroupware/share.php/T",
            "/egroupware/share.php/T/a/",
            "/egroupware/groupdav.php/egroupware/share.php/T",
        ] {
            assert_eq!(path(raw), (raw.to_owned(), None), "{raw}");
        }
        let share = canonical("/egroupware/share.php/T/mail/", "/egroupware", true);
        assert_eq!(share.path, "/egroupware/share.php/T/mail/");
    }

    #[test]
    fn the_name_of_an_upload_keeps_its_last_slash() {
        let upload = |raw| canonical(raw, BASE, true).path;
        assert_eq!(upload("/mail/attachments/a/b/"), "/mail/attachments/a/b/");
        assert_eq!(upload("/mail/attachments/"), "/mail/attachments/");
        assert_eq!(path("/mail/attachments/a--b/").0, "/mail/attachments/a--b");
    }
}
