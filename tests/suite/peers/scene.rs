//! A gateway with a troublesome peer and a neighbour who gets composes all the time.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::gateway::Answer;
use crate::support::people::{self, PASSWORD, Peer, basic};
use crate::support::socket::Socket;
use crate::support::{Gateway, Page, eventually};

/// Two of them and a quarter is the documented time for a silent session.
pub const HEARTBEAT: Duration = Duration::from_millis(800);
/// Composes of the neighbour before the trouble begins, to compare with.
const CALM: usize = 20;
/// And at least so many while it lasts.
const TROUBLED: usize = 20;
/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody whose page opens every window, and whose caller asks for one after the other.
struct Neighbour {
    page: JoinHandle<Vec<String>>,
    caller: JoinHandle<Vec<(u16, Duration)>>,
    /// Ends the caller, who ends the page with the last answer.
    stop: watch::Sender<bool>,
    /// Answers so far.
    answered: watch::Receiver<usize>,
}

impl Neighbour {
    fn new(page: Page, request: impl Fn() -> reqwest::RequestBuilder + Send + 'static) -> Self {
        let (stop, stopped) = watch::channel(false);
        let (count, answered) = watch::channel(0);
        let mut counted = answered.clone();
        let page = tokio::spawn(async move {
            let mut page = page;
            let mut offers = Vec::new();
            loop {
                tokio::select! {
                    frame = page.next() => {
                        let frame = frame.expect("the neighbour's page stays");
                        if frame["type"] == "compose" {
                            let id = &frame["id"];
                            offers.push(id.to_string());
                            page.say(json!({"type": "ack", "id": id, "state": "opened"})).await;
                            page.say(json!({"type": "finished", "id": id, "state": "discarded"})).await;
                        }
                    }
                    () = ended(&mut counted) => break,
                }
            }
            page.close().await;
            offers
        });
        let caller = tokio::spawn(async move {
            let mut answers = Vec::new();
            while !*stopped.borrow() {
                let began = Instant::now();
                let status = request().send().await.unwrap().status().as_u16();
                answers.push((status, began.elapsed()));
                count.send_replace(answers.len());
            }
            answers
        });
        Self {
            page,
            caller,
            stop,
            answered,
        }
    }

    async fn answered(&mut self, more: usize) {
        let least = *self.answered.borrow() + more;
        let enough = self.answered.wait_for(|count| *count >= least);
        tokio::time::timeout(PATIENCE, enough)
            .await
            .expect("the neighbour gets composes")
            .unwrap();
    }

    /// Stops, and says what came of it.
    async fn judge(self, calm: usize) {
        self.stop.send_replace(true);
        let answers = self.caller.await.unwrap();
        let offers = self.page.await.unwrap();
        let statuses: Vec<_> = answers.iter().map(|(status, _)| *status).collect();
        assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
        let windows: HashSet<_> = offers.iter().collect();
        assert_eq!(
            (windows.len(), offers.len()),
            (answers.len(), answers.len())
        );
        let median = |answers: &[(u16, Duration)]| {
            let mut times: Vec<_> = answers.iter().map(|(_, time)| *time).collect();
            times.sort_unstable();
            times[times.len() / 2]
        };
        let (before, during) = (median(&answers[..calm]), median(&answers[calm..]));
        let ratio = during.as_secs_f64() / before.as_secs_f64();
        println!(
            "neighbour: {} composes confirmed, median {before:?} before, {during:?} during: {ratio:.2}",
            answers.len()
        );
    }
}

/// Waits until nobody counts any more.
async fn ended(count: &mut watch::Receiver<usize>) {
    while count.changed().await.is_ok() {}
}

pub struct Scene {
    pub gateway: Gateway,
    pub peers: Vec<Peer>,
    holders: usize,
    neighbour: Neighbour,
    calm: usize,
    /// Sessions by user, as a watching page is told.
    online: watch::Receiver<HashMap<i32, i64>>,
    watcher: JoinHandle<()>,
}

impl Scene {
    /// Anna is the neighbour, root watches who comes and goes, and the peers are the test's.
    pub async fn set(peers: usize) -> Self {
        Self::with(peers, HEARTBEAT, Duration::from_secs(8)).await
    }

