//! Composes while others upload, send large mails and sign in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use futures_util::future::try_join_all;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::upload::upload;
use super::{House, small_draft};
use crate::Trouble;
use crate::caller::{Caller, post};
use crate::rate::{Calls, Rate, Until, measure as call};
use crate::report::{Report, cells, mebibytes, millis, number, ratio};
use crate::servers::gateway::{PASSWORD, fresh_login};

/// How much worse the slowest hundredth may be.
const AIM: f64 = 2.0;
const CALLERS: usize = 16;
/// Each caller's time between composes: 800 a second together.
const PACE: Duration = Duration::from_millis(20);
/// Senders of large mails: as many as the gateway has connections.
const SENDERS: usize = 8;

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("Composes under load");
    house.sessions(house.scale.sessions).await?;
    let (location, _) = upload(house, "attachment.bin", house.scale.attachment).await?;
    let warm = Calls::closed(CALLERS, Until::Done(house.pages.open()));
    composes(house, warm).await?;
    sleep(Duration::from_millis(300)).await;
    let mut alone = composes(house, paced(Until::Passed(2 * house.scale.round))).await?;
    let told = Arc::<AtomicBool>::default();
    let began = Instant::now();
    let others = async {
        let all = tokio::try_join!(
            upload(house, "beside.bin", house.scale.upload),
            large_mails(house, &location),
            sign_in(house, 0, house.scale.load_logins),
        );
        told.store(true, Relaxed);
        all.map(|_| began.elapsed())
    };
    let (mut beside, took) =
        tokio::try_join!(composes(house, paced(Until::Told(told.clone()))), others)?;
    let mut lines = vec![cells(["composes", "a second", "p50", "p99", "p99.9"])];
    for (name, rate) in [("alone", &mut alone), ("beside the load", &mut beside)] {
        lines.push(line(name, rate));
    }
    report.table(&lines);
    report.note(format!(
        "The load: an upload of {}, {} mails with {} each and {} logins with Argon2id, done in {:.1} s.",
        mebibytes(house.scale.upload as f64),
        house.scale.large_mails,
        mebibytes(house.scale.attachment as f64),
        house.scale.load_logins,
        took.as_secs_f64()
    ));
    let worse =
        beside.latencies.within(0.99).as_secs_f64() / alone.latencies.within(0.99).as_secs_f64();
    report.aim(
        "p99 of composes under load beside p99 alone",
        format!("≤ {AIM}"),
        ratio(worse),
        worse <= AIM,
    );
    house.pages.check()
}

pub fn paced(until: Until) -> Calls {
    Calls {
        callers: CALLERS,
        until,
        pace: Some(PACE),
    }
}

pub async fn composes(house: &House<'_>, calls: Calls) -> Result<Rate, Trouble> {
    let draft = small_draft();
    call(&house.gateway.process, calls, &|number| {
        house.compose(number, &draft)
    })
    .await
}

pub fn line(name: &str, rate: &mut Rate) -> Vec<String> {
    cells([
        name.to_owned(),
        number(rate.per_second()),
        millis(rate.latencies.within(0.5)),
        millis(rate.latencies.within(0.99)),
        millis(rate.latencies.within(0.999)),
    ])
}

async fn large_mails(house: &House<'_>, location: &str) -> Result<(), Trouble> {
    let before = house.sink.mails();
    let mail = json!({"to": ["anna@example.org"], "subject": "Large", "body": "See below.", "attachments": [location]});
    let request = post(
        "/mail",
        house.authorization(0),
        "application/json",
        mail.to_string().as_bytes(),
    );
    let next = AtomicUsize::new(0);
    let senders = (0..SENDERS).map(|_| async {
        let mut caller = Caller::connect(house.gateway.process.address).await?;
        while next.fetch_add(1, Relaxed) < house.scale.large_mails {
            let answer = caller.call(&request).await?;
            if answer.status != 200 {
                return Err(format!("a large mail: {}: {}", answer.status, answer.text()).into());
            }
        }
        Ok::<_, Trouble>(())
    });
    try_join_all(senders).await?;
    match house.sink.mails() - before {
        taken if taken == house.scale.large_mails => Ok(()),
        taken => Err(format!("the sink took {taken} large mails").into()),
    }
}

/// Signs users in all at once who have not been seen before, the `first` and those after.
pub async fn sign_in(house: &House<'_>, first: usize, logins: usize) -> Result<(), Trouble> {
    let logins = (first..first + logins).map(|number| async move {
        let form = json!({"login": fresh_login(number), "password": PASSWORD});
        let request = post(
            "/login",
            "",
            "application/json",
            form.to_string().as_bytes(),
        );
        let mut caller = Caller::connect(house.gateway.process.address).await?;
        let answer = caller.call(&request).await?;
        match (answer.status, answer.header("set-cookie")) {
            (200, Some(_)) => Ok(()),
            _ => Err(Trouble::from(format!(
                "a login: {}: {}",
                answer.status,
                answer.text()
            ))),
        }
    });
    try_join_all(logins).await.map(drop)
}
