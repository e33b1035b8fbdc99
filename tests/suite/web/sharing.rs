//! How attachments go out, as the person at a window or the program that opened it decides.

use fantoccini::Locator;
use serde_json::json;

use super::my_files::{make_folder, press_in, put, turn_to};
use super::{open_window, signed_in};
use crate::support::Gateway;
use crate::support::browser::{Browser, ComposeWindow};

/// Chooses one of the user's files or folders in the dialog of a window.
async fn choose(browser: &Browser, window: &ComposeWindow<'_>, name: &str) {
    window.press("From my files").await;
    let path = format!("//dialog//input[@aria-label='Choose {name}']");
    let found = browser.wait().for_element(Locator::XPath(&path)).await;
    found.unwrap().click().await.unwrap();
    press_in(browser, "[self::dialog]", "Attach").await;
    window.see_text(".attachment", name).await;
}

async fn send_as(window: &ComposeWindow<'_>, kind: &str) {
    let field = window.field("Send as").await;
    field.select_by_value(kind).await.unwrap();
}

/// Types into a control that has no label of its own in sight.
async fn enter_day(browser: &Browser, window: &ComposeWindow<'_>, day: &str) {
    window
        .field("Valid")
        .await
        .select_by_value("day")
        .await
        .unwrap();
    let script = "const day = document.querySelector(arguments[0]); day.value = arguments[1]; \
         day.dispatchEvent(new Event('input', {bubbles: true})); return day.checkVisibility()";
    let day = vec![
        json!(format!("{} input[type=date]", window.css)),
        json!(day),
    ];
    browser.until(script, day).await;
}

/// The message of a subject, its lines joined again.
fn message(gateway: &Gateway, subject: &str) -> String {
    let subject = format!("\r\nSubject: {subject}\r\n");
    let found = gateway
        .sent()
        .into_iter()
        .find(|sent| sent.contains(&subject));
    found.unwrap().replace("=\r\n", "")
}

#[tokio::test]
async fn files_go_out_in_each_of_the_four_ways() {
    let gateway = Gateway::start().await;
    put(&gateway, &["report.txt"], "the report").await;
    make_folder(&gateway, "Plans").await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    for kind in ["attach", "link", "share_ro", "share_rw"] {
        let window = browser.write().await;
        window.add("To", "a@example.org").await;
        window.add("Subject", kind).await;
        assert!(!window.field("Send as").await.is_displayed().await.unwrap());
        choose(&browser, &window, "report.txt").await;
        send_as(&window, kind).await;
        let mut password = String::new();
        if kind == "link" {
            enter_day(&browser, &window, "2199-12-31").await;
            window.set("At most", "3").await;
        } else if kind == "share_ro" {
            window.press("Suggest a password").await;
            password = window.value("Password").await;
            window.see_text(".password", "never in the mail").await;
            assert!(password.len() > 15, "{password}");
        }
        window.press("Send").await;
        window.is_sent().await;
        let sent = message(&gateway, kind);
        assert_eq!(sent.contains("/share.php/"), kind != "attach", "{sent}");
        assert_eq!(sent.contains("filename"), kind == "attach", "{sent}");
        assert_eq!(
            sent.contains("valid until 2199-12-31"),
            kind == "link",
            "{sent}"
        );
        assert_eq!(
            sent.contains("at most 3 downloads"),
            kind == "link",
            "{sent}"
        );
        assert_eq!(
            sent.contains("password required"),
            kind == "share_ro",
            "{sent}"
        );
        assert!(password.is_empty() || !sent.contains(&password), "{sent}");
    }

    // What an upload and what a folder rules out.
    turn_to(&browser, "My files").await;
    let actions = browser.button("Actions for Plans").await;
    actions.click().await.unwrap();
    press_in(&browser, "[@role='menu']", "Send by mail").await;
    browser.see(".window .attachment").await;
    let id = browser.windows_shown().await.remove(0);
    let window = browser.window(&id).await;
    assert_eq!(window.value("Send as").await, "share_ro");
    let barred = format!(
        "return [...document.querySelectorAll(\"{} .sharing option:disabled\")].map((option) => option.value).join()",
        window.css
    );
    assert_eq!(browser.ask(&barred).await, "attach,link");
    let drop = format!(
        "const data = new DataTransfer(); data.items.add(new File(['x'], 'upload.txt')); \
         document.querySelector(\"{}\").dispatchEvent(new DragEvent('drop', {{dataTransfer: data, bubbles: true}}))",
        window.css
    );
    browser.ask(&drop).await;
    window
        .see_text(".attachment[data-state=stored]", "upload.txt")
        .await;
    assert_eq!(browser.ask(&barred).await, "attach,link,share_rw");
    window
        .see_text(".sharing option:disabled", "not for uploads")
        .await;
    window
        .see_text(".sharing", "Uploads are sent as a link to a copy")
        .await;
    window.add("To", "a@example.org").await;
    window.add("Subject", "Both").await;
    window.press("Send").await;
    window.is_sent().await;
    let sent = message(&gateway, "Both");
    assert_eq!(sent.matches("/share.php/").count(), 2, "{sent}");
}

