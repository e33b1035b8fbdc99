//! The mail of a compose window is sent once, and the window's caller learns of it.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::gateway::Answer;
use crate::support::post::{note, parsed};
use crate::support::sink::{Act, Gate, Sink};
use crate::support::{Gateway, Page};

/// Opens a window of ralf's and returns its id.
async fn window(gateway: &Gateway, page: &mut Page) -> String {
    let draft = note("Prepared");
    let (answer, _) = tokio::join!(
        gateway.post_json("ralf", "/mail/compose", &draft),
        page.accept()
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["id"].as_str().unwrap().to_owned()
}

fn from(id: &str) -> Value {
    let mut mail = note("Sent by a person");
    mail["composeId"] = json!(id);
    mail
}

async fn state(gateway: &Gateway, id: &str) -> Value {
    gateway
        .get_json("ralf", &format!("/mail/compose/{id}"))
        .await
        .body
}

#[tokio::test]
async fn the_first_send_wins_and_the_second_gets_409_with_details() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let id = window(&gateway, &mut page).await;
    let follow = format!("/mail/compose/{id}");
    let waiting = gateway.get("ralf", &follow).header("Prefer", "wait=30");
    let (waited, first) = tokio::join!(
        async { Answer::of(waiting.send().await.unwrap()).await },
        async {
            // Whether the wait has begun by now or not, it must end with the send.
            gateway.post_json("ralf", "/mail", &from(&id)).await
        }
    );
    assert_eq!(
        first.text,
        "{\n  \"status\": 200,\n  \"message\": \"Mail successful sent\"\n}\n"
    );
    assert_eq!(waited.body["state"], "sent");
    assert_eq!(waited.header("preference-applied"), Some("wait=30"));
    let message = gateway.sent().remove(0);
    let message_id = parsed(&message).message_id().unwrap().to_owned();
    let known = state(&gateway, &id).await;
    assert_eq!(
        (&known["state"], &known["messageId"]),
        (&json!("sent"), &json!(message_id))
    );
    assert!(known["finishedAt"].is_string());

    let second = gateway.post_json("ralf", "/mail/1", &from(&id)).await;
    assert_eq!(second.status, 409);
    assert_eq!(
        second.body,
        json!({
            "error": 409,
            "message": "Already sent from another window",
            "details": {"state": "sent", "messageId": message_id},
        })
    );
    assert_eq!(gateway.sent().len(), 1);
    let mut again = from(&id);
    again["composeAgain"] = json!(true);
    assert_eq!(gateway.post_json("ralf", "/mail", &again).await.status, 200);
    assert_eq!(gateway.sent().len(), 2);
}

#[tokio::test]
async fn of_many_sends_at_once_exactly_one_goes_out() {
    let gate = Gate::default();
    let held = gate.clone();
    let sink = Sink::with(move |_, command| {
        if command == "." {
            held.pass();
        }
        Act::Usual
    });
    let gateway = Gateway::start().await;
    gateway.sends_to(sink.port).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let id = window(&gateway, &mut page).await;
    let mail = from(&id);
    let losers = async {
        sink.seen_soon(|seen| seen.commands.iter().any(|line| line == "DATA"))
            .await;
        for _ in 0..5 {
            let loser = gateway.post_json("ralf", "/mail", &mail).await;
            assert_eq!(loser.status, 409);
            assert_eq!(loser.body["details"], json!({"state": "sending"}));
        }
        gate.open();
    };
    let (winner, ()) = tokio::join!(gateway.post_json("ralf", "/mail", &mail), losers);
    assert_eq!(winner.status, 200, "{}", winner.text);
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn a_failed_send_may_be_repeated() {
    let sink = Sink::with(|number, command| match (number, command.get(..4)) {
        (1, Some("MAIL")) => Act::SayAndClose("550 5.7.1 not now"),
        _ => Act::Usual,
    });
    let gateway = Gateway::start().await;
    gateway.sends_to(sink.port).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let id = window(&gateway, &mut page).await;
    let failed = gateway.post_json("ralf", "/mail", &from(&id)).await;
    assert_eq!(failed.status, 500);
    assert_eq!(failed.message(), "550 5.7.1 not now");
    assert_eq!(state(&gateway, &id).await["state"], "opened");
    // What a check refuses counts as little.
    let mut wrong = from(&id);
    wrong["attachments"] = json!(["/mail/attachments/x--y"]);
    assert_eq!(gateway.post_json("ralf", "/mail", &wrong).await.status, 400);
    let repeated = gateway.post_json("ralf", "/mail", &from(&id)).await;
    assert_eq!(repeated.status, 200, "{}", repeated.text);
    assert_eq!(state(&gateway, &id).await["state"], "sent");
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn an_unknown_window_sends_with_a_warning_and_another_s_is_422() {
    let gateway = Gateway::start().await;
    let unknown = "0190a000-0000-4000-8000-000000000000";
    let answer = gateway.post_json("ralf", "/mail", &from(unknown)).await;
    assert_eq!(
        answer.body,
        json!({
            "status": 200,
            "warning": format!("Compose {unknown} is unknown or expired"),
            "message": "Mail successful sent",
        })
    );
    let mut page = Page::open(&gateway, "ralf").await;
    let id = window(&gateway, &mut page).await;
    let answer = gateway.post_json("anna", "/mail", &from(&id)).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.message(),
        format!("Attribute 'composeId': '{id}' is not yours")
    );
    assert_eq!(gateway.sent().len(), 1);
    assert_eq!(state(&gateway, &id).await["state"], "opened");
}

#[tokio::test]
async fn the_other_windows_of_a_sent_mail_are_withdrawn_when_they_come_back() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let id = window(&gateway, &mut page).await;
    let sent = gateway.post_json("ralf", "/mail", &from(&id)).await;
    assert_eq!(sent.status, StatusCode::OK.as_u16());
    let mut other = Page::open(&gateway, "ralf").await;
    other.say(json!({"type": "attach", "windows": [id]})).await;
    assert_eq!(other.next_of("withdraw").await["id"], json!(id));
}
