//! Who one may send as: identities, and the accounts with the servers that their mail goes through.

pub mod admin;
pub mod dkim;
pub mod own;
pub mod passwords;
pub mod routes;
pub mod rows;
pub mod server_url;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder};

use crate::http::error::ApiError;
use crate::ids::{AccountId, IdentityId, UserId};
use crate::store::cached::Cached;
use crate::store::changes::Change;
use crate::store::{Store, StoreError};
use dkim::DkimKeys;
use passwords::Passwords;
use rows::{account_owners, accounts, dkim_keys, identities};
use server_url::{Folders, SmtpServer};

/// The change feed empties the cache; the time is only a second line of defence.
const LIFETIME: Duration = Duration::from_secs(300);
const CAPACITY: usize = 50_000;

/// A mail account: the servers that mail goes through.
#[derive(Debug)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    /// Where mail goes out; what cannot be used says why.
    pub smtp: Result<SmtpServer, String>,
    /// Where a sent copy is kept; what cannot be used says why.
    pub folders: Result<Folders, String>,
    pub passwords: Passwords,
    /// What signs its mail.
    pub dkim: DkimKeys,
    /// Name of the folder for sent copies, when it is not the usual one.
    pub sent: Option<String>,
}

impl Account {
    /// False: SMTP-only, there is nowhere to keep a sent copy.
    pub fn has_mailbox(&self) -> bool {
        !matches!(self.folders, Ok(Folders::None))
    }
}

/// A sender address of one user on one account.
#[derive(Debug)]
pub struct Identity {
    pub id: IdentityId,
    pub account: Arc<Account>,
    pub email: String,
    pub name: String,
    pub org: String,
    pub label: String,
    pub reply_to: Option<String>,
    pub signature: Option<String>,
}

impl Identity {
    /// As `GET /mail` writes it: name, organisation and address, and the label.
    pub fn display(&self) -> String {
        let address = format!("<{}>", self.email);
        let label = if self.label.is_empty() {
            String::new()
        } else {
            format!("({})", self.label)
        };
        [self.name.as_str(), &self.org, &address, &label]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The identities of every user, read from the database once and kept for a while.
pub struct Identities {
    store: Store,
    of_user: Cached<UserId, Arc<[Arc<Identity>]>>,
    smtp_only: Cached<UserId, Arc<[Arc<Account>]>>,
}

impl Identities {
    pub fn new(store: Store) -> Self {
        Self {
            store,
            of_user: Cached::new(LIFETIME, CAPACITY),
            smtp_only: Cached::new(LIFETIME, CAPACITY),
        }
    }

    /// Forgets what `change` made untrue.
    pub fn apply(&self, change: &Change) {
        match change {
            Change::Identities => {
                self.of_user.forget(|_, _| true);
                self.smtp_only.forget(|_, _| true);
            }
            Change::User(user) | Change::Gone(user) => {
                self.of_user.forget(|of, _| of == user);
                self.smtp_only.forget(|of, _| of == user);
            }
            Change::Password(..) | Change::Token(_) | Change::WebSession(_) | Change::Share(_) => {}
        }
    }

    /// All identities of a user: the default one first, then by id.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(&self, user: UserId) -> Result<Arc<[Arc<Identity>]>, StoreError> {
        if let Some(known) = self.of_user.get(&user) {
            return Ok(known);
        }
        let stamp = self.of_user.stamp();
        let (rows, accounts, mut keys) = self.store.read(move |db| read(db, user)).await?;
        let accounts: HashMap<i32, Arc<Account>> = accounts
            .into_iter()
            .map(|row| {
                let of_account = keys.extract_if(.., |key| key.account_id == row.id);
                let dkim = DkimKeys::of(of_account.collect());
                let account = Account {
                    dkim,
                    ..Account::from(row)
                };
                (account.id.0, Arc::new(account))
            })
            .collect();
        let found: Arc<[_]> = rows
            .into_iter()
            .filter_map(|row| {
                let account = accounts.get(&row.account_id)?.clone();
                Some(Arc::new(identity(row, account)))
            })
            .collect();
        self.of_user.keep(stamp, user, found.clone());
        Ok(found)
    }

    /// The SMTP-only accounts that a user may use, by id: ways out for mail when the user's password is not at hand.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn smtp_only(&self, user: UserId) -> Result<Arc<[Arc<Account>]>, StoreError> {
        if let Some(known) = self.smtp_only.get(&user) {
            return Ok(known);
        }
        let stamp = self.smtp_only.stamp();
        let rows = self.store.read(move |db| read_smtp_only(db, user)).await?;
        let found: Arc<[_]> = rows
            .into_iter()
            .map(|row| Arc::new(Account::from(row)))
            .collect();
        self.smtp_only.keep(stamp, user, found.clone());
        Ok(found)
    }

