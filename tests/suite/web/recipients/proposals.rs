//! People written to before are proposed, can be forgotten, and are looked through in the settings.

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::has_chips;
use crate::support::{Axe, Browser, Gateway};
use crate::web::signed_in;

async fn known(gateway: &Gateway) -> Vec<String> {
    let answer = gateway.get_json("ralf", "/me/recipients?limit=50").await;
    let people = answer.body["recipients"].as_array().unwrap();
    let address = |person: &Value| person["address"].as_str().unwrap().to_owned();
    people.iter().map(address).collect()
}

async fn write_to(gateway: &Gateway, people: &[&str]) {
    let mail = json!({"to": people, "body": "Text"});
    assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.status, 200);
}

/// The options of the list box, and which of them is active by what the line says.
async fn options(browser: &Browser, count: usize) -> (Vec<String>, Option<usize>) {
    let script = "const nodes = [...document.querySelectorAll('.suggestions:popover-open [role=option]')]; \
         const line = document.activeElement; \
         return nodes.length === arguments[0] && line.getAttribute('aria-expanded') === 'true' && \
         [nodes.map((node) => node.querySelector('.suggestion-text').innerText.split(',')[0].trim()), nodes.findIndex(({id}) => id === line.getAttribute('aria-activedescendant'))]";
    let found = browser.until(script, vec![json!(count)]).await;
    let active = found[1].as_i64().and_then(|at| usize::try_from(at).ok());
    (serde_json::from_value(found[0].clone()).unwrap(), active)
}

#[tokio::test]
async fn people_written_to_are_proposed_and_can_be_forgotten() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    write_to(
        &gateway,
        &[
            "Jürgen Groß <j.gross@bücher.example>",
            "Anna Example <anna@example.org>",
        ],
    )
    .await;
    write_to(&gateway, &["anna@example.org", "anton@example.com"]).await;
    let window = browser.write().await;
    window.field("To").await.click().await.unwrap();
    browser.keys("gros").await;
    let (found, active) = options(&browser, 1).await;
    assert!(found[0].starts_with("Jürgen Groß"), "{found:?}");
    assert_eq!(active, Some(0));
    let marked = browser.ask("return [...document.querySelectorAll('.suggestion mark')].map((mark) => mark.textContent).join('|')").await;
    assert_eq!(marked, "Groß|gros");
    browser.press(Key::Enter).await;
    has_chips(
        &browser,
        &window,
        "to",
        &["Jürgen Groß <j.gross@bücher.example>"],
    )
    .await;
    browser.keys("an").await;
    let (found, active) = options(&browser, 2).await;
    assert!(found[0].starts_with("Anna Example"), "{found:?}");
    assert_eq!(active, Some(0));
    browser.see_text("#announcer", "2 suggestions").await;
    browser.press(Key::Down).await;
    assert_eq!(options(&browser, 2).await.1, Some(1));
    // Escape closes the list, and not the window.
    browser.press(Key::Escape).await;
    browser.see_no(".suggestions:popover-open").await;
    window.is_minimised(false).await;
    browser.press(Key::Down).await;
    options(&browser, 2).await;
    browser.press(Key::Down).await;
    assert_eq!(options(&browser, 2).await.1, Some(1));
    browser.press(Key::Delete).await;
    assert_eq!(options(&browser, 1).await.0.len(), 1);
    let gone = "return !document.querySelector('.suggestions').innerText.includes('anton')";
    browser.until(gone, Vec::new()).await;
    browser
        .see_text("#announcer", "will not be suggested")
        .await;
    assert!(
        !known(&gateway)
            .await
            .contains(&"anton@example.com".to_owned())
    );
    browser
        .see(".suggestion-forget")
        .await
        .click()
        .await
        .unwrap();
    browser
        .see_text("#announcer", "Anna Example will not")
        .await;
    assert_eq!(known(&gateway).await, ["j.gross@bücher.example"]);
    // Whoever types a whole address means that one; one that is there is not proposed again.
    window.set("To", "x@example.org").await;
    browser.press(Key::Enter).await;
    has_chips(&browser, &window, "to", &["x@example.org"]).await;
    // Without a connection nothing is proposed, and nothing is complained of.
    gateway.stop().await;
    browser.keys("gro").await;
    browser.press(Key::Enter).await;
    window.see_no("#toasts .toast").await;
    has_chips(&browser, &window, "to", &["x@example.org", "gro"]).await;
}

#[tokio::test]
async fn the_settings_show_and_erase_them() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    write_to(
        &gateway,
        &[
            "Jürgen <j@example.org>",
            "anna@example.com",
            "b@example.com",
        ],
    )
    .await;
    browser
        .execute("location.hash = '#settings'", Vec::new())
        .await
        .unwrap();
    browser
        .see_text("#known-recipients [role=status]", "3 people")
        .await;
    if let Some(axe) = Axe::get() {
        axe.look(&browser, "settings, people written to").await;
    }
    let search = browser.see("#known-recipients input").await;
    search.send_keys("jurg").await.unwrap();
    browser
        .until(
            "return document.querySelectorAll('.known-person').length === 1",
            Vec::new(),
        )
        .await;
    browser.button("Remove Jürgen").await.click().await.unwrap();
    browser
        .see_text("#known-recipients [role=status]", "Nobody matches")
        .await;
    assert_eq!(known(&gateway).await.len(), 2);
    browser.button("Erase all").await.click().await.unwrap();
    browser.see("dialog[open]").await;
    assert_eq!(known(&gateway).await.len(), 2, "only asked");
    browser
        .see("dialog .button-danger")
        .await
        .click()
        .await
        .unwrap();
    browser
        .see_text("#known-recipients [role=status]", "There is nobody yet")
        .await;
    assert!(known(&gateway).await.is_empty());
}
