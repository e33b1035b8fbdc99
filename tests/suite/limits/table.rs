//! Every limit has a key, a test, a line in the documentation and a line in the log.

use std::collections::BTreeSet;
use std::path::Path;

use quillgate::config::keys::KEYS;
use quillgate::telemetry::limits::Limit;

use crate::support::command::House;

/// Keys that nobody can run into: names, places, times of the gateway's own, and the choice of an answer.
const NO_LIMITS: &[&str] = &[
    "server.listen",
    "server.public_url",
    "server.share_url",
    "server.allowed_origins",
    "server.base_path",
    "server.trusted_proxies",
    "server.workers",
    "server.keep_alive",
    "server.timezone",
    "server.tls.cert",
    "server.tls.key",
    "storage.data_dir",
    "storage.database",
    "storage.blobs",
    "storage.master_key_file",
    "auth.realm",
    "auth.session_lifetime",
    "auth.passwords_at_once",
    "sign_in.imap",
    "sign_in.domain",
    "sign_in.smtp",
    "sign_in.account",
    "presence.heartbeat",
    "presence.pulse",
    "presence.offer_stagger",
    "presence.compose_deadline",
    "presence.resume_grace",
    "presence.wait_max",
    "presence.push_wait",
    "presence.compose_keep",
    "presence.push_inline_max",
    "presence.visibility",
    "attachments.expire_after",
    "attachments.upload_status",
    "shares.keep",
    "shares.link_above",
    "mail.smtp_timeout",
    "mail.smtp_connections",
    "mail.copy_timeout",
    "mail.ca_file",
    "mail.durable",
    "mail.private_hosts",
    "log.format",
    "log.level",
];

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_key_is_a_limit_or_said_to_be_none() {
    let keys: BTreeSet<_> = KEYS.iter().map(|key| key.path()).collect();
    let limits = Limit::ALL.iter().map(|limit| limit.name());
    let known: Vec<_> = limits.chain(NO_LIMITS.iter().copied()).collect();
    let sorted: BTreeSet<_> = known.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(keys, sorted);
    assert_eq!(known.len(), sorted.len(), "something is both");
}

#[test]
fn every_limit_has_a_test() {
    let sources: String = [
        "composes",
        "connections",
        "files",
        "logins",
        "requests",
        "sessions",
        "shares",
    ]
    .map(|name| read(&format!("tests/suite/limits/{name}.rs")))
    .concat()
    .split_whitespace()
    .collect();
    let untested: Vec<_> = Limit::ALL
        .iter()
        .filter(|limit| !sources.contains(&format!("counted(&gateway,Limit::{limit:?},")))
        .collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn every_limit_is_documented_with_its_default() {
    let text = read("docs/operating.md");
    for limit in Limit::ALL {
        let name = limit.name();
        let start = format!("| `{name}` | ");
        let line = text.lines().find_map(|line| line.strip_prefix(&start));
        let line = line.unwrap_or_else(|| panic!("docs/operating.md has no row for {name}"));
        let key = KEYS.iter().find(|key| key.path() == name).unwrap();
        let default = key.default.trim_matches('"');
        assert!(line.starts_with(&format!("{default} | ")), "{name}: {line}");
    }
}

#[tokio::test]
async fn the_log_tells_of_a_limit_once_and_not_each_time() {
    let house = House::inhabited("server.url_max = \"300 B\"");
    let server = house.serve();
    let url = server.log_with("http://");
    let at = url.find("http://").unwrap();
    let url = url[at..].split(['/', ' ', '"']).nth(2).unwrap().to_owned();
    for _ in 0..5 {
        let long = format!("http://{url}/healthz?{}", "x".repeat(400));
        assert_eq!(server.http.get(long).send().await.unwrap().status(), 414);
    }
    let last = format!("http://{url}/healthz");
    assert_eq!(server.http.get(last).send().await.unwrap().status(), 200);
    let line = server.log_with("limit reached");
    assert!(
        line.contains("WARN") && line.contains("server.url_max"),
        "{line}"
    );
    server.log_with("status=200");
    assert_eq!(
        server.log().matches("limit reached").count(),
        1,
        "{}",
        server.log()
    );
}
