//! One message, built once, on its way: a file `<id>` that holds the message and behind it the envelope, moved from
//! state to state by one atomic rename, so that whatever a crash leaves behind tells the truth.
//!
//! `spooled` → `in-data` → `accepted` → filed (gone from here). Nobody was told 200 about one that a crash left in
//! `spooled`: it is dropped. One left in `in-data` may have been sent or not: it goes to `in-doubt` and is never sent
//! again by itself. One in `accepted` was sent; its copy is filed.
//!
//! A short message is in memory while it is `spooled`: its file is made when a server begins to take it.
//!
//! A process that is killed loses nothing that it has written. Against a loss of power two things are flushed, if
//! [`Flushes`] are durable: what lies in `in-data`, before a server gets the first byte, and the filed copy.
//!
//! In `in-doubt` a message is a directory `<id>` of `message.eml` and `envelope.json`, for people to look at.
//!
//! All functions that are not `async` block on the disk.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::dkim::Signatures;
use super::message::Message;
use super::place::SentPlace;
use super::sends::course::Named;
use crate::mailbox::imap;
use crate::mailbox::maildir::Maildir;
use crate::store::flushes::Flushes;

/// Messages up to this size stay in memory until they are sent.
const KEPT: u64 = 64 * 1024;
/// Bytes in which a file ends that tell how long the envelope before them is.
const LENGTH: usize = size_of::<u64>();
/// What a file beside an accepted message ends in, while that moves into the mailbox.
const NOTE: &str = "json";

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
    /// Whether the message has bytes that are not ASCII. Found out while it is written.
    #[serde(default)]
    pub eight_bit: bool,
    /// Bytes of the message.
    pub size: u64,
    /// Seconds since 1970.
    pub date: i64,
    /// Without angle brackets.
    pub message_id: String,
    /// The line that only the sender's copy has.
    pub bcc: Option<String>,
    /// `None`: no copy is kept.
    pub sent: Option<SentPlace>,
    /// What the page calls the send.
    #[serde(default)]
    pub named: Option<Named>,
}

/// The directory of all messages on their way.
#[derive(Clone, Debug)]
pub struct Spool {
    root: Arc<Path>,
    flushes: Flushes,
}

impl Spool {
    /// Makes the directories, readable by this process's user only.
    ///
    /// # Errors
    /// The disk's.
    pub fn open(root: impl Into<PathBuf>, flushes: Flushes) -> io::Result<Self> {
        let root = root.into();
        for state in State::ALL {
            private_directory(&root.join(state.directory()))?;
        }
        flushes.directory(&root)?;
        Ok(Self {
            root: root.into(),
            flushes,
        })
    }

    /// Writes a message, its signatures in front of it and its envelope behind it. A short one stays in memory until
    /// [`Entry::begin_data`].
    ///
    /// # Errors
    /// The disk's, those of reading attachments and of signing; nothing is left behind then.
    pub fn put(
        &self,
        envelope: Envelope,
        message: &Message<'_>,
        signatures: &Signatures<'_>,
    ) -> io::Result<Entry> {
        let mut entry = Entry::new(self, envelope, State::Spooled);
        if entry.envelope.size <= KEPT {
            let mut bytes = Vec::with_capacity(usize::try_from(KEPT).unwrap_or(0) / 16);
            let signed = signatures.write_before(&mut bytes, |out| message.write_to(out))?;
            bytes[..signed.len()].copy_from_slice(&signed);
            entry.envelope.eight_bit = !bytes.is_ascii();
            entry.bytes = Some(bytes);
            return Ok(entry);
        }
        let mut file = create(&entry.path())?;
        // From here on there is something to remove.
        entry.keep = false;
        let mut out = BufWriter::with_capacity(64 * 1024, &mut file);
        let mut watched = Watched::new(&mut out);
        let signed = signatures.write_before(&mut watched, |out| message.write_to(out))?;
        entry.envelope.eight_bit = watched.eight_bit;
        out.write_all(&trailer(&entry.envelope)?)?;
        out.flush()?;
        drop(out);
        file.write_all_at(&signed, 0)?;
        entry.file = Some(file);
        Ok(entry)
    }

    /// The messages that an earlier process left in `state`, and how many entries could not be understood.
    ///
    /// # Errors
    /// The disk's.
    pub fn left_in(&self, state: State) -> io::Result<(Vec<Entry>, usize)> {
        let mut entries = Vec::new();
        let mut unclear = 0;
        for entry in fs::read_dir(self.root.join(state.directory()))? {
            let path = entry?.path();
            let is_note = path.extension().is_some_and(|end| end == NOTE);
            let message = path.with_extension("");
            if is_note && message.exists() {
                continue;
            }
            match envelope_of(&message) {
                Some(envelope) => entries.push(Entry::new(self, envelope, state)),
                None => unclear += 1,
            }
        }
        Ok((entries, unclear))
    }

