//! `/me/recipients`: whom a user has written to, kept for them alone.

use quillgate::recipients::rows;
use reqwest::Method;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use serde_json::{Value, json};

use crate::support::command::House;
use crate::support::gateway::Answer;
use crate::support::people::{self, PASSWORD};
use crate::support::sink::{Act, Sink};
use crate::support::{Gateway, Page};

async fn ask(gateway: &Gateway, login: &str, method: Method, path: &str) -> Answer {
    let request = gateway.request(method, path);
    let request = request.basic_auth(login, Some(PASSWORD));
    Answer::of(request.send().await.unwrap()).await
}

async fn known(gateway: &Gateway, login: &str, query: &str) -> Vec<Value> {
    let path = format!("/me/recipients?{query}");
    let answer = ask(gateway, login, Method::GET, &path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["recipients"].as_array().unwrap().clone()
}

async fn addresses(gateway: &Gateway, login: &str, query: &str) -> Vec<String> {
    let known = known(gateway, login, query).await;
    let address = |one: &Value| one["address"].as_str().unwrap().to_owned();
    known.iter().map(address).collect()
}

async fn send(gateway: &Gateway, login: &str, mail: &Value) {
    let answer = gateway.post_json(login, "/mail", mail).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn people_written_to_are_known_at_once_by_beginnings_of_words_and_can_be_forgotten() {
    let gateway = Gateway::start().await;
    let mail = json!({
        "to": "Jürgen Groß <J.Gross@Bücher.Example>",
        "cc": ["Team: anna@example.com, \"O'Neil, B\" <o'neil+a/b@example.com>;"],
        "bcc": "\"odd local\"@example.com",
        "replyto": "never@example.net", "body": "Text",
    });
    send(&gateway, "ralf", &mail).await;
    let mail = json!({"to": "j.gross@xn--bcher-kva.example", "body": "Text"});
    send(&gateway, "ralf", &mail).await;
    // One person, however the address is written, with the newest name that there was.
    let found = known(&gateway, "ralf", "q=gros").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["name"], "Jürgen Groß");
    assert_eq!(found[0]["mails"], 2);
    assert!(found[0]["lastUsed"].as_str().unwrap().ends_with('Z'));
    let all = ask(&gateway, "ralf", Method::GET, "/me/recipients").await;
    assert_eq!(all.body["count"], 4, "{}", all.text);
    assert_eq!(all.body["recipients"][0], found[0], "the most mails first");
    assert_eq!(addresses(&gateway, "ralf", "q=jurg").await.len(), 1);
    assert_eq!(
        addresses(&gateway, "ralf", "q=neil%20b").await,
        ["o'neil+a/b@example.com"]
    );
    assert_eq!(
        addresses(&gateway, "ralf", "q=exampl&limit=2").await.len(),
        2
    );
    assert!(addresses(&gateway, "ralf", "q=never").await.is_empty());
    assert!(addresses(&gateway, "ralf", "q=ross").await.is_empty());
    // Nobody else's.
    assert!(addresses(&gateway, "anna", "q=").await.is_empty());
    for limit in ["0", "5001", "many", ""] {
        let path = format!("/me/recipients?limit={limit}");
        let answer = ask(&gateway, "ralf", Method::GET, &path).await;
        assert_eq!(answer.status, 422, "{limit}");
    }

    let one = "/me/recipients/O'NEIL%2Ba%2Fb@EXAMPLE.com";
    let forgotten = ask(&gateway, "anna", Method::DELETE, one).await;
    assert_eq!(forgotten.status, 404, "somebody else's");
    let forgotten = ask(&gateway, "ralf", Method::DELETE, one).await;
    assert_eq!(forgotten.status, 204, "{}", forgotten.text);
    let again = ask(&gateway, "ralf", Method::DELETE, one).await;
    assert_eq!(again.status, 404);
    assert_eq!(addresses(&gateway, "ralf", "limit=10").await.len(), 3);
    send(&gateway, "anna", &mail).await;
    // Also what is not written yet.
    send(&gateway, "ralf", &mail).await;
    let all = ask(&gateway, "ralf", Method::DELETE, "/me/recipients").await;
    assert_eq!(all.status, 204);
    assert!(addresses(&gateway, "ralf", "q=").await.is_empty());
    assert_eq!(addresses(&gateway, "anna", "q=").await.len(), 1);
}

#[tokio::test]
async fn what_a_program_mails_by_itself_is_nobody_s_address_book() {
    let gateway = Gateway::start().await;
    let (_, token) = people::token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let by_token = async |mail: &Value| {
        let request = gateway.request(Method::POST, "/mail").json(mail);
        let answer = request.basic_auth("ralf", Some(&token)).send().await;
        assert_eq!(answer.unwrap().status(), 200);
    };
    by_token(&json!({"to": "bulk@example.com", "body": "Text"})).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let draft = json!({"subject": "Hello"});
    let (answer, _) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        page.accept()
    );
    let window = &answer.body["id"];
    let mail = json!({"to": "window@example.com", "body": "Text", "composeId": window});
    by_token(&mail).await;
    assert_eq!(
        addresses(&gateway, "ralf", "q=").await,
        ["window@example.com"]
    );
}

