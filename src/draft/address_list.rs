//! Reads RFC 5322 address lists, in linear time, and refuses whatever is not surely understood.

use mail_parser::parsers::MessageStream;

use super::address::{AddressError, Mailbox};
use super::address_token::{Kind, Token, tokens};

/// Reads a list of mailboxes and groups; the members of a group count one by one. `undisclosed-recipients:;` is a
/// valid list of nobody.
///
/// # Errors
/// Says what is wrong, never with the text itself.
pub fn parse(text: &str) -> Result<Vec<Mailbox>, AddressError> {
    let tokens = tokens(text)?;
    let mut mailboxes = Vec::new();
    let mut in_group = false;
    let mut had_group = false;
    let mut start = 0;
    let mut angle = false;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Mark('<') => angle = true,
            Kind::Mark('>') => angle = false,
            Kind::Mark(':') if !angle && !in_group => {
                if phrase(&tokens[start..at])?.is_empty() {
                    return Err(AddressError("a group has no name"));
                }
                (in_group, had_group, start) = (true, true, at + 1);
            }
            Kind::Mark(',') if !angle => {
                mailboxes.extend(mailbox(&tokens[start..at])?);
                start = at + 1;
            }
            Kind::Mark(';') if !angle && in_group => {
                mailboxes.extend(mailbox(&tokens[start..at])?);
                (in_group, start) = (false, at + 1);
            }
            Kind::Mark(':' | ';') => {
                return Err(AddressError("a : or ; stands where it is not allowed"));
            }
            _ => {}
        }
    }
    if in_group {
        return Err(AddressError("a group is not closed by a ;"));
    }
    mailboxes.extend(mailbox(&tokens[start..])?);
    if mailboxes.is_empty() && !had_group {
        return Err(AddressError("it holds no address"));
    }
    Ok(mailboxes)
}

/// One mailbox between two commas; `None` where nothing stands.
fn mailbox(tokens: &[Token]) -> Result<Option<Mailbox>, AddressError> {
    let comment = tokens.iter().rev().find_map(|token| match &token.kind {
        Kind::Comment(text) => Some(decode_comment(text)),
        _ => None,
    });
    let words: Vec<&Token> = tokens
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Comment(_)))
        .collect();
    if words.is_empty() {
        return if tokens.is_empty() {
            Ok(None)
        } else {
            Err(AddressError("it holds a comment but no address"))
        };
    }
    let Some(open) = words.iter().position(|token| token.kind == Kind::Mark('<')) else {
        // `anna@example.org (Anna Müller)` is how names were written before RFC 822.
        return address(&words, comment.as_deref()).map(Some);
    };
    let (last, inside) = words[open + 1..]
        .split_last()
        .ok_or(AddressError("a < is not closed"))?;
    if last.kind != Kind::Mark('>') {
        return Err(AddressError(
            "a < is not closed, or something follows the >",
        ));
    }
    let name = match &words[..open] {
        [] => comment.unwrap_or_default(),
        name => phrase(name.iter().copied())?,
    };
    address(inside, Some(&name)).map(Some)
}

/// Reads exactly one address, without name, comment or group.
///
/// # Errors
/// Says what is wrong, never with the text itself.
pub(super) fn parse_address(text: &str) -> Result<Mailbox, AddressError> {
    let tokens = tokens(text)?;
    address(&tokens.iter().collect::<Vec<_>>(), None)
}

/// Exactly `local@domain`.
fn address(words: &[&Token], name: Option<&str>) -> Result<Mailbox, AddressError> {
    let kinds: Vec<&Kind> = words.iter().map(|token| &token.kind).collect();
    let (local, domain) = match kinds.as_slice() {
        [local, Kind::Mark('@'), domain] => (local, domain),
        _ if !kinds.contains(&&Kind::Mark('@')) => return Err(AddressError("it has no @")),
        _ => return Err(AddressError("it is not of the form name@domain")),
    };
    let local = match local {
        Kind::Word(text) if text.split('.').any(str::is_empty) => {
            return Err(AddressError(
                "a dot stands where it is not allowed before the @",
            ));
        }
        Kind::Word(text) | Kind::Quoted(text) => text,
        _ => return Err(AddressError("nothing stands before the @")),
    };
    match domain {
        Kind::Word(text) | Kind::Literal(text) => Mailbox::from_parts(name, local, text),
        _ => Err(AddressError("no domain stands behind the @")),
    }
}

/// The words of a display name, encoded ones decoded.
fn phrase<'a>(tokens: impl IntoIterator<Item = &'a Token>) -> Result<String, AddressError> {
    let mut name = String::new();
    let mut after_encoded = false;
    for token in tokens {
        let (text, encoded) = match &token.kind {
            Kind::Word(text) => match decode(text) {
                Some(decoded) => (decoded, true),
                None => (text.clone(), false),
            },
            Kind::Quoted(text) => (text.clone(), false),
            Kind::Comment(_) => continue,
            _ => {
                return Err(AddressError(
                    "the name before < or : holds characters that need quotes",
                ));
            }
        };
        if token.spaced && !name.is_empty() && !(encoded && after_encoded) {
            name.push(' ');
        }
        name.push_str(&text);
        after_encoded = encoded;
    }
    Ok(name)
}

/// The text of a comment, encoded words decoded (RFC 2047, 5).
fn decode_comment(comment: &str) -> String {
    let mut text = String::new();
    let mut after_encoded = false;
    for piece in comment.split_inclusive([' ', '\t', '(', ')']) {
        let word = piece.trim_end_matches([' ', '\t', '(', ')']);
        let behind = &piece[word.len()..];
        let decoded = decode(word);
        if after_encoded && decoded.is_some() {
            // The space between two of them means nothing.
            text.truncate(text.trim_end_matches(' ').len());
        }
        // White space alone separates as well as one space does.
        after_encoded = decoded.is_some() || (after_encoded && word.is_empty() && behind == " ");
        text.push_str(&decoded.unwrap_or_else(|| word.to_owned()));
        text.push_str(behind);
    }
    text
}

/// The text of an encoded word (RFC 2047), `None` if it is none.
fn decode(word: &str) -> Option<String> {
    let inside = word.strip_prefix("=?")?.strip_suffix("?=")?;
    if inside.matches('?').count() != 2 {
        return None;
    }
    MessageStream::new(&word.as_bytes()[1..]).decode_rfc2047()
}

#[cfg(test)]
mod forms;
#[cfg(test)]
mod tests;
