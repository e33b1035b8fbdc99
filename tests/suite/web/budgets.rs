//! What the page may cost, in bytes and counts.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};

use super::{arrive, open_window, signed_in};
use crate::support::browser::Record;
use crate::support::people::PASSWORD;
use crate::support::{Browser, Gateway, eventually};

/// Bytes over the network, with heads, until the home page of somebody who signs in is complete.
const FIRST_VIEW: f64 = 100_000.0;

/// One answer that the browser had.
struct Got {
    url: String,
    response: Value,
    bytes: f64,
    from_cache: bool,
}

/// What the browser got since the last call.
async fn got(browser: &Browser) -> Vec<Got> {
    let events = browser.all_devtools_events().await;
    let (mut answers, mut sizes, mut kept) = (BTreeMap::new(), BTreeMap::new(), HashSet::new());
    for event in &events {
        let (method, params) = (
            event["method"].as_str().unwrap_or_default(),
            &event["params"],
        );
        let id = params["requestId"].as_str().unwrap_or_default().to_owned();
        match method {
            "Network.responseReceived" => {
                answers.insert(id, params["response"].clone());
            }
            "Network.loadingFinished" => {
                sizes.insert(id, params["encodedDataLength"].as_f64().unwrap());
            }
            "Network.requestServedFromCache" => {
                kept.insert(id);
            }
            _ => {}
        }
    }
    let each = answers.into_iter().map(|(id, response)| Got {
        url: response["url"].as_str().unwrap().to_owned(),
        bytes: sizes.get(&id).copied().unwrap_or_default(),
        from_cache: response["fromDiskCache"] == true || kept.contains(&id),
        response,
    });
    each.collect()
}

fn header<'g>(got: &'g Got, name: &str) -> &'g str {
    let headers = got.response["headers"].as_object().unwrap();
    let found = headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name));
    found
        .and_then(|(_, value)| value.as_str())
        .unwrap_or_default()
}

#[tokio::test]
async fn the_first_view_is_small_and_its_files_are_fetched_once() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start_observed().await else {
        return;
    };
    // What the browser itself shows in the beginning is none of the page's; what the page fetches ahead once it is
    // there is no part of its first view.
    let ahead = "window.requestIdleCallback = () => 0";
    let watch = browser.before_every_page(ahead).await;
    browser.open("about:blank").await;
    browser.all_devtools_events().await;
    browser.open(&gateway.url("/")).await;
    browser.see("#login:focus").await;
    browser.sign_in("ralf", PASSWORD).await;
    browser.see("#home h1").await;
    let first = got(&browser).await;
    browser.no_more(&watch).await;
    let strangers: Vec<_> = first
        .iter()
        .filter(|got| !got.url.starts_with(&gateway.url("/")) && !got.url.starts_with("data:"))
        .map(|got| &got.url)
        .collect();
    assert!(strangers.is_empty(), "{strangers:?}");
    let bytes: f64 = first.iter().map(|got| got.bytes).sum();
    let each: Vec<_> = first.iter().map(|got| (got.bytes, &got.url)).collect();
    assert!(
        bytes > 20_000.0 && bytes < FIRST_VIEW,
        "{bytes} bytes: {each:#?}"
    );
    let is_asset = |got: &&Got| got.url.contains("/static/");
    assert!(first.iter().any(|got| got.url.contains("/app.js")));
    for asset in first.iter().filter(is_asset) {
        let kept = header(asset, "cache-control");
        assert!(
            kept.contains("immutable") && kept.contains("max-age=31536000"),
            "{}: {kept}",
            asset.url
        );
        let coding = header(asset, "content-encoding");
        let length = asset.response["encodedDataLength"]
            .as_f64()
            .unwrap_or_default();
        assert!(
            ["br", "gzip", "zstd"].contains(&coding) || length < 1000.0,
            "{}: {coding}",
            asset.url
        );
    }

    browser.open("about:blank").await;
    browser.all_devtools_events().await;
    browser.open(&gateway.url("/")).await;
    browser.online().await;
    let second = got(&browser).await;
    let again: Vec<_> = second
        .iter()
        .filter(is_asset)
        .filter(|got| !got.from_cache && first.iter().any(|known| known.url == got.url))
        .map(|got| &got.url)
        .collect();
    assert!(again.is_empty(), "fetched again: {again:?}");
    assert!(
        second.iter().any(|got| !got.from_cache),
        "the page itself is asked for"
    );
}

/// Keeps what moved without having been touched, and which parts of the page it was. The dock itself, which cannot be
/// seen, gets as wide as what comes back into it.
const WATCH_SHIFTS: &str = "window.shifts = []; new PerformanceObserver((list) => list.getEntries() \
    .filter(({sources}) => !sources.every(({node}) => node?.id === 'dock')).forEach(({value, sources}) => \
    window.shifts.push(`${value}: ${sources.map(({node}) => node?.outerHTML?.slice(0, 120)).join(' | ')}`))) \
    .observe({type: 'layout-shift', buffered: true})";

