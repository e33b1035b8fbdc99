//! What became of each compose: kept in memory while it is fresh, written to the database behind the callers' backs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dashmap::{DashMap, DashSet};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{QueryOrder, QuerySelect, TransactionTrait};
use tokio::sync::Notify;

use super::rows::composes;
use super::shown::Shown;
use crate::ids::{ComposeId, SessionId, UserId};
use crate::presence::version::Version;
use crate::store::{Store, StoreError, time};

/// How long changes are gathered before they are written. A crash loses at most so much, and never a mail.
const GATHER: Duration = Duration::from_millis(100);
/// How often old records are looked for when nothing else happens.
const PRUNE: Duration = Duration::from_secs(30);
/// A record that nobody looked at for so long is read from the database again when it is needed.
const FRESH: i64 = 60 * 60 * 1000;
/// Records kept in memory: beyond it the unused ones go first.
const CAPACITY: usize = 20_000;
/// Rows written in one transaction.
const BATCH: usize = 500;
/// Rows per statement: of a few sizes only, because each is a statement of its own to be prepared, and the database
/// keeps what is prepared.
const STATEMENTS: [usize; 4] = [64, 16, 4, 1];

/// How far a compose has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A page has confirmed the window.
    Opened,
    /// The person has had it in view.
    Seen,
    /// The mail has been accepted.
    Sent,
    /// The person has thrown it away.
    Discarded,
    /// Nobody finished it while its record lived.
    Expired,
}

const STATES: [(State, &str); 5] = [
    (State::Opened, "opened"),
    (State::Seen, "seen"),
    (State::Sent, "sent"),
    (State::Discarded, "discarded"),
    (State::Expired, "expired"),
];

impl State {
    pub fn name(self) -> &'static str {
        STATES[self as usize].1
    }

    /// Nothing more is to come.
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Opened | Self::Seen)
    }
}

/// The facts about one compose.
#[derive(Clone, Debug)]
pub struct Facts {
    pub state: State,
    pub message_id: Option<String>,
    pub opened_at: i64,
    pub seen_at: Option<i64>,
    pub finished_at: Option<i64>,
    /// The session whose page has the window, as far as this process knows.
    pub holder: Option<SessionId>,
    /// Sends that are under way: more than one where somebody sends again.
    pub sending: u32,
    touched: i64,
}

/// One compose that was opened.
pub struct Record {
    pub id: ComposeId,
    pub user: UserId,
    /// The credential that made it, see `Caller::key`.
    pub made_by: String,
    pub share_password: Option<String>,
    pub shown: Shown,
    pub created: i64,
    facts: Mutex<Facts>,
    /// Of the facts.
    pub version: Version,
}

