//! A network in CIDR notation.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use thiserror::Error;

/// Addresses that share their first bits: `10.0.0.0/8`, `fd00::/8`, or a single `192.0.2.7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u32,
}

/// A text that names no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be an address such as 192.0.2.7 or a network such as 10.0.0.0/8")]
pub struct NotANetwork;

impl Network {
    /// Whether the address lies within. An IPv4 address counts as itself in its IPv6 form (`::ffff:192.0.2.7`) too,
    /// which is how a socket that listens on `[::]` reports it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let (width, first) = number(self.first);
        let (other, address) = number(address.to_canonical());
        width == other && masked(width, first, self.bits) == masked(width, address, self.bits)
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let first: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let (width, _) = number(first);
        let bits = match bits {
            None => width,
            Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                bits.parse().map_err(|_| NotANetwork)?
            }
            Some(_) => return Err(NotANetwork),
        };
        if bits > width {
            return Err(NotANetwork);
        }
        Ok(Self { first, bits }.canonical())
    }
}

impl Network {
    /// `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
    fn canonical(self) -> Self {
        match (self.first.to_canonical(), self.first) {
            (first @ IpAddr::V4(_), IpAddr::V6(_)) if self.bits >= 96 => Self {
                first,
                bits: self.bits - 96,
            },
            _ => self,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

/// The width of an address in bits and its value, in the highest bits.
fn number(address: IpAddr) -> (u32, u128) {
    match address {
        IpAddr::V4(v4) => (32, u128::from(v4.to_bits())),
        IpAddr::V6(v6) => (128, v6.to_bits()),
    }
}

fn masked(width: u32, address: u128, bits: u32) -> u128 {
    address.checked_shr(width - bits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(network: &str, address: &str) -> bool {
        let network: Network = network.parse().expect("a network");
        network.contains(address.parse().expect("an address"))
    }

    #[test]
    fn a_network_contains_the_addresses_that_share_its_bits() {
        assert!(within("10.0.0.0/8", "10.255.1.2"));
        assert!(within("10.9.9.9/8", "10.255.1.2"));
        assert!(!within("10.0.0.0/8", "11.0.0.0"));
        assert!(within("192.0.2.128/25", "192.0.2.129"));
        assert!(!within("192.0.2.128/25", "192.0.2.127"));
        assert!(within("fd00::/8", "fd12::1"));
        assert!(!within("fd00::/8", "fe80::1"));
    }

    #[test]
    fn a_single_address_is_a_network_of_one() {
        assert!(within("192.0.2.7", "192.0.2.7"));
        assert!(!within("192.0.2.7", "192.0.2.6"));
        assert!(within("::1", "::1"));
    }

    #[test]
    fn everything_is_within_zero_bits_of_the_same_family() {
        assert!(within("0.0.0.0/0", "203.0.113.9"));
        assert!(!within("0.0.0.0/0", "2001:db8::1"));
        assert!(within("::/0", "2001:db8::1"));
        assert!(!within("::/0", "203.0.113.9"));
    }

    #[test]
    fn a_mapped_address_is_the_address_that_it_maps() {
        assert!(within("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(within("::ffff:10.0.0.0/104", "10.1.2.3"));
        assert!(within("::ffff:10.1.2.3", "10.1.2.3"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0/8",
            "host",
            "*",
            "10.0.0.0/8/8",
        ] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text}");
        }
    }
}
