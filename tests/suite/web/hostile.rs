//! What strangers put into a window never runs, loads or leads anywhere.

use quillgate::auth::admin::AdminError;
use quillgate::auth::admin::tokens::{self, NewToken};
use reqwest::Method;
use serde_json::{Value, json};

use super::my_files::put;
use super::{signed_in, signed_in_observed};
use crate::support::gateway::Answer;
use crate::support::people::{self, PASSWORD};
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
            .ask("return [...document.querySelectorAll('script')].map(({parentNode}) => parentNode.localName)")
            .await,
        json!(["head"]),
        "the frame's own and no other"
    );
    assert_eq!(
        browser
            .ask("return performance.getEntriesByType('resource').map(({name}) => name)")
            .await,
        json!([]),
        "the frame is one file"
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
        .execute(show, vec![json!(html + "<p>the second one</p>")])
        .await
        .unwrap();
    window.enter_message().await;
    browser
        .until(
            "return document.querySelector('#message').innerText.includes('the second one')",
            vec![],
        )
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
        .see_text(".who-asked-by", &format!("CRM {evil}"))
        .await;
    window
        .see_text(".attachment", &format!("{evil}.html"))
        .await;
    assert_eq!(window.value("Message").await, format!("</textarea>{evil}"));
    assert!(window.value("To").await.contains(evil));
    window.press("Minimise").await;
    window
        .see_text(".window-opener", &format!("Opened by CRM {evil}"))
        .await;
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
        !policy.contains("allow-same-origin") && policy.contains("script-src 'sha256-"),
        "{policy}"
    );
    assert!(
        !policy.contains("http:") && policy.matches("'self'").count() == 1,
        "{policy}"
    );
}

/// A name or a message that wants to be markup, and to be read from the other end.
const EVIL: &str =
    "<img src=x onerror=window.pwned=1><svg onload=window.pwned=1>\u{202e}'\"`${window.pwned=1}";

/// Puts `EVIL` into every text of every answer that people may read, and into the reasons of those that say no.
const TWIST: &str = r#"
    const evil = EVIL;
    const READ = /^(message|name|realName|remark|subject|by|label|org|signature|replyTo|userAgent|email|from|to|recipients|warning|detail|details|opener|text|problem)$/;
    const twisted = (value, key) => {
        if (typeof value === 'string') return READ.test(key) ? evil + value : value;
        if (Array.isArray(value)) return value.map((one) => twisted(one, key));
        return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, twisted(one, name)])) : value;
    };
    const {fetch: ask, Response: Answer} = window;
    window.fetch = async (...asked) => {
        const answer = await ask(...asked);
        if (!answer.headers.get('content-type')?.includes('json')) return answer;
        return new Answer(JSON.stringify(twisted(await answer.json(), '')), {status: answer.status, headers: answer.headers});
    };
    const {parse} = JSON;
    const message = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data').get;
    Object.defineProperty(MessageEvent.prototype, 'data', {get() {
        const data = message.call(this);
        return this.target instanceof WebSocket && typeof data === 'string' ? JSON.stringify(twisted(parse(data), '')) : data;
    }});
"#;

/// Nothing of [`EVIL`] has become more than text, and what turns the direction has been taken from names.
async fn is_only_text(browser: &Browser, place: &str) {
    is_unharmed(browser, place).await;
    let markup = "return document.querySelectorAll('img[src=x], svg[onload], [onerror], script:not([src])').length";
    assert_eq!(browser.ask(markup).await, 0, "{place}");
    // Of the network's own complaints, about answers that say no.
    let complaints = browser.complaints().await;
    let unexpected = complaints
        .iter()
        .find(|line| !line.contains("Failed to load resource"));
    assert_eq!(unexpected, None, "{place}");
}

