//! Twenty windows, and many more one after the other.

use fantoccini::key::Key;
use serde_json::json;

use super::super::{open_window, signed_in};
use super::{Place, draft, html_draft, place};
use crate::support::{Browser, Gateway, eventually};

/// All bars, from left to right, in the line of the dock.
async fn bars(browser: &Browser) -> Vec<Place> {
    let script = "return [...document.querySelectorAll('.window[data-minimised]')].map((node) => node.getBoundingClientRect())";
    serde_json::from_value(browser.ask(script).await).unwrap()
}

#[tokio::test]
async fn twenty_windows_are_within_reach_and_none_covers_the_send_of_another() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    for number in 0..20 {
        let subject = format!("Number {number}");
        let draft = if number % 2 == 0 {
            draft(&subject)
        } else {
            html_draft(&subject)
        };
        open_window(&gateway, "ralf", &draft).await;
    }
    for (width, height) in [(1440, 900), (768, 1024), (390, 844)] {
        browser.resize(width, height).await;
        let send = place(&browser, ".window:not([data-minimised]) .button-primary").await;
        if width == 390 {
            let covered = "const {left, top, width, height} = document.querySelector('.window:not([data-minimised]) .button-primary').getBoundingClientRect(); \
                 return document.elementFromPoint(left + width / 2, top + height / 2).closest('.button-primary') !== null";
            assert_eq!(browser.ask(covered).await, true);
            browser
                .ask("document.querySelector('.window:not([data-minimised]) .window-toggle').click()")
                .await;
        }
        let line = bars(&browser).await;
        assert!(line.len() >= 17, "{line:?}");
        assert!(
            line.windows(2)
                .all(|pair| pair[0].right <= pair[1].left && pair[0].top == pair[1].top),
            "one line, none over another: {line:?}"
        );
        assert!(line.iter().all(|bar| bar.right - bar.left >= 160.0));
        if width != 390 {
            assert!(!line.iter().any(|bar| bar.overlaps(send)), "{send:?}");
        }
        // Each comes into view by keyboard, and the page does not move.
        let ends = "document.querySelector('.window[data-minimised] .window-toggle').focus()";
        browser.ask(ends).await;
        for (key, at) in [(Key::End, line.len() - 1), (Key::Home, 0)] {
            browser.press(key).await;
            let bar = bars(&browser).await[at];
            assert!(
                bar.left >= 0.0 && bar.right <= f64::from(width),
                "{bar:?} at {width}"
            );
        }
        assert_eq!(
            browser
                .ask("return [scrollX, document.documentElement.scrollWidth <= innerWidth]")
                .await,
            json!([0, true])
        );
    }
    browser.refresh().await.unwrap();
    browser.online().await;
    browser
        .until(
            "return document.querySelectorAll('.window').length === 20",
            vec![],
        )
        .await;
    let built = browser
        .ask("return document.querySelectorAll('.window-form').length")
        .await;
    assert_eq!(built, 0, "all are bars");
}

/// What the browser holds for the page once it has cleared up.
async fn held(browser: &Browser) -> [u64; 3] {
    // What the first round lets go of may hold more.
    for _ in 0..3 {
        browser
            .devtools("HeapProfiler.collectGarbage", json!({}))
            .await;
    }
    let counters = browser.devtools("Memory.getDOMCounters", json!({})).await;
    ["documents", "nodes", "jsEventListeners"].map(|name| counters[name].as_u64().unwrap())
}

#[tokio::test]
async fn closed_windows_leave_nothing_behind() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let rounds = async |count: usize| {
        for number in 0..count {
            let subject = format!("Number {number}");
            for draft in [draft(&subject), html_draft(&subject)] {
                let id = open_window(&gateway, "ralf", &draft).await;
                // By script: what a driver of a browser has found, it keeps.
                let close = "const node = [...document.querySelectorAll('.window')].find(({dataset}) => dataset.composeId === arguments[0]); \
                     for (const name of ['full', 'full', 'close']) node.querySelector(`.window-${name}`).click()";
                browser.execute(close, vec![json!(id)]).await.unwrap();
                browser.no_window(&id).await;
            }
        }
    };
    rounds(2).await;
    let before = held(&browser).await;
    rounds(8).await;
    // Sixteen windows have five thousand nodes and eight hundred listeners. The list on the home page has two rows more.
    // The last ones may still be on their way out.
    let most = [before[0] + 1, before[1] + 120, before[2] + 20];
    eventually("closed windows are gone", async || {
        let after = held(&browser).await;
        after.iter().zip(most).all(|(after, most)| *after <= most)
    })
    .await;
}
