//! Send: once, and never at the price of what was typed.

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use quillgate::identities::admin::accounts::{self, NewAccount};
use quillgate::identities::admin::identities;
use quillgate::identities::admin::new_identity::NewIdentity;
use quillgate::identities::admin::owners::Owners;
use quillgate::identities::server_url::{Folders, SmtpServer};
use quillgate::ids::IdentityId;
use serde_json::json;

use super::{open_window, signed_in, state};
use crate::support::Gateway;

/// Gives ralf an identity on an account of its own.
async fn add_identity(gateway: &Gateway, id: i32, smtp: SmtpServer, folders: Folders) {
    gateway
        .change(move |db| async move {
            let account = NewAccount {
                name: format!("Account of {id}"),
                owners: Owners::Everyone,
                smtp,
                smtp_password: None,
                folders,
                imap_password: None,
                sent: None,
                drafts: None,
                user_editable: false,
            };
            let (account, mut changes) = accounts::add(&db, None, account).await?;
            let new = NewIdentity {
                email: format!("ralf{id}@example.org"),
                ..NewIdentity::default()
            };
            let (_, more) =
                identities::add(&db, Some(IdentityId(id)), account, "ralf", new).await?;
            changes.extend(more);
            Ok(changes)
        })
        .await;
}

#[tokio::test]
async fn a_second_send_of_the_same_window_is_refused_until_the_person_insists() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(
        &gateway,
        "ralf",
        &json!({"to": ["a@example.org"], "subject": "Once", "body": "One"}),
    )
    .await;
    let window = browser.window(&id).await;
    let elsewhere = json!({"to": ["a@example.org"], "subject": "Once", "composeId": id});
    assert_eq!(
        gateway.post_json("ralf", "/mail", &elsewhere).await.status,
        200
    );

    window.add("Message", ", typed here").await;
    window.press("Send").await;
    window
        .see_text(
            ".window-problem[role=alert]",
            "Already sent from another window",
        )
        .await;
    window.holds("Message", "One, typed here").await;
    assert_eq!(gateway.sent().len(), 1);
    window.press("Send anyway").await;
    window.is_sent().await;
    assert_eq!(gateway.sent().len(), 2);
    assert_eq!(
        gateway
            .sent()
            .iter()
            .filter(|mail| mail.contains("One, typed here"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_told_and_the_text_stays() {
    let gateway = Gateway::start().await;
    let nowhere = "smtp://127.0.0.1:1".parse().unwrap();
    add_identity(&gateway, 11, nowhere, Folders::Local).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let answer = gateway
        .post_json(
            "ralf",
            "/mail/11/compose",
            &json!({"to": ["a@example.org"], "subject": "S"}),
        )
        .await;
    let id = answer.body["id"].as_str().unwrap().to_owned();
    let window = browser.window(&id).await;
    window.add("Message", "long thought about").await;
    window.press("Send").await;
    window
        .see_text(".window-problem[role=alert]", "SMTP Server not reachable")
        .await;
    window.holds("Message", "long thought about").await;
    assert_ne!(state(&gateway, "ralf", &id).await, "sent");

    window.add("From", &char::from(Key::Up).to_string()).await;
    window.holds("From", "1").await;
    window.press("Send").await;
    window.is_sent().await;
    assert!(gateway.sent()[0].contains("long thought about"));
    assert_eq!(state(&gateway, "ralf", &id).await, "sent");
}

#[tokio::test]
async fn a_recipient_that_is_no_address_is_named_and_its_field_marked() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.press("Send").await;
    window
        .see_text(".window-problem", "Enter at least one recipient.")
        .await;
    window.add("To", "anna@example.org, no address").await;
    window.add("Subject", "Wrong").await;
    window.add("Message", "kept").await;
    window.press("Send").await;
    window.see_text(".window-problem", "no address").await;
    window.see("input[aria-invalid=true]").await;
    assert_eq!(
        window
            .field("To")
            .await
            .attr("aria-invalid")
            .await
            .unwrap()
            .as_deref(),
        Some("true")
    );
    assert!(gateway.sent().is_empty());
    window.holds("Message", "kept").await;
    window
        .set("To", "anna@example.org; Bob <bob@example.org>")
        .await;
    window
        .field("Priority")
        .await
        .select_by_label("High")
        .await
        .unwrap();
    window.press("Send").await;
    window.is_sent().await;
    let sent = gateway.sent().remove(0);
    assert!(
        sent.contains("anna@example.org") && sent.contains("bob@example.org"),
        "{sent}"
    );
    assert!(
        sent.contains("\r\nX-Priority: 1\r\n") && sent.contains("\r\nImportance: high\r\n"),
        "{sent}"
    );
}

#[tokio::test]
async fn a_warning_stays_until_it_is_read() {
    let gateway = Gateway::start().await;
    let outbox = SmtpServer::Directory(gateway.outbox());
    add_identity(&gateway, 11, outbox, Folders::None).await;
    // The copy cannot be filed: something else is where the mailbox would be.
    std::fs::create_dir_all(gateway.data.join("mail")).unwrap();
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let id = open_window(
        &gateway,
        "ralf",
        &json!({"to": ["a@example.org"], "subject": "S", "unknown": 1}),
    )
    .await;
    let window = browser.window(&id).await;
    for entry in std::fs::read_dir(gateway.data.join("mail")).unwrap() {
        std::fs::remove_dir_all(entry.unwrap().path()).unwrap();
    }
    std::fs::write(gateway.data.join("mail/1"), "").unwrap();
    window.press("Send").await;
    browser.no_window(&id).await;
    browser
        .see_text("#toasts .toast-warning", "NOT saved")
        .await;
    assert_eq!(gateway.sent().len(), 1);
    browser
        .find(fantoccini::Locator::Css("#toasts .toast-warning button"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.see_no("#toasts .toast-warning").await;

    // In the language of the page, too.
    browser
        .ask("localStorage.setItem('quillgate.language', 'de')")
        .await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let draft = json!({"to": ["a@example.org"], "subject": "S", "body": "Text"});
    let window = browser
        .window(&open_window(&gateway, "ralf", &draft).await)
        .await;
    window.press("Senden").await;
    browser
        .see_text("#toasts .toast-warning", "wird nachgeholt")
        .await;
}

#[tokio::test]
async fn a_double_click_and_two_shortcuts_send_once() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    for round in 0..2 {
        let window = browser.write().await;
        window.add("To", "a@example.org").await;
        window.add("Subject", "Once").await;
        if round == 0 {
            let point = PointerAction::MoveToElement {
                element: window.button("Send").await,
                duration: None,
                x: 0.,
                y: 0.,
            };
            let (down, up) = (
                PointerAction::Down {
                    button: MOUSE_BUTTON_LEFT,
                },
                PointerAction::Up {
                    button: MOUSE_BUTTON_LEFT,
                },
            );
            let mouse = [point, down.clone(), up.clone(), down, up].into_iter();
            let mouse = mouse.fold(MouseActions::new("mouse".to_owned()), InputSource::then);
            browser.perform_actions(mouse).await.unwrap();
        } else {
            browser
                .keys_while(Key::Control, &[Key::Enter, Key::Enter])
                .await;
        }
        window.is_sent().await;
        assert_eq!(gateway.sent().len(), round + 1);
    }
}
