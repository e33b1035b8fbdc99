use ring::signature::{ED25519, UnparsedPublicKey};

use super::*;

/// RFC 8463, A.2: the private key `nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=` as PKCS#8.
const ED25519_PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
    -----END PRIVATE KEY-----\n";

#[test]
fn the_key_of_rfc_8463_has_its_public_half() {
    let der = pkcs8_of_pem(ED25519_PEM).unwrap();
    let key = PrivateKey::from_pkcs8(&der).unwrap();
    assert_eq!(key.algorithm().to_string(), "ed25519-sha256");
    assert_eq!(
        key.public_key(),
        "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    );
    assert_eq!(format!("{key:?}"), "PrivateKey(ed25519-sha256)");
}

#[test]
fn a_generated_key_signs_the_digest() {
    let key = PrivateKey::from_pkcs8(&generate().unwrap()).unwrap();
    let signature = key.sign(b"data").unwrap();
    assert_eq!(signature.len(), key.signature_len());
    let public = BASE64.decode(key.public_key().as_bytes()).unwrap();
    UnparsedPublicKey::new(&ED25519, public)
        .verify(&Sha256::digest(b"data"), &signature)
        .unwrap();
}

#[test]
fn what_is_no_usable_key_says_why() {
    let wrong = |text: &str| match pkcs8_of_pem(text) {
        Err(why) => why,
        Ok(der) => PrivateKey::from_pkcs8(&der).unwrap_err(),
    };
    assert_eq!(wrong(""), KeyError::NotPem);
    assert_eq!(
        wrong("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        KeyError::NotPem
    );
    assert_eq!(
        wrong("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"),
        KeyError::Encrypted
    );
    assert_eq!(
        wrong(
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----"
        ),
        KeyError::Encrypted
    );
    assert_eq!(
        wrong("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----"),
        KeyError::OtherKind
    );
    // An X25519 key, which only encrypts.
    assert_eq!(
        wrong(&ED25519_PEM.replace("K2Vw", "K2Vu")),
        KeyError::OtherKind
    );
    for damaged in [
        ED25519_PEM.replace("MC4C", "M*4C"),
        ED25519_PEM.replace("MC4C", "MC8C"),
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----".to_owned(),
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----".to_owned(),
    ] {
        assert!(matches!(wrong(&damaged), KeyError::Damaged(_)), "{damaged}");
    }
}

#[test]
fn no_der_panics() {
    let der = pkcs8_of_pem(ED25519_PEM).unwrap();
    for at in 0..der.len() {
        let _ = PrivateKey::from_pkcs8(&der[..at]);
        for byte in [0, 0x7f, 0x80, 0x84, 0x88, 0xff] {
            let mut changed = der.to_vec();
            changed[at] = byte;
            let _ = PrivateKey::from_pkcs8(&changed);
        }
    }
}
