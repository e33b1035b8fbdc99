//! A server that stops or dies with many sessions, and starts again.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use quillgate::server::signals::allow_many_files;
use quillgate::store::Store;
use rustix::process::Signal;
use sea_orm::{ConnectionTrait, Statement};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, block_in_place};

use super::crowd::{self, Crowd};
use crate::support::people::basic;
use crate::support::{Page, eventually};

const PEOPLE: usize = 1500;
/// Every so many-th of them gets a compose as soon as the server listens.
const EVERY: usize = 6;

/// How many users are written down as online.
async fn written(store: &Store) -> i64 {
    let count = store.read(|db| async move {
        let count = "SELECT COUNT(*) AS users FROM online_users";
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), count));
        row.await?.unwrap().try_get("", "users")
    });
    count.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_comes_back_after_a_crash_and_after_a_stop() {
    allow_many_files(2 * PEOPLE);
    let (house, token) = block_in_place(|| crowd::house(PEOPLE));
    let mut server = block_in_place(|| house.serve());
    let address = server.address();
    let crowd = Crowd::gather(&address, &token, PEOPLE);
    crowd.is_complete().await;
    let database = house.path("data/quillgate.db");
    let store = Store::open(&database, Handle::current()).await.unwrap();
    eventually("those online are written down", async || {
        written(&store).await == PEOPLE as i64
    })
    .await;
    let again = || block_in_place(|| house.serve_with(&["serve", "--listen", &address]));
    let missed = async |crowd: &Crowd| {
        let missed = crowd.composes(EVERY).await;
        missed
            .into_iter()
            .map(|(number, answer)| (number, answer.text))
            .collect::<Vec<_>>()
    };

    // It dies. Nobody was told anything.
    block_in_place(|| server.kill());
    crowd.has_gone().await;
    server = again();
    let began = Instant::now();
    assert_eq!(missed(&crowd).await, []);
    crowd.is_complete().await;
    println!("{PEOPLE} back {:?} after a crash", began.elapsed());
    assert!(crowd.farewells().is_empty());

    // It stops in order, and tells each when to come back.
    assert_eq!(block_in_place(|| server.stop()), Some(0));
    crowd.has_gone().await;
    let farewells = crowd.farewells();
    // One who is told to come back soon may come before the last of the others was told, and is told again.
    let people = farewells.iter().map(|(number, _)| number);
    assert_eq!(people.collect::<HashSet<_>>().len(), PEOPLE);
    let moments = farewells.iter().map(|(_, after)| *after);
    assert!(moments.clone().all(|after| (500..=10_000).contains(&after)));
    assert!(moments.collect::<HashSet<_>>().len() >= PEOPLE);
    server = again();
    let began = Instant::now();
    assert_eq!(missed(&crowd).await, []);
    crowd.is_complete().await;
    println!("{PEOPLE} back {:?} after a stop", began.elapsed());
    assert_eq!(block_in_place(|| server.stop()), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_arrive_while_the_server_stops_hold_up_nothing() {
    const PEOPLE: usize = 60;
    let (house, token) = block_in_place(|| crowd::house(PEOPLE));
    let mut server = block_in_place(|| house.serve());
    let address = server.address();
    let mut arrivals = JoinSet::new();
    let taken = Arc::new(AtomicUsize::new(0));
    for number in 0..PEOPLE {
        let (address, token, taken) = (address.clone(), token.clone(), taken.clone());
        arrivals.spawn(async move {
            let authorization = basic(&crowd::login(number), &token);
            let headers = [("authorization", authorization.as_str())];
            // One after the other, until nobody is there to connect to. Half of them stay until they are sent away.
            while let Ok(mut page) = Page::upgrade_at(&address, &headers).await {
                if number % 2 == 0 {
                    let mut last = None;
                    while let Ok(frame) = page.next().await {
                        last = Some(frame);
                    }
                    // Too late for a `hello`, or not: either way it is told when to come back.
                    if let Some(last) = last {
                        assert_eq!(last["type"], "close");
                    }
                } else {
                    let _ = page.next().await;
                }
                taken.fetch_add(1, Relaxed);
            }
        });
    }
    eventually("they come and go", async || taken.load(Relaxed) > PEOPLE).await;
    server.signal(Signal::TERM);
    let began = Instant::now();
    assert_eq!(block_in_place(|| server.ended()), Some(0));
    // The server's own patience with what is under way is thirty seconds.
    assert!(began.elapsed() < Duration::from_secs(25));
    arrivals.join_all().await;
}
