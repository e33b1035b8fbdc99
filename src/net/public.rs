//! Which addresses are anybody's: what users and strangers may make the gateway connect to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is reached over the Internet, and not one of this machine, of its network, or of no host at all
/// (the registries of RFC 6890).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && b & 0xc0 == 64;
    let protocols = a == 192 && b == 0 && c == 0;
    let benchmarks = a == 198 && b & 0xfe == 18;
    !(a == 0
        || a >= 224
        || shared
        || protocols
        || benchmarks
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Global unicast is 2000::/3. Within: Teredo and other protocols, documentation, and 6to4, which may lead anywhere.
    let global = a & 0xe000 == 0x2000;
    let protocols = a == 0x2001 && b < 0x200;
    let documentation = (a == 0x2001 && b == 0xdb8) || a == 0x3fff;
    global && !protocols && !documentation && a != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_internet_routes_is_public() {
        for public in [
            "8.8.8.8",
            "172.15.0.1",
            "100.128.0.1",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:7f00:1::",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }
}
