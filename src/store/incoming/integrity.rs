//! What the sender says that the file's digest is: `Content-MD5` (RFC 1864), `Repr-Digest` and `Content-Digest`
//! (RFC 9530). All are about the decoded file, which is what is stored.

use actix_web::http::header::HeaderMap;
use data_encoding::BASE64;

use crate::store::blobs::digest::{Algorithm, Digests};

/// Why a file's digest is not the one that its sender gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IntegrityError {
    /// A header that cannot be understood.
    #[error("{header} is not a valid digest header")]
    BadDigest { header: &'static str },
    /// The bytes that arrived are not the ones that the sender digested.
    #[error("{header} does not match the file that arrived, nothing was stored")]
    Mismatch { header: &'static str },
}

/// One digest that the file must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    header: &'static str,
    pub algorithm: Algorithm,
    digest: Vec<u8>,
}

impl Expected {
    /// Compares with what was computed.
    ///
    /// # Errors
    /// [`IntegrityError::Mismatch`].
    pub fn check(&self, digests: &Digests) -> Result<(), IntegrityError> {
        if digests.of(self.algorithm) == self.digest {
            return Ok(());
        }
        let header = self.header;
        Err(IntegrityError::Mismatch { header })
    }
}

/// The digests that a request's headers give. Algorithms that are unknown here are left out, as RFC 9530 has it.
///
/// # Errors
/// [`IntegrityError::BadDigest`] for a header that is none.
pub fn expected(headers: &HeaderMap) -> Result<Vec<Expected>, IntegrityError> {
    let mut expected = Vec::new();
    for (header, parse) in [
        ("Content-MD5", content_md5 as Parse),
        ("Repr-Digest", dictionary),
        ("Content-Digest", dictionary),
    ] {
        for value in headers.get_all(header) {
            let digests = value.to_str().ok().and_then(parse);
            let digests = digests.ok_or(IntegrityError::BadDigest { header })?;
            expected.extend(digests.into_iter().map(|(algorithm, digest)| Expected {
                header,
                algorithm,
                digest,
            }));
        }
    }
    Ok(expected)
}

type Parse = fn(&str) -> Option<Vec<(Algorithm, Vec<u8>)>>;

fn content_md5(value: &str) -> Option<Vec<(Algorithm, Vec<u8>)>> {
    let digest = BASE64.decode(value.trim().as_bytes()).ok()?;
    (digest.len() == 16).then(|| vec![(Algorithm::Md5, digest)])
}

/// `sha-256=:…:, sha-512=:…:`, a dictionary of byte sequences (RFC 8941).
fn dictionary(value: &str) -> Option<Vec<(Algorithm, Vec<u8>)>> {
    let mut digests = Vec::new();
    for member in value.split(',') {
        let (name, digest) = member.trim().split_once('=')?;
        let digest = digest.split(';').next()?.trim_end();
        let encoded = digest.strip_prefix(':')?.strip_suffix(':')?;
        let digest = BASE64.decode(encoded.as_bytes()).ok()?;
        match name {
            "sha-256" => digests.push((Algorithm::Sha256, digest)),
            "sha-512" => digests.push((Algorithm::Sha512, digest)),
            "md5" => digests.push((Algorithm::Md5, digest)),
            _ => {}
        }
    }
    Some(digests)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;
    use crate::store::blobs::digest::Hashes;

    fn of(header: &'static str, value: &str) -> Result<Vec<Expected>, IntegrityError> {
        let mut headers = HeaderMap::new();
        let name = HeaderName::from_bytes(header.as_bytes()).expect("a name");
        headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        expected(&headers)
    }

    fn abc(expected: &[Expected]) -> bool {
        let also: Vec<_> = expected.iter().map(|one| one.algorithm).collect();
        let mut hashes = Hashes::new(&also);
        hashes.update(b"abc");
        let digests = hashes.finish();
        expected.iter().all(|one| one.check(&digests).is_ok())
    }

    #[test]
    fn right_digests_pass_and_wrong_ones_name_their_header() {
        let sha256 = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";
        for (header, value, right) in [
            ("Content-MD5", "kAFQmDzST7DWlj99KOF/cg==", true),
            ("Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg==", false),
            ("Repr-Digest", sha256, true),
            (
                "Repr-Digest",
                &format!("unixsum=:AAA=:;x=1,  {sha256};y"),
                true,
            ),
            ("Content-Digest", sha256, true),
            ("Repr-Digest", "sha-256=:AAAA:", false),
            ("Repr-Digest", &format!("{sha256}, sha-512=:AAAA:"), false),
        ] {
            let digests = of(header, value).expect(value);
            assert!(!digests.is_empty());
            assert_eq!(abc(&digests), right, "{header}: {value}");
        }
        let wrong = of("Repr-Digest", "sha-512=:AAAA:").expect("understood");
        let refused = wrong[0].check(&Hashes::new(&[Algorithm::Sha512]).finish());
        let message = refused.expect_err("wrong").to_string();
        assert!(
            message.starts_with("Repr-Digest does not match"),
            "{message}"
        );
    }

    #[test]
    fn what_is_no_digest_is_refused_and_unknown_algorithms_are_not() {
        for (header, value) in [
            ("Content-MD5", "900150983cd24fb0d6963f7d28e17f72"),
            ("Content-MD5", ""),
            ("Repr-Digest", "sha-256"),
            ("Repr-Digest", "sha-256=ungWv48B"),
            ("Content-Digest", "sha-256=:no base64:"),
        ] {
            let refused = of(header, value).expect_err(value).to_string();
            assert!(refused.starts_with(header), "{refused}");
        }
        assert_eq!(
            of("Repr-Digest", "id-crc32c=:AAAAAA==:").expect("unknown"),
            []
        );
    }
}