    /// The identity with the id that a URL names, or the user's default one.
    ///
    /// # Errors
    /// 404 for an unknown id, somebody else's, and a user without any.
    pub async fn choose(
        &self,
        user: UserId,
        id: Option<IdentityId>,
    ) -> Result<Arc<Identity>, ApiError> {
        let all = self.of(user).await?;
        let chosen = match id {
            Some(id) => all.iter().find(|identity| identity.id == id),
            None => listed(&all).next().or(all.first()),
        };
        chosen.cloned().ok_or_else(|| match id {
            Some(id) => ApiError::not_found(format!("Identity {id} NOT found")),
            None => ApiError::not_found("You have no identity to send mail as"),
        })
    }
}

/// Those that `GET /mail` shows: an account without a mailbox is only a way out.
fn listed(all: &[Arc<Identity>]) -> impl Iterator<Item = &Arc<Identity>> {
    all.iter().filter(|identity| identity.account.has_mailbox())
}

async fn read(
    db: DatabaseConnection,
    user: UserId,
) -> Result<
    (
        Vec<identities::Model>,
        Vec<accounts::Model>,
        Vec<dkim_keys::Model>,
    ),
    DbErr,
> {
    let rows = identities::Entity::find()
        .filter(identities::Column::UserId.eq(user.0))
        .order_by_desc(identities::Column::IsDefault)
        .order_by_asc(identities::Column::Id)
        .all(&db)
        .await?;
    let accounts = accounts::Entity::find()
        .filter(accounts::Column::Id.is_in(rows.iter().map(|row| row.account_id)))
        .all(&db)
        .await?;
    let keys = dkim_keys::Entity::find()
        .filter(dkim_keys::Column::AccountId.is_in(accounts.iter().map(|row| row.id)))
        .order_by_asc(dkim_keys::Column::Id)
        .all(&db)
        .await?;
    Ok((rows, accounts, keys))
}

async fn read_smtp_only(
    db: DatabaseConnection,
    user: UserId,
) -> Result<Vec<accounts::Model>, DbErr> {
    let owned = account_owners::Entity::find()
        .filter(account_owners::Column::UserId.eq(user.0))
        .all(&db)
        .await?;
    let owned = owned.iter().map(|owner| owner.account_id);
    accounts::Entity::find()
        .filter(accounts::Column::Imap.eq("none"))
        .filter(
            Condition::any()
                .add(accounts::Column::Everyone.eq(true))
                .add(accounts::Column::Id.is_in(owned)),
        )
        .order_by_asc(accounts::Column::Id)
        .all(&db)
        .await
}

fn identity(row: identities::Model, account: Arc<Account>) -> Identity {
    Identity {
        id: IdentityId(row.id),
        account,
        email: row.email,
        name: row.name,
        org: row.org,
        label: row.label,
        reply_to: row.reply_to,
        signature: row.signature,
    }
}

impl From<accounts::Model> for Account {
    fn from(row: accounts::Model) -> Self {
        let folders = row.imap.as_deref().unwrap_or("local");
        Self {
            id: AccountId(row.id),
            passwords: Passwords::of(&row),
            dkim: DkimKeys::default(),
            smtp: row.smtp.parse().map_err(|cause| format!("{cause}")),
            folders: folders.parse().map_err(|cause| format!("{cause}")),
            name: row.name,
            sent: row.sent,
        }
    }
}