    /// A message that is in `state`, as far as it is there and can be understood.
    pub async fn entry(&self, state: State, id: Uuid) -> Option<Entry> {
        let spool = self.clone();
        let read = move || {
            let path = spool.root.join(state.directory()).join(id.to_string());
            let envelope = envelope_of(&path)?;
            Some(Entry::new(&spool, envelope, state))
        };
        spawn_blocking(read).await.ok().flatten()
    }

    /// Makes good what an earlier process had not finished with messages in doubt.
    ///
    /// # Errors
    /// The disk's.
    pub fn tidy_doubts(&self) -> io::Result<()> {
        for directory in fs::read_dir(self.root.join(State::InDoubt.directory()))? {
            let directory = directory?.path();
            let message = directory.join("message.eml");
            // Whoever looked after it may have taken something away.
            if let Ok(note) = fs::read(directory.join("envelope.json"))
                && let Ok(envelope) = serde_json::from_slice::<Envelope>(&note)
                && fs::metadata(&message).is_ok_and(|file| file.len() > envelope.size)
            {
                cut_off_envelope(&message, envelope.size)?;
            }
        }
        Ok(())
    }

    /// Removes everything that no server has seen, and tells how much it was.
    ///
    /// # Errors
    /// The disk's.
    pub fn drop_unsent(&self) -> io::Result<usize> {
        let mut dropped = 0;
        for entry in fs::read_dir(self.root.join(State::Spooled.directory()))? {
            let entry = entry?;
            // What is no file of ours is no reason not to start.
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
            dropped += 1;
        }
        Ok(dropped)
    }
}

/// One message in the spool. Dropped before a server has seen it, it is gone from the disk as well.
#[derive(Debug)]
pub struct Entry {
    spool: Spool,
    /// What is known about it.
    pub envelope: Envelope,
    state: State,
    keep: bool,
    /// The message, if it is short and new.
    bytes: Option<Vec<u8>>,
    /// Of a new one the file, once it is written.
    file: Option<File>,
}

impl Entry {
    fn new(spool: &Spool, envelope: Envelope, state: State) -> Self {
        Self {
            spool: spool.clone(),
            envelope,
            state,
            keep: true,
            bytes: None,
            file: None,
        }
    }

    fn path_in(&self, state: State) -> PathBuf {
        self.spool
            .root
            .join(state.directory())
            .join(self.envelope.id.to_string())
    }

