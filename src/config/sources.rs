//! Where values come from: flags, environment, file, defaults, in this order.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::Value;

use super::error::ConfigError;
use super::file;
use super::keys::{self, CONFIG_VARIABLE, KEYS, Key, Kind, PREFIX};
use super::settings::{Setting, Settings};

/// The file that is taken from the current directory when none is named.
const DEFAULT_FILE: &str = "quillgate.toml";

/// A name that differs from a known one in so few letters is meant to be that one.
const MISSPELT: usize = 2;

/// All that decides the configuration, handed in from outside.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file named by `--config`.
    pub file: Option<PathBuf>,
    /// Flags that stand for a key.
    pub flags: Vec<Flag>,
    pub environment: Vec<(OsString, OsString)>,
    /// The current directory, absolute.
    pub directory: PathBuf,
}

/// A flag of the command line that stands for a key, such as `--listen` of `demo`.
#[derive(Clone, Debug)]
pub struct Flag {
    /// As it is typed: `--listen`.
    pub flag: &'static str,
    /// The path of its key: `server.listen`.
    pub key: &'static str,
    /// Written as in an environment variable.
    pub value: String,
}

/// Where a value was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag(&'static str),
    Environment(String),
    File(PathBuf),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag {flag}"),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

impl Sources {
    /// Those of this process.
    pub fn of_process(file: Option<PathBuf>) -> Result<Self, ConfigError> {
        let directory = std::env::current_dir().map_err(|cause| {
            ConfigError::new(&format!("cannot tell the current directory: {cause}"))
        })?;
        let environment = std::env::vars_os().collect();
        Ok(Self {
            file,
            flags: Vec::new(),
            environment,
            directory,
        })
    }

    /// Adds a flag that stands for a key.
    #[must_use]
    pub fn with_flag(mut self, flag: &'static str, key: &'static str, value: String) -> Self {
        self.flags.push(Flag { flag, key, value });
        self
    }

    /// One setting for every key.
    pub(super) fn settings(&self) -> Result<Settings, ConfigError> {
        let file = self.file_entries()?;
        let base = file
            .as_ref()
            .and_then(|(path, _)| path.parent())
            .unwrap_or(&self.directory)
            .to_owned();
        let path = file.as_ref().map(|(path, _)| path.clone());

        let mut chosen: HashMap<String, Setting> = HashMap::new();
        // Lowest first; each one replaces what stands there.
        let from_file = file.into_iter().flat_map(|(path, entries)| {
            entries.into_iter().map(move |entry| Setting {
                key: entry.key,
                value: entry.value,
                origin: Origin::File(path.clone()),
                line: Some(entry.line),
            })
        });
        for setting in from_file
            .chain(self.environment_settings()?)
            .chain(self.flag_settings()?)
        {
            chosen.insert(setting.key.path(), setting);
        }
        let settings = KEYS.iter().map(|key| {
            chosen
                .remove(&key.path())
                .unwrap_or_else(|| Setting::default_of(key))
        });
        Ok(Settings {
            list: settings.collect(),
            base,
            directory: self.directory.clone(),
            file: path,
        })
    }

    /// The file that counts, whether it is there or not.
    #[must_use]
    pub fn target(&self) -> PathBuf {
        let named = self.file.clone().or_else(|| self.config_variable());
        self.directory
            .join(named.as_deref().unwrap_or(Path::new(DEFAULT_FILE)))
    }

    fn file_entries(&self) -> Result<Option<(PathBuf, Vec<file::Entry>)>, ConfigError> {
        let named = match &self.file {
            Some(_) => Some("--config"),
            None => self.config_variable().map(|_| CONFIG_VARIABLE),
        };
        let path = self.target();
        match (file::read(&path)?, named) {
            (Some(entries), _) => Ok(Some((path, entries))),
            (None, None) => Ok(None),
            (None, Some(by)) => Err(ConfigError::new(&format!(
                "there is no configuration file {} ({by}): make one with `quillgate config --default`",
                path.display()
            ))),
        }
    }

