//! Which servers a mail domain has: what its DNS says (RFC 6186, RFC 8314), what its own autoconfig file says, and then
//! which of the usual names answer.
//!
//! - `names` asks the DNS, `srv` reads what RFC 6186 has put there.
//! - `autoconfig` fetches and reads the domain's file. Nobody else's directory is asked: who has mail where is nobody
//!   else's business.
//! - `usual` tries common names, `greeting` looks at what answers there.
//! - `seeker` puts them in order.

mod autoconfig;
mod greeting;
mod names;
mod seeker;
mod srv;
mod usual;

use std::fmt;

use crate::net::server::{Auth, Protocol, Security, Server};
pub use names::Names;
pub use seeker::Seeker;

/// The servers that were found for an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub smtp: Option<Proposal>,
    pub imap: Option<Proposal>,
    /// What else is worth knowing, for a person to read.
    pub notes: Vec<String>,
}

impl Found {
    /// What has to be known before the servers are used.
    pub fn remarks(&self) -> impl Iterator<Item = &str> {
        let proposals = [&self.smtp, &self.imap].into_iter().flatten();
        proposals
            .filter_map(|proposal| proposal.remark.as_deref())
            .chain(self.notes.iter().map(String::as_str))
    }
}

/// A server that may be the right one. Never one in clear text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub server: Server,
    pub source: Source,
    /// What to look at before it is used.
    pub remark: Option<String>,
}

/// Who says that a server is the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An SRV record of this name.
    Srv(String),
    /// The domain's file at this address.
    Autoconfig(String),
    /// The server itself, at a name that is usual.
    Answered,
    /// The server itself, at the name of the host that takes the domain's mail.
    AnsweredAtMx,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Srv(name) => write!(f, "DNS, SRV record of {name}"),
            Self::Autoconfig(url) => f.write_str(url),
            Self::Answered => f.write_str("a usual name, and it answers"),
            Self::AnsweredAtMx => f.write_str("takes the domain's mail (MX), and it answers"),
        }
    }
}

/// Why nothing was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// The DNS of this machine is not configured.
    #[error("no DNS server is known ({0}), give one with --dns IP:PORT")]
    NoDns(String),
    /// No DNS server answers.
    #[error(
        "the DNS does not answer ({0}), so nothing can be found; --dns IP:PORT asks another server"
    )]
    Silent(String),
    /// There is none to be found.
    #[error(
        "nothing says which servers {0} has: ask whoever runs its mail, and name them with: quillgate account add --smtp URL --imap URL"
    )]
    Nothing(String),
    /// What keeps HTTPS from being tried.
    #[error("cannot make HTTPS connections: {0}")]
    Https(String),
}

/// Where the services of the usual names listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    pub https: u16,
    pub imaps: u16,
    pub imap: u16,
    pub submissions: u16,
    pub submission: u16,
}

impl Default for Ports {
    fn default() -> Self {
        Self {
            https: 443,
            imaps: 993,
            imap: 143,
            submissions: 465,
            submission: 587,
        }
    }
}

/// A server as a URL could name it; `None` if none could, for instance because of its host's name.
fn server(
    protocol: Protocol,
    security: Security,
    host: &str,
    port: u16,
    auth: Auth,
) -> Option<Server> {
    let host = idna::domain_to_ascii_strict(host.trim_end_matches('.')).ok()?;
    let server = Server {
        protocol,
        security,
        host,
        port,
        auth,
    };
    let same = Server::parse(protocol, &server.to_string()).ok()?.server;
    (same == server && port != 0).then_some(server)
}

/// What is to be said of a host that only the DNS names, which anybody on the way could have answered for.
fn remark_on(host: &str, domain: &str) -> Option<String> {
    let inside = host == domain
        || host
            .strip_suffix(domain)
            .is_some_and(|rest| rest.ends_with('.'));
    (!inside).then(|| {
        format!("{host} is not below {domain}, and only the DNS says that it is the right one: confirm that it is your provider's")
    })
}
