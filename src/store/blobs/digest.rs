//! Digests of bytes that stream by.

use std::fmt;

use md5::Md5;
use sha2::digest::DynDigest;
use sha2::{Sha256, Sha512};

/// A way to digest bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Md5,
    Sha256,
    Sha512,
}

impl Algorithm {
    fn hasher(self) -> Box<dyn DynDigest + Send> {
        match self {
            Self::Md5 => Box::new(Md5::default()),
            Self::Sha256 => Box::new(Sha256::default()),
            Self::Sha512 => Box::new(Sha512::default()),
        }
    }
}

/// Digests in the making.
pub struct Hashes(Vec<(Algorithm, Box<dyn DynDigest + Send>)>);

impl fmt::Debug for Hashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(algorithm, _)| algorithm))
            .finish()
    }
}

impl Hashes {
    /// Each algorithm once; SHA-256 is always among them.
    pub fn new(also: &[Algorithm]) -> Self {
        let mut hashes = vec![(Algorithm::Sha256, Algorithm::Sha256.hasher())];
        for algorithm in also {
            if hashes.iter().all(|(known, _)| known != algorithm) {
                hashes.push((*algorithm, algorithm.hasher()));
            }
        }
        Self(hashes)
    }

    /// Goes on with `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        for (_, hasher) in &mut self.0 {
            hasher.update(bytes);
        }
    }

    /// The digests of all that went by.
    pub fn finish(self) -> Digests {
        let digests = self.0.into_iter();
        Digests(
            digests
                .map(|(known, hasher)| (known, hasher.finalize()))
                .collect(),
        )
    }
}

/// Digests of the same bytes.
#[derive(Clone, Debug)]
pub struct Digests(Vec<(Algorithm, Box<[u8]>)>);

impl Digests {
    /// The digest; empty for an algorithm that was not asked for.
    pub fn of(&self, algorithm: Algorithm) -> &[u8] {
        let found = self.0.iter().find(|(known, _)| *known == algorithm);
        found.map_or(&[], |(_, digest)| digest)
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    #[test]
    fn digests_are_the_well_known_ones() {
        let mut hashes = Hashes::new(&[Algorithm::Md5, Algorithm::Sha512, Algorithm::Md5]);
        hashes.update(b"a");
        hashes.update(b"bc");
        let digests = hashes.finish();
        let hex = |algorithm| HEXLOWER.encode(digests.of(algorithm));
        assert_eq!(hex(Algorithm::Md5), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(
            hex(Algorithm::Sha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(hex(Algorithm::Sha512).starts_with("ddaf35a193617abacc417349ae204131"));
        assert_eq!(Hashes::new(&[]).finish().of(Algorithm::Md5), b"");
    }
}
