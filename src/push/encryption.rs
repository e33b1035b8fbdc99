//! Messages that only the subscribed browser can read (RFC 8291), as one record of `aes128gcm` (RFC 8188).

use data_encoding::BASE64URL_NOPAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::{SecureRandom, SystemRandom};

/// An uncompressed point of P-256.
const POINT: usize = 65;
const AUTH: usize = 16;
const SALT: usize = 16;
/// What one record may hold, which is what every push service takes (RFC 8291, section 4).
const RECORD_SIZE: u32 = 4096;
/// Ends the last record.
const LAST: u8 = 2;

/// What a browser has told of itself: whom a message is for.
#[derive(Clone, Debug)]
pub struct Receiver {
    public: Vec<u8>,
    auth: Vec<u8>,
}

/// A message that cannot be encrypted: the browser's key is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the subscription's key is not a point of P-256")]
pub struct NoKey;

impl From<Unspecified> for NoKey {
    fn from(_: Unspecified) -> Self {
        Self
    }
}

/// A length of key material.
#[derive(Clone, Copy)]
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Receiver {
    /// `p256dh` and `auth` as `PushSubscription.toJSON()` gives them: base64url, with or without padding.
    pub fn parse(p256dh: &str, auth: &str) -> Option<Self> {
        let decode = |text: &str| {
            BASE64URL_NOPAD
                .decode(text.trim_end_matches('=').as_bytes())
                .ok()
        };
        let receiver = Self {
            public: decode(p256dh)?,
            auth: decode(auth)?,
        };
        let lengths = receiver.public.len() == POINT && receiver.auth.len() == AUTH;
        // A point beside the curve is found by using it.
        (lengths && receiver.encrypt(b"").is_ok()).then_some(receiver)
    }

    /// The body of a push message.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn encrypt(&self, text: &[u8]) -> Result<Vec<u8>, NoKey> {
        let random = SystemRandom::new();
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
        let public = private.compute_public_key()?;
        let mut salt = [0; SALT];
        random.fill(&mut salt)?;
        let peer = UnparsedPublicKey::new(&ECDH_P256, &self.public);
        let sealed = agree_ephemeral(private, &peer, |shared| {
            self.seal(shared, public.as_ref(), &salt, text)
        })?;
        Ok(sealed?)
    }

    fn seal(
        &self,
        shared: &[u8],
        sender: &[u8],
        salt: &[u8],
        text: &[u8],
    ) -> Result<Vec<u8>, Unspecified> {
        let mut secret = [0; 32];
        let both = Salt::new(HKDF_SHA256, &self.auth).extract(shared);
        derive(
            &both,
            &[b"WebPush: info\0", &self.public, sender],
            &mut secret,
        )?;
        let derived = Salt::new(HKDF_SHA256, salt).extract(&secret);
        let mut key = [0; 16];
        derive(&derived, &[b"Content-Encoding: aes128gcm\0"], &mut key)?;
        let mut nonce = [0; NONCE_LEN];
        derive(&derived, &[b"Content-Encoding: nonce\0"], &mut nonce)?;
        let mut record = [text, &[LAST]].concat();
        LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?).seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut record,
        )?;
        let sender_length = u8::try_from(sender.len()).map_err(|_| Unspecified)?;
        Ok([
            salt,
            &RECORD_SIZE.to_be_bytes(),
            &[sender_length],
            sender,
            &record,
        ]
        .concat())
    }
}

fn derive(from: &Prk, info: &[&[u8]], into: &mut [u8]) -> Result<(), Unspecified> {
    from.expand(info, Length(into.len()))?.fill(into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
    }

    const PUBLIC: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH_SECRET: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    #[test]
    fn the_example_of_rfc_8291_comes_out_byte_for_byte() {
        let receiver = Receiver::parse(PUBLIC, AUTH_SECRET).unwrap();
        let sealed = receiver.seal(
            &bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs"),
            &bytes("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"),
            &bytes("DGv6ra1nlYgDCS1FRnbzlw"),
            b"When I grow up, I want to be a watermelon",
        );
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
             EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(BASE64URL_NOPAD.encode(&sealed.unwrap()), expected);
    }

    #[test]
    fn keys_that_are_none_are_told() {
        assert!(Receiver::parse(&format!("{PUBLIC}="), AUTH_SECRET).is_some());
        let beside = BASE64URL_NOPAD.encode(&[4; POINT]);
        for (public, auth) in [
            (beside.as_str(), AUTH_SECRET),
            ("", AUTH_SECRET),
            (PUBLIC, "BTBZ"),
            (PUBLIC, ""),
            ("!", "!"),
        ] {
            assert!(Receiver::parse(public, auth).is_none(), "{public} {auth}");
        }
    }
}
