//! Rows of the table `known_recipients`.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, ExprTrait, OnConflict};
use sea_orm::{QueryOrder, QuerySelect};

use super::{KEPT, Place, Recipient};
use crate::auth::rows::users;
use crate::ids::UserId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "known_recipients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i32,
    /// The ASCII form of the address in lower case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub address_key: String,
    pub address: String,
    pub name: String,
    pub mails: i64,
    pub last_used: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds people, sorted by user, to those that are there, and removes those that are too many then.
pub(super) async fn add(
    db: &impl ConnectionTrait,
    people: Vec<(Place, Recipient)>,
) -> Result<(), DbErr> {
    for of_user in people.chunk_by(|((one, _), _), ((other, _), _)| one == other) {
        let Some(((user, _), _)) = of_user.first() else {
            continue;
        };
        // Somebody who was removed since leaves nothing behind.
        if users::Entity::find_by_id(user.0).one(db).await?.is_none() {
            continue;
        }
        for ((_, key), person) in of_user {
            let row = ActiveModel {
                user_id: Set(user.0),
                address_key: Set(key.clone()),
                address: Set(person.address.clone()),
                name: Set(person.name.clone()),
                mails: Set(person.mails),
                last_used: Set(person.last_used),
            };
            Entity::insert(row)
                .on_conflict(again())
                .exec_without_returning(db)
                .await?;
        }
        trim(db, *user).await?;
    }
    Ok(())
}

/// What becomes of somebody who is there already.
fn again() -> OnConflict {
    let new = |column: Column| Expr::col(("excluded", column));
    let old = |column: Column| Expr::col((Entity, column));
    let name = CaseStatement::new()
        .case(new(Column::Name).eq(""), old(Column::Name))
        .finally(new(Column::Name));
    OnConflict::columns([Column::UserId, Column::AddressKey])
        .update_columns([Column::Address, Column::LastUsed])
        .value(Column::Mails, old(Column::Mails).add(new(Column::Mails)))
        .value(Column::Name, name)
        .to_owned()
}

/// Removes the least recently used ones above [`KEPT`].
async fn trim(db: &impl ConnectionTrait, user: UserId) -> Result<(), DbErr> {
    let own = Entity::find().filter(Column::UserId.eq(user.0));
    let spare = own.clone().count(db).await?.saturating_sub(KEPT);
    if spare == 0 {
        return Ok(());
    }
    let oldest: Vec<String> = own
        .select_only()
        .column(Column::AddressKey)
        .order_by_asc(Column::LastUsed)
        .order_by_asc(Column::Mails)
        .order_by_asc(Column::AddressKey)
        .limit(spare)
        .into_tuple()
        .all(db)
        .await?;
    Entity::delete_many()
        .filter(Column::UserId.eq(user.0))
        .filter(Column::AddressKey.is_in(oldest))
        .exec(db)
        .await
        .map(drop)
}

/// All of a user's.
pub(super) async fn of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<Recipient>, DbErr> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user.0))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Recipient::from).collect())
}

/// Removes one of a user's, and tells whether there was one.
pub(super) async fn remove(
    db: &impl ConnectionTrait,
    user: UserId,
    key: String,
) -> Result<bool, DbErr> {
    let removed = Entity::delete_by_id((user.0, key)).exec(db).await?;
    Ok(removed.rows_affected > 0)
}

/// Removes all of a user's.
///
/// # Errors
/// Those of the database.
pub async fn remove_all_of(db: &impl ConnectionTrait, user: UserId) -> Result<(), DbErr> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user.0))
        .exec(db)
        .await
        .map(drop)
}

impl From<Model> for Recipient {
    fn from(row: Model) -> Self {
        Self {
            address: row.address,
            name: row.name,
            mails: row.mails,
            last_used: row.last_used,
        }
    }
}
