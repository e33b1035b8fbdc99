//! Rows of the table `online_users`: who was online when the process last looked.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, TransactionTrait};

use crate::ids::UserId;
use crate::store::{Store, StoreError};

/// Rows that one statement names.
const BATCH: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "online_users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i32,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The users in the table.
///
/// # Errors
/// Those of the database.
pub async fn online(store: &Store) -> Result<Vec<UserId>, StoreError> {
    let rows = store
        .read(|db| async move { Entity::find().all(&db).await })
        .await?;
    Ok(rows.into_iter().map(|row| UserId(row.user_id)).collect())
}

/// Adds users to the table and removes others, all or none.
///
/// # Errors
/// Those of the database.
pub async fn write(
    store: &Store,
    online: Vec<UserId>,
    offline: Vec<UserId>,
) -> Result<(), StoreError> {
    store
        .read(move |db| async move {
            let transaction = db.begin().await?;
            for part in offline.chunks(BATCH) {
                Entity::delete_many()
                    .filter(Column::UserId.is_in(part.iter().map(|user| user.0)))
                    .exec(&transaction)
                    .await?;
            }
            for part in online.chunks(BATCH) {
                let rows = part.iter().map(|user| ActiveModel {
                    user_id: Set(user.0),
                });
                Entity::insert_many(rows)
                    .on_conflict_do_nothing()
                    .exec(&transaction)
                    .await?;
            }
            transaction.commit().await
        })
        .await
}
