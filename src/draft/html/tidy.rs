//! Rewrites HTML so that every element is closed where it belongs and nothing is nested deeper than a person would:
//! what comes out is understood in linear time by parsers that repair as browsers do, because there is nothing to
//! repair. It makes nothing safe.

use super::entities::decode;
use super::long_words::LongWords;
use super::token::{Token, Tokens};

/// Elements inside each other.
const DEPTH_MAX: usize = 100;

/// Bytes of a piece of a document after which it may end between two blocks.
const PIECE: usize = 32 * 1024;
/// Bytes after which it ends anywhere.
const PIECE_MAX: usize = 64 * 1024;

/// Bytes of a word that fits on a line in any case.
const WORD_MAX: usize = 40;

/// Elements that are kept, by name; of all others only the content is.
const KEPT: &str = "a abbr acronym area article aside b bdi bdo blockquote br caption center cite code col \
    colgroup data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 \
    h6 header hgroup hr i img ins kbd li map mark nav ol p pre q rp rt ruby s samp small \
    span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul";
/// Elements whose content is no text of the document.
const SKIPPED: &str = "script style title textarea xmp iframe noembed noframes plaintext svg math template \
    select object";
const EMPTY: [&str; 5] = ["area", "br", "col", "hr", "img"];
/// Elements that end an open paragraph.
const BLOCKS: &str = "article aside blockquote center dd details div dl dt figcaption figure footer h1 h2 h3 \
    h4 h5 h6 header hgroup hr li nav ol p pre summary table ul main";
/// What one cannot close from inside: cells and tables.
const WALLS: [&str; 4] = ["td", "th", "caption", "table"];
const ROW_GROUPS: [&str; 3] = ["thead", "tbody", "tfoot"];

/// A document without surprises.
#[derive(Debug, Default)]
pub(super) struct Tidied {
    pub html: String,
    /// Where its links lead, in their order.
    pub links: Vec<String>,
    /// What stands in the place of single characters.
    pub long_words: LongWords,
}

/// Rewrites a document or a fragment of one.
pub(super) fn tidy(html: &str) -> Tidied {
    let mut writer = Writer::default();
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        writer.token(token, &mut tokens);
    }
    writer.close_to(0);
    writer.out
}

/// Rewrites a document in pieces, each complete in itself and with no more attributes than its text needs: however long
/// a document is, what works through its pieces takes a bounded amount of memory, and linear time.
pub(super) fn pieces(html: &str, mut each: impl FnMut(Tidied)) {
    let mut writer = Writer {
        for_text: true,
        ..Writer::default()
    };
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        let is_seam = match &token {
            Token::Text(_) => false,
            Token::Start { name, .. } | Token::End(name) => listed(BLOCKS, name).is_some(),
        };
        let size = writer.out.html.len();
        if size > PIECE_MAX || (size > PIECE && is_seam) {
            each(writer.cut());
        }
        if let Token::Text(mut text) = token {
            while text.len() > PIECE {
                let end = text.floor_char_boundary(PIECE);
                // A word, which may be a URL, stays whole.
                let rest = text[end..].find(|c: char| c.is_ascii_whitespace());
                let Some(rest) = rest else { break };
                let (now, later) = text.split_at(end + rest);
                writer.text(now);
                each(writer.cut());
                text = later;
            }
            writer.text(text);
        } else {
            writer.token(token, &mut tokens);
        }
    }
    writer.close_to(0);
    each(writer.out);
}

/// Where a link leads, as one word unless it holds spaces (WHATWG URL, 4.4).
fn address(href: &str) -> String {
    let link = decode(href);
    let link = link.trim();
    link.chars().filter(|c| !c.is_control()).collect()
}

