//! Everything has its place: written from right to left, on 320 pixels, with letters of twice the size; what can be
//! pressed is large enough, and what has the focus shows it.

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::my_files::put;
use super::{open_window, signed_in};
use crate::support::{Browser, Gateway};

/// What sticks out, is cut off, or lies on something else that can be pressed.
const CRAMPED: &str = r#"
    const wrong = [];
    const name = (node) => `${node.outerHTML.slice(0, 140)}`;
    const wide = document.documentElement;
    if (wide.scrollWidth > innerWidth) wrong.push(`the page is ${wide.scrollWidth} wide`);
    const hidden = (node) => !node.checkVisibility({visibilityProperty: true, opacityProperty: true}) || node.closest('.visually-hidden, .skip-link, .unseen, [popover]:not(:popover-open)');
    const onTop = (node, {left, right, top, bottom}) => {
        const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        return there && (node.contains(there) || there.contains(node));
    };
    const controls = [];
    for (const node of document.querySelectorAll('body *')) {
        if (hidden(node) || node.clientWidth === 1) continue;
        const style = getComputedStyle(node);
        const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
        if (own && style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis' && node.scrollWidth > node.clientWidth + 1) wrong.push(`cut off: ${name(node)}`);
        if (own && ['hidden', 'clip'].includes(style.overflowY) && node.scrollHeight > node.clientHeight + 1 && style.textOverflow !== 'ellipsis') wrong.push(`cut off below: ${name(node)}`);
        if (!node.matches('a[href], button, input:not([type=hidden]), select, textarea, summary')) continue;
        const box = node.getBoundingClientRect();
        if (!box.width || !onTop(node, box)) continue;
        // What scrolls by itself may hold more than it shows.
        const scrolls = node.parentElement.closest('.page-nav, .browser-scroll, .window-form, pre, [data-scrolls]');
        if (!scrolls && (box.left < -1 || box.right > innerWidth + 1)) wrong.push(`beside the page: ${name(node)}`);
        // As much of it as is seen: a window's form scrolls.
        const frame = node.closest('.window-form')?.getBoundingClientRect();
        const seen = frame ? { left: Math.max(box.left, frame.left), right: Math.min(box.right, frame.right), top: Math.max(box.top, frame.top), bottom: Math.min(box.bottom, frame.bottom) } : box;
        controls.push([node, seen]);
    }
    controls.forEach(([node, box], at) => controls.slice(at + 1).forEach(([other, its]) => {
        if (node.contains(other) || other.contains(node)) return;
        // Windows and questions lie over the page.
        const layer = (one) => one.closest('[role=dialog], dialog, [popover], header');
        if (layer(node) !== layer(other)) return;
        const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        if (across > 2 && down > 2) wrong.push(`over each other: ${name(node)} and ${name(other)}`);
    }));
    return wrong;
"#;

/// Targets that are smaller than 24 pixels, or than 44 on a telephone, and not part of a line of text.
const SMALL: &str = r#"
    const least = arguments[0];
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea')].filter((node) => {
        if (!node.checkVisibility({visibilityProperty: true}) || node.closest('.visually-hidden, .skip-link, p, small')) return false;
        // Its name beside it turns it as well.
        if (node.matches('[role=switch]') && node.labels.length) return false;
        const own = node.labels?.[0]?.contains(node) ? node.labels[0] : node;
        const {width, height} = own.getBoundingClientRect();
        // A window's fields and recipients have to fit on a telephone together with its message; WCAG asks for 24.
        const enough = node.closest('.window') ? 24 : least;
        return width && height && (height < enough - 0.5 || width < 24);
    }).map((node) => `${Math.round(node.getBoundingClientRect().width)} × ${Math.round(node.getBoundingClientRect().height)}: ${node.outerHTML.slice(0, 140)}`);
"#;

const NOTHING: [&str; 0] = [];

async fn has_room(browser: &Browser, state: &str) {
    browser
        .until("return document.getAnimations().length === 0", vec![])
        .await;
    let wrong = browser.ask(CRAMPED).await;
    assert_eq!(wrong, json!(NOTHING), "{state}");
}

