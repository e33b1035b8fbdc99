//! The reference without any stack: tokio, as much HTTP as this benchmark's callers speak, one write for the frame.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use actix_http::ws::hash_key;
use dashmap::DashMap;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::Trouble;
use crate::caller::find;
use crate::wire::{CLOSE, TEXT, read_frames, server_frame};

type Sessions = Arc<DashMap<usize, Arc<TcpStream>>>;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const NOT_FOUND: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

/// Serves until it is killed.
pub fn serve(port: u16) -> Result<(), Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let sessions = Sessions::default();
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            // How a connection ends is of no interest here.
            tokio::spawn(connection(stream, sessions.clone()));
        }
    })
}

async fn connection(mut stream: TcpStream, sessions: Sessions) -> io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let Some((head, end)) = request(&stream, &mut buffer).await? else {
            return Ok(());
        };
        if let Some(number) = number(&head, "GET /ws/") {
            let key = value(&head, "sec-websocket-key").unwrap_or_default();
            stream.write_all(&upgraded(key)).await?;
            drop((head, buffer));
            return session(stream, number, &sessions).await;
        }
        let session = number(&head, "POST /push/").and_then(|number| {
            let session = sessions.get(&number)?;
            Some(session.clone())
        });
        let answer = match session {
            Some(session) => {
                let mut frame = Vec::with_capacity(buffer.len());
                server_frame(&mut frame, TEXT, &buffer[head.len()..end]);
                session.try_write(&frame)?;
                OK
            }
            None => NOT_FOUND,
        };
        buffer.drain(..end);
        stream.write_all(answer).await?;
    }
}

/// The head of the next request, and where its body ends in `buffer`. None: the connection has ended.
async fn request(stream: &TcpStream, buffer: &mut Vec<u8>) -> io::Result<Option<(String, usize)>> {
    loop {
        if let Some(head) = find(buffer, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..head + 4]).into_owned();
            let length: usize = value(&head, "content-length")
                .and_then(|length| length.parse().ok())
                .unwrap_or(0);
            let end = head.len() + length;
            if buffer.len() >= end {
                return Ok(Some((head, end)));
            }
        }
        stream.readable().await?;
        match stream.try_read_buf(buffer) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

fn number(head: &str, start: &str) -> Option<usize> {
    head.strip_prefix(start)?.split(' ').next()?.parse().ok()
}

fn value<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn upgraded(key: &str) -> Vec<u8> {
    let accept = hash_key(key.as_bytes());
    let accept = String::from_utf8_lossy(&accept);
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\n\r\n"
    )
    .into_bytes()
}

async fn session(stream: TcpStream, number: usize, sessions: &Sessions) -> io::Result<()> {
    let stream = Arc::new(stream);
    sessions.insert(number, stream.clone());
    let mut rest = Vec::new();
    let mut open = true;
    while open {
        stream.readable().await?;
        let mut closed = false;
        let more = read_frames(&stream, &mut rest, |frame| closed |= frame.opcode == CLOSE);
        open = more.unwrap_or(false) && !closed;
    }
    sessions.remove(&number);
    Ok(())
}
