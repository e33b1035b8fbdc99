//! What people are shown of a compose after its window is gone: who asked, the subject, to whom. Bounded, whatever the
//! draft holds.

use serde_json::{Map, Value};

/// Characters of a subject.
const SUBJECT_MAX: usize = 200;
/// Characters of one recipient, and how many recipients.
const RECIPIENT_MAX: usize = 320;
const RECIPIENTS_MAX: usize = 5;

/// See the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Who asked, as pages are told; JSON.
    pub by: String,
    pub subject: String,
    /// The first ones in `to`.
    pub to: Vec<String>,
}

impl Shown {
    /// `by` as JSON, `data` as pages get it.
    pub fn of(by: String, data: &Map<String, Value>) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let to = match data.get("to") {
            Some(Value::Array(list)) => list.iter().map(text).collect(),
            Some(one) => vec![text(one)],
            None => Vec::new(),
        };
        Self {
            by,
            subject: cut(
                &data.get("subject").map(text).unwrap_or_default(),
                SUBJECT_MAX,
            ),
            to: to
                .iter()
                .take(RECIPIENTS_MAX)
                .map(|one| cut(one, RECIPIENT_MAX))
                .collect(),
        }
    }

    /// As the columns hold it; a record of an earlier version has none of them.
    pub fn from_row(
        subject: Option<String>,
        recipients: Option<String>,
        by: Option<String>,
    ) -> Self {
        let to = recipients.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            by: by.unwrap_or_else(|| Value::Null.to_string()),
            subject: subject.unwrap_or_default(),
            to: to.unwrap_or_default(),
        }
    }

    /// The recipients as their column holds them.
    pub fn recipients_json(&self) -> String {
        Value::from(self.to.clone()).to_string()
    }
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(data: Value) -> Shown {
        Shown::of("null".to_owned(), data.as_object().unwrap())
    }

    #[test]
    fn what_is_kept_is_bounded_and_comes_back_as_it_was() {
        let long = "ä".repeat(5000);
        let kept = shown(json!({"subject": long, "to": vec![long.clone(); 50]}));
        assert_eq!(kept.subject.chars().count(), SUBJECT_MAX + 1);
        assert_eq!(kept.to.len(), RECIPIENTS_MAX);
        assert_eq!(kept.to[0].chars().count(), RECIPIENT_MAX + 1);
        let row = Shown::from_row(
            Some(kept.subject.clone()),
            Some(kept.recipients_json()),
            Some(kept.by.clone()),
        );
        assert_eq!(row, kept);
    }

    #[test]
    fn a_draft_without_anything_has_nothing_to_show() {
        let empty = shown(json!({}));
        assert_eq!((empty.subject.as_str(), empty.to.len()), ("", 0));
        assert_eq!(shown(json!({"to": "a@example.org"})).to, ["a@example.org"]);
    }
}
