//! A real Exim that hands on what it takes.

use serde_json::{Value, json};

use super::{failure, send};
use crate::support::Gateway;
use crate::support::exim::Exim;
use crate::support::post::parsed;

/// Exim behind a gateway, or nothing where it is not installed.
async fn with_exim() -> Option<(Exim, Gateway)> {
    let exim = Exim::start()?;
    let gateway = Gateway::start().await;
    gateway.sends_to(exim.port).await;
    Some((exim, gateway))
}

#[tokio::test]
async fn a_mail_travels_through_exim_as_it_was_sent() {
    let Some((exim, gateway)) = with_exim().await else {
        return;
    };
    let request = gateway
        .post("ralf", "/mail/attachments/a.bin")
        .body(vec![0xA5; 100_000]);
    let upload: Value = request.send().await.unwrap().json().await.unwrap();
    let mail = json!({
        "to": "Anna <anna@example.com>", "cc": "c@example.com", "bcc": "hidden@example.com",
        "subject": "Grüße", "body": ".\r\n..dots\nFrom here\n", "bodyHtml": "<p>Grüße</p>",
        "attachments": [upload["location"]],
    });
    let answer = gateway.post_json("ralf", "/mail/1", &mail).await;
    assert_eq!(
        answer.text,
        "{\n  \"status\": 200,\n  \"message\": \"Mail successful sent\"\n}\n"
    );
    exim.sink
        .seen_soon(|seen| seen.mails.iter().map(|mail| mail.to.len()).sum::<usize>() == 3)
        .await;
    let arrived = exim.sink.mails();
    let mut to: Vec<_> = arrived.iter().flat_map(|mail| mail.to.clone()).collect();
    to.sort();
    assert_eq!(
        to,
        ["anna@example.com", "c@example.com", "hidden@example.com"]
    );
    let copy = gateway.copies().remove(0);
    let sent = copy.split_once("\r\n").unwrap().1;
    for mail in &arrived {
        assert_eq!(mail.from, "ralf@example.org");
        let text = mail.text();
        assert!(!text.contains("hidden@"));
        // Exim adds what shows where it has been, in front.
        let at = text.find("Date: ").unwrap();
        let own = sent.find("Date: ").unwrap();
        assert_eq!(text[at..], sent[own..]);
        let message = parsed(&text);
        assert_eq!(message.subject(), Some("Grüße"));
        assert_eq!(
            message.body_text(0).unwrap().replace("\r\n", "\n"),
            ".\n..dots\nFrom here\n"
        );
        assert_eq!(message.attachment(0).unwrap().contents(), [0xA5; 100_000]);
    }
    assert_eq!(gateway.spooled(), [""; 0]);
}

#[tokio::test]
async fn exim_refuses_some_recipients_and_the_others_get_the_mail() {
    let Some((exim, gateway)) = with_exim().await else {
        return;
    };
    let to = [
        "a@example.com",
        "reject@example.com",
        "greylist@example.com",
    ];
    let answer = send(&gateway, &to).await;
    assert_eq!(
        answer.body,
        json!({
            "status": 200,
            "warning": "Mail NOT sent to reject@example.com (550 5.1.1 User unknown), \
                        greylist@example.com (451 4.2.0 Greylisted, try again later)",
            "message": "Mail successful sent",
        })
    );
    exim.sink.seen_soon(|seen| seen.mails.len() == 1).await;
    assert_eq!(exim.sink.mails()[0].to, ["a@example.com"]);
    assert_eq!(gateway.copies().len(), 1);
}

#[tokio::test]
async fn what_exim_refuses_is_500_with_its_own_words() {
    let Some((exim, gateway)) = with_exim().await else {
        return;
    };
    let answer = send(&gateway, &["reject@example.com"]).await;
    assert_eq!(answer.status, 500);
    let user_unknown = "550 5.1.1 User unknown";
    assert_eq!(
        answer.body,
        failure(
            user_unknown,
            json!({"smtp": {
                "code": 550, "enhanced": "5.1.1", "response": user_unknown,
                "recipients": {"reject@example.com": user_unknown},
            }})
        )
    );
    let answer = send(&gateway, &["greylist@example.com", "reject@example.com"]).await;
    assert_eq!(answer.message(), "451 4.2.0 Greylisted, try again later");
    assert_eq!(answer.body["details"]["smtp"]["code"], 451);
    let refused = &answer.body["details"]["smtp"]["recipients"];
    assert_eq!(refused["reject@example.com"], user_unknown);

    let sender = quillgate::identities::admin::new_identity::IdentityChange {
        email: Some("bad-sender@example.org".to_owned()),
        ..Default::default()
    };
    gateway.change_identity(1, sender).await;
    let answer = send(&gateway, &["a@example.com"]).await;
    assert_eq!(answer.status, 500);
    assert!(
        answer
            .message()
            .starts_with("550 5.7.1 Sender address rejected"),
        "{}",
        answer.text
    );
    assert_eq!(exim.sink.mails().len(), 0);
    assert_eq!((gateway.copies().len(), gateway.spooled().len()), (0, 0));
}

#[tokio::test]
async fn a_mail_over_exim_s_size_is_not_given_to_it() {
    let Some((exim, gateway)) = with_exim().await else {
        return;
    };
    let mail = json!({"to": "a@example.com", "body": "line of text\n".repeat(200_000)});
    let answer = gateway.post_json("ralf", "/mail", &mail).await;
    assert_eq!(answer.status, 500, "{}", answer.text);
    let (size, limit) = (&answer.body["details"]["size"], 2 << 20);
    let message =
        format!("The mail has {size} bytes, the SMTP server takes no more than {limit} bytes");
    assert_eq!(answer.message(), message);
    assert_eq!(answer.body["details"]["limit"], limit);
    assert_eq!((gateway.copies().len(), gateway.spooled().len()), (0, 0));
    assert_eq!(send(&gateway, &["a@example.com"]).await.status, 200);
    exim.sink.seen_soon(|seen| seen.mails.len() == 1).await;
}

#[tokio::test]
async fn an_address_without_ascii_form_needs_smtputf8_and_exim_has_it() {
    let Some((exim, gateway)) = with_exim().await else {
        return;
    };
    let answer = send(&gateway, &["пошта@example.com", "post@bücher.example"]).await;
    assert_eq!(answer.body["status"], 200, "{}", answer.text);
    exim.sink
        .seen_soon(|seen| seen.mails.iter().map(|mail| mail.to.len()).sum::<usize>() == 2)
        .await;
    let mut to: Vec<_> = exim
        .sink
        .mails()
        .into_iter()
        .flat_map(|mail| mail.to)
        .collect();
    to.sort();
    assert_eq!(to, ["post@xn--bcher-kva.example", "пошта@example.com"]);
}
