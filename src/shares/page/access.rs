//! How often shares are opened. Counted in memory and written in batches: a request waits for no disk because of it.

use dashmap::DashMap;
use sea_orm::entity::prelude::*;
use sea_orm::{UpdateMany, sea_query};

use crate::shares::rows::{Column, Entity};
use crate::store::{Store, StoreError, time};

/// What is not written yet: at most one entry a share that was opened in the meantime.
#[derive(Default)]
pub struct Accesses(DashMap<String, Uses>);

#[derive(Clone, Copy, Default)]
struct Uses {
    accesses: i64,
    downloads: i64,
    /// Milliseconds since 1970.
    last: i64,
}

impl Uses {
    fn add(&mut self, more: Self) {
        self.accesses += more.accesses;
        self.downloads += more.downloads;
        self.last = self.last.max(more.last);
    }
}

impl Accesses {
    /// Somebody has opened the share.
    pub fn opened(&self, token: &str) {
        let uses = Uses {
            accesses: 1,
            last: time::now(),
            ..Uses::default()
        };
        self.add(token, uses);
    }

    /// A download of it has begun, which nothing limits.
    pub fn downloaded(&self, token: &str) {
        let uses = Uses {
            downloads: 1,
            ..Uses::default()
        };
        self.add(token, uses);
    }

    fn add(&self, token: &str, uses: Uses) {
        self.0.entry(token.to_owned()).or_default().add(uses);
    }

    /// Writes them all in one transaction.
    pub async fn write(&self, store: &Store) {
        let tokens: Vec<String> = self.0.iter().map(|uses| uses.key().clone()).collect();
        if tokens.is_empty() {
            return;
        }
        let taken: Vec<_> = tokens
            .iter()
            .filter_map(|token| self.0.remove(token))
            .collect();
        let batch = taken.clone();
        let written = store
            .write::<_, StoreError, _>(move |db| async move {
                for (token, uses) in batch {
                    update(token, uses).exec(&*db).await?;
                }
                Ok(((), Vec::new()))
            })
            .await;
        if let Err(cause) = written {
            tracing::warn!(%cause, "accesses of shares not written, will be tried again");
            for (token, uses) in taken {
                self.add(&token, uses);
            }
        }
    }
}

fn update(token: String, uses: Uses) -> UpdateMany<Entity> {
    let plus = |column: Column, more: i64| sea_query::ExprTrait::add(Expr::col(column), more);
    let update = Entity::update_many()
        .col_expr(Column::Accesses, plus(Column::Accesses, uses.accesses))
        .col_expr(Column::Downloads, plus(Column::Downloads, uses.downloads))
        .filter(Column::Token.eq(token));
    match uses.last {
        0 => update,
        last => update.col_expr(Column::LastAccess, Expr::value(last)),
    }
}
