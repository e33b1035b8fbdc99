//! One type per kind of id, so that an identity id can never be passed where a user id is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! integer_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

integer_id!(
    /// A user of this gateway.
    UserId
);
integer_id!(
    /// A mail account: the servers that mail goes through. Never the `<id>` of a URL.
    AccountId
);
integer_id!(
    /// An identity: a sender address of one user on one account. The `<id>` of every `/mail/<id>` URL.
    IdentityId
);
integer_id!(
    /// A file or folder of a user, whatever its name and place.
    FileId
);
integer_id!(
    /// An access token, the number in `token<id>_<secret>`.
    TokenId
);

/// The process that holds a session. One process runs alone as node 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u16);

/// One WebSocket session of one browser page. Its last 16 bits name the node that holds it, so that whoever
/// has the id knows where to send a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct SessionId(Uuid);

impl SessionId {
    /// A new random id on `node`.
    #[must_use]
    pub fn new(node: NodeId) -> Self {
        let mut bytes = *Uuid::new_v4().as_bytes();
        bytes[14..].copy_from_slice(&node.0.to_be_bytes());
        Self(Uuid::from_bytes(bytes))
    }

    /// The node that holds the session.
    #[must_use]
    pub fn node(self) -> NodeId {
        let bytes = self.0.as_bytes();
        NodeId(u16::from_be_bytes([bytes[14], bytes[15]]))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One request to open a compose window, from the offer to what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ComposeId(pub Uuid);

impl ComposeId {
    /// A new id; ids made later sort later.
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// When it was made, in milliseconds since 1970, as far as the id tells.
    #[must_use]
    pub fn made_at(self) -> Option<i64> {
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        let seconds = i64::try_from(seconds).ok()?;
        seconds
            .checked_mul(1000)?
            .checked_add(i64::from(nanos / 1_000_000))
    }
}

impl Default for ComposeId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for ComposeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ComposeId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// One send of a mail, named by whoever asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SendId(pub Uuid);

impl fmt::Display for SendId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for SendId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

const SECRET_ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 24 of 62 characters: 142 random bits.
const SECRET_LENGTH: usize = 24;

/// A random secret of digits and letters. 142 bits, not to be guessed; a fast hash of it is enough at rest.
///
/// # Panics
/// When the operating system has no random numbers to give: nothing here is safe then.
pub fn random_secret() -> String {
    let mut secret = String::with_capacity(SECRET_LENGTH);
    let mut bytes = [0u8; 64];
    while secret.len() < SECRET_LENGTH {
        getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
        // 248 is the largest multiple of 62 in a byte: above it characters would not be equally likely.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        for byte in fair.take(SECRET_LENGTH - secret.len()) {
            secret.push(char::from(
                SECRET_ALPHABET[usize::from(*byte) % SECRET_ALPHABET.len()],
            ));
        }
    }
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_names_its_node() {
        let id = SessionId::new(NodeId(513));
        assert_eq!(id.node(), NodeId(513));
        assert_ne!(id, SessionId::new(NodeId(513)));
    }
}
