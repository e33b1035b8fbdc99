//! Compose windows in somebody else's page, and in no page that may not have them.

use std::path::Path;
use std::sync::Arc;

use fantoccini::Locator;
use quillgate::config::Listen;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{configuration, launch, open_window, state};
use crate::support::browser::Record;
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;
use crate::support::{Axe, Browser, Gateway, Page, certificates, eventually};

/// Another program's page.
struct Intranet {
    listener: TcpListener,
    port: u16,
}

impl Intranet {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        Self { listener, port }
    }

    fn origin(&self, host: &str) -> String {
        format!("http://{host}:{}", self.port)
    }

    /// Answers everything with a page that holds this.
    fn serve(self, content: &str) {
        let page = format!(
            "<!doctype html><title>Intranet</title><link rel=icon href='data:,'><input id=field>{content}"
        );
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
            page.len()
        );
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = self.listener.accept().await {
                let answer = answer.clone();
                tokio::spawn(async move {
                    let mut request = vec![0; 8192];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
    }
}

fn draft() -> Value {
    json!({"to": ["a@example.org"], "subject": "Offer", "body": "Text"})
}

/// The one line.
fn line(gateway: &str) -> String {
    format!("<script src='{gateway}/embed.js' async></script>")
}

fn policy(headers: &HeaderMap) -> &str {
    headers["content-security-policy"].to_str().unwrap()
}

async fn enter_frame(browser: &Browser) {
    browser.see("iframe").await.enter_frame().await.unwrap();
}

/// Waits until the page in the frame is online: its header is not shown.
async fn online(browser: &Browser) {
    let script = "return document.querySelector('#connection')?.dataset.state === 'online'";
    browser.until(script, vec![]).await;
}

/// What of the page lies at a place.
async fn at(browser: &Browser, x: &str, y: &str) -> Value {
    let script = format!("return document.elementFromPoint({x}, {y}).tagName");
    browser.ask(&script).await
}

#[tokio::test]
async fn one_line_brings_windows_into_a_page_that_keeps_its_focus_and_its_clicks() {
    let intranet = Intranet::new().await;
    let host = intranet.origin("localhost");
    let allowed = host.clone();
    let gateway = Gateway::with(|config| config.server.allowed_origins = vec![allowed]).await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    // Of the same site: the cookie of the gateway's own page is enough.
    let base = gateway.address.replace("127.0.0.1", "localhost");
    let base = format!("http://{base}");
    intranet.serve(&line(&base));
    browser
        .sign_in_at(&format!("{base}/"), "ralf", PASSWORD)
        .await;
    browser.open(&format!("{host}/")).await;
    browser.see("#field").await.click().await.unwrap();
    browser.keys("half a ").await;
    enter_frame(&browser).await;
    online(&browser).await;
    browser.enter_parent_frame().await.unwrap();
    assert_ne!(
        at(&browser, "innerWidth - 60", "innerHeight - 20").await,
        "IFRAME"
    );

    let id = open_window(&gateway, "ralf", &draft()).await;
    browser
        .until("return document.elementFromPoint(innerWidth - 60, innerHeight - 20).tagName === 'IFRAME'", vec![])
        .await;
    browser.keys("sentence").await;
    assert_eq!(
        browser.ask("return field.value").await,
        "half a sentence",
        "the page keeps the focus"
    );
    assert_ne!(at(&browser, "100", "innerHeight / 2").await, "IFRAME");
    eventually("it is seen", async || {
        state(&gateway, "ralf", &id).await == "seen"
    })
    .await;
    enter_frame(&browser).await;
    let window = browser.window(&id).await;
    let axe = Axe::get();
    if let Some(axe) = &axe {
        axe.look_inside(&browser, "embedded, a window").await;
    }
    window.press("Send").await;
    window.is_sent().await;
    assert_eq!(gateway.sent().len(), 1);
    if let Some(axe) = &axe {
        axe.look_inside(&browser, "embedded, sent").await;
    }
    for toast in browser
        .find_all(Locator::Css(".toast [aria-label=Close]"))
        .await
        .unwrap()
    {
        toast.click().await.unwrap();
    }
    browser.enter_parent_frame().await.unwrap();
    // There is nothing left to show: the page has its place and its focus back.
    browser
        .until("return document.elementFromPoint(innerWidth - 60, innerHeight - 20).tagName !== 'IFRAME' && document.activeElement === field", vec![])
        .await;
    assert_eq!(browser.complaints().await, [""; 0]);
}

#[tokio::test]
async fn a_page_that_was_not_allowed_before_shows_messages_too() {
    let intranet = Intranet::new().await;
    let host = intranet.origin("localhost");
    let directory = TempDir::new().unwrap();
    let mut config = configuration(directory.path());
    let gateway = launch(&config).await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let base = gateway.address.replace("127.0.0.1", "localhost");
    let base = format!("http://{base}");
    browser
        .sign_in_at(&format!("{base}/"), "ralf", PASSWORD)
        .await;
    let html = json!({"to": ["a@example.org"], "bodyHtml": "<p>Formatted</p>"});
    let id = open_window(&gateway, "ralf", &html).await;
    browser.window(&id).await.press("Discard").await;
    browser.no_window(&id).await;

    // The browser has kept the frame of messages from before.
    config.server.listen = vec![Listen::Tcp(gateway.address.clone())];
    config.server.allowed_origins = vec![host.clone()];
    gateway.stop().await;
    let gateway = Gateway::launch(config).await;
    intranet.serve(&line(&base));
    browser.open(&format!("{host}/")).await;
    enter_frame(&browser).await;
    online(&browser).await;
    let id = open_window(&gateway, "ralf", &html).await;
    browser.window(&id).await.enter_message().await;
    browser.see_text("#message", "Formatted").await;
}

#[tokio::test]
async fn a_window_that_the_page_does_not_show_is_not_seen() {
    let intranet = Intranet::new().await;
    let host = intranet.origin("localhost");
    let allowed = host.clone();
    let gateway = Gateway::with(|config| config.server.allowed_origins = vec![allowed]).await;
    let Some(browser) = Browser::start().await else {
        return;
    };
    let base = gateway.address.replace("127.0.0.1", "localhost");
    let base = format!("http://{base}");
    // A page with a script of its own, which says when the frame is shown.
    intranet.serve(&format!(
        "<iframe src='{base}/embed' width=900 height=700></iframe><script>const frame = document.querySelector('iframe'); \
         const say = (shown, number) => frame.contentWindow.postMessage({{quillgate: 'host', focused: false, shown, number}}, '{base}'); \
         addEventListener('message', ({{data}}) => {{ window.number = data.number; if (data.quillgate === 'here') say(false, 0); }});</script>"
    ));
    browser
        .sign_in_at(&format!("{base}/"), "ralf", PASSWORD)
        .await;
    browser.open(&format!("{host}/")).await;
    enter_frame(&browser).await;
    online(&browser).await;
    let id = open_window(&gateway, "ralf", &draft()).await;
    let window = browser.window(&id).await;
    browser.see(&format!("{}[data-unseen]", window.css)).await;
    browser.enter_parent_frame().await.unwrap();
    browser.until("return window.number > 0", vec![]).await;
    // An answer to what was shown before is none to this.
    browser.ask("say(true, number - 1)").await;
    browser.ask("say(false, number)").await;
    assert_eq!(state(&gateway, "ralf", &id).await, "opened");
    browser.ask("say(true, number)").await;
    eventually("it is seen", async || {
        state(&gateway, "ralf", &id).await == "seen"
    })
    .await;
}

#[tokio::test]
async fn no_other_page_gets_the_gateway_into_a_frame() {
    let intranet = Intranet::new().await;
    let stranger = intranet.origin("localhost");
    let closed = Gateway::start().await;
    let allowed = "https://portal.example.org".to_owned();
    let gateway = Gateway::with(|config| config.server.allowed_origins = vec![allowed]).await;
    let header = async |gateway: &Gateway, path: &str| {
        let answer = gateway.request(Method::GET, path).send().await.unwrap();
        policy(answer.headers()).to_owned()
    };
    let ancestors = "frame-ancestors 'self' https://portal.example.org";
    for (gateway, path, expected) in [
        (&closed, "/", "frame-ancestors 'none'"),
        (&closed, "/embed", "frame-ancestors 'none'"),
        (&gateway, "/", "frame-ancestors 'none'"),
        (&gateway, "/embed", ancestors),
        (&gateway, "/static/editor/editor.html", ancestors),
        (&gateway, "/static/app.js", "frame-ancestors 'none'"),
    ] {
        let found = header(gateway, path).await;
        let found = found.split(';').map(str::trim);
        let found: Vec<_> = found
            .filter(|directive| directive.starts_with("frame-ancestors"))
            .collect();
        assert_eq!(found, [expected], "{path}");
    }

    let Some(browser) = Browser::start().await else {
        return;
    };
    let base = gateway.address.replace("127.0.0.1", "localhost");
    let base = format!("http://{base}");
    intranet.serve(&format!("<iframe src='{base}/'></iframe>{}", line(&base)));
    browser
        .sign_in_at(&format!("{base}/"), "ralf", PASSWORD)
        .await;
    browser.complaints().await;
    browser.open(&format!("{stranger}/")).await;
    eventually("the browser refuses both", async || {
        let refused = browser.complaints().await;
        refused
            .iter()
            .filter(|complaint| complaint.contains("frame-ancestors"))
            .count()
            >= 1
    })
    .await;
    let frames = browser.find_all(Locator::Css("iframe")).await.unwrap();
    assert_eq!(frames.len(), 2);
    for frame in frames {
        frame.enter_frame().await.unwrap();
        assert_eq!(
            browser.ask("return document.querySelector('#dock')").await,
            Value::Null
        );
        browser.enter_parent_frame().await.unwrap();
    }
    eventually("nobody is online", async || {
        let answer = gateway.get_json("ralf", "/presence").await;
        answer.body["users"][0]["sessions"] == 0
    })
    .await;
}

/// The gateway over TLS, at a port that it knows before it starts.
async fn over_tls(listener: TcpListener, gateway: &str, directory: &Path) {
    certificates::install(directory);
    let chain = CertificateDer::pem_file_iter(directory.join("srv.pem")).unwrap();
    let chain = chain.collect::<Result<Vec<_>, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(directory.join("srv.key")).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let gateway = gateway.to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, gateway) = (acceptor.clone(), gateway.clone());
            tokio::spawn(async move {
                let (Ok(mut page), Ok(mut server)) = (
                    acceptor.accept(stream).await,
                    TcpStream::connect(gateway).await,
                ) else {
                    return;
                };
                let _ = copy_bidirectional(&mut page, &mut server).await;
            });
        }
    });
}

