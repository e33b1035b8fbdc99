//! From settings to the types of each section; every limit of a value stands here.

use std::net::Ipv6Addr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use url::Url;

use super::error::ConfigError;
use super::settings::{Setting, Settings};
use super::{
    Attachments, Auth, Config, Files, Http, Listen, Log, LogFormat, Mail, Presence, Server, Shares,
    SignIn, Storage, Visibility,
};
use crate::net::server::{Auth as MailAuth, Protocol, Server as MailServer};

const YEARS: Duration = Duration::from_secs(36_500 * 86_400);
/// Nothing may be added to a clock that overflows it.
const ANY_TIME: RangeInclusive<Duration> = Duration::ZERO..=YEARS;
const SOME_TIME: RangeInclusive<Duration> = Duration::from_millis(1)..=YEARS;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
/// The largest integer that both database engines and JSON readers hold.
const ANY_SIZE: RangeInclusive<u64> = 1..=(1 << 53);

impl Config {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        Ok(Self {
            server: Server::read(settings)?,
            storage: Storage::read(settings)?,
            auth: Auth::read(settings)?,
            sign_in: SignIn::read(settings)?,
            presence: Presence::read(settings)?,
            attachments: Attachments::read(settings)?,
            files: Files::read(settings)?,
            shares: Shares::read(settings)?,
            mail: Mail::read(settings)?,
            log: Log::read(settings)?,
        })
    }
}

impl Server {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        for key in ["server.tls.cert", "server.tls.key"] {
            let setting = settings.get(key);
            if setting.optional_text()?.is_some() {
                let what = "TLS is not available yet, leave [server.tls] out and put a reverse proxy in front";
                return Err(setting.wrong(what));
            }
        }
        let origins = settings.get("server.allowed_origins");
        let proxies = settings.get("server.trusted_proxies");
        Ok(Self {
            listen: listen(settings)?,
            public_url: base_url(settings.get("server.public_url"))?,
            share_url: base_url(settings.get("server.share_url"))?,
            allowed_origins: origins
                .texts()?
                .into_iter()
                .map(|text| origin(origins, text))
                .collect::<Result<_, _>>()?,
            base_path: base_path(settings.get("server.base_path"))?,
            trusted_proxies: proxies
                .texts()?
                .into_iter()
                .map(|text| proxies.parse(text))
                .collect::<Result<_, _>>()?,
            workers: workers(settings.get("server.workers"))?,
            http: Http::read(settings)?,
            timezone: timezone(settings.get("server.timezone"))?,
        })
    }
}

impl Http {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |name: &str| settings.get(&format!("server.{name}"));
        Ok(Self {
            connections_max: get("connections_max").count(1..=1_000_000)?,
            connections_per_address: get("connections_per_address").count(1..=1_000_000)?,
            // Beyond the largest one the HTTP parser refuses by itself.
            header_max: bytes(get("header_max"), KIB..=128 * KIB)?,
            url_max: bytes(get("url_max"), 256..=64 * KIB)?,
            header_timeout: get("header_timeout").time(SOME_TIME)?,
            keep_alive: get("keep_alive").time(SOME_TIME)?,
            body_timeout: get("body_timeout").time(SOME_TIME)?,
            body_pace: get("body_pace").size(ANY_SIZE)?,
            bodies_per_user: bytes(get("bodies_per_user"), KIB..=*ANY_SIZE.end())?,
            bodies_total: bytes(get("bodies_total"), KIB..=*ANY_SIZE.end())?,
        })
    }
}

/// A size of something in memory.
fn bytes(setting: &Setting, range: RangeInclusive<u64>) -> Result<usize, ConfigError> {
    setting
        .size(range)
        .map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX))
}

fn listen(settings: &Settings) -> Result<Vec<Listen>, ConfigError> {
    let setting = settings.get("server.listen");
    let texts = match setting.value.as_str() {
        Some(text) => vec![text],
        None => setting.texts()?,
    };
    if texts.is_empty() {
        return Err(setting.wrong("must name at least one address"));
    }
    let one = |text: &str| {
        match text.strip_prefix("unix:") {
        Some(path) if is_path(path) => Ok(Listen::Unix(settings.resolve(setting, path))),
        None if is_host_and_port(text) => Ok(Listen::Tcp(text.to_owned())),
        _ => Err(setting.wrong(format_args!(
            "{text:?} must be \"host:port\" (all addresses: \"0.0.0.0:port\" or \"[::]:port\") or \"unix:/path\""
        ))),
    }
    };
    texts.into_iter().map(one).collect()
}

