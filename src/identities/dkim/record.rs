//! The DNS record in which a domain publishes a key (RFC 6376, 3.6).

/// Bytes of one of the strings that a TXT record consists of.
const STRING_MAX: usize = 255;

/// A record to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// For instance `mail._domainkey.example.org`.
    pub name: String,
    /// The strings of the TXT record put together.
    pub value: String,
}

impl Record {
    /// The record for a key of this type (`rsa`, `ed25519`), whose public half is given in base64.
    #[must_use]
    pub fn new(domain: &str, selector: &str, key_type: &str, public_key: &str) -> Self {
        Self {
            name: format!("{selector}._domainkey.{domain}"),
            value: format!("v=DKIM1; k={key_type}; p={public_key}"),
        }
    }

    /// The line of a zone file; a value that is too long for one string is cut into several.
    #[must_use]
    pub fn zone_line(&self) -> String {
        let strings: Vec<String> = self
            .value
            .as_bytes()
            .chunks(STRING_MAX)
            .map(|string| format!("\"{}\"", String::from_utf8_lossy(string)))
            .collect();
        format!("{}. IN TXT {}", self.name, strings.join(" "))
    }
}
