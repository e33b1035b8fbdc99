//! The one table of configuration keys. The default file, the environment variables, the search for misspelt keys
//! and `config --effective` all come from it.

use toml::Value;

/// The types of values that a key takes. Sizes and times are texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    TextOrList,
    List,
    Integer,
    Boolean,
}

/// One key of the configuration.
#[derive(Debug)]
pub struct Key {
    /// The table of the file that holds it, dotted when nested.
    pub section: &'static str,
    pub name: &'static str,
    pub kind: Kind,
    /// As it stands in a file.
    pub default: &'static str,
    /// For the operator, in lines that fit a comment.
    pub doc: &'static str,
}

/// Every environment variable that sets a key begins with this.
pub const PREFIX: &str = "QUILLGATE_";

/// Names the configuration file; the one variable that is no key.
pub const CONFIG_VARIABLE: &str = "QUILLGATE_CONFIG";

impl Key {
    /// The name with its section: `presence.heartbeat`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// The environment variable that sets it: `QUILLGATE_PRESENCE_HEARTBEAT`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!(
            "{PREFIX}{}",
            self.path().replace('.', "_").to_ascii_uppercase()
        )
    }

    /// The default as a value. A test reads every one of them.
    pub(super) fn default_value(&self) -> Value {
        toml_value(self.default)
            .unwrap_or_else(|| panic!("the default of {} is not TOML", self.path()))
    }

    fn likeness(&self, wanted: &str, wanted_name: &str) -> f64 {
        let whole = strsim::normalized_damerau_levenshtein(&self.path().replace('.', "_"), wanted);
        // A key in the wrong section is a likely slip too; a match of both counts for more.
        whole.max(0.99 * strsim::normalized_damerau_levenshtein(self.name, wanted_name))
    }
}

/// The key with this path.
#[must_use]
pub fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path() == path)
}

/// Whether keys live in or below a section of this path.
pub(super) fn is_section(path: &str) -> bool {
    KEYS.iter()
        .any(|key| key.path().starts_with(&format!("{path}.")))
}

/// The key that an unknown one, `section.name` or `section_name`, most likely means.
#[must_use]
pub fn nearest(unknown: &str) -> &'static Key {
    let wanted = unknown.to_lowercase().replace('.', "_");
    let name = match unknown.rsplit_once('.') {
        Some((_, name)) => name.to_lowercase(),
        None => without_section(&wanted).to_owned(),
    };
    let likeness = |key: &Key| key.likeness(&wanted, &name);
    let best = KEYS
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    best.unwrap_or(&KEYS[0])
}

fn without_section(wanted: &str) -> &str {
    let names = KEYS
        .iter()
        .filter_map(|key| wanted.strip_prefix(key.section)?.strip_prefix('_'));
    names.min_by_key(|name| name.len()).unwrap_or(wanted)
}

/// A TOML value that stands alone.
pub(super) fn toml_value(text: &str) -> Option<Value> {
    let parsed = toml::de::ValueDeserializer::parse(text).ok()?;
    serde::Deserialize::deserialize(parsed).ok()
}

const fn key(
    section: &'static str,
    name: &'static str,
    kind: Kind,
    default: &'static str,
    doc: &'static str,
) -> Key {
    Key {
        section,
        name,
        kind,
        default,
        doc,
    }
}

