//! Where the mail of a test's gateway goes, and what became of it.

use std::path::PathBuf;

use mail_parser::{Message, MessageParser};
use quillgate::auth::admin::AdminError;
use quillgate::identities::admin::accounts::{self, AccountChange};
use quillgate::identities::admin::identities;
use quillgate::identities::admin::new_identity::IdentityChange;
use quillgate::identities::server_url::Folders;
use quillgate::ids::{AccountId, IdentityId};
use quillgate::store::changes;
use serde_json::{Value, json};

use super::Gateway;

/// The account that everybody's identity is on.
const ACCOUNT: AccountId = AccountId(1);

impl Gateway {
    /// Mail goes to an SMTP server of this machine from now on.
    pub async fn sends_to(&self, port: u16) {
        let host = "127.0.0.1".to_owned();
        let smtp = Some(format!("smtp://{host}:{port}").parse().unwrap());
        self.change_account(AccountChange {
            smtp,
            ..AccountChange::default()
        })
        .await;
    }

    /// The account has no mailbox from now on.
    pub async fn keeps_no_copies(&self) {
        self.change_account(AccountChange {
            folders: Some(Folders::None),
            ..AccountChange::default()
        })
        .await;
    }

    pub async fn change_account(&self, change: AccountChange) {
        self.store
            .write::<_, AdminError, _>(move |db| async move {
                Ok(((), accounts::set(&db, ACCOUNT, change).await?))
            })
            .await
            .unwrap();
        changes::settle(&self.data).await;
    }

    pub async fn change_identity(&self, id: i32, change: IdentityChange) {
        self.store
            .write::<_, AdminError, _>(move |db| async move {
                Ok(((), identities::set(&db, IdentityId(id), change).await?))
            })
            .await
            .unwrap();
        changes::settle(&self.data).await;
    }

    /// The copies in ralf's Sent folder, oldest first.
    pub fn copies(&self) -> Vec<String> {
        let folder = self.data.join("mail/1/5/.Sent/cur");
        below(&folder)
            .into_iter()
            .map(|path| std::fs::read_to_string(path).unwrap())
            .collect()
    }

    /// The states that messages are in, one for each.
    pub fn spooled(&self) -> Vec<String> {
        spooled(&self.data)
    }
}

/// The states of the messages in the spool of a data directory.
pub fn spooled(data: &std::path::Path) -> Vec<String> {
    below(&data.join("spool"))
        .into_iter()
        .flat_map(|state| {
            let name = state.file_name().unwrap().to_string_lossy().into_owned();
            below(&state).into_iter().map(move |_| name.clone())
        })
        .collect()
}

/// What a directory holds, sorted; nothing if there is none.
pub fn below(directory: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    let mut found: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// A mail to one person.
pub fn note(subject: &str) -> Value {
    json!({"to": ["Info <info@example.com>"], "subject": subject, "body": "Text"})
}

/// A message as the parser of the crate's own choice sees it.
pub fn parsed(message: &str) -> Message<'_> {
    MessageParser::new().parse(message.as_bytes()).unwrap()
}
