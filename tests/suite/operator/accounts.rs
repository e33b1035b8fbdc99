//! Accounts, identities and tokens, without a server.

use serde_json::{Value, json};

use crate::support::command::House;
use crate::support::post::below;

#[test]
fn accounts_and_identities_are_added_listed_changed_and_removed() {
    let house = House::inhabited("");
    let id = house.ok(&[
        "account",
        "add",
        "--name",
        "Alerts",
        "--owner",
        "anna",
        "--smtp",
        "smtp://[::1]:2525",
        "--imap",
        "none",
        "--user-editable",
    ]);
    assert_eq!(id, "2\n");
    let accounts = house.json(&["account", "list", "--json"]);
    assert_eq!(
        accounts[1],
        json!({
            "id": 2, "name": "Alerts", "owner": ["anna"], "everyone": false, "smtp": "smtp://[::1]:2525",
            "imap": "none", "sieve": null, "sent": null, "drafts": null, "user-editable": true,
        })
    );
    assert_eq!(
        (&accounts[0]["everyone"], &accounts[0]["id"]),
        (&json!(true), &json!(1))
    );
    let outbox = format!(
        "file:{}",
        house
            .path("outbox")
            .canonicalize()
            .unwrap_or(house.path("outbox"))
            .display()
    );
    assert_eq!(
        accounts[0]["smtp"], outbox,
        "relative to where the command ran"
    );

    let foreign = house.run(&[
        "identity",
        "add",
        "--account",
        "2",
        "--user",
        "ralf",
        "--email",
        "r@example.org",
    ]);
    assert!(
        foreign.refusal(1).contains("'ralf' does not own it"),
        "{foreign:?}"
    );
    house.ok(&["account", "set", "2", "--owner", "anna", "ralf"]);
    house.write("signature", "<b>Ralf</b>");
    let id = house.ok(&[
        "identity",
        "add",
        "--account",
        "2",
        "--user",
        "ralf",
        "--email",
        "alerts@example.org",
        "--name",
        "Desk",
        "--org",
        "Example",
        "--label",
        "shared",
        "--reply-to",
        "answers@example.org",
        "--signature-file",
        "signature",
        "--id",
        "52",
        "--default",
    ]);
    assert_eq!(id, "52\n");
    let identities = house.json(&["identity", "list", "--json"]);
    let find = |id: i32| {
        let all = identities.as_array().unwrap();
        all.iter().find(|one| one["id"] == id).unwrap().clone()
    };
    for (name, value) in [
        ("account", json!(2)),
        ("user", json!("ralf")),
        ("email", json!("alerts@example.org")),
        ("name", json!("Desk")),
        ("org", json!("Example")),
        ("label", json!("shared")),
        ("reply-to", json!("answers@example.org")),
        ("default", json!(true)),
    ] {
        assert_eq!(find(52)[name], value, "{name}");
    }
    assert_eq!(find(1)["default"], false);
    house.ok(&["identity", "set", "1", "--default"]);
    house.ok(&["identity", "remove", "52"]);
    house.ok(&["account", "remove", "2"]);
    assert_eq!(
        house
            .json(&["account", "list", "--json"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        house
            .json(&["identity", "list", "--json"])
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn a_token_stands_alone_on_stdout_and_nowhere_else() {
    let house = House::inhabited("");
    let ran = house.run(&[
        "token",
        "create",
        "--user",
        "ralf",
        "--until",
        "+90days",
        "--remark",
        "nightly report",
    ]);
    assert_eq!(ran.code, Some(0));
    let token = ran.stdout.strip_suffix('\n').unwrap();
    let (start, secret) = token.split_once('_').unwrap();
    assert_eq!(start, "token1");
    assert!(secret.len() >= 22 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert!(!ran.stderr.contains(secret) && !ran.stderr.is_empty());
    house.ok(&[
        "token",
        "create",
        "--all-users",
        "--scope",
        "groupdav,mail:send",
        "--scope",
        "mail:upload",
    ]);
    let listed = house.ok(&["token", "list", "--json"]);
    assert!(!listed.contains(secret));
    let listed: Value = serde_json::from_str(&listed).unwrap();
    for (place, name, value) in [
        (0, "id", json!(1)),
        (0, "user", json!("ralf")),
        (0, "all-users", json!(false)),
        (0, "scope", json!(["groupdav", "mail"])),
        (0, "remark", json!("nightly report")),
        (0, "revoked", Value::Null),
        (0, "last-used", Value::Null),
        (1, "user", Value::Null),
        (1, "all-users", json!(true)),
        (1, "scope", json!(["groupdav", "mail:send", "mail:upload"])),
        (1, "until", Value::Null),
    ] {
        assert_eq!(listed[place][name], value, "{place} {name}");
    }
    assert!(listed[0]["until"].as_str().unwrap().contains("T23:59:59"));
    house.ok(&["token", "revoke", "1"]);
    assert!(house.json(&["token", "list", "--json"])[0]["revoked"].is_string());
    // The journal beside the database may hold the latest.
    let database = below(&house.path("data"))
        .into_iter()
        .filter(|path| path.is_file())
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect::<Vec<u8>>();
    let holds = |text: &str| {
        database
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(
        holds("nightly report") && !holds(secret),
        "only a hash is stored"
    );
}
