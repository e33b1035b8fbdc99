//! Adding, changing and removing mail accounts.

use std::path::{Path, PathBuf};

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};

use crate::auth::admin::{AdminError, check_line, id_after, users};
use crate::identities::rows::{account_owners, accounts, identities};
use crate::identities::server_url::SmtpServer;
use crate::ids::{AccountId, UserId};
use crate::store::changes::Change;

/// Who may have identities on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owners {
    Everyone,
    /// Logins.
    Users(Vec<String>),
}

/// Where an account keeps its folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Folders {
    /// Below the data directory.
    #[default]
    Local,
    /// Nowhere: SMTP-only.
    None,
}

impl Folders {
    /// # Errors
    /// Servers are not available yet; anything else is not known.
    pub fn parse(text: &str) -> Result<Self, AdminError> {
        match (text, text.split_once("://")) {
            ("none", _) => Ok(Self::None),
            ("local", _) => Ok(Self::Local),
            (_, Some((scheme @ ("imap" | "imap+starttls" | "imaps"), _))) => {
                Err(AdminError::refused(format!(
                    "--imap: {scheme}:// is not available yet, leave it out for a local mailbox"
                )))
            }
            _ => Err(AdminError::refused(
                "--imap: it is 'none' (SMTP-only) or 'local', the same as leaving it out",
            )),
        }
    }

    fn column(self) -> Option<String> {
        (self == Self::None).then(|| "none".to_owned())
    }
}

/// Reads `--smtp`; a relative directory counts from `current` and is kept absolute.
///
/// # Errors
/// Not a URL, or one that is not available yet.
pub fn smtp(text: &str, current: &Path) -> Result<SmtpServer, AdminError> {
    let server = text
        .parse()
        .map_err(|cause| AdminError::refused(format!("--smtp: {cause}")))?;
    match server {
        SmtpServer::Directory(path) => {
            let path: PathBuf = current.join(path).components().collect();
            match path.to_str() {
                Some(text) => check_line("--smtp: the directory", text)?,
                None => return Err(AdminError::refused("--smtp: the directory is not UTF-8")),
            }
            Ok(SmtpServer::Directory(path))
        }
        server @ SmtpServer::Smtp { .. } => Ok(server),
    }
}

/// Refuses `--sieve`.
///
/// # Errors
/// Always: not available yet, or never known.
pub fn sieve(text: &str) -> AdminError {
    match text.split_once("://") {
        Some((scheme @ ("sieve" | "sieve+starttls"), _)) => {
            AdminError::refused(format!("--sieve: {scheme}:// is not available yet"))
        }
        _ => AdminError::refused("--sieve: it is sieve://host, which is not available yet"),
    }
}

/// An account that does not exist yet.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub name: String,
    pub owners: Owners,
    pub smtp: SmtpServer,
    pub folders: Folders,
    pub sent: Option<String>,
    pub drafts: Option<String>,
    pub user_editable: bool,
}

/// What is to become of an account; what is None stays. A folder name of `Some(None)` becomes the usual one again.
#[derive(Clone, Debug, Default)]
pub struct AccountChange {
    pub name: Option<String>,
    pub owners: Option<Owners>,
    pub smtp: Option<SmtpServer>,
    pub folders: Option<Folders>,
    pub sent: Option<Option<String>>,
    pub drafts: Option<Option<String>>,
    pub user_editable: Option<bool>,
}

fn check_name(name: &str) -> Result<(), AdminError> {
    if name.is_empty() {
        return Err(AdminError::refused("--name: an account needs a name"));
    }
    check_line("--name", name)
}

/// A folder's name may hold slashes, but must not lead out of the mailbox.
fn check_folder(flag: &str, name: Option<&String>) -> Result<(), AdminError> {
    let Some(name) = name else { return Ok(()) };
    check_line(flag, name)?;
    let astray = |part: &str| matches!(part, "" | "." | "..");
    if name.split('/').any(astray) {
        return Err(AdminError::refused(format!(
            "{flag}: '{name}' is no folder name"
        )));
    }
    Ok(())
}

/// Adds an account.
///
/// # Errors
/// An owner does not exist, or a name is not valid.
pub async fn add(
    db: &DatabaseTransaction,
    id: Option<AccountId>,
    new: NewAccount,
) -> Result<(AccountId, Vec<Change>), AdminError> {
    check_name(&new.name)?;
    check_folder("--sent", new.sent.as_ref())?;
    check_folder("--drafts", new.drafts.as_ref())?;
    let id = choose_id(db, id).await?;
    let row = accounts::ActiveModel {
        id: Set(id.0),
        name: Set(new.name),
        everyone: Set(new.owners == Owners::Everyone),
        smtp: Set(new.smtp.to_string()),
        imap: Set(new.folders.column()),
        sieve: Set(None),
        sent: Set(new.sent),
        drafts: Set(new.drafts),
        user_editable: Set(new.user_editable),
    };
    accounts::Entity::insert(row).exec(db).await?;
    set_owners(db, id, &new.owners).await?;
    Ok((id, vec![Change::Identities]))
}

