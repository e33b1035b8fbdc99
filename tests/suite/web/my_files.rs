//! The page "My files": what is done there is done to the files, and names never become more than text.

use fantoccini::Locator;
use fantoccini::key::Key;
use reqwest::Method;
use serde_json::json;

use super::signed_in;
use crate::support::people::PASSWORD;
use crate::support::{Browser, Gateway};

const HOSTILE: &str = "<img src=x onerror=pwned=1>";
/// One name that a browser would turn around, one that is a way in other systems.
const ODD: &str = "a\u{202e}fdp.%2F..\\..& \"x.txt";

/// Puts a file there as another program does.
pub async fn put(gateway: &Gateway, names: &[&str], content: &str) {
    let request = gateway.request(Method::PUT, &path(names));
    let request = request.basic_auth("ralf", Some(PASSWORD));
    let answer = request.body(content.to_owned()).send().await.unwrap();
    assert_eq!(answer.status(), 201, "{names:?}");
}

/// Makes a folder as another program does.
pub async fn make_folder(gateway: &Gateway, name: &str) {
    let path = format!("{}?mkdir", path(&[name]));
    let answer = gateway.post("ralf", &path).send().await.unwrap();
    assert_eq!(answer.status(), 201, "{name}");
}

/// What a file holds, None if there is no such file.
async fn content(gateway: &Gateway, names: &[&str]) -> Option<String> {
    let answer = gateway.get("ralf", &path(names)).send().await.unwrap();
    match answer.status().as_u16() {
        404 => None,
        status => {
            assert_eq!(status, 200);
            Some(answer.text().await.unwrap())
        }
    }
}

fn path(names: &[&str]) -> String {
    let encode = |name: &&str| {
        percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let names: Vec<String> = names.iter().map(encode).collect();
    format!("/files/home/ralf/{}", names.join("/"))
}

/// Goes to a page by its link in the header.
pub async fn turn_to(browser: &Browser, name: &str) {
    let link = browser.find(Locator::LinkText(name)).await.unwrap();
    link.click().await.unwrap();
}

async fn press(browser: &Browser, button: &str) {
    browser.button(button).await.click().await.unwrap();
}

/// Chooses from the menu of a file or folder.
async fn choose(browser: &Browser, name: &str, item: &str) {
    press(browser, &format!("Actions for {name}")).await;
    press_in(browser, "[@role='menu']", item).await;
}

/// Presses a button of an element that is open, told by a predicate of XPath.
pub async fn press_in(browser: &Browser, which: &str, button: &str) {
    let path = format!("//*{which}//*[self::button or self::a][normalize-space()='{button}']");
    let found = browser.wait().for_element(Locator::XPath(&path));
    found.await.unwrap().click().await.unwrap();
}

/// Waits until exactly these are in the folder that is shown.
async fn shows(browser: &Browser, names: &[&str]) {
    let script = "const names = [...document.querySelectorAll('.entry bdi')].map((node) => node.textContent); \
         return JSON.stringify(names) === JSON.stringify(arguments[0])";
    browser.until(script, vec![json!(names)]).await;
}

async fn upload(browser: &Browser, file: &std::path::Path, bytes: &[u8]) {
    std::fs::write(file, bytes).unwrap();
    let input = browser.find(Locator::Css("input[aria-label='Upload files']"));
    let input = input.await.unwrap();
    input.send_keys(file.to_str().unwrap()).await.unwrap();
}

#[tokio::test]
async fn files_are_uploaded_replaced_moved_renamed_and_deleted() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    turn_to(&browser, "My files").await;
    browser
        .see_text("#files .empty", "This folder is empty")
        .await;
    press(&browser, "New folder").await;
    browser.keys("Offers").await;
    browser.press(Key::Enter).await;
    shows(&browser, &["Offers"]).await;

    let directory = tempfile::TempDir::new().unwrap();
    let file = directory.path().join("report 1.txt");
    upload(&browser, &file, b"first").await;
    shows(&browser, &["Offers", "report 1.txt"]).await;
    upload(&browser, &file, b"second").await;
    browser
        .see_text(".upload", "a file of this name already")
        .await;
    assert_eq!(content(&gateway, &["report 1.txt"]).await.unwrap(), "first");
    press(&browser, "Replace report 1.txt").await;
    browser.see_no(".upload").await;
    assert_eq!(
        content(&gateway, &["report 1.txt"]).await.unwrap(),
        "second"
    );
    upload(&browser, &file, b"third").await;
    press(&browser, "Keep both report 1.txt").await;
    shows(&browser, &["Offers", "report 1 (2).txt", "report 1.txt"]).await;

    // A drop, in a folder; the way back is the browser's.
    turn_to(&browser, "Offers").await;
    browser.see_text("#files h1", "Offers").await;
    let drop = "const data = new DataTransfer(); data.items.add(new File(['dropped'], 'drop.txt')); \
         document.querySelector('#files').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true}))";
    browser.ask(drop).await;
    shows(&browser, &["drop.txt"]).await;
    browser.back().await.unwrap();
    shows(&browser, &["Offers", "report 1 (2).txt", "report 1.txt"]).await;

    choose(&browser, "report 1.txt", "Rename…").await;
    browser.keys("summary").await;
    browser.press(Key::Enter).await;
    shows(&browser, &["Offers", "report 1 (2).txt", "summary.txt"]).await;
    choose(&browser, "summary.txt", "Move…").await;
    press(&browser, "Open Offers").await;
    browser
        .see_text(".browser .crumb[aria-current]", "Offers")
        .await;
    press_in(&browser, "[self::dialog]", "Move here").await;
    shows(&browser, &["Offers", "report 1 (2).txt"]).await;
    assert_eq!(
        content(&gateway, &["Offers", "summary.txt"]).await.unwrap(),
        "second"
    );

    choose(&browser, "Offers", "Delete…").await;
    browser.see_text("dialog", "with everything in them").await;
    browser.press(Key::Escape).await;
    browser.see_no("dialog").await;
    assert!(content(&gateway, &["Offers", "drop.txt"]).await.is_some());
    choose(&browser, "Offers", "Delete…").await;
    press_in(&browser, "[self::dialog]", "Delete").await;
    shows(&browser, &["report 1 (2).txt"]).await;
    assert_eq!(content(&gateway, &["Offers", "drop.txt"]).await, None);
}