/// In the order of the file.
#[rustfmt::skip]
pub static KEYS: &[Key] = &[
    key("server", "listen", Kind::TextOrList, r#""127.0.0.1:8080""#,
        "Where to listen: \"host:port\" or \"unix:/path\", one or a list of them. Port 0 takes any free port."),
    key("server", "public_url", Kind::Text, r#""""#,
        "The address that browsers and callers use, for Location headers; its origin may open WebSockets.\n\
         Empty: from listen. On a loopback listener localhost, 127.0.0.1 and [::1] with its port all count as it."),
    key("server", "share_url", Kind::Text, r#""""#,
        "Another host name for shared content (recommended). Empty: public_url."),
    key("server", "allowed_origins", Kind::List, "[]",
        "Further origins that may open WebSockets, such as \"https://intranet.example.org\"."),
    key("server", "base_path", Kind::Text, r#""/egroupware/groupdav.php""#,
        "What stands before /mail in every URL of the API; begins with \"/\" and has none at its end, or is empty."),
    key("server", "trusted_proxies", Kind::List, "[]",
        "Addresses and networks whose X-Forwarded-For, -Proto and -Host are believed, such as \"10.0.0.0/8\"."),
    key("server", "workers", Kind::Integer, "0",
        "Threads that serve HTTP. 0: one per core."),
    key("server", "connections_max", Kind::Integer, "32768",
        "Open HTTP connections, idle ones included; WebSockets are counted by presence.sessions_max. One more closes\n\
         the longest idle ones; when there are none it is told 503."),
    key("server", "connections_per_address", Kind::Integer, "16384",
        "The same for each client's address (of IPv6: each /64). Those of trusted_proxies and Unix sockets are exempt."),
    key("server", "header_max", Kind::Text, r#""32 KiB""#,
        "The largest header of a request, its first line included."),
    key("server", "url_max", Kind::Text, r#""8 KiB""#,
        "The longest URL of a request."),
    key("server", "header_timeout", Kind::Text, r#""10s""#,
        "Time for the header of a request; on a connection's first one it runs from the connection's start."),
    key("server", "keep_alive", Kind::Text, r#""75s""#,
        "How long a connection stays open for another request. Make it longer than the proxies in front keep theirs."),
    key("server", "body_timeout", Kind::Text, r#""30s""#,
        "How long the sender of a body may be silent."),
    key("server", "body_pace", Kind::Text, r#""1 KiB""#,
        "Bytes a second that a body must bring on average, from body_timeout after its start on."),
    key("server", "bodies_per_user", Kind::Text, r#""128 MiB""#,
        "JSON bodies of one user's requests in memory at a time. Uploads are not kept in memory."),
    key("server", "bodies_total", Kind::Text, r#""1 GiB""#,
        "JSON bodies of all requests in memory at a time."),
    key("server", "timezone", Kind::Text, r#""UTC""#,
        "Of dates such as shareExpiration, unless the user has one: an IANA name such as \"Europe/Berlin\"."),
    key("server.tls", "cert", Kind::Text, r#""""#,
        "File of the certificate chain, PEM. Empty: no TLS. Not available yet: put a reverse proxy in front."),
    key("server.tls", "key", Kind::Text, r#""""#,
        "File of its private key, PEM. Not available yet."),

    key("storage", "data_dir", Kind::Text, r#""data""#,
        "Everything local lives below this directory. Relative paths in this section, as in all of this file,\n\
         count from the directory of the configuration file."),
    key("storage", "database", Kind::Text, r#""""#,
        "\"sqlite:PATH\". Empty: quillgate.db below data_dir. (postgres://user@host/db is not available yet.)"),
    key("storage", "blobs", Kind::Text, r#""""#,
        "Where uploads, files and shared copies are kept: \"file:DIRECTORY\". Empty: blobs below data_dir.\n\
         (s3://bucket/prefix?endpoint=…&region=… is not available yet.)"),
    key("storage", "master_key_file", Kind::Text, r#""""#,
        "File of the key that encrypts stored mail passwords; made on first start, mode 0600. Keep a copy of it.\n\
         Empty: master.key below data_dir."),

    key("auth", "realm", Kind::Text, r#""EGroupware CalDAV/CardDAV/GroupDAV server""#,
        "Named when a password is asked for."),
    key("auth", "session_lifetime", Kind::Text, r#""30d""#,
        "How long a browser stays signed in."),
    key("auth", "login_attempts", Kind::Integer, "10",
        "Wrong passwords per login and address in five minutes. What was right a moment ago passes all the same."),
    key("auth", "login_attempts_per_address", Kind::Integer, "100",
        "Wrong passwords per address in five minutes, whatever the login. Many people may share an address."),
    key("auth", "login_attempts_per_login", Kind::Integer, "100",
        "Wrong passwords per login in five minutes, whatever the address."),
    key("auth", "passwords_at_once", Kind::Integer, "2",
        "Passwords that are checked at a time: each takes 19 MiB of memory and a core for some 20 ms."),
    key("auth", "passwords_waiting", Kind::Integer, "256",
        "Logins that wait for their password to be checked; more are told to come back."),

    key("sign_in", "imap", Kind::Text, r#""""#,
        "Who has no password here signs in with that of their mailbox on this server, such as\n\
         \"imaps://mail.example.org\"; ?login=login or ?login=local if it knows people by less than their address.\n\
         Empty: only passwords that are kept here."),
    key("sign_in", "domain", Kind::Text, r#""""#,
        "Of those who sign in so: \"ralf\" and \"ralf@example.org\" are the user ralf then. Addresses of other domains are\n\
         not let in. Needed with sign_in.imap."),
    key("sign_in", "smtp", Kind::Text, r#""""#,
        "Their way out, such as \"smtp+starttls://mail.example.org:587?auth=session\": on the first sign-in they get an\n\
         identity on the account with this server and that of sign_in.imap, which is made when there is none.\n\
         Empty: no identity is made."),
    key("sign_in", "account", Kind::Text, r#""Mail""#,
        "What the account is called when it is made."),

    key("presence", "heartbeat", Kind::Text, r#""30s""#,
        "Time between WebSocket pings; a session that is silent for two of them is dropped."),
    key("presence", "pulse", Kind::Text, r#""60s""#,
        "Time between the page's own signs of life; a session that misses two of them is dormant. Less than\n\
         60s can make hidden tabs dormant: browsers may run their timers once a minute."),
    key("presence", "offer_stagger", Kind::Text, r#""1s""#,
        "Silence after which a compose is offered to the next session as well."),
    key("presence", "compose_deadline", Kind::Text, r#""8s""#,
        "Time in which a session must confirm a compose; after it the user counts as not online."),
    key("presence", "resume_grace", Kind::Text, r#""10s""#,
        "How long a session that lost its connection may come back, such as after a reload of the page."),
    key("presence", "wait_max", Kind::Text, r#""50s""#,
        "Cap for Prefer: wait. Keep it below the timeout of the proxies in front, usually 60 s."),
    key("presence", "push_wait", Kind::Text, r#""25s""#,
        "How long a compose waits for somebody who is not online but wants to be called by Web Push, capped by wait_max.\n\
         0s: nobody is called."),
    key("presence", "compose_keep", Kind::Text, r#""30d""#,
        "How long it can be asked what became of a compose."),
    key("presence", "composes_per_minute", Kind::Integer, "60",
        "Compose windows per credential and addressed user. 0: no limit."),
    key("presence", "waiting_per_user", Kind::Integer, "128",
        "Requests that wait for a page of one user at a time: composes that nobody has confirmed yet, Prefer: wait."),
    key("presence", "waiting_total", Kind::Integer, "10000",
        "The same for all users together."),
    key("presence", "payloads_per_user", Kind::Text, r#""64 MiB""#,
        "What compose windows of one user are filled with, in memory until the page has it. What a page has confirmed\n\
         is kept for ten minutes, as long as there is room."),
    key("presence", "payloads_total", Kind::Text, r#""512 MiB""#,
        "The same for all users together."),
    key("presence", "sessions_per_user", Kind::Integer, "32",
        "One more closes the longest dormant session, else the longest idle one."),
    key("presence", "sessions_max", Kind::Integer, "50000",
        "WebSocket sessions in all; one more is told 503. Each takes two open files."),
    key("presence", "queue", Kind::Integer, "64",
        "Frames that wait for one session at most; at least 4."),
    key("presence", "frame_max", Kind::Text, r#""64 KiB""#,
        "The largest message that is taken from a client."),
    key("presence", "frames_per_second", Kind::Integer, "100",
        "Frames that a client may send in the long run without being asked, with ten seconds' worth at once; one that\n\
         sends more is closed (1008). 0: no limit."),
    key("presence", "push_inline_max", Kind::Text, r#""4 KiB""#,
        "Compose payloads up to this size travel in the frame; the page fetches larger ones. Every connection keeps\n\
         the memory of its largest frame."),
    key("presence", "visibility", Kind::Text, r#""self""#,
        "Whom a user sees online: \"self\" or \"everyone\". Administrators see all."),

    key("attachments", "max_size", Kind::Text, r#""1 GiB""#,
        "The largest upload."),
    key("attachments", "user_quota", Kind::Text, r#""10 GiB""#,
        "All uploads of one user together."),
    key("attachments", "expire_after", Kind::Text, r#""7d""#,
        "Uploads are removed this long after their last use."),
    key("attachments", "upload_status", Kind::Integer, "302",
        "Answer to a finished upload: 302, or 201 for clients of newer upstream versions."),

    key("files", "user_quota", Kind::Text, r#""10 GiB""#,
        "All files of one user together, below /home/<login>."),
    key("files", "entries_per_user", Kind::Integer, "100000",
        "Files and folders of one user."),

    key("shares", "keep", Kind::Text, r#""100d""#,
        "A share without an end date ends when nobody has opened it for so long."),
    key("shares", "user_quota", Kind::Text, r#""10 GiB""#,
        "The copies that links of one user hold."),
    key("shares", "link_above", Kind::Text, r#""0 B""#,
        "Attachments that are larger than this together go as links (attachmentType link) instead, with a warning in the\n\
         answer. 0: never."),

    key("mail", "message_max", Kind::Text, r#""50 MiB""#,
        "The largest message that is sent, as it goes over the wire."),
    key("mail", "smtp_timeout", Kind::Text, r#""30s""#,
        "Limit for reaching an SMTP server, and for each of its answers."),
    key("mail", "smtp_connections", Kind::Integer, "8",
        "SMTP connections per account at the same time."),
    key("mail", "copy_timeout", Kind::Text, r#""20s""#,
        "How long the answer to a send may wait for the copy in the sender's mailbox; later it is a warning, and the\n\
         copy is made by itself."),
    key("mail", "ca_file", Kind::Text, r#""""#,
        "PEM file of certificates that mail servers' certificates may be issued by, beside those that this machine\n\
         trusts. Empty: none."),
    key("mail", "durable", Kind::Boolean, "true",
        "Whether each mail waits for the disk, so that a power cut loses none. false: a power cut may lose the copy of\n\
         a mail just sent; a crash of the process alone never does."),
    key("mail", "private_hosts", Kind::Boolean, "false",
        "Whether users may name mail servers at private addresses, and their browsers push services there."),

    key("log", "format", Kind::Text, r#""text""#,
        "\"text\" or \"json\", one line per event on stderr."),
    key("log", "level", Kind::Text, r#""info""#,
        "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"; for parts of the program: \"info,quillgate::presence=debug\"."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_key_is_documented_in_lines_that_fit() {
        for key in KEYS {
            assert!(
                !key.doc.trim().is_empty(),
                "{} has no documentation",
                key.path()
            );
            for line in key.doc.lines() {
                assert!(line.chars().count() <= 118, "{}: {line}", key.path());
                assert_eq!(line, line.trim(), "{}", key.path());
            }
            assert!(
                key.doc.ends_with(['.', ')']),
                "{} does not end its sentence",
                key.path()
            );
        }
    }

    #[test]
    fn every_default_is_a_value_of_its_kind() {
        for key in KEYS {
            let fits = match key.default_value() {
                Value::String(_) => matches!(key.kind, Kind::Text | Kind::TextOrList),
                Value::Array(_) => matches!(key.kind, Kind::List | Kind::TextOrList),
                Value::Integer(_) => key.kind == Kind::Integer,
                Value::Boolean(_) => key.kind == Kind::Boolean,
                _ => false,
            };
            assert!(fits, "{} = {}", key.path(), key.default);
        }
    }

    #[test]
    fn every_path_and_every_variable_is_unique() {
        let paths: HashSet<_> = KEYS.iter().map(Key::path).collect();
        let variables: HashSet<_> = KEYS.iter().map(Key::variable).collect();
        assert_eq!((paths.len(), variables.len()), (KEYS.len(), KEYS.len()));
        assert!(!variables.contains(CONFIG_VARIABLE));
    }

    #[test]
    fn sections_stand_together() {
        let mut sections: Vec<_> = KEYS.iter().map(|key| key.section).collect();
        sections.dedup();
        let distinct: HashSet<_> = sections.iter().collect();
        assert_eq!(distinct.len(), sections.len());
    }

    #[test]
    fn a_misspelt_key_finds_the_one_that_is_meant() {
        for (unknown, meant) in [
            ("presence.hartbeat", "presence.heartbeat"),
            ("presense.heartbeat", "presence.heartbeat"),
            ("presence_hartbeat", "presence.heartbeat"),
            ("listen", "server.listen"),
            ("server_listn", "server.listen"),
            ("mail.max_size", "attachments.max_size"),
            ("mail_max_size", "attachments.max_size"),
            ("server.tls.certificate", "server.tls.cert"),
            ("Server.Public-URL", "server.public_url"),
        ] {
            assert_eq!(nearest(unknown).path(), meant, "{unknown}");
        }
    }
}