async fn nothing_moved(browser: &Browser, when: &str) {
    // Shifts are told with the frame after next.
    let told = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(window.shifts), 50)))";
    let shifts = browser.execute_async(told, vec![]).await.unwrap();
    assert_eq!(shifts, json!([]), "{when}");
}

#[tokio::test]
async fn nothing_moves_by_itself() {
    let gateway = Gateway::start().await;
    super::my_files::put(&gateway, &["report.txt"], "Report").await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let watch = browser.before_every_page(WATCH_SHIFTS).await;
    for width in [1440, 390] {
        browser.resize(width, 900).await;
        browser.open(&gateway.url("/")).await;
        if width == 1440 {
            browser.see("#login:focus").await;
            nothing_moved(&browser, "sign-in").await;
            browser.sign_in("ralf", PASSWORD).await;
            browser.open("about:blank").await;
            browser.open(&gateway.url("/")).await;
        }
        browser.online().await;
        nothing_moved(&browser, &format!("start, {width}")).await;
        // The list on the home page takes up what is new, and on a telephone a new window takes the whole page: that is
        // what they are for.
        browser.ask("location.hash = 'files'").await;
        browser.see("#files h1").await;
        nothing_moved(&browser, &format!("my files, {width}")).await;
        let wide = [("body", "Text"), ("bodyHtml", "<p>Text</p>")].into_iter();
        for (body, text) in wide.filter(|_| width == 1440) {
            let draft = json!({"to": ["a@example.org"], "subject": "S", body: text});
            open_window(&gateway, "ralf", &draft).await;
            nothing_moved(&browser, &format!("compose, {body}, {width}")).await;
        }
        for page in ["shares", "settings"] {
            browser.ask(&format!("location.hash = '{page}'")).await;
            browser.see(&format!("#{page} h1")).await;
            browser
                .until(
                    "return !document.body.innerText.includes('Loading…')",
                    vec![],
                )
                .await;
            nothing_moved(&browser, &format!("{page}, {width}")).await;
        }
    }
    browser.no_more(&watch).await;
    browser.resize(1440, 900).await;
}

/// Keeps all timers that wait, with their milliseconds, and counts what was called.
const WATCH_TIMERS: &str = r#"
    window.waiting = new Map();
    window.called = 0;
    for (const [set, clear, repeats] of [['setTimeout', 'clearTimeout', false], ['setInterval', 'clearInterval', true],
        ['requestAnimationFrame', 'cancelAnimationFrame', false], ['requestIdleCallback', 'cancelIdleCallback', false]]) {
        const [begin, end] = [window[set].bind(window), window[clear].bind(window)];
        window[set] = (act, delay, ...more) => {
            const id = begin((...told) => {
                window.called += 1;
                if (!repeats) window.waiting.delete(`${set} ${id}`);
                act(...told, ...more);
            }, delay);
            window.waiting.set(`${set} ${id}`, Number(delay) || 0);
            return id;
        };
        window[clear] = (id) => {
            window.waiting.delete(`${set} ${id}`);
            end(id);
        };
    }
"#;

#[tokio::test]
async fn an_idle_page_sleeps() {
    let gateway = Gateway::start().await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let watch = browser.before_every_page(WATCH_TIMERS).await;
    browser
        .sign_in_at(&gateway.url("/"), "ralf", PASSWORD)
        .await;
    let draft = json!({"to": ["a@example.org"], "subject": "S", "bodyHtml": "<p>Text</p>"});
    let id = open_window(&gateway, "ralf", &draft).await;
    browser.window(&id).await.see("iframe").await;
    // What begins a page or follows a click is over when only long waits are left: at most two a minute beside the pulse.
    let wakes = "const each = [...waiting.values()].filter((delay) => delay < 24 * 3600e3).map((delay) => 60e3 / Math.max(delay, 1)); \
         return each.length && each.reduce((sum, one) => sum + one, 0) <= 2 + 60 / 54 + 0.01";
    browser.until(wakes, vec![]).await;
    let quiet = "const done = arguments[0]; const before = window.called; const begin = performance.now(); \
         const look = new MessageChannel(); look.port1.onmessage = () => performance.now() - begin < 1500 ? look.port2.postMessage(0) : done(window.called - before); \
         look.port2.postMessage(0)";
    assert_eq!(browser.execute_async(quiet, vec![]).await.unwrap(), 0);
    browser.no_more(&watch).await;
}

/// What the browser has counted.
async fn metrics(browser: &Browser) -> BTreeMap<String, f64> {
    let told = browser.devtools("Performance.getMetrics", json!({})).await;
    let each = told["metrics"].as_array().unwrap().iter();
    each.map(|one| {
        (
            one["name"].as_str().unwrap().to_owned(),
            one["value"].as_f64().unwrap(),
        )
    })
    .collect()
}

const TEXT: &str = "the quick brown fox";

/// How many layouts and how many calculations of styles typing into a window takes.
async fn typing(browser: &Browser, id: &str) -> [f64; 2] {
    browser
        .window(id)
        .await
        .field("Subject")
        .await
        .click()
        .await
        .unwrap();
    let before = metrics(browser).await;
    browser.keys(TEXT).await;
    browser
        .until(
            "return document.activeElement.value.endsWith(arguments[0])",
            vec![json!(TEXT)],
        )
        .await;
    browser.window(id).await.has_stored(TEXT).await;
    let after = metrics(browser).await;
    ["LayoutCount", "RecalcStyleCount"].map(|name| after[name] - before[name])
}

