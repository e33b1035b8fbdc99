//! Sending against a server that does what a script says.

mod connections;
mod copies;
mod fake_server;
mod pipelining;
mod replies;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::http::error::ApiError;
use fake_server::FakeServer;

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
    let dir = tempfile::tempdir().expect("directory");
    let tracker = TaskTracker::new();
    let outbound = Outbound::new(
        dir.path().join("spool"),
        limits,
        Tls::new(None).expect("certificates"),
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

impl House {
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
            sent: Some(SentFolder {
                root: self.dir.path().join("box"),
                folder: "Sent".into(),
            }),
        }
    }

    async fn send(&self, server: &FakeServer, draft: Value) -> Result<Sent, SendError> {
        self.outbound
            .send(self.sender(smtp(server)), parsed(draft), Vec::new())
            .await
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
