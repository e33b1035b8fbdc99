//! Every route × every kind of credential.

use quillgate::server::{DEMO_URLS, URLS};
use quillgate::store::time;
use reqwest::RequestBuilder;
use serde_json::json;

use crate::support::gateway::Answer;
use crate::support::people::{self, PASSWORD, sign_in};
use crate::support::{Gateway, Page};

/// The columns of [`TABLE`].
const CREDENTIALS: [&str; 16] = [
    "none",
    "wrong password",
    "password",
    "cookie",
    "cookie of a foreign page",
    "token without groupdav",
    "token without mail",
    "mail:send",
    "mail:compose",
    "mail:upload",
    "mail:account",
    "mail:session",
    "expired token",
    "revoked token",
    "another user's token",
    "all users' token",
];

pub struct Row {
    pub method: &'static str,
    /// As in the gateway's own table.
    pub pattern: &'static str,
    /// What is asked: `<compose>` and `<upload>` stand for ids that exist.
    pub path: &'static str,
    pub body: &'static str,
    /// The status for those who may.
    pub passes: u16,
    /// One mark per credential: `+` may, `-` is 401, `x` is 403, `?` is 404 for what is somebody else's.
    marks: &'static str,
}

const fn row(
    method: &'static str,
    pattern: &'static str,
    path: &'static str,
    body: &'static str,
    passes: u16,
    marks: &'static str,
) -> Row {
    Row {
        method,
        pattern,
        path,
        body,
        passes,
        marks,
    }
}

const MAIL: &str = r#"{"to": "info@example.org", "subject": "Hello", "body": "Text"}"#;
const UPLOADS: &str = "/mail/attachments/{name:.*}";
const UPLOAD: &str = "/mail/attachment/{name:[^/]+}";
const FILES: &str = "/files/home/{path:.+}";
const SENDS: &str = "/mail/sends/{id}";
const SEND: &str = "/mail/sends/0198c0de-0000-7000-8000-000000000001";
const SHARE: &str = "/mail/shares/{token}";
const KNOWN: &str = "/me/recipients/{address:.+}";
pub const NONE_SUCH: &str = "/mail/attachments/a--0123456789abcdefghijkl";

