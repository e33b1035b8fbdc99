//! The frames of `quillgate.v1`: one JSON object with a `type` in one text message.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::SessionSettings;
use crate::ids::ComposeId;
use crate::presence::SessionRecord;
use crate::store::time;

/// The WebSocket subprotocol.
pub const PROTOCOL: &str = "quillgate.v1";

/// The most windows that one `attach` may name.
const WINDOWS_MAX: usize = 1000;

/// What a page says.
#[derive(Debug, PartialEq, Eq)]
pub enum ClientFrame {
    Attach(Vec<ComposeId>),
    Opened(ComposeId),
    Refused(ComposeId),
    Seen(ComposeId),
    Discarded(ComposeId),
    Active,
    Pulse { focused: bool, visible: bool },
    Watch,
    Unwatch,
    Ping,
}

/// Why a frame was not understood.
#[derive(Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Not a JSON object with a `type`: the connection closes.
    Malformed(String),
    /// An `error` frame tells, and the connection goes on.
    Invalid { code: &'static str, message: String },
}

impl ClientFrame {
    /// Reads one message. Members that are not known are ignored.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn parse(text: &str) -> Result<Self, FrameError> {
        let frame: Value =
            serde_json::from_str(text).map_err(|error| malformed(&error.to_string()))?;
        let Value::Object(frame) = frame else {
            return Err(malformed("not a JSON object"));
        };
        let Some(Value::String(kind)) = frame.get("type") else {
            return Err(malformed("no member 'type' of type string"));
        };
        Ok(match kind.as_str() {
            "attach" => Self::Attach(windows(&frame)?),
            "ack" => match text_of(&frame, "state")? {
                "opened" => Self::Opened(id(&frame)?),
                "refused" => Self::Refused(id(&frame)?),
                other => {
                    return Err(invalid(format!(
                        "ack with unknown state '{}'",
                        shown(other)
                    )));
                }
            },
            "seen" => Self::Seen(id(&frame)?),
            "finished" => match text_of(&frame, "state")? {
                "discarded" => Self::Discarded(id(&frame)?),
                other => {
                    return Err(invalid(format!(
                        "finished with state '{}': only 'discarded' is for a client to say",
                        shown(other)
                    )));
                }
            },
            "active" => Self::Active,
            "pulse" => Self::Pulse {
                focused: flag(&frame, "focused"),
                visible: flag(&frame, "visible"),
            },
            "watch" => Self::Watch,
            "unwatch" => Self::Unwatch,
            "ping" => Self::Ping,
            other => {
                return Err(FrameError::Invalid {
                    code: "unknown-type",
                    message: format!("unknown type '{}'", shown(other)),
                });
            }
        })
    }
}

fn malformed(reason: &str) -> FrameError {
    FrameError::Malformed(reason.to_owned())
}

fn invalid(message: String) -> FrameError {
    FrameError::Invalid {
        code: "invalid-frame",
        message,
    }
}

/// As much of a client's own text as an error repeats.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

fn text_of<'a>(frame: &'a Map<String, Value>, name: &str) -> Result<&'a str, FrameError> {
    frame
        .get(name)
        .and_then(Value::as_str)
        .ok_or_else(|| invalid(format!("member '{name}' must be a string")))
}

