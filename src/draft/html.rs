//! HTML from callers: made safe for a page that shows it, and turned into text for the plain part of a mail.

/// Removes all that could run, load or deceive. Only for showing: what is sent stays as it was given.
#[must_use]
pub fn sanitise(html: &str) -> String {
    ammonia::clean(html)
}

/// The text of an HTML mail, every link's address kept.
#[must_use]
pub fn text_of(html: &str) -> String {
    html2text::from_read(html.as_bytes(), 76).unwrap_or_default()
}
