//! A text part as it travels: its line ends become CRLF and it is encoded while it is written, so that no copy of it is
//! needed, however long it is.

use std::io::{self, Write};

use data_encoding::BASE64;
use memchr::memchr2;

use crate::outbound::attachment::{LINE_BYTES, encoded_size};
use crate::outbound::body::Pieces;

/// Characters of a line that travels as it is (RFC 5322, 2.1.1).
const LINE: usize = 78;
/// Characters of a quoted-printable line, with the `=` at its end (RFC 2045, 6.7).
const QUOTED_LINE: usize = 76;
/// Bytes that are gathered before they are written.
const BUFFER: usize = 8 * 1024;

/// How a text travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    SevenBit,
    QuotedPrintable,
    Base64,
}

/// A text part, and how it travels.
#[derive(Debug)]
pub(super) struct TextPart<'a> {
    pieces: Pieces<'a>,
    encoding: Encoding,
    size: u64,
    ends_line: bool,
}

impl<'a> TextPart<'a> {
    /// Looks at the text and chooses the shortest encoding that it needs.
    pub(super) fn new(pieces: Pieces<'a>) -> Self {
        let looks = Looks::of(&pieces);
        let mut quoted = Quoted::new(Counter(0));
        // NUL and its like may not travel as they are, and would make quoted text longer than base64.
        let (encoding, size) = if looks.has_controls {
            (Encoding::Base64, encoded_size(looks.size))
        } else if !looks.needs_encoding {
            (Encoding::SevenBit, looks.size)
        } else {
            let size = match feed(&pieces, &mut quoted).and_then(|()| quoted.finish()) {
                Ok(Counter(size)) => size,
                Err(_) => u64::MAX,
            };
            if size <= encoded_size(looks.size) {
                (Encoding::QuotedPrintable, size)
            } else {
                (Encoding::Base64, encoded_size(looks.size))
            }
        };
        let ends_line = match encoding {
            Encoding::Base64 => true,
            _ => looks.size == 0 || looks.ends_line,
        };
        Self {
            pieces,
            encoding,
            size,
            ends_line,
        }
    }

    /// Value of `Content-Transfer-Encoding`.
    pub(super) fn encoding(&self) -> &'static str {
        match self.encoding {
            Encoding::SevenBit => "7bit",
            Encoding::QuotedPrintable => "quoted-printable",
            Encoding::Base64 => "base64",
        }
    }

    /// Bytes as they travel.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Whether the last line has its end.
    pub(super) fn ends_line(&self) -> bool {
        self.ends_line
    }

    pub(super) fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        match self.encoding {
            Encoding::SevenBit => {
                let mut plain = Plain(Buffered::new(out));
                feed(&self.pieces, &mut plain)?;
                plain.0.finish().map(drop)
            }
            Encoding::QuotedPrintable => {
                let mut quoted = Quoted::new(out);
                feed(&self.pieces, &mut quoted)?;
                quoted.finish().map(drop)
            }
            Encoding::Base64 => {
                let mut lines = Base64Lines::new(out);
                feed(&self.pieces, &mut lines)?;
                lines.finish()
            }
        }
    }
}