fn is_host_and_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else {
        return false;
    };
    let named = |host: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        !host.is_empty() && host.bytes().all(plain)
    };
    let bracketed = |host: &str| {
        let inner = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok())
    };
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    digits && port.parse::<u16>().is_ok() && (named(host) || bracketed(host))
}

/// An http or https URL, with a path at most.
fn base_url(setting: &Setting) -> Result<Option<Url>, ConfigError> {
    let Some(text) = setting.optional_text()? else {
        return Ok(None);
    };
    // What stands before "@" may be a password.
    let wrong = |what: &str| {
        if text.contains('@') {
            setting.wrong_unseen(what)
        } else {
            setting.wrong(what)
        }
    };
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    let url = Url::parse(text).ok().filter(is_web);
    let url = url.ok_or_else(|| {
        wrong("must be an http or https URL such as \"https://mail.example.org\"")
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(
            "must not have a query (\"?…\") or a fragment (\"#…\")",
        ));
    }
    Ok(Some(url))
}

/// `scheme://host[:port]` as browsers write it in `Origin`.
fn origin(setting: &Setting, text: &str) -> Result<String, ConfigError> {
    let url = Url::parse(text).ok().filter(|url| {
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        matches!(url.scheme(), "http" | "https") && url.has_host() && bare && anonymous
    });
    let what = "must hold origins: scheme, host and port if it is unusual, such as \"https://mail.example.org\"";
    let url = url.ok_or_else(|| setting.wrong_unseen(what))?;
    Ok(url.origin().ascii_serialization())
}

fn base_path(setting: &Setting) -> Result<String, ConfigError> {
    let text = setting.text()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte);
    let segment = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(plain);
    match text.strip_prefix('/') {
        None if text.is_empty() => Ok(String::new()),
        Some(rest) if rest.split('/').all(segment) => Ok(text.to_owned()),
        _ => Err(setting.wrong(
            "must begin with \"/\", not end with it and hold plain path segments, or be empty",
        )),
    }
}

fn workers(setting: &Setting) -> Result<usize, ConfigError> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    setting
        .count(0..=1024)
        .map(|workers| if workers == 0 { cores() } else { workers })
}

fn timezone(setting: &Setting) -> Result<TimeZone, ConfigError> {
    let text = setting.text()?;
    TimeZone::get(text).map_err(|_| {
        let distance =
            |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &text.to_lowercase());
        let nearest = jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .min_by_key(|name| distance(name));
        match nearest {
            Some(nearest) => setting.wrong(format_args!(
                "no such time zone, the nearest is {nearest:?}"
            )),
            None => setting
                .wrong("only \"UTC\" is known as this machine has no time zones, install tzdata"),
        }
    })
}

impl Storage {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let data_dir = settings.get("storage.data_dir");
        let mut storage = Self::below(&settings.resolve(data_dir, path(data_dir)?));
        if let Some(file) = database(settings)? {
            storage.database = file;
        }
        if let Some(directory) = blobs(settings)? {
            storage.blobs = directory;
        }
        if let Some(file) = optional_path(settings, "storage.master_key_file")? {
            storage.master_key_file = file;
        }
        Ok(storage)
    }

    pub(super) fn below(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            database: data_dir.join("quillgate.db"),
            blobs: data_dir.join("blobs"),
            master_key_file: data_dir.join("master.key"),
        }
    }
}

fn database(settings: &Settings) -> Result<Option<PathBuf>, ConfigError> {
    let setting = settings.get("storage.database");
    let Some(text) = setting.optional_text()? else {
        return Ok(None);
    };
    match text.split_once(':') {
        Some(("postgres" | "postgresql", _)) => Err(setting
            .wrong_unseen("PostgreSQL is not available yet, use \"sqlite:PATH\" or leave it out")),
        Some(("sqlite", rest))
            if local_path(rest)
                .is_some_and(|path| !path.contains(['?', '#']) && path != ":memory:") =>
        {
            Ok(local_path(rest).map(|path| settings.resolve(setting, path)))
        }
        _ => Err(setting.wrong_unseen(
            "must be \"sqlite:PATH\", with a path as in sqlite:/var/lib/quillgate/quillgate.db",
        )),
    }
}

fn blobs(settings: &Settings) -> Result<Option<PathBuf>, ConfigError> {
    let setting = settings.get("storage.blobs");
    let Some(text) = setting.optional_text()? else {
        return Ok(None);
    };
    match text.split_once(':') {
        Some(("s3", _)) => Err(setting.wrong_unseen(
            "S3 storage is not available yet, use \"file:DIRECTORY\" or leave it out",
        )),
        Some(("file", rest)) if local_path(rest).is_some() => {
            Ok(local_path(rest).map(|path| settings.resolve(setting, path)))
        }
        _ => {
            Err(setting
                .wrong_unseen("must be \"file:DIRECTORY\", as in file:/var/lib/quillgate/blobs"))
        }
    }
}

