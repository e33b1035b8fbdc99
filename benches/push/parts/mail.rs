//! Mails a second into a server that keeps nothing, beside a load generator that builds and stores nothing.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;

use super::House;
use crate::Trouble;
use crate::caller::post;
use crate::rate::{Calls, Rate, Until, measure as call};
use crate::report::{Report, cells, millis, number, ratio};
use crate::smtp_load;

/// Share of what the load generator puts into the same sink.
const AIM: f64 = 0.5;
/// Senders: their mailboxes are made before.
const SENDERS: usize = 16;
/// Callers, and how many connections the gateway has for them (`mail.smtp_connections`).
const CALLERS: [(usize, usize); 2] = [(1, 1), (64, 8)];
/// Mails under strace.
const TRACED: usize = 50;
/// How long strace may take to attach.
const ATTACH: Duration = Duration::from_secs(1);

const MAIL: &[u8] = br#"{"to":["anna@example.org"],"subject":"Your order 4711","body":"Dear Anna,\n\nthank you for your order. It leaves our house tomorrow.\n\nKind regards"}"#;

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("Mails a second");
    send(house, 4, Until::Done(SENDERS)).await?;
    let mut lines = vec![cells([
        "callers",
        "quillgate",
        "load generator",
        "ratio",
        "p50",
        "p99",
        "CPU µs a mail",
    ])];
    for (callers, connections) in CALLERS {
        let (mails, bytes) = (house.sink.mails(), house.sink.bytes());
        let mut rate = send(house, callers, Until::Passed(house.scale.round)).await?;
        let taken = house.sink.mails() - mails;
        if taken != rate.latencies.count() {
            let answers = rate.latencies.count();
            return Err(
                format!("{answers} answers of 200, but the sink took {taken} mails").into(),
            );
        }
        let bytes = (house.sink.bytes() - bytes) / taken.max(1);
        let (port, time) = (house.sink.port, house.scale.round);
        let load = smtp_load::measure(house.cores, port, connections, time, bytes).await?;
        let share = rate.per_second() / load;
        lines.push(cells([
            format!("{callers} (generator: {connections})"),
            number(rate.per_second()),
            number(load),
            ratio(share),
            millis(rate.latencies.within(0.5)),
            millis(rate.latencies.within(0.99)),
            number(rate.cpu_micros()),
        ]));
        report.aim(
            "mails beside a load generator's",
            format!("≥ {AIM}, {callers} callers"),
            ratio(share),
            share >= AIM,
        );
    }
    report.table(&lines);
    let flushes = match flushes(house).await? {
        Some(each) => format!(
            "{each:.1} flushes to the disk (fsync, fdatasync) a mail, its sent copy included."
        ),
        None => "Flushes to the disk were not counted: no strace that may attach.".to_owned(),
    };
    report.note(flushes);
    Ok(())
}

async fn send(house: &House<'_>, callers: usize, until: Until) -> Result<Rate, Trouble> {
    let request = |number: usize| {
        let sender = number % SENDERS;
        post(
            "/mail",
            house.authorization(sender),
            "application/json",
            MAIL,
        )
    };
    call(
        &house.gateway.process,
        Calls::closed(callers, until),
        &request,
    )
    .await
}

/// Flushes for each mail, as strace counts them.
async fn flushes(house: &House<'_>) -> Result<Option<f64>, Trouble> {
    let counts = house.gateway.path().join("strace");
    let id = house.gateway.process.id();
    let strace = Command::new("strace")
        .args(["-f", "-q", "-c", "-e", "trace=fsync,fdatasync", "-o"])
        .arg(&counts)
        .args(["-p", &id.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut strace) = strace else {
        return Ok(None);
    };
    sleep(ATTACH).await;
    let sent = send(house, 1, Until::Done(TRACED)).await;
    detach(&mut strace)?;
    sent?;
    Ok(total(&counts).map(|calls| calls as f64 / TRACED as f64))
}

fn detach(strace: &mut Child) -> Result<(), Trouble> {
    if strace.try_wait()?.is_none() {
        let id = i32::try_from(strace.id()).ok().and_then(Pid::from_raw);
        kill_process(id.ok_or("no process id")?, Signal::INT)?;
        strace.wait()?;
    }
    Ok(())
}

/// The calls in strace's table: `% time, seconds, usecs/call, calls, [errors,] syscall`.
fn total(counts: &Path) -> Option<usize> {
    let text = std::fs::read_to_string(counts).ok()?;
    let calls = text.lines().filter_map(|line| {
        let fields: Vec<_> = line.split_whitespace().collect();
        matches!(fields.last(), Some(&("fsync" | "fdatasync"))).then_some(())?;
        fields.get(3)?.parse::<usize>().ok()
    });
    Some(calls.sum()).filter(|calls| *calls > 0)
}
