//! Encryption with a real Exim: on its way and from the first byte, with certificates good and bad.

use quillgate::net::server::{Protocol, Server};
use quillgate::net::tls::Tls;
use quillgate::outbound::smtp::probe::probe;
use serde_json::json;
use std::time::Duration;

use super::{Post, answer, login, send};
use crate::support::Gateway;
use crate::support::certificates;
use crate::support::exim::Exim;

#[tokio::test]
async fn a_gateway_that_is_told_the_authority_sends_encrypted() {
    let Some(exim) = Exim::start() else { return };
    let gateway = Gateway::with(|config| config.mail.ca_file = Some(certificates::ca_file())).await;
    for url in [
        format!("smtp+starttls://localhost:{}", exim.port),
        format!("smtps://127.0.0.1:{}", exim.ports.tls),
    ] {
        gateway
            .change_account(quillgate::identities::admin::accounts::AccountChange {
                smtp: Some(url.parse().unwrap()),
                ..Default::default()
            })
            .await;
        for to in ["a@example.com", "b@example.com"] {
            let answer = send(&gateway, &[to]).await;
            assert_eq!(answer.status, 200, "{url}: {}", answer.text);
        }
    }
    exim.sink.seen_soon(|seen| seen.mails.len() == 4).await;
    for mail in exim.sink.mails() {
        let text = mail.text();
        assert!(text.contains("with esmtps "), "{text}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_good_ends_it_before_anything_is_said() {
    let Some(exim) = Exim::start() else { return };
    let known = Post::new();
    let stranger = Post::trusting(&Tls::new(None).unwrap());
    let (port, ports) = (exim.port, exim.ports);
    for (post, url, why) in [
        (
            &known,
            format!("smtp+starttls://127.0.0.2:{port}"),
            "it is for another name",
        ),
        (
            &known,
            format!("smtps://127.0.0.2:{}", ports.tls),
            "it is for another name",
        ),
        (
            &stranger,
            format!("smtp+starttls://127.0.0.1:{port}"),
            "its issuer is not trusted (mail.ca_file adds one)",
        ),
        (
            &stranger,
            format!("smtps://127.0.0.1:{}", ports.tls),
            "its issuer is not trusted (mail.ca_file adds one)",
        ),
        (
            &known,
            format!("smtp+starttls://127.0.0.1:{}", ports.expired),
            "it has expired",
        ),
    ] {
        let login = login("ralf", "secret-ralf");
        let error = post.send(&url, Some(&login), "a@example.com").await;
        let body = answer(error.unwrap_err());
        assert_eq!(body["message"], "SMTP Server not reachable", "{url}");
        let reason = body["details"]["reason"].as_str().unwrap();
        let expected = format!("the server's certificate is not accepted: {why}");
        assert!(reason.starts_with(&expected), "{url}: {reason}");
        assert_eq!(post.spooled().len(), 0, "{url}");
    }
    assert_eq!(exim.sink.mails().len(), 0);
}

#[tokio::test]
async fn a_port_that_speaks_otherwise_is_told_in_words() {
    let Some(exim) = Exim::start() else { return };
    let post = Post::new();
    let url = format!("smtps://127.0.0.1:{}", exim.port);
    let error = post.send(&url, None, "a@example.com").await.unwrap_err();
    let reason = "what the server answers at this port is not TLS";
    assert_eq!(
        answer(error),
        json!({"error": 500, "message": "SMTP Server not reachable", "details": {"reason": reason}})
    );
}

#[tokio::test]
async fn a_probe_tells_what_sending_would_meet() {
    let Some(exim) = Exim::start() else { return };
    let tls = Tls::new(Some(&certificates::ca_file())).unwrap();
    let limit = Duration::from_secs(20);
    let server = |url: &str| Server::parse(Protocol::Smtp, url).unwrap().server;
    let good = login("ralf", "secret-ralf");
    for url in [
        format!("smtp+starttls://localhost:{}", exim.port),
        format!("smtps://127.0.0.1:{}", exim.ports.tls),
    ] {
        let found = probe(&server(&url), Some(&good), &tls, limit)
            .await
            .unwrap();
        assert!(found.signed_in, "{url}");
        assert!(found.address.unwrap().ip().is_loopback());
        assert_eq!(found.greeting.as_deref(), Some("mx.example.test"));
        let features = found.features.unwrap();
        assert_eq!(features.size_max, Some(2 << 20));
        assert_eq!(features.auth, ["PLAIN", "LOGIN", "CRAM-MD5"]);
        assert!(features.pipelining && features.smtputf8 && features.eight_bit);
        assert_eq!(features.starttls, url.contains("starttls"));
        let encryption = found.encryption.unwrap();
        assert_eq!(encryption.version, "TLSv1_3");
        assert!(encryption.cipher.starts_with("TLS13_"));
        // DER begins with a sequence.
        assert_eq!(encryption.certificate[0], 0x30);
    }
    let url = format!("smtp+starttls://localhost:{}", exim.port);
    let wrong = login("ralf", "wrong");
    let error = probe(&server(&url), Some(&wrong), &tls, limit)
        .await
        .unwrap_err();
    assert!(
        error.login_refused && error.reason.starts_with("535 "),
        "{error}"
    );
    assert!(error.known.encryption.is_some() && !error.known.signed_in);
    assert!(error.known.features.unwrap().smtputf8);
    let url = format!("smtp+starttls://127.0.0.2:{}", exim.port);
    let error = probe(&server(&url), None, &tls, limit).await.unwrap_err();
    assert!(error.reason.contains("another name"), "{error}");
    assert_eq!(error.known.address.unwrap().port(), exim.port);
    assert!(error.known.features.unwrap().starttls && error.known.encryption.is_none());
}
