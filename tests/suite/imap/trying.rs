//! Whether a password is right, and what an operator is told of a server.

use std::time::Duration;

use quillgate::mailbox::imap::error::{ImapError, SignInError};
use quillgate::mailbox::imap::{Quota, probe, sign_in};
use quillgate::net::login::{Login, Password};
use quillgate::net::server::{Protocol, Server};
use quillgate::net::tls::Tls;

use super::server::{self, Act};
use crate::support::certificates::ca_file;
use crate::support::dovecot::Dovecot;

const PATIENCE: Duration = Duration::from_secs(20);

fn at(url: &str) -> Server {
    Server::parse(Protocol::Imap, url).unwrap().server
}

fn login(user: &str, password: &str) -> Login {
    Login {
        user: format!("{user}@example.test"),
        password: Password::new(password),
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_apart_from_a_server_that_cannot_be_asked() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let tls = Tls::new(Some(&ca_file())).unwrap();
    let imaps = at(&format!("imaps://127.0.0.1:{}", dovecot.imaps));
    let ask = async |server: &Server, login: &Login| sign_in(server, login, &tls, PATIENCE).await;
    ask(&imaps, &login("ralf", "secret-ralf")).await.unwrap();
    for wrong in [
        login("ralf", "x"),
        login("nobody", "x"),
        login("ralf", "a\0b"),
    ] {
        let error = ask(&imaps, &wrong).await.unwrap_err();
        assert!(matches!(error, SignInError::WrongPassword(_)), "{error}");
    }
    let stranger = at(&format!("imaps://127.0.0.2:{}", dovecot.imaps));
    let closed = at("imaps://127.0.0.1:1");
    for server in [stranger, closed] {
        let error = ask(&server, &login("ralf", "secret-ralf"))
            .await
            .unwrap_err();
        assert!(matches!(error, SignInError::Unreachable(_)), "{error}");
    }
    let down = server::Server::with("IMAP4rev1", |_, command| {
        match command.starts_with("LOGIN") {
            true => Act::Say("$ NO [UNAVAILABLE] try again later\r\n".to_owned()),
            false => Act::Usual,
        }
    });
    let error = ask(&at(&down.url()), &login("ralf", "x"))
        .await
        .unwrap_err();
    assert!(matches!(error, SignInError::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn a_probe_tells_what_a_server_is_like() {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let tls = Tls::new(Some(&ca_file())).unwrap();
    let server = at(&format!("imap+starttls://localhost:{}", dovecot.imap));
    let known = probe(&server, None, &tls, PATIENCE).await.unwrap();
    assert!(!known.signed_in && known.sent.is_none());
    assert!(known.capabilities.contains(&"AUTH=PLAIN".to_owned()));
    let ralf = login("full", "secret-full");
    let known = probe(&server, Some(&ralf), &tls, PATIENCE).await.unwrap();
    assert!(known.signed_in && known.capabilities.contains(&"LITERAL+".to_owned()));
    assert_eq!(known.meeting.address.unwrap().port(), dovecot.imap);
    let encryption = known.meeting.encryption.unwrap();
    assert_eq!(encryption.version, "TLSv1_3");
    assert!(encryption.certificate.len() > 100);
    assert_eq!(known.sent.as_deref(), Some("Sent"));
    assert_eq!(known.drafts.as_deref(), Some("Drafts"));
    assert_eq!(known.quota, Some(Quota { used: 0, limit: 20 }));
    let refused = probe(&server, Some(&login("full", "x")), &tls, PATIENCE).await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused.error, ImapError::Login(_)), "{refused}");
    assert!(refused.known.meeting.encryption.is_some());
    assert!(!refused.known.signed_in && !refused.known.capabilities.is_empty());
}
