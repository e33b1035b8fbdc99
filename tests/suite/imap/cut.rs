//! A way to an IMAP server that breaks off at a chosen moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// When nothing goes on any more.
#[derive(Clone, Copy)]
pub enum When {
    /// The server has taken a message; its yes is lost.
    Taken,
    /// So many bytes have gone to the server. The connection stays, silently, until the server ends it.
    Sent(usize),
}

pub struct Cut {
    pub port: u16,
    reached: Arc<AtomicBool>,
    accepting: JoinHandle<()>,
}

impl Cut {
    pub async fn to(server: u16, when: When) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let reached = Arc::new(AtomicBool::new(false));
        let noted = reached.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                tokio::spawn(carry(client, server, when, noted.clone()));
            }
        });
        Self {
            port,
            reached,
            accepting,
        }
    }

    pub fn url(&self) -> String {
        format!("imap://127.0.0.1:{}?user=ralf@example.test", self.port)
    }

    pub fn is_reached(&self) -> bool {
        self.reached.load(Ordering::SeqCst)
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(mut client: TcpStream, mut server: TcpStream, when: When, reached: Arc<AtomicBool>) {
    let (mut up, mut down) = (vec![0; 16 << 10], vec![0; 16 << 10]);
    let (mut sent, mut said) = (0, Vec::new());
    loop {
        let is_full = matches!(when, When::Sent(most) if sent >= most);
        if is_full {
            reached.store(true, Ordering::SeqCst);
        }
        tokio::select! {
            read = client.read(&mut up), if !is_full => match read {
                Ok(length) if length > 0 => {
                    sent += length;
                    if server.write_all(&up[..length]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
            read = server.read(&mut down) => match read {
                Ok(length) if length > 0 => {
                    said.extend_from_slice(&down[..length]);
                    let is_taken = said.windows(10).any(|word| word == b"[APPENDUID");
                    if matches!(when, When::Taken) && is_taken {
                        reached.store(true, Ordering::SeqCst);
                        return;
                    }
                    if client.write_all(&down[..length]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}