/// Takes a text line by line.
trait Lines {
    /// A part of a line, without line ends.
    fn part(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// The line is over.
    fn end(&mut self) -> io::Result<()>;
}

/// Every kind of line end counts as one, also where it is cut by the end of a piece. Takes linear time.
fn feed(pieces: &Pieces<'_>, lines: &mut impl Lines) -> io::Result<()> {
    let mut after_return = false;
    for piece in pieces {
        let mut rest = piece.as_bytes();
        if rest.is_empty() {
            continue;
        }
        if after_return && rest[0] == b'\n' {
            rest = &rest[1..];
        }
        after_return = false;
        while let Some(at) = memchr2(b'\r', b'\n', rest) {
            if at > 0 {
                lines.part(&rest[..at])?;
            }
            lines.end()?;
            let is_pair = rest[at..].starts_with(b"\r\n");
            after_return = rest[at] == b'\r' && at + 1 == rest.len();
            rest = &rest[at + if is_pair { 2 } else { 1 }..];
        }
        if !rest.is_empty() {
            lines.part(rest)?;
        }
    }
    Ok(())
}

/// What decides about the encoding.
#[derive(Default)]
struct Looks {
    size: u64,
    column: usize,
    after_space: bool,
    ends_line: bool,
    needs_encoding: bool,
    has_controls: bool,
}

impl Looks {
    fn of(pieces: &Pieces<'_>) -> Self {
        let mut looks = Self::default();
        // Looking never fails.
        if feed(pieces, &mut looks).is_err() {
            looks.has_controls = true;
        }
        looks.needs_encoding |= looks.after_space;
        looks
    }
}

impl Lines for Looks {
    fn part(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.size += bytes.len() as u64;
        self.column += bytes.len();
        self.ends_line = false;
        self.after_space = matches!(bytes.last(), Some(b' ' | b'\t'));
        self.needs_encoding |= self.column > LINE || !bytes.is_ascii();
        // All of them are looked at, as many at a time as the processor can.
        let control = |byte: &u8| byte.is_ascii_control() & (*byte != b'\t');
        self.has_controls |= bytes
            .iter()
            .fold(false, |found, byte| found | control(byte));
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.size += 2;
        self.needs_encoding |= self.after_space;
        (self.column, self.after_space, self.ends_line) = (0, false, true);
        Ok(())
    }
}

/// Gathers small writes.
struct Buffered<W> {
    out: W,
    buffer: Vec<u8>,
}

impl<W: Write> Buffered<W> {
    fn new(out: W) -> Self {
        Self {
            out,
            buffer: Vec::with_capacity(BUFFER),
        }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len() + bytes.len() > BUFFER {
            self.out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        if bytes.len() > BUFFER {
            return self.out.write_all(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&self.buffer)?;
        Ok(self.out)
    }
}

struct Plain<W>(Buffered<W>);

impl<W: Write> Lines for Plain<W> {
    fn part(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.put(bytes)
    }

    fn end(&mut self) -> io::Result<()> {
        self.0.put(b"\r\n")
    }
}

/// Quoted-printable (RFC 2045, 6.7).
struct Quoted<W> {
    out: Buffered<W>,
    column: usize,
    /// White space that must be encoded if the line ends behind it.
    held: Option<u8>,
}

impl<W: Write> Quoted<W> {
    fn new(out: W) -> Self {
        Self {
            out: Buffered::new(out),
            column: 0,
            held: None,
        }
    }

    fn put(&mut self, token: &[u8]) -> io::Result<()> {
        if self.column + token.len() >= QUOTED_LINE {
            self.out.put(b"=\r\n")?;
            self.column = 0;
        }
        self.column += token.len();
        self.out.put(token)
    }

    fn put_encoded(&mut self, byte: u8) -> io::Result<()> {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let digit = |value: u8| DIGITS[usize::from(value & 15)];
        self.put(&[b'=', digit(byte >> 4), digit(byte)])
    }

    fn end_held(&mut self) -> io::Result<()> {
        match self.held.take() {
            Some(byte) => self.put_encoded(byte),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> io::Result<W> {
        self.end_held()?;
        self.out.finish()
    }
}

impl<W: Write> Lines for Quoted<W> {
    fn part(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            if let Some(space) = self.held.take() {
                self.put(&[space])?;
            }
            match byte {
                b' ' | b'\t' => self.held = Some(byte),
                b'!'..=b'~' if byte != b'=' => self.put(&[byte])?,
                _ => self.put_encoded(byte)?,
            }
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.end_held()?;
        self.column = 0;
        self.out.put(b"\r\n")
    }
}

/// Base64 in lines, of a text that comes in parts.
struct Base64Lines<W> {
    out: Buffered<W>,
    line: Vec<u8>,
    encoded: String,
}

impl<W: Write> Base64Lines<W> {
    fn new(out: W) -> Self {
        Self {
            out: Buffered::new(out),
            line: Vec::with_capacity(LINE_BYTES),
            encoded: String::new(),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.encoded.clear();
        BASE64.encode_append(&self.line, &mut self.encoded);
        self.encoded.push_str("\r\n");
        self.line.clear();
        self.out.put(self.encoded.as_bytes())
    }

    fn finish(mut self) -> io::Result<()> {
        if !self.line.is_empty() {
            self.flush()?;
        }
        self.out.finish().map(drop)
    }
}

impl<W: Write> Lines for Base64Lines<W> {
    fn part(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = (LINE_BYTES - self.line.len()).min(bytes.len());
            let (now, later) = bytes.split_at(room);
            self.line.extend_from_slice(now);
            if self.line.len() == LINE_BYTES {
                self.flush()?;
            }
            bytes = later;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.part(b"\r\n")
    }
}

struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::decoders::base64::base64_decode;
    use mail_parser::decoders::quoted_printable::quoted_printable_decode;
    use proptest::prelude::*;

    use super::*;

    fn written(pieces: &[&str]) -> (TextPart<'static>, Vec<u8>) {
        let part = TextPart::new(
            pieces
                .iter()
                .map(|piece| (*piece).to_owned().into())
                .collect(),
        );
        let mut bytes = Vec::new();
        part.write_to(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, part.size());
        assert!(
            bytes
                .split(|byte| *byte == b'\n')
                .all(|line| line.len() <= LINE + 1)
        );
        (part, bytes)
    }

    #[test]
    fn each_text_travels_as_short_as_it_can() {
        for (text, encoding, bytes) in [
            ("", "7bit", ""),
            ("a\nb\rc\r\n\n", "7bit", "a\r\nb\r\nc\r\n\r\n"),
            ("a \nb\t", "quoted-printable", "a=20\r\nb=09"),
            (
                "some plain words = ü",
                "quoted-printable",
                "some plain words =3D =C3=BC",
            ),
            ("日本", "base64", "5pel5pys\r\n"),
            ("a\0", "base64", "YQA=\r\n"),
        ] {
            let (part, written) = written(&[text]);
            assert_eq!(
                (part.encoding(), written.as_slice()),
                (encoding, bytes.as_bytes()),
                "{text}"
            );
        }
        assert_eq!(written(&["a\r", "\nb\r", "", "\r\n"]).1, b"a\r\nb\r\n\r\n");
        assert_eq!(written(&[&"x".repeat(78)]).0.encoding(), "7bit");
        assert_eq!(written(&[&"x".repeat(79)]).0.encoding(), "quoted-printable");
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_was_given(
            pieces in prop::collection::vec("(\\PC|[ -~]{1,30}|[\r\n\t =.\0]|ü){0,40}", 0..5)
        ) {
            let pieces: Vec<_> = pieces.iter().map(String::as_str).collect();
            let (part, bytes) = written(&pieces);
            let text = pieces.concat().replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
            let back = match part.encoding() {
                "7bit" => bytes,
                "base64" => base64_decode(&bytes).unwrap().to_vec(),
                _ => quoted_printable_decode(&bytes).unwrap().to_vec(),
            };
            prop_assert_eq!(String::from_utf8_lossy(&back), text);
        }
    }
}
