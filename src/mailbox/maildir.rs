//! A local mailbox as Maildir++ on disk: a folder `Sent` is the directory `.Sent` with `cur`, `new` and `tmp`.
//!
//! All functions block on the disk: call them where that is allowed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const SEEN: &str = ":2,S";

/// One account's mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maildir {
    root: PathBuf,
}

impl Maildir {
    /// Names the mailbox at `root`. Directories are made when something is stored.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The directory of the whole mailbox.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Stores the message in `file` as a read one and removes `file`. With `first_line`, which has no line end, that
    /// line is put in front of it. `unique` is the part of the file name that tells messages apart: storing again
    /// under the same one replaces the copy, so that a store cut in two can be repeated.
    ///
    /// The name is on the disk when this returns, and so are the bytes, if `file`'s were when it was given.
    ///
    /// # Errors
    /// The disk's, or a folder name that is none.
    pub fn store(
        &self,
        folder: &str,
        unique: &str,
        file: &Path,
        first_line: Option<&str>,
    ) -> io::Result<PathBuf> {
        let folder = self.make_folder(folder)?;
        let place = folder.join("cur").join(format!("{unique}{SEEN}"));
        let moved = match first_line {
            None => fs::rename(file, &place).is_ok(),
            Some(_) => false,
        };
        if !moved {
            let copy = folder.join("tmp").join(unique);
            let outcome =
                copy_with(first_line, file, &copy).and_then(|()| fs::rename(&copy, &place));
            if outcome.is_err() {
                let _ = fs::remove_file(&copy);
            }
            outcome?;
        }
        sync_directory(&folder.join("cur"))?;
        if !moved {
            fs::remove_file(file)?;
        }
        Ok(place)
    }

    /// Makes the directories of a folder, readable by this process's user only.
    fn make_folder(&self, folder: &str) -> io::Result<PathBuf> {
        let is_inbox = folder.eq_ignore_ascii_case("INBOX");
        let path = if is_inbox {
            self.root.clone()
        } else {
            self.root.join(directory_name(folder)?)
        };
        let is_new = !path.join("cur").is_dir();
        for part in ["cur", "new", "tmp"] {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(path.join(part))?;
        }
        if is_new {
            if !is_inbox {
                private_file(&path.join("maildirfolder"))?;
            }
            sync_directory(&path)?;
            sync_directory(&self.root)?;
        }
        Ok(path)
    }
}

/// The directory of a folder; `/` separates levels, as in `Archive/2026`.
fn directory_name(folder: &str) -> io::Result<String> {
    let invalid =
        |level: &str| level.is_empty() || level.contains('.') || level.contains(char::is_control);
    if folder.len() > 200 || folder.split('/').any(invalid) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the folder has no valid name",
        ));
    }
    Ok(format!(".{}", folder.replace('/', ".")))
}

fn copy_with(first_line: Option<&str>, from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = private_file(to)?;
    if let Some(line) = first_line {
        target.write_all(line.as_bytes())?;
        target.write_all(b"\r\n")?;
    }
    io::copy(&mut source, &mut target)?;
    target.sync_all()
}

fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

/// Makes the names in a directory survive a loss of power.
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn message(dir: &tempfile::TempDir, text: &str) -> PathBuf {
        let path = dir.path().join("message.eml");
        fs::write(&path, text).expect("writes");
        path
    }

    #[test]
    fn a_message_moves_into_the_folder_as_a_read_one() {
        let dir = tempfile::tempdir().expect("directory");
        let maildir = Maildir::new(dir.path().join("box"));
        let file = message(&dir, "Subject: x\r\n\r\ny\r\n");
        let place = maildir
            .store("Sent", "17.abc.host", &file, None)
            .expect("stored");
        assert_eq!(place, dir.path().join("box/.Sent/cur/17.abc.host:2,S"));
        assert_eq!(
            fs::read_to_string(&place).expect("reads"),
            "Subject: x\r\n\r\ny\r\n"
        );
        assert!(!file.exists());
        let mode = fs::metadata(dir.path().join("box/.Sent"))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_first_line_goes_in_front_and_storing_again_makes_no_second_copy() {
        let dir = tempfile::tempdir().expect("directory");
        let maildir = Maildir::new(dir.path().join("box"));
        for _ in 0..2 {
            let file = message(&dir, "Subject: x\r\n\r\n");
            maildir
                .store("Sent", "17.abc", &file, Some("Bcc: a@x.org"))
                .expect("stored");
        }
        let stored: Vec<_> = fs::read_dir(dir.path().join("box/.Sent/cur"))
            .expect("folder")
            .flatten()
            .collect();
        assert_eq!(stored.len(), 1);
        let text = fs::read_to_string(stored[0].path()).expect("reads");
        assert_eq!(text, "Bcc: a@x.org\r\nSubject: x\r\n\r\n");
        assert_eq!(
            fs::read_dir(dir.path().join("box/.Sent/tmp"))
                .expect("folder")
                .count(),
            0
        );
    }

    #[test]
    fn a_folder_stays_inside_the_mailbox() {
        for name in ["", "..", "../x", "a/../b", "a.b", "/etc", "a\0", "a//b"] {
            assert!(directory_name(name).is_err(), "{name:?}");
        }
        assert_eq!(
            directory_name("Archive/2026").expect("valid"),
            ".Archive.2026"
        );
    }
}
