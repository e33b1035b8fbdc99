//! Mails a second into a server that keeps nothing, beside load generators that build and store nothing; what many
//! large ones take of memory.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::time::sleep;

use super::House;
use super::upload::upload;
use crate::Trouble;
use crate::caller::post;
use crate::postfix::Postfix;
use crate::rate::{Calls, Rate, Until, measure as call};
use crate::report::{Report, cells, mebibytes, millis, number, ratio};
use crate::smtp_load;

/// Share of what the load generator puts into the same sink, with `mail.durable = false`.
const AIM: f64 = 0.9;
/// Senders: their mailboxes are made before.
const SENDERS: usize = 16;
/// Callers, and how many connections the gateway has for them (`mail.smtp_connections`).
const CALLERS: [(usize, usize); 3] = [(1, 1), (10, 8), (50, 8)];
/// Bytes of text in a mail.
const SIZES: [usize; 2] = [4 << 10, 1 << 20];
/// Mails under strace.
const TRACED: usize = 50;
/// How long strace may take to attach.
const ATTACH: Duration = Duration::from_secs(1);
/// Callers that send large mails at once, and the most that these may take of memory together.
const LARGE_CALLERS: usize = 50;
const LARGE_AIM: f64 = (64 << 20) as f64;

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("Mails a second");
    house.sessions(0).await?;
    let postfix = Postfix::start(house.cores)?;
    let mut lines = vec![cells([
        "mail.durable",
        "bytes of text",
        "callers",
        "quillgate",
        "generator",
        "ratio",
        "into smtp-sink",
        "smtp-source",
        "ratio",
        "p50",
        "p99",
        "CPU µs a mail",
    ])];
    let mut notes = Vec::new();
    for durable in [false, true] {
        house.gateway.be_durable(durable, house.cores).await?;
        for bytes in SIZES {
            let mail = mail(bytes);
            send(house, &mail, 4, Until::Done(SENDERS)).await?;
            for (callers, connections) in CALLERS {
                let (line, share) =
                    compare(house, &mail, callers, connections, postfix.as_ref()).await?;
                let head = vec![durable.to_string(), number(bytes as f64)];
                lines.push([head, line].concat());
                if !durable {
                    report.aim(
                        "mails beside a load generator's, not durable",
                        format!("≥ {AIM}, {callers} callers, {} bytes", number(bytes as f64)),
                        ratio(share),
                        share >= AIM,
                    );
                }
            }
        }
        notes.push(match flushes(house).await? {
            Some(each) => format!(
                "{each:.1} flushes to the disk (fsync, fdatasync) a mail, its sent copy included, with mail.durable = {durable}."
            ),
            None => "Flushes to the disk were not counted: no strace that may attach.".to_owned(),
        });
    }
    report.table(&lines);
    if postfix.is_none() {
        notes.push("smtp-sink and smtp-source of Postfix are not in the path.".to_owned());
    }
    for note in notes {
        report.note(note);
    }
    house.gateway.be_durable(false, house.cores).await?;
    memory(house, report).await
}

/// A mail with so many bytes of text, in lines.
fn mail(bytes: usize) -> Vec<u8> {
    let line = "Thank you for your order. It leaves our house tomorrow.\n";
    let text: String = line.chars().cycle().take(bytes).collect();
    json!({"to": ["anna@example.org"], "subject": "Your order 4711", "body": text})
        .to_string()
        .into_bytes()
}

/// The gateway and the load generators, one after the other: a line of the table, and the gateway's share of our own.
async fn compare(
    house: &House<'_>,
    mail: &[u8],
    callers: usize,
    connections: usize,
    postfix: Option<&Postfix>,
) -> Result<(Vec<String>, f64), Trouble> {
    let (mails, bytes) = (house.sink.mails(), house.sink.bytes());
    let time = house.scale.round;
    let mut rate = send(house, mail, callers, Until::Passed(time)).await?;
    let taken = house.sink.mails() - mails;
    if taken != rate.latencies.count() {
        let answers = rate.latencies.count();
        return Err(format!("{answers} answers of 200, but the sink took {taken} mails").into());
    }
    let bytes = (house.sink.bytes() - bytes) / taken.max(1);
    let load = smtp_load::measure(house.cores, house.sink.port, connections, time, bytes).await?;
    let share = rate.per_second() / load;
    let (theirs, source, beside) = match postfix {
        Some(postfix) => {
            house.gateway.sends_to(postfix.port)?;
            let theirs = send(house, mail, callers, Until::Passed(time))
                .await?
                .per_second();
            house.gateway.sends_to(house.sink.port)?;
            let source = postfix
                .source(house.cores, connections, bytes, time)
                .await?;
            (number(theirs), number(source), ratio(theirs / source))
        }
        None => (String::new(), String::new(), String::new()),
    };
    let line = cells([
        format!("{callers} (generators: {connections})"),
        number(rate.per_second()),
        number(load),
        ratio(share),
        theirs,
        source,
        beside,
        millis(rate.latencies.within(0.5)),
        millis(rate.latencies.within(0.99)),
        number(rate.cpu_micros()),
    ]);
    Ok((line, share))
}

async fn send(
    house: &House<'_>,
    mail: &[u8],
    callers: usize,
    until: Until,
) -> Result<Rate, Trouble> {
    let request = |number: usize| {
        let sender = number % SENDERS;
        post(
            "/mail",
            house.authorization(sender),
            "application/json",
            mail,
        )
    };
    call(
        &house.gateway.process,
        Calls::closed(callers, until),
        &request,
    )
    .await
}

/// The peak while many callers send one large mail each.
async fn memory(house: &House<'_>, report: &mut Report) -> Result<(), Trouble> {
    let size = house.scale.attachment;
    let (location, _) = upload(house, "large.bin", size).await?;
    let mail = json!({"to": ["anna@example.org"], "subject": "Large", "body": "See below.", "attachments": [location]});
    let request = post(
        "/mail",
        house.authorization(0),
        "application/json",
        mail.to_string().as_bytes(),
    );
    let server = &house.gateway.process;
    server.forget_peak();
    let before = server.memory()?;
    let mails = house.sink.mails();
    let calls = Calls::closed(LARGE_CALLERS, Until::Done(LARGE_CALLERS));
    let rate = call(server, calls, &|_| request.clone()).await?;
    if house.sink.mails() - mails != LARGE_CALLERS {
        return Err("the sink did not take every large mail".into());
    }
    let more = server.memory()?.peak as f64 - before.peak as f64;
    report.note(format!(
        "{LARGE_CALLERS} callers that send {} each at the same time: done in {:.1} s, at most {} more memory than before.",
        mebibytes(size as f64),
        rate.elapsed.as_secs_f64(),
        mebibytes(more)
    ));
    report.aim(
        "memory of 50 large mails at once",
        format!("≤ {}", mebibytes(LARGE_AIM)),
        mebibytes(more),
        more <= LARGE_AIM,
    );
    Ok(())
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
    let sent = send(house, &mail(SIZES[0]), 1, Until::Done(TRACED)).await;
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
