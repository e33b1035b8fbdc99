//! Reading an autoconfig file (Mozilla's `config-v1.1.xml`).

use roxmltree::{Document, Node, ParsingOptions};

use crate::discovery::server;
use crate::draft::address::Mailbox;
use crate::net::server::{Auth, Protocol, Security, Server, UserName};

/// Elements and texts; a real file has about a hundred.
const NODES_MAX: u32 = 4000;

/// What a file offers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Offers {
    pub smtp: Option<Server>,
    pub imap: Option<Server>,
    /// Why something that is offered is not proposed.
    pub notes: Vec<String>,
}

/// Reads a file; `None` if it is none. A document type with entities, and whatever could be large when it is unfolded,
/// makes it none.
pub fn read(text: &str, address: &Mailbox) -> Option<Offers> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: NODES_MAX,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).ok()?;
    let root = document.root_element();
    if root.tag_name().name() != "clientConfig" {
        return None;
    }
    let provider = child(root, "emailProvider")?;
    let mut offers = Offers::default();
    for (element, kind, protocol) in [
        ("outgoingServer", "smtp", Protocol::Smtp),
        ("incomingServer", "imap", Protocol::Imap),
    ] {
        let servers = children(provider, element).filter(|server| {
            server
                .attribute("type")
                .is_some_and(|own| own.eq_ignore_ascii_case(kind))
        });
        let mut why_not = None;
        let usable = servers
            .map(|server| offer(server, protocol, address))
            .find_map(|offer| {
                offer
                    .map_err(|reason| why_not = why_not.take().or(reason))
                    .ok()
            });
        if let (None, Some(reason)) = (&usable, why_not) {
            offers.notes.push(reason);
        }
        match protocol {
            Protocol::Smtp => offers.smtp = usable,
            Protocol::Imap => offers.imap = usable,
        }
    }
    Some(offers)
}

/// The server that an element describes.
///
/// # Errors
/// Why it cannot be used, if that is worth telling.
fn offer(
    element: Node<'_, '_>,
    protocol: Protocol,
    address: &Mailbox,
) -> Result<Server, Option<String>> {
    let text = |name: &'static str| {
        child(element, name)
            .and_then(|node| node.text())
            .unwrap_or("")
            .trim()
    };
    let fill = |text: &str| filled(text, address);
    let host = fill(text("hostname"));
    let port = text("port").parse().map_err(|_| None)?;
    let security = match text("socketType").to_ascii_uppercase().as_str() {
        "SSL" | "TLS" => Security::Tls,
        "STARTTLS" => Security::StartTls,
        _ => {
            return Err(Some(format!(
                "the domain's file names {}:{port} without encryption, which is not proposed",
                printable(&host)
            )));
        }
    };
    let ways: Vec<String> = children(element, "authentication")
        .filter_map(|node| node.text())
        .map(|text| text.trim().to_ascii_lowercase())
        .collect();
    let known = |way: &String| way_in(way).is_some();
    let way = match ways.iter().find(|way| known(way)) {
        Some(way) => way_in(way),
        None if ways.is_empty() => Some(Way::Password),
        None => {
            return Err(Some(format!(
                "{}:{port} takes only {}, which quillgate does not speak",
                printable(&host),
                printable(&ways.join(", "))
            )));
        }
    };
    let auth = match way {
        Some(Way::Open) if protocol == Protocol::Smtp => Auth::None,
        _ => user(text("username"), address),
    };
    server(protocol, security, &host, port, auth).ok_or(None)
}

enum Way {
    Password,
    /// Nobody has to sign in.
    Open,
}

fn way_in(authentication: &str) -> Option<Way> {
    match authentication {
        "password-cleartext" | "plain" | "password-encrypted" | "secure" => Some(Way::Password),
        "none" | "client-ip-address" => Some(Way::Open),
        _ => None,
    }
}

/// How people sign in whose name is made in this way.
fn user(pattern: &str, address: &Mailbox) -> Auth {
    match pattern {
        "" | "%EMAILADDRESS%" | "%EMAILLOCALPART%@%EMAILDOMAIN%" => Auth::Session(UserName::Email),
        "%EMAILLOCALPART%" => Auth::Session(UserName::Local),
        other => Auth::Stored(filled(other, address)),
    }
}

/// Puts the address into the places that are kept for it.
fn filled(pattern: &str, address: &Mailbox) -> String {
    let whole = address.address();
    let (local, domain) = whole.rsplit_once('@').unwrap_or((&whole, ""));
    pattern
        .replace("%EMAILADDRESS%", &whole)
        .replace("%EMAILLOCALPART%", local)
        .replace("%EMAILDOMAIN%", domain)
}

/// Words of a stranger, short and without anything that moves the cursor.
fn printable(text: &str) -> String {
    let plain = |c: &char| c.is_ascii_graphic() || *c == ' ';
    text.chars().filter(plain).take(80).collect()
}

fn children<'a, 'd: 'a>(
    parent: Node<'a, 'd>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'd>> {
    parent
        .children()
        .filter(move |node| node.is_element() && node.tag_name().name() == name)
}

