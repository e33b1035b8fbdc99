//! The configuration as text for `quillgate config`: a default file, the variables, what is in force.

use std::fmt::Write as _;

use toml::Value;

use super::keys::{CONFIG_VARIABLE, KEYS, Key, Kind};
use super::settings::Setting;
use super::{Listen, Loaded};

/// A file in which every key is explained and set to its default.
#[must_use]
pub fn default_file() -> String {
    let mut file =
        "# Configuration of quillgate. Every key stands here with its default.\n".to_owned();
    file += "# Order: flag, environment (QUILLGATE_<SECTION>_<KEY>), this file, default.\n";
    file += "# Sizes: B, KiB, MiB, GiB, TiB. Times: ms, s, m, h, d.\n";
    by_section(&mut file, |file, key| {
        comment(file, key.doc);
        writeln!(file, "{} = {}", key.name, key.default)
    });
    file
}

/// Every environment variable with its default, as a file for `env` or a container.
#[must_use]
pub fn environment_file() -> String {
    let mut file = String::new();
    comment(
        &mut file,
        "The configuration file. Empty: quillgate.toml in the current directory, if there is one.",
    );
    file += &format!("{CONFIG_VARIABLE}=\n");
    for key in KEYS {
        file.push('\n');
        comment(&mut file, key.doc);
        let default = match (key.kind, key.default_value()) {
            (Kind::Text | Kind::TextOrList, Value::String(bare)) => bare,
            (_, other) => other.to_string(),
        };
        file += &format!("{}={default}\n", key.variable());
    }
    file
}

impl Loaded {
    /// What is in force and where each value came from, as a configuration file.
    #[must_use]
    pub fn effective(&self) -> String {
        let mut file = String::new();
        let mut settings = self.settings.iter();
        by_section(&mut file, |file, key| match settings.next() {
            Some(setting) => {
                let line = format!("{} = {}", key.name, self.in_force(setting));
                // A line end in a path would end the comment.
                let origin = setting
                    .origin
                    .to_string()
                    .replace(char::is_control, "\u{fffd}");
                writeln!(file, "{line:<44} # {origin}")
            }
            None => Ok(()),
        });
        file.trim_start().to_owned()
    }

    /// Values that follow from others or from the machine are shown as they turned out.
    fn in_force(&self, setting: &Setting) -> Value {
        let storage = &self.config.storage;
        match setting.key.path().as_str() {
            "server.listen" => listening(&self.config.server.listen),
            "server.workers" => {
                i64::try_from(self.config.server.workers).map_or(setting.value.clone(), Value::from)
            }
            "storage.data_dir" => Value::from(storage.data_dir.display().to_string()),
            "storage.database" => Value::from(format!("sqlite:{}", storage.database.display())),
            "storage.blobs" => Value::from(format!("file:{}", storage.blobs.display())),
            "storage.master_key_file" => Value::from(storage.master_key_file.display().to_string()),
            _ => setting.value.clone(),
        }
    }
}

fn listening(listen: &[Listen]) -> Value {
    match listen {
        [one] => Value::from(one.to_string()),
        many => Value::from(many.iter().map(ToString::to_string).collect::<Vec<_>>()),
    }
}

/// Writes every key below the head of its section.
fn by_section(
    file: &mut String,
    mut write: impl FnMut(&mut String, &'static Key) -> std::fmt::Result,
) {
    let mut section = "";
    for key in KEYS {
        if key.section != section {
            section = key.section;
            *file += &format!("\n[{section}]\n");
        }
        // A string takes all that is written to it.
        let _ = write(file, key);
    }
}

fn comment(file: &mut String, text: &str) {
    for line in text.lines() {
        *file += &format!("# {line}\n");
    }
}
