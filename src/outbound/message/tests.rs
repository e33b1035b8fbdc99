use std::io::Write as _;
use std::sync::LazyLock;

use mail_parser::{MessageParser, MimeHeaders, PartType};

use super::*;

static FROM: LazyLock<Mailbox> = LazyLock::new(|| mailbox("Ralf Becker", "ralf@example.org"));
static TO: LazyLock<[Mailbox; 1]> = LazyLock::new(|| [mailbox("", "b@x.org")]);

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox::new(name, address).expect("valid")
}

/// Builds a message from one whose parts `change` sets.
fn built<'a>(change: impl FnOnce(&mut MessageParts<'a>)) -> Vec<u8> {
    let mut parts = plain();
    change(&mut parts);
    let message = Message::build(&parts);
    let mut bytes = Vec::new();
    message.write_to(&mut bytes).expect("writes");
    assert_eq!(bytes.len() as u64, message.size());
    check_bytes(&bytes);
    bytes
}

fn plain<'a>() -> MessageParts<'a> {
    MessageParts {
        from: &FROM,
        reply_to: &[],
        to: &*TO,
        cc: &[],
        subject: None,
        text: None,
        html: None,
        signature: None,
        priority: None,
        message_id: "0b0b@example.org",
        date: 1_795_340_000,
        user_agent: "quillgate/1.0",
        attachments: &[],
        downloads: &[],
    }
}

/// What every message must keep to: CRLF only, short lines, ASCII.
fn check_bytes(bytes: &[u8]) {
    assert!(bytes.ends_with(b"\r\n"));
    for line in bytes[..bytes.len() - 2].split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(
            line.len() <= 998 && !line.contains(&b'\r'),
            "{}",
            String::from_utf8_lossy(line)
        );
    }
    let ends = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    assert_eq!(
        ends,
        bytes.iter().filter(|byte| **byte == b'\n').count(),
        "a bare LF"
    );
    assert!(!bytes.contains(&0));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_plain_mail_reads_like_one() {
    let bytes = built(|parts| {
        parts.subject = Some("Testmail");
        parts.text = Some("This is a test :)\n\nRegards");
    });
    assert_eq!(
        text(&bytes),
        "Date: Sun, 22 Nov 2026 09:33:20 +0000\r\n\
         From: \"Ralf Becker\" <ralf@example.org>\r\n\
         To: <b@x.org>\r\n\
         Subject: Testmail\r\n\
         Message-ID: <0b0b@example.org>\r\n\
         User-Agent: quillgate/1.0\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=\"utf-8\"\r\n\
         Content-Transfer-Encoding: 7bit\r\n\r\n\
         This is a test :)\r\n\r\nRegards\r\n"
    );
}

#[test]
fn names_and_subjects_in_any_script_come_back_as_they_were() {
    let long = "Größe und Länge: ".repeat(20);
    let names = [
        "Müller, Anna",
        "J. \"Joe\" X",
        "李",
        "O'Neil (x) <y>",
        "a  b",
    ];
    let to: Vec<_> = names
        .iter()
        .map(|name| mailbox(name, "b@bücher.example"))
        .collect();
    for subject in [
        long.trim(),
        "plain",
        "=?utf-8?Q?x?=",
        "tab\there",
        "x ".repeat(300).trim(),
        "🦀",
    ] {
        let bytes = built(|parts| {
            (parts.subject, parts.to, parts.cc, parts.reply_to) =
                (Some(subject), &to, &to, &to[..1]);
        });
        let message = MessageParser::new().parse(&bytes).expect("a message");
        assert_eq!(message.subject(), Some(subject));
        for list in [message.to(), message.cc()] {
            let found: Vec<_> = list
                .expect("a list")
                .iter()
                .map(|address| address.name().unwrap_or(""))
                .collect();
            assert_eq!(found, names);
        }
        assert_eq!(
            message.to().and_then(|list| list.first()?.address()),
            Some("b@xn--bcher-kva.example")
        );
        assert!(
            text(&bytes).lines().all(|line| line.len() <= 78),
            "{}",
            text(&bytes)
        );
    }
}

#[test]
fn both_parts_stand_as_given_in_one_alternative() {
    let (plain, html) = ("  a\n.\nümlaut \t\n", "<p class=x>\nümlaut</p>");
    let bytes = built(|parts| (parts.text, parts.html) = (Some(plain), Some(html)));
    let message = MessageParser::new().parse(&bytes).expect("a message");
    assert!(message.is_content_type("multipart", "alternative"));
    assert_eq!(message.parts.len(), 3);
    assert_eq!(
        message.parts[1].text_contents(),
        Some("  a\r\n.\r\nümlaut \t\r\n")
    );
    assert_eq!(
        message.parts[2].text_contents(),
        Some("<p class=x>\r\nümlaut</p>")
    );
}