fn flag(frame: &Map<String, Value>, name: &str) -> bool {
    frame.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn id(frame: &Map<String, Value>) -> Result<ComposeId, FrameError> {
    parse_id(text_of(frame, "id")?)
}

fn parse_id(text: &str) -> Result<ComposeId, FrameError> {
    text.parse()
        .map_err(|_| invalid(format!("'{}' is not a compose id", shown(text))))
}

fn windows(frame: &Map<String, Value>) -> Result<Vec<ComposeId>, FrameError> {
    let ids = frame
        .get("windows")
        .and_then(Value::as_array)
        .ok_or_else(|| invalid("member 'windows' must be an array".to_owned()))?;
    if ids.len() > WINDOWS_MAX {
        return Err(invalid(format!("more than {WINDOWS_MAX} windows")));
    }
    ids.iter()
        .map(|id| {
            id.as_str()
                .ok_or_else(|| invalid("member 'windows' must hold strings".to_owned()))
                .and_then(parse_id)
        })
        .collect()
}

/// The first frame of every session.
pub fn hello(session: &SessionRecord, settings: &SessionSettings) -> String {
    json!({
        "type": "hello",
        "session": session.id,
        "user": {"id": session.user.id, "login": session.user.login, "name": session.user.name},
        "now": time::rfc3339(time::now()),
        "heartbeat": seconds(settings.heartbeat),
        "pulse": seconds(settings.pulse),
        "version": env!("CARGO_PKG_VERSION"),
        "assets": settings.assets,
        "visibility": if settings.everyone_visible || session.sees_all { "everyone" } else { "own" },
    })
    .to_string()
}

/// Seconds as a page reads them: whole ones without a fraction.
fn seconds(duration: Duration) -> Value {
    if duration.subsec_nanos() == 0 {
        json!(duration.as_secs())
    } else {
        json!(duration.as_secs_f64())
    }
}

/// Somebody else has the window, or the offer is over.
pub fn withdraw(id: ComposeId) -> String {
    json!({"type": "withdraw", "id": id}).to_string()
}

/// The answer to what a page sends to show that it lives.
pub const PONG: &str = r#"{"type":"pong"}"#;

/// A frame was not understood, the connection goes on.
pub fn error(code: &str, message: &str) -> String {
    json!({"type": "error", "code": code, "message": message}).to_string()
}

/// The server stops; the page comes back after this time.
pub fn shutdown(reconnect_after: Duration) -> String {
    json!({"type": "close", "reason": "shutdown", "reconnectAfter": reconnect_after.as_millis() as u64}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198c0de-0000-7000-8000-000000000001";

    #[test]
    fn every_frame_of_the_protocol_is_read() {
        let id: ComposeId = ID.parse().unwrap();
        let read = |text: String| ClientFrame::parse(&text).unwrap();
        assert_eq!(
            read(format!(r#"{{"type":"attach","windows":["{ID}"]}}"#)),
            ClientFrame::Attach(vec![id])
        );
        assert_eq!(
            read(format!(r#"{{"id":"{ID}","state":"opened","type":"ack"}}"#)),
            ClientFrame::Opened(id)
        );
        assert_eq!(
            read(format!(
                r#"{{"type":"ack","id":"{ID}","state":"refused","reason":"full"}}"#
            )),
            ClientFrame::Refused(id)
        );
        assert_eq!(
            read(format!(r#"{{"type":"seen","id":"{ID}"}}"#)),
            ClientFrame::Seen(id)
        );
        assert_eq!(
            read(format!(
                r#"{{"type":"finished","id":"{ID}","state":"discarded"}}"#
            )),
            ClientFrame::Discarded(id)
        );
        assert_eq!(
            read(r#"{"type":"pulse","focused":true,"visible":true,"new":1}"#.to_owned()),
            ClientFrame::Pulse {
                focused: true,
                visible: true
            }
        );
        for (text, frame) in [
            (r#"{"type":"active"}"#, ClientFrame::Active),
            (r#"{"type":"watch"}"#, ClientFrame::Watch),
            (r#"{"type":"unwatch"}"#, ClientFrame::Unwatch),
            (r#"{"type":"ping"}"#, ClientFrame::Ping),
        ] {
            assert_eq!(read(text.to_owned()), frame);
        }
    }

    #[test]
    fn what_is_no_frame_closes_and_what_is_no_valid_frame_is_told() {
        for text in ["", "ping", "[]", "{}", r#"{"type":5}"#, r#"{"type":"ping""#] {
            assert!(
                matches!(ClientFrame::parse(text), Err(FrameError::Malformed(_))),
                "{text}"
            );
        }
        for text in [
            r#"{"type":"dance"}"#,
            r#"{"type":"ack","id":"x","state":"opened"}"#,
            r#"{"type":"ack","state":"opened"}"#,
            r#"{"type":"finished","id":"0198c0de-0000-7000-8000-000000000001","state":"sent"}"#,
            r#"{"type":"attach"}"#,
            r#"{"type":"attach","windows":[5]}"#,
        ] {
            assert!(
                matches!(ClientFrame::parse(text), Err(FrameError::Invalid { .. })),
                "{text}"
            );
        }
    }
}
