//! The configuration as an operator meets it: a directory, a file, variables, flags.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::keys::{KEYS, Key, Kind};
use super::{Config, Listen, Loaded, LogFormat, Origin, Sources, Visibility, show};

struct Operator {
    directory: tempfile::TempDir,
    sources: Sources,
}

impl Operator {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let sources = Sources {
            directory: directory.path().to_owned(),
            ..Sources::default()
        };
        Self { directory, sources }
    }

    fn file(self, text: &str) -> Self {
        self.file_at("quillgate.toml", text)
    }

    fn file_at(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("a file");
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.sources
            .environment
            .push((OsString::from(name), OsString::from(value)));
        self
    }

    fn flag(mut self, flag: &'static str, key: &'static str, value: &str) -> Self {
        self.sources = self.sources.with_flag(flag, key, value.to_owned());
        self
    }

    fn named(mut self, path: &str) -> Self {
        self.sources.file = Some(PathBuf::from(path));
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn load(&self) -> Loaded {
        Config::load(&self.sources).unwrap_or_else(|error| panic!("{error}"))
    }

    fn refusal(&self) -> String {
        let error = Config::load(&self.sources)
            .err()
            .map(|error| error.to_string());
        let file = || std::fs::read_to_string(self.path("quillgate.toml"));
        let error = error.unwrap_or_else(|| panic!("not refused: {:?} {:?}", self.sources, file()));
        assert_eq!(error.lines().count(), 1, "{error}");
        error.replace(&self.directory.path().display().to_string(), "DIR")
    }
}

/// `section.name = value` in one line.
fn with(key: &str, value: &str) -> Operator {
    Operator::new().file(&format!("{key} = {value}"))
}

fn origin(loaded: &Loaded, path: &str) -> String {
    let setting = loaded
        .settings
        .iter()
        .find(|setting| setting.key.path() == path);
    setting
        .map(|setting| setting.origin.to_string())
        .expect(path)
}

#[test]
fn without_any_source_the_documented_defaults_are_in_force() {
    let operator = Operator::new();
    let loaded = operator.load();
    let Config {
        server,
        storage,
        auth,
        presence,
        attachments,
        files,
        shares,
        mail,
        sign_in,
        log,
    } = loaded.config;
    assert!(loaded.file.is_none() && sign_in.is_none());
    assert_eq!(server.listen, [Listen::Tcp("127.0.0.1:8080".to_owned())]);
    assert_eq!((server.public_url, server.share_url), (None, None));
    assert_eq!(server.base_path, "/egroupware/groupdav.php");
    assert!(
        server.allowed_origins.is_empty()
            && server.trusted_proxies.is_empty()
            && server.workers > 0
    );
    assert_eq!(server.timezone.iana_name(), Some("UTC"));
    assert_eq!(storage.data_dir, operator.path("data"));
    assert_eq!(storage.database, operator.path("data/quillgate.db"));
    assert_eq!(storage.blobs, operator.path("data/blobs"));
    assert_eq!(storage.master_key_file, operator.path("data/master.key"));
    assert_eq!(auth.realm, "EGroupware CalDAV/CardDAV/GroupDAV server");
    assert_eq!(auth.session_lifetime, Duration::from_secs(30 * 86_400));
    assert_eq!(auth.login_attempts, 10);
    assert_eq!(
        (
            auth.login_attempts_per_address,
            auth.login_attempts_per_login
        ),
        (100, 100)
    );
    assert_eq!((auth.passwords_at_once, auth.passwords_waiting), (2, 256));
    let http = server.http;
    assert_eq!(
        (http.connections_max, http.connections_per_address),
        (32_768, 16_384)
    );
    assert_eq!((http.header_max, http.url_max), (32 << 10, 8 << 10));
    assert_eq!(
        [http.header_timeout, http.keep_alive, http.body_timeout],
        [10, 75, 30].map(Duration::from_secs)
    );
    assert_eq!(
        (http.body_pace, http.bodies_per_user, http.bodies_total),
        (1 << 10, 128 << 20, 1 << 30)
    );
    assert_eq!(presence.heartbeat, Duration::from_secs(30));
    assert_eq!(presence.pulse, Duration::from_secs(60));
    assert_eq!(presence.offer_stagger, Duration::from_secs(1));
    assert_eq!(presence.compose_deadline, Duration::from_secs(8));
    assert_eq!(presence.resume_grace, Duration::from_secs(10));
    assert_eq!(presence.wait_max, Duration::from_secs(50));
    assert_eq!(presence.push_wait, Duration::from_secs(25));
    assert_eq!(presence.compose_keep, Duration::from_secs(30 * 86_400));
    assert_eq!(
        (
            presence.composes_per_minute,
            presence.sessions_per_user,
            presence.queue
        ),
        (60, 32, 64)
    );
    assert_eq!(
        (presence.waiting_per_user, presence.waiting_total),
        (128, 10_000)
    );
    assert_eq!(
        (presence.payloads_per_user, presence.payloads_total),
        (64 << 20, 512 << 20)
    );
    assert_eq!(presence.sessions_max, 50_000);
    assert_eq!(
        (presence.frame_max, presence.push_inline_max),
        (64 << 10, 4 << 10)
    );
    assert_eq!(presence.frames_per_second, 100);
    assert_eq!(presence.visibility, Visibility::Own);
    assert_eq!(
        (attachments.max_size, attachments.user_quota),
        (1 << 30, 10 << 30)
    );
    assert_eq!(attachments.expire_after, Duration::from_secs(7 * 86_400));
    assert_eq!(attachments.upload_status, 302);
    assert_eq!(
        (files.user_quota, files.entries_per_user),
        (10 << 30, 100_000)
    );
    assert_eq!(shares.keep, Duration::from_secs(100 * 86_400));
    assert_eq!((shares.user_quota, shares.link_above), (10 << 30, 0));
    assert_eq!(
        (mail.message_max, mail.smtp_timeout),
        (50 << 20, Duration::from_secs(30))
    );
    assert_eq!((mail.smtp_connections, mail.private_hosts), (8, false));
    assert!(mail.durable);
    assert_eq!((log.format, log.level.as_str()), (LogFormat::Text, "info"));
}

