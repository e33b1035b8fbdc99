//! Every problem of a send has words in each language, and a way out.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::people::PASSWORD;
use crate::support::sink::{Act, Sink};
use crate::support::{Gateway, eventually};
use crate::web::{open_window, signed_in};

/// Answers as the API gives them: status, message, details, and the problem that they are shown as.
fn answers() -> Vec<(u16, &'static str, Value, &'static str)> {
    let smtp = |code: u16| json!({"smtp": {"code": code, "response": "no", "recipients": {}}});
    let refused = json!({"smtp": {"code": 550, "recipients": {"c@example.org": "550 no"}}});
    let gone = "Attachment /mail/attachments/a.txt--1 NOT found";
    vec![
        (0, "", json!({"state": "cut off"}), "notReached"),
        (0, "", json!(null), "unknown"),
        (401, "Sign in", json!(null), "signedOut"),
        (400, gone, json!(null), "attachmentGone"),
        (
            400,
            "The request ended before its body was complete",
            json!(null),
            "broken",
        ),
        (408, "No data for 30 seconds", json!(null), "broken"),
        (403, "Not allowed", json!(null), "forbidden"),
        (
            404,
            "There is no such identity",
            json!(null),
            "identityGone",
        ),
        (
            409,
            "Already sent from another window",
            json!({"state": "sending"}),
            "sendingElsewhere",
        ),
        (
            409,
            "Already sent from another window",
            json!({"state": "sent"}),
            "alreadySent",
        ),
        (
            413,
            "The mail has 30000000 bytes",
            json!({"limit": 26214400}),
            "tooLargeCanShrink",
        ),
        (
            500,
            "The mail has 9 bytes",
            json!({"size": 9, "limit": 5}),
            "tooLargeCanShrink",
        ),
        (
            415,
            "Content-Type must be application/json",
            json!(null),
            "outdated",
        ),
        (
            422,
            "Attribute 'sendId' stands for another message already",
            json!(null),
            "nameTaken",
        ),
        (
            422,
            "Invalid value 'x' for cc[1]: no domain",
            json!(null),
            "wrongRecipient",
        ),
        (
            422,
            "Invalid value 'x' for shareExpiration: past",
            json!(null),
            "wrongShare",
        ),
        (422, "Error decoding JSON", json!(null), "wrong"),
        (429, "Too many", json!(null), "busy"),
        (500, "550 no", refused, "recipientsRefused"),
        (500, "535 no", smtp(535), "loginRefused"),
        (500, "451 no", smtp(451), "refusedForNow"),
        (500, "554 no", smtp(554), "refused"),
        (
            500,
            "SMTP server did not confirm",
            json!({"state": "in doubt"}),
            "inDoubt",
        ),
        (
            500,
            "SMTP Server not reachable",
            json!({"reason": "refused"}),
            "unreachable",
        ),
        (
            500,
            "The SMTP server does not support SMTPUTF8",
            json!(null),
            "addressNotTaken",
        ),
        (
            503,
            "The server is being restarted",
            json!(null),
            "restarting",
        ),
        (507, "Full", json!({"limit": 5}), "noRoom"),
        (500, "Internal error", json!(null), "failed"),
    ]
}

const WALK: &str = "const [answers] = arguments; \
    const load = (path) => import(new URL(path, document.baseURI)); \
    const [{ TABLE, QUESTIONS, problemOf }, { default: en }, { default: de }] = await Promise.all( \
        ['static/compose/sending/problems.js', 'static/language/en.js', 'static/language/de.js'].map(load)); \
    const draft = { to: 'b@example.org', cc: 'c@example.org', bcc: '', folder: null, attachmentType: null, \
        attachments: [{ location: '/mail/attachments/a.txt--1' }] }; \
    const shown = answers.map(([status, message, details]) => problemOf({ status, message, details: details ?? undefined }, draft)); \
    const words = [...Object.keys(QUESTIONS), ...TABLE.flatMap(({ kind }) => [kind, `${kind}Do`]), \
        ...TABLE.flatMap(({ actions }) => actions).map((action) => `action.${action}`)]; \
    const without = words.filter((name) => !en[`problem.${name}`] || !de[`problem.${name}`]); \
    return { shown, without, kinds: TABLE.map(({ kind }) => kind) };";

