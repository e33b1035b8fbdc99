//! What strangers put into a window never runs, loads or leads anywhere.

use quillgate::auth::admin::AdminError;
use quillgate::auth::admin::tokens::{self, NewToken};
use reqwest::Method;
use serde_json::{Value, json};

use super::{signed_in, signed_in_observed};
use crate::support::gateway::Answer;
use crate::support::trap::Trap;
use crate::support::{Browser, Gateway};

/// Everything that has ever run a script or fetched a thing from a mail.
fn hostile(trap: &str) -> String {
    let run = "window.pwned=1;top.pwned=1;alert(1)";
    format!(
        r##"<p id="text">Dear <b>customer</b></p>
        <script>{run}</script><script src="{trap}/script.js"></script><script src="/static/app.js"></script>
        <img src="x" onerror="{run}"><img src="{trap}/pixel.gif"><img srcset="{trap}/set.gif 1x" src="data:,">
        <svg onload="{run}"><script>{run}</script><image href="{trap}/svg.png"/><use href="{trap}/use.svg#x"/></svg>
        <math><mtext></mtext><mglyph><style><img src=x onerror="{run}"></style></mglyph></math>
        <iframe src="javascript:{run}"></iframe><iframe src="{trap}/frame"></iframe><iframe srcdoc="<script>{run}</script>"></iframe>
        <object data="{trap}/object"></object><embed src="{trap}/embed"><video src="{trap}/video" onerror="{run}" autoplay></video>
        <audio src="{trap}/audio" autoplay></audio><link rel="stylesheet" href="{trap}/style.css">
        <a id="bad" href="javascript:{run}">one</a><a id="worse" href=" &#1;java&#10;script:{run}">two</a><a id="good" href="{trap}/link">three</a>
        <form action="{trap}/form" method="post"><input name="password"><button id="go" formaction="{trap}/button">four</button></form>
        <details open ontoggle="{run}">five</details><input autofocus onfocus="{run}"><body onload="{run}" onpageshow="{run}">
        <style>@import "{trap}/import.css"; body {{ background: url({trap}/body.png) }} .dock, #home {{ display: none }}
        #text {{ position: fixed; inset: 0; z-index: 99999; background: url({trap}/text.png) }}</style>
        <div id="cover" style="position:fixed;top:-2000px;left:-2000px;width:9999px;height:9999px;background:url({trap}/cover.png)">six</div>
        <img name="getElementById"><form id="message"></form><a name="parent"></a>"##
    )
}

/// What a policy alone does not stop; it is taken out of the HTML.
fn leading_away(trap: &str) -> String {
    format!(
        r#"<meta http-equiv="refresh" content="0;url={trap}/refresh"><base href="{trap}/base/"><img src="relative.png">
        <link rel="preconnect" href="{trap}"><link rel="dns-prefetch" href="{trap}"><link rel="prefetch" href="{trap}/prefetch"><link rel="modulepreload" href="{trap}/module.js">"#
    )
}

async fn hostile_token(gateway: &Gateway, remark: &str) -> String {
    let new = NewToken {
        user: Some("ralf".to_owned()),
        scopes: "groupdav mail".parse().unwrap(),
        until: None,
        remark: remark.to_owned(),
    };
    let made = gateway
        .store
        .write::<_, AdminError, _>(move |db| async move { tokens::create(&db, new).await });
    made.await.unwrap().token
}

async fn by_token(gateway: &Gateway, token: &str, path: &str, body: &Value) -> Answer {
    let request = gateway
        .request(Method::POST, path)
        .basic_auth("ralf", Some(token));
    Answer::of(request.json(body).send().await.unwrap()).await
}

/// The page and the frame that commands go to now are as they were.
async fn is_unharmed(browser: &Browser, place: &str) {
    assert_eq!(
        browser
            .ask("return [typeof window.pwned, location.protocol]")
            .await,
        json!(["undefined", "http:"]),
        "{place}"
    );
    assert!(
        browser.get_alert_text().await.is_err(),
        "{place}: a dialog is open"
    );
}

