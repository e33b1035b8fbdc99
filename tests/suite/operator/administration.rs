//! Users, and what every command refuses, without a server.

use serde_json::json;

use crate::support::command::House;

#[test]
fn users_are_added_listed_changed_and_removed() {
    let house = House::new("");
    assert_eq!(house.json(&["user", "list", "--json"]), json!([]));
    let added = house.run_with(
        &[
            "user",
            "add",
            "ralf",
            "--name",
            "Ralf Becker",
            "--email",
            "ralf@example.org",
            "--id",
            "5",
            "--admin",
            "--timezone",
            "Europe/Berlin",
            "--password-stdin",
        ],
        "open sesame\nnext line\n",
    );
    assert_eq!(
        (added.code, added.stdout.as_str()),
        (Some(0), "5\n"),
        "{added:?}"
    );
    let id = house.ok(&[
        "user",
        "add",
        "nagios",
        "--name",
        "Nagios",
        "--email",
        "nagios@example.org",
    ]);
    assert_eq!(id, "6\n");
    let ralf = json!({
        "id": 5, "login": "ralf", "name": "Ralf Becker", "email": "ralf@example.org", "admin": true,
        "timezone": "Europe/Berlin", "password": true, "disabled": false,
    });
    let nagios = json!({
        "id": 6, "login": "nagios", "name": "Nagios", "email": "nagios@example.org", "admin": false,
        "timezone": null, "password": false, "disabled": false,
    });
    assert_eq!(
        house.json(&["user", "list", "--json"]),
        json!([ralf, nagios])
    );
    let table = house.ok(&["user", "list"]);
    assert!(
        table.starts_with("ID  LOGIN") && table.contains("Ralf Becker"),
        "{table}"
    );
    house.ok(&["user", "disable", "ralf"]);
    assert_eq!(house.json(&["user", "list", "--json"])[0]["disabled"], true);
    house.ok(&["user", "enable", "ralf"]);
    house.write("password", "another one\r\n");
    house.ok(&["user", "passwd", "nagios", "--password-file", "password"]);
    assert_eq!(house.json(&["user", "list", "--json"])[1]["password"], true);
    house.ok(&["user", "remove", "ralf"]);
    assert_eq!(
        house
            .json(&["user", "list", "--json"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_command_that_fails_says_what_to_do_and_changes_nothing() {
    let house = House::inhabited("");
    let before = house.ok(&["user", "list", "--json"]);
    for (arguments, told) in [
        (
            &[
                "user",
                "add",
                "ralf",
                "--name",
                "R",
                "--email",
                "r@example.org",
            ][..],
            "the login 'ralf' exists already",
        ),
        (
            &[
                "user",
                "add",
                "x",
                "--name",
                "R",
                "--email",
                "r@example.org",
                "--id",
                "5",
            ],
            "the id 5 is taken by 'ralf'",
        ),
        (
            &["user", "add", "x", "--name", "R", "--email", "nobody"],
            "'nobody' is no mail address",
        ),
        (
            &[
                "user",
                "add",
                "a:b",
                "--name",
                "R",
                "--email",
                "r@example.org",
            ],
            "'a:b' cannot be a login",
        ),
        (
            &[
                "user",
                "add",
                "mail",
                "--name",
                "R",
                "--email",
                "r@example.org",
            ],
            "'mail' cannot be a login",
        ),
        (
            &[
                "user",
                "add",
                "x",
                "--name",
                "R\nX",
                "--email",
                "r@example.org",
            ],
            "control characters",
        ),
        (
            &[
                "user",
                "add",
                "x",
                "--name",
                "R",
                "--email",
                "r@example.org",
                "--timezone",
                "Berlin",
            ],
            "time zone 'Berlin'",
        ),
        (
            &["user", "remove", "nobody"],
            "there is no user 'nobody', see: quillgate user list",
        ),
        (&["user", "disable", "nobody"], "there is no user 'nobody'"),
        (&["user", "passwd", "nobody"], "there is no user 'nobody'"),
        (
            &[
                "identity",
                "add",
                "--account",
                "9",
                "--user",
                "ralf",
                "--email",
                "r@example.org",
            ],
            "there is no account 9",
        ),
        (
            &["identity", "set", "9", "--default"],
            "there is no identity 9",
        ),
        (&["account", "remove", "9"], "there is no account 9"),
        (
            &["token", "create", "--user", "nobody"],
            "there is no user 'nobody'",
        ),
        (&["token", "revoke", "9"], "there is no token 9"),
        (&["user", "import", "missing"], "missing"),
    ] {
        let ran = house.run(arguments);
        assert!(ran.refusal(1).contains(told), "{arguments:?}: {ran:?}");
    }
    // What is demanded of a password is the same for all who choose one.
    for (password, told) in [
        ("", "is empty"),
        ("\n", "is empty"),
        ("seven77\n", "the password is shorter than 8 characters"),
        ("äöüäöüä\n", "the password is shorter than 8 characters"),
        ("token1_abcdefghijklmnopqrstuvwxyz\n", "form of a token"),
    ] {
        let passwd = ["user", "passwd", "ralf", "--password-stdin"];
        let bob = ["--name", "Bob", "--email", "bob@example.org"];
        let add = [&["user", "add", "bob", "--password-stdin"][..], &bob].concat();
        for arguments in [&passwd[..], &add] {
            let ran = house.run_with(arguments, password);
            assert!(ran.refusal(1).contains(told), "{password:?}: {ran:?}");
        }
    }
    let ran = house.run(&["user", "passwd", "ralf"]);
    assert!(ran.refusal(2).contains("--password-stdin"), "{ran:?}");
    assert_eq!(house.ok(&["user", "list", "--json"]), before);
}
