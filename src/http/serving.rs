//! HTTP on the gateway's own kind of connection. `actix_web::HttpServer` puts the same services together, but gives
//! nobody a hold on a connection.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::time::Duration;

use actix_http::body::MessageBody;
use actix_http::{HttpService, Protocol, Request, Response};
use actix_server::{GracefulShutdownSignal, ServerBuilder};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, fn_service, map_config,
};
use actix_web::Error;
use actix_web::dev::{AppConfig, Extensions};
use actix_web::error::DispatchError;
use actix_web::rt::net::{TcpStream, UnixStream};

use super::connection::Connection;

/// How connections are served.
#[derive(Clone)]
pub struct Serving {
    /// From the first byte of a request to the end of its header.
    pub header_timeout: Duration,
    /// How long a connection may wait for its next request.
    pub keep_alive: Duration,
    /// How long the rest of a refused upload is read and dropped, so that its client gets to read why.
    pub linger: Duration,
    /// Puts into a new connection's data what its requests are to find there beside its
    /// [`Handle`](super::connection::Handle).
    pub on_connect: OnConnect,
}

/// See [`Serving::on_connect`].
pub type OnConnect = Arc<dyn Fn(&Connection, &mut Extensions) + Send + Sync>;

/// Where connections come from.
pub enum Listener {
    Tcp(TcpListener),
    /// Its peers are processes of this machine.
    Unix(UnixListener),
}

/// Serves what an application of `app` answers on every connection of a listener.
///
/// # Errors
/// Those of the listener.
pub fn listen<F, I, S, B>(
    builder: ServerBuilder,
    listener: Listener,
    serving: Serving,
    app: F,
) -> io::Result<ServerBuilder>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    let stop = builder.graceful_shutdown_signal();
    let service = move || service(app(), serving.clone(), stop.clone());
    match listener {
        Listener::Tcp(listener) => {
            let name = format!("http {}", listener.local_addr()?);
            builder.listen(name, listener, move || {
                fn_service(|stream: TcpStream| async {
                    let peer = stream.peer_addr().ok();
                    Ok::<_, DispatchError>((Connection::from(stream), Protocol::Http1, peer))
                })
                .and_then(service())
            })
        }
        Listener::Unix(listener) => {
            let name = format!("http {:?}", listener.local_addr()?);
            builder.listen_uds(name, listener, move || {
                fn_service(|stream: UnixStream| async {
                    Ok::<_, DispatchError>((Connection::from(stream), Protocol::Http1, None))
                })
                .and_then(service())
            })
        }
    }
}

fn service<I, S, B>(
    app: I,
    serving: Serving,
    stop: GracefulShutdownSignal,
) -> impl ServiceFactory<
    (Connection, Protocol, Option<SocketAddr>),
    Config = (),
    Response = (),
    Error = DispatchError,
    InitError = (),
>
where
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    let on_connect = serving.on_connect;
    let app = app
        .into_factory()
        .map_err(|error| error.into().error_response());
    HttpService::build()
        .graceful_shutdown_signal(move || {
            let stop = stop.clone();
            async move { stop.notified().await }
        })
        .client_request_timeout(serving.header_timeout)
        .client_disconnect_timeout(serving.linger)
        .keep_alive(serving.keep_alive)
        .on_connect_ext(move |connection: &Connection, data| {
            data.insert(connection.handle());
            on_connect(connection, data);
        })
        .finish(map_config(app, |()| AppConfig::default()))
}
