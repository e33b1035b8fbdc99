//! Moving, sizing, full screen, minimising and closing, and that a reload changes nothing of it.

use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

use super::super::{open_window, signed_in, state};
use super::{Place, draft, drag, html_draft, is_at, place, title};
use crate::support::{Browser, Gateway, eventually};

async fn one_window() -> Option<(Gateway, Browser, String)> {
    let gateway = Gateway::start().await;
    let browser = signed_in(&gateway, "ralf").await?;
    browser.resize(1440, 900).await;
    let id = open_window(&gateway, "ralf", &html_draft("Moved")).await;
    browser.window(&id).await.see("iframe.message").await;
    Some((gateway, browser, id))
}

#[tokio::test]
async fn a_window_goes_where_it_is_dragged_never_leaves_the_page_and_goes_back_to_the_dock() {
    let Some((_gateway, browser, id)) = one_window().await else {
        return;
    };
    let window = browser.window(&id).await;
    let docked = place(&browser, &window.css).await;
    drag(&browser, &title(&window), -300, -100).await;
    let there = docked.moved(-300.0, -100.0);
    is_at(&browser, &window.css, there).await;
    window.is_minimised(false).await;

    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.window(&id).await;
    is_at(&browser, &window.css, there).await;

    drag(&browser, &title(&window), 2000, 2000).await;
    let now = place(&browser, &window.css).await;
    assert!(now.right <= 1440.0 && now.bottom <= 900.0, "{now:?}");
    // A smaller page brings it along.
    browser.resize(900, 600).await;
    let script = "const {right, bottom, left, top} = document.querySelector('.window').getBoundingClientRect(); \
         return right <= 900 && bottom <= 600 && left >= 0 && top >= 0";
    browser.until(script, vec![]).await;
    browser.resize(1440, 900).await;

    window.press("Minimise").await;
    window.is_minimised(true).await;
    window.press("Restore").await;
    is_at(&browser, &window.css, now).await;
    let element = browser.find(Locator::Css(&title(&window))).await.unwrap();
    let twice = "for (const kind of ['mousedown', 'mouseup', 'click', 'mousedown', 'mouseup', 'click', 'dblclick']) \
         arguments[0].dispatchEvent(new MouseEvent(kind, {bubbles: true}))";
    browser
        .execute(twice, vec![serde_json::to_value(element).unwrap()])
        .await
        .unwrap();
    is_at(&browser, &window.css, docked).await;
}

#[tokio::test]
async fn a_floating_window_is_sized_at_its_corner_and_docked_by_a_button() {
    let Some((_gateway, browser, id)) = one_window().await else {
        return;
    };
    let window = browser.window(&id).await;
    let docked = place(&browser, &window.css).await;
    drag(&browser, &title(&window), -300, -100).await;
    let there = docked.moved(-300.0, -100.0);
    is_at(&browser, &window.css, there).await;
    let corner = format!("{} .window-grip", window.css);
    drag(&browser, &corner, 120, -80).await;
    let sized = Place {
        right: there.right + 120.0,
        bottom: there.bottom - 80.0,
        ..there
    };
    is_at(&browser, &window.css, sized).await;
    browser.refresh().await.unwrap();
    browser.online().await;
    is_at(&browser, &window.css, sized).await;
    // There is a least size, at which all of it can be used.
    drag(&browser, &corner, -2000, -2000).await;
    let least = Place {
        right: there.left + 360.0,
        bottom: there.top + 300.0,
        ..there
    };
    is_at(&browser, &window.css, least).await;
    let inside = "const {right, bottom} = arguments[1]; const box = document.querySelector(`${arguments[0]} .window-footer`).getBoundingClientRect(); \
         return box.right <= right + 1 && box.bottom <= bottom + 1";
    let bounds = json!({"right": least.right, "bottom": least.bottom});
    browser.until(inside, vec![json!(window.css), bounds]).await;
    window.press("Dock again").await;
    is_at(&browser, &window.css, docked).await;
}

