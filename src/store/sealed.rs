//! Secrets at rest: XChaCha20-Poly1305 under the master key, bound to the row and column that they stand in, so that a
//! ciphertext moved elsewhere in the database opens nothing.
//!
//! The key file holds one key a line, in hexadecimal digits. The first one seals; the others only open what was sealed
//! before, until a rotation has sealed it anew.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// 256 bits.
const KEY: usize = 32;
const NONCE: usize = 24;
/// Digits that tell keys apart.
const ID: usize = 8;
/// How a sealed text begins: the form of what follows.
const FORM: &str = "x1";

/// Where a secret stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub row: i32,
}

impl Place<'_> {
    fn bytes(self) -> Vec<u8> {
        format!("{}\0{}\0{}", self.table, self.column, self.row).into_bytes()
    }
}

/// A secret that cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key file.
    #[error("the master key file: {0}")]
    KeyFile(#[from] io::Error),
    /// It was sealed with a key that the file does not hold.
    #[error("it was encrypted with the master key {0}, which the key file does not hold")]
    UnknownKey(String),
    /// It was changed, or belongs to another row or column.
    #[error("it does not open with the master key: it was changed or moved")]
    Damaged,
}

struct Key {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl Key {
    fn new(bytes: &[u8]) -> Result<Self, SealError> {
        let cipher = XChaCha20Poly1305::new_from_slice(bytes).map_err(|_| malformed())?;
        let mut id = HEXLOWER.encode(&Sha256::digest(bytes));
        id.truncate(ID);
        Ok(Self { id, cipher })
    }

    fn seal(&self, place: Place<'_>, secret: &[u8]) -> Result<String, SealError> {
        let mut sealed = vec![0; NONCE];
        getrandom::fill(&mut sealed).map_err(io::Error::other)?;
        let nonce = XNonce::try_from(sealed.as_slice()).map_err(|_| SealError::Damaged)?;
        let payload = Payload {
            msg: secret,
            aad: &place.bytes(),
        };
        let ciphertext = self.cipher.encrypt(&nonce, payload);
        sealed.extend_from_slice(&ciphertext.map_err(|_| SealError::Damaged)?);
        Ok(format!("{FORM}:{}:{}", self.id, BASE64.encode(&sealed)))
    }

    fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, ciphertext) = sealed.split_at_checked(NONCE).ok_or(SealError::Damaged)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| SealError::Damaged)?;
        let payload = Payload {
            msg: ciphertext,
            aad: &place.bytes(),
        };
        let opened = self.cipher.decrypt(&nonce, payload);
        opened.map(Zeroizing::new).map_err(|_| SealError::Damaged)
    }
}

/// The master keys. Clones share them; a key that another process has added is found in the file when it is needed.
#[derive(Clone)]
pub struct Keyring(Arc<Inner>);

struct Inner {
    file: PathBuf,
    keys: RwLock<Vec<Key>>,
}

impl Keyring {
    /// Reads the key file; makes it, with one new key, if there is none. One that is there is never touched here,
    /// because what it has encrypted would be lost.
    ///
    /// # Errors
    /// The file cannot be made or read, or holds no key.
    pub fn open(file: &Path) -> Result<Self, SealError> {
        ensure(file)?;
        Ok(Self(Arc::new(Inner {
            keys: RwLock::new(read(file)?),
            file: file.to_owned(),
        })))
    }

    /// Encrypts a secret for its place.
    ///
    /// # Errors
    /// There are no random numbers.
    pub fn seal(&self, place: Place<'_>, secret: &[u8]) -> Result<String, SealError> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let first = keys.first().ok_or_else(malformed)?;
        first.seal(place, secret)
    }

    /// Decrypts what was sealed for this place.
    ///
    /// # Errors
    /// It was sealed with a key that is gone, was changed, or belongs elsewhere.
    pub fn reveal(&self, place: Place<'_>, sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let mut parts = sealed.splitn(3, ':');
        let (Some(FORM), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(SealError::Damaged);
        };
        let bytes = BASE64.decode(text.as_bytes());
        let bytes = bytes.map_err(|_| SealError::Damaged)?;
        if let Some(opened) = self.try_open(id, place, &bytes) {
            return opened;
        }
        // Another process may have put a new key first.
        let fresh = read(&self.0.file)?;
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        self.try_open(id, place, &bytes)
            .unwrap_or_else(|| Err(SealError::UnknownKey(id.to_owned())))
    }

