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
        vec![
            Box::new(Initial),
            Box::new(MailServers),
            Box::new(FilesAndShares),
            Box::new(WebClient),
        ]
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
        manager
            .create_index(column_index("dkim_keys", "account_id"))
            .await
    }
}

/// Users' files as a tree of rows, and the shares of files and uploads.
struct FilesAndShares;

impl MigrationName for FilesAndShares {
    fn name(&self) -> &'static str {
        "m0003_files_and_shares"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for FilesAndShares {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in files_and_shares() {
            manager.create_table(table).await?;
        }
        let place = index("files", "place")
            .col("user_id")
            .col("parent")
            .col("name")
            .unique()
            .take();
        manager.create_index(place).await?;
        let order = index("files", "listing")
            .col("user_id")
            .col("parent")
            .col("folder")
            .col("name")
            .take();
        manager.create_index(order).await?;
        // Sums are read from the index alone.
        let used = index("files", "used").col("user_id").col("size").take();
        manager.create_index(used).await?;
        for column in ["user_id", "options", "file_id", "last_access"] {
            manager.create_index(column_index("shares", column)).await?;
        }
        Ok(())
    }
}

fn files_and_shares() -> [TableCreateStatement; 3] {
    [
        table("files")
            .col(pk_auto("id"))
            .col(integer("user_id"))
            .col(integer("parent"))
            .col(string("name"))
            .col(boolean("folder"))
            .col(string_null("content"))
            .col(big_integer("size"))
            .col(string("sha256"))
            .col(string("content_type"))
            .col(big_integer("modified"))
            .take(),
        table("shares")
            .col(string("token").primary_key())
            .col(integer("user_id"))
            .col(string("kind"))
            .col(integer_null("file_id"))
            .col(string_null("content"))
            .col(string("name"))
            .col(big_integer("size"))
            .col(string("sha256"))
            .col(string("content_type"))
            .col(text_null("password_hash"))
            .col(big_integer_null("ends"))
            .col(string_null("last_day"))
            .col(integer_null("max_downloads"))
            .col(string("options"))
            .col(text("recipients"))
            .col(big_integer("created"))
            .col(big_integer("last_access"))
            .col(big_integer("accesses"))
            .col(big_integer("downloads"))
            .col(big_integer("bytes_sent"))
            .take(),
        table("share_mails")
            .col(string("token"))
            .col(string("message_id"))
            .col(big_integer("sent"))
            .primary_key(Index::create().col("token").col("message_id"))
            .take(),
    ]
}

/// What the web client shows and keeps for its user.
struct WebClient;

impl MigrationName for WebClient {
    fn name(&self) -> &'static str {
        "m0004_web_client"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for WebClient {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            ("web_sessions", text_null("user_agent")),
            ("web_sessions", big_integer_null("last_used")),
            ("composes", text_null("subject")),
            ("composes", text_null("recipients")),
            ("composes", text_null("opened_by")),
        ];
        for (table, mut column) in columns {
            let alter = Table::alter().table(table).add_column(&mut column).take();
            manager.alter_table(alter).await?;
        }
        for table in web_client() {
            manager.create_table(table).await?;
        }
        manager
            .create_index(column_index("composes", "user_id"))
            .await?;
        manager
            .create_index(column_index("push_subscriptions", "user_id"))
            .await?;
        manager
            .create_index(column_index("push_subscriptions", "web_session"))
            .await
    }
}

fn web_client() -> [TableCreateStatement; 3] {
    [
        table("known_recipients")
            .col(integer("user_id"))
            .col(string("address_key"))
            .col(text("address"))
            .col(text("name"))
            .col(big_integer("mails"))
            .col(big_integer("last_used"))
            .primary_key(Index::create().col("user_id").col("address_key"))
            .take(),
        table("push_keys")
            .col(chosen_id())
            .col(text("private_key"))
            .take(),
        table("push_subscriptions")
            .col(string("id").primary_key())
            .col(integer("user_id"))
            .col(string("web_session"))
            .col(text("endpoint"))
            .col(string("p256dh"))
            .col(string("auth"))
            .col(string("user_agent"))
            .col(big_integer("created"))
            .col(big_integer_null("last_used"))
            .take(),
    ]
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

fn index(table: &'static str, name: &'static str) -> IndexCreateStatement {
    Index::create()
        .name(format!("idx_{table}_{name}"))
        .table(table)
        .take()
}

fn column_index(table: &'static str, column: &'static str) -> IndexCreateStatement {
    index(table, column).col(column).take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        column_index("identities", "user_id"),
        column_index("identities", "account_id"),
        column_index("web_sessions", "user_id"),
        column_index("attachments", "user_id"),
        column_index("attachments", "last_used"),
        column_index("composes", "created"),
        column_index("compose_requests", "created"),
        column_index("compose_requests", "key"),
    ]
}
