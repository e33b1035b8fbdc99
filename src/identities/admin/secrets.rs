//! All that is kept encrypted, with accounts and as their DKIM keys, sealed anew when the master key changes.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel};

use super::{accounts, dkim_keys};
use crate::auth::admin::AdminError;
use crate::identities::dkim;
use crate::identities::passwords::{IMAP_PASSWORD, SMTP_PASSWORD, place};
use crate::ids::AccountId;
use crate::store::changes::Change;
use crate::store::sealed::{Keyring, Place, SealError};

/// Seals every secret with the first key, and tells how many there are.
///
/// # Errors
/// One of them does not open: it is named, and nothing is changed.
pub async fn seal_anew(
    db: &DatabaseTransaction,
    keys: &Keyring,
) -> Result<(usize, Vec<Change>), AdminError> {
    let mut count = 0;
    for row in accounts::all(db).await? {
        let id = AccountId(row.id);
        let anew = |column, sealed: &Option<String>| {
            let sealed = sealed.as_deref();
            let sealed = sealed.map(|sealed| again(keys, place(column, id), sealed));
            sealed.transpose().map_err(|cause| {
                AdminError::refused(format!("the {column} of account {id}: {cause}"))
            })
        };
        let smtp = anew(SMTP_PASSWORD, &row.smtp_password)?;
        let imap = anew(IMAP_PASSWORD, &row.imap_password)?;
        let own = usize::from(smtp.is_some()) + usize::from(imap.is_some());
        if own > 0 {
            let mut row = row.into_active_model();
            row.smtp_password = Set(smtp);
            row.imap_password = Set(imap);
            row.update(db).await?;
            count += own;
        }
    }
    for row in dkim_keys::all(db).await? {
        let (id, place) = (row.id, dkim::place(row.id));
        let sealed = again(keys, place, &row.private_key)
            .map_err(|cause| AdminError::refused(format!("the DKIM key {id}: {cause}")))?;
        let mut row = row.into_active_model();
        row.private_key = Set(sealed);
        row.update(db).await?;
        count += 1;
    }
    Ok((count, vec![Change::Identities]))
}

fn again(keys: &Keyring, place: Place<'_>, sealed: &str) -> Result<String, SealError> {
    keys.seal(place, &keys.reveal(place, sealed)?)
}