async fn choose_id(
    db: &DatabaseTransaction,
    wanted: Option<AccountId>,
) -> Result<AccountId, AdminError> {
    let Some(id) = wanted else {
        let highest: Option<Option<i32>> = accounts::Entity::find()
            .select_only()
            .column_as(accounts::Column::Id.max(), "highest")
            .into_tuple()
            .one(db)
            .await?;
        return Ok(AccountId(id_after(highest.flatten())?));
    };
    match accounts::Entity::find_by_id(id.0).one(db).await? {
        Some(other) => Err(AdminError::refused(format!(
            "the id {id} is taken by the account '{}'",
            other.name
        ))),
        None => Ok(id),
    }
}

/// Replaces the owners of an account.
async fn set_owners(
    db: &DatabaseTransaction,
    id: AccountId,
    owners: &Owners,
) -> Result<(), AdminError> {
    account_owners::Entity::delete_many()
        .filter(account_owners::Column::AccountId.eq(id.0))
        .exec(db)
        .await?;
    if let Owners::Users(logins) = owners {
        for login in logins {
            let user = users::find(db, login).await?;
            own(db, id, [UserId(user.id)]).await?;
        }
    }
    Ok(())
}

/// Makes users owners of an account; those who are stay so.
///
/// # Errors
/// Those of the database.
pub async fn own(
    db: &DatabaseTransaction,
    id: AccountId,
    users: impl IntoIterator<Item = UserId>,
) -> Result<(), AdminError> {
    let rows: Vec<_> = users
        .into_iter()
        .map(|user| account_owners::ActiveModel {
            account_id: Set(id.0),
            user_id: Set(user.0),
        })
        .collect();
    // Far below the 32,766 values that one statement of SQLite binds.
    for batch in rows.chunks(1000) {
        account_owners::Entity::insert_many(batch.to_vec())
            .on_conflict_do_nothing()
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Changes an account.
///
/// # Errors
/// There is no such account; somebody has an identity on it who would not own it any more; a name is not valid.
pub async fn set(
    db: &DatabaseTransaction,
    id: AccountId,
    change: AccountChange,
) -> Result<Vec<Change>, AdminError> {
    let mut row = find(db, id).await?.into_active_model();
    if let Some(name) = change.name {
        check_name(&name)?;
        row.name = Set(name);
    }
    if let Some(smtp) = change.smtp {
        row.smtp = Set(smtp.to_string());
    }
    if let Some(folders) = change.folders {
        row.imap = Set(folders.column());
    }
    if let Some(sent) = change.sent {
        check_folder("--sent", sent.as_ref())?;
        row.sent = Set(sent);
    }
    if let Some(drafts) = change.drafts {
        check_folder("--drafts", drafts.as_ref())?;
        row.drafts = Set(drafts);
    }
    if let Some(editable) = change.user_editable {
        row.user_editable = Set(editable);
    }
    if let Some(owners) = &change.owners {
        row.everyone = Set(*owners == Owners::Everyone);
        set_owners(db, id, owners).await?;
    }
    let row = row.update(db).await?;
    if change.owners.is_some() && !row.everyone {
        refuse_strangers(db, id).await?;
    }
    Ok(vec![Change::Identities])
}

/// Identities of users who do not own the account would be a way to go on sending through it.
async fn refuse_strangers(db: &DatabaseTransaction, id: AccountId) -> Result<(), AdminError> {
    let owners: Vec<i32> = account_owners::Entity::find()
        .filter(account_owners::Column::AccountId.eq(id.0))
        .all(db)
        .await?
        .into_iter()
        .map(|owner| owner.user_id)
        .collect();
    let stranger = identities::Entity::find()
        .filter(identities::Column::AccountId.eq(id.0))
        .order_by_asc(identities::Column::Id)
        .all(db)
        .await?
        .into_iter()
        .find(|identity| !owners.contains(&identity.user_id));
    match stranger {
        Some(identity) => Err(AdminError::refused(format!(
            "the user of identity {} would not own account {id} any more, remove it first: quillgate identity remove {}",
            identity.id, identity.id
        ))),
        None => Ok(()),
    }
}

/// Removes an account with the identities on it.
///
/// # Errors
/// There is no such account.
pub async fn remove(db: &DatabaseTransaction, id: AccountId) -> Result<Vec<Change>, AdminError> {
    find(db, id).await?.delete(db).await?;
    account_owners::Entity::delete_many()
        .filter(account_owners::Column::AccountId.eq(id.0))
        .exec(db)
        .await?;
    super::identities::remove_all_on(db, id).await?;
    Ok(vec![Change::Identities])
}

/// The account with this id.
///
/// # Errors
/// There is none.
pub async fn find(db: &impl ConnectionTrait, id: AccountId) -> Result<accounts::Model, AdminError> {
    accounts::Entity::find_by_id(id.0)
        .one(db)
        .await?
        .ok_or_else(|| {
            AdminError::refused(format!(
                "there is no account {id}, see: quillgate account list"
            ))
        })
}

/// All accounts, by id.
///
/// # Errors
/// Those of the database.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<accounts::Model>, DbErr> {
    accounts::Entity::find()
        .order_by_asc(accounts::Column::Id)
        .all(db)
        .await
}

/// Who owns what: pairs of account and user.
///
/// # Errors
/// Those of the database.
pub async fn owners(db: &impl ConnectionTrait) -> Result<Vec<(AccountId, UserId)>, DbErr> {
    let rows = account_owners::Entity::find()
        .order_by_asc(account_owners::Column::UserId)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (AccountId(row.account_id), UserId(row.user_id)))
        .collect())
}
