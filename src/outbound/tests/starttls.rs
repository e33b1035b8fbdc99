//! Servers that promise encryption and do not keep it, or are kept from it.

use super::fake_server::{Act, FakeServer};
use super::*;

const OFFER: Act = Act::Say("250-fake\r\n250-AUTH PLAIN\r\n250 STARTTLS");

fn starttls(server: &FakeServer) -> SmtpServer {
    let url = format!("smtp+starttls://127.0.0.1:{}", server.port);
    url.parse().expect("a URL")
}

fn hasty() -> House {
    house_with(OutboundLimits {
        smtp_timeout: Duration::from_millis(500),
        ..limits()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn without_encryption_neither_mail_nor_password_leaves() {
    for (act, why) in [
        (Act::Usual, "the server does not offer STARTTLS"),
        (
            Act::Say("454 4.7.0 TLS not available"),
            "the server refuses STARTTLS: 454 4.7.0 TLS not available",
        ),
        (
            Act::Say("502 5.5.1 what?"),
            "the server refuses STARTTLS: 502 5.5.1 what?",
        ),
        (
            Act::Say("250 later"),
            "the server's answers are not those to the commands it got",
        ),
        (
            Act::Say("220 go ahead\r\n250-AUTH PLAIN\r\n250 fine"),
            "the server went on in clear text after its answer to STARTTLS, somebody may be tampering with the connection",
        ),
        (
            Act::SayAndClose("220 go ahead"),
            "the server closed the connection when TLS was to begin",
        ),
        (Act::Close, "the server closed the connection"),
        (Act::Hang, "no answer within 0.5 s"),
    ] {
        let script = move |_: usize, command: &str| match command.get(..4) {
            Some("EHLO") if act == Act::Usual => Act::Say("250-fake\r\n250 AUTH PLAIN"),
            Some("EHLO") => OFFER,
            Some("STAR") => act,
            _ => Act::Usual,
        };
        let house = match act {
            Act::Hang => hasty(),
            // What a server says at once is not to be missed on a busy machine.
            _ => house_with(limits()),
        };
        let server = FakeServer::start(script).await;
        let login = login("ralf", "secret-ralf");
        let error = house
            .send_as(starttls(&server), Some(login), draft())
            .await
            .expect_err(why);
        assert_eq!(
            answer(error),
            json!({"error": 500, "message": "SMTP Server not reachable", "details": {"reason": why}})
        );
        // Nothing but the two commands that may be read by everybody.
        server.seen(|seen| {
            let known = ["EHLO [127.0.0.1]", "STARTTLS"];
            assert!(
                seen.commands
                    .iter()
                    .all(|line| known.contains(&line.as_str()) || line.contains('\u{fffd}')),
                "{why}: {:?}",
                seen.commands
            );
            assert_eq!(seen.mails.len(), 0);
        });
        assert_eq!(house.spooled(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clear_text_where_tls_was_to_begin_is_said_as_such() {
    for scheme in ["smtps", "smtp+starttls"] {
        // Answers whatever it gets with text, also the client's first bytes of TLS.
        let script = |_: usize, command: &str| match command.get(..4) {
            Some("EHLO") => OFFER,
            Some("STAR") => Act::Say("220 go ahead"),
            _ => Act::Say("500 5.5.2 what?"),
        };
        let greeting = move |number: usize, command: &str| match command {
            "CONNECT" => Act::Usual,
            _ => script(number, command),
        };
        let (house, server) = (hasty(), FakeServer::start(greeting).await);
        let url = format!("{scheme}://127.0.0.1:{}", server.port);
        let error = house
            .send_as(url.parse().expect("a URL"), None, draft())
            .await
            .expect_err("no TLS");
        let body = answer(error);
        assert_eq!(body["message"], "SMTP Server not reachable", "{scheme}");
        let reason = body["details"]["reason"].as_str().unwrap_or_default();
        let expected = [
            "what the server answers at this port is not TLS",
            // The fake server reads lines: it may not get one, or nothing that is text.
            "no answer within 0.5 s",
            "the server closed the connection when TLS was to begin",
        ];
        assert!(expected.contains(&reason), "{scheme}: {reason}");
    }
}
