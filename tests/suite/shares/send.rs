//! `POST /mail` with each type of attachment: the mail as it went out, and what was made for it.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use quillgate::config::Config;
use quillgate::identities::admin::new_identity::IdentityChange;
use serde_json::{Value, json};

use super::{copies, file, folder, mail, mails, remove, sent, shares, uploaded, url};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::people::token;
use crate::support::sink::{Act, Gate, Sink};

#[tokio::test]
async fn every_type_expiry_and_password_of_uploads_and_files() {
    let gateway = Gateway::start().await;
    let upload = uploaded(&gateway, "report.txt", "the report").await;
    let path = file(&gateway, "report.txt", "the report").await;
    for (location, is_file) in [(&upload, false), (&path, true)] {
        for kind in ["attach", "link", "share_ro", "share_rw"] {
            for until in [None, Some("2099-12-31")] {
                for password in [None, Some("between us")] {
                    let mut mail = mail(json!({
                        "bodyHtml": "<p>Hello</p>", "attachments": [location], "attachmentType": kind,
                    }));
                    // Another recipient each time: no share is used again.
                    mail["to"] = json!(format!(
                        "{is_file}.{kind}.{}.{}@x.org",
                        until.is_some(),
                        password.is_some()
                    ));
                    mail["shareExpiration"] = json!(until);
                    mail["sharePassword"] = json!(password);
                    check(&gateway, &mail, is_file).await;
                }
            }
        }
    }
}

/// Sends a mail of the table, and looks at it.
async fn check(gateway: &Gateway, mail: &Value, is_file: bool) {
    let (before, kind) = (
        shares(gateway).await.len(),
        mail["attachmentType"].as_str().unwrap(),
    );
    if kind == "share_rw" && !is_file {
        let answer = gateway.post_json("ralf", "/mail", mail).await;
        let location = mail["attachments"][0].as_str().unwrap();
        let message = format!(
            "Attachment {location} is an upload, which attachmentType 'share_rw' is not for, use one of: 'attach', 'link', 'share_ro'"
        );
        assert_eq!(answer.body, json!({"error": 422, "message": message}));
        return;
    }
    let (shown, answer) = sent(gateway, mail).await;
    assert_eq!(
        answer,
        json!({"status": 200, "message": "Mail successful sent"})
    );
    let rows = shares(gateway).await;
    let html = shown.html.unwrap();
    if kind == "attach" {
        assert_eq!(
            (shown.text.as_str(), html.as_str()),
            ("Hello", "<p>Hello</p>")
        );
        assert_eq!(
            shown.parts,
            [("report.txt".to_owned(), b"the report".to_vec())]
        );
        assert_eq!(rows.len(), before);
        return;
    }
    let row = rows
        .iter()
        .find(|row| json!([mail["to"]]) == serde_json::from_str::<Value>(&row.recipients).unwrap())
        .unwrap();
    let url = url(gateway, &row.token);
    let terms = match (
        mail["shareExpiration"].is_null(),
        mail["sharePassword"].is_null(),
    ) {
        (true, true) => "",
        (true, false) => "password required",
        (false, true) => "valid until 2099-12-31",
        (false, false) => "valid until 2099-12-31, password required",
    };
    let below = if terms.is_empty() {
        "\n".to_owned()
    } else {
        format!("{terms}\n\n")
    };
    assert_eq!(
        shown.text,
        format!("Hello\n\nDownload links:\n\nreport.txt (10 B)\n{url}\n{below}")
    );
    assert!(html.starts_with("<p>Hello</p>\n<div"), "{html}");
    let link = format!("<a href=\"{url}\" ");
    assert!(
        html.contains(&link) && html.contains(">report.txt</a> (10 B)"),
        "{html}"
    );
    assert!(
        html.contains(terms) && !html.contains("between us") && !shown.text.contains("between us")
    );
    assert_eq!(shown.parts, []);
    // An upload is never live.
    let expected = if is_file { kind } else { "link" };
    assert_eq!((row.kind.as_str(), row.user_id), (expected, 5));
    assert_eq!(row.file_id.is_some(), expected != "link");
    match &row.content {
        Some(key) => {
            let copy = std::fs::read(gateway.data.join("blobs/shares").join(key)).unwrap();
            assert_eq!(copy, b"the report");
        }
        None => assert_ne!(expected, "link"),
    }
    let until = mail["shareExpiration"].as_str();
    assert_eq!(row.last_day.as_deref(), until);
    let ends = until.map(|_| "2100-01-01T00:00:00Z".parse::<jiff::Timestamp>().unwrap());
    assert_eq!(row.ends, ends.map(|ends| ends.as_millisecond()));
    let hash = row.password_hash.as_deref();
    assert_eq!(
        hash.is_some_and(|hash| hash.starts_with("$argon2")),
        !mail["sharePassword"].is_null()
    );
}

