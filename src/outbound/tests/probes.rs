//! Trying a server without sending.

use super::fake_server::{Act, FakeServer};
use super::smtp::Features;
use super::smtp::probe::probe;
use super::*;
use crate::net::server::Server;

const LIMIT: Duration = Duration::from_millis(500);

fn server(fake: &FakeServer) -> Server {
    match smtp(fake) {
        SmtpServer::Smtp(server) => server,
        SmtpServer::Directory(_) => panic!("a server"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_is_like_is_told_and_no_mail_is_begun() {
    let fake = FakeServer::start(|_, command| match command.get(..4) {
        Some("EHLO") => Act::Say("250-mx.x.org hello\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN"),
        _ => Act::Usual,
    })
    .await;
    let tls = Tls::new(None).expect("certificates");
    let login = login("ralf", "secret");
    let found = probe(&server(&fake), Some(&login), &tls, LIMIT)
        .await
        .expect("usable");
    let address = format!("127.0.0.1:{}", fake.port).parse().expect("address");
    assert_eq!(found.address, Some(address));
    assert_eq!((found.encryption, found.signed_in), (None, true));
    assert_eq!(found.greeting.as_deref(), Some("fake"));
    let features = Features {
        size: true,
        size_max: Some(1000),
        auth: vec!["PLAIN".into(), "LOGIN".into()],
        ..Features::default()
    };
    assert_eq!(found.features, Some(features));
    let verbs: Vec<String> = fake.seen(|seen| {
        seen.commands
            .iter()
            .map(|line| line[..4].to_owned())
            .collect()
    });
    assert_eq!(verbs, ["EHLO", "AUTH", "QUIT"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_before_a_failure_is_told_with_it() {
    for (act, reason, login_refused) in [
        (Act::Say("535 5.7.8 no"), "535 5.7.8 no", true),
        (Act::Close, "the server closed the connection", false),
        (Act::Hang, "no answer within 0.5 s", false),
    ] {
        let fake = FakeServer::start(move |_, command| match command.get(..4) {
            Some("EHLO") => Act::Say("250-h\r\n250 AUTH PLAIN"),
            Some("AUTH") => act,
            _ => Act::Usual,
        })
        .await;
        let tls = Tls::new(None).expect("certificates");
        let login = login("ralf", "secret");
        let error = probe(&server(&fake), Some(&login), &tls, LIMIT)
            .await
            .expect_err("unusable");
        assert_eq!(
            (error.to_string().as_str(), error.login_refused),
            (reason, login_refused)
        );
        assert!(error.known.address.is_some() && !error.known.signed_in);
        let features = error.known.features.expect("known by then");
        assert_eq!(features.auth, ["PLAIN"]);
    }
}
