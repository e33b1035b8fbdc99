//! Recipients as chips: how they come about, what is said of wrong ones, and how the keyboard gets at them.

use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::{chips, has_chips};
use crate::support::gateway::files;
use crate::support::{Browser, Gateway};
use crate::web::signed_in;

#[tokio::test]
async fn chips_come_about_as_people_type_and_hold_what_the_server_takes() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.field("To").await.click().await.unwrap();
    browser.keys("a@example.com,").await;
    has_chips(&browser, &window, "to", &["a@example.com"]).await;
    browser.keys("\"Example; B, B\" <b@example.com>;").await;
    browser.keys("c@example.com").await;
    browser.press(Key::Enter).await;
    browser.keys("Dora <d@example.com>").await;
    browser.press(Key::Tab).await;
    browser.keys("e@example.com ").await;
    // The comma within a name, and the separators within a group.
    browser.keys("Family, Given <f@example.com>,").await;
    browser
        .keys("Team: g@example.com, H <h@example.com>;")
        .await;
    browser.keys("post@Bücher.example,пошта@example.com,i@example.com (Comment),\"odd local\"@example.com,j@[127.0.0.1],").await;
    browser.keys("k@example.com").await;
    // Leaving the field ends the last one.
    window.add("Subject", "Chips").await;
    let expected = [
        "a@example.com",
        "\"Example; B, B\" <b@example.com>",
        "c@example.com",
        "Dora <d@example.com>",
        "e@example.com",
        "\"Family, Given\" <f@example.com>",
        "Team: g@example.com, H <h@example.com>;",
        "post@Bücher.example",
        "пошта@example.com",
        "i@example.com (Comment)",
        "\"odd local\"@example.com",
        "j@[127.0.0.1]",
        "k@example.com",
    ];
    has_chips(&browser, &window, "to", &expected).await;
    window.see_no(".chip[data-wrong]").await;
    window.press("Send").await;
    window.is_sent().await;
    let envelope = &files(&gateway.outbox(), "json")[0];
    let envelope: Value = serde_json::from_slice(&std::fs::read(envelope).unwrap()).unwrap();
    assert_eq!(envelope["to"].as_array().unwrap().len(), 14);
}

#[tokio::test]
async fn what_cannot_be_sent_to_is_said_in_words_and_can_be_mended() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.add("Subject", "Mended").await;
    window.add("To", "good@example.org, nobody,").await;
    window.see(".chip[data-wrong] svg").await;
    let words = window.see_text(".field-to .field-note", "“nobody”").await;
    assert!(words.contains("it has no @"), "{words}");
    window.press("Send").await;
    window.see_text(".window-problem", "“nobody”").await;
    window
        .see(".recipients input[aria-invalid=true]:focus")
        .await;
    assert!(gateway.sent().is_empty());
    // A wrong one is a text again by Backspace, by Enter and by a double click; another one is only selected.
    browser.press(Key::Backspace).await;
    has_chips(&browser, &window, "to", &["good@example.org"]).await;
    browser.keys("@x..org").await;
    browser.press(Key::Enter).await;
    window.see_text(".field-note", "no domain").await;
    browser.press(Key::Left).await;
    browser.press(Key::Enter).await;
    window.holds("To", "good@example.org, nobody@x..org").await;
    browser.press(Key::Enter).await;
    let wrong = window.see(".chip[data-wrong] .chip-name").await;
    let double = [
        PointerAction::MoveToElement {
            element: wrong,
            duration: None,
            x: 0.,
            y: 0.,
        },
        PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        },
        PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        },
        PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        },
        PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        },
    ];
    let mouse = double
        .into_iter()
        .fold(MouseActions::new("mouse".to_owned()), InputSource::then);
    browser.perform_actions(mouse).await.unwrap();
    window.see_no(".chip[data-wrong]").await;
    for _ in 0.."@x..org".len() {
        browser.press(Key::Backspace).await;
    }
    browser.keys("@example.org,").await;
    has_chips(
        &browser,
        &window,
        "to",
        &["good@example.org", "nobody@example.org"],
    )
    .await;
    window.see_no(".field-to .field-note:not([hidden])").await;
    window.press("Send").await;
    window.is_sent().await;
}

