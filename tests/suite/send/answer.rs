//! What a send is answered with.

use quillgate::identities::admin::accounts::AccountChange;
use serde_json::{Value, json};

use crate::support::Gateway;
use crate::support::post::note;

#[tokio::test]
async fn a_sent_mail_is_200_to_the_letter() {
    let gateway = Gateway::start().await;
    for path in [
        "/mail",
        "/mail/1",
        "/mail/",
        "/ralf/mail/1",
        "/egroupware/groupdav.php/mail",
        "/egroupware/groupdav.php/ralf/mail/1/",
        "/mail/%7Bid%7D",
    ] {
        let answer = gateway.post_json("ralf", path, &note("Hello")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert_eq!(
            answer.text,
            "{\n  \"status\": 200,\n  \"message\": \"Mail successful sent\"\n}\n"
        );
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("x-webdav-status"), Some("200 OK"));
    }
    assert_eq!(gateway.sent().len(), 7);
    assert_eq!(gateway.copies().len(), 7);
    assert_eq!(gateway.spooled(), [""; 0]);
}

#[tokio::test]
async fn another_s_identity_and_an_unknown_one_are_404_and_nothing_is_sent() {
    let gateway = Gateway::start().await;
    for path in ["/mail/2", "/mail/99", "/mail/99999999999999999999"] {
        let answer = gateway.post_json("ralf", path, &note("Hello")).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.body["error"], 404);
    }
    let foreign = gateway
        .post_json("ralf", "/anna/mail/2", &note("Hello"))
        .await;
    assert_eq!(
        foreign.body,
        json!({
            "error": 403,
            "message": "/mail is NOT available for users other than the one you authenticated!",
        })
    );
    assert_eq!(gateway.sent().len(), 0);
}

#[tokio::test]
async fn attributes_of_the_wrong_type_or_value_are_422_that_names_them() {
    let gateway = Gateway::start().await;
    let invalid = [
        (
            json!({"to": 1}),
            "Attribute 'to' must be an array of strings, not a number",
        ),
        (
            json!({"to": ["a@x.org", {}]}),
            "Attribute 'to[1]' must be a string, not an object",
        ),
        (
            json!({"to": ["a@x.org", "nobody"]}),
            "Invalid value 'nobody' for to[1]: it has no @",
        ),
        (
            json!({"cc": "a@x.org, b@"}),
            "Invalid value 'a@x.org, b@' for cc[0]: ",
        ),
        (
            json!({"bcc": ["a\r\nTo: e@x.org <a@x.org>"]}),
            "Invalid value 'a\\r\\nTo: e@x.org <a@x.org>' for bcc[0]: ",
        ),
        (
            json!({"subject": ["x"]}),
            "Attribute 'subject' must be a string, not an array",
        ),
        (
            json!({"subject": "a\r\nBcc: e@x.org"}),
            "Invalid value 'a\\r\\nBcc: e@x.org' for subject: ",
        ),
        (
            json!({"body": true}),
            "Attribute 'body' must be a string, not a boolean",
        ),
        (
            json!({"bodyHtml": 1.5}),
            "Attribute 'bodyHtml' must be a string, not a fraction",
        ),
        (
            json!({"replyto": "a\nb@x.org"}),
            "Invalid value 'a\\nb@x.org' for replyto[0]: ",
        ),
        (
            json!({"priority": 2}),
            "Invalid value '2' for priority: it must be 1 (high), 3 (normal) or 5 (low)",
        ),
        (
            json!({"priority": "1"}),
            "Attribute 'priority' must be an integer, not a string",
        ),
        (
            json!({"attachments": [1]}),
            "Attribute 'attachments[0]' must be a string, not a number",
        ),
        (
            json!({"attachmentType": "x"}),
            "Invalid value 'x' for attachmentType, must be one of: 'attach', 'link', 'share_ro', 'share_rw'",
        ),
        (
            json!({"shareExpiration": "yesterday"}),
            "Invalid value 'yesterday' for shareExpiration: ",
        ),
        (
            json!({"composeAgain": "yes"}),
            "Attribute 'composeAgain' must be a boolean, not a string",
        ),
        (
            json!({"composeId": 5}),
            "Attribute 'composeId' must be a string, not a number",
        ),
        (
            json!({"replyEml": "/mail/attachments/x--y"}),
            "Attribute 'replyEml' is not available yet",
        ),
        (
            json!({"folder": "Archive"}),
            "Invalid value 'Archive' for folder: there is no such folder",
        ),
        (
            json!({"attachments": ["/home/ralf/"]}),
            "Attachment /home/ralf/ is all of your files, name a file or folder in it",
        ),
        (
            json!({"shareMaxDownloads": 0}),
            "Invalid value '0' for shareMaxDownloads: it must be a number from 1 to 1000000",
        ),
        (
            json!({"sharePassword": "a\nb"}),
            "Invalid value '…' for sharePassword: it has control characters",
        ),
    ];
    for (attributes, message) in invalid {
        let mut mail = note("Hello");
        for (name, value) in attributes.as_object().unwrap() {
            mail[name] = value.clone();
        }
        for path in ["/mail", "/mail/compose"] {
            let answer = gateway.post_json("ralf", path, &mail).await;
            assert_eq!(answer.status, 422, "{attributes}: {}", answer.text);
            assert_eq!(answer.body["error"], 422);
            assert!(
                answer.message().starts_with(message),
                "{}",
                answer.message()
            );
        }
    }
    assert_eq!(gateway.sent().len(), 0);
}

