use jiff::civil::date;
use serde_json::json;

use super::*;

fn parse(value: Value) -> Result<Draft, DraftError> {
    let Value::Object(members) = value else {
        panic!("an object")
    };
    Draft::parse(&members, date(2026, 11, 22))
}

fn refusal(value: Value) -> String {
    parse(value).expect_err("must be refused").to_string()
}

#[test]
fn the_contract_s_example_is_a_draft() {
    let draft = parse(
        json!({"to":["info@egroupware.org"],"subject":"Testmail","body":"This is a test :)\n\nRegards"}),
    );
    let draft = draft.expect("valid");
    assert_eq!(draft.to[0].to_string(), "info@egroupware.org");
    assert_eq!(draft.body.as_deref(), Some("This is a test :)\n\nRegards"));
    assert_eq!(draft.warning(), None);
    assert_eq!(draft.require_recipients(), Ok(()));
}

#[test]
fn null_counts_as_absent_and_nobody_is_no_recipient() {
    let members: Map<String, Value> = ATTRIBUTES
        .iter()
        .map(|name| ((*name).to_owned(), Value::Null))
        .collect();
    let draft = Draft::parse(&members, date(2026, 11, 22)).expect("valid");
    assert_eq!(draft, Draft::default());
    assert_eq!(draft.require_recipients(), Err(DraftError::NoRecipient));
}

#[test]
fn a_single_string_is_a_list_of_one() {
    let draft = parse(
        json!({"to":"a@x.org, b@x.org","cc":"","replyto":["r@x.org"],"attachments":"/mail/attachments/abc"}),
    );
    let draft = draft.expect("valid");
    assert_eq!(
        (
            draft.to.len(),
            draft.cc.len(),
            draft.reply_to.len(),
            draft.attachments.len()
        ),
        (2, 0, 1, 1)
    );
}

#[test]
fn a_wrong_type_names_the_attribute() {
    for name in ["to", "cc", "bcc", "replyto", "attachments"] {
        assert_eq!(
            refusal(json!({name: 1})),
            format!("Attribute '{name}' must be an array of strings, not a number")
        );
        assert_eq!(
            refusal(json!({name: ["a@x.org", {}]})).replace("Attachment a@x.org NOT found", ""),
            format!("Attribute '{name}[1]' must be a string, not an object")
        );
    }
    for name in [
        "subject",
        "body",
        "bodyHtml",
        "attachmentType",
        "shareExpiration",
        "sharePassword",
        "folder",
        "replyEml",
        "composeId",
        "sendId",
    ] {
        assert_eq!(
            refusal(json!({name: ["x"]})),
            format!("Attribute '{name}' must be a string, not an array")
        );
    }
    assert_eq!(
        refusal(json!({"composeAgain": "yes"})),
        "Attribute 'composeAgain' must be a boolean, not a string"
    );
    assert_eq!(
        refusal(json!({"signature": 0})),
        "Attribute 'signature' must be a boolean, not a number"
    );
    assert_eq!(
        refusal(json!({"priority": "1"})),
        "Attribute 'priority' must be an integer, not a string"
    );
    assert_eq!(
        refusal(json!({"priority": 1.5})),
        "Attribute 'priority' must be an integer, not a fraction"
    );
}

#[test]
fn an_invalid_address_names_attribute_index_and_value() {
    assert_eq!(
        refusal(json!({"cc": ["a@x.org", "nobody"]})),
        "Invalid value 'nobody' for cc[1]: it has no @"
    );
}

#[test]
fn no_attribute_lets_a_header_line_through() {
    for name in ["to", "cc", "bcc", "replyto"] {
        for evil in [
            "a@x.org\r\nBcc: e@x.org",
            "a@x.org\nX: y",
            "\"a\rb\" <a@x.org>",
            "a\0@x.org",
            "a <a@x.org\u{85}>",
        ] {
            let message = refusal(json!({name: [evil]}));
            assert!(
                message.contains(&format!("for {name}[0]: control characters")),
                "{message}"
            );
            assert!(!message.chars().any(char::is_control), "{message:?}");
        }
    }
    let message = refusal(json!({"subject": "Hi\r\nBcc: e@x.org"}));
    assert_eq!(
        message,
        "Invalid value 'Hi\\r\\nBcc: e@x.org' for subject: control characters are not allowed"
    );
}

