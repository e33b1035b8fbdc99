//! The subscriptions of users. One counts only as long as its web session does: what ends that, ends it.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ActiveValue::Set, ExprTrait, QueryOrder, QuerySelect, QueryTrait, TransactionTrait};
use uuid::Uuid;

use super::rows::push_subscriptions::{ActiveModel, Column, Entity, Model};
use crate::auth::rows::web_sessions;
use crate::ids::UserId;
use crate::store::{Store, StoreError, time};

/// One more takes the place of the oldest.
const PER_USER: u64 = 20;

/// A browser that asks to be called.
pub struct NewSubscription {
    pub user: UserId,
    pub web_session: String,
    pub endpoint: String,
    pub p256dh: String,
    pub auth: String,
    pub user_agent: String,
}

/// Web sessions that have not ended.
fn living_sessions() -> SelectStatement {
    web_sessions::Entity::find()
        .select_only()
        .column(web_sessions::Column::Id)
        .filter(web_sessions::Column::Expires.gt(time::now()))
        .into_query()
}

/// Those of a user, the newest first.
///
/// # Errors
/// Those of the database.
pub async fn of(store: &Store, user: UserId) -> Result<Vec<Model>, StoreError> {
    let find = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::WebSession.in_subquery(living_sessions()))
        .order_by_desc(Column::Created)
        .order_by_desc(Column::Id);
    store
        .read(move |db| async move { find.all(&db).await })
        .await
}

/// Adds one. A browser has one subscription: an earlier one at the same endpoint or of the same web session goes.
///
/// # Errors
/// Those of the database.
pub async fn add(store: &Store, new: NewSubscription) -> Result<Model, StoreError> {
    let user = new.user;
    let earlier = Entity::delete_many().filter(
        Column::Endpoint
            .eq(new.endpoint.as_str())
            .or(Column::WebSession.eq(new.web_session.as_str())),
    );
    let too_many = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .order_by_desc(Column::Created)
        .order_by_desc(Column::Id)
        .offset(PER_USER - 1)
        .limit(PER_USER);
    let row = ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        user_id: Set(user.0),
        web_session: Set(new.web_session),
        endpoint: Set(new.endpoint),
        p256dh: Set(new.p256dh),
        auth: Set(new.auth),
        user_agent: Set(new.user_agent),
        created: Set(time::now()),
        last_used: Set(None),
    };
    store
        .read(move |db| async move {
            let transaction = db.begin().await?;
            earlier.exec(&transaction).await?;
            for old in too_many.all(&transaction).await? {
                old.delete(&transaction).await?;
            }
            let row = row.insert(&transaction).await?;
            transaction.commit().await?;
            Ok(row)
        })
        .await
}

/// Removes one of a user, and tells whether there was one.
///
/// # Errors
/// Those of the database.
pub async fn remove(store: &Store, user: UserId, id: String) -> Result<bool, StoreError> {
    let delete = Entity::delete_many()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::Id.eq(id));
    let done = store.read(move |db| async move { delete.exec(&db).await });
    Ok(done.await?.rows_affected > 0)
}

/// Notes that a push service took a message for it.
///
/// # Errors
/// Those of the database.
pub async fn used(store: &Store, id: String) -> Result<(), StoreError> {
    let update = Entity::update_many()
        .col_expr(Column::LastUsed, Expr::value(time::now()))
        .filter(Column::Id.eq(id));
    let done = store.read(move |db| async move { update.exec(&db).await });
    done.await.map(|_| ())
}

/// Removes those whose web sessions have ended.
///
/// # Errors
/// Those of the database.
pub async fn prune(store: &Store) -> Result<(), StoreError> {
    let ended = Entity::delete_many().filter(Column::WebSession.not_in_subquery(living_sessions()));
    let done = store.read(move |db| async move { ended.exec(&db).await });
    done.await.map(|_| ())
}
