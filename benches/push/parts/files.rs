//! A large file down and up, through REST and through the page of a share, beside nginx with the same file; then many
//! who read it slowly.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::House;
use crate::Trouble;
use crate::caller::{Caller, find, get, post};
use crate::nginx::Nginx;
use crate::process::Process;
use crate::report::{Report, cells, mebibytes, ratio};
use crate::servers::gateway::login;

/// Bytes read at a time.
const PIECE: usize = 256 * 1024;
/// What a slow reader takes at a time, and how long it then waits.
const SIP: usize = 64 * 1024;
const PAUSE: Duration = Duration::from_millis(100);
/// What a slow reader may take of the server's memory.
const READER: f64 = (1 << 20) as f64;
/// What memory may move between two looks at the same readers.
const FLAT: f64 = (4 << 20) as f64;

/// A request whose answer or body is the file.
struct Way {
    what: &'static str,
    head: String,
    up: bool,
}

/// The best of several runs.
#[derive(Clone, Copy, Default)]
struct Figure {
    /// Bytes a second.
    rate: f64,
    /// Processor time of the server.
    cpu: Duration,
}

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("Files");
    let size = house.scale.upload;
    let address = house.gateway.process.address;
    let authorization = house.authorization(0).to_owned();
    let path = format!("/files/home/{}/large.bin", login(0));
    let own = format!("Authorization: {authorization}\r\n");
    let put = |path: &str, more: &str| {
        format!("PUT {path} HTTP/1.1\r\nHost: localhost\r\n{more}Content-Length: {size}\r\n\r\n")
    };
    let fetch = |path: &str, more: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n{more}\r\n")
    };
    send(address, &put(&path, &own), size).await?;
    let share = shared(house, &authorization, &path["/files".len()..]).await?;
    let nginx = Nginx::start(house.cores, &house.gateway.path())?;
    let down = [
        Way {
            what: "down, REST",
            head: fetch(&path, &own),
            up: false,
        },
        Way {
            what: "down, share",
            head: fetch(&share, ""),
            up: false,
        },
    ];
    let up = [
        Way {
            what: "up, REST",
            head: put(&path, &own),
            up: true,
        },
        Way {
            what: "up, share",
            head: put(&share, ""),
            up: true,
        },
    ];
    if let Some(nginx) = &nginx {
        nginx.serve(&house.gateway.largest_blob()?, "large.bin")?;
    }
    let mut lines = vec![cells([
        "way",
        "MiB/s",
        "server's CPU a GiB",
        "of nginx's rate",
        "of nginx's CPU",
    ])];
    for (ways, reference) in [
        (
            &down,
            Way {
                what: "down, nginx",
                head: fetch("/large.bin", ""),
                up: false,
            },
        ),
        (
            &up,
            Way {
                what: "up, nginx",
                head: put("/put.bin", ""),
                up: true,
            },
        ),
    ] {
        let mut figures = [Figure::default(); 3];
        for _ in 0..house.scale.rounds.max(1) {
            for (figure, way) in figures.iter_mut().zip(ways) {
                run(&house.gateway.process, way, size, figure).await?;
            }
            if let Some(nginx) = &nginx {
                run(&nginx.process, &reference, size, &mut figures[2]).await?;
            }
        }
        let [.., theirs] = figures;
        for (figure, way) in figures.iter().zip(ways.iter().chain([&reference])) {
            if figure.rate > 0.0 {
                lines.push(line(way, figure, &theirs, size));
            }
        }
    }
    report.table(&lines);
    if nginx.is_none() {
        report.note("There is no nginx in the path to compare with.");
    }
    slowly(house, report, &down[1].head).await
}

fn line(way: &Way, figure: &Figure, theirs: &Figure, size: u64) -> Vec<String> {
    let gibibytes = size as f64 / f64::from(1 << 30);
    let part = |own: f64, other: f64| {
        if other > 0.0 {
            ratio(own / other)
        } else {
            "-".to_owned()
        }
    };
    cells([
        way.what.to_owned(),
        format!("{:.0}", figure.rate / f64::from(1 << 20)),
        format!("{:.2} s", figure.cpu.as_secs_f64() / gibibytes),
        part(figure.rate, theirs.rate),
        part(figure.cpu.as_secs_f64(), theirs.cpu.as_secs_f64()),
    ])
}

