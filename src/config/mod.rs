//! The configuration: one table of keys, read from flags, environment and file into one type.
//!
//! - [`keys`] is the table; the default file, the variables and the search for misspelt keys come from it.
//! - [`Sources`] chooses one value for every key, `file` reads the TOML.
//! - `sections` turns the chosen values into the types below and holds every limit.
//! - [`show`] writes it all down again for `quillgate config`.

mod error;
mod file;
pub mod keys;
mod network;
mod sections;
mod settings;
pub mod show;
mod sources;
#[cfg(test)]
mod tests;
pub mod units;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use url::Url;

use crate::net::server::Server as MailServer;
pub use error::ConfigError;
pub use network::{Network, NotANetwork};
pub use settings::Setting;
use settings::Settings;
pub use sources::{Flag, Origin, Sources};

/// What is in force. All values are checked and all paths are absolute.
#[derive(Clone, Debug)]
pub struct Config {
    pub server: Server,
    pub storage: Storage,
    pub auth: Auth,
    /// `None`: only passwords that are kept here count.
    pub sign_in: Option<SignIn>,
    pub presence: Presence,
    pub attachments: Attachments,
    pub files: Files,
    pub shares: Shares,
    pub mail: Mail,
    pub log: Log,
}

#[derive(Clone, Debug)]
pub struct Server {
    /// At least one.
    pub listen: Vec<Listen>,
    /// An http or https URL without query, fragment and user. `None`: from `listen`.
    pub public_url: Option<Url>,
    /// Like `public_url`, and `None` stands for it.
    pub share_url: Option<Url>,
    /// As browsers write them in `Origin`: `https://host` or `https://host:port`.
    pub allowed_origins: Vec<String>,
    /// Begins with `/` and does not end with it, or is empty.
    pub base_path: String,
    pub trusted_proxies: Vec<Network>,
    /// Never 0.
    pub workers: usize,
    pub http: Http,
    pub timezone: TimeZone,
}

/// The limits of connections and requests; keys of `[server]`.
#[derive(Clone, Debug)]
pub struct Http {
    /// Open at a time, without WebSockets.
    pub connections_max: usize,
    /// The same of one address.
    pub connections_per_address: usize,
    /// Bytes, the request line included.
    pub header_max: usize,
    /// Bytes.
    pub url_max: usize,
    pub header_timeout: Duration,
    pub keep_alive: Duration,
    /// Silence of a body's sender.
    pub body_timeout: Duration,
    /// Bytes a second.
    pub body_pace: u64,
    /// Bytes of one user's JSON bodies in memory.
    pub bodies_per_user: usize,
    /// Bytes of all JSON bodies in memory.
    pub bodies_total: usize,
}

/// Where the server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// `host:port`; IPv6 addresses in brackets. Port 0 takes any free port.
    Tcp(String),
    Unix(PathBuf),
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Storage {
    pub data_dir: PathBuf,
    /// The file of the SQLite database.
    pub database: PathBuf,
    /// The directory of uploads.
    pub blobs: PathBuf,
    pub master_key_file: PathBuf,
}

#[derive(Clone, Debug)]
pub struct Auth {
    /// Fit to stand in quotes in a header.
    pub realm: String,
    pub session_lifetime: Duration,
    /// Failures per login and address in five minutes.
    pub login_attempts: u32,
    /// Failures per address.
    pub login_attempts_per_address: u32,
    /// Failures per login.
    pub login_attempts_per_login: u32,
    /// Never 0.
    pub passwords_at_once: usize,
    /// Logins that wait for their check.
    pub passwords_waiting: usize,
}

/// Signing in with the password of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Whose passwords count; signs in as [`crate::net::server::Auth::Session`].
    pub imap: MailServer,
    /// Of everybody who may sign in so, in ASCII and lower case.
    pub domain: String,
    /// Where their mail goes out; `None`: they get no identity.
    pub smtp: Option<MailServer>,
    /// Name of the account that is made for them.
    pub account: String,
}

