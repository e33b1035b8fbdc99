//! What a server's certificate says: for whom it is, and until when.

use std::fmt;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// Names that are shown; a certificate may have hundreds.
const SHOWN: usize = 3;
const DAY: i64 = 86_400;
/// Days before the end from which on somebody should know.
const SOON: i64 = 14;

/// What is worth knowing of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Hosts and addresses.
    pub names: Vec<String>,
    pub until: Timestamp,
}

impl Certificate {
    /// Reads one in DER.
    pub fn read(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let until = Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()?;
        let names = certificate.subject_alternative_name().ok().flatten();
        let names = names.map(|names| names.value.general_names.iter().filter_map(name).collect());
        Some(Self {
            names: names.unwrap_or_default(),
            until,
        })
    }

    /// Days until its end, when they are few.
    pub fn ends_soon(&self, now: Timestamp) -> Option<i64> {
        let days = (self.until.as_second() - now.as_second()) / DAY;
        (days < SOON).then_some(days)
    }

    /// The day of its end.
    pub fn day(&self) -> String {
        self.until.to_zoned(TimeZone::UTC).date().to_string()
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({"names": self.names, "until": self.until.to_string()})
    }
}

/// A few of its names, and its end.
impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<&str> = self.names.iter().take(SHOWN).map(String::as_str).collect();
        f.write_str(&shown.join(" "))?;
        match self.names.len().saturating_sub(SHOWN) {
            0 => {}
            more => write!(f, " and {more} more")?,
        }
        write!(f, " until {}", self.day())
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            let four = <[u8; 4]>::try_from(*bytes)
                .map(|bytes| std::net::Ipv4Addr::from(bytes).to_string());
            let sixteen = <[u8; 16]>::try_from(*bytes)
                .map(|bytes| std::net::Ipv6Addr::from(bytes).to_string());
            four.or(sixteen).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn made(names: &[&str], year: i32) -> Certificate {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("names");
        params.not_after = rcgen::date_time_ymd(year, 3, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Certificate::read(certificate.der()).expect("readable")
    }

    #[test]
    fn names_and_end_are_read() {
        let certificate = made(&["mail.example.org", "127.0.0.1", "::1", "x.example"], 2031);
        assert_eq!(
            certificate.names,
            ["mail.example.org", "127.0.0.1", "::1", "x.example"]
        );
        assert_eq!(
            certificate.to_string(),
            "mail.example.org 127.0.0.1 ::1 and 1 more until 2031-03-01"
        );
        assert_eq!(Certificate::read(b"0\x03junk"), None);
    }

    #[test]
    fn the_last_two_weeks_count_as_soon() {
        let certificate = made(&["h"], 2031);
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        assert_eq!(certificate.ends_soon(at("2031-02-14T00:00:00Z")), None);
        assert_eq!(certificate.ends_soon(at("2031-02-15T12:00:00Z")), Some(13));
    }
}