    /// The file that begins with the message, byte for byte as it is sent; behind it is the envelope.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.path_in(self.state)
    }

    /// The whole message, if it is short and new.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        self.bytes.as_deref()
    }

    /// Where the message stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether [`Entry::begin_data`] and [`Entry::file`] wait for the disk.
    #[must_use]
    pub fn is_durable(&self) -> bool {
        self.spool.flushes.is_durable()
    }

    /// A server begins to take the message: a process that dies now leaves a message in doubt. With durable flushes so
    /// does a loss of power, once this has returned.
    ///
    /// # Errors
    /// The disk's.
    pub fn begin_data(&mut self) -> io::Result<()> {
        match (&self.file, self.bytes.take()) {
            (None, Some(bytes)) => self.write(bytes)?,
            (_, bytes) => {
                self.bytes = bytes;
                self.move_to(State::InData)?;
            }
        }
        // After the rename, so that the file system may write name and content at once.
        if let Some(file) = &self.file {
            self.spool.flushes.file(file)?;
        }
        let directory = self.spool.root.join(State::InData.directory());
        self.spool.flushes.directory(&directory)
    }

    /// A server has taken the message. Not forced to the disk: after a loss of power it counts as in doubt, which is no
    /// lie.
    ///
    /// # Errors
    /// The disk's.
    pub fn accept(&mut self) -> io::Result<()> {
        self.move_to(State::Accepted)
    }

    /// Keeps a message of which nobody knows whether it was sent, for people to look at.
    ///
    /// # Errors
    /// The disk's.
    pub fn doubt(&mut self) -> io::Result<()> {
        self.keep = true;
        let directory = self.path_in(State::InDoubt);
        private_directory(&directory)?;
        let note = self.write_note(&directory.join("envelope.json"))?;
        self.spool.flushes.file(&note)?;
        let message = directory.join("message.eml");
        fs::rename(self.path(), &message)?;
        self.state = State::InDoubt;
        self.cut_off_envelope(&message)?;
        self.spool.flushes.directory(&directory)?;
        let above = self.spool.root.join(State::InDoubt.directory());
        self.spool.flushes.directory(&above)
    }

    /// The server has certainly not taken the message: nothing stays behind.
    pub fn discard(mut self) {
        self.keep = false;
    }

    /// Moves the message into the sender's mailbox on this machine, or drops it where no copy is kept. Can be repeated
    /// after a failure or a crash without making a second copy.
    ///
    /// # Errors
    /// The mailbox's; the message stays here then.
    pub fn file(&self) -> io::Result<()> {
        let message = self.path();
        let note = message.with_extension(NOTE);
        // Without its message an entry was cut off between filing and clearing away.
        if let (Some(SentPlace::Local { root, folder }), true) =
            (&self.envelope.sent, message.exists())
        {
            let folder = Maildir::new(root).folder(folder, &self.spool.flushes)?;
            let unique = format!("{}.{}.quillgate", self.envelope.date, self.envelope.id);
            let first_line = self.envelope.bcc.as_deref();
            if first_line.is_none() {
                self.write_note(&note)?;
                self.cut_off_envelope(&message)?;
            }
            folder.store(&unique, &message, self.envelope.size, first_line)?;
            if first_line.is_none() {
                return fs::remove_file(note);
            }
        }
        self.clear()
    }

    /// The copy for the sender's mailbox on a server.
    #[must_use]
    pub fn copy(&self) -> imap::Copy {
        imap::Copy {
            path: self.path(),
            size: self.envelope.size,
            first_line: self.envelope.bcc.clone(),
            date: self.envelope.date,
            message_id: self.envelope.message_id.clone(),
        }
    }

    /// Removes a message whose copy is filed.
    ///
    /// # Errors
    /// The disk's.
    pub fn clear(&self) -> io::Result<()> {
        let message = self.path();
        remove_if_there(&message)?;
        remove_if_there(&message.with_extension(NOTE))
    }

    /// Where others read a message, nothing is behind it. A note beside it has the envelope then.
    fn cut_off_envelope(&self, message: &Path) -> io::Result<()> {
        match &self.file {
            Some(file) => file.set_len(self.envelope.size),
            None => cut_off_envelope(message, self.envelope.size),
        }
    }

    fn write_note(&self, path: &Path) -> io::Result<File> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)?;
        file.write_all(&serde_json::to_vec(&self.envelope)?)?;
        Ok(file)
    }

    /// Writes a short message to where a server begins to take it.
    fn write(&mut self, mut bytes: Vec<u8>) -> io::Result<()> {
        self.state = State::InData;
        let mut file = create(&self.path())?;
        let length = bytes.len();
        bytes.extend_from_slice(&trailer(&self.envelope)?);
        let written = file.write_all(&bytes);
        bytes.truncate(length);
        self.bytes = Some(bytes);
        self.file = Some(file);
        written
    }

    fn move_to(&mut self, state: State) -> io::Result<()> {
        fs::rename(self.path(), self.path_in(state))?;
        self.state = state;
        self.keep = true;
        Ok(())
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.keep
            && let Err(cause) = remove_if_there(&self.path())
        {
            tracing::warn!(mail = %self.envelope.id, %cause, "an unsent message could not be removed from the spool");
        }
    }
}

/// Looks at what is written.
struct Watched<W> {
    out: W,
    /// Something was not ASCII.
    eight_bit: bool,
}

impl<W> Watched<W> {
    fn new(out: W) -> Self {
        Self {
            out,
            eight_bit: false,
        }
    }
}

impl<W: Write> Write for Watched<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.eight_bit |= !bytes.is_ascii();
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What follows the message in its file: the envelope as JSON, and its length.
fn trailer(envelope: &Envelope) -> io::Result<Vec<u8>> {
    let mut trailer = serde_json::to_vec(envelope)?;
    let length = trailer.len() as u64;
    trailer.extend_from_slice(&length.to_be_bytes());
    Ok(trailer)
}

fn cut_off_envelope(message: &Path, size: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(message)?;
    file.set_len(size)
}

/// The envelope of a message that an earlier process left; `None` if it is torn.
fn envelope_of(message: &Path) -> Option<Envelope> {
    if let Ok(note) = fs::read(message.with_extension(NOTE))
        && let Ok(envelope) = serde_json::from_slice(&note)
    {
        return Some(envelope);
    }
    let file = File::open(message).ok()?;
    let end = file.metadata().ok()?.len().checked_sub(LENGTH as u64)?;
    let mut length = [0; LENGTH];
    file.read_exact_at(&mut length, end).ok()?;
    let start = end.checked_sub(u64::from_be_bytes(length))?;
    let mut json = vec![0; usize::try_from(end - start).ok()?];
    file.read_exact_at(&mut json, start).ok()?;
    let envelope: Envelope = serde_json::from_slice(&json).ok()?;
    (envelope.size == start).then_some(envelope)
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

fn private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}
