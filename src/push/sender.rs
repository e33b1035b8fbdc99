//! Hands messages to push services (RFC 8030): few at a time, each within its own time.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, redirect};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::PushError;
use super::endpoint::Reach;
use crate::http::date::from_http_date;
use crate::ids::UserId;
use crate::net::tls::Tls;
use crate::store::time;

/// For one answer of a push service.
const ANSWER: Duration = Duration::from_secs(5);
/// Before the first repetition, when the push service does not say.
const PAUSE: Duration = Duration::from_secs(1);
/// Messages on their way at a time, of all users and of one.
const ALL: usize = 256;
const OWN: usize = 40;

/// What is to be sent.
#[derive(Clone)]
pub struct Message {
    /// JSON, which only the browser will read.
    pub text: String,
    /// A later message with the same topic takes the place of one that has not reached the browser.
    pub topic: String,
    /// When it is of no use any more.
    pub until: Instant,
    /// It is of no use from now on.
    pub over: CancellationToken,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    Taken,
    /// The subscription has ended (404, 410).
    Gone,
    /// Nobody took it in time, or it was refused.
    Lost,
}

/// The way to push services.
pub struct Sender {
    client: Client,
    /// Messages on their way, by user.
    under_way: Arc<DashMap<UserId, usize>>,
}

/// One message's place among those on their way.
pub struct Place {
    under_way: Arc<DashMap<UserId, usize>>,
    user: UserId,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.under_way
            .alter(&self.user, |_, count| count.saturating_sub(1));
        self.under_way.remove_if(&self.user, |_, count| *count == 0);
    }
}

impl Sender {
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(reach: Reach, tls: &Tls) -> Result<Self, PushError> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls.config().clone())
            .dns_resolver(Arc::new(reach))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(ANSWER)
            .build()?;
        Ok(Self {
            client,
            under_way: Arc::default(),
        })
    }

    /// A place for a message, unless there are too many.
    pub fn place(&self, user: UserId) -> Option<Place> {
        let all: usize = self.under_way.iter().map(|entry| *entry.value()).sum();
        if all >= ALL {
            return None;
        }
        let mut own = self.under_way.entry(user).or_default();
        if *own >= OWN {
            return None;
        }
        *own += 1;
        drop(own);
        Some(Place {
            under_way: self.under_way.clone(),
            user,
        })
    }

    /// Sends until the push service takes or refuses it, or its time is over.
    pub async fn send(
        &self,
        endpoint: &Url,
        authorization: &str,
        body: &[u8],
        message: &Message,
    ) -> Became {
        let sending = async {
            let mut pause = PAUSE;
            loop {
                let answer = self.attempt(endpoint, authorization, body, message).await;
                let wait = match answer {
                    Ok(answer) => match answer.status() {
                        status if status.is_success() => return Became::Taken,
                        StatusCode::NOT_FOUND | StatusCode::GONE => return Became::Gone,
                        status
                            if status == StatusCode::TOO_MANY_REQUESTS
                                || status.is_server_error() =>
                        {
                            retry_after(&answer).unwrap_or(pause)
                        }
                        status => {
                            tracing::warn!(%status, "a push service refuses a message");
                            return Became::Lost;
                        }
                    },
                    // The error names the endpoint, which is a secret of the browser's.
                    Err(cause) => {
                        tracing::debug!(cause = %cause.without_url(), "a push service does not answer");
                        pause
                    }
                };
                sleep(wait).await;
                pause *= 2;
            }
        };
        tokio::select! {
            became = timeout_at(message.until, sending) => became.unwrap_or(Became::Lost),
            () = message.over.cancelled() => Became::Lost,
        }
    }

    async fn attempt(
        &self,
        endpoint: &Url,
        authorization: &str,
        body: &[u8],
        message: &Message,
    ) -> reqwest::Result<Response> {
        let left = message.until.saturating_duration_since(Instant::now());
        self.client
            .post(endpoint.clone())
            .header("TTL", left.as_secs())
            .header("Urgency", "high")
            .header("Topic", &message.topic)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .body(body.to_vec())
            .send()
            .await
    }
}

/// Seconds or a date (RFC 9110, section 10.2.3).
fn retry_after(answer: &Response) -> Option<Duration> {
    let text = answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = match text.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => u64::try_from(from_http_date(text)? - time::now() / 1000).unwrap_or_default(),
    };
    Some(Duration::from_secs(seconds.max(1)))
}
