//! Sending against a server that does what a script says.

mod connections;
mod copies;
mod encrypted;
mod fake_server;
mod pipelining;
mod probes;
mod replies;
mod sharing;
mod sign_in;
mod starttls;
mod ways;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::http::error::ApiError;
use crate::ids::UserId;
use crate::net::login::Password;
use fake_server::FakeServer;
use place::{Nowhere, SentPlace};

/// An `Outbound` in a directory of its own.
struct House {
    dir: tempfile::TempDir,
    outbound: Outbound,
    tracker: TaskTracker,
}

fn limits() -> OutboundLimits {
    OutboundLimits {
        message_max: 50 << 20,
        smtp_timeout: Duration::from_secs(20),
        smtp_connections: 8,
        durable: true,
        copy_timeout: Duration::from_secs(20),
    }
}

fn house_with(limits: OutboundLimits) -> House {
    house_trusting(Tls::new(None).expect("certificates"), limits)
}

fn house_trusting(tls: Tls, limits: OutboundLimits) -> House {
    let dir = tempfile::tempdir().expect("directory");
    let tracker = TaskTracker::new();
    let outbound = Outbound::new(
        dir.path().join("spool"),
        limits,
        tls,
        Arc::new(NoMailboxes),
        Handle::current(),
        tracker.clone(),
    )
    .expect("spool");
    House {
        dir,
        outbound,
        tracker,
    }
}

fn house() -> House {
    house_with(limits())
}

/// Nobody has a mailbox on a server.
struct NoMailboxes;

impl Mailboxes for NoMailboxes {
    fn imap(&self, _: AccountId, _: UserId) -> access::Accessing<'_> {
        Box::pin(std::future::ready(None))
    }
}

impl Enclosed {
    fn of(attachment: Attachment) -> Self {
        Self {
            attached: vec![attachment],
            downloads: Vec::new(),
        }
    }
}

impl House {
    fn place(&self) -> SentPlace {
        SentPlace::Local {
            root: self.dir.path().join("box"),
            folder: "Sent".into(),
        }
    }

    fn sender(&self, smtp: SmtpServer) -> Sender {
        Sender {
            account: AccountId(1),
            smtp,
            login: None,
            otherwise: None,
            dkim: Arc::new([]),
            from: Mailbox::new("Ralf Becker", "ralf@example.org").expect("valid"),
            reply_to: None,
            signature: None,
            sent: SentCopy::In {
                place: self.place(),
                access: None,
            },
        }
    }

    async fn send(&self, server: &FakeServer, draft: Value) -> Result<Sent, SendError> {
        self.send_as(smtp(server), None, draft).await
    }

    async fn send_as(
        &self,
        server: SmtpServer,
        login: Option<Login>,
        draft: Value,
    ) -> Result<Sent, SendError> {
        let mut sender = self.sender(server);
        sender.login = login;
        let sending =
            self.outbound
                .send(sender, parsed(draft), Enclosed::default(), Arc::default());
        sending.await
    }

    /// Every file below the spool.
    fn spooled(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.dir.path().join("spool"), &mut found);
        found
    }

    fn copies(&self) -> Vec<Vec<u8>> {
        let folder = self.dir.path().join("box/.Sent/cur");
        let Ok(entries) = fs::read_dir(folder) else {
            return Vec::new();
        };
        entries
            .flatten()
            .map(|entry| fs::read(entry.path()).expect("reads"))
            .collect()
    }
}

fn walk(directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).expect("there").flatten() {
        if entry.path().is_dir() {
            walk(&entry.path(), found);
        } else {
            found.push(entry.path().display().to_string());
        }
    }
}

fn smtp(server: &FakeServer) -> SmtpServer {
    let url = format!("smtp://127.0.0.1:{}", server.port);
    url.parse().expect("a URL")
}

fn login(user: &str, password: &str) -> Login {
    Login {
        user: user.to_owned(),
        password: Password::new(password),
    }
}

fn parsed(draft: Value) -> Draft {
    let Value::Object(members) = draft else {
        panic!("an object")
    };
    Draft::parse(&members, jiff::civil::date(2026, 11, 22)).expect("a valid draft")
}

fn draft() -> Value {
    json!({"to": ["b@x.org"], "subject": "Hi", "body": ".dot\n..two\nend"})
}

fn answer(error: SendError) -> Value {
    ApiError::from(error).body()
}
