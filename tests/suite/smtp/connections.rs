//! How many connections a server gets to see.

use futures_util::future::join_all;

use super::{gateway_to, send};
use crate::support::Gateway;
use crate::support::sink::{Act, Gate, Sink};

#[tokio::test]
async fn mails_one_after_the_other_use_one_connection() {
    let sink = Sink::start();
    let gateway = gateway_to(&sink).await;
    for _ in 0..10 {
        assert_eq!(send(&gateway, &["a@example.com"]).await.status, 200);
    }
    assert_eq!(sink.seen(|seen| (seen.connects, seen.mails.len())), (1, 10));
}

#[tokio::test]
async fn sixty_four_sends_at_once_use_no_more_connections_than_configured() {
    let gate = Gate::default();
    let held = gate.clone();
    // Every server thread waits with its first message until all that may come have come.
    let sink = Sink::with(move |_, command| {
        if command == "." {
            held.pass();
        }
        Act::Usual
    });
    let gateway = Gateway::with(|config| config.mail.smtp_connections = 5).await;
    gateway.sends_to(sink.port).await;
    let to = ["a@example.com"];
    let sends = join_all((0..64).map(|_| send(&gateway, &to)));
    let watch = async {
        sink.seen_soon(|seen| seen.open == 5).await;
        gate.open();
    };
    let (answers, ()) = tokio::join!(sends, watch);
    for answer in answers {
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let (connects, most_open, mails) =
        sink.seen(|seen| (seen.connects, seen.most_open, seen.mails.len()));
    assert_eq!((connects, most_open, mails), (5, 5, 64));
    assert_eq!(gateway.copies().len(), 64);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_is_replaced_silently() {
    for good_bye in [Act::Close, Act::SayAndClose("421 4.4.2 idle for too long")] {
        let sink = Sink::with(move |number, command| {
            // The first connection ends with its second mail.
            let second = number == 1 && command.starts_with("MAIL FROM:<again@");
            if second { good_bye } else { Act::Usual }
        });
        let gateway = gateway_to(&sink).await;
        assert_eq!(send(&gateway, &["a@example.com"]).await.status, 200);
        let change = quillgate::identities::admin::new_identity::IdentityChange {
            email: Some("again@example.org".to_owned()),
            ..Default::default()
        };
        gateway.change_identity(1, change).await;
        let answer = send(&gateway, &["b@example.com"]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(sink.seen(|seen| (seen.connects, seen.mails.len())), (2, 2));
    }
}

#[tokio::test]
async fn a_refused_mail_leaves_its_connection_for_the_next() {
    let sink = Sink::with(|_, command| match command.contains("reject@") {
        true => Act::Say("550 5.1.1 User unknown"),
        false => Act::Usual,
    });
    let gateway = gateway_to(&sink).await;
    assert_eq!(send(&gateway, &["reject@example.com"]).await.status, 500);
    assert_eq!(send(&gateway, &["a@example.com"]).await.status, 200);
    assert_eq!(sink.seen(|seen| (seen.connects, seen.mails.len())), (1, 1));
    assert_eq!(sink.mails()[0].to, ["a@example.com"]);
}
