//! What a server said, and why a step failed.

use std::fmt::{self, Display};
use std::io;
use std::ops::RangeInclusive;
use std::time::Duration;

use lettre::transport::smtp::response::Response;

use crate::net::fault;

/// The server is about to close the connection.
pub(in crate::outbound) const CLOSING: u16 = 421;

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits.
    pub code: u16,
    /// The server's own words, several lines as one.
    pub text: String,
}

impl Reply {
    pub(super) fn of(answer: &Response) -> Self {
        let mut lines = answer.message();
        let mut reply = Self {
            code: answer.code().into(),
            text: lines.next().unwrap_or_default().trim().to_owned(),
        };
        // Each line begins with the enhanced code again (RFC 2034, section 4).
        let repeated = reply.enhanced().map(|code| format!("{code} "));
        for line in lines {
            let own = repeated.as_deref().and_then(|code| line.strip_prefix(code));
            reply.text.push(' ');
            reply.text.push_str(own.unwrap_or(line).trim());
        }
        reply
    }

    /// The enhanced status code (RFC 3463) that the words begin with, for instance `5.1.1`.
    #[must_use]
    pub fn enhanced(&self) -> Option<&str> {
        let word = self.text.split(' ').next()?;
        let mut parts = word.split('.');
        let digits = |part: Option<&str>| {
            part.is_some_and(|part| {
                (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        let whole = digits(parts.next())
            && digits(parts.next())
            && digits(parts.next())
            && parts.next().is_none();
        whole.then_some(word)
    }
}

impl Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.text)
    }
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::outbound) enum Fault {
    /// The server said no; the connection is still good unless it said 421.
    Refused(Reply),
    /// The server does not accept the login; the connection is of no more use.
    SignIn(Reply),
    /// The connection is of no more use.
    Lost(String),
}

impl Fault {
    pub(super) fn lost(words: &str) -> Self {
        Self::Lost(words.to_owned())
    }

    pub(super) fn io(cause: &io::Error) -> Self {
        // Encryption that ends without a good-bye.
        if cause.kind() == io::ErrorKind::UnexpectedEof {
            return Self::hung_up();
        }
        Self::Lost(fault::io_words(cause))
    }

    pub(super) fn hung_up() -> Self {
        Self::lost("the server closed the connection")
    }

    pub(super) fn silent(limit: Duration) -> Self {
        Self::Lost(fault::silent(limit))
    }

    /// The connection ended, or the server wants it to.
    pub(in crate::outbound) fn is_gone(&self) -> bool {
        match self {
            Self::Refused(reply) => reply.code == CLOSING,
            Self::SignIn(_) | Self::Lost(_) => true,
        }
    }
}

/// A positive answer of another kind belongs to another command.
pub(super) fn expect(answer: &Response, codes: RangeInclusive<u16>) -> Result<(), Fault> {
    if codes.contains(&u16::from(answer.code())) {
        Ok(())
    } else {
        Err(out_of_step())
    }
}

pub(super) fn out_of_step() -> Fault {
    Fault::lost("the server's answers are not those to the commands it got")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_lines_are_one_and_name_their_code_once() {
        for (said, words) in [
            ("250 \r\n", "250 "),
            (
                "550-5.1.1 User\r\n550 5.1.1 unknown\r\n",
                "550 5.1.1 User unknown",
            ),
            (
                "550-5.1.1 User\r\n550 5.1.11 too\r\n",
                "550 5.1.1 User 5.1.11 too",
            ),
            ("554-No\r\n554-5.1.1 x\r\n554 y \r\n", "554 No 5.1.1 x y"),
        ] {
            let answer: Response = said.parse().expect(said);
            assert_eq!(Reply::of(&answer).to_string(), words);
        }
    }
}
