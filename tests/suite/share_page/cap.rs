//! Shares that may be downloaded a certain number of times.

use reqwest::Method;
use serde_json::json;

use super::{filed, get, opened, path, row, send, share_of, shared, tool};
use crate::support::gateway::Answer;
use crate::support::raw::Raw;
use crate::support::{Gateway, eventually};

async fn capped(
    gateway: &Gateway,
    name: &str,
    content: impl Into<reqwest::Body>,
    most: u32,
) -> String {
    filed(gateway, name, "text/plain", content).await;
    shared(gateway, name, "link", json!({"shareMaxDownloads": most})).await
}

async fn part(gateway: &Gateway, token: &str, range: &str) -> Answer {
    send(tool(gateway, Method::GET, &path(token)).header("range", range)).await
}

#[tokio::test]
async fn a_download_is_counted_and_looking_is_not() {
    let gateway = Gateway::start().await;
    let token = capped(&gateway, "a.txt", "0123456789", 2).await;
    let here = path(&token);
    for _ in 0..3 {
        let page = opened(&gateway, &here).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("2 downloads left"), "{}", page.text);
        // A preview would be a download that is not counted.
        assert!(!page.text.contains("0123456789"), "{}", page.text);
        assert_eq!(send(tool(&gateway, Method::HEAD, &here)).await.status, 200);
        assert_eq!(get(&gateway, &format!("{here}?preview")).await.status, 404);
    }
    let first = get(&gateway, &here).await;
    let etag = first.header("etag").unwrap();
    let fresh = tool(&gateway, Method::GET, &here).header("if-none-match", etag);
    assert_eq!(send(fresh).await.status, 304);
    assert_eq!(part(&gateway, &token, "bytes=50-").await.status, 416);
    assert!(
        opened(&gateway, &here)
            .await
            .text
            .contains("1 download left")
    );
    assert_eq!(row(&gateway, &token).await.downloads, 1);
    let last = part(&gateway, &token, "bytes=0-3").await;
    assert_eq!((last.status, last.text.as_str()), (206, "0123"));
    for url in [here.clone(), format!("{here}?download")] {
        for answer in [
            get(&gateway, &url).await,
            opened(&gateway, &url).await,
            send(tool(&gateway, Method::HEAD, &url)).await,
        ] {
            assert_eq!(answer.status, 404);
        }
    }
    assert_eq!(part(&gateway, &token, "bytes=0-").await.status, 404);
    assert_eq!(row(&gateway, &token).await.downloads, 2);
    // What the last one left of its bytes may still be fetched, and no more.
    assert_eq!(part(&gateway, &token, "bytes=4-").await.text, "456789");
    assert_eq!(part(&gateway, &token, "bytes=9-").await.status, 404);
    assert_eq!(row(&gateway, &token).await.bytes_sent, 20);
}

#[tokio::test]
async fn two_at_once_do_not_both_get_the_last_one() {
    let gateway = Gateway::start().await;
    let token = capped(&gateway, "a.txt", "0123456789", 3).await;
    let url = path(&token);
    let asked = (0..12).map(|_| get(&gateway, &url));
    let answers = futures_util::future::join_all(asked).await;
    let given = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().filter(|answer| answer.status == 404).count();
    assert_eq!((given, refused), (3, 9));
    assert_eq!(row(&gateway, &token).await.downloads, 3);
}

#[tokio::test]
async fn what_was_not_sent_is_given_back() {
    let gateway = Gateway::start().await;
    let size = 64 << 20;
    let token = capped(&gateway, "large.bin", vec![b'x'; size], 1).await;
    let mut raw = Raw::connect(&gateway).await;
    let request = format!("GET {} HTTP/1.1\r\nHost: x\r\n\r\n", path(&token));
    raw.send(request.as_bytes()).await.unwrap();
    eventually("all is set aside", async || {
        row(&gateway, &token).await.bytes_sent == size as i64
    })
    .await;
    raw.reset();
    eventually("the rest is given back", async || {
        row(&gateway, &token).await.bytes_sent < size as i64
    })
    .await;
    let last = size - 1000;
    let rest = part(&gateway, &token, &format!("bytes={last}-")).await;
    assert_eq!((rest.status, rest.text.len()), (206, 1000));
    assert_eq!(row(&gateway, &token).await.downloads, 1);
}

#[tokio::test]
async fn in_a_folder_each_file_counts_and_an_unlimited_share_counts_too() {
    let gateway = Gateway::start().await;
    filed(&gateway, "Plans/a.txt", "text/plain", "0123456789").await;
    filed(&gateway, "Plans/b.txt", "text/plain", "0123456789").await;
    let token = shared(
        &gateway,
        "Plans",
        "share_ro",
        json!({"shareMaxDownloads": 3}),
    )
    .await;
    let (a, b) = (
        format!("{}/a.txt", path(&token)),
        format!("{}/b.txt", path(&token)),
    );
    assert_eq!(get(&gateway, &path(&token)).await.status, 200);
    assert_eq!(get(&gateway, &a).await.status, 200);
    assert_eq!(get(&gateway, &b).await.status, 200);
    let later = tool(&gateway, Method::GET, &b).header("range", "bytes=5-");
    assert_eq!(send(later).await.status, 206);
    for url in [&a, &b, &path(&token)] {
        assert_eq!(get(&gateway, url).await.status, 404, "{url}");
        let later = tool(&gateway, Method::GET, url).header("range", "bytes=5-");
        assert_eq!(send(later).await.status, 404, "{url}");
    }
    let open = share_of(&gateway, "c.txt", "0123456789", "link").await;
    for _ in 0..3 {
        get(&gateway, &path(&open)).await;
        part(&gateway, &open, "bytes=5-").await;
    }
    eventually("downloads written", async || {
        row(&gateway, &open).await.downloads == 3
    })
    .await;
}
