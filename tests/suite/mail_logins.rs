//! Who signs in where: the user's own password at mail servers, what a token cannot do, signing in with the password of
//! a mailbox. With real servers and the real binary.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::certificates::ca_file;
use crate::support::command::{House, Process};
use crate::support::dovecot::Dovecot;
use crate::support::exim::Exim;

const NOT_SAVED: &str = "Mail NOT saved to Sent folder, as no user password";

struct Servers {
    exim: Exim,
    dovecot: Dovecot,
}

impl Servers {
    fn start() -> Option<Self> {
        Some(Self {
            exim: Exim::start()?,
            dovecot: Dovecot::start()?,
        })
    }

    /// Exim knows people by their login, Dovecot by their address.
    fn smtp(&self) -> String {
        let port = self.exim.port;
        format!("smtp+starttls://127.0.0.1:{port}?auth=session&login=login")
    }

    fn imap(&self) -> String {
        format!("imaps://127.0.0.1:{}?auth=session", self.dovecot.imaps)
    }

    /// Users with the passwords that they have at the servers, on an account of these servers.
    fn house(&self, more: &str) -> House {
        let house = House::new(&format!(
            "[mail]\nca_file = \"{}\"\n{more}",
            ca_file().display()
        ));
        let (smtp, imap) = (self.smtp(), self.imap());
        house.ok(&[
            "account",
            "add",
            "--name",
            "Office",
            "--everyone",
            "--smtp",
            &smtp,
            "--imap",
            &imap,
        ]);
        let person = |login: &str, id: i32| {
            json!({"login": login, "name": "Somebody", "email": format!("{login}@example.test"),
                   "id": id, "password": format!("secret-{login}"), "accounts": [1]})
        };
        house.write(
            "people",
            &format!("{}\n{}\n", person("ralf", 5), person("full", 7)),
        );
        house.ok(&["user", "import", "people"]);
        house
    }

    fn copies(&self, user: &str) -> usize {
        self.dovecot.messages(user, ".Sent").len()
    }

    /// Who had signed in at Exim for each mail that has arrived.
    async fn senders(&self, mails: usize) -> Vec<Option<String>> {
        self.exim
            .sink
            .seen_soon(|seen| seen.mails.len() == mails)
            .await;
        let mails = self.exim.sink.mails();
        mails
            .iter()
            .map(|mail| {
                let text = mail.text();
                let line = text.lines().find(|line| line.starts_with("X-Signed-In: "));
                line.map(|line| line["X-Signed-In: ".len()..].to_owned())
            })
            .collect()
    }
}

fn mail(to: &str) -> Value {
    json!({"to": to, "subject": "Hello", "body": "Text"})
}

async fn answer(response: Response) -> (u16, Value) {
    (response.status().as_u16(), response.json().await.unwrap())
}

impl Process {
    async fn send_as(&self, login: &str, password: &str, to: &str) -> (u16, Value) {
        let url = format!("http://{}/mail", self.address());
        let request = self.http.post(url).basic_auth(login, Some(password));
        answer(request.json(&mail(to)).send().await.unwrap()).await
    }

    async fn sign_in(&self, login: &str, password: &str) -> Result<String, u16> {
        let url = format!("http://{}/login", self.address());
        let form = json!({"login": login, "password": password});
        let response = self.http.post(url).json(&form).send().await.unwrap();
        match response.status().as_u16() {
            200 => {
                let cookie = response.headers()["set-cookie"].to_str().unwrap();
                Ok(cookie.split(';').next().unwrap().to_owned())
            }
            status => Err(status),
        }
    }

    async fn send_with_cookie(&self, cookie: &str, to: &str) -> (u16, Value) {
        let url = format!("http://{}/mail", self.address());
        let request = self.http.post(url).header("cookie", cookie);
        answer(request.json(&mail(to)).send().await.unwrap()).await
    }

    async fn change_password(&self, cookie: &str, current: &str, new: &str) -> (u16, Value) {
        let url = format!("http://{}/me/password", self.address());
        let request = self.http.post(url).header("cookie", cookie);
        let form = json!({"current": current, "new": new});
        answer(request.json(&form).send().await.unwrap()).await
    }

    async fn identities(&self, login: &str, password: &str) -> (u16, Value) {
        let url = format!("http://{}/mail", self.address());
        let request = self.http.get(url).basic_auth(login, Some(password));
        answer(request.send().await.unwrap()).await
    }
}

