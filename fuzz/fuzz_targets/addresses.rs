//! Lists of addresses: nothing panics, and what is understood can neither end a header line nor change its meaning.
#![no_main]

use libfuzzer_sys::fuzz_target;
use quillgate::draft::address_list::parse;

fuzz_target!(|text: &str| {
    let Ok(mailboxes) = parse(text) else { return };
    for mailbox in mailboxes {
        let shown = mailbox.to_string();
        let envelope = mailbox.envelope();
        assert!(!shown.contains(['\r', '\n', '\0']), "{shown:?}");
        assert!(!envelope.contains(['\r', '\n', '\0']), "{envelope:?}");
        assert_eq!(parse(&shown), Ok(vec![mailbox]), "{shown:?}");
    }
});