#[tokio::test]
async fn each_answer_of_the_api_has_words_and_something_to_do() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let given: Vec<_> = answers()
        .into_iter()
        .map(|(status, message, details, _)| json!([status, message, details]))
        .collect();
    let script = format!(
        "return (async (...arguments_) => {{ {} }})(...arguments)",
        WALK.replace("= arguments;", "= arguments_;")
    );
    let walked = browser.execute(&script, vec![json!(given)]).await.unwrap();
    assert_eq!(walked["without"], json!([]), "words are missing");
    let mut seen = Vec::new();
    for ((status, message, _, kind), problem) in
        answers().iter().zip(walked["shown"].as_array().unwrap())
    {
        assert_eq!(&problem["kind"], kind, "{status} {message}: {problem}");
        assert!(
            !problem["actions"].as_array().unwrap().is_empty(),
            "{problem}"
        );
        assert!(
            !problem["message"].as_str().unwrap().is_empty(),
            "{problem}"
        );
        seen.push(*kind);
    }
    // Those that need another draft.
    seen.extend(["tooLarge", "folderGone"]);
    for kind in walked["kinds"].as_array().unwrap() {
        assert!(
            seen.contains(&kind.as_str().unwrap()),
            "{kind} is not shown"
        );
    }
    let of = |wanted: &str| {
        let all = walked["shown"].as_array().unwrap();
        all.iter()
            .find(|problem| problem["kind"] == wanted)
            .unwrap()
    };
    assert_eq!(of("recipientsRefused")["field"], "cc");
    assert_eq!(of("wrongRecipient")["field"], "cc");
    assert_eq!(
        of("attachmentGone")["location"],
        "/mail/attachments/a.txt--1"
    );
}

#[tokio::test]
async fn refused_recipients_are_named_and_what_was_forgotten_is_asked_for() {
    let sink = Sink::with(|_, command| match command {
        "RCPT TO:<no@example.org>" => Act::Say("550 5.1.1 <b>Nobody</b> here"),
        _ => Act::Usual,
    });
    let gateway = Gateway::start().await;
    gateway.sends_to(sink.port).await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let draft = json!({"to": ["no@example.org"], "body": "See the attachment."});
    let id = open_window(&gateway, "ralf", &draft).await;
    let window = browser.window(&id).await;
    window.press("Send").await;
    window
        .see_text(".window-problem", "Send without a subject?")
        .await;
    window.press("Send without subject").await;
    window.see_text(".window-problem", "there is none").await;
    window.press("Send without attachment").await;
    let shown = window
        .see_text(".problem-recipients", "no@example.org")
        .await;
    assert!(shown.contains("550 5.1.1 <b>Nobody</b> here"), "{shown}");
    assert!(sink.mails().is_empty());
    // It is asked once.
    window.set("To", "yes@example.org").await;
    window.press("Try again").await;
    window.is_sent().await;
    assert_eq!(sink.mails().len(), 1);
}

/// Seconds pass quickly, and what the button says is kept.
const HURRY: &str = "const wait = setTimeout; window.setTimeout = (act, time, ...more) => wait(act, time === 1000 ? 20 : time, ...more); \
     window.counts = []; new MutationObserver(() => { \
         const button = document.querySelector('[data-action=again]'); \
         if (button?.disabled && window.counts.at(-1) !== button.textContent) window.counts.push(button.textContent); \
     }).observe(document.body, {subtree: true, childList: true, attributes: true})";

#[tokio::test]
async fn too_many_at_once_are_told_with_the_seconds_to_wait_and_go_out_then() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let names: Vec<_> = (0..20)
        .map(|number| format!("00000000-0000-4000-8000-0000000000{number:02}"))
        .collect();
    let mut held = Vec::new();
    for name in &names {
        let mail = json!({"to": ["a@example.org"], "subject": "S", "body": "T", "sendId": name, "undoFor": 30});
        held.push(tokio::spawn(
            gateway.post("ralf", "/mail").json(&mail).send(),
        ));
    }
    eventually("all places are taken", async || {
        let mut known = 0;
        for name in &names {
            let path = format!("/mail/sends/{name}");
            let send = gateway.get_json("ralf", &path).await;
            known += usize::from(send.body["state"] == "held");
        }
        known == names.len()
    })
    .await;
    browser.ask(HURRY).await;
    let id = open_window(
        &gateway,
        "ralf",
        &json!({"to": ["a@example.org"], "subject": "Waits", "body": "Text"}),
    )
    .await;
    let window = browser.window(&id).await;
    window.press("Send").await;
    let again = "return [...document.querySelectorAll('[data-action=again]')].some(({disabled, textContent}) => !disabled && textContent === 'Try again')";
    browser.until(again, vec![]).await;
    let counts = browser.ask("return window.counts").await;
    let counts: Vec<String> = serde_json::from_value(counts).unwrap();
    assert_eq!(counts.first().map(String::as_str), Some("Try again (5 s)"));
    assert_eq!(counts.last().map(String::as_str), Some("Try again (1 s)"));
    for name in &names {
        let undo = gateway.request(Method::DELETE, &format!("/mail/sends/{name}"));
        let undo = undo.basic_auth("ralf", Some(PASSWORD)).send().await;
        assert_eq!(undo.unwrap().status(), 204);
    }
    for send in held {
        assert_eq!(send.await.unwrap().unwrap().status(), 409);
    }
    window.press("Try again").await;
    window.is_sent().await;
    assert_eq!(gateway.sent().len(), 1);
}