#[tokio::test]
async fn a_window_in_full_screen_fills_the_page_and_gives_it_back() {
    let Some((gateway, browser, id)) = one_window().await else {
        return;
    };
    let other = open_window(&gateway, "ralf", &draft("Other")).await;
    let (window, other) = (browser.window(&id).await, browser.window(&other).await);
    let docked = place(&browser, &window.css).await;
    window.press("Full screen").await;
    other.is_minimised(true).await;
    let full = place(&browser, &window.css).await;
    assert!(
        full.top < 100.0 && full.bottom > 800.0 && full.right - full.left < 1000.0,
        "{full:?}"
    );
    let behind = "return document.querySelector('#home').inert";
    assert_eq!(browser.ask(behind).await, true);

    browser.refresh().await.unwrap();
    browser.online().await;
    let (window, other) = (browser.window(&id).await, browser.window(&other.id).await);
    is_at(&browser, &window.css, full).await;
    window.press("Leave full screen").await;
    is_at(&browser, &window.css, docked_above_bars(docked)).await;
    assert_eq!(browser.ask(behind).await, false);

    other.press("Restore").await;
    window.press("Full screen").await;
    other.is_minimised(true).await;
    window.field("Subject").await.click().await.unwrap();
    browser.press(Key::Escape).await;
    // What was open before it is open again, and Escape did no more than that.
    other.is_minimised(false).await;
    window.is_minimised(false).await;
    is_at(&browser, &window.css, docked).await;
    browser.press(Key::Escape).await;
    window.is_minimised(true).await;
}

/// The first bar takes its line from below: what is read stays where it is.
fn docked_above_bars(docked: Place) -> Place {
    Place {
        bottom: docked.bottom - 60.0,
        ..docked
    }
}

#[tokio::test]
async fn a_window_is_moved_and_sized_by_keyboard() {
    let Some((_gateway, browser, id)) = one_window().await else {
        return;
    };
    let window = browser.window(&id).await;
    let docked = place(&browser, &window.css).await;
    let menu = async |item: &str| {
        window.press("More for this window").await;
        browser.see(".menu").await;
        browser.button(item).await.click().await.unwrap();
        window.see(".window-mover:focus").await;
    };
    menu("Move by keyboard").await;
    for key in [Key::Left, Key::Left, Key::Up] {
        browser.press(key).await;
    }
    let moved = docked.moved(-64.0, -32.0);
    is_at(&browser, &window.css, moved).await;
    browser
        .see_text("#announcer", &format!("{} from the left", moved.left))
        .await;
    browser.press(Key::Enter).await;
    window.see(".window-more:focus").await;

    menu("Resize by keyboard").await;
    browser.press(Key::Left).await;
    browser.press(Key::Up).await;
    is_at(
        &browser,
        &window.css,
        Place {
            right: moved.right - 32.0,
            bottom: moved.bottom - 32.0,
            ..moved
        },
    )
    .await;
    browser.press(Key::Escape).await;
    is_at(&browser, &window.css, moved).await;
    window.is_minimised(false).await;
    menu("Move by keyboard").await;
    browser.press(Key::Right).await;
    browser.press(Key::Escape).await;
    is_at(&browser, &window.css, moved).await;
}

#[tokio::test]
async fn at_390_pixels_a_window_fills_the_page_wherever_it_was_put() {
    let Some((_gateway, browser, id)) = one_window().await else {
        return;
    };
    let window = browser.window(&id).await;
    drag(&browser, &title(&window), -300, -100).await;
    browser.resize(390, 844).await;
    let width = browser
        .ask("return document.documentElement.clientWidth")
        .await;
    let page = Place {
        left: 0.0,
        top: 0.0,
        right: width.as_f64().unwrap(),
        bottom: 844.0,
    };
    is_at(&browser, &window.css, page).await;
    window.press("Minimise").await;
    window.is_minimised(true).await;
    let bar = place(&browser, &window.css).await;
    assert!(bar.bottom <= 844.0 && bar.top > 780.0, "{bar:?}");
}

#[tokio::test]
async fn closing_asks_before_anything_is_lost_that_was_written() {
    let Some((gateway, browser, id)) = one_window().await else {
        return;
    };
    let window = browser.window(&id).await;
    window.press("Close").await;
    browser.no_window(&id).await;
    eventually("the caller hears of it", async || {
        state(&gateway, "ralf", &id).await == "discarded"
    })
    .await;

    let id = open_window(&gateway, "ralf", &draft("Written in")).await;
    let window = browser.window(&id).await;
    window.add("Message", ", more").await;
    window.press("Minimise").await;
    window.is_minimised(true).await;
    window.press("Close").await;
    window.is_minimised(false).await;
    window.press("Keep editing").await;
    window.holds("Message", "Text, more").await;
    assert_ne!(state(&gateway, "ralf", &id).await, "discarded");
    window.press("Close").await;
    window.press("Yes, discard").await;
    browser.no_window(&id).await;
}
