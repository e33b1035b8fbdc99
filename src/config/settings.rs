//! The chosen value of every key, and how a section reads it as a type of its own.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use toml::Value;

use super::error::ConfigError;
use super::keys::{KEYS, Key};
use super::sources::Origin;
use super::units;

/// The value of one key and where it was set.
#[derive(Clone, Debug)]
pub struct Setting {
    pub key: &'static Key,
    pub value: Value,
    pub origin: Origin,
    /// Of the file.
    pub(super) line: Option<usize>,
}

/// One setting for every key, in the order of the table.
pub(super) struct Settings {
    pub list: Vec<Setting>,
    /// From which relative paths count.
    pub base: PathBuf,
    /// From which relative paths of flags count, as the shell completes them.
    pub directory: PathBuf,
    pub file: Option<PathBuf>,
}

impl Settings {
    /// The defaults; paths stay relative.
    pub fn defaults() -> Self {
        let list = KEYS.iter().map(Setting::default_of).collect();
        Self {
            list,
            base: PathBuf::new(),
            directory: PathBuf::new(),
            file: None,
        }
    }

    /// The setting of a key of the table.
    pub fn get(&self, path: &str) -> &Setting {
        let found = self.list.iter().find(|setting| setting.key.path() == path);
        found.unwrap_or_else(|| panic!("{path} is not in the table of keys"))
    }

    /// A path that a setting holds, absolute.
    pub fn resolve(&self, setting: &Setting, path: &str) -> PathBuf {
        let base: &Path = match setting.origin {
            Origin::Flag(_) => &self.directory,
            _ => &self.base,
        };
        base.join(path)
    }
}

impl Setting {
    pub(super) fn default_of(key: &'static Key) -> Self {
        Self {
            key,
            value: key.default_value(),
            origin: Origin::Default,
            line: None,
        }
    }

    /// An error that names key, value and origin.
    pub(super) fn wrong(&self, what: impl fmt::Display) -> ConfigError {
        let value = match &self.value {
            Value::String(text) => format!("{text:?}"),
            other => other.to_string(),
        };
        ConfigError::new(&format!(
            "{} = {value} ({}): {what}",
            self.key.path(),
            self.place()
        ))
    }

    /// The same without the value, where it may hold a password.
    pub(super) fn wrong_unseen(&self, what: impl fmt::Display) -> ConfigError {
        ConfigError::new(&format!("{} ({}): {what}", self.key.path(), self.place()))
    }

    fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}, line {line}", self.origin),
            None => self.origin.to_string(),
        }
    }

    pub(super) fn text(&self) -> Result<&str, ConfigError> {
        self.value
            .as_str()
            .ok_or_else(|| self.wrong("must be a text in quotes"))
    }

    /// `None` when empty.
    pub(super) fn optional_text(&self) -> Result<Option<&str>, ConfigError> {
        self.text().map(|text| (!text.is_empty()).then_some(text))
    }

    pub(super) fn texts(&self) -> Result<Vec<&str>, ConfigError> {
        let all: Option<Vec<&str>> = self
            .value
            .as_array()
            .and_then(|list| list.iter().map(Value::as_str).collect());
        all.ok_or_else(|| self.wrong("must be a list of texts, for example [\"a\", \"b\"]"))
    }

    pub(super) fn boolean(&self) -> Result<bool, ConfigError> {
        self.value
            .as_bool()
            .ok_or_else(|| self.wrong("must be true or false"))
    }

    pub(super) fn parse<T: FromStr<Err: fmt::Display>>(
        &self,
        text: &str,
    ) -> Result<T, ConfigError> {
        text.parse().map_err(|error: T::Err| self.wrong(error))
    }

    pub(super) fn one_of<T: Copy>(&self, choices: &[(&str, T)]) -> Result<T, ConfigError> {
        let text = self.text()?;
        let found = choices.iter().find(|(name, _)| *name == text);
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let names: Vec<_> = choices
                .iter()
                .map(|(name, _)| format!("{name:?}"))
                .collect();
            self.wrong(format_args!("must be {}", names.join(" or ")))
        })
    }

    pub(super) fn count<T>(&self, range: RangeInclusive<T>) -> Result<T, ConfigError>
    where
        T: TryFrom<i64> + PartialOrd + fmt::Display,
    {
        let number = self
            .value
            .as_integer()
            .ok_or_else(|| self.wrong("must be a whole number"))?;
        let number = T::try_from(number)
            .ok()
            .filter(|number| range.contains(number));
        number.ok_or_else(|| {
            self.wrong(format_args!(
                "must be from {} to {}",
                range.start(),
                range.end()
            ))
        })
    }

    /// A size in bytes.
    pub(super) fn size(&self, range: RangeInclusive<u64>) -> Result<u64, ConfigError> {
        let bytes = match &self.value {
            Value::String(text) => units::size(text).map_err(|error| self.wrong(error))?,
            Value::Integer(bytes) => {
                u64::try_from(*bytes).map_err(|_| self.wrong(units::UnitError::NotASize))?
            }
            _ => return Err(self.wrong(units::UnitError::NotASize)),
        };
        self.within(bytes, &range, |bytes| units::write_size(*bytes))
    }

    pub(super) fn time(&self, range: RangeInclusive<Duration>) -> Result<Duration, ConfigError> {
        let Value::String(text) = &self.value else {
            return Err(self.wrong(units::UnitError::NotATime));
        };
        let time = units::time(text).map_err(|error| self.wrong(error))?;
        self.within(time, &range, |time| units::write_time(*time))
    }

    fn within<T: PartialOrd>(
        &self,
        amount: T,
        range: &RangeInclusive<T>,
        write: impl Fn(&T) -> String,
    ) -> Result<T, ConfigError> {
        if amount < *range.start() {
            Err(self.wrong(format_args!("must be at least {}", write(range.start()))))
        } else if amount > *range.end() {
            Err(self.wrong(format_args!("must be at most {}", write(range.end()))))
        } else {
            Ok(amount)
        }
    }
}
