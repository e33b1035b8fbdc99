use actix_web::test::TestRequest;

use super::*;

#[test]
fn json_is_for_those_who_name_it() {
    for (accept, named) in [
        ("application/json", true),
        ("text/html, Application/JSON;q=0.5", true),
        ("application/json;charset=utf-8", true),
        ("application/json; q=0", false),
        ("application/json;q=0.0, */*", false),
        ("*/*", false),
        ("application/*", false),
        ("application/json-patch+json", false),
        ("", false),
    ] {
        let req = TestRequest::get().insert_header((ACCEPT, accept));
        assert_eq!(names_json(&req.to_http_request()), named, "{accept}");
    }
    assert!(!names_json(&TestRequest::get().to_http_request()));
}

#[test]
fn a_token_is_found_in_every_form_of_the_path_and_nowhere_else() {
    let token_of = |path: &str| token(&TestRequest::get().uri(path).to_http_request());
    for path in [
        "/mail/attachments/a.pdf--T1",
        "/mail/attachments/a--b%20c--T1/",
        "/mail/attachments/T1",
        "/mail/attachment/T1",
        "/mail/attachment/a.pdf--T1?download",
    ] {
        assert_eq!(token_of(path).as_deref(), Some("T1"), "{path}");
    }
    for path in [
        "/mail/attachments",
        "/mail/attachments/x--",
        "/mail/attachment/..%2fx",
    ] {
        assert_eq!(token_of(path), None, "{path}");
    }
}

#[test]
fn download_asks_for_the_bytes() {
    for (query, asked) in [
        ("?download", true),
        ("?x=1&download=1", true),
        ("?downloads", false),
        ("", false),
    ] {
        let req = TestRequest::get()
            .uri(&format!("/x{query}"))
            .to_http_request();
        assert_eq!(asks_for_bytes(&req), asked, "{query}");
    }
}
