//! Character references in attributes.

use std::borrow::Cow;

use mail_parser::decoders::html::add_html_token;

/// Bytes of the longest reference that is looked for, with `&` and `;`.
const REFERENCE_MAX: usize = 32;

/// The text with every `&name;` and `&#number;` replaced that is known. Others stay, so an `&` in a URL does.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let mut decoded = String::with_capacity(text.len());
    decoded.push_str(&text[..first]);
    let mut rest = &text[first..];
    while !rest.is_empty() {
        match reference(rest) {
            Some(reference) => {
                add_html_token(&mut decoded, reference.as_bytes(), false);
                rest = &rest[reference.len()..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
        let next = rest.find('&').unwrap_or(rest.len());
        decoded.push_str(&rest[..next]);
        rest = &rest[next..];
    }
    Cow::Owned(decoded)
}

/// The reference that a text, which begins with `&`, begins with.
fn reference(text: &str) -> Option<&str> {
    let end = text.bytes().take(REFERENCE_MAX).position(|b| b == b';')?;
    let inside = &text[1..end];
    let name = inside.strip_prefix('#').unwrap_or(inside);
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_and_ampersands_stay() {
        for (given, decoded) in [
            ("", ""),
            ("a&b=c&d", "a&b=c&d"),
            ("a&amp;b&#38;c&#x26;d", "a&b&c&d"),
            ("&uuml;&euro;&", "ü€&"),
            ("&;&#;&amp", "&;&#;&amp"),
            ("&amp;amp;", "&amp;"),
        ] {
            assert_eq!(decode(given), decoded, "{given}");
        }
    }
}
