//! The change feed: what one process changed, every process hears.
//!
//! A change to a user, token, web session or identity writes a row here in the same transaction. Each process follows
//! the table and calls its listeners: the credential cache forgets, sockets close, identity lists are read anew. The
//! command line is just another process: after its commit it nudges the server (see [`settle`]) and waits until the
//! change has been applied, so that it holds for the very next request.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use super::{StoreError, time};
use crate::ids::{TokenId, UserId};

/// Name of the socket in the data directory.
const SOCKET: &str = "changes.sock";
/// The kernel takes no longer paths for sockets.
const SOCKET_PATH_MAX: usize = 100;
/// How often the table is read when nobody nudges: the bound for changes made by other nodes.
const POLL: Duration = Duration::from_millis(500);
/// How long a command waits for a running server to apply its change.
const SETTLE_LIMIT: Duration = Duration::from_secs(5);
/// Rows older than this have been applied by every living process.
const KEEP: Duration = Duration::from_secs(3600);

/// Something that processes keep in memory and must look at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A user was added or changed in a way that ends no credential (name, mail address, time zone).
    User(UserId),
    /// The user's password changed: whatever was signed in with it ends, except the web session named here (the one
    /// that changed it).
    Password(UserId, Option<String>),
    /// The user was disabled or removed: everything of theirs ends.
    Gone(UserId),
    /// A token was revoked or changed.
    Token(TokenId),
    /// A web session ended (sign-out).
    WebSession(String),
    /// Accounts or identities changed.
    Identities,
    /// A share, named by its token, was revoked or given another password: downloads of it end.
    Share(String),
}

impl Change {
    fn row(&self) -> (&'static str, String) {
        match self {
            Self::User(id) => ("user", id.to_string()),
            Self::Password(id, None) => ("password", id.to_string()),
            Self::Password(id, Some(except)) => ("password", format!("{id} {except}")),
            Self::Gone(id) => ("gone", id.to_string()),
            Self::Token(id) => ("token", id.to_string()),
            Self::WebSession(id) => ("web-session", id.clone()),
            Self::Identities => ("identities", String::new()),
            Self::Share(token) => ("share", token.clone()),
        }
    }