#[tokio::test]
async fn hostile_html_neither_runs_nor_loads_nor_leads_away() {
    let gateway = Gateway::start().await;
    let trap = Trap::set().await;
    let Some(browser) = signed_in_observed(&gateway, "ralf").await else {
        return;
    };
    let html = leading_away(&trap.url) + &hostile(&trap.url);
    let draft = json!({"to": ["a@example.org"], "subject": "Hostile", "bodyHtml": html});
    let id = super::open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;

    window.enter_message().await;
    browser.see_text("#message", "Dear customer").await;
    assert_eq!(browser.ask("return self.origin").await, "null");
    assert_eq!(
        browser
            .ask("return document.querySelectorAll('script:not([src=\"editor.js\"])').length")
            .await,
        0
    );
    let blocked = "try { return String(parent.document.title) } catch { return 'blocked' }";
    assert_eq!(browser.ask(blocked).await, "blocked");
    let no_cookie = "try { return document.cookie || 'none' } catch { return 'blocked' }";
    assert_eq!(browser.ask(no_cookie).await, "blocked");
    // Not by the mouse: Chromium opens a connection, and sends nothing, when a person turns to a link.
    browser
        .ask("document.querySelector(\"#message a[href$='/link']\").click()")
        .await;
    is_unharmed(&browser, "frame").await;
    assert!(
        browser
            .current_url()
            .await
            .unwrap()
            .as_str()
            .starts_with(&gateway.url("/"))
    );
    browser.enter_parent_frame().await.unwrap();
    is_unharmed(&browser, "page").await;
    assert_eq!(
        browser.complaints().await,
        [""; 0],
        "the server has left nothing to complain about"
    );

    // Had the server let it pass, the frame would take it out.
    let show = "document.querySelector('iframe.message').contentWindow.postMessage({type: 'show', html: arguments[0]}, '*')";
    browser
        .execute(show, vec![json!(html + "<i id=second></i>")])
        .await
        .unwrap();
    window.enter_message().await;
    browser
        .until("return document.querySelector('#second')", vec![])
        .await;
    let left = "return document.querySelectorAll('#message :is(script, iframe, object, embed, form, base, meta, link, [onerror], [onload])').length";
    assert_eq!(browser.ask(left).await, 0);
    for link in ["bad", "worse", "good", "go"] {
        let click = "document.querySelector('#' + arguments[0])?.click()";
        browser.execute(click, vec![json!(link)]).await.unwrap();
    }
    is_unharmed(&browser, "frame, from a careless server").await;
    assert_eq!(trap.visitors(), [""; 0], "something left the page");

    // Had the frame let it pass, its policy would not: no text becomes markup or code,
    let refused = "const [html] = arguments; const tries = [
            () => { document.querySelector('#message').innerHTML = html; },
            () => document.querySelector('#message').insertAdjacentHTML('beforeend', html),
            () => document.execCommand('insertHTML', false, html),
            () => document.write(html),
            () => { document.createElement('object').data = '/'; },
            () => document.createElement('i').setAttribute('onclick', 'window.pwned = 1'),
            () => { document.createElement('script').text = 'window.pwned = 1'; },
        ]; return tries.filter((attempt) => { try { attempt(); return true; } catch { return false; } }).map(String)";
    let let_through = browser.execute(refused, vec![json!(hostile(&trap.url))]);
    assert_eq!(let_through.await.unwrap(), json!([]));
    // and elements that are there load nothing and lead nowhere.
    let build = "const [trap] = arguments; const message = document.querySelector('#message'); const made = [
            ['img', { src: trap + '/image' }], ['link', { rel: 'stylesheet', href: trap + '/style' }],
            ['iframe', { src: trap + '/frame' }], ['video', { src: trap + '/video' }],
            ['a', { id: 'bad', href: 'javascript:window.pwned=1' }], ['a', { id: 'go', href: trap + '/link' }],
            ['form', { action: trap + '/form' }], ['base', { href: trap }]];
        for (const [name, attributes] of made) {
            const node = document.createElement(name);
            for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
            message.append(node);
        }
        message.querySelector('form').requestSubmit()";
    browser.execute(build, vec![json!(trap.url)]).await.unwrap();
    for link in ["bad", "go"] {
        let click = "document.querySelector('#' + arguments[0]).click()";
        browser.execute(click, vec![json!(link)]).await.unwrap();
    }
    let fetched = browser.execute_async("const done = arguments[0]; fetch('/mail').then(() => done('let through'), () => done('blocked'))", vec![]);
    assert_eq!(fetched.await.unwrap(), "blocked");
    is_unharmed(&browser, "frame, from a careless frame").await;
    browser.enter_parent_frame().await.unwrap();
    is_unharmed(&browser, "page, around a careless frame").await;

    // The page around it is still usable.
    let own = browser.write().await;
    own.add("To", "b@example.org").await;
    // For what a policy forbids Chromium may open a connection before it asks the policy; nothing is sent on it.
    assert_eq!(trap.requests(), [""; 0], "something left the page");
    let leaked = browser
        .requests()
        .await
        .into_iter()
        .filter(|url| url.starts_with(&trap.url))
        .collect::<Vec<_>>();
    assert_eq!(leaked, [""; 0]);
}

#[tokio::test]
async fn hostile_names_show_as_the_text_that_they_are() {
    let gateway = Gateway::start().await;
    let evil = "<img src=x onerror=window.pwned=1>";
    let token = hostile_token(&gateway, &format!("CRM {evil}")).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let upload = gateway.post(
        "ralf",
        "/mail/attachments/%3Cimg%20src=x%20onerror=window.pwned=1%3E.html",
    );
    let upload = upload
        .header("x-no-location", "true")
        .body("<script>top.pwned=1</script>");
    let file = Answer::of(upload.send().await.unwrap()).await;
    let draft = json!({
        "to": [format!("\"{evil}\" <a@example.org>")], "cc": ["\"</textarea><script>window.pwned=1</script>\" <b@example.org>"],
        "subject": format!("Subject {evil}"), "body": format!("</textarea>{evil}"), "attachments": [file.body["location"]],
    });
    let answer = by_token(&gateway, &token, "/mail/compose", &draft).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let window = browser.window(answer.body["id"].as_str().unwrap()).await;
    window
        .see_text(".window-title", &format!("Subject {evil}"))
        .await;
    window
        .see_text(".window-opener", &format!("Opened by CRM {evil}"))
        .await;
    window
        .see_text(".attachment", &format!("{evil}.html"))
        .await;
    assert_eq!(window.value("Message").await, format!("</textarea>{evil}"));
    assert!(window.value("To").await.contains(evil));
    window.press("Minimise").await;
    window.press("Restore").await;
    assert_eq!(
        browser
            .ask("return document.querySelectorAll('img[src=x], script:not([src])').length")
            .await,
        0
    );
    is_unharmed(&browser, "page").await;
    window.press("Send").await;
    window.is_sent().await;
    is_unharmed(&browser, "page").await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn the_policies_allow_no_inline_script_and_no_stranger() {
    let gateway = Gateway::start().await;
    let page = gateway.request(Method::GET, "/").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"),
        "{policy}"
    );
    let frame = gateway
        .request(Method::GET, "/static/editor/editor.html")
        .send()
        .await
        .unwrap();
    let policy = frame.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("sandbox allow-scripts;") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(
        !policy.contains("allow-same-origin") && !policy.contains("script-src 'unsafe"),
        "{policy}"
    );
}
