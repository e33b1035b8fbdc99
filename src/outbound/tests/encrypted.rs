//! What becomes of a mail when the server fails, in clear text and encrypted: the same, and always the truth.

use futures_util::future::join_all;

use super::fake_server::{Act, Certificate, FakeServer};
use super::*;

struct Scene {
    house: House,
    server: FakeServer,
    smtp: SmtpServer,
    step: &'static str,
    act: Act,
}

/// Servers that do one thing at one step, in clear text and encrypted.
async fn scenes(faults: &[(&'static str, Act)]) -> Vec<Scene> {
    let hasty = OutboundLimits {
        smtp_timeout: Duration::from_secs(2),
        ..limits()
    };
    let certificate = Certificate::new();
    let mut scenes = Vec::new();
    for &(step, act) in faults {
        let script = move |_: usize, command: &str| match command.starts_with(step) {
            true => act,
            false => Act::Usual,
        };
        for (scheme, server) in [
            ("smtp", FakeServer::start(script).await),
            ("smtps", FakeServer::encrypted(&certificate, script).await),
        ] {
            let url = format!("{scheme}://127.0.0.1:{}", server.port);
            scenes.push(Scene {
                house: house_trusting(certificate.tls(), hasty),
                smtp: url.parse().expect("a URL"),
                server,
                step,
                act,
            });
        }
    }
    scenes
}

impl Scene {
    async fn send(&self) -> Result<Sent, SendError> {
        self.house.send_as(self.smtp.clone(), None, draft()).await
    }

    /// Sends more than sockets hold.
    async fn send_long(&self) -> Result<Sent, SendError> {
        let size = 6 << 20;
        let path = self.house.dir.path().join("long");
        fs::File::create(&path)
            .and_then(|file| file.set_len(size))
            .expect("writes");
        let attachment = Attachment {
            name: "long".into(),
            reference: String::new(),
            content_type: String::new(),
            size,
            path,
        };
        let sender = self.house.sender(self.smtp.clone());
        let outbound = &self.house.outbound;
        outbound
            .send(
                sender,
                parsed(draft()),
                Enclosed::of(attachment),
                Arc::default(),
            )
            .await
    }
}

/// What the caller is told by each server, once all of them have done it.
async fn failures(scenes: &[Scene]) -> Vec<(&Scene, Value)> {
    let sent = join_all(scenes.iter().map(Scene::send)).await;
    let told = sent
        .into_iter()
        .map(|sent| answer(sent.expect_err("failed")));
    scenes.iter().zip(told).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn encryption_carries_mail_after_mail_over_one_connection() {
    for scene in scenes(&[("none", Act::Usual)]).await {
        scene.send().await.expect("sent");
        scene.send_long().await.expect("sent");
        scene.send().await.expect("sent");
        let (connects, mails) = scene.server.seen(|seen| (seen.connects, seen.mails.len()));
        assert_eq!((connects, mails), (1, 3));
        let mut sent = scene.server.seen(|seen| {
            let data = seen.mails.iter().map(|mail| mail.data.clone());
            data.collect::<Vec<_>>()
        });
        let mut copies = scene.house.copies();
        sent.sort();
        copies.sort();
        assert!(sent == copies);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_before_the_last_dot_the_mail_was_not_sent() {
    let steps = ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"];
    let faults = [Act::Close, Act::Hang].map(|act| steps.map(|step| (step, act)));
    for (scene, body) in failures(&scenes(&faults.concat()).await).await {
        let step = scene.step;
        assert_eq!(body["message"], "SMTP Server not reachable", "{step}");
        let expected = match scene.act {
            Act::Close => "the server closed the connection",
            _ => "no answer within 2 s",
        };
        assert_eq!(body["details"]["reason"], expected, "{step}");
        assert_eq!(scene.house.spooled(), Vec::<String>::new(), "{step}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_answer_to_the_last_dot_a_mail_is_in_doubt() {
    let faults = [(".", Act::Close), (".", Act::Hang)];
    for (scene, body) in failures(&scenes(&faults).await).await {
        assert_eq!(body["details"]["state"], "in doubt", "{body}");
        assert_eq!(scene.server.seen(|seen| seen.mails.len()), 1);
        assert_eq!(scene.house.spooled().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_the_server_has_not_read_to_its_end_was_not_sent() {
    let faults = ["354 go on", "354 go on\r\n552 5.3.4 no more of that"];
    let faults = faults.map(|words| ("DATA", Act::SayAndHang(words)));
    let scenes = scenes(&faults).await;
    let sent = join_all(scenes.iter().map(Scene::send_long)).await;
    for (scene, sent) in scenes.iter().zip(sent) {
        let body = answer(sent.expect_err("cut"));
        let expected = match scene.act == faults[1].1 {
            true => "552 5.3.4 no more of that",
            false => "SMTP Server not reachable",
        };
        assert_eq!(body["message"], expected, "{body}");
        assert_eq!(scene.house.spooled(), Vec::<String>::new());
        // The connection is in the middle of a message, and of no more use.
        let pool = scene.house.outbound.0.pools.of(AccountId(1));
        assert!(pool.is_unused());
    }
}
