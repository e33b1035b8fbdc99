//! What strangers' HTML tries, on every way into a message: nothing runs, nothing is fetched, nothing reaches the page.

use serde_json::{Value, json};

use super::super::signed_in_observed;
use super::{html, paste};
use crate::support::Gateway;
use crate::support::trap::Trap;

const VECTORS: &str = include_str!("hostile.txt");

/// Elements and attributes that no message holds.
const FORBIDDEN: &str = "const bad = [...document.querySelectorAll('#message *')].filter((node) => \
       node.namespaceURI !== 'http://www.w3.org/1999/xhtml' \
       || node.matches('script, style, link, meta, base, iframe, frame, object, embed, applet, form, input, button, select, textarea, svg, math, template, noscript, video, audio, source, canvas, title, dialog, portal, slot') \
       || node.hasAttribute('id') || node.hasAttribute('name') || node.hasAttribute('class') || node.hasAttribute('contenteditable') || node.shadowRoot \
       || [...node.attributes].some(({name, value}) => /^on/.test(name) || /^\\s*(javascript|vbscript|data:(?!image\\/(png|gif|jpeg|webp);))/i.test(value) \
         || (name === 'style' && /url|expression|behavior|@|fixed|animation|content|(^|;)\\s*position/i.test(value)) || /^(srcset|srcdoc|formaction|action|background|ping|poster|xlink:href|is|slot|part|popover.*|command.*)$/.test(name))); \
     return bad.map((node) => node.outerHTML)";

#[tokio::test]
async fn no_vector_of_a_corpus_runs_loads_or_gets_out() {
    let gateway = Gateway::start().await;
    let trap = Trap::set().await;
    let Some(browser) = signed_in_observed(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.add("Message", "Before").await;
    let heard = "window.heard = []; window.pwned = undefined; addEventListener('message', ({data}) => window.heard.push(data?.type ?? String(data)))";
    browser.ask(heard).await;
    let vectors: Vec<String> = VECTORS
        .split("\n%\n")
        .map(|vector| vector.replace("TRAP", &trap.url))
        .collect();
    assert!(vectors.len() > 60, "{}", vectors.len());

    window.enter_message().await;
    for vector in &vectors {
        paste(&browser, json!({"text/html": vector})).await;
    }
    assert_eq!(browser.ask(FORBIDDEN).await, json!([]), "pasted");
    let pasted = html(&browser).await;
    assert!(pasted.contains("harmless"), "{pasted}");
    browser.enter_parent_frame().await.unwrap();

    // As the page shows what a program or a draft brings, had the server let it through. What is left of each is
    // looked at in the frame, and clicked on.
    let watch = format!(
        "window.bad = []; window.shown = 0; const find = () => {{ {FORBIDDEN} }}; \
         addEventListener('message', ({{data}}) => {{ if (data.type !== 'show') return; window.shown++; window.bad.push(...find()); \
         for (const node of document.querySelectorAll('#message *')) node.click?.(); }})"
    );
    window.enter_message().await;
    browser.ask(&watch).await;
    browser.enter_parent_frame().await.unwrap();
    let show = "const {contentWindow} = document.querySelector('.window iframe.message'); \
         for (const html of arguments[0]) contentWindow.postMessage({type: 'show', html}, '*'); \
         contentWindow.postMessage({type: 'show', html: '<p>the end</p>'}, '*')";
    browser.execute(show, vec![json!(vectors)]).await.unwrap();
    window.enter_message().await;
    browser.see_text("#message", "the end").await;
    assert_eq!(
        browser.ask("return [window.shown, window.bad]").await,
        json!([vectors.len() + 1, []])
    );
    assert_eq!(browser.ask("return typeof window.pwned").await, "undefined");
    browser.enter_parent_frame().await.unwrap();

    assert_eq!(browser.ask("return typeof window.pwned").await, "undefined");
    assert!(browser.get_alert_text().await.is_err(), "a dialog is open");
    let said: Vec<String> =
        serde_json::from_value(browser.ask("return window.heard").await).unwrap();
    let known = ["changed", "shown", "marks", "interaction"];
    assert!(
        said.iter().all(|kind| known.contains(&kind.as_str())),
        "{said:?}"
    );
    let fetched: Vec<String> = browser.requests().await;
    assert!(
        !fetched.iter().any(|url| url.starts_with(&trap.url)),
        "{fetched:?}"
    );
    assert_eq!(trap.requests(), [""; 0]);

    // Whatever else another frame or a hostile script in this one says, the page takes no notice.
    let forged = "for (const data of [null, 1, {type: 'content'}, {type: 'changed', html: 5}, {type: 'open', href: 'javascript:alert(1)'}, {type: '__proto__'}, \
         {type: 'files', files: [{name: 'x'}]}, {type: 'linking', href: {}, text: 1}, {type: 'constructor'}]) parent.postMessage(data, '*')";
    window.enter_message().await;
    browser.ask(forged).await;
    browser.enter_parent_frame().await.unwrap();
    let strangers = "postMessage({type: 'send'}, '*'); postMessage({type: 'changed', html: '<p>forged</p>'}, '*')";
    browser.ask(strangers).await;
    window.add("Message", " after").await;
    window.has_stored("after").await;
    let stored = browser.ask("return JSON.stringify(localStorage)").await;
    assert!(!stored.as_str().unwrap().contains("forged"));
    assert_eq!(gateway.sent().len(), 0);
    let none: Value = browser
        .ask("return document.querySelectorAll('dialog, .attachment').length")
        .await;
    assert_eq!(none, 0);
}
