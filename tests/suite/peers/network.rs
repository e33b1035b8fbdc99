//! The real thing: two hosts of the kernel's own making, and a cable between them that is cut, or loses packets.

use std::sync::Arc;
use std::time::Duration;

use quillgate::config::Listen;
use reqwest::Method;
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;

use crate::support::command::{House, Process};
use crate::support::network::{Network, SERVER};
use crate::support::people::{PASSWORD, basic};
use crate::support::proxy::{Flow, Proxy};
use crate::support::{Gateway, Page, eventually};

async fn gateway(heartbeat: Duration) -> Gateway {
    Gateway::with(|config| {
        config.server.listen = vec![Listen::Tcp(format!("{SERVER}:0"))];
        config.presence.heartbeat = heartbeat;
        config.presence.resume_grace = Duration::from_millis(500);
    })
    .await
}

/// Throws away what it opens.
async fn open_and_discard(page: &mut Page) {
    let offer = page.accept().await;
    page.say(json!({"type": "finished", "id": offer["id"], "state": "discarded"}))
        .await;
}

#[tokio::test]
async fn a_cut_cable_ends_the_session_and_a_mended_one_brings_the_page_back() {
    let Some(network) = Network::new() else {
        return;
    };
    let network = Arc::new(network);
    let hosts = network.clone();
    let at_the_server = async move || {
        let gateway = gateway(Duration::from_secs(1)).await;
        let holders = gateway.load.session_holders();
        let address = gateway.address.clone();
        let (connected, is_connected) = oneshot::channel();
        let client = hosts.client.inside(async move || {
            let mut page = Page::at(&address, "ralf", PASSWORD).await;
            open_and_discard(&mut page).await;
            connected.send(()).unwrap();
            // Awake again it hears nothing, until it says something: then, that there is no such connection.
            let mut lost = false;
            while !lost {
                lost = page.try_say(json!({"type": "ping"})).await.is_err()
                    || matches!(
                        tokio::time::timeout(Duration::from_millis(100), page.next()).await,
                        Ok(Err(_))
                    );
            }
            let mut page = Page::at(&address, "ralf", PASSWORD).await;
            open_and_discard(&mut page).await;
            page.close().await;
        });
        let draft = json!({"subject": "Hello"});
        let compose = async || gateway.post_json("ralf", "/mail/compose", &draft).await;
        let server = async {
            let sessions = async || gateway.load.sessions().await;
            eventually("the page is there", async || sessions().await == 1).await;
            assert_eq!(compose().await.status, 200);
            is_connected.await.unwrap();
            hosts.cut();
            eventually("the session is dropped", async || sessions().await == 0).await;
            eventually("its actor too", async || {
                gateway.load.session_holders() == holders
            })
            .await;
            let answer = compose().await;
            assert_eq!(answer.body["details"]["reason"], "offline");
            hosts.mend();
            eventually("the page is back", async || sessions().await == 1).await;
            assert_eq!(compose().await.status, 200);
        };
        tokio::join!(client, server);
        eventually("nothing is left", async || {
            let load = &gateway.load;
            (load.sessions().await, load.users(), load.tasks()) == (0, 0, 0)
        })
        .await;
    };
    network.server.inside(at_the_server).await;
}

