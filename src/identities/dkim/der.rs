//! The few ASN.1 structures (DER) around keys.

/// `AlgorithmIdentifier` of RSA: `rsaEncryption` without parameters.
const RSA: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
/// The object identifiers that PKCS#8 names kinds of keys with.
const RSA_ID: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const ED25519_ID: &[u8] = &[0x2b, 0x65, 0x70];

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// What kind of key a PKCS#8 document says that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Rsa,
    Ed25519,
    Other,
}

/// Puts an RSA private key (PKCS#1) into PKCS#8 (RFC 5208).
pub(super) fn pkcs8_of_rsa(pkcs1: &[u8]) -> Vec<u8> {
    let version = element(INTEGER, &[&[0]]);
    let key = element(OCTET_STRING, &[pkcs1]);
    element(SEQUENCE, &[&version, RSA, &key])
}

/// Puts an RSA public key (PKCS#1) into `SubjectPublicKeyInfo` (RFC 5280).
pub(super) fn public_key_info_of_rsa(pkcs1: &[u8]) -> Vec<u8> {
    let key = element(BIT_STRING, &[&[0], pkcs1]);
    element(SEQUENCE, &[RSA, &key])
}

/// Reads no further than the algorithm.
pub(super) fn kind_of_pkcs8(der: &[u8]) -> Option<Kind> {
    let (inside, _) = open(SEQUENCE, der)?;
    let (_, behind) = open(INTEGER, inside)?;
    let (algorithm, _) = open(SEQUENCE, behind)?;
    let (id, _) = open(OBJECT_ID, algorithm)?;
    Some(match id {
        RSA_ID => Kind::Rsa,
        ED25519_ID => Kind::Ed25519,
        _ => Kind::Other,
    })
}

fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let length: usize = contents.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            out.push(0x80 | (bytes.len() - zeros) as u8);
            out.extend_from_slice(&bytes[zeros..]);
        }
    }
    for part in contents {
        out.extend_from_slice(part);
    }
    out
}

/// The content of the element that `der` begins with, and what follows it.
fn open(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[found, first], rest) = der.split_first_chunk::<2>()?;
    if found != tag {
        return None;
    }
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if bytes.len() > size_of::<u32>() {
            return None;
        }
        let length = bytes
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        (length, rest)
    };
    rest.split_at_checked(length)
}
