//! What a sender sees of the shares that his mails made, and how he changes and ends them.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde_json::{Map, Value, json};

use super::terms::LastDay;
use super::{Shares, mails, rows};
use crate::auth::User;
use crate::draft::share_change::ShareChange;
use crate::files::EntryKind;
use crate::http::error::ApiError;
use crate::ids::{FileId, UserId};
use crate::store::changes::Change;
use crate::store::time::rfc3339;
use crate::store::{StoreError, time};

/// Shares in one list.
const LISTED: usize = 1000;

/// A user's shares, or the newest of them.
pub struct List {
    pub shares: Vec<Map<String, Value>>,
    /// There are older ones, which are left out.
    pub more: bool,
}

/// What a live share gives at this moment.
struct Live {
    path: String,
    is_folder: bool,
    size: u64,
}

impl Shares {
    /// The shares of a user, the newest first. `url` is the address of a share.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(
        &self,
        user: &User,
        url: impl Fn(&str) -> String,
    ) -> Result<List, StoreError> {
        let owner = user.id;
        let query = move |db| async move { rows::newest(&db, owner, LISTED as u64 + 1).await };
        let mut rows = self.store.read(query).await?;
        let more = rows.len() > LISTED;
        rows.truncate(LISTED);
        let mut mails = self.mails(&rows).await?;
        let mut shares = Vec::with_capacity(rows.len());
        for row in rows {
            let mails = mails.remove(&row.token).unwrap_or_default();
            let url = url(&row.token);
            shares.push(self.described(user, row, mails, url).await?);
        }
        Ok(List { shares, more })
    }

    /// Changes a share of the user's, and says how it is now. Whoever is getting it with a password that it has no more is
    /// cut off.
    ///
    /// # Errors
    /// 404 for an unknown share and somebody else's, 503 when too many passwords are hashed already.
    pub async fn change(
        &self,
        user: &User,
        token: &str,
        change: ShareChange,
        url: String,
    ) -> Result<Map<String, Value>, ApiError> {
        let (owner, key) = (user.id, token.to_owned());
        // Nobody's password is hashed for a share that is not there.
        let found = self
            .store
            .read(move |db| async move { rows::own(&db, owner, &key).await });
        found.await?.ok_or_else(unknown)?;
        let password_hash = match &change.password {
            Some(Some(password)) => Some(Some(self.auth.hash(&password.0).await?)),
            Some(None) => Some(None),
            None => None,
        };
        let new = New {
            last_day: change.expiration.map(|until| {
                let zone: TimeZone = user.zone(&self.settings.timezone);
                until.map(|until| LastDay::of(until.day, &zone))
            }),
            password_hash,
            max_downloads: change.max_downloads,
            accessed_since: self.accessed_since(time::now(), 1),
        };
        let key = token.to_owned();
        let changed = self
            .store
            .write(move |db| async move {
                let Some(row) = rows::own(&*db, owner, &key).await? else {
                    return Ok((None, Vec::new()));
                };
                let before = row.password_hash.clone();
                let row = new.apply(row).update(&*db).await?;
                let ends_downloads = row.password_hash != before;
                let told = ends_downloads.then_some(Change::Share(key));
                Ok::<_, StoreError>((Some(row), told.into_iter().collect()))
            })
            .await?;
        let row = changed.ok_or_else(unknown)?;
        let mails = self.mails(std::slice::from_ref(&row)).await?;
        let mails = mails.into_values().next().unwrap_or_default();
        Ok(self.described(user, row, mails, url).await?)
    }

    /// Ends a share of the user's for good. False: unknown, or somebody else's.
    ///
    /// # Errors
    /// Those of the database; a copy that cannot be removed is left to the cleanup.
    pub async fn revoke(&self, owner: UserId, token: &str) -> Result<bool, StoreError> {
        let token = token.to_owned();
        let removed = self
            .store
            .write(move |db| async move {
                let Some(row) = rows::own(&*db, owner, &token).await? else {
                    return Ok((None, Vec::new()));
                };
                rows::remove(&*db, vec![token.clone()]).await?;
                Ok::<_, StoreError>((Some(row), vec![Change::Share(token)]))
            })
            .await?;
        let found = removed.is_some();
        self.remove_copies(removed).await;
        Ok(found)
    }

    /// The Message-IDs of the mails that carry shares, by token, the newest first.
    async fn mails(
        &self,
        rows: &[rows::Model],
    ) -> Result<HashMap<String, Vec<String>>, StoreError> {
        let mut all: HashMap<String, Vec<String>> = HashMap::new();
        for some in rows.chunks(rows::BATCH) {
            let tokens = some.iter().map(|row| row.token.clone()).collect();
            let query = move |db| async move { mails::of(&db, tokens).await };
            for mail in self.store.read(query).await? {
                all.entry(mail.token).or_default().push(mail.message_id);
            }
        }
        Ok(all)
    }

    async fn live(&self, user: &User, id: i32) -> Result<Option<Live>, StoreError> {
        let id = FileId(id);
        let (Some(entry), Some(names)) = (
            self.files.entry(user.id, id).await?,
            self.files.path_of(user.id, id).await?,
        ) else {
            return Ok(None);
        };
        let (is_folder, size) = match &entry.kind {
            EntryKind::Folder => (true, 0),
            EntryKind::File(content) => (false, content.size),
        };
        Ok(Some(Live {
            path: format!("/home/{}/{}", user.login, names.join("/")),
            is_folder,
            size,
        }))
    }

    async fn described(
        &self,
        user: &User,
        row: rows::Model,
        mails: Vec<String>,
        url: String,
    ) -> Result<Map<String, Value>, StoreError> {
        let live = match row.file_id {
            Some(id) => self.live(user, id).await?,
            None => None,
        };
        let now = time::now();
        let is_over = match row.ends {
            Some(ends) => ends <= now,
            None => row.last_access < self.accessed_since(now, 1),
        };
        let is_lost = row.file_id.is_some() && live.is_none();
        // A folder has no digest; of one that is gone nothing else is known.
        let was_folder = row.file_id.is_some() && row.sha256.is_empty();
        let recipients: Value = serde_json::from_str(&row.recipients).unwrap_or(json!([]));
        let described = json!({
            "token": row.token,
            "url": url,
            "type": row.kind,
            "name": row.name,
            "path": live.as_ref().map(|live| &live.path),
            "folder": live.as_ref().map_or(was_folder, |live| live.is_folder),
            "size": live.as_ref().map_or(row.size.unsigned_abs(), |live| live.size),
            "expiration": row.last_day,
            "hasPassword": row.password_hash.is_some(),
            "maxDownloads": row.max_downloads,
            "downloads": row.downloads,
            "accesses": row.accesses,
            "lastAccess": (row.accesses > 0).then(|| rfc3339(row.last_access)),
            "created": rfc3339(row.created),
            "messageId": mails.first(),
            "messageIds": mails,
            "recipients": recipients,
            "ended": is_over || is_lost,
        });
        match described {
            Value::Object(described) => Ok(described),
            _ => Ok(Map::new()),
        }
    }
}

/// What a row gets; what is none stays as it was.
struct New {
    last_day: Option<Option<LastDay>>,
    password_hash: Option<Option<String>>,
    max_downloads: Option<Option<u32>>,
    /// When a share without an end date must have been opened last.
    accessed_since: i64,
}

impl New {
    fn apply(self, row: rows::Model) -> rows::ActiveModel {
        let last_access = row.last_access;
        let mut row = row.into_active_model();
        if let Some(last) = self.last_day {
            row.last_day = Set(last.map(|last| last.day.to_string()));
            row.ends = Set(last.map(|last| last.ends));
            // The time without an access begins now, not while there was a date.
            if last.is_none() && last_access < self.accessed_since {
                row.last_access = Set(time::now());
            }
        }
        if let Some(hash) = self.password_hash {
            row.password_hash = Set(hash);
        }
        if let Some(most) = self.max_downloads {
            row.max_downloads = Set(most.map(|most| i32::try_from(most).unwrap_or(i32::MAX)));
        }
        // It is not any more what an earlier mail made it: no later mail takes it for the same.
        row.options = Set(String::new());
        row
    }
}

/// The answer for what is not there or not one's own.
pub fn unknown() -> ApiError {
    ApiError::not_found("There is no such share")
}
