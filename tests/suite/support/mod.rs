//! What tests are made of: a gateway on a random port or as a process of its own, pages that speak its protocol, people
//! with credentials, servers for the mail that it sends.

pub mod axe;
pub mod browser;
pub mod browser_tools;
pub mod certificates;
pub mod command;
pub mod devtools;
pub mod dns;
pub mod dovecot;
pub mod exchange;
pub mod exim;
pub mod gateway;
pub mod network;
pub mod page;
pub mod parts;
pub mod people;
pub mod ports;
pub mod post;
pub mod proxy;
pub mod raw;
pub mod sink;
pub mod socket;
pub mod strangers;
pub mod trap;

pub use axe::Axe;
pub use browser::Browser;
pub use gateway::Gateway;
pub use page::Page;

use std::time::{Duration, Instant};

/// Waits until something that nobody announces has come about.
pub async fn eventually(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !happened().await {
        assert!(began.elapsed() < Duration::from_secs(60), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
