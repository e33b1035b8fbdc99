//! One answer of a server: the end of a command, a remark beside it, or the request to go on (RFC 3501, 7).

use super::token::{Token, tokens};

/// Characters of a server's own words that are passed on.
const WORDS: usize = 200;

/// How a command went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Ok,
    No,
    Bad,
}

/// A server's verdict with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Status {
    pub outcome: Outcome,
    /// What stands in brackets, in upper case: `["APPENDUID", "1", "2"]`.
    pub code: Vec<String>,
    /// For people: short, and without control characters.
    pub words: String,
}

impl Status {
    pub(super) fn has_code(&self, name: &str) -> bool {
        self.code.first().is_some_and(|code| code == name)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Response {
    /// `+`: what was announced may come.
    GoOn,
    /// `* BYE`, with the reason.
    Bye(String),
    /// `* PREAUTH`.
    PreAuth,
    /// `* OK`, `* NO`, `* BAD`.
    Remark(Status),
    /// `* LIST …` and whatever else tells something.
    Data(Vec<Token>),
    /// The end of the command with this tag.
    Done { tag: String, status: Status },
    /// Not to be understood.
    Unclear,
}

impl Response {
    /// Reads a line with its literals, without the line end.
    pub(super) fn parse(line: &[u8]) -> Self {
        let (tag, rest) = word(line);
        let status = || {
            let (verdict, rest) = word(rest);
            let outcome = match verdict.to_ascii_uppercase().as_slice() {
                b"OK" => Outcome::Ok,
                b"NO" => Outcome::No,
                b"BAD" => Outcome::Bad,
                _ => return None,
            };
            let (code, words) = code(rest);
            Some(Status {
                outcome,
                code,
                words: clean(words),
            })
        };
        match tag {
            b"+" => Self::GoOn,
            b"*" => {
                let (kind, text) = word(rest);
                match kind.to_ascii_uppercase().as_slice() {
                    b"BYE" => Self::Bye(clean(code(text).1)),
                    b"PREAUTH" => Self::PreAuth,
                    _ => match status() {
                        Some(status) => Self::Remark(status),
                        None => tokens(rest).map_or(Self::Unclear, Self::Data),
                    },
                }
            }
            _ => match (std::str::from_utf8(tag), status()) {
                (Ok(tag), Some(status)) => Self::Done {
                    tag: tag.to_owned(),
                    status,
                },
                _ => Self::Unclear,
            },
        }
    }
}

fn word(line: &[u8]) -> (&[u8], &[u8]) {
    match line.iter().position(|byte| *byte == b' ') {
        Some(at) => (&line[..at], &line[at + 1..]),
        None => (line, &[]),
    }
}

/// What stands in brackets before the words.
fn code(rest: &[u8]) -> (Vec<String>, &[u8]) {
    let Some(inside) = rest.strip_prefix(b"[") else {
        return (Vec::new(), rest);
    };
    let Some(end) = inside.iter().position(|byte| *byte == b']') else {
        return (Vec::new(), rest);
    };
    let code = String::from_utf8_lossy(&inside[..end]).to_ascii_uppercase();
    let code = code.split_ascii_whitespace().map(str::to_owned).collect();
    (code, &inside[end + 1..])
}

/// A server's words, fit for a message: short, on one line.
pub(super) fn clean(words: &[u8]) -> String {
    let words = String::from_utf8_lossy(words);
    let mut clean = String::new();
    for (at, c) in words.chars().enumerate() {
        if at == WORDS {
            clean.push('…');
            break;
        }
        clean.push(if is_printable(c) { c } else { ' ' });
    }
    clean.trim().to_owned()
}

/// Neither a control character nor one that turns the direction of what follows.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(line: &str) -> Status {
        match Response::parse(line.as_bytes()) {
            Response::Done { tag, status } if tag == "q7" => status,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_end_of_a_command_has_outcome_code_and_words() {
        let status = done("q7 OK [APPENDUID 38505 3955] APPEND completed");
        assert_eq!(status.outcome, Outcome::Ok);
        assert_eq!(status.code, ["APPENDUID", "38505", "3955"]);
        assert_eq!(status.words, "APPEND completed");
        let status = done("q7 no [trycreate] Mailbox doesn't exist: X");
        assert_eq!(status.outcome, Outcome::No);
        assert!(status.has_code("TRYCREATE"));
        assert_eq!(done("q7 BAD").words, "");
        assert_eq!(done("q7 NO [half").words, "[half");
    }

    #[test]
    fn remarks_data_and_the_request_to_go_on_are_told_apart() {
        assert_eq!(Response::parse(b"+ go ahead"), Response::GoOn);
        assert_eq!(Response::parse(b"+"), Response::GoOn);
        assert_eq!(
            Response::parse(b"* BYE [UNAVAILABLE] too many"),
            Response::Bye("too many".to_owned())
        );
        assert_eq!(Response::parse(b"* PREAUTH hello"), Response::PreAuth);
        assert!(matches!(
            Response::parse(b"* OK [CAPABILITY IMAP4rev1] ready"),
            Response::Remark(status) if status.code == ["CAPABILITY", "IMAP4REV1"]
        ));
        assert!(matches!(
            Response::parse(b"* 3 EXISTS"),
            Response::Data(tokens) if tokens[0].number() == Some(3)
        ));
        for line in ["", "* (", "q7", "q7 MAYBE", "\u{1}"] {
            assert_eq!(
                Response::parse(line.as_bytes()),
                Response::Unclear,
                "{line}"
            );
        }
    }

    #[test]
    fn a_server_s_words_are_short_and_on_one_line() {
        assert_eq!(clean(b" a\r\nb\x1b[1m\0 "), "a  b [1m");
        assert_eq!(clean("a\u{202e}b".as_bytes()), "a b");
        assert_eq!(
            clean("ü".repeat(5000).as_bytes()).chars().count(),
            WORDS + 1
        );
    }
}
