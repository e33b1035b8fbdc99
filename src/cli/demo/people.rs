//! Who lives in a demo: two users with an identity each, on an account whose mail becomes files.

use std::path::Path;

use sea_orm::DatabaseTransaction;

use crate::auth::admin::new_user::NewUser;
use crate::auth::admin::{AdminError, users};
use crate::auth::password;
use crate::cli::error::CliError;
use crate::identities::admin::accounts::{self, AccountChange, NewAccount};
use crate::identities::admin::identities;
use crate::identities::admin::new_identity::NewIdentity;
use crate::identities::admin::owners::Owners;
use crate::identities::server_url::{Folders, SmtpServer};
use crate::ids::{AccountId, IdentityId, UserId};
use crate::store::Store;
use crate::store::changes::Change;

pub const PASSWORD: &str = "demo";
const ACCOUNT: &str = "Demo";

/// Somebody to try things as.
pub struct Person {
    pub id: UserId,
    pub login: &'static str,
    pub name: &'static str,
    pub email: &'static str,
}

pub const RALF: Person = Person {
    id: UserId(5),
    login: "ralf",
    name: "Ralf Becker",
    email: "ralf@example.org",
};

pub const ANNA: Person = Person {
    id: UserId(7),
    login: "anna",
    name: "Anna Example",
    email: "anna@example.org",
};

/// Makes what is not there yet, and returns the id of Ralf's default identity.
pub async fn move_in(store: &Store, outbox: &Path) -> Result<IdentityId, CliError> {
    let hash = password::hash(PASSWORD)
        .map_err(|cause| CliError::failed(format!("the demo's password: {cause}")))?;
    let smtp = SmtpServer::Directory(outbox.to_owned());
    let done = store
        .write::<_, AdminError, _>(move |db| async move {
            let (account, mut changes) = account(&db, smtp).await?;
            let mut made = Vec::new();
            for person in [RALF, ANNA] {
                let (identity, more) = house(&db, account, &person, &hash).await?;
                made.push(identity);
                changes.extend(more);
            }
            Ok((made[0], changes))
        })
        .await?;
    Ok(done)
}

/// The demo's account. A directory that was copied elsewhere has its outbox there.
async fn account(
    db: &DatabaseTransaction,
    smtp: SmtpServer,
) -> Result<(AccountId, Vec<Change>), AdminError> {
    let all = accounts::all(db).await?;
    if let Some(found) = all.iter().find(|account| account.name == ACCOUNT) {
        let id = AccountId(found.id);
        let change = AccountChange {
            smtp: Some(smtp),
            ..AccountChange::default()
        };
        return Ok((id, accounts::set(db, id, change).await?));
    }
    let new = NewAccount {
        name: ACCOUNT.to_owned(),
        owners: Owners::Everyone,
        smtp,
        smtp_password: None,
        folders: Folders::Local,
        imap_password: None,
        sent: None,
        drafts: None,
        user_editable: false,
    };
    accounts::add(db, None, new).await
}

/// The person's default identity; person and identity are made when absent.
async fn house(
    db: &DatabaseTransaction,
    account: AccountId,
    person: &Person,
    hash: &str,
) -> Result<(IdentityId, Vec<Change>), AdminError> {
    let known = users::all(db).await?;
    let (id, mut changes) = match known.iter().find(|user| user.login == person.login) {
        Some(user) => (UserId(user.id), Vec::new()),
        None => {
            let new = NewUser {
                id: Some(person.id),
                login: person.login.to_owned(),
                name: person.name.to_owned(),
                email: person.email.to_owned(),
                password_hash: Some(hash.to_owned()),
                ..NewUser::default()
            };
            users::add(db, new).await?
        }
    };
    let own = identities::of(db, id).await?;
    if let Some(identity) = own.iter().find(|identity| identity.is_default) {
        return Ok((IdentityId(identity.id), changes));
    }
    let new = NewIdentity {
        email: person.email.to_owned(),
        ..NewIdentity::default()
    };
    let (identity, more) = identities::add(db, None, account, person.login, new).await?;
    changes.extend(more);
    Ok((identity, changes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_start_finds_everybody_at_home() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("q.db"), tokio::runtime::Handle::current())
            .await
            .unwrap();
        for outbox in ["one", "two"] {
            let identity = move_in(&store, Path::new(outbox)).await.unwrap();
            assert_eq!(identity, IdentityId(1));
        }
        let (users, identities, accounts) = store
            .read(|db| async move {
                Ok((
                    users::all(&db).await?,
                    identities::all(&db).await?,
                    accounts::all(&db).await?,
                ))
            })
            .await
            .unwrap();
        let who: Vec<_> = users
            .iter()
            .map(|user| (user.id, user.login.as_str()))
            .collect();
        assert_eq!(who, [(5, "ralf"), (7, "anna")]);
        let senders: Vec<_> = identities
            .iter()
            .map(|identity| (identity.id, identity.user_id, identity.is_default))
            .collect();
        assert_eq!(senders, [(1, 5, true), (2, 7, true)]);
        assert_eq!(accounts.len(), 1);
        assert_eq!(accounts[0].smtp, "file:two");
    }
}
