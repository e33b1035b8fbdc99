//! Mailboxes of every form that must be understood, made from what they mean.

use data_encoding::BASE64;
use proptest::prelude::*;

use super::*;

/// How a name and an address are put together.
#[derive(Clone, Debug)]
enum Form {
    Bare,
    Angle,
    Quoted,
    Plain,
    EncodedB,
    EncodedQ,
    Comment,
}

/// A written mailbox and what it means.
#[derive(Clone, Debug)]
struct Written {
    text: String,
    mailbox: Mailbox,
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn dot_atom() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~äßп日-]{1,6}(\\.[a-z0-9é_+-]{1,6}){0,3}"
        .prop_filter("looks like an encoded word", |text| !text.contains("=?"))
}

/// As it is written, and as it is meant.
fn local() -> impl Strategy<Value = (String, String)> {
    let own = |text: String| (text.clone(), text);
    prop_oneof![
        3 => dot_atom().prop_map(own),
        1 => "[a-z \"\\\\(),.:;<>@\\[\\]ü]{1,20}".prop_map(|text| (quoted(&text), text)),
    ]
}

fn domain() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9]{1,8}(-[a-z0-9]{1,4})?(\\.[a-z0-9]{1,8}){0,4}\\.[a-z]{2,6}",
        1 => "[a-z]{1,10}",
        2 => "[a-zäöüéß]{1,8}\\.(example|рф|中国)",
        1 => any::<[u8; 4]>().prop_map(|ip| format!("[{}]", std::net::Ipv4Addr::from(ip))),
        1 => any::<[u16; 8]>().prop_map(|ip| format!("[IPv6:{}]", std::net::Ipv6Addr::from(ip))),
        1 => any::<[u8; 4]>()
            .prop_map(|ip| format!("[ipv6:::ffff:{}]", std::net::Ipv4Addr::from(ip))),
    ]
}

/// A word without anything that needs quotes.
fn plain_name() -> impl Strategy<Value = String> {
    "[A-Za-zÄé李ж'!#-]{1,8}( [A-Za-z0-9ü.]{1,8}){0,3}"
}

fn any_name() -> impl Strategy<Value = String> {
    "[!-~äß語🦀]([ -~äß語🦀]{0,30}[!-~é])?"
}

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        4 => Just(""),
        1 => Just(" "),
        1 => Just("\t "),
        1 => Just("(a (nested, \\) <comment>:;) @)"),
    ]
}

fn encoded_q(name: &str) -> String {
    let mut text = String::from("=?UTF-8?q?");
    for byte in name.bytes() {
        match byte {
            b' ' => text.push('_'),
            byte if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
            byte => text.push_str(&format!("={byte:02X}")),
        }
    }
    text + "?="
}

fn written() -> impl Strategy<Value = Written> {
    let form = prop_oneof![
        Just(Form::Bare),
        Just(Form::Angle),
        Just(Form::Quoted),
        Just(Form::Plain),
        Just(Form::EncodedB),
        Just(Form::EncodedQ),
        Just(Form::Comment),
    ];
    let spaces = prop::array::uniform4(space());
    (form, plain_name(), any_name(), local(), domain(), spaces).prop_map(
        |(form, plain, name, (local, meant), domain, [a, b, c, d])| {
            let address = format!("{local}{b}@{c}{domain}");
            // A comment would be the name of a bare address.
            let bare = format!("{local}@{domain}");
            let (text, name) = match form {
                Form::Bare => (bare, ""),
                Form::Angle => (format!("<{bare}>"), ""),
                Form::Quoted => (format!("{a}{}{d}<{address}>", quoted(&name)), name.as_str()),
                Form::Plain => (format!("{a} {plain}{d}<{address}>"), plain.as_str()),
                Form::EncodedB => {
                    let word = format!("=?utf-8?B?{}?=", BASE64.encode(name.as_bytes()));
                    (format!("{a}{word} <{address}>{d}"), name.as_str())
                }
                Form::EncodedQ => (
                    format!("{a}{} <{address}>", encoded_q(&name)),
                    name.as_str(),
                ),
                Form::Comment => (format!("{bare} ({plain})"), plain.as_str()),
            };
            let mailbox = Mailbox::from_parts(Some(name), &meant, &domain).expect("valid");
            Written { text, mailbox }
        },
    )
}

proptest! {
    #[test]
    fn each_form_gives_exactly_its_mailbox(one in written()) {
        prop_assert_eq!(parse(&one.text), Ok(vec![one.mailbox]), "{}", one.text);
    }

    #[test]
    fn lists_and_groups_give_their_members_in_order(
        all in prop::collection::vec((written(), any::<bool>()), 1..6)
    ) {
        let text: Vec<String> = all
            .iter()
            .map(|(one, grouped)| match grouped {
                true => format!("\"My: group\" : {}, {};", one.text, one.text),
                false => one.text.clone(),
            })
            .collect();
        let meant: Vec<Mailbox> = all
            .into_iter()
            .flat_map(|(one, grouped)| vec![one.mailbox; 1 + usize::from(grouped)])
            .collect();
        let text = text.join(" , ");
        prop_assert_eq!(parse(&text), Ok(meant), "{}", text);
    }
}
