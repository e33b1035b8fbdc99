//! The host that shared content has for itself, where the configuration gives it one: nothing else answers there, so
//! that whatever a browser makes of a stranger's file happens in an origin that can do nothing.

use url::{Host, Url};

use super::client::Client;

/// The colours and sizes of all pages, those of shares included.
pub const THEME: &str = "/static/style/theme.css";

/// The host of shares, if it is not the gateway's own.
#[derive(Clone, Debug, Default)]
pub struct ShareHost(Option<Separate>);

#[derive(Clone, Debug)]
struct Separate {
    /// As browsers write it in `Origin`.
    origin: String,
    /// As [`plain`] writes it.
    host: String,
}

impl ShareHost {
    /// What follows from `server.share_url` and `server.public_url`. Without the latter any host is the gateway's own
    /// but that of the shares.
    pub fn of(shares: Option<&Url>, public: Option<&Url>) -> Self {
        let separate = |url: &Url| {
            let host = url_host(url)?;
            let origin = url.origin().ascii_serialization();
            let is_own = public.and_then(url_host).is_some_and(|own| own == host);
            (!is_own).then_some(Separate { origin, host })
        };
        Self(shares.and_then(separate))
    }

    /// Whether there is one.
    pub fn is_separate(&self) -> bool {
        self.0.is_some()
    }

    /// Its origin, which may change shares and nothing else.
    pub fn origin(&self) -> Option<&str> {
        self.0.as_ref().map(|separate| separate.origin.as_str())
    }

    /// Whether the client asked for it.
    pub fn is_asked(&self, client: &Client) -> bool {
        let asked = client.host.as_deref().map(plain);
        let separate = self.0.as_ref().map(|separate| separate.host.clone());
        separate.is_some() && asked == separate
    }
}

fn url_host(url: &Url) -> Option<String> {
    let host = match url.host()? {
        Host::Ipv6(address) => format!("[{address}]"),
        host => host.to_string(),
    };
    Some(match url.port() {
        Some(port) => plain(&format!("{host}:{port}")),
        None => plain(&host),
    })
}

/// One spelling for a host with its port. Both default ports are left out whatever the scheme: a proxy that ends TLS
/// does not always say that it does.
fn plain(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (name, port),
        _ => (host.as_str(), ""),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    match port {
        "" | "80" | "443" => name.to_owned(),
        port => format!("{name}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(shares: &str, public: Option<&str>) -> ShareHost {
        let url = |text: &str| text.parse::<Url>().expect("a URL");
        ShareHost::of(Some(&url(shares)), public.map(url).as_ref())
    }

    fn asked(host: &str) -> Client {
        Client {
            host: Some(host.to_owned()),
            ..Client::default()
        }
    }

    #[test]
    fn a_host_has_many_spellings() {
        let shares = host("https://Shares.example.org/", Some("https://example.org"));
        assert_eq!(shares.origin(), Some("https://shares.example.org"));
        for same in [
            "shares.example.org",
            "SHARES.example.org",
            "shares.example.org.",
            "shares.example.org:443",
            "shares.example.org.:443",
            "shares.example.org:80",
        ] {
            assert!(shares.is_asked(&asked(same)), "{same}");
        }
        for other in [
            "example.org",
            "shares.example.org:8443",
            "x.shares.example.org",
            "",
        ] {
            assert!(!shares.is_asked(&asked(other)), "{other}");
        }
        assert!(!shares.is_asked(&Client::default()));
        assert!(host("http://[::1]:8080", None).is_asked(&asked("[::1]:8080")));
        assert!(host("http://[::1]", None).is_asked(&asked("[::1]")));
    }

    #[test]
    fn the_gateways_own_host_is_none_of_the_shares() {
        for (shares, public) in [
            ("https://example.org", "https://example.org"),
            ("https://example.org:443/", "https://EXAMPLE.org"),
        ] {
            let same = host(shares, Some(public));
            assert!(!same.is_separate(), "{shares}");
            assert!(!same.is_asked(&asked("example.org")));
        }
        assert!(host("http://localhost:1", Some("http://localhost:2")).is_separate());
        assert!(host("http://localhost:1", None).is_separate());
        assert!(!ShareHost::of(None, None).is_separate());
    }
}
