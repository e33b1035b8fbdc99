//! Names that mail servers usually have, tried until one answers.

use std::net::IpAddr;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use tokio::time::timeout;

use super::greeting::greets;
use super::names::Names;
use super::{Ports, Proposal, Source, remark_on, server};
use crate::net::server::{Auth, Protocol, Security, UserName};
use crate::net::tls::Tls;

/// For one server, its address included.
const TIME_MAX: Duration = Duration::from_millis(4500);

/// Tries them all at once; the best of those that answer.
pub async fn answering(
    names: &Names,
    tls: &Tls,
    ports: Ports,
    protocol: Protocol,
    domain: &str,
) -> Option<Proposal> {
    let (own, secured, upgraded) = match protocol {
        Protocol::Smtp => ("smtp", ports.submissions, ports.submission),
        Protocol::Imap => ("imap", ports.imaps, ports.imap),
    };
    let known = [
        format!("{own}.{domain}"),
        format!("mail.{domain}"),
        domain.to_owned(),
    ];
    let known = known.map(|host| (Some(host), Source::Answered));
    let hosts = known.into_iter().chain([(None, Source::AnsweredAtMx)]);
    let ways = [(Security::Tls, secured), (Security::StartTls, upgraded)];
    let mut tries: FuturesOrdered<_> = hosts
        .flat_map(|(host, source)| ways.map(|way| (host.clone(), source.clone(), way)))
        .map(|(host, source, (security, port))| async move {
            let tried = async {
                let host = match host {
                    Some(host) => host,
                    None => names.mx(domain).await?,
                };
                let auth = Auth::Session(UserName::Email);
                let server = server(protocol, security, &host, port, auth)?;
                let addresses = names.addresses(&host).await.ok()?;
                let at = first_to_greet(tls, protocol, security, &server.host, (&addresses, port));
                at.await.then_some(server)
            };
            let server = timeout(TIME_MAX, tried).await.ok()??;
            let remark = remark_on(&server.host, domain);
            Some(Proposal {
                server,
                source,
                remark,
            })
        })
        .collect();
    while let Some(tried) = tries.next().await {
        if tried.is_some() {
            return tried;
        }
    }
    None
}

async fn first_to_greet(
    tls: &Tls,
    protocol: Protocol,
    security: Security,
    host: &str,
    (addresses, port): (&[IpAddr], u16),
) -> bool {
    for address in addresses {
        if greets(tls, protocol, security, host, (*address, port))
            .await
            .is_ok()
        {
            return true;
        }
    }
    false
}
