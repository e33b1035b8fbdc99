//! Everybody comes back at once after a restart; and everybody signs in at once.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::load::{composes, line, paced, sign_in};
use super::{House, small_draft};
use crate::Trouble;
use crate::caller::Caller;
use crate::rate::{Calls, Latencies, Until};
use crate::report::{Report, cells, millis, number, ratio};

/// All pages come back within this time, whatever they were told.
const WINDOW: Duration = Duration::from_secs(1);
const AIM: Duration = Duration::from_secs(15);
/// Composes a second while the server is away and its pages come back.
const PACE: Duration = Duration::from_millis(20);

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("Storms");
    let sessions = house.sessions(house.scale.sessions).await?;
    composes(house, Calls::closed(16, Until::Done(sessions))).await?;
    logins(house, report).await?;
    restart(house, report).await
}

async fn logins(house: &House<'_>, report: &mut Report) -> Result<(), Trouble> {
    let first = house.scale.fresh_logins() - house.scale.storm_logins;
    let mut alone = composes(house, paced(Until::Passed(house.scale.round))).await?;
    let told = Arc::<AtomicBool>::default();
    let others = async {
        let began = Instant::now();
        let done = sign_in(house, first, house.scale.storm_logins).await;
        told.store(true, Relaxed);
        done.map(|()| began.elapsed())
    };
    let (mut beside, took) =
        tokio::try_join!(composes(house, paced(Until::Told(told.clone()))), others)?;
    let mut lines = vec![cells(["composes", "a second", "p50", "p99", "p99.9"])];
    lines.push(line("alone", &mut alone));
    let name = format!(
        "beside {} logins in {:.1} s",
        house.scale.storm_logins,
        took.as_secs_f64()
    );
    lines.push(line(&name, &mut beside));
    report.table(&lines);
    let worse =
        beside.latencies.within(0.99).as_secs_f64() / alone.latencies.within(0.99).as_secs_f64();
    report.note(format!(
        "p99 beside the logins is {} of p99 alone.",
        ratio(worse)
    ));
    house.pages.check()
}

/// Composes that are posted while the server goes and comes.
#[derive(Default)]
struct Meanwhile {
    opened: Latencies,
    not_online: usize,
    /// 503 with the advice to try again.
    told_to_wait: usize,
    other: Vec<String>,
}

async fn restart(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    let sessions = house.pages.open();
    let told = Arc::<AtomicBool>::default();
    let posting = tokio::spawn(meanwhile(
        house.gateway.process.address,
        requests(house, 512),
        told.clone(),
    ));
    sleep(Duration::from_millis(300)).await;
    house.gateway.process.terminate()?;
    let began = Instant::now();
    house.pages.all_gone().await?;
    let (status, _) = house.gateway.ended().await?;
    let stopped = began.elapsed();
    if !status.success() {
        return Err(format!("the gateway ended with {status}").into());
    }
    let after = house.pages.seen.reconnects();
    house.gateway.start_again(house.cores)?;
    let began = Instant::now();
    house.pages.storm(sessions, WINDOW).await?;
    let back = began.elapsed();
    // What waits for a page has found it by now.
    sleep(Duration::from_millis(500)).await;
    told.store(true, Relaxed);
    let mut meanwhile = posting.await?;
    house.pages.check()?;
    if let Some(other) = meanwhile.other.first() {
        return Err(format!("a compose during the restart: {other}").into());
    }
    let distinct = after.iter().collect::<HashSet<_>>().len();
    let (least, most) = (after.iter().min(), after.iter().max());
    report.note(format!(
        "SIGTERM with {} sessions: ended after {:.2} s, every page told when to come back ({distinct} different times, \
         {} to {} ms).",
        number(sessions as f64),
        stopped.as_secs_f64(),
        least.copied().unwrap_or_default(),
        most.copied().unwrap_or_default(),
    ));
    report.note(format!(
        "After the restart all of them come within {} s: the last has its place after {:.2} s. {} composes in the \
         meantime: {} confirmed (p50 {}, p99 {}, from the first try on), {} told to try again (503), {} answered 404.",
        WINDOW.as_secs(),
        back.as_secs_f64(),
        meanwhile.opened.count() + meanwhile.not_online,
        meanwhile.opened.count(),
        millis(meanwhile.opened.within(0.5)),
        millis(meanwhile.opened.within(0.99)),
        meanwhile.told_to_wait,
        meanwhile.not_online,
    ));
    if after.len() != sessions {
        return Err(format!(
            "{} of {sessions} pages were told when to come back",
            after.len()
        )
        .into());
    }
    report.aim(
        "all sessions back after a restart",
        format!("≤ {} s", AIM.as_secs()),
        format!("{:.2} s", back.as_secs_f64()),
        back <= AIM,
    );
    report.aim(
        "false 404 during a restart",
        0,
        meanwhile.not_online,
        meanwhile.not_online == 0,
    );
    match meanwhile.not_online {
        0 => Ok(()),
        false_ones => Err(format!("{false_ones} false 404 during the restart").into()),
    }
}

fn requests(house: &House<'_>, count: usize) -> Vec<Vec<u8>> {
    let draft = small_draft();
    (0..count)
        .map(|number| house.compose(number, &draft))
        .collect()
}

/// Posts one compose after the other until it is told to stop. Who finds no server, or one that stops, asks again.
async fn meanwhile(
    address: std::net::SocketAddr,
    requests: Vec<Vec<u8>>,
    told: Arc<AtomicBool>,
) -> Meanwhile {
    let mut under_way = tokio::task::JoinSet::new();
    let mut requests = requests.into_iter().cycle();
    while !told.load(Relaxed) {
        if let Some(request) = requests.next() {
            under_way.spawn(persist(address, request));
        }
        sleep(PACE).await;
    }
    let mut all = Meanwhile::default();
    while let Some(ended) = under_way.join_next().await {
        let Ok(ended) = ended else {
            all.other.push("a caller panicked".to_owned());
            continue;
        };
        all.told_to_wait += ended.told_to_wait;
        match ended.status {
            200 => all.opened.add(ended.took),
            404 => all.not_online += 1,
            status => all.other.push(format!("answered {status}")),
        }
    }
    all
}

struct Ended {
    status: u16,
    took: Duration,
    told_to_wait: usize,
}

async fn persist(address: std::net::SocketAddr, request: Vec<u8>) -> Ended {
    let began = Instant::now();
    let mut told_to_wait = 0;
    loop {
        let answered = async {
            let mut caller = Caller::connect(address).await?;
            Ok::<_, std::io::Error>(caller.call(&request).await?.status)
        };
        match answered.await {
            Ok(503) => told_to_wait += 1,
            Ok(status) => {
                return Ended {
                    status,
                    took: began.elapsed(),
                    told_to_wait,
                };
            }
            // Nobody listens at the moment, or nobody will answer this connection any more.
            Err(_) => {}
        }
        sleep(Duration::from_millis(50)).await;
    }
}
