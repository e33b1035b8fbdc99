//! With warm caches a compose needs neither the database nor the blocking pool.

use std::sync::mpsc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, COOKIE};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tokio::runtime::Handle;

use crate::support::people::{PASSWORD, basic, sign_in, token};
use crate::support::sink::Gate;
use crate::support::{Gateway, Page, eventually};

/// What tokio gives a runtime for work that blocks.
const BLOCKING_THREADS: usize = 512;
const COMPOSES: usize = 20;

/// Every thread of a runtime is held: what is handed to it waits, and can be counted.
struct Standstill<'a> {
    runtime: &'a Handle,
    gate: Gate,
    tasks: usize,
}

impl<'a> Standstill<'a> {
    fn of(runtime: &'a Handle) -> Self {
        let gate = Gate::default();
        let (held, holding) = mpsc::channel();
        let hold = || {
            let (held, gate) = (held.clone(), gate.clone());
            move || {
                held.send(()).unwrap();
                gate.pass();
            }
        };
        let workers = runtime.metrics().num_workers();
        for _ in 0..workers {
            let hold = hold();
            runtime.spawn(async move { hold() });
        }
        for _ in 0..BLOCKING_THREADS {
            runtime.spawn_blocking(hold());
        }
        for _ in 0..workers + BLOCKING_THREADS {
            holding.recv_timeout(Duration::from_secs(20)).unwrap();
        }
        let tasks = runtime.metrics().num_alive_tasks();
        Self {
            runtime,
            gate,
            tasks,
        }
    }

    /// Tasks that were handed over since: each query of the database is one.
    fn waiting(&self) -> usize {
        self.runtime.metrics().num_alive_tasks() - self.tasks
    }
}

impl Drop for Standstill<'_> {
    fn drop(&mut self) {
        self.gate.open();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_warm_way_asks_neither_database_nor_blocking_pool() {
    let gateway = Gateway::start().await;
    let mut page = Page::open(&gateway, "ralf").await;
    let (_, token) = token(&gateway, None, "groupdav mail", None).await;
    let cookie = sign_in(&gateway, "ralf").await;
    let credentials = [
        (AUTHORIZATION, basic("ralf", &token)),
        (AUTHORIZATION, basic("ralf", PASSWORD)),
        (COOKIE, cookie),
    ];
    let mut compose = async |(header, value): &(_, String)| {
        let draft = json!({"to": ["Info <info@example.org>"], "subject": "Hello", "body": "Text"});
        let request = gateway
            .request(reqwest::Method::POST, "/mail/compose")
            .header(header, value)
            .json(&draft);
        let both = async {
            tokio::join!(request.send(), page.accept())
                .0
                .unwrap()
                .status()
        };
        tokio::time::timeout(Duration::from_secs(10), both).await
    };
    for credential in &credentials {
        assert_eq!(compose(credential).await.expect("an answer"), 200);
    }
    // The registry writes down who is online on its own account, and not again for the same.
    eventually("ralf is written down", async || {
        let rows = Statement::from_string(
            sea_orm::DbBackend::Sqlite,
            "SELECT 1 FROM online_users WHERE user_id = 5",
        );
        let found = gateway
            .store
            .read(move |db| async move { db.query_one_raw(rows).await });
        found.await.unwrap().is_some()
    })
    .await;

    let standstill = Standstill::of(&gateway.runtime);
    let mut confirmed = 0;
    for credential in credentials.iter().cycle().take(COMPOSES) {
        let status = compose(credential).await;
        confirmed += usize::from(status.is_ok_and(|status| status == 200));
        if confirmed == 0 {
            break;
        }
    }
    assert_eq!(
        (standstill.waiting(), confirmed),
        (0, COMPOSES),
        "queries, and composes confirmed without them and without the blocking pool"
    );
}
