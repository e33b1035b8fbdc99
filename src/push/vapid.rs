//! Who the gateway is to push services (RFC 8292): a key pair that is made when it is first needed and kept encrypted.

use data_encoding::BASE64URL_NOPAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, IntoActiveModel};
use serde_json::json;
use url::Url;

use super::PushError;
use super::rows::push_keys as rows;
use crate::auth::admin::AdminError;
use crate::store::Store;
use crate::store::sealed::{Keyring, Place};

/// There is one pair. Browsers are subscribed with it: another one would end every subscription.
const ROW: i32 = 1;
const PLACE: Place<'static> = Place {
    table: "push_keys",
    column: "private_key",
    row: ROW,
};
/// Seconds that a signature holds; push services take up to a day.
const LIFETIME: i64 = 12 * 60 * 60;

/// The pair, ready to sign.
pub struct Vapid {
    pair: EcdsaKeyPair,
}

impl Vapid {
    /// Finds the pair, or makes it.
    ///
    /// # Errors
    /// It does not open with the master key, or the database fails.
    pub async fn load(store: &Store, keys: &Keyring) -> Result<Self, PushError> {
        let keys = keys.clone();
        store
            .write(move |db| async move {
                let found = rows::Entity::find_by_id(ROW).one(db.as_ref()).await;
                if let Some(row) = found.map_err(PushError::from)? {
                    let der = keys.reveal(PLACE, &row.private_key)?;
                    return Ok((Self::from_pkcs8(&der)?, Vec::new()));
                }
                let random = SystemRandom::new();
                let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random);
                let der = der.map_err(|_| PushError::Key)?;
                let row = rows::ActiveModel {
                    id: Set(ROW),
                    private_key: Set(keys.seal(PLACE, der.as_ref())?),
                };
                let made = rows::Entity::insert(row).exec(db.as_ref()).await;
                made.map_err(PushError::from)?;
                Ok((Self::from_pkcs8(der.as_ref())?, Vec::new()))
            })
            .await
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, PushError> {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, der, &SystemRandom::new());
        Ok(Self {
            pair: pair.map_err(|_| PushError::Key)?,
        })
    }

    /// The `applicationServerKey` that browsers subscribe with: an uncompressed point in base64url.
    pub fn public_key(&self) -> String {
        BASE64URL_NOPAD.encode(self.pair.public_key().as_ref())
    }

    /// The header `Authorization` for a push service. `now` in seconds since 1970; `contact`: an address of those who
    /// run the gateway, `https:` or `mailto:`.
    ///
    /// # Errors
    /// There are no random numbers.
    pub fn authorization(
        &self,
        endpoint: &Url,
        now: i64,
        contact: Option<&str>,
    ) -> Result<String, PushError> {
        let mut claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": now + LIFETIME,
        });
        if let Some(contact) = contact {
            claims["sub"] = json!(contact);
        }
        let header = json!({"typ": "JWT", "alg": "ES256"});
        let encode = |part: &serde_json::Value| BASE64URL_NOPAD.encode(part.to_string().as_bytes());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = BASE64URL_NOPAD.encode(signature.map_err(|_| PushError::Key)?.as_ref());
        Ok(format!(
            "vapid t={signed}.{signature}, k={}",
            self.public_key()
        ))
    }
}

/// Seals the pair with the first master key, and tells how many secrets that are.
///
/// # Errors
/// It does not open.
pub async fn seal_anew(db: &DatabaseTransaction, keys: &Keyring) -> Result<usize, AdminError> {
    let found = rows::Entity::find_by_id(ROW).one(db).await?;
    let Some(row) = found else {
        return Ok(0);
    };
    let sealed = keys
        .reveal(PLACE, &row.private_key)
        .and_then(|opened| keys.seal(PLACE, &opened))
        .map_err(|cause| AdminError::refused(format!("the key for Web Push: {cause}")))?;
    let mut row = row.into_active_model();
    row.private_key = Set(sealed);
    row.update(db).await?;
    Ok(1)
}
