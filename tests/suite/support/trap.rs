//! A listener that nobody should ever reach.

use std::sync::{Arc, Mutex};

use tokio::io::AsyncReadExt;

/// Keeps what comes: a request that leaves the page ends here.
pub struct Trap {
    pub url: String,
    visitors: Arc<Mutex<Vec<String>>>,
}

impl Trap {
    pub async fn set() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let visitors = Arc::new(Mutex::new(Vec::new()));
        let seen = visitors.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let place = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(String::new());
                    seen.len() - 1
                };
                let seen = seen.clone();
                tokio::spawn(async move {
                    let mut request = vec![0; 4096];
                    let length = stream.read(&mut request).await.unwrap_or(0);
                    seen.lock().unwrap()[place] += &String::from_utf8_lossy(&request[..length]);
                });
            }
        });
        Self { url, visitors }
    }

    /// Every connection, with what was sent on it.
    pub fn visitors(&self) -> Vec<String> {
        self.visitors.lock().unwrap().clone()
    }

    /// Those of them that sent something.
    pub fn requests(&self) -> Vec<String> {
        self.visitors()
            .into_iter()
            .filter(|sent| !sent.is_empty())
            .collect()
    }
}