    fn parse(kind: &str, key: &str) -> Option<Self> {
        Some(match kind {
            "user" => Self::User(key.parse().ok()?),
            "password" => match key.split_once(' ') {
                Some((id, except)) => Self::Password(id.parse().ok()?, Some(except.to_owned())),
                None => Self::Password(key.parse().ok()?, None),
            },
            "gone" => Self::Gone(key.parse().ok()?),
            "token" => Self::Token(key.parse().ok()?),
            "web-session" => Self::WebSession(key.to_owned()),
            "identities" => Self::Identities,
            "share" => Self::Share(key.to_owned()),
            _ => return None,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changes")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub seq: i64,
    pub kind: String,
    pub key: String,
    pub at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Writes the rows of `changes` inside the transaction that made them.
pub(super) async fn record(
    transaction: &DatabaseTransaction,
    changes: &[Change],
) -> Result<(), DbErr> {
    if changes.is_empty() {
        return Ok(());
    }
    let at = time::now();
    let old = at - i64::try_from(KEEP.as_millis()).unwrap_or(i64::MAX);
    Entity::delete_many()
        .filter(Column::At.lt(old))
        .exec(transaction)
        .await?;
    for change in changes {
        let (kind, key) = change.row();
        let row = ActiveModel {
            kind: Set(kind.to_owned()),
            key: Set(key),
            at: Set(at),
            ..Default::default()
        };
        Entity::insert(row).exec(transaction).await?;
    }
    Ok(())
}

type Listener = Box<dyn Fn(&Change) + Send + Sync>;

/// Follows the table and calls the listeners, each change once and in order.
pub struct Feed {
    /// The last change that was applied. The lock also keeps two readers from applying one change twice.
    applied: Mutex<i64>,
    /// Set once, by the server, when its parts are built; a command has none.
    listeners: OnceLock<Vec<Listener>>,
}

impl Feed {
    pub(super) async fn start(
        db: &DatabaseConnection,
        runtime: &Handle,
    ) -> Result<Arc<Self>, StoreError> {
        let db = db.clone();
        let last = super::on(runtime, async move {
            Entity::find().order_by_desc(Column::Seq).one(&db).await
        })
        .await??;
        Ok(Arc::new(Self {
            applied: Mutex::new(last.map_or(0, |row| row.seq)),
            listeners: OnceLock::new(),
        }))
    }

    /// Hands in what is to be called for each change. Listeners run one after the other and must not block.
    pub fn listen(&self, listeners: Vec<Listener>) {
        if self.listeners.set(listeners).is_err() {
            tracing::error!("the change feed has listeners already");
        }
    }

    /// Applies every change that is not applied yet.
    pub(super) async fn catch_up(&self, db: &DatabaseConnection) -> Result<(), StoreError> {
        let Some(listeners) = self.listeners.get() else {
            return Ok(());
        };
        let mut applied = self.applied.lock().await;
        loop {
            let rows = Entity::find()
                .filter(Column::Seq.gt(*applied))
                .order_by_asc(Column::Seq)
                .limit(1000)
                .all(db)
                .await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            let last = last.seq;
            for change in rows
                .iter()
                .filter_map(|row| Change::parse(&row.kind, &row.key))
            {
                listeners.iter().for_each(|listener| listener(&change));
            }
            *applied = last;
        }
    }
}

/// Follows the feed until the task is dropped: on every nudge through the socket in `data_dir`, and by polling.
///
/// # Errors
/// When the socket cannot be made.
pub fn follow(
    store: &super::Store,
    data_dir: &Path,
) -> std::io::Result<tokio::task::JoinHandle<()>> {
    let place = SocketPlace::of(data_dir)?;
    // The data directory is locked by this process: a socket that is there is left over from a crash.
    match std::fs::remove_file(&place.path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let _inside = store.runtime().enter();
    let listener = UnixListener::bind(&place.path)?;
    let store = store.clone();
    Ok(store.runtime().clone().spawn(async move {
        loop {
            let nudge = tokio::time::timeout(POLL, listener.accept()).await;
            if let Err(cause) = store.feed.catch_up(&store.db).await {
                tracing::warn!(%cause, "change feed could not be read");
            }
            if let Ok(Ok((mut stream, _))) = nudge {
                // A command that went away needs no answer.
                let _ = stream.write_all(b"\n").await;
            }
        }
    }))
}

/// Called by a command after its commit: returns when a server that runs on `data_dir` has applied every change.
/// Without a running server there is nothing to wait for.
pub async fn settle(data_dir: &Path) {
    let nudge = async {
        let place = SocketPlace::of(data_dir).ok()?;
        let mut stream = UnixStream::connect(&place.path).await.ok()?;
        stream.read_u8().await.ok()
    };
    if tokio::time::timeout(SETTLE_LIMIT, nudge).await.is_err() {
        tracing::warn!("the running server did not confirm the change in time");
    }
}

/// Where the socket is, written so that the kernel takes it.
struct SocketPlace {
    path: PathBuf,
    /// Open as long as the path goes through it.
    _directory: Option<File>,
}

impl SocketPlace {
    fn of(data_dir: &Path) -> std::io::Result<Self> {
        let path = data_dir.join(SOCKET);
        if path.as_os_str().len() < SOCKET_PATH_MAX {
            return Ok(Self {
                path,
                _directory: None,
            });
        }
        let directory = File::open(data_dir)?;
        Ok(Self {
            path: PathBuf::from(format!("/proc/self/fd/{}", directory.as_raw_fd())).join(SOCKET),
            _directory: Some(directory),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::super::Store;
    use super::*;

    /// Another process's change holds when [`settle`] returns, also in a directory whose path is too long for a socket.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_change_has_been_applied_when_the_command_that_made_it_ends() {
        let root = tempfile::tempdir().unwrap();
        for directory in ["short".to_owned(), "long".repeat(40)] {
            let directory = root.path().join(directory);
            std::fs::create_dir(&directory).unwrap();
            let database = directory.join("q.db");
            let open = || Store::open(&database, Handle::current());
            let (server, command) = (open().await.unwrap(), open().await.unwrap());
            let heard = Arc::new(AtomicUsize::new(0));
            let hears = heard.clone();
            server.feed().listen(vec![Box::new(move |change| {
                assert_eq!(change, &Change::Gone(UserId(5)));
                hears.fetch_add(1, Ordering::SeqCst);
            })]);
            let following = follow(&server, &directory).unwrap();
            command
                .write::<_, StoreError, _>(|_| async { Ok(((), vec![Change::Gone(UserId(5))])) })
                .await
                .unwrap();
            settle(&directory).await;
            assert_eq!(heard.load(Ordering::SeqCst), 1);
            following.abort();
        }
    }

    #[test]
    fn every_change_reads_back() {
        for change in [
            Change::User(UserId(5)),
            Change::Password(UserId(5), None),
            Change::Password(UserId(5), Some("abc".to_owned())),
            Change::Gone(UserId(5)),
            Change::Token(TokenId(3)),
            Change::WebSession("abc".to_owned()),
            Change::Identities,
        ] {
            let (kind, key) = change.row();
            assert_eq!(Change::parse(kind, &key), Some(change));
        }
    }
}
