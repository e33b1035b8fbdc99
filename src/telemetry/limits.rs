//! Limits that were reached: counted, and told in the log now and then.
//!
//! A limit that is answered over HTTP travels in the answer (`ApiError::limit`) and is counted where all answers pass;
//! whatever else reaches one says so by itself. A scrape would write `limit_reached_total{limit="<name>"}` from
//! [`Limits::all`]: names are configuration keys, and nothing in them tells about a person.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// A limit is told in the log at most this often, however often it is reached.
const TOLD: Duration = Duration::from_secs(60);

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident = $key:literal,)*) => {
        /// A limit that somebody can run into. Each is a key of the configuration.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Limit {
            $($(#[$doc])* $name,)*
        }

        impl Limit {
            /// All of them, in the order of the configuration.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The key that sets it, and the name of its counter.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)*
                }
            }
        }
    };
}

limits! {
    /// Open connections in all, without WebSockets.
    Connections = "server.connections_max",
    /// Open connections from one address, without WebSockets.
    ConnectionsPerAddress = "server.connections_per_address",
    /// Bytes and lines of a request's header.
    Header = "server.header_max",
    /// Bytes of a request's URL.
    Url = "server.url_max",
    /// From the start of a connection to the end of its first header.
    HeaderTime = "server.header_timeout",
    /// Silence in a body.
    BodyTime = "server.body_timeout",
    /// Bytes a second of a body.
    BodyPace = "server.body_pace",
    /// Bytes of JSON bodies of one user in memory.
    BodiesPerUser = "server.bodies_per_user",
    /// Bytes of JSON bodies in memory.
    Bodies = "server.bodies_total",
    /// Failed logins per login and address.
    LoginAttempts = "auth.login_attempts",
    /// Failed logins from one address.
    LoginAttemptsPerAddress = "auth.login_attempts_per_address",
    /// Failed logins with one login.
    LoginAttemptsPerLogin = "auth.login_attempts_per_login",
    /// Logins that wait for their password to be checked.
    PasswordsWaiting = "auth.passwords_waiting",
    /// Composes per credential and addressed user.
    ComposesPerMinute = "presence.composes_per_minute",
    /// Requests of one user that wait for a page.
    WaitingPerUser = "presence.waiting_per_user",
    /// Requests that wait for a page.
    Waiting = "presence.waiting_total",
    /// Bytes of one user's composes that a page may fetch.
    PayloadsPerUser = "presence.payloads_per_user",
    /// Bytes of all composes that a page may fetch.
    Payloads = "presence.payloads_total",
    /// Sessions of one user.
    SessionsPerUser = "presence.sessions_per_user",
    /// Sessions in all.
    Sessions = "presence.sessions_max",
    /// Frames that wait for one session.
    Queue = "presence.queue",
    /// Bytes of a client's message.
    FrameSize = "presence.frame_max",
    /// Frames of one client.
    Frames = "presence.frames_per_second",
    /// Bytes of one upload.
    UploadSize = "attachments.max_size",
    /// Bytes of all uploads of one user.
    UploadQuota = "attachments.user_quota",
    /// Bytes of all files of one user.
    FilesQuota = "files.user_quota",
    /// Files and folders of one user.
    FilesEntries = "files.entries_per_user",
    /// Bytes of all copies that one user's links hold.
    ShareQuota = "shares.user_quota",
    /// Bytes of one message, and of the request that describes it.
    Message = "mail.message_max",
}

/// One limit's counter.
#[derive(Default)]
struct Counter {
    reached: AtomicU64,
    /// Milliseconds after the start when the log was told, plus one; zero: never.
    told: AtomicU64,
}

/// How often each limit was reached since the start.
pub struct Limits {
    started: Instant,
    counters: [Counter; Limit::ALL.len()],
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            counters: std::array::from_fn(|_| Counter::default()),
        }
    }
}

impl Limits {
    /// Counts one more time, and says so in the log unless it was said a moment ago.
    pub fn reached(&self, limit: Limit) {
        let counter = &self.counters[limit as usize];
        let times = counter.reached.fetch_add(1, Relaxed) + 1;
        if counter.is_to_be_told(self.started.elapsed()) {
            tracing::warn!(limit = limit.name(), times, "limit reached");
        }
    }

    /// How often a limit was reached.
    #[must_use]
    pub fn count(&self, limit: Limit) -> u64 {
        self.counters[limit as usize].reached.load(Relaxed)
    }

    /// Every limit's name and how often it was reached.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Limit::ALL
            .iter()
            .map(|limit| (limit.name(), self.count(*limit)))
    }
}

impl Counter {
    /// True for one caller a [`TOLD`].
    fn is_to_be_told(&self, now: Duration) -> bool {
        let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX - 1) + 1;
        let told = self.told.load(Relaxed);
        let long_ago = told == 0 || now.saturating_sub(told) >= TOLD.as_millis() as u64;
        long_ago
            && self
                .told
                .compare_exchange(told, now, Relaxed, Relaxed)
                .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_counted_by_itself() {
        let limits = Limits::default();
        limits.reached(Limit::Header);
        limits.reached(Limit::Header);
        limits.reached(Limit::Message);
        let reached: Vec<_> = limits.all().filter(|(_, times)| *times > 0).collect();
        assert_eq!(reached, [("server.header_max", 2), ("mail.message_max", 1)]);
    }

    #[test]
    fn the_log_is_told_once_a_minute() {
        let counter = Counter::default();
        let told: Vec<_> = [0, 0, 1, 59_999, 60_000, 60_001, 119_999, 120_000]
            .into_iter()
            .filter(|at| counter.is_to_be_told(Duration::from_millis(*at)))
            .collect();
        assert_eq!(told, [0, 60_000, 120_000]);
    }

    #[test]
    fn every_limit_is_a_key_and_they_stand_in_its_order() {
        let position = |limit: &Limit| {
            let keys = crate::config::keys::KEYS;
            keys.iter().position(|key| key.path() == limit.name())
        };
        let positions: Vec<_> = Limit::ALL
            .iter()
            .map(|limit| position(limit).unwrap_or_else(|| panic!("no key: {}", limit.name())))
            .collect();
        assert!(positions.is_sorted(), "{positions:?}");
    }
}
