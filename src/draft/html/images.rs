//! Where the images of an HTML document come from.

use super::entities::decode;
use super::token::{Token, Tokens};

/// Elements whose content is text, whatever it looks like.
const RAW: [&str; 9] = [
    "script",
    "style",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "plaintext",
];

/// The `src` of one image, as it stands in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// Byte of the document that it begins at.
    pub at: usize,
    /// Between its quotes, with its entities.
    pub raw: &'a str,
}

impl Source<'_> {
    /// What it means: without entities and the white space around it.
    #[must_use]
    pub fn url(&self) -> String {
        decode(self.raw).trim().to_owned()
    }
}

/// The sources of all images, in the order of the document. Comments, scripts and the like hold none. Takes linear time.
pub fn sources(html: &str) -> impl Iterator<Item = Source<'_>> {
    let mut tokens = Tokens::new(html);
    std::iter::from_fn(move || {
        loop {
            let Token::Start { name, attributes } = tokens.next()? else {
                continue;
            };
            if RAW.contains(&name.as_str()) {
                tokens.skip_to_end_of(&name);
            }
            // The first one counts.
            let src = attributes.into_iter().find(|(name, _)| name == "src");
            if let (true, Some((_, raw))) = (name == "img", src) {
                let at = raw.as_ptr().addr().saturating_sub(html.as_ptr().addr());
                return Some(Source { at, raw });
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_an_image_shows_is_a_source() {
        let html = "<p title='<img src=no>'><IMG alt=x SRC = cid:a ><img src='cid:b' src=no><!-- <img src=no> -->\
             <script>'<img src=no>'</script><style><img src=no></style><img data-src=no><img src=\"a&amp;b\" /><image src=no>\
             <textarea><img src=no></textarea><img/src=cid:c><img src='no";
        let found: Vec<_> = sources(html).collect();
        let raw: Vec<_> = found.iter().map(|source| source.raw).collect();
        assert_eq!(raw, ["cid:a", "cid:b", "a&amp;b", "cid:c"]);
        assert_eq!(found[2].url(), "a&b");
        for source in found {
            assert!(html[source.at..].starts_with(source.raw));
        }
    }

    proptest! {
        #[test]
        fn a_source_stands_where_it_says(html in "(<img src=|[ =\"'<>a-c/!-]|ü|</?script>|<!--|-->){0,40}") {
            for source in sources(&html) {
                prop_assert_eq!(html.get(source.at..source.at + source.raw.len()), Some(source.raw));
            }
        }
    }
}
