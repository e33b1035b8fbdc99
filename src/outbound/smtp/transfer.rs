//! Hands a message over, and knows at every moment whether the server may have all of it.

use std::fs::File;
use std::io::{self, Read};
use std::time::Duration;

use memchr::memmem;
use tokio::time::timeout;

use super::dialogue::Dialogue;
use super::reply::{Fault, Reply, expect};
use crate::outbound::sends::course::Course;
use crate::outbound::spool::Entry;

/// Bytes of the message that go out at a time.
const CHUNK: usize = 64 * 1024;
/// How long it may take to read what a server said before it went away.
const LAST_WORDS: Duration = Duration::from_millis(100);

/// How the transfer of a message ended, if not well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::outbound) enum TransferFault {
    /// The server has seen its end and said no.
    Refused(Reply),
    /// The server has not seen its end. The connection is of no more use, whatever the server said.
    Cut(Fault),
    /// The server got all of it and did not answer.
    Unconfirmed(String),
}

/// Hands over the message, a long one chunk by chunk, each of which may take as long as an answer.
pub(super) async fn transfer(
    dialogue: &mut Dialogue,
    entry: &Entry,
    course: &Course,
) -> Result<(), TransferFault> {
    let mut stuffing = Stuffing::default();
    match entry.bytes() {
        Some(message) => {
            let mut out = Vec::with_capacity(message.len() + 64);
            stuffing.add(message, &mut out);
            stuffing.end(&mut out);
            send_end(dialogue, &out).await?;
        }
        None => send_file(dialogue, entry, course, &mut stuffing).await?,
    }
    course.hand_over(entry.envelope.size);
    let answered = dialogue.answer().await;
    match answered.and_then(|answer| expect(&answer, 200..=299)) {
        Ok(()) => Ok(()),
        Err(Fault::Refused(reply) | Fault::SignIn(reply)) => Err(TransferFault::Refused(reply)),
        Err(Fault::Lost(reason)) => Err(TransferFault::Unconfirmed(reason)),
    }
}

/// Reading blocks for the moment that a file takes which was just written.
async fn send_file(
    dialogue: &mut Dialogue,
    entry: &Entry,
    course: &Course,
    stuffing: &mut Stuffing,
) -> Result<(), TransferFault> {
    let unreadable = |cause: io::Error| {
        tracing::error!(mail = %entry.envelope.id, %cause, "a spooled message cannot be read");
        TransferFault::Cut(Fault::lost("the message could not be read"))
    };
    let mut file = File::open(entry.path()).map_err(unreadable)?;
    let mut left = entry.envelope.size;
    let mut chunk = vec![0; CHUNK];
    let mut out = Vec::with_capacity(CHUNK + 1024);
    loop {
        let length = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        file.read_exact(&mut chunk[..length]).map_err(unreadable)?;
        left -= length as u64;
        out.clear();
        stuffing.add(&chunk[..length], &mut out);
        if left == 0 {
            stuffing.end(&mut out);
            return send_end(dialogue, &out).await;
        }
        if let Err(fault) = dialogue.send(&out).await {
            return Err(TransferFault::Cut(last_words(dialogue, fault).await));
        }
        course.hand_over(entry.envelope.size - left);
    }
}

/// Sends the last bytes of a message. Those that encryption holds back when the connection is lost never arrive.
async fn send_end(dialogue: &mut Dialogue, out: &[u8]) -> Result<(), TransferFault> {
    match dialogue.send(out).await {
        Ok(()) => Ok(()),
        Err(Fault::Lost(reason)) if dialogue.has_sent_all() => {
            Err(TransferFault::Unconfirmed(reason))
        }
        Err(fault) => Err(TransferFault::Cut(last_words(dialogue, fault).await)),
    }
}

/// A server that goes away within a message may have said why.
async fn last_words(dialogue: &mut Dialogue, fault: Fault) -> Fault {
    match timeout(LAST_WORDS, dialogue.answer()).await {
        Ok(Err(Fault::Refused(reply))) => Fault::Refused(reply),
        _ => fault,
    }
}

/// Makes a message travel so that no line is a lone dot but the one after its end (RFC 5321, section 4.5.2).
struct Stuffing {
    /// The last two bytes so far; at first as if a line had ended.
    last: [u8; 2],
}

impl Default for Stuffing {
    fn default() -> Self {
        Self { last: *b"\r\n" }
    }
}

impl Stuffing {
    fn add(&mut self, chunk: &[u8], out: &mut Vec<u8>) {
        let across = match self.last {
            [b'\r', b'\n'] if chunk.starts_with(b".") => Some(0),
            [_, b'\r'] if chunk.starts_with(b"\n.") => Some(1),
            _ => None,
        };
        let within = memmem::find_iter(chunk, b"\r\n.").map(|at| at + 2);
        let mut done = 0;
        for dot in across.into_iter().chain(within) {
            out.extend_from_slice(&chunk[done..dot]);
            out.push(b'.');
            done = dot;
        }
        out.extend_from_slice(&chunk[done..]);
        match chunk {
            [.., before, last] => self.last = [*before, *last],
            [last] => self.last = [self.last[1], *last],
            [] => {}
        }
    }

    fn end(&self, out: &mut Vec<u8>) {
        if !self.is_at_line_start() {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b".\r\n");
    }

    fn is_at_line_start(&self) -> bool {
        self.last == *b"\r\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_a_message_is_cut_it_travels_the_same() {
        for (message, travels) in [
            ("a\r\n", "a\r\n.\r\n"),
            (".\r\n..x\r\n", "..\r\n...x\r\n.\r\n"),
            ("a.\r\n.b\r\n\r\n.", "a.\r\n..b\r\n\r\n..\r\n.\r\n"),
            ("a\n.b\r.c\r\n", "a\n.b\r.c\r\n.\r\n"),
        ] {
            for at in 0..=message.len() {
                let (mut stuffing, mut out) = (Stuffing::default(), Vec::new());
                stuffing.add(&message.as_bytes()[..at], &mut out);
                stuffing.add(&message.as_bytes()[at..], &mut out);
                stuffing.end(&mut out);
                assert_eq!(String::from_utf8_lossy(&out), travels, "cut at {at}");
            }
        }
    }
}
