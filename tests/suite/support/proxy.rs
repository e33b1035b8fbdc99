//! The network between a page and the gateway, as far as a process can play it: it stalls, swallows, slows, delays,
//! closes one direction, and breaks off.

use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What becomes of the bytes of one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Open,
    /// Taken from the sender and lost: a cut behind something that still acknowledges.
    Lost,
    /// Not taken from the sender either: its window closes.
    Stalled,
    /// So many bytes a second.
    Slow(u64),
    /// Each later by so much.
    Delayed(Duration),
}

/// What becomes of both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Flows {
        up: Flow,
        down: Flow,
    },
    /// RST on both sides.
    Reset,
    /// The page sends no more (FIN), and can still read.
    HalfClosed,
}

/// A way to a gateway.
pub struct Proxy {
    /// Where it listens.
    pub address: String,
    way: watch::Sender<Way>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    pub async fn to(gateway: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let gateway = gateway.to_owned();
        let open = Way::Flows {
            up: Flow::Open,
            down: Flow::Open,
        };
        let (way, changes) = watch::channel(open);
        let accepting = tokio::spawn(async move {
            while let Ok((page, _)) = listener.accept().await {
                let server = TcpStream::connect(&gateway).await.unwrap();
                tokio::spawn(carry(page, server, changes.clone()));
            }
        });
        Self {
            address,
            way,
            accepting,
        }
    }

    /// The same for both directions.
    pub fn both(&self, flow: Flow) {
        self.flows(flow, flow);
    }

    /// `up` to the gateway, `down` to the page.
    pub fn flows(&self, up: Flow, down: Flow) {
        self.way.send_replace(Way::Flows { up, down });
    }

    pub fn reset(&self) {
        self.way.send_replace(Way::Reset);
    }

    pub fn half_close(&self) {
        self.way.send_replace(Way::HalfClosed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(page: TcpStream, server: TcpStream, way: watch::Receiver<Way>) {
    page.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (from_page, to_page) = page.into_split();
    let (from_server, to_server) = server.into_split();
    let up = pump(from_page, to_server, way.clone(), |way| match way {
        Way::Flows { up, .. } => Some(up),
        Way::Reset | Way::HalfClosed => None,
    });
    let down = pump(from_server, to_page, way.clone(), |way| match way {
        Way::Flows { down, .. } => Some(down),
        Way::HalfClosed => Some(Flow::Open),
        Way::Reset => None,
    });
    let ends = tokio::join!(up, down);
    if *way.borrow() == Way::Reset {
        for half in [&ends.0, &ends.1] {
            let socket: &TcpStream = half.as_ref();
            SockRef::from(socket)
                .set_linger(Some(Duration::ZERO))
                .unwrap();
        }
    }
}

/// Carries one direction to its end, and hands back the side that it read from.
async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut way: watch::Receiver<Way>,
    flow: fn(Way) -> Option<Flow>,
) -> OwnedReadHalf {
    let mut bytes = vec![0; 16 << 10];
    loop {
        let now = *way.borrow_and_update();
        let Some(flow) = flow(now) else {
            break;
        };
        let room = match flow {
            Flow::Stalled => 0,
            Flow::Slow(_) => 1,
            Flow::Open | Flow::Lost | Flow::Delayed(_) => bytes.len(),
        };
        let count = tokio::select! {
            read = from.read(&mut bytes[..room]), if room > 0 => read.unwrap_or(0),
            changed = way.changed() => match changed {
                Ok(()) => continue,
                Err(_) => break,
            },
        };
        if flow == Flow::Lost {
            if count == 0 {
                // Nobody hears of the end either.
                let _ = way.changed().await;
            }
            continue;
        }
        match flow {
            Flow::Slow(rate) => tokio::time::sleep(Duration::from_secs(1) / rate as u32).await,
            Flow::Delayed(time) => tokio::time::sleep(time).await,
            Flow::Open | Flow::Lost | Flow::Stalled => {}
        }
        let reset = async {
            // Nobody is left to say so: the test is over.
            let _ = way.wait_for(|way| *way == Way::Reset).await;
        };
        let written = tokio::select! {
            written = to.write_all(&bytes[..count]) => written.is_ok() && count > 0,
            () = reset => false,
        };
        if !written {
            break;
        }
    }
    if *way.borrow() == Way::Reset {
        to.forget();
    } else {
        let _ = to.shutdown().await;
    }
    from
}
