//! Rewrites HTML so that every element is closed where it belongs and nothing is nested deeper than a person would:
//! what comes out is understood in linear time by parsers that repair as browsers do, because there is nothing to
//! repair. It makes nothing safe.

use super::token::{Token, Tokens};

/// Elements inside each other.
const DEPTH_MAX: usize = 100;

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
}

/// Rewrites a document or a fragment of one.
pub(super) fn tidy(html: &str) -> Tidied {
    let mut writer = Writer::default();
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        match token {
            Token::Text(text) => writer.text(text),
            Token::End(name) => writer.end(&name),
            Token::Start { name, .. } if listed(SKIPPED, &name).is_some() => {
                tokens.skip_to_end_of(&name)
            }
            Token::Start { name, attributes } => {
                if let Some(name) = listed(KEPT, &name) {
                    writer.start(name, &attributes);
                }
            }
        }
    }
    writer.close_to(0);
    writer.out
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
}

impl Writer {
    fn text(&mut self, text: &str) {
        if self.is_between_cells() {
            if text.trim().is_empty() {
                return;
            }
            self.push("td", &[]);
        }
        for c in text.chars() {
            match c {
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
        if name == "a"
            && let Some((_, link)) = attributes.iter().find(|(attribute, _)| attribute == "href")
            && link.contains(':')
        {
            self.out.links.push(link.trim().replace("&amp;", "&"));
        }
        self.push(name, attributes);
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
