//! Whose files they are.

use reqwest::Method;

use super::{HOME, files_on_disk, names, said, stored, text};
use crate::auth_matrix::{NONE_SUCH, TABLE, assert_answer_in_form};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::{PASSWORD, sign_in, token};

#[tokio::test]
async fn nobody_else_gets_in_and_nobody_learns_who_is_there() {
    let gateway = Gateway::start().await;
    stored(&gateway, "/a", "mine").await;
    let mut told = Vec::new();
    for login in ["anna", "root"] {
        for path in ["", "/a", "/none", "/a/b"] {
            for (method, query) in [
                ("GET", ""),
                ("PUT", ""),
                ("DELETE", ""),
                ("POST", "?mkdir"),
                ("POST", "?move=/home/ralf/b"),
            ] {
                for home in ["ralf", "nobody", "Anna", "anna%20"] {
                    let path = format!("/files/home/{home}{path}{query}");
                    let request = gateway.request(method.parse().unwrap(), &path).body("x");
                    let request = request.basic_auth(login, Some(PASSWORD));
                    let answer = Answer::of(request.send().await.unwrap()).await;
                    assert_eq!(answer.status, 403, "{login}: {method} {path}");
                    assert_answer_in_form(&answer);
                    told.push(answer.text);
                }
            }
        }
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(text(&gateway, "/a").await, said("mine"));
    files_on_disk(&gateway, 1).await;
    // Everybody has a home, and sees no other one.
    let home = gateway.get_json("anna", "/files/home").await;
    assert_eq!(super::listed(&home.body), ["anna/"]);
    let empty = gateway.get_json("anna", "/files/home/anna").await;
    assert_eq!(super::listed(&empty.body), [""; 0]);
}

#[tokio::test]
async fn the_scope_files_is_enough_and_nothing_else_is() {
    let gateway = Gateway::start().await;
    stored(&gateway, "/a", "mine").await;
    for (scopes, login, may) in [
        ("files", Some("ralf"), true),
        ("groupdav mail files", Some("ralf"), true),
        ("files", None, true),
        ("groupdav mail", Some("ralf"), false),
        ("groupdav mail:upload", None, false),
    ] {
        let (_, token) = token(&gateway, login, scopes, None).await;
        for (method, path, passes) in [
            ("GET", "/files", 200),
            ("GET", "/files/home", 200),
            ("GET", "/files/home/ralf", 200),
            ("GET", "/files/home/ralf/a", 200),
            ("PUT", "/files/home/ralf/a", 204),
            ("POST", "/files/home/ralf/a?mkdir", 409),
            ("DELETE", "/files/home/ralf/b", 404),
            ("GET", "/files/home/anna", 403),
        ] {
            let request = gateway.request(method.parse().unwrap(), path).body("mine");
            let request = request.basic_auth("ralf", Some(&token));
            let answer = Answer::of(request.send().await.unwrap()).await;
            let expected = if may { passes } else { 403 };
            assert_eq!(
                answer.status, expected,
                "{scopes}: {method} {path}: {}",
                answer.text
            );
            if !may {
                assert_eq!(answer.body["details"]["scope"], "files", "{}", answer.text);
            }
        }
    }
    // And it is no way into anything else.
    let (_, token) = token(&gateway, Some("ralf"), "files", None).await;
    for row in TABLE.iter().filter(|row| row.pattern.starts_with("/mail")) {
        let path = row.path.replace("<upload>", NONE_SUCH);
        let request = gateway
            .request(row.method.parse().unwrap(), &path)
            .body(row.body);
        let answer = request
            .basic_auth("ralf", Some(&token))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 403, "{} {path}", row.method);
    }
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let put = |origin: Option<&str>| {
        let request = gateway.request(Method::PUT, &format!("{HOME}/a")).body("x");
        let request = request.header("cookie", &cookie);
        origin
            .into_iter()
            .fold(request, |request, origin| request.header("origin", origin))
            .send()
    };
    assert_eq!(
        put(Some("https://evil.example")).await.unwrap().status(),
        403
    );
    assert_eq!(names(&gateway, "").await, [""; 0]);
    // The web client's own uploads have any type.
    assert_eq!(put(None).await.unwrap().status(), 201);
}
