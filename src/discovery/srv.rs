//! What the DNS of a domain says about its mail servers (RFC 6186, RFC 8314 section 5.1).

use std::cmp::Reverse;

use super::names::{Names, Srv};
use super::{Proposal, Source, remark_on, server};
use crate::net::server::{Auth, Protocol, Security, UserName};

/// The services of a protocol, the better one first.
fn services(protocol: Protocol) -> [(&'static str, Security); 2] {
    match protocol {
        Protocol::Smtp => [
            ("_submissions._tcp", Security::Tls),
            ("_submission._tcp", Security::StartTls),
        ],
        Protocol::Imap => [
            ("_imaps._tcp", Security::Tls),
            ("_imap._tcp", Security::StartTls),
        ],
    }
}

/// What is published about a protocol.
#[derive(Debug, PartialEq, Eq)]
pub enum Published {
    Server(Proposal),
    /// It is not offered, says the domain.
    NotOffered,
    Nothing,
}

/// Asks for both services of a protocol at once.
///
/// # Errors
/// No answer.
pub async fn published(
    names: &Names,
    protocol: Protocol,
    domain: &str,
) -> Result<Published, String> {
    let [first, second] = services(protocol);
    let ask = async |(service, security)| {
        let name = format!("{service}.{domain}");
        let records = names.srv(&name).await?;
        Ok::<_, String>(
            records
                .into_iter()
                .map(move |srv| (security, name.clone(), srv)),
        )
    };
    let (first, second) = tokio::try_join!(ask(first), ask(second))?;
    Ok(choose(protocol, domain, first.chain(second).collect()))
}

/// The lowest priority counts, then TLS from the first byte, then the largest weight.
fn choose(protocol: Protocol, domain: &str, records: Vec<(Security, String, Srv)>) -> Published {
    if records.is_empty() {
        return Published::Nothing;
    }
    let usable = records.into_iter().filter_map(|(security, name, srv)| {
        let host = srv.host?;
        // The user's name is the address, if that is not known to be wrong (RFC 6186, section 4).
        let auth = Auth::Session(UserName::Email);
        let server = server(protocol, security, &host, srv.port, auth)?;
        let rank = (srv.priority, security != Security::Tls, Reverse(srv.weight));
        let remark = remark_on(&server.host, domain);
        let source = Source::Srv(name);
        let proposal = Proposal {
            server,
            source,
            remark,
        };
        Some((rank, proposal))
    });
    match usable.min_by_key(|(rank, _)| *rank) {
        Some((_, proposal)) => Published::Server(proposal),
        None => Published::NotOffered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(
        security: Security,
        (priority, weight, port): (u16, u16, u16),
        host: &str,
    ) -> (Security, String, Srv) {
        let host = (host != ".").then(|| host.to_owned());
        let srv = Srv {
            priority,
            weight,
            port,
            host,
        };
        (security, "_x._tcp.example.org".to_owned(), srv)
    }

    fn chosen(records: &[(Security, String, Srv)]) -> Option<String> {
        match choose(Protocol::Imap, "example.org", records.to_vec()) {
            Published::Server(proposal) => Some(proposal.server.to_string()),
            Published::NotOffered => Some("not offered".to_owned()),
            Published::Nothing => None,
        }
    }

    #[test]
    fn priority_counts_then_tls_then_weight() {
        use Security::{StartTls, Tls};
        let later = record(Tls, (20, 0, 993), "later.example.org");
        let light = record(Tls, (10, 1, 993), "light.example.org");
        let heavy = record(Tls, (10, 60, 9993), "heavy.example.org");
        let plain = record(StartTls, (10, 99, 143), "starttls.example.org");
        let first = record(StartTls, (0, 0, 143), "first.example.org");
        let url = |rest: &str| Some(format!("{rest}?auth=session"));
        let mut all = vec![later.clone(), light, plain, heavy];
        assert_eq!(chosen(&all), url("imaps://heavy.example.org:9993"));
        all.push(first);
        assert_eq!(chosen(&all), url("imap+starttls://first.example.org:143"));
        assert_eq!(chosen(&[later]), url("imaps://later.example.org:993"));
    }

    #[test]
    fn a_dot_says_that_a_service_is_not_there() {
        use Security::{StartTls, Tls};
        let (no_tls, no) = (
            record(Tls, (0, 0, 0), "."),
            record(StartTls, (0, 0, 0), "."),
        );
        let yes = record(StartTls, (0, 1, 143), "m.example.org");
        assert_eq!(
            chosen(&[no_tls.clone(), no]).as_deref(),
            Some("not offered")
        );
        assert!(chosen(&[no_tls, yes]).is_some_and(|url| url.contains("m.example.org")));
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn a_host_that_no_url_can_name_is_passed_over() {
        use Security::Tls;
        for host in [
            "a b.example.org",
            "x';id;'.example.org",
            "-",
            "ex%61mple.org",
            "a/b",
        ] {
            let strange = record(Tls, (0, 0, 993), host);
            assert_eq!(chosen(&[strange]).as_deref(), Some("not offered"), "{host}");
        }
        assert_eq!(
            chosen(&[record(Tls, (0, 0, 0), "h.example.org")]).as_deref(),
            Some("not offered")
        );
    }

    #[test]
    fn a_host_elsewhere_is_remarked_upon() {
        let remark = |host: &str| {
            let records = vec![record(Security::Tls, (0, 0, 993), host)];
            match choose(Protocol::Imap, "example.org", records) {
                Published::Server(proposal) => proposal.remark,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(remark("example.org"), None);
        assert_eq!(remark("imap.example.org"), None);
        for host in ["imap.example.net", "imap.badexample.org"] {
            assert!(
                remark(host).is_some_and(|text| text.starts_with(host)),
                "{host}"
            );
        }
    }
}
