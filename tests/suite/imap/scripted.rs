//! Servers that can little, or do what no server should.

use std::time::Duration;

use serde_json::json;

use super::server::{Act, Server};
use super::{WITHOUT, gateway, send, warning};

const PATIENCE: Duration = Duration::from_secs(20);
const LITTLE: &str = "IMAP4rev1 NAMESPACE AUTH=PLAIN";

fn say(text: &str) -> Act {
    Act::Say(text.to_owned())
}

#[tokio::test]
async fn a_server_that_can_little_gets_copies_too() {
    let gateway = gateway(PATIENCE).await;
    let items = "* LIST (\\HasNoChildren) \".\" \"INBOX.Sent Items\"\r\n\
                 * LIST () \".\" INBOX.Trash\r\n$ OK\r\n";
    let named = Server::with(LITTLE, move |_, command| match command {
        "LIST \"\" \"INBOX.%\"" => say(items),
        _ => Act::Usual,
    });
    gateway.keeps_copies_at(&named.url(), "secret").await;
    assert_eq!(warning(&send(&gateway, json!({})).await), "");
    assert_eq!(named.seen().messages, gateway.sent());
    // "\0ralf\0secret"
    let login = ["AUTHENTICATE PLAIN AHJhbGYAc2VjcmV0"];
    assert_eq!(named.commands("AUTHENTICATE"), login);
    let append = named.commands("APPEND").remove(0);
    let size = gateway.sent()[0].len();
    assert!(
        append.starts_with("APPEND \"INBOX.Sent Items\" (\\Seen) \""),
        "{append}"
    );
    assert!(
        append.ends_with(&format!(" +0000\" {{{size}}}")),
        "{append}"
    );

    // Without any folder for sent mail one is made. The second mail finds everything ready.
    let bare = Server::with("IMAP4rev1 NAMESPACE SASL-IR AUTH=PLAIN LITERAL+", |_, _| {
        Act::Usual
    });
    gateway.keeps_copies_at(&bare.url(), "secret").await;
    for _ in 0..2 {
        assert_eq!(warning(&send(&gateway, json!({})).await), "");
    }
    assert_eq!(bare.commands("CREATE"), ["CREATE \"INBOX.Sent\""]);
    assert_eq!(bare.commands("SUBSCRIBE"), ["SUBSCRIBE \"INBOX.Sent\""]);
    assert_eq!(bare.commands("AUTHENTICATE").len(), 1);
    assert_eq!((bare.seen().connects, bare.seen().messages.len()), (1, 2));
    assert!(
        bare.commands("APPEND")
            .iter()
            .all(|append| append.ends_with("+}"))
    );
}

#[tokio::test]
async fn what_a_server_says_after_the_sign_in_is_what_holds() {
    let gateway = gateway(PATIENCE).await;
    let capabilities = "* CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED\r\n$ OK\r\n";
    let list = "LIST (SPECIAL-USE) \"\" \"*\" RETURN (SPECIAL-USE)";
    let marked =
        "* LIST (\\Drafts) \"/\" Sent\r\n* LIST (\\Sent) \"/\" \"Aus&APw-ben\"\r\n$ OK\r\n";
    let server = Server::with("IMAP4rev1 LITERAL+", move |_, command| match command {
        "CAPABILITY" => say(capabilities),
        _ if command == list => say(marked),
        _ => Act::Usual,
    });
    gateway.keeps_copies_at(&server.url(), "secret").await;
    assert_eq!(warning(&send(&gateway, json!({})).await), "");
    let append = server.commands("APPEND").remove(0);
    assert!(append.starts_with("APPEND \"Aus&APw-ben\" "), "{append}");
    assert!(!append.ends_with("+}"), "{append}");
    assert_eq!(server.seen().messages, gateway.sent());
}

