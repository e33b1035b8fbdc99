//! Files in a window: chosen, on their way, offered by a program, sent.

use std::path::{Path, PathBuf};

use fantoccini::elements::Element;
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::json;

use super::{open_window, signed_in};
use crate::support::Gateway;
use crate::support::browser::{Browser, ComposeWindow};
use crate::support::gateway::Answer;

fn file(directory: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Presses "Attach files" and picks some in the dialog of the system that it opens.
async fn attach(browser: &Browser, window: &ComposeWindow<'_>, files: &[&Path]) {
    browser
        .devtools(
            "Page.setInterceptFileChooserDialog",
            json!({"enabled": true}),
        )
        .await;
    browser.devtools_events("Page.fileChooserOpened").await;
    window.press("Attach files").await;
    let chooser = loop {
        if let Some(event) = browser
            .devtools_events("Page.fileChooserOpened")
            .await
            .pop()
        {
            break event;
        }
    };
    let files = json!({"files": files, "backendNodeId": chooser["backendNodeId"]});
    browser.devtools("DOM.setFileInputFiles", files).await;
}

/// Makes uploads slow, or (0) no longer.
async fn slow_down(browser: &Browser, bytes_per_second: i32) {
    let conditions = json!({"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": if bytes_per_second == 0 { -1 } else { bytes_per_second }});
    browser
        .devtools("Network.emulateNetworkConditions", conditions)
        .await;
}

async fn is_enabled(button: Element) -> bool {
    button.is_enabled().await.unwrap()
}

#[tokio::test]
async fn files_are_uploaded_with_progress_removed_and_sent_byte_for_byte() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let directory = tempfile::TempDir::new().unwrap();
    let bytes: Vec<u8> = (0..400_000_u32)
        .map(|at| (at * 7 + at / 251) as u8)
        .collect();
    let big = file(directory.path(), "big.bin", &bytes);
    let odd = file(
        directory.path(),
        "ünï %2F# & 'x'.txt",
        b"Gr\xc3\xbc\xc3\x9fe\n",
    );
    let empty = file(directory.path(), "empty.dat", b"");
    let window = browser.write().await;
    window.add("To", "a@example.org").await;
    window.add("Subject", "Files").await;

    slow_down(&browser, 100_000).await;
    attach(&browser, &window, &[&big]).await;
    window
        .see(".attachment[data-state=uploading] progress")
        .await;
    assert!(
        !is_enabled(window.button("Send").await).await,
        "an unfinished upload cannot be sent"
    );
    let progress = format!(
        "const bar = document.querySelector(\"{} progress\"); return bar && bar.value > 0 && bar.value < 1",
        window.css
    );
    browser.until(&progress, vec![]).await;
    window.press("Cancel upload of big.bin").await;
    window.see_no(".attachment").await;
    slow_down(&browser, 0).await;

    attach(&browser, &window, &[&big, &odd]).await;
    window
        .see_text(".attachment[data-state=stored]", "big.bin")
        .await;
    window
        .see_text(".attachment[data-state=stored]", "ünï %2F# & 'x'.txt")
        .await;
    attach(&browser, &window, &[&empty]).await;
    window
        .see_text(".attachment[data-state=stored]", "empty.dat")
        .await;
    let link = window
        .see(".attachment:last-child a")
        .await
        .prop("href")
        .await
        .unwrap()
        .unwrap();
    let path = link.strip_prefix(&gateway.url("")).unwrap();
    assert_eq!(
        gateway.get("ralf", path).send().await.unwrap().status(),
        200
    );
    window.press("Remove empty.dat").await;
    window.see_no(".attachment:nth-child(3)").await;
    // What was removed from the window is removed from the server, before long.
    while gateway.get("ralf", path).send().await.unwrap().status() != 404 {
        tokio::task::yield_now().await;
    }

    assert!(is_enabled(window.button("Send").await).await);
    window.press("Send").await;
    window.is_sent().await;
    let sent = gateway.sent().remove(0);
    let message = MessageParser::new().parse(sent.as_bytes()).unwrap();
    let parts: Vec<_> = message
        .attachments()
        .map(|part| (part.attachment_name().unwrap(), part.contents()))
        .collect();
    assert_eq!(
        parts,
        [
            ("big.bin", bytes.as_slice()),
            ("ünï %2F# & 'x'.txt", "Grüße\n".as_bytes())
        ]
    );
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn what_is_offered_by_reference_opens_complete_with_its_attachments() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let upload = gateway
        .post("ralf", "/mail/attachments/Offer 2026.pdf")
        .header("x-no-location", "true");
    let upload = upload
        .header("content-type", "application/pdf")
        .body("%PDF-1.4\n%%EOF\n");
    let stored = Answer::of(upload.send().await.unwrap()).await;
    let body: String = (0..9000)
        .map(|line| format!("Line {line} – häufig\n"))
        .collect();
    let draft = json!({"to": ["a@example.org"], "subject": "Long", "body": body, "attachments": [stored.body["location"]], "priority": 5});
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    assert!(
        window.value("Message").await == body,
        "the text has changed on its way"
    );
    window.see_text(".attachment", "Offer 2026.pdf").await;
    window.see_text(".attachment", "15 bytes").await;
    assert!(
        browser
            .requests()
            .await
            .iter()
            .any(|url| url.ends_with(&format!("/mail/compose/{id}/payload")))
    );

    browser.refresh().await.unwrap();
    let window = browser.window(&id).await;
    window.see_text(".attachment", "Offer 2026.pdf").await;
    window.press("Send").await;
    window.is_sent().await;
    let sent = gateway.sent().remove(0);
    let message = MessageParser::new().parse(sent.as_bytes()).unwrap();
    assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), body);
    let file = message.attachments().next().unwrap();
    assert_eq!(
        (file.attachment_name(), file.contents()),
        (Some("Offer 2026.pdf"), b"%PDF-1.4\n%%EOF\n".as_slice())
    );
    assert!(sent.contains("\r\nX-Priority: 5\r\n"));
}
