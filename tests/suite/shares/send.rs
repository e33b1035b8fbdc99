//! `POST /mail` with each type of attachment: the mail as it went out, and the rows.

use serde_json::{Value, json};

use super::{copies, filed, mail, sent, shares, uploaded, url};
use crate::support::Gateway;

#[tokio::test]
async fn an_upload_as_a_link_is_a_frozen_copy_with_its_address_in_the_mail() {
    let gateway = Gateway::start().await;
    let location = uploaded(&gateway, "report.txt", b"the report").await;
    let mail = mail(json!({
        "bodyHtml": "<p>Hello</p>", "attachments": [location], "attachmentType": "link",
    }));
    let (shown, answer) = sent(&gateway, &mail).await;
    assert_eq!(
        answer,
        json!({"status": 200, "message": "Mail successful sent"})
    );
    let rows = shares(&gateway).await;
    let [row] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    let url = url(&gateway, &row.token);
    assert_eq!(
        shown.text,
        format!("Hello\n\nDownload links:\n\nreport.txt (10 B)\n{url}\n\n")
    );
    let html = shown.html.unwrap();
    assert!(html.starts_with("<p>Hello</p>"), "{html}");
    assert!(html.contains(&format!("href=\"{url}\"")), "{html}");
    assert_eq!(shown.parts, [""; 0]);
    assert_eq!(copies(&gateway), [b"the report"]);
    assert_eq!(
        (row.kind.as_str(), row.name.as_str(), row.size, row.user_id),
        ("link", "report.txt", 10, 5)
    );
}
