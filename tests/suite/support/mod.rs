//! What tests are made of: a gateway on a random port, pages that speak its protocol, people with credentials.

pub mod gateway;
pub mod page;
pub mod people;
pub mod raw;

pub use gateway::Gateway;
pub use page::Page;

use std::time::{Duration, Instant};

/// Waits until something that nobody announces has come about.
pub async fn eventually(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !happened().await {
        assert!(began.elapsed() < Duration::from_secs(20), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
