//! Everything that can go wrong, one step after the other.

use std::net::TcpListener;

use serde_json::json;

use super::{failure, gateway_to, send};
use crate::support::Gateway;
use crate::support::sink::{Act, Sink};

#[tokio::test]
async fn a_server_that_is_not_there_is_exactly_not_reachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let gateway = Gateway::start().await;
    gateway.sends_to(port).await;
    let answer = send(&gateway, &["a@example.com"]).await;
    assert_eq!(answer.status, 500);
    assert_eq!(
        answer.body,
        failure(
            "SMTP Server not reachable",
            json!({"reason": "Connection refused"})
        )
    );
    assert_eq!((gateway.spooled().len(), gateway.copies().len()), (0, 0));
}

#[tokio::test]
async fn a_server_that_says_nothing_or_goes_away_early_is_not_reachable() {
    for fault in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"] {
        let sink = Sink::with(move |_, command| match command.starts_with(fault) {
            true => Act::Close,
            false => Act::Usual,
        });
        let gateway = gateway_to(&sink).await;
        let answer = send(&gateway, &["a@example.com"]).await;
        assert_eq!(answer.status, 500, "{fault}");
        assert_eq!(answer.message(), "SMTP Server not reachable", "{fault}");
        assert!(answer.body["details"]["reason"].is_string(), "{fault}");
        assert_eq!((gateway.spooled().len(), sink.mails().len()), (0, 0));
    }
    // Bound, but never accepted: connected by the kernel, and silent.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let gateway = Gateway::with(|config| {
        config.mail.smtp_timeout = std::time::Duration::from_millis(300);
    })
    .await;
    gateway.sends_to(silent.local_addr().unwrap().port()).await;
    let answer = send(&gateway, &["a@example.com"]).await;
    assert_eq!(
        answer.body,
        failure(
            "SMTP Server not reachable",
            json!({"reason": "no answer within 0.3 s"})
        )
    );
}

#[tokio::test]
async fn a_refusal_at_any_step_is_500_in_the_server_s_words() {
    for fault in ["CONNECT", "MAIL", "RCPT", "DATA", "."] {
        for words in [
            "554 5.3.2 No service here",
            "451 4.3.0 Later",
            "550 no enhanced code",
        ] {
            let sink = Sink::with(move |_, command| match command.starts_with(fault) {
                true => Act::Say(words),
                false => Act::Usual,
            });
            let gateway = gateway_to(&sink).await;
            let answer = send(&gateway, &["a@example.com"]).await;
            assert_eq!(answer.status, 500, "{fault}: {words}");
            assert_eq!(answer.message(), words, "{fault}");
            let smtp = &answer.body["details"]["smtp"];
            assert_eq!(smtp["response"], words);
            assert_eq!(smtp["code"], words[..3].parse::<u16>().unwrap());
            let enhanced = words.split(' ').nth(1).filter(|word| word.contains('.'));
            assert_eq!(smtp["enhanced"], json!(enhanced));
            assert_eq!((gateway.spooled().len(), gateway.copies().len()), (0, 0));
        }
    }
}

#[tokio::test]
async fn a_refusal_of_several_lines_is_one_message() {
    let sink = Sink::with(|_, command| match command.starts_with("RCPT") {
        true => Act::Say("550-5.1.1 Nobody of this name\r\n550 5.1.1 lives here"),
        false => Act::Usual,
    });
    let gateway = gateway_to(&sink).await;
    let answer = send(&gateway, &["a@example.com"]).await;
    let message = answer.message();
    assert!(
        message.starts_with("550 5.1.1 Nobody of this name"),
        "{message}"
    );
    assert!(
        message.contains("lives here") && !message.contains('\n'),
        "{message}"
    );
}

#[tokio::test]
async fn some_refused_recipients_are_a_warning_and_the_mail_goes_to_the_rest() {
    let sink = Sink::with(|_, command| match command.contains("reject@") {
        true => Act::Say("550 5.1.1 User unknown"),
        false => Act::Usual,
    });
    let gateway = gateway_to(&sink).await;
    let answer = send(
        &gateway,
        &["a@example.com", "reject@example.com", "b@example.com"],
    )
    .await;
    assert_eq!(
        answer.text,
        "{\n  \"status\": 200,\n  \"warning\": \"Mail NOT sent to reject@example.com (550 5.1.1 User unknown)\",\n  \
         \"message\": \"Mail successful sent\"\n}\n"
    );
    assert_eq!(sink.mails()[0].to, ["a@example.com", "b@example.com"]);
    // The header still says whom it was meant for.
    assert!(sink.mails()[0].text().contains("reject@example.com"));
}

