//! The words of an address list: atoms, quoted strings, comments, domain literals and punctuation.

use std::iter::Peekable;
use std::str::Chars;

use super::address::{AddressError, is_atext, refuse_controls};

/// What a piece of an address list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, digits, most punctuation and dots.
    Word(String),
    /// The content of a quoted string.
    Quoted(String),
    /// The content of a comment, with the comments inside it.
    Comment(String),
    /// A domain literal with its brackets.
    Literal(String),
    /// One of `< > , : ; @`.
    Mark(char),
}

/// A piece of an address list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    /// Whether white space or a comment stands before it.
    pub spaced: bool,
}

/// Cuts a list into tokens, in one pass and without recursion.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, AddressError> {
    refuse_controls(text)?;
    let mut chars = text.chars().peekable();
    let mut found = Vec::new();
    let mut spaced = false;
    while let Some(c) = chars.next() {
        let kind = match c {
            ' ' | '\t' => {
                spaced = true;
                continue;
            }
            '"' => Kind::Quoted(until(&mut chars, '"', "a quoted string has no end")?),
            '(' => Kind::Comment(comment(&mut chars)?),
            '[' => Kind::Literal(literal(&mut chars)?),
            '<' | '>' | ',' | ':' | ';' | '@' => Kind::Mark(c),
            _ if is_word(c) => Kind::Word(word(c, &mut chars)),
            _ => return Err(AddressError("a character stands where it is not allowed")),
        };
        let is_comment = matches!(kind, Kind::Comment(_));
        found.push(Token { kind, spaced });
        spaced = is_comment;
    }
    Ok(found)
}

fn is_word(c: char) -> bool {
    c == '.' || is_atext(c)
}

fn word(first: char, chars: &mut Peekable<Chars<'_>>) -> String {
    let mut word = String::from(first);
    while let Some(c) = chars.next_if(|c| is_word(*c)) {
        word.push(c);
    }
    word
}

/// With its brackets. A backslash in it is an obsolete form.
fn literal(chars: &mut Peekable<Chars<'_>>) -> Result<String, AddressError> {
    let mut literal = String::from('[');
    for c in chars.by_ref() {
        literal.push(c);
        match c {
            ']' => return Ok(literal),
            '\\' | '[' => break,
            _ => {}
        }
    }
    Err(AddressError("a bracket is not closed"))
}

fn until(
    chars: &mut Peekable<Chars<'_>>,
    end: char,
    unfinished: &'static str,
) -> Result<String, AddressError> {
    let mut content = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => content.push(chars.next().ok_or(AddressError(unfinished))?),
            _ if c == end => return Ok(content),
            _ => content.push(c),
        }
    }
    Err(AddressError(unfinished))
}

fn comment(chars: &mut Peekable<Chars<'_>>) -> Result<String, AddressError> {
    let unfinished = AddressError("a comment has no end");
    let mut content = String::new();
    let mut open = 1_usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                content.push(chars.next().ok_or(unfinished)?);
                continue;
            }
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Ok(content);
        }
        content.push(c);
    }
    Err(unfinished)
}
