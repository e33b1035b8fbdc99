//! Whole drafts: what becomes a message has the header fields that it should and no others, keeps to the form of a
//! message, and names its recipients to another reader.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_parser::{Address, MessageParser};
use quillgate::draft::Draft;
use quillgate::draft::address::Mailbox;
use quillgate::outbound::message::{Message, MessageParts, bcc_line};
use serde_json::{Map, Value};

const FIELDS: [&str; 14] = [
    "Date",
    "From",
    "Reply-To",
    "To",
    "Cc",
    "Subject",
    "Message-ID",
    "X-Priority",
    "Importance",
    "User-Agent",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
];

/// The input as JSON; what is none is cut at its control characters into attributes.
fn attributes(input: &str) -> Map<String, Value> {
    if let Ok(Value::Object(members)) = serde_json::from_str(input) {
        return members;
    }
    let names = ["to", "subject", "cc", "bodyHtml", "bcc", "body", "replyto"];
    let values = input.split(|c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t'));
    let pairs = names.iter().zip(values);
    pairs
        .map(|(name, value)| ((*name).to_owned(), value.into()))
        .collect()
}

/// Those of whom a reader may be expected to write the address as it was written here.
fn plain(mailboxes: &[Mailbox]) -> Vec<String> {
    let all = mailboxes.iter().map(Mailbox::envelope);
    all.filter(|address| !address.contains(['"', '['])).collect()
}

fn check_recipients(found: Option<&Address<'_>>, mailboxes: &[Mailbox]) {
    let found: Vec<&str> = found
        .into_iter()
        .flat_map(|list| list.iter())
        .filter_map(|address| address.address())
        .collect();
    assert!(found.len() <= mailboxes.len(), "{found:?} of {mailboxes:?}");
    let plain = plain(mailboxes);
    if plain.len() == mailboxes.len() {
        assert_eq!(found, plain);
    }
}

fuzz_target!(|input: &str| {
    let today = jiff::civil::date(2026, 11, 22);
    let Ok(draft) = Draft::parse(&attributes(input), today) else {
        return;
    };
    let from = Mailbox::new("Ralf Becker", "ralf@example.org").expect("valid");
    let message = Message::build(&MessageParts {
        from: &from,
        reply_to: &draft.reply_to,
        to: &draft.to,
        cc: &draft.cc,
        subject: draft.subject.as_deref(),
        text: draft.body.as_deref(),
        html: draft.body_html.as_deref(),
        signature: draft.subject.as_deref(),
        priority: draft.priority,
        message_id: "0b0b@example.org",
        date: 1_795_340_000,
        user_agent: "quillgate/fuzz",
        attachments: &[],
        downloads: &[],
    });
    let mut bytes = Vec::new();
    message.write_to(&mut bytes).expect("writes");
    assert_eq!(bytes.len() as u64, message.size());
    assert!(bytes.ends_with(b"\r\n"));
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(line.len() <= 998 && !line.contains(&b'\r') && !line.contains(&0));
    }
    let header = std::str::from_utf8(message.header()).expect("UTF-8");
    let mut seen = Vec::new();
    for line in header.lines().filter(|line| !line.starts_with([' ', '\t'])) {
        let (name, _) = line.split_once(':').expect("a field");
        assert!(FIELDS.contains(&name) && !seen.contains(&name), "{line:?}");
        seen.push(name);
    }
    if let Some(line) = bcc_line(&draft.bcc) {
        assert!(line.split("\r\n").skip(1).all(|line| line.starts_with(' ')));
        assert!(!line.replace("\r\n ", "").contains(['\r', '\n', '\0']));
    }
    let read = MessageParser::new().parse(&bytes).expect("a message");
    check_recipients(read.to(), &draft.to);
    check_recipients(read.cc(), &draft.cc);
    check_recipients(read.reply_to(), &draft.reply_to);
    assert!(read.bcc().is_none());
});