impl Record {
    /// A compose that `holder` has just opened.
    pub fn opened(
        id: ComposeId,
        user: UserId,
        made_by: String,
        share_password: Option<String>,
        shown: Shown,
        holder: SessionId,
    ) -> Self {
        let now = time::now();
        Self {
            id,
            user,
            made_by,
            share_password,
            shown,
            created: now,
            facts: Mutex::new(Facts {
                state: State::Opened,
                message_id: None,
                opened_at: now,
                seen_at: None,
                finished_at: None,
                holder: Some(holder),
                sending: 0,
                touched: now,
            }),
            version: Version::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The facts as they are now.
    pub fn facts(&self) -> Facts {
        let mut facts = self.lock();
        facts.touched = time::now();
        facts.clone()
    }

    fn active_model(&self) -> composes::ActiveModel {
        let facts = self.lock();
        composes::ActiveModel {
            id: Set(self.id.to_string()),
            user_id: Set(self.user.0),
            made_by: Set(self.made_by.clone()),
            state: Set(facts.state.name().to_owned()),
            share_password: Set(self.share_password.clone()),
            message_id: Set(facts.message_id.clone()),
            created: Set(self.created),
            opened_at: Set(Some(facts.opened_at)),
            seen_at: Set(facts.seen_at),
            finished_at: Set(facts.finished_at),
            subject: Set(Some(self.shown.subject.clone())),
            recipients: Set(Some(self.shown.recipients_json())),
            opened_by: Set(Some(self.shown.by.clone())),
        }
    }

    fn from_row(row: composes::Model) -> Option<Self> {
        let (state, _) = STATES.iter().find(|(_, name)| *name == row.state)?;
        Some(Self {
            id: row.id.parse().ok()?,
            user: UserId(row.user_id),
            made_by: row.made_by,
            share_password: row.share_password,
            shown: Shown::from_row(row.subject, row.recipients, row.opened_by),
            created: row.created,
            facts: Mutex::new(Facts {
                state: *state,
                message_id: row.message_id,
                opened_at: row.opened_at.unwrap_or(row.created),
                seen_at: row.seen_at,
                finished_at: row.finished_at,
                holder: None,
                sending: 0,
                touched: time::now(),
            }),
            version: Version::default(),
        })
    }
}

/// All records, in memory or not.
pub struct Records {
    store: Store,
    keep: i64,
    fresh: DashMap<ComposeId, Arc<Record>>,
    unwritten: DashSet<ComposeId>,
    /// On their way into the database.
    writing: DashSet<ComposeId>,
    /// Something was put into `unwritten`.
    changed: Notify,
}

impl Records {
    /// `keep`: how long a record lives.
    pub fn new(store: Store, keep: Duration) -> Self {
        Self {
            store,
            keep: i64::try_from(keep.as_millis()).unwrap_or(i64::MAX),
            fresh: DashMap::new(),
            unwritten: DashSet::new(),
            writing: DashSet::new(),
            changed: Notify::new(),
        }
    }

    /// Adds a compose that was opened.
    pub fn add(&self, record: Record) {
        let id = record.id;
        self.fresh.insert(id, Arc::new(record));
        self.write_soon(id);
    }

    fn write_soon(&self, id: ComposeId) {
        self.unwritten.insert(id);
        self.changed.notify_one();
    }

    /// The record, if it is in memory.
    pub fn in_memory(&self, id: ComposeId) -> Option<Arc<Record>> {
        self.fresh
            .get(&id)
            .map(|record| record.clone())
            .filter(|record| self.lives(record))
    }

    /// The record, from the database if need be.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn find(&self, id: ComposeId) -> Result<Option<Arc<Record>>, StoreError> {
        if let Some(record) = self.fresh.get(&id).map(|record| record.clone()) {
            return Ok(self.lives(&record).then_some(record));
        }
        let key = id.to_string();
        let row = self
            .store
            .read(move |db| async move { composes::Entity::find_by_id(key).one(&db).await })
            .await?;
        let Some(record) = row.and_then(Record::from_row) else {
            return Ok(None);
        };
        // Whoever else has read it in the meantime has the one record there is.
        let record = self
            .fresh
            .entry(id)
            .or_insert_with(|| Arc::new(record))
            .clone();
        Ok(self.lives(&record).then_some(record))
    }

    /// The latest of a user's composes that were opened, in no order: at least `limit`, if there are as many.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of_user(&self, user: UserId, limit: u64) -> Result<Vec<Arc<Record>>, StoreError> {
        use composes::Column;
        // First what is not in the database yet: it may be there when that is asked.
        let unwritten = self.unwritten.iter().chain(self.writing.iter());
        let mut found: HashMap<_, _> = unwritten
            .filter_map(|id| Some((*id, self.fresh.get(&id)?.clone())))
            .filter(|(_, record)| record.user == user)
            .collect();
        let rows = self
            .store
            .read(move |db| async move {
                composes::Entity::find()
                    .filter(Column::UserId.eq(user.0))
                    .order_by_desc(Column::Created)
                    .limit(limit)
                    .all(&db)
                    .await
            })
            .await?;
        for record in rows.into_iter().filter_map(Record::from_row) {
            let fresh = self.fresh.get(&record.id).map(|fresh| fresh.clone());
            let record = fresh.unwrap_or_else(|| Arc::new(record));
            found.insert(record.id, record);
        }
        let mut found: Vec<_> = found.into_values().collect();
        found.retain(|record| self.lives(record));
        Ok(found)
    }

    /// Ends what is too old: unfinished is expired, and expired is gone after as long again.
    fn lives(&self, record: &Arc<Record>) -> bool {
        let age = time::now().saturating_sub(record.created);
        if age < self.keep {
            return true;
        }
        let state = record.lock().state;
        if !state.is_final() {
            self.change(record, |facts| {
                facts.state = State::Expired;
                facts.finished_at = Some(record.created.saturating_add(self.keep));
            });
            return true;
        }
        state == State::Expired && age < self.keep.saturating_mul(2)
    }

    /// Changes a record, tells whoever waits for it, and writes it soon.
    pub fn change(&self, record: &Arc<Record>, change: impl FnOnce(&mut Facts)) {
        let mut facts = record.lock();
        change(&mut facts);
        facts.touched = time::now();
        drop(facts);
        self.write_soon(record.id);
        record.version.advance();
    }

