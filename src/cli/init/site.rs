//! The questions about the server itself: where it listens, how it is reached, where it keeps everything.

use std::path::{Path, PathBuf};

use super::dialogue::Dialogue;
use crate::cli::error::CliError;
use crate::config::{Config, Sources};

/// What was answered.
pub struct Site {
    pub listen: String,
    /// Empty: from `listen`.
    pub public_url: String,
    /// The proxy in front; empty: none.
    pub proxy: String,
    pub data_dir: String,
}

/// Asks; relative paths count from `base`, where the configuration is to lie.
pub fn ask(dialogue: &mut Dialogue, base: &Path) -> Result<Site, CliError> {
    let listen = dialogue.ask(
        "Listen at (host:port, or unix:/path)",
        "127.0.0.1:8080",
        |given| valid("server.listen", given),
    )?;
    let public_url = dialogue.ask(
        "Address that people open, such as https://gate.example.org (empty: where it listens)",
        "",
        |given| valid("server.public_url", given),
    )?;
    let proxy = match public_url.starts_with("https:") && !listen.starts_with("unix:") {
        true => dialogue.ask(
            "TLS is the proxy's in front of it: from which address does the proxy come",
            "127.0.0.1",
            |given| {
                valid("server.trusted_proxies", &list(given))?;
                Ok(given.to_owned())
            },
        )?,
        false => String::new(),
    };
    let data_dir = dialogue.ask("Directory for everything it keeps", "data", |given| {
        free(given, base)
    })?;
    Ok(Site {
        listen,
        public_url,
        proxy,
        data_dir,
    })
}

/// A list of one, as the configuration has it.
pub fn list(one: &str) -> String {
    toml::Value::Array(vec![one.into()]).to_string()
}

/// What the configuration would take for this key.
pub fn valid(key: &'static str, given: &str) -> Result<String, String> {
    let sources = Sources::default().with_flag("your answer", key, given.to_owned());
    Config::load(&sources).map_err(|cause| cause.to_string())?;
    Ok(given.to_owned())
}

/// A data directory in which nobody lives yet.
fn free(given: &str, base: &Path) -> Result<String, String> {
    valid("storage.data_dir", given)?;
    let database: PathBuf = base.join(given).join("quillgate.db");
    match database.exists() {
        true => Err(format!(
            "there is a database in {given} already: give another directory; to keep that one, leave this command and \
             use: quillgate user add, quillgate account add"
        )),
        false => Ok(given.to_owned()),
    }
}
