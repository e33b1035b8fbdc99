//! Questions to the DNS.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData};
use reqwest::dns::{Addrs, Resolve, Resolving};
use tokio::time::timeout;

use super::DiscoveryError;
use crate::net::fault::silent;

/// For one server to answer; there may be several, and two ways to each.
const ANSWER: Duration = Duration::from_millis(1500);
/// For one question in all.
const TIME_MAX: Duration = Duration::from_millis(4500);
/// Records of one answer that are looked at.
const RECORDS: usize = 32;

/// One SRV record (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Srv {
    pub priority: u16,
    pub weight: u16,
    pub port: u16,
    /// `None`: the service is decidedly not offered.
    pub host: Option<String>,
}

/// The DNS.
#[derive(Clone)]
pub struct Names(TokioResolver);

impl Names {
    /// Asks the servers that this machine is configured for, or only `dns`.
    ///
    /// # Errors
    /// This machine is configured for none.
    pub fn new(dns: Option<SocketAddr>) -> Result<Self, DiscoveryError> {
        let told = |cause: NetError| DiscoveryError::NoDns(cause.to_string());
        let mut builder = match dns {
            None => TokioResolver::builder_tokio().map_err(told)?,
            Some(server) => {
                let mut builder = TokioResolver::builder_with_config(
                    only(server),
                    TokioRuntimeProvider::default(),
                );
                builder.options_mut().use_hosts_file = ResolveHosts::Never;
                builder
            }
        };
        let options: &mut ResolverOpts = builder.options_mut();
        options.timeout = ANSWER;
        options.attempts = 1;
        Ok(Self(builder.build().map_err(told)?))
    }

    /// The SRV records of a name; none if there is no such name.
    ///
    /// # Errors
    /// No answer.
    pub async fn srv(&self, name: &str) -> Result<Vec<Srv>, String> {
        let srv = |data: &RData| match data {
            RData::SRV(srv) => Some(Srv {
                priority: srv.priority,
                weight: srv.weight,
                port: srv.port,
                host: (!srv.target.is_root()).then(|| host(&srv.target)),
            }),
            _ => None,
        };
        records(self.0.srv_lookup(absolute(name)?), srv).await
    }

    /// The texts of a name, each put together from its strings; none if there is no such name.
    ///
    /// # Errors
    /// No answer.
    pub async fn txt(&self, name: &str) -> Result<Vec<String>, String> {
        let text = |data: &RData| match data {
            RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
            _ => None,
        };
        records(self.0.txt_lookup(absolute(name)?), text).await
    }

    /// The host that takes mail for a domain, by preference.
    pub async fn mx(&self, domain: &str) -> Option<String> {
        let mx = |data: &RData| match data {
            RData::MX(mx) => Some((mx.preference, host(&mx.exchange))),
            _ => None,
        };
        let found = records(self.0.mx_lookup(absolute(domain).ok()?), mx).await;
        let (_, host) = found.ok()?.into_iter().min()?;
        (!host.is_empty()).then_some(host)
    }

    /// The addresses of a host, a few of them.
    ///
    /// # Errors
    /// There are none, or no answer.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, String> {
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        let found = timeout(TIME_MAX, self.0.lookup_ip(absolute(host)?)).await;
        let found = found.map_err(|_| silent(TIME_MAX))?;
        let found = found.map_err(|cause| cause.to_string())?;
        Ok(found.iter().take(4).collect())
    }
}

/// What `read` makes of the records of an answer; none if there is no such name.
async fn records<T>(
    question: impl Future<Output = Result<Lookup, NetError>>,
    read: impl Fn(&RData) -> Option<T>,
) -> Result<Vec<T>, String> {
    match timeout(TIME_MAX, question).await {
        Err(_) => Err(silent(TIME_MAX)),
        Ok(Err(cause)) if cause.is_no_records_found() || cause.is_nx_domain() => Ok(Vec::new()),
        Ok(Err(cause)) => Err(cause.to_string()),
        Ok(Ok(answer)) => {
            let records = answer
                .answers()
                .iter()
                .filter_map(|record| read(&record.data));
            Ok(records.take(RECORDS).collect())
        }
    }
}

/// A server that is asked over UDP, and over TCP for long answers.
fn only(server: SocketAddr) -> ResolverConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    let server = NameServerConfig::new(server.ip(), true, connections.into());
    ResolverConfig::from_parts(None, Vec::new(), vec![server])
}

/// Not one that the machine's own domains are tried behind.
fn absolute(name: &str) -> Result<Name, String> {
    let mut name = Name::from_ascii(name).map_err(|cause| cause.to_string())?;
    name.set_fqdn(true);
    Ok(name)
}

fn host(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    text.trim_end_matches('.').to_owned()
}

/// For HTTPS.
impl Resolve for Names {
    fn resolve(&self, name: reqwest::dns::Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move {
            let found = names.addresses(name.as_str()).await?;
            let found: Addrs = Box::new(found.into_iter().map(|address| (address, 0).into()));
            Ok(found)
        })
    }
}
