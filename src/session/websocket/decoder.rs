//! From the bytes of a connection to the messages of RFC 6455, to the letter and as they arrive: what is wrong is
//! wrong at the first byte that shows it, and no more is kept than the payload of the message under way.

use std::str;

use actix_web::web::{Buf, Bytes};
use actix_web_actors::ws::CloseCode;

/// What a client sent, its fragments put together.
#[derive(Debug, PartialEq, Eq)]
pub enum Message {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong,
    /// With the code that it gave; nothing that follows is read.
    Close(Option<CloseCode>),
}

/// Why the connection has to end: the close code, and words for the person who looks for the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    pub code: CloseCode,
    pub reason: &'static str,
}

fn protocol(reason: &'static str) -> Violation {
    Violation {
        code: CloseCode::Protocol,
        reason,
    }
}

const NOT_UTF8: Violation = Violation {
    code: CloseCode::Invalid,
    reason: "not UTF-8",
};
const TEXT_ONLY: Violation = Violation {
    code: CloseCode::Unsupported,
    reason: "text frames only",
};
/// A message of more bytes than are taken.
pub const TOO_LARGE: Violation = Violation {
    code: CloseCode::Size,
    reason: "message too large",
};

/// Two bytes, a length of eight, a mask of four.
const HEADER_MAX: usize = 14;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    fn of(first: u8) -> Result<Self, Violation> {
        Ok(match first & 0x0F {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return Err(protocol("reserved opcode")),
        })
    }

    fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// The frame whose payload is arriving.
#[derive(Clone, Copy)]
struct Frame {
    opcode: Opcode,
    last: bool,
    left: usize,
    /// Turned so that its first byte belongs to the next one of the payload.
    mask: [u8; 4],
}

/// The message under way, over all its fragments.
#[derive(Default)]
struct Assembly {
    /// `None`: a continuation has nothing to continue.
    text: Option<bool>,
    payload: Vec<u8>,
    /// How much of a text is known to be UTF-8.
    checked: usize,
}

/// The state between two reads of a connection.
pub struct Decoder {
    message_max: usize,
    binary: bool,
    header: [u8; HEADER_MAX],
    header_len: usize,
    frame: Option<Frame>,
    assembly: Assembly,
    /// A control frame may come between the fragments of a message.
    control: Vec<u8>,
    closed: bool,
}

/// What [`Decoder::decode`] found in the input.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoded {
    /// The input is used up.
    NeedsMore,
    /// A frame ended that is not the last one of its message.
    Fragment,
    Message(Message),
}

impl Decoder {
    /// A decoder of masked frames whose messages are no longer than `message_max` bytes, and texts unless `binary`.
    pub fn new(message_max: usize, binary: bool) -> Self {
        Self {
            message_max,
            binary,
            header: [0; HEADER_MAX],
            header_len: 0,
            frame: None,
            assembly: Assembly::default(),
            control: Vec::new(),
            closed: false,
        }
    }

    /// Takes from `input` what belongs to the next frame.
    ///
    /// # Errors
    /// [`Violation`]; the decoder is of no use afterwards.
    pub fn decode(&mut self, input: &mut Bytes) -> Result<Decoded, Violation> {
        if self.closed {
            input.clear();
        }
        loop {
            match &mut self.frame {
                Some(frame) if frame.left == 0 => {
                    let frame = *frame;
                    self.frame = None;
                    return self.finish(frame);
                }
                _ if input.is_empty() => return Ok(Decoded::NeedsMore),
                Some(frame) => {
                    let part = input.split_to(frame.left.min(input.len()));
                    let target = if frame.opcode.is_control() {
                        &mut self.control
                    } else {
                        &mut self.assembly.payload
                    };
                    unmask(target, &part, &mut frame.mask);
                    frame.left -= part.len();
                    if !frame.opcode.is_control() {
                        self.assembly.check(false)?;
                    }
                }
                None => {
                    self.header[self.header_len] = input.get_u8();
                    self.header_len += 1;
                    self.begin()?;
                }
            }
        }
    }

