//! One message, built once, on its way: a directory `<id>` with `message.eml` and `envelope.json`, moved from state to
//! state by one atomic rename, so that whatever a crash leaves behind tells the truth.
//!
//! `spooled` → `in-data` → `accepted` → filed (gone from here). Nobody was told 200 about one that a crash left in
//! `spooled`: it is dropped. One left in `in-data` may have been sent or not: it goes to `in-doubt` and is never sent
//! again by itself. One in `accepted` was sent; its copy is filed.
//!
//! All functions block on the disk.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::message::Message;
use crate::mailbox::maildir::Maildir;

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// On the disk; no server has seen it.
    Spooled,
    /// A server is taking it.
    InData,
    /// A server has taken it; the sender's copy is not filed yet.
    Accepted,
    /// Nobody knows whether a server has taken it.
    InDoubt,
}

impl State {
    const ALL: [Self; 4] = [Self::Spooled, Self::InData, Self::Accepted, Self::InDoubt];

    fn directory(self) -> &'static str {
        match self {
            Self::Spooled => "spooled",
            Self::InData => "in-data",
            Self::Accepted => "accepted",
            Self::InDoubt => "in-doubt",
        }
    }
}

/// Where the sender's copy goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFolder {
    /// The directory of the account's local mailbox.
    pub root: PathBuf,
    /// For instance `Sent`.
    pub folder: String,
}

/// What is known about a message beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// The spool's own name for the message.
    pub id: Uuid,
    /// The sender's address.
    pub from: String,
    /// Every recipient's address.
    pub to: Vec<String>,
    /// The first address without an ASCII form, which only a server with SMTPUTF8 takes.
    pub non_ascii: Option<String>,
    /// Bytes of the message.
    pub size: u64,
    /// Seconds since 1970.
    pub date: i64,
    /// Without angle brackets.
    pub message_id: String,
    /// The line that only the sender's copy has.
    pub bcc: Option<String>,
    /// `None`: no copy is kept.
    pub sent: Option<SentFolder>,
}

/// The directory of all messages on their way.
#[derive(Clone, Debug)]
pub struct Spool {
    root: PathBuf,
}

impl Spool {
    /// Makes the directories, readable by this process's user only.
    ///
    /// # Errors
    /// The disk's.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        for state in State::ALL {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(root.join(state.directory()))?;
        }
        Ok(Self { root })
    }

    /// Writes a message and its envelope.
    ///
    /// # Errors
    /// The disk's and those of reading attachments; nothing is left behind then.
    pub fn put(&self, envelope: Envelope, message: &Message) -> io::Result<Entry> {
        let entry = Entry {
            root: self.root.clone(),
            envelope,
            state: State::Spooled,
            keep: false,
        };
        DirBuilder::new().mode(0o700).create(entry.directory())?;
        let envelope = serde_json::to_vec(&entry.envelope)?;
        create(&entry.directory().join("envelope.json"))?.write_all(&envelope)?;
        let mut out = BufWriter::with_capacity(64 * 1024, create(&entry.message())?);
        message.write_to(&mut out)?;
        out.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
        Ok(entry)
    }

    /// The messages that an earlier process left in `state`, and how many directories could not be understood.
    ///
    /// # Errors
    /// The disk's.
    pub fn left_in(&self, state: State) -> io::Result<(Vec<Entry>, usize)> {
        let mut entries = Vec::new();
        let mut unclear = 0;
        for directory in fs::read_dir(self.root.join(state.directory()))? {
            let bytes = fs::read(directory?.path().join("envelope.json"));
            match bytes
                .ok()
                .and_then(|bytes| serde_json::from_slice::<Envelope>(&bytes).ok())
            {
                Some(envelope) => entries.push(Entry {
                    root: self.root.clone(),
                    envelope,
                    state,
                    keep: true,
                }),
                None => unclear += 1,
            }
        }
        Ok((entries, unclear))
    }

    /// Removes everything that no server has seen, and tells how much it was.
    ///
    /// # Errors
    /// The disk's.
    pub fn drop_unsent(&self) -> io::Result<usize> {
        let mut dropped = 0;
        for directory in fs::read_dir(self.root.join(State::Spooled.directory()))? {
            fs::remove_dir_all(directory?.path())?;
            dropped += 1;
        }
        Ok(dropped)
    }
}

/// One message in the spool. Dropped before a server has seen it, it is gone from the disk as well.
#[derive(Debug)]
pub struct Entry {
    root: PathBuf,
    /// What is known about it.
    pub envelope: Envelope,
    state: State,
    keep: bool,
}

impl Entry {
    fn directory(&self) -> PathBuf {
        self.root
            .join(self.state.directory())
            .join(self.envelope.id.to_string())
    }

    /// The file with the message, byte for byte as it is sent.
    #[must_use]
    pub fn message(&self) -> PathBuf {
        self.directory().join("message.eml")
    }

    /// A server begins to take the message. On the disk when this returns: a process that dies now leaves a message in
    /// doubt.
    ///
    /// # Errors
    /// The disk's.
    pub fn begin_data(&mut self) -> io::Result<()> {
        self.move_to(State::InData)?;
        self.keep = true;
        File::open(self.root.join(State::InData.directory()))?.sync_all()
    }

    /// A server has taken the message. Not forced to the disk: after a loss of power it counts as in doubt, which is no
    /// lie.
    ///
    /// # Errors
    /// The disk's.
    pub fn accept(&mut self) -> io::Result<()> {
        self.keep = true;
        self.move_to(State::Accepted)
    }

    /// Keeps a message of which nobody knows whether it was sent.
    ///
    /// # Errors
    /// The disk's.
    pub fn doubt(&mut self) -> io::Result<()> {
        self.keep = true;
        self.move_to(State::InDoubt)
    }

    /// The server has certainly not taken the message: nothing stays behind.
    pub fn discard(mut self) {
        self.keep = false;
    }

    /// Moves the message into the sender's mailbox, or drops it where there is none. Can be repeated after a failure
    /// or a crash without making a second copy.
    ///
    /// # Errors
    /// The mailbox's; the message stays here then.
    pub fn file(&self) -> io::Result<()> {
        let message = self.message();
        // Without its message an entry was cut off between filing and clearing away.
        if let (Some(sent), true) = (&self.envelope.sent, message.exists()) {
            let unique = format!("{}.{}.quillgate", self.envelope.date, self.envelope.id);
            Maildir::new(&sent.root).store(
                &sent.folder,
                &unique,
                &message,
                self.envelope.bcc.as_deref(),
            )?;
        }
        fs::remove_dir_all(self.directory())
    }

    fn move_to(&mut self, state: State) -> io::Result<()> {
        let from = self.directory();
        let to = self
            .root
            .join(state.directory())
            .join(self.envelope.id.to_string());
        fs::rename(from, to)?;
        self.state = state;
        Ok(())
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.keep
            && let Err(cause) = fs::remove_dir_all(self.directory())
        {
            tracing::warn!(mail = %self.envelope.id, %cause, "an unsent message could not be removed from the spool");
        }
    }
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}
