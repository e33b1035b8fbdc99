//! How figures grow with the number of sessions: memory and idle time on the way up, rates on the way down.

use super::memory::{Few, Rest};
use super::{House, small_draft};
use crate::Trouble;
use crate::rate::{Calls, Rate, Until, measure as call};
use crate::report::{Report, cells, millis, number};

const CALLERS: usize = 16;

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("Growth with the number of sessions");
    house.sessions(0).await?;
    house.gateway.restart(house.cores).await?;
    let few = Few::open(&house.gateway.process, &mut house.pages).await?;
    let mut steps: Vec<usize> = house
        .scale
        .growth
        .iter()
        .map(|step| house.within_limit(*step))
        .collect();
    steps.dedup();
    let mut rests = Vec::new();
    for step in &steps {
        report.progress(format!("{step} sessions"));
        let sessions = house.sessions(*step).await?;
        rests.push(Rest::watch(&house.gateway.process, sessions, house.scale.idle).await?);
    }
    let mut rates = Vec::new();
    for step in steps.iter().rev() {
        house.sessions(*step).await?;
        rates.push(rate(house).await?);
    }
    let mut lines = vec![cells([
        "sessions",
        "anonymous bytes a session",
        "idle CPU",
        "composes a second, 16 callers",
        "p50",
        "p99",
        "CPU µs each",
    ])];
    for (rest, rate) in rests.iter().zip(rates.iter_mut().rev()) {
        lines.push(cells([
            number(rest.sessions as f64),
            number(rest.each(&few).0),
            format!("{:.2} %", rest.idle * 100.0),
            number(rate.per_second()),
            millis(rate.latencies.within(0.5)),
            millis(rate.latencies.within(0.99)),
            format!("{:.1}", rate.cpu_micros()),
        ]));
    }
    report.table(&lines);
    Ok(())
}

async fn rate(house: &mut House<'_>) -> Result<Rate, Trouble> {
    let draft = small_draft();
    let request = |number: usize| house.compose(number, &draft);
    let warm = Calls::closed(CALLERS, Until::Done(house.pages.open()));
    call(&house.gateway.process, warm, &request).await?;
    let calls = Calls::closed(CALLERS, Until::Passed(house.scale.round));
    let rate = call(&house.gateway.process, calls, &request).await?;
    house.pages.check()?;
    house.gateway.forget_log()?;
    Ok(rate)
}
