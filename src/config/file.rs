//! The configuration file: TOML, and every key in it known.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Value;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::error::ConfigError;
use super::keys::{self, Key};

/// A key that the file sets.
pub(super) struct Entry {
    pub key: &'static Key,
    pub value: Value,
    /// Counted from 1.
    pub line: usize,
}

/// Reads a file; `None` when there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<Entry>>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Document { text: &text, path }.entries().map(Some),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(ConfigError::new(&format!(
            "cannot read {}: {cause}",
            path.display()
        ))),
    }
}

struct Document<'a> {
    text: &'a str,
    /// For messages.
    path: &'a Path,
}

impl Document<'_> {
    fn entries(&self) -> Result<Vec<Entry>, ConfigError> {
        let table = DeTable::parse(self.text).map_err(|error| self.unreadable(&error))?;
        let mut entries = Vec::new();
        self.walk(table.into_inner(), "", &mut entries)?;
        Ok(entries)
    }

    fn walk(
        &self,
        table: DeTable<'_>,
        section: &str,
        entries: &mut Vec<Entry>,
    ) -> Result<(), ConfigError> {
        for (name, value) in table {
            let span = name.span();
            let path = join(section, name.get_ref());
            if let Some(key) = keys::find(&path) {
                let value = Value::deserialize(ValueDeserializer::from(value))
                    .map_err(|error| self.unreadable(&error))?;
                entries.push(Entry {
                    key,
                    value,
                    line: self.line(&span),
                });
            } else if !keys::is_section(&path) {
                return Err(self.unknown(path, span, value.get_ref()));
            } else if let DeValue::Table(inner) = value.into_inner() {
                self.walk(inner, &path, entries)?;
            } else {
                return Err(self.wrong(
                    &span,
                    &format!("{path} is a section, write [{path}] and its keys below"),
                ));
            }
        }
        Ok(())
    }

    /// Of a whole unknown section its first key is named.
    fn unknown(
        &self,
        mut path: String,
        mut span: Range<usize>,
        mut value: &DeValue<'_>,
    ) -> ConfigError {
        while let DeValue::Table(table) = value
            && let Some((name, inner)) = table.iter().min_by_key(|(name, _)| name.span().start)
        {
            path = join(&path, name.get_ref());
            span = name.span();
            value = inner.get_ref();
        }
        let nearest = keys::nearest(&path).path();
        self.wrong(
            &span,
            &format!("unknown key {path}, the nearest known key is {nearest}"),
        )
    }

    fn unreadable(&self, error: &toml::de::Error) -> ConfigError {
        self.wrong(
            &error.span().unwrap_or(0..0),
            &format!("not TOML: {}", error.message()),
        )
    }

    fn wrong(&self, span: &Range<usize>, what: &str) -> ConfigError {
        ConfigError::new(&format!(
            "{}, line {}: {what}",
            self.path.display(),
            self.line(span)
        ))
    }

    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        1 + before.matches('\n').count()
    }
}

fn join(section: &str, name: &str) -> String {
    if section.is_empty() {
        name.to_owned()
    } else {
        format!("{section}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<(String, usize)>, String> {
        let document = Document {
            text,
            path: Path::new("q.toml"),
        };
        let entries = document.entries().map_err(|error| error.to_string())?;
        Ok(entries
            .iter()
            .map(|entry| (entry.key.path(), entry.line))
            .collect())
    }

    #[test]
    fn entries_know_their_key_and_line() {
        let text = "# here\nserver.tls.cert = \"x\"\n[presence]\n\nqueue = 9\n";
        let expected = vec![
            ("presence.queue".to_owned(), 5),
            ("server.tls.cert".to_owned(), 2),
        ];
        assert_eq!(parse(text), Ok(expected));
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_the_nearest() {
        for (text, message) in [
            (
                "[presence]\nhartbeat = \"1s\"",
                "q.toml, line 2: unknown key presence.hartbeat, the nearest known key is presence.heartbeat",
            ),
            (
                "listen = \"x\"",
                "q.toml, line 1: unknown key listen, the nearest known key is server.listen",
            ),
            (
                "[persence]\n\nqueue = 3\n",
                "q.toml, line 3: unknown key persence.queue, the nearest known key is presence.queue",
            ),
            (
                "[attachment.sub]\nmax_size = 3",
                "q.toml, line 2: unknown key attachment.sub.max_size, the nearest known key is attachments.max_size",
            ),
        ] {
            assert_eq!(parse(text), Err(message.to_owned()));
        }
    }

    #[test]
    fn what_is_not_toml_is_told_in_one_line() {
        for text in [
            "[server\nlisten = 3",
            "server = [1,",
            "a = 1\na = 2",
            "[log]\nlevel = \"x",
        ] {
            let message = parse(text).expect_err(text);
            assert!(
                message.starts_with("q.toml, line ") && message.contains("not TOML: "),
                "{message}"
            );
            assert_eq!(message.lines().count(), 1, "{message}");
        }
    }

    #[test]
    fn a_section_must_be_a_table() {
        for text in ["server = 3", "[[server]]\nlisten = \"x\""] {
            let message = parse(text).expect_err(text);
            assert!(
                message.ends_with("server is a section, write [server] and its keys below"),
                "{message}"
            );
        }
    }
}
