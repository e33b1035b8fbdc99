//! The autoconfig file that a domain itself offers: where it lies, and fetching it.

mod file;

use std::time::Duration;

use futures_util::future::join;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, redirect};

use super::names::Names;
use super::{DiscoveryError, Ports};
use crate::draft::address::Mailbox;
use crate::net::tls::Tls;
pub use file::Offers;

/// Bytes of a file; a real one has about two thousand.
const SIZE_MAX: usize = 64 << 10;
const REDIRECTS_MAX: usize = 3;
/// For one file.
const TIME_MAX: Duration = Duration::from_millis(4500);

/// What a domain's file says, and its address.
#[derive(Debug, PartialEq, Eq)]
pub struct Autoconfig {
    pub url: String,
    pub offers: Offers,
}

/// An HTTPS client for these files.
///
/// # Errors
/// TLS cannot be set up.
pub fn client(names: Names, tls: &Tls) -> Result<Client, DiscoveryError> {
    Client::builder()
        .tls_backend_preconfigured(tls.config().clone())
        .dns_resolver(names)
        .https_only(true)
        .redirect(redirect::Policy::limited(REDIRECTS_MAX))
        .no_proxy()
        .timeout(TIME_MAX)
        .build()
        .map_err(|cause| DiscoveryError::Https(cause.to_string()))
}

/// Asks at both places at once; the first of them counts.
pub async fn published(client: &Client, ports: Ports, address: &Mailbox) -> Option<Autoconfig> {
    let domain = address.ascii_domain();
    let port = match ports.https {
        443 => String::new(),
        other => format!(":{other}"),
    };
    let at = format!("https://autoconfig.{domain}{port}/mail/config-v1.1.xml");
    let well_known = format!("https://{domain}{port}/.well-known/autoconfig/mail/config-v1.1.xml");
    let whose = address.address();
    let whose = utf8_percent_encode(&whose, NON_ALPHANUMERIC);
    let question = format!("{at}?emailaddress={whose}");
    let fetch = async |asked: &str, url: &str| {
        let text = fetched(client, asked).await?;
        let offers = file::read(&text, address)?;
        Some(Autoconfig {
            url: url.to_owned(),
            offers,
        })
    };
    let (first, second) = join(fetch(&question, &at), fetch(&well_known, &well_known)).await;
    first.or(second)
}

/// A file, if there is one of reasonable size.
async fn fetched(client: &Client, url: &str) -> Option<String> {
    let answer = client.get(url).send().await.ok()?;
    let mut answer = answer.error_for_status().ok()?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.ok()? {
        if bytes.len() + chunk.len() > SIZE_MAX {
            return None;
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).ok()
}
