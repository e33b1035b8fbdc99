//! Every spelling of a name, and what is none.

use super::{HOME, listed, make_folder, names, said, stored, text};
use crate::support::Gateway;
use crate::support::exchange::{exchange, request};
use crate::support::gateway::Answer;
use crate::support::people::PASSWORD;

/// Everything encoded that can be.
fn encoded(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn nothing_leads_out_of_a_home() {
    let gateway = Gateway::start().await;
    make_folder(&gateway, "/d").await;
    let before = gateway.uploads();
    let (long, wide) = ("x".repeat(256), encoded(&"\u{fc}".repeat(128)));
    for (path, reason) in [
        ("/..", "'.' and '..' are no names"),
        ("/../anna/x", "'.' and '..' are no names"),
        ("/d/../x", "'.' and '..' are no names"),
        ("/d/..", "'.' and '..' are no names"),
        ("/./x", "'.' and '..' are no names"),
        ("/%2e%2e/anna", "'.' and '..' are no names"),
        ("/.%2E/anna", "'.' and '..' are no names"),
        ("/%2E", "'.' and '..' are no names"),
        ("/%2e%2e%2fanna", "a name has a slash"),
        ("/a%2Fb", "a name has a slash"),
        ("/%2f", "a name has a slash"),
        ("/%2Fetc%2Fpasswd", "a name has a slash"),
        ("//x", "a name in it is empty"),
        ("/d//x", "a name in it is empty"),
        ("/a%00b", "a name has control characters"),
        ("/%00", "a name has control characters"),
        ("/a%0d%0aX-Evil:%201", "a name has control characters"),
        ("/a%7Fb", "a name has control characters"),
        ("/a%C2%85b", "a name has control characters"),
        ("/%FF", "it is not UTF-8"),
        ("/%C3%28", "it is not UTF-8"),
        ("/%C0%AE%C0%AE/x", "it is not UTF-8"),
        ("/%ED%A0%80", "it is not UTF-8"),
        (&format!("/{long}"), "a name is longer than 255 bytes"),
        (&format!("/{wide}"), "a name is longer than 255 bytes"),
        (&"/d".repeat(65), "it has more than 64 levels"),
    ] {
        for (method, query) in [
            ("GET", ""),
            ("PUT", ""),
            ("DELETE", ""),
            ("POST", "?mkdir"),
            ("POST", "?move=/home/ralf/x"),
        ] {
            let target = format!("{HOME}{path}{query}");
            let answer = exchange(&gateway, &request(method, &target, "", b"x")).await;
            assert_eq!(answer.status, 422, "{method} {target}: {}", answer.text);
            let message = answer.body["message"].as_str().unwrap();
            assert!(
                message.ends_with(&format!(": {reason}")),
                "{target}: {message}"
            );
            answer.assert_safe(&target);
            assert!(!answer.head.contains("x-evil"), "{}", answer.head);
        }
    }
    assert_eq!(names(&gateway, "").await, ["d/"]);
    assert_eq!(gateway.uploads(), before);
    // Nobody has got anything into the directory of the gateway.
    assert!(!gateway.data.join("x").exists());
}

#[tokio::test]
async fn what_only_looks_like_a_way_out_is_a_name() {
    let gateway = Gateway::start().await;
    for (path, name) in [
        ("/%252e%252e", "%2e%2e"),
        ("/%25", "%"),
        ("/%", "%"),
        ("/%zz", "%zz"),
        ("/...", "..."),
        ("/..a", "..a"),
        ("/a%5Cb", "a\\b"),
        ("/C:%5Cx", "C:\\x"),
        ("/%E2%80%A5", "\u{2025}"),
        ("/%20", " "),
        ("/a+b", "a+b"),
        ("/a%3Fb%23c", "a?b#c"),
        ("/mail", "mail"),
        ("/%7Bid%7D", "{id}"),
        ("/a;x=1", "a;x=1"),
    ] {
        let target = format!("{HOME}{path}");
        let answer = exchange(&gateway, &request("PUT", &target, "", b"x")).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
        assert_eq!(answer.body["path"], format!("/home/ralf/{name}"));
        assert_eq!(names(&gateway, "").await, [name]);
        let answer = exchange(&gateway, &request("DELETE", &target, "", b"")).await;
        assert_eq!(answer.status, 204, "{path}");
    }
}

#[tokio::test]
async fn any_unicode_is_a_name_and_comes_back_as_it_is() {
    let gateway = Gateway::start().await;
    let emoji = "\u{1f469}\u{200d}\u{1f4bb} \u{1f4ce}";
    let longest = "\u{1f4ce}".repeat(63) + "abc";
    assert_eq!(longest.len(), 255);
    for name in [
        emoji,
        &longest,
        &"\u{4e2d}".repeat(85),
        &"'\"".repeat(127),
        "\u{202e}fdp.exe",
        "a\u{a0}b",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
        "<script>alert(1)</script>",
        "`rm -rf`; $(x) & | * ?",
    ] {
        // A script has slashes.
        let name = name.replace('/', "|");
        let path = format!("/{}", encoded(&name));
        stored(&gateway, &path, name.clone()).await;
        assert_eq!(text(&gateway, &path).await, Ok(name.clone()));
        assert_eq!(names(&gateway, "").await, [name.as_str()]);
        let folder = format!("{path}%28folder%29");
        if name.len() < 247 {
            make_folder(&gateway, &folder).await;
            stored(&gateway, &format!("{folder}{path}"), "in").await;
            assert_eq!(names(&gateway, &folder).await, [name.as_str()]);
            assert_eq!(super::ask(&gateway, "DELETE", &folder).await.status, 204);
        }
        let disposition = super::ask(&gateway, "GET", &path).await;
        let disposition = disposition.header("content-disposition").unwrap();
        assert!(disposition.is_ascii(), "{disposition}");
        assert_eq!(super::ask(&gateway, "DELETE", &path).await.status, 204);
    }
}

#[tokio::test]
async fn a_name_has_one_spelling_however_it_is_written() {
    let gateway = Gateway::start().await;
    let (composed, decomposed) = ("%C3%A9", "e%CC%81");
    stored(&gateway, &format!("/{decomposed}"), "one").await;
    assert_eq!(text(&gateway, &format!("/{composed}")).await, said("one"));
    assert_eq!(text(&gateway, &format!("/{decomposed}")).await, said("one"));
    stored(&gateway, &format!("/{composed}"), "two").await;
    assert_eq!(names(&gateway, "").await, ["\u{e9}"]);
    let to = format!("/{composed}?move=/home/ralf/o%CC%88");
    assert_eq!(
        super::ask(&gateway, "POST", &to).await.body["path"],
        "/home/ralf/\u{f6}"
    );
    // Letters are told apart by their case, and nothing else is folded.
    stored(&gateway, "/%C3%96", "big").await;
    stored(&gateway, "/%EF%AC%81", "ligature").await;
    stored(&gateway, "/fi", "two letters").await;
    assert_eq!(names(&gateway, "").await.len(), 4);
    // The fixed part may be written in any way, too.
    let odd = gateway.request(reqwest::Method::GET, "/files/%68ome/r%61lf/%66i");
    let odd = odd.basic_auth("ralf", Some(PASSWORD)).send().await.unwrap();
    assert_eq!(Answer::of(odd).await.text, "two letters");
    let homes = gateway.get_json("ralf", "/files/%68ome").await;
    assert_eq!(listed(&homes.body), ["ralf/"]);
}
