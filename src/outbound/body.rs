//! The text parts of a mail, with the signature in its place.

use crate::draft::html::text_of;

/// Elements that signatures are made of.
const TAGS: &str = "a address b big blockquote body br center code div em font h1 h2 h3 h4 head hr html i \
    img li ol p pre small span strong sub sup table tt u ul";

/// The parts as they go into the message, with CRLF line ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub text: String,
    pub html: Option<String>,
}

/// Puts together what the caller gave and the identity's signature, which is HTML if it holds tags. An empty part
/// counts as none when there is the other one; without a text part it is made from the HTML.
pub(super) fn compose(text: Option<&str>, html: Option<&str>, signature: Option<&str>) -> Body {
    let html = html.filter(|html| !html.is_empty());
    let text = match (text.filter(|text| !text.is_empty()), html) {
        (Some(text), _) => text.to_owned(),
        (None, Some(html)) => text_of(html),
        (None, None) => String::new(),
    };
    let signature = signature
        .map(str::trim_end)
        .filter(|signature| !signature.is_empty());
    let Some(signature) = signature else {
        return Body {
            text: crlf(&text),
            html: html.map(crlf),
        };
    };
    let (plain, rich) = if has_tags(signature) {
        (
            text_of(signature).trim_end().to_owned(),
            signature.to_owned(),
        )
    } else {
        (signature.to_owned(), escaped(signature))
    };
    Body {
        text: crlf(&signed_text(&text, &plain)),
        html: html.map(|html| crlf(&signed_html(html, &rich))),
    }
}

fn signed_text(text: &str, signature: &str) -> String {
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{text}{gap}-- \n{signature}\n")
}

/// Below the body: before the end of a whole document, else at the end of a fragment.
fn signed_html(html: &str, signature: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let end = lower
        .rfind("</body")
        .or_else(|| lower.rfind("</html"))
        .unwrap_or(html.len());
    let (above, below) = html.split_at(end);
    format!("{above}\n<div class=\"signature\">{signature}</div>\n{below}")
}

/// Whether a text is meant as HTML. `<anna@example.org>` and `<Example Ltd>` are no tags.
fn has_tags(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let length = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let (name, behind) = rest.split_at(length);
        TAGS.split(' ').any(|tag| tag.eq_ignore_ascii_case(name))
            && behind.starts_with(['>', '/', ' ', '\t', '\r', '\n'])
            && behind.contains('>')
    })
}

fn escaped(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    text.lines().collect::<Vec<_>>().join("<br>\n")
}

/// Every kind of line end becomes CRLF, in linear time.
pub(super) fn crlf(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut rest = text;
    while let Some(at) = rest.find(['\r', '\n']) {
        out.push_str(&rest[..at]);
        out.push_str("\r\n");
        let length = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_as_it_was_but_for_its_line_ends() {
        let body = compose(Some("  a\n\nb\r\nc\rd \n"), None, None);
        assert_eq!(
            body,
            Body {
                text: "  a\r\n\r\nb\r\nc\r\nd \r\n".into(),
                html: None
            }
        );
    }

    #[test]
    fn html_alone_gets_a_text_that_keeps_its_links() {
        let body = compose(
            None,
            Some("<p>See <a href=\"https://x.org/a?b=c\">this</a></p>"),
            None,
        );
        assert!(
            body.text.contains("See") && body.text.contains("https://x.org/a?b=c"),
            "{}",
            body.text
        );
        assert_eq!(
            body.html.as_deref(),
            Some("<p>See <a href=\"https://x.org/a?b=c\">this</a></p>")
        );
        assert_eq!(compose(Some(""), Some("<p>x</p>"), None).text.trim(), "x");
    }

    #[test]
    fn a_plain_signature_follows_both_parts() {
        let body = compose(
            Some("Hi"),
            Some("<html><body><p>Hi</p></BODY></html>"),
            Some("Anna & <Co>\n<a@x.org>\n"),
        );
        assert_eq!(body.text, "Hi\r\n-- \r\nAnna & <Co>\r\n<a@x.org>\r\n");
        let html = body.html.expect("html");
        assert!(
            html.starts_with("<html><body><p>Hi</p>\r\n<div class=\"signature\">"),
            "{html}"
        );
        assert!(html.ends_with("</div>\r\n</BODY></html>"), "{html}");
    }

    #[test]
    fn an_html_signature_becomes_text_below_text() {
        let body = compose(
            Some("Hi\n"),
            None,
            Some("<b>Anna</b><br><a href=\"https://x.org\">web</a>"),
        );
        assert!(body.text.starts_with("Hi\r\n-- \r\n"), "{}", body.text);
        assert!(
            body.text.contains("https://x.org") && !body.text.contains('<'),
            "{}",
            body.text
        );
        let body = compose(None, Some("<p>Hi</p>"), Some("<b>Anna</b>"));
        assert_eq!(
            body.html.as_deref(),
            Some("<p>Hi</p>\r\n<div class=\"signature\"><b>Anna</b></div>\r\n")
        );
    }

    #[test]
    fn four_megabytes_of_short_lines_are_converted_at_once() {
        let started = std::time::Instant::now();
        assert_eq!(crlf(&"x\n".repeat(2_000_000)).len(), 6_000_000);
        assert!(started.elapsed().as_secs() < 5);
    }
}
