//! No rule of WCAG 2.2, levels A and AA, is broken on any page and in any state. A new state is a line with `look`.

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::my_files::{make_folder, press_in, put, turn_to};
use super::{open_window, signed_in};
use crate::support::people::PASSWORD;
use crate::support::{Axe, Browser, Gateway};

async fn press(browser: &Browser, button: &str) {
    browser.button(button).await.click().await.unwrap();
}

#[tokio::test]
async fn signing_in() {
    let gateway = Gateway::start().await;
    let Some((axe, browser)) = Axe::get().zip(Browser::start().await) else {
        return;
    };
    browser.open(&gateway.url("/")).await;
    browser.see("#login:focus").await;
    axe.look(&browser, "sign-in").await;
    browser.fill_sign_in("ralf", "wrong").await;
    press(&browser, "Sign in").await;
    browser.see("#sign-in-error:not(:empty)").await;
    axe.look(&browser, "sign-in, refused").await;
}

#[tokio::test]
async fn home_settings_and_the_connection() {
    let gateway = Gateway::demo(|_| {}).await;
    let Some((axe, browser)) = Axe::get().zip(Browser::start().await) else {
        return;
    };
    browser
        .sign_in_at(&gateway.url("/"), "ralf", PASSWORD)
        .await;
    let mail = json!({"to": ["maria@nordlicht.example"], "subject": "Sent", "body": "Text"});
    assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.status, 200);
    press(&browser, "Refresh").await;
    browser.see("#outbox-list li").await;
    axe.look(&browser, "home").await;
    turn_to(&browser, "Settings").await;
    browser.see("#settings h1").await;
    axe.look(&browser, "settings").await;

    turn_to(&browser, "Home").await;
    let window = browser.write().await;
    window.add("To", "anna@example.org").await;
    window.set("Subject", "Toast").await;
    window.press("Send").await;
    browser.see("#toasts .toast").await;
    axe.look(&browser, "toast").await;
    gateway.stop().await;
    browser.state("reconnecting").await;
    axe.look(&browser, "connection lost").await;
}

#[tokio::test]
async fn files_and_shares() {
    let gateway = Gateway::start().await;
    let Some((axe, browser)) = Axe::get().zip(signed_in(&gateway, "ralf").await) else {
        return;
    };
    turn_to(&browser, "My files").await;
    browser
        .see_text("#files .empty", "This folder is empty")
        .await;
    axe.look(&browser, "files, empty").await;
    make_folder(&gateway, "Offers").await;
    put(&gateway, &["report.txt"], "Report").await;
    for number in 0..12 {
        put(&gateway, &[&format!("{number}.txt")], "x").await;
    }
    turn_to(&browser, "Home").await;
    turn_to(&browser, "My files").await;
    browser.see(".entry").await;
    browser
        .see("input[aria-label='Select report.txt']")
        .await
        .click()
        .await
        .unwrap();
    axe.look(&browser, "files, some selected").await;
    press(&browser, "Actions for report.txt").await;
    browser.see("[role=menu]").await;
    axe.look(&browser, "files, menu").await;
    browser.press(Key::Escape).await;
    for item in ["Rename…", "Move…", "Delete…"] {
        press(&browser, "Actions for report.txt").await;
        press_in(&browser, "[@role='menu']", item).await;
        browser.see("dialog[open]").await;
        axe.look(&browser, &format!("files, {item}")).await;
        browser.press(Key::Escape).await;
        browser.see_no("dialog").await;
    }
    press(&browser, "New folder").await;
    browser.keys("a/b\n").await;
    browser.see("dialog .form-error:not(:empty)").await;
    axe.look(&browser, "files, new folder, refused").await;
    browser.press(Key::Escape).await;
    let drop = "const data = new DataTransfer(); data.items.add(new File(['again'], 'report.txt')); \
         document.querySelector('#files').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true}))";
    browser.ask(drop).await;
    browser.see(".upload[data-state=exists]").await;
    axe.look(&browser, "files, upload of a name that is taken")
        .await;
    press(&browser, "Skip report.txt").await;
    browser.ask("location.hash = 'files/nowhere'").await;
    browser
        .see_text("#files .empty", "not there any more")
        .await;
    axe.look(&browser, "files, a folder that is not there")
        .await;

    turn_to(&browser, "My shares").await;
    browser
        .see_text("#shares .empty", "not shared anything")
        .await;
    axe.look(&browser, "shares, empty").await;
    for (kind, more) in [
        ("link", json!({})),
        (
            "share_rw",
            json!({"sharePassword": "k7mq", "shareMaxDownloads": 5}),
        ),
    ] {
        share(&gateway, "report.txt", kind, more).await;
    }
    turn_to(&browser, "Home").await;
    turn_to(&browser, "My shares").await;
    browser.see(".share").await;
    axe.look(&browser, "shares").await;
    for button in [
        "Change the share of report.txt",
        "Revoke the share of report.txt",
    ] {
        press(&browser, button).await;
        browser.see("dialog[open]").await;
        axe.look(&browser, &format!("shares, {button}")).await;
        browser.press(Key::Escape).await;
        browser.see_no("dialog").await;
    }
}