#[tokio::test]
async fn in_a_page_of_another_site_one_signs_in_within_the_frame() {
    let intranet = Intranet::new().await;
    let host = intranet.origin("127.0.0.1");
    let allowed = host.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let public = base.parse().unwrap();
    let gateway = Gateway::with(|config| {
        config.server.allowed_origins = vec![allowed];
        config.server.public_url = Some(public);
    })
    .await;
    let directory = TempDir::new().unwrap();
    over_tls(listener, &gateway.address, directory.path()).await;
    let switches = ["--ignore-certificate-errors"];
    let Some(browser) = Browser::with(Record::Complaints, &switches).await else {
        return;
    };
    intranet.serve(&line(&base));
    browser.open(&format!("{host}/")).await;
    enter_frame(&browser).await;
    let open = browser.button("quillgate: sign in").await;
    open.click().await.unwrap();
    browser.fill_sign_in("ralf", PASSWORD).await;
    browser.button("Sign in").await.click().await.unwrap();
    online(&browser).await;
    let html = json!({"to": ["a@example.org"], "subject": "Offer", "bodyHtml": "<p>Hello</p>"});
    let id = open_window(&gateway, "ralf", &html).await;
    let window = browser.window(&id).await;
    // The editor is a frame within the frame.
    window.press("Send").await;
    window.is_sent().await;
    browser.enter_parent_frame().await.unwrap();
    // Signed in there, and nowhere else.
    browser.refresh().await.unwrap();
    enter_frame(&browser).await;
    online(&browser).await;
    browser.open(&format!("{base}/")).await;
    browser.see("#sign-in").await;
}

