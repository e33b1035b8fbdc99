//! Shares on a host of their own: nothing else is there, and its pages may do nothing elsewhere.

use std::net::TcpListener;

use reqwest::{Method, RequestBuilder};

use super::{HTML, path, send};
use crate::support::exchange::exchange;
use crate::support::people::{PASSWORD, basic};
use crate::support::{Gateway, Page};

/// A gateway at `localhost` whose shares are at `127.0.0.1`: to a browser two hosts, and two origins.
pub async fn two_hosts() -> (Gateway, String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (own, shares) = (
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}"),
    );
    let (public_url, share_url) = (own.parse().unwrap(), shares.parse().unwrap());
    let gateway = Gateway::with(|config| {
        config.server.listen = vec![quillgate::config::Listen::Tcp(format!("127.0.0.1:{port}"))];
        config.server.public_url = Some(public_url);
        config.server.share_url = Some(share_url);
        config.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    (gateway, own, shares)
}

fn at(gateway: &Gateway, method: Method, origin: &str, path: &str) -> RequestBuilder {
    let host = origin.strip_prefix("http://").unwrap();
    gateway.request(method, path).header("host", host)
}

#[tokio::test]
async fn on_the_host_of_shares_there_is_nothing_else() {
    let (gateway, own, shares) = two_hosts().await;
    filed_at(&gateway, &own).await;
    let token = share_at(&gateway, &own, "share_ro").await;
    for (place, there) in [(&own, 200), (&shares, 404)] {
        for url in [
            "/",
            "/static/app.js",
            "/static/style/page.css",
            "/static/share/../app.js",
            "/static/share/%2e%2e/app.js",
            "/egroupware/groupdav.php/",
            "/egroupware/groupdav.php/static/share/share.js",
            "/egroupware/groupdav.php/healthz",
        ] {
            let host = place.strip_prefix("http://").unwrap();
            let raw = format!("GET {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let answer = exchange(&gateway, raw.as_bytes()).await;
            if there == 404 || !url.contains("..") && !url.contains("%2e") {
                assert_eq!(answer.status, there, "{place} {url}");
            }
        }
        let api = at(&gateway, Method::GET, place, "/mail").basic_auth("ralf", Some(PASSWORD));
        assert_eq!(send(api).await.status, there, "{place}");
        let login = at(&gateway, Method::POST, place, "/login").body("{}");
        assert_eq!(
            send(login).await.status,
            if there == 200 { 422 } else { 404 }
        );
        for url in [
            "/static/share/share.js",
            "/static/share/share.css",
            "/static/style/theme.css",
            "/healthz",
            &path(&token),
        ] {
            assert_eq!(
                send(at(&gateway, Method::GET, place, url)).await.status,
                200,
                "{place} {url}"
            );
        }
        let upgrade = at(&gateway, Method::GET, place, "/ws")
            .basic_auth("ralf", Some(PASSWORD))
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let status = upgrade.send().await.unwrap().status();
        assert_eq!(status, if there == 200 { 101 } else { 404 }, "{place}");
    }
    // Other spellings of the same host, and one that a proxy passes on.
    let port = shares.rsplit(':').next().unwrap();
    let dotted = format!("http://127.0.0.1.:{port}");
    let answer = send(at(&gateway, Method::GET, &dotted, "/")).await;
    assert_eq!(answer.status, 404);
    let host = shares.strip_prefix("http://").unwrap();
    let proxied = at(&gateway, Method::GET, &own, "/").header("x-forwarded-host", host);
    assert_eq!(send(proxied).await.status, 404);
}

#[tokio::test]
async fn browsers_are_led_there_and_tools_are_served_everywhere() {
    let (gateway, own, shares) = two_hosts().await;
    filed_at(&gateway, &own).await;
    let token = share_at(&gateway, &own, "share_ro").await;
    for (method, query) in [(Method::GET, "?download"), (Method::HEAD, "")] {
        let url = format!("{}{query}", path(&token));
        for here in [own.as_str(), "http://other.example"] {
            let page = at(&gateway, method.clone(), here, &url).header("accept", HTML);
            let answer = send(page).await;
            assert_eq!(answer.status, 307, "{here}");
            assert_eq!(answer.header("location"), Some(&*format!("{shares}{url}")));
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        }
    }
    let unknown = at(&gateway, Method::GET, &own, &path("unknown")).header("accept", HTML);
    assert_eq!(
        send(unknown).await.status,
        307,
        "nothing is told of it here"
    );
    let page = at(&gateway, Method::GET, &shares, &path(&token)).header("accept", HTML);
    let page = send(page).await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains(&format!("script-src {shares}/static/share/share.js ")),
        "{policy}"
    );
    assert!(!policy.contains("localhost"), "{policy}");
    for place in [&own, &shares] {
        let bytes = at(&gateway, Method::GET, place, &path(&token)).header("accept", "*/*");
        assert_eq!(send(bytes).await.text, "x");
    }
}

#[tokio::test]
async fn the_origin_of_shares_changes_shares_and_nothing_else() {
    let (gateway, own, shares) = two_hosts().await;
    filed_at(&gateway, &own).await;
    let token = share_at(&gateway, &own, "share_rw").await;
    let put = |place: &str, origin: &str| {
        let request = at(&gateway, Method::PUT, place, &path(&token));
        request.header("origin", origin.to_owned()).body("x")
    };
    for (place, origin, status) in [
        (&shares, shares.as_str(), 204),
        (&shares, own.as_str(), 403),
        (&own, own.as_str(), 403),
        (&shares, "http://[::1]", 403),
        (&shares, "null", 403),
    ] {
        assert_eq!(
            send(put(place, origin)).await.status,
            status,
            "{origin} at {place}"
        );
    }
    let cookie = sign_in_at(&gateway, &own).await;
    for (origin, status) in [(&own, 200), (&shares, 403)] {
        let api = at(&gateway, Method::POST, &own, "/mail")
            .header("cookie", cookie.clone())
            .header("origin", origin.clone())
            .json(&serde_json::json!({"to": ["a@example.org"], "subject": "S"}));
        assert_eq!(send(api).await.status, status, "{origin}");
        let authorization = basic("ralf", PASSWORD);
        let headers = [
            ("authorization", &*authorization),
            ("origin", origin),
            ("host", own.strip_prefix("http://").unwrap()),
        ];
        let page = Page::connect(&gateway, &headers).await;
        assert_eq!(page.is_ok(), status == 200, "{origin}");
    }
}

/// The usual calls name the address of the listener, which is the host of shares here.
async fn filed_at(gateway: &Gateway, own: &str) {
    let request = at(gateway, Method::PUT, own, "/files/home/ralf/a.txt");
    let request = request.basic_auth("ralf", Some(PASSWORD)).body("x");
    assert_eq!(send(request).await.status, 201);
}

async fn share_at(gateway: &Gateway, own: &str, kind: &str) -> String {
    let mail = serde_json::json!({"to": ["info@example.com"], "subject": "S", "attachments": ["/home/ralf/a.txt"], "attachmentType": kind});
    let request = at(gateway, Method::POST, own, "/mail").basic_auth("ralf", Some(PASSWORD));
    assert_eq!(send(request.json(&mail)).await.status, 200);
    super::tokens(gateway).await.remove(0)
}

async fn sign_in_at(gateway: &Gateway, own: &str) -> String {
    let form = serde_json::json!({"login": "ralf", "password": PASSWORD});
    let answer = send(at(gateway, Method::POST, own, "/login").json(&form)).await;
    let cookie = answer.header("set-cookie").unwrap();
    cookie.split(';').next().unwrap().to_owned()
}