#[tokio::test]
async fn those_whom_the_server_has_refused_are_not_kept() {
    let sink = Sink::with(|_, command| match command.contains("<nobody@") {
        true => Act::Say("550 5.1.1 no such user"),
        false => Act::Usual,
    });
    let gateway = Gateway::start().await;
    gateway.sends_to(sink.port).await;
    let mail = json!({"to": ["nobody@example.com", "b@example.com"], "body": "Text"});
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.body["warning"].is_string(), "{}", answer.text);
    // A mail that nobody took.
    let mail = json!({"to": "nobody@example.com", "body": "Text"});
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(answer.status, 500, "{}", answer.text);
    assert_eq!(addresses(&gateway, "ralf", "q=").await, ["b@example.com"]);
}

#[tokio::test]
async fn no_more_than_five_thousand_are_kept_and_the_least_recently_used_go() {
    let gateway = Gateway::start().await;
    let fill = |db: sea_orm::DatabaseConnection| async move {
        let person = |at: i32| rows::ActiveModel {
            user_id: Set(5),
            address_key: Set(format!("p{at}@example.com")),
            address: Set(format!("p{at}@example.com")),
            name: Set(String::new()),
            mails: Set(1),
            last_used: Set(i64::from(at)),
        };
        for start in (0..5000).step_by(500) {
            let some = (start..start + 500).map(person);
            rows::Entity::insert_many(some).exec(&db).await?;
        }
        Ok(())
    };
    gateway.store.read(fill).await.unwrap();
    let mail = json!({"to": "p1@example.com, new@example.com", "body": "Text"});
    send(&gateway, "ralf", &mail).await;
    let all = ask(&gateway, "ralf", Method::GET, "/me/recipients?limit=5000").await;
    assert_eq!(all.body["count"], 5000);
    for (query, there) in [("p0", false), ("p1%40example.com", true), ("new", true)] {
        let found = addresses(&gateway, "ralf", &format!("q={query}")).await;
        assert_eq!(!found.is_empty(), there, "{query}: {found:?}");
    }
}

#[tokio::test]
async fn they_outlive_a_restart_and_go_with_their_user() {
    let house = House::inhabited("");
    let (path, mail) = (
        "/me/recipients",
        json!({"to": "a@example.com", "body": "Text"}),
    );
    let mut server = house.serve();
    let send = server.request(Method::POST, "ralf", "/mail").json(&mail);
    assert_eq!(send.send().await.unwrap().status(), 200);
    server.stop();
    let server = house.serve();
    let count = async || -> Value {
        let request = server.request(Method::GET, "ralf", path);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["count"].clone()
    };
    assert_eq!(count().await, 1, "written at the end");
    house.ok(&["user", "remove", "ralf"]);
    let again = "{\"login\":\"ralf\",\"name\":\"Another\",\"email\":\"r@example.org\",\"id\":5,\"password\":\"secret-ralf\"}\n";
    house.write("again", again);
    house.ok(&["user", "import", "again"]);
    assert_eq!(count().await, 0);
}
