//! The application: one function builds it from a configuration, for `main` and for tests alike.

mod answering;
mod assets;
mod connections;
mod demo;
mod gate;
mod head;
mod mail_sign_in;
mod parts;
mod path;
mod places;
mod routes;
pub mod signals;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, web};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

pub use routes::{DEMO_URLS, SHARE_URLS, URLS, Url};

use crate::config::Config;
use crate::http::error::ApiError;
use crate::http::serving::{Listener, Serving, listen};
use crate::presence::registry::{Count, Shutdown};
use crate::push::PushError;
use crate::store::data_dir::{self, DataDirError, Lock};
use crate::store::sealed::{Keyring, SealError};
use crate::store::{Store, StoreError, changes};
use crate::telemetry::limits::Limits;
use assets::DemoMode;
use demo::Outbox;
use gate::GateSettings;
use head::HeadBounds;
use parts::Parts;
use places::Places;

/// How long requests in flight may take after the signal to stop.
const STOP_LIMIT: Duration = Duration::from_secs(30);
/// How long the rest of a refused upload is read and dropped, so that its client gets to read why. WebSockets do not
/// wait for it.
const LINGER: Duration = Duration::from_secs(5);
/// How much later than the connections' own watch the HTTP server itself gives up a header: it would say so without words.
const LATER: Duration = Duration::from_secs(5);

/// Why the server does not start. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    MasterKey(#[from] SealError),
    #[error(transparent)]
    Push(#[from] PushError),
    #[error(
        "cannot listen on {address}: {cause}; give another address with --listen or server.listen"
    )]
    Listen {
        address: String,
        cause: std::io::Error,
    },
    #[error("{what}: {cause}")]
    Disk {
        what: &'static str,
        cause: std::io::Error,
    },
}

/// What a start has beside the configuration.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The demo: where its mails go, shown in the browser.
    pub demo_outbox: Option<PathBuf>,
}

/// A server that listens.
pub struct Application {
    server: Server,
    places: Places,
    parts: Parts,
    tasks: Vec<JoinHandle<()>>,
    _lock: Lock,
}

impl Application {
    /// Opens the data directory and listens. It must run inside an actix `System`; `runtime` is the multi-threaded one
    /// that owns database and mail connections.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn build(
        config: Config,
        options: Options,
        runtime: Handle,
    ) -> Result<Self, StartError> {
        let data_dir = config.storage.data_dir.clone();
        data_dir::prepare(&data_dir)?;
        let lock = data_dir::lock(&data_dir)?;
        let keys = Keyring::open(&config.storage.master_key_file)?;
        let bounds = connections::Bounds::of(&config);
        signals::allow_many_files(bounds.sockets());
        let store = Store::open(&config.storage.database, runtime.clone()).await?;
        let (parts, mut tasks) = Parts::make(&config, &store, &keys).await?;
        let follow = changes::follow(&store, &data_dir);
        tasks.push(follow.map_err(|cause| StartError::Disk {
            what: "the data directory takes no socket",
            cause,
        })?);
        let (server, places) = serve(&config, &options, &parts)?;
        Ok(Self {
            server,
            places,
            parts,
            tasks,
            _lock: lock,
        })
    }

    /// What it listens on: `127.0.0.1:8080`, `unix:/path`.
    pub fn addresses(&self) -> &[String] {
        &self.places.addresses
    }

    /// Where a browser opens it.
    pub fn url(&self) -> String {
        self.places.url.clone()
    }

    /// What is in memory for composes, presence and mails; tests see it come down again.
    pub fn load(&self) -> Load {
        Load {
            parts: self.parts.clone(),
        }
    }

    /// Serves until `stop` is ready, then ends in order: sessions are told when to come back, requests in flight end,
    /// mails under way too, and what is not written yet is written.
    ///
    /// # Errors
    /// Those of the sockets.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> std::io::Result<()> {
        let Self {
            server,
            parts,
            tasks,
            ..
        } = self;
        let handle = server.handle();
        let serving = actix_web::rt::spawn(server);
        stop.await;
        tracing::info!("stopping");
        end(&handle, &parts).await;
        for task in tasks {
            task.abort();
        }
        parts.composes.flush().await;
        parts.share_page.flush().await;
        parts.recipients.flush().await;
        serving.await.map_err(std::io::Error::other)?
    }
}

async fn end(server: &ServerHandle, parts: &Parts) {
    // While the sessions still listen.
    parts.composes.stop();
    parts.mailer.sends.stop();
    // A graceful stop waits for every open socket.
    if parts.registry.send(Shutdown).await.is_err() {
        tracing::warn!("the registry is gone already");
    }
    server.stop(true).await;
    parts.tracker.close();
    if tokio::time::timeout(STOP_LIMIT, parts.tracker.wait())
        .await
        .is_err()
    {
        tracing::warn!(
            tasks = parts.tracker.len(),
            "stopped before everything under way had ended"
        );
    }
}

/// See [`Application::load`].
#[derive(Clone)]
pub struct Load {
    parts: Parts,
}

impl Load {
    /// Users in the roster, online or remembered.
    pub fn users(&self) -> usize {
        self.parts.roster.held()
    }

