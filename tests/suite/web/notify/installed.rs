//! What a browser needs to install the page, and versions of it side by side.

use serde_json::{Value, json};

use super::super::signed_in_with_worker;
use super::kept;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;
use crate::support::{Browser, Gateway};

#[tokio::test]
async fn chromium_finds_nothing_in_the_way_of_an_installation() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start_with_worker().await else {
        return;
    };
    browser
        .sign_in_at(&gateway.url("/"), "ralf", PASSWORD)
        .await;
    for base in ["/", "/egroupware/groupdav.php/"] {
        let url = gateway.url(base);
        browser.open(&url).await;
        browser.online().await;
        let own = "return navigator.serviceWorker.controller?.scriptURL === arguments[0]";
        browser.until(own, vec![json!(format!("{url}sw.js"))]).await;
        let errors = browser
            .devtools("Page.getInstallabilityErrors", json!({}))
            .await;
        assert_eq!(errors["installabilityErrors"], json!([]), "{base}");
        let manifest = browser.devtools("Page.getAppManifest", json!({})).await;
        assert_eq!(manifest["errors"], json!([]), "{base}");
        let text: Value = serde_json::from_str(manifest["data"].as_str().unwrap()).unwrap();
        let from = url::Url::parse(manifest["url"].as_str().unwrap()).unwrap();
        let absolute = |path: &Value| from.join(path.as_str().unwrap()).unwrap();
        for own in [&text["start_url"], &text["scope"]] {
            assert_eq!(absolute(own).as_str(), url);
        }
        assert_eq!(
            absolute(&text["shortcuts"][0]["url"]).as_str(),
            format!("{url}#write")
        );
        assert_eq!(text["protocol_handlers"][0]["protocol"], "mailto");
        for icon in text["icons"].as_array().unwrap() {
            let size = "const picture = new Image(); picture.src = arguments[0]; \
                 return picture.decode().then(() => picture.naturalWidth)";
            let address = absolute(&icon["src"]);
            let width = browser
                .execute(size, vec![json!(address.as_str())])
                .await
                .unwrap();
            if icon["type"] == "image/png" {
                assert_eq!(icon["sizes"], format!("{width}x{width}"));
            }
        }
        assert!(browser.complaints().await.is_empty());
    }
}

#[tokio::test]
async fn the_worker_says_what_it_consists_of_and_may_do_little() {
    let gateway = Gateway::start().await;
    let answer = gateway
        .request(reqwest::Method::GET, "/sw.js")
        .send()
        .await
        .unwrap();
    let worker = Answer::of(answer).await;
    assert_eq!(worker.status, 200);
    assert_eq!(worker.header("cache-control"), Some("no-cache"));
    assert_eq!(
        worker.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    let policy = worker.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; connect-src 'self'"),
        "{policy}"
    );
    let value = |name: &str| {
        let (_, rest) = worker.text.split_once(&format!("const {name} = ")).unwrap();
        rest.split_once(";\n").unwrap().0.to_owned()
    };
    let version = value("VERSION").trim_matches('\'').to_owned();
    let files: Vec<String> = serde_json::from_str(&value("FILES")).unwrap();
    assert!(
        files.len() > 50 && files.contains(&"app.js".to_owned()),
        "{files:?}"
    );
    for file in files {
        let path = format!("/static/{version}/{file}");
        let answer = gateway
            .request(reqwest::Method::HEAD, &path)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn whoever_does_not_sign_in_does_not_keep_the_page() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start_with_worker().await else {
        return;
    };
    browser.open(&gateway.url("/")).await;
    browser.see("#login:focus").await;
    // Whatever the page does once it has nothing else to do is done.
    let idle = "return document.readyState === 'complete' && new Promise((idle) => requestIdleCallback(() => idle(true)))";
    browser.until(idle, vec![]).await;
    let workers = "return navigator.serviceWorker.getRegistrations().then((all) => all.length)";
    assert_eq!(browser.ask(workers).await, 0);
    browser.sign_in("ralf", PASSWORD).await;
    kept(&browser).await;
    assert_eq!(browser.ask(workers).await, 1);
}

#[tokio::test]
async fn files_of_an_earlier_version_stay_as_long_as_a_page_uses_them() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in_with_worker(&gateway, "ralf").await else {
        return;
    };
    kept(&browser).await;
    // What a page of another version has had kept, one that is open and one that is not.
    let earlier = "const put = (version) => caches.open(`quillgate / ${version}`) \
             .then((cache) => cache.put(`/static/${version}/late.js`, new Response('of its version'))); \
         return Promise.all(['0123456789abcdef', 'fedcba9876543210'].map(put)).then(() => new Promise((held) => { \
             navigator.locks.request('quillgate / 0123456789abcdef', { mode: 'shared' }, () => { held(); return new Promise(() => {}); }); \
         }))";
    browser.execute(earlier, vec![]).await.unwrap();
    let tab = browser.tab().await;
    browser.new_tab().await;
    browser.open(&gateway.url("/")).await;
    browser.online().await;
    let names =
        "return caches.keys().then((names) => names.sort().map((name) => name.split(' ').at(-1)))";
    let version = browser
        .ask("return document.documentElement.dataset.version")
        .await;
    let until_there_are = async |wanted: Value| {
        let script = "return caches.keys().then((names) => JSON.stringify(names.map((name) => name.split(' ').at(-1)).sort()) \
             === JSON.stringify(arguments[0].sort()))";
        browser.until(script, vec![wanted]).await;
    };
    until_there_are(json!([version, "0123456789abcdef"])).await;
    let late = "return fetch('/static/0123456789abcdef/late.js').then((answer) => answer.text())";
    assert_eq!(browser.ask(late).await, "of its version");

    browser.switch_to_window(tab).await.unwrap();
    browser.refresh().await.unwrap();
    browser.online().await;
    browser.refresh().await.unwrap();
    until_there_are(json!([version])).await;
    assert_eq!(browser.ask(names).await, json!([version]));
}

#[tokio::test]
async fn the_shortcut_opens_a_new_message_once() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start_with_worker().await else {
        return;
    };
    browser
        .sign_in_at(&gateway.url("/#write"), "ralf", PASSWORD)
        .await;
    browser.see("[role=dialog] .field-to input:focus").await;
    assert_eq!(browser.ask("return location.hash").await, "");
    browser.refresh().await.unwrap();
    browser.online().await;
    assert!(browser.windows_shown().await.len() <= 1);
}