/// Looks at a state in all directions and sizes.
async fn look(browser: &Browser, state: &str) {
    for (width, height, direction, letters) in [
        (1440, 900, "rtl", "100%"),
        (390, 844, "rtl", "100%"),
        (320, 640, "ltr", "100%"),
        (1440, 900, "ltr", "200%"),
        (1440, 900, "ltr", "100%"),
    ] {
        browser.resize(width, height).await;
        let set = "document.documentElement.dir = arguments[0]; document.documentElement.style.fontSize = arguments[1]";
        browser
            .execute(set, vec![json!(direction), json!(letters)])
            .await
            .unwrap();
        has_room(
            browser,
            &format!("{state}: {width}, {direction}, {letters}"),
        )
        .await;
    }
    for (width, least) in [(1440, 24), (390, 44)] {
        browser.resize(width, 844).await;
        let small = browser.execute(SMALL, vec![json!(least)]).await.unwrap();
        assert_eq!(
            small,
            json!(NOTHING),
            "{state}: {width}, too small to press"
        );
    }
    browser.resize(1440, 900).await;
}

async fn furnished() -> Option<(Gateway, Browser)> {
    let gateway = Gateway::start().await;
    for number in 0..13 {
        put(
            &gateway,
            &[&format!(
                "report {number} with a rather long name of many words.txt"
            )],
            "Report",
        )
        .await;
    }
    put(&gateway, &["تقرير.txt"], "x").await;
    for kind in ["link", "share_rw"] {
        let mail = json!({"to": ["מריה <maria@nordlicht.example>", "jonas@petersen.example"], "subject": "S", "attachments": ["/home/ralf/تقرير.txt"], "attachmentType": kind});
        let sent = gateway.post_json("ralf", "/mail", &mail).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
    }
    let browser = signed_in(&gateway, "ralf").await?;
    Some((gateway, browser))
}

#[tokio::test]
async fn pages_have_room_for_everybody() {
    let Some((gateway, browser)) = furnished().await else {
        return;
    };
    for (page, there) in [
        ("home", "#home h1"),
        ("files", ".entry"),
        ("shares", ".share"),
        ("settings", "#settings h1"),
    ] {
        browser
            .execute("location.hash = arguments[0]", vec![json!(page)])
            .await
            .unwrap();
        browser.see(there).await;
        look(&browser, page).await;
    }
    browser.ask("location.hash = 'files'").await;
    browser.see(".entry input").await.click().await.unwrap();
    browser.see(".selection").await;
    look(&browser, "files, one selected").await;
    browser.button("Delete").await.click().await.unwrap();
    browser.see("dialog[open]").await;
    look(&browser, "files, a question").await;
    browser.press(Key::Escape).await;
    browser.see("#sign-out").await.click().await.unwrap();
    browser.see("#login").await;
    look(&browser, "sign-in").await;
    drop(gateway);
}

#[tokio::test]
async fn a_window_has_room_for_everybody() {
    let Some((gateway, browser)) = furnished().await else {
        return;
    };
    let draft = json!({
        "to": ["\"محمد علي\" <m@example.org>", "דנה <dana@example.org>"], "cc": ["info@example.org"], "subject": "عرض أسعار 2026-114 ‏שלום",
        "body": "مرحبا، شكرا لزيارتكم.\n\nשלום", "attachments": ["/home/ralf/تقرير.txt"], "attachmentType": "share_ro", "sharePassword": "k7mq",
    });
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window.see(".attachment").await;
    look(&browser, "a window").await;
    let lines = "return [...document.querySelectorAll('[role=dialog] :is(textarea, input[type=text], input:not([type]))')] \
         .filter((node) => node.checkVisibility() && /[\\u0590-\\u06ff]/.test(node.value) && getComputedStyle(node).direction !== 'rtl').map((node) => node.outerHTML)";
    assert_eq!(
        browser.ask(lines).await,
        json!(NOTHING),
        "texts from right to left begin at the right"
    );
}

