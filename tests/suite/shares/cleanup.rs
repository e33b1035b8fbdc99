//! What is over goes, whatever was killed in the middle of it.

use std::time::Duration;

use quillgate::config::Config;
use quillgate::shares::rows;
use quillgate::store::time;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use super::{copies, file, mail, mails, remove, run, sent, shares};
use crate::support::people;
use crate::support::{Gateway, eventually};

/// A gateway on a directory that outlives it.
async fn on(directory: &TempDir) -> Gateway {
    let mut config = Config::for_data_dir(&directory.path().join("data"));
    config.server.listen = vec![quillgate::config::Listen::Tcp("127.0.0.1:0".to_owned())];
    config.server.workers = 1;
    Gateway::launch(config).await
}

/// Rows as a server of another moment has left them.
async fn with(gateway: &Gateway, token: &str, change: impl FnOnce(&mut rows::Model)) {
    let mut row = shares(gateway).await.remove(0);
    row.token = token.to_owned();
    row.content = None;
    change(&mut row);
    if let Some(key) = &row.content {
        std::fs::write(gateway.data.join("blobs/shares").join(key), "copy").unwrap();
    }
    let insert = rows::Entity::insert(row.into_active_model().reset_all());
    let insert = move |db| async move { insert.exec_without_returning(&db).await };
    gateway.store.read(insert).await.unwrap();
    run(
        gateway,
        &format!("INSERT INTO share_mails VALUES ('{token}', 'm@x', 1)"),
    )
    .await;
}

#[tokio::test]
async fn shares_that_are_over_go_with_all_that_is_theirs_and_the_others_stay() {
    let directory = TempDir::new().unwrap();
    let gateway = on(&directory).await;
    people::move_in(&gateway.store, &gateway.outbox()).await;
    let live = file(&gateway, "live.txt", "live").await;
    let gone = file(&gateway, "gone.txt", "gone").await;
    for (path, kind) in [
        (&live, "link"),
        (&live, "share_ro"),
        (&gone, "link"),
        (&gone, "share_rw"),
    ] {
        sent(
            &gateway,
            &mail(json!({"attachments": [path], "attachmentType": kind})),
        )
        .await;
    }
    remove(&gateway, &gone).await;
    let (now, long_ago) = (time::now(), time::now() - 101 * 86_400_000);
    let copy = |key: &str| Some(key.to_owned());
    with(&gateway, "dated", |row| {
        (row.ends, row.content) = (Some(now - 1), copy("dated"))
    })
    .await;
    with(&gateway, "idle", |row| {
        (row.last_access, row.content) = (long_ago, copy("idle"))
    })
    .await;
    with(&gateway, "kept", |row| {
        // Nobody opens it, but it has a date.
        (row.last_access, row.ends, row.content) = (long_ago, Some(now + 60_000_000), copy("kept"));
    })
    .await;
    with(&gateway, "ownerless", |row| {
        (row.user_id, row.content) = (77, copy("ownerless"))
    })
    .await;
    with(&gateway, "disabled", |row| {
        (row.user_id, row.content) = (7, copy("disabled"))
    })
    .await;
    run(&gateway, "UPDATE users SET disabled = 1 WHERE id = 7").await;
    // A crash between a copy and its row, in the middle of a copy, and between a row and its mails.
    std::fs::write(gateway.data.join("blobs/shares/leftover"), "x").unwrap();
    std::fs::write(gateway.data.join("blobs/shares/half#1"), "x").unwrap();
    run(
        &gateway,
        "INSERT INTO share_mails VALUES ('nothing', 'm@x', 1)",
    )
    .await;
    // A row whose copy is gone: a backup may bring it back.
    with(&gateway, "lost", |row| row.content = copy("lost")).await;
    std::fs::remove_file(gateway.data.join("blobs/shares/lost")).unwrap();
    assert_eq!(
        (
            shares(&gateway).await.len(),
            copies(&gateway).len(),
            mails(&gateway).await
        ),
        (10, 9, 11)
    );
    gateway.stop().await;

    let gateway = on(&directory).await;
    eventually("only what is not over is left", async || {
        let rows = shares(&gateway).await;
        let mut tokens: Vec<_> = rows.iter().filter(|row| row.token.len() < 24).collect();
        tokens.sort_by(|a, b| a.token.cmp(&b.token));
        let tokens: Vec<_> = tokens.iter().map(|row| row.token.as_str()).collect();
        // Two copies and one live share of the mails, too.
        (rows.len(), tokens) == (6, vec!["disabled", "kept", "lost"])
            && (copies(&gateway).len(), mails(&gateway).await) == (4, 6)
    })
    .await;
    gateway.stop().await;
}

#[tokio::test]
async fn a_running_server_removes_what_ends() {
    let gateway = Gateway::with(|config| config.shares.keep = Duration::from_millis(200)).await;
    let path = file(&gateway, "a.txt", "a").await;
    let mail = mail(json!({"attachments": [path], "attachmentType": "link"}));
    let (shown, _) = sent(&gateway, &mail).await;
    assert!(shown.text.contains("a.txt (1 B)"));
    eventually("it is gone", async || {
        (shares(&gateway).await.len(), copies(&gateway).len()) == (0, 0)
    })
    .await;
}
