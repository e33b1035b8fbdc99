//! `quillgate account discover`, and the search behind it with ports of the tests' own.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU16, Ordering};

use quillgate::discovery::{DiscoveryError, Found, Ports, Seeker};
use quillgate::draft::address::Mailbox;
use quillgate::net::tls::Tls;
use serde_json::json;

use crate::support::command::House;
use crate::support::dns::{self, Dns, srv};
use crate::support::strangers::{Script, Start, Strangers};

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
const THERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

/// Nothing listens there.
const NOWHERE: Ports = Ports {
    https: 9,
    imaps: 9,
    imap: 9,
    submissions: 9,
    submission: 9,
};

fn discover(dns: &Dns, more: &[&str]) -> crate::support::command::Ran {
    let house = House::new("");
    let flag = dns.flag();
    let mut arguments = vec!["account", "discover", "--dns", &flag];
    arguments.extend(more);
    let ran = house.run(&arguments);
    assert!(!house.path("data").exists(), "it needs no database");
    ran
}

#[test]
fn what_the_dns_says_becomes_a_line_to_paste() {
    let dns = Dns::start(vec![
        srv(
            "_submissions._tcp.xn--bcher-kva.example",
            20,
            465,
            "late.example.net",
        ),
        srv(
            "_submissions._tcp.xn--bcher-kva.example",
            10,
            2465,
            "smtp.example.net",
        ),
        srv(
            "_submission._tcp.xn--bcher-kva.example",
            10,
            587,
            "smtp.example.net",
        ),
        srv("_imaps._tcp.xn--bcher-kva.example", 0, 0, "."),
        srv(
            "_imap._tcp.xn--bcher-kva.example",
            0,
            2143,
            "imap.xn--bcher-kva.example",
        ),
    ]);
    let ran = discover(&dns, &["ralf@bücher.example"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let line = "quillgate account add --name xn--bcher-kva.example --everyone \
                --smtp 'smtps://smtp.example.net:2465?auth=session' \
                --imap 'imap+starttls://imap.xn--bcher-kva.example:2143?auth=session'\n";
    assert!(ran.stdout.ends_with(line), "{}", ran.stdout);
    let remarks: Vec<_> = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("! "))
        .collect();
    assert_eq!(remarks.len(), 1, "{}", ran.stdout);
    assert!(
        remarks[0].contains("smtp.example.net is not below"),
        "{remarks:?}"
    );
    let listed = discover(&dns, &["ralf@bücher.example", "--json"]).stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(
        listed[1],
        json!({
            "protocol": "imap",
            "url": "imap+starttls://imap.xn--bcher-kva.example:2143?auth=session",
            "source": "DNS, SRV record of _imap._tcp.xn--bcher-kva.example",
            "remark": null,
        })
    );
}

#[test]
fn nothing_found_is_one_clear_line() {
    let empty = Dns::start(Vec::new());
    let ran = discover(&empty, &["ralf@example.org"]);
    let line = ran.refusal(1);
    assert!(
        line.starts_with("nothing says which servers example.org has"),
        "{line}"
    );
    let house = House::new("");
    for (address, why) in [
        ("ralf", "no mail address"),
        ("ralf@[127.0.0.1]", "no domain"),
    ] {
        let ran = house.run(&["account", "discover", address]);
        assert!(ran.refusal(2).contains(why), "{ran:?}");
    }
}

async fn seek(
    zone: Vec<(String, hickory_resolver::proto::rr::RData)>,
    strangers: &Strangers,
    ports: Ports,
) -> Result<Found, DiscoveryError> {
    let dns = Dns::start(zone);
    let tls = Tls::new(Some(&strangers.ca_file())).unwrap();
    let address = Mailbox::new("", "ralf+x@example.org").unwrap();
    let seeker = Seeker::new(Some(dns.address), tls, ports).unwrap();
    seeker.seek(&address).await
}

fn urls(found: &Found) -> [Option<String>; 2] {
    [&found.smtp, &found.imap].map(|proposal| Some(proposal.as_ref()?.server.to_string()))
}

fn sources(found: &Found) -> [Option<String>; 2] {
    [&found.smtp, &found.imap].map(|proposal| Some(proposal.as_ref()?.source.to_string()))
}

const FILE: &str = r#"<clientConfig version="1.1"><emailProvider id="x">
<incomingServer type="imap"><hostname>imap.example.org</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.example.org</hostname><port>587</port><socketType>STARTTLS</socketType>
<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></outgoingServer>
</emailProvider></clientConfig>"#;

/// A web server that answers a GET at once; the lines of its header have no answers of their own.
fn answered(line: &str, answer: impl FnOnce(&str) -> String) -> Option<String> {
    match line.split(' ').nth(1).filter(|_| line.starts_with("GET ")) {
        Some(path) => Some(answer(path)),
        None if line.is_empty() => None,
        None => Some(String::new()),
    }
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn elsewhere(to: &str) -> String {
    format!(
        "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}

fn missing() -> String {
    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()
}

/// The search against a web server with this script at both of the usual places.
async fn with_web(script: Script) -> Result<Found, DiscoveryError> {
    let mut strangers = Strangers::new(&["autoconfig.example.org", "example.org"]);
    let https = strangers.add("127.0.0.1", Start::Tls, "", script).await;
    let zone = vec![
        dns::a("autoconfig.example.org", HERE),
        dns::a("example.org", HERE),
    ];
    seek(zone, &strangers, Ports { https, ..NOWHERE }).await
}

#[tokio::test]
async fn the_domains_own_file_is_read() {
    let expected = [
        Some("smtp+starttls://smtp.example.org:587?auth=session".to_owned()),
        Some("imaps://imap.example.org:993?auth=session&login=local".to_owned()),
    ];
    let direct: Script = |line| {
        answered(line, |path| match path {
            "/mail/config-v1.1.xml?emailaddress=ralf%2Bx%40example%2Eorg" => ok(FILE),
            _ => missing(),
        })
    };
    let well_known: Script = |line| {
        answered(line, |path| match path {
            "/.well-known/autoconfig/mail/config-v1.1.xml" => ok(FILE),
            _ => ok("<html>sign in first</html>"),
        })
    };
    let moved: Script = |line| {
        answered(line, |path| match path {
            "/three" => ok(FILE),
            "/two" => elsewhere("/three"),
            "/one" => elsewhere("/two"),
            _ => elsewhere("/one"),
        })
    };
    for (script, source) in [
        (direct, "https://autoconfig.example.org"),
        (well_known, "https://example.org"),
        (moved, "https://autoconfig.example.org"),
    ] {
        let found = with_web(script).await.unwrap();
        assert_eq!(urls(&found), expected, "{source}");
        for told in sources(&found) {
            assert!(told.unwrap().starts_with(source), "{source}");
        }
    }
}

/// Where the file lies in clear text.
static IN_CLEAR: AtomicU16 = AtomicU16::new(0);

#[tokio::test]
async fn files_that_lead_astray_are_none() {
    let four: Script = |line| {
        answered(line, |path| match path {
            "/four" => ok(FILE),
            "/three" => elsewhere("/four"),
            "/two" => elsewhere("/three"),
            "/one" => elsewhere("/two"),
            _ => elsewhere("/one"),
        })
    };
    let clear: Script = |line| {
        let port = IN_CLEAR.load(Ordering::Relaxed);
        answered(line, |_| elsewhere(&format!("http://example.org:{port}/")))
    };
    let large: Script = |line| answered(line, |_| ok(&format!("{FILE}{}", " ".repeat(64 << 10))));
    let bomb: Script = |line| {
        answered(line, |_| {
            ok(&format!("<!DOCTYPE x [<!ENTITY a \"a\">]>{FILE}"))
        })
    };
    let file: Script = |line| answered(line, |_| ok(FILE));
    let mut strangers = Strangers::new(&["example.org"]);
    let port = strangers.add("127.0.0.1", Start::Clear, "", file).await;
    IN_CLEAR.store(port, Ordering::Relaxed);
    let mut taken = Vec::new();
    for (name, script) in [
        ("four", four),
        ("clear", clear),
        ("large", large),
        ("bomb", bomb),
    ] {
        if with_web(script).await != Err(DiscoveryError::Nothing("example.org".to_owned())) {
            taken.push(name);
        }
    }
    assert_eq!(taken, Vec::<&str>::new());
}

fn imap(line: &str) -> Option<String> {
    let (tag, command) = line.split_once(' ')?;
    (command == "STARTTLS").then(|| format!("* X\r\n{tag} OK begin\r\n"))
}

fn smtp(line: &str) -> Option<String> {
    match line.split(' ').next()? {
        "EHLO" => Some("250-smtp.example.org\r\n250-SIZE\r\n250 STARTTLS\r\n".to_owned()),
        "STARTTLS" => Some("220 begin\r\n".to_owned()),
        _ => None,
    }
}

fn smtp_without_tls(line: &str) -> Option<String> {
    line.starts_with("EHLO")
        .then(|| "250-smtp.example.org\r\n250 XSTARTTLS\r\n".to_owned())
}

#[tokio::test]
async fn usual_names_count_when_they_answer_rightly() {
    let names = ["mail.example.org", "imap.example.org", "mx.example.net"];
    let mut strangers = Strangers::new(&names);
    let imaps = strangers
        .add("127.0.0.1", Start::Tls, "* OK hello\r\n", imap)
        .await;
    let submission = strangers
        .add("127.0.0.3", Start::Clear, "220-a\r\n220 b\r\n", smtp)
        .await;
    let ports = Ports {
        imaps,
        submission,
        ..NOWHERE
    };
    let zone = |more: Vec<_>| {
        let usual = [
            dns::a("imap.example.org", HERE),
            dns::a("mail.example.org", THERE),
        ];
        usual.into_iter().chain(more).collect::<Vec<_>>()
    };
    let found = seek(zone(Vec::new()), &strangers, ports).await.unwrap();
    let expected = [
        Some(format!(
            "smtp+starttls://mail.example.org:{submission}?auth=session"
        )),
        Some(format!("imaps://imap.example.org:{imaps}?auth=session")),
    ];
    assert_eq!(urls(&found), expected);
    assert_eq!(found.remarks().count(), 0);

    // The host that takes the domain's mail is the last resort.
    let zone = vec![
        dns::mx("example.org", "mx.example.net"),
        dns::a("mx.example.net", THERE),
    ];
    let found = seek(zone, &strangers, ports).await.unwrap();
    let expected = format!("smtp+starttls://mx.example.net:{submission}?auth=session");
    assert_eq!(urls(&found), [Some(expected), None]);
    assert!(
        found
            .remarks()
            .next()
            .unwrap()
            .starts_with("mx.example.net is not below")
    );
}

#[tokio::test]
async fn what_answers_wrongly_is_not_proposed() {
    let mut strangers = Strangers::new(&["imap.example.org", "smtp.example.org"]);
    let nothing: Script = |_| None;
    let imaps = strangers
        .add("127.0.0.1", Start::Tls, "220 not IMAP\r\n", nothing)
        .await;
    // Its certificate is for other names.
    let imap = strangers
        .add("127.0.0.3", Start::Clear, "* OK hello\r\n", imap)
        .await;
    let submissions = strangers
        .add("127.0.0.1", Start::Tls, "* OK not SMTP\r\n", nothing)
        .await;
    let submission = strangers
        .add("127.0.0.1", Start::Clear, "220 a\r\n", smtp_without_tls)
        .await;
    let ports = Ports {
        imaps,
        imap,
        submissions,
        submission,
        ..NOWHERE
    };
    let zone = vec![
        dns::a("imap.example.org", HERE),
        dns::a("mail.example.org", THERE),
        dns::a("smtp.example.org", HERE),
    ];
    let found = seek(zone, &strangers, ports).await;
    assert_eq!(
        found,
        Err(DiscoveryError::Nothing("example.org".to_owned()))
    );
}
