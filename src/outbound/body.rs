//! The text parts of a mail, with download links and the signature in their places.

use std::borrow::Cow;

use super::downloads::{self, Download};
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

/// Puts together what the caller gave, the download links, and the identity's signature, which is HTML if it holds tags.
/// An empty part counts as none when there is the other one; without a text part it is made from the HTML.
pub(super) fn compose<'a>(
    text: Option<&'a str>,
    html: Option<&'a str>,
    downloads: &[Download],
    signature: Option<&'a str>,
) -> Body<'a> {
    let html = html.filter(|html| !html.is_empty());
    let text: Cow<'a, str> = match (text.filter(|text| !text.is_empty()), html) {
        (Some(text), _) => text.into(),
        (None, Some(html)) => text_of(html).into(),
        (None, None) => "".into(),
    };
    let mut texts = vec![text];
    let mut additions = Pieces::new();
    if !downloads.is_empty() {
        add_downloads(&mut texts, downloads);
        if html.is_some() {
            additions.push(downloads::html(downloads).into());
        }
    }
    let signature = signature
        .map(str::trim_end)
        .filter(|signature| !signature.is_empty());
    if let Some(signature) = signature {
        let (plain, rich): (Cow<'a, str>, Cow<'a, str>) = if has_tags(signature) {
            let plain = text_of(signature).trim_end().to_owned();
            (plain.into(), signature.into())
        } else {
            (signature.into(), escaped(signature).into())
        };
        sign_text(&mut texts, plain);
        additions.extend([
            "\n<div class=\"signature\">".into(),
            rich,
            "</div>\n".into(),
        ]);
    }
    Body {
        text: texts,
        html: html.map(|html| with_additions(html, additions)),
    }
}

fn add_downloads(text: &mut Pieces<'_>, downloads: &[Download]) {
    end_line(text);
    if text.iter().any(|piece| !piece.is_empty()) {
        text.push("\n".into());
    }
    text.push(downloads::text(downloads).into());
}

fn sign_text<'a>(text: &mut Pieces<'a>, signature: Cow<'a, str>) {
    end_line(text);
    text.extend(["-- \n".into(), signature, "\n".into()]);
}

fn end_line(text: &mut Pieces<'_>) {
    let last = text.iter().rev().find(|piece| !piece.is_empty());
    if last.is_some_and(|last| !last.ends_with('\n')) {
        text.push("\n".into());
    }
}

/// Below the body: before the end of a whole document, else at the end of a fragment.
fn with_additions<'a>(html: &'a str, additions: Pieces<'a>) -> Pieces<'a> {
    if additions.is_empty() {
        return vec![html.into()];
    }
    let end = last_end_tag(html, "body")
        .or_else(|| last_end_tag(html, "html"))
        .unwrap_or(html.len());
    let (above, below) = html.split_at(end);
    let mut pieces = vec![above.into()];
    pieces.extend(additions);
    pieces.push(below.into());
    pieces
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
        let body = compose(Some("  a\n\nb\r\nc\rd \n"), None, &[], None);
        assert_eq!(text(&body), "  a\n\nb\r\nc\rd \n");
        assert!(body.html.is_none());
    }

    #[test]
    fn html_alone_gets_a_text_that_keeps_its_links() {
        let given = "<p>See <a href=\"https://x.org/a?b=c\">this</a></p>";
        let body = compose(None, Some(given), &[], None);
        assert!(
            text(&body).contains("See") && text(&body).contains("https://x.org/a?b=c"),
            "{body:?}"
        );
        assert_eq!(html(&body), given);
        let body = compose(Some(""), Some("<p>x</p>"), &[], None);
        assert_eq!(text(&body).trim(), "x");
    }

    #[test]
    fn a_plain_signature_follows_both_parts() {
        let body = compose(
            Some("Hi"),
            Some("<html><body><p>Hi</p></BODY></html>"),
            &[],
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
        let body = compose(Some("Hi\n"), None, &[], Some(signature));
        let shown = text(&body);
        assert!(shown.starts_with("Hi\n-- \n"), "{shown}");
        assert!(
            shown.contains("https://x.org") && !shown.contains('<'),
            "{shown}"
        );
        let body = compose(None, Some("<p>Hi</p>"), &[], Some("<b>Anna</b>"));
        assert_eq!(
            html(&body),
            "<p>Hi</p>\n<div class=\"signature\"><b>Anna</b></div>\n"
        );
    }

    #[test]
    fn download_links_stand_between_body_and_signature_in_both_parts() {
        let links = [Download {
            name: "<b> & \"c\".pdf".to_owned(),
            size: Some(1536),
            url: "https://x.org/egroupware/share.php/T".to_owned(),
            last_day: Some("2026-12-24".to_owned()),
            has_password: true,
            max_downloads: Some(3),
        }];
        let below = "Download links:\n\n<b> & \"c\".pdf (1.5 KiB)\nhttps://x.org/egroupware/share.php/T\n\
             valid until 2026-12-24, password required, at most 3 downloads\n\n";
        let body = compose(Some("Hi"), Some("<p>Hi</p></body>"), &links, Some("Anna"));
        assert_eq!(text(&body), format!("Hi\n\n{below}-- \nAnna\n"));
        let html = html(&body);
        let (above, rest) = html
            .split_once("\n<div class=\"downloads\"")
            .expect("links");
        assert_eq!(above, "<p>Hi</p>");
        let (links_html, signature) = rest
            .split_once("\n<div class=\"signature\">")
            .expect("signature");
        assert_eq!(signature, "Anna</div>\n</body>");
        for part in [
            "<a href=\"https://x.org/egroupware/share.php/T\"",
            ">&lt;b&gt; &amp; &quot;c&quot;.pdf</a> (1.5 KiB)",
            "valid until 2026-12-24, password required, at most 3 downloads",
        ] {
            assert!(links_html.contains(part), "{links_html}");
        }
        let body = compose(Some("Hi\n"), None, &links, None);
        assert_eq!(text(&body), format!("Hi\n\n{below}"));
        assert!(body.html.is_none());
        let body = compose(None, None, &links, None);
        assert_eq!(text(&body), below);
        let body = compose(None, Some("<p>Hi</p>"), &links, None);
        assert_eq!(text(&body).trim_start(), format!("Hi\n\n{below}"));
    }
}
