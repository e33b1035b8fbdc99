//! A thousand sessions opened and closed, with composes among them, leave nothing behind.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::Client;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::support::gateway::client;
use crate::support::people::{PASSWORD, basic};
use crate::support::{Gateway, Page, eventually};

const ROUNDS: usize = 20;
const SESSIONS: usize = 50;

/// A gateway from outside, and somebody's way in.
struct Place {
    address: String,
    authorization: String,
    http: Client,
}

impl Place {
    /// Pages come, take composes, and go in every way in which pages go.
    async fn storm(&self, rounds: usize) {
        for round in 0..rounds {
            let pages = join_all((0..SESSIONS).map(|_| self.open())).await;
            let (end, ended) = watch::channel(());
            let living: Vec<_> = pages
                .into_iter()
                .enumerate()
                .map(|(number, page)| tokio::spawn(live(page, number, ended.clone())))
                .collect();
            for status in join_all((0..5).map(|_| self.compose())).await {
                assert_eq!(status, 200);
            }
            self.hang_up("/mail/compose", br#"{"subject": "Hello"}"#)
                .await;
            self.break_off("/mail/attachments/a").await;
            end.send_replace(());
            for page in living {
                page.await.unwrap();
            }
            if round % 5 == 0 {
                // Nobody is there to open it: the last page has gone, or is about to have gone.
                assert_eq!(self.compose().await, 404);
            }
        }
    }

    async fn open(&self) -> Page {
        let mut page = Page::upgrade_at(&self.address, &[("authorization", &self.authorization)])
            .await
            .unwrap();
        page.next_of("hello").await;
        page
    }

    async fn compose(&self) -> u16 {
        let url = format!("http://{}/mail/compose", self.address);
        let request = self
            .http
            .post(url)
            .header("authorization", &self.authorization);
        let draft = json!({"subject": "Hello", "body": "x".repeat(5000)});
        request.json(&draft).send().await.unwrap().status().as_u16()
    }

    /// Sends a request and does not wait for its answer.
    async fn hang_up(&self, path: &str, body: &[u8]) {
        let mut stream = self.begin(path, body.len()).await;
        stream.write_all(body).await.unwrap();
    }

    /// Sends half of a request.
    async fn break_off(&self, path: &str) {
        let mut stream = self.begin(path, 1_000_000).await;
        stream.write_all(&[b'x'; 300_000]).await.unwrap();
    }

    async fn begin(&self, path: &str, length: usize) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nContent-Length: {length}\r\n\r\n",
            self.authorization
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }
}

/// A page that opens what comes and throws it away, until it goes in its own way.
async fn live(mut page: Page, number: usize, mut ended: watch::Receiver<()>) {
    loop {
        tokio::select! {
            _ = ended.changed() => break,
            frame = page.next() => {
                let Ok(frame) = frame else { return };
                if frame["type"] == "compose" {
                    let id = &frame["id"];
                    page.say(json!({"type": "ack", "id": id, "state": "opened"})).await;
                    page.say(json!({"type": "finished", "id": id, "state": "discarded"})).await;
                }
            }
        }
    }
    match number % 4 {
        0 => page.close().await,
        1 => drop(page),
        2 => {
            page.send(Message::Binary(Bytes::from_static(b"x"))).await;
            assert_eq!(page.closed().await, Some(1003));
        }
        _ => {
            page.send(Message::Close(None)).await;
            drop(page);
        }
    }
}

#[tokio::test]
async fn in_memory() {
    let gateway = Gateway::with(|config| {
        config.presence.sessions_per_user = 2 * SESSIONS;
        config.presence.resume_grace = Duration::from_millis(100);
        config.presence.compose_deadline = Duration::from_secs(2);
        config.presence.heartbeat = Duration::from_secs(2);
    })
    .await;
    let place = Place {
        address: gateway.address.clone(),
        authorization: basic("ralf", PASSWORD),
        http: client(),
    };
    let load = &gateway.load;
    let holders = load.session_holders();
    place.storm(ROUNDS).await;
    eventually("sessions and users are gone", async || {
        (load.sessions().await, load.users(), load.session_holders()) == (0, 0, holders)
    })
    .await;
    eventually("composes and their tasks are gone", async || {
        let (under_way, _, bytes) = load.composes();
        (under_way, bytes, load.tasks()) == (0, 0, 0)
    })
    .await;
}

/// `quillgate demo` as people run it.
struct Demo {
    child: Child,
    directory: TempDir,
    place: Place,
}

impl Demo {
    fn start() -> Self {
        let directory = TempDir::new().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_quillgate"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data", "data"])
            .current_dir(directory.path())
            .env("QUILLGATE_PRESENCE_SESSIONS_PER_USER", "100")
            .env("QUILLGATE_PRESENCE_COMPOSES_PER_MINUTE", "0")
            .env("QUILLGATE_PRESENCE_RESUME_GRACE", "100ms")
            .env("QUILLGATE_PRESENCE_COMPOSE_DEADLINE", "2s")
            .env("QUILLGATE_PRESENCE_HEARTBEAT", "2s")
            .env("QUILLGATE_LOG_LEVEL", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.find_map(|line| line.unwrap().strip_prefix("Open").map(str::to_owned));
        let url = first.expect("where it listens");
        let address = url
            .trim()
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let place = Place {
            address,
            authorization: basic("ralf", "demo"),
            http: client(),
        };
        Self {
            child,
            directory,
            place,
        }
    }

    /// Descriptors and threads of the process.
    fn held(&self) -> (usize, usize) {
        let count = |what: &str| {
            std::fs::read_dir(format!("/proc/{}/{what}", self.child.id()))
                .unwrap()
                .count()
        };
        (count("fd"), count("task"))
    }

    fn files(&self) -> BTreeSet<String> {
        fn walk(directory: &Path, found: &mut BTreeSet<String>) {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else {
                    found.insert(path.display().to_string());
                }
            }
        }
        let mut found = BTreeSet::new();
        walk(self.directory.path(), &mut found);
        found
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn in_the_process_and_on_the_disk() {
    let mut demo = tokio::task::spawn_blocking(Demo::start).await.unwrap();
    // What is made once and kept: threads of the pool, pages of the database.
    demo.place.storm(2).await;
    demo.place.http = client();
    eventually("the first descriptors are back", async || {
        demo.held().0 < SESSIONS
    })
    .await;
    eventually("the first broken-off uploads are gone", async || {
        !demo.files().iter().any(|file| file.contains("/blobs/"))
    })
    .await;
    let (files, (descriptors, threads)) = (demo.files(), demo.held());
    demo.place.storm(ROUNDS).await;
    demo.place.http = client();
    eventually("descriptors and threads are back", async || {
        let held = demo.held();
        held.0 <= descriptors && held.1 <= threads
    })
    .await;
    eventually("the disk is as before", async || demo.files() == files).await;
    let id = Pid::from_raw(i32::try_from(demo.child.id()).unwrap()).unwrap();
    kill_process(id, Signal::TERM).unwrap();
    let status = tokio::task::spawn_blocking(move || demo.child.wait())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(status.code(), Some(0), "stops in order");
}