/// The path after the scheme: `relative`, `/absolute` or `///absolute`. What stands between two slashes and a third
/// would be a host.
fn local_path(rest: &str) -> Option<&str> {
    let path = match rest.strip_prefix("//") {
        Some(after) if after.starts_with('/') => after,
        Some(_) => return None,
        None => rest,
    };
    is_path(path).then_some(path)
}

fn optional_path(settings: &Settings, key: &str) -> Result<Option<PathBuf>, ConfigError> {
    let setting = settings.get(key);
    match setting.optional_text()? {
        Some(_) => Ok(Some(settings.resolve(setting, path(setting)?))),
        None => Ok(None),
    }
}

fn path(setting: &Setting) -> Result<&str, ConfigError> {
    let text = setting.text()?;
    if is_path(text) {
        Ok(text)
    } else {
        Err(setting.wrong("must be a path"))
    }
}

fn is_path(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control)
}

impl Auth {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        Ok(Self {
            realm: realm(settings.get("auth.realm"))?,
            session_lifetime: settings
                .get("auth.session_lifetime")
                .time(Duration::from_secs(1)..=YEARS)?,
            login_attempts: settings.get("auth.login_attempts").count(1..=1_000_000)?,
            login_attempts_per_address: settings
                .get("auth.login_attempts_per_address")
                .count(1..=1_000_000)?,
            login_attempts_per_login: settings
                .get("auth.login_attempts_per_login")
                .count(1..=1_000_000)?,
            passwords_at_once: settings.get("auth.passwords_at_once").count(1..=1_024)?,
            passwords_waiting: settings
                .get("auth.passwords_waiting")
                .count(0..=1_000_000)?,
        })
    }
}

impl SignIn {
    fn read(settings: &Settings) -> Result<Option<Self>, ConfigError> {
        let get = |name: &str| settings.get(&format!("sign_in.{name}"));
        let imap = server(get("imap"), Protocol::Imap)?;
        let smtp = server(get("smtp"), Protocol::Smtp)?;
        let domain = mail_domain(get("domain"))?;
        let account = get("account").text()?;
        if account.is_empty() || account.contains(char::is_control) {
            return Err(get("account").wrong("must be a name"));
        }
        match (imap, domain) {
            (None, None) if smtp.is_none() => Ok(None),
            (None, _) => Err(get("imap").wrong("is needed with the other keys of [sign_in]")),
            (Some(_), None) => Err(get("domain").wrong("is needed with sign_in.imap")),
            (Some(imap), Some(domain)) => Ok(Some(Self {
                imap,
                domain,
                smtp,
                account: account.to_owned(),
            })),
        }
    }
}

/// A mail server on which everybody signs in with their own password, or, for SMTP, nobody.
fn server(setting: &Setting, protocol: Protocol) -> Result<Option<MailServer>, ConfigError> {
    let Some(text) = setting.optional_text()? else {
        return Ok(None);
    };
    // What stands in a wrong URL may be a password.
    let with_auth = match (protocol, text.contains("auth=")) {
        (Protocol::Smtp, _) | (_, true) => text.to_owned(),
        (Protocol::Imap, false) => {
            let mark = if text.contains('?') { '&' } else { '?' };
            format!("{text}{mark}auth=session")
        }
    };
    let given = MailServer::parse(protocol, &with_auth)
        .map_err(|cause| setting.wrong_unseen(cause.to_string()))?;
    match (&given.server.auth, protocol) {
        (MailAuth::Session(_), _) | (MailAuth::None, Protocol::Smtp) => Ok(Some(given.server)),
        _ => Err(setting.wrong_unseen("everybody signs in as themselves there: auth=session")),
    }
}

fn mail_domain(setting: &Setting) -> Result<Option<String>, ConfigError> {
    let Some(text) = setting.optional_text()? else {
        return Ok(None);
    };
    let domain = idna::domain_to_ascii_strict(text);
    domain
        .map(Some)
        .map_err(|_| setting.wrong("must be a domain such as \"example.org\""))
}

/// It stands between quotes in a header.
fn realm(setting: &Setting) -> Result<String, ConfigError> {
    let text = setting.text()?;
    let plain =
        |byte: u8| (byte == b' ' || byte.is_ascii_graphic()) && byte != b'"' && byte != b'\\';
    if !text.is_empty() && text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(setting.wrong("must be plain ASCII text without quotes and backslashes"))
    }
}

