//! Reads RFC 5322 address lists, in linear time, and refuses whatever is not surely understood.

use mail_parser::parsers::MessageStream;

use super::address::{AddressError, Mailbox};
use super::address_token::{Kind, Token, tokens};

/// Reads a list of mailboxes and groups; the members of a group count one by one. `undisclosed-recipients:;` is a
/// valid list of nobody.
///
/// # Errors
/// Says what is wrong, never with the text itself.
pub fn parse(text: &str) -> Result<Vec<Mailbox>, AddressError> {
    let tokens = tokens(text)?;
    let mut mailboxes = Vec::new();
    let mut in_group = false;
    let mut had_group = false;
    let mut start = 0;
    let mut angle = false;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Mark('<') => angle = true,
            Kind::Mark('>') => angle = false,
            Kind::Mark(':') if !angle && !in_group => {
                if phrase(&tokens[start..at])?.is_empty() {
                    return Err(AddressError("a group has no name"));
                }
                (in_group, had_group, start) = (true, true, at + 1);
            }
            Kind::Mark(',') if !angle => {
                mailboxes.extend(mailbox(&tokens[start..at])?);
                start = at + 1;
            }
            Kind::Mark(';') if !angle && in_group => {
                mailboxes.extend(mailbox(&tokens[start..at])?);
                (in_group, start) = (false, at + 1);
            }
            Kind::Mark(':' | ';') => {
                return Err(AddressError("a : or ; stands where it is not allowed"));
            }
            _ => {}
        }
    }
    if in_group {
        return Err(AddressError("a group is not closed by a ;"));
    }
    mailboxes.extend(mailbox(&tokens[start..])?);
    if mailboxes.is_empty() && !had_group {
        return Err(AddressError("it holds no address"));
    }
    Ok(mailboxes)
}

/// One mailbox between two commas; `None` where nothing stands.
fn mailbox(tokens: &[Token]) -> Result<Option<Mailbox>, AddressError> {
    let comment = tokens.iter().rev().find_map(|token| match &token.kind {
        Kind::Comment(text) => Some(text.as_str()),
        _ => None,
    });
    let words: Vec<&Token> = tokens
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Comment(_)))
        .collect();
    if words.is_empty() {
        return if tokens.is_empty() {
            Ok(None)
        } else {
            Err(AddressError("it holds a comment but no address"))
        };
    }
    let Some(open) = words.iter().position(|token| token.kind == Kind::Mark('<')) else {
        // `anna@example.org (Anna Müller)` is how names were written before RFC 822.
        return address(&words, comment).map(Some);
    };
    let (last, inside) = words[open + 1..]
        .split_last()
        .ok_or(AddressError("a < is not closed"))?;
    if last.kind != Kind::Mark('>') {
        return Err(AddressError(
            "a < is not closed, or something follows the >",
        ));
    }
    let name = phrase(words[..open].iter().copied())?;
    address(inside, Some(&name)).map(Some)
}

/// Exactly `local@domain`.
fn address(words: &[&Token], name: Option<&str>) -> Result<Mailbox, AddressError> {
    let kinds: Vec<&Kind> = words.iter().map(|token| &token.kind).collect();
    let (local, domain) = match kinds.as_slice() {
        [local, Kind::Mark('@'), domain] => (local, domain),
        _ if !kinds.contains(&&Kind::Mark('@')) => return Err(AddressError("it has no @")),
        _ => return Err(AddressError("it is not of the form name@domain")),
    };
    let local = match local {
        Kind::Word(text) if text.split('.').any(str::is_empty) => {
            return Err(AddressError(
                "a dot stands where it is not allowed before the @",
            ));
        }
        Kind::Word(text) | Kind::Quoted(text) => text,
        _ => return Err(AddressError("nothing stands before the @")),
    };
    match domain {
        Kind::Word(text) | Kind::Literal(text) => Mailbox::from_parts(name, local, text),
        _ => Err(AddressError("no domain stands behind the @")),
    }
}

/// The words of a display name, encoded ones decoded.
fn phrase<'a>(tokens: impl IntoIterator<Item = &'a Token>) -> Result<String, AddressError> {
    let mut name = String::new();
    let mut after_encoded = false;
    for token in tokens {
        let (text, encoded) = match &token.kind {
            Kind::Word(text) => match decode(text) {
                Some(decoded) => (decoded, true),
                None => (text.clone(), false),
            },
            Kind::Quoted(text) => (text.clone(), false),
            Kind::Comment(_) => continue,
            _ => {
                return Err(AddressError(
                    "the name before < or : holds characters that need quotes",
                ));
            }
        };
        if token.spaced && !name.is_empty() && !(encoded && after_encoded) {
            name.push(' ');
        }
        name.push_str(&text);
        after_encoded = encoded;
    }
    Ok(name)
}

/// The text of an encoded word (RFC 2047), `None` if it is none.
fn decode(word: &str) -> Option<String> {
    let inside = word.strip_prefix("=?")?.strip_suffix("?=")?;
    if inside.matches('?').count() != 2 {
        return None;
    }
    MessageStream::new(&word.as_bytes()[1..]).decode_rfc2047()
}

#[cfg(test)]
mod tests {
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
        ] {
            assert!(parse(text).is_err(), "{text:?} gave {:?}", parse(text));
        }
        assert!(parse(&format!("{}@x.org", "a".repeat(65))).is_err());
        assert!(parse(&format!("a@{}.org", "a".repeat(64))).is_err());
        assert!(parse(&format!("a@{}org", "aaa.".repeat(80))).is_err());
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
}