    /// Looks at the header as far as it is there; the payload begins when it is whole.
    fn begin(&mut self) -> Result<(), Violation> {
        let [first, second, ..] = self.header;
        let opcode = Opcode::of(first)?;
        let last = first & 0x80 != 0;
        if first & 0x70 != 0 {
            return Err(protocol("reserved bits are set"));
        }
        if opcode.is_control() && !last {
            return Err(protocol("fragmented control frame"));
        }
        match (opcode, self.assembly.text) {
            (Opcode::Continuation, None) => return Err(protocol("nothing to continue")),
            (Opcode::Text | Opcode::Binary, Some(_)) => {
                return Err(protocol("a message inside another"));
            }
            (Opcode::Binary, _) if !self.binary => return Err(TEXT_ONLY),
            _ => {}
        }
        if self.header_len < 2 {
            return Ok(());
        }
        if second & 0x80 == 0 {
            return Err(protocol("a client's frame must be masked"));
        }
        let length_bytes = match second & 0x7F {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        if opcode.is_control() && length_bytes > 0 {
            return Err(protocol("control frame too long"));
        }
        if self.header_len < 2 + length_bytes + 4 {
            return Ok(());
        }
        let (length, mask) = self.header[2..].split_at(length_bytes);
        let length = match length_bytes {
            0 => u64::from(second & 0x7F),
            _ => length
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        };
        if length > i64::MAX as u64 {
            return Err(protocol("a length of 64 bits"));
        }
        let left = usize::try_from(length).map_err(|_| TOO_LARGE)?;
        if !opcode.is_control() {
            if left > self.message_max - self.assembly.payload.len() {
                return Err(TOO_LARGE);
            }
            if opcode != Opcode::Continuation {
                self.assembly.text = Some(opcode == Opcode::Text);
            }
        }
        self.frame = Some(Frame {
            opcode,
            last,
            left,
            mask: [mask[0], mask[1], mask[2], mask[3]],
        });
        self.header_len = 0;
        Ok(())
    }

    fn finish(&mut self, frame: Frame) -> Result<Decoded, Violation> {
        let message = match frame.opcode {
            Opcode::Ping => Message::Ping(std::mem::take(&mut self.control)),
            Opcode::Pong => {
                self.control = Vec::new();
                Message::Pong
            }
            Opcode::Close => {
                self.closed = true;
                Message::Close(close_code(&self.control)?)
            }
            _ if !frame.last => return Ok(Decoded::Fragment),
            _ => {
                self.assembly.check(true)?;
                let whole = std::mem::take(&mut self.assembly);
                if whole.text == Some(true) {
                    Message::Text(String::from_utf8(whole.payload).map_err(|_| NOT_UTF8)?)
                } else {
                    Message::Binary(whole.payload)
                }
            }
        };
        Ok(Decoded::Message(message))
    }
}

impl Assembly {
    /// Checks what arrived since the last time; a character may be cut in two unless the message is `whole`.
    fn check(&mut self, whole: bool) -> Result<(), Violation> {
        if self.text != Some(true) {
            return Ok(());
        }
        match str::from_utf8(&self.payload[self.checked..]) {
            Ok(_) => self.checked = self.payload.len(),
            Err(error) if error.error_len().is_none() && !whole => {
                self.checked += error.valid_up_to();
            }
            Err(_) => return Err(NOT_UTF8),
        }
        Ok(())
    }
}

fn unmask(target: &mut Vec<u8>, part: &[u8], mask: &mut [u8; 4]) {
    target.reserve(part.len());
    let mut words = part.chunks_exact(4);
    for word in &mut words {
        target.extend_from_slice(&[
            word[0] ^ mask[0],
            word[1] ^ mask[1],
            word[2] ^ mask[2],
            word[3] ^ mask[3],
        ]);
    }
    let rest = words.remainder();
    target.extend(rest.iter().zip(*mask).map(|(byte, mask)| byte ^ mask));
    mask.rotate_left(rest.len());
}

fn close_code(payload: &[u8]) -> Result<Option<CloseCode>, Violation> {
    let Some((code, reason)) = payload.split_at_checked(2) else {
        return match payload {
            [] => Ok(None),
            _ => Err(protocol("half a close code")),
        };
    };
    let code = u16::from_be_bytes([code[0], code[1]]);
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(protocol("no such close code"));
    }
    str::from_utf8(reason).map_err(|_| NOT_UTF8)?;
    Ok(Some(CloseCode::from(code)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MASK: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

    /// A frame as a client sends it.
    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![first];
        match payload.len() {
            len @ 0..=125 => frame.push(0x80 | len as u8),
            len @ 126..=0xFFFF => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&(len as u16).to_be_bytes());
            }
            len => {
                frame.push(0x80 | 127);
                frame.extend_from_slice(&(len as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(&MASK);
        frame.extend(
            payload
                .iter()
                .zip(MASK.iter().cycle())
                .map(|(byte, mask)| byte ^ mask),
        );
        frame
    }

    /// Everything that comes out of `bytes` when they arrive `step` at a time.
    fn read(bytes: &[u8], step: usize) -> Result<Vec<Message>, Violation> {
        let mut decoder = Decoder::new(1000, true);
        let mut messages = Vec::new();
        for chunk in bytes.chunks(step) {
            let mut chunk = Bytes::copy_from_slice(chunk);
            loop {
                match decoder.decode(&mut chunk)? {
                    Decoded::NeedsMore => break,
                    Decoded::Fragment => {}
                    Decoded::Message(message) => messages.push(message),
                }
            }
        }
        Ok(messages)
    }

    fn violation(bytes: &[u8]) -> CloseCode {
        let code = |step| read(bytes, step).expect_err("nothing wrong").code;
        assert_eq!(code(1), code(4096));
        code(1)
    }

    #[test]
    fn fragments_with_control_frames_between_them_are_one_message() {
        let bytes = [
            frame(0x01, "gr\u{fc}".as_bytes().split_at(3).0),
            frame(0x89, b"are you there"),
            frame(0x00, b""),
            frame(0x80, "gr\u{fc}n".as_bytes().split_at(3).1),
            frame(0x8A, b"unasked"),
            frame(0x82, &[7; 300]),
            frame(0x88, &[0x03, 0xE8, b'b', b'y', b'e']),
            frame(0x81, b"after the close"),
        ]
        .concat();
        for step in 1..40 {
            assert_eq!(
                read(&bytes, step).unwrap(),
                [
                    Message::Ping(b"are you there".to_vec()),
                    Message::Text("gr\u{fc}n".to_owned()),
                    Message::Pong,
                    Message::Binary(vec![7; 300]),
                    Message::Close(Some(CloseCode::Normal)),
                ]
            );
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_its_code() {
        for (what, bytes) in [
            ("reserved bits", frame(0xC1, b"{}")),
            ("reserved opcode", frame(0x83, b"")),
            ("reserved control opcode", frame(0x8B, b"")),
            ("fragmented ping", frame(0x09, b"")),
            ("long ping", frame(0x89, &[0; 126])),
            ("unmasked", vec![0x81, 0x02]),
            ("continues nothing", frame(0x80, b"x")),
            (
                "message in another",
                [frame(0x01, b"a"), frame(0x81, b"b")].concat(),
            ),
            ("half a close code", frame(0x88, b"\x03")),
            ("close code 1005", frame(0x88, &1005_u16.to_be_bytes())),
            ("close code 2999", frame(0x88, &2999_u16.to_be_bytes())),
            (
                "a length of 64 bits",
                vec![0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
            ),
        ] {
            assert_eq!(violation(&bytes), CloseCode::Protocol, "{what}");
        }
        for (what, bytes) in [
            ("text", frame(0x81, b"a\xFFb")),
            ("half a character at the end", frame(0x81, b"\xC3")),
            (
                "over fragments",
                [frame(0x01, b"\xC3"), frame(0x80, b"a")].concat(),
            ),
            ("close reason", frame(0x88, b"\x03\xE8\xFF")),
        ] {
            assert_eq!(violation(&bytes), CloseCode::Invalid, "{what}");
        }
    }

    #[test]
    fn where_only_texts_are_taken_a_binary_message_ends_at_its_first_byte() {
        let mut decoder = Decoder::new(1000, false);
        assert_eq!(
            decoder.decode(&mut Bytes::from_static(&[0x02])),
            Err(TEXT_ONLY)
        );
        let mut text = Bytes::from(frame(0x81, b"{}"));
        let message = Decoder::new(1000, false).decode(&mut text);
        assert_eq!(
            message,
            Ok(Decoded::Message(Message::Text("{}".to_owned())))
        );
    }

    #[test]
    fn a_message_too_large_ends_at_its_header() {
        assert!(read(&frame(0x81, &[b'x'; 1000]), 4096).is_ok());
        let header = |length: u64| {
            let mut header = vec![0x82, 0xFF];
            header.extend_from_slice(&length.to_be_bytes());
            [header, MASK.to_vec()].concat()
        };
        assert_eq!(violation(&header(1001)), CloseCode::Size);
        assert_eq!(violation(&header(i64::MAX as u64)), CloseCode::Size);
        let second = [frame(0x01, &[b'x'; 600]), frame(0x80, &[b'x'; 401])].concat();
        assert_eq!(violation(&second), CloseCode::Size);
    }

    #[test]
    fn text_that_is_not_utf8_ends_before_its_message_does() {
        let mut decoder = Decoder::new(1000, true);
        let whole = frame(0x81, &[b"ok".as_slice(), b"\xFF", &[b'x'; 500]].concat());
        let mut begin = Bytes::copy_from_slice(&whole[..20]);
        assert_eq!(decoder.decode(&mut begin), Err(NOT_UTF8));
    }

    proptest! {
        #[test]
        fn how_the_bytes_are_cut_makes_no_difference(
            payloads in prop::collection::vec(".{0,200}", 1..6),
            step in 1_usize..64,
        ) {
            let bytes: Vec<u8> = payloads
                .iter()
                .flat_map(|text| frame(0x81, text.as_bytes()))
                .collect();
            let texts: Vec<_> = payloads.into_iter().map(Message::Text).collect();
            prop_assert_eq!(read(&bytes, step).unwrap(), texts);
        }

        #[test]
        fn no_bytes_make_it_panic_or_keep_more_than_a_message(
            bytes in prop::collection::vec(any::<u8>(), 0..4000),
            step in 1_usize..64,
        ) {
            let mut decoder = Decoder::new(1000, true);
            'all: for chunk in bytes.chunks(step) {
                let mut chunk = Bytes::copy_from_slice(chunk);
                loop {
                    match decoder.decode(&mut chunk) {
                        Ok(Decoded::NeedsMore) => break,
                        Ok(_) => {}
                        Err(_) => break 'all,
                    }
                }
                prop_assert!(decoder.assembly.payload.len() <= 1000);
                prop_assert!(decoder.control.len() <= 125);
            }
        }
    }
}
