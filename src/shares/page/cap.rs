//! Shares that may be downloaded a certain number of times.
//!
//! A download is counted, and its bytes are set aside, by one statement before its first byte is sent: of two at once
//! only one gets the last one. Bytes that were not sent are given back. A later part, with which a download goes on, is
//! counted by its bytes alone, and all bytes together are no more than the downloads have.

use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;

use super::{SharePage, Thing};
use crate::http::file::Part;
use crate::shares::Share;
use crate::shares::rows::{Column, Entity};
use crate::store::{Store, StoreError};

/// Bytes set aside for one answer. What is left of them when it is dropped is given back.
pub struct SetAside {
    store: Store,
    token: String,
    left: i64,
}

impl SetAside {
    /// So many bytes were sent.
    pub fn sent(&mut self, bytes: usize) {
        self.left -= i64::try_from(bytes).unwrap_or(i64::MAX);
    }
}

impl Drop for SetAside {
    fn drop(&mut self) {
        if self.left <= 0 {
            return;
        }
        let update = Entity::update_many()
            .col_expr(
                Column::BytesSent,
                Expr::col(Column::BytesSent).sub(self.left),
            )
            .filter(Column::Token.eq(std::mem::take(&mut self.token)));
        let store = self.store.clone();
        self.store.runtime().spawn(async move {
            if let Err(cause) = store
                .read(move |db| async move { update.exec(&db).await })
                .await
            {
                tracing::warn!(%cause, "bytes of a broken download not given back");
            }
        });
    }
}

/// Whether no download may begin any more.
pub fn is_used_up(share: &Share) -> bool {
    share
        .max_downloads
        .is_some_and(|most| share.downloads >= u64::from(most))
}

impl SharePage {
    /// Counts what is about to be sent of a share with a cap. None: there is nothing left.
    pub(super) async fn count(
        &self,
        share: &Share,
        thing: &Thing,
        part: &Part,
        size: u64,
    ) -> Result<Option<SetAside>, StoreError> {
        let whole = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let (length, size) = (whole(part.length), whole(size));
        // Files of a folder are counted one by one: going on with one of them is another download.
        let single = matches!(thing, Thing::Copy(_)) || is_shared_itself(share, thing);
        let begins = part.first == 0 || !single;
        let mut update = Entity::update_many().filter(Column::Token.eq(&share.token));
        if begins {
            let downloads = Expr::col(Column::Downloads);
            update = update
                .col_expr(Column::Downloads, downloads.clone().add(1))
                .filter(downloads.lt(Expr::col(Column::MaxDownloads)));
        }
        if single {
            let sent = Expr::col(Column::BytesSent).add(length);
            let most = Expr::col(Column::MaxDownloads).mul(size);
            update = update
                .col_expr(Column::BytesSent, sent.clone())
                .filter(Condition::all().add(sent.lte(most)));
        }
        let counted = self
            .store
            .read(move |db| async move { update.exec(&db).await })
            .await?;
        Ok((counted.rows_affected == 1).then(|| SetAside {
            store: self.store.clone(),
            token: share.token.clone(),
            left: if single { length } else { 0 },
        }))
    }
}

fn is_shared_itself(share: &Share, thing: &Thing) -> bool {
    match (thing, &share.target) {
        (Thing::File(entry, _), crate::shares::Target::Live(id)) => entry.id == *id,
        _ => false,
    }
}