#[derive(Clone, Debug)]
pub struct Presence {
    /// Between WebSocket pings; silent for two: dropped.
    pub heartbeat: Duration,
    /// Between the page's own signs of life; two missed: dormant.
    pub pulse: Duration,
    /// Silence before the next session is offered as well.
    pub offer_stagger: Duration,
    pub compose_deadline: Duration,
    pub resume_grace: Duration,
    /// Cap for `Prefer: wait`.
    pub wait_max: Duration,
    /// How long a compose waits for somebody who is called by Web Push; zero: nobody is called.
    pub push_wait: Duration,
    pub compose_keep: Duration,
    /// Per credential and addressed user; 0: no limit.
    pub composes_per_minute: u32,
    /// Requests of one user that wait for a page.
    pub waiting_per_user: usize,
    /// Requests that wait for a page.
    pub waiting_total: usize,
    /// Bytes of one user's payloads.
    pub payloads_per_user: usize,
    /// Bytes of all payloads.
    pub payloads_total: usize,
    pub sessions_per_user: usize,
    /// In all.
    pub sessions_max: usize,
    /// Frames that wait for one session at most; at least 4.
    pub queue: usize,
    /// Bytes; from clients.
    pub frame_max: usize,
    /// From one client; 0: no limit.
    pub frames_per_second: u32,
    /// Bytes; larger payloads are fetched by the page.
    pub push_inline_max: usize,
    pub visibility: Visibility,
}

/// Whom a user who is no administrator sees online.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// `self`: nobody else.
    Own,
    Everyone,
}

#[derive(Clone, Debug)]
pub struct Files {
    /// Bytes of all files of one user.
    pub user_quota: u64,
    /// Files and folders of one user.
    pub entries_per_user: u32,
}

#[derive(Clone, Debug)]
pub struct Shares {
    /// Since the last access, where no end date is given.
    pub keep: Duration,
    /// Bytes of all copies of one user.
    pub user_quota: u64,
    /// Bytes of a mail's attachments together; 0: no limit.
    pub link_above: u64,
}

#[derive(Clone, Debug)]
pub struct Attachments {
    /// Bytes of one upload.
    pub max_size: u64,
    /// Bytes of all uploads of one user.
    pub user_quota: u64,
    /// Since the last use.
    pub expire_after: Duration,
    /// 302 or 201.
    pub upload_status: u16,
}

#[derive(Clone, Debug)]
pub struct Mail {
    /// Bytes of one message as it goes over the wire.
    pub message_max: u64,
    pub smtp_timeout: Duration,
    /// Per account.
    pub smtp_connections: usize,
    /// For the sender's copy.
    pub copy_timeout: Duration,
    /// Certificates that are trusted beside the machine's own.
    pub ca_file: Option<PathBuf>,
    /// Whether sent mail and its copies are flushed to the disk.
    pub durable: bool,
    /// Whether users may name servers at private addresses.
    pub private_hosts: bool,
}

#[derive(Clone, Debug)]
pub struct Log {
    pub format: LogFormat,
    /// Directives that `tracing_subscriber::EnvFilter` can read.
    pub level: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// A configuration and how it came about.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub config: Config,
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
    /// One for every key, in the order of the table.
    pub settings: Vec<Setting>,
}

impl Config {
    /// Reads and checks all sources.
    pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
        let settings = sources.settings()?;
        let config = Self::read(&settings)?;
        Ok(Loaded {
            config,
            file: settings.file,
            settings: settings.list,
        })
    }

    /// The defaults, with everything local below `dir`. No variable and no file is read.
    #[must_use]
    pub fn for_data_dir(dir: &Path) -> Self {
        let mut config = match Self::read(&Settings::defaults()) {
            Ok(config) => config,
            // A test reads them all.
            Err(error) => unreachable!("a default is wrong: {error}"),
        };
        let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
        config.storage = Storage::below(&dir);
        config
    }
}
