//! What the pages of shares say: one file for each language. That all of them have the same words, and none too many, is
//! checked by the compiler.

mod de;
mod en;
mod problems;

use std::time::Duration;

use actix_web::HttpRequest;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;

use crate::config::units;
use crate::http::accept;
use problems::Problems;

/// The first one is for those who read none of them.
static LANGUAGES: [Words; 2] = [en::WORDS, de::WORDS];

/// One language: its words, and how it writes days and figures.
pub struct Words {
    /// Its tag (RFC 5646).
    pub tag: &'static str,
    /// Between whole numbers and their fraction.
    decimal: char,
    /// Between thousands.
    group: char,
    pub foot: &'static str,
    pub sender: &'static str,
    pub end: &'static str,
    until: fn(Date) -> String,
    /// Of whole days.
    until_unopened: fn(Counted) -> String,
    pub downloads: &'static str,
    left: fn(Counted) -> String,
    pub name: &'static str,
    pub size: &'static str,
    pub modified: &'static str,
    /// In front of a moment.
    pub modified_at: &'static str,
    moment: fn(Timestamp) -> String,
    pub way: &'static str,
    pub download: &'static str,
    pub preview: &'static str,
    pub text_cut: &'static str,
    pub folder: &'static str,
    pub empty_folder: &'static str,
    more: fn(Counted) -> String,
    pub replace_title: &'static str,
    pub replace_hint: &'static str,
    pub replace: &'static str,
    pub add_title: &'static str,
    pub add_hint: &'static str,
    pub add: &'static str,
    pub remove: &'static str,
    /// Of what has this name.
    pub remove_named: fn(&str) -> String,
    pub remove_hint: &'static str,
    pub password_title: &'static str,
    pub password_hint: &'static str,
    pub password: &'static str,
    pub open: &'static str,
    pub wrong_password: &'static str,
    pub too_often: &'static str,
    too_often_minutes: fn(Counted) -> String,
    too_often_seconds: fn(Counted) -> String,
    /// Passwords of others are looked at first.
    pub busy: &'static str,
    /// Of what was asked for.
    pub gone: fn(&str) -> String,
    pub gone_title: &'static str,
    pub gone_hint: &'static str,
    pub problem_title: &'static str,
    pub problem_hint: &'static str,
    pub scripts: Scripts,
}

/// What the scripts of the page say: they get it with the page. What stands in braces is filled in there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scripts {
    /// How they write moments, as the server does.
    locale: &'static str,
    pub cancel: &'static str,
    retry: &'static str,
    cancelled: &'static str,
    starting: &'static str,
    downloaded: &'static str,
    uploaded: &'static str,
    storing: &'static str,
    transfers: &'static str,
    progress: &'static str,
    remove_title: &'static str,
    pub problems: Problems,
}

/// A number, and how it is written.
struct Counted {
    count: u64,
    text: String,
}

impl Words {
    /// Those that a browser prefers.
    pub fn of(req: &HttpRequest) -> &'static Self {
        let tags = LANGUAGES.each_ref().map(|words| words.tag);
        let preferred = accept::language(req, &tags);
        let mut others = LANGUAGES.iter();
        let found = others.find(|words| Some(words.tag) == preferred);
        found.unwrap_or(&LANGUAGES[0])
    }

    /// What the scripts of a page say, as JSON.
    pub fn for_scripts(&self) -> String {
        json!(self.scripts).to_string()
    }

    /// Bytes, as people take them in.
    pub fn size_of(&self, bytes: u64) -> String {
        units::about(bytes).replace('.', &self.decimal.to_string())
    }

    /// There are more than are shown.
    pub fn more(&self, shown: usize) -> String {
        (self.more)(self.counted(shown as u64))
    }

    /// Why no password is looked at now.
    pub fn too_often(&self, seconds: Option<u64>) -> String {
        match seconds {
            Some(seconds) if seconds > 90 => {
                (self.too_often_minutes)(self.counted(seconds.div_ceil(60)))
            }
            Some(seconds) => (self.too_often_seconds)(self.counted(seconds)),
            None => self.too_often.to_owned(),
        }
    }

    /// How long a share lasts: through a day, or as long as somebody opens it.
    pub fn lasts(&self, last_day: Option<&str>, keep: Duration) -> String {
        let day = last_day.and_then(|day| day.parse().ok());
        match day {
            Some(day) => (self.until)(day),
            None => (self.until_unopened)(self.counted(keep.as_secs() / (24 * 60 * 60))),
        }
    }

    pub fn downloads_left(&self, left: u64) -> String {
        (self.left)(self.counted(left))
    }

    /// A moment, for browsers whose script does not put it into the reader's own time.
    pub fn moment(&self, millis: i64) -> String {
        (self.moment)(Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    fn counted(&self, count: u64) -> Counted {
        let digits = count.to_string();
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(self.group);
            }
            text.push(digit);
        }
        Counted { count, text }
    }
}

