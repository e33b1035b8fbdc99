//! An image that HTML carries in itself: `data:image/png;base64,…` (RFC 2397).

use std::io::{self, Write};

/// Characters of a line of base64.
const LINE: usize = 76;
/// Lines written at a time.
const LINES: usize = 128;

/// The image, still as it stands in the HTML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Embedded<'a> {
    /// For instance `png`; fit for a header.
    subtype: &'a str,
    /// Base64, with white space and perhaps without padding.
    digits: &'a str,
    /// Digits without padding.
    count: usize,
}

impl<'a> Embedded<'a> {
    /// Reads a URL. `None`: it is none of an image in base64, or a damaged one.
    pub(super) fn of(url: &'a str) -> Option<Self> {
        let rest = strip(url.trim_ascii(), "data:image/")?;
        let (kind, digits) = rest.split_once(',')?;
        let (subtype, parameters) = kind.split_once(';')?;
        let is_base64 = parameters
            .rsplit(';')
            .next()
            .is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case("base64"));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte);
        if !is_base64 || subtype.is_empty() || subtype.len() > 64 || !subtype.bytes().all(is_plain)
        {
            return None;
        }
        let digits = digits.trim_ascii_end();
        let unpadded = digits.trim_end_matches('=');
        let count = unpadded
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .count();
        let all = unpadded.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'+' | b'/')
                || byte.is_ascii_whitespace()
        });
        let is_whole = count > 0 && count % 4 != 1 && digits.len() - unpadded.len() <= 2;
        (all && is_whole).then_some(Self {
            subtype,
            digits: unpadded,
            count,
        })
    }

    pub(super) fn media_type(&self) -> String {
        format!("image/{}", self.subtype.to_ascii_lowercase())
    }

    /// How a file of its type ends.
    pub(super) fn extension(&self) -> String {
        let subtype = self.subtype.to_ascii_lowercase();
        match subtype.as_str() {
            "jpeg" => "jpg".to_owned(),
            "svg+xml" => "svg".to_owned(),
            _ => subtype,
        }
    }

    /// Bytes that it takes as base64 in lines.
    pub(super) fn size(&self) -> u64 {
        let padded = self.count.div_ceil(4) * 4;
        (padded + padded.div_ceil(LINE) * 2) as u64
    }

    /// Writes it in lines, padded, in constant memory.
    pub(super) fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        let padding = self.count.div_ceil(4) * 4 - self.count;
        let digits = self
            .digits
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace());
        let mut digits = digits.chain(std::iter::repeat_n(b'=', padding)).peekable();
        let mut buffer = Vec::with_capacity(LINES * (LINE + 2));
        while digits.peek().is_some() {
            buffer.clear();
            for _ in 0..LINES {
                let before = buffer.len();
                buffer.extend(digits.by_ref().take(LINE));
                if buffer.len() > before {
                    buffer.extend_from_slice(b"\r\n");
                }
            }
            out.write_all(&buffer)?;
        }
        Ok(())
    }
}

fn strip<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let found = text.get(..start.len())?;
    found
        .eq_ignore_ascii_case(start)
        .then(|| &text[start.len()..])
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_whole_images_in_base64_are_taken() {
        for url in [
            "data:image/png;base64,",
            "data:image/png;base64,A",
            "data:image/png;base64,AAAA===",
            "data:image/png;base64,AA=A",
            "data:image/png;base64,AA%3D",
            "data:image/png;base64,AA&#61;",
            "data:image/png,AAAA",
            "data:image/png;base64;x=y,AAAA",
            "data:image/;base64,AAAA",
            "data:image/p\r\nX: y;base64,AAAA",
            "data:text/html;base64,AAAA",
            "https://x.org/data:image/png;base64,AAAA",
            "dätä:image/png;base64,AAAA",
            "",
        ] {
            assert!(Embedded::of(url).is_none(), "{url}");
        }
        let found = Embedded::of(" DATA:image/SVG+xml;charset=utf-8;Base64, AA \n\tA ").unwrap();
        assert_eq!(
            (found.media_type().as_str(), found.extension().as_str()),
            ("image/svg+xml", "svg")
        );
        let mut bytes = Vec::new();
        found.write_to(&mut bytes).unwrap();
        assert_eq!(bytes, b"AAA=\r\n");
    }

    proptest! {
        #[test]
        fn every_byte_of_an_image_is_kept(image in prop::collection::vec(any::<u8>(), 1..20_000)) {
            let encoded = BASE64.encode(&image);
            for encoded in [encoded.as_str(), encoded.trim_end_matches('=')] {
                let url = format!("data:image/png;base64,{encoded}");
                let found = Embedded::of(&url).unwrap();
                let mut bytes = Vec::new();
                found.write_to(&mut bytes).unwrap();
                prop_assert_eq!(bytes.len() as u64, found.size());
                prop_assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= LINE + 1));
                bytes.retain(|byte| !b"\r\n".contains(byte));
                prop_assert_eq!(BASE64.decode(&bytes).unwrap(), &image[..]);
            }
        }
    }
}
