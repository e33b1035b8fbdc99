//! What a demo prints: the address to open, who can sign in, and lines to paste.

use std::path::Path;

use super::people::{ANNA, PASSWORD, RALF};
use crate::cli::shell::quoted;
use crate::ids::IdentityId;

/// Where the demo runs.
pub struct Place<'a> {
    /// Where a browser opens it.
    pub url: &'a str,
    pub base_path: &'a str,
    /// Ralf's.
    pub identity: IdentityId,
    /// The directory, when it stays after the end.
    pub kept: Option<&'a Path>,
}

/// The whole text for stdout.
pub fn text(place: &Place<'_>) -> String {
    let Place {
        url,
        base_path,
        identity,
        kept,
    } = *place;
    let api = format!("{}{base_path}", url.trim_end_matches('/'));
    let curl = |more: &str, path: &str| {
        let address = quoted(&format!("{api}{path}"));
        format!("curl -u {}:{PASSWORD}{more} {address}", RALF.login)
    };
    let post = |json: &str| format!(" -H 'Content-Type: application/json' -d {}", quoted(json));
    let to = format!("{} <{}>", ANNA.name, ANNA.email);
    let compose = post(&format!(
        r#"{{"to": ["{to}"], "subject": "Hello from curl", "body": "Prepared by a script, sent by a person."}}"#
    ));
    let send = post(&format!(
        r#"{{"to": ["{to}"], "subject": "Sent by curl", "body": "No window was opened for this one."}}"#
    ));
    let file = " -X PUT --data-binary 'Hello from curl'";
    let place = format!("/home/{}/hello.txt", RALF.login);
    let link = post(&format!(
        r#"{{"to": ["{to}"], "subject": "A link", "attachments": ["{place}"], "attachmentType": "link", "shareExpiration": "+7days"}}"#
    ));
    let upload = " -H 'Content-Type: text/plain' --data-binary 'Hello from curl'";
    format!(
        "\
Open      {url}
Sign in   {ralf} (user {ralf_id}) or {anna} (user {anna_id}), password {PASSWORD}

Then paste into another terminal:

# the identities of {ralf}
{identities_line}

# open a compose window where {ralf} is signed in
{compose_line}

# send a mail, which appears in the outbox
{send_line}

# store an attachment; its location goes into \"attachments\" of the two above
{upload_line}

# put a file into {ralf}'s files
{file_line}

# send a link to a copy of it; the mail in the outbox has the address
{link_line}

{end}
",
        ralf = RALF.login,
        ralf_id = RALF.id,
        anna = ANNA.login,
        anna_id = ANNA.id,
        identities_line = curl("", "/mail"),
        compose_line = curl(&compose, &format!("/mail/{identity}/compose")),
        send_line = curl(&send, &format!("/mail/{identity}")),
        upload_line = curl(upload, "/mail/attachments/hello.txt"),
        file_line = curl(file, &format!("/files{place}")),
        link_line = curl(&link, &format!("/mail/{identity}")),
        end = end(kept),
    )
}

fn end(kept: Option<&Path>) -> String {
    match kept {
        Some(path) => format!("Ctrl-C stops it. Everything stays in {}.", path.display()),
        None => "Ctrl-C stops it, and nothing stays behind.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn example(base_path: &str) -> String {
        text(&Place {
            url: "http://127.0.0.1:4711/",
            base_path,
            identity: IdentityId(3),
            kept: None,
        })
    }

    /// What a shell makes of the lines that begin with curl.
    fn words(base_path: &str) -> Vec<Vec<String>> {
        let text = example(base_path);
        let lines = text.lines().filter(|line| line.starts_with("curl "));
        lines
            .map(|line| {
                let script = format!("curl() {{ printf '%s\\n' \"$@\"; }}; {line}");
                let out = Command::new("bash").args(["-c", &script]).output().unwrap();
                assert!(out.status.success() && out.stderr.is_empty(), "{line}");
                let out = String::from_utf8(out.stdout).unwrap();
                out.lines().map(str::to_owned).collect()
            })
            .collect()
    }

    #[test]
    fn every_line_carries_the_real_port_the_base_path_and_the_identity() {
        let base = "/egroupware/groupdav.php";
        let urls: Vec<_> = words(base)
            .iter()
            .map(|line| line.last().unwrap().clone())
            .collect();
        let expected = [
            "/mail",
            "/mail/3/compose",
            "/mail/3",
            "/mail/attachments/hello.txt",
            "/files/home/ralf/hello.txt",
            "/mail/3",
        ];
        assert_eq!(
            urls,
            expected.map(|path| format!("http://127.0.0.1:4711{base}{path}"))
        );
    }

    #[test]
    fn a_shell_passes_on_the_json_and_an_unusual_base_path() {
        for line in words("/it's$HOME&co") {
            assert!(
                line.last()
                    .unwrap()
                    .starts_with("http://127.0.0.1:4711/it's$HOME&co/")
            );
            if let Some(at) = line.iter().position(|word| word == "-d") {
                let json: serde_json::Value = serde_json::from_str(&line[at + 1]).unwrap();
                assert_eq!(json["to"][0], "Anna Example <anna@example.org>");
            }
        }
    }
}
