//! `/mail/shares`: senders see, change and end their shares.

use quillgate::shares::rows::Column;
use quillgate::store::time;
use reqwest::Method;
use sea_orm::entity::prelude::*;
use serde_json::{Value, json};

use super::{ask, change, copies, file, folder, mail, mails, remove, sent, shares, uploaded, url};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::{self, PASSWORD};

async fn listed(gateway: &Gateway, login: &str) -> Vec<Value> {
    let answer = gateway.get_json(login, "/mail/shares").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["shares"].as_array().unwrap().clone()
}

async fn patch(gateway: &Gateway, login: &str, token: &str, body: &Value) -> Answer {
    ask(
        gateway,
        login,
        "PATCH",
        &format!("/mail/shares/{token}"),
        body.to_string(),
    )
    .await
}

#[tokio::test]
async fn the_list_tells_all_about_one_s_own_shares_the_newest_first() {
    let gateway = Gateway::start().await;
    assert_eq!(listed(&gateway, "ralf").await, [Value::Null; 0]);
    folder(&gateway, "Bilder").await;
    let path = file(&gateway, "Bilder/a.txt", "before").await;
    let upload = uploaded(&gateway, "b.txt", "frozen").await;
    let link = mail(json!({
        "to": "Zoe <zoe@example.org>", "cc": ["anna@example.org"], "attachments": [upload],
        "attachmentType": "link", "shareExpiration": "2099-12-31", "sharePassword": "x", "shareMaxDownloads": 3,
    }));
    let (first, _) = sent(&gateway, &link).await;
    let (second, _) = sent(&gateway, &link).await;
    let live =
        mail(json!({"attachments": [path, "/home/ralf/Bilder"], "attachmentType": "share_rw"}));
    let (third, _) = sent(&gateway, &live).await;
    let moved = "/files/home/ralf/Bilder/a.txt?move=/home/ralf/c.txt";
    assert_eq!(
        ask(&gateway, "ralf", "POST", moved, String::new())
            .await
            .status,
        201
    );
    file(&gateway, "c.txt", "after").await;
    let listed = listed(&gateway, "ralf").await;
    let rows = shares(&gateway).await;
    let row = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
    let of = |name: &str| listed.iter().find(|share| share["name"] == name).unwrap();
    let created = |name: &str| time::rfc3339(row(name).created);
    assert_eq!(
        *of("b.txt"),
        json!({
            "token": row("b.txt").token, "url": url(&gateway, &row("b.txt").token), "type": "link",
            "name": "b.txt", "path": null, "folder": false, "size": 6, "expiration": "2099-12-31",
            "hasPassword": true, "maxDownloads": 3, "downloads": 0, "accesses": 0, "lastAccess": null,
            "created": created("b.txt"), "messageId": second.message_id,
            "messageIds": [second.message_id, first.message_id],
            "recipients": ["anna@example.org", "zoe@example.org"], "ended": false,
        })
    );
    assert_eq!(
        *of("a.txt"),
        json!({
            "token": row("a.txt").token, "url": url(&gateway, &row("a.txt").token), "type": "share_rw",
            "name": "a.txt", "path": "/home/ralf/c.txt", "folder": false, "size": 5, "expiration": null,
            "hasPassword": false, "maxDownloads": null, "downloads": 0, "accesses": 0, "lastAccess": null,
            "created": created("a.txt"), "messageId": third.message_id, "messageIds": [third.message_id],
            "recipients": ["info@example.com"], "ended": false,
        })
    );
    let shared = of("Bilder");
    assert_eq!(
        (&shared["folder"], &shared["path"]),
        (&json!(true), &json!("/home/ralf/Bilder"))
    );
    assert_eq!(listed[2]["name"], "b.txt");
    remove(&gateway, "/home/ralf/c.txt").await;
    change(&gateway, Column::Accesses, 2).await;
    change(&gateway, Column::LastAccess, 1_795_000_000_000_i64).await;
    let answer = gateway.get_json("ralf", "/mail/shares").await;
    let gone = answer.body["shares"]
        .as_array()
        .unwrap()
        .iter()
        .find(|share| share["name"] == "a.txt");
    let gone = gone.unwrap();
    assert_eq!(
        (&gone["path"], &gone["ended"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(
        (&gone["accesses"], &gone["lastAccess"]),
        (&json!(2), &json!("2026-11-18T11:06:40Z"))
    );
    assert!(answer.body.get("more").is_none());
    assert_eq!(
        super::manage::listed(&gateway, "anna").await,
        [Value::Null; 0]
    );
}

#[tokio::test]
async fn a_change_is_whole_or_not_at_all_and_is_answered_with_the_share() {
    let gateway = Gateway::start().await;
    let path = file(&gateway, "a.txt", "a").await;
    let link = mail(json!({"attachments": [path], "attachmentType": "link"}));
    sent(&gateway, &link).await;
    let before = shares(&gateway).await;
    let token = before[0].token.clone();
    for (body, status) in [
        (
            json!({"shareExpiration": "2099-12-31", "shareMaxDownloads": 0}),
            422,
        ),
        (
            json!({"sharePassword": "x", "shareExpiration": "yesterday"}),
            422,
        ),
        (json!({"shareExpiration": "2020-01-01"}), 422),
        (json!({"sharePassword": 5}), 422),
        (json!([]), 422),
    ] {
        let answer = patch(&gateway, "ralf", &token, &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
    }
    assert_eq!(
        patch(&gateway, "anna", &token, &json!({"sharePassword": "x"}))
            .await
            .status,
        404
    );
    assert_eq!(
        patch(&gateway, "ralf", "0123456789", &json!({}))
            .await
            .status,
        404
    );
    assert_eq!(shares(&gateway).await, before);

    let all = json!({"shareExpiration": "2099-12-31", "sharePassword": "y", "shareMaxDownloads": 7, "foo": 1});
    let answer = patch(&gateway, "ralf", &token, &all).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut expected = listed(&gateway, "ralf").await.remove(0);
    assert_eq!(
        (
            &expected["expiration"],
            &expected["hasPassword"],
            &expected["maxDownloads"]
        ),
        (&json!("2099-12-31"), &json!(true), &json!(7))
    );
    expected["warning"] = json!("Unknown attribute(s) ignored: foo");
    assert_eq!(answer.body, expected);
    assert!(!answer.text.contains("\"y\""));
    assert_eq!(told(&gateway, &token).await, 1);
    let row = shares(&gateway).await.remove(0);
    let ends = "2100-01-01T00:00:00Z".parse::<jiff::Timestamp>().unwrap();
    assert_eq!(row.ends, Some(ends.as_millisecond()));
    assert!(row.password_hash.unwrap().starts_with("$argon2"));

    let cap = patch(
        &gateway,
        "ralf",
        &token,
        &json!({"shareMaxDownloads": null}),
    )
    .await;
    assert_eq!(
        (&cap.body["maxDownloads"], &cap.body["hasPassword"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(
        told(&gateway, &token).await,
        1,
        "whoever has the password goes on"
    );
    // Kept by its date alone for so long.
    change(&gateway, Column::LastAccess, 0).await;
    let none = json!({"shareExpiration": null, "sharePassword": ""});
    let answer = patch(&gateway, "ralf", &token, &none).await;
    assert_eq!(
        (
            &answer.body["expiration"],
            &answer.body["hasPassword"],
            &answer.body["ended"]
        ),
        (&Value::Null, &json!(false), &json!(false))
    );
    assert_eq!(told(&gateway, &token).await, 2);
    sent(&gateway, &link).await;
    assert_eq!(
        shares(&gateway).await.len(),
        2,
        "what was changed is nobody else's"
    );
}

/// How often everybody was told that a share is not what it was.
async fn told(gateway: &Gateway, token: &str) -> usize {
    use quillgate::store::changes::{Column, Entity};
    let token = token.to_owned();
    let query = move |db| async move {
        let told = Entity::find().filter(Column::Kind.eq("share"));
        told.filter(Column::Key.eq(token)).all(&db).await
    };
    gateway.store.read(query).await.unwrap().len()
}

#[tokio::test]
async fn a_revoked_share_is_gone_with_its_copy_for_its_owner_alone() {
    let gateway = Gateway::start().await;
    let upload = uploaded(&gateway, "a.txt", "a").await;
    sent(
        &gateway,
        &mail(json!({"attachments": [upload], "attachmentType": "link"})),
    )
    .await;
    let token = shares(&gateway).await.remove(0).token;
    let path = format!("/mail/shares/{token}");
    for (login, path) in [("anna", path.as_str()), ("ralf", "/mail/shares/0123456789")] {
        let answer = ask(&gateway, login, "DELETE", path, String::new()).await;
        assert_eq!(
            answer.body,
            json!({"error": 404, "message": "There is no such share"})
        );
    }
    let both = async || {
        (
            shares(&gateway).await.len(),
            copies(&gateway).len(),
            mails(&gateway).await,
        )
    };
    assert_eq!(both().await, (1, 1, 1));
    let base = format!("/egroupware/groupdav.php/ralf{path}");
    let answer = ask(&gateway, "ralf", "DELETE", &base, String::new()).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(both().await, (0, 0, 0));
    assert_eq!(told(&gateway, &token).await, 1);
    let again = ask(&gateway, "ralf", "DELETE", &path, String::new()).await;
    assert_eq!(again.status, 404);
}

#[tokio::test]
async fn a_page_of_the_client_says_that_it_sends_json() {
    let gateway = Gateway::start().await;
    let cookie = people::sign_in(&gateway, "ralf").await;
    for (kind, status) in [("text/plain", 415), ("application/json", 404)] {
        let request = gateway.request(Method::PATCH, "/mail/shares/x").body("{}");
        let request = request
            .header("cookie", &cookie)
            .header("content-type", kind);
        assert_eq!(request.send().await.unwrap().status(), status, "{kind}");
    }
    let request = gateway.request(Method::PATCH, "/mail/shares/x");
    let request = request
        .basic_auth("ralf", Some(PASSWORD))
        .body("x".repeat(20_000));
    assert_eq!(request.send().await.unwrap().status(), 413);
}
