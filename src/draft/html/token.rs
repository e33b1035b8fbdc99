//! The tags and the text of an HTML document, in one pass.

/// Attributes of one tag that are looked at.
const ATTRIBUTES_MAX: usize = 32;

/// A piece of a document. Comments and declarations are no pieces.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// As it stands, with its entities.
    Text(&'a str),
    /// A start tag, name in lower case.
    Start {
        name: String,
        attributes: Vec<(String, &'a str)>,
    },
    /// An end tag, name in lower case.
    End(String),
}

/// Cuts a document into tokens.
pub(super) struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self { rest: html }
    }

    /// Skips the content of an element that holds no HTML; all that follows, if it is not closed.
    pub(super) fn skip_to_end_of(&mut self, name: &str) {
        while let Some(at) = self.rest.find("</") {
            self.rest = &self.rest[at + 2..];
            let found = self
                .rest
                .get(..name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name));
            if found && self.rest[name.len()..].starts_with(ends_name) {
                self.rest = &self.rest[name.len()..];
                self.attributes();
                return;
            }
        }
        self.rest = "";
    }

    /// What follows `<`: a tag, something to skip (`None`), or no markup at all (the `<` as text).
    fn markup(&mut self) -> Option<Token<'a>> {
        let (open, rest) = self.rest.split_at(1);
        if let Some(comment) = rest.strip_prefix("!--") {
            let early = ["->", ">"].iter().find_map(|end| comment.strip_prefix(end));
            self.rest = early
                .or_else(|| comment.split_once("-->").map(|(_, rest)| rest))
                .unwrap_or("");
            return None;
        }
        let (is_end, name) = match rest.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, rest),
        };
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let length = name.find(ends_name).unwrap_or(name.len());
            let tag = name[..length].to_ascii_lowercase();
            self.rest = &name[length..];
            let attributes = self.attributes()?;
            return Some(if is_end {
                Token::End(tag)
            } else {
                Token::Start {
                    name: tag,
                    attributes,
                }
            });
        }
        if is_end || rest.starts_with(['!', '?']) {
            self.rest = rest.split_once('>').map_or("", |(_, rest)| rest);
            return None;
        }
        self.rest = rest;
        Some(Token::Text(open))
    }

    /// Reads to the end of a tag; `None` where the document ends first.
    fn attributes(&mut self) -> Option<Vec<(String, &'a str)>> {
        let mut attributes = Vec::new();
        loop {
            self.rest = self
                .rest
                .trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if self.rest.is_empty() {
                return None;
            }
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                return Some(attributes);
            }
            // A = at the beginning belongs to the name.
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            let length = self.rest[first..]
                .find(|c| ends_name(c) || c == '=')
                .map_or(self.rest.len(), |at| at + first);
            let name = &self.rest[..length];
            self.rest = &self.rest[length..];
            let value = self.value();
            if attributes.len() < ATTRIBUTES_MAX {
                attributes.push((name.to_ascii_lowercase(), value));
            }
        }
    }

    fn value(&mut self) -> &'a str {
        let Some(rest) = self.rest.trim_start().strip_prefix('=') else {
            return "";
        };
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let (value, rest) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest[1..].split_once(quote).unwrap_or((&rest[1..], "")),
            _ => rest.split_at(
                rest.find(|c: char| c.is_ascii_whitespace() || c == '>')
                    .unwrap_or(rest.len()),
            ),
        };
        self.rest = rest;
        value
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while !self.rest.is_empty() {
            let text = self.rest.find('<').unwrap_or(self.rest.len());
            if text > 0 {
                let (text, rest) = self.rest.split_at(text);
                self.rest = rest;
                return Some(Token::Text(text));
            }
            if let Some(token) = self.markup() {
                return Some(token);
            }
        }
        None
    }
}

fn ends_name(c: char) -> bool {
    c.is_ascii_whitespace() || c == '/' || c == '>'
}
