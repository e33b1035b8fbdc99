//! The application: one function builds it from a configuration, for `main` and for tests alike.

mod assets;
mod demo;
mod gate;
mod path;
mod places;
mod routes;
mod signals;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix::Addr;
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

pub use path::RESERVED;
pub use signals::stop;

use crate::attachments::{AttachmentSettings, Attachments};
use crate::auth::{Auth, AuthSettings};
use crate::compose::pages::Pages;
use crate::compose::{ComposeSettings, Composes};
use crate::config::{Config, Visibility};
use crate::http::error::ApiError;
use crate::identities::Identities;
use crate::outbound::intake::Intake;
use crate::outbound::routes::Mailer;
use crate::outbound::{Outbound, OutboundLimits};
use crate::presence::registry::{Ended, Shutdown};
use crate::presence::{PresenceSettings, Registry, Roster};
use crate::session::SessionSettings;
use crate::session::actor::Surroundings;
use crate::store::blobs::Blobs;
use crate::store::data_dir::{self, DataDirError, Lock};
use crate::store::{Store, StoreError, changes};
use assets::DemoMode;
use demo::Outbox;
use gate::GateSettings;
use places::Places;

/// How long requests in flight may take after the signal to stop.
const STOP_LIMIT: Duration = Duration::from_secs(30);
/// From the first byte of a request to the end of its header.
const HEADER_LIMIT: Duration = Duration::from_secs(10);
/// Longer than the usual proxy keeps an idle connection.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Why the server does not start. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot listen on {address}: {cause}; give another address with --listen or server.listen")]
    Listen { address: String, cause: std::io::Error },
    #[error("{what}: {cause}")]
    Disk { what: &'static str, cause: std::io::Error },
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

/// What handlers are made of, shared by all workers.
#[derive(Clone)]
struct Parts {
    auth: Arc<Auth>,
    roster: Arc<Roster>,
    registry: Addr<Registry>,
    identities: Arc<Identities>,
    attachments: Arc<Attachments>,
    composes: Arc<Composes>,
    intake: Arc<Intake>,
    mailer: Arc<Mailer>,
    presence: Arc<PresenceSettings>,
    surroundings: Arc<Surroundings>,
    tracker: TaskTracker,
}

impl Application {
    /// Opens the data directory and listens. It must run inside an actix `System`; `runtime` is the multi-threaded one
    /// that owns database and mail connections.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn build(config: Config, options: Options, runtime: Handle) -> Result<Self, StartError> {
        let data_dir = config.storage.data_dir.clone();
        data_dir::prepare(&data_dir)?;
        let lock = data_dir::lock(&data_dir)?;
        signals::allow_many_files();
        let store = Store::open(&config.storage.database, runtime.clone()).await?;
        let (parts, mut tasks) = Parts::make(&config, &store).await?;
        let follow = changes::follow(&store, &data_dir);
        tasks.push(follow.map_err(|cause| StartError::Disk { what: "the data directory takes no socket", cause })?);
        let (server, places) = serve(&config, &options, &parts)?;
        Ok(Self { server, places, parts, tasks, _lock: lock })
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
        Load { composes: self.parts.composes.clone(), roster: self.parts.roster.clone() }
    }

    /// Serves until `stop` is ready, then ends in order: sessions are told when to come back, requests in flight end,
    /// mails under way too, and what is not written yet is written.
    ///
    /// # Errors
    /// Those of the sockets.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> std::io::Result<()> {
        let Self { server, parts, tasks, .. } = self;
        let handle = server.handle();
        let serving = actix_web::rt::spawn(server);
        stop.await;
        tracing::info!("stopping");
        end(&handle, &parts).await;
        for task in tasks {
            task.abort();
        }
        parts.composes.flush().await;
        serving.await.map_err(std::io::Error::other)?
    }
}

