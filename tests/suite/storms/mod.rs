//! Many at once: everybody comes back after a restart, everybody signs in, one person opens page after page.

mod crowd;
mod restart;

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::{mpsc, watch};

use crate::support::people::{self, PASSWORD};
use crate::support::{Gateway, Page};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_do_not_starve_composes() {
    const LOGINS: usize = 48;
    const LEAST: usize = 10;
    let gateway = Gateway::start().await;
    let peers = people::more(&gateway.store, LOGINS).await;
    let mut page = Page::open(&gateway, "ralf").await;
    let (stop, mut stopped) = watch::channel(false);
    let opening = tokio::spawn(async move {
        loop {
            tokio::select! {
                frame = page.next_whenever() => {
                    let frame = frame.unwrap();
                    if frame["type"] == "compose" {
                        let ack = json!({"type": "ack", "id": frame["id"], "state": "opened"});
                        page.say(ack).await;
                    }
                }
                _ = stopped.changed() => break,
            }
        }
    });
    let login = async |login: &str| {
        let form = json!({"login": login, "password": PASSWORD});
        let request = gateway.request(reqwest::Method::POST, "/login");
        request.json(&form).send().await.unwrap().status().as_u16()
    };
    let mut logins = std::pin::pin!(join_all(peers.iter().map(|peer| login(&peer.login))));
    let draft = json!({"subject": "Hello"});
    let mut statuses = Vec::new();
    let (mut during, mut all) = (0, None);
    // Composes one after the other, as long as passwords are being checked.
    while all.is_none() {
        tokio::select! {
            biased;
            done = &mut logins => all = Some(done),
            answer = gateway.post_json("ralf", "/mail/compose", &draft) => {
                statuses.push(answer.status);
                during += 1;
            }
        }
    }
    stop.send_replace(true);
    opening.await.unwrap();
    assert_eq!(all.unwrap(), [200; LOGINS]);
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    println!("{during} composes confirmed during {LOGINS} logins");
    assert!(during >= LEAST, "{during}");
}

#[tokio::test]
async fn pages_without_end_of_one_user_leave_as_many_as_there_may_be() {
    const MOST: usize = 5;
    const PAGES: usize = 150;
    let gateway = Gateway::with(|config| config.presence.sessions_per_user = MOST).await;
    let (ended, mut codes) = mpsc::unbounded_channel();
    let pages = join_all((0..PAGES).map(|_| Page::open(&gateway, "ralf"))).await;
    for mut page in pages {
        let ended = ended.clone();
        tokio::spawn(async move {
            let code = loop {
                match page.next_whenever().await {
                    Ok(frame) if frame["type"] == "compose" => {
                        let ack = json!({"type": "ack", "id": frame["id"], "state": "opened"});
                        page.say(ack).await;
                    }
                    Ok(_) => {}
                    Err(code) => break code,
                }
            };
            let _ = ended.send(code);
        });
    }
    for _ in 0..PAGES - MOST {
        let code = tokio::time::timeout(Duration::from_secs(20), codes.recv());
        assert_eq!(code.await.unwrap().unwrap(), Some(4408));
    }
    let answer = gateway.post_json("ralf", "/mail/compose", &json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(gateway.load.sessions().await, MOST);
    assert!(codes.try_recv().is_err(), "one more has gone");
}
