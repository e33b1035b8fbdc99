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
    house.sessions(0).await?;
    let mut lines = vec![cells([
        "mail.durable",
        "callers",
        "quillgate",
        "load generator",
        "ratio",
        "p50",
        "p99",
        "CPU µs a mail",
    ])];
    let mut notes = Vec::new();
    for durable in [false, true] {
        house.gateway.be_durable(durable, house.cores).await?;
        send(house, 4, Until::Done(SENDERS)).await?;
        for (callers, connections) in CALLERS {
            let (line, share) = compare(house, callers, connections).await?;
            lines.push([vec![durable.to_string()], line].concat());
            let mode = if durable { "" } else { ", not durable" };
            report.aim(
                "mails beside a load generator's",
                format!("≥ {AIM}, {callers} callers{mode}"),
                ratio(share),
                share >= AIM,
            );
        }
        notes.push(match flushes(house).await? {
            Some(each) => format!(
                "{each:.1} flushes to the disk (fsync, fdatasync) a mail, its sent copy included, with mail.durable = {durable}."
            ),
            None => "Flushes to the disk were not counted: no strace that may attach.".to_owned(),
        });
    }
    report.table(&lines);
    for note in notes {
        report.note(note);
    }
    Ok(())
}

/// The gateway and the load generator, one after the other: a line of the table, and the gateway's share.
async fn compare(
    house: &House<'_>,
    callers: usize,
    connections: usize,
) -> Result<(Vec<String>, f64), Trouble> {
    let (mails, bytes) = (house.sink.mails(), house.sink.bytes());
    let mut rate = send(house, callers, Until::Passed(house.scale.round)).await?;
    let taken = house.sink.mails() - mails;
    if taken != rate.latencies.count() {
        let answers = rate.latencies.count();
        return Err(format!("{answers} answers of 200, but the sink took {taken} mails").into());
    }
    let bytes = (house.sink.bytes() - bytes) / taken.max(1);
    let (port, time) = (house.sink.port, house.scale.round);
    let load = smtp_load::measure(house.cores, port, connections, time, bytes).await?;
    let share = rate.per_second() / load;
    let line = cells([
        format!("{callers} (generator: {connections})"),
        number(rate.per_second()),
        number(load),
        ratio(share),
        millis(rate.latencies.within(0.5)),
        millis(rate.latencies.within(0.99)),
        number(rate.cpu_micros()),
    ]);
    Ok((line, share))
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
    let traced = detach(&mut strace)?;
    sent?;
    Ok(traced.then(|| total(&counts) as f64 / TRACED as f64))
}

/// False if it had ended before: it may not attach here.
fn detach(strace: &mut Child) -> Result<bool, Trouble> {
    let traced = strace.try_wait()?.is_none();
    if traced {
        let id = i32::try_from(strace.id()).ok().and_then(Pid::from_raw);
        kill_process(id.ok_or("no process id")?, Signal::INT)?;
        strace.wait()?;
    }
    Ok(traced)
}

/// The calls in strace's table: `% time, seconds, usecs/call, calls, [errors,] syscall`. None were made if it is empty.
fn total(counts: &Path) -> usize {
    let text = std::fs::read_to_string(counts).unwrap_or_default();
    let calls = text.lines().filter_map(|line| {
        let fields: Vec<_> = line.split_whitespace().collect();
        matches!(fields.last(), Some(&("fsync" | "fdatasync"))).then_some(())?;
        fields.get(3)?.parse::<usize>().ok()
    });
    calls.sum()
}