#[tokio::test]
async fn both_parts_have_the_links_above_the_signature() {
    let gateway = Gateway::start().await;
    let signature = IdentityChange {
        signature: Some(Some("Ralf Becker".to_owned())),
        ..IdentityChange::default()
    };
    gateway.change_identity(1, signature).await;
    let upload = uploaded(&gateway, "%3Cb%3E%20%26.txt", "x").await;
    let path = file(&gateway, "b.txt", "y").await;
    let all = json!({"attachments": [upload, path], "attachmentType": "share_ro", "shareMaxDownloads": 3});
    let (shown, _) = sent(&gateway, &mail(all.clone())).await;
    let rows = shares(&gateway).await;
    let [first, second] = [&rows[0].token, &rows[1].token].map(|token| url(&gateway, token));
    let block = format!(
        "Download links:\n\n<b> &.txt (1 B)\n{first}\nat most 3 downloads\n\nb.txt (1 B)\n{second}\nat most 3 downloads\n\n"
    );
    assert_eq!(shown.text, format!("Hello\n\n{block}-- \nRalf Becker\n"));
    assert!(shown.html.is_none());
    let mut only_html = mail(all.clone());
    only_html["body"] = Value::Null;
    only_html["bodyHtml"] = json!("<html><body><p>Hi</p></body></html>");
    let (shown, _) = sent(&gateway, &only_html).await;
    let text = shown.text.trim_start();
    assert_eq!(text, format!("Hi\n\n{block}-- \nRalf Becker\n"));
    let html = shown.html.unwrap();
    let at = |what: &str| {
        html.find(what)
            .unwrap_or_else(|| panic!("{what} in {html}"))
    };
    let order = [
        "<p>Hi</p>",
        &first,
        ">&lt;b&gt; &amp;.txt</a>",
        &second,
        "Ralf Becker",
        "</body>",
    ];
    assert!(order.map(at).is_sorted(), "{html}");
    let mut neither = mail(all);
    neither["body"] = Value::Null;
    let (shown, _) = sent(&gateway, &neither).await;
    assert_eq!(shown.text, format!("{block}-- \nRalf Becker\n"));
    assert!(shown.html.is_none() && shown.parts.is_empty());
}

#[tokio::test]
async fn a_folder_is_shared_live_only_and_the_home_not_at_all() {
    let gateway = Gateway::start().await;
    let pictures = folder(&gateway, "Bilder für Anna").await;
    for (kind, refused) in [
        ("attach", true),
        ("link", true),
        ("share_ro", false),
        ("share_rw", false),
    ] {
        for location in [pictures.as_str(), "/home/ralf/Bilder%20f%C3%BCr%20Anna/"] {
            let mail = mail(json!({"attachments": [location], "attachmentType": kind}));
            if refused {
                for path in ["/mail", "/mail/compose"] {
                    let answer = gateway.post_json("ralf", path, &mail).await;
                    let message = format!(
                        "Attachment {pictures} is a folder, which attachmentType '{kind}' is not for, use one of: 'share_ro', 'share_rw'"
                    );
                    assert_eq!((answer.status, answer.message()), (422, message.as_str()));
                }
            } else {
                let (shown, _) = sent(&gateway, &mail).await;
                let rows = shares(&gateway).await;
                let url = url(&gateway, &rows.last().unwrap().token);
                assert_eq!(
                    shown.text,
                    format!("Hello\n\nDownload links:\n\nBilder für Anna\n{url}\n\n")
                );
            }
        }
    }
    for home in ["/home/ralf", "/home/ralf/", "/home/ralf//"] {
        let mail = mail(json!({"attachments": [home], "attachmentType": "share_ro"}));
        let answer = gateway.post_json("ralf", "/mail", &mail).await;
        assert!(
            matches!(answer.status, 400 | 422),
            "{home}: {}",
            answer.text
        );
    }
    assert_eq!(shares(&gateway).await.len(), 2, "both spellings are one");
}

