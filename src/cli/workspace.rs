//! What an administrative command works on: the configuration, and the database that it names.

use std::path::PathBuf;
use std::sync::Arc;

use sea_orm::{DatabaseConnection, DatabaseTransaction};

use super::error::CliError;
use crate::auth::admin::AdminError;
use crate::config::{Config, Log, Sources};
use crate::store::changes::{self, Change};
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