    fn try_open(
        &self,
        id: &str,
        place: Place<'_>,
        bytes: &[u8],
    ) -> Option<Result<Zeroizing<Vec<u8>>, SealError>> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = keys.iter().find(|key| key.id == id)?;
        Some(key.open(place, bytes))
    }

    /// Puts a new key first. The earlier ones stay, for what they have sealed.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add_key(&self) -> Result<(), SealError> {
        let old = Zeroizing::new(fs::read_to_string(&self.0.file)?);
        let text = Zeroizing::new(format!("{}\n{}", new_key()?.as_str(), old.as_str()));
        self.replace(&text)
    }

    /// Drops all keys but the first.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn drop_old_keys(&self) -> Result<(), SealError> {
        let old = Zeroizing::new(fs::read_to_string(&self.0.file)?);
        let first = old.lines().find(|line| !line.trim().is_empty());
        let first = first.ok_or_else(malformed)?;
        self.replace(&Zeroizing::new(format!("{}\n", first.trim())))
    }

    /// Whether keys beside the first are still there.
    #[must_use]
    pub fn has_old_keys(&self) -> bool {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.len() > 1
    }

    fn replace(&self, text: &str) -> Result<(), SealError> {
        let directory = self.0.file.parent().unwrap_or(Path::new("."));
        // Readable by the owner only, as tempfile makes them.
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.0.file).map_err(|failed| failed.error)?;
        fs::File::open(directory)?.sync_all()?;
        let fresh = read(&self.0.file)?;
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

fn ensure(file: &Path) -> Result<(), SealError> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    match made {
        Ok(mut made) => {
            writeln!(made, "{}", new_key()?.as_str())?;
            Ok(made.sync_all()?)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn new_key() -> Result<Zeroizing<String>, SealError> {
    let mut key = Zeroizing::new([0; KEY]);
    getrandom::fill(key.as_mut_slice()).map_err(io::Error::other)?;
    Ok(Zeroizing::new(HEXLOWER.encode(key.as_slice())))
}

fn read(file: &Path) -> Result<Vec<Key>, SealError> {
    let text = Zeroizing::new(fs::read_to_string(file)?);
    let keys = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let bytes = HEXLOWER_PERMISSIVE.decode(line.trim().as_bytes());
            Key::new(&Zeroizing::new(bytes.map_err(|_| malformed())?))
        })
        .collect::<Result<Vec<_>, _>>()?;
    if keys.is_empty() {
        return Err(malformed());
    }
    Ok(keys)
}

fn malformed() -> SealError {
    let what = "it must hold keys of 64 hexadecimal digits, one a line";
    SealError::KeyFile(io::Error::new(ErrorKind::InvalidData, what))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const PLACE: Place<'_> = Place {
        table: "accounts",
        column: "smtp_password",
        row: 3,
    };

    #[test]
    fn a_key_is_made_once_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        Keyring::open(&path).unwrap();
        let key = fs::read_to_string(&path).unwrap();
        assert_eq!(key.trim_end().len(), 2 * KEY);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        Keyring::open(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), key);
    }

    #[test]
    fn a_secret_opens_only_where_it_was_sealed() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keyring::open(&dir.path().join("k")).unwrap();
        let sealed = keys.seal(PLACE, b"secret").unwrap();
        assert!(!sealed.contains("secret"));
        assert_ne!(sealed, keys.seal(PLACE, b"secret").unwrap());
        assert_eq!(keys.reveal(PLACE, &sealed).unwrap().as_slice(), b"secret");
        for elsewhere in [
            Place { row: 4, ..PLACE },
            Place {
                column: "imap_password",
                ..PLACE
            },
            Place {
                table: "dkim_keys",
                ..PLACE
            },
        ] {
            let error = keys.reveal(elsewhere, &sealed).unwrap_err();
            assert!(matches!(error, SealError::Damaged));
        }
        let mut changed = sealed.clone().into_bytes();
        let last = changed.len() - 4;
        changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(keys.reveal(PLACE, &changed).is_err());
        assert!(keys.reveal(PLACE, "secret").is_err());
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_opens_until_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("k");
        let (keys, other) = (Keyring::open(&path).unwrap(), Keyring::open(&path).unwrap());
        let old = keys.seal(PLACE, b"old").unwrap();
        keys.add_key().unwrap();
        assert!(keys.has_old_keys());
        let new = keys.seal(PLACE, b"new").unwrap();
        assert_ne!(old.split(':').nth(1), new.split(':').nth(1));
        // A process that has read the file before finds the new key by itself.
        for keys in [&keys, &other] {
            assert_eq!(keys.reveal(PLACE, &old).unwrap().as_slice(), b"old");
            assert_eq!(keys.reveal(PLACE, &new).unwrap().as_slice(), b"new");
        }
        keys.drop_old_keys().unwrap();
        assert!(!keys.has_old_keys());
        assert!(matches!(
            keys.reveal(PLACE, &old),
            Err(SealError::UnknownKey(_))
        ));
        assert_eq!(keys.reveal(PLACE, &new).unwrap().as_slice(), b"new");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("k");
        for text in ["", "\n", "abc\n", "not hex at all\n"] {
            fs::write(&path, text).unwrap();
            assert!(Keyring::open(&path).is_err(), "{text:?}");
        }
    }
}