#[test]
fn a_data_directory_alone_makes_a_configuration() {
    let config = Config::for_data_dir(Path::new("/srv/quill"));
    assert_eq!(config.storage.data_dir, Path::new("/srv/quill"));
    assert_eq!(
        config.storage.database,
        Path::new("/srv/quill/quillgate.db")
    );
    assert!(
        Config::for_data_dir(Path::new("here"))
            .storage
            .blobs
            .is_absolute()
    );
}

#[test]
fn the_default_file_the_variables_and_what_is_in_force_all_mean_the_same() {
    let plain = Operator::new();
    let default = plain.load();
    let same = |operator: &Operator, all_from: &dyn Fn(&Origin) -> bool| {
        let loaded = operator.load();
        assert!(
            loaded
                .settings
                .iter()
                .all(|setting| all_from(&setting.origin))
        );
        let text = format!("{:?}", loaded.config)
            .replace(&operator.directory.path().display().to_string(), "DIR");
        let expected = format!("{:?}", default.config)
            .replace(&plain.directory.path().display().to_string(), "DIR");
        assert_eq!(text, expected);
    };
    same(&Operator::new().file(&show::default_file()), &|origin| {
        matches!(origin, Origin::File(_))
    });

    let mut operator = Operator::new();
    let variables = show::environment_file();
    for line in variables
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (name, value) = line.split_once('=').expect(line);
        operator = operator.env(name, value);
    }
    same(&operator, &|origin| {
        matches!(origin, Origin::Environment(_))
    });

    let effective = default.effective();
    let operator = Operator::new().file(&effective);
    let again = operator.load();
    assert_eq!(
        format!("{:?}", again.config),
        format!("{:?}", default.config),
        "{effective}"
    );
}

#[test]
fn every_key_of_the_table_is_read() {
    for key in KEYS {
        // No key takes a date.
        let operator = with(&key.path(), "2026-11-22");
        let refusal = operator.refusal();
        assert!(
            refusal.starts_with(&format!(
                "{} = 2026-11-22 (file DIR/quillgate.toml, line 1): must be ",
                key.path()
            )),
            "{refusal}"
        );
    }
}

#[test]
fn every_variable_is_read() {
    for key in KEYS {
        let variable = key.variable();
        let refusal = Operator::new().env(&variable, "\n").refusal();
        assert!(
            refusal.starts_with(&key.path())
                && refusal.contains(&format!("(environment {variable}): ")),
            "{refusal}"
        );
    }
}