impl Presence {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |name: &str| settings.get(&format!("presence.{name}"));
        let size = |name, range| bytes(get(name), range);
        Ok(Self {
            heartbeat: get("heartbeat").time(SOME_TIME)?,
            pulse: get("pulse").time(SOME_TIME)?,
            offer_stagger: get("offer_stagger").time(ANY_TIME)?,
            compose_deadline: get("compose_deadline").time(SOME_TIME)?,
            resume_grace: get("resume_grace").time(ANY_TIME)?,
            wait_max: get("wait_max").time(ANY_TIME)?,
            push_wait: get("push_wait").time(ANY_TIME)?,
            compose_keep: get("compose_keep").time(SOME_TIME)?,
            composes_per_minute: get("composes_per_minute").count(0..=1_000_000)?,
            waiting_per_user: get("waiting_per_user").count(1..=1_000_000)?,
            waiting_total: get("waiting_total").count(1..=1_000_000)?,
            payloads_per_user: size("payloads_per_user", KIB..=*ANY_SIZE.end())?,
            payloads_total: size("payloads_total", KIB..=*ANY_SIZE.end())?,
            sessions_per_user: get("sessions_per_user").count(1..=100_000)?,
            sessions_max: get("sessions_max").count(1..=1_000_000)?,
            queue: get("queue").count(4..=65_536)?,
            frame_max: size("frame_max", KIB..=16 * MIB)?,
            frames_per_second: get("frames_per_second").count(0..=1_000_000)?,
            push_inline_max: size("push_inline_max", 0..=16 * MIB)?,
            visibility: get("visibility").one_of(&[
                ("self", Visibility::Own),
                ("everyone", Visibility::Everyone),
            ])?,
        })
    }
}

impl Attachments {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let status = settings.get("attachments.upload_status");
        let upload_status = match status.value.as_integer() {
            Some(302) => 302,
            Some(201) => 201,
            _ => return Err(status.wrong("must be 302 or 201")),
        };
        Ok(Self {
            max_size: settings.get("attachments.max_size").size(ANY_SIZE)?,
            user_quota: settings.get("attachments.user_quota").size(ANY_SIZE)?,
            expire_after: settings.get("attachments.expire_after").time(SOME_TIME)?,
            upload_status,
        })
    }
}

impl Files {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        Ok(Self {
            user_quota: settings.get("files.user_quota").size(ANY_SIZE)?,
            entries_per_user: settings
                .get("files.entries_per_user")
                .count(1..=100_000_000)?,
        })
    }
}

impl Shares {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        Ok(Self {
            keep: settings.get("shares.keep").time(SOME_TIME)?,
            user_quota: settings.get("shares.user_quota").size(ANY_SIZE)?,
            link_above: settings
                .get("shares.link_above")
                .size(0..=*ANY_SIZE.end())?,
        })
    }
}

impl Mail {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        Ok(Self {
            message_max: settings
                .get("mail.message_max")
                .size(KIB..=*ANY_SIZE.end())?,
            smtp_timeout: settings.get("mail.smtp_timeout").time(SOME_TIME)?,
            smtp_connections: settings.get("mail.smtp_connections").count(1..=1_000)?,
            copy_timeout: settings.get("mail.copy_timeout").time(SOME_TIME)?,
            ca_file: optional_path(settings, "mail.ca_file")?,
            durable: settings.get("mail.durable").boolean()?,
            private_hosts: settings.get("mail.private_hosts").boolean()?,
        })
    }
}

impl Log {
    fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let format = settings.get("log.format");
        Ok(Self {
            format: format.one_of(&[("text", LogFormat::Text), ("json", LogFormat::Json)])?,
            level: level(settings.get("log.level"))?,
        })
    }
}

/// `EnvFilter` takes a bare word that is no level for a target and switches on all of its lines: `inf` for `info`.
fn level(setting: &Setting) -> Result<String, ConfigError> {
    let text = setting.text()?;
    let is_level = |word: &str| !word.is_empty() && word.parse::<LevelFilter>().is_ok();
    let sound = |directive: &str| directive.contains(['=', '[']) || is_level(directive);
    if text.split(',').all(sound) && EnvFilter::builder().parse(text).is_ok() {
        Ok(text.to_owned())
    } else {
        Err(setting.wrong("must be off, error, warn, info, debug or trace, or such as \"info,quillgate::auth=debug\""))
    }
}
