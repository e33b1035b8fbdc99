//! Where the gateway listens, and under which addresses it is reached.

use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use url::Url;

use super::StartError;
use crate::config::{Config, Listen};
use crate::http::origin::Origins;
use crate::http::public_url::PublicUrl;
use crate::http::share_host::ShareHost;

/// Connections that wait to be accepted: a storm of reconnects must not be refused.
const BACKLOG: i32 = 4096;

/// Sockets that are bound already.
#[derive(Default)]
pub struct Listeners {
    pub tcp: Vec<TcpListener>,
    pub unix: Vec<(UnixListener, PathBuf)>,
}

/// Binds every configured address.
///
/// # Errors
/// [`StartError::Listen`] naming the one that cannot be had.
pub fn bind(listen: &[Listen]) -> Result<Listeners, StartError> {
    let mut listeners = Listeners::default();
    for place in listen {
        let fail = |cause| StartError::Listen {
            address: place.to_string(),
            cause,
        };
        match place {
            Listen::Tcp(address) => {
                for address in address.to_socket_addrs().map_err(fail)? {
                    listeners.tcp.push(bind_tcp(address).map_err(fail)?);
                }
            }
            Listen::Unix(path) => {
                remove_stale(path).map_err(fail)?;
                listeners
                    .unix
                    .push((UnixListener::bind(path).map_err(fail)?, path.clone()));
            }
        }
    }
    Ok(listeners)
}

fn bind_tcp(address: SocketAddr) -> std::io::Result<TcpListener> {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Removes the socket of a process that is gone.
fn remove_stale(path: &Path) -> std::io::Result<()> {
    let Ok(metadata) = std::fs::symlink_metadata(path) else {
        return Ok(());
    };
    let dead = metadata.file_type().is_socket() && UnixStream::connect(path).is_err();
    if dead {
        std::fs::remove_file(path)
    } else {
        Ok(())
    }
}

impl Listeners {
    fn tcp_addresses(&self) -> Vec<SocketAddr> {
        self.tcp
            .iter()
            .filter_map(|listener| listener.local_addr().ok())
            .collect()
    }
}

/// Under which addresses the gateway is known.
pub struct Places {
    /// What it listens on.
    pub addresses: Vec<String>,
    /// Where a browser opens it.
    pub url: String,
    /// What `Location` headers begin with.
    pub public_url: PublicUrl,
    /// Which origins are its own, or may open WebSockets.
    pub origins: Origins,
}

impl Places {
    /// What follows from the configuration and the ports that the system gave.
    pub fn of(config: &Config, listeners: &Listeners) -> Self {
        let tcp = listeners.tcp_addresses();
        let unix = listeners
            .unix
            .iter()
            .map(|(_, path)| format!("unix:{}", path.display()));
        let addresses = tcp.iter().map(ToString::to_string).chain(unix).collect();
        let without_end = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        let configured = config.server.public_url.as_ref().map(without_end);
        let listening = tcp
            .first()
            .map(|address| format!("http://{}", reachable(*address)));
        Self {
            addresses,
            url: format!(
                "{}/",
                configured.clone().or(listening.clone()).unwrap_or_default()
            ),
            public_url: PublicUrl {
                configured,
                base_path: config.server.base_path.clone(),
                shares: config.server.share_url.as_ref().map(without_end),
                listening: listening.unwrap_or_default(),
            },
            origins: origins(config, &tcp),
        }
    }
}

/// An address that a browser on this machine can open: "all addresses" is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn origins(config: &Config, tcp: &[SocketAddr]) -> Origins {
    let mut own = Vec::new();
    let public = config
        .server
        .public_url
        .as_ref()
        .map(|url| url.origin().ascii_serialization());
    own.extend(public.clone());
    for address in tcp {
        let port = address.port();
        if address.ip().is_loopback() {
            let names = ["localhost", "127.0.0.1", "[::1]"];
            own.extend(names.map(|name| with_port(name, port)));
        } else if !address.ip().is_unspecified() && public.is_none() {
            own.push(with_port(
                &SocketAddr::new(address.ip(), 0)
                    .to_string()
                    .replace(":0", ""),
                port,
            ));
        }
    }
    let shares = ShareHost::of(
        config.server.share_url.as_ref(),
        config.server.public_url.as_ref(),
    );
    let everywhere = tcp.is_empty() || tcp.iter().any(|address| address.ip().is_unspecified());
    Origins {
        own,
        hosts: config.server.allowed_origins.clone(),
        same_host: public.is_none() && everywhere,
        shares,
    }
}

/// An origin, without the port that is understood.
fn with_port(host: &str, port: u16) -> String {
    if port == 80 {
        format!("http://{host}")
    } else {
        format!("http://{host}:{port}")
    }
}
