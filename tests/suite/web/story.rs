//! The first story: a page that is open, a line of curl, a window, a mail.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::process::Command;

use super::demo::Demo;
use super::screenshots;
use crate::support::Browser;
use crate::support::gateway::{Answer, client};

const REPORT: &str = "%PDF-1.4\n%%EOF\n";

/// What the page shows and a person has typed or pasted into a terminal; `report.pdf` is in the current directory.
async fn paste(line: &str) -> String {
    let directory = tempfile::TempDir::new().unwrap();
    std::fs::write(directory.path().join("report.pdf"), REPORT).unwrap();
    let shell = Command::new("bash")
        .args(["-c", line])
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    String::from_utf8(shell.stdout).unwrap()
}

/// The example with the password that curl would ask for.
async fn example(browser: &Browser, name: &str) -> String {
    let line = browser
        .see_text(&format!("[data-example={name}] pre code"), "curl")
        .await;
    assert!(line.contains(" --user ralf"), "{line}");
    line.replace(" --user ralf", " --user ralf:demo")
}

/// The JSON at the end of what `curl -i` prints.
fn json_of(printed: &str) -> Value {
    let (_, body) = printed
        .rsplit_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("{printed}"));
    serde_json::from_str(body).unwrap_or_else(|_| panic!("{printed}"))
}

async fn get(demo: &Demo, path: &str) -> Answer {
    let request = client().get(format!("{}{path}", demo.url.trim_end_matches('/')));
    Answer::of(
        request
            .basic_auth("ralf", Some("demo"))
            .send()
            .await
            .unwrap(),
    )
    .await
}

#[tokio::test]
async fn the_curl_line_of_the_page_opens_a_window_and_send_delivers_the_mail() {
    let demo = Demo::start();
    let Some(browser) = Browser::start().await else {
        return;
    };
    browser.resize(1440, 900).await;
    browser.open(&demo.url).await;
    browser.see("#sign-in").await;
    screenshots::take(&browser, "sign-in").await;
    browser.sign_in("ralf", "demo").await;
    browser.see_text("#account-name", "Ralf").await;
    screenshots::take(&browser, "home").await;

    let printed = paste(&example(&browser, "compose").await).await;
    assert!(printed.starts_with("HTTP/1.1 200 OK\r\n"), "{printed}");
    let answer = json_of(&printed);
    assert_eq!(answer["message"], "Request to open compose window sent");
    let id = answer["id"].as_str().unwrap();

    let window = browser.window(id).await;
    assert_eq!(window.value("To").await, "info@example.org");
    assert_eq!(window.value("Subject").await, "Your order");
    assert_eq!(
        window.value("Message").await,
        "Dear customer,\n\nthank you for your order."
    );
    window.see_text(".who-asked-by", "ralf").await;
    window.add("Message", "\n\nRegards,\nRalf").await;
    assert!(demo.sent().is_empty(), "nothing is sent before Send");
    window.press("Send").await;
    window.is_sent().await;

    let sent = demo.sent();
    assert_eq!(sent.len(), 1);
    let (header, body) = sent[0].split_once("\r\n\r\n").unwrap();
    let lines: Vec<_> = header.split("\r\n").collect();
    assert!(
        lines.contains(&"To: <info@example.org>") || lines.contains(&"To: info@example.org"),
        "{header}"
    );
    assert!(lines.contains(&"Subject: Your order"), "{header}");
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("From: ") && line.contains("Ralf Becker")),
        "{header}"
    );
    assert!(
        body.starts_with("Dear customer,\r\n\r\nthank you for your order.\r\n\r\nRegards,\r\nRalf"),
        "{body}"
    );
    let message_id = lines
        .iter()
        .find_map(|line| line.strip_prefix("Message-ID: "))
        .unwrap();
    let copies = demo.files_with(message_id);
    let among = |name: &str| {
        copies
            .iter()
            .any(|file| file.iter().any(|part| part == name))
    };
    assert!(
        copies.len() == 2 && among("outbox") && among(".Sent"),
        "{copies:?}"
    );
    browser.see_text("#outbox-list", "Your order").await;

    let became = get(&demo, &format!("/mail/compose/{id}")).await.body;
    assert_eq!(became["state"], "sent");
    assert_eq!(
        format!(
            "<{}>",
            became["messageId"]
                .as_str()
                .unwrap()
                .trim_matches(['<', '>'])
        ),
        message_id
    );
    assert_eq!(browser.complaints().await, [""; 0]);
    screenshots::take_tour(&browser, &demo).await;
}

#[tokio::test]
async fn every_line_that_the_page_shows_can_be_pasted() {
    let demo = Demo::start();
    let Some(browser) = Browser::start().await else {
        return;
    };
    // The base path is what programs written for the original API call.
    let base = format!(
        "{}/egroupware/groupdav.php/",
        demo.url.trim_end_matches('/')
    );
    browser.sign_in_at(&base, "ralf", "demo").await;

    let printed = paste(&example(&browser, "identities").await).await;
    assert!(
        json_of(&printed)["responses"]["/ralf/mail/1"].is_string(),
        "{printed}"
    );

    let printed = paste(&example(&browser, "compose-attachment").await).await;
    let id = json_of(&printed)["id"].as_str().unwrap().to_owned();
    let window = browser.window(&id).await;
    window
        .see_text(".attachment[data-state=stored]", "report.pdf")
        .await;

    let printed = paste(&example(&browser, "send").await).await;
    assert_eq!(
        json_of(&printed),
        json!({"status": 200, "message": "Mail successful sent"})
    );
    assert!(demo.sent()[0].contains("\r\nSubject: Testmail\r\n"));

    let printed = paste(&example(&browser, "upload").await).await;
    let location = json_of(&printed)["location"].as_str().unwrap().to_owned();
    assert_eq!(get(&demo, &location).await.text, REPORT);
}
