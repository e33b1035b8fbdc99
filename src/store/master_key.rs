//! The key that stored mail passwords are encrypted with: made once, on the first start.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use data_encoding::HEXLOWER;

/// 256 bits.
const LENGTH: usize = 32;

/// Makes the key file if there is none: one line of hexadecimal digits, readable by its owner only. One that is there
/// is never touched, because what it has encrypted would be lost.
///
/// # Errors
/// When the file cannot be made, or there are no random numbers.
pub fn ensure(path: &Path) -> std::io::Result<()> {
    let mut key = [0; LENGTH];
    getrandom::fill(&mut key).map_err(std::io::Error::other)?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match file {
        Ok(mut file) => {
            writeln!(file, "{}", HEXLOWER.encode(&key))?;
            file.sync_all()
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("master.key");
        ensure(&path).unwrap();
        let key = std::fs::read_to_string(&path).unwrap();
        assert_eq!(key.trim_end().len(), 2 * LENGTH);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        ensure(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), key);
    }
}
