//! Many callers at once: how many answers a second, how long each took, what they cost the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::time::Instant;

use crate::Trouble;
use crate::caller::Caller;
use crate::process::Process;

/// When callers stop.
#[derive(Clone)]
pub enum Until {
    Passed(Duration),
    Done(usize),
    Told(Arc<AtomicBool>),
}

/// Who calls, and how.
pub struct Calls {
    pub callers: usize,
    pub until: Until,
    /// From one request of a caller to its next, whatever the answer takes; a late one counts from when it was due.
    /// None: the next when the last is answered.
    pub pace: Option<Duration>,
}

impl Calls {
    pub fn closed(callers: usize, until: Until) -> Self {
        Self {
            callers,
            until,
            pace: None,
        }
    }
}

/// What came of it.
#[derive(Default)]
pub struct Rate {
    pub elapsed: Duration,
    pub latencies: Latencies,
    pub cpu: Duration,
    pub switches: u64,
}

/// How long each request took.
#[derive(Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time within which `share` of all requests were answered.
    pub fn within(&mut self, share: f64) -> Duration {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        let place = (last as f64 * share).round() as usize;
        self.0.get(place).copied().unwrap_or_default()
    }
}

impl Rate {
    pub fn per_second(&self) -> f64 {
        self.latencies.count() as f64 / self.elapsed.as_secs_f64()
    }

    /// The server's processor time for one request, in microseconds.
    pub fn cpu_micros(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.latencies.count().max(1) as f64
    }

    pub fn switches_each(&self) -> f64 {
        self.switches as f64 / self.latencies.count().max(1) as f64
    }

    /// Both rounds together.
    pub fn add(&mut self, other: Self) {
        self.elapsed += other.elapsed;
        self.latencies.extend(other.latencies);
        self.cpu += other.cpu;
        self.switches += other.switches;
    }
}

/// Lets callers send requests to `server`. `request` makes the one with a number; every answer must be 200.
pub async fn measure(
    server: &Process,
    calls: Calls,
    request: &(dyn Fn(usize) -> Vec<u8> + Sync),
) -> Result<Rate, Trouble> {
    let connections = (0..calls.callers).map(|_| Caller::connect(server.address));
    let connections = try_join_all(connections).await?;
    let (cpu, switches) = (server.cpu()?, server.switches()?);
    let began = Instant::now();
    let next = AtomicUsize::new(0);
    let calling = connections.into_iter().enumerate().map(|(place, caller)| {
        let first = calls
            .pace
            .map(|pace| began + pace.mul_f64(place as f64 / calls.callers as f64));
        call(caller, &calls, began, first, &next, request)
    });
    let mut rate = Rate::default();
    for latencies in try_join_all(calling).await? {
        rate.latencies.extend(latencies);
    }
    rate.elapsed = began.elapsed();
    rate.cpu = server.cpu()?.saturating_sub(cpu);
    rate.switches = server.switches()?.saturating_sub(switches);
    Ok(rate)
}

async fn call(
    mut caller: Caller,
    calls: &Calls,
    began: Instant,
    mut due: Option<Instant>,
    next: &AtomicUsize,
    request: &(dyn Fn(usize) -> Vec<u8> + Sync),
) -> Result<Latencies, Trouble> {
    let mut latencies = Latencies::default();
    loop {
        if let Some(due) = due {
            tokio::time::sleep_until(due).await;
        }
        let number = next.fetch_add(1, Relaxed);
        let over = match &calls.until {
            Until::Passed(time) => began.elapsed() >= *time,
            Until::Done(count) => number >= *count,
            Until::Told(told) => told.load(Relaxed),
        };
        if over {
            return Ok(latencies);
        }
        let request = request(number);
        let sent = due.unwrap_or_else(Instant::now);
        let answer = caller.call(&request).await?;
        if answer.status != 200 {
            return Err(format!("answered {}: {}", answer.status, answer.text()).into());
        }
        latencies.add(sent.elapsed());
        due = due.zip(calls.pace).map(|(due, pace)| due + pace);
    }
}
