//! One SMTP connection: lettre's, driven command by command so that single recipients may be refused, over a stream of
//! our own (lettre sets no TCP_NODELAY, which costs 40 ms a mail). Every step has a time limit.

use std::error::Error as _;
use std::fmt::{self, Display};
use std::fs::File;
use std::future::Future;
use std::io::{self, Read};
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Quit, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::spool::{Entry, Envelope};
use super::wire::{Watch, Wire};

/// Bytes of the message that go out at a time.
const CHUNK: usize = 64 * 1024;
/// Bytes of commands that are sent without waiting for the answers to those before. A server that does not read on
/// until its answers are read must have room for them.
const AHEAD_MAX: usize = 8 * 1024;
/// How long a connection that is no longer needed may take to say good-bye.
const QUIT_TIME: Duration = Duration::from_secs(2);
/// The server is about to close the connection.
pub(super) const CLOSING: u16 = 421;

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// The server's own words, several lines as one.
    pub text: String,
}

impl Reply {
    /// The enhanced status code (RFC 3463) that the words begin with, for instance `5.1.1`.
    #[must_use]
    pub fn enhanced(&self) -> Option<&str> {
        let word = self.text.split(' ').next()?;
        let mut parts = word.split('.');
        let digits = |part: Option<&str>| {
            part.is_some_and(|part| {
                (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        let whole = digits(parts.next())
            && digits(parts.next())
            && digits(parts.next())
            && parts.next().is_none();
        whole.then_some(word)
    }
}

impl Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The server said no; the connection is still good unless it said 421.
    Refused(Reply),
    /// The connection is of no more use.
    Lost(String),
}

/// How the transfer of a message ended, if not well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TransferFault {
    /// The server has certainly not taken it.
    NotTaken(Fault),
    /// The server got all of it and did not answer.
    Unconfirmed(String),
}

#[derive(Clone, Copy, Debug, Default)]
struct Features {
    pipelining: bool,
    size: bool,
    eight_bit: bool,
    smtputf8: bool,
}

/// An open connection, greeted and ready for a mail.
pub(super) struct Connection {
    smtp: AsyncSmtpConnection,
    watch: Arc<Watch>,
    features: Features,
    limit: Duration,
    /// Commands that were sent and not answered yet.
    ahead: usize,
}

impl Connection {
    /// Connects and exchanges greetings, within `limit`.
    pub(super) async fn open(host: &str, port: u16, limit: Duration) -> Result<Self, Fault> {
        timeout(limit, Self::greet(host, port, limit))
            .await
            .unwrap_or_else(|_| Err(silent(limit)))
    }

    async fn greet(host: &str, port: u16, limit: Duration) -> Result<Self, Fault> {
        let lost = |cause: io::Error| lost(&cause.to_string());
        let tcp = TcpStream::connect((host, port)).await.map_err(lost)?;
        tcp.set_nodelay(true).map_err(lost)?;
        let hello = match tcp.local_addr().map_err(lost)?.ip().to_canonical() {
            IpAddr::V4(address) => ClientId::Ipv4(address),
            IpAddr::V6(address) => ClientId::Ipv6(address),
        };
        let watch = Arc::new(Watch::new());
        let wire = Box::new(Wire::new(tcp, watch.clone()));
        let smtp = AsyncSmtpConnection::connect_with_transport(wire, &hello)
            .await
            .map_err(fault)?;
        Ok(Self {
            smtp,
            // lettre keeps the answer to EHLO for itself and looks for neither SIZE nor PIPELINING.
            features: features(&watch.greeting()),
            watch,
            limit,
            ahead: 0,
        })
    }

    /// Whether the server takes addresses without an ASCII form.
    pub(super) fn has_smtputf8(&self) -> bool {
        self.features.smtputf8
    }

    /// Begins a mail. A server with PIPELINING gets all of the commands up to DATA at once; the answers to those after
    /// the first are what [`Connection::recipient`], for each in turn, and [`Connection::data`] wait for.
    pub(super) async fn mail(&mut self, envelope: &Envelope) -> Result<(), Fault> {
        let mut command = format!("MAIL FROM:<{}>", envelope.from);
        if self.features.size {
            command.push_str(&format!(" SIZE={}", envelope.size));
        }
        if envelope.non_ascii.is_some() {
            if self.features.eight_bit {
                command.push_str(" BODY=8BITMIME");
            }
            command.push_str(" SMTPUTF8");
        }
        command.push_str("\r\n");
        if self.features.pipelining {
            let mut all = command.clone();
            for address in &envelope.to {
                all.push_str(&naming(address));
            }
            all.push_str("DATA\r\n");
            if all.len() <= AHEAD_MAX {
                command = all;
                self.ahead = envelope.to.len() + 1;
            }
        }
        let answer = self.step(command).await?;
        expect(&answer, 200..=299)
    }

    /// Names one recipient.
    pub(super) async fn recipient(&mut self, address: &str) -> Result<(), Fault> {
        let answer = self.next(naming(address)).await?;
        expect(&answer, 200..=299)
    }

    /// Asks to hand over the message.
    pub(super) async fn data(&mut self) -> Result<(), Fault> {
        let answer = self.next(Data).await?;
        expect(&answer, 354..=354)
    }

    /// Waits for the answers to commands that were sent ahead of a refusal.
    pub(super) async fn settle(&mut self) -> Result<(), Fault> {
        while self.ahead > 0 {
            match self.next("").await {
                // DATA is the last one: a server that wants the message of a mail that is given up must not get one.
                Ok(_) if self.ahead == 0 => return Err(out_of_step()),
                Err(Fault::Refused(reply)) if reply.code != CLOSING => {}
                Ok(_) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// Hands over the message, a long one chunk by chunk. The limit counts from the last byte that moved.
    pub(super) async fn transfer(&mut self, entry: &Entry) -> Result<(), TransferFault> {
        let watch = self.watch.clone();
        let mut transfer: Transfer<'_> = match entry.bytes().map(str::from_utf8) {
            Some(Ok(text)) => Box::pin(self.smtp.command(stuffed(text))),
            _ => match Chunks::open(entry, watch.clone()) {
                Ok(chunks) => Box::pin(self.smtp.message_iter(chunks)),
                Err(cause) => return Err(TransferFault::NotTaken(lost(&cause.to_string()))),
            },
        };
        let outcome = loop {
            let moved = watch.moved();
            match timeout(self.limit, &mut transfer).await {
                Ok(outcome) => break outcome.map_err(fault),
                Err(_) if watch.moved() == moved => break Err(silent(self.limit)),
                Err(_) => {}
            }
        };
        match outcome.and_then(|answer| expect(&answer, 200..=299)) {
            Ok(()) => Ok(()),
            Err(Fault::Lost(reason)) if watch.has_ended() => {
                Err(TransferFault::Unconfirmed(reason))
            }
            Err(fault) => Err(TransferFault::NotTaken(fault)),
        }
    }

    /// Ends a mail that was begun; the connection can be used for another one.
    pub(super) async fn reset(&mut self) -> Result<(), Fault> {
        self.settle().await?;
        self.step(Rset).await.map(drop)
    }

    /// Says good-bye, briefly.
    pub(super) async fn quit(mut self) {
        let _ = timeout(QUIT_TIME, self.smtp.command(Quit)).await;
    }

    /// The answer to a command, which may have been sent already.
    async fn next(&mut self, command: impl Display) -> Result<Response, Fault> {
        if self.ahead == 0 {
            return self.step(command).await;
        }
        self.ahead -= 1;
        match timeout(self.limit, self.smtp.read_response()).await {
            Ok(answer) => answer.map_err(fault),
            Err(_) => Err(silent(self.limit)),
        }
    }

    async fn step(&mut self, command: impl Display) -> Result<Response, Fault> {
        match timeout(self.limit, self.smtp.command(command)).await {
            Ok(answer) => answer.map_err(fault),
            Err(_) => Err(silent(self.limit)),
        }
    }
}

/// The end of a transfer, however it goes.
type Transfer<'a> =
    Pin<Box<dyn Future<Output = Result<Response, lettre::transport::smtp::Error>> + Send + 'a>>;

fn naming(address: &str) -> String {
    format!("RCPT TO:<{address}>\r\n")
}

/// A positive answer of another kind belongs to another command.
fn expect(answer: &Response, codes: RangeInclusive<u16>) -> Result<(), Fault> {
    if codes.contains(&u16::from(answer.code())) {
        Ok(())
    } else {
        Err(out_of_step())
    }
}

fn out_of_step() -> Fault {
    Fault::Lost("the server's answers are not those to the commands it got".to_owned())
}

/// A message as it travels: no line is a lone dot but the one after its end.
fn stuffed(message: &str) -> String {
    let mut out = String::with_capacity(message.len() + 64);
    for line in message.split_inclusive("\r\n") {
        if line.starts_with('.') {
            out.push('.');
        }
        out.push_str(line);
    }
    out.push_str(".\r\n");
    out
}

/// What the answer to EHLO in a server's first words offers.
fn features(greeting: &[u8]) -> Features {
    let mut features = Features::default();
    let greeting = String::from_utf8_lossy(greeting);
    let offers = greeting
        .lines()
        .filter_map(|line| line.strip_prefix("250")?.get(1..));
    for offer in offers.skip(1) {
        match offer
            .split_whitespace()
            .next()
            .map(str::to_ascii_uppercase)
            .as_deref()
        {
            Some("PIPELINING") => features.pipelining = true,
            Some("SIZE") => features.size = true,
            Some("8BITMIME") => features.eight_bit = true,
            Some("SMTPUTF8") => features.smtputf8 = true,
            _ => {}
        }
    }
    features
}

fn silent(limit: Duration) -> Fault {
    Fault::Lost(format!("no answer within {} s", limit.as_secs_f32()))
}

/// A lost connection, in the system's words without its number for them.
fn lost(words: &str) -> Fault {
    let words = words.split(" (os error").next().unwrap_or(words);
    Fault::Lost(words.to_owned())
}

/// lettre's error in our words. Its own text begins with a class of errors that says nothing to a user.
fn fault(error: lettre::transport::smtp::Error) -> Fault {
    let words = error.source().map(ToString::to_string);
    match error.status() {
        Some(code) => Fault::Refused(Reply {
            code: code.into(),
            text: words.unwrap_or_default(),
        }),
        None if error.is_response() => Fault::Lost(match words.as_deref() {
            Some("incomplete response") => "the server closed the connection".to_owned(),
            _ => "the server gave an answer that is not SMTP".to_owned(),
        }),
        None => lost(&words.unwrap_or_else(|| error.to_string())),
    }
}

/// The message in pieces, without its last line end, which lettre adds itself. Reading blocks for the moment that a
/// file takes which was just written.
struct Chunks {
    file: io::Take<File>,
    watch: Arc<Watch>,
}

impl Chunks {
    fn open(entry: &Entry, watch: Arc<Watch>) -> io::Result<Self> {
        let size = entry.envelope.size.saturating_sub(2);
        Ok(Self {
            file: File::open(entry.path())?.take(size),
            watch,
        })
    }
}

impl Iterator for Chunks {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut chunk = Vec::with_capacity(CHUNK);
        match self
            .file
            .by_ref()
            .take(CHUNK as u64)
            .read_to_end(&mut chunk)
        {
            Ok(0) if self.file.limit() == 0 => None,
            Ok(length) if length > 0 => Some(chunk),
            // An iterator can only end, and lettre would finish half a message.
            _ => {
                self.watch.cut();
                None
            }
        }
    }
}