#[tokio::test]
async fn the_keyboard_walks_selects_removes_and_brings_back() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window
        .add(
            "To",
            "a@example.org,b@example.org,c@example.org,d@example.org,",
        )
        .await;
    let (a, b, c, d) = (
        "a@example.org",
        "b@example.org",
        "c@example.org",
        "d@example.org",
    );
    let selected = async || {
        let script = "return [...document.querySelectorAll('.chip:has([aria-selected=true])')].map((chip) => chip.title[0]).join('')";
        browser.ask(script).await
    };
    browser.press(Key::Left).await;
    assert_eq!(selected().await, "d");
    browser.press(Key::Home).await;
    assert_eq!(selected().await, "a");
    browser
        .keys_while(Key::Shift, &[Key::Right, Key::Right])
        .await;
    assert_eq!(selected().await, "abc");
    // The grid and its rows are named, and so are the buttons.
    let named = browser.ask("const chip = document.activeElement.closest('[role=row]'); return [chip.closest('[role=grid]').getAttribute('aria-label'), chip.querySelector('button').getAttribute('aria-label'), document.activeElement.getAttribute('role')].join('|')").await;
    assert_eq!(named, "To|Remove c@example.org|gridcell");
    browser.press(Key::Delete).await;
    has_chips(&browser, &window, "to", &[d]).await;
    browser.see_text("#announcer", "3 recipients removed").await;
    keys_with_control(&browser, 'z').await;
    has_chips(&browser, &window, "to", &[a, b, c, d]).await;
    // The last one is selected before it goes.
    browser.press(Key::Backspace).await;
    assert_eq!(selected().await, "d");
    browser.press(Key::Backspace).await;
    has_chips(&browser, &window, "to", &[a, b, c]).await;
    window.press("Undo").await;
    has_chips(&browser, &window, "to", &[a, b, c, d]).await;
    // Some of them by the mouse, and then copied to another field.
    window.press("Show Cc").await;
    window.field("To").await.click().await.unwrap();
    browser.press(Key::Home).await;
    let third = window.see(".chip:nth-child(3) .chip-name").await;
    let click = [
        PointerAction::MoveToElement {
            element: third,
            duration: None,
            x: 0.,
            y: 0.,
        },
        PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        },
        PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        },
    ];
    hold_and_click(&browser, Key::Control, click).await;
    assert_eq!(selected().await, "ac");
    keys_with_control(&browser, 'c').await;
    window.field("Cc").await.click().await.unwrap();
    keys_with_control(&browser, 'v').await;
    has_chips(&browser, &window, "cc", &[a, c]).await;
    assert_eq!(chips(&browser, &window, "to").await.len(), 4);
    // Typing on a chip goes on in the line; End comes back to it.
    browser.press(Key::Left).await;
    browser.press(Key::End).await;
    browser.keys("z").await;
    window.holds("Cc", "a@example.org, c@example.org, z").await;
}

async fn keys_with_control(browser: &Browser, key: char) {
    let text: String = [char::from(Key::Control), key].into_iter().collect();
    browser
        .active_element()
        .await
        .unwrap()
        .send_keys(&text)
        .await
        .unwrap();
}

async fn hold_and_click(browser: &Browser, held: Key, click: [PointerAction; 3]) {
    let down = KeyActions::new("keyboard".to_owned()).then(KeyAction::Down {
        value: char::from(held),
    });
    browser.perform_actions(down).await.unwrap();
    let mouse = click
        .into_iter()
        .fold(MouseActions::new("mouse".to_owned()), InputSource::then);
    browser.perform_actions(mouse).await.unwrap();
    let up = KeyActions::new("keyboard".to_owned()).then(KeyAction::Up {
        value: char::from(held),
    });
    browser.perform_actions(up).await.unwrap();
}

#[tokio::test]
async fn what_is_half_typed_outlives_a_reload_with_the_cursor() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.add("To", "a@example.org, Anna Exa").await;
    browser.press(Key::Left).await;
    window.has_stored("Anna Exa").await;
    let id = window.id.clone();
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    window.see(".field-to input:focus").await;
    has_chips(&browser, &window, "to", &["a@example.org"]).await;
    browser.keys("X").await;
    window.holds("To", "a@example.org, Anna ExXa").await;
}

#[tokio::test]
async fn there_is_no_empty_line_and_leaving_the_field_moves_nothing() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    let height = "return document.querySelector('.field-subject').getBoundingClientRect().top";
    let lines = "const box = document.querySelector('.field-to .recipients'); const input = box.querySelector('input').getBoundingClientRect(); \
         const last = [...box.querySelectorAll('.chip')].at(-1).getBoundingClientRect(); \
         return input.width >= 24 && input.top < last.bottom && input.right <= box.getBoundingClientRect().right + 1";
    // Lines of every length.
    for number in 1..16 {
        let person = format!("p{}@example.org,", "x".repeat(number * 2));
        window.add("To", &person).await;
        browser.until(lines, vec![]).await;
    }
    // Other fields take the focus as soon as they are pressed, and a click needs more: nothing moves until it is over.
    let before = browser.ask(height).await;
    let presses = "const [name, kinds] = arguments; const [node] = document.querySelectorAll(name); node.focus(); \
         for (const kind of kinds) node.dispatchEvent(new PointerEvent(kind, {bubbles: true}))";
    let press = async |kinds: &[&str]| {
        let arguments = vec![json!(".field-more button"), json!(kinds)];
        browser.execute(presses, arguments).await.unwrap();
    };
    browser
        .ask("document.querySelector('.field-more').dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}))")
        .await;
    press(&[]).await;
    assert_eq!(browser.ask(height).await, before);
    press(&["pointerup"]).await;
    window.see(".chips-more").await;
    assert_ne!(browser.ask(height).await, before);
}