#[tokio::test]
async fn what_is_not_there_or_not_one_s_own_is_400_and_files_need_their_scope() {
    let gateway = Gateway::start().await;
    let path = file(&gateway, "a.txt", "a").await;
    let foreign = ask_anna(&gateway).await;
    for location in [
        foreign.as_str(),
        "/home/ralf/b.txt",
        "/home/ralf/../anna/a.txt",
        "/home/nobody/a.txt",
    ] {
        for kind in ["attach", "link", "share_rw"] {
            let mail = mail(json!({"attachments": [path, location], "attachmentType": kind}));
            for path in ["/mail", "/mail/compose"] {
                let answer = gateway.post_json("ralf", path, &mail).await;
                let expected =
                    json!({"error": 400, "message": format!("Attachment {location} NOT found")});
                assert_eq!(answer.body, expected, "{kind}");
            }
        }
    }
    let (_, token) = token(&gateway, Some("ralf"), "groupdav mail", None).await;
    let mail = mail(json!({"attachments": [path]}));
    for path in ["/mail", "/mail/compose"] {
        let request = gateway.request(reqwest::Method::POST, path).json(&mail);
        let request = request.basic_auth("ralf", Some(&token));
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(
            (answer.status, &answer.body["details"]),
            (403, &json!({"scope": "files"}))
        );
    }
    assert_eq!((gateway.sent().len(), shares(&gateway).await.len()), (0, 0));
    remove(&gateway, &path).await;
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
}

