//! The pages: thousands of WebSockets in one thread, each a task of a few hundred bytes.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::Trouble;
use crate::caller::{Caller, find, get};
use crate::wire::{CLOSE, PING, PONG, TEXT, client_frame, read_frames};

/// Handshakes that are under way at a time, where nothing else is asked for.
const AT_ONCE: usize = 128;
/// How long a page waits for its place.
const PATIENCE: Duration = Duration::from_secs(60);
/// As `presence.pulse` says: a page shows that it lives.
const PULSE: Duration = Duration::from_secs(60);

/// Whose pages they are, and what they say.
pub enum Protocol {
    /// The gateway's: authenticated, every compose is confirmed. The `Authorization` of each user.
    Gateway(Vec<String>),
    /// A reference's: what comes is read.
    Reference,
}

/// Open pages of one server, page `n` of user `n`.
pub struct Pages {
    address: SocketAddr,
    protocol: Arc<Protocol>,
    pub seen: Arc<Seen>,
    tasks: Vec<JoinHandle<()>>,
}

/// What all pages of a server have seen together.
#[derive(Default)]
pub struct Seen {
    /// Frames with a push in them.
    pub pushes: AtomicUsize,
    /// Ends that nobody asked for.
    pub lost: AtomicUsize,
    /// When each was told to come back, in milliseconds.
    reconnects: Mutex<Vec<u64>>,
    /// Why pages were lost, the first few.
    reasons: Mutex<Vec<String>>,
    fetchers: Mutex<Vec<Caller>>,
}

impl Seen {
    fn lose(&self, number: usize, why: impl std::fmt::Display) {
        self.lost.fetch_add(1, Relaxed);
        let mut reasons = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        if reasons.len() < 3 {
            reasons.push(format!("page {number}: {why}"));
        }
    }