    /// Sessions that the registry knows.
    pub async fn sessions(&self) -> usize {
        self.parts.registry.send(Count).await.unwrap_or_default()
    }

    /// Holders of what every session's actor holds: as many as before, when all the actors are gone.
    pub fn session_holders(&self) -> usize {
        Arc::strong_count(&self.parts.surroundings)
    }

    /// Composes on their way, records in memory, bytes of payloads.
    pub fn composes(&self) -> (usize, usize, usize) {
        self.parts.composes.load()
    }

    /// Bytes of bodies that are kept in memory.
    pub fn bodies(&self) -> usize {
        self.parts.bodies.budget.taken()
    }

    /// Requests that wait for a page.
    pub fn waiting(&self) -> usize {
        self.parts.composes.waiting()
    }

    /// How often each limit was reached.
    pub fn limits(&self) -> &Limits {
        &self.parts.limits
    }

    /// HTTP connections that count against the limit, and WebSocket sessions.
    pub fn connections(&self) -> (usize, usize) {
        self.parts.connections.open()
    }

    /// How often the database was asked so far, whoever wanted to know.
    pub fn look_ups(&self) -> u64 {
        self.parts.share_page.look_ups()
    }

    /// Shares that somebody is getting or changing.
    pub fn shares(&self) -> usize {
        self.parts.share_page.under_way()
    }

    /// Tasks that a stop would wait for: composes and mails under way.
    pub fn tasks(&self) -> usize {
        self.parts.tracker.len()
    }
}

fn serve(
    config: &Config,
    options: &Options,
    parts: &Parts,
) -> Result<(Server, Places), StartError> {
    let listeners = places::bind(&config.server.listen)?;
    let places = Places::of(config, &listeners);
    let gate = web::Data::new(GateSettings {
        base_path: config.server.base_path.clone(),
        trusted_proxies: config.server.trusted_proxies.clone(),
        origins: places.origins.clone(),
        head: HeadBounds {
            header: config.server.http.header_max,
            url: config.server.http.url_max,
        },
        connections: parts.connections.clone(),
        limits: parts.limits.clone(),
    });
    let public_url = web::Data::new(places.public_url.clone());
    let origins = web::Data::new(places.origins.clone());
    let share_host = web::Data::new(places.origins.shares.clone());
    let outbox = options.demo_outbox.clone();
    let connections = parts.connections.clone();
    let parts = parts.clone();
    let app = move || {
        let app =
            App::new()
                .app_data(gate.clone())
                .app_data(origins.clone())
                .app_data(share_host.clone())
                .app_data(public_url.clone())
                .app_data(web::Data::new(DemoMode(outbox.is_some())))
                .app_data(web::Data::new(Outbox(outbox.clone().unwrap_or_default())))
                .app_data(web::Data::from(parts.bodies.clone()))
                .app_data(web::Data::from(parts.auth.clone()))
                .app_data(web::Data::from(parts.roster.clone()))
                .app_data(web::Data::from(parts.presence.clone()))
                .app_data(web::Data::from(parts.identities.clone()))
                .app_data(web::Data::from(parts.attachments.clone()))
                .app_data(web::Data::from(parts.files.clone()))
                .app_data(web::Data::from(parts.shares.clone()))
                .app_data(web::Data::from(parts.share_page.clone()))
                .app_data(web::Data::from(parts.composes.clone()))
                .app_data(web::Data::from(parts.push.clone()))
                .app_data(web::Data::from(parts.intake.clone()))
                .app_data(web::Data::from(parts.mailer.clone()))
                .app_data(web::Data::from(parts.recipients.clone()))
                .app_data(web::Data::from(parts.surroundings.clone()))
                .app_data(web::PathConfig::default().error_handler(|_, _| {
                    ApiError::not_found("There is nothing at this path").into()
                }));
        let with_demo = outbox.is_some();
        app.configure(|config| routes::add(config, with_demo))
            // Boxed: it would be as large a part of every connection as it is at its longest.
            .wrap(from_fn(|req, next| Box::pin(gate::pass(req, next))))
    };
    let mut server = Server::build()
        .workers(config.server.workers)
        // Of each worker. It would stop to accept without a word; `connections` says what there is to say.
        .max_concurrent_connections(connections::Bounds::of(config).sockets())
        .shutdown_timeout(STOP_LIMIT.as_secs())
        .disable_signals();
    let http = &config.server.http;
    let serving = Serving {
        header_timeout: http.header_timeout + LATER,
        keep_alive: http.keep_alive,
        linger: LINGER,
        on_connect: Arc::new(move |connection, data| connections.accept(connection, data)),
    };
    let fail = |cause| StartError::Listen {
        address: places.addresses.join(", "),
        cause,
    };
    let tcp = listeners.tcp.into_iter().map(Listener::Tcp);
    let unix = listeners.unix.into_iter();
    for listener in tcp.chain(unix.map(|(listener, _)| Listener::Unix(listener))) {
        server = listen(server, listener, serving.clone(), app.clone()).map_err(fail)?;
    }
    Ok((server.run(), places))
}