#[tokio::test]
async fn literals_go_unasked_only_as_far_as_the_server_lets_them() {
    let gateway = gateway(PATIENCE).await;
    let server = Server::with("IMAP4rev1 LITERAL- APPENDLIMIT=40000", |_, _| Act::Usual);
    // What no quoted string can hold.
    gateway.keeps_copies_at(&server.url(), "pä\"ss").await;
    for (length, ends) in [(10, "+}"), (10_000, "0}")] {
        let body = format!("{}\r\n", "x".repeat(70)).repeat(length / 72 + 1);
        let answer = send(&gateway, json!({"body": body, "subject": "x"})).await;
        assert_eq!(warning(&answer), "");
        let append = server.commands("APPEND").pop().unwrap();
        assert_eq!(append.ends_with("+}"), ends == "+}", "{append}");
    }
    assert_eq!(server.commands("LOGIN"), ["LOGIN {4}ralf {6}pä\"ss"]);
    let mut sent = gateway.sent();
    sent.sort_by_key(String::len);
    assert!(server.seen().messages == sent);
    let answer = send(&gateway, json!({"body": "line\n".repeat(10_000)})).await;
    let larger =
        format!("{WITHOUT}the mail is larger than the mail server takes, it is saved later");
    assert_eq!(warning(&answer), larger);
    assert_eq!(server.commands("APPEND").len(), 2);
    gateway.keeps_copies_at(&server.url(), "a\"b\\c d").await;
    assert_eq!(warning(&send(&gateway, json!({})).await), "");
    assert_eq!(server.commands("LOGIN")[1], r#"LOGIN "ralf" "a\"b\\c d""#);
}

#[tokio::test]
async fn what_has_no_end_is_cut_off() {
    let gateway = gateway(PATIENCE).await;
    let line = "x".repeat(10_000);
    let list = "* LIST () \".\" \"INBOX.some folder of no interest\"\r\n".repeat(200);
    for (when, what, why) in [
        ("CONNECT", line.clone(), "a line without end"),
        ("LIST", line, "a line without end"),
        ("LIST", list, "an answer without end"),
        (
            "LIST",
            "* LIST () \".\" {4000000000}\r\n".to_owned(),
            "a line without end",
        ),
        (
            "APPEND",
            "* OK still there\r\n".repeat(500),
            "an answer without end",
        ),
    ] {
        let server = Server::with(LITTLE, move |_, command| match command.starts_with(when) {
            true => Act::Repeat(what.clone()),
            false => Act::Usual,
        });
        gateway.keeps_copies_at(&server.url(), "secret").await;
        let expected = format!(
            "{WITHOUT}the mail server does not speak IMAP as it should: {why}, it is saved later"
        );
        assert_eq!(warning(&send(&gateway, json!({})).await), expected);
    }
}

#[tokio::test]
async fn nothing_is_said_in_clear_text_that_must_not_be() {
    let gateway = gateway(PATIENCE).await;
    let more = "$ OK go ahead\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n";
    for (capabilities, answer, why) in [
        (
            "IMAP4rev1 AUTH=PLAIN",
            "",
            "the mail server does not offer STARTTLS",
        ),
        (
            "IMAP4rev1 STARTTLS",
            more,
            "more follows its answer to STARTTLS",
        ),
        ("IMAP4rev1 STARTTLS", "$ NO not today\r\n", "(not today)"),
        (
            "IMAP4rev1 LOGINDISABLED",
            "",
            "no way to sign in with a password",
        ),
    ] {
        let server = Server::with(capabilities, move |_, command| match command {
            "STARTTLS" => say(answer),
            _ => Act::Usual,
        });
        let plain = capabilities.contains("DISABLED");
        let url = match plain {
            true => server.url(),
            false => server.url().replace("imap:", "imap+starttls:"),
        };
        gateway.keeps_copies_at(&url, "secret").await;
        let warning = warning(&send(&gateway, json!({})).await);
        assert!(warning.contains(why), "{warning}");
        let commands = server.seen().commands;
        let secret = |command: &String| command.starts_with("LOGIN") || command.starts_with("AUTH");
        assert!(!commands.iter().any(secret), "{commands:?}");
    }
}

#[tokio::test]
async fn a_server_s_words_are_passed_on_short_and_clean() {
    let gateway = gateway(Duration::from_millis(500)).await;
    let answer = format!(
        "$ NO [SERVERBUG] \u{1b}[1mbad\u{202e}\u{7}{}\r\n",
        "!".repeat(5000)
    );
    let server = Server::with("IMAP4rev1 LITERAL+", move |_, command| {
        match command.starts_with("SUBSCRIBE") {
            true => Act::Say("$ OK\r\n* BYE [ALERT] go\taway\r\n".to_owned()),
            false if command.starts_with("CREATE") => Act::Say(answer.clone()),
            false => Act::Usual,
        }
    });
    gateway.keeps_copies_at(&server.url(), "secret").await;
    let refused = warning(&send(&gateway, json!({})).await);
    let expected = format!("{WITHOUT}the mail server refused it ([1mbad  !!!");
    assert!(refused.starts_with(&expected), "{refused}");
    assert!(
        refused.len() < 400 && refused.ends_with("!…), it is saved later"),
        "{refused}"
    );
    for when in ["CONNECT", "APPEND"] {
        let server = Server::with(LITTLE, move |_, command| match command.starts_with(when) {
            true => Act::Silence,
            false => Act::Usual,
        });
        gateway.keeps_copies_at(&server.url(), "secret").await;
        let silent = warning(&send(&gateway, json!({})).await);
        assert!(silent.contains(" 0.5 s"), "{silent}");
    }
}
