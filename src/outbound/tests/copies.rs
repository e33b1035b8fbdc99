//! What stays on the disk: the sender's copy, mail in doubt, and otherwise nothing.

use super::fake_server::{Act, FakeServer};
use super::*;

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
async fn lost_after_the_final_dot_is_in_doubt_and_kept() {
    let dawdling = Act::Drip(Duration::from_millis(20));
    for act in [Act::Close, Act::Hang, dawdling, Act::Say("what?")] {
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
async fn what_the_spool_cannot_note_is_not_sent() {
    for durable in [true, false] {
        let server = FakeServer::start(|_, _| Act::Usual).await;
        let house = house_with(OutboundLimits {
            durable,
            ..limits()
        });
        let in_data = house.dir.path().join("spool/in-data");
        fs::remove_dir(&in_data).expect("removes");
        let error = house.send(&server, draft()).await.expect_err("no room");
        assert!(matches!(error, SendError::Spool(_)), "{error:?}");
        assert_eq!((house.spooled().len(), house.copies().len()), (0, 0));
        fs::create_dir(&in_data).expect("creates");
        house.send(&server, draft()).await.expect("sent");
        // On the first connection the server waits for a message that never comes.
        assert_eq!(
            server.seen(|seen| (seen.connects, seen.mails.len())),
            (2, 1)
        );
    }
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
    let late = &house.outbound.0.late;
    assert_eq!(late.count(), 1);
    late.hurry_all();
    for round in late.take_due() {
        round.walk().await;
    }
    assert_eq!((house.copies().len(), house.spooled().len()), (1, 0));
    assert_eq!(late.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_leaves_the_truth_and_the_next_start_acts_on_it() {
    let house = house();
    let spool = house.dir.path().join("spool");
    let left = [
        ("spooled", "a", Left::Whole),
        ("in-data", "b", Left::Whole),
        ("accepted", "c", Left::Whole),
        ("accepted", "d", Left::Filed),
        ("accepted", "e", Left::Filing),
        ("in-doubt", "f", Left::Doubted),
    ];
    for (state, name, how) in left {
        let id = uuid::Uuid::new_v4();
        let message = format!("X: {name}\r\n\r\n");
        let envelope = spool::Envelope {
            id,
            from: "ralf@example.org".into(),
            to: vec!["b@x.org".into()],
            non_ascii: None,
            eight_bit: false,
            size: message.len() as u64,
            date: 1_795_340_000,
            message_id: format!("{id}@example.org"),
            bcc: (name == "c").then(|| "Bcc: h@x.org".into()),
            sent: Some(house.place()),
            named: None,
        };
        let json = serde_json::to_string(&envelope).expect("JSON");
        let mut whole = format!("{message}{json}").into_bytes();
        whole.extend_from_slice(&(json.len() as u64).to_be_bytes());
        let entry = spool.join(state).join(id.to_string());
        match how {
            Left::Whole => fs::write(&entry, whole).expect("writes"),
            Left::Filed => fs::write(entry.with_extension("json"), json).expect("writes"),
            Left::Filing => {
                fs::write(entry.with_extension("json"), json).expect("writes");
                fs::write(&entry, message).expect("writes");
            }
            Left::Doubted => {
                fs::create_dir(&entry).expect("creates");
                fs::write(entry.join("envelope.json"), json).expect("writes");
                fs::write(entry.join("message.eml"), whole).expect("writes");
            }
        }
    }
    fs::create_dir(spool.join("spooled/directory")).expect("creates");
    fs::write(spool.join("in-data/torn"), "X: y\r\n\r\n{").expect("writes");
    for _ in 0..2 {
        house.outbound.recover().await.expect("recovers");
        let mut copies = house.copies();
        copies.sort();
        assert_eq!(
            copies,
            [
                b"Bcc: h@x.org\r\nX: c\r\n\r\n".to_vec(),
                b"X: e\r\n\r\n".to_vec()
            ]
        );
        let kept = house.spooled();
        let mut doubted: Vec<_> = kept
            .iter()
            .filter(|path| path.contains("/in-doubt/") && path.ends_with("/message.eml"))
            .map(|path| fs::read_to_string(path).expect("reads"))
            .collect();
        doubted.sort();
        assert_eq!(doubted, ["X: b\r\n\r\n", "X: f\r\n\r\n"]);
        // With their envelopes, and what nobody understands.
        assert_eq!(kept.len(), 5, "{kept:?}");
        assert!(kept.iter().any(|path| path.ends_with("/in-data/torn")));
    }
}

/// What a process leaves that dies at one moment or another.
#[derive(Clone, Copy)]
enum Left {
    Whole,
    /// The message moves into the mailbox next.
    Filing,
    /// It has moved, and the note about it is still there.
    Filed,
    /// The envelope is still behind the message.
    Doubted,
}

#[tokio::test(flavor = "multi_thread")]
async fn long_mails_and_short_ones_arrive_whole_with_and_without_flushes() {
    for durable in [true, false] {
        let server = FakeServer::start(|_, _| Act::Usual).await;
        let house = house_with(OutboundLimits {
            durable,
            ..limits()
        });
        let mut expected = Vec::new();
        for lines in [1, 30_000] {
            let body = ".line\n".repeat(lines);
            house
                .send(&server, json!({"to": ["b@x.org"], "body": body}))
                .await
                .expect("sent");
            let hidden = json!({"to": ["b@x.org"], "bcc": ["h@x.org"], "body": body});
            house.send(&server, hidden).await.expect("sent");
            server.seen(|seen| {
                let [.., plain, hidden] = &seen.mails[..] else {
                    panic!("two mails")
                };
                assert!(plain.data.ends_with(body.replace('\n', "\r\n").as_bytes()));
                expected.push(plain.data.clone());
                expected.push([b"Bcc: <h@x.org>\r\n", &hidden.data[..]].concat());
            });
        }
        let mut copies = house.copies();
        copies.sort();
        expected.sort();
        assert!(copies == expected, "durable: {durable}");
        assert_eq!(house.spooled(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_takes_mail_without_a_server() {
    let house = house();
    let out = house.dir.path().join("out");
    let mut sender = house.sender(SmtpServer::Directory(out.clone()));
    sender.sent = SentCopy::Nowhere(Nowhere::NoMailbox);
    let sent = house
        .outbound
        .send(sender, parsed(draft()), Enclosed::default(), Arc::default())
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
            .send(
                blocked,
                parsed(draft()),
                Enclosed::default(),
                Arc::default(),
            )
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
        reference: String::new(),
        content_type: String::new(),
        size: 20_000,
        path: path.clone(),
    };
    let error = house
        .outbound
        .send(
            house.sender(smtp(&server)),
            parsed(draft()),
            Enclosed::of(attachment),
            Arc::default(),
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
        reference: String::new(),
        content_type: String::new(),
        size: 1,
        path: path.join("gone"),
    };
    let error = house
        .outbound
        .send(
            house.sender(smtp(&server)),
            parsed(draft()),
            Enclosed::of(gone),
            Arc::default(),
        )
        .await;
    assert_eq!(
        answer(error.expect_err("gone")),
        json!({"error": 400, "message": "Attachment x.pdf NOT found"})
    );
}
