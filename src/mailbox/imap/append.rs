//! Putting a message into a folder, streamed from its file (RFC 3501, 6.3.11; RFC 7888; RFC 4315), and finding out
//! whether it is there already.

use std::io;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

use super::error::{ImapError, Words};
use super::folders::shown;
use super::response::{Outcome, Status};
use super::session::{Session, quoted};
use super::token::Token;

/// Bytes that are in memory at a time.
const CHUNK: usize = 64 * 1024;
/// Bytes of a literal that LITERAL- lets go without a question.
const SHORT: u64 = 4096;
/// How far the date of arrival, by the server's own calendar, may be before the date of the message.
const SLACK: SignedDuration = SignedDuration::from_hours(48);

/// A message that is to be in a folder, as a read one.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The file that begins with the message.
    pub path: PathBuf,
    /// Bytes of the message.
    pub size: u64,
    /// A line that goes in front, without its end.
    pub first_line: Option<String>,
    /// Of the message, in seconds since 1970: its date of arrival too.
    pub date: i64,
    /// Without angle brackets.
    pub message_id: String,
}

impl Copy {
    fn first(&self) -> Vec<u8> {
        let line = self.first_line.as_ref();
        line.map_or_else(Vec::new, |line| format!("{line}\r\n").into_bytes())
    }

    fn date(&self) -> Timestamp {
        Timestamp::from_second(self.date).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// What a server calls a message (RFC 4315).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uid {
    /// `UIDVALIDITY` of the folder.
    pub validity: u32,
    /// The message's own number.
    pub uid: u32,
}

impl Session {
    /// Puts a message into a folder, named as the server writes it.
    pub(super) async fn append(
        &mut self,
        folder: &str,
        copy: &Copy,
    ) -> Result<Option<Uid>, ImapError> {
        let name = quoted(folder).ok_or_else(|| ImapError::NoFolder(shown(folder)))?;
        let first = copy.first();
        let size = copy.size + first.len() as u64;
        if self.number("APPENDLIMIT").is_some_and(|limit| size > limit) {
            return Err(ImapError::TooLarge);
        }
        let mut file = File::open(&copy.path).await.map_err(ImapError::Message)?;
        let date = copy.date().strftime("%d-%b-%Y %H:%M:%S +0000");
        let unasked = self.has("LITERAL+") || self.has("LITERAL-") && size <= SHORT;
        let plus = if unasked { "+" } else { "" };
        self.say(&format!(
            "APPEND {name} (\\Seen) \"{date}\" {{{size}{plus}}}"
        ))
        .await?;
        if !unasked && let Some(status) = self.may_go_on().await? {
            return put(folder, status);
        }
        self.write(&first).await?;
        let mut left = copy.size;
        let mut chunk = vec![0; usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK))];
        while left > 0 {
            let most = usize::try_from(left).map_or(CHUNK, |left| left.min(chunk.len()));
            let length = file.read(&mut chunk[..most]).await;
            match length.map_err(ImapError::Message)? {
                0 => return Err(ImapError::Message(io::ErrorKind::UnexpectedEof.into())),
                length => {
                    self.write(&chunk[..length]).await?;
                    left -= length as u64;
                }
            }
        }
        self.write(b"\r\n").await?;
        self.flush().await?;
        let status = self.done(|_| ()).await?;
        put(folder, status)
    }

    /// Whether a folder, named as the server writes it, holds the message already.
    pub(super) async fn holds(&mut self, folder: &str, copy: &Copy) -> Result<bool, ImapError> {
        let missing = || ImapError::NoFolder(shown(folder));
        let name = quoted(folder).ok_or_else(missing)?;
        let id = quoted(&copy.message_id).ok_or(ImapError::Protocol("no Message-ID"))?;
        let status = self.ask(&format!("EXAMINE {name}"), |_| ()).await?;
        if status.outcome != Outcome::Ok {
            return match self.is_there(folder).await? {
                true => Err(ImapError::Refused(Words(status.words))),
                false => Err(missing()),
            };
        }
        let since = copy.date().checked_sub(SLACK).unwrap_or_default();
        let since = since.strftime("%-d-%b-%Y");
        let mut found = false;
        let note = |data: &[Token]| {
            if let [kind, numbers @ ..] = data {
                found |= kind.is("SEARCH") && numbers.iter().any(|found| found.number().is_some());
            }
        };
        let search = format!("UID SEARCH SINCE {since} HEADER Message-ID {id}");
        self.command_with(&search, note).await?;
        // It was opened for reading only: closing it removes nothing.
        self.command("CLOSE").await?;
        Ok(found)
    }
}

/// What became of a message.
fn put(folder: &str, status: Status) -> Result<Option<Uid>, ImapError> {
    if status.outcome == Outcome::Ok {
        return Ok(uid(&status.code));
    }
    let code = status.code.first().map_or("", String::as_str);
    Err(match code {
        "TRYCREATE" | "NONEXISTENT" => ImapError::NoFolder(shown(folder)),
        "TOOBIG" | "LIMIT" => ImapError::TooLarge,
        "OVERQUOTA" => ImapError::Full,
        _ => ImapError::Refused(Words(status.words)),
    })
}

fn uid(code: &[String]) -> Option<Uid> {
    let [name, validity, uid] = code else {
        return None;
    };
    (name == "APPENDUID").then_some(())?;
    Some(Uid {
        validity: validity.parse().ok()?,
        uid: uid.parse().ok()?,
    })
}
