//! Sending through SMTP servers: a real one, and one that does what no real one would do on request.

mod connections;
mod crash;
mod exim;
mod faults;
mod sign_in;
mod tls;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use quillgate::draft::Draft;
use quillgate::draft::address::Mailbox;
use quillgate::identities::server_url::SmtpServer;
use quillgate::ids::{AccountId, UserId};
use quillgate::net::login::{Login, Password};
use quillgate::net::tls::Tls;
use quillgate::outbound::access::{Accessing, Mailboxes};
use quillgate::outbound::error::SendError;
use quillgate::outbound::place::{Nowhere, SentCopy};
use quillgate::outbound::sent::Sent;
use quillgate::outbound::{Outbound, OutboundLimits, Sender};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::support::Gateway;
use crate::support::certificates;
use crate::support::gateway::Answer;
use crate::support::post::spooled;
use crate::support::sink::Sink;

/// A gateway whose mail goes to `sink`.
async fn gateway_to(sink: &Sink) -> Gateway {
    let gateway = Gateway::start().await;
    gateway.sends_to(sink.port).await;
    gateway
}

/// Sends a short mail of ralf's.
async fn send(gateway: &Gateway, to: &[&str]) -> Answer {
    let mail = json!({"to": to, "subject": "Hello", "body": "Text"});
    gateway.post_json("ralf", "/mail", &mail).await
}

/// What was answered, when nothing more than this is to be in it.
fn failure(message: &str, details: Value) -> Value {
    json!({"error": 500, "message": message, "details": details})
}

/// No copy is kept here.
struct NoMailboxes;

impl Mailboxes for NoMailboxes {
    fn imap(&self, _: AccountId, _: UserId) -> Accessing<'_> {
        Box::pin(async { None })
    }
}

/// What sends, without a gateway around it.
struct Post {
    outbound: Outbound,
    directory: TempDir,
}

impl Post {
    /// One that trusts the authority of the tests.
    fn new() -> Self {
        Self::trusting(&Tls::new(Some(&certificates::ca_file())).unwrap())
    }

    fn trusting(tls: &Tls) -> Self {
        let directory = TempDir::new().unwrap();
        let limits = OutboundLimits {
            message_max: 50 << 20,
            smtp_timeout: Duration::from_secs(20),
            smtp_connections: 2,
            durable: false,
            copy_timeout: Duration::from_secs(20),
        };
        let tracker = TaskTracker::new();
        let spool = directory.path().join("spool");
        let outbound = Outbound::new(
            spool,
            limits,
            tls.clone(),
            Arc::new(NoMailboxes),
            Handle::current(),
            tracker,
        )
        .unwrap();
        Self {
            outbound,
            directory,
        }
    }

    /// Sends a short mail by the server of a URL.
    async fn send(&self, url: &str, login: Option<&Login>, to: &str) -> Result<Sent, SendError> {
        let sender = Sender {
            account: AccountId(1),
            smtp: url.parse::<SmtpServer>().unwrap(),
            login: login.cloned(),
            otherwise: None,
            dkim: Arc::new([]),
            from: Mailbox::new("Ralf", "ralf@example.org").unwrap(),
            reply_to: None,
            signature: None,
            sent: SentCopy::Nowhere(Nowhere::NoMailbox),
        };
        let Value::Object(mail) = json!({"to": to, "subject": "Hello", "body": "Text"}) else {
            unreachable!()
        };
        let draft = Draft::parse(&mail, jiff::civil::date(2026, 11, 22)).unwrap();
        self.outbound
            .send(sender, draft, Default::default(), Default::default())
            .await
    }

    fn spooled(&self) -> Vec<String> {
        spooled(self.directory.path())
    }
}

/// The body of the answer that an error becomes.
fn answer(error: SendError) -> Value {
    quillgate::http::error::ApiError::from(error).body()
}

fn login(user: &str, password: &str) -> Login {
    Login {
        user: user.to_owned(),
        password: Password::new(password),
    }
}
