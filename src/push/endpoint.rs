//! Where push services are, which browsers name: no user is to make the gateway connect to its own surroundings.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::net::public::is_public;

/// Longer than those of any push service.
const LENGTH_MAX: usize = 2048;

/// Which push services may be asked.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Those at private addresses too, and on this machine without encryption.
    pub private: bool,
}

impl Reach {
    fn allows(self, address: IpAddr) -> bool {
        self.private || is_public(address)
    }

    /// The address of a subscription.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn endpoint(self, text: &str) -> Result<Url, &'static str> {
        if text.len() > LENGTH_MAX {
            return Err("is too long");
        }
        let url = Url::parse(text).map_err(|_| "must be a URL")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a password");
        }
        // The resolver is not asked about these.
        let address = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err("must be a URL"),
        };
        if address.is_some_and(|address| !self.allows(address)) {
            return Err("must be at a public address");
        }
        let local = address.is_some_and(|address| address.is_loopback());
        match url.scheme() {
            "https" => Ok(url),
            "http" if local && self.private => Ok(url),
            _ => Err("must be an https URL"),
        }
    }
}

/// The addresses that a connection is made to are those that were looked at.
impl Resolve for Reach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = *self;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                return Err("the push service has no public address".into());
            }
            let allowed: Addrs = Box::new(allowed.into_iter());
            Ok(allowed)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_encrypted_push_services_on_the_internet_are_asked() {
        let (public, private) = (Reach { private: false }, Reach { private: true });
        for good in [
            "https://push.example/send/abc",
            "https://8.8.8.8:8443/x",
            "https://[2a00:1450::1]/",
        ] {
            assert!(public.endpoint(good).is_ok(), "{good}");
        }
        for near in [
            "https://127.0.0.1/",
            "https://10.0.0.1/x",
            "https://[::1]:8080/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
            "https://2130706433/",
        ] {
            assert!(public.endpoint(near).is_err(), "{near}");
            assert!(private.endpoint(near).is_ok(), "{near}");
        }
        let local = "http://127.0.0.1:8080/x";
        assert!(public.endpoint(local).is_err() && private.endpoint(local).is_ok());
        let long = format!("https://push.example/{}", "x".repeat(LENGTH_MAX));
        for bad in [
            "",
            "push.example",
            "http://push.example/",
            "http://10.0.0.1/",
            "ftp://push.example/",
            "https://user:secret@push.example/",
            "data:,x",
            &long,
        ] {
            assert!(private.endpoint(bad).is_err(), "{bad}");
        }
    }
}
