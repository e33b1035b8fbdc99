//! Signatures of a message (RFC 6376, RFC 8463), one for each key of the account. Their header fields stand first and
//! have a length that is known before the body is: so the message is written once, and the signatures go into their
//! place when the body's hash is known.

mod canonical;
mod field;

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use crate::identities::dkim::SigningKey;
use canonical::Body;
use field::Field;

/// The signatures of one message.
#[derive(Debug)]
pub struct Signatures<'a> {
    fields: Vec<Field<'a>>,
    /// The fields that are signed, one behind the other in the form that is hashed.
    signed: Vec<u8>,
    /// Bytes of the message's own header and the empty line behind it.
    header: usize,
}

impl<'a> Signatures<'a> {
    /// For a message with this header, made at `date` (seconds since 1970).
    #[must_use]
    pub fn new(keys: &'a [SigningKey], header: &[u8], date: i64) -> Self {
        let (names, signed) = canonical::signed_fields(header);
        Self {
            fields: keys
                .iter()
                .map(|key| Field::new(key, date, &names))
                .collect(),
            signed,
            header: header.len() + 2,
        }
    }

    /// Bytes of their header fields.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.fields.iter().map(|field| field.size() as u64).sum()
    }

    /// Writes a message that `write` writes, with room for the signatures in front of it, and returns what belongs into
    /// that room.
    ///
    /// # Errors
    /// Those of `out` and `write`; there are no random numbers.
    pub fn write_before<W: Write>(
        &self,
        out: &mut W,
        write: impl FnOnce(&mut Hashing<'_, W>) -> io::Result<()>,
    ) -> io::Result<Vec<u8>> {
        for field in &self.fields {
            out.write_all(&vec![b' '; field.size()])?;
        }
        let mut hashing = Hashing {
            out,
            header: self.header,
            body: (!self.fields.is_empty()).then(|| Body::new(Sha256::new())),
        };
        write(&mut hashing)?;
        let Some(body) = hashing.body else {
            return Ok(Vec::new());
        };
        let hash = body.finish().finalize();
        let mut signatures = Vec::new();
        for field in &self.fields {
            let signature = field.sign(&hash, &self.signed);
            signatures.extend_from_slice(&signature.map_err(io::Error::other)?);
        }
        Ok(signatures)
    }
}

/// Passes a message on, and hashes its body on the way.
pub struct Hashing<'a, W> {
    out: &'a mut W,
    /// Bytes of the header that are still to come.
    header: usize,
    body: Option<Body<Sha256>>,
}

impl<W: Write> Write for Hashing<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write_all(bytes)?;
        let header = self.header.min(bytes.len());
        self.header -= header;
        if let Some(body) = &mut self.body {
            body.update(&bytes[header..]);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