/// What has the focus, where it does not show it or something lies over it.
const FOCUSED: &str = r#"
    const node = document.activeElement;
    if (node === document.body || node.tagName === 'IFRAME') return '';
    const shows = (one) => { const style = getComputedStyle(one); return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'; };
    const around = node.closest('.chips, .field, .recipients, [role=combobox]') ?? node;
    const {left, right, top, bottom, width} = node.getBoundingClientRect();
    const wrong = [];
    if (!shows(node) && !shows(around) && !(node.matches('textarea, input') && getComputedStyle(node).borderColor !== getComputedStyle(document.querySelector('#dock')).borderColor)) wrong.push('does not show the focus');
    const points = [[left + 2, top + 2], [right - 2, top + 2], [left + 2, bottom - 2], [right - 2, bottom - 2], [(left + right) / 2, (top + bottom) / 2]];
    const seen = points.some(([x, y]) => { const there = document.elementFromPoint(x, y); return there && (node.contains(there) || there.contains(node)); });
    if (width && !seen) wrong.push(`is covered by ${document.elementFromPoint((left + right) / 2, (top + bottom) / 2)?.outerHTML.slice(0, 100)}`);
    return wrong.length ? `${wrong.join(', ')}: ${node.outerHTML.slice(0, 160)}` : '';
"#;

#[tokio::test]
async fn the_focus_is_always_seen() {
    let Some((gateway, browser)) = furnished().await else {
        return;
    };
    let draft = json!({"to": ["a@example.org"], "subject": "S", "body": "Text"});
    let id = open_window(&gateway, "ralf", &draft).await;
    // As a bar: an open window stands where its person wants it.
    browser.window(&id).await.press("Minimise").await;
    for (width, page, there) in [
        (1440, "files", ".entry"),
        (390, "shares", ".share"),
        (1440, "home", "#home h1"),
        (390, "files", ".entry"),
        (1440, "settings", "#settings h1"),
    ] {
        browser.resize(width, 844).await;
        browser
            .execute("location.hash = arguments[0]", vec![json!(page)])
            .await
            .unwrap();
        browser.see(there).await;
        browser
            .ask("document.activeElement.blur(); scrollTo(0, 0)")
            .await;
        let mut passed = 0;
        for _ in 0..60 {
            browser.press(Key::Tab).await;
            let wrong = browser.ask(FOCUSED).await;
            assert_eq!(wrong, json!(""), "{page}, {width}");
            passed += 1;
            if browser
                .ask("return document.activeElement === document.body")
                .await
                == Value::Bool(true)
            {
                break;
            }
        }
        assert!(passed > 5, "{page}: {passed}");
    }
    browser.resize(1440, 900).await;
}

#[tokio::test]
async fn who_wants_no_motion_gets_none() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let wish =
        |wish: &str| json!({"features": [{"name": "prefers-reduced-motion", "value": wish}]});
    let moves = "const bar = document.createElement('div'); bar.className = 'toast'; document.querySelector('#toasts').append(bar); \
         const moving = bar.getAnimations().filter(({effect}) => effect.getComputedTiming().duration > 1).length; bar.remove(); return moving";
    browser
        .devtools("Emulation.setEmulatedMedia", wish("no-preference"))
        .await;
    assert_eq!(browser.ask(moves).await, 1, "else this test says nothing");
    browser
        .devtools("Emulation.setEmulatedMedia", wish("reduce"))
        .await;
    assert_eq!(browser.ask(moves).await, 0);
    let long = "return [...document.querySelectorAll('*')].filter((node) => { const {transitionDuration, animationDuration} = getComputedStyle(node); \
         return [transitionDuration, animationDuration].some((times) => times.split(',').some((time) => parseFloat(time) > 0.01)); }).map((node) => node.outerHTML.slice(0, 120))";
    browser.write().await;
    assert_eq!(browser.ask(long).await, json!(NOTHING));
    browser
        .devtools("Emulation.setEmulatedMedia", json!({"features": []}))
        .await;
}

/// What of the buttons lies below a short message.
const COVERED: &str = "return [...document.querySelectorAll('#write, .window-footer .button-primary')].filter((node) => node.checkVisibility()).filter((node) => { \
     const box = node.getBoundingClientRect(); \
     return [...document.querySelectorAll('.toast')].some((toast) => { const its = toast.getBoundingClientRect(); \
         return box.left < its.right && its.left < box.right && box.top < its.bottom && its.top < box.bottom; }); }).map(({textContent}) => textContent)";

#[tokio::test]
async fn short_messages_cover_no_main_button_and_no_send() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let tell = "return import(new URL('static/page/toast.js', document.baseURI)).then(({toast}) => { toast('Short'); toast('Twice', {warning: 'w '.repeat(40)}); })";
    browser.ask(tell).await;
    for windows in 0..4 {
        for (width, height) in [(1440, 900), (1440, 700), (768, 1024), (390, 844)] {
            browser.resize(width, height).await;
            let state = format!("{windows} windows, {width} x {height}");
            browser.see(".toast").await;
            if windows > 0 && width != 390 {
                browser.see(".window-footer .button-primary").await;
            }
            // On a telephone a window covers the page, and its button with it.
            if windows > 0 && width == 390 {
                let toggle = "document.querySelector('.window[data-minimised] .window-toggle')?.click(); document.querySelector('#write').hidden = true";
                browser.ask(toggle).await;
            }
            assert_eq!(browser.ask(COVERED).await, json!([]), "{state}");
            browser
                .ask("document.querySelector('#write').hidden = false")
                .await;
        }
        browser.resize(1440, 900).await;
        let draft = json!({"to": ["a@example.org"], "subject": "S", "body": "Text"});
        open_window(&gateway, "ralf", &draft).await;
    }
}
