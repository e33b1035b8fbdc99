//! Reads single attributes of the JSON object with the types that the contract gives them. `null` counts as absent.

use serde_json::{Map, Value};

use super::address::{Mailbox, refuse_controls};
use super::address_list;
use super::error::{DraftError, shown};

/// The attributes of one request.
#[derive(Clone, Copy)]
pub struct Attributes<'a>(pub &'a Map<String, Value>);

impl<'a> Attributes<'a> {
    /// Refuses any attribute but these, where one that is not understood would be a change that is not made.
    ///
    /// # Errors
    /// Names the first other one.
    pub fn only(self, known: &[&str]) -> Result<Self, DraftError> {
        match self.0.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(self),
            Some(name) => Err(DraftError::Unknown(shown(name))),
        }
    }

    /// Whether it is there, `null` too.
    pub fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A string, verbatim.
    ///
    /// # Errors
    /// Names the attribute of another type.
    pub fn text(self, name: &str) -> Result<Option<&'a str>, DraftError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(DraftError::wrong_type(name, "a string", other)),
        }
    }

    /// A string that goes into a header: control characters are refused.
    ///
    /// # Errors
    /// Names the attribute.
    pub fn line(self, name: &str) -> Result<Option<&'a str>, DraftError> {
        let text = self.text(name)?;
        if let Some(text) = text {
            refuse_controls(text)
                .map_err(|why| DraftError::invalid(name, text, why.to_string()))?;
        }
        Ok(text)
    }

    /// A string of which the empty one says as little as none.
    pub(super) fn word(self, name: &str) -> Result<Option<&'a str>, DraftError> {
        Ok(self.text(name)?.filter(|text| !text.is_empty()))
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// Names the attribute of another type.
    pub fn flag(self, name: &str, absent: bool) -> Result<bool, DraftError> {
        match self.value(name) {
            None => Ok(absent),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(DraftError::wrong_type(name, "a boolean", other)),
        }
    }

    /// A whole number.
    pub(super) fn integer(self, name: &str) -> Result<Option<&'a serde_json::Number>, DraftError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Number(number)) if !number.is_f64() => Ok(Some(number)),
            Some(other) => Err(DraftError::wrong_type(name, "an integer", other)),
        }
    }

    /// An array of strings, each with the name that messages call it by; a single string counts as an array of one,
    /// a single empty string as none.
    ///
    /// # Errors
    /// Names the attribute of another type.
    pub fn list(self, name: &str) -> Result<Vec<(String, &'a str)>, DraftError> {
        match self.value(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) if text.is_empty() => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![(format!("{name}[0]"), text)]),
            Some(Value::Array(items)) => items
                .iter()
                .enumerate()
                .map(|(at, item)| {
                    let named = format!("{name}[{at}]");
                    match item {
                        Value::String(text) => Ok((named, text.as_str())),
                        other => Err(DraftError::wrong_type(named, "a string", other)),
                    }
                })
                .collect(),
            Some(other) => Err(DraftError::wrong_type(name, "an array of strings", other)),
        }
    }

    /// The mailboxes of an address attribute.
    pub(super) fn mailboxes(self, name: &str) -> Result<Vec<Mailbox>, DraftError> {
        let mut mailboxes = Vec::new();
        for (named, text) in self.list(name)? {
            let found = address_list::parse(text)
                .map_err(|why| DraftError::invalid(named, text, why.to_string()))?;
            mailboxes.extend(found);
        }
        Ok(mailboxes)
    }
}