/// Who may do what. Nothing else may be done.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    //                                                                     n w p c  f g m  s c u a s  e r o a
    row("GET", "/", "/", "", 200,                                         "+ + + +  + + +  + + + + +  + + + +"),
    row("GET", "/embed", "/embed", "", 200,                               "+ + + +  + + +  + + + + +  + + + +"),
    row("GET", "/embed.js", "/embed.js", "", 200,                         "+ + + +  + + +  + + + + +  + + + +"),
    row("GET", "/static/{path:.+}", "/static/app.js", "", 200,            "+ + + +  + + +  + + + + +  + + + +"),
    row("GET", "/sw.js", "/sw.js", "", 200,                               "+ + + +  + + +  + + + + +  + + + +"),
    row("GET", "/healthz", "/healthz", "", 200,                           "+ + + +  + + +  + + + + +  + + + +"),
    row("POST", "/login", "/login", "{}", 422,                            "+ + + +  x + +  + + + + +  + + + +"),
    row("POST", "/logout", "/logout", "", 200,                            "+ + + +  x + +  + + + + +  + + + +"),
    row("GET", "/me/composes", "/me/composes", "", 200,                   "- - + +  + x x  x x x x x  - - - x"),
    row("GET", "/presence", "/presence", "", 200,                         "- - + +  + + x  x x x x +  - - - +"),
    row("GET", "/me/recipients", "/me/recipients?q=a", "", 200,           "- - + +  + x x  x x x x x  - - - x"),
    row("DELETE", "/me/recipients", "/me/recipients", "", 204,            "- - + +  x x x  x x x x x  - - - x"),
    row("DELETE", KNOWN, "/me/recipients/none@example.org", "", 404,      "- - + +  x x x  x x x x x  - - - x"),
    row("GET", "/me/push", "/me/push", "", 200,                           "- - + +  + x x  x x x x x  - - - x"),
    row("POST", "/me/push", "/me/push", "{}", 422,                        "- - + +  x x x  x x x x x  - - - x"),
    row("DELETE", "/me/push/{id}", "/me/push/none", "", 404,              "- - + +  x x x  x x x x x  - - - x"),
    row("GET", "/mail", "/mail", "", 200,                                 "- - + +  + x x  + + + + +  - - - +"),
    row("POST", "/mail", "/mail", MAIL, 200,                              "- - + +  x x x  + x x x x  - - - +"),
    row("POST", "/mail/{identity:[0-9]+}", "/mail/1", MAIL, 200,          "- - + +  x x x  + x x x x  - - - +"),
    row("POST", "/mail/compose", "/mail/compose", MAIL, 200,              "- - + +  x x x  x + x x x  - - - +"),
    row("POST", "/mail/{identity:[0-9]+}/compose", "/mail/1/compose", MAIL, 200, "- - + +  x x x  x + x x x  - - - +"),
    row("GET", "/mail/compose/{id}", "/mail/compose/<compose>", "", 200,  "- - + +  + x x  x ? x x +  - - - +"),
    row("GET", "/mail/compose/{id}/payload", "/mail/compose/<compose>/payload", "", 200, "- - + +  + x x  x x x x +  - - - +"),
    row("GET", SENDS, SEND, "", 404,                                      "- - + +  + x x  + x x x x  - - - +"),
    row("POST", SENDS, SEND, "", 404,                                     "- - + +  x x x  + x x x x  - - - +"),
    row("DELETE", SENDS, SEND, "", 404,                                   "- - + +  x x x  + x x x x  - - - +"),
    row("POST", "/mail/attachments", "/mail/attachments", "file", 302,    "- - + +  x x x  x x + x x  - - - +"),
    row("POST", UPLOADS, "/mail/attachments/a.txt", "file", 302,          "- - + +  x x x  x x + x x  - - - +"),
    row("GET", UPLOADS, "<upload>", "", 200,                              "- - + +  + x x  x x + x +  - - - +"),
    row("DELETE", UPLOADS, NONE_SUCH, "", 404,                            "- - + +  x x x  x x + x x  - - - +"),
    row("GET", UPLOAD, "/mail/attachment/<token>", "", 200,               "- - + +  + x x  x x + x +  - - - +"),
    row("DELETE", UPLOAD, "/mail/attachment/0123456789abcdefghijkl", "", 404, "- - + +  x x x  x x + x x  - - - +"),
    row("GET", "/files", "/files", "", 200,                               "- - + +  + x x  x x x x x  - - - x"),
    row("GET", "/files/home", "/files/home", "", 200,                     "- - + +  + x x  x x x x x  - - - x"),
    row("GET", FILES, "/files/home/ralf", "", 200,                        "- - + +  + x x  x x x x x  - - - x"),
    row("PUT", FILES, "/files/home/ralf/none/a", "file", 409,             "- - + +  x x x  x x x x x  - - - x"),
    row("POST", FILES, "/files/home/ralf?mkdir", "", 409,                 "- - + +  x x x  x x x x x  - - - x"),
    row("DELETE", FILES, "/files/home/ralf/none", "", 404,                "- - + +  x x x  x x x x x  - - - x"),
    row("GET", "/mail/shares", "/mail/shares", "", 200,                   "- - + +  + x x  + x x x x  - - - +"),
    row("PATCH", SHARE, "/mail/shares/none", "{}", 404,                   "- - + +  x x x  + x x x x  - - - +"),
    row("DELETE", SHARE, "/mail/shares/none", "", 404,                    "- - + +  x x x  + x x x x  - - - +"),
    row("GET", "/me", "/me", "", 200,                                     "- - + +  + x x  x x x x x  - - - x"),
    row("POST", "/me/password", "/me/password", "{}", 422,                "- - + +  x x x  x x x x x  - - - x"),
    row("GET", "/me/sessions", "/me/sessions", "", 200,                   "- - + +  + x x  x x x x x  - - - x"),
    // Asked with the password it ends the session of the cookie, too.
    row("DELETE", "/me/sessions", "/me/sessions", "", 200,                "- - + -  x x x  x x x x x  - - - x"),
    row("DELETE", "/me/sessions/{id}", "/me/sessions/none", "", 404,      "- - + +  x x x  x x x x x  - - - x"),
    row("GET", "/me/tokens", "/me/tokens", "", 200,                       "- - + +  + x x  x x x x x  - - - x"),
    row("POST", "/me/tokens", "/me/tokens", "{}", 422,                    "- - + +  x x x  x x x x x  - - - x"),
    row("DELETE", "/me/tokens/{id}", "/me/tokens/0", "", 404,             "- - + +  x x x  x x x x x  - - - x"),
    row("GET", "/me/identities", "/me/identities", "", 200,               "- - + +  + x x  x x x x x  - - - x"),
    row("PATCH", "/me/identities/{identity:[0-9]+}", "/me/identities/1", "{}", 200, "- - + +  x x x  x x x x x  - - - x"),
    row("GET", "/demo/outbox", "/demo/outbox", "", 200,                   "- - + +  + + x  x x x x +  - - - +"),
    row("GET", "/demo/outbox/{name}", "/demo/outbox/a.eml", "", 404,      "- - + +  + + x  x x x x +  - - - +"),
    row("GET", "/ws", "/ws", "", 101,                                     "- - + +  x + x  x x x x +  - - - +"),
];

