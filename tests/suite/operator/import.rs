//! `quillgate user import`: all or none.

use serde_json::json;

use crate::support::command::House;

fn house() -> House {
    let house = House::new("");
    house.ok(&[
        "account",
        "add",
        "--name",
        "A",
        "--everyone",
        "--smtp",
        "file:outbox",
    ]);
    house.ok(&[
        "account",
        "add",
        "--name",
        "B",
        "--everyone",
        "--smtp",
        "file:outbox",
    ]);
    house
}

#[test]
fn everybody_comes_with_an_identity_on_each_account() {
    let house = house();
    let lines = [
        json!({"login": "ralf", "name": "Ralf Becker", "email": "ralf@example.org", "id": 5, "admin": true,
               "password": "open sesame", "accounts": [2, 1]}),
        json!({"login": "anna", "name": "Anna", "email": "anna@example.org", "accounts": [1]}),
        json!({"login": "bot", "name": "", "email": "bot@example.org"}),
    ];
    let text = lines.map(|line| format!("{line}\n")).concat();
    let ran = house.run_with(&["user", "import", "-"], &text);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    let users = house.json(&["user", "list", "--json"]);
    assert_eq!(
        users
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["id"].clone())
            .collect::<Vec<_>>(),
        [5, 6, 7]
    );
    assert_eq!(
        (&users[0]["admin"], &users[0]["password"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(users[1]["password"], false);
    let identities = house.json(&["identity", "list", "--json"]);
    let who: Vec<_> = identities
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["user"].clone(),
                one["account"].clone(),
                one["default"].clone(),
            )
        })
        .collect();
    assert_eq!(
        who,
        [
            (json!("ralf"), json!(2), json!(true)),
            (json!("ralf"), json!(1), json!(false)),
            (json!("anna"), json!(1), json!(true)),
        ]
    );
}

#[test]
fn one_bad_line_is_named_and_nobody_is_added() {
    let house = house();
    let good = r#"{"login": "a", "name": "A", "email": "a@example.org", "accounts": [1]}"#;
    for (bad, told) in [
        ("{", "line 3"),
        (r#"{"login": "b", "name": "B"}"#, "email"),
        (
            r#"{"login": "b", "name": "B", "email": "nobody"}"#,
            "'nobody' is no mail address",
        ),
        (
            r#"{"login": "a", "name": "B", "email": "b@example.org"}"#,
            "'a'",
        ),
        (
            r#"{"login": "b", "name": "B", "email": "b@example.org", "acounts": [1]}"#,
            "acounts",
        ),
        (
            r#"{"login": "b", "name": "B", "email": "b@example.org", "accounts": [9]}"#,
            "9",
        ),
        (
            r#"{"login": "b", "name": "B", "email": "b@example.org", "id": 0}"#,
            "line 3",
        ),
        (
            r#"{"login": "b/c", "name": "B", "email": "b@example.org"}"#,
            "'b/c' cannot be a login",
        ),
        (
            r#"{"login": "b", "name": "B", "email": "b@example.org", "password": ""}"#,
            "password",
        ),
        ("[]", "line 3"),
    ] {
        let ran = house.run_with(&["user", "import", "-"], &format!("{good}\n\n{bad}\n"));
        let line = ran.refusal(1);
        assert!(
            line.contains("line 3") && line.contains(told),
            "{bad}: {line}"
        );
        assert_eq!(house.json(&["user", "list", "--json"]), json!([]));
        assert_eq!(house.json(&["identity", "list", "--json"]), json!([]));
    }
}

#[test]
fn twenty_thousand_users_are_one_import() {
    let house = house();
    let text: String = (0..20_000)
        .map(|number| {
            format!(
                "{{\"login\":\"user{number}\",\"name\":\"User {number}\",\"email\":\"user{number}@example.org\",\"accounts\":[1]}}\n"
            )
        })
        .collect();
    house.write("people", &text);
    house.ok(&["user", "import", "people"]);
    let users = house.json(&["user", "list", "--json"]);
    let users = users.as_array().unwrap();
    assert_eq!(users.len(), 20_000);
    assert_eq!(users[19_999]["id"], 20_000);
}
