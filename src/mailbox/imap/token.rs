//! What a server's answers are made of: words, strings and lists (RFC 3501, 4), read leniently.

/// Deeper lists are no answer to anything that is asked here.
const DEPTH: usize = 8;

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// An atom, a number, a flag, `NIL`.
    Word(String),
    /// A quoted string or a literal.
    Text(Vec<u8>),
    List(Vec<Token>),
}

impl Token {
    /// A word, in whatever case.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(own) if own.eq_ignore_ascii_case(word))
    }

    pub(super) fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// A string, which may be written as an atom; `None` for `NIL` and what is no UTF-8.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Word(word) if word.eq_ignore_ascii_case("NIL") => None,
            Self::Word(word) => Some(word),
            Self::Text(bytes) => std::str::from_utf8(bytes).ok(),
            Self::List(_) => None,
        }
    }

    pub(super) fn number(&self) -> Option<u64> {
        match self {
            Self::Word(word) => word.parse().ok(),
            _ => None,
        }
    }
}

/// The pieces of a line with its literals; `None` if it cannot be understood.
pub(super) fn tokens(line: &[u8]) -> Option<Vec<Token>> {
    let mut rest = line;
    let tokens = list(&mut rest, 0)?;
    rest.is_empty().then_some(tokens)
}

/// Up to the end, or to the parenthesis that ends a list below the top.
fn list(rest: &mut &[u8], depth: usize) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    loop {
        let Some((&first, after)) = rest.split_first() else {
            return (depth == 0).then_some(tokens);
        };
        match first {
            b' ' => *rest = after,
            b'(' => {
                if depth == DEPTH {
                    return None;
                }
                *rest = after;
                tokens.push(Token::List(list(rest, depth + 1)?));
            }
            b')' => {
                *rest = after;
                return (depth > 0).then_some(tokens);
            }
            b'"' => {
                *rest = after;
                tokens.push(Token::Text(quoted(rest)?));
            }
            b'{' => tokens.push(Token::Text(literal(rest)?)),
            _ => {
                let end = |byte: &u8| matches!(byte, b' ' | b'(' | b')');
                let length = rest.iter().position(end).unwrap_or(rest.len());
                let (word, after) = rest.split_at(length);
                *rest = after;
                let word = String::from_utf8_lossy(word).into_owned();
                tokens.push(Token::Word(word));
            }
        }
    }
}

fn quoted(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        match byte {
            b'"' => return Some(text),
            b'\\' => {
                let (&escaped, after) = rest.split_first()?;
                *rest = after;
                text.push(escaped);
            }
            _ => text.push(byte),
        }
    }
}

fn literal(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (head, after) = rest.split_at(end + 1);
    let (text, after) = after.split_at_checked(literal_length(head)?)?;
    *rest = after;
    Some(text.to_owned())
}

/// How many bytes follow a line that ends in `{n}`.
pub(super) fn literal_length(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_suffix(b"}")?;
    let start = line.iter().rposition(|byte| *byte == b'{')?;
    let digits = line.get(start + 1..)?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn word(text: &str) -> Token {
        Token::Word(text.to_owned())
    }

    fn text(text: &str) -> Token {
        Token::Text(text.as_bytes().to_owned())
    }

    #[test]
    fn words_strings_literals_and_lists_are_told_apart() {
        assert_eq!(
            tokens(b"LIST (\\HasNoChildren \\Sent) \"/\" \"a \\\"b\\\\\""),
            Some(vec![
                word("LIST"),
                Token::List(vec![word("\\HasNoChildren"), word("\\Sent")]),
                text("/"),
                text("a \"b\\"),
            ])
        );
        assert_eq!(
            tokens(b"LIST () NIL {7}\r\na\" (b)\\"),
            Some(vec![
                word("LIST"),
                Token::List(vec![]),
                word("NIL"),
                text("a\" (b)\\")
            ])
        );
        assert_eq!(
            tokens(b"NAMESPACE ((\"\" \"/\")) NIL"),
            Some(vec![
                word("NAMESPACE"),
                Token::List(vec![Token::List(vec![text(""), text("/")])]),
                word("NIL"),
            ])
        );
    }

    #[test]
    fn what_is_cut_off_or_too_deep_is_not_understood() {
        for line in ["(a", "a)", "\"a", "\"a\\", "{5}\r\nabc", "{x}\r\n", "{5"] {
            assert_eq!(tokens(line.as_bytes()), None, "{line}");
        }
        assert_eq!(tokens("(".repeat(100_000).as_bytes()), None);
    }

    #[test]
    fn a_line_tells_how_long_its_literal_is() {
        assert_eq!(literal_length(b"* LIST () \"/\" {12}\r\n"), Some(12));
        for line in ["{}\r\n", "{-1}\r\n", "{1}", "{99999999999999999999}\r\n"] {
            assert_eq!(literal_length(line.as_bytes()), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_reading_panic(line in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = tokens(&line);
        }

        #[test]
        fn nothing_that_looks_like_an_answer_does_either(line in "[(){}\"\\\\ a0-9\r\n*]{0,60}") {
            let _ = tokens(line.as_bytes());
        }
    }
}
