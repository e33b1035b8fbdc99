//! Who is at the other end of a connection, past trusted proxies. Found out once per request, before routing.

use std::net::IpAddr;

use actix_web::{HttpMessage, HttpRequest};

/// Who counts as one where addresses are limited: a household or a server has a whole /64 of IPv6.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
        v4 => v4,
    }
}

/// The client as the gateway believes it to be.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// None on a Unix socket without a proxy that says.
    pub ip: Option<IpAddr>,
    /// The client's own connection is encrypted.
    pub https: bool,
    /// The host that the client asked for, with its port.
    pub host: Option<String>,
}

impl Client {
    /// What was found out for this request.
    pub fn of(req: &HttpRequest) -> Self {
        req.extensions().get::<Self>().cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_with_its_network() {
        for (address, counted) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::1", "::"),
        ] {
            assert_eq!(network(address.parse().unwrap()).to_string(), counted);
        }
    }
}
