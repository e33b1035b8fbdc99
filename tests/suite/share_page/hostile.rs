//! What strangers share never runs in an origin of the gateway, however a browser is led to it.

use reqwest::Method;
use serde_json::{Value, json};

use super::hosts::two_hosts;
use super::path;
use crate::support::people::PASSWORD;
use crate::support::trap::Trap;
use crate::support::{Browser, Gateway};

/// The name of a file that is markup; what it does is not to be read in it.
const MARKUP: &str =
    "<img src=x onerror=\"document.title=localStorage.owned=atob('cHduZWQ=')\">.html";

/// Leaves traces wherever it runs, and sends a mail with whatever credentials are there.
fn canary(trap: &str) -> String {
    format!(
        "try{{document.title='pwned'}}catch{{}}try{{top.document.title='pwned'}}catch{{}}\
         try{{document.cookie='pwned=1;path=/'}}catch{{}}try{{localStorage.pwned=1}}catch{{}}\
         try{{fetch('/mail',{{method:'POST',headers:{{'Content-Type':'application/json'}},\
         body:JSON.stringify({{to:['a@example.org'],subject:'pwned'}})}})}}catch{{}}\
         try{{fetch('{trap}/ran')}}catch{{}}"
    )
}

/// Name, declared type and content.
type Bait = (&'static str, &'static str, Vec<u8>);

fn baits(trap: &str) -> Vec<Bait> {
    let run = canary(trap);
    let html = format!(
        "<!doctype html><script>{run}</script><img src='{trap}/img' onerror=\"{}\"><body onload=\"x\">",
        run.replace('"', "'")
    );
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' onload=\"{run}\"><script>{run}</script><image href='{trap}/svg'/></svg>"
    );
    let xhtml = format!(
        "<html xmlns='http://www.w3.org/1999/xhtml'><body><script>//<![CDATA[\n{run}\n//]]></script></body></html>"
    );
    let xml = format!(
        "<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='?download'?>\
         <xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:template match='/'>\
         <html><script>{}</script></html></xsl:template></xsl:stylesheet>",
        run.replace('&', "&amp;")
    );
    let pdf = format!(
        "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL\\('{trap}/pdf'\\);)>>>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>"
    );
    let mht = format!(
        "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n{html}\n--x--"
    );
    vec![
        ("page.html", "text/html", html.clone().into()),
        ("picture.svg", "image/svg+xml", svg.into()),
        ("page.xhtml", "application/xhtml+xml", xhtml.into()),
        ("data.xml", "text/xml", xml.into()),
        ("paper.pdf", "application/pdf", pdf.into()),
        (
            "photo.gif",
            "image/gif",
            format!("GIF89a/*{html}*/=1;{run}").into(),
        ),
        (
            "photo.jpg",
            "image/jpeg",
            [b"\xff\xd8\xff\xe0\0\x10JFIF", html.as_bytes()].concat(),
        ),
        ("note.txt", "text/plain", html.clone().into()),
        ("app.js", "text/javascript", run.into()),
        (
            "sheet.css",
            "text/css",
            format!("body{{background:url({trap}/css)}}").into(),
        ),
        ("page.mht", "multipart/related", mht.into()),
        ("photo.png", "image/png", html.clone().into()),
        (MARKUP, "text/html", html.into()),
    ]
}

struct World {
    /// First to go: the end of a gateway waits for its clients.
    browser: Browser,
    gateway: Gateway,
    trap: Trap,
    /// Where people sign in, and where shares are.
    own: String,
    shares: String,
    /// Paths of shares.
    files: Vec<String>,
    folder: String,
    locked: String,
}

impl World {
    async fn furnish(gateway: Gateway, own: String, shares: String) -> Option<Self> {
        let trap = Trap::set().await;
        let ask = |method, path: &str| {
            let host = own.strip_prefix("http://").unwrap();
            let request = gateway.request(method, path).header("host", host);
            request.basic_auth("ralf", Some(PASSWORD))
        };
        let home = "/files/home/ralf/Bait";
        ask(Method::POST, &format!("{home}?mkdir"))
            .send()
            .await
            .unwrap();
        let mut paths = Vec::new();
        for (name, kind, content) in baits(&trap.url) {
            let url = format!(
                "{home}/{}",
                name.replace('%', "%25")
                    .replace('"', "%22")
                    .replace('<', "%3C")
                    .replace('>', "%3E")
                    .replace(' ', "%20")
            );
            let put = ask(Method::PUT, &url)
                .header("content-type", kind)
                .body(content);
            assert_eq!(put.send().await.unwrap().status(), 201, "{name}");
            paths.push(format!("/home/ralf/Bait/{name}"));
        }
        let send = async |kind: &str, attachments: Value, password: Option<&str>| {
            let before = super::tokens(&gateway).await;
            let mail = json!({"to": ["info@example.com"], "subject": "S", "attachments": attachments, "attachmentType": kind, "sharePassword": password.unwrap_or("")});
            let answer = ask(Method::POST, "/mail").json(&mail).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            let mut after = super::tokens(&gateway).await;
            after.retain(|token| !before.contains(token));
            after.iter().map(|token| path(token)).collect::<Vec<_>>()
        };
        let files = send("link", json!(paths), None).await;
        let folder = send("share_rw", json!(["/home/ralf/Bait"]), None)
            .await
            .remove(0);
        let locked = send(
            "link",
            json!([format!("/home/ralf/Bait/{MARKUP}")]),
            Some("x"),
        )
        .await
        .remove(0);
        let browser = Browser::start_with_worker().await?;
        browser
            .sign_in_at(&format!("{own}/"), "ralf", PASSWORD)
            .await;
        Some(Self {
            gateway,
            trap,
            browser,
            own,
            shares,
            files,
            folder,
            locked,
        })
    }

