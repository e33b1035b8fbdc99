//! Pictures of the page, where `QUILLGATE_TEST_SCREENSHOTS` names a directory for them. One of them is the README's.

use std::path::Path;

use serde_json::{Value, json};

use super::demo::Demo;
use crate::support::Browser;
use crate::support::gateway::Answer;

fn wanted() -> Option<std::ffi::OsString> {
    std::env::var_os("QUILLGATE_TEST_SCREENSHOTS")
}

/// Writes `<name>.png` as the page is now.
pub async fn take(browser: &Browser, name: &str) {
    let Some(directory) = wanted() else { return };
    browser.point_nowhere().await;
    // Nothing that comes in or goes out by moving is half way.
    browser
        .until("return document.getAnimations().length === 0", vec![])
        .await;
    let picture = browser.screenshot().await.unwrap();
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(Path::new(&directory).join(format!("{name}.png")), picture).unwrap();
}

/// A morning's work: two windows that programs have opened, by day, by night and on a telephone.
pub async fn take_tour(browser: &Browser, demo: &Demo) {
    if wanted().is_none() {
        return;
    }
    let (crm, desk) = (demo.token("CRM"), demo.token("Helpdesk"));
    let offer = demo.upload(&crm, "Offer 2026-114.pdf", 184_320).await;
    let terms = demo.upload(&crm, "Terms of delivery.pdf", 61_440).await;
    let windows = [
        open(demo, &desk, &ticket()).await,
        open(demo, &crm, &order(&[offer, terms])).await,
    ];
    for id in &windows {
        browser.window(id).await;
    }
    let message = browser.window(&windows[1]).await;
    message.see("iframe.message").await;
    // The one that was there from the beginning is gone.
    browser
        .ask("document.querySelectorAll('#toasts .toast button').forEach((close) => close.click())")
        .await;
    take(browser, "compose").await;
    browser.prefer("dark").await;
    take(browser, "compose-dark").await;
    browser.resize(390, 844).await;
    take(browser, "compose-390-dark").await;
    browser.prefer("light").await;
    take(browser, "compose-390").await;
    for id in &windows {
        let minimise = "document.querySelector(arguments[0] + ':not([data-minimised]) .window-toggle')?.click()";
        browser
            .execute(minimise, vec![json!(browser.window(id).await.css)])
            .await
            .unwrap();
    }
    take(browser, "home-390").await;
    browser.resize(1440, 900).await;
    browser.prefer("dark").await;
    take(browser, "home-dark").await;
    take_files(browser).await;
}

/// The pages of files and of shares, by day, by night and on a telephone.
async fn take_files(browser: &Browser) {
    browser.until(FILL, vec![]).await;
    for (page, css) in [
        ("files", ".entry"),
        ("shares", ".share"),
        ("settings", ".settings-sections"),
    ] {
        browser.prefer("light").await;
        let turn = "location.hash = arguments[0]";
        browser.execute(turn, vec![json!(page)]).await.unwrap();
        browser.see(css).await;
        take(browser, page).await;
        browser.prefer("dark").await;
        browser.resize(390, 844).await;
        take(browser, &format!("{page}-390-dark")).await;
        browser.resize(1440, 900).await;
    }
}

/// Some files, and mails with links to them; true when they are there.
const FILL: &str = r#"
    if (window.filled !== undefined) return window.filled;
    window.filled = false;
    const call = (method, path, body) => fetch(path, {method, body, headers: {'Content-Type': 'application/json'}});
    const folder = (name) => call('POST', `files/home/ralf/${name}?mkdir`, '{}');
    const file = (name, size) => call('PUT', `files/home/ralf/${name}`, ' '.repeat(size));
    const mail = (to, path, more) => call('POST', 'mail', JSON.stringify({to, subject: 'Files', attachments: [`/home/ralf/${path}`], ...more}));
    (async () => {
        for (const name of ['Contracts', 'Offers 2026', 'Photos']) await folder(name);
        for (const [name, size] of [['Offers 2026/Offer 114.pdf', 184320], ['Floor plan.svg', 48200], ['Price list.xlsx', 91000], ['Terms of delivery.pdf', 61440]]) await file(name, size);
        await mail(['maria@nordlicht.example'], 'Floor plan.svg', {attachmentType: 'link'});
        await mail(['jonas@petersen.example', 'sales@example.org'], 'Offers 2026', {attachmentType: 'share_rw', sharePassword: 'k7mq', shareExpiration: '+3weeks'});
        await mail(['maria@nordlicht.example'], 'Price list.xlsx', {attachmentType: 'share_ro', shareMaxDownloads: 5});
        window.filled = true;
    })();
    return false;
"#;

fn order(attachments: &[String]) -> Value {
    let html = "<p>Dear Ms Lindqvist,</p>\
         <p>thank you for your visit to our stand. As discussed, here is our offer for the <b>observation deck lighting</b>:</p>\
         <ul><li>24 path lights “Fjord”, 8 W: <b>€ 2,136.00</b></li>\
         <li>2 control units with dusk sensor: <b>€ 318.00</b></li>\
         <li>Installation and test: <b>€ 640.00</b></li></ul>\
         <p>The offer holds until 18 December. You can \
         <a href=\"https://shop.example.org/offers/2026-114\">accept it online</a>.</p>\
         <p>Kind regards<br>Ralf Becker</p>";
    json!({
        "to": ["Maria Lindqvist <maria@nordlicht.example>"], "cc": ["sales@example.org"],
        "subject": "Your offer 2026-114", "bodyHtml": html, "attachments": attachments,
    })
}

fn ticket() -> Value {
    let body = "Hello Jonas,\n\nthe replacement part for your ticket #4711 left our warehouse this morning and should reach you \
         by Wednesday.\n\nTo change the part, switch off the supply first, loosen the two screws at the back, and keep the old \
         unit: the driver takes it along.\n\nPlease tell us if anything does not fit.\n\nRegards,\nRalf";
    json!({"to": ["Jonas Petersen <jonas@petersen.example>"], "subject": "[#4711] Replacement part is on its way", "body": body, "priority": 1})
}

async fn open(demo: &Demo, token: &str, draft: &Value) -> String {
    let request = demo
        .post("/mail/compose")
        .basic_auth("ralf", Some(token))
        .json(draft);
    let answer = Answer::of(request.send().await.unwrap()).await;
    answer.body["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", answer.text))
        .to_owned()
}
