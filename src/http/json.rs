//! Strict JSON: what two readers could understand differently is an error here.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::error::ApiError;

/// Objects and arrays inside each other, the outermost one counted.
const DEPTH_MAX: usize = 32;
/// Characters of a member's name that an error message shows.
const NAME_SHOWN: usize = 40;

/// Why a text is not the JSON object that it should be, with line and column.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(#[from] serde_json::Error);

impl From<JsonError> for ApiError {
    fn from(error: JsonError) -> Self {
        Self::unprocessable(format!("Error decoding JSON: {error}"))
    }
}

/// Reads one JSON object, members in their order.
///
/// # Errors
/// Anything but one object with nothing behind it, a member given twice, more than 32 levels, bytes that are not
/// UTF-8, half of a surrogate pair.
pub fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, JsonError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let object = deserializer.deserialize_map(Strict { depth: 1 })?;
    deserializer.end()?;
    match object {
        Value::Object(members) => Ok(members),
        _ => Err(JsonError(de::Error::custom("not an object"))),
    }
}

/// Builds a value and knows how deep it stands.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn inside<E: de::Error>(self) -> Result<Self, E> {
        if self.depth > DEPTH_MAX {
            return Err(E::custom(format_args!(
                "nested deeper than {DEPTH_MAX} levels"
            )));
        }
        Ok(Self {
            depth: self.depth + 1,
        })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(inside)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            if members.contains_key(&name) {
                let shown: String = name
                    .chars()
                    .take(NAME_SHOWN)
                    .flat_map(char::escape_debug)
                    .collect();
                return Err(de::Error::custom(format_args!(
                    "member '{shown}' is given twice"
                )));
            }
            members.insert(name, access.next_value_seed(inside)?);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: impl AsRef<[u8]>) -> String {
        parse_object(text.as_ref())
            .expect_err("must be refused")
            .to_string()
    }

    #[test]
    fn an_object_is_read_with_its_members_in_order() {
        let object =
            parse_object(br#"{"to":["a"],"cc":null,"n":1.5,"deep":{"b":true}}"#).expect("JSON");
        assert_eq!(object.keys().collect::<Vec<_>>(), ["to", "cc", "n", "deep"]);
        assert_eq!(object["n"], 1.5);
    }

    #[test]
    fn reasons_name_line_and_column() {
        assert_eq!(
            refusal("{\n  \"to\": 1,\n  \"to\": 2}"),
            "member 'to' is given twice at line 3 column 6"
        );
        assert_eq!(
            refusal("{\"a\":1} x"),
            "trailing characters at line 1 column 9"
        );
        assert_eq!(refusal(""), "EOF while parsing a value at line 1 column 0");
        assert!(
            refusal("[1]").contains("expected a JSON object at line 1 column 0"),
            "{}",
            refusal("[1]")
        );
    }

    #[test]
    fn what_readers_could_understand_differently_is_refused() {
        for text in [
            &b"{\"a\":\"\xff\"}"[..],
            br#"{"a":"\ud800"}"#,
            br#"{"a":{"b":1,"b":2}}"#,
            br#"{"a":1e999}"#,
            br#"{"a":01}"#,
            b"{'a':1}",
            b"{\"a\":1,}",
            b"{\"a\":\"\n\"}",
            b"\xef\xbb\xbf{}",
            b"null",
            b"\"x\"",
            b"{\"a\":NaN}",
        ] {
            let reason = refusal(text);
            assert!(
                reason.contains("line 1 column") || reason.contains("line 2 column"),
                "{reason}"
            );
        }
    }

    #[test]
    fn thirty_two_levels_are_the_limit_and_a_hostile_depth_is_cheap() {
        let nested =
            |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse_object(nested(31).as_bytes()).is_ok());
        assert!(refusal(nested(32)).starts_with("nested deeper than 32 levels at line 1"));
        assert!(refusal(nested(1_000_000)).starts_with("nested deeper"));
        assert!(refusal("{\"a\":".repeat(1_000_000)).starts_with("nested deeper"));
    }
}
