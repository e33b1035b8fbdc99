use std::fs;
use std::path::Path;
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Map, Value, json};

use super::fake_server::{Act, FakeServer};
use super::*;
use crate::http::error::ApiError;

/// An `Outbound` in a directory of its own.
struct House {
    dir: tempfile::TempDir,
    outbound: Outbound,
    tracker: TaskTracker,
}

fn limits() -> OutboundLimits {
    OutboundLimits {
        message_max: 50 << 20,
        smtp_timeout: Duration::from_secs(20),
        smtp_connections: 8,
    }
}

fn house_with(limits: OutboundLimits) -> House {
    let dir = tempfile::tempdir().expect("directory");
    let tracker = TaskTracker::new();
    let outbound = Outbound::new(
        dir.path().join("spool"),
        limits,
        Handle::current(),
        tracker.clone(),
    )
    .expect("spool");
    House {
        dir,
        outbound,
        tracker,
    }
}

fn house() -> House {
    house_with(limits())
}

impl House {
    fn sender(&self, smtp: SmtpServer) -> Sender {
        Sender {
            account: AccountId(1),
            smtp,
            from: Mailbox::new("Ralf Becker", "ralf@example.org").expect("valid"),
            reply_to: None,
            signature: None,
            sent: Some(SentFolder {
                root: self.dir.path().join("box"),
                folder: "Sent".into(),
            }),
        }
    }

    async fn send(&self, server: &FakeServer, draft: Value) -> Result<Sent, SendError> {
        self.outbound
            .send(self.sender(smtp(server)), parsed(draft), Vec::new())
            .await
    }

    /// Every file below the spool.
    fn spooled(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.dir.path().join("spool"), &mut found);
        found
    }

    fn copies(&self) -> Vec<Vec<u8>> {
        let folder = self.dir.path().join("box/.Sent/cur");
        let Ok(entries) = fs::read_dir(folder) else {
            return Vec::new();
        };
        entries
            .flatten()
            .map(|entry| fs::read(entry.path()).expect("reads"))
            .collect()
    }
}

fn walk(directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).expect("there").flatten() {
        if entry.path().is_dir() {
            walk(&entry.path(), found);
        } else {
            found.push(entry.path().display().to_string());
        }
    }
}

fn smtp(server: &FakeServer) -> SmtpServer {
    SmtpServer::Smtp {
        host: "127.0.0.1".into(),
        port: server.port,
    }
}

fn parsed(draft: Value) -> Draft {
    let Value::Object(members) = draft else {
        panic!("an object")
    };
    Draft::parse(&members, jiff::civil::date(2026, 11, 22)).expect("a valid draft")
}

fn draft() -> Value {
    json!({"to": ["b@x.org"], "subject": "Hi", "body": ".dot\n..two\nend"})
}