#[test]
fn every_key_shows_where_its_value_came_from() {
    let effective = with("log.level", "\"warn\"")
        .env("QUILLGATE_AUTH_REALM", "Post")
        .load()
        .effective();
    for Key { section, name, .. } in KEYS {
        assert!(
            effective.contains(&format!("[{section}]"))
                && effective.contains(&format!("\n{name} = ")),
            "{name}"
        );
    }
    let line = |start: &str| {
        effective
            .lines()
            .find(|line| line.starts_with(start))
            .expect(start)
            .to_owned()
    };
    assert!(
        line("level = \"warn\"").contains("# file /") && line("level").ends_with("/quillgate.toml")
    );
    assert!(line("realm = \"Post\"").ends_with("# environment QUILLGATE_AUTH_REALM"));
    assert!(line("queue = 64").ends_with("# default"));
}

#[test]
fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let file = Operator::new()
        .file("[server]\nlisten = \"localhost:1\"\nbase_path = \"/f\"\n[log]\nlevel = \"warn\"");
    let loaded = file
        .env("QUILLGATE_SERVER_LISTEN", "localhost:2")
        .env("QUILLGATE_SERVER_BASE_PATH", "/e")
        .flag("--listen", "server.listen", "localhost:3")
        .load();
    assert_eq!(
        loaded.config.server.listen,
        [Listen::Tcp("localhost:3".to_owned())]
    );
    assert_eq!(loaded.config.server.base_path, "/e");
    assert_eq!(loaded.config.log.level, "warn");
    assert_eq!(origin(&loaded, "server.listen"), "flag --listen");
    assert_eq!(
        origin(&loaded, "server.base_path"),
        "environment QUILLGATE_SERVER_BASE_PATH"
    );
    assert!(origin(&loaded, "log.level").starts_with("file /"));
    assert_eq!(origin(&loaded, "log.format"), "default");
}

#[test]
fn the_file_is_the_named_one_else_that_of_the_variable_else_the_one_at_hand() {
    let operator = || {
        Operator::new()
            .file("presence.queue = 10")
            .file_at("etc/a.toml", "presence.queue = 11")
            .file_at("etc/b.toml", "presence.queue = 12")
    };
    let queue = |operator: Operator| operator.load().config.presence.queue;
    assert_eq!(queue(operator()), 10);
    assert_eq!(queue(operator().env("QUILLGATE_CONFIG", "")), 10);
    assert_eq!(queue(operator().env("QUILLGATE_CONFIG", "etc/a.toml")), 11);
    assert_eq!(
        queue(
            operator()
                .env("QUILLGATE_CONFIG", "etc/a.toml")
                .named("etc/b.toml")
        ),
        12
    );
    let missing = operator().named("etc/c.toml").refusal();
    assert!(
        missing.starts_with("there is no configuration file DIR/etc/c.toml (--config): "),
        "{missing}"
    );
    let missing = operator().env("QUILLGATE_CONFIG", "d.toml").refusal();
    assert!(
        missing.starts_with("there is no configuration file DIR/d.toml (QUILLGATE_CONFIG): "),
        "{missing}"
    );
    let directory = operator().named("etc").refusal();
    assert!(
        directory.starts_with("cannot read DIR/etc: "),
        "{directory}"
    );
}

#[test]
fn relative_paths_count_from_the_file_those_of_flags_from_the_current_directory() {
    let text = "storage.data_dir = \"d\"\nserver.listen = \"unix:run/q.sock\"\nstorage.blobs = \"file:../b\"";
    let operator = Operator::new()
        .file_at("etc/q.toml", text)
        .named("etc/q.toml");
    let loaded = operator.env("QUILLGATE_STORAGE_DATABASE", "sqlite:x.db");
    let config = loaded.load().config;
    assert_eq!(config.storage.data_dir, loaded.path("etc/d"));
    assert_eq!(
        config.storage.master_key_file,
        loaded.path("etc/d/master.key")
    );
    assert_eq!(config.storage.blobs, loaded.path("etc/../b"));
    assert_eq!(config.storage.database, loaded.path("etc/x.db"));
    assert_eq!(
        config.server.listen,
        [Listen::Unix(loaded.path("etc/run/q.sock"))]
    );
    let flagged = loaded.flag("--data", "storage.data_dir", "here");
    assert_eq!(flagged.load().config.storage.data_dir, flagged.path("here"));
}

