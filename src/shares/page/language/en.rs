//! English.

use super::problems::Problems;
use super::{Scripts, Words};

pub const WORDS: Words = Words {
    tag: "en",
    decimal: '.',
    group: ',',
    foot: "Shared with quillgate",
    sender: "From",
    end: "Available",
    until: |day| format!("until {}", day.strftime("%A, %-d %B %Y")),
    until_unopened: |days| {
        let days = days.of("day", "days");
        format!("until nobody has opened it for {days}")
    },
    downloads: "Downloads",
    left: |downloads| format!("{} left", downloads.of("download", "downloads")),
    name: "Name",
    size: "Size",
    modified: "Changed",
    modified_at: "Changed",
    moment: |moment| moment.strftime("%-d %b %Y, %H:%M UTC").to_string(),
    way: "Where you are",
    download: "Download",
    preview: "Preview",
    text_cut: "This is the beginning. Download the file to read all of it.",
    folder: "Folder",
    empty_folder: "There is nothing in this folder.",
    more: |shown| {
        let shown = shown.text;
        format!("Only the first {shown} are shown here. Programs get all of them.")
    },
    replace_title: "Replace this file",
    replace_hint: "Choose another version, or drop it here. It takes the place of this one for everybody.",
    replace: "Choose a file",
    add_title: "Add files",
    add_hint: "Choose files, or drop them here. A file of the same name is replaced.",
    add: "Choose files",
    remove: "Delete",
    remove_named: |name| format!("Delete {name}"),
    remove_hint: "It is deleted for everybody and cannot be brought back.",
    password_title: "Password needed",
    password_hint: "Whoever sent you this link can tell you the password.",
    password: "Password",
    open: "Open",
    wrong_password: "That is not the password. Please try again.",
    too_often: "Too many wrong passwords. Please try again later.",
    too_often_minutes: |minutes| {
        let minutes = minutes.of("minute", "minutes");
        format!("Too many wrong passwords. Please try again in {minutes}.")
    },
    too_often_seconds: |seconds| {
        let seconds = seconds.of("second", "seconds");
        format!("Too many wrong passwords. Please try again in {seconds}.")
    },
    busy: "Too many people are opening shares just now. Please try again in a moment.",
    gone: |what| format!("Requested resource '{what}' does not exist or has expired."),
    gone_title: "Nothing here",
    gone_hint: "If you expected a file, ask whoever sent you the link for a new one.",
    problem_title: "That did not work",
    problem_hint: "Please go back and try again.",
    scripts: Scripts {
        locale: "en-GB",
        cancel: "Cancel",
        retry: "Try again",
        cancelled: "Cancelled",
        starting: "Starting…",
        downloaded: "Downloaded",
        uploaded: "Uploaded",
        storing: "Nearly there…",
        transfers: "Progress",
        progress: "{done} of {all}",
        remove_title: "Delete “{name}”?",
        problems: Problems {
            lost: "The connection was lost.",
            password: "The password is needed again. Reload this page.",
            forbidden: "This is not allowed here.",
            gone: "This does not exist any more, or the link has expired.",
            slow: "The connection is too slow.",
            taken: "There is a folder of this name, or the folder is gone.",
            changed: "Somebody else has changed it meanwhile. Reload this page to see it.",
            large: "The file is too large.",
            name: "This name cannot be used here.",
            often: "Too many attempts. Please wait a little.",
            full: "There is no room left for this file.",
            other: "Something went wrong.",
        },
    },
};