    /// Writes changes and forgets what is not fresh, until the task is dropped.
    pub async fn write_behind(&self) {
        let mut prune = tokio::time::interval(PRUNE);
        loop {
            tokio::select! {
                () = self.changed.notified() => {
                    // A burst of changes is one statement.
                    tokio::time::sleep(GATHER).await;
                    self.write().await;
                    if self.fresh.len() > CAPACITY {
                        self.prune().await;
                    }
                }
                _ = prune.tick() => self.prune().await,
            }
        }
    }

    /// Writes every change that is not written yet.
    pub async fn write(&self) {
        let ids: Vec<_> = self.unwritten.iter().map(|id| *id).collect();
        for part in ids.chunks(BATCH) {
            // Removed first: a change during the write is written again.
            part.iter().for_each(|id| {
                self.writing.insert(*id);
                self.unwritten.remove(id);
            });
            let rows: Vec<_> = part
                .iter()
                .filter_map(|id| Some(self.fresh.get(id)?.active_model()))
                .collect();
            if let Err(cause) = self.write_rows(rows).await {
                tracing::warn!(%cause, "compose records not written, trying again");
                part.iter().for_each(|id| self.write_soon(*id));
            }
            part.iter().for_each(|id| {
                self.writing.remove(id);
            });
        }
    }

    async fn write_rows(&self, rows: Vec<composes::ActiveModel>) -> Result<(), StoreError> {
        use composes::Column;
        if rows.is_empty() {
            return Ok(());
        }
        let changing = [
            Column::State,
            Column::MessageId,
            Column::SeenAt,
            Column::FinishedAt,
        ];
        let statements = portions(rows).into_iter().map(move |rows| {
            composes::Entity::insert_many(rows).on_conflict(
                OnConflict::column(Column::Id)
                    .update_columns(changing)
                    .to_owned(),
            )
        });
        self.store
            .read(move |db| async move {
                let transaction = db.begin().await?;
                for statement in statements {
                    statement.exec_without_returning(&transaction).await?;
                }
                transaction.commit().await
            })
            .await
    }

    async fn prune(&self) {
        let now = time::now();
        let crowded = self.fresh.len() > CAPACITY;
        let mut spare = self.fresh.len().saturating_sub(CAPACITY / 2);
        self.fresh.retain(|id, record| {
            // Somebody has it in hand, or it is not written yet.
            if Arc::strong_count(record) > 1 || self.unwritten.contains(id) {
                return true;
            }
            let facts = record.lock();
            let old = now - facts.touched > FRESH || (crowded && spare > 0);
            spare -= usize::from(crowded && old && spare > 0);
            !old || facts.sending > 0
        });
        let ended = now.saturating_sub(self.keep);
        let long_ended = now.saturating_sub(self.keep.saturating_mul(2));
        let (expired, gone) = (Self::expire(ended), Self::remove(ended, long_ended));
        let done = self
            .store
            .read(move |db| async move {
                expired.exec(&db).await?;
                gone.exec(&db).await
            })
            .await;
        if let Err(cause) = done {
            tracing::warn!(%cause, "old compose records not removed");
        }
    }

    fn expire(ended: i64) -> sea_orm::UpdateMany<composes::Entity> {
        use composes::Column;
        composes::Entity::update_many()
            .col_expr(Column::State, Expr::value(State::Expired.name()))
            .col_expr(Column::FinishedAt, Expr::value(ended))
            .filter(Column::Created.lt(ended))
            .filter(Column::State.is_in([State::Opened.name(), State::Seen.name()]))
    }

    fn remove(ended: i64, long_ended: i64) -> sea_orm::DeleteMany<composes::Entity> {
        use composes::Column;
        let finished = Column::State.is_in([State::Sent.name(), State::Discarded.name()]);
        composes::Entity::delete_many().filter(
            sea_orm::Condition::any()
                .add(Column::Created.lt(ended).and(finished))
                .add(Column::Created.lt(long_ended)),
        )
    }

    /// How many records are in memory.
    pub fn held(&self) -> usize {
        self.fresh.len()
    }
}

/// Cut into as few pieces of the sizes of [`STATEMENTS`] as will do.
fn portions<T>(mut rows: Vec<T>) -> Vec<Vec<T>> {
    let mut portions = Vec::new();
    for size in STATEMENTS {
        while rows.len() >= size {
            portions.push(rows.split_off(rows.len() - size));
        }
    }
    portions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_go_in_portions_of_a_few_sizes() {
        for count in 0..600 {
            let portions = portions((0..count).collect());
            let mut all = portions.concat();
            all.sort_unstable();
            assert_eq!(all, (0..count).collect::<Vec<_>>());
            assert!(portions.iter().all(|rows| STATEMENTS.contains(&rows.len())));
            assert!(portions.len() <= count / 64 + 9);
        }
    }
}
