//! What the path of a request names: a share, and maybe something in it.

use actix_web::HttpRequest;

use crate::draft::error::shown;
use crate::files::path;
use crate::http::error::ApiError;
use crate::http::public_url::SHARE_PATH;

/// The parts of `/egroupware/share.php/<token>[/<path>]`.
pub struct Asked {
    /// As it stands in the URL.
    token: String,
    /// In the shared folder; the error says what is wrong with them.
    pub names: Result<Vec<String>, &'static str>,
}

impl Asked {
    /// None: another path than that of a share, which only looks like one once it is decoded.
    pub fn of(req: &HttpRequest) -> Option<Self> {
        let rest = req.uri().path().strip_prefix(SHARE_PATH)?;
        let (token, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Some(Self {
            token: token.to_owned(),
            names: path::names_in_url(path),
        })
    }

    /// What to look up: what cannot be a token is looked up as one that nobody has, so that it takes as long.
    pub fn look_up(&self) -> &str {
        let is_token =
            self.token.len() <= 64 && self.token.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_token { &self.token } else { "" }
    }

    /// Where the share itself is, without a slash at its end.
    pub fn root(&self) -> String {
        format!("{SHARE_PATH}{}", self.token)
    }

    /// The one answer for all that is ended, revoked or unknown.
    pub fn gone(&self) -> ApiError {
        ApiError::not_found(format!(
            "Requested resource '{}' does not exist or has expired",
            self.shown()
        ))
    }

    /// The token, fit for a person's eyes.
    pub fn shown(&self) -> String {
        shown(&self.token)
    }
}
