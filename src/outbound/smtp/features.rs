//! What a server offers in its answer to EHLO (RFC 5321, section 4.1.1.1).

use lettre::transport::smtp::response::Response;

/// Characters of a mechanism's name (RFC 4422, section 3.1).
const MECHANISM_MAX: usize = 20;
/// Mechanisms that are kept.
const MECHANISMS: usize = 32;

/// What a server offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// It takes several commands at once (RFC 2920).
    pub pipelining: bool,
    /// It wants to be told the size of a message (RFC 1870).
    pub size: bool,
    /// Bytes of the largest message that it takes, if it says so.
    pub size_max: Option<u64>,
    /// It takes messages that are not ASCII (RFC 6152).
    pub eight_bit: bool,
    /// It takes addresses without an ASCII form (RFC 6531).
    pub smtputf8: bool,
    /// It can go on encrypted (RFC 3207).
    pub starttls: bool,
    /// How one may sign in (RFC 4954), for instance `PLAIN`, in upper case.
    pub auth: Vec<String>,
}

impl Features {
    pub(super) fn of(answer: &Response) -> Self {
        let mut features = Self::default();
        for line in answer.message().skip(1) {
            let line = line.to_ascii_uppercase();
            // Servers older than RFC 4954 write `AUTH=`.
            let mut words = line.split([' ', '\t', '=']).filter(|word| !word.is_empty());
            match words.next() {
                Some("PIPELINING") => features.pipelining = true,
                Some("SIZE") => {
                    features.size = true;
                    // Zero: no fixed limit.
                    let limit = words.next().and_then(|digits| digits.parse().ok());
                    features.size_max = limit.filter(|limit| *limit > 0);
                }
                Some("8BITMIME") => features.eight_bit = true,
                Some("SMTPUTF8") => features.smtputf8 = true,
                Some("STARTTLS") => features.starttls = true,
                Some("AUTH") => {
                    for name in words.filter(|name| name.len() <= MECHANISM_MAX) {
                        if features.auth.len() < MECHANISMS && !features.offers(name) {
                            features.auth.push(name.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        features
    }

    pub(super) fn offers(&self, mechanism: &str) -> bool {
        self.auth.iter().any(|offered| offered == mechanism)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_after_the_first_are_offers() {
        let answer = "250-SIZE 8BITMIME\r\n250-size 100\r\n250-8bitmime\r\n250-AUTH PLAIN login\r\n\
                      250-AUTH=LOGIN CRAM-MD5\r\n250-XSTARTTLS\r\n250 PIPELINING\r\n";
        let features = Features::of(&answer.parse().expect("an answer"));
        let expected = Features {
            pipelining: true,
            size: true,
            size_max: Some(100),
            eight_bit: true,
            auth: ["PLAIN", "LOGIN", "CRAM-MD5"].map(str::to_owned).into(),
            ..Features::default()
        };
        assert_eq!(features, expected);
        for (line, size_max) in [
            ("SIZE", None),
            ("SIZE 0", None),
            ("SIZE x", None),
            ("SIZE 99999999999999999999", None),
            ("SIZE 7", Some(7)),
        ] {
            let answer = format!("250-h\r\n250 {line}\r\n");
            let features = Features::of(&answer.parse().expect("an answer"));
            assert_eq!((features.size, features.size_max), (true, size_max));
        }
    }
}
