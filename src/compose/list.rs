//! A user's latest composes: those that wait for a page, and what became of the others.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::records::Facts;
use super::shown::Shown;
use super::{Composes, Opening};
use crate::ids::{ComposeId, UserId};
use crate::store::StoreError;
use crate::store::time::{self, rfc3339};

impl Composes {
    /// At most `limit` of them, newest first, as `GET /me/composes` tells them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn recent(&self, user: UserId, limit: usize) -> Result<Vec<Value>, StoreError> {
        // First those that wait: one that is opened meanwhile has its record before it stops waiting.
        let waiting = self.live.iter().filter(|entry| entry.live.user() == user);
        let mut entries: HashMap<_, _> = waiting
            .map(|entry| of_opening(*entry.key(), &entry))
            .collect();
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        for record in self.records.of_user(user, most).await? {
            let entry = of_record(record.id, &record.shown, record.created, &record.facts());
            entries.insert(record.id, (record.created, entry));
        }
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_unstable_by_key(|(id, (created, _))| {
            std::cmp::Reverse((*created, id.to_string()))
        });
        entries.truncate(limit);
        Ok(entries.into_iter().map(|(_, (_, entry))| entry).collect())
    }
}

fn of_opening(id: ComposeId, opening: &Opening) -> (ComposeId, (i64, Value)) {
    let created = id.made_at().unwrap_or_else(time::now);
    let mut entry = base(id, &opening.shown, created, "waiting");
    for name in ["openedAt", "seenAt", "finishedAt", "messageId"] {
        entry[name] = Value::Null;
    }
    (id, (created, entry))
}

fn of_record(id: ComposeId, shown: &Shown, created: i64, facts: &Facts) -> Value {
    let mut entry = base(id, shown, created, facts.state.name());
    entry["openedAt"] = json!(rfc3339(facts.opened_at));
    entry["seenAt"] = json!(facts.seen_at.map(rfc3339));
    entry["finishedAt"] = json!(facts.finished_at.map(rfc3339));
    entry["messageId"] = json!(facts.message_id);
    entry
}

fn base(id: ComposeId, shown: &Shown, created: i64, state: &str) -> Value {
    json!({
        "id": id,
        "by": serde_json::from_str::<Value>(&shown.by).unwrap_or_default(),
        "subject": shown.subject,
        "to": shown.to,
        "state": state,
        "created": rfc3339(created),
    })
}