    /// The same with other times, of which `deadline` is that for confirming a window.
    pub async fn with(peers: usize, heartbeat: Duration, deadline: Duration) -> Self {
        let gateway = Gateway::with(|config| {
            config.presence.heartbeat = heartbeat;
            config.presence.resume_grace = Duration::from_millis(300);
            config.presence.compose_deadline = deadline;
            // No second offer hides that the first was not confirmed.
            config.presence.offer_stagger = 2 * deadline;
        })
        .await;
        let peers = people::more(&gateway.store, peers).await;
        let holders = gateway.load.session_holders();
        let (told, online) = watch::channel(HashMap::new());
        let mut page = Page::open(&gateway, "root").await;
        page.say(json!({"type": "watch"})).await;
        page.say(json!({"type": "ping"})).await;
        page.next_of("pong").await;
        let watcher = tokio::spawn(async move {
            while let Ok(frame) = page.next_whenever().await {
                if frame["type"] == "presence" {
                    let user = frame["user"]["id"].as_i64().unwrap() as i32;
                    let sessions = frame["sessions"].as_i64().unwrap();
                    told.send_modify(|online| {
                        online.insert(user, sessions);
                    });
                }
            }
        });
        let page = Page::open(&gateway, "anna").await;
        let (http, url) = (gateway.http.clone(), gateway.url("/mail/compose"));
        let authorization = basic("anna", PASSWORD);
        let mut neighbour = Neighbour::new(page, move || {
            let request = http.post(&url).header("authorization", &authorization);
            request.json(&json!({"subject": "Hello"}))
        });
        neighbour.answered(CALM).await;
        let calm = *neighbour.answered.borrow();
        Self {
            calm,
            peers,
            gateway,
            holders,
            neighbour,
            online,
            watcher,
        }
    }

    /// Waits until the watching page has been told that a user has so many sessions.
    pub async fn has_sessions(&self, peer: &Peer, sessions: i64) {
        let mut online = self.online.clone();
        let told = online.wait_for(|online| online.get(&peer.id) == Some(&sessions));
        tokio::time::timeout(PATIENCE, told)
            .await
            .unwrap_or_else(|_| panic!("{} never had {sessions} sessions", peer.login))
            .unwrap();
    }

    /// A page of a peer, by way of `address`, that the watching page has been told of.
    pub async fn page(&self, peer: &Peer, address: &str) -> Page {
        let page = Page::at(address, &peer.login, PASSWORD).await;
        self.has_sessions(peer, 1).await;
        page
    }

    /// A bare WebSocket of a peer, that the watching page has been told of.
    pub async fn socket(&self, peer: &Peer) -> Socket {
        let socket = Socket::open(&self.gateway.address, &peer.login, PASSWORD).await;
        self.has_sessions(peer, 1).await;
        socket
    }

    /// Asks for a window for a peer.
    pub async fn compose(&self, peer: &Peer) -> Answer {
        let draft = json!({"subject": "Hello"});
        let login = &peer.login;
        self.gateway.post_json(login, "/mail/compose", &draft).await
    }

    /// Waits until a peer has gone, and sees that callers are told so.
    pub async fn goes_offline(&self, peer: &Peer) {
        self.has_sessions(peer, 0).await;
        assert_offline(&self.compose(peer).await);
    }

    /// Sees that the neighbour has not noticed and that nothing is left behind.
    pub async fn ends_well(mut self) {
        self.neighbour.answered(TROUBLED).await;
        self.neighbour.judge(self.calm).await;
        self.watcher.abort();
        let load = &self.gateway.load;
        eventually("sessions and users are gone", async || {
            let actors = load.session_holders();
            (load.sessions().await, load.users(), actors) == (0, 0, self.holders)
        })
        .await;
        eventually("composes and their tasks are gone", async || {
            let (under_way, _, bytes) = load.composes();
            (under_way, bytes, load.tasks()) == (0, 0, 0)
        })
        .await;
    }
}

/// The answer for somebody who is not there.
pub fn assert_offline(answer: &Answer) {
    let reason = &answer.body["details"]["reason"];
    assert_eq!((answer.status, reason), (404, &Value::from("offline")));
}
