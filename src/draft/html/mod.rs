//! HTML from callers: made safe for a page that shows it, and turned into text for the plain part of a mail.
//!
//! Parsers that build a tree as browsers do need quadratic time and memory for hostile input: 30 KB of unclosed `<p><b>`
//! become 14 MB. So everything goes through `tidy` first.

mod entities;
pub mod images;
mod long_words;
mod tidy;
mod token;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use tidy::Tidied;

/// Columns of generated text.
const WIDTH: usize = 76;
const IMAGES: [&str; 4] = [
    "data:image/png",
    "data:image/jpeg",
    "data:image/gif",
    "data:image/webp",
];

/// What an element may look like: nothing that loads, covers, hides or moves anything.
const STYLES: &str = "background-color border border-bottom border-bottom-color border-bottom-style \
    border-bottom-width border-collapse border-color border-left border-left-color border-left-style \
    border-left-width border-radius border-right border-right-color border-right-style border-right-width \
    border-spacing border-style border-top border-top-color border-top-style border-top-width border-width \
    color direction font font-family font-size font-style font-variant font-weight height letter-spacing \
    line-height list-style-type margin margin-bottom margin-left margin-right margin-top max-width min-width \
    padding padding-bottom padding-left padding-right padding-top table-layout text-align text-decoration \
    text-indent text-transform vertical-align white-space width";

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .url_schemes(HashSet::from(["http", "https", "mailto", "data"]))
        // A relative link would lead to this server, with the reader's rights.
        .url_relative(UrlRelative::Deny)
        .add_generic_attributes(["dir", "style"])
        .filter_style_properties(STYLES.split(' ').collect())
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(|element, attribute, value| {
            let start = value.trim_start().get(..5).unwrap_or_default();
            let is_data = start.eq_ignore_ascii_case("data:");
            (!is_data || (element == "img" && attribute == "src" && is_image(value)))
                .then_some(Cow::Borrowed(value))
        });
    cleaner
});

/// Removes all that could run, load or deceive. Only for showing: what is sent stays as it was given.
#[must_use]
pub fn sanitise(html: &str) -> String {
    CLEANER.clean(&tidy::tidy(html).html).to_string()
}

/// The text of an HTML mail, every link's address kept whole.
#[must_use]
pub fn text_of(html: &str) -> String {
    let mut text = String::new();
    tidy::pieces(html, |piece| add_text(&mut text, &piece));
    text
}

fn add_text(text: &mut String, piece: &Tidied) {
    let renderer = html2text::config::plain()
        .no_link_wrapping()
        .no_table_borders()
        .allow_width_overflow();
    let rendered = renderer.string_from_read(piece.html.as_bytes(), WIDTH);
    let start = text.len();
    text.push_str(&piece.long_words.restore(&rendered.unwrap_or_default()));
    // Links without words, on pictures for instance, have no place in the text.
    let missing: Vec<&str> = {
        let mut shown: HashSet<&str> = text[start..].split_whitespace().collect();
        let links = piece.links.iter().map(String::as_str);
        links.filter(|link| shown.insert(link)).collect()
    };
    for link in missing {
        text.push_str(link);
        text.push('\n');
    }
}

fn is_image(url: &str) -> bool {
    let url = url.trim_start();
    IMAGES.iter().any(|image| {
        let rest = url
            .get(..image.len())
            .filter(|start| start.eq_ignore_ascii_case(image))
            .map(|_| &url[image.len()..]);
        rest.is_some_and(|rest| rest.starts_with([';', ',']))
    })
}

#[cfg(test)]
mod tests;
