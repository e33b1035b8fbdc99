//! A local mailbox as Maildir++ on disk: a folder `Sent` is the directory `.Sent` with `cur`, `new` and `tmp`.
//!
//! All functions block on the disk: call them where that is allowed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::store::flushes::Flushes;

const SEEN: &str = ":2,S";
/// Folders that every mailbox has.
const USUAL: [&str; 2] = ["Sent", "Drafts"];

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

    /// Whether there is a folder. The usual ones are, also before the first message.
    #[must_use]
    pub fn has_folder(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case("INBOX")
            || USUAL.contains(&name)
            || directory_name(name).is_ok_and(|name| self.root.join(name).join("cur").is_dir())
    }

    /// Makes a folder as needed, readable by this process's user only.
    ///
    /// # Errors
    /// The disk's, or a name that is none.
    pub fn folder(&self, name: &str, flushes: &Flushes) -> io::Result<Folder> {
        let is_inbox = name.eq_ignore_ascii_case("INBOX");
        let path = if is_inbox {
            self.root.clone()
        } else {
            self.root.join(directory_name(name)?)
        };
        if !path.join("cur").is_dir() {
            let there = path.ancestors().find(|above| above.is_dir());
            let there = there.unwrap_or(&self.root).to_owned();
            for part in ["tmp", "new", "cur"] {
                private_directory(&path.join(part))?;
            }
            if !is_inbox {
                private_file(&path.join("maildirfolder"))?;
            }
            // The names of all that is new, up to the directory that was there before.
            for new in path.ancestors().take_while(|new| new.starts_with(&there)) {
                flushes.directory(new)?;
            }
        }
        Ok(Folder {
            path,
            flushes: flushes.clone(),
        })
    }
}

/// A folder that is there.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    flushes: Flushes,
}

impl Folder {
    /// Stores the first `size` bytes of `file` as a read message. With `first_line`, which has no line end, that line
    /// is put in front and `file` stays; without it `file` itself moves here, and must hold no more than `size` bytes. `unique` is the part of the file name that tells messages apart: storing again under the same one
    /// replaces the copy, so that a store cut in two can be repeated.
    ///
    /// With durable flushes the name is on the disk when this returns, and so are the bytes, if `file`'s were when it
    /// was given.
    ///
    /// # Errors
    /// The disk's.
    pub fn store(
        &self,
        unique: &str,
        file: &Path,
        size: u64,
        first_line: Option<&str>,
    ) -> io::Result<PathBuf> {
        let cur = self.path.join("cur");
        let place = cur.join(format!("{unique}{SEEN}"));
        let moved = first_line.is_none() && fs::rename(file, &place).is_ok();
        if !moved {
            let tmp = self.path.join("tmp");
            private_directory(&tmp)?;
            let copy = tmp.join(unique);
            let outcome = self
                .copy(first_line, file, size, &copy)
                .and_then(|()| fs::rename(&copy, &place));
            if outcome.is_err() {
                let _ = fs::remove_file(&copy);
            }
            outcome?;
        }
        self.flushes.directory(&cur)?;
        if !moved && first_line.is_none() {
            fs::remove_file(file)?;
        }
        Ok(place)
    }

    fn copy(&self, first_line: Option<&str>, from: &Path, size: u64, to: &Path) -> io::Result<()> {
        let mut source = File::open(from)?.take(size);
        let mut target = private_file(to)?;
        if let Some(line) = first_line {
            target.write_all(format!("{line}\r\n").as_bytes())?;
        }
        if io::copy(&mut source, &mut target)? != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.flushes.file(&target)
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

fn private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
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

    fn folder(maildir: &Maildir) -> Folder {
        maildir.folder("Sent", &Flushes::new(true)).expect("made")
    }

    #[test]
    fn a_message_moves_into_the_folder_as_a_read_one() {
        let dir = tempfile::tempdir().expect("directory");
        let maildir = Maildir::new(dir.path().join("box"));
        let file = message(&dir, "Subject: x\r\n\r\ny\r\n");
        let place = folder(&maildir)
            .store("17.abc.host", &file, 17, None)
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
            let file = message(&dir, "Subject: x\r\n\r\nnot part of it");
            folder(&maildir)
                .store("17.abc", &file, 14, Some("Bcc: a@x.org"))
                .expect("stored");
            assert!(file.exists());
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
    fn a_folder_is_there_when_it_is_usual_or_was_made() {
        let dir = tempfile::tempdir().expect("directory");
        let maildir = Maildir::new(dir.path().join("box"));
        for (name, there) in [
            ("Sent", true),
            ("Drafts", true),
            ("Inbox", true),
            ("Archive/2026", false),
            ("..", false),
            ("a.b", false),
        ] {
            assert_eq!(maildir.has_folder(name), there, "{name}");
        }
        maildir
            .folder("Archive/2026", &Flushes::new(false))
            .expect("made");
        assert!(maildir.has_folder("Archive/2026"));
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
