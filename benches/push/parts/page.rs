//! From `POST` to the window that a person sees, by one clock: the page asks for the windows itself, with a token as any
//! program would, and looks when the frame that shows one is made.

use std::time::Duration;

use serde_json::{Value, json};

use super::House;
use crate::Trouble;
use crate::browser::Browser;
use crate::rate::Latencies;
use crate::report::{Report, cells, millis};
use crate::servers::gateway::{PAGE_LOGIN, PASSWORD};

const AIM_HALF: Duration = Duration::from_millis(30);
const AIM_MOST: Duration = Duration::from_millis(100);

/// One compose after the other; calls back with milliseconds for each: until its window is seen, until its message is.
/// A task that a frame's callback leaves comes when the frame is made. The browser's own figures of what it paints
/// (Element Timing) know neither text fields nor the frame with the message, whose origin has no name.
const COMPOSES: &str = r#"
    const [amount, authorization, draft, done] = arguments;
    const frame = (look = () => true) => new Promise((made) => requestAnimationFrame(() => {
        // What is there now is in this frame.
        const isThere = look();
        const after = new MessageChannel();
        after.port1.onmessage = () => made(isThere && performance.now());
        after.port2.postMessage(0);
    }));
    let wrong = '';
    // Nothing of it takes half a minute, unless it is never going to be.
    const seen = async (what, look) => {
        const began = performance.now();
        while (!wrong && performance.now() - began < 30_000) {
            const made = await frame(look);
            if (made) return made;
        }
        throw new Error(wrong || `in vain: ${what}`);
    };
    const windows = () => [...document.querySelectorAll('[role=dialog][data-compose-id]')].filter((node) => node.checkVisibility());
    // In a text field, or in a frame, which tells when it shows the message.
    let isShown = false;
    addEventListener('message', ({data}) => { isShown ||= data?.type === 'shown'; });
    const isWritten = () => windows().some((node) => [...node.querySelectorAll('textarea.message')].some((area) => area.value && area.checkVisibility()));
    (async () => {
        const times = [];
        for (let number = 0; number < amount; number += 1) {
            // At any moment between two frames, as programs come.
            await new Promise((later) => setTimeout(later, 20 + Math.random() * 20));
            isShown = false;
            const began = performance.now();
            const post = fetch('mail/compose', {method: 'POST', credentials: 'omit', headers: {Authorization: authorization, 'Content-Type': 'application/json'}, body: draft});
            const answered = post.then(async (answer) => { if (!answer.ok) wrong = `compose ${number}: ${await answer.text()}`; });
            const shown = await Promise.all([seen('a window', () => windows().length > 0), seen('its message', () => isShown || isWritten()), answered]);
            times.push(shown.slice(0, 2).map((at) => at - began));
            [...windows()[0].querySelectorAll('button')].find((button) => button.textContent.trim() === 'Discard').click();
            await seen('its end', () => windows().length === 0);
        }
        done(times);
    })().catch((error) => done(String(error)));
"#;

pub async fn measure(house: &mut House<'_>, report: &mut Report) -> Result<(), Trouble> {
    report.section("From POST to a window in a page");
    // A browser that starts takes the core from them for longer than they may be silent.
    house.sessions(0).await?;
    let Some(browser) = Browser::start(house.cores).await? else {
        report.note("There is no Chromium with its driver in the path.");
        return Ok(());
    };
    browser
        .open(&format!("http://{}/", house.gateway.process.address))
        .await?;
    browser
        .until(
            "return document.querySelector('#sign-in')?.checkVisibility() === true",
            &[],
        )
        .await?;
    let sign_in = "const form = document.querySelector('#sign-in-form'); \
         [form.login.value, form.password.value] = arguments; form.requestSubmit(); return true";
    browser
        .until(sign_in, &[json!(PAGE_LOGIN), json!(PASSWORD)])
        .await?;
    browser
        .until(
            "return document.querySelector('#connection').dataset.state === 'online'",
            &[],
        )
        .await?;

    let sessions = house.sessions(house.scale.sessions).await?;
    let authorization = house.gateway.token_of(PAGE_LOGIN);
    let small = json!({"to": ["Anna Example <anna@example.org>"], "subject": "Your order 4711", "body": "Dear Anna,\n\nthank you for your order."});
    let html = json!({
        "to": ["Anna Example <anna@example.org>"], "cc": ["sales@example.org"], "subject": "Your offer",
        "bodyHtml": "<p>Dear Anna,</p><p>here is our <b>offer</b>:</p><ul><li>24 lights</li><li>2 control units</li></ul><p>Kind regards</p>",
    });
    let mut lines = vec![cells([
        "compose",
        "p50 window",
        "p99 window",
        "p50 message",
        "p99 message",
    ])];
    for (what, draft, aims) in [
        (
            "text",
            small,
            [
                "POST to a window with text, p50",
                "POST to a window with text, p99",
            ],
        ),
        (
            "HTML",
            html,
            [
                "POST to a window with HTML, p50",
                "POST to a window with HTML, p99",
            ],
        ),
    ] {
        report.progress(format!(
            "{} composes of {what} beside {sessions} sessions",
            house.scale.page_composes
        ));
        // What is fetched once, and what is compiled once, is there.
        times(
            &browser,
            house.scale.page_composes.min(10),
            &authorization,
            &draft,
        )
        .await?;
        let (mut window, mut message) =
            times(&browser, house.scale.page_composes, &authorization, &draft).await?;
        let [half, most] = [window.within(0.5), window.within(0.99)];
        lines.push(cells([
            what.to_owned(),
            millis(half),
            millis(most),
            millis(message.within(0.5)),
            millis(message.within(0.99)),
        ]));
        report.aim(
            aims[0],
            format!("< {}", millis(AIM_HALF)),
            millis(half),
            half < AIM_HALF,
        );
        report.aim(
            aims[1],
            format!("< {}", millis(AIM_MOST)),
            millis(most),
            most < AIM_MOST,
        );
    }
    report.table(&lines);
    house.pages.check()
}

/// How long windows took, and the messages in them.
async fn times(
    browser: &Browser,
    amount: usize,
    authorization: &str,
    draft: &Value,
) -> Result<(Latencies, Latencies), Trouble> {
    let arguments = [
        json!(amount),
        json!(authorization),
        json!(draft.to_string()),
    ];
    let said = browser.run(COMPOSES, &arguments).await?;
    let Ok(times) = serde_json::from_value::<Vec<[f64; 2]>>(said.clone()) else {
        return Err(format!("the page says: {said}").into());
    };
    let (mut windows, mut messages) = (Latencies::default(), Latencies::default());
    for [window, message] in times {
        windows.add(Duration::from_secs_f64(window / 1000.0));
        messages.add(Duration::from_secs_f64(message / 1000.0));
    }
    Ok((windows, messages))
}
