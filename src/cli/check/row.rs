//! What came out of one check, as a line of a table and as an object.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::certificate::Certificate;
use crate::config::units::write_size;
use crate::net::stream::Encryption;

/// Of the table of checks.
pub const COLUMNS: [&str; 8] = [
    "result",
    "where",
    "what",
    "address",
    "tls",
    "certificate",
    "sign-in",
    "offers",
];
/// Of the table of what to do.
pub const ADVICE: [&str; 4] = ["result", "where", "what", "advice"];

/// One check; what it did not come to is empty.
#[derive(Debug, Default)]
pub struct Row {
    /// For instance `account 1 (Office)`.
    pub place: String,
    /// For instance the URL of a server.
    pub what: String,
    /// The address that answered.
    pub address: Option<SocketAddr>,
    pub tls: Option<Encrypted>,
    /// In words.
    pub sign_in: Option<String>,
    /// The user whose login was accepted.
    pub signed_in: Option<String>,
    /// Sent mail and drafts, by the server's names.
    pub folders: [Option<String>; 2],
    /// Bytes of a message.
    pub size_max: Option<u64>,
    pub smtputf8: Option<bool>,
    pub problems: Vec<Problem>,
}

/// How a connection was encrypted.
#[derive(Debug)]
pub struct Encrypted {
    pub version: String,
    pub cipher: String,
    /// `None`: it could not be read.
    pub certificate: Option<Certificate>,
}

impl From<Encryption> for Encrypted {
    fn from(found: Encryption) -> Self {
        Self {
            certificate: Certificate::read(&found.certificate),
            version: found.version,
            cipher: found.cipher,
        }
    }
}

/// Something that somebody should do something about.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    /// It does not work; otherwise it works, but not for all or not for ever.
    pub fatal: bool,
    /// What is wrong, and what to do.
    pub text: String,
}

impl Row {
    pub fn new(place: &str, what: String) -> Self {
        Self {
            place: place.to_owned(),
            what,
            ..Self::default()
        }
    }

    /// Says what does not work, and what to do.
    pub fn fail(&mut self, text: impl Into<String>) {
        self.problems.push(Problem {
            fatal: true,
            text: text.into(),
        });
    }

    /// Says what could be better.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.problems.push(Problem {
            fatal: false,
            text: text.into(),
        });
    }

    pub fn failed(&self) -> bool {
        self.problems.iter().any(|problem| problem.fatal)
    }

    fn result(&self) -> &'static str {
        match (self.failed(), self.problems.is_empty()) {
            (true, _) => "failed",
            (false, false) => "warning",
            (false, true) => "ok",
        }
    }

    /// For the table.
    pub fn cells(&self) -> Value {
        let certificate = self.tls.as_ref().and_then(|tls| tls.certificate.as_ref());
        json!({
            "result": self.result(),
            "where": self.place,
            "what": self.what,
            "address": self.address.map(|address| address.to_string()),
            "tls": self.tls.as_ref().map(|tls| &tls.version),
            "certificate": certificate.map(ToString::to_string),
            "sign-in": self.sign_in,
            "offers": self.offers(),
        })
    }

    fn offers(&self) -> Option<String> {
        let folders = ["sent", "drafts"].into_iter().zip(&self.folders);
        let folders =
            folders.filter_map(|(use_, name)| Some(format!("{use_}: {}", name.as_ref()?)));
        let size = self
            .size_max
            .map(|bytes| format!("up to {}", write_size(bytes)));
        let utf8 = self
            .smtputf8
            .map(|yes| if yes { "SMTPUTF8" } else { "no SMTPUTF8" }.to_owned());
        let all: Vec<String> = folders.chain(size).chain(utf8).collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// In one line, without what is wrong.
    pub fn summary(&self) -> String {
        let tls = self.tls.as_ref().map(|tls| tls.version.clone());
        let sign_in = self.sign_in.as_ref().map(|how| format!("sign-in: {how}"));
        let rest = [tls, sign_in, self.offers()].into_iter().flatten();
        let all = [self.result().to_owned(), self.what.clone()]
            .into_iter()
            .chain(rest);
        all.collect::<Vec<_>>().join("  ")
    }

    /// Everything, for programs.
    pub fn json(&self) -> Value {
        let problems = self.problems.iter();
        json!({
            "result": self.result(),
            "where": self.place,
            "what": self.what,
            "address": self.address.map(|address| address.to_string()),
            "tls": self.tls.as_ref().map(|tls| &tls.version),
            "cipher": self.tls.as_ref().map(|tls| &tls.cipher),
            "certificate": self.tls.as_ref().and_then(|tls| tls.certificate.as_ref()).map(Certificate::json),
            "sign-in": self.sign_in,
            "signed-in": self.signed_in,
            "sent": self.folders[0],
            "drafts": self.folders[1],
            "size-max": self.size_max,
            "smtputf8": self.smtputf8,
            "problems": problems
                .map(|problem| json!({"fatal": problem.fatal, "text": problem.text}))
                .collect::<Vec<_>>(),
        })
    }

    /// What to do, a line for each.
    pub fn advice(&self) -> impl Iterator<Item = Value> {
        self.problems.iter().map(|problem| {
            json!({
                "result": if problem.fatal { "failed" } else { "warning" },
                "where": self.place,
                "what": self.what,
                "advice": problem.text,
            })
        })
    }
}
