//! Who lives in a test's gateway.

use std::path::Path;
use std::sync::LazyLock;

use data_encoding::BASE64;
use quillgate::auth::admin::AdminError;
use quillgate::auth::admin::new_user::NewUser;
use quillgate::auth::admin::tokens::{self, NewToken};
use quillgate::auth::admin::users;
use quillgate::auth::password;
use quillgate::identities::admin::accounts::{self, NewAccount};
use quillgate::identities::admin::identities;
use quillgate::identities::admin::new_identity::NewIdentity;
use quillgate::identities::admin::owners::Owners;
use quillgate::identities::server_url::{Folders, SmtpServer};
use quillgate::ids::{AccountId, IdentityId, UserId};
use quillgate::store::Store;

use super::Gateway;

pub const PASSWORD: &str = "open sesame";

/// Hashing takes its time; one hash serves everybody.
static HASH: LazyLock<String> = LazyLock::new(|| password::hash(PASSWORD).unwrap());

/// `ralf` (5) and `anna` (7) with the identities 1 and 2 on an account whose mail becomes files, and `root` (9), an
/// administrator without an identity.
pub async fn move_in(store: &Store, outbox: &Path) {
    let smtp = SmtpServer::Directory(outbox.to_owned());
    store
        .write::<_, AdminError, _>(move |db| async move {
            let account = NewAccount {
                name: "Test".to_owned(),
                owners: Owners::Everyone,
                smtp,
                smtp_password: None,
                folders: Folders::Local,
                imap_password: None,
                sent: None,
                drafts: None,
                user_editable: false,
            };
            let (account, mut changes) = accounts::add(&db, None, account).await?;
            for (id, login, name) in [
                (5, "ralf", "Ralf Becker"),
                (7, "anna", "Anna Example"),
                (9, "root", "Admin"),
            ] {
                let (_, more) = users::add(&db, person(id, login, name)).await?;
                changes.extend(more);
            }
            for (id, login) in [(1, "ralf"), (2, "anna")] {
                let new = NewIdentity {
                    email: format!("{login}@example.org"),
                    ..NewIdentity::default()
                };
                let (_, more) =
                    identities::add(&db, Some(IdentityId(id)), account, login, new).await?;
                changes.extend(more);
            }
            Ok(((), changes))
        })
        .await
        .unwrap();
}

/// Further users with the usual password, each with an identity: `peer0` has the id 100, `peer1` 101 …
pub async fn more(store: &Store, count: usize) -> Vec<Peer> {
    let peers: Vec<_> = (0..count)
        .map(|number| Peer {
            login: format!("peer{number}"),
            id: 100 + number as i32,
        })
        .collect();
    let new = peers.clone();
    store
        .write::<_, AdminError, _>(move |db| async move {
            let mut changes = Vec::new();
            for Peer { login, id } in new {
                let (_, more) = users::add(&db, person(id, &login, &login)).await?;
                changes.extend(more);
                let identity = NewIdentity {
                    email: format!("{login}@example.org"),
                    ..NewIdentity::default()
                };
                let account = AccountId(1);
                let (_, more) = identities::add(&db, None, account, &login, identity).await?;
                changes.extend(more);
            }
            Ok(((), changes))
        })
        .await
        .unwrap();
    peers
}

/// One more user with the usual password and an identity, who calls himself as he likes.
pub async fn calling_himself(gateway: &Gateway, login: &'static str, name: &str) {
    let new = person(200, login, name);
    let add = move |db: std::sync::Arc<sea_orm::DatabaseTransaction>| async move {
        let (_, mut changes) = users::add(&db, new).await?;
        let identity = NewIdentity {
            email: format!("{login}@example.org"),
            ..NewIdentity::default()
        };
        let (_, more) = identities::add(&db, None, AccountId(1), login, identity).await?;
        changes.extend(more);
        Ok(changes)
    };
    gateway.change(add).await;
}

/// One of [`more`].
#[derive(Clone, Debug)]
pub struct Peer {
    pub login: String,
    pub id: i32,
}

fn person(id: i32, login: &str, name: &str) -> NewUser {
    NewUser {
        id: Some(UserId(id)),
        login: login.to_owned(),
        name: name.to_owned(),
        email: format!("{login}@example.org"),
        admin: login == "root",
        password_hash: Some(HASH.clone()),
        ..NewUser::default()
    }
}

/// Makes a token, of `login` or for all users, and returns its id and the token.
pub async fn token(
    gateway: &Gateway,
    login: Option<&str>,
    scopes: &str,
    until: Option<i64>,
) -> (i32, String) {
    let new = NewToken {
        user: login.map(str::to_owned),
        scopes: scopes.parse().unwrap(),
        until,
        remark: "CRM".to_owned(),
    };
    let made = gateway
        .store
        .write::<_, AdminError, _>(move |db| async move { tokens::create(&db, new).await })
        .await
        .unwrap();
    (made.id.0, made.token)
}

/// The value of an `Authorization` header.
pub fn basic(login: &str, password: &str) -> String {
    format!(
        "Basic {}",
        BASE64.encode(format!("{login}:{password}").as_bytes())
    )
}

/// Signs in as the web client does; returns the value of its `Cookie` header.
pub async fn sign_in(gateway: &Gateway, login: &str) -> String {
    let form = serde_json::json!({"login": login, "password": PASSWORD});
    let answer = gateway
        .request(reqwest::Method::POST, "/login")
        .json(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// Revokes a token as the command does.
pub async fn revoke(gateway: &Gateway, id: i32) {
    let revoke = move |db: std::sync::Arc<sea_orm::DatabaseTransaction>| async move {
        tokens::revoke(&db, quillgate::ids::TokenId(id)).await
    };
    gateway.change(revoke).await;
}