#[tokio::test]
async fn an_upload_shows_how_far_it_is_and_can_be_stopped_and_names_are_only_text() {
    let gateway = Gateway::with(|config| {
        config.files.user_quota = 5_000_000;
    })
    .await;
    make_folder(&gateway, HOSTILE).await;
    put(&gateway, &[HOSTILE, ODD], "odd").await;
    put(&gateway, &["<b>.txt"], "bold").await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    turn_to(&browser, "My files").await;
    shows(&browser, &[HOSTILE, "<b>.txt"]).await;

    let directory = tempfile::TempDir::new().unwrap();
    let big = directory.path().join("big.bin");
    browser.devtools("Network.enable", json!({})).await;
    slow_down(&browser, 200_000).await;
    upload(&browser, &big, &vec![7; 4_000_000]).await;
    let under_way = "const bar = document.querySelector('.upload progress'); return bar && bar.value > 0 && bar.value < 1";
    browser.until(under_way, vec![]).await;
    // It goes on while another page is shown.
    turn_to(&browser, "Home").await;
    turn_to(&browser, "My files").await;
    browser.see(".upload progress").await;
    press(&browser, "Cancel big.bin").await;
    browser.see_no(".upload").await;
    slow_down(&browser, -1).await;
    upload(&browser, &big, &vec![7; 6_000_000]).await;
    browser
        .see_text(".upload", "There is no room for this")
        .await;
    browser.see_text(".upload", "5.0 MB").await;
    std::fs::write(&big, "small").unwrap();
    press(&browser, "Remove big.bin").await;
    assert_eq!(content(&gateway, &["big.bin"]).await, None);

    choose(&browser, HOSTILE, "Delete…").await;
    browser.see_text("dialog h2", HOSTILE).await;
    browser.press(Key::Escape).await;
    turn_to(&browser, HOSTILE).await;
    browser.see_text("#files h1", HOSTILE).await;
    let shown = ODD.replace('\u{202e}', "\u{fffd}");
    shows(&browser, &[&shown]).await;
    choose(&browser, &shown, "Send by mail").await;
    browser.see_text(".window .attachment", &shown).await;
    press(&browser, "Discard").await;
    browser.see_no(".window").await;
    choose(&browser, &shown, "Rename…").await;
    browser.press(Key::Escape).await;
    assert_eq!(browser.ask("return window.pwned ?? 'never'").await, "never");
    assert_eq!(content(&gateway, &[HOSTILE, ODD]).await.unwrap(), "odd");
    let refused = browser.complaints().await;
    let unexpected = |line: &&String| !line.contains("status of 507");
    assert_eq!(refused.iter().find(unexpected), None);
}

async fn slow_down(browser: &Browser, bytes_per_second: i32) {
    let conditions = json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second});
    browser
        .devtools("Network.emulateNetworkConditions", conditions)
        .await;
}
