//! The header field `DKIM-Signature` (RFC 6376, 3.5), always of the same length.

use data_encoding::BASE64;

use super::canonical::relaxed;
use crate::identities::dkim::SigningKey;
use crate::identities::dkim::private_key::KeyError;

const NAME: &str = "DKIM-Signature";
/// Characters of a line, where there is a choice.
const LINE: usize = 76;

/// The field of one key.
#[derive(Debug)]
pub(super) struct Field<'a> {
    key: &'a SigningKey,
    /// All up to the body's hash.
    start: String,
}

impl<'a> Field<'a> {
    pub(super) fn new(key: &'a SigningKey, date: i64, names: &[&str]) -> Self {
        let algorithm = key.key.algorithm();
        let mut start = format!(
            " v=1; a={algorithm}; c=relaxed/relaxed;\r\n\td={};\r\n\ts={}; t={date};\r\n\th=",
            key.domain, key.selector
        );
        let mut column = 3;
        for (at, name) in names.iter().enumerate() {
            if at > 0 {
                start.push(':');
                column += 1;
            }
            if column + name.len() >= LINE {
                start.push_str("\r\n\t ");
                column = 2;
            }
            start.push_str(name);
            column += name.len();
        }
        start.push_str(";\r\n\tbh=");
        Self { key, start }
    }

    pub(super) fn size(&self) -> usize {
        let digest = [0; 32];
        self.text(&digest, &vec![0; self.key.key.signature_len()])
            .len()
    }

    /// The whole field, for a message whose body has this hash and whose signed fields are these.
    ///
    /// # Errors
    /// There are no random numbers.
    pub(super) fn sign(&self, body: &[u8], signed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut data = signed.to_vec();
        data.extend_from_slice(&relaxed(NAME.as_bytes(), self.value(body).as_bytes()));
        let signature = self.key.key.sign(&data)?;
        Ok(self.text(body, &signature).into_bytes())
    }

    /// The value with an empty `b=`, as it is signed.
    fn value(&self, body: &[u8]) -> String {
        format!("{}{};\r\n\tb=", self.start, BASE64.encode(body))
    }

    fn text(&self, body: &[u8], signature: &[u8]) -> String {
        let mut text = format!("{NAME}:{}", self.value(body));
        let digits = BASE64.encode(signature);
        let mut rest = digits.as_str();
        let mut room = LINE - 4;
        while !rest.is_empty() {
            let (line, behind) = rest.split_at(room.min(rest.len()));
            text.push_str(line);
            text.push_str("\r\n");
            if !behind.is_empty() {
                text.push_str("\t ");
            }
            (rest, room) = (behind, LINE - 2);
        }
        text
    }
}
