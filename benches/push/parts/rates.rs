//! Composes a second, confirmed by the page and with a token, beside references that confirm nothing and ask nobody.

use std::sync::atomic::Ordering::Relaxed;

use super::{House, small_draft};
use crate::Trouble;
use crate::caller::post;
use crate::pages::{Pages, Protocol};
use crate::process::Process;
use crate::rate::{Calls, Rate, Until, measure as call};
use crate::report::{Report, cells, millis, number, ratio};
use crate::servers::{Role, reference};

/// Share of the bare server's rate.
const AIM: f64 = 0.5;

/// One server's rates, for each number of callers.
#[derive(Default)]
struct Rates([Rate; 3]);

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("Composes a second");
    let (mut own, mut bare, mut raw) = (Rates::default(), Rates::default(), Rates::default());
    for round in 0..house.scale.rounds {
        report.progress(format!("round {}", round + 1));
        // By turns: what else goes on on the machine hits all of them.
        gateway(house, &mut own).await?;
        house.sessions(0).await?;
        run_reference(house, Role::Bare, &mut bare).await?;
        run_reference(house, Role::Raw, &mut raw).await?;
    }
    tell(house, report, own, bare, raw);
    Ok(())
}

async fn gateway(house: &mut House<'_>, rates: &mut Rates) -> Result<(), Trouble> {
    let sessions = house.sessions(house.scale.sessions).await?;
    let draft = small_draft();
    let server = &house.gateway.process;
    let request = |number: usize| house.compose(number, &draft);
    // Everybody once: caches are warm after it.
    call(server, Calls::closed(16, Until::Done(sessions)), &request).await?;
    let pushed = house.pages.seen.pushes.load(Relaxed);
    let mut confirmed = 0;
    for (callers, rate) in house.scale.callers.into_iter().zip(&mut rates.0) {
        let more = call(
            server,
            Calls::closed(callers, Until::Passed(house.scale.round)),
            &request,
        )
        .await?;
        confirmed += more.latencies.count();
        rate.add(more);
    }
    house.pages.check()?;
    let pushed = house.pages.seen.pushes.load(Relaxed) - pushed;
    if pushed != confirmed {
        return Err(format!("{confirmed} answers of 200, but pages saw {pushed} composes").into());
    }
    house.gateway.forget_log()
}

async fn run_reference(house: &House<'_>, role: Role, rates: &mut Rates) -> Result<(), Trouble> {
    let server: Process = reference(role, house.cores)?;
    let mut pages = Pages::new(server.address, Protocol::Reference);
    let sessions = house.within_limit(house.scale.sessions);
    pages.be(sessions).await?;
    let frame = small_draft();
    let request = |number: usize| {
        let to = number.wrapping_mul(7919) % sessions;
        post(&format!("/push/{to}"), "", "text/plain", &frame)
    };
    call(&server, Calls::closed(16, Until::Done(sessions)), &request).await?;
    for (callers, rate) in house.scale.callers.into_iter().zip(&mut rates.0) {
        rate.add(
            call(
                &server,
                Calls::closed(callers, Until::Passed(house.scale.round)),
                &request,
            )
            .await?,
        );
    }
    pages.check()
}

fn tell(house: &House<'_>, report: &mut Report, mut own: Rates, mut bare: Rates, mut raw: Rates) {
    let mut lines = vec![cells([
        "server, callers",
        "a second",
        "of bare",
        "of raw",
        "p50",
        "p99",
        "p99.9",
        "CPU µs each",
        "switches each",
    ])];
    for (place, callers) in house.scale.callers.into_iter().enumerate() {
        let references = (bare.0[place].per_second(), raw.0[place].per_second());
        for (name, rates) in [
            ("quillgate, confirmed", &mut own),
            ("bare, unconfirmed", &mut bare),
            ("raw, unconfirmed", &mut raw),
        ] {
            lines.push(line(
                &format!("{name}, {callers}"),
                &mut rates.0[place],
                references,
            ));
        }
    }
    report.table(&lines);
    for (place, callers) in house.scale.callers.into_iter().enumerate() {
        let share = own.0[place].per_second() / bare.0[place].per_second();
        report.aim(
            "confirmed composes beside bare's unconfirmed",
            format!("≥ {AIM} of bare, {callers} callers"),
            ratio(share),
            share >= AIM,
        );
    }
}

fn line(name: &str, rate: &mut Rate, (bare, raw): (f64, f64)) -> Vec<String> {
    cells([
        name.to_owned(),
        number(rate.per_second()),
        ratio(rate.per_second() / bare),
        ratio(rate.per_second() / raw),
        millis(rate.latencies.within(0.5)),
        millis(rate.latencies.within(0.99)),
        millis(rate.latencies.within(0.999)),
        format!("{:.1}", rate.cpu_micros()),
        ratio(rate.switches_each()),
    ])
}