async fn ask_anna(gateway: &Gateway) -> String {
    let url = "/files/home/anna/a.txt";
    let answer = super::ask(gateway, "anna", "PUT", url, "hers".to_owned()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    "/home/anna/a.txt".to_owned()
}

#[tokio::test]
async fn shares_of_a_mail_that_was_not_sent_are_removed_and_others_stay() {
    let mails_so_far = AtomicUsize::new(0);
    let sink = Sink::with(move |_, command| match command {
        "." => match mails_so_far.fetch_add(1, SeqCst) {
            1 => Act::Say("554 5.7.1 Looks like spam"),
            2 => Act::Close,
            _ => Act::Usual,
        },
        _ => Act::Usual,
    });
    let gateway = Gateway::with(|config| config.mail.message_max = 20_000).await;
    gateway.sends_to(sink.port).await;
    let [old, new] = ["old.txt", "new.txt"];
    let old = file(&gateway, old, "old").await;
    let new = uploaded(&gateway, new, "new").await;
    let first = mail(json!({"attachments": [old], "attachmentType": "link"}));
    let both = mail(json!({"attachments": [old, new], "attachmentType": "link"}));
    let send = async |mail: &Value| gateway.post_json("ralf", "/mail", mail).await;
    assert_eq!(send(&first).await.status, 200);
    let refused = send(&both).await;
    assert_eq!(
        (refused.status, refused.message()),
        (500, "554 5.7.1 Looks like spam")
    );
    let rows = shares(&gateway).await;
    assert_eq!(
        (rows.len(), copies(&gateway).len(), mails(&gateway).await),
        (1, 1, 1)
    );
    // What cannot even be built is not sent either.
    let mut large = both.clone();
    large["body"] = json!("x".repeat(19_700));
    let answer = send(&large).await;
    assert!(
        answer.message().starts_with("The mail has "),
        "{}",
        answer.text
    );
    assert_eq!((shares(&gateway).await, copies(&gateway).len()), (rows, 1));
    let doubtful = send(&both).await;
    assert_eq!(doubtful.body["details"]["state"], "in doubt");
    assert_eq!(
        (
            shares(&gateway).await.len(),
            copies(&gateway).len(),
            mails(&gateway).await
        ),
        (2, 2, 3)
    );
    assert_eq!(send(&both).await.status, 200);
    assert_eq!(
        (shares(&gateway).await.len(), mails(&gateway).await),
        (2, 5)
    );
}

#[tokio::test]
async fn a_share_stays_when_another_mail_took_it_before_its_own_one_failed() {
    let (gate, mails_so_far) = (Gate::default(), AtomicUsize::new(0));
    let held = gate.clone();
    let sink = Sink::with(move |_, command| {
        if command != "." || mails_so_far.fetch_add(1, SeqCst) > 0 {
            return Act::Usual;
        }
        held.pass();
        Act::Say("554 5.7.1 Looks like spam")
    });
    let gateway = Gateway::start().await;
    gateway.sends_to(sink.port).await;
    let path = file(&gateway, "a.txt", "a").await;
    let mail = mail(json!({"attachments": [path], "attachmentType": "link"}));
    let other = async {
        sink.seen_soon(|seen| seen.commands.iter().any(|line| line == "DATA"))
            .await;
        let answer = gateway.post_json("ralf", "/mail", &mail).await;
        gate.open();
        answer
    };
    let (failed, other) = tokio::join!(gateway.post_json("ralf", "/mail", &mail), other);
    assert_eq!((failed.status, other.status), (500, 200));
    assert_eq!(
        (
            shares(&gateway).await.len(),
            copies(&gateway).len(),
            mails(&gateway).await
        ),
        (1, 1, 1)
    );
}

#[tokio::test]
async fn a_mail_that_the_way_refuses_leaves_nothing() {
    let gateway = Gateway::start().await;
    let upload = uploaded(&gateway, "a.txt", "a").await;
    let link = json!({"attachments": [upload], "attachmentType": "link"});
    // Nothing was sent to anybody before this is known.
    for (attributes, status) in [
        (json!({"to": []}), 422),
        (json!({"folder": "Nowhere"}), 422),
        (json!({"shareExpiration": "2020-01-01"}), 422),
        (
            json!({"attachments": [upload, "/mail/attachments/x--y"]}),
            400,
        ),
    ] {
        let mut mail = mail(link.clone());
        for (name, value) in attributes.as_object().unwrap() {
            mail[name] = value.clone();
        }
        let answer = gateway.post_json("ralf", "/mail", &mail).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    assert_eq!(
        (shares(&gateway).await.len(), copies(&gateway).len()),
        (0, 0)
    );
}

fn links_above(bytes: u64) -> impl FnOnce(&mut Config) {
    move |config| config.shares.link_above = bytes
}

#[tokio::test]
async fn attachments_above_a_size_become_links_and_images_of_the_html_do_not() {
    const PNG: &str = "\u{89}PNG and a thousand more bytes";
    let gateway = Gateway::with(links_above(20)).await;
    let image = uploaded(&gateway, "logo.png", PNG).await;
    let small = uploaded(&gateway, "a.txt", "0123456789").await;
    let other = file(&gateway, "b.txt", "0123456789").await;
    let third = file(&gateway, "c.txt", "0").await;
    let html = "<p><img src=\"cid:logo.png\"></p>";
    let with = |files: &[&String]| mail(json!({"bodyHtml": html, "attachments": files}));
    let (shown, answer) = sent(&gateway, &with(&[&image, &small, &other])).await;
    assert!(answer.get("warning").is_none(), "{answer}");
    let names = |shown: &super::Shown| {
        shown
            .parts
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&shown), ["logo.png", "a.txt", "b.txt"]);
    assert_eq!(shares(&gateway).await.len(), 0);
    let mut mail = with(&[&image, &small, &other, &third]);
    mail["foo"] = json!(1);
    let (shown, answer) = sent(&gateway, &mail).await;
    assert_eq!(
        answer["warning"],
        "Unknown attribute(s) ignored: foo; Attachments of 21 B are sent as download links, as they are larger than 20 B (shares.link_above)"
    );
    assert_eq!(names(&shown), ["logo.png"]);
    let rows = shares(&gateway).await;
    assert_eq!(
        rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(),
        ["link"; 3]
    );
    for row in rows {
        assert!(
            shown.text.contains(&url(&gateway, &row.token)),
            "{}",
            shown.text
        );
    }
    // By name or by path, of a type of its own choice too.
    let path = file(&gateway, "pixel.png", PNG).await;
    let mut mail = with(&[&path, &small]);
    mail["bodyHtml"] = json!(format!("<img src='cid:{path}'>"));
    mail["attachmentType"] = json!("share_ro");
    let (shown, _) = sent(&gateway, &mail).await;
    assert_eq!(names(&shown), ["pixel.png"]);
}

#[tokio::test]
async fn the_address_of_a_share_is_that_of_its_own_host() {
    let gateway = Gateway::with(|config| {
        config.server.share_url = Some("https://files.example.org".parse().unwrap());
    })
    .await;
    let path = file(&gateway, "a.txt", "a").await;
    let mail = mail(json!({"attachments": [path], "attachmentType": "link"}));
    let (shown, _) = sent(&gateway, &mail).await;
    let token = &shares(&gateway).await[0].token;
    let url = format!("https://files.example.org/egroupware/share.php/{token}");
    assert!(shown.text.contains(&url), "{}", shown.text);
}

#[tokio::test]
async fn the_last_day_ends_where_the_sender_is() {
    let gateway = Gateway::with(|config| {
        config.server.timezone = jiff::tz::TimeZone::get("Pacific/Kiritimati").unwrap();
    })
    .await;
    let own = "UPDATE users SET timezone = 'Pacific/Pago_Pago' WHERE login = 'ralf'";
    super::run(&gateway, own).await;
    for (login, ends) in [
        ("ralf", "2100-01-01T11:00:00Z"),
        ("anna", "2099-12-31T10:00:00Z"),
    ] {
        let request = gateway.post(login, "/mail/attachments/a.txt").body("a");
        let upload = Answer::of(request.send().await.unwrap()).await;
        let mail = mail(json!({
            "attachments": [upload.body["location"]], "attachmentType": "link", "shareExpiration": "2099-12-31",
        }));
        assert_eq!(gateway.post_json(login, "/mail", &mail).await.status, 200);
        let ends = ends.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let rows = shares(&gateway).await;
        let row = rows.last().unwrap();
        assert_eq!(row.ends, Some(ends), "{login}");
        let (path, body) = (
            format!("/mail/shares/{}", row.token),
            json!({"shareExpiration": "2099-12-30"}),
        );
        let changed = super::ask(&gateway, login, "PATCH", &path, body.to_string()).await;
        assert_eq!(changed.body["expiration"], "2099-12-30", "{}", changed.text);
        let rows = shares(&gateway).await;
        assert_eq!(
            rows.last().unwrap().ends,
            Some(ends - 86_400_000),
            "{login}"
        );
    }
}

#[tokio::test]
async fn no_mail_has_links_or_files_without_end() {
    let gateway = Gateway::start().await;
    let path = file(&gateway, "a.txt", "a").await;
    for (count, kind, message) in [
        (501, "share_ro", "A mail shares no more than 500 files"),
        (
            1001,
            "attach",
            "Attribute 'attachments' names 1001 files, a mail takes no more than 1000",
        ),
    ] {
        let mail = mail(json!({"attachments": vec![&path; count], "attachmentType": kind}));
        let answer = gateway.post_json("ralf", "/mail", &mail).await;
        assert_eq!((answer.status, answer.message()), (422, message));
    }
    assert_eq!((gateway.sent().len(), shares(&gateway).await.len()), (0, 0));
}

#[tokio::test]
async fn a_link_stays_as_it_was_and_a_live_share_follows_its_file() {
    let gateway = Gateway::start().await;
    let path = file(&gateway, "a.txt", "before").await;
    for kind in ["link", "share_ro"] {
        sent(
            &gateway,
            &mail(json!({"attachments": [path], "attachmentType": kind})),
        )
        .await;
    }
    file(&gateway, "a.txt", "after").await;
    let attached = mail(json!({"attachments": [path]}));
    let (shown, _) = sent(&gateway, &attached).await;
    assert_eq!(shown.parts, [("a.txt".to_owned(), b"after".to_vec())]);
    let rows = shares(&gateway).await;
    assert!(rows[0].file_id.is_none() && rows[1].file_id.is_some());
    assert_eq!(std::fs::read(&copies(&gateway)[0]).unwrap(), b"before");
    remove(&gateway, &path).await;
    assert_eq!(std::fs::read(&copies(&gateway)[0]).unwrap(), b"before");
}