#[tokio::test]
async fn the_callers_own_password_opens_both_servers_and_stays_in_memory() {
    let Some(servers) = Servers::start() else {
        return;
    };
    let house = servers.house("");
    let mut process = house.serve();
    let (status, body) = process
        .send_as("ralf", "secret-ralf", "members@example.test")
        .await;
    assert_eq!((status, body.get("warning")), (200, None), "{body}");
    let cookie = process.sign_in("ralf", "secret-ralf").await.unwrap();
    let (status, body) = process
        .send_with_cookie(&cookie, "members@example.test")
        .await;
    assert_eq!((status, body.get("warning")), (200, None), "{body}");
    let ralf = || Some("ralf".to_owned());
    assert_eq!(servers.senders(2).await, [ralf(), ralf()]);
    assert_eq!(servers.copies("ralf"), 2);

    // The cookie outlives a restart, the password does not: it was in memory only.
    process.stop();
    let process = house.serve();
    let (status, body) = process.send_with_cookie(&cookie, "a@example.test").await;
    assert_eq!(
        (status, &body["warning"]),
        (200, &json!(NOT_SAVED)),
        "{body}"
    );
    let (status, body) = process
        .send_with_cookie(&cookie, "members@example.test")
        .await;
    assert_eq!(status, 500, "{body}");
    let message = body["message"].as_str().unwrap();
    assert!(
        message.contains("Only for those who have signed in"),
        "{body}"
    );
    let cookie = process.sign_in("ralf", "secret-ralf").await.unwrap();
    let (status, body) = process
        .send_with_cookie(&cookie, "members@example.test")
        .await;
    assert_eq!((status, body.get("warning")), (200, None), "{body}");
    assert_eq!(servers.senders(4).await, [ralf(), ralf(), None, ralf()]);
    assert_eq!(servers.copies("ralf"), 3);

    // Changed here, the new one is what the servers are shown, as if the user had signed in with it.
    let (status, body) = process
        .change_password(&cookie, "secret-ralf", "unknown there")
        .await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = process
        .send_with_cookie(&cookie, "members@example.test")
        .await;
    assert_eq!(
        (status, &body["details"]["smtp"]["code"]),
        (500, &json!(535))
    );
    let (status, body) = process
        .change_password(&cookie, "unknown there", "secret-ralf")
        .await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = process
        .send_with_cookie(&cookie, "members@example.test")
        .await;
    assert_eq!((status, body.get("warning")), (200, None), "{body}");
    assert_eq!(servers.copies("ralf"), 4);

    // Signed out, it is worth nothing.
    let url = format!("http://{}/logout", process.address());
    process
        .http
        .post(url)
        .header("cookie", &cookie)
        .send()
        .await
        .unwrap();
    let (status, _) = process.send_with_cookie(&cookie, "a@example.test").await;
    assert_eq!(status, 401);
    for word in ["secret-ralf", "cookie", "members"] {
        assert!(!process.log().contains(word), "{}", process.log());
    }
}

#[tokio::test]
async fn a_mail_server_that_does_not_know_the_password_says_so_itself() {
    let Some(servers) = Servers::start() else {
        return;
    };
    let house = servers.house("");
    let process = house.serve();
    // Known to Dovecot, not to Exim.
    let (status, body) = process
        .send_as("full", "secret-full", "a@example.test")
        .await;
    assert_eq!(status, 500, "{body}");
    assert!(
        body["message"].as_str().unwrap().starts_with("535 "),
        "{body}"
    );
    assert_eq!(body["details"]["smtp"]["code"], 535);
    assert!(!body.to_string().contains("secret"), "{body}");
    assert_eq!(servers.exim.sink.mails().len(), 0);
}

#[tokio::test]
async fn a_token_is_no_mail_password_and_takes_the_way_out_that_there_is() {
    let Some(servers) = Servers::start() else {
        return;
    };
    let house = servers.house("");
    let token = house.ok(&["token", "create", "--user", "ralf"]);
    let token = token.trim();
    let process = house.serve();
    // The server knows this machine: nobody needs to sign in, but for one recipient.
    let (status, body) = process.send_as("ralf", token, "a@example.test").await;
    assert_eq!(
        (status, body.to_string()),
        (
            200,
            json!({"status": 200, "warning": NOT_SAVED, "message": "Mail successful sent"})
                .to_string()
        )
    );
    let (status, body) = process.send_as("ralf", token, "members@example.test").await;
    assert_eq!(status, 500, "{body}");
    assert_eq!(body["details"]["smtp"]["code"], 550);
    assert_eq!(servers.senders(1).await, [None]);

    // An SMTP-only account with a password of its own is the way out; what one recipient needs, all of them take.
    house.write("password", "secret-ralf");
    let relay = format!(
        "smtps://127.0.0.1:{}?user=ralf&password_file=password",
        servers.exim.ports.tls
    );
    house.ok(&[
        "account", "add", "--name", "Relay", "--owner", "ralf", "--smtp", &relay, "--imap", "none",
    ]);
    let url = format!("http://{}/mail", process.address());
    let both = json!({"to": ["a@example.test", "members@example.test"], "body": "x"});
    let request = process.http.post(url).basic_auth("ralf", Some(token));
    let (status, body) = answer(request.json(&both).send().await.unwrap()).await;
    assert_eq!(
        (status, &body["warning"]),
        (200, &json!(NOT_SAVED)),
        "{body}"
    );
    assert_eq!(servers.senders(2).await[1].as_deref(), Some("ralf"));
    let mails = servers.exim.sink.mails();
    assert_eq!(mails[1].to, ["a@example.test", "members@example.test"]);
    assert!(
        mails[1]
            .text()
            .contains("From: \"Somebody\" <ralf@example.test>"),
        "{}",
        mails[1].text()
    );
    assert_eq!(servers.copies("ralf"), 0);
    // Nobody else's way out.
    let anna = house.ok(&["token", "create", "--user", "full"]);
    let (status, _) = process
        .send_as("full", anna.trim(), "members@example.test")
        .await;
    assert_eq!(status, 500);
}