#[tokio::test]
async fn every_route_answers_every_credential_as_the_table_says() {
    // The wrong password is given once a row.
    let gateway = Gateway::demo(|config| config.auth.login_attempts = 100).await;
    let world = World::furnish(&gateway).await;
    let mut wrong = Vec::new();
    for row in TABLE {
        // Signing in and out are routes too: each row has a cookie of its own.
        let cookie = sign_in(&gateway, "ralf").await;
        let marks = row.marks.split_whitespace();
        assert_eq!(
            marks.clone().count(),
            CREDENTIALS.len(),
            "{} {}",
            row.method,
            row.path
        );
        for (credential, mark) in CREDENTIALS.iter().zip(marks) {
            let answer = world
                .ask(&gateway, row, row.method, credential, &cookie)
                .await;
            let expected = match mark {
                "+" => row.passes,
                "-" => 401,
                "x" => 403,
                "?" => 404,
                _ => unreachable!("a mark"),
            };
            if answer.status != expected {
                wrong.push(format!(
                    "{} {} with {credential}: {} instead of {expected}: {}",
                    row.method, row.path, answer.status, answer.text
                ));
            }
            assert_answer_in_form(&answer);
            if row.method == "GET" && row.pattern != "/ws" && *credential != "wrong password" {
                let head = world.ask(&gateway, row, "HEAD", credential, &cookie).await;
                assert_eq!(
                    head.status, answer.status,
                    "HEAD {} with {credential}",
                    row.path
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_knows_every_route_and_no_other() {
    let mut known: Vec<_> = TABLE.iter().map(|row| (row.pattern, row.method)).collect();
    let mut routes: Vec<_> = URLS
        .iter()
        .chain(DEMO_URLS)
        .flat_map(|url| url.methods().map(|method| (url.path, method)))
        // HEAD is GET without the body.
        .filter(|(_, method)| *method != "HEAD")
        .collect();
    known.sort_unstable();
    routes.sort_unstable();
    assert_eq!(known, routes);
}

#[test]
fn no_login_can_hide_a_route() {
    for url in URLS.iter().chain(DEMO_URLS) {
        let first = url.path.split('/').nth(1).unwrap();
        assert!(
            first.is_empty() || quillgate::http::reserved::RESERVED.contains(&first),
            "{}",
            url.path
        );
    }
}

/// What the rows of the table need to exist.
struct World {
    compose: String,
    upload: String,
    tokens: Vec<(&'static str, String)>,
}

impl World {
    async fn furnish(gateway: &Gateway) -> Self {
        let mut page = Page::open(gateway, "ralf").await;
        let draft = json!({"subject": "Hello"});
        let (answer, _) = tokio::join!(
            gateway.post_json("ralf", "/mail/compose", &draft),
            page.accept()
        );
        // The person at this page opens whatever comes.
        tokio::spawn(async move {
            loop {
                page.accept().await;
            }
        });
        let upload = gateway
            .post("ralf", "/mail/attachments/a.txt")
            .body("file")
            .send()
            .await;
        let upload = Answer::of(upload.unwrap()).await;
        Self {
            compose: answer.body["id"].as_str().unwrap().to_owned(),
            upload: upload.body["location"].as_str().unwrap().to_owned(),
            tokens: tokens(gateway).await,
        }
    }

    async fn ask(
        &self,
        gateway: &Gateway,
        row: &Row,
        method: &str,
        credential: &str,
        cookie: &str,
    ) -> Answer {
        let token = self.upload.rsplit("--").next().unwrap();
        let path = row
            .path
            .replace("<compose>", &self.compose)
            .replace("<upload>", &self.upload)
            .replace("<token>", token);
        let mut request = gateway.request(method.parse().unwrap(), &path);
        if !row.body.is_empty() {
            request = request
                .header("content-type", "application/json")
                .body(row.body);
        }
        if row.pattern == "/ws" {
            request = upgrade(request);
        }
        let request = match credential {
            "none" => request,
            "wrong password" => request.basic_auth("ralf", Some("wrong")),
            "password" => request.basic_auth("ralf", Some(PASSWORD)),
            "cookie" => request.header("cookie", cookie),
            "cookie of a foreign page" => request
                .header("cookie", cookie)
                .header("origin", "https://evil.example"),
            token => {
                let known = self.tokens.iter().find(|(name, _)| *name == token);
                request.basic_auth("ralf", Some(&known.unwrap().1))
            }
        };
        let response = request.send().await.unwrap();
        if response.status() == 101 {
            // A socket has no body to wait for.
            let headers = response.headers().clone();
            return Answer {
                status: 101,
                headers,
                body: json!({}),
                text: String::new(),
            };
        }
        Answer::of(response).await
    }
}

async fn tokens(gateway: &Gateway) -> Vec<(&'static str, String)> {
    let past = Some(time::now() - 1000);
    let table = [
        ("token without groupdav", Some("ralf"), "mail", None),
        ("token without mail", Some("ralf"), "groupdav", None),
        ("mail:send", Some("ralf"), "groupdav mail:send", None),
        ("mail:compose", Some("ralf"), "groupdav mail:compose", None),
        ("mail:upload", Some("ralf"), "groupdav mail:upload", None),
        ("mail:account", Some("ralf"), "groupdav mail:account", None),
        ("mail:session", Some("ralf"), "groupdav mail:session", None),
        ("expired token", Some("ralf"), "groupdav mail", past),
        ("revoked token", Some("ralf"), "groupdav mail", None),
        ("another user's token", Some("anna"), "groupdav mail", None),
        ("all users' token", None, "groupdav mail", None),
    ];
    let mut tokens = Vec::new();
    for (name, login, scopes, until) in table {
        let (id, token) = people::token(gateway, login, scopes, until).await;
        if name == "revoked token" {
            people::revoke(gateway, id).await;
        }
        tokens.push((name, token));
    }
    tokens
}

fn upgrade(request: RequestBuilder) -> RequestBuilder {
    request
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

/// What holds for every answer, whoever asked for whatever.
pub fn assert_answer_in_form(answer: &Answer) {
    let told = answer.header("x-webdav-status").unwrap();
    assert_eq!(
        told.split(' ').next().unwrap(),
        answer.status.to_string(),
        "{told}"
    );
    if answer.status >= 400 {
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "{}",
            answer.text
        );
        assert_eq!(answer.body["error"], answer.status, "{}", answer.text);
        assert!(!answer.message().is_empty(), "{}", answer.text);
    }
    if answer.status == 401 {
        let challenge = r#"Basic realm="EGroupware CalDAV/CardDAV/GroupDAV server""#;
        assert_eq!(answer.header("www-authenticate"), Some(challenge));
        assert_eq!(told, "401 Unauthorized");
    }
    if answer.status == 403 && answer.message().contains("scope") {
        assert!(
            answer.body["details"]["scope"].is_string(),
            "{}",
            answer.text
        );
    }
}