#[test]
fn variables_hold_bare_text_or_toml() {
    let server = Operator::new()
        .env(
            "QUILLGATE_SERVER_LISTEN",
            "[\"127.0.0.1:1\", 'unix:/run/q']",
        )
        .env(
            "QUILLGATE_SERVER_ALLOWED_ORIGINS",
            "[\"https://a.example\"]",
        )
        .env("QUILLGATE_SERVER_WORKERS", "3")
        .env("QUILLGATE_MAIL_PRIVATE_HOSTS", "true")
        .env("QUILLGATE_MAIL_MESSAGE_MAX", "1048576")
        .env("QUILLGATE_ATTACHMENTS_MAX_SIZE", "25 MiB")
        .load()
        .config;
    assert_eq!(server.server.listen.len(), 2);
    assert_eq!(
        (server.server.workers, server.mail.private_hosts),
        (3, true)
    );
    assert_eq!(
        (server.mail.message_max, server.attachments.max_size),
        (1 << 20, 25 << 20)
    );
    let six = Operator::new()
        .env("QUILLGATE_SERVER_LISTEN", "[::1]:8080")
        .load();
    assert_eq!(
        six.config.server.listen,
        [Listen::Tcp("[::1]:8080".to_owned())]
    );
    for key in KEYS
        .iter()
        .filter(|key| !matches!(key.kind, Kind::Text | Kind::TextOrList))
    {
        let refusal = Operator::new().env(&key.variable(), "some").refusal();
        assert!(refusal.starts_with(&format!(
            "{} = \"some\" (environment {}): must be ",
            key.path(),
            key.variable()
        )));
    }
}

