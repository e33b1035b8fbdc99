//! Who is at the other end of a connection, past trusted proxies. Found out once per request, before routing.

use std::net::IpAddr;

use actix_web::{HttpMessage, HttpRequest};

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
