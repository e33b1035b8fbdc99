//! The same file to the same people with the same options is the same share.

use quillgate::shares::rows::Column;
use quillgate::store::time;
use serde_json::{Value, json};

use super::{change, copies, file, mail, mails, sent, shares, uploaded};
use crate::support::Gateway;

const DAY: i64 = 86_400_000;

#[tokio::test]
async fn a_share_is_used_again_for_the_same_and_for_nothing_else() {
    let gateway = Gateway::start().await;
    let path = file(&gateway, "a.txt", "one").await;
    let upload = uploaded(&gateway, "a.txt", "one").await;
    let same = json!({
        "to": ["Anna <anna@example.org>"], "bcc": ["bert@example.org"], "attachments": [path],
        "attachmentType": "link", "shareExpiration": "2099-12-31", "shareMaxDownloads": 3,
    });
    let number = async |change: Value| {
        let mut mail = mail(same.clone());
        for (name, value) in change.as_object().unwrap() {
            mail[name] = value.clone();
        }
        sent(&gateway, &mail).await;
        shares(&gateway).await.len()
    };
    assert_eq!(number(json!({})).await, 1);
    for same in [
        json!({}),
        json!({"to": ["bert@Example.ORG"], "cc": "A <anna@example.org>", "bcc": []}),
        json!({"subject": "Other", "body": "words"}),
        json!({"attachments": [path, path]}),
        json!({"sharePassword": ""}),
    ] {
        assert_eq!(number(same.clone()).await, 1, "{same}");
    }
    assert_eq!((copies(&gateway).len(), mails(&gateway).await), (1, 6));
    let others = [
        json!({"to": ["ANNA@example.org"]}),
        json!({"bcc": []}),
        json!({"attachments": [upload]}),
        json!({"attachmentType": "share_ro"}),
        json!({"attachmentType": "share_rw"}),
        json!({"shareExpiration": "2099-12-30"}),
        json!({"shareExpiration": null}),
        json!({"sharePassword": "x"}),
        json!({"sharePassword": "y"}),
        json!({"shareMaxDownloads": 4}),
        json!({"shareMaxDownloads": null}),
    ];
    for (at, other) in others.iter().enumerate() {
        assert_eq!(number(other.clone()).await, at + 2, "{other}");
        assert_eq!(number(other.clone()).await, at + 2, "{other} again");
    }
    let all = others.len() + 1;
    assert_eq!(number(json!({})).await, all);
    file(&gateway, "a.txt", "two").await;
    assert_eq!(
        number(json!({"attachmentType": "share_ro"})).await,
        all,
        "a live one follows"
    );
    assert_eq!(number(json!({})).await, all + 1, "other bytes");
    let rows = shares(&gateway).await;
    let digests: std::collections::HashSet<_> = rows.iter().map(|row| &row.options).collect();
    // Only the passwords differ.
    assert_eq!(digests.len(), rows.len() - 1);
}

#[tokio::test]
async fn a_share_that_is_over_or_used_up_is_not_given_to_anybody_again() {
    let gateway = Gateway::start().await;
    let path = file(&gateway, "a.txt", "one").await;
    let capped =
        mail(json!({"attachments": [path], "attachmentType": "share_ro", "shareMaxDownloads": 2}));
    let number = async || {
        sent(&gateway, &capped).await;
        shares(&gateway).await.len()
    };
    assert_eq!(number().await, 1);
    change(&gateway, Column::Downloads, 1).await;
    assert_eq!(number().await, 1);
    change(&gateway, Column::Downloads, 2).await;
    assert_eq!(number().await, 2);
    // It would end tomorrow, and the mail would not say so.
    change(&gateway, Column::LastAccess, time::now() - 99 * DAY).await;
    assert_eq!(number().await, 3);
    change(&gateway, Column::Ends, time::now() - 1).await;
    assert_eq!(number().await, 4);
}
