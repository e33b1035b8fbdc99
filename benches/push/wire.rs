//! WebSocket frames, as little of them as a benchmark needs: whole messages, no extensions.

use std::cell::RefCell;
use std::io;

use tokio::net::TcpStream;

pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// A client's frames are masked, with anything.
const MASK: [u8; 4] = [0x51, 0x67, 0x2d, 0x0b];

const SCRATCH: usize = 64 * 1024;

thread_local! {
    /// One buffer for every connection of the thread: thousands of idle ones need none of their own.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; SCRATCH]);
}

/// One frame of the other side. The payload of a client's frame is still masked.
pub struct Frame<'a> {
    pub opcode: u8,
    pub payload: &'a [u8],
}

/// The frame at the beginning of `bytes` and the length of all of it, if it is whole.
fn parse(bytes: &[u8]) -> Option<(Frame<'_>, usize)> {
    let (&[first, second], _) = bytes.split_first_chunk::<2>()?;
    let (length, mut head) = match second & 0x7f {
        126 => (
            u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
            4,
        ),
        127 => (u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?), 10),
        short => (u64::from(short), 2),
    };
    if second & 0x80 != 0 {
        head += MASK.len();
    }
    let end = head.checked_add(usize::try_from(length).ok()?)?;
    let payload = bytes.get(head..end)?;
    let opcode = first & 0x0f;
    Some((Frame { opcode, payload }, end))
}

/// Adds a frame as a server sends it.
pub fn server_frame(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    head(out, opcode, payload.len(), 0);
    out.extend_from_slice(payload);
}

/// Adds a frame as a client sends it.
pub fn client_frame(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    head(out, opcode, payload.len(), 0x80);
    out.extend_from_slice(&MASK);
    let masked = payload.iter().zip(MASK.iter().cycle());
    out.extend(masked.map(|(byte, mask)| byte ^ mask));
}

fn head(out: &mut Vec<u8>, opcode: u8, length: usize, masked: u8) {
    out.push(0x80 | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => out.push(masked | short),
        (_, Ok(length)) => {
            out.push(masked | 126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.push(masked | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

/// Reads everything that has arrived and hands out whole frames; `rest` keeps a piece of one. False: the other side
/// has ended the connection.
pub fn read_frames(
    stream: &TcpStream,
    rest: &mut Vec<u8>,
    mut each: impl FnMut(Frame),
) -> io::Result<bool> {
    BUFFER.with_borrow_mut(|buffer| {
        loop {
            let read = match stream.try_read(buffer) {
                Ok(0) => return Ok(false),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            };
            if rest.is_empty() {
                let used = hand_out(&buffer[..read], &mut each);
                rest.extend_from_slice(&buffer[used..read]);
            } else {
                rest.extend_from_slice(&buffer[..read]);
                let used = hand_out(rest, &mut each);
                rest.drain(..used);
            }
            if read < SCRATCH {
                return Ok(true);
            }
        }
    })
}

fn hand_out(bytes: &[u8], each: &mut impl FnMut(Frame)) -> usize {
    let mut used = 0;
    while let Some((frame, length)) = parse(&bytes[used..]) {
        each(frame);
        used += length;
    }
    used
}
