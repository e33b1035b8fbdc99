//! The database: one handle, one runtime that owns its connections, one feed of changes.
//!
//! Rows and queries live with the feature that owns them (`rows.rs` in each folder). Here is what they share:
//! opening and migrating, running a query on the runtime that owns the pool, and telling every process of a change.

pub mod blobs;
pub mod cached;
pub mod changes;
pub mod data_dir;
pub mod flushes;
pub mod incoming;
mod migrations;
pub mod retired_ids;
pub mod sealed;
pub mod time;

use std::fs::OpenOptions;
use std::future::Future;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::runtime::Handle;

use changes::{Change, Feed};

/// A failure of the database. The text is for the log, not for callers.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// The runtime that owns the database is going down.
    #[error("database: shutting down")]
    Stopped,
}

impl From<StoreError> for crate::http::error::ApiError {
    fn from(error: StoreError) -> Self {
        Self::internal(error)
    }
}

/// Makes the file when there is none, for its owner's eyes only: it holds hashes of passwords. SQLite gives the files
/// beside it the same permissions.
fn make_private(file: &Path) -> std::io::Result<()> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(file)
        .map(drop)
}

/// The database and the feed of changes. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    db: DatabaseConnection,
    runtime: Handle,
    feed: Arc<Feed>,
    look_ups: Arc<AtomicU64>,
}

impl Store {
    /// Opens the SQLite file, making and migrating it as needed. Every query runs on `runtime`, never on a worker of
    /// the HTTP server: a pool whose connections belong to a worker breaks when that worker stops.
    ///
    /// # Errors
    /// When the file cannot be opened or a migration fails.
    pub async fn open(file: &Path, runtime: Handle) -> Result<Self, StoreError> {
        let file = file.to_owned();
        let db = on(&runtime, async move {
            make_private(&file).map_err(|cause| DbErr::Custom(cause.to_string()))?;
            let mut options = ConnectOptions::new("sqlite:file");
            // The name is given below as it is: a path may hold anything, a URL may not.
            // One connection: SQLite has one writer anyway, and requests in one process then never see "locked".
            // Commands in other processes are waited for.
            options
                .max_connections(1)
                .sqlx_logging(false)
                .map_sqlx_sqlite_opts(move |sqlite| {
                    sqlite
                        .filename(&file)
                        .create_if_missing(true)
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Full)
                        .busy_timeout(Duration::from_secs(10))
                        .foreign_keys(true)
                });
            let db = Database::connect(options).await?;
            migrations::Migrator::up(&db, None).await?;
            Ok::<_, DbErr>(db)
        })
        .await??;
        let feed = Feed::start(&db, &runtime).await?;
        Ok(Self {
            db,
            runtime,
            feed,
            look_ups: Arc::default(),
        })
    }

    /// The runtime that owns the database: also the home of other work that outlives a request.
    pub fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// The feed of changes to users, tokens, web sessions and identities.
    pub fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    /// Runs a query on the runtime that owns the connections. It runs to its end even when the caller goes away.
    ///
    /// # Errors
    /// Those of the query, and [`StoreError::Stopped`] while the process ends.
    pub async fn read<T, F>(
        &self,
        query: impl FnOnce(DatabaseConnection) -> F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, DbErr>> + Send + 'static,
    {
        self.look_ups.fetch_add(1, Relaxed);
        Ok(on(&self.runtime, query(self.db.clone())).await??)
    }

    /// How often [`Store::read`] was called so far: what an answer asks of the database.
    pub fn look_ups(&self) -> u64 {
        self.look_ups.load(Relaxed)
    }

    /// Runs `work` in one write transaction together with the rows that tell the change to every process, and
    /// returns after this process has applied them. `work` hands back its result and the changes it made.
    ///
    /// # Errors
    /// Those of `work` (nothing is written then), and [`StoreError`] turned into `E`.
    pub async fn write<T, E, F>(
        &self,
        work: impl FnOnce(Arc<DatabaseTransaction>) -> F + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: Future<Output = Result<(T, Vec<Change>), E>> + Send + 'static,
    {
        let db = self.db.clone();
        let feed = self.feed.clone();
        let task = async move {
            let (result, told) = transact(&db, work).await?;
            // Without a change there is nothing that could fail behind the commit.
            if told {
                feed.catch_up(&db).await.map_err(E::from)?;
            }
            Ok(result)
        };
        on(&self.runtime, task).await.map_err(E::from)?
    }
}

/// Returns what `work` does, and whether it made changes.
async fn transact<T, E, F>(
    db: &DatabaseConnection,
    work: impl FnOnce(Arc<DatabaseTransaction>) -> F,
) -> Result<(T, bool), E>
where
    E: From<StoreError>,
    F: Future<Output = Result<(T, Vec<Change>), E>>,
{
    let wrap = |error: DbErr| E::from(StoreError::from(error));
    // A deferred transaction that reads first cannot become a writer while another process writes.
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let transaction = Arc::new(db.begin_with_options(options).await.map_err(wrap)?);
    let (result, made) = work(transaction.clone()).await?;
    changes::record(&transaction, &made).await.map_err(wrap)?;
    match Arc::try_unwrap(transaction) {
        Ok(transaction) => transaction.commit().await.map_err(wrap)?,
        Err(_) => {
            return Err(E::from(StoreError::from(DbErr::Custom(
                "a transaction was kept beyond its work".to_owned(),
            ))));
        }
    }
    Ok((result, !made.is_empty()))
}

async fn on<T: Send + 'static>(
    runtime: &Handle,
    task: impl Future<Output = T> + Send + 'static,
) -> Result<T, StoreError> {
    runtime.spawn(task).await.map_err(|_| StoreError::Stopped)
}
