//! Which way to sign in is taken, what is sent, and what becomes of passwords when it fails.

use data_encoding::BASE64;

use super::fake_server::{Act, FakeServer};
use super::*;

/// A server that offers what `offer` says and asks twice where a dialogue is begun.
async fn offering(offer: &'static str) -> FakeServer {
    FakeServer::start(move |_, command| match command {
        _ if command.starts_with("EHLO") => Act::Say(offer),
        "AUTH LOGIN" => Act::Say("334 VXNlcm5hbWU6"),
        "AUTH PLAIN" => Act::Say("334"),
        // The example of RFC 2195.
        "AUTH CRAM-MD5" => Act::Say("334 PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"),
        "dGlt" => Act::Say("334 UGFzc3dvcmQ6"),
        "Y2xlYXI=" => Act::Say("334 more"),
        _ => Act::Usual,
    })
    .await
}

fn exchange(server: &FakeServer) -> Vec<String> {
    let commands = server.seen(|seen| seen.commands.clone());
    let exchange = commands
        .iter()
        .skip(1)
        .take_while(|line| !line.starts_with("MAIL"));
    exchange.cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_best_way_that_a_server_offers_is_taken() {
    let plain = format!("AUTH PLAIN {}", BASE64.encode(b"\0tim\0tanstaaftanstaaf"));
    let secret = BASE64.encode(b"tanstaaftanstaaf");
    for (offer, expected) in [
        (
            "250-h\r\n250 AUTH CRAM-MD5 LOGIN PLAIN",
            vec![plain.as_str()],
        ),
        (
            "250-h\r\n250 AUTH=CRAM-MD5 LOGIN",
            vec!["AUTH LOGIN", "dGlt", &secret],
        ),
        (
            "250-h\r\n250 auth gssapi cram-md5",
            vec![
                "AUTH CRAM-MD5",
                "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw",
            ],
        ),
    ] {
        let (house, server) = (house(), offering(offer).await);
        let login = login("tim", "tanstaaftanstaaf");
        for _ in 0..2 {
            house
                .send_as(smtp(&server), Some(login.clone()), draft())
                .await
                .expect("sent");
        }
        assert_eq!(exchange(&server), expected);
        // The second mail went over the same connection without another sign-in.
        assert_eq!(
            server.seen(|seen| (seen.connects, seen.mails.len())),
            (1, 2)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_of_any_characters_and_of_great_length_arrive() {
    let house = house();
    for length in [0, 8000] {
        let server = offering("250-h\r\n250 AUTH PLAIN").await;
        let password = format!("pässwörd ключ{}", "x".repeat(length));
        let response = BASE64.encode(format!("\0bücher\0{password}").as_bytes());
        house
            .send_as(smtp(&server), Some(login("bücher", &password)), draft())
            .await
            .expect("sent");
        let expected = match length {
            0 => vec![format!("AUTH PLAIN {response}")],
            // Too long for a command: RFC 4954 wants it to be asked for.
            _ => vec!["AUTH PLAIN".to_owned(), response],
        };
        assert_eq!(exchange(&server), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_signed_in_with_is_said_and_not_sent() {
    let long = "x".repeat(10_000);
    for (offer, password, why) in [
        (
            "250 h",
            "clear",
            "the account has a login, but the server does not offer to sign in (AUTH)",
        ),
        (
            "250-h\r\n250 AUTH GSSAPI XOAUTH2",
            "clear",
            "the server offers no known way to sign in, only GSSAPI, XOAUTH2",
        ),
        (
            "250-h\r\n250 AUTH PLAIN",
            "cl\0ear",
            "a user name or password with a NUL byte cannot be sent",
        ),
        (
            "250-h\r\n250 AUTH LOGIN",
            &long,
            "the user name or password is too long to be sent",
        ),
        (
            "250-h\r\n250 AUTH LOGIN",
            "clear",
            "the server's answers are not those to the commands it got",
        ),
    ] {
        let (house, server) = (house(), offering(offer).await);
        let error = house
            .send_as(smtp(&server), Some(login("tim", password)), draft())
            .await
            .expect_err(why);
        let body = answer(error);
        assert_eq!(body["message"], "SMTP Server not reachable");
        assert_eq!(body["details"]["reason"], why);
        let seen = server.seen(|seen| seen.commands.join(" "));
        assert!(!seen.contains("MAIL"), "{seen}");
        assert_eq!(house.spooled(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_500_in_the_server_s_words_unless_they_tell_the_password() {
    let hidden = "535 sign-in refused (in words that repeat the password)";
    for (words, message) in [
        (
            "535 5.7.8 Incorrect authentication data",
            "535 5.7.8 Incorrect authentication data",
        ),
        (
            "454-4.7.0 Temporary\r\n454 4.7.0 failure",
            "454 4.7.0 Temporary failure",
        ),
        ("421 4.7.0 Too many attempts", "421 4.7.0 Too many attempts"),
        ("535 no such login tim:Clear-Text", hidden),
        ("535 CLEAR-TEXT is wrong", hidden),
        ("535 what is AUTH PLAIN AHRpbQBDbGVhci1UZXh0?", hidden),
        ("535 what is ahrpbqbd...?", hidden),
    ] {
        let script = move |_: usize, command: &str| match command.get(..4) {
            Some("EHLO") => Act::Say("250-h\r\n250 AUTH PLAIN"),
            Some("AUTH") => Act::Say(words),
            _ => Act::Usual,
        };
        let (house, server) = (house(), FakeServer::start(script).await);
        let error = house
            .send_as(smtp(&server), Some(login("tim", "Clear-Text")), draft())
            .await
            .expect_err(words);
        let logged = error.logged();
        let body = answer(error);
        assert_eq!(
            (&body["error"], &body["message"]),
            (&json!(500), &json!(message))
        );
        assert_eq!(body["details"]["smtp"]["response"], message);
        assert_eq!(
            body["details"]["smtp"]["code"],
            message[..3].parse::<u16>().expect("a code")
        );
        assert!(logged.starts_with("refused with"), "{logged}");
        // Nobody tries again by himself: that locks people out.
        let tries = server.seen(|seen| exchange_count(&seen.commands));
        assert_eq!((tries, house.spooled().len()), (1, 0), "{words}");
    }
}

fn exchange_count(commands: &[String]) -> usize {
    let begun = commands.iter().filter(|line| line.starts_with("AUTH"));
    begun.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_or_dawdles_at_sign_in_costs_the_limit_at_most() {
    for act in [
        Act::Close,
        Act::Hang,
        Act::Nothing,
        Act::Drip(Duration::from_millis(20)),
        Act::Say("what?"),
    ] {
        let script = move |_: usize, command: &str| match command.get(..4) {
            Some("EHLO") => Act::Say("250-h\r\n250 AUTH PLAIN"),
            Some("AUTH") => act,
            _ => Act::Usual,
        };
        let server = FakeServer::start(script).await;
        let house = house_with(OutboundLimits {
            smtp_timeout: Duration::from_millis(300),
            ..limits()
        });
        let error = house
            .send_as(smtp(&server), Some(login("tim", "clear")), draft())
            .await
            .expect_err("no sign-in");
        let body = answer(error);
        let reason = match act {
            Act::Close => "the server closed the connection",
            Act::Say(_) => "the server gave an answer that is not SMTP",
            _ => "no answer within 0.3 s",
        };
        assert_eq!(body["details"]["reason"], reason);
        assert_eq!(server.seen(|seen| seen.mails.len()), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_goes_in_clear_text_to_this_machine_only() {
    let (house, server) = (house(), offering("250-h\r\n250 AUTH PLAIN").await);
    // Linux takes it for this machine, but as a name it is not.
    let elsewhere = format!("smtp://0.0.0.0:{}", server.port);
    let elsewhere: SmtpServer = elsewhere.parse().expect("a URL");
    let error = house
        .send_as(elsewhere, Some(login("tim", "clear")), draft())
        .await
        .expect_err("clear text");
    assert_eq!(
        answer(error)["details"]["reason"],
        "a password would travel in clear text, the account's server needs smtp+starttls:// or smtps://"
    );
    assert_eq!(exchange(&server), [""; 0]);
}