#[tokio::test]
async fn a_message_that_is_refused_in_the_end_names_who_was_refused_before() {
    let sink = Sink::with(|_, command| match command {
        "RCPT TO:<reject@example.com>" => Act::Say("550 5.1.1 User unknown"),
        "." => Act::Say("554 5.7.1 Looks like spam"),
        _ => Act::Usual,
    });
    let gateway = gateway_to(&sink).await;
    let answer = send(&gateway, &["a@example.com", "reject@example.com"]).await;
    assert_eq!(answer.message(), "554 5.7.1 Looks like spam");
    let refused = &answer.body["details"]["smtp"]["recipients"];
    assert_eq!(
        *refused,
        json!({"reject@example.com": "550 5.1.1 User unknown"})
    );
    assert_eq!((sink.mails().len(), gateway.spooled().len()), (0, 0));
}

#[tokio::test]
async fn a_connection_lost_after_the_last_dot_is_in_doubt_and_never_sent_again() {
    let sink = Sink::with(|_, command| match command {
        "." => Act::Close,
        _ => Act::Usual,
    });
    let gateway = gateway_to(&sink).await;
    let answer = send(&gateway, &["a@example.com"]).await;
    assert_eq!(answer.status, 500);
    let message = sink.mails()[0].text();
    let message_id = crate::support::post::parsed(&message)
        .message_id()
        .unwrap()
        .to_owned();
    assert_eq!(
        answer.body,
        failure(
            "SMTP server did not confirm, the mail may have been sent",
            json!({"state": "in doubt", "messageId": message_id})
        )
    );
    assert_eq!(gateway.spooled(), ["in-doubt"]);
    assert_eq!((sink.mails().len(), gateway.copies().len()), (1, 0));
    // Others are sent as ever.
    assert_eq!(send(&gateway, &["b@example.com"]).await.status, 500);
    assert_eq!(gateway.spooled(), ["in-doubt", "in-doubt"]);
}

#[tokio::test]
async fn a_connection_lost_within_the_message_sent_nothing() {
    // The server reads a part of a large message and goes away.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        use std::io::{BufRead, BufReader, Read, Write};
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        stream.get_mut().write_all(b"220 x\r\n").unwrap();
        let mut line = String::new();
        while stream.read_line(&mut line).unwrap() > 0 {
            let data = line.starts_with("DATA");
            let answer: &[u8] = if data { b"354 go\r\n" } else { b"250 x\r\n" };
            stream.get_mut().write_all(answer).unwrap();
            if data {
                stream.read_exact(&mut [0; 100_000]).unwrap();
                return;
            }
            line.clear();
        }
    });
    let gateway = Gateway::start().await;
    gateway.sends_to(port).await;
    let mail = json!({"to": "a@example.com", "body": "line of text\n".repeat(1_000_000)});
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(answer.status, 500, "{}", answer.text);
    assert_eq!(answer.message(), "SMTP Server not reachable");
    assert_eq!((gateway.spooled().len(), gateway.copies().len()), (0, 0));
}

#[tokio::test]
async fn a_server_without_smtputf8_is_told_of_before_it_gets_the_mail() {
    let sink = Sink::with(|_, command| match command.starts_with("EHLO") {
        true => Act::Say("250 sink"),
        false => Act::Usual,
    });
    let gateway = gateway_to(&sink).await;
    let answer = send(&gateway, &["пошта@example.com"]).await;
    assert_eq!(answer.status, 500);
    assert!(
        answer.message().contains("SMTPUTF8"),
        "{}",
        answer.message()
    );
    assert_eq!(send(&gateway, &["post@bücher.example"]).await.status, 200);
    assert_eq!(sink.mails()[0].to, ["post@xn--bcher-kva.example"]);
}