impl Counted {
    /// With the form of a word that belongs to it, in languages that have two of them.
    fn of(&self, one: &str, other: &str) -> String {
        let word = if self.count == 1 { one } else { other };
        format!("{} {word}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use actix_web::http::header::ACCEPT_LANGUAGE;
    use actix_web::test::TestRequest;
    use serde_json::Value;

    use super::*;

    const KEEP: Duration = Duration::from_secs(100 * 24 * 60 * 60);

    fn words(wanted: &str) -> &'static Words {
        let req = TestRequest::get().insert_header((ACCEPT_LANGUAGE, wanted));
        Words::of(&req.to_http_request())
    }

    fn scripts(words: &Words) -> Vec<(String, Value)> {
        let value = serde_json::to_value(&words.scripts).unwrap();
        let members = value.as_object().unwrap().clone();
        members.into_iter().collect()
    }

    #[test]
    fn figures_read_well() {
        let english = words("en-GB");
        assert_eq!(
            english.lasts(Some("2026-12-04"), KEEP),
            "until Friday, 4 December 2026"
        );
        assert_eq!(
            english.lasts(None, KEEP),
            "until nobody has opened it for 100 days"
        );
        assert_eq!(english.downloads_left(1), "1 download left");
        assert_eq!(
            english.downloads_left(1_000_000),
            "1,000,000 downloads left"
        );
        assert_eq!(english.moment(784_111_777_000), "6 Nov 1994, 08:49 UTC");
        assert!(english.too_often(Some(280)).ends_with("in 5 minutes."));
        assert!(english.too_often(Some(9)).ends_with("in 9 seconds."));
        assert_eq!(english.size_of(1_258_292), "1.2 MiB");
    }

    #[test]
    fn german_figures_read_well() {
        let german = words("de-AT");
        assert_eq!(
            german.lasts(Some("2027-03-01"), KEEP),
            "bis Montag, 1. März 2027"
        );
        assert_eq!(
            german.lasts(Some("2026-12-06"), KEEP),
            "bis Sonntag, 6. Dezember 2026"
        );
        assert!(german.lasts(None, KEEP).contains("100 Tage"));
        assert_eq!(german.downloads_left(1000), "noch 1.000 Downloads");
        assert_eq!(german.moment(784_111_777_000), "06.11.1994, 08:49 UTC");
        assert!(german.too_often(Some(1)).contains("1 Sekunde "));
        assert_eq!(german.size_of(1_258_292), "1,2 MiB");
        assert_eq!(german.size_of(820), "820 B");
    }

    #[test]
    fn whoever_reads_neither_gets_english() {
        assert_eq!(words("fr, ja;q=0.5").tag, "en");
        assert_eq!(words("").tag, "en");
    }

    /// What stands in braces.
    fn gaps(text: &Value) -> BTreeSet<&str> {
        let pieces = text.as_str().unwrap_or_default().split('{').skip(1);
        pieces
            .filter_map(|piece| Some(piece.split_once('}')?.0))
            .collect()
    }

    #[test]
    fn scripts_fill_in_the_same_in_all_languages() {
        for other in &LANGUAGES {
            for ((key, text), (_, english)) in
                scripts(other).iter().zip(scripts(&LANGUAGES[0]).iter())
            {
                assert_eq!(gaps(text), gaps(english), "{}: {key}", other.tag);
                assert_ne!(text.as_str(), Some(""), "{}: {key}", other.tag);
            }
        }
    }

    #[test]
    fn scripts_get_the_words_that_they_say_and_no_others() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/share");
        let mut said = BTreeSet::from(["locale".to_owned(), "problems".to_owned()]);
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "js") {
                let text = fs::read_to_string(path).unwrap();
                // Every call of `t`, and of no function whose name only ends so.
                let calls = text.split("t('").collect::<Vec<_>>();
                for call in calls.windows(2) {
                    let is_another = call[0].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                    let key = call[1].split('\'').next().unwrap_or_default();
                    if !is_another {
                        said.insert(key.to_owned());
                    }
                }
            }
        }
        let given: BTreeSet<String> = scripts(&LANGUAGES[0])
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        assert_eq!(said, given);
    }
}
