//! The other way out, for mail of somebody who has no password to show.

use super::fake_server::{Act, FakeServer};
use super::*;

async fn send(house: &House, first: &FakeServer, other: &FakeServer) -> Result<Sent, SendError> {
    let mut sender = house.sender(smtp(first));
    sender.otherwise = Some(Way {
        account: AccountId(2),
        smtp: smtp(other),
        login: None,
    });
    let draft = json!({"to": ["a@x.org", "b@x.org"], "body": "x"});
    house
        .outbound
        .send(sender, parsed(draft), Enclosed::default(), Arc::default())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_wants_a_sign_in_is_passed_by() {
    for (step, pipelining) in [
        ("CONNECT", false),
        ("MAIL", false),
        ("RCPT TO:<b@x.org>", false),
        ("RCPT TO:<b@x.org>", true),
        ("RCPT", true),
    ] {
        let script = move |_: usize, command: &str| match command.get(..4) {
            _ if command.starts_with(step) => Act::Say("530 5.7.0 Authentication required"),
            Some("EHLO") if pipelining => Act::Say("250-fake\r\n250 PIPELINING"),
            _ => Act::Usual,
        };
        let first = FakeServer::start(script).await;
        let other = FakeServer::start(|_, _| Act::Usual).await;
        let house = house();
        let sent = send(&house, &first, &other).await.expect(step);
        assert_eq!(sent.warnings, Vec::<String>::new());
        assert_eq!(first.seen(|seen| seen.mails.len()), 0, "{step}");
        let to = other.seen(|seen| seen.mails[0].to.clone());
        assert_eq!(to, ["a@x.org", "b@x.org"], "{step}");
        assert_eq!((house.copies().len(), house.spooled().len()), (1, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_the_mail_or_may_have_it_is_not_passed_by() {
    let other = FakeServer::start(|_, _| Act::Usual).await;
    for (step, act) in [
        ("none", Act::Usual),
        (".", Act::Say("554 no")),
        (".", Act::Close),
    ] {
        let script = move |_: usize, command: &str| match command == step {
            true => act,
            false => Act::Usual,
        };
        let first = FakeServer::start(script).await;
        let sent = send(&house(), &first, &other).await;
        assert_eq!(sent.is_ok(), act == Act::Usual);
        assert_eq!(other.seen(|seen| seen.connects), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_no_way_is_open_the_last_one_says_why() {
    let refusing = |words: &'static str| {
        FakeServer::start(move |_, command| match command.get(..4) {
            Some("RCPT") => Act::Say(words),
            _ => Act::Usual,
        })
    };
    let (first, other) = (refusing("530 first").await, refusing("550 other").await);
    let house = house();
    let body = answer(send(&house, &first, &other).await.expect_err("refused"));
    assert_eq!(body["message"], "550 other");
    assert_eq!(house.spooled(), Vec::<String>::new());
}
