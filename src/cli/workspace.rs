//! What an administrative command works on: the configuration, and the database that it names.

use std::path::PathBuf;
use std::sync::Arc;

use sea_orm::{DatabaseConnection, DatabaseTransaction};

use super::error::CliError;
use crate::auth::admin::AdminError;
use crate::config::{Config, Log, Sources};
use crate::store::changes::{self, Change};
use crate::store::sealed::Keyring;
use crate::store::{Store, data_dir};
use crate::telemetry;

pub struct Workspace {
    pub config: Config,
    /// The current directory: relative paths in arguments count from it.
    pub current: PathBuf,
    store: Store,
}

impl Workspace {
    /// Opens the database, making and migrating it as needed, and does `work`.
    pub fn run(
        file: Option<PathBuf>,
        work: impl AsyncFnOnce(&Self) -> Result<(), CliError>,
    ) -> Result<(), CliError> {
        let sources = Sources::of_process(file)?;
        let config = Config::load(&sources)?.config;
        // Of a short command people want to hear only what went wrong.
        telemetry::start(&Log {
            level: "warn".to_owned(),
            ..config.log.clone()
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        runtime.block_on(async {
            data_dir::prepare(&config.storage.data_dir)?;
            let store = Store::open(&config.storage.database, handle)
                .await
                .map_err(|cause| {
                    let path = config.storage.database.display();
                    CliError::failed(format!("cannot open {path}: {cause}"))
                })?;
            let current = sources.directory;
            work(&Self {
                config,
                current,
                store,
            })
            .await
        })
    }

    /// The keys that stored passwords are sealed with.
    pub fn keys(&self) -> Result<Keyring, CliError> {
        Keyring::open(&self.config.storage.master_key_file)
            .map_err(|cause| CliError::failed(cause.to_string()))
    }

    /// Reads from the database.
    pub async fn read<T, F>(
        &self,
        query: impl FnOnce(DatabaseConnection) -> F,
    ) -> Result<T, CliError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, AdminError>> + Send + 'static,
    {
        let query = |db| {
            let query = query(db);
            async move { Ok(query.await) }
        };
        Ok(self.store.read(query).await??)
    }

    /// Does `work` in one transaction. When this returns, a server that runs on the same data directory has applied
    /// the changes.
    pub async fn write<T, F>(
        &self,
        work: impl FnOnce(Arc<DatabaseTransaction>) -> F + Send + 'static,
    ) -> Result<T, CliError>
    where
        T: Send + 'static,
        F: Future<Output = Result<(T, Vec<Change>), AdminError>> + Send + 'static,
    {
        let done = self.store.write(work).await?;
        changes::settle(&self.config.storage.data_dir).await;
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::admin::new_user::NewUser;
    use crate::auth::admin::users;

    #[test]
    fn what_one_command_has_written_the_next_one_reads() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("quillgate.toml");
        std::fs::write(&file, "[storage]\ndata_dir = \"new/data?#%20\"\n").unwrap();
        let add = async |on: &Workspace| {
            let ralf = NewUser {
                login: "ralf".to_owned(),
                name: "Ralf Becker".to_owned(),
                email: "ralf@example.org".to_owned(),
                ..NewUser::default()
            };
            on.write(|db| async move { users::add(&db, ralf).await })
                .await
                .map(drop)
        };
        Workspace::run(Some(file.clone()), add).unwrap();
        let look = async |on: &Workspace| {
            on.read(|db| async move { users::find(&db, "ralf").await })
                .await
                .map(drop)
        };
        Workspace::run(Some(file.clone()), look).unwrap();
        assert!(dir.path().join("new/data?#%20/quillgate.db").is_file());
        let again = Workspace::run(Some(file), add).unwrap_err();
        assert_eq!(again.to_string(), "the login 'ralf' exists already");
    }
}
