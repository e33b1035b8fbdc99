//! `quillgate demo`: a server with two users, ready to try, that needs no other server.

mod hints;
mod people;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::CliError;
use super::{output, serving};
use crate::config::{Config, Sources};
use crate::server::Options;
use crate::store::{Store, data_dir};
use crate::telemetry;

/// Everything that a configuration could place elsewhere stays in the demo's own directory.
const STORAGE: [&str; 3] = [
    "storage.database",
    "storage.blobs",
    "storage.master_key_file",
];

/// Try it: a server with the users ralf and anna, password demo, and an outbox to look at
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quillgate demo
  quillgate demo --listen 127.0.0.1:0          any free port
  quillgate demo --data ./playground           keeps everything for the next time")]
pub struct Demo {
    /// Listen here [default: server.listen of the configuration, 127.0.0.1:8080 without one]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Keep everything in this directory [default: a new one that is removed at the end]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Where a demo keeps everything.
enum Directory {
    Kept(PathBuf),
    /// Removed when this is dropped.
    ThrowAway(TempDir),
}

impl Directory {
    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::ThrowAway(directory) => directory.path(),
        }
    }
}

impl Demo {
    pub fn run(self, file: Option<PathBuf>) -> Result<(), CliError> {
        let sources = Sources::of_process(file)?;
        let directory = match self.data {
            Some(path) => Directory::Kept(path),
            None => Directory::ThrowAway(TempDir::with_prefix("quillgate-demo-")?),
        };
        let config = configuration(sources, self.listen, directory.path())?;
        telemetry::start(&config.log);
        let outbox = config.storage.data_dir.join("outbox");
        let options = Options {
            demo_outbox: Some(outbox.clone()),
        };
        let base_path = config.server.base_path.clone();
        let kept = match &directory {
            Directory::Kept(_) => Some(config.storage.data_dir.clone()),
            Directory::ThrowAway(_) => None,
        };
        serving::serve(
            config,
            options,
            async |config, runtime| {
                data_dir::prepare(&config.storage.data_dir)?;
                // Nobody moves in with a server that runs already; the demo's own takes the lock next.
                let _alone = data_dir::lock(&config.storage.data_dir)?;
                let store = Store::open(&config.storage.database, runtime).await?;
                people::move_in(&store, &outbox).await
            },
            |application, identity| {
                output::print(&hints::text(&hints::Place {
                    url: &application.url(),
                    base_path: &base_path,
                    identity,
                    kept: kept.as_deref(),
                }))
            },
        )
    }
}

/// The configuration with everything local below `directory`, whatever a file or a variable says.
fn configuration(
    mut sources: Sources,
    listen: Option<String>,
    directory: &Path,
) -> Result<Config, CliError> {
    let Some(directory) = directory.to_str() else {
        return Err(CliError::failed(
            "--data: the directory's name is not UTF-8",
        ));
    };
    sources = sources.with_flag("--data", "storage.data_dir", directory.to_owned());
    for key in STORAGE {
        // Empty stands for the usual place below the data directory.
        sources = sources.with_flag("--data", key, String::new());
    }
    if let Some(listen) = listen {
        sources = sources.with_flag("--listen", "server.listen", listen);
    }
    Ok(Config::load(&sources)?.config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_never_touches_a_database_that_a_configuration_names() {
        let sources = Sources {
            environment: vec![(
                "QUILLGATE_STORAGE_DATABASE".into(),
                "sqlite:/var/lib/quillgate/quillgate.db".into(),
            )],
            directory: PathBuf::from("/home/ralf"),
            ..Sources::default()
        };
        let config = configuration(sources, None, Path::new("play")).unwrap();
        assert_eq!(
            config.storage.database,
            Path::new("/home/ralf/play/quillgate.db")
        );
        assert_eq!(config.storage.blobs, Path::new("/home/ralf/play/blobs"));
    }
}
