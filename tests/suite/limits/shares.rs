//! What all download links of one user hold.

use quillgate::telemetry::limits::Limit;
use serde_json::json;

use super::{assert_refused, assert_served, counted};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::post::{below, note};

#[tokio::test]
async fn copies_over_the_user_s_quota_are_507_and_nothing_is_sent_or_kept() {
    let gateway = Gateway::with(|config| config.shares.user_quota = 1500).await;
    let upload = async |login: &str, name: &str, bytes: usize| {
        let path = format!("/mail/attachments/{name}");
        let request = gateway.post(login, &path).body(vec![b'x'; bytes]);
        let answer = Answer::of(request.send().await.unwrap()).await;
        answer.body["location"].clone()
    };
    let send = async |login: &str, attachments: &[&serde_json::Value]| {
        let mut mail = note("Files");
        mail["attachments"] = json!(attachments);
        mail["attachmentType"] = json!("link");
        gateway.post_json(login, "/mail", &mail).await
    };
    let copies = || below(&gateway.data.join("blobs/shares")).len();
    let first = upload("ralf", "a", 1000).await;
    assert_eq!(send("ralf", &[&first]).await.status, 200);
    assert_eq!(send("ralf", &[&first]).await.status, 200, "used again");
    let (fits, not) = (
        upload("ralf", "b", 400).await,
        upload("ralf", "c", 101).await,
    );
    let answer = send("ralf", &[&fits, &not]).await;
    let message =
        "The files do not fit into your quota of 1500 bytes for download links (shares.user_quota)";
    assert_refused(&answer, 507, message, 1500, None);
    assert_eq!((gateway.sent().len(), copies()), (2, 1));
    counted(&gateway, Limit::ShareQuota, 1).await;
    let theirs = upload("anna", "d", 1500).await;
    assert_eq!(send("anna", &[&theirs]).await.status, 200);
    assert_served(&gateway, "anna").await;
    assert_eq!(send("ralf", &[&fits]).await.status, 200);
    assert_eq!((gateway.sent().len(), copies()), (4, 3));
}
