//! What travels, and when: on the way to the server and on the way from a caller who does not wait.

use rustix::io::Errno;
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
use serde_json::json;
use socket2::Socket;

use super::{gateway_to, send};
use crate::support::Gateway;
use crate::support::gateway::Answer;
use crate::support::parts;
use crate::support::raw::Raw;
use crate::support::sink::{Act, Gate, Sink};

/// With Nagle's algorithm the last line of a message waits until the server has acknowledged the one before, which
/// takes a server that delays acknowledgements 40 ms. Whether it is on is a property of the socket, so that is asked,
/// not the clock.
#[tokio::test]
async fn no_mail_waits_for_nagle_s_algorithm() {
    let gate = Gate::default();
    let held = gate.clone();
    let sink = Sink::with(move |_, command| {
        if command == "." {
            held.pass();
        }
        Act::Usual
    });
    let gateway = gateway_to(&sink).await;
    let look = async {
        // The message is here to its last dot although nothing was answered since 354.
        sink.seen_soon(|seen| seen.commands.iter().any(|line| line == "DATA"))
            .await;
        let nodelay = sockets_to(sink.port);
        gate.open();
        nodelay
    };
    let to = ["a@example.com"];
    let (answer, nodelay) = tokio::join!(send(&gateway, &to), look);
    assert_eq!(answer.status, 200);
    match nodelay {
        Some(nodelay) => assert_eq!(nodelay, [true]),
        None => parts::missing("pidfd_getfd, which this kernel or container refuses"),
    }
}

/// For each of this process's connections to a local port: whether TCP_NODELAY is set. `None`: not to be found out here.
fn sockets_to(port: u16) -> Option<Vec<bool>> {
    let own = pidfd_open(getpid(), PidfdFlags::empty()).ok()?;
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd").unwrap().flatten() {
        let number = entry.file_name().to_string_lossy().parse().unwrap();
        let socket = match pidfd_getfd(&own, number, PidfdGetfdFlags::empty()) {
            Ok(socket) => Socket::from(socket),
            // The descriptor of the listing itself is closed by now.
            Err(Errno::BADF) => continue,
            Err(_) => return None,
        };
        let peer = socket.peer_addr().ok().and_then(|peer| peer.as_socket());
        if peer.is_some_and(|peer| peer.port() == port) {
            found.push(socket.tcp_nodelay().unwrap());
        }
    }
    Some(found)
}

#[tokio::test]
async fn a_caller_that_hangs_up_neither_cuts_nor_doubles_the_mail() {
    for step in ["MAIL", "RCPT", "DATA", "."] {
        let gate = Gate::default();
        let held = gate.clone();
        let sink = Sink::with(move |_, command| {
            if command.starts_with(step) {
                held.pass();
            }
            Act::Usual
        });
        let gateway = gateway_to(&sink).await;
        let mail = json!({"to": "a@example.com", "subject": "Hello", "body": "Text"}).to_string();
        let length = format!("Content-Length: {}", mail.len());
        let mut caller = Raw::post(&gateway, "/mail", &[&length]).await;
        caller.send(mail.as_bytes()).await.unwrap();
        let reached = move |line: &String| match step {
            "." => line == "DATA",
            step => line.starts_with(step),
        };
        sink.seen_soon(|seen| seen.commands.iter().any(reached))
            .await;
        caller.reset();
        // The gateway has noticed by the time that it has answered others.
        assert_eq!(
            gateway.get("ralf", "/mail").send().await.unwrap().status(),
            200
        );
        gate.open();
        sink.seen_soon(|seen| seen.mails.len() == 1).await;
        let whole = sink.mails()[0].text();
        assert!(whole.ends_with("Text\r\n"), "{whole}");
        copies_become(&gateway, 1).await;
        assert_eq!(
            (sink.mails().len(), gateway.spooled().len()),
            (1, 0),
            "{step}"
        );
    }
}

async fn copies_become(gateway: &Gateway, count: usize) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while gateway.copies().len() != count || !gateway.spooled().is_empty() {
        assert!(
            std::time::Instant::now() < deadline,
            "{:?}",
            gateway.spooled()
        );
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_stop_lets_the_mail_under_way_go_out() {
    let gate = Gate::default();
    let held = gate.clone();
    let sink = Sink::with(move |_, command| {
        if command == "." {
            held.pass();
        }
        Act::Usual
    });
    let gateway = gateway_to(&sink).await;
    let mail = json!({"to": "a@example.com", "body": "Text"});
    let request = gateway.post("ralf", "/mail").json(&mail);
    let answer = tokio::spawn(request.send());
    sink.seen_soon(|seen| seen.commands.iter().any(|line| line == "DATA"))
        .await;
    let stopping = tokio::spawn(gateway.stop());
    gate.open();
    let answer = Answer::of(answer.await.unwrap().unwrap()).await;
    // Without a warning: the copy was filed, too.
    assert_eq!(
        answer.body,
        json!({"status": 200, "message": "Mail successful sent"})
    );
    stopping.await.unwrap();
    assert_eq!(sink.mails().len(), 1);
}