#[tokio::test]
async fn twenty_windows_are_no_more_work_than_one() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    browser.devtools("Performance.enable", json!({})).await;
    browser.resize(1440, 900).await;
    let draft = |number: usize| json!({"to": ["a@example.org"], "subject": format!("Subject {number}"), "body": "Text"});
    let first = open_window(&gateway, "ralf", &draft(0)).await;
    browser.window(&first).await;
    let alone = typing(&browser, &first).await;
    let mut last = String::new();
    for number in 1..20 {
        last = open_window(&gateway, "ralf", &draft(number)).await;
    }
    assert_eq!(browser.windows_shown().await.len(), 20);
    let newest = browser.window(&last).await;
    // It came while somebody was at work in another one.
    let restore = "const node = document.querySelector(arguments[0]); \
         if (node.hasAttribute('data-minimised')) node.querySelector('.window-toggle').click()";
    browser
        .execute(restore, vec![json!(newest.css)])
        .await
        .unwrap();
    newest.is_minimised(false).await;
    let watch = "window.touched = []; new MutationObserver((list) => list.forEach(({target}) => { \
         const own = target.nodeType === 1 ? target : target.parentElement; \
         const other = own.closest('[role=dialog]'); if (other && other !== document.querySelector(arguments[0])) touched.push(own.outerHTML.slice(0, 100)); \
         })).observe(document, {subtree: true, childList: true, attributes: true, characterData: true})";
    let arguments = vec![json!(newest.css)];
    newest.field("Subject").await.click().await.unwrap();
    browser
        .execute(
            &watch.replace("arguments[0]", &json!(newest.css).to_string()),
            arguments,
        )
        .await
        .unwrap();
    let among = typing(&browser, &last).await;
    assert_eq!(
        browser.ask("return window.touched").await,
        json!([]),
        "other windows"
    );
    for (alone, among) in alone.into_iter().zip(among) {
        let keys = TEXT.len() as f64;
        assert!(
            among <= 3.0 * keys && among <= alone + keys,
            "{among} for {keys} keys, {alone} with one window"
        );
    }
}

/// Opens windows as a program does and discards each; calls back when all are gone.
const COMPOSES: &str = r#"
    const [amount, done] = arguments;
    const draft = (number) => ({to: ['a@example.org'], subject: `Number ${number}`, ...(number % 10 ? {body: 'Text'} : {bodyHtml: '<p>Text</p>'})});
    (async () => {
        for (let number = 0; number < amount; number += 1) {
            const answer = await fetch('mail/compose', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(draft(number))});
            const {id} = await answer.json();
            // The browser keeps selectors: one for all.
            const find = () => [...document.querySelectorAll('[role=dialog]')].find(({dataset}) => dataset.composeId === id);
            [...find().querySelectorAll('button')].find((button) => button.textContent.trim() === 'Discard').click();
            if (find()) throw new Error('the window stays');
        }
        await new Promise((settled) => requestAnimationFrame(() => setTimeout(settled, 50)));
        done('done');
    })().catch((error) => done(String(error)));
"#;

/// So many a script: a driver gives each of them half a minute.
const AT_ONCE: usize = 20;

async fn composes(browser: &Browser, amount: usize) {
    for _ in 0..amount / AT_ONCE {
        let script = browser.execute_async(COMPOSES, vec![json!(AT_ONCE)]);
        assert_eq!(script.await.unwrap(), "done");
    }
}

/// What the page holds once all garbage is gone.
async fn held(browser: &Browser) -> BTreeMap<String, f64> {
    for _ in 0..2 {
        browser
            .devtools("HeapProfiler.collectGarbage", json!({}))
            .await;
    }
    let mut held = metrics(browser).await;
    held.retain(|name, _| {
        [
            "JSHeapUsedSize",
            "Nodes",
            "JSEventListeners",
            "Documents",
            "Frames",
        ]
        .contains(&name.as_str())
    });
    held
}

#[tokio::test]
async fn five_hundred_composes_leave_nothing_behind() {
    let gateway = Gateway::start().await;
    // Machine code of what is used often is no object of the page, and grows for a long time.
    let Some(browser) = Browser::with(Record::Complaints, &["--js-flags=--jitless"]).await else {
        return;
    };
    let Some(browser) = arrive(browser, &gateway, "ralf").await else {
        return;
    };
    browser.devtools("Performance.enable", json!({})).await;
    browser.devtools("HeapProfiler.enable", json!({})).await;
    // What is made once, and the browser's lists that have an end, are there after some of them.
    composes(&browser, 100).await;
    let before = held(&browser).await;
    composes(&browser, 400).await;
    // The last ones may still be on their way out.
    eventually(
        "there is as much after 500 composes as after 100",
        async || {
            let after = held(&browser).await;
            before
                .iter()
                .all(|(name, before)| after[name] <= before * 1.02)
        },
    )
    .await;
}