fn answer(error: SendError) -> Value {
    ApiError::from(error).body()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_arrives_and_its_copy_is_what_was_sent() {
    let (house, server) = (house(), FakeServer::start(|_, _| Act::Usual).await);
    let sent = house.send(&server, draft()).await.expect("sent");
    assert_eq!(sent.warnings, Vec::<String>::new());
    assert_eq!(
        serde_json::to_string(&sent.json()).expect("JSON"),
        r#"{"status":200,"message":"Mail successful sent"}"#
    );
    let mail = server.seen(|seen| seen.mails[0].clone());
    assert_eq!(mail.to, ["b@x.org"]);
    assert!(String::from_utf8_lossy(&mail.data).ends_with("\r\n\r\n.dot\r\n..two\r\nend\r\n"));
    assert_eq!(house.copies(), [mail.data]);
    assert_eq!(house.spooled(), Vec::<String>::new());
    let mail_from = server.seen(|seen| {
        seen.commands
            .iter()
            .find(|line| line.starts_with("MAIL"))
            .cloned()
    });
    assert_eq!(
        mail_from,
        Some(format!(
            "MAIL FROM:<ralf@example.org> SIZE={}",
            house.copies()[0].len()
        ))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bcc_is_in_no_sent_byte_and_one_line_of_the_copy() {
    let (house, server) = (house(), FakeServer::start(|_, _| Act::Usual).await);
    let draft =
        json!({"to": ["b@x.org"], "bcc": ["\"Hidden, One\" <h1@x.org>", "h2@x.org"], "body": "x"});
    house.send(&server, draft).await.expect("sent");
    let mail = server.seen(|seen| seen.mails[0].clone());
    assert_eq!(mail.to, ["b@x.org", "h1@x.org", "h2@x.org"]);
    let text = String::from_utf8_lossy(&mail.data).to_lowercase();
    assert!(
        !text.contains("bcc") && !text.contains("h1@") && !text.contains("hidden"),
        "{text}"
    );
    let mut copy = b"Bcc: \"Hidden, One\" <h1@x.org>, <h2@x.org>\r\n".to_vec();
    copy.extend_from_slice(&mail.data);
    assert_eq!(house.copies(), [copy]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_carries_mail_after_mail_without_being_asked() {
    let (house, server) = (house(), FakeServer::start(|_, _| Act::Usual).await);
    let started = Instant::now();
    for _ in 0..20 {
        house.send(&server, draft()).await.expect("sent");
    }
    let seen = server.seen(|seen| {
        (
            seen.connects,
            seen.mails.len(),
            seen.commands.join(" ").contains("NOOP"),
        )
    });
    assert_eq!(seen, (1, 20, false));
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_mails_at_once_share_eight_connections() {
    let slow = |_: usize, command: &str| {
        if command == "." {
            Act::Wait(Duration::from_millis(5))
        } else {
            Act::Usual
        }
    };
    let (house, server) = (house(), FakeServer::start(slow).await);
    let sends = (0..64).map(|_| house.send(&server, draft()));
    for outcome in join_all(sends).await {
        outcome.expect("sent");
    }
    let (most_open, mails) = server.seen(|seen| (seen.most_open, seen.mails.len()));
    assert_eq!(mails, 64);
    assert!((2..=8).contains(&most_open), "{most_open}");
    assert_eq!(house.copies().len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_is_a_warning_when_others_get_the_mail() {
    let script = |_: usize, command: &str| match command {
        "RCPT TO:<bad@x.org>" => Act::Say("550 5.1.1 User unknown"),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    let sent = house
        .send(&server, json!({"to": ["bad@x.org", "b@x.org"], "foo": 1}))
        .await
        .expect("sent");
    assert_eq!(
        serde_json::to_string(&sent.json()).expect("JSON"),
        r#"{"status":200,"warning":"Unknown attribute(s) ignored: foo; Mail NOT sent to bad@x.org (550 5.1.1 User unknown)","message":"Mail successful sent"}"#
    );
    assert_eq!(server.seen(|seen| seen.mails[0].to.clone()), ["b@x.org"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_for_everybody_is_an_error_in_the_server_s_words_and_the_connection_stays() {
    let script = |_: usize, command: &str| match command {
        "RCPT TO:<bad@x.org>" => Act::Say("550-5.1.1 User unknown\r\n550 5.1.1 here"),
        "RCPT TO:<grey@x.org>" => Act::Say("451 come back later"),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    let error = house
        .send(&server, json!({"to": ["bad@x.org"], "cc": ["grey@x.org"]}))
        .await
        .expect_err("refused");
    assert_eq!(
        answer(error),
        json!({"error": 500, "message": "550 5.1.1 User unknown here", "details": {"smtp": {
            "code": 550, "enhanced": "5.1.1", "response": "550 5.1.1 User unknown here",
            "recipients": {"bad@x.org": "550 5.1.1 User unknown here", "grey@x.org": "451 come back later"},
        }}})
    );
    assert_eq!((house.spooled().len(), house.copies().len()), (0, 0));
    house.send(&server, draft()).await.expect("sent");
    let (connects, resets) = server.seen(|seen| {
        (
            seen.connects,
            seen.commands.iter().filter(|line| *line == "RSET").count(),
        )
    });
    assert_eq!((connects, resets), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_may_refuse_and_nothing_stays_behind() {
    for (step, says) in [
        ("CONNECT", "554 5.7.1 go away"),
        ("MAIL FROM:<ralf@example.org>", "550 5.7.1 not you"),
        ("DATA", "451 4.3.0 not now"),
        (".", "554 5.6.0 no such mail"),
    ] {
        let script = move |_: usize, command: &str| {
            if command.starts_with(step) {
                Act::Say(says)
            } else {
                Act::Usual
            }
        };
        let (house, server) = (house(), FakeServer::start(script).await);
        let error = house.send(&server, draft()).await.expect_err(step);
        assert_eq!(answer(error)["message"], says, "{step}");
        assert_eq!(
            (house.spooled().len(), house.copies().len()),
            (0, 0),
            "{step}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_server_is_said_with_the_reason() {
    let house = house();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("binds")
        .local_addr()
        .expect("address")
        .port();
    for host in ["127.0.0.1", "no-such-host.invalid"] {
        let sender = house.sender(SmtpServer::Smtp {
            host: host.into(),
            port,
        });
        let error = house
            .outbound
            .send(sender, parsed(draft()), Vec::new())
            .await
            .expect_err("unreachable");
        let body = answer(error);
        assert_eq!(
            (&body["error"], &body["message"]),
            (&json!(500), &json!("SMTP Server not reachable"))
        );
        assert!(
            body["details"]["reason"]
                .as_str()
                .is_some_and(|reason| reason.len() > 5),
            "{body}"
        );
    }
    assert_eq!(house.spooled(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_costs_no_more_than_the_limit() {
    for step in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"] {
        let script = move |_: usize, command: &str| {
            if command.starts_with(step) {
                Act::Hang
            } else {
                Act::Usual
            }
        };
        let server = FakeServer::start(script).await;
        let house = house_with(OutboundLimits {
            smtp_timeout: Duration::from_millis(300),
            ..limits()
        });
        let started = Instant::now();
        let body = answer(house.send(&server, draft()).await.expect_err(step));
        assert!(
            started.elapsed() < Duration::from_secs(3),
            "{step}: {:?}",
            started.elapsed()
        );
        assert_eq!(body["message"], "SMTP Server not reachable", "{step}");
        assert_eq!(
            body["details"]["reason"], "no answer within 0.3 s",
            "{step}"
        );
        assert_eq!(house.spooled(), Vec::<String>::new(), "{step}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_free_connection_has_an_end() {
    let script = |_: usize, command: &str| {
        if command == "." {
            Act::Wait(Duration::from_secs(2))
        } else {
            Act::Usual
        }
    };
    let server = FakeServer::start(script).await;
    let limits = OutboundLimits {
        smtp_timeout: Duration::from_millis(2500),
        smtp_connections: 1,
        ..limits()
    };
    let house = house_with(limits);
    let outcomes = join_all((0..4).map(|_| house.send(&server, draft()))).await;
    let reasons: Vec<Value> = outcomes
        .into_iter()
        .filter_map(Result::err)
        .map(|error| answer(error)["details"]["reason"].clone())
        .collect();
    assert_eq!(reasons, vec![json!("no free connection within 2.5 s"); 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_after_the_final_dot_is_in_doubt_and_kept() {
    for act in [Act::Close, Act::Hang, Act::Say("what?")] {
        let script = move |_: usize, command: &str| if command == "." { act } else { Act::Usual };
        let server = FakeServer::start(script).await;
        let house = house_with(OutboundLimits {
            smtp_timeout: Duration::from_millis(500),
            ..limits()
        });
        let body = answer(house.send(&server, draft()).await.expect_err("in doubt"));
        assert_eq!(
            body["message"],
            "SMTP server did not confirm, the mail may have been sent"
        );
        assert_eq!(body["details"]["state"], "in doubt");
        assert!(
            body["details"]["messageId"]
                .as_str()
                .is_some_and(|id| id.ends_with("@example.org")),
            "{body}"
        );
        let kept = house.spooled();
        assert_eq!(
            kept.iter()
                .filter(|path| path.contains("/spool/in-doubt/"))
                .count(),
            2,
            "{kept:?}"
        );
        assert_eq!((kept.len(), house.copies().len()), (2, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_died_while_idle_is_replaced_without_a_word() {
    for act in [Act::Close, Act::SayAndClose("421 4.4.2 idle for too long")] {
        let script = move |number: usize, command: &str| {
            let again = number == 1 && command.starts_with("MAIL FROM:<again@example.org>");
            if again { act } else { Act::Usual }
        };
        let (house, server) = (house(), FakeServer::start(script).await);
        house.send(&server, draft()).await.expect("sent");
        let mut sender = house.sender(smtp(&server));
        sender.from = Mailbox::new("", "again@example.org").expect("valid");
        house
            .outbound
            .send(sender, parsed(draft()), Vec::new())
            .await
            .expect("sent over a new connection");
        assert_eq!(
            server.seen(|seen| (seen.connects, seen.mails.len())),
            (2, 2)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_wants_fewer_connections_gets_fewer() {
    let script = |number: usize, command: &str| match command {
        "CONNECT" if number > 2 => Act::SayAndClose("421 4.7.0 too many connections"),
        "." => Act::Wait(Duration::from_millis(20)),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    for outcome in join_all((0..32).map(|_| house.send(&server, draft()))).await {
        outcome.expect("sent");
    }
    assert_eq!(server.seen(|seen| seen.mails.len()), 32);
    assert!(
        server.seen(|seen| seen.connects) <= 8,
        "each refused connection is withheld, not tried again"
    );
    let alone = FakeServer::start(|_, _| Act::SayAndClose("421 4.3.2 shutting down")).await;
    let body = answer(house.send(&alone, draft()).await.expect_err("refused"));
    assert_eq!(body["message"], "421 4.3.2 shutting down");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_smtputf8_gets_no_address_that_needs_it() {
    let (house, server) = (house(), FakeServer::start(|_, _| Act::Usual).await);
    let error = house
        .send(&server, json!({"to": ["пошта@x.org"]}))
        .await
        .expect_err("refused");
    assert!(
        error.to_string().contains("SMTPUTF8") && error.to_string().contains("пошта@x.org"),
        "{error}"
    );
    house
        .send(&server, json!({"to": ["a@bücher.example"]}))
        .await
        .expect("a domain has an ASCII form");
    assert_eq!(
        server.seen(|seen| seen.mails[0].to.clone()),
        ["a@xn--bcher-kva.example"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn smtputf8_is_used_only_when_needed() {
    let script = |_: usize, command: &str| match command.get(..4) {
        Some("EHLO") => Act::Say("250-fake\r\n250-8bitmime\r\n250 smtputf8"),
        _ => Act::Usual,
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    house.send(&server, draft()).await.expect("sent");
    house
        .send(&server, json!({"to": ["пошта@x.org"]}))
        .await
        .expect("sent");
    let begun: Vec<String> = server.seen(|seen| {
        seen.commands
            .iter()
            .filter(|line| line.starts_with("MAIL"))
            .cloned()
            .collect()
    });
    assert_eq!(
        begun,
        [
            "MAIL FROM:<ralf@example.org>",
            "MAIL FROM:<ralf@example.org> BODY=8BITMIME SMTPUTF8"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_hangs_up_cuts_no_mail() {
    let script = |_: usize, command: &str| {
        if command == "DATA" {
            Act::Wait(Duration::from_millis(300))
        } else {
            Act::Usual
        }
    };
    let (house, server) = (house(), FakeServer::start(script).await);
    let cut = tokio::time::timeout(Duration::from_millis(150), house.send(&server, draft())).await;
    assert!(cut.is_err());
    house.tracker.close();
    house.tracker.wait().await;
    assert_eq!(
        (
            server.seen(|seen| seen.mails.len()),
            house.copies().len(),
            house.spooled().len()
        ),
        (1, 1, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_cannot_be_filed_is_a_warning_and_is_filed_later() {
    let (house, server) = (house(), FakeServer::start(|_, _| Act::Usual).await);
    fs::write(house.dir.path().join("box"), "in the way").expect("writes");
    let sent = house
        .send(&server, draft())
        .await
        .expect("sent all the same");
    assert_eq!(
        sent.warnings,
        ["Mail NOT saved to Sent folder, as the mailbox cannot be written, it is saved later"]
    );
    assert!(
        house
            .spooled()
            .iter()
            .all(|path| path.contains("/spool/accepted/")),
        "{:?}",
        house.spooled()
    );
    fs::remove_file(house.dir.path().join("box")).expect("removes");
    housekeeping::file_late(&house.outbound.0);
    assert_eq!((house.copies().len(), house.spooled().len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_leaves_the_truth_and_the_next_start_acts_on_it() {
    let house = house();
    let spool = house.dir.path().join("spool");
    let states = [
        ("spooled", "a"),
        ("in-data", "b"),
        ("accepted", "c"),
        ("accepted", "d"),
    ];
    for (state, name) in states {
        let id = uuid::Uuid::new_v4();
        let envelope = spool::Envelope {
            id,
            from: "ralf@example.org".into(),
            to: vec!["b@x.org".into()],
            non_ascii: None,
            size: 7,
            date: 1_795_340_000,
            message_id: format!("{id}@example.org"),
            bcc: Some("Bcc: h@x.org".into()),
            sent: house.sender(SmtpServer::Directory("x".into())).sent,
        };
        let entry = spool.join(state).join(id.to_string());
        fs::create_dir_all(&entry).expect("creates");
        fs::write(
            entry.join("envelope.json"),
            serde_json::to_vec(&envelope).expect("JSON"),
        )
        .expect("writes");
        // Without its message an entry was filed already.
        if name != "d" {
            fs::write(entry.join("message.eml"), format!("X: {name}\r\n\r\n")).expect("writes");
        }
    }
    for _ in 0..2 {
        house.outbound.recover().await.expect("recovers");
        assert_eq!(house.copies(), [b"Bcc: h@x.org\r\nX: c\r\n\r\n".to_vec()]);
        let kept = house.spooled();
        assert_eq!(
            kept.iter()
                .filter(|path| path.contains("/in-doubt/"))
                .count(),
            2,
            "{kept:?}"
        );
        assert_eq!(kept.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_takes_mail_without_a_server() {
    let house = house();
    let out = house.dir.path().join("out");
    let mut sender = house.sender(SmtpServer::Directory(out.clone()));
    sender.sent = None;
    let sent = house
        .outbound
        .send(sender, parsed(draft()), Vec::new())
        .await
        .expect("sent");
    assert_eq!(
        sent.warnings,
        ["Mail NOT saved to Sent folder, as the account has no mailbox"]
    );
    let names: Vec<_> = fs::read_dir(&out)
        .expect("there")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    assert_eq!(names.len(), 2);
    let message = names
        .iter()
        .find(|path| path.extension().is_some_and(|kind| kind == "eml"))
        .expect("a message");
    assert!(
        fs::read_to_string(message)
            .expect("reads")
            .contains(&format!("Message-ID: <{}>", sent.message_id))
    );
    assert_eq!(house.spooled(), Vec::<String>::new());
    let blocked = house.sender(SmtpServer::Directory(message.join("below-a-file")));
    let body = answer(
        house
            .outbound
            .send(blocked, parsed(draft()), Vec::new())
            .await
            .expect_err("cannot be written"),
    );
    assert_eq!(body["message"], "SMTP Server not reachable");
    assert_eq!(house.spooled(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_a_mail_is_refused_before_anything_is_written_or_sent() {
    let server = FakeServer::start(|_, _| Act::Usual).await;
    let house = house_with(OutboundLimits {
        message_max: 10_000,
        ..limits()
    });
    let path = house.dir.path().join("blob");
    fs::write(&path, vec![7; 20_000]).expect("writes");
    let attachment = Attachment {
        name: "blob".into(),
        content_type: String::new(),
        size: 20_000,
        path: path.clone(),
    };
    let error = house
        .outbound
        .send(
            house.sender(smtp(&server)),
            parsed(draft()),
            vec![attachment],
        )
        .await;
    let body = answer(error.expect_err("too large"));
    assert_eq!(body["error"], 413);
    let message = body["message"].as_str().unwrap_or_default().to_owned();
    assert!(
        message.starts_with("The mail has 28") && message.ends_with("the limit is 10000 bytes"),
        "{message}"
    );
    assert_eq!(
        (server.seen(|seen| seen.connects), house.spooled().len()),
        (0, 0)
    );
    let gone = Attachment {
        name: "x.pdf".into(),
        content_type: String::new(),
        size: 1,
        path: path.join("gone"),
    };
    let error = house
        .outbound
        .send(house.sender(smtp(&server)), parsed(draft()), vec![gone])
        .await;
    assert_eq!(
        answer(error.expect_err("gone")),
        json!({"error": 400, "message": "Attachment x.pdf NOT found"})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_are_closed_and_empty_pools_forgotten() {
    let (house, server) = (house(), FakeServer::start(|_, _| Act::Usual).await);
    house.send(&server, draft()).await.expect("sent");
    house.outbound.0.pools.tidy(Duration::ZERO).await;
    let quit = server.seen(|seen| seen.commands.last().cloned());
    assert_eq!(quit.as_deref(), Some("QUIT"));
    house.send(&server, draft()).await.expect("sent");
    assert_eq!(server.seen(|seen| seen.connects), 2);
}

#[test]
fn the_answer_s_members_stand_in_the_contract_s_order() {
    let sent = Sent {
        message_id: "m".into(),
        warnings: vec!["one".into(), "two".into()],
    };
    let members: Map<String, Value> = sent.json();
    assert_eq!(
        members.keys().collect::<Vec<_>>(),
        ["status", "warning", "message"]
    );
    assert_eq!(members["warning"], "one; two");
}