async fn end(server: &ServerHandle, parts: &Parts) {
    // First the sessions: a graceful stop waits for every open socket.
    if parts.registry.send(Shutdown).await.is_err() {
        tracing::warn!("the registry is gone already");
    }
    server.stop(true).await;
    parts.tracker.close();
    if tokio::time::timeout(STOP_LIMIT, parts.tracker.wait()).await.is_err() {
        tracing::warn!(tasks = parts.tracker.len(), "stopped before everything under way had ended");
    }
}

/// See [`Application::load`].
#[derive(Clone)]
pub struct Load {
    composes: Arc<Composes>,
    roster: Arc<Roster>,
}

impl Load {
    /// Users in the roster, online or remembered.
    pub fn users(&self) -> usize {
        self.roster.len()
    }

    /// Composes on their way, records in memory, bytes of payloads.
    pub fn composes(&self) -> (usize, usize, usize) {
        self.composes.load()
    }
}

impl Parts {
    async fn make(config: &Config, store: &Store) -> Result<(Self, Vec<JoinHandle<()>>), StartError> {
        let runtime = store.runtime().clone();
        let tracker = TaskTracker::new();
        let presence = Arc::new(presence_settings(config));
        let roster = Arc::new(Roster::default());
        let registry = Registry::launch((*presence).clone(), roster.clone(), store.clone()).await?;
        let auth = Auth::new(auth_settings(config), store.clone());
        let identities = Arc::new(Identities::new(store.clone()));
        let blobs = Blobs::open(&config.storage.blobs, "uploads", runtime.clone())
            .map_err(|cause| StartError::Disk { what: "the uploads' directory", cause })?;
        let attachments = Attachments::new(attachment_settings(config), store.clone(), blobs);
        let composes = Composes::new(compose_settings(config), roster.clone(), store.clone(), tracker.clone());
        let pages = Arc::new(Pages(composes.clone()));
        let intake = Arc::new(Intake {
            identities: identities.clone(),
            attachments: attachments.clone(),
            timezone: config.server.timezone.clone(),
            body_max: config.mail.message_max,
            runtime: runtime.clone(),
        });
        let outbound = outbound(config, &runtime, &tracker).await?;
        let mailer = Arc::new(Mailer {
            outbound,
            windows: pages.clone(),
            mailboxes: config.storage.data_dir.join("mail"),
            tracker: tracker.clone(),
        });
        let surroundings = Arc::new(Surroundings {
            settings: session_settings(config),
            registry: registry.clone(),
            events: pages,
            auth: auth.clone(),
        });
        listen(store, &auth, &identities, &registry);
        let tasks = vec![
            runtime.spawn(auth.clone().record_last_use()),
            runtime.spawn(composes.clone().housekeeping()),
            runtime.spawn(attachments.clone().expire()),
        ];
        let parts = Self {
            auth,
            roster,
            registry,
            identities,
            attachments,
            composes,
            intake,
            mailer,
            presence,
            surroundings,
            tracker,
        };
        Ok((parts, tasks))
    }
}

/// Everybody who keeps something in memory hears of changes.
fn listen(store: &Store, auth: &Arc<Auth>, identities: &Arc<Identities>, registry: &Addr<Registry>) {
    let (auth, identities, registry) = (auth.clone(), identities.clone(), registry.clone());
    store.feed().listen(vec![
        Box::new(move |change| auth.apply(change)),
        Box::new(move |change| identities.apply(change)),
        Box::new(move |change| registry.do_send(Ended(change.clone()))),
    ]);
}

async fn outbound(config: &Config, runtime: &Handle, tracker: &TaskTracker) -> Result<Outbound, StartError> {
    let limits = OutboundLimits {
        message_max: config.mail.message_max,
        smtp_timeout: config.mail.smtp_timeout,
        smtp_connections: config.mail.smtp_connections,
    };
    let fail = |cause| StartError::Disk { what: "the spool", cause };
    let spool = config.storage.data_dir.join("spool");
    let outbound = Outbound::new(spool, limits, runtime.clone(), tracker.clone()).map_err(fail)?;
    outbound.recover().await.map_err(fail)?;
    Ok(outbound)
}