fn child<'a, 'd: 'a>(parent: Node<'a, 'd>, name: &'static str) -> Option<Node<'a, 'd>> {
    children(parent, name).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ralf() -> Mailbox {
        Mailbox::new("", "ralf@example.org").expect("an address")
    }

    fn file(servers: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<clientConfig version=\"1.1\"><emailProvider id=\"x\">\
             <domain>example.org</domain>{servers}</emailProvider></clientConfig>"
        )
    }

    fn server(element: &str, kind: &str, socket: &str, rest: &str) -> String {
        format!(
            "<{element} type=\"{kind}\"><hostname>mail.%EMAILDOMAIN%</hostname><port>4711</port>\
             <socketType>{socket}</socketType>{rest}</{element}>"
        )
    }

    fn smtp(text: &str) -> Option<String> {
        let offers = read(&file(text), &ralf()).expect("a file");
        offers.smtp.map(|server| server.to_string())
    }

    #[test]
    fn the_first_usable_server_of_each_protocol_counts() {
        let text = [
            server("incomingServer", "pop3", "SSL", ""),
            server("incomingServer", "imap", "plain", ""),
            server(
                "incomingServer",
                "imap",
                "SSL",
                "<username>%EMAILLOCALPART%</username>",
            ),
            server("incomingServer", "imap", "STARTTLS", ""),
            server(
                "outgoingServer",
                "smtp",
                "STARTTLS",
                "<username>%EMAILADDRESS%</username>",
            ),
        ];
        let offers = read(&file(&text.concat()), &ralf()).expect("a file");
        let urls = [offers.imap, offers.smtp].map(|server| server.expect("a server").to_string());
        assert_eq!(
            urls,
            [
                "imaps://mail.example.org:4711?auth=session&login=local",
                "smtp+starttls://mail.example.org:4711?auth=session",
            ]
        );
        assert!(offers.notes.is_empty());
    }

    #[test]
    fn the_way_in_follows_authentication_and_username() {
        for (rest, query) in [
            ("", "?auth=session"),
            (
                "<username>%EMAILLOCALPART%@%EMAILDOMAIN%</username>",
                "?auth=session",
            ),
            ("<username>x-%EMAILLOCALPART%</username>", "?user=x-ralf"),
            ("<username>relay &amp; co</username>", "?user=relay+%26+co"),
            ("<authentication>none</authentication>", ""),
            (
                "<authentication>OAuth2</authentication><authentication>password-cleartext</authentication>",
                "?auth=session",
            ),
        ] {
            let found = smtp(&server("outgoingServer", "smtp", "SSL", rest));
            assert_eq!(
                found,
                Some(format!("smtps://mail.example.org:4711{query}")),
                "{rest}"
            );
        }
    }

    #[test]
    fn what_cannot_be_proposed_is_said() {
        for (socket, rest, why) in [
            ("plain", "", "mail.example.org:4711 without encryption"),
            (
                "SSL",
                "<authentication>OAuth2</authentication>",
                "takes only oauth2",
            ),
        ] {
            let text = file(&server("outgoingServer", "smtp", socket, rest));
            let offers = read(&text, &ralf()).expect("a file");
            assert_eq!(offers.smtp, None);
            assert!(offers.notes[0].contains(why), "{:?}", offers.notes);
        }
    }

    #[test]
    fn hostile_files_are_none_and_cost_nothing() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
        let outside = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>";
        let good = file(&server("outgoingServer", "smtp", "SSL", ""));
        let good = good.trim_start_matches("<?xml version=\"1.0\"?>\n");
        assert!(read(good, &ralf()).is_some());
        for text in [
            format!("{bomb}{good}"),
            format!("{outside}{good}"),
            "<a>".repeat(20_000),
            format!("{}{}", "<a>".repeat(9_000), "</a>".repeat(9_000)),
            "<a/>".repeat(16_000),
            file(&"<x/>".repeat(15_000)),
            "<html><body>Not found</body></html>".to_owned(),
            "<clientConfig/>".to_owned(),
            String::new(),
        ] {
            assert_eq!(read(&text, &ralf()), None, "{:.40}", text);
        }
    }

    #[test]
    fn values_of_a_stranger_never_reach_a_shell_or_a_terminal() {
        for host in ["a';rm -rf x;'", "a\u{1b}[2J", "a b", "", "[::1", "a?user=x"] {
            let text = format!(
                "<outgoingServer type=\"smtp\"><hostname><![CDATA[{host}]]></hostname><port>465</port>\
                 <socketType>SSL</socketType></outgoingServer>"
            );
            let offers = read(&file(&text), &ralf());
            assert!(offers.is_none_or(|offers| offers.smtp.is_none()), "{host}");
        }
        assert_eq!(
            smtp(&server(
                "outgoingServer",
                "smtp",
                "SSL",
                "<username>a'b\n</username>"
            )),
            Some("smtps://mail.example.org:4711?user=a%27b".to_owned())
        );
        assert_eq!(
            smtp(&server(
                "outgoingServer",
                "smtp",
                "SSL",
                "<username>a\u{7f}b</username>"
            )),
            None
        );
    }
}
