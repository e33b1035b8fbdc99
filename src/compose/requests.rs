//! `Idempotency-Key`: a repeated request joins the first one and gets its answer.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use sea_orm::ActiveValue::Set;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;
use tokio::sync::watch;

use super::rows::compose_requests as rows;
use crate::http::error::ApiError;
use crate::ids::UserId;
use crate::store::{Store, StoreError, time};

/// How long an answer is kept.
const KEEP: Duration = Duration::from_secs(24 * 60 * 60);
/// Characters of a key.
const KEY_MAX: usize = 255;

/// The answer to a compose, as it is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// JSON.
    pub body: String,
}

/// Names one request: the credential, the user, and the key that the caller chose.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestKey {
    pub made_by: String,
    pub user: UserId,
    pub key: String,
}

struct UnderWay {
    digest: String,
    answer: watch::Receiver<Option<Answer>>,
}

/// Requests with a key: under way in memory, answered ones in the database.
pub struct Requests {
    store: Store,
    under_way: DashMap<RequestKey, Arc<UnderWay>>,
}

/// What to do with a request.
pub enum Turn {
    /// It is the first with its key: carry it out.
    First(First),
    /// It was carried out before.
    Repeated(Answer),
}

/// The right to carry out a request. Dropped without an answer (a check failed) it leaves nothing behind.
pub struct First {
    requests: Arc<Requests>,
    key: RequestKey,
    digest: String,
    answer: watch::Sender<Option<Answer>>,
}

impl Requests {
    pub fn new(store: Store) -> Arc<Self> {
        Arc::new(Self {
            store,
            under_way: DashMap::new(),
        })
    }

    /// Finds out whether a request is the first with its key. `digest` tells bodies apart.
    ///
    /// # Errors
    /// 422 for an unusable key and for a key that was used with another body.
    pub async fn turn(self: &Arc<Self>, key: RequestKey, digest: String) -> Result<Turn, ApiError> {
        let usable = (1..=KEY_MAX).contains(&key.key.len())
            && key
                .key
                .bytes()
                .all(|byte| byte.is_ascii_graphic() || byte == b' ');
        if !usable {
            return Err(ApiError::unprocessable(format!(
                "Idempotency-Key must have 1 to {KEY_MAX} visible characters"
            )));
        }
        loop {
            let (first, joined) = self.begin(&key, &digest);
            if let Some(first) = first {
                return match self.answered(&key).await? {
                    Some((known, answer)) if known == digest => Ok(Turn::Repeated(answer)),
                    Some(_) => Err(other_body()),
                    None => Ok(Turn::First(first)),
                };
            }
            let Some(joined) = joined else {
                return Err(ApiError::internal("a request is neither first nor joined"));
            };
            if joined.digest != digest {
                return Err(other_body());
            }
            let mut answer = joined.answer.clone();
            // An error: the first one was refused by a check and has left; this one takes its place.
            if let Ok(answer) = answer.wait_for(Option::is_some).await
                && let Some(answer) = answer.as_ref()
            {
                return Ok(Turn::Repeated(answer.clone()));
            }
        }
    }

    fn begin(
        self: &Arc<Self>,
        key: &RequestKey,
        digest: &str,
    ) -> (Option<First>, Option<Arc<UnderWay>>) {
        match self.under_way.entry(key.clone()) {
            Entry::Occupied(other) => (None, Some(other.get().clone())),
            Entry::Vacant(place) => {
                let (answer, receiver) = watch::channel(None);
                place.insert(Arc::new(UnderWay {
                    digest: digest.to_owned(),
                    answer: receiver,
                }));
                let first = First {
                    requests: self.clone(),
                    key: key.clone(),
                    digest: digest.to_owned(),
                    answer,
                };
                (Some(first), None)
            }
        }
    }

    async fn answered(&self, key: &RequestKey) -> Result<Option<(String, Answer)>, StoreError> {
        let find = rows::Entity::find()
            .filter(rows::Column::Key.eq(key.key.clone()))
            .filter(rows::Column::MadeBy.eq(key.made_by.clone()))
            .filter(rows::Column::UserId.eq(key.user.0))
            .filter(rows::Column::Created.gt(oldest()))
            .order_by_desc(rows::Column::Id);
        let row = self
            .store
            .read(move |db| async move { find.one(&db).await })
            .await?;
        Ok(row.map(|row| {
            let status = u16::try_from(row.status).unwrap_or(500);
            (
                row.digest,
                Answer {
                    status,
                    body: row.answer,
                },
            )
        }))
    }

    /// Removes answers that are too old to repeat.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn prune(&self) -> Result<(), StoreError> {
        let old = rows::Entity::delete_many().filter(rows::Column::Created.lt(oldest()));
        self.store
            .read(move |db| async move { old.exec(&db).await.map(|_| ()) })
            .await
    }
}

impl First {
    /// Keeps the answer for those who repeat the request. It is written before the caller has it.
    pub async fn answer(self, answer: Answer) {
        let row = rows::ActiveModel {
            made_by: Set(self.key.made_by.clone()),
            user_id: Set(self.key.user.0),
            key: Set(self.key.key.clone()),
            digest: Set(self.digest.clone()),
            status: Set(i32::from(answer.status)),
            answer: Set(answer.body.clone()),
            created: Set(time::now()),
            ..Default::default()
        };
        let insert = rows::Entity::insert(row);
        let store = &self.requests.store;
        let written = store
            .read(move |db| async move { insert.exec(&db).await.map(|_| ()) })
            .await;
        if let Err(cause) = written {
            tracing::warn!(%cause, "answer to a request with an Idempotency-Key not kept");
        }
        self.answer.send_replace(Some(answer));
    }
}

impl Drop for First {
    fn drop(&mut self) {
        self.requests.under_way.remove(&self.key);
    }
}

fn oldest() -> i64 {
    time::now() - i64::try_from(KEEP.as_millis()).unwrap_or(i64::MAX)
}

fn other_body() -> ApiError {
    ApiError::unprocessable("Idempotency-Key was used before with another request")
}
