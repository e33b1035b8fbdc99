//! Copies of sent mail in mailboxes on IMAP servers: a real one, and one that does what no real one would do on request.

mod connections;
mod cut;
mod folders;
mod later;
mod memory;
mod saving;
mod scripted;
mod server;
mod trying;

use std::time::Duration;

use quillgate::identities::admin::accounts::{AccountChange, Secret};
use quillgate::identities::server_url::Folders;
use quillgate::net::login::Password;
use quillgate::store::sealed::Keyring;
use serde_json::{Value, json};

use crate::support::Gateway;
use crate::support::certificates::ca_file;
use crate::support::gateway::Answer;

const WITHOUT: &str = "Mail NOT saved to Sent folder, as ";

/// A gateway that trusts the tests' certificates and gives a copy so much time.
async fn gateway(copy_timeout: Duration) -> Gateway {
    Gateway::with(|config| {
        config.mail.ca_file = Some(ca_file());
        config.mail.copy_timeout = copy_timeout;
    })
    .await
}

impl Gateway {
    /// The folders are on a server from now on, and the password for it is kept.
    async fn keeps_copies_at(&self, url: &str, password: &str) {
        self.keeps_copies_in(url, password, None).await;
    }

    /// A password as accounts keep it.
    fn secret(&self, password: &str) -> Secret {
        Secret {
            password: Password::new(password),
            keys: Keyring::open(&self.data.join("master.key")).unwrap(),
        }
    }

    /// The same, with a folder of the account's own for copies.
    async fn keeps_copies_in(&self, url: &str, password: &str, sent: Option<&str>) {
        let folders: Folders = url.parse().unwrap();
        self.change_account(AccountChange {
            folders: Some(folders),
            imap_password: Some(self.secret(password)),
            sent: Some(sent.map(str::to_owned)),
            ..AccountChange::default()
        })
        .await;
    }
}

/// Sends a short mail of ralf's, with more than that.
async fn send(gateway: &Gateway, more: Value) -> Answer {
    let mut mail = json!({"to": "a@example.com", "subject": "Grüße", "body": "Text"});
    mail.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    gateway.post_json("ralf", "/mail", &mail).await
}

/// What was wrong with the copy of a mail that is out.
fn warning(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["warning"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
