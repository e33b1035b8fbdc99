use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> Vec<String> {
    parse(text)
        .unwrap_or_else(|why| panic!("{text}: {why}"))
        .iter()
        .map(Mailbox::to_string)
        .collect()
}

#[test]
fn every_way_to_write_a_mailbox_is_understood() {
    for (given, expected) in [
        ("info@egroupware.org", &["info@egroupware.org"][..]),
        (
            "Ralf Becker <rb@egroupware.org>",
            &["Ralf Becker <rb@egroupware.org>"],
        ),
        ("<rb@egroupware.org>", &["rb@egroupware.org"]),
        (
            "\"Becker, Ralf\" <rb@x.org>",
            &["\"Becker, Ralf\" <rb@x.org>"],
        ),
        (
            "John Q. Public <j@x.org>",
            &["\"John Q. Public\" <j@x.org>"],
        ),
        (
            "pete(his (nested) account)@silly.test(host)",
            &["host <pete@silly.test>"],
        ),
        ("a@x.org (Anna)", &["Anna <a@x.org>"]),
        (
            "a@x.org, \"b, c\" <b@x.org>,, c@x.org,",
            &["a@x.org", "\"b, c\" <b@x.org>", "c@x.org"],
        ),
        (
            "Team: a@x.org, B <b@x.org>; c@x.org",
            &["a@x.org", "B <b@x.org>", "c@x.org"],
        ),
        ("undisclosed-recipients:;", &[]),
        ("\"john doe\"@x.org", &["\"john doe\"@x.org"]),
        ("\"plain\"@x.org", &["plain@x.org"]),
        ("user@[127.0.0.1]", &["user@[127.0.0.1]"]),
        ("user@[IPv6:2001:db8::1]", &["user@[IPv6:2001:db8::1]"]),
        ("root@localhost", &["root@localhost"]),
        ("o'neil+tag@x.org", &["o'neil+tag@x.org"]),
        (
            "=?utf-8?Q?J=C3=BCrgen?= =?iso-8859-1?B?TfxsbGVy?= <j@x.org>",
            &["JürgenMüller <j@x.org>"],
        ),
        (
            "Jürgen <jürgen@müller.example>",
            &["Jürgen <jürgen@müller.example>"],
        ),
        ("\"J\\\"x\" <j@x.org>", &["\"J\\\"x\" <j@x.org>"]),
        (
            "j@x.org (=?utf-8?Q?J=C3=BCrgen?= at (=?utf-8?Q?home?=))",
            &["\"Jürgen at (home)\" <j@x.org>"],
        ),
        ("<j@x.org> (Jürgen)", &["Jürgen <j@x.org>"]),
        ("a @ x.org", &["a@x.org"]),
        ("a%b@x.org", &["a%b@x.org"]),
        ("a@[IPv6:::ffff:192.0.2.1]", &["a@[IPv6:::ffff:192.0.2.1]"]),
        (
            "\u{2068}Anna\u{2069} <a@x.org>",
            &["\u{2068}Anna\u{2069} <a@x.org>"],
        ),
        ("a\u{200c}b@x.org", &["a\u{200c}b@x.org"]),
    ] {
        assert_eq!(shown(given), expected, "{given}");
    }
}

#[test]
fn everything_else_is_refused() {
    for text in [
        "",
        " ",
        ",",
        "()",
        "anna",
        "anna@",
        "@x.org",
        "a@b@c",
        "a b@x.org",
        "a@x y.org",
        "<a@x.org",
        "a@x.org>",
        "a@x.org b@x.org",
        "<a@x.org> b",
        "<<a@x.org>>",
        "a..b@x.org",
        ".a@x.org",
        "a.@x.org",
        "a@x..org",
        "a@.org",
        "a@-x.org",
        "a@x-.org",
        "a@x_y.org",
        "\"a@x.org",
        "(a@x.org",
        "a@x.org)",
        "a@[300.1.1.1]",
        "a@[x]",
        "a@x.org;",
        "G: a@x.org",
        "G: H: a@x.org;;",
        ":a@x.org;",
        "a: <b@x.org",
        "<@r.org:a@x.org>",
        "\"\"@x.org",
        "a\\b@x.org",
        "a@x.org\\",
        "a@x.org\r\nBcc: b@x.org",
        "a\n <a@x.org>",
        "a\0@x.org",
        "\"a\r\nb\" <a@x.org>",
        "a\u{a0}b@x.org",
        "=?utf-8?Q?a=0D=0ABcc:_x=40y.org?= <a@x.org>",
        "a@x\u{2028}.org",
        "a@xn--\u{fc}.org",
        "a@x.org.",
        "\"a\".b@x.org",
        "a . b@x.org",
        "a@[127\\.0.0.1]",
        "a@[ 127.0.0.1 ]",
        "a@[127.0.0.01]",
        "a@[IPv6:fe80::1%eth0]",
        "a@[IPv6:::ffff:300.0.2.1]",
        "a@[x:y]",
        "@r.org,@s.org:a@x.org",
        "a\u{202e}b@x.org",
        "a\u{200b}b@x.org",
        "a\u{ad}b@x.org",
        "Anna \u{202e} <a@x.org>",
        "\"\u{2069}Anna\" <a@x.org>",
        "a@x.org (\u{2066}Anna)",
    ] {
        assert!(parse(text).is_err(), "{text:?} gave {:?}", parse(text));
    }
    assert!(parse(&format!("{}@x.org", "a".repeat(65))).is_err());
    assert!(parse(&format!("a@{}.org", "a".repeat(64))).is_err());
    assert!(parse(&format!("a@{}org", "aaa.".repeat(80))).is_err());
    // With its quotes and backslashes it has to fit, and with the domain.
    assert!(parse(&format!("\"{} \"@x.org", "a".repeat(61))).is_ok());
    assert!(parse(&format!("\"{} \"@x.org", "a".repeat(62))).is_err());
    let domain = format!("{}x.org", "a23456789.".repeat(19));
    let local = |total: usize| "l".repeat(total - 1 - domain.len());
    assert!(parse(&format!("{}@{domain}", local(254))).is_ok());
    assert!(parse(&format!("{}@{domain}", local(255))).is_err());
}

#[test]
fn hostile_lengths_take_linear_time() {
    let started = Instant::now();
    let long = 400_000;
    for piece in [
        "(",
        "\"\\",
        "a,",
        "<",
        "=?utf-8?Q?x?= ",
        "g:",
        "a@",
        "ü",
        "a.",
        ";",
    ] {
        let _ = parse(&piece.repeat(long / piece.len()));
    }
    let _ = parse(&format!("{}a@x.org{}", "(".repeat(long), ")".repeat(long)));
    let _ = parse(&format!("a@{}", "ü".repeat(long)));
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

proptest! {
    #[test]
    fn nothing_panics_and_nothing_carries_a_line_end(text in "(\\PC|[\r\n\t\0\\\\\"<>()@,:;\\[\\]=?]){0,60}") {
        if let Ok(mailboxes) = parse(&text) {
            for mailbox in mailboxes {
                prop_assert!(!mailbox.to_string().chars().any(char::is_control), "{mailbox}");
                prop_assert!(!mailbox.envelope().chars().any(char::is_control), "{mailbox}");
                prop_assert_eq!(parse(&mailbox.to_string()), Ok(vec![mailbox]));
            }
        }
    }
}
