//! The data directory: made on first start, private, and held by one server.

use std::path::Path;

use crate::support::command::{House, mode};
use crate::support::post::below;

/// Every file and directory at and below a path must be closed to others.
fn private(path: &Path) {
    if path.is_dir() {
        assert_eq!(mode(path), 0o700, "{}", path.display());
        below(path).iter().for_each(|inner| private(inner));
    } else if path.is_file() {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn nobody_else_can_read_anything_in_it() {
    let house = House::inhabited("storage.data_dir = \"deep/data\"");
    let mut server = house.serve();
    let upload = server
        .request(reqwest::Method::POST, "ralf", "/mail/attachments/a")
        .body("x");
    assert_eq!(upload.send().await.unwrap().status(), 302);
    let mail = serde_json::json!({"to": "a@example.com", "body": "Text"});
    let send = server
        .request(reqwest::Method::POST, "ralf", "/mail")
        .json(&mail);
    assert_eq!(send.send().await.unwrap().status(), 200);
    for name in ["quillgate.db", "blobs", "spool", "mail"] {
        assert!(house.path("deep/data").join(name).exists(), "{name}");
    }
    private(&house.path("deep"));
    assert_eq!(server.stop(), Some(0));
    private(&house.path("deep"));
}

#[tokio::test]
async fn a_database_elsewhere_is_private_too() {
    let house = House::inhabited("storage.database = \"sqlite:elsewhere.db\"");
    let _server = house.serve();
    for file in below(&house.path("")) {
        if file
            .file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with("elsewhere.db")
        {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }
}

#[test]
fn a_second_start_is_refused_and_names_the_first() {
    let house = House::inhabited("");
    let mut first = house.serve();
    for arguments in [
        &["serve"][..],
        &["demo", "--data", "data", "--listen", "127.0.0.1:0"],
    ] {
        let second = house.run(arguments);
        assert_eq!(
            (second.code, second.stdout.as_str()),
            (Some(1), ""),
            "{second:?}"
        );
        let line = second.stderr.lines().last().unwrap();
        assert!(line.contains(&format!("pid {}", first.pid())), "{line}");
        assert!(line.contains("is in use"), "{line}");
    }
    // The first one lives on, and after it another may start, however it ended.
    first.signal(rustix::process::Signal::KILL);
    assert_eq!(first.ended(), None);
    assert_eq!(house.serve().stop(), Some(0));
}

#[test]
fn an_address_that_is_taken_is_refused_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let house = House::inhabited("");
    let ran = house.run(&["serve", "--listen", &address]);
    assert_eq!(ran.code, Some(1));
    let line = ran.stderr.lines().last().unwrap();
    assert!(
        line.starts_with(&format!("quillgate: cannot listen on {address}: ")),
        "{line}"
    );
}