fn serve(config: &Config, options: &Options, parts: &Parts) -> Result<(Server, Places), StartError> {
    let listeners = places::bind(&config.server.listen)?;
    let places = Places::of(config, &listeners);
    let gate = web::Data::new(GateSettings {
        base_path: config.server.base_path.clone(),
        trusted_proxies: config.server.trusted_proxies.clone(),
        origins: places.origins.clone(),
    });
    let public_url = web::Data::new(places.public_url.clone());
    let origins = web::Data::new(places.origins.clone());
    let outbox = options.demo_outbox.clone();
    let parts = parts.clone();
    let mut server = HttpServer::new(move || {
        let app = App::new()
            .app_data(gate.clone())
            .app_data(origins.clone())
            .app_data(public_url.clone())
            .app_data(web::Data::new(DemoMode(outbox.is_some())))
            .app_data(web::Data::new(Outbox(outbox.clone().unwrap_or_default())))
            .app_data(web::Data::from(parts.auth.clone()))
            .app_data(web::Data::from(parts.roster.clone()))
            .app_data(web::Data::from(parts.presence.clone()))
            .app_data(web::Data::from(parts.identities.clone()))
            .app_data(web::Data::from(parts.attachments.clone()))
            .app_data(web::Data::from(parts.composes.clone()))
            .app_data(web::Data::from(parts.intake.clone()))
            .app_data(web::Data::from(parts.mailer.clone()))
            .app_data(web::Data::from(parts.surroundings.clone()))
            .app_data(web::PathConfig::default().error_handler(|_, _| {
                ApiError::not_found("There is nothing at this path").into()
            }));
        let with_demo = outbox.is_some();
        app.configure(|config| routes::add(config, with_demo)).wrap(from_fn(gate::pass))
    })
    .workers(config.server.workers)
    .on_connect(crate::session::socket::remember)
    .client_request_timeout(HEADER_LIMIT)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(STOP_LIMIT.as_secs())
    .disable_signals();
    let fail = |cause| StartError::Listen { address: places.addresses.join(", "), cause };
    for listener in listeners.tcp {
        server = server.listen(listener).map_err(fail)?;
    }
    for (listener, _) in listeners.unix {
        server = server.listen_uds(listener).map_err(fail)?;
    }
    Ok((server.run(), places))
}

fn auth_settings(config: &Config) -> AuthSettings {
    AuthSettings {
        realm: config.auth.realm.clone(),
        session_lifetime: config.auth.session_lifetime,
        login_attempts: config.auth.login_attempts,
    }
}

fn presence_settings(config: &Config) -> PresenceSettings {
    let presence = &config.presence;
    PresenceSettings {
        heartbeat: presence.heartbeat,
        pulse: presence.pulse,
        resume_grace: presence.resume_grace,
        sessions_per_user: presence.sessions_per_user,
        everyone_visible: presence.visibility == Visibility::Everyone,
    }
}

fn session_settings(config: &Config) -> SessionSettings {
    let presence = &config.presence;
    SessionSettings {
        queue: presence.queue,
        frame_max: presence.frame_max,
        heartbeat: presence.heartbeat,
        pulse: presence.pulse,
    }
}

fn compose_settings(config: &Config) -> ComposeSettings {
    let presence = &config.presence;
    ComposeSettings {
        offer_stagger: presence.offer_stagger,
        deadline: presence.compose_deadline,
        pulse: presence.pulse,
        wait_max: presence.wait_max,
        keep: presence.compose_keep,
        per_minute: presence.composes_per_minute,
        inline_max: presence.push_inline_max,
    }
}

fn attachment_settings(config: &Config) -> AttachmentSettings {
    let attachments = &config.attachments;
    AttachmentSettings {
        max_size: attachments.max_size,
        user_quota: attachments.user_quota,
        expire_after: attachments.expire_after,
        upload_status: attachments.upload_status,
    }
}