    /// Set but empty is as good as not set, as scripts leave it.
    fn config_variable(&self) -> Option<PathBuf> {
        let (_, value) = self
            .environment
            .iter()
            .find(|(name, _)| name == CONFIG_VARIABLE)?;
        (!value.is_empty()).then(|| PathBuf::from(value))
    }

    fn environment_settings(&self) -> Result<Vec<Setting>, ConfigError> {
        let mut settings = Vec::new();
        for (name, value) in &self.environment {
            let name = name.to_string_lossy();
            if name == CONFIG_VARIABLE || !sets_a_key(&name) {
                continue;
            }
            let Some(key) = KEYS.iter().find(|key| key.variable() == name) else {
                return Err(unknown_variable(&name));
            };
            let Some(value) = value.to_str() else {
                return Err(ConfigError::new(&format!(
                    "the value of the environment variable {name} is not UTF-8"
                )));
            };
            settings.push(Setting::from_text(
                key,
                value,
                Origin::Environment(name.into_owned()),
            )?);
        }
        Ok(settings)
    }

    fn flag_settings(&self) -> Result<Vec<Setting>, ConfigError> {
        let of_flag = |flag: &Flag| {
            let key = keys::find(flag.key)
                .unwrap_or_else(|| panic!("{} names no key: {}", flag.flag, flag.key));
            Setting::from_text(key, &flag.value, Origin::Flag(flag.flag))
        };
        self.flags.iter().map(of_flag).collect()
    }
}

/// Whether a variable is meant to set a key: it names a section, or nearly a key. Others that begin like ours are
/// somebody else's: Kubernetes makes such for a service named "quillgate", and tests read some.
fn sets_a_key(name: &str) -> bool {
    if !name.starts_with(PREFIX) {
        return false;
    }
    let name = name.to_uppercase();
    KEYS.iter().any(|key| {
        let section = key.section.replace('.', "_").to_uppercase();
        let named = name[PREFIX.len()..].strip_prefix(&section);
        named.is_some_and(|rest| rest.starts_with('_'))
            || strsim::osa_distance(&name, &key.variable()) <= MISSPELT
    })
}

fn unknown_variable(name: &str) -> ConfigError {
    let nearest = keys::nearest(name.trim_start_matches(PREFIX)).variable();
    ConfigError::new(&format!(
        "unknown environment variable {name}, the nearest known one is {nearest}"
    ))
}

impl Setting {
    /// A value outside a file: bare where the key takes text, else TOML.
    fn from_text(key: &'static Key, text: &str, origin: Origin) -> Result<Self, ConfigError> {
        let as_toml = |kind| match keys::toml_value(text) {
            Some(value) if of_kind(&value, kind) => Some(value),
            _ => None,
        };
        let bare = Value::String(text.to_owned());
        let (value, expected) = match key.kind {
            Kind::Text => (Some(bare.clone()), ""),
            // "[::1]:8080" begins like a list and is none.
            Kind::TextOrList => (
                Some(as_toml(Kind::List).unwrap_or_else(|| bare.clone())),
                "",
            ),
            Kind::List => (as_toml(Kind::List), "a list, for example [\"a\", \"b\"]"),
            Kind::Integer => (as_toml(Kind::Integer), "a whole number"),
            Kind::Boolean => (as_toml(Kind::Boolean), "true or false"),
        };
        match value {
            Some(value) => Ok(Self {
                key,
                value,
                origin,
                line: None,
            }),
            None => Err(Self {
                key,
                value: bare,
                origin,
                line: None,
            }
            .wrong(format_args!("must be {expected}"))),
        }
    }
}

fn of_kind(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Text => value.is_str(),
        Kind::List => value.is_array(),
        Kind::TextOrList => value.is_str() || value.is_array(),
        Kind::Integer => value.is_integer(),
        Kind::Boolean => value.is_bool(),
    }
}
