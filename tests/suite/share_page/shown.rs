//! The page in a real browser, as somebody without an account uses it.

use fantoccini::key::Key;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{filed, path, shared};
use crate::support::{Browser, Gateway, eventually};
use crate::web::screenshots::take;

/// Downloads go to a directory of the test's.
async fn with_downloads(browser: &Browser) -> TempDir {
    let directory = TempDir::new().unwrap();
    let behavior = json!({"behavior": "allow", "downloadPath": directory.path()});
    browser
        .devtools("Browser.setDownloadBehavior", behavior)
        .await;
    directory
}

pub async fn is_ready(browser: &Browser) {
    browser
        .until(
            "return document.documentElement.dataset.ready === ''",
            vec![],
        )
        .await;
}

/// How it looks on a telephone and on a desk, by day and by night.
pub async fn take_all(browser: &Browser, name: &str) {
    for (scheme, suffix) in [("light", ""), ("dark", "-dark")] {
        browser.prefer(scheme).await;
        take(browser, &format!("share-{name}{suffix}")).await;
        browser.resize(390, 844).await;
        assert_eq!(
            browser
                .ask("return document.documentElement.scrollWidth > innerWidth")
                .await,
            false,
            "{name}"
        );
        take(browser, &format!("share-{name}-390{suffix}")).await;
        browser.resize(1440, 900).await;
    }
    browser.prefer("light").await;
}

#[tokio::test]
async fn a_download_shows_progress_can_be_cancelled_and_goes_on() {
    let gateway = Gateway::start().await;
    let content: String = (0..400_000).map(|n| format!("{n:07}")).collect();
    filed(&gateway, "Figures.txt", "text/plain", content.clone()).await;
    let token = shared(
        &gateway,
        "Figures.txt",
        "link",
        json!({"shareExpiration": "+14days"}),
    )
    .await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let downloads = with_downloads(&browser).await;
    browser.open(&gateway.url(&path(&token))).await;
    is_ready(&browser).await;
    browser.see_text("h1", "Figures.txt").await;
    browser.see_text(".facts", "Ralf Becker").await;
    browser.see_text(".preview pre", "0000000").await;
    take_all(&browser, "file").await;

    let slow = json!({"offline": false, "latency": 0, "downloadThroughput": 200_000, "uploadThroughput": -1});
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.emulateNetworkConditions", slow)
        .await;
    browser.tab_to("Download").await;
    browser.press(Key::Enter).await;
    browser.see_text(".transfer-state", " of 2.6 MiB").await;
    take(&browser, "share-progress").await;
    browser.button("Cancel").await.click().await.unwrap();
    browser
        .see_text(".transfer[data-state=failed]", "Cancelled")
        .await;
    browser.emulate_network(true).await;
    browser.button("Try again").await.click().await.unwrap();
    browser
        .see_text(".transfer[data-state=done]", "Downloaded")
        .await;
    let file = downloads.path().join("Figures.txt");
    eventually("the whole file", async || {
        std::fs::read_to_string(&file).is_ok_and(|text| text == content)
    })
    .await;
    assert_eq!(browser.complaints().await, [""; 0]);
    // It went on: only one of its requests asked for the first byte.
    let counted = async || super::row(&gateway, &token).await;
    eventually("written", async || counted().await.downloads > 0).await;
    assert_eq!(counted().await.downloads, 1);
}

