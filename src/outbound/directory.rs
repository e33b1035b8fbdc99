//! The `file:` server: every mail becomes a file, with its envelope as JSON beside it.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use super::spool::Envelope;

/// Writes `<time>-<id>.eml`, exactly the bytes of `message`, and `<time>-<id>.json`. Whoever watches the directory sees
/// only whole files, the envelope first. Of the file `message` only the message itself counts, not what is behind it.
///
/// # Errors
/// The disk's; nothing is left behind then.
pub fn deliver(directory: &Path, envelope: &Envelope, message: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)?;
    let sent_at = Timestamp::from_second(envelope.date).unwrap_or_default();
    let name = format!("{}-{}", sent_at.strftime("%Y%m%dT%H%M%SZ"), envelope.id);
    let about = json!({
        "from": envelope.from,
        "to": envelope.to,
        "date": sent_at.to_string(),
        "messageId": envelope.message_id,
    });
    let about = format!("{about:#}\n");
    let note = directory.join(format!("{name}.json"));
    write_whole(directory, &note, &mut about.as_bytes())?;
    let outcome = write_whole(
        directory,
        &directory.join(format!("{name}.eml")),
        &mut File::open(message)?.take(envelope.size),
    );
    if outcome.is_err() {
        let _ = fs::remove_file(note);
    }
    outcome
}

fn write_whole(directory: &Path, target: &Path, content: &mut impl Read) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".")
        .suffix(".tmp")
        .tempfile_in(directory)?;
    io::copy(content, &mut file)?;
    file.as_file().sync_all()?;
    file.persist(target).map_err(|failed| failed.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_mail_becomes_two_whole_files() {
        let dir = tempfile::tempdir().expect("directory");
        let message = dir.path().join("message");
        fs::write(&message, "Subject: x\r\n\r\n.y\r\n{}").expect("writes");
        let envelope = Envelope {
            id: Uuid::nil(),
            from: "a@x.org".into(),
            to: vec!["b@x.org".into(), "c@x.org".into()],
            non_ascii: None,
            eight_bit: false,
            size: 18,
            date: 1_795_340_000,
            message_id: "m@x.org".into(),
            bcc: None,
            sent: None,
            named: None,
        };
        let out = dir.path().join("deep/out");
        deliver(&out, &envelope, &message).expect("delivers");
        let mut names: Vec<_> = fs::read_dir(&out)
            .expect("there")
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        names.sort();
        assert_eq!(
            names,
            [
                "20261122T093320Z-00000000-0000-0000-0000-000000000000.eml",
                "20261122T093320Z-00000000-0000-0000-0000-000000000000.json",
            ]
        );
        assert_eq!(
            fs::read(out.join(&names[0])).expect("reads"),
            b"Subject: x\r\n\r\n.y\r\n"
        );
        let about: serde_json::Value =
            serde_json::from_slice(&fs::read(out.join(&names[1])).expect("reads")).expect("JSON");
        assert_eq!(about["to"], json!(["b@x.org", "c@x.org"]));
        assert_eq!(about["date"], "2026-11-22T09:33:20Z");
    }
}
