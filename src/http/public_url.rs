//! Where callers reach the gateway, for `Location`.

use super::client::Client;

/// The gateway's own address, as far as the configuration gives it.
#[derive(Clone, Debug, Default)]
pub struct PublicUrl {
    /// `https://host[:port]` without a slash at its end. None: whatever host the client asked for.
    pub configured: Option<String>,
    /// `/egroupware/groupdav.php`, or empty; without a slash at its end.
    pub base_path: String,
    /// Where shared content is reached, if that is another place. None: where the gateway is.
    pub shares: Option<String>,
    /// Where the gateway listens, for what is read elsewhere than where it was asked for.
    pub listening: String,
}

/// What stands before the token of a share.
pub const SHARE_PATH: &str = "/egroupware/share.php/";

impl PublicUrl {
    /// The address of `path`, which starts with a slash and is percent-encoded. Relative to the host when nobody says
    /// which one that is.
    pub fn location(&self, client: &Client, path: &str) -> String {
        let base_path = &self.base_path;
        let origin = self.configured.clone().or_else(|| asked(client));
        format!("{}{base_path}{path}", origin.unwrap_or_default())
    }

    /// The address of a share, as people get it in a mail.
    pub fn share(&self, client: &Client, token: &str) -> String {
        format!("{}{SHARE_PATH}{token}", self.share_origin(client))
    }

    /// Where shares are reached: `https://host[:port]`.
    pub fn share_origin(&self, client: &Client) -> String {
        let configured = self.shares.as_deref().or(self.configured.as_deref());
        match configured {
            Some(origin) => origin.to_owned(),
            None => asked(client).unwrap_or_else(|| self.listening.clone()),
        }
    }

    /// Whether browsers reach the gateway encrypted: the configuration says so, or a proxy that is trusted.
    pub fn is_https(&self, client: &Client) -> bool {
        let configured = self.configured.as_deref();
        client.https || configured.is_some_and(|origin| origin.starts_with("https://"))
    }
}

/// The origin that the client asked for, if it said which one.
pub fn asked(client: &Client) -> Option<String> {
    let host = client.host.as_deref().filter(|host| is_host(host))?;
    let scheme = if client.https { "https" } else { "http" };
    Some(format!("{scheme}://{host}"))
}

/// The client wrote it: nothing but a host and a port may get into a header.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(configured: Option<&str>, host: Option<&str>, https: bool) -> String {
        let public = PublicUrl {
            configured: configured.map(str::to_owned),
            base_path: "/base".to_owned(),
            ..PublicUrl::default()
        };
        let client = Client {
            host: host.map(str::to_owned),
            https,
            ..Client::default()
        };
        public.location(&client, "/mail")
    }

    #[test]
    fn the_configured_address_comes_first_then_the_one_that_was_asked() {
        let configured = Some("https://example.org");
        assert_eq!(
            location(configured, Some("other"), false),
            "https://example.org/base/mail"
        );
        assert_eq!(
            location(None, Some("[::1]:8080"), false),
            "http://[::1]:8080/base/mail"
        );
        assert_eq!(location(None, Some("host"), true), "https://host/base/mail");
    }

    #[test]
    fn a_share_has_the_address_of_its_own_host_and_always_a_whole_one() {
        let asked = Client {
            host: Some("asked:8080".to_owned()),
            ..Client::default()
        };
        let url = |configured: Option<&str>, shares: Option<&str>, client: &Client| {
            let public = PublicUrl {
                configured: configured.map(str::to_owned),
                shares: shares.map(str::to_owned),
                listening: "http://127.0.0.1:8080".to_owned(),
                ..PublicUrl::default()
            };
            public.share(client, "T")
        };
        let (public, shares) = (Some("https://public"), Some("https://shares"));
        let path = "/egroupware/share.php/T";
        assert_eq!(url(public, shares, &asked), format!("https://shares{path}"));
        assert_eq!(url(public, None, &asked), format!("https://public{path}"));
        assert_eq!(url(None, None, &asked), format!("http://asked:8080{path}"));
        let nobody = Client::default();
        let listening = format!("http://127.0.0.1:8080{path}");
        assert_eq!(url(None, None, &nobody), listening);
    }

    #[test]
    fn a_host_that_is_none_is_left_out() {
        assert_eq!(location(None, None, false), "/base/mail");
        assert_eq!(location(None, Some("a/b"), false), "/base/mail");
        assert_eq!(location(None, Some("user@host"), false), "/base/mail");
    }
}
