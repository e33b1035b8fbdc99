//! The form in which header and body are hashed: "relaxed" (RFC 6376, 3.4.2 and 3.4.4), which survives servers that fold
//! lines anew or drop white space at their end.

use sha2::Digest;

/// Bytes that are gathered before they are hashed.
const BUFFER: usize = 4 * 1024;

/// The fields that are signed as far as they are there (RFC 6376, 5.4.1). `From` is named once more than it is there, so
/// that nobody can put another one in front.
const SIGNED: [&str; 11] = [
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "In-Reply-To",
    "References",
];

/// The names for `h=`, and these fields in the form that is hashed.
pub(super) fn signed_fields(header: &[u8]) -> (Vec<&'static str>, Vec<u8>) {
    let fields = fields(header);
    let (mut names, mut signed) = (vec![SIGNED[0]], Vec::new());
    for name in SIGNED {
        // Each of them stands there once at most.
        let found = fields
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
        if let Some((name_as_given, value)) = found {
            names.push(name);
            signed.extend_from_slice(&relaxed(name_as_given, value));
            signed.extend_from_slice(b"\r\n");
        }
    }
    (names, signed)
}

/// Name and value of each field, folded as they are.
fn fields(header: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut fields = Vec::new();
    let mut rest = header;
    while !rest.is_empty() {
        let end = rest
            .windows(3)
            .position(|three| three.starts_with(b"\r\n") && !is_space(three[2]))
            .map_or(rest.len(), |at| at + 2);
        let (field, behind) = rest.split_at(end);
        if let Some(colon) = field.iter().position(|byte| *byte == b':') {
            fields.push((&field[..colon], &field[colon + 1..]));
        }
        rest = behind;
    }
    fields
}

/// `name:value` in one line, without line end.
pub(super) fn relaxed(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut line = name.trim_ascii().to_ascii_lowercase();
    line.push(b':');
    let words = value
        .split(|byte| is_space(*byte) || matches!(byte, b'\r' | b'\n'))
        .filter(|word| !word.is_empty());
    for (at, word) in words.enumerate() {
        if at > 0 {
            line.push(b' ');
        }
        line.extend_from_slice(word);
    }
    line
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Hashes a body that comes in parts. All its line ends are CRLF.
#[derive(Debug)]
pub(super) struct Body<D> {
    hash: D,
    buffer: Vec<u8>,
    /// Line ends that count only if something follows.
    ends: u64,
    /// White space, which counts only if the line goes on, and once.
    space: bool,
    is_empty: bool,
}

impl<D: Digest> Body<D> {
    pub(super) fn new(hash: D) -> Self {
        Self {
            hash,
            buffer: Vec::with_capacity(BUFFER + 2),
            ends: 0,
            space: false,
            is_empty: true,
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match byte {
                b' ' | b'\t' => self.space = true,
                b'\r' => {}
                b'\n' => {
                    self.space = false;
                    self.ends += 1;
                }
                _ => self.visible(byte),
            }
        }
    }

    fn visible(&mut self, byte: u8) {
        while self.ends > 0 {
            self.ends -= 1;
            self.put(b"\r\n");
        }
        if std::mem::take(&mut self.space) {
            self.put(b" ");
        }
        self.is_empty = false;
        self.put(&[byte]);
    }

    fn put(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER {
            self.hash.update(&self.buffer);
            self.buffer.clear();
        }
    }

    /// What is left to finish the hash of.
    pub(super) fn finish(mut self) -> D {
        // A body that has anything ends with exactly one line end.
        if !self.is_empty {
            self.put(b"\r\n");
        }
        self.hash.update(&self.buffer);
        self.hash
    }
}
