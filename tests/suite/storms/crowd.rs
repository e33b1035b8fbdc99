//! Many people, each with a page that opens every window and comes back as a page does.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::support::Page;
use crate::support::command::House;
use crate::support::gateway::{Answer, client};
use crate::support::people::basic;

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A house with many people in it, and a token for all of them.
pub fn house(people: usize) -> (House, String) {
    let house = House::new("");
    house.ok(&[
        "account",
        "add",
        "--name",
        "Test",
        "--everyone",
        "--smtp",
        "file:outbox",
    ]);
    let lines = (0..people).map(|number| {
        let login = login(number);
        format!("{{\"login\":\"{login}\",\"name\":\"{login}\",\"email\":\"{login}@example.org\",\"accounts\":[1]}}\n")
    });
    house.write("people", &lines.collect::<String>());
    house.ok(&["user", "import", "people"]);
    let token = house.ok(&["token", "create", "--all-users"]);
    (house, token.trim().to_owned())
}

pub fn login(number: usize) -> String {
    format!("person{number}")
}

/// What is known of all pages together.
struct Shared {
    address: String,
    token: String,
    /// People whose page is connected.
    there: watch::Sender<HashSet<usize>>,
    /// Whose page was told to come back when the server stopped, and after how many milliseconds.
    farewells: Mutex<Vec<(usize, u64)>>,
}

pub struct Crowd {
    shared: Arc<Shared>,
    people: usize,
    /// Ended with the crowd.
    _pages: JoinSet<()>,
}

impl Crowd {
    pub fn gather(address: &str, token: &str, people: usize) -> Self {
        let shared = Arc::new(Shared {
            address: address.to_owned(),
            token: token.to_owned(),
            there: watch::Sender::new(HashSet::new()),
            farewells: Mutex::default(),
        });
        let mut pages = JoinSet::new();
        for number in 0..people {
            pages.spawn(live(shared.clone(), number));
        }
        Self {
            shared,
            people,
            _pages: pages,
        }
    }

    /// Waits until everybody is there.
    pub async fn is_complete(&self) {
        let mut there = self.shared.there.subscribe();
        let all = there.wait_for(|there| there.len() == self.people);
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            panic!("{} of {}", self.shared.there.borrow().len(), self.people);
        }
    }

    /// Waits until nobody is there.
    pub async fn has_gone(&self) {
        let mut there = self.shared.there.subscribe();
        let none = there.wait_for(HashSet::is_empty);
        if tokio::time::timeout(PATIENCE, none).await.is_err() {
            panic!("{} are still there", self.shared.there.borrow().len());
        }
    }

    /// Whose pages were told to come back, and after how many milliseconds.
    pub fn farewells(&self) -> Vec<(usize, u64)> {
        self.shared.farewells.lock().unwrap().clone()
    }

    /// Asks for a window for every so many-th person, all at once. Returns the answers that are not 200.
    pub async fn composes(&self, every: usize) -> Vec<(usize, Answer)> {
        let http = client();
        let url = format!("http://{}/mail/compose", self.shared.address);
        let composes = (0..self.people).step_by(every).map(|number| {
            let authorization = basic(&login(number), &self.shared.token);
            let request = http.post(&url).header("authorization", authorization);
            let request = request.json(&json!({"subject": "Hello"})).send();
            async move { (number, Answer::of(request.await.unwrap()).await) }
        });
        let mut answers = join_all(composes).await;
        answers.retain(|(_, answer)| answer.status != 200);
        answers
    }
}

async fn live(shared: Arc<Shared>, number: usize) {
    let authorization = basic(&login(number), &shared.token);
    // Each in its own rhythm.
    let jitter = Duration::from_millis(number as u64 * 7919 % 700);
    loop {
        let headers = [("authorization", authorization.as_str())];
        let page = Page::upgrade_at(&shared.address, &headers).await;
        let back = match page {
            Ok(page) => until_it_ends(&shared, number, page).await,
            Err(_) => None,
        };
        tokio::time::sleep(back.unwrap_or(jitter)).await;
    }
}

/// Returns after how long the page was told to come back.
async fn until_it_ends(shared: &Shared, number: usize, mut page: Page) -> Option<Duration> {
    let mut back = None;
    while let Ok(frame) = page.next_whenever().await {
        match frame["type"].as_str() {
            Some("hello") => {
                shared.there.send_modify(|there| {
                    there.insert(number);
                });
            }
            Some("compose") => {
                let ack = json!({"type": "ack", "id": frame["id"], "state": "opened"});
                let _ = page.try_say(ack).await;
            }
            Some("close") => {
                let after = frame["reconnectAfter"].as_u64().unwrap();
                shared.farewells.lock().unwrap().push((number, after));
                back = Some(Duration::from_millis(after));
            }
            _ => {}
        }
    }
    shared.there.send_modify(|there| {
        there.remove(&number);
    });
    back
}
