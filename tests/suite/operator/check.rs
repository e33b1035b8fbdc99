//! `quillgate check`, with real servers.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::support::certificates;
use crate::support::command::{House, Ran};
use crate::support::dns::{Dns, txt};
use crate::support::dovecot::Dovecot;
use crate::support::exim::Exim;

/// Trusts the authority of the tests.
fn house(more: &str) -> House {
    let ca = certificates::ca_file();
    let house = House::new(&format!("mail.ca_file = \"{}\"\n{more}", ca.display()));
    house.write("right", "secret-ralf\n");
    house.write("wrong", "secret-anna\n");
    house
}

fn account(house: &House, smtp: &str, imap: &str) {
    house.ok(&[
        "account",
        "add",
        "--name",
        "Office",
        "--everyone",
        "--smtp",
        smtp,
        "--imap",
        imap,
    ]);
}

/// The checks of an account, or of another place.
fn rows(ran: &Ran, place: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(&ran.stdout).expect(&ran.stderr);
    let here = |row: &Value| row["where"].as_str().unwrap().starts_with(place);
    all.into_iter().filter(here).collect()
}

fn problem(row: &Value) -> &str {
    row["problems"][0]["text"].as_str().expect("a problem")
}

#[test]
fn servers_that_work_are_described() {
    let (Some(exim), Some(dovecot)) = (Exim::start(), Dovecot::start()) else {
        return;
    };
    let sign_in = format!(
        "sign_in.imap = \"imaps://127.0.0.1:{}\"\nsign_in.domain = \"example.test\"",
        dovecot.imaps
    );
    let house = house(&sign_in);
    account(
        &house,
        &format!(
            "smtp+starttls://127.0.0.1:{}?user=ralf&password_file=right",
            exim.port
        ),
        &format!(
            "imaps://127.0.0.1:{}?user=ralf@example.test&password_file=right",
            dovecot.imaps
        ),
    );
    account(
        &house,
        &format!(
            "smtps://127.0.0.1:{}?auth=session&login=login",
            exim.ports.tls
        ),
        "none",
    );
    house.ok(&[
        "account",
        "add",
        "--name",
        "Files",
        "--everyone",
        "--smtp",
        "file:outbox",
    ]);
    house.ok(&[
        "user",
        "add",
        "ralf",
        "--name",
        "Ralf",
        "--email",
        "ralf@example.test",
    ]);

    let ran = house.run(&["check", "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let office = rows(&ran, "account 1");
    let (smtp, imap) = (&office[0], &office[1]);
    assert_eq!(smtp["address"], format!("127.0.0.1:{}", exim.port));
    assert_eq!(smtp["tls"], "TLSv1_3");
    assert_eq!(
        smtp["certificate"]["names"],
        json!(["localhost", "127.0.0.1", "::1"])
    );
    assert_eq!(smtp["signed-in"], "ralf");
    assert_eq!(
        (&smtp["smtputf8"], &smtp["size-max"]),
        (&json!(true), &json!(2 << 20))
    );
    assert_eq!(
        smtp["result"], "warning",
        "2 MiB are less than mail.message_max"
    );
    assert!(
        problem(smtp).contains("up to 2 MiB, and mail.message_max is 50 MiB"),
        "{smtp}"
    );
    assert_eq!(
        (&imap["result"], &imap["signed-in"]),
        (&json!("ok"), &json!("ralf@example.test"))
    );
    assert_eq!(
        (&imap["sent"], &imap["drafts"]),
        (&json!("Sent"), &json!("Drafts"))
    );
    let session = &rows(&ran, "account 2")[0];
    assert_eq!(session["signed-in"], Value::Null);
    let how = session["sign-in"].as_str().unwrap();
    assert!(how.starts_with("needs a user's password (PLAIN"), "{how}");
    assert_eq!(rows(&ran, "account 3")[0]["result"], "ok");
    assert_eq!(rows(&ran, "[sign_in]")[0]["result"], "ok");

    let ran = house.run_with(
        &["check", "--user", "ralf", "--password-stdin", "--json"],
        "secret-ralf\n",
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(rows(&ran, "account 2")[0]["signed-in"], "ralf");
    assert_eq!(rows(&ran, "[sign_in]")[0]["signed-in"], "ralf@example.test");

    let table = house.ok(&["check"]);
    for text in [
        "warning",
        "TLSv1_3",
        "localhost 127.0.0.1 ::1 until ",
        "as ralf",
        "sent: Sent",
        "file:",
    ] {
        assert!(table.contains(text), "{text}: {table}");
    }
    assert!(!table.contains("secret-"), "{table}");

    let faults = faulty(&exim, &dovecot);
    let ran = faults.run(&["check", "--json"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for (account, why, advice) in [
        (1, "535", "check the password of ralf"),
        (2, "it is for another name", "the certificate names"),
        (3, "refused", "check host and port (127.0.0.1:1)"),
        (4, "STARTTLS", "port and scheme belong together"),
        (5, "it has expired", "mail.ca_file"),
    ] {
        let row = &rows(&ran, &format!("account {account}"))[0];
        assert_eq!(row["result"], "failed", "{row}");
        assert!(
            problem(row).contains(why) && problem(row).contains(advice),
            "{row}"
        );
    }
    let imap = &rows(&ran, "account 5")[1];
    assert!(
        problem(imap).contains("check the password of anna@example.test"),
        "{imap}"
    );
    assert_eq!(imap["tls"], "TLSv1_3", "what was known before");
    assert_eq!(
        ran.stderr,
        "quillgate: 6 of 8 checks failed, see the table\n"
    );
}

/// A house with accounts each of which has another fault.
fn faulty(exim: &Exim, dovecot: &Dovecot) -> House {
    let house = house("");
    let tls = exim.ports.tls;
    for smtp in [
        format!("smtps://127.0.0.1:{tls}?user=ralf&password_file=wrong"),
        format!("smtps://127.0.0.2:{tls}"),
        "smtp://127.0.0.1:1".to_owned(),
    ] {
        account(&house, &smtp, "none");
    }
    account(
        &house,
        &format!("smtp+starttls://127.0.0.1:{}", exim.sink.port),
        "none",
    );
    account(
        &house,
        &format!("smtp+starttls://127.0.0.1:{}", exim.ports.expired),
        &format!(
            "imaps://127.0.0.1:{}?user=anna@example.test&password_file=right",
            dovecot.imaps
        ),
    );
    house
}

#[test]
fn offline_nothing_is_tried_but_what_lies_here() {
    let house = house("");
    house.ok(&[
        "account",
        "add",
        "--name",
        "Office",
        "--everyone",
        "--smtp",
        "smtps://127.0.0.1:1?user=ralf&password_file=right",
        "--imap",
        "none",
    ]);
    let ran = house.run(&["check", "--offline", "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(rows(&ran, "account 1")[0]["sign-in"], "not tried");

    let key = house.path("data/master.key");
    std::fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    let ran = house.run(&["check", "--offline", "--json"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(problem(&rows(&ran, "storage")[1]).contains("chmod 600"));

    // Somebody has lost the key file, and the next command has made another.
    std::fs::remove_file(&key).unwrap();
    let ran = house.run(&["check", "--offline", "--json"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let row = &rows(&ran, "account 1")[0];
    assert!(problem(row).contains("put back the key file"), "{row}");

    let ran = house.run_with(&["check", "--password-stdin"], "x\n");
    assert!(ran.refusal(2).contains("--user"));
}

#[test]
fn keys_that_sign_mail_are_compared_with_the_dns() {
    let house = house("");
    account(&house, "file:outbox", "local");
    for selector in ["one", "two", "three"] {
        house.ok(&[
            "dkim",
            "add",
            "--account",
            "1",
            "--domain",
            "example.org",
            "--selector",
            selector,
            "--generate",
        ]);
    }
    let keys = house.json(&["dkim", "list", "--json"]);
    let record = keys[0]["txt"].as_str().unwrap().replace("p=", "p= ");
    let dns = Dns::start(vec![
        txt("one._domainkey.example.org", &record),
        txt("two._domainkey.example.org", "v=DKIM1; k=ed25519; p=AAAA"),
    ]);
    let ran = house.run(&["check", "--json", "--dns", &dns.flag()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let rows = rows(&ran, "account 1");
    let results: Vec<_> = rows[1..].iter().map(|row| row["result"].clone()).collect();
    assert_eq!(results, ["ok", "warning", "warning"]);
    assert!(problem(&rows[2]).contains("another key"), "{}", rows[2]);
    assert!(
        problem(&rows[3]).contains("publish three._domainkey.example.org. IN TXT"),
        "{}",
        rows[3]
    );
}