#[test]
fn html_alone_gets_a_text_beside_it() {
    let bytes = built(|parts| parts.html = Some("<p>Hi <a href=\"https://x.org/a\">there</a></p>"));
    let message = MessageParser::new().parse(&bytes).expect("a message");
    assert!(message.is_content_type("multipart", "alternative"));
    let plain = message.parts[1].text_contents().unwrap_or_default();
    assert!(
        plain.contains("Hi") && plain.contains("https://x.org/a"),
        "{plain}"
    );
}

#[test]
fn every_character_of_a_text_survives() {
    let odd: String = (0..0x3000)
        .filter_map(char::from_u32)
        .filter(|c| !matches!(c, '\r' | '\n'))
        .collect();
    for body in [
        odd.as_str(),
        &"x".repeat(5000),
        &"ü".repeat(5000),
        "nul\0here\n",
        "\u{c}page",
        "=3D =\n",
        "From x\n",
    ] {
        let bytes = built(|parts| parts.text = Some(body));
        let message = MessageParser::new().parse(&bytes).expect("a message");
        let back = message.body_text(0).expect("text").replace("\r\n", "\n");
        assert_eq!(back.trim_end_matches('\n'), body.trim_end_matches('\n'));
    }
}

#[test]
fn priority_reply_to_and_undisclosed_recipients_have_their_headers() {
    let bytes = text(&built(|parts| {
        (parts.priority, parts.to) = (Some(Priority::High), &[])
    }));
    assert!(
        bytes.contains("X-Priority: 1\r\nImportance: high\r\n"),
        "{bytes}"
    );
    assert!(
        bytes.contains("To: undisclosed-recipients:;\r\n"),
        "{bytes}"
    );
    let bytes = text(&built(|_| {}));
    for absent in ["X-Priority", "Importance", "Reply-To", "Cc:", "Subject"] {
        assert!(!bytes.contains(absent), "{absent}");
    }
}

#[test]
fn attachments_keep_their_names_types_and_bytes() {
    let dir = tempfile::tempdir().expect("directory");
    let names = [
        "a.pdf",
        "Angebot für Müller, 2026.pdf",
        "quote\"and\\slash.txt",
        &"ü".repeat(120),
        "no-name",
        "a;b=c.txt",
    ];
    let parts: Vec<Part> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let content: Vec<u8> = (0..at * 1000)
                .map(|byte| (byte % if at == 2 { 128 } else { 256 }) as u8)
                .collect();
            let path = dir.path().join(at.to_string());
            std::fs::write(&path, &content).expect("writes");
            let media_type = if at == 2 {
                "text/plain; charset=utf-8"
            } else {
                "application/pdf"
            };
            Part {
                name: (*name).to_owned(),
                reference: String::new(),
                media_type: media_type.into(),
                size: content.len() as u64,
                path,
            }
        })
        .collect();
    let bytes = built(|message| {
        (message.text, message.html, message.attachments) =
            (Some("see"), Some("<p>see</p>"), &parts);
    });
    assert!(
        bytes
            .split(|byte| *byte == b'\n')
            .all(|line| line.len() <= 79)
    );
    let message = MessageParser::new().parse(&bytes).expect("a message");
    assert!(message.is_content_type("multipart", "mixed"));
    assert_eq!(message.attachment_count(), names.len());
    for (at, part) in parts.iter().enumerate() {
        let found = message.attachment(at as u32).expect("an attachment");
        assert_eq!(found.attachment_name(), Some(part.name.as_str()));
        assert_eq!(
            found.contents(),
            std::fs::read(&part.path).expect("reads"),
            "{}",
            part.name
        );
        let kind = found.content_type().expect("a type");
        assert_eq!(
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("")),
            part.media_type.split(';').next().unwrap_or("")
        );
    }
    assert!(matches!(message.parts[1].body, PartType::Multipart(_)));
}

