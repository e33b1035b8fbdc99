//! Asks everybody who may know a domain's servers, in order, and side by side where nobody waits for it in vain.

use std::net::SocketAddr;
use std::pin::pin;

use futures_util::future::{Either, join, select};
use reqwest::Client;

use super::autoconfig::{self, Autoconfig};
use super::names::Names;
use super::srv::{self, Published};
use super::{DiscoveryError, Found, Ports, Proposal, Source, usual};
use crate::draft::address::Mailbox;
use crate::net::server::{Protocol, Server};
use crate::net::tls::Tls;

/// Finds the servers of mail domains. Each search ends within ten seconds.
pub struct Seeker {
    names: Names,
    https: Client,
    tls: Tls,
    ports: Ports,
}

impl Seeker {
    /// Asks the DNS servers of this machine, or only `dns`.
    ///
    /// # Errors
    /// There is no way to ask.
    pub fn new(dns: Option<SocketAddr>, tls: Tls, ports: Ports) -> Result<Self, DiscoveryError> {
        let names = Names::new(dns)?;
        Ok(Self {
            https: autoconfig::client(names.clone(), &tls)?,
            names,
            tls,
            ports,
        })
    }

    /// The servers for an address.
    ///
    /// # Errors
    /// Nothing was found, or nobody answers.
    pub async fn seek(&self, address: &Mailbox) -> Result<Found, DiscoveryError> {
        let domain = address.ascii_domain();
        let (smtp, imap, file) = self.published(address).await?;
        let mut found = Found::default();
        let (file_smtp, file_imap) = match file {
            None => (None, None),
            Some(Autoconfig { url, offers }) => {
                found.notes = offers.notes;
                let of = |server: Option<Server>| server.map(|server| named(server, &url));
                (of(offers.smtp), of(offers.imap))
            }
        };
        let smtp = self.settle(Protocol::Smtp, domain, smtp, file_smtp);
        let imap = self.settle(Protocol::Imap, domain, imap, file_imap);
        let ((smtp, smtp_note), (imap, imap_note)) = join(smtp, imap).await;
        found.smtp = smtp;
        found.imap = imap;
        found.notes.extend(smtp_note);
        found.notes.extend(imap_note);
        if found.smtp.is_none() && found.imap.is_none() {
            return Err(DiscoveryError::Nothing(domain.to_owned()));
        }
        Ok(found)
    }

    /// What the domain has published. Its file is not waited for when its DNS says everything.
    async fn published(
        &self,
        address: &Mailbox,
    ) -> Result<(Published, Published, Option<Autoconfig>), DiscoveryError> {
        let domain = address.ascii_domain();
        let ask = |protocol| srv::published(&self.names, protocol, domain);
        let dns = async {
            match join(ask(Protocol::Smtp), ask(Protocol::Imap)).await {
                (Err(cause), Err(_)) => Err(DiscoveryError::Silent(cause)),
                // Some servers know no SRV records and say nothing at all.
                (smtp, imap) => Ok((
                    smtp.unwrap_or(Published::Nothing),
                    imap.unwrap_or(Published::Nothing),
                )),
            }
        };
        let file = autoconfig::published(&self.https, self.ports, address);
        match select(pin!(dns), pin!(file)).await {
            Either::Left((dns, file)) => {
                let (smtp, imap) = dns?;
                let file = match said(&smtp) && said(&imap) {
                    true => None,
                    false => file.await,
                };
                Ok((smtp, imap, file))
            }
            Either::Right((file, dns)) => dns.await.map(|(smtp, imap)| (smtp, imap, file)),
        }
    }

    /// The first of the sources that knows a server, and what is to be said if there is to be none.
    async fn settle(
        &self,
        protocol: Protocol,
        domain: &str,
        dns: Published,
        file: Option<Proposal>,
    ) -> (Option<Proposal>, Option<String>) {
        match (dns, file) {
            (Published::Server(proposal), _) => (Some(proposal), None),
            (Published::NotOffered, _) => {
                let what = match protocol {
                    Protocol::Smtp => "sending (SMTP)",
                    Protocol::Imap => "mailboxes (IMAP)",
                };
                (
                    None,
                    Some(format!(
                        "{domain} says in its DNS that it has no server for {what}"
                    )),
                )
            }
            (Published::Nothing, Some(proposal)) => (Some(proposal), None),
            (Published::Nothing, None) => {
                let found = usual::answering(&self.names, &self.tls, self.ports, protocol, domain);
                (found.await, None)
            }
        }
    }
}

fn said(published: &Published) -> bool {
    *published != Published::Nothing
}

fn named(server: Server, url: &str) -> Proposal {
    Proposal {
        server,
        source: Source::Autoconfig(url.to_owned()),
        remark: None,
    }
}
