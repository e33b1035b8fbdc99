//! Adding, changing and removing mail accounts.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};

use super::folders::check_folder;
use super::owners::{Owners, refuse_strangers, set_owners};
use crate::auth::admin::{AdminError, check_line, id_after};
use crate::identities::passwords::{IMAP_PASSWORD, SMTP_PASSWORD, place};
use crate::identities::rows::{account_owners, accounts};
use crate::identities::server_url::{Folders, SmtpServer};
use crate::ids::AccountId;
use crate::net::login::Password;
use crate::store::changes::Change;
use crate::store::retired_ids::{self, Kind, retire};
use crate::store::sealed::Keyring;

/// A password of an account, and the keys that it is sealed with.
#[derive(Clone)]
pub struct Secret {
    pub password: Password,
    pub keys: Keyring,
}

/// An account that does not exist yet.
#[derive(Clone)]
pub struct NewAccount {
    pub name: String,
    pub owners: Owners,
    pub smtp: SmtpServer,
    /// For a server that is signed in to as one user.
    pub smtp_password: Option<Secret>,
    pub folders: Folders,
    /// The same for the server of the folders.
    pub imap_password: Option<Secret>,
    pub sent: Option<String>,
    pub drafts: Option<String>,
    pub user_editable: bool,
}

/// What is to become of an account; what is None stays. A folder name of `Some(None)` becomes the usual one again.
#[derive(Clone, Default)]
pub struct AccountChange {
    pub name: Option<String>,
    pub owners: Option<Owners>,
    pub smtp: Option<SmtpServer>,
    /// A new server without a password drops the one that was kept for the server before.
    pub smtp_password: Option<Secret>,
    pub folders: Option<Folders>,
    pub imap_password: Option<Secret>,
    pub sent: Option<Option<String>>,
    pub drafts: Option<Option<String>>,
    pub user_editable: Option<bool>,
}

fn seal(
    secret: Option<Secret>,
    column: &'static str,
    id: AccountId,
) -> Result<Option<String>, AdminError> {
    let Some(Secret { password, keys }) = secret else {
        return Ok(None);
    };
    let sealed = keys.seal(place(column, id), password.reveal().as_bytes());
    sealed
        .map(Some)
        .map_err(|cause| AdminError::refused(cause.to_string()))
}

fn check_name(name: &str) -> Result<(), AdminError> {
    if name.is_empty() {
        return Err(AdminError::refused("--name: an account needs a name"));
    }
    check_line("--name", name)
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
        smtp_password: Set(seal(new.smtp_password, SMTP_PASSWORD, id)?),
        imap_password: Set(seal(new.imap_password, IMAP_PASSWORD, id)?),
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
        let retired = retired_ids::highest(db, Kind::Account).await?;
        return Ok(AccountId(id_after(highest.flatten().max(retired))?));
    };
    match accounts::Entity::find_by_id(id.0).one(db).await? {
        Some(other) => Err(AdminError::refused(format!(
            "the id {id} is taken by the account '{}'",
            other.name
        ))),
        None => Ok(id),
    }
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
        let server = smtp.to_string();
        if change.smtp_password.is_none() && row.smtp.as_ref() != &server {
            row.smtp_password = Set(None);
        }
        row.smtp = Set(server);
    }
    if let Some(folders) = change.folders {
        let column = folders.column();
        if change.imap_password.is_none() && row.imap.as_ref() != &column {
            row.imap_password = Set(None);
        }
        row.imap = Set(column);
    }
    if let Some(password) = change.smtp_password {
        row.smtp_password = Set(seal(Some(password), SMTP_PASSWORD, id)?);
    }
    if let Some(password) = change.imap_password {
        row.imap_password = Set(seal(Some(password), IMAP_PASSWORD, id)?);
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

/// Removes an account with the identities on it.
///
/// # Errors
/// There is no such account.
pub async fn remove(db: &DatabaseTransaction, id: AccountId) -> Result<Vec<Change>, AdminError> {
    find(db, id).await?.delete(db).await?;
    retire(db, Kind::Account, id.0).await?;
    account_owners::Entity::delete_many()
        .filter(account_owners::Column::AccountId.eq(id.0))
        .exec(db)
        .await?;
    super::identities::remove_all_on(db, id).await?;
    super::dkim_keys::remove_all_of(db, id).await?;
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
