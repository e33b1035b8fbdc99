//! Which web origins a request may come from.

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::ORIGIN;

use super::client::Client;
use super::error::ApiError;
use super::public_url::SHARE_PATH;
use super::share_host::ShareHost;

/// The gateway's own origins, and those that may open WebSockets as well.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Where the gateway is reached.
    pub own: Vec<String>,
    /// Further ones: their pages may open WebSockets, and hold the web client in a frame.
    pub hosts: Vec<String>,
    /// Nobody said where the gateway is reached and it listens everywhere: a page whose host is the one that it asks
    /// is its own.
    pub same_host: bool,
    /// The one origin of pages that change shares, where shares have a host of their own; it may do nothing else.
    pub shares: ShareHost,
}

impl Origins {
    /// Refuses what another site's page asks a browser to send. What has no `Origin` is not from a page.
    ///
    /// # Errors
    /// 403.
    pub fn check(&self, req: &HttpRequest) -> Result<(), ApiError> {
        if matches!(*req.method(), Method::GET | Method::HEAD) {
            return Ok(());
        }
        let cross_site = req
            .headers()
            .get("sec-fetch-site")
            .is_some_and(|site| site.as_bytes().eq_ignore_ascii_case(b"cross-site"));
        if cross_site {
            return Err(ApiError::forbidden(
                "Requests from other sites are not allowed",
            ));
        }
        match self.shares.origin() {
            Some(shares) if req.uri().path().starts_with(SHARE_PATH) => {
                check(req, |origin| origin == shares)
            }
            _ => self.check_origin(req, false),
        }
    }

    /// Refuses WebSockets of pages that are neither the gateway's own nor configured.
    ///
    /// # Errors
    /// 403.
    pub fn check_websocket(&self, req: &HttpRequest) -> Result<(), ApiError> {
        self.check_origin(req, true)
    }

    /// Whether the gateway's own page asks, also from within a frame of another site's page. What says nothing of where
    /// it comes from is not taken for that.
    pub fn is_own_page(&self, req: &HttpRequest) -> bool {
        match req.headers().get("sec-fetch-site") {
            Some(site) => site.as_bytes().eq_ignore_ascii_case(b"same-origin"),
            None => req.headers().contains_key(ORIGIN) && self.check_origin(req, false).is_ok(),
        }
    }

    fn check_origin(&self, req: &HttpRequest, websocket: bool) -> Result<(), ApiError> {
        check(req, |origin| {
            let allowed = self.own.iter().any(|own| own == origin)
                || (websocket && self.hosts.iter().any(|other| other == origin))
                || (self.same_host && is_own_host(origin, &Client::of(req)));
            allowed && self.shares.origin() != Some(origin)
        })
    }
}

fn check(req: &HttpRequest, is_allowed: impl Fn(&str) -> bool) -> Result<(), ApiError> {
    for origin in req.headers().get_all(ORIGIN) {
        let Some(origin) = origin.to_str().ok().map(str::to_ascii_lowercase) else {
            return Err(refuse("?"));
        };
        if !is_allowed(&origin) {
            return Err(refuse(&origin));
        }
    }
    Ok(())
}

fn is_own_host(origin: &str, client: &Client) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else {
        return false;
    };
    let asked = client.host.as_deref().map(str::to_ascii_lowercase);
    matches!(scheme, "http" | "https") && asked.as_deref() == Some(host)
}

fn refuse(origin: &str) -> ApiError {
    let shown: String = origin.chars().take(200).collect();
    ApiError::forbidden(format!(
        "Origin '{shown}' is not allowed: set server.public_url, or server.allowed_origins for WebSockets"
    ))
}
