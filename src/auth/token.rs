//! Access tokens: `token<id>_<secret>`.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::ids::TokenId;

/// What is stored in place of a secret: its SHA-256, hexadecimal.
pub fn digest(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// Compares a secret with a stored digest, in constant time.
pub fn matches(secret: &str, stored: &str) -> bool {
    digest(secret).as_bytes().ct_eq(stored.as_bytes()).into()
}

/// The token as its owner writes it.
pub fn format(id: TokenId, secret: &str) -> String {
    format!("token{id}_{secret}")
}

/// Takes a token apart. None: not of that form, so it is a password.
pub fn parse(text: &str) -> Option<(TokenId, &str)> {
    let (id, secret) = text.strip_prefix("token")?.split_once('_')?;
    let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let letters = !secret.is_empty() && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // A number too large for an id is of the form all the same, and belongs to no token.
    (digits && letters).then(|| (TokenId(id.parse().unwrap_or(-1)), secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::random_secret;

    #[test]
    fn a_token_reads_back_and_matches_only_its_own_secret() {
        let secret = random_secret();
        assert_eq!(secret.len(), 24);
        assert_ne!(secret, random_secret());
        let written = format(TokenId(17), &secret);
        assert_eq!(parse(&written), Some((TokenId(17), secret.as_str())));
        assert!(matches(&secret, &digest(&secret)));
        assert!(!matches("other", &digest(&secret)));
    }

    #[test]
    fn what_is_not_of_the_form_is_a_password() {
        for text in [
            "token",
            "token_",
            "token12",
            "tokenx_abc",
            "token1_a b",
            "secret",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("token99999999999_abc"), Some((TokenId(-1), "abc")));
    }
}