    /// The times after which pages were told to come back.
    pub fn reconnects(&self) -> Vec<u64> {
        let reconnects = self.reconnects.lock();
        reconnects.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Pages {
    pub fn new(address: SocketAddr, protocol: Protocol) -> Self {
        Self {
            address,
            protocol: Arc::new(protocol),
            seen: Arc::default(),
            tasks: Vec::new(),
        }
    }

    pub fn open(&self) -> usize {
        self.tasks.len()
    }

    /// Opens or closes pages until there are `wanted`.
    pub async fn be(&mut self, wanted: usize) -> Result<(), Trouble> {
        for task in self.tasks.drain(wanted.min(self.open())..) {
            task.abort();
        }
        let more = stream::iter(self.open()..wanted)
            .map(|number| self.connect(number))
            .buffered(AT_ONCE)
            .try_collect::<Vec<_>>()
            .await?;
        self.tasks.extend(more);
        self.check()
    }

    /// Opens `wanted` pages, each at its own moment within `window`; returns when the last one is there. Refused
    /// connections are tried again.
    pub async fn storm(&mut self, wanted: usize, window: Duration) -> Result<(), Trouble> {
        let began = Instant::now();
        let pages = (0..wanted).map(|number| {
            // Any order but that of the users.
            let place = (number * 7919) % wanted;
            let at = began + window.mul_f64(place as f64 / wanted as f64);
            let page = &*self;
            async move {
                tokio::time::sleep_until(at).await;
                page.connect(number).await
            }
        });
        let pages = futures_util::future::try_join_all(pages).await?;
        self.tasks = pages;
        self.check()
    }

    /// An error when a page has gone by itself.
    pub fn check(&self) -> Result<(), Trouble> {
        let lost = self.seen.lost.load(Relaxed);
        let reasons = self.seen.reasons.lock();
        let reasons = reasons.unwrap_or_else(PoisonError::into_inner).join("; ");
        match lost {
            0 => Ok(()),
            _ => Err(format!("{lost} sessions lost: {reasons}").into()),
        }
    }

    /// Waits until the server has told every page to go.
    pub async fn all_gone(&mut self) -> Result<(), Trouble> {
        for task in self.tasks.drain(..) {
            timeout(PATIENCE, task).await??;
        }
        self.check()
    }

    async fn connect(&self, number: usize) -> Result<JoinHandle<()>, Trouble> {
        let wrong = |why: &dyn std::fmt::Display| Trouble::from(format!("page {number}: {why}"));
        let opening = timeout(PATIENCE, self.upgrade(number)).await;
        let stream = opening
            .map_err(|_| wrong(&"no place in time"))?
            .map_err(|error| wrong(&error))?;
        let page = Page {
            number,
            address: self.address,
            stream,
            protocol: self.protocol.clone(),
            seen: self.seen.clone(),
        };
        let (hello, there) = oneshot::channel();
        let hello = match *self.protocol {
            Protocol::Gateway(_) => Some(hello),
            Protocol::Reference => None,
        };
        let greeted = hello.is_some();
        let task = tokio::spawn(page.live(hello));
        if greeted && !matches!(timeout(PATIENCE, there).await, Ok(Ok(()))) {
            return Err(wrong(&"no hello"));
        }
        Ok(task)
    }

    async fn upgrade(&self, number: usize) -> io::Result<TcpStream> {
        let head = match &*self.protocol {
            Protocol::Gateway(credentials) => format!(
                "GET /ws HTTP/1.1\r\nAuthorization: {}\r\nSec-WebSocket-Protocol: quillgate.v1\r\n",
                credentials[number]
            ),
            Protocol::Reference => format!("GET /ws/{number} HTTP/1.1\r\n"),
        };
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let request = format!(
            "{head}Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        // Byte by byte to the end of the head would be slow; a peek takes nothing of what comes after it.
        let mut head = [0; 2048];
        loop {
            let there = stream.peek(&mut head).await?;
            if let Some(end) = find(&head[..there], b"\r\n\r\n") {
                tokio::io::AsyncReadExt::read_exact(&mut stream, &mut head[..end + 4]).await?;
                let status = String::from_utf8_lossy(&head[9..12]).into_owned();
                return match status.as_str() {
                    "101" => Ok(stream),
                    _ => Err(io::Error::other(format!("answered {status}"))),
                };
            }
            if there == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

struct Page {
    number: usize,
    address: SocketAddr,
    stream: TcpStream,
    protocol: Arc<Protocol>,
    seen: Arc<Seen>,
}

/// What a piece of the stream asks a page to do.
#[derive(Default)]
struct Wishes {
    /// Frames to send at once.
    out: Vec<u8>,
    /// Composes whose payload is to be fetched first.
    fetch: Vec<(String, String)>,
    greeted: bool,
    told_to_go: bool,
    closed: bool,
}

impl Page {
    async fn live(mut self, mut hello: Option<oneshot::Sender<()>>) {
        let mut rest = Vec::new();
        // Pages do not pulse in step.
        let mut pulse = Instant::now() + PULSE.mul_f64((self.number * 7919 % 1000) as f64 / 1000.0);
        let mut told_to_go = false;
        loop {
            let ready = tokio::time::timeout_at(pulse, self.stream.readable()).await;
            let mut wishes = Wishes::default();
            if ready.is_err() {
                pulse += PULSE;
                self.pulse(&mut wishes.out);
            } else {
                let seen = &self.seen;
                let gateway = matches!(*self.protocol, Protocol::Gateway(_));
                let read = read_frames(&self.stream, &mut rest, |frame| match frame.opcode {
                    TEXT if gateway => understand(seen, frame.payload, &mut wishes),
                    TEXT => {
                        seen.pushes.fetch_add(1, Relaxed);
                    }
                    PING => client_frame(&mut wishes.out, PONG, frame.payload),
                    CLOSE => wishes.closed = true,
                    _ => {}
                });
                wishes.closed |= !matches!(read, Ok(true));
            }
            told_to_go |= wishes.told_to_go;
            if wishes.greeted
                && let Some(hello) = hello.take()
            {
                // Whoever waits has run out of patience otherwise.
                let _ = hello.send(());
            }
            let done = self.fulfil(&mut wishes).await;
            if wishes.closed || done.is_err() {
                if !told_to_go {
                    self.seen.lose(self.number, "the connection has ended");
                }
                return;
            }
        }
    }

    fn pulse(&self, out: &mut Vec<u8>) {
        if matches!(*self.protocol, Protocol::Gateway(_)) {
            client_frame(
                out,
                TEXT,
                br#"{"type":"pulse","focused":false,"visible":true}"#,
            );
        }
    }

    async fn fulfil(&mut self, wishes: &mut Wishes) -> Result<(), Trouble> {
        for (id, href) in wishes.fetch.drain(..) {
            let fetched = self.fetch(&href).await;
            if let Err(trouble) = fetched {
                // Not confirmed then: the caller hears of it.
                self.seen.lose(self.number, format!("payload: {trouble}"));
                continue;
            }
            acknowledge(&mut wishes.out, &id);
        }
        if !wishes.out.is_empty() {
            self.stream.write_all(&wishes.out).await?;
        }
        Ok(())
    }

    /// As a browser does: over one of the connections that stay open.
    async fn fetch(&self, href: &str) -> Result<(), Trouble> {
        let Protocol::Gateway(credentials) = &*self.protocol else {
            return Ok(());
        };
        let idle = || {
            self.seen
                .fetchers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let pooled = idle().pop();
        let mut caller = match pooled {
            Some(caller) => caller,
            None => Caller::connect(self.address).await?,
        };
        let answer = caller.call(&get(href, &credentials[self.number])).await?;
        if answer.status != 200 {
            return Err(format!("{}: {}", answer.status, answer.text()).into());
        }
        idle().push(caller);
        Ok(())
    }
}

/// Reads a frame of the gateway by its marks: a page that parsed JSON would cost more than the server.
fn understand(seen: &Seen, text: &[u8], wishes: &mut Wishes) {
    let is = |kind: &str| text.starts_with(format!(r#"{{"type":"{kind}""#).as_bytes());
    if is("compose") {
        seen.pushes.fetch_add(1, Relaxed);
        let Some(id) = string(text, b"\"id\":\"") else {
            return;
        };
        match string(text, b"\"href\":\"") {
            Some(href) => wishes.fetch.push((id, href)),
            None => acknowledge(&mut wishes.out, &id),
        }
    } else if is("hello") {
        wishes.greeted = true;
    } else if is("close") {
        wishes.told_to_go = true;
        let after: Option<u64> = find(text, b"\"reconnectAfter\":").and_then(|at| {
            let digits = text[at + 17..]
                .split(|byte| !byte.is_ascii_digit())
                .next()?;
            std::str::from_utf8(digits).ok()?.parse().ok()
        });
        let reconnects = seen.reconnects.lock();
        reconnects
            .unwrap_or_else(PoisonError::into_inner)
            .extend(after);
    }
}

fn string(text: &[u8], mark: &[u8]) -> Option<String> {
    let begin = find(text, mark)? + mark.len();
    let length = text[begin..].iter().position(|byte| *byte == b'"')?;
    String::from_utf8(text[begin..begin + length].to_vec()).ok()
}

fn acknowledge(out: &mut Vec<u8>, id: &str) {
    let ack = format!(r#"{{"type":"ack","id":"{id}","state":"opened","visible":true}}"#);
    client_frame(out, TEXT, ack.as_bytes());
}