    /// Nothing has run in the page that is open now, nor in any page of its origin.
    async fn is_unharmed(&self, what: &str) {
        let script = "try { return [document.title, localStorage.pwned ?? localStorage.owned ?? '', document.cookie].join(' ') } catch { return 'opaque' }";
        let found = self.browser.ask(script).await;
        assert!(
            !found.as_str().unwrap().contains("pwned"),
            "{what}: {found}"
        );
        assert!(
            self.browser.get_alert_text().await.is_err(),
            "{what}: a dialog is open"
        );
    }

    async fn open(&self, url: &str) {
        // What becomes a download is none of a page to open.
        let _ = self.browser.goto(url).await;
    }
}

/// Everything by which the gateway's own page could be brought to use a URL; done when each has loaded or failed, or a
/// while later for those that do not say.
const USES: &str = "const [urls, done] = arguments; const waits = []; const nodes = []; \
    const settled = (one) => new Promise((go) => { one.onload = one.onerror = go; setTimeout(go, 500); }); \
    const put = (kind, set) => { const node = document.createElement(kind); Object.assign(node, set); \
        waits.push(settled(node)); nodes.push(node); document.body.append(node); }; \
    for (const url of urls) { \
        put('script', {src: url}); put('script', {type: 'module', src: url}); put('link', {rel: 'stylesheet', href: url}); \
        put('iframe', {src: url}); put('img', {src: url}); put('object', {data: url}); put('embed', {src: url}); \
        waits.push(import(url).catch(() => 0), navigator.serviceWorker.register(url).catch(() => 0)); \
        for (const make of [() => new Worker(url), () => new Worker(url, {type: 'module'}), () => new SharedWorker(url)]) { \
            try { waits.push(settled(make())); } catch {} } \
    } \
    Promise.all(waits).then(() => navigator.serviceWorker.getRegistrations()) \
        .then((found) => { nodes.forEach((node) => node.remove()); \
            done(found.filter(({active, waiting, installing}) => !(active ?? waiting ?? installing)?.scriptURL.endsWith('/sw.js')).length); })";

async fn nothing_runs(world: &World) {
    let browser = &world.browser;
    let before = world.gateway.sent().len();
    let views = ["", "?download", "?preview"];
    let mut places = world.files.clone();
    places.extend([world.folder.clone(), world.locked.clone()]);
    for place in &places {
        for view in views {
            world.open(&format!("{}{place}{view}", world.shares)).await;
            world.is_unharmed(&format!("{place}{view}")).await;
        }
    }
    // The names are text.
    world
        .open(&format!("{}{}", world.shares, world.folder))
        .await;
    browser.see_text(".entries", MARKUP).await;
    assert_eq!(
        browser
            .ask("return document.querySelectorAll('img[src=x]').length")
            .await,
        0
    );
    browser
        .see("[data-remove*='onerror']")
        .await
        .click()
        .await
        .unwrap();
    browser.see_text("#remove-title", MARKUP).await;
    world.is_unharmed("a question about a hostile name").await;
    // The form of a locked one, with a wrong password.
    world
        .open(&format!("{}{}", world.shares, world.locked))
        .await;
    browser
        .labelled("Password")
        .await
        .send_keys("<script>document.title=atob('cHduZWQ=')</script>")
        .await
        .unwrap();
    browser.button("Open").await.click().await.unwrap();
    browser.see_text("#problem", "not the password").await;
    world.is_unharmed("a wrong password").await;

    // The gateway's own page, where somebody is signed in, does not run it either, not even without its policy.
    browser
        .devtools("Page.setBypassCSP", json!({"enabled": true}))
        .await;
    browser.open(&format!("{}/", world.own)).await;
    browser.online().await;
    // A few at a time: each is a dozen of requests.
    for some in places.chunks(5) {
        let urls = some
            .iter()
            .flat_map(|place| ["", "?download"].map(|view| format!("{place}{view}")));
        let urls = json!(urls.collect::<Vec<_>>());
        let registered = browser.execute_async(USES, vec![urls]).await;
        assert_eq!(registered.unwrap(), 0, "a service worker");
    }
    world.is_unharmed("the page of the gateway").await;
    assert_eq!(
        browser
            .ask("return getComputedStyle(document.body).backgroundImage")
            .await,
        "none"
    );
    assert_eq!(world.gateway.sent().len(), before, "no mail went out");
    assert_eq!(world.trap.requests(), [""; 0]);

    // Where the same script does run, all of this is seen.
    let run = canary(&world.trap.url);
    browser.execute(&run, vec![]).await.unwrap();
    let marks = "return document.title + localStorage.pwned + document.cookie";
    let marks = browser.ask(marks).await;
    assert!(
        marks.as_str().unwrap().contains("pwned1") && marks.as_str().unwrap().contains("pwned=1"),
        "{marks}"
    );
    crate::support::eventually("the mail that a running script sends", async || {
        world.gateway.sent().len() == before + 1
    })
    .await;
}

#[tokio::test]
async fn nothing_runs_on_one_host() {
    let gateway = Gateway::start().await;
    let own = gateway.url("");
    if let Some(world) = World::furnish(gateway, own.clone(), own).await {
        nothing_runs(&world).await;
    }
}

#[tokio::test]
async fn nothing_runs_on_two_hosts() {
    let (gateway, own, shares) = two_hosts().await;
    if let Some(world) = World::furnish(gateway, own, shares).await {
        nothing_runs(&world).await;
    }
}
