//! A push service that takes messages and says what it is told to, and a browser that can read them. Both are written
//! against the RFCs and not with the gateway's own code.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::SystemRandom;
use ring::signature::{self, ECDSA_P256_SHA256_FIXED};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A message as it reached the push service.
#[derive(Debug)]
pub struct Delivery {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

pub struct PushService {
    port: u16,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    received: tokio::sync::Mutex<mpsc::UnboundedReceiver<Delivery>>,
}

impl PushService {
    /// Takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answers: Arc<Mutex<VecDeque<&'static str>>> = Arc::default();
        let (arrived, received) = mpsc::unbounded_channel();
        let script = answers.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = script.lock().unwrap().pop_front();
                let answer = answer.unwrap_or("201 Created\r\n");
                tokio::spawn(take(stream, answer, arrived.clone()));
            }
        });
        Self {
            port,
            answers,
            received: tokio::sync::Mutex::new(received),
        }
    }

    /// What the next message is answered with: a status line, perhaps with headers.
    pub fn will_say(&self, answer: &'static str) {
        self.answers.lock().unwrap().push_back(answer);
    }

    /// Where a browser is reached.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/push/of-this-browser", self.port)
    }

    /// The next message.
    pub async fn next(&self) -> Delivery {
        let mut received = self.received.lock().await;
        let next = tokio::time::timeout(PATIENCE, received.recv()).await;
        next.expect("a push message").unwrap()
    }

    /// What the signature of a message claims (RFC 8292), if it is that of the key.
    pub fn verified(&self, delivery: &Delivery, public_key: &str) -> Value {
        let header = delivery.headers["authorization"]
            .strip_prefix("vapid t=")
            .unwrap();
        let (token, key) = header.split_once(", k=").unwrap();
        assert_eq!(key, public_key);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
        signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key))
            .verify(signed.as_bytes(), &decode(signature))
            .expect("the signature of the key");
        let (header, claims) = signed.split_once('.').unwrap();
        let header: Value = serde_json::from_slice(&decode(header)).unwrap();
        assert_eq!(header, json!({"typ": "JWT", "alg": "ES256"}));
        serde_json::from_slice(&decode(claims)).unwrap()
    }
}

async fn take(
    mut stream: TcpStream,
    answer: &str,
    arrived: mpsc::UnboundedSender<Delivery>,
) -> Option<()> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Some(at) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break at;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers["content-length"].parse().unwrap();
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length {
        stream.read_buf(&mut body).await.ok()?;
    }
    let _ = arrived.send(Delivery {
        path,
        headers,
        body,
    });
    let answer = format!("HTTP/1.1 {answer}Content-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.ok()
}

/// A browser's end of a subscription. It can read one message: `ring` uses a key once.
pub struct Subscriber {
    private: EphemeralPrivateKey,
    public: Vec<u8>,
    auth: [u8; 16],
}

impl Subscriber {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &random).unwrap();
        let auth = ring::rand::generate::<[u8; 16]>(&random).unwrap().expose();
        Self {
            public: private.compute_public_key().unwrap().as_ref().to_vec(),
            private,
            auth,
        }
    }

    /// As `PushSubscription.toJSON()` gives it.
    pub fn subscription(&self, endpoint: &str) -> Value {
        json!({
            "endpoint": endpoint,
            "expirationTime": null,
            "keys": {
                "p256dh": BASE64URL_NOPAD.encode(&self.public),
                "auth": BASE64URL_NOPAD.encode(&self.auth),
            },
        })
    }

    /// Reads a message (RFC 8188, section 2.1, and RFC 8291, section 3.4).
    pub fn read(self, body: &[u8]) -> Value {
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert!(u32::from_be_bytes(size.try_into().unwrap()) as usize >= rest.len());
        let (sender, record) = rest[1..].split_at(usize::from(rest[0]));
        let peer = UnparsedPublicKey::new(&ECDH_P256, sender);
        let Self {
            private,
            public,
            auth,
        } = self;
        let secret = agree_ephemeral(private, &peer, |shared| {
            derived::<32>(&auth, shared, &[b"WebPush: info\0", &public, sender])
        });
        let secret = secret.unwrap();
        let key: [u8; 16] = derived(salt, &secret, &[b"Content-Encoding: aes128gcm\0"]);
        let nonce: [u8; 12] = derived(salt, &secret, &[b"Content-Encoding: nonce\0"]);
        let mut record = record.to_vec();
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let text = key
            .open_in_place(
                Nonce::assume_unique_for_key(nonce),
                Aad::empty(),
                &mut record,
            )
            .expect("a message for this browser");
        let (last, text) = text.split_last().unwrap();
        assert_eq!(*last, 2, "the last record ends so");
        serde_json::from_slice(text).unwrap()
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derived<const N: usize>(salt: &[u8], from: &[u8], info: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    let key = Salt::new(HKDF_SHA256, salt).extract(from);
    key.expand(info, Length(N)).unwrap().fill(&mut out).unwrap();
    out
}