/// Shares a file for writing and returns the path of its address.
async fn shared(house: &House<'_>, authorization: &str, path: &str) -> Result<String, Trouble> {
    let mail = json!({
        "to": "anna@example.org", "subject": "large", "body": "large",
        "attachments": [path], "attachmentType": "share_rw",
    });
    let mut caller = Caller::connect(house.gateway.process.address).await?;
    let mail = post(
        "/mail",
        authorization,
        "application/json",
        mail.to_string().as_bytes(),
    );
    let answer = caller.call(&mail).await?;
    if answer.status != 200 {
        return Err(format!("sharing answered {}: {}", answer.status, answer.text()).into());
    }
    let answer = caller.call(&get("/mail/shares", authorization)).await?;
    let shares: serde_json::Value = serde_json::from_slice(answer.body)?;
    let token = shares["shares"][0]["token"].as_str();
    Ok(format!(
        "/egroupware/share.php/{}",
        token.ok_or("no share")?
    ))
}

async fn run(server: &Process, way: &Way, size: u64, best: &mut Figure) -> Result<(), Trouble> {
    let before = server.cpu()?;
    let began = Instant::now();
    if way.up {
        send(server.address, &way.head, size).await?;
    } else {
        receive(server.address, &way.head, size).await?;
    }
    let rate = size as f64 / began.elapsed().as_secs_f64();
    if rate > best.rate {
        *best = Figure {
            rate,
            cpu: server.cpu()?.saturating_sub(before),
        };
    }
    Ok(())
}

/// Sends a body of so many bytes.
async fn send(address: SocketAddr, head: &str, size: u64) -> Result<(), Trouble> {
    let mut caller = Caller::connect(address).await?;
    let answer = caller.upload(head.as_bytes(), size).await?;
    match answer.status {
        201 | 204 => Ok(()),
        status => Err(format!("PUT answered {status}: {}", answer.text()).into()),
    }
}

/// Reads an answer to its end and forgets it.
async fn receive(address: SocketAddr, head: &str, size: u64) -> Result<(), Trouble> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(head.as_bytes()).await?;
    let mut piece = vec![0; PIECE];
    let mut received = begun(&mut stream, &mut piece).await?;
    while received < size {
        match stream.read(&mut piece).await? {
            0 => return Err("the answer ended early".into()),
            length => received += length as u64,
        }
    }
    Ok(())
}

/// Reads the head of an answer that is 200, and returns how much of the body came with it.
async fn begun(stream: &mut TcpStream, piece: &mut [u8]) -> Result<u64, Trouble> {
    let mut filled = 0;
    loop {
        match stream.read(&mut piece[filled..]).await? {
            0 => return Err("no answer".into()),
            length => filled += length,
        }
        if let Some(head) = find(&piece[..filled], b"\r\n\r\n") {
            if !piece.starts_with(b"HTTP/1.1 200") {
                return Err(String::from_utf8_lossy(&piece[..head]).into_owned().into());
            }
            return Ok((filled - head - 4) as u64);
        }
    }
}

/// Many who read the file a sip at a time: what they take of the memory, early and late.
async fn slowly(house: &mut House<'_>, report: &mut Report, head: &str) -> Result<(), Trouble> {
    let server = &house.gateway.process;
    let readers = house.scale.slow_readers;
    let before = server.memory()?.anonymous as f64;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..readers {
        let (address, head) = (server.address, head.to_owned());
        tasks.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(head.as_bytes()).await?;
            let mut piece = vec![0; SIP];
            begun(&mut stream, &mut piece).await?;
            loop {
                if stream.read(&mut piece).await? == 0 {
                    return Err::<(), Trouble>("the answer ended early".into());
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
    let half = house.scale.slowly / 2;
    tokio::time::sleep(half).await;
    let early = server.memory()?.anonymous as f64;
    tokio::time::sleep(half).await;
    let late = server.memory()?.anonymous as f64;
    // Nobody ends by himself unless something is wrong.
    if let Some(ended) = tasks.try_join_next() {
        ended??;
    }
    tasks.shutdown().await;
    let each = (late - before) / readers as f64;
    report.note(format!(
        "{readers} slow readers of the share: {} more memory after {:.0} s, {} after {:.0} s; {} each.",
        mebibytes(early - before),
        half.as_secs_f64(),
        mebibytes(late - before),
        2.0 * half.as_secs_f64(),
        mebibytes(each),
    ));
    report.aim(
        "memory of a slow reader",
        format!("≤ {}", mebibytes(READER)),
        mebibytes(each),
        each <= READER,
    );
    report.aim(
        "memory of slow readers over time",
        format!("moves ≤ {}", mebibytes(FLAT)),
        mebibytes(late - early),
        (late - early).abs() <= FLAT,
    );
    Ok(())
}
