//! Adding, listing and removing the keys that sign an account's mail.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};
use zeroize::Zeroizing;

use super::accounts;
use crate::auth::admin::{AdminError, id_after};
use crate::draft::address::Mailbox;
use crate::identities::dkim::private_key::PrivateKey;
use crate::identities::dkim::record::Record;
use crate::identities::dkim::{DkimKeys, UnusableKey, place};
use crate::identities::rows::dkim_keys::{ActiveModel, Column, Entity, Model};
use crate::ids::AccountId;
use crate::store::changes::Change;
use crate::store::sealed::Keyring;

/// Bytes of a selector, so that the record's name stays one that DNS can have.
const SELECTOR_MAX: usize = 63;

/// A key that an account does not have yet.
pub struct NewDkimKey {
    pub account: AccountId,
    pub domain: String,
    pub selector: String,
    /// PKCS#8.
    pub private_key: Zeroizing<Vec<u8>>,
    /// What it is encrypted with.
    pub keys: Keyring,
}

/// Adds a key and tells the record to publish.
///
/// # Errors
/// There is no such account, it has a key of this domain and selector already, or one of the values cannot be used.
pub async fn add(
    db: &DatabaseTransaction,
    new: NewDkimKey,
) -> Result<(Record, Vec<Change>), AdminError> {
    accounts::find(db, new.account).await?;
    let domain = checked_domain(&new.domain)?;
    let selector = checked_selector(&new.selector)?;
    let key = PrivateKey::from_pkcs8(&new.private_key)
        .map_err(|cause| AdminError::refused(cause.to_string()))?;
    let same = Entity::find()
        .filter(Column::AccountId.eq(new.account.0))
        .filter(Column::Domain.eq(&domain))
        .filter(Column::Selector.eq(&selector))
        .one(db)
        .await?;
    if let Some(same) = same {
        return Err(AdminError::refused(format!(
            "the account {} has the key {} with the selector {selector} of {domain} already; give another selector, \
             or first: quillgate dkim remove {}",
            new.account, same.id, same.id
        )));
    }
    let highest: Option<Option<i32>> = Entity::find()
        .select_only()
        .column_as(Column::Id.max(), "highest")
        .into_tuple()
        .one(db)
        .await?;
    let id = id_after(highest.flatten())?;
    let sealed = new.keys.seal(place(id), &new.private_key);
    let row = ActiveModel {
        id: Set(id),
        account_id: Set(new.account.0),
        domain: Set(domain),
        selector: Set(selector),
        algorithm: Set(key.algorithm().to_string()),
        private_key: Set(sealed.map_err(|cause| AdminError::refused(cause.to_string()))?),
        public_key: Set(key.public_key()),
    };
    let row = row.insert(db).await?;
    Ok((record(&row), vec![Change::Identities]))
}

/// The record that publishes a key.
#[must_use]
pub fn record(row: &Model) -> Record {
    let key_type = row.algorithm.split('-').next().unwrap_or_default();
    Record::new(&row.domain, &row.selector, key_type, &row.public_key)
}

/// All keys, by id.
///
/// # Errors
/// Those of the database.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Model>, DbErr> {
    Entity::find().order_by_asc(Column::Id).all(db).await
}

/// Finds out whether a key can sign.
///
/// # Errors
/// It does not open with the master key.
pub fn try_out(row: &Model, keys: &Keyring) -> Result<(), UnusableKey> {
    DkimKeys::of(vec![row.clone()]).open(keys).map(drop)
}

/// Removes a key.
///
/// # Errors
/// There is no such key.
pub async fn remove(db: &DatabaseTransaction, id: i32) -> Result<Vec<Change>, AdminError> {
    let removed = Entity::delete_by_id(id).exec(db).await?;
    if removed.rows_affected == 0 {
        return Err(AdminError::refused(format!(
            "there is no DKIM key {id}, see: quillgate dkim list"
        )));
    }
    Ok(vec![Change::Identities])
}

/// Removes the keys of an account that is no more.
///
/// # Errors
/// Those of the database.
pub(super) async fn remove_all_of(
    db: &DatabaseTransaction,
    account: AccountId,
) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::AccountId.eq(account.0))
        .exec(db)
        .await?;
    Ok(())
}

fn checked_domain(domain: &str) -> Result<String, AdminError> {
    let refused = || {
        AdminError::refused(format!(
            "--domain: '{domain}' is no domain, such as example.org"
        ))
    };
    if domain.starts_with('[') {
        return Err(refused());
    }
    let mailbox = Mailbox::new("", &format!("postmaster@{domain}")).map_err(|_| refused())?;
    Ok(mailbox.ascii_domain().to_owned())
}

fn checked_selector(selector: &str) -> Result<String, AdminError> {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if selector.len() > SELECTOR_MAX || !selector.split('.').all(is_label) {
        return Err(AdminError::refused(format!(
            "--selector: '{selector}' must be at most {SELECTOR_MAX} letters, digits, - and _, such as mail2026"
        )));
    }
    Ok(selector.to_ascii_lowercase())
}