#[tokio::test]
async fn composes_are_confirmed_over_a_slow_line_that_loses_packets() {
    let Some(network) = Network::new() else {
        return;
    };
    const COMPOSES: usize = 12;
    let network = Arc::new(network);
    let hosts = network.clone();
    let at_the_server = async move || {
        let gateway = gateway(Duration::from_secs(10)).await;
        let address = gateway.address.clone();
        let client = hosts.client.inside(async move || {
            let proxy = Proxy::to(&address).await;
            proxy.both(Flow::Delayed(Duration::from_millis(100)));
            let mut page = Page::at(&proxy.address, "ralf", PASSWORD).await;
            for _ in 0..COMPOSES {
                open_and_discard(&mut page).await;
            }
            // What it said last has arrived as well.
            page.say(json!({"type": "ping"})).await;
            page.next_of("pong").await;
        });
        let server = async {
            eventually("the page is there", async || {
                gateway.load.sessions().await == 1
            })
            .await;
            hosts.lose_every(20);
            let draft = json!({"subject": "Hello", "body": "x".repeat(3000)});
            for _ in 0..COMPOSES {
                let answer = gateway.post_json("ralf", "/mail/compose", &draft).await;
                assert_eq!(answer.status, 200, "{}", answer.text);
            }
            // Not for want of losses.
            assert!(hosts.lost() > 0);
        };
        tokio::join!(client, server);
    };
    network.server.inside(at_the_server).await;
}

/// More than the kernel keeps for both ends.
const SIZE: usize = 24 << 20;

/// Uploads a large file and returns its path.
async fn upload(server: &Process) -> String {
    let request = server.request(Method::POST, "ralf", "/mail/attachments/large");
    let answer = request.body(vec![b'x'; SIZE]).send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert!(status.is_redirection() || status.is_success(), "{body}");
    body["location"].as_str().unwrap().to_owned()
}

/// A download of which nothing is read but its beginning.
async fn paused_download(address: &str, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 << 10).unwrap();
    let mut stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let authorization = basic("ralf", "secret-ralf");
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {authorization}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 13];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 ");
    stream
}

#[tokio::test]
async fn the_kernel_gives_up_a_websocket_and_not_a_download() {
    let Some(network) = Network::new() else {
        return;
    };
    let network = Arc::new(network);
    let hosts = network.clone();
    let at_the_server = async move || {
        let more =
            format!("server.public_url = \"http://{SERVER}\"\npresence.heartbeat = \"1s\"\n");
        let house = House::inhabited(&more);
        let server = house.serve_with(&["serve", "--listen", &format!("{SERVER}:0")]);
        let address = server.address();
        let port: u16 = address.rsplit(':').next().unwrap().parse().unwrap();
        let path = upload(&server).await;
        let (ports, known) = oneshot::channel();
        let (go_on, wait) = oneshot::channel::<()>();
        let client = hosts.client.inside(async move || {
            let download = &mut paused_download(&address, &path).await;
            let mut page = Page::at(&address, "ralf", "secret-ralf").await;
            ports
                .send((page.local_port(), download.local_addr().unwrap().port()))
                .unwrap();
            // The page reads on, the download does not.
            tokio::select! {
                _ = wait => {}
                _ = async { while page.next_whenever().await.is_ok() {} } => panic!("heard of it"),
            }
            let mut rest = Vec::new();
            download.read_to_end(&mut rest).await.unwrap();
            rest.iter().filter(|byte| **byte == b'x').count()
        });
        let kernel = async {
            let (page, download) = known.await.unwrap();
            let waiting = |peer| hosts.server.unacknowledged(port, peer);
            eventually("the download is stuck", async || {
                waiting(download) > Some(0)
            })
            .await;
            hosts.cut();
            let draft = json!({"subject": "Hello"});
            let compose = server.request(Method::POST, "ralf", "/mail/compose");
            let compose = tokio::spawn(compose.json(&draft).send());
            eventually("the offer is on its way", async || waiting(page) > Some(0)).await;
            // From here on the process does nothing: whoever ends the connection, it is the kernel.
            server.signal(Signal::STOP);
            eventually("the kernel gives up", async || waiting(page).is_none()).await;
            assert!(waiting(download) > Some(0));
            server.signal(Signal::CONT);
            hosts.mend();
            let answer = compose.await.unwrap().unwrap();
            assert_eq!(answer.status(), 404);
            go_on.send(()).unwrap();
        };
        let (whole, ()) = tokio::join!(client, kernel);
        assert!(whole >= SIZE, "{whole}");
    };
    network.server.inside(at_the_server).await;
}