#[test]
fn long_values_are_shortened() {
    let message = refusal(json!({"to": ["x".repeat(1_000_000)]}));
    assert!(message.len() < 200, "{}", message.len());
}

#[test]
fn attachment_types_answer_as_the_contract_says() {
    assert_eq!(
        refusal(json!({"attachmentType": "zip"})),
        "Invalid value 'zip' for attachmentType, must be one of: 'attach', 'link', 'share_ro', 'share_rw'"
    );
    for kind in ["link", "share_ro", "share_rw"] {
        let draft = parse(json!({"attachmentType": kind})).expect("understood");
        assert_eq!(draft.attachment_type.map(AttachmentType::name), Some(kind));
    }
    assert_eq!(
        refusal(json!({"replyEml": "/mail/attachments/x"})),
        "Attribute 'replyEml' is not available yet"
    );
    assert!(parse(json!({"replyEml": "", "attachmentType": "attach"})).is_ok());
}

#[test]
fn a_folder_is_a_path_of_names() {
    let folder = |name: &str| parse(json!({"folder": name})).map(|draft| draft.folder);
    assert_eq!(folder(""), Ok(None));
    assert_eq!(
        folder("Archiv/Grüße & mehr"),
        Ok(Some("Archiv/Grüße & mehr".to_owned()))
    );
    for name in ["/", "/a", "a//b", "a/", &"x".repeat(501)] {
        let message = refusal(json!({"folder": name}));
        assert!(message.ends_with("it is no folder name"), "{message}");
    }
    let draft = parse(json!({"folder": "Archive"})).expect("valid");
    assert_eq!(draft.data()["folder"], "Archive");
}

#[test]
fn values_out_of_range_are_refused() {
    for number in [json!(0), json!(2), json!(4), json!(-1), json!(u64::MAX)] {
        assert!(refusal(json!({"priority": number})).contains("for priority: it must be 1 (high)"));
    }
    assert!(refusal(json!({"composeId": "../etc"})).contains("for composeId"));
    assert!(
        refusal(json!({"shareExpiration": "2020-01-01"}))
            .ends_with("for shareExpiration: it is in the past")
    );
}

#[test]
fn unknown_attributes_make_one_warning() {
    let draft = parse(json!({"to": [], "foo": 1, "bar\n": {}})).expect("valid");
    assert_eq!(
        draft.warning().as_deref(),
        Some("Unknown attribute(s) ignored: foo, bar\\n")
    );
}

#[test]
fn a_frame_s_data_holds_what_was_given_and_no_password() {
    let draft = parse(json!({
        "to": ["Müller, Anna <a@x.org>"], "bcc": ["b@x.org"], "replyto": "R <r@x.org>", "subject": "S", "body": "B\n",
        "bodyHtml": "<b>x</b><script>alert(1)</script>", "priority": 1, "sharePassword": "secret",
        "shareExpiration": "+2days", "attachmentType": "attach",
    }));
    assert!(draft.is_err(), "a bare comma separates addresses");
    let draft = parse(json!({
        "to": ["\"Müller, Anna\" <a@x.org>"], "bcc": ["b@x.org"], "replyto": "R <r@x.org>", "subject": "S", "body": "B\n",
        "bodyHtml": "<b>x</b><script>alert(1)</script>", "priority": 1, "sharePassword": "secret",
        "shareExpiration": "+2days", "attachmentType": "attach",
    }))
    .expect("valid");
    assert_eq!(
        Value::Object(draft.data()),
        json!({
            "to": ["\"Müller, Anna\" <a@x.org>"], "bcc": ["b@x.org"], "replyto": "R <r@x.org>", "subject": "S",
            "body": "B\n", "bodyHtml": "<b>x</b>", "priority": 1, "attachmentType": "attach",
            "shareExpiration": "+2days", "hasSharePassword": true,
        })
    );
    assert!(!format!("{draft:?}").contains("secret"));
}
