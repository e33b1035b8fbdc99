//! Why something was not taken or given, by the status of the answer: for the page and for its scripts.

use serde::{Serialize, Serializer};

/// The same in each language.
pub struct Problems {
    pub lost: &'static str,
    pub password: &'static str,
    pub forbidden: &'static str,
    pub gone: &'static str,
    pub slow: &'static str,
    pub taken: &'static str,
    pub changed: &'static str,
    pub large: &'static str,
    pub name: &'static str,
    pub often: &'static str,
    pub full: &'static str,
    pub other: &'static str,
}

impl Problems {
    /// In words, whatever the status is.
    pub fn of(&self, status: u16) -> &'static str {
        let mut known = self.by_status().into_iter();
        let found = known.find(|(of, _)| *of == status);
        found.map_or(self.other, |(_, text)| text)
    }

    /// 0: there was no answer at all.
    fn by_status(&self) -> [(u16, &'static str); 11] {
        [
            (0, self.lost),
            (401, self.password),
            (403, self.forbidden),
            (404, self.gone),
            (408, self.slow),
            (409, self.taken),
            (412, self.changed),
            (413, self.large),
            (422, self.name),
            (429, self.often),
            (507, self.full),
        ]
    }
}

impl Serialize for Problems {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = self
            .by_status()
            .map(|(status, text)| (status.to_string(), text));
        serializer.collect_map(known.into_iter().chain([("other".to_owned(), self.other)]))
    }
}
