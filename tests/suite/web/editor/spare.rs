//! The frame that is kept ready for the next message.

use super::super::signed_in;
use crate::support::Gateway;

/// In the page: nothing is idle for a second, and how many frames there have been at least is known.
const PAGE: &str = "window.requestIdleCallback = (act) => setTimeout(act, 1000); \
     window.fewest = () => { \
         let fewest = Infinity; \
         const look = () => { fewest = Math.min(fewest, document.querySelectorAll('iframe.message').length) }; \
         look(); \
         new MutationObserver(look).observe(document, {childList: true, subtree: true}); \
         return () => fewest; \
     }";

#[tokio::test]
async fn the_last_frame_stays_until_there_is_a_spare_one() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let script = browser.before_every_page(PAGE).await;
    browser.refresh().await.unwrap();
    browser.online().await;
    let window = browser.write().await;
    window.enter_message().await;
    browser.enter_parent_frame().await.unwrap();
    browser
        .ask("window.look = window.fewest(); window.frame = document.querySelector('[role=dialog] iframe.message')")
        .await;
    window.press("Close").await;
    browser.no_window(&window.id).await;
    // Then the spare one alone.
    let spare = "const frames = [...document.querySelectorAll('iframe.message')]; \
         return frames.length === 1 && frames[0] !== window.frame";
    browser.until(spare, vec![]).await;
    assert_eq!(browser.ask("return window.look()").await, 1);
    // Which the next message is shown in.
    browser
        .ask("window.frame = document.querySelector('iframe.message')")
        .await;
    let window = browser.write().await;
    window.enter_message().await;
    browser.enter_parent_frame().await.unwrap();
    let same = "return document.querySelector('[role=dialog] iframe.message') === window.frame";
    assert_eq!(browser.ask(same).await, true);
    browser.no_more(&script).await;
}