#[test]
fn an_unknown_variable_is_refused_and_what_is_no_key_is_not() {
    assert_eq!(
        Operator::new().env("QUILLGATE_SERVER_LISTN", "x").refusal(),
        "unknown environment variable QUILLGATE_SERVER_LISTN, the nearest known one is QUILLGATE_SERVER_LISTEN"
    );
    assert_eq!(
        Operator::new()
            .env("QUILLGATE_server_listen", "x")
            .refusal(),
        "unknown environment variable QUILLGATE_server_listen, the nearest known one is QUILLGATE_SERVER_LISTEN"
    );
    assert_eq!(
        Operator::new()
            .env("QUILLGATE_SERVRE_LISTEN", "x")
            .refusal(),
        "unknown environment variable QUILLGATE_SERVRE_LISTEN, the nearest known one is QUILLGATE_SERVER_LISTEN"
    );
    let others = Operator::new()
        .env("QUILLGATE_SERVICE_HOST", "10.0.0.1")
        .env("QUILLGATE_PORT_8080_TCP", "tcp://10.0.0.1:8080")
        .env("QUILLGATE_TEST_SMTP", "x")
        .env("QUILLGATE_SIMULATIONS", "9")
        .env("QUILLGATES", "");
    assert_eq!(others.load().config.presence.queue, 64);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf8_is_refused() {
    use std::os::unix::ffi::OsStringExt as _;
    let mut operator = Operator::new();
    let value = OsString::from_vec(vec![0xff]);
    operator
        .sources
        .environment
        .push((OsString::from("QUILLGATE_AUTH_REALM"), value));
    assert_eq!(
        operator.refusal(),
        "the value of the environment variable QUILLGATE_AUTH_REALM is not UTF-8"
    );
}

#[test]
fn an_unknown_key_of_the_file_names_file_line_and_the_nearest() {
    assert_eq!(
        Operator::new()
            .file("[presence]\n\nhartbeat = \"30s\"\n")
            .refusal(),
        "DIR/quillgate.toml, line 3: unknown key presence.hartbeat, the nearest known key is presence.heartbeat"
    );
}

#[rustfmt::skip]
#[test]
fn good_values_are_taken() {
    for (key, value) in [
        ("server.listen", "[\"0.0.0.0:0\", \"[::]:8080\", \"my-host.example:65535\", \"unix:/run/q.sock\"]"),
        ("server.public_url", "\"https://mail.example.org/gate\""),
        ("server.public_url", "\"http://[::1]:8080\""),
        ("server.base_path", "\"\""),
        ("server.base_path", "\"/api\""),
        ("server.trusted_proxies", "[\"10.0.0.0/8\", \"::1\"]"),
        ("server.timezone", "\"Europe/Berlin\""),
        ("storage.database", "\"sqlite:///var/lib/q.db\""),
        ("storage.blobs", "\"file:///var/lib/blobs\""),
        ("presence.composes_per_minute", "0"),
        ("presence.offer_stagger", "\"0s\""),
        ("presence.wait_max", "\"0s\""),
        ("presence.push_wait", "\"0s\""),
        ("presence.push_inline_max", "0"),
        ("presence.queue", "4"),
        ("presence.visibility", "\"everyone\""),
        ("attachments.upload_status", "201"),
        ("attachments.max_size", "1"),
        ("log.level", "\"warn,quillgate::presence=debug,[request]=trace\""),
        ("log.format", "\"json\""),
    ] {
        with(key, value).load();
    }
}

#[test]
fn origins_are_kept_as_browsers_write_them() {
    let config = with(
        "server.allowed_origins",
        "[\"HTTPS://A.Example:443/\", \"http://b.example:8080\"]",
    )
    .load()
    .config;
    assert_eq!(
        config.server.allowed_origins,
        ["https://a.example", "http://b.example:8080"]
    );
}

#[rustfmt::skip]
#[test]
fn bad_values_are_refused_with_key_value_place_and_advice() {
    for (key, value, advice) in [
        ("server.listen", "\"8080\"", "\"8080\" must be \"host:port\""),
        ("server.listen", "\":8080\"", "must be \"host:port\""),
        ("server.listen", "\"::1:8080\"", "must be \"host:port\""),
        ("server.listen", "\"*:8080\"", "must be \"host:port\""),
        ("server.listen", "\"localhost:65536\"", "must be \"host:port\""),
        ("server.listen", "\"unix:\"", "must be \"host:port\""),
        ("server.listen", "[]", "must name at least one address"),
        ("server.listen", "[1]", "must be a list of texts"),
        ("server.public_url", "\"ftp://example.org\"", "must be an http or https URL"),
        ("server.public_url", "\"https://example.org/?a=b\"", "must not have a query"),
        ("server.share_url", "\"https://example.org/#a\"", "must not have a query"),
        ("server.base_path", "\"api\"", "must begin with \"/\""),
        ("server.base_path", "\"/api/\"", "must begin with \"/\""),
        ("server.base_path", "\"/\"", "must begin with \"/\""),
        ("server.base_path", "\"//api\"", "must begin with \"/\""),
        ("server.base_path", "\"/a/../b\"", "must begin with \"/\""),
        ("server.base_path", "\"/{id}\"", "must begin with \"/\""),
        ("server.base_path", "\"/a?b\"", "must begin with \"/\""),
        ("server.trusted_proxies", "[\"10.0.0.0/33\"]", "must be an address such as"),
        ("server.trusted_proxies", "\"10.0.0.0/8\"", "must be a list of texts"),
        ("server.workers", "-1", "must be from 0 to 1024"),
        ("server.timezone", "\"Europe/Berln\"", "no such time zone, the nearest is \"Europe/Berlin\""),
        ("storage.data_dir", "\"\"", "must be a path"),
        ("auth.realm", "\"a \\\"b\\\"\"", "must be plain ASCII text"),
        ("auth.realm", "\"\"", "must be plain ASCII text"),
        ("auth.session_lifetime", "\"0s\"", "must be at least 1s"),
        ("auth.login_attempts", "0", "must be from 1 to 1000000"),
        ("auth.passwords_at_once", "0", "must be from 1 to 1024"),
        ("server.connections_max", "0", "must be from 1 to 1000000"),
        ("server.connections_per_address", "0", "must be from 1 to 1000000"),
        ("server.header_max", "\"129 KiB\"", "must be at most 128 KiB"),
        ("server.url_max", "\"255 B\"", "must be at least 256 B"),
        ("server.header_timeout", "\"0s\"", "must be at least 1ms"),
        ("server.body_pace", "0", "must be at least 1 B"),
        ("presence.waiting_per_user", "0", "must be from 1 to 1000000"),
        ("presence.payloads_total", "\"1 B\"", "must be at least 1 KiB"),
        ("presence.sessions_max", "0", "must be from 1 to 1000000"),
        ("presence.heartbeat", "\"0s\"", "must be at least 1ms"),
        ("presence.heartbeat", "30", "must be a whole number of ms, s, m, h or d"),
        ("presence.heartbeat", "\"30\"", "must be a whole number of ms, s, m, h or d"),
        ("presence.compose_keep", "\"99999d\"", "must be at most 36500d"),
        ("presence.queue", "3", "must be from 4 to 65536"),
        ("presence.queue", "\"64\"", "must be a whole number"),
        ("presence.frame_max", "\"64 KB\"", "must be a whole number of B, KiB"),
        ("presence.frame_max", "\"1 B\"", "must be at least 1 KiB"),
        ("presence.frame_max", "\"1 GiB\"", "must be at most 16 MiB"),
        ("presence.visibility", "\"all\"", "must be \"self\" or \"everyone\""),
        ("attachments.max_size", "0", "must be at least 1 B"),
        ("attachments.max_size", "-5", "must be a whole number of B, KiB"),
        ("attachments.max_size", "\"99999999 TiB\"", "is too large"),
        ("attachments.upload_status", "200", "must be 302 or 201"),
        ("mail.smtp_connections", "0", "must be from 1 to 1000"),
        ("mail.private_hosts", "1", "must be true or false"),
        ("mail.durable", "\"no\"", "must be true or false"),
        ("log.format", "\"xml\"", "must be \"text\" or \"json\""),
        ("log.level", "\"inf\"", "must be off, error, warn"),
        ("log.level", "\"quillgate=loud\"", "must be off, error, warn"),
        ("log.level", "\"\"", "must be off, error, warn"),
    ] {
        let refusal = with(key, value).refusal();
        let start = format!("{key} = ");
        let (what, told) = refusal
            .split_once(" (file DIR/quillgate.toml, line 1): ")
            .unwrap_or_else(|| panic!("{refusal}"));
        assert!(
            what.starts_with(&start) && told.contains(advice),
            "{key} = {value}: {refusal}"
        );
    }
}

#[rustfmt::skip]
#[test]
fn what_may_hold_a_password_is_not_repeated() {
    for (key, value, advice) in [
        ("server.public_url", "https://a:hunter2@example.org", "must not hold a user name or a password"),
        ("server.public_url", "a:hunter2@example.org", "must be an http or https URL"),
        ("server.public_url", "//a:hunter2@example.org", "must be an http or https URL"),
        ("storage.database", "postgres://a:hunter2@db/q", "PostgreSQL is not available yet"),
        ("storage.database", "postgresql://a:hunter2@db/q", "PostgreSQL is not available yet"),
        ("storage.database", "mysql://a:hunter2@db/q", "must be \"sqlite:PATH\""),
        ("storage.database", "sqlite://hunter2", "must be \"sqlite:PATH\""),
        ("storage.database", "sqlite::memory:", "must be \"sqlite:PATH\""),
        ("storage.database", "sqlite:a.db?hunter2", "must be \"sqlite:PATH\""),
        ("storage.blobs", "s3://bucket/prefix?secret=hunter2", "S3 storage is not available yet"),
        ("storage.blobs", "/var/lib/hunter2", "must be \"file:DIRECTORY\""),
        ("server.allowed_origins", "https://a:hunter2@example.org", "must hold origins"),
    ] {
        let value = if key.ends_with("origins") {
            format!("[{value:?}]")
        } else {
            format!("{value:?}")
        };
        let refusal = with(key, &value).refusal();
        assert!(
            refusal.starts_with(key) && refusal.contains(advice),
            "{refusal}"
        );
        assert!(!refusal.contains("hunter2"), "{refusal}");
    }
}

#[test]
fn tls_keys_are_known_and_not_available_yet() {
    for key in ["cert", "key"] {
        let refusal = Operator::new()
            .file(&format!("[server.tls]\n{key} = \"x.pem\""))
            .refusal();
        assert!(refusal.contains("TLS is not available yet"), "{refusal}");
    }
}

#[test]
fn only_origins_are_allowed_origins() {
    for value in [
        "*",
        "null",
        "example.org",
        "https://example.org/path",
        "wss://example.org",
        "https://example.org?q",
    ] {
        let refusal = with("server.allowed_origins", &format!("[{value:?}]")).refusal();
        assert!(refusal.contains("must hold origins"), "{refusal}");
    }
}
