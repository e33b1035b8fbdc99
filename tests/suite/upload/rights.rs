//! Who may upload.

use reqwest::Method;

use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::token;

#[tokio::test]
async fn a_token_needs_groupdav_and_the_right_to_upload() {
    let gateway = Gateway::start().await;
    for (scopes, missing) in [
        ("groupdav mail", None),
        ("groupdav mail:upload", None),
        ("groupdav mail:send", Some("mail:upload")),
        ("groupdav mail:compose", Some("mail:upload")),
        ("mail", Some("groupdav")),
        ("groupdav", Some("mail")),
    ] {
        let (_, token) = token(&gateway, Some("ralf"), scopes, None).await;
        let request = gateway
            .request(Method::POST, "/mail/attachments/a")
            .basic_auth("ralf", Some(&token))
            .body("x");
        let answer = Answer::of(request.send().await.unwrap()).await;
        match missing {
            None => {
                assert_eq!(answer.status, 302, "{scopes}");
                let location = answer.body["location"].as_str().unwrap();
                let back = gateway.request(Method::GET, location);
                let back = back.basic_auth("ralf", Some(&token)).send().await.unwrap();
                assert_eq!(back.status(), 200, "{scopes}");
                let gone = gateway.request(Method::DELETE, location);
                let gone = gone.basic_auth("ralf", Some(&token)).send().await.unwrap();
                assert_eq!(gone.status(), 204, "{scopes}");
            }
            Some(scope) => {
                assert_eq!(answer.status, 403, "{scopes}");
                assert!(answer.message().contains(scope), "{}", answer.message());
            }
        }
    }
    super::files_become(&gateway, 0).await;
}

#[tokio::test]
async fn nobody_uploads_without_credentials() {
    let gateway = Gateway::start().await;
    let request = gateway
        .request(Method::POST, "/mail/attachments/a")
        .body("x");
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.header("www-authenticate"),
        Some("Basic realm=\"EGroupware CalDAV/CardDAV/GroupDAV server\"")
    );
    assert_eq!(answer.header("x-webdav-status"), Some("401 Unauthorized"));
}
