//! Passwords that are kept with accounts: where they come from, that nobody reads them, and new keys for them.

use std::path::Path;

use quillgate::identities::Identities;
use quillgate::ids::UserId;
use quillgate::net::login::Password;
use quillgate::store::Store;
use quillgate::store::sealed::Keyring;

use crate::support::command::{House, mode};

const SMTP: &str = "smtps://mail.example.org?user=office&password_file=smtp-password";
const IMAP: &str = "imaps://mail.example.org?user=office&password_file=imap-password";

fn with_passwords() -> House {
    let house = House::inhabited("");
    house.write("smtp-password", "geheim eins\nrest\n");
    house.write("imap-password", "geheim zwei");
    house.ok(&["account", "set", "1", "--smtp", SMTP, "--imap", IMAP]);
    house
}

/// What a server reads: the passwords of account 1 for SMTP and IMAP.
async fn passwords(house: &House) -> [Option<String>; 2] {
    let runtime = tokio::runtime::Handle::current();
    let store = Store::open(&house.path("data/quillgate.db"), runtime)
        .await
        .unwrap();
    let keys = Keyring::open(&house.path("data/master.key")).unwrap();
    let identities = Identities::new(store);
    let own = identities.of(UserId(5)).await.unwrap();
    let passwords = &own[0].account.passwords;
    let text = |password: Option<Password>| password.map(|it| it.reveal().to_owned());
    [
        text(passwords.smtp(&keys).unwrap()),
        text(passwords.imap(&keys).unwrap()),
    ]
}

fn some(smtp: &str, imap: &str) -> [Option<String>; 2] {
    [Some(smtp.to_owned()), Some(imap.to_owned())]
}

fn holds(path: &Path, text: &str) -> bool {
    let bytes = std::fs::read(path).unwrap();
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn a_password_is_read_from_a_file_and_kept_encrypted() {
    let house = with_passwords();
    assert_eq!(passwords(&house).await, some("geheim eins", "geheim zwei"));
    for name in ["quillgate.db", "quillgate.db-wal"] {
        let path = house.path("data").join(name);
        assert!(!path.exists() || !holds(&path, "geheim"), "{name}");
    }
    assert_eq!(mode(&house.path("data/master.key")), 0o600);
    let accounts = house.json(&["account", "list", "--json"]);
    assert_eq!(
        accounts[0]["smtp"],
        "smtps://mail.example.org:465?user=office"
    );
    assert_eq!(
        accounts[0]["imap"],
        "imaps://mail.example.org:993?user=office"
    );
    assert!(!accounts.to_string().contains("geheim"));
}

#[tokio::test]
async fn another_server_drops_the_password_of_the_one_before() {
    let house = with_passwords();
    house.ok(&["account", "set", "1", "--name", "Office"]);
    assert_eq!(passwords(&house).await, some("geheim eins", "geheim zwei"));
    house.ok(&[
        "account",
        "set",
        "1",
        "--smtp",
        "smtps://other.example.org?auth=session",
    ]);
    assert_eq!(
        passwords(&house).await,
        [None, Some("geheim zwei".to_owned())]
    );
    house.ok(&["account", "set", "1", "--imap", "local"]);
    assert_eq!(passwords(&house).await, [None, None]);
}

#[test]
fn a_password_that_cannot_be_had_is_said_and_nothing_is_changed() {
    let house = House::inhabited("");
    let before = house.json(&["account", "list", "--json"]);
    let set = |url: &str| house.run(&["account", "set", "1", "--smtp", url]);
    let ran = set("smtps://mail.example.org?user=office");
    assert!(ran.refusal(2).contains("password_file"), "{ran:?}");
    let ran = set("smtps://mail.example.org?user=office&password_file=gone");
    assert!(ran.refusal(1).contains("gone"), "{ran:?}");
    house.write("empty", "\n");
    let ran = set("smtps://mail.example.org?user=office&password_file=empty");
    assert!(ran.refusal(1).contains("is empty"), "{ran:?}");
    let ran = set("smtp://mail.example.org?user=office&password_file=empty");
    assert!(ran.refusal(1).contains("clear text"), "{ran:?}");
    let ran = house.run(&["account", "set", "1", "--imap", "imaps://mail.example.org"]);
    assert!(ran.refusal(1).contains("auth=session"), "{ran:?}");
    assert_eq!(house.json(&["account", "list", "--json"]), before);
}

#[tokio::test]
async fn a_new_key_opens_everything_and_the_old_one_nothing() {
    let house = with_passwords();
    let old = std::fs::read_to_string(house.path("data/master.key")).unwrap();
    let ran = house.run(&["key", "rotate"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("2 secrets"), "{ran:?}");
    let new = std::fs::read_to_string(house.path("data/master.key")).unwrap();
    assert_ne!(old, new);
    assert_eq!(
        (new.lines().count(), mode(&house.path("data/master.key"))),
        (1, 0o600)
    );
    assert_eq!(passwords(&house).await, some("geheim eins", "geheim zwei"));

    // Cut off after the new key had been added: the next call goes on with that one.
    Keyring::open(&house.path("data/master.key"))
        .unwrap()
        .add_key()
        .unwrap();
    let both = std::fs::read_to_string(house.path("data/master.key")).unwrap();
    assert_eq!(passwords(&house).await, some("geheim eins", "geheim zwei"));
    house.ok(&["key", "rotate"]);
    let after = std::fs::read_to_string(house.path("data/master.key")).unwrap();
    assert_eq!(after.lines().next(), both.lines().next());
    assert_eq!(after.lines().count(), 1);
    assert_eq!(passwords(&house).await, some("geheim eins", "geheim zwei"));

    // With a key that opens nothing nothing is done: the right one still opens everything.
    house.write("data/master.key", &old);
    let ran = house.run(&["key", "rotate"]);
    assert!(
        ran.refusal(1).contains("smtp_password of account 1"),
        "{ran:?}"
    );
    let kept = std::fs::read_to_string(house.path("data/master.key")).unwrap();
    assert!(kept.contains(old.trim()), "the old key is still there");
    house.write("data/master.key", &after);
    assert_eq!(passwords(&house).await, some("geheim eins", "geheim zwei"));
}
