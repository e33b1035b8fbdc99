//! The text parts of a mail, with the signature in its place.

use std::borrow::Cow;

use crate::draft::html::text_of;

/// Elements that signatures are made of.
const TAGS: &str = "a address b big blockquote body br center code div em font h1 h2 h3 h4 head hr html i \
    img li ol p pre small span strong sub sup table tt u ul";

/// A text in pieces that follow each other, with any line ends. What the caller gave is not copied.
pub(super) type Pieces<'a> = Vec<Cow<'a, str>>;

/// The parts as they go into the message.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Body<'a> {
    pub text: Pieces<'a>,
    pub html: Option<Pieces<'a>>,
}

/// Puts together what the caller gave and the identity's signature, which is HTML if it holds tags. An empty part
/// counts as none when there is the other one; without a text part it is made from the HTML.
pub(super) fn compose<'a>(
    text: Option<&'a str>,
    html: Option<&'a str>,
    signature: Option<&'a str>,
) -> Body<'a> {
    let html = html.filter(|html| !html.is_empty());
    let text: Cow<'a, str> = match (text.filter(|text| !text.is_empty()), html) {
        (Some(text), _) => text.into(),
        (None, Some(html)) => text_of(html).into(),
        (None, None) => "".into(),
    };
    let signature = signature
        .map(str::trim_end)
        .filter(|signature| !signature.is_empty());
    let Some(signature) = signature else {
        return Body {
            text: vec![text],
            html: html.map(|html| vec![html.into()]),
        };
    };
    let (plain, rich): (Cow<'a, str>, Cow<'a, str>) = if has_tags(signature) {
        let plain = text_of(signature).trim_end().to_owned();
        (plain.into(), signature.into())
    } else {
        (signature.into(), escaped(signature).into())
    };
    Body {
        text: signed_text(text, plain),
        html: html.map(|html| signed_html(html, rich)),
    }
}

fn signed_text<'a>(text: Cow<'a, str>, signature: Cow<'a, str>) -> Pieces<'a> {
    let gap = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    vec![text, gap.into(), "-- \n".into(), signature, "\n".into()]
}

/// Below the body: before the end of a whole document, else at the end of a fragment.
fn signed_html<'a>(html: &'a str, signature: Cow<'a, str>) -> Pieces<'a> {
    let end = last_end_tag(html, "body")
        .or_else(|| last_end_tag(html, "html"))
        .unwrap_or(html.len());
    let (above, below) = html.split_at(end);
    vec![
        above.into(),
        "\n<div class=\"signature\">".into(),
        signature,
        "</div>\n".into(),
        below.into(),
    ]
}

fn last_end_tag(html: &str, name: &str) -> Option<usize> {
    let is_it = |rest: &str| {
        rest.get(..name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    html.rmatch_indices("</")
        .map(|(at, _)| at)
        .find(|at| is_it(&html[at + 2..]))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &Body<'_>) -> String {
        body.text.concat()
    }

    fn html(body: &Body<'_>) -> String {
        body.html.as_ref().expect("html").concat()
    }

    #[test]
    fn what_was_given_stays_as_it_was() {
        let body = compose(Some("  a\n\nb\r\nc\rd \n"), None, None);
        assert_eq!(text(&body), "  a\n\nb\r\nc\rd \n");
        assert!(body.html.is_none());
    }

    #[test]
    fn html_alone_gets_a_text_that_keeps_its_links() {
        let given = "<p>See <a href=\"https://x.org/a?b=c\">this</a></p>";
        let body = compose(None, Some(given), None);
        assert!(
            text(&body).contains("See") && text(&body).contains("https://x.org/a?b=c"),
            "{body:?}"
        );
        assert_eq!(html(&body), given);
        let body = compose(Some(""), Some("<p>x</p>"), None);
        assert_eq!(text(&body).trim(), "x");
    }

    #[test]
    fn a_plain_signature_follows_both_parts() {
        let body = compose(
            Some("Hi"),
            Some("<html><body><p>Hi</p></BODY></html>"),
            Some("Anna & <Co>\n<a@x.org>\n"),
        );
        assert_eq!(text(&body), "Hi\n-- \nAnna & <Co>\n<a@x.org>\n");
        let html = html(&body);
        assert!(
            html.starts_with("<html><body><p>Hi</p>\n<div class=\"signature\">"),
            "{html}"
        );
        assert!(html.ends_with("</div>\n</BODY></html>"), "{html}");
    }

    #[test]
    fn an_html_signature_becomes_text_below_text() {
        let signature = "<b>Anna</b><br><a href=\"https://x.org\">web</a>";
        let body = compose(Some("Hi\n"), None, Some(signature));
        let shown = text(&body);
        assert!(shown.starts_with("Hi\n-- \n"), "{shown}");
        assert!(
            shown.contains("https://x.org") && !shown.contains('<'),
            "{shown}"
        );
        let body = compose(None, Some("<p>Hi</p>"), Some("<b>Anna</b>"));
        assert_eq!(
            html(&body),
            "<p>Hi</p>\n<div class=\"signature\"><b>Anna</b></div>\n"
        );
    }
}
