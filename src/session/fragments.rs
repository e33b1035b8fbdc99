//! Fragmented messages, put together again within the limit of a whole one.

use actix_http::ws::Item;
use actix_web::web::{Bytes, BytesMut};

/// The pieces of the message that is arriving.
#[derive(Default)]
pub struct Fragments {
    pieces: BytesMut,
}

/// Why the pieces make no message.
#[derive(Debug, PartialEq, Eq)]
pub enum FragmentError {
    /// Binary messages are not part of the protocol.
    Binary,
    /// Together larger than a message may be.
    TooLarge,
    /// A text that is not UTF-8.
    NotUtf8,
}

impl Fragments {
    /// Takes the next piece; the last one gives the message.
    pub fn take(&mut self, item: Item, limit: usize) -> Result<Option<String>, FragmentError> {
        let (piece, last): (Bytes, bool) = match item {
            Item::FirstBinary(_) => return Err(FragmentError::Binary),
            Item::FirstText(piece) => {
                self.pieces.clear();
                (piece, false)
            }
            Item::Continue(piece) => (piece, false),
            Item::Last(piece) => (piece, true),
        };
        if self.pieces.len() + piece.len() > limit {
            return Err(FragmentError::TooLarge);
        }
        self.pieces.extend_from_slice(&piece);
        if !last {
            return Ok(None);
        }
        let whole = std::mem::take(&mut self.pieces);
        String::from_utf8(whole.to_vec())
            .map(Some)
            .map_err(|_| FragmentError::NotUtf8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_one_message_within_the_limit() {
        let mut fragments = Fragments::default();
        let bytes = |text: &'static str| Bytes::from_static(text.as_bytes());
        assert_eq!(fragments.take(Item::FirstText(bytes("ab")), 6), Ok(None));
        assert_eq!(fragments.take(Item::Continue(bytes("cd")), 6), Ok(None));
        assert_eq!(
            fragments.take(Item::Last(bytes("ef")), 6),
            Ok(Some("abcdef".to_owned()))
        );
        assert_eq!(fragments.take(Item::FirstText(bytes("abcd")), 6), Ok(None));
        assert_eq!(
            fragments.take(Item::Last(bytes("efg")), 6),
            Err(FragmentError::TooLarge)
        );
        assert_eq!(
            fragments.take(Item::FirstBinary(bytes("a")), 6),
            Err(FragmentError::Binary)
        );
    }
}