#[tokio::test]
async fn in_a_writable_folder_files_are_added_and_deleted() {
    let gateway = Gateway::start().await;
    filed(
        &gateway,
        "Observation deck/Drawings/plan.txt",
        "text/plain",
        "x",
    )
    .await;
    filed(
        &gateway,
        "Observation deck/Notes.txt",
        "text/plain",
        "Notes",
    )
    .await;
    let token = shared(&gateway, "Observation deck", "share_rw", Value::Null).await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let local = TempDir::new().unwrap();
    let chosen: Vec<_> = ["One & only.txt", "Zwei ü.txt"]
        .map(|name| local.path().join(name))
        .to_vec();
    for file in &chosen {
        std::fs::write(file, "new").unwrap();
    }
    browser.open(&gateway.url(&path(&token))).await;
    is_ready(&browser).await;
    take_all(&browser, "folder").await;
    let input = browser
        .see(".upload")
        .await
        .find(fantoccini::Locator::Css("input"))
        .await
        .unwrap();
    let paths: Vec<_> = chosen.iter().map(|file| file.to_str().unwrap()).collect();
    input.send_keys(&paths.join("\n")).await.unwrap();
    browser.see_text(".entries", "One & only.txt").await;
    browser.see_text(".entries", "Zwei ü.txt").await;
    let there = gateway.get(
        "ralf",
        "/files/home/ralf/Observation%20deck/Zwei%20%C3%BC.txt",
    );
    assert_eq!(there.send().await.unwrap().text().await.unwrap(), "new");

    is_ready(&browser).await;
    browser
        .button("Delete Notes.txt")
        .await
        .click()
        .await
        .unwrap();
    browser
        .see_text("#remove-title", "Delete “Notes.txt”?")
        .await;
    take(&browser, "share-delete").await;
    // Enter is for staying.
    browser.press(Key::Enter).await;
    browser
        .until("return !document.querySelector('#remove').open", vec![])
        .await;
    browser.see_text(".entries", "Notes.txt").await;
    browser
        .button("Delete Notes.txt")
        .await
        .click()
        .await
        .unwrap();
    browser.see("#remove .danger").await.click().await.unwrap();
    browser
        .until(
            "return !document.querySelector('.entries').innerText.includes('Notes.txt')",
            vec![],
        )
        .await;

    browser.see(".entries a").await.click().await.unwrap();
    browser.see_text(".way", "Drawings").await;
    browser.see_text(".entries", "plan.txt").await;
    browser.see(".way a").await.click().await.unwrap();
    browser.see_text(".entries", "Drawings").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_file_is_replaced_unless_somebody_was_faster() {
    let gateway = Gateway::start().await;
    filed(&gateway, "a.txt", "text/plain", "first").await;
    let token = shared(&gateway, "a.txt", "share_rw", Value::Null).await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let local = TempDir::new().unwrap();
    let file = local.path().join("another name.txt");
    std::fs::write(&file, "mine").unwrap();
    browser.open(&gateway.url(&path(&token))).await;
    is_ready(&browser).await;
    filed(&gateway, "a.txt", "text/plain", "theirs").await;
    let choose = async || {
        let input = browser
            .see(".upload")
            .await
            .find(fantoccini::Locator::Css("input"))
            .await;
        input
            .unwrap()
            .send_keys(file.to_str().unwrap())
            .await
            .unwrap();
    };
    choose().await;
    browser
        .see_text(
            ".transfer[data-state=failed]",
            "Somebody else has changed it",
        )
        .await;
    take_all(&browser, "conflict").await;
    browser.refresh().await.unwrap();
    is_ready(&browser).await;
    choose().await;
    browser.see_text(".preview pre", "mine").await;
    browser.see_text("h1", "a.txt").await;
}

#[tokio::test]
async fn a_password_is_asked_for_and_a_page_works_without_scripts() {
    let gateway = Gateway::start().await;
    filed(&gateway, "Plan.txt", "text/plain", "The plan").await;
    let token = shared(
        &gateway,
        "Plan.txt",
        "share_rw",
        json!({"sharePassword": "grün"}),
    )
    .await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    browser.open(&gateway.url(&path(&token))).await;
    take_all(&browser, "password").await;
    // The field has the focus.
    browser.keys("rot").await;
    browser.press(Key::Enter).await;
    browser
        .see_text("#problem", "That is not the password")
        .await;
    take_all(&browser, "password-wrong").await;
    browser
        .devtools(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": true}),
        )
        .await;
    browser
        .labelled("Password")
        .await
        .send_keys("grün")
        .await
        .unwrap();
    browser.button("Open").await.click().await.unwrap();
    browser.see_text(".preview pre", "The plan").await;
    let link = browser.see(".download a").await.attr("href").await.unwrap();
    assert_eq!(link, Some(format!("{}?download", path(&token))));
    // What needs a script is not there without.
    assert_eq!(
        browser
            .ask("return document.querySelector('.upload').checkVisibility()")
            .await,
        false
    );
    browser
        .devtools(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": false}),
        )
        .await;
    browser.open(&gateway.url(&path("unknown"))).await;
    browser
        .see_text("main", "does not exist or has expired")
        .await;
    take_all(&browser, "gone").await;
}
