//! What the pages say, in one place.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

pub const FOOT: &str = "Shared with quillgate";
pub const SENDER: &str = "From";
pub const END: &str = "Available";
pub const DOWNLOADS: &str = "Downloads";
pub const SIZE: &str = "Size";
pub const MODIFIED: &str = "Changed";
pub const NAME: &str = "Name";
pub const WAY: &str = "Where you are";
pub const DOWNLOAD: &str = "Download";
pub const CANCEL: &str = "Cancel";
pub const PREVIEW: &str = "Preview";
pub const TEXT_CUT: &str = "This is the beginning. Download the file to read all of it.";
pub const EMPTY_FOLDER: &str = "There is nothing in this folder.";
pub const FOLDER: &str = "Folder";
pub const REPLACE_TITLE: &str = "Replace this file";
pub const REPLACE_HINT: &str =
    "Choose another version, or drop it here. It takes the place of this one for everybody.";
pub const REPLACE: &str = "Choose a file";
pub const ADD_TITLE: &str = "Add files";
pub const ADD_HINT: &str = "Choose files, or drop them here. A file of the same name is replaced.";
pub const ADD: &str = "Choose files";
pub const REMOVE: &str = "Delete";
pub const REMOVE_HINT: &str = "It is deleted for everybody and cannot be brought back.";
pub const PASSWORD_TITLE: &str = "Password needed";
pub const PASSWORD_HINT: &str = "Whoever sent you this link can tell you the password.";
pub const PASSWORD: &str = "Password";
pub const OPEN: &str = "Open";
pub const WRONG_PASSWORD: &str = "That is not the password. Please try again.";
pub const GONE_TITLE: &str = "Nothing here";
pub const GONE_HINT: &str = "If you expected a file, ask whoever sent you the link for a new one.";
pub const PROBLEM_TITLE: &str = "That did not work";
pub const PROBLEM_HINT: &str = "Please go back and try again.";

/// There are more than are shown.
pub fn more(shown: usize) -> String {
    format!("Only the first {shown} are shown here. Programs get all of them.")
}

/// Why no password is looked at now.
pub fn too_often(seconds: Option<u64>) -> String {
    match seconds {
        Some(seconds) if seconds > 90 => {
            let minutes = seconds.div_ceil(60);
            format!("Too many wrong passwords. Please try again in {minutes} minutes.")
        }
        Some(seconds) => {
            format!("Too many wrong passwords. Please try again in {seconds} seconds.")
        }
        None => "Too many wrong passwords. Please try again later.".to_owned(),
    }
}

/// Passwords of others are looked at first.
pub const BUSY: &str = "Too many people are opening shares just now. Please try again in a moment.";

/// How long a share lasts: through a day, or as long as somebody opens it.
pub fn end(last_day: Option<&str>, keep: Duration) -> String {
    let day = last_day.and_then(|day| day.parse::<Date>().ok());
    match day {
        Some(day) => format!("until {}", day.strftime("%A, %-d %B %Y")),
        None => {
            let days = keep.as_secs() / (24 * 60 * 60);
            format!("until nobody has opened it for {}", plural(days, "day"))
        }
    }
}

pub fn downloads_left(left: u64) -> String {
    format!("{} left", plural(left, "download"))
}

/// A moment, for browsers whose script does not put it into the reader's own time.
pub fn moment(millis: i64) -> String {
    let moment = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

fn plural(count: u64, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        let keep = Duration::from_secs(100 * 24 * 60 * 60);
        assert_eq!(
            end(Some("2026-12-04"), keep),
            "until Friday, 4 December 2026"
        );
        assert_eq!(end(None, keep), "until nobody has opened it for 100 days");
        assert_eq!(downloads_left(1), "1 download left");
        assert_eq!(moment(784_111_777_000), "6 Nov 1994, 08:49 UTC");
        assert!(too_often(Some(280)).ends_with("in 5 minutes."));
        assert!(too_often(Some(9)).ends_with("in 9 seconds."));
    }
}