#[tokio::test]
async fn whoever_has_a_mailbox_can_sign_in_and_gets_user_account_and_identity() {
    let Some(servers) = Servers::start() else {
        return;
    };
    let house = House::new(&format!(
        "[mail]\nca_file = \"{}\"\n[sign_in]\nimap = \"imaps://127.0.0.1:{}\"\ndomain = \"Example.test\"\nsmtp = \"{}\"\naccount = \"Uni\"\n",
        ca_file().display(),
        servers.dovecot.imaps,
        servers.smtp(),
    ));
    house.ok(&[
        "user",
        "add",
        "local",
        "--name",
        "L",
        "--email",
        "anna@example.test",
        "--id",
        "40",
    ]);
    house.ok(&[
        "user",
        "add",
        "other",
        "--name",
        "O",
        "--email",
        "ralf@example.com",
        "--id",
        "41",
    ]);
    let process = house.serve();
    assert_eq!(process.sign_in("ralf", "wrong").await, Err(401));
    assert_eq!(process.sign_in("nobody", "secret-ralf").await, Err(401));
    assert_eq!(
        process.sign_in("ralf@example.com", "secret-ralf").await,
        Err(401)
    );
    assert_eq!(
        process.sign_in("other", "secret-ralf").await,
        Err(401),
        "another domain's"
    );
    assert_eq!(
        house
            .json(&["user", "list", "--json"])
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(house.json(&["account", "list", "--json"]), json!([]));

    // Both at once are one user.
    let (one, two) = tokio::join!(
        process.sign_in("Ralf@EXAMPLE.test", "secret-ralf"),
        process.sign_in("ralf", "secret-ralf"),
    );
    let cookie = one.unwrap();
    two.unwrap();
    let (status, body) = process
        .send_with_cookie(&cookie, "members@example.test")
        .await;
    assert_eq!((status, body.get("warning")), (200, None), "{body}");
    assert_eq!(servers.senders(1).await, [Some("ralf".to_owned())]);
    assert_eq!(servers.copies("ralf"), 1);
    // The mailbox has the password, and the gateway cannot change it there.
    let (status, body) = process
        .change_password(&cookie, "secret-ralf", "another secret")
        .await;
    assert_eq!(status, 409, "{body}");
    assert!(
        body["message"].as_str().unwrap().contains("mail provider"),
        "{body}"
    );
    let (status, body) = process.identities("ralf", "secret-ralf").await;
    assert_eq!(
        (status, body),
        (
            200,
            json!({"responses": {"/ralf/mail/1": "ralf <ralf@example.test>"}})
        )
    );
    let accounts = house.json(&["account", "list", "--json"]);
    assert_eq!(accounts.as_array().unwrap().len(), 1);
    assert_eq!(
        (&accounts[0]["name"], &accounts[0]["everyone"]),
        (&json!("Uni"), &json!(true))
    );

    // Somebody whom the administrator has added before, under another name, is asked for by the address.
    let (status, body) = process.identities("local", "secret-anna").await;
    assert_eq!(
        (status, body),
        (
            200,
            json!({"responses": {"/local/mail/2": "L <anna@example.test>"}})
        )
    );
    assert_eq!(
        house
            .json(&["account", "list", "--json"])
            .as_array()
            .unwrap()
            .len(),
        1
    );

    // A password of the gateway's own counts instead of the mailbox's; who is disabled is shut out.
    house.run_with(
        &["user", "passwd", "local", "--password-stdin"],
        "own password\n",
    );
    assert_eq!(process.sign_in("local", "secret-anna").await, Err(401));
    process.sign_in("local", "own password").await.unwrap();
    house.ok(&["user", "disable", "ralf"]);
    assert_eq!(process.sign_in("ralf", "secret-ralf").await, Err(401));
    assert_eq!(
        process.sign_in("ralf@example.test", "secret-ralf").await,
        Err(401)
    );
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_no_wrong_password() {
    let house = House::new(
        "[sign_in]\nimap = \"imap://127.0.0.1:1\"\ndomain = \"example.test\"\n[auth]\nlogin_attempts = 1\n",
    );
    let process = house.serve();
    for _ in 0..3 {
        let request = process.request(Method::GET, "ralf", "/mail");
        let (status, body) = answer(request.send().await.unwrap()).await;
        assert_eq!(status, 503, "{body}");
        let message = body["message"].as_str().unwrap();
        assert!(message.contains("cannot be reached"), "{body}");
    }
    assert!(
        process.log().contains("nobody can sign in"),
        "{}",
        process.log()
    );
}