#[test]
fn a_large_attachment_is_written_piece_by_piece() {
    /// Notes the largest piece that it is given.
    struct Largest(usize, u64);
    impl io::Write for Largest {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.max(bytes.len());
            self.1 += bytes.len() as u64;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut file = tempfile::NamedTempFile::new().expect("file");
    let size = 20 << 20;
    file.write_all(&vec![1; size]).expect("writes");
    let part = Part {
        name: "big".into(),
        reference: String::new(),
        media_type: "application/octet-stream".into(),
        size: size as u64,
        path: file.path().to_owned(),
    };
    let parts = [part];
    let message = Message::build(&MessageParts {
        attachments: &parts,
        ..plain()
    });
    let mut out = Largest(0, 0);
    message.write_to(&mut out).expect("writes");
    assert_eq!(out.1, message.size());
    assert!(out.0 < 64 * 1024, "{}", out.0);
}

#[test]
fn images_stand_beside_the_html_and_attachments_beside_both() {
    let dir = tempfile::tempdir().expect("directory");
    let part = |name: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, name).expect("writes");
        Part {
            name: name.to_owned(),
            reference: String::new(),
            media_type: "image/png".into(),
            size: name.len() as u64,
            path,
        }
    };
    let html = "<img src=cid:logo.png>\n<img src=\"data:image/jpeg;base64,/9g=\">";
    let shape = |message: &mail_parser::Message<'_>| -> Vec<String> {
        let parts = message.parts.iter();
        parts
            .map(|part| {
                let kind = part.content_type().expect("a type");
                let subtype = kind.subtype().unwrap_or_default();
                format!("{subtype} {}", part.content_id().unwrap_or_default())
            })
            .collect()
    };
    let parts = [part("logo.png"), part("x.pdf")];
    let bytes = built(|message| {
        (message.html, message.attachments) = (Some(html), &parts);
    });
    let message = MessageParser::new().parse(&bytes).expect("a message");
    assert_eq!(
        shape(&message),
        [
            "mixed ",
            "alternative ",
            "plain ",
            "related ",
            "html ",
            "png logo.png",
            "jpeg image2.0b0b@example.org",
            "png "
        ]
    );
    assert_eq!(message.parts[5].contents(), b"logo.png");
    assert_eq!(message.parts[6].contents(), b"\xff\xd8");
    assert_eq!(message.parts[6].attachment_name(), Some("image2.jpg"));
    assert_eq!(
        message.parts[4].text_contents(),
        Some("<img src=cid:logo.png>\r\n<img src=\"cid:image2.0b0b@example.org\">")
    );
    let bytes = built(|message| {
        (message.html, message.attachments) = (Some(html), &parts[..1]);
    });
    let message = MessageParser::new().parse(&bytes).expect("a message");
    assert_eq!(shape(&message)[..2], ["alternative ", "plain "]);
    let bytes = built(|message| {
        (message.text, message.attachments) = (Some("cid:logo.png"), &parts[..1]);
    });
    let message = MessageParser::new().parse(&bytes).expect("a message");
    assert_eq!(shape(&message), ["mixed ", "plain ", "png "]);
}

#[test]
fn old_readers_find_a_name_in_ascii() {
    let names = [
        "Größe 1.pdf",
        "a\"b\\c.txt",
        &"long name ".repeat(20),
        &("x".repeat(80) + ".tar"),
    ];
    let parts: Vec<Part> = names
        .iter()
        .map(|name| Part {
            name: (*name).to_owned(),
            reference: String::new(),
            media_type: "application/pdf".into(),
            size: 0,
            path: "/dev/null".into(),
        })
        .collect();
    let bytes = text(&built(|message| message.attachments = &parts));
    for name in [
        "name=\"Gr__e 1.pdf\"",
        "name=\"a_b_c.txt\"",
        "name=\"long name long name long name long name long name long name \"",
        &format!("name=\"{}.tar\"", "x".repeat(56)),
    ] {
        assert!(bytes.contains(name), "{name} is not in {bytes}");
    }
    assert_eq!(bytes.matches(" name=").count(), names.len(), "{bytes}");
}

#[test]
fn the_header_ends_before_the_empty_line() {
    let mut parts = plain();
    parts.text = Some("a\n\nb");
    for html in [None, Some("<p>x</p>")] {
        parts.html = html;
        let message = Message::build(&parts);
        let mut bytes = Vec::new();
        message.write_to(&mut bytes).expect("writes");
        let (header, body) = bytes.split_at(message.header().len());
        assert!(header.ends_with(b"\r\n") && body.starts_with(b"\r\n"));
        assert!(!header.windows(4).any(|four| four == b"\r\n\r\n"));
    }
}

#[test]
fn the_copy_s_bcc_is_one_line_until_it_becomes_too_long() {
    assert_eq!(bcc_line(&[]), None);
    let some = [mailbox("Anna Müller", "a@x.org"), mailbox("", "b@x.org")];
    assert_eq!(
        bcc_line(&some).as_deref(),
        Some("Bcc: =?utf-8?B?QW5uYSBNw7xsbGVy?= <a@x.org>, <b@x.org>")
    );
    let many: Vec<_> = (0..500)
        .map(|at| mailbox("", &format!("someone{at}@example.org")))
        .collect();
    let line = bcc_line(&many).expect("a line");
    assert!(line.split("\r\n").all(|line| line.len() <= 78));
    assert!(line.split("\r\n").skip(1).all(|line| line.starts_with(' ')));
}
