//! One large upload: how fast, and how much memory it takes on the way.

use std::time::Duration;

use tokio::time::Instant;

use super::House;
use crate::Trouble;
use crate::caller::Caller;
use crate::report::{Report, mebibytes};

/// What one upload may take: buffers, whatever its size.
const AIM: f64 = (8 << 20) as f64;

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("Upload");
    let server = &house.gateway.process;
    // A small one first: what is made once is made.
    upload(house, "first.bin", 1 << 20).await?;
    let resets = server.forget_peak();
    let before = server.memory()?;
    let (_, took) = upload(house, "large.bin", house.scale.upload).await?;
    let after = server.memory()?;
    let size = house.scale.upload as f64;
    let rate = size / took.as_secs_f64();
    let more = after.peak as f64 - before.peak as f64;
    report.note(format!(
        "{} in {:.2} s: {}/s, at most {} more memory than before{}.",
        mebibytes(size),
        took.as_secs_f64(),
        mebibytes(rate),
        mebibytes(more),
        if resets {
            ""
        } else {
            " (counted from the highest that it ever was)"
        }
    ));
    report.aim(
        "memory of an upload",
        format!("≤ {}, whatever its size", mebibytes(AIM)),
        mebibytes(more),
        more <= AIM,
    );
    Ok(())
}

/// Uploads so many bytes; returns where they are.
pub async fn upload(
    house: &House<'_>,
    name: &str,
    size: u64,
) -> Result<(String, Duration), Trouble> {
    let authorization = house.authorization(0);
    let head = format!(
        "POST /mail/attachments/{name} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/octet-stream\r\nX-No-Location: true\r\nContent-Length: {size}\r\n\r\n"
    );
    let began = Instant::now();
    let mut caller = Caller::connect(house.gateway.process.address).await?;
    let answer = caller.upload(head.as_bytes(), size).await?;
    let body: serde_json::Value = serde_json::from_slice(answer.body)?;
    match body["location"].as_str() {
        Some(location) => Ok((location.to_owned(), began.elapsed())),
        None => Err(format!("upload answered {}: {}", answer.status, answer.text()).into()),
    }
}