#[tokio::test]
async fn the_cookie_of_the_frame_counts_only_for_what_our_own_page_asks() {
    let host = "https://portal.example.org";
    let public = "https://mail.example.org";
    let gateway = Gateway::with(|config| {
        config.server.public_url = Some(public.parse().unwrap());
        config.server.allowed_origins = vec![host.to_owned()];
    })
    .await;
    let sign_in = async |embedded: bool| {
        let form = json!({"login": "ralf", "password": PASSWORD, "embedded": embedded});
        let request = gateway.request(Method::POST, "/login").json(&form);
        let answer = request.send().await.unwrap();
        let cookies = answer.headers().get_all("set-cookie").iter();
        cookies
            .map(|cookie| cookie.to_str().unwrap().to_owned())
            .find(|cookie| cookie.starts_with("__Host-"))
    };
    assert_eq!(sign_in(false).await, None);
    let cookie = sign_in(true).await.unwrap();
    for attribute in [
        "HttpOnly",
        "Secure",
        "SameSite=None",
        "Partitioned",
        "Path=/",
    ] {
        assert!(cookie.split("; ").any(|own| own == attribute), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let get = async |headers: &[(&str, &str)]| {
        let request = gateway
            .request(Method::GET, "/mail")
            .header("cookie", cookie);
        let add = |request: reqwest::RequestBuilder, (name, value): &(&str, &str)| {
            request.header(*name, *value)
        };
        let request = headers.iter().fold(request, add);
        Answer::of(request.send().await.unwrap()).await.status
    };
    assert_eq!(get(&[("sec-fetch-site", "same-origin")]).await, 200);
    assert_eq!(get(&[("origin", public)]).await, 200);
    for foreign in [
        &[][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", public)],
        &[("origin", host)],
        &[("origin", "null")],
    ] {
        assert_eq!(get(foreign).await, 401, "{foreign:?}");
    }
    // The page around may open WebSockets with credentials of its own; the frame's are none of them.
    assert!(
        Page::connect(&gateway, &[("cookie", cookie), ("origin", public)])
            .await
            .is_ok()
    );
    let foreign = Page::connect(&gateway, &[("cookie", cookie), ("origin", host)]).await;
    assert!(foreign.is_err());
    let mail = json!({"to": "a@example.org", "subject": "S", "body": "B"});
    for (origin, status) in [(public, 200), (host, 403)] {
        let request = gateway.request(Method::POST, "/mail").json(&mail);
        let request = request.header("cookie", cookie).header("origin", origin);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
}
