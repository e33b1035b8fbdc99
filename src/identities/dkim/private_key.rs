//! Private keys that sign mail: RSA (RFC 6376) and Ed25519 (RFC 8463).

use std::fmt;

use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::rsa;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::der::{self, Kind};

const PKCS8: &str = "PRIVATE KEY";
const PKCS1: &str = "RSA PRIVATE KEY";
/// Bytes of an Ed25519 signature.
const ED25519_SIGNATURE: usize = 64;

/// Why a key cannot be used. Never holds a part of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error(
        "it is no private key in PEM form: it needs a line -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----"
    )]
    NotPem,
    #[error(
        "the key is encrypted: take the password off first, with openssl pkey -in FILE -out NEW"
    )]
    Encrypted,
    #[error("the key is neither RSA nor Ed25519")]
    OtherKind,
    #[error("an RSA key must have 2048 to 4096 bits")]
    Size,
    #[error("the key is damaged ({0})")]
    Damaged(String),
    #[error("there are no random numbers")]
    Random,
}

/// How a signature is made, as `a=` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    RsaSha256,
    Ed25519Sha256,
}

impl Algorithm {
    /// `k=` of the DNS record.
    #[must_use]
    pub fn key_type(self) -> &'static str {
        match self {
            Self::RsaSha256 => "rsa",
            Self::Ed25519Sha256 => "ed25519",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-sha256", self.key_type())
    }
}

/// A key, ready to sign.
pub struct PrivateKey(Pair);

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.algorithm())
    }
}

impl PrivateKey {
    /// Reads a PKCS#8 document.
    ///
    /// # Errors
    /// It holds no key that can be used here.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let pair = match der::kind_of_pkcs8(der) {
            Some(Kind::Ed25519) => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
                .map(Pair::Ed25519)
                .map_err(|cause| KeyError::Damaged(cause.to_string()))?,
            Some(Kind::Rsa) => RsaKeyPair::from_pkcs8(der)
                .map(|pair| Pair::Rsa(Box::new(pair)))
                .map_err(|cause| match cause.to_string().as_str() {
                    "TooSmall" | "TooLarge" => KeyError::Size,
                    other => KeyError::Damaged(other.to_owned()),
                })?,
            Some(Kind::Other) => return Err(KeyError::OtherKind),
            None => return Err(KeyError::Damaged("InvalidEncoding".to_owned())),
        };
        Ok(Self(pair))
    }

    /// How it signs.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Pair::Rsa(_) => Algorithm::RsaSha256,
            Pair::Ed25519(_) => Algorithm::Ed25519Sha256,
        }
    }

    /// The public half as the DNS record has it, in base64.
    #[must_use]
    pub fn public_key(&self) -> String {
        match &self.0 {
            Pair::Rsa(pair) => {
                let public: &rsa::PublicKey = pair.public_key();
                BASE64.encode(&der::public_key_info_of_rsa(public.as_ref()))
            }
            Pair::Ed25519(pair) => BASE64.encode(pair.public_key().as_ref()),
        }
    }

    /// Bytes of each of its signatures.
    #[must_use]
    pub fn signature_len(&self) -> usize {
        match &self.0 {
            Pair::Rsa(pair) => pair.public().modulus_len(),
            Pair::Ed25519(_) => ED25519_SIGNATURE,
        }
    }

    /// Signs the SHA-256 digest of `data`.
    ///
    /// # Errors
    /// There are no random numbers, which RSA needs against listeners.
    pub fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.0 {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    data,
                    &mut signature,
                )
                .map_err(|_| KeyError::Random)?;
                Ok(signature)
            }
            Pair::Ed25519(pair) => Ok(pair.sign(&Sha256::digest(data)).as_ref().to_vec()),
        }
    }
}

/// A new Ed25519 key, as PKCS#8.
///
/// # Errors
/// There are no random numbers.
pub fn generate() -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
    made.map(|made| Zeroizing::new(made.as_ref().to_vec()))
        .map_err(|_| KeyError::Random)
}

/// The PKCS#8 document in a PEM file (RFC 7468); an RSA key may also be in PKCS#1.
///
/// # Errors
/// The file holds no private key that is not encrypted.
pub fn pkcs8_of_pem(text: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if text.contains("ENCRYPTED") {
        return Err(KeyError::Encrypted);
    }
    if let Some(der) = section(text, PKCS8)? {
        return Ok(der);
    }
    let pkcs1 = section(text, PKCS1)?;
    match pkcs1 {
        Some(pkcs1) => Ok(Zeroizing::new(der::pkcs8_of_rsa(&pkcs1))),
        None if text.contains("PRIVATE KEY-----") => Err(KeyError::OtherKind),
        None => Err(KeyError::NotPem),
    }
}

/// The bytes between the lines that frame `label`.
fn section(text: &str, label: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
    let framed = text
        .split_once(&format!("-----BEGIN {label}-----"))
        .and_then(|(_, rest)| rest.split_once(&format!("-----END {label}-----")));
    let Some((inside, _)) = framed else {
        return Ok(None);
    };
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(
        inside
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect(),
    );
    let der = BASE64.decode(&digits);
    der.map(|der| Some(Zeroizing::new(der)))
        .map_err(|_| KeyError::Damaged("base64".to_owned()))
}

#[cfg(test)]
mod tests;
