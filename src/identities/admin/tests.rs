use std::path::Path;

use sea_orm::{DatabaseTransaction, TransactionTrait};
use tempfile::TempDir;
use tokio::runtime::Handle;

use super::accounts::{AccountChange, NewAccount};
use super::import::Newcomer;
use super::new_identity::{IdentityChange, NewIdentity, Rank};
use super::owners::Owners;
use super::{accounts, identities, import, owners, servers};
use crate::auth::admin::new_user::NewUser;
use crate::auth::admin::{AdminError, users};
use crate::identities::server_url::{Folders, SmtpServer};
use crate::ids::{AccountId, IdentityId, UserId};
use crate::store::Store;

const OFFICE: AccountId = AccountId(1);
const OPEN: AccountId = AccountId(2);

/// A transaction in a new database with the users ralf (1) and anna (2); ralf owns the account `OFFICE`, `OPEN` is
/// for everyone.
async fn transaction() -> (TempDir, DatabaseTransaction) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("q.db"), Handle::current())
        .await
        .unwrap();
    let db = store.read(|db| async move { Ok(db) }).await.unwrap();
    let db = db.begin().await.unwrap();
    for login in ["ralf", "anna"] {
        users::add(&db, user(login)).await.unwrap();
    }
    let office = Owners::Users(vec!["ralf".to_owned()]);
    for (owners, id) in [(office, OFFICE), (Owners::Everyone, OPEN)] {
        let (made, _) = accounts::add(&db, None, account(owners)).await.unwrap();
        assert_eq!(made, id);
    }
    (dir, db)
}

fn user(login: &str) -> NewUser {
    NewUser {
        login: login.to_owned(),
        name: "Some Body".to_owned(),
        email: format!("{login}@example.org"),
        ..NewUser::default()
    }
}

fn account(owners: Owners) -> NewAccount {
    NewAccount {
        name: "Office".to_owned(),
        owners,
        smtp: "smtp://localhost".parse().unwrap(),
        smtp_password: None,
        folders: Folders::Local,
        imap_password: None,
        sent: None,
        drafts: None,
        user_editable: false,
    }
}

fn identity(email: &str) -> NewIdentity {
    NewIdentity {
        email: email.to_owned(),
        ..NewIdentity::default()
    }
}

async fn add(
    db: &DatabaseTransaction,
    account: AccountId,
    login: &str,
    new: NewIdentity,
) -> Result<IdentityId, AdminError> {
    let (id, _) = identities::add(db, None, account, login, new).await?;
    Ok(id)
}

async fn defaults(db: &DatabaseTransaction) -> Vec<i32> {
    let all = identities::all(db).await.unwrap();
    let defaults = all.iter().filter(|identity| identity.is_default);
    defaults.map(|identity| identity.id).collect()
}

fn refusal<T>(result: Result<T, AdminError>) -> String {
    match result {
        Err(AdminError::Refused(reason)) => reason,
        Err(AdminError::Store(cause)) => panic!("{cause}"),
        Ok(_) => panic!("must be refused"),
    }
}

#[test]
fn server_urls_are_checked_and_directories_made_absolute() {
    let here = Path::new("/home/ralf");
    let directory = |path: &str| SmtpServer::Directory(path.into());
    for (given, path) in [
        ("file:out/box", "/home/ralf/out/box"),
        ("file:./out", "/home/ralf/out"),
        ("file:/var/out", "/var/out"),
    ] {
        let named = servers::smtp(given, here).unwrap();
        assert_eq!((named.server, named.user), (directory(path), None));
    }
    assert!(refusal(servers::smtp("http://h", here)).starts_with("--smtp: 'http://'"));
    let named = servers::smtp("smtps://h?user=office&password_file=secret", here).unwrap();
    assert_eq!(named.user.as_deref(), Some("office"));
    assert_eq!(
        named.password_file.as_deref(),
        Some(Path::new("/home/ralf/secret"))
    );
    assert_eq!(servers::imap("none", here).unwrap().server, Folders::None);
    assert!(refusal(servers::imap("h", here)).starts_with("--imap: "));
    assert!(refusal(servers::imap("imaps://h", here)).contains("?auth=session"));
    assert!(
        servers::sieve("sieve://h")
            .to_string()
            .contains("not available yet")
    );
}

#[tokio::test]
async fn an_identity_needs_an_account_that_its_user_may_use() {
    let (_dir, db) = transaction().await;
    assert!(
        add(&db, OFFICE, "ralf", identity("r@example.org"))
            .await
            .is_ok()
    );
    assert!(
        add(&db, OPEN, "anna", identity("a@example.org"))
            .await
            .is_ok()
    );
    let strange = add(&db, OFFICE, "anna", identity("a@example.org")).await;
    assert!(refusal(strange).contains("'anna' does not own it"));
    let missing = add(&db, AccountId(9), "anna", identity("a@example.org")).await;
    assert!(refusal(missing).contains("there is no account 9"));
    let nobody = add(&db, OPEN, "nobody", identity("a@example.org")).await;
    assert!(refusal(nobody).contains("there is no user 'nobody'"));
}

#[tokio::test]
async fn the_first_identity_is_the_default_until_another_one_takes_its_place() {
    let (_dir, db) = transaction().await;
    for email in ["one@example.org", "two@example.org", "three@example.org"] {
        add(&db, OPEN, "ralf", identity(email)).await.unwrap();
    }
    add(&db, OPEN, "anna", identity("anna@example.org"))
        .await
        .unwrap();
    assert_eq!(defaults(&db).await, [1, 4]);
    let change = IdentityChange {
        rank: Rank::Default,
        ..IdentityChange::default()
    };
    identities::set(&db, IdentityId(3), change).await.unwrap();
    assert_eq!(defaults(&db).await, [3, 4]);
    identities::remove(&db, IdentityId(3)).await.unwrap();
    assert_eq!(defaults(&db).await, [1, 4]);
    let new = NewIdentity {
        rank: Rank::Default,
        ..identity("four@example.org")
    };
    let id = add(&db, OPEN, "ralf", new).await.unwrap();
    assert_eq!(defaults(&db).await, [4, id.0]);
}

