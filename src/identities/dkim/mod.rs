//! The keys that sign an account's mail (RFC 6376): kept encrypted, opened when they are first used.

mod der;
pub mod private_key;
pub mod record;

use std::sync::{Arc, OnceLock};

use super::rows::dkim_keys::Model;
use crate::store::sealed::{Keyring, Place, SealError};
use private_key::{KeyError, PrivateKey};

/// Where the private key of the row with this id stands.
pub(super) fn place(row: i32) -> Place<'static> {
    Place {
        table: "dkim_keys",
        column: "private_key",
        row,
    }
}

/// A key with the place where its public half is found.
#[derive(Debug)]
pub struct SigningKey {
    /// `d=`: the domain that answers for the mail, in its ASCII form.
    pub domain: String,
    /// `s=`: which of the domain's keys it is.
    pub selector: String,
    pub key: PrivateKey,
}

/// A key that is there but cannot sign.
#[derive(Debug, thiserror::Error)]
#[error("the DKIM key {id}: {cause}")]
pub struct UnusableKey {
    id: i32,
    cause: Cause,
}

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error(transparent)]
    Sealed(#[from] SealError),
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The keys of one account.
#[derive(Debug, Default)]
pub struct DkimKeys {
    rows: Vec<Model>,
    opened: OnceLock<Arc<[SigningKey]>>,
}

impl DkimKeys {
    pub(super) fn of(rows: Vec<Model>) -> Self {
        Self {
            rows,
            opened: OnceLock::new(),
        }
    }

    /// All of them, ready to sign.
    ///
    /// # Errors
    /// One does not open with the master key. It is tried again the next time.
    pub fn open(&self, keys: &Keyring) -> Result<Arc<[SigningKey]>, UnusableKey> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened.clone());
        }
        let opened: Arc<[_]> = self
            .rows
            .iter()
            .map(|row| open(row, keys).map_err(|cause| UnusableKey { id: row.id, cause }))
            .collect::<Result<Vec<_>, _>>()?
            .into();
        Ok(self.opened.get_or_init(|| opened).clone())
    }
}

fn open(row: &Model, keys: &Keyring) -> Result<SigningKey, Cause> {
    let der = keys.reveal(place(row.id), &row.private_key)?;
    Ok(SigningKey {
        domain: row.domain.clone(),
        selector: row.selector.clone(),
        key: PrivateKey::from_pkcs8(&der)?,
    })
}
