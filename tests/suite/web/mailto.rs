//! Links to mail addresses that the browser hands to the page.

use serde_json::{Value, json};

use super::signed_in;
use crate::support::people::PASSWORD;
use crate::support::{Browser, Gateway};

/// `mailto:info@example.org?subject=Grüße&body=Hello&attach=/etc/passwd`, encoded as a browser hands it over.
const LINK: &str = "#mailto=mailto%3Ainfo%40example.org%3Fsubject%3DGr%25C3%25BC%25C3%259Fe%26body%3DHello%26attach%3D%252Fetc%252Fpasswd";

async fn subject(browser: &Browser) -> Value {
    browser
        .until(
            "return [...document.querySelectorAll('.window-title')].map((title) => title.textContent).at(-1)",
            vec![],
        )
        .await
}

#[tokio::test]
async fn a_link_opens_a_window_after_signing_in_and_leaves_the_address() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    browser.open(&gateway.url(&format!("/{LINK}"))).await;
    browser.see("#sign-in").await;
    assert_eq!(browser.ask("return location.hash").await, "");
    browser.sign_in("ralf", PASSWORD).await;
    assert_eq!(subject(&browser).await, "Grüße");
    let id = browser.windows_shown().await.remove(0);
    browser.refresh().await.unwrap();
    browser.online().await;
    assert_eq!(
        browser.windows_shown().await,
        [id.as_str()],
        "it opens once"
    );
    let window = browser.window(&id).await;
    window.press("Send").await;
    window.is_sent().await;
    let sent = &gateway.sent()[0];
    assert!(
        sent.contains("info@example.org") && sent.contains("Hello") && !sent.contains("passwd"),
        "{sent}"
    );
}

#[tokio::test]
async fn a_link_that_comes_to_an_open_page_opens_there_and_the_page_stays_where_it_was() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.ask("location.hash = '#settings'").await;
    browser.see("#settings h1").await;
    browser.ask(&format!("location.hash = '{LINK}'")).await;
    assert_eq!(subject(&browser).await, "Grüße");
    assert_eq!(browser.ask("return location.hash").await, "#settings");
    assert_eq!(
        browser
            .ask("return document.querySelector('#settings').hidden")
            .await,
        false
    );
    // What is no link to an address opens nothing.
    for other in [
        "#mailto=javascript%3Aalert(1)",
        "#mailto=%E0%A4%A",
        "#mailto=",
    ] {
        browser.ask(&format!("location.hash = '{other}'")).await;
        browser
            .until("return location.hash === '#settings'", vec![])
            .await;
    }
    assert_eq!(browser.windows_shown().await.len(), 1);

    browser
        .ask("navigator.registerProtocolHandler = (...given) => { window.registered = given; }")
        .await;
    browser
        .button("Use quillgate for mail links")
        .await
        .click()
        .await
        .unwrap();
    assert_eq!(
        browser.ask("return window.registered").await,
        json!(["mailto", gateway.url("/#mailto=%s")])
    );
}

#[tokio::test]
async fn links_are_read_as_rfc_6068_writes_them() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let parsed = |to: &str, cc: &str, bcc: &str, subject: &str, body: &str| json!({"to": to, "cc": cc, "bcc": bcc, "subject": subject, "body": body});
    for (link, expected) in [
        (
            "mailto:a@example.org",
            parsed("a@example.org", "", "", "", ""),
        ),
        (
            "MAILTO:a@example.org,b@example.org?TO=c@example.org&Cc=d@example.org",
            parsed(
                "a@example.org, b@example.org, c@example.org",
                "d@example.org",
                "",
                "",
                "",
            ),
        ),
        (
            "mailto:?bcc=a%2Bb@example.org&bcc=c+d@example.org",
            parsed("", "", "a+b@example.org, c+d@example.org", "", ""),
        ),
        (
            "mailto:%22not%40me%22@example.org",
            parsed("\"not@me\"@example.org", "", "", "", ""),
        ),
        (
            "mailto:a@example.org?subject=caf%C3%A9&body=1%0D%0A2%0A3&body=4",
            parsed("a@example.org", "", "", "café", "1\n2\n3\n4"),
        ),
        // Nothing gets into another header, and only what people write in is taken.
        (
            "mailto:a@example.org%0D%0ABcc:%20b@example.org?subject=S%0D%0ABcc:c@example.org",
            parsed(
                "a@example.org Bcc: b@example.org",
                "",
                "",
                "S Bcc:c@example.org",
                "",
            ),
        ),
        (
            "mailto:a@example.org?attach=/etc/passwd&from=b@example.org&x&=y&in-reply-to=z&constructor=c",
            parsed("a@example.org", "", "", "", ""),
        ),
        (
            "mailto:a@example.org?body=%FF%zz&subject=%00x",
            parsed("a@example.org", "", "", "x", "\u{fffd}%zz"),
        ),
        ("http://example.org", Value::Null),
        ("", Value::Null),
    ] {
        let script = "return import('/static/compose/mailto.js').then(({ parseMailto }) => parseMailto(arguments[0]))";
        let found = browser.execute(script, vec![json!(link)]).await.unwrap();
        assert_eq!(found, expected, "{link}");
    }
}
