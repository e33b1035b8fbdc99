use std::io::Write as _;

use data_encoding::BASE64;
use proptest::prelude::*;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use super::*;
use crate::identities::dkim::private_key::{PrivateKey, generate};

fn key() -> SigningKey {
    SigningKey {
        domain: "example.org".into(),
        selector: "mail".into(),
        key: PrivateKey::from_pkcs8(&generate().unwrap()).unwrap(),
    }
}

/// The body in the form that is hashed, as RFC 6376 describes it rather than as it is done here.
fn canonical(body: &str) -> String {
    let lines = body.split("\r\n").map(|line| {
        let mut line = line.replace('\t', " ");
        while line.contains("  ") {
            line = line.replace("  ", " ");
        }
        line.trim_end_matches(' ').to_owned()
    });
    let text = lines.collect::<Vec<_>>().join("\r\n");
    let text = text.trim_end_matches("\r\n");
    if text.is_empty() {
        String::new()
    } else {
        format!("{text}\r\n")
    }
}

#[test]
fn the_signature_has_its_place_and_verifies() {
    let keys = [key(), key()];
    let header = b"Date: x\r\nFROM: a\r\n <a@x.org>\r\nSubject:  b \t c \r\nMIME-Version: 1.0\r\n";
    let signatures = Signatures::new(&keys, header, 1_795_340_000);
    let mut out = Vec::new();
    let written = signatures.write_before(&mut out, |out| {
        out.write_all(&header[..20])?;
        out.write_all(&header[20..])?;
        out.write_all(b"\r\nHello  \r\n\r\n")
    });
    let written = written.unwrap();
    assert_eq!(written.len() as u64, signatures.size());
    assert!(out[..written.len()].iter().all(|byte| *byte == b' '));
    assert!(out[written.len()..].starts_with(header));
    let text = String::from_utf8(written).unwrap();
    assert!(text.lines().all(|line| line.len() <= 78), "{text}");
    let bh = BASE64.encode(&Sha256::digest(b"Hello\r\n"));
    for (key, field) in keys.iter().zip(text.split("DKIM-Signature:").skip(1)) {
        let plain: String = field.split_ascii_whitespace().collect();
        let (unsigned, signature) = plain.split_once(";b=").unwrap();
        assert_eq!(
            unsigned,
            format!(
                "v=1;a=ed25519-sha256;c=relaxed/relaxed;d=example.org;s=mail;t=1795340000;\
                 h=From:From:Subject:Date:MIME-Version;bh={bh}"
            )
        );
        let data = format!(
            "from:a <a@x.org>\r\nsubject:b c\r\ndate:x\r\nmime-version:1.0\r\n\
             dkim-signature:v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=mail; t=1795340000; \
             h=From:From:Subject:Date:MIME-Version; bh={bh}; b="
        );
        let public = BASE64.decode(key.key.public_key().as_bytes()).unwrap();
        UnparsedPublicKey::new(&ED25519, public)
            .verify(
                &Sha256::digest(data.as_bytes()),
                &BASE64.decode(signature.as_bytes()).unwrap(),
            )
            .unwrap();
    }
}

#[test]
fn without_keys_nothing_is_put_in_front() {
    let signatures = Signatures::new(&[], b"From: a\r\n", 0);
    let mut out = Vec::new();
    let written = signatures.write_before(&mut out, |out| out.write_all(b"From: a\r\n\r\nx"));
    assert_eq!((written.unwrap().len(), signatures.size()), (0, 0));
    assert_eq!(out, b"From: a\r\n\r\nx");
}

proptest! {
    #[test]
    fn the_body_is_hashed_as_the_rfc_says(parts in prop::collection::vec("(\r\n|[ \ta.]){0,6}", 0..8)) {
        let mut body = Body::new(Sha256::new());
        for part in &parts {
            body.update(part.as_bytes());
        }
        let expected = Sha256::digest(canonical(&parts.concat()).as_bytes());
        prop_assert_eq!(body.finish().finalize(), expected);
    }
}
