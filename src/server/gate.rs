//! What happens to every request before and after its handler: whether there is room for it, where it comes from, which
//! path it means, whether another site sent it, and one line in the log.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HOST, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use actix_web::http::{ConnectionType, Method, StatusCode, Uri};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, ResponseError, web};
use uuid::Uuid;

use super::answering::Answering;
use super::connections::{Connections, Place, UnderWay};
use super::head::HeadBounds;
use super::path::{Canonical, canonical};
use crate::auth::caller::UserPrefix;
use crate::config::Network;
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::http::origin::Origins;
use crate::http::public_url::SHARE_PATH;
use crate::http::share_host::THEME;
use crate::telemetry::limits::{Limit, Limits};

/// Where sessions begin.
const SESSIONS: &str = "/ws";
/// What the page of a share is made of.
const SHARE_ASSETS: &str = "/static/share/";
const HEALTH: &str = "/healthz";

/// What the gate needs to know.
pub struct GateSettings {
    pub base_path: String,
    pub trusted_proxies: Vec<Network>,
    pub origins: Origins,
    pub head: HeadBounds,
    pub connections: Arc<Connections>,
    pub limits: Arc<Limits>,
}

/// Set on requests that came below the base path.
#[derive(Clone, Copy, Debug)]
pub struct UnderBase;

/// The middleware around all routes.
///
/// # Errors
/// None of its own: what it refuses is an answer.
pub async fn pass(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let Some(settings) = req.app_data::<web::Data<GateSettings>>().cloned() else {
        return Err(ApiError::internal("no gate configured").into());
    };
    let client = client(&req, &settings.trusted_proxies);
    let address = client.ip;
    req.extensions_mut().insert(client);
    let entered = enter(&mut req, &settings);
    let (mut response, under_way, keep) = match entered {
        Ok(under_way) => (
            next.call(req).await?.map_into_left_body(),
            under_way,
            !settings.connections.is_crowded(),
        ),
        Err(Refusal { error, keep }) => (
            req.into_response(error.error_response())
                .map_into_right_body(),
            None,
            keep,
        ),
    };
    leave(&mut response, keep);
    finish(&mut response);
    let limit = response.response().extensions().get::<Limit>().copied();
    if let Some(limit) = limit {
        settings.limits.reached(limit);
    }
    log(&response, address, started);
    Ok(response.map_body(|_, body| Answering::new(body.boxed(), under_way)))
}

/// A request that gets no further than the gate.
struct Refusal {
    error: ApiError,
    /// Whether its connection may bring another one.
    keep: bool,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self { error, keep: true }
    }
}

/// Everything that can be said without knowing who asks.
fn enter(req: &mut ServiceRequest, settings: &GateSettings) -> Result<Option<UnderWay>, Refusal> {
    let under_way = match req.conn_data::<Place>().map(Place::begin) {
        Some(Ok(under_way)) => Some(under_way),
        Some(Err(error)) => return Err(Refusal { error, keep: false }),
        None => None,
    };
    settings.head.check(req.head())?;
    let shares_only = settings.origins.shares.is_asked(&Client::of(req.request()));
    if shares_only && !is_for_recipients(req.uri().path()) {
        return Err(ApiError::not_found("There is nothing at this path").into());
    }
    redirect(req, &settings.base_path);
    settings.origins.check(req.request())?;
    if req.path() == SESSIONS
        && req.headers().contains_key(UPGRADE)
        && let Some(place) = req.conn_data::<Place>()
    {
        place.reserve_session()?;
    }
    Ok(under_way)
}

/// Whether a path answers on the host of shares too. Only in this spelling, so that no other one leads elsewhere.
fn is_for_recipients(path: &str) -> bool {
    let asset = path.strip_prefix(SHARE_ASSETS);
    let is_plain = |name: &str| !name.contains(['%', '/']);
    path == HEALTH || path == THEME || path.starts_with(SHARE_PATH) || asset.is_some_and(is_plain)
}

/// What becomes of the connection.
fn leave<B>(response: &mut ServiceResponse<B>, keep: bool) {
    let upgraded = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if let Some(place) = response.request().conn_data::<Place>() {
        if upgraded {
            place.upgraded();
        } else {
            place.release_session();
        }
    }
    if !keep && !upgraded {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
}

/// Lets routing see the canonical path.
fn redirect(req: &mut ServiceRequest, base_path: &str) {
    let keeps_end = *req.method() == Method::POST;
    let Canonical {
        path,
        user,
        under_base,
    } = canonical(req.uri().path(), base_path, keeps_end);
    if let Some(user) = user {
        req.extensions_mut().insert(UserPrefix(user));
    }
    if under_base {
        req.extensions_mut().insert(UnderBase);
    }
    if path == req.uri().path() {
        return;
    }
    let with_query = match req.uri().query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    let mut parts = req.uri().clone().into_parts();
    // A part of a path that was valid stays valid.
    if let Ok(changed) = with_query.parse() {
        parts.path_and_query = Some(changed);
        if let Ok(uri) = Uri::from_parts(parts) {
            req.match_info_mut().get_mut().update(&uri);
            req.head_mut().uri = uri;
        }
    }
}

/// The headers that every answer has.
fn finish<B>(response: &mut ServiceResponse<B>) {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or("");
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(format!("{} {reason}", status.as_u16()).trim()) {
        headers.insert(HeaderName::from_static("x-webdav-status"), value);
    }
    headers.insert(
        HeaderName::from_static("x-content-type-options"),
        HeaderValue::from_static("nosniff"),
    );
    if !headers.contains_key("referrer-policy") {
        headers.insert(
            HeaderName::from_static("referrer-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
}

/// One line a request. Paths are patterns: a real one may hold a login or a file name.
fn log<B>(response: &ServiceResponse<B>, address: Option<IpAddr>, started: Instant) {
    let request = response.request();
    tracing::info!(
        id = %Uuid::new_v4().simple(),
        method = %request.method(),
        route = request.match_pattern().as_deref().unwrap_or("-"),
        status = response.status().as_u16(),
        ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        client = %address.map_or_else(|| "unix".to_owned(), |ip| ip.to_string()),
        "request"
    );
}

fn client(req: &ServiceRequest, trusted: &[Network]) -> Client {
    let peer = req.peer_addr().map(|address| address.ip().to_canonical());
    let headers = req.headers();
    let own_host =
        || text(headers, HOST.as_str()).or_else(|| req.uri().authority().map(|a| a.as_str()));
    // Who may open a Unix socket is the file system's to say: a proxy of this machine.
    let behind_proxy = peer.is_none_or(|ip| trusted.iter().any(|network| network.contains(ip)));
    if !behind_proxy {
        return Client {
            ip: peer,
            https: false,
            host: own_host().map(str::to_owned),
        };
    }
    let forwarded = headers
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|address| address.trim().parse::<IpAddr>().ok())
        .collect::<Vec<_>>();
    // From the right: each proxy adds whom it saw; the first one that is no proxy of ours is the client.
    let origin = forwarded
        .into_iter()
        .rev()
        .map_while(|address| address)
        .find(|ip| !trusted.iter().any(|network| network.contains(*ip)));
    let https =
        text(headers, "x-forwarded-proto").is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
    let host = text(headers, "x-forwarded-host")
        .or_else(own_host)
        .map(str::to_owned);
    Client {
        ip: origin.or(peer),
        https,
        host,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}
