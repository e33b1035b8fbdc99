//! Lists of recipients: pasted, merged, dragged, and folded where nobody looks.

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde_json::json;

use super::{chips, has_chips, paste};
use crate::support::Gateway;
use crate::web::signed_in;

#[tokio::test]
async fn lists_of_every_origin_are_taken_apart() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    let cases: [(&str, &[&str]); 6] = [
        (
            "a@x.org\nb@x.org\r\n\"C, C\" <c@x.org>, d@x.org; e@x.org",
            &[
                "a@x.org",
                "b@x.org",
                "\"C, C\" <c@x.org>",
                "d@x.org",
                "e@x.org",
            ],
        ),
        (
            "Doe, John <j@x.org>; Roe, Jane <r@x.org>",
            &["\"Doe, John\" <j@x.org>", "\"Roe, Jane\" <r@x.org>"],
        ),
        (
            "First\tLast\tMail\nAnna\tExample\ta@x.org\t+49 30 1\nb@x.org\tBert",
            &["Anna Example <a@x.org>", "Bert <b@x.org>"],
        ),
        (
            "'a@x.org'; Anna [mailto:b@x.org]; mailto:c@x.org",
            &["a@x.org", "Anna <b@x.org>", "c@x.org"],
        ),
        (
            "Team: a@x.org, b@x.org; c@x.org",
            &["Team: a@x.org, b@x.org;", "c@x.org"],
        ),
        ("a@x.org, A@X.org, Anna <a@x.org>", &["a@x.org"]),
    ];
    for (text, expected) in cases {
        window.set("To", "").await;
        window.field("To").await.click().await.unwrap();
        paste(&browser, text).await;
        has_chips(&browser, &window, "to", expected).await;
    }
    window
        .see_text(".field-note", "2 recipients were there already")
        .await;
}

#[tokio::test]
async fn five_hundred_at_once_do_not_freeze_and_fold_where_nobody_is() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.field("To").await.click().await.unwrap();
    let list: Vec<_> = (0..500)
        .map(|at| format!("Person {at} <p{at}@example.org>"))
        .collect();
    let took = paste(&browser, &list.join("\n")).await;
    assert!(took.as_f64().unwrap() < 2000.0, "{took} ms");
    assert_eq!(chips(&browser, &window, "to").await.len(), 500);
    window.field("Subject").await.click().await.unwrap();
    let more = window.see(".chips-more").await;
    let text = more.text().await.unwrap();
    let hidden: usize = text.trim_start_matches('+').parse().unwrap();
    let script = "return document.querySelectorAll('.chip:not([hidden])').length";
    assert_eq!(browser.ask(script).await, 500 - hidden);
    assert!(hidden > 480, "{text}");
    let height = "return document.querySelector('.field-to').offsetHeight";
    assert!(browser.ask(height).await.as_u64().unwrap() < 120);
    more.click().await.unwrap();
    window.see(".field-to input:focus").await;
    browser
        .until(&format!("{script} === 500"), Vec::new())
        .await;
}

#[tokio::test]
async fn a_chip_is_dragged_to_another_field() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.add("To", "a@example.org,b@example.org,").await;
    window.press("Show Cc").await;
    let chip = window.see(".field-to .chip .chip-name").await;
    let cc = window.field("Cc").await;
    let drag = [
        PointerAction::MoveToElement {
            element: chip,
            duration: None,
            x: 0.,
            y: 0.,
        },
        PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        },
        PointerAction::MoveBy {
            duration: None,
            x: 10.,
            y: 10.,
        },
        PointerAction::MoveToElement {
            element: cc,
            duration: None,
            x: 0.,
            y: 0.,
        },
        PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        },
    ];
    let mouse = drag
        .into_iter()
        .fold(MouseActions::new("mouse".to_owned()), InputSource::then);
    browser.perform_actions(mouse).await.unwrap();
    has_chips(&browser, &window, "cc", &["a@example.org"]).await;
    has_chips(&browser, &window, "to", &["b@example.org"]).await;
    window.has_stored("\"cc\":\"a@example.org\"").await;
    let size = "const {width, height} = document.querySelector('.field-to .chip-remove').getBoundingClientRect(); return Math.min(width, height)";
    assert!(browser.ask(size).await.as_f64().unwrap() >= 24.0);
    // With a finger: a menu, whose items are as large as fingers are.
    browser.resize(390, 844).await;
    let menu = "const cell = document.querySelector('.field-to .chip-cell'); \
         cell.dispatchEvent(new PointerEvent('click', {bubbles: true, pointerType: arguments[0]}))";
    browser.execute(menu, vec![json!("touch")]).await.unwrap();
    browser.button("Move to Cc").await.click().await.unwrap();
    has_chips(&browser, &window, "cc", &["a@example.org", "b@example.org"]).await;
}