#[tokio::test]
async fn what_would_break_a_header_is_refused() {
    let (_dir, db) = transaction().await;
    let bad = [
        identity("nobody"),
        identity("a@example.org, b@example.org"),
        NewIdentity {
            name: Some("A\r\nBcc: b".to_owned()),
            ..identity("a@example.org")
        },
        NewIdentity {
            org: "A\nB".to_owned(),
            ..identity("a@example.org")
        },
        NewIdentity {
            reply_to: Some("nobody".to_owned()),
            ..identity("a@example.org")
        },
    ];
    for new in bad {
        refusal(add(&db, OPEN, "ralf", new).await);
    }
    add(&db, OPEN, "ralf", identity("a@example.org"))
        .await
        .unwrap();
    let change = IdentityChange {
        email: Some("nobody".to_owned()),
        ..IdentityChange::default()
    };
    let refused = identities::set(&db, IdentityId(1), change).await;
    assert!(refusal(refused).starts_with("--email: 'nobody' is no mail address"));
}

#[tokio::test]
async fn what_a_change_does_not_name_stays() {
    let (_dir, db) = transaction().await;
    let new = NewIdentity {
        signature: Some("Yours".to_owned()),
        reply_to: Some("b@example.org".to_owned()),
        ..identity("a@example.org")
    };
    let id = add(&db, OPEN, "ralf", new).await.unwrap();
    let change = IdentityChange {
        label: Some("new".to_owned()),
        reply_to: Some(None),
        ..IdentityChange::default()
    };
    identities::set(&db, id, change).await.unwrap();
    let row = identities::all(&db).await.unwrap().remove(0);
    assert_eq!(row.label, "new");
    assert_eq!(row.reply_to, None);
    assert_eq!(row.signature.as_deref(), Some("Yours"));
    assert_eq!(row.name, "Some Body");
    assert!(row.is_default);
}

#[tokio::test]
async fn an_account_keeps_those_who_send_through_it() {
    let (_dir, db) = transaction().await;
    add(&db, OPEN, "anna", identity("anna@example.org"))
        .await
        .unwrap();
    let only_ralf = AccountChange {
        owners: Some(Owners::Users(vec!["ralf".to_owned()])),
        ..AccountChange::default()
    };
    let refused = accounts::set(&db, OPEN, only_ralf).await;
    assert!(refusal(refused).contains("quillgate identity remove 1"));
}

#[tokio::test]
async fn a_removed_account_takes_its_identities_and_owners_along() {
    let (_dir, db) = transaction().await;
    add(&db, OFFICE, "ralf", identity("one@example.org"))
        .await
        .unwrap();
    add(&db, OPEN, "ralf", identity("two@example.org"))
        .await
        .unwrap();
    accounts::remove(&db, OFFICE).await.unwrap();
    assert_eq!(defaults(&db).await, [2]);
    assert!(owners::all(&db).await.unwrap().is_empty());
    assert!(refusal(accounts::remove(&db, OFFICE).await).contains("there is no account 1"));
}

#[tokio::test]
async fn folder_names_stay_inside_the_mailbox() {
    let (_dir, db) = transaction().await;
    for (sent, fine) in [
        ("Sent Items", true),
        ("INBOX/Sent", true),
        ("../Sent", false),
        ("/Sent", false),
        ("a\nb", false),
    ] {
        let new = NewAccount {
            sent: Some(sent.to_owned()),
            ..account(Owners::Everyone)
        };
        assert_eq!(
            accounts::add(&db, None, new).await.is_ok(),
            fine,
            "{sent:?}"
        );
    }
}

#[tokio::test]
async fn an_import_gives_identities_and_makes_owners() {
    let (_dir, db) = transaction().await;
    let newcomer = |line: usize, login: &str, accounts: &[AccountId]| Newcomer {
        line,
        user: user(login),
        accounts: accounts.to_vec(),
    };
    let all = [
        newcomer(1, "carl", &[OFFICE, OPEN]),
        newcomer(2, "dora", &[]),
        newcomer(4, "emil", &[OPEN]),
    ];
    import::add(&db, &all).await.unwrap();
    let made: Vec<_> = identities::all(&db)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.user_id, row.account_id, row.is_default, row.email))
        .collect();
    let carl = "carl@example.org".to_owned();
    assert_eq!(
        made,
        [
            (3, 1, true, carl.clone()),
            (3, 2, false, carl),
            (5, 2, true, "emil@example.org".to_owned())
        ]
    );
    let owners = owners::all(&db).await.unwrap();
    assert_eq!(owners, [(OFFICE, UserId(1)), (OFFICE, UserId(3))]);
    for (newcomer, expected) in [
        (
            newcomer(7, "ralf", &[]),
            "line 7: the login 'ralf' exists already",
        ),
        (
            newcomer(8, "new", &[AccountId(9)]),
            "line 8: there is no account 9",
        ),
        (newcomer(9, "mail", &[]), "line 9: 'mail' cannot be a login"),
    ] {
        let refusal = refusal(import::add(&db, &[newcomer]).await);
        assert!(refusal.starts_with(expected), "{refusal}");
    }
}