#[tokio::test]
async fn hostile_answers_show_as_the_text_that_they_are() {
    let gateway = Gateway::demo(|_| {}).await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let evil = serde_json::to_string(EVIL).unwrap();
    let twist = browser
        .before_every_page(&format!("(() => {{{}}})()", TWIST.replace("EVIL", &evil)))
        .await;
    browser.open(&gateway.url("/")).await;
    browser.fill_sign_in("ralf", "wrong").await;
    browser.button("Sign in").await.click().await.unwrap();
    browser.see_text("#sign-in-error", "<img src=x").await;
    is_only_text(&browser, "sign-in").await;
    put(&gateway, &["report.txt"], "Report").await;
    let mail = json!({"to": ["a@example.org"], "subject": "S", "attachments": ["/home/ralf/report.txt"], "attachmentType": "share_rw"});
    assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.status, 200);
    browser.sign_in("ralf", PASSWORD).await;
    browser.see("#home h1").await;
    is_only_text(&browser, "home").await;
    for (page, there) in [
        ("files", ".entry"),
        ("shares", ".share"),
        ("settings", "#settings .card"),
        ("files/nowhere", "#files .empty"),
    ] {
        browser
            .execute("location.hash = arguments[0]", vec![json!(page)])
            .await
            .unwrap();
        browser.see(there).await;
        is_only_text(&browser, page).await;
    }
    let draft = json!({"to": ["b@example.org"], "subject": "S", "bodyHtml": "<p>Text</p>"});
    let id = super::open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window.see("iframe").await;
    is_only_text(&browser, "window").await;
    browser.ask("location.hash = 'home'").await;
    let own = browser.write().await;
    own.set("To", "nobody").await;
    own.press("Send").await;
    own.see(".window-problem").await;
    is_only_text(&browser, "window, refused").await;
    browser.no_more(&twist).await;
}

#[tokio::test]
async fn hostile_people_show_as_the_text_that_they_are() {
    let gateway = Gateway::start().await;
    let evil = EVIL.replace('\u{202e}', "");
    people::calling_himself(&gateway, "guest", &evil).await;
    let identities = gateway.get_json("guest", "/me/identities").await;
    let id = identities.body["identities"][0]["id"].clone();
    let change = json!({"name": evil, "org": evil, "label": evil, "signature": format!("{evil}<script>window.pwned=1</script>")});
    let request = gateway.request(Method::PATCH, &format!("/me/identities/{id}"));
    let request = request.basic_auth("guest", Some(PASSWORD)).json(&change);
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    // Who else is there sees the name.
    let Some(other) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let Some(browser) = signed_in(&gateway, "guest").await else {
        return;
    };
    browser.see_text("#home h1", "<img src=x").await;
    is_only_text(&browser, "home").await;
    let own = browser.write().await;
    own.set("Subject", &evil).await;
    is_only_text(&browser, "window").await;
    browser
        .execute("location.hash = 'settings'", vec![])
        .await
        .unwrap();
    browser.see("#settings .card").await;
    is_only_text(&browser, "settings").await;
    is_only_text(&other, "home of another").await;
}

#[tokio::test]
async fn the_page_turns_no_text_into_markup_or_script() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    for attempt in [
        "document.body.innerHTML = '<b>bold</b>'",
        "document.body.insertAdjacentHTML('beforeend', '<b>bold</b>')",
        "document.write('<b>bold</b>')",
        "new DOMParser().parseFromString('<b>bold</b>', 'text/html')",
        "eval('window.pwned = 1')",
        "setTimeout('window.pwned = 1')",
        "new Function('window.pwned = 1')()",
        "trustedTypes.createPolicy('own', {createHTML: (text) => text})",
        "const script = document.createElement('script'); script.src = 'https://example.org/x.js'; document.body.append(script)",
    ] {
        // In a task of the page's own: the driver's may evaluate what the page's may not.
        let tried = format!(
            "const done = arguments[0]; setTimeout(() => {{ try {{ {attempt}; done('let through') }} catch (error) {{ done(error.name) }} }})"
        );
        let said = browser.execute_async(&tried, vec![]).await.unwrap();
        assert!(
            said == "TypeError" || said == "EvalError",
            "{attempt}: {said}"
        );
    }
    // Those that no exception tells of.
    browser
        .ask("const script = document.createElement('script'); script.append('window.pwned = 1'); document.body.append(script)")
        .await;
    browser
        .ask("const button = document.createElement('button'); try { button.setAttribute('onclick', 'window.pwned = 1') } catch {} document.body.append(button); button.click()")
        .await;
    is_unharmed(&browser, "page").await;
    let told = browser.complaints().await;
    assert!(
        told.iter()
            .any(|line| line.contains("Content Security Policy") || line.contains("TrustedScript")),
        "{told:?}"
    );
}
