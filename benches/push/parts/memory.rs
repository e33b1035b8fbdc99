//! What a session holds: at rest, and after its page has had a large compose.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::{House, small_draft};
use crate::Trouble;
use crate::pages::{Pages, Protocol};
use crate::process::{Memory, Process};
use crate::rate::{Calls, Until, measure as call};
use crate::report::{Report, cells, mebibytes, number};
use crate::servers::{Role, reference};

/// Bytes of anonymous memory for a session, as the issue of this benchmark asks for.
const AIM: f64 = 13_000.0;
const AIM_GROWTH: f64 = 1_000.0;
/// Callers that send large composes at a time.
const CALLERS: usize = 4;
/// Sessions that memory is counted from.
const FEW: usize = 10;

/// What nothing costs: sessions that are there and do nothing.
pub struct Rest {
    pub sessions: usize,
    pub memory: Memory,
    /// Processor time over elapsed time.
    pub idle: f64,
}

impl Rest {
    /// Waits and looks.
    pub async fn watch(server: &Process, sessions: usize, time: Duration) -> Result<Self, Trouble> {
        let (cpu, began) = (server.cpu()?, Instant::now());
        sleep(time).await;
        let idle = (server.cpu()? - cpu).as_secs_f64() / began.elapsed().as_secs_f64();
        Ok(Self {
            sessions,
            // After the heartbeats of that time: their frames need buffers too.
            memory: server.memory()?,
            idle,
        })
    }

    /// Bytes that each session more than those of `few` costs.
    pub fn each(&self, few: &Few) -> (f64, f64) {
        let sessions = self.sessions.saturating_sub(few.sessions).max(1) as f64;
        let each = |now: u64, before: u64| now.saturating_sub(before) as f64 / sessions;
        (
            each(self.memory.anonymous, few.memory.anonymous),
            each(self.memory.proportional, few.memory.proportional),
        )
    }
}

/// A server with a handful of sessions: everything that is made once is made.
pub struct Few {
    sessions: usize,
    memory: Memory,
}

impl Few {
    pub async fn open(server: &Process, pages: &mut Pages) -> Result<Self, Trouble> {
        pages.be(FEW).await?;
        sleep(Duration::from_millis(500)).await;
        Ok(Self {
            sessions: FEW,
            memory: server.memory()?,
        })
    }
}

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("Memory of a session");
    let mut lines = vec![cells([
        "server",
        "sessions",
        "anonymous bytes a session",
        "Pss bytes a session",
        "process with ten",
        "idle CPU",
    ])];
    house.sessions(0).await?;
    // A restart: what the probe of a moment ago left behind is gone.
    house.gateway.restart(house.cores).await?;
    let few = Few::open(&house.gateway.process, &mut house.pages).await?;
    let sessions = house.sessions(house.scale.sessions).await?;
    let rest = Rest::watch(&house.gateway.process, sessions, house.scale.idle).await?;
    lines.push(line("quillgate, authenticated", &rest, &few));
    let (anonymous, _) = rest.each(&few);
    report.aim(
        "memory of an idle session",
        format!("≤ {} bytes", number(AIM)),
        format!("{} bytes", number(anonymous)),
        anonymous <= AIM,
    );
    let grown = large_composes(house, report).await?;
    house.sessions(0).await?;
    for role in [Role::Bare, Role::Raw] {
        let server = reference(role, house.cores)?;
        let mut pages = Pages::new(server.address, Protocol::Reference);
        let few = Few::open(&server, &mut pages).await?;
        pages.be(sessions).await?;
        let rest = Rest::watch(&server, sessions, house.scale.idle / 4).await?;
        lines.push(line(role.name(), &rest, &few));
        pages.check()?;
    }
    report.table(&lines);
    grown.tell(report);
    Ok(())
}

fn line(name: &str, rest: &Rest, few: &Few) -> Vec<String> {
    let (anonymous, proportional) = rest.each(few);
    cells([
        name.to_owned(),
        number(rest.sessions as f64),
        number(anonymous),
        number(proportional),
        mebibytes(few.memory.anonymous as f64),
        format!("{:.2} %", rest.idle * 100.0),
    ])
}

/// What large composes left behind.
struct Grown {
    sessions: usize,
    large: usize,
    before: Memory,
    after: Memory,
    took: Duration,
}

/// One large compose for every session. Each has had a small one before, so that only the size makes a difference.
async fn large_composes(house: &House<'_>, report: &Report) -> Result<Grown, Trouble> {
    let (sessions, server) = (house.pages.open(), &house.gateway.process);
    let small = small_draft();
    call(
        server,
        Calls::closed(CALLERS, Until::Done(sessions)),
        &|number| house.compose(number, &small),
    )
    .await?;
    report.progress(format!("{sessions} large composes"));
    let text = "All work and no play makes Jack a dull boy.\n".repeat(house.scale.large / 44);
    let large = json!({"subject": "Large", "body": text})
        .to_string()
        .into_bytes();
    sleep(Duration::from_millis(500)).await;
    let before = server.memory()?;
    let rate = call(
        server,
        Calls::closed(CALLERS, Until::Done(sessions)),
        &|number| house.compose(number, &large),
    )
    .await?;
    // Threads that have nothing more to do end, and the allocator gives back what it does not use.
    sleep(house.scale.idle).await;
    house.pages.check()?;
    Ok(Grown {
        sessions,
        large: large.len(),
        before,
        after: server.memory()?,
        took: rate.elapsed,
    })
}

impl Grown {
    fn tell(&self, report: &mut Report) {
        let (before, after) = (self.before.anonymous as f64, self.after.anonymous as f64);
        let each = (after - before) / self.sessions as f64;
        report.note(format!(
            "After a compose of {} for each of them, in {:.1} s: {} bytes a session more ({} → {} in all, at most {} \
             in between).",
            mebibytes(self.large as f64),
            self.took.as_secs_f64(),
            number(each),
            mebibytes(before),
            mebibytes(after),
            mebibytes(self.after.peak as f64),
        ));
        report.aim(
            "growth of a session after a large compose",
            format!("< {} bytes", number(AIM_GROWTH)),
            format!("{} bytes", number(each)),
            each < AIM_GROWTH,
        );
    }
}
