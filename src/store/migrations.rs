//! The schema, as steps that only go forward. SQLite and PostgreSQL run the same steps; times are milliseconds since
//! 1970 as 64-bit integers, because the two engines agree on those.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, integer_null, pk_auto, string, string_null,
    text, text_null,
};

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(Initial), Box::new(MailServers)]
    }
}

struct Initial;

impl MigrationName for Initial {
    fn name(&self) -> &'static str {
        "m0001_initial"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Initial {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for mut table in tables() {
            manager.create_table(table.if_not_exists().take()).await?;
        }
        for mut index in indexes() {
            manager.create_index(index.if_not_exists().take()).await?;
        }
        Ok(())
    }
}

/// Passwords of accounts and keys that sign mail, both encrypted.
struct MailServers;

impl MigrationName for MailServers {
    fn name(&self) -> &'static str {
        "m0002_mail_servers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for MailServers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["smtp_password", "imap_password"] {
            let alter = Table::alter()
                .table("accounts")
                .add_column(text_null(column))
                .take();
            manager.alter_table(alter).await?;
        }
        let keys = table("dkim_keys")
            .col(chosen_id())
            .col(integer("account_id"))
            .col(string("domain"))
            .col(string("selector"))
            .col(string("algorithm"))
            .col(text("private_key"))
            .col(text("public_key"))
            .take();
        manager.create_table(keys).await?;
        manager.create_index(index("dkim_keys", "account_id")).await
    }
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).take()
}

/// An integer key that the caller chooses: ids given on the command line and ids given out share one sequence.
fn chosen_id() -> ColumnDef {
    integer("id").primary_key().take()
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        table("changes")
            .col(
                ColumnDef::new("seq")
                    .big_integer()
                    .not_null()
                    .auto_increment()
                    .primary_key(),
            )
            .col(string("kind"))
            .col(string("key"))
            .col(big_integer("at"))
            .take(),
        table("users")
            .col(chosen_id())
            .col(string("login").unique_key())
            .col(string("name"))
            .col(string("email"))
            .col(boolean("admin"))
            .col(boolean("disabled"))
            .col(string_null("timezone"))
            .col(text_null("password_hash"))
            .take(),
        table("tokens")
            .col(chosen_id())
            .col(integer_null("user_id"))
            .col(string("secret_hash"))
            .col(string("scopes"))
            .col(string("remark"))
            .col(big_integer("created"))
            .col(big_integer_null("until"))
            .col(big_integer_null("last_used"))
            .col(big_integer_null("revoked"))
            .take(),
        table("web_sessions")
            .col(string("id").primary_key())
            .col(integer("user_id"))
            .col(string("secret_hash"))
            .col(big_integer("created"))
            .col(big_integer("expires"))
            .take(),
        table("accounts")
            .col(chosen_id())
            .col(string("name"))
            .col(boolean("everyone"))
            .col(text("smtp"))
            .col(text_null("imap"))
            .col(text_null("sieve"))
            .col(string_null("sent"))
            .col(string_null("drafts"))
            .col(boolean("user_editable"))
            .take(),
        table("account_owners")
            .col(integer("account_id"))
            .col(integer("user_id"))
            .primary_key(Index::create().col("account_id").col("user_id"))
            .take(),
        table("identities")
            .col(chosen_id())
            .col(integer("account_id"))
            .col(integer("user_id"))
            .col(string("email"))
            .col(string("name"))
            .col(string("org"))
            .col(string("label"))
            .col(string_null("reply_to"))
            .col(text_null("signature"))
            .col(boolean("is_default"))
            .take(),
        table("attachments")
            .col(string("token").primary_key())
            .col(integer("user_id"))
            .col(string("name"))
            .col(big_integer("size"))
            .col(string("content_type"))
            .col(string("sha256"))
            .col(big_integer("created"))
            .col(big_integer("last_used"))
            .take(),
        table("composes")
            .col(string("id").primary_key())
            .col(integer("user_id"))
            .col(string("made_by"))
            .col(string("state"))
            .col(text_null("share_password"))
            .col(string_null("message_id"))
            .col(big_integer("created"))
            .col(big_integer_null("opened_at"))
            .col(big_integer_null("seen_at"))
            .col(big_integer_null("finished_at"))
            .take(),
        table("compose_requests")
            .col(pk_auto("id"))
            .col(string("made_by"))
            .col(integer("user_id"))
            .col(string("key"))
            .col(string("digest"))
            .col(integer("status"))
            .col(text("answer"))
            .col(big_integer("created"))
            .take(),
        table("retired_ids")
            .col(string("kind").primary_key())
            .col(integer("id"))
            .take(),
        table("online_users")
            .col(integer("user_id").primary_key())
            .take(),
    ]
}

fn index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    Index::create()
        .name(format!("idx_{table}_{column}"))
        .table(table)
        .col(column)
        .take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("identities", "user_id"),
        index("identities", "account_id"),
        index("web_sessions", "user_id"),
        index("attachments", "user_id"),
        index("attachments", "last_used"),
        index("composes", "created"),
        index("compose_requests", "created"),
        index("compose_requests", "key"),
    ]
}