/// Mails a file of ralf's and returns the token of its share.
async fn share(gateway: &Gateway, name: &str, kind: &str, more: Value) -> String {
    let mut mail = json!({"to": ["maria@nordlicht.example"], "subject": "S", "attachments": [format!("/home/ralf/{name}")], "attachmentType": kind});
    for (key, value) in more.as_object().unwrap() {
        mail[key] = value.clone();
    }
    let sent = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    let shares = gateway.get_json("ralf", "/mail/shares").await;
    shares.body["shares"][0]["token"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn compose_windows() {
    let gateway = Gateway::start().await;
    let Some((axe, browser)) = Axe::get().zip(signed_in(&gateway, "ralf").await) else {
        return;
    };
    put(&gateway, &["report.txt"], "Report").await;
    let window = browser.write().await;
    axe.look(&browser, "compose, empty").await;
    window.set("Subject", "Mine").await;
    window.press("Send").await;
    window.see(".window-problem p:not(:empty)").await;
    axe.look(&browser, "compose, refused").await;
    window.press("Link").await;
    browser.see("dialog[open]").await;
    browser.keys("two words\n").await;
    browser.see("dialog .form-error:not(:empty)").await;
    axe.look(&browser, "compose, a link").await;
    browser.press(Key::Escape).await;
    browser.see_no("dialog").await;
    window.add("To", "good@example.org, nobody,").await;
    window.see(".chip[data-wrong]").await;
    axe.look(&browser, "compose, a recipient that is none")
        .await;
    let menu = "document.querySelector('.chip[data-wrong]').dispatchEvent(new MouseEvent('contextmenu', {bubbles: true, cancelable: true}))";
    browser.ask(menu).await;
    browser.see("[role=menu]").await;
    axe.look(&browser, "compose, menu of a recipient").await;
    press_in(&browser, "[@role='menu']", "Remove").await;
    browser.can_undo_for(30).await;
    window.press("Send").await;
    browser.see(".toast-send .send-undo").await;
    axe.look(&browser, "compose, can be undone").await;
    browser
        .see(".toast-send .send-undo")
        .await
        .click()
        .await
        .unwrap();
    window.press("Discard").await;
    window.button("Keep editing").await;
    axe.look(&browser, "compose, asks to discard").await;
    window.press("Yes, discard").await;

    let filled = json!({
        "to": ["Maria Lindqvist <maria@nordlicht.example>"], "cc": ["sales@example.org"], "subject": "Your offer",
        "bodyHtml": "<p>Dear <b>Maria</b>, see <a href='https://example.org/'>our offer</a></p><ul><li>One</li></ul>",
        "attachments": ["/home/ralf/report.txt"], "attachmentType": "share_ro", "sharePassword": "k7mq", "priority": 1,
        "replyTo": "other@example.net",
    });
    let id = open_window(&gateway, "ralf", &filled).await;
    let window = browser.window(&id).await;
    window.see(".attachment").await;
    axe.look(&browser, "compose, filled by a program, as a link")
        .await;
    window.enter_message().await;
    axe.look_inside(&browser, "the frame of a message").await;
    browser.enter_parent_frame().await.unwrap();
    window.press("From my files").await;
    browser.see("dialog .browser-item").await;
    axe.look(&browser, "compose, choosing files").await;
    browser.press(Key::Escape).await;
    browser.see_no("dialog").await;
    window.press("More for this window").await;
    browser.see("[role=menu]").await;
    axe.look(&browser, "compose, menu").await;
    press_in(&browser, "[@role='menu']", "Keyboard shortcuts").await;
    browser.see("dialog[open]").await;
    axe.look(&browser, "compose, shortcuts").await;
    browser.press(Key::Escape).await;
    browser.see_no("dialog").await;
    window.press("Full screen").await;
    window.button("Leave full screen").await;
    axe.look(&browser, "compose, full screen").await;
    window.press("Leave full screen").await;
    window.press("Minimise").await;
    window.is_minimised(true).await;
    axe.look(&browser, "compose, minimised").await;
}

#[tokio::test]
async fn pages_of_shares() {
    let gateway = Gateway::start().await;
    let Some((axe, browser)) = Axe::get().zip(Browser::start().await) else {
        return;
    };
    make_folder(&gateway, "Offers").await;
    for names in [&["report.txt"][..], &["Offers", "one.txt"]] {
        put(&gateway, names, "Text").await;
    }
    // The form for the password needs no script.
    let ready = "return arguments[0] ? document.forms.length > 0 : document.documentElement.dataset.ready === ''";
    for (state, name, kind, more) in [
        ("file", "report.txt", "link", json!({})),
        (
            "file that may be replaced",
            "report.txt",
            "share_rw",
            json!({}),
        ),
        ("folder", "Offers", "share_rw", json!({})),
        (
            "password",
            "report.txt",
            "share_ro",
            json!({"sharePassword": "k7mq"}),
        ),
    ] {
        let token = share(&gateway, name, kind, more).await;
        browser
            .open(&gateway.url(&format!("/egroupware/share.php/{token}")))
            .await;
        browser.until(ready, vec![json!(state == "password")]).await;
        axe.look(&browser, &format!("share page, {state}")).await;
    }
    browser
        .see("input[type=password]")
        .await
        .send_keys("wrong\n")
        .await
        .unwrap();
    browser.see(".problem").await;
    axe.look(&browser, "share page, wrong password").await;
    browser
        .open(&gateway.url("/egroupware/share.php/nothing"))
        .await;
    browser.see("h1").await;
    axe.look(&browser, "share page, not there").await;
}
