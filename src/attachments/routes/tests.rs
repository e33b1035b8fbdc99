use actix_web::test::TestRequest;

use super::*;

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