/// The element's name, if the list has it.
fn listed(list: &'static str, name: &str) -> Option<&'static str> {
    list.split(' ').find(|listed| *listed == name)
}

#[derive(Default)]
struct Writer {
    out: Tidied,
    /// The open elements, the outermost one first.
    open: Vec<&'static str>,
    /// Whether attributes that do not show in text are left out.
    for_text: bool,
}

impl Writer {
    fn token(&mut self, token: Token<'_>, tokens: &mut Tokens<'_>) {
        match token {
            Token::Text(text) => self.text(text),
            Token::End(name) => self.end(&name),
            Token::Start { name, .. } if listed(SKIPPED, &name).is_some() => {
                tokens.skip_to_end_of(&name)
            }
            Token::Start { name, attributes } => {
                if let Some(name) = listed(KEPT, &name) {
                    self.start(name, &attributes);
                }
            }
        }
    }

    /// What there is so far, complete; what follows goes on inside the same elements.
    fn cut(&mut self) -> Tidied {
        let open = self.open.clone();
        self.close_to(0);
        let done = std::mem::take(&mut self.out);
        // A link has been told already.
        for name in open.into_iter().filter(|name| *name != "a") {
            self.push(name, &[]);
        }
        done
    }

    fn text(&mut self, text: &str) {
        if self.is_between_cells() {
            if text.trim().is_empty() {
                return;
            }
            self.push("td", &[]);
        }
        if self.for_text {
            for word in text.split_inclusive(|c: char| c.is_ascii_whitespace()) {
                self.word(word);
            }
        } else {
            self.characters(text);
        }
    }

    /// One word with the white space behind it. A long one, which may be a URL, is kept aside.
    fn word(&mut self, word: &str) {
        let bare = word.trim_ascii_end();
        if bare.len() > WORD_MAX && (bare.is_ascii() || bare.contains("://")) {
            let place = self.out.long_words.keep(decode(bare).into_owned());
            self.out.html.push(place);
            self.out.html.push_str(&word[bare.len()..]);
        } else {
            self.characters(word);
        }
    }

    fn characters(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                _ if self.for_text && LongWords::is_place(c) => {
                    let place = self.out.long_words.keep(c.to_string());
                    self.out.html.push(place);
                }
                '<' => self.out.html.push_str("&lt;"),
                '>' => self.out.html.push_str("&gt;"),
                '\0' => {}
                _ => self.out.html.push(c),
            }
        }
    }

    fn start(&mut self, name: &'static str, attributes: &[(String, &str)]) {
        if !self.make_room_for(name) {
            return;
        }
        let value = |wanted: &str| {
            let mut found = attributes.iter().filter(|(name, _)| name == wanted);
            found.next().map(|(_, value)| *value)
        };
        if matches!(name, "a" | "area")
            && let Some(link) = value("href").map(address)
            && !link.is_empty()
        {
            self.out.links.push(link);
        }
        if !self.for_text {
            return self.push(name, attributes);
        }
        let shown = match name {
            "a" => value("href").map(|link| ("href", link)),
            // Without a source it would not be shown; which one does not matter.
            "img" => value("alt").map(|text| ("alt", text)),
            "ol" => value("start")
                .filter(|start| start.len() <= 6)
                .map(|start| ("start", start)),
            _ => None,
        };
        let source = (name == "img").then_some(("src", "image"));
        let shown = [shown, source].into_iter().flatten();
        let shown: Vec<_> = shown
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        self.push(name, &shown);
    }

    /// Closes what cannot hold the element; `false` if it has no place at all.
    fn make_room_for(&mut self, name: &str) -> bool {
        let place: Option<&[&str]> = match name {
            "tr" => Some(&["table", "thead", "tbody", "tfoot"]),
            "td" | "th" => Some(&["tr", "table", "thead", "tbody", "tfoot"]),
            "caption" | "colgroup" | "col" => Some(&["table"]),
            _ if ROW_GROUPS.contains(&name) => Some(&["table"]),
            _ => None,
        };
        if let Some(place) = place {
            let Some(at) = self.open.iter().rposition(|open| place.contains(open)) else {
                return false;
            };
            self.close_to(at + 1);
            return self.open.len() < DEPTH_MAX;
        }
        if self.is_between_cells() {
            self.push("td", &[]);
        }
        if listed(BLOCKS, name).is_some() {
            self.close(&["p"], &[]);
        }
        match name {
            "li" => self.close(&["li"], &["ul", "ol"]),
            "dd" | "dt" => self.close(&["dd", "dt"], &["dl"]),
            "a" => self.close(&["a"], &[]),
            "rt" | "rp" => self.close(&["rt", "rp"], &["ruby"]),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.close(&["h1", "h2", "h3", "h4", "h5", "h6"], &["div"])
            }
            _ => {}
        }
        self.open.len() < DEPTH_MAX
    }

    fn end(&mut self, name: &str) {
        let is_part_of_table =
            matches!(name, "table" | "tr" | "td" | "th" | "caption" | "colgroup")
                || ROW_GROUPS.contains(&name);
        if is_part_of_table {
            let table = self.open.iter().rposition(|open| *open == "table");
            let found = self.open.iter().rposition(|open| *open == name);
            // Of the innermost table only.
            if let Some(at) = found.filter(|at| Some(*at) >= table) {
                self.close_to(at);
            }
        } else {
            self.close(&[name], &[]);
        }
    }

    /// Closes the innermost of `names`, and all inside it, unless a wall stands between.
    fn close(&mut self, names: &[&str], walls: &[&str]) {
        for (at, open) in self.open.iter().enumerate().rev() {
            if names.contains(open) {
                return self.close_to(at);
            }
            if WALLS.contains(open) || walls.contains(open) {
                return;
            }
        }
    }

    fn close_to(&mut self, depth: usize) {
        for name in self.open.drain(depth..).rev() {
            self.out.html.push_str("</");
            self.out.html.push_str(name);
            self.out.html.push('>');
        }
    }

    fn push(&mut self, name: &'static str, attributes: &[(String, &str)]) {
        self.out.html.push('<');
        self.out.html.push_str(name);
        for (attribute, value) in attributes {
            if attribute
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            {
                self.out.html.push_str(&format!(
                    " {attribute}=\"{}\"",
                    value.replace('"', "&quot;").replace('\0', "")
                ));
            }
        }
        self.out.html.push('>');
        if !EMPTY.contains(&name) {
            self.open.push(name);
        }
    }

    /// Whether text would stand in a table but in none of its cells, from where parsers move it in front of the table.
    fn is_between_cells(&self) -> bool {
        self.open.last().is_some_and(|open| {
            matches!(*open, "table" | "tr" | "colgroup") || ROW_GROUPS.contains(open)
        })
    }
}
