//! Finding the servers of a mail address, for commands.

use std::net::SocketAddr;

use super::error::CliError;
use crate::config::Mail;
use crate::discovery::{DiscoveryError, Found, Names, Ports, Seeker};
use crate::draft::address::Mailbox;
use crate::net::tls::Tls;

/// Whose answer counts.
#[derive(Debug, clap::Args)]
pub struct DnsArgs {
    /// Ask this DNS server [default: as this machine is configured]
    #[arg(long, value_name = "IP:PORT")]
    dns: Option<SocketAddr>,
}

impl DnsArgs {
    /// The DNS itself.
    pub fn names(&self) -> Result<Names, DiscoveryError> {
        Names::new(self.dns)
    }

    /// Searches for the servers of an address.
    pub async fn seek(&self, address: &Mailbox, tls: Tls) -> Result<Found, DiscoveryError> {
        Seeker::new(self.dns, tls, Ports::default())?
            .seek(address)
            .await
    }
}

/// An address with a domain that has servers.
pub fn address(text: &str) -> Result<Mailbox, String> {
    let address =
        Mailbox::new("", text).map_err(|cause| format!("'{text}' is no mail address: {cause}"))?;
    match address.ascii_domain().starts_with('[') {
        true => Err(format!(
            "'{text}' has no domain of which servers could be found"
        )),
        false => Ok(address),
    }
}

/// Whom TLS trusts, as the configuration says.
pub fn tls(mail: &Mail) -> Result<Tls, CliError> {
    Tls::new(mail.ca_file.as_deref())
        .map_err(|cause| CliError::failed(format!("mail.ca_file: {cause}")))
}
