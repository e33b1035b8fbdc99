//! A message as Python's `email` package reads it: somebody else's understanding of the same standards.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::parts;

const PROGRAM: &str = r#"
import base64, email, email.policy, json, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
def addresses(name):
    value = message[name]
    return None if value is None else [[a.display_name, a.addr_spec] for a in value.addresses]
def part(p):
    return {
        "type": p.get_content_type(),
        "disposition": p.get_content_disposition(),
        "name": p.get_filename(),
        "id": p["Content-ID"],
        "content": None if p.is_multipart() else p.get_payload(decode=True).decode("utf-8", "replace"),
        "base64": None if p.is_multipart() else base64.b64encode(p.get_payload(decode=True)).decode(),
        "defects": [repr(d) for d in p.defects] + [repr(d) for v in p.values() for d in v.defects],
    }
print(json.dumps({
    "headers": [[k, str(v)] for k, v in message.items()],
    "addresses": {name: addresses(name) for name in ("From", "To", "Cc", "Bcc", "Reply-To")},
    "parts": [part(p) for p in message.walk()],
}))
"#;

/// `None` where there is no Python.
pub fn read(message: &str) -> Option<Value> {
    let program = parts::need("python3")?;
    let mut child = Command::new(program)
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(message.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    for part in read["parts"].as_array().unwrap() {
        assert_eq!(part["defects"], serde_json::json!([]), "{part}");
    }
    Some(read)
}