#[tokio::test]
async fn at_least_one_recipient_is_needed_to_send() {
    let gateway = Gateway::start().await;
    for mail in [
        json!({}),
        json!({"subject": "x", "to": []}),
        json!({"to": "", "cc": null}),
        json!({"to": "undisclosed-recipients:;"}),
    ] {
        let answer = gateway.post_json("ralf", "/mail", &mail).await;
        let expected =
            json!({"error": 422, "message": "At least one recipient is needed in to, cc or bcc"});
        assert_eq!(answer.body, expected, "{mail}");
    }
    for name in ["to", "cc", "bcc"] {
        let answer = gateway
            .post_json("ralf", "/mail", &json!({name: "a@x.org"}))
            .await;
        assert_eq!(answer.status, 200, "{name}");
    }
}

#[tokio::test]
async fn what_is_no_json_object_is_422_with_line_and_column() {
    let gateway = Gateway::start().await;
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40));
    for (body, reason) in [
        (&b"{\n  \"to\": nobody}"[..], "line 2 column"),
        (b"", "line 1 column 0"),
        (b"[]", "line 1 column"),
        (b"{} {}", "line 1 column"),
        (
            br#"{"to": "a@x.org", "to": "b@x.org"}"#,
            "member 'to' is given twice",
        ),
        (b"{\"subject\": \"\xff\"}", "line 1 column"),
        (deep.as_bytes(), "nested deeper than 32 levels"),
    ] {
        let request = gateway.post("ralf", "/mail").body(body.to_vec());
        let answer = crate::support::gateway::Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        let message = answer.message();
        assert!(
            message.starts_with("Error decoding JSON: ") && message.contains(reason),
            "{message}"
        );
    }
}

#[tokio::test]
async fn unknown_attributes_are_ignored_with_a_warning() {
    let gateway = Gateway::start().await;
    let mut mail = note("Hello");
    mail["cC"] = json!("x");
    mail["z"] = Value::Null;
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(
        answer.text,
        "{\n  \"status\": 200,\n  \"warning\": \"Unknown attribute(s) ignored: cC, z\",\n  \
         \"message\": \"Mail successful sent\"\n}\n"
    );
}

#[tokio::test]
async fn an_account_without_mailbox_sends_with_a_warning() {
    let gateway = Gateway::start().await;
    gateway.keeps_no_copies().await;
    let answer = gateway.post_json("ralf", "/mail/1", &note("Hello")).await;
    assert_eq!(
        answer.text,
        "{\n  \"status\": 200,\n  \"warning\": \"Mail NOT saved to Sent folder, as the account has no mailbox\",\n  \
         \"message\": \"Mail successful sent\"\n}\n"
    );
    assert_eq!((gateway.sent().len(), gateway.copies().len()), (1, 0));
    let listed = gateway.get_json("ralf", "/mail").await;
    assert_eq!(listed.body["responses"], json!({}), "left out of the list");
}

#[tokio::test]
async fn a_mailbox_that_cannot_be_written_is_a_warning_and_the_mail_is_out() {
    let gateway = Gateway::start().await;
    std::fs::create_dir_all(gateway.data.join("mail/1")).unwrap();
    std::fs::write(gateway.data.join("mail/1/5"), "in the way").unwrap();
    let answer = gateway.post_json("ralf", "/mail", &note("Hello")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.message(), "Mail successful sent");
    let warning = answer.body["warning"].as_str().unwrap();
    assert!(
        warning.starts_with("Mail NOT saved to Sent folder, as "),
        "{warning}"
    );
    assert_eq!(gateway.sent().len(), 1);
    assert_eq!(gateway.spooled(), ["accepted"]);
}

#[tokio::test]
async fn a_mail_over_message_max_is_413_and_nothing_is_sent() {
    let gateway = Gateway::with(|config| config.mail.message_max = 20_000).await;
    let request = gateway
        .post("ralf", "/mail/attachments/a")
        .body(vec![b'x'; 15_000]);
    let upload = request.send().await.unwrap();
    let upload: Value = upload.json().await.unwrap();
    let mut mail = note("Hello");
    mail["attachments"] = json!([upload["location"]]);
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(answer.message().ends_with("the limit is 20000 bytes"));
    mail["body"] = json!("x".repeat(20_000));
    assert_eq!(gateway.post_json("ralf", "/mail", &mail).await.status, 413);
    assert_eq!(gateway.sent().len(), 0);
    assert_eq!(gateway.spooled(), [""; 0]);
}

#[tokio::test]
async fn the_account_s_own_folder_takes_the_copies() {
    let gateway = Gateway::start().await;
    gateway
        .change_account(AccountChange {
            sent: Some(Some("Archive/Out".to_owned())),
            ..AccountChange::default()
        })
        .await;
    assert_eq!(
        gateway
            .post_json("ralf", "/mail", &note("Hello"))
            .await
            .status,
        200
    );
    let folder = gateway.data.join("mail/1/5/.Archive.Out/cur");
    assert_eq!(crate::support::post::below(&folder).len(), 1);
}
