//! What an upload is answered with.

use reqwest::Url;
use reqwest::redirect::Policy;
use serde_json::json;

use super::{put, stored};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;

const BASE: &str = "/egroupware/groupdav.php";

#[tokio::test]
async fn an_upload_is_302_with_location_and_json_to_the_letter() {
    let gateway = Gateway::start().await;
    let answer = put(&gateway, "Angebot%20M%C3%BCller.pdf", "%PDF-1.7").await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("x-webdav-status"), Some("302 Found"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let location = answer.body["location"].as_str().unwrap();
    let token = location
        .strip_prefix("/mail/attachments/Angebot Müller.pdf--")
        .unwrap();
    assert_eq!(
        answer.text,
        format!(
            "{{\n  \"status\": 200,\n  \"message\": \"Attachment stored\",\n  \"location\": \"{location}\"\n}}\n"
        )
    );
    let expected = gateway.url(&format!(
        "{BASE}/mail/attachments/Angebot%20M%C3%BCller.pdf--{token}"
    ));
    assert_eq!(answer.header("location"), Some(expected.as_str()));
    assert!(token.len() >= 22 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let again = put(&gateway, "Angebot%20M%C3%BCller.pdf", "%PDF-1.7").await;
    assert_ne!(again.body["location"], answer.body["location"]);
}

#[tokio::test]
async fn x_no_location_is_200_without_one() {
    let gateway = Gateway::start().await;
    for (value, status) in [("true", 200), ("True", 200), ("false", 302), ("", 302)] {
        let request = gateway
            .post("ralf", "/mail/attachments/a.txt")
            .header("X-No-Location", value);
        let answer = Answer::of(request.body("a").send().await.unwrap()).await;
        assert_eq!(answer.status, status, "{value}");
        assert_eq!(answer.header("location").is_some(), status == 302);
        assert_eq!(answer.body["status"], 200);
        assert_eq!(answer.message(), "Attachment stored");
    }
}

#[tokio::test]
async fn upload_status_201_is_created_in_header_and_json() {
    let gateway = Gateway::with(|config| config.attachments.upload_status = 201).await;
    let answer = put(&gateway, "a.txt", "a").await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("x-webdav-status"), Some("201 Created"));
    assert_eq!(answer.body["status"], 201);
    assert!(answer.header("location").is_some());
    let request = gateway
        .post("ralf", "/mail/attachments/a.txt")
        .header("X-No-Location", "true");
    let answer = Answer::of(request.body("a").send().await.unwrap()).await;
    assert_eq!((answer.status, &answer.body["status"]), (200, &json!(200)));
}

#[tokio::test]
async fn a_client_that_follows_gets_json_for_json_and_the_bytes_for_anything() {
    let gateway = Gateway::start().await;
    let following = reqwest::Client::builder()
        .redirect(Policy::limited(3))
        .no_proxy()
        .build();
    let following = following.unwrap();
    let upload = |accept: &'static str| {
        following
            .post(gateway.url(&format!("{BASE}/mail/attachments/a%20b.txt")))
            .basic_auth("ralf", Some(PASSWORD))
            .header("Accept", accept)
            .body("hello")
            .send()
    };
    let answer = Answer::of(upload("application/json").await.unwrap()).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json"))
    );
    let location = answer.body["location"].as_str().unwrap();
    assert!(location.starts_with("/mail/attachments/a b.txt--"));
    assert_eq!(
        answer.body,
        json!({
            "status": 200, "message": "Attachment stored", "location": location,
            "name": "a b.txt", "size": 5, "type": "text/plain",
            "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
        })
    );
    for accept in ["*/*", "text/html, */*;q=0.8", "application/*"] {
        let answer = Answer::of(upload(accept).await.unwrap()).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (200, "hello"),
            "{accept}"
        );
        let disposition = answer.header("content-disposition").unwrap();
        assert!(
            disposition.starts_with("attachment; filename=\"a b.txt\""),
            "{disposition}"
        );
    }
}

#[tokio::test]
async fn base_path_root_and_the_own_login_lead_to_the_same_place() {
    let gateway = Gateway::start().await;
    let location = stored(&gateway, "first.txt", "1").await;
    for prefix in [
        "",
        BASE,
        "/ralf",
        "/%72alf",
        &format!("{BASE}/ralf"),
        &format!("{BASE}/%7Busername%7D"),
    ] {
        let path = format!("{prefix}/mail/attachments/a.txt");
        let answer = Answer::of(gateway.post("ralf", &path).body("a").send().await.unwrap()).await;
        assert_eq!(answer.status, 302, "{prefix}");
        let own = answer.header("location").unwrap();
        assert!(
            own.starts_with(&gateway.url(&format!("{BASE}/mail/attachments/a.txt--"))),
            "{own}"
        );
        let bytes = gateway.get("ralf", &format!("{prefix}{location}"));
        assert_eq!(bytes.send().await.unwrap().text().await.unwrap(), "1");
    }
    let path = "/anna/mail/attachments/a.txt";
    let answer = Answer::of(gateway.post("ralf", path).body("a").send().await.unwrap()).await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.body,
        json!({
            "error": 403,
            "message": "/mail is NOT available for users other than the one you authenticated!",
        })
    );
}

#[tokio::test]
async fn location_is_below_the_public_url_whatever_host_was_asked() {
    let gateway = Gateway::with(|config| {
        config.server.public_url = Some(Url::parse("https://mail.example.org/").unwrap());
    })
    .await;
    let request = gateway
        .post("ralf", "/mail/attachments/a.txt")
        .header("Host", "evil.example");
    let answer = Answer::of(request.body("a").send().await.unwrap()).await;
    let location = answer.header("location").unwrap();
    assert!(
        location.starts_with("https://mail.example.org/egroupware/groupdav.php/mail/attachments/"),
        "{location}"
    );
}
