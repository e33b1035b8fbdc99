//! Shares of mails that come from a compose window: the same checks, nothing is made before the send.

use serde_json::{Value, json};

use super::{copies, file, folder, mail, mails, sent, shares, uploaded, url};
use crate::support::gateway::Answer;
use crate::support::{Gateway, Page};

/// Opens a window of ralf's; returns its id and what it is filled with.
async fn window(gateway: &Gateway, page: &mut Page, mail: &Value) -> (String, Value) {
    let (answer, offer): (Answer, _) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", mail),
        page.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    (
        answer.body["id"].as_str().unwrap().to_owned(),
        offer["data"].clone(),
    )
}

/// What the page sends: what it was filled with, and the window's id.
fn from_window(id: &str, data: &Value) -> Value {
    let mut mail = json!({"composeId": id});
    for name in [
        "to",
        "body",
        "bodyHtml",
        "attachmentType",
        "shareExpiration",
        "shareMaxDownloads",
    ] {
        mail[name] = data[name].clone();
    }
    let attachments = data["attachments"].as_array().unwrap();
    mail["attachments"] = attachments
        .iter()
        .map(|one| one["location"].clone())
        .collect();
    mail
}

#[tokio::test]
async fn every_type_survives_the_window_with_its_terms_and_the_window_s_password_counts() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let upload = uploaded(&gateway, "u.txt", "upload").await;
    let path = file(&gateway, "f.txt", "a file").await;
    let pictures = folder(&gateway, "Bilder").await;
    for (kind, locations, rows) in [
        (None, vec![&upload, &path], vec![]),
        (Some("attach"), vec![&path], vec![]),
        (Some("link"), vec![&upload, &path], vec!["link", "link"]),
        (
            Some("share_ro"),
            vec![&upload, &path, &pictures],
            vec!["link", "share_ro", "share_ro"],
        ),
        (
            Some("share_rw"),
            vec![&path, &pictures],
            vec!["share_rw", "share_rw"],
        ),
    ] {
        let before = shares(&gateway).await.len();
        let opened = mail(json!({
            "to": [format!("{}@example.org", kind.unwrap_or("none"))], "attachments": locations, "attachmentType": kind, "shareExpiration": "2099-12-31",
            "sharePassword": "window", "shareMaxDownloads": 5,
        }));
        let (id, data) = window(&gateway, &mut page, &opened).await;
        assert_eq!(
            shares(&gateway).await.len(),
            before,
            "nothing is made for a window"
        );
        assert!(!data.to_string().contains("sharePassword") && data["hasSharePassword"] == true);
        let shown: Vec<_> = locations
            .iter()
            .map(|location| shown_as(location))
            .collect();
        assert_eq!(data["attachments"], json!(shown));
        let (shown, _) = sent(&gateway, &from_window(&id, &data)).await;
        let all = shares(&gateway).await;
        let mut made: Vec<_> = all[before..].iter().map(|row| row.kind.as_str()).collect();
        made.sort_unstable();
        assert_eq!(made, rows);
        for row in &all[before..] {
            assert!(
                shown.text.contains(&url(&gateway, &row.token)),
                "{}",
                shown.text
            );
            assert!(row.password_hash.is_some() && row.max_downloads == Some(5));
            assert_eq!(row.last_day.as_deref(), Some("2099-12-31"));
        }
        assert_eq!(shown.text.matches("password required").count(), rows.len());
        assert_eq!(
            shown.parts.len(),
            if rows.is_empty() { locations.len() } else { 0 }
        );
    }
}

/// An attachment as the window gets it.
fn shown_as(location: &str) -> Value {
    let (name, size, kind) = match location {
        "/home/ralf/f.txt" => ("f.txt", json!(6), "text/plain"),
        "/home/ralf/Bilder" => ("Bilder", json!(0), "httpd/unix-directory"),
        _ => ("u.txt", json!(6), "text/plain"),
    };
    json!({"location": location, "name": name, "size": size, "type": kind})
}

#[tokio::test]
async fn another_password_or_none_in_the_send_counts_instead_of_the_window_s() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let path = file(&gateway, "a.txt", "a").await;
    let opened = mail(
        json!({"attachments": [path], "attachmentType": "share_ro", "sharePassword": "window"}),
    );
    // Each counts as the same as a mail that is sent with it at once.
    for (own, same) in [(None, "window"), (Some("other"), "other"), (Some(""), "")] {
        let (id, data) = window(&gateway, &mut page, &opened).await;
        let mut mail = from_window(&id, &data);
        mail["sharePassword"] = json!(own);
        sent(&gateway, &mail).await;
        let made = shares(&gateway).await;
        mail = opened.clone();
        mail["sharePassword"] = json!(same);
        sent(&gateway, &mail).await;
        assert_eq!(shares(&gateway).await, made, "{own:?}");
        assert_eq!(
            made.last().unwrap().password_hash.is_some(),
            !same.is_empty()
        );
    }
    assert_eq!(
        (shares(&gateway).await.len(), mails(&gateway).await),
        (3, 6)
    );
    assert_eq!(copies(&gateway).len(), 0);
}

#[tokio::test]
async fn a_window_that_nobody_knows_any_more_had_a_password_perhaps() {
    let gateway = Gateway::start().await;
    let path = file(&gateway, "a.txt", "a").await;
    let unknown = "0190a000-0000-4000-8000-000000000000";
    let mut mail =
        mail(json!({"attachments": [path], "attachmentType": "share_ro", "composeId": unknown}));
    let (_, answer) = sent(&gateway, &mail).await;
    assert_eq!(
        answer["warning"],
        format!(
            "Compose {unknown} is unknown or expired; \
             The download links have no password, as that of the window is not known any more"
        )
    );
    mail["sharePassword"] = json!("x");
    let (_, answer) = sent(&gateway, &mail).await;
    assert_eq!(
        answer["warning"],
        format!("Compose {unknown} is unknown or expired")
    );
}
