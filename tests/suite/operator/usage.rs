//! What is refused, and how.

use crate::support::command::House;

#[test]
fn what_is_not_understood_is_exit_code_2_in_one_line() {
    let house = House::new("");
    for (arguments, hint) in [
        (&["usr"][..], "'user'"),
        (&["serve", "--liste", "127.0.0.1:0"], "'--listen'"),
        (&["user", "add", "x"], "--name <NAME> --email <ADDR>"),
        (
            &[
                "user", "add", "x", "--name", "X", "--email", "x@x.org", "--id", "0",
            ],
            "--id",
        ),
        (
            &["account", "add", "--name", "A", "--smtp", "file:x"],
            "--everyone",
        ),
        (&["token", "create"], "--all-users"),
        (
            &["token", "create", "--user", "x", "--scope", "mial"],
            "mail",
        ),
        (&["token", "revoke", "one"], "one"),
        (&["config", "--default", "--env"], "--env"),
        (&["user", "passwd"], "<LOGIN>"),
    ] {
        let ran = house.run(arguments);
        let line = ran.refusal(2);
        assert!(line.contains(hint), "{arguments:?}: {line}");
    }
    let nothing = house.run(&[]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (Some(2), ""));
    assert!(nothing.stderr.contains("demo") && nothing.stderr.contains("serve"));
    assert!(!house.path("data").exists());
}

#[test]
fn help_and_version_are_on_stdout() {
    let house = House::new("");
    for arguments in [
        &["--help"][..],
        &["help"],
        &["user", "--help"],
        &["token", "create", "-h"],
    ] {
        let help = house.ok(arguments);
        assert!(help.contains("Usage: quillgate"), "{help}");
    }
    let version = house.ok(&["--version"]);
    assert_eq!(
        version,
        format!("quillgate {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn what_comes_later_is_refused_as_not_available_yet() {
    let house = House::new("");
    let account = |more: &[&str]| {
        let mut arguments = vec!["account", "add", "--name", "A", "--everyone"];
        arguments.extend(more);
        house.run(&arguments)
    };
    for more in [
        &["--smtp", "file:x", "--sieve", "sieve://mail.example.org"][..],
        &[
            "--smtp",
            "file:x",
            "--sieve",
            "sieve+starttls://mail.example.org",
        ],
    ] {
        let ran = account(more);
        assert!(
            ran.refusal(1).contains("not available yet"),
            "{more:?}: {ran:?}"
        );
    }
    for smtp in [
        "mail.example.org",
        "http://x",
        "smtp://u:secret@x",
        "file:",
        "smtp://x/path",
    ] {
        let ran = account(&["--smtp", smtp]);
        let line = ran.refusal(1);
        assert!(line.starts_with("--smtp: "), "{line}");
    }
    assert_eq!(
        house.json(&["account", "list", "--json"]),
        serde_json::json!([])
    );
    for key in [
        "storage.database = \"postgres://user@host/db\"",
        "storage.blobs = \"s3://bucket/prefix\"",
        "server.tls.cert = \"cert.pem\"",
        "server.tls.key = \"key.pem\"",
    ] {
        let house = House::new(key);
        let ran = house.run(&["serve"]);
        let line = ran.refusal(1);
        let (name, _) = key.split_once(" = ").unwrap();
        assert!(line.starts_with(name), "{line}");
        assert!(line.contains("not available yet"), "{line}");
        assert!(!house.path("data").exists());
    }
}
