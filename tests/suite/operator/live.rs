//! Commands while the server runs hold for its very next request.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::Page;
use crate::support::command::{House, Process};

async fn status(server: &Process, login: &str, password: &str) -> StatusCode {
    let url = format!("http://{}/mail", server.address());
    let request = server.http.get(url).basic_auth(login, Some(password));
    request.send().await.unwrap().status()
}

#[tokio::test]
async fn users_are_let_in_and_shut_out_at_once() {
    let house = House::inhabited("");
    let server = house.serve();
    assert_eq!(status(&server, "ralf", "secret-ralf").await, 200);
    assert_eq!(status(&server, "bob", "new and long").await, 401);
    let added = house.run_with(
        &[
            "user",
            "add",
            "bob",
            "--name",
            "Bob",
            "--email",
            "bob@example.org",
            "--password-stdin",
        ],
        "new and long\n",
    );
    assert_eq!(added.code, Some(0), "{added:?}");
    assert_eq!(status(&server, "bob", "new and long").await, 200);
    house.ok(&["user", "disable", "ralf"]);
    assert_eq!(status(&server, "ralf", "secret-ralf").await, 401);
    house.ok(&["user", "enable", "ralf"]);
    assert_eq!(status(&server, "ralf", "secret-ralf").await, 200);
    let changed = house.run_with(
        &["user", "passwd", "ralf", "--password-stdin"],
        "another one\n",
    );
    assert_eq!(changed.code, Some(0), "{changed:?}");
    assert_eq!(status(&server, "ralf", "secret-ralf").await, 401);
    assert_eq!(status(&server, "ralf", "another one").await, 200);
    house.ok(&["user", "remove", "ralf"]);
    assert_eq!(status(&server, "ralf", "another one").await, 401);
}

#[tokio::test]
async fn tokens_work_at_once_and_are_revoked_at_once() {
    let house = House::inhabited("");
    let server = house.serve();
    let token = house
        .ok(&["token", "create", "--user", "ralf"])
        .trim()
        .to_owned();
    assert_eq!(status(&server, "ralf", &token).await, 200);
    assert_eq!(status(&server, "anna", &token).await, 401);
    let everybody = house
        .ok(&["token", "create", "--all-users"])
        .trim()
        .to_owned();
    assert_eq!(status(&server, "anna", &everybody).await, 200);
    let ended = house
        .ok(&["token", "create", "--user", "ralf", "--until", "+1days"])
        .trim()
        .to_owned();
    assert_eq!(status(&server, "ralf", &ended).await, 200);
    for (id, token) in [("1", &token), ("2", &everybody)] {
        house.ok(&["token", "revoke", id]);
        assert_eq!(status(&server, "ralf", token).await, 401);
    }
    assert_eq!(status(&server, "ralf", &ended).await, 200);
}

#[tokio::test]
async fn a_shut_out_user_s_pages_close_with_4401() {
    let house = House::inhabited("");
    let server = house.serve();
    let mut ralfs = Page::at(&server.address(), "ralf", "secret-ralf").await;
    let mut annas = Page::at(&server.address(), "anna", "secret-anna").await;
    let token = house.ok(&[
        "token",
        "create",
        "--user",
        "anna",
        "--scope",
        "groupdav",
        "mail:session",
    ]);
    let mut tokens = Page::at(&server.address(), "anna", token.trim()).await;
    house.ok(&["user", "disable", "ralf"]);
    assert_eq!(ralfs.closed().await, Some(4401));
    house.ok(&["token", "revoke", "1"]);
    assert_eq!(tokens.closed().await, Some(4401));
    annas.pulse(true, true).await;
}

#[tokio::test]
async fn accounts_and_identities_change_under_a_running_server() {
    let house = House::inhabited("");
    let server = house.serve();
    let listed = async || -> Value {
        let request = server.request(Method::GET, "ralf", "/mail");
        request.send().await.unwrap().json().await.unwrap()
    };
    let own = "ralf Example <ralf@example.org>";
    assert_eq!(listed().await, json!({"responses": {"/ralf/mail/1": own}}));
    house.ok(&[
        "identity",
        "add",
        "--account",
        "1",
        "--user",
        "ralf",
        "--email",
        "desk@example.org",
        "--name",
        "Desk",
        "--label",
        "shared",
        "--id",
        "52",
        "--default",
    ]);
    let answer = listed().await;
    let members: Vec<_> = answer["responses"].as_object().unwrap().iter().collect();
    assert_eq!(
        members,
        [
            (
                &"/ralf/mail/52".to_owned(),
                &json!("Desk <desk@example.org> (shared)")
            ),
            (&"/ralf/mail/1".to_owned(), &json!(own)),
        ],
        "the default one first"
    );
    house.ok(&["account", "set", "1", "--smtp", "file:elsewhere"]);
    let mail = json!({"to": "a@example.com", "body": "Text"});
    let request = server.request(Method::POST, "ralf", "/mail").json(&mail);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let sent = crate::support::gateway::files(&house.path("elsewhere"), "eml");
    let sent = std::fs::read_to_string(&sent[0]).unwrap();
    assert!(sent.contains("desk@example.org"), "{sent}");
    house.ok(&["identity", "remove", "52"]);
    assert_eq!(listed().await, json!({"responses": {"/ralf/mail/1": own}}));
    house.ok(&["account", "remove", "1"]);
    let request = server.request(Method::POST, "ralf", "/mail/1").json(&mail);
    assert_eq!(request.send().await.unwrap().status(), 404);
}