#[tokio::test]
async fn what_a_program_has_set_survives_and_a_typed_password_is_asked_for_again() {
    let gateway = Gateway::start().await;
    put(&gateway, &["report.txt"], "the report").await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let draft = |subject: &str| {
        json!({
            "to": ["a@example.org"], "subject": subject, "attachments": ["/home/ralf/report.txt"], "attachmentType": "share_ro",
            "shareExpiration": "+2days", "sharePassword": "theirs", "shareMaxDownloads": 4,
        })
    };
    let kept = open_window(&gateway, "ralf", &draft("Kept")).await;
    let changed = open_window(&gateway, "ralf", &draft("Chan")).await;
    let window = browser.window(&changed).await;
    window.see_text(".password-kept", "Set by ralf").await;
    window.press("Change password").await;
    browser.keys("typed here").await;
    window.add("Subject", "ged").await;
    window.has_stored("Changed").await;
    let stored = browser.ask("return JSON.stringify(localStorage)").await;
    assert!(!stored.as_str().unwrap().contains("typed here"), "{stored}");

    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&changed).await;
    window.press("Send").await;
    window
        .see_text(".window-problem", "does not keep passwords")
        .await;
    assert_eq!(gateway.sent().len(), 0);
    browser.keys("again").await;
    window.press("Send").await;
    window.is_sent().await;
    assert!(message(&gateway, "Changed").contains("password required"));

    let window = browser.window(&kept).await;
    assert_eq!(window.value("Send as").await, "share_ro");
    assert_eq!(window.value("At most").await, "4");
    window
        .see_text(".expiration option:checked", "+2days (set by ralf)")
        .await;
    window.press("Remove password").await;
    window.press("Keep password").await;
    window.press("Send").await;
    window.is_sent().await;
    let sent = message(&gateway, "Kept");
    assert!(
        sent.contains("password required, at most 4 downloads"),
        "{sent}"
    );

    let removed = open_window(&gateway, "ralf", &draft("Removed")).await;
    let window = browser.window(&removed).await;
    window.press("Remove password").await;
    window.press("Send").await;
    window.is_sent().await;
    let sent = message(&gateway, "Removed");
    assert!(
        sent.contains("valid until") && !sent.contains("password required"),
        "{sent}"
    );
}

#[tokio::test]
async fn a_message_that_is_too_large_goes_out_as_links() {
    let gateway = Gateway::with(|config| config.mail.message_max = 20_000).await;
    put(&gateway, &["report.txt"], &"x".repeat(30_000)).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let draft = json!({"to": ["a@example.org"], "subject": "Large", "attachments": ["/home/ralf/report.txt"]});
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window.press("Send").await;
    window.see_text(".window-problem", "20 KB").await;
    window.press("Send as links instead").await;
    window.is_sent().await;
    assert!(message(&gateway, "Large").contains("/share.php/"));
}
