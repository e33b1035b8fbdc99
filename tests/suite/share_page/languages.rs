//! The pages speak what their visitor's browser prefers.

use fantoccini::key::Key;
use reqwest::Method;
use serde_json::{Value, json};

use super::shown::{is_ready, take_all};
use super::{HTML, filed, get, path, send, share_of, shared, tool};
use crate::support::gateway::Answer;
use crate::support::raw::Raw;
use crate::support::{Browser, Gateway};
use crate::web::screenshots::take;

/// What a browser gets that wants these languages.
async fn opened_in(gateway: &Gateway, path: &str, wanted: &str) -> Answer {
    let request = gateway.request(Method::GET, path);
    send(
        request
            .header("accept", HTML)
            .header("accept-language", wanted),
    )
    .await
}

fn speaks(answer: &Answer, language: &str) {
    let begins = format!("<!DOCTYPE html><html lang=\"{language}\"");
    assert!(answer.text.starts_with(&begins), "{}", answer.text);
    assert_eq!(answer.header("content-language"), Some(language));
    assert_eq!(answer.header("vary"), Some("Accept, Accept-Language"));
}

#[tokio::test]
async fn a_german_browser_gets_german_pages() {
    let gateway = Gateway::start().await;
    let content = "x".repeat(1_258_292);
    filed(&gateway, "a.txt", "text/plain", content.clone()).await;
    let terms = json!({"shareExpiration": "2099-03-02", "shareMaxDownloads": 2000});
    let token = shared(&gateway, "a.txt", "link", terms).await;
    let page = opened_in(&gateway, &path(&token), "de-AT,de;q=0.9,en;q=0.8").await;
    assert_eq!(page.status, 200);
    speaks(&page, "de");
    for text in [
        "bis Montag, 2. März 2099",
        "noch 2.000 Downloads",
        "1,2 MiB",
        "Herunterladen",
        // For the scripts.
        "„{name}“ löschen?",
    ] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }
    let page = opened_in(&gateway, &path(&token), "fr, en-US;q=0.9, de;q=0.8").await;
    speaks(&page, "en");
    for text in [
        "until Monday, 2 March 2099",
        "2,000 downloads left",
        "1.2 MiB",
    ] {
        assert!(page.text.contains(text), "{text}: {}", page.text);
    }

    let gone = opened_in(&gateway, &path("unknown"), "de").await;
    assert_eq!(gone.status, 404);
    speaks(&gone, "de");
    assert!(
        gone.text.contains("„unknown“ gibt es nicht"),
        "{}",
        gone.text
    );

    // Bytes are the same in all languages, and so is what tells them apart.
    let bytes = get(&gateway, &path(&token)).await;
    assert_eq!(bytes.header("vary"), Some("Accept"));
    let tag = bytes.header("etag").unwrap();
    let again = tool(&gateway, Method::GET, &path(&token));
    let again = again
        .header("accept-language", "de")
        .header("if-none-match", tag);
    assert_eq!(send(again).await.status, 304);
    // A page has none: a tag known for its bytes does not stand for it.
    let page = gateway
        .request(Method::GET, &path(&token))
        .header("accept", HTML);
    let page = send(
        page.header("accept-language", "de")
            .header("if-none-match", tag),
    )
    .await;
    assert_eq!((page.status, page.header("etag")), (200, None));
}

#[tokio::test]
async fn the_form_says_in_german_what_is_wrong() {
    let gateway = Gateway::start().await;
    filed(&gateway, "a.txt", "text/plain", "x").await;
    let terms = json!({"sharePassword": "geheim"});
    let token = shared(&gateway, "a.txt", "link", terms).await;
    let form = opened_in(&gateway, &path(&token), "de").await;
    speaks(&form, "de");
    assert!(form.text.contains("Passwort erforderlich"), "{}", form.text);
    let wrong = gateway.request(Method::POST, &path(&token));
    let wrong = wrong.header("accept", HTML).header("accept-language", "de");
    let wrong = wrong.header("content-type", "application/x-www-form-urlencoded");
    let answer = send(wrong.body("password=falsch")).await;
    assert_eq!(answer.status, 401);
    speaks(&answer, "de");
    assert!(
        answer.text.contains("nicht das richtige Passwort"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn no_list_of_languages_does_harm() {
    let gateway = Gateway::start().await;
    let token = share_of(&gateway, "a.txt", "x", "link").await;
    let many = "x-y;q=0.5,".repeat(1000);
    let long = format!("{};q=1", "a".repeat(10_000));
    for (wanted, language) in [
        (format!("{many}de").as_str(), "en"),
        (format!("de,{many}").as_str(), "de"),
        (&long, "en"),
        (";q=;q=;;,,,,=", "en"),
        ("de;q=NaN", "en"),
        ("de;q=99999999999999999999", "en"),
        ("*;q=0, de;q=0, en;q=0", "en"),
        ("../../etc/passwd, <script>, \"de\"", "en"),
    ] {
        let page = opened_in(&gateway, &path(&token), wanted).await;
        assert_eq!(page.status, 200, "{wanted}");
        speaks(&page, language);
    }
    // One that is no text, and another one beside it.
    let headers = [
        "Accept: text/html",
        "Accept-Language: \u{e4}",
        "Accept-Language: de",
    ];
    let mut raw = Raw::begin(&gateway, "GET", &path(&token), &headers).await;
    let answer = raw.answer().await;
    assert!(answer.body.contains("<html lang=\"de\""), "{answer:?}");
}

#[tokio::test]
async fn german_words_fit_and_the_scripts_say_them_too() {
    let gateway = Gateway::start().await;
    let deep = "Unterlagen/Pläne der Aussichtsplattform/Grundriss des Erdgeschosses.txt";
    for name in [deep, "Unterlagen/Notizen.txt"] {
        filed(&gateway, name, "text/plain", "x").await;
    }
    let folder = shared(&gateway, "Unterlagen", "share_rw", Value::Null).await;
    let terms = json!({"sharePassword": "geheim", "shareExpiration": "2099-12-31"});
    let file = shared(&gateway, "Unterlagen/Notizen.txt", "share_rw", terms).await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let german = json!({"headers": {"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}});
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.setExtraHTTPHeaders", german)
        .await;

    browser.open(&gateway.url(&path(&folder))).await;
    is_ready(&browser).await;
    take_all(&browser, "german-folder").await;
    browser
        .button("Notizen.txt löschen")
        .await
        .click()
        .await
        .unwrap();
    browser
        .see_text("#remove-title", "„Notizen.txt“ löschen?")
        .await;
    take(&browser, "share-german-delete").await;
    browser.press(Key::Enter).await;

    browser.open(&gateway.url(&path(&file))).await;
    take_all(&browser, "german-password").await;
    browser.keys("geheim").await;
    browser.press(Key::Enter).await;
    browser
        .see_text(".facts", "bis Donnerstag, 31. Dezember 2099")
        .await;
    is_ready(&browser).await;
    take_all(&browser, "german-file").await;
    // Sizes and moments as the language writes them.
    let moment = browser
        .ask("return document.querySelector('time').textContent")
        .await;
    let moment = moment.as_str().unwrap();
    assert_eq!(moment.matches('.').count(), 2, "{moment}");
    browser.see(".download a").await.click().await.unwrap();
    browser
        .see_text(".transfer[data-state=done]", "Heruntergeladen")
        .await;
    assert_eq!(browser.complaints().await, [""; 0]);
    browser.open(&gateway.url(&path("unknown"))).await;
    take_all(&browser, "german-gone").await;
}
