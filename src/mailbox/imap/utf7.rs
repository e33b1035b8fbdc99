//! Modified UTF-7, in which IMAP servers write the names of folders (RFC 3501, 5.1.3).

use data_encoding::BASE64_NOPAD;

/// The name as the server knows it. All of it is ASCII, unless the name holds control characters.
#[must_use]
pub fn encode(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    let mut shifted: Vec<u8> = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            unshift(&mut shifted, &mut encoded);
            encoded.push(c);
            if c == '&' {
                encoded.push('-');
            }
        } else {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units);
            shifted.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    unshift(&mut shifted, &mut encoded);
    encoded
}

fn unshift(shifted: &mut Vec<u8>, encoded: &mut String) {
    if !shifted.is_empty() {
        let base64 = BASE64_NOPAD.encode(shifted).replace('/', ",");
        encoded.extend(["&", &base64, "-"]);
        shifted.clear();
    }
}

/// The name for people; `None` for what is no modified UTF-7.
#[must_use]
pub fn decode(name: &str) -> Option<String> {
    let mut decoded = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((plain, shifted)) = rest.split_once('&') {
        decoded.push_str(plain);
        let (base64, after) = shifted.split_once('-')?;
        if base64.is_empty() {
            decoded.push('&');
        } else {
            let bytes = BASE64_NOPAD
                .decode(base64.replace(',', "/").as_bytes())
                .ok()?;
            let (pairs, odd) = bytes.as_chunks::<2>();
            if !odd.is_empty() {
                return None;
            }
            let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
            for c in char::decode_utf16(units) {
                decoded.push(c.ok()?);
            }
        }
        rest = after;
    }
    decoded.push_str(rest);
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_written_as_the_standard_shows_them() {
        for (name, encoded) in [
            ("Sent", "Sent"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("R&D", "R&-D"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("a😀b", "a&2D3eAA-b"),
            ("&ü&", "&-&APw-&-"),
        ] {
            assert_eq!(encode(name), encoded);
            assert_eq!(decode(encoded).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_is_no_modified_utf_7_has_no_meaning() {
        for text in ["&", "&A", "&AP-", "&!!!!-", "&2D0-", "a&APw"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_name_is_read_as_it_was_written(name in "\\PC*") {
            let encoded = encode(&name);
            prop_assert!(encoded.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{encoded:?}");
            prop_assert_eq!(decode(&encoded), Some(name));
        }

        #[test]
        fn no_text_makes_decoding_panic(text in "[&A-Za-z0-9,+/ü-]*") {
            let _ = decode(&text);
        }
    }
}
