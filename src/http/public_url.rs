//! Where callers reach the gateway, for `Location`.

use super::client::Client;

/// The gateway's own address, as far as the configuration gives it.
#[derive(Clone, Debug, Default)]
pub struct PublicUrl {
    /// `https://host[:port]` without a slash at its end. None: whatever host the client asked for.
    pub configured: Option<String>,
    /// `/egroupware/groupdav.php`, or empty; without a slash at its end.
    pub base_path: String,
}

impl PublicUrl {
    /// The address of `path`, which starts with a slash and is percent-encoded. Relative to the host when nobody says
    /// which one that is.
    pub fn location(&self, client: &Client, path: &str) -> String {
        let base_path = &self.base_path;
        match (&self.configured, client.host.as_deref()) {
            (Some(origin), _) => format!("{origin}{base_path}{path}"),
            (None, Some(host)) if is_host(host) => {
                let scheme = if client.https { "https" } else { "http" };
                format!("{scheme}://{host}{base_path}{path}")
            }
            _ => format!("{base_path}{path}"),
        }
    }

    /// Whether browsers reach the gateway encrypted: the configuration says so, or a proxy that is trusted.
    pub fn is_https(&self, client: &Client) -> bool {
        let configured = self.configured.as_deref();
        client.https || configured.is_some_and(|origin| origin.starts_with("https://"))
    }
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
    fn a_host_that_is_none_is_left_out() {
        assert_eq!(location(None, None, false), "/base/mail");
        assert_eq!(location(None, Some("a/b"), false), "/base/mail");
        assert_eq!(location(None, Some("user@host"), false), "/base/mail");
    }
}
