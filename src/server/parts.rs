//! What the gateway is made of: one of each, from the configuration.

use std::sync::Arc;

use actix::Addr;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::StartError;
use super::assets::library;
use super::connections::{Bounds, Connections};
use super::mail_sign_in::MailSignIn;
use crate::attachments::{AttachmentSettings, Attachments};
use crate::auth::elsewhere::Elsewhere;
use crate::auth::{Attempts, Auth, AuthSettings};
use crate::compose::pages::Pages;
use crate::compose::{ComposeSettings, Composes};
use crate::config::{Config, Visibility};
use crate::files::{FileSettings, Files};
use crate::http::body::BodyLimits;
use crate::http::budget::{Bound, Budget};
use crate::identities::Identities;
use crate::net::tls::Tls;
use crate::outbound::access::Later;
use crate::outbound::attached::Places;
use crate::outbound::intake::Intake;
use crate::outbound::routes::Mailer;
use crate::outbound::sends::Sends;
use crate::outbound::ways::Ways;
use crate::outbound::{Outbound, OutboundLimits};
use crate::presence::registry::Ended;
use crate::presence::{PresenceSettings, Registry, Roster};
use crate::push::{Push, PushSettings};
use crate::recipients::Recipients;
use crate::session::actor::Surroundings;
use crate::session::{SessionSettings, websocket};
use crate::shares::page::SharePage;
use crate::shares::{ShareSettings, Shares};
use crate::store::Store;
use crate::store::blobs::Blobs;
use crate::store::sealed::Keyring;
use crate::telemetry::limits::{Limit, Limits};

/// What handlers are made of, shared by all workers.
#[derive(Clone)]
pub struct Parts {
    pub limits: Arc<Limits>,
    pub connections: Arc<Connections>,
    pub bodies: Arc<BodyLimits>,
    pub auth: Arc<Auth>,
    pub roster: Arc<Roster>,
    pub registry: Addr<Registry>,
    pub identities: Arc<Identities>,
    pub attachments: Arc<Attachments>,
    pub files: Arc<Files>,
    pub shares: Arc<Shares>,
    pub share_page: Arc<SharePage>,
    pub push: Arc<Push>,
    pub composes: Arc<Composes>,
    pub intake: Arc<Intake>,
    pub mailer: Arc<Mailer>,
    pub recipients: Arc<Recipients>,
    pub presence: Arc<PresenceSettings>,
    pub surroundings: Arc<Surroundings>,
    pub tracker: TaskTracker,
}

impl Parts {
    /// Makes all of them, and the tasks that keep them tidy.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn make(
        config: &Config,
        store: &Store,
        keys: &Keyring,
    ) -> Result<(Self, Vec<JoinHandle<()>>), StartError> {
        let runtime = store.runtime().clone();
        let tracker = TaskTracker::new();
        let limits = Arc::new(Limits::default());
        let connections = Connections::new(Bounds::of(config), limits.clone());
        let presence = Arc::new(presence_settings(config));
        let roster = Arc::new(Roster::new(presence.resume_grace));
        let tls = Tls::new(config.mail.ca_file.as_deref()).map_err(|cause| StartError::Disk {
            what: "mail.ca_file",
            cause,
        })?;
        let elsewhere = config.sign_in.clone().map(|settings| {
            let limit = config.mail.smtp_timeout;
            MailSignIn::new(settings, store.clone(), tls.clone(), limit) as Arc<dyn Elsewhere>
        });
        let auth = Auth::new(auth_settings(config), store.clone(), elsewhere);
        let identities = Arc::new(Identities::new(store.clone()));
        let blobs = |area| {
            let opened = Blobs::open(&config.storage.blobs, area, runtime.clone());
            opened.map_err(|cause| StartError::Disk {
                what: "storage.blobs",
                cause,
            })
        };
        let uploads = blobs("uploads")?;
        let attachments = Attachments::new(attachment_settings(config), store.clone(), uploads);
        let files = Files::new(file_settings(config), store.clone(), blobs("files")?);
        let shares = Shares::new(
            share_settings(config),
            store.clone(),
            blobs("shares")?,
            (files.clone(), attachments.clone(), auth.clone()),
        );
        let share_page = SharePage::new(shares.clone(), store.clone(), keys.clone());
        let push = Push::new(push_settings(config), store.clone(), keys.clone(), &tls)?;
        let composes = Composes::new(
            compose_settings(config),
            (roster.clone(), push.clone()),
            store.clone(),
            tracker.clone(),
        );
        let pages = Arc::new(Pages(composes.clone()));
        let intake = Arc::new(Intake {
            identities: identities.clone(),
            attachments: Places {
                uploads: attachments.clone(),
                files: files.clone(),
            },
            link_above: config.shares.link_above,
            timezone: config.server.timezone.clone(),
            body_max: config.mail.message_max,
            runtime: runtime.clone(),
            checking: Arc::new(Semaphore::new(config.server.workers)),
        });
        let ways = Arc::new(Ways {
            identities: identities.clone(),
            keys: keys.clone(),
            mailboxes: config.storage.data_dir.join("mail"),
        });
        let later = Arc::new(Later {
            ways: ways.clone(),
            auth: auth.clone(),
        });
        let sends = Arc::new(Sends::default());
        let outbound = outbound(config, later, tls, (&runtime, &tracker), &sends).await?;
        // Last of what takes its time: users that were online have the whole grace from when the server listens.
        let registry = Registry::launch(
            (*presence).clone(),
            roster.clone(),
            store.clone(),
            limits.clone(),
        )
        .await?;
        let recipients = Arc::new(Recipients::new(store.clone()));
        let mailer = Arc::new(Mailer {
            outbound,
            recipients: recipients.clone(),
            sends,
            runtime: runtime.clone(),
            windows: pages.clone(),
            ways,
            auth: auth.clone(),
            shares: shares.clone(),
            tracker: tracker.clone(),
        });
        let surroundings = Arc::new(Surroundings {
            settings: session_settings(config),
            registry: registry.clone(),
            events: pages,
            auth: auth.clone(),
            limits: limits.clone(),
        });
        listen(store, &auth, &identities, (&registry, &share_page, &push));
        let tasks = vec![
            runtime.spawn(auth.clone().record_last_use()),
            runtime.spawn(composes.clone().housekeeping()),
            runtime.spawn(attachments.clone().expire()),
            runtime.spawn(files.clone().housekeeping()),
            runtime.spawn(share_page.clone().record_accesses()),
            runtime.spawn(shares.clone().cleanup()),
            runtime.spawn(connections.clone().watch()),
            runtime.spawn(recipients.clone().write_behind()),
        ];
        let parts = Self {
            limits,
            connections,
            bodies: Arc::new(body_limits(config)),
            auth,
            roster,
            registry,
            identities,
            attachments,
            files,
            shares,
            share_page,
            push,
            composes,
            intake,
            mailer,
            recipients,
            presence,
            surroundings,
            tracker,
        };
        Ok((parts, tasks))
    }
}

/// Everybody who keeps something in memory hears of changes.
fn listen(
    store: &Store,
    auth: &Arc<Auth>,
    identities: &Arc<Identities>,
    (registry, share_page, push): (&Addr<Registry>, &Arc<SharePage>, &Arc<Push>),
) {
    let (auth, identities) = (auth.clone(), identities.clone());
    let (registry, share_page, push) = (registry.clone(), share_page.clone(), push.clone());
    store.feed().listen(vec![
        Box::new(move |change| auth.apply(change)),
        Box::new(move |change| identities.apply(change)),
        Box::new(move |change| registry.do_send(Ended(change.clone()))),
        Box::new(move |change| share_page.apply(change)),
        Box::new(move |change| push.apply(change)),
    ]);
}

async fn outbound(
    config: &Config,
    mailboxes: Arc<Later>,
    tls: Tls,
    (runtime, tracker): (&Handle, &TaskTracker),
    sends: &Sends,
) -> Result<Outbound, StartError> {
    let limits = OutboundLimits {
        message_max: config.mail.message_max,
        smtp_timeout: config.mail.smtp_timeout,
        smtp_connections: config.mail.smtp_connections,
        durable: config.mail.durable,
        copy_timeout: config.mail.copy_timeout,
    };
    let fail = |cause| StartError::Disk {
        what: "the spool",
        cause,
    };
    let spool = config.storage.data_dir.join("spool");
    let (runtime, tracker) = (runtime.clone(), tracker.clone());
    let outbound = Outbound::new(spool, limits, tls, mailboxes, runtime, tracker).map_err(fail)?;
    sends.remember(outbound.recover().await.map_err(fail)?);
    Ok(outbound)
}

fn body_limits(config: &Config) -> BodyLimits {
    let http = &config.server.http;
    let bound = |most, limit| Bound { most, limit };
    BodyLimits {
        silence: http.body_timeout,
        pace: http.body_pace,
        budget: Budget::new(
            bound(http.bodies_per_user, Limit::BodiesPerUser),
            bound(http.bodies_total, Limit::Bodies),
        ),
    }
}

fn auth_settings(config: &Config) -> AuthSettings {
    AuthSettings {
        realm: config.auth.realm.clone(),
        timezone: config.server.timezone.clone(),
        session_lifetime: config.auth.session_lifetime,
        attempts: Attempts {
            both: config.auth.login_attempts,
            per_address: config.auth.login_attempts_per_address,
            per_login: config.auth.login_attempts_per_login,
        },
        passwords_at_once: config.auth.passwords_at_once,
        passwords_waiting: config.auth.passwords_waiting,
    }
}

fn presence_settings(config: &Config) -> PresenceSettings {
    let presence = &config.presence;
    PresenceSettings {
        heartbeat: presence.heartbeat,
        pulse: presence.pulse,
        resume_grace: presence.resume_grace,
        sessions_per_user: presence.sessions_per_user,
        queue: presence.queue,
        everyone_visible: presence.visibility == Visibility::Everyone,
    }
}

fn session_settings(config: &Config) -> SessionSettings {
    let presence = &config.presence;
    SessionSettings {
        queue: presence.queue,
        limits: websocket::Limits {
            message_max: presence.frame_max,
            frames_per_second: presence.frames_per_second,
            binary: false,
        },
        heartbeat: presence.heartbeat,
        pulse: presence.pulse,
        assets: library::version(),
        everyone_visible: presence.visibility == Visibility::Everyone,
    }
}

fn compose_settings(config: &Config) -> ComposeSettings {
    let presence = &config.presence;
    ComposeSettings {
        offer_stagger: presence.offer_stagger,
        deadline: presence.compose_deadline,
        pulse: presence.pulse,
        wait_max: presence.wait_max,
        push_wait: presence.push_wait.min(presence.wait_max),
        keep: presence.compose_keep,
        per_minute: presence.composes_per_minute,
        waiting_per_user: presence.waiting_per_user,
        waiting_total: presence.waiting_total,
        payloads_per_user: presence.payloads_per_user,
        payloads_total: presence.payloads_total,
        inline_max: presence.push_inline_max,
    }
}

fn push_settings(config: &Config) -> PushSettings {
    PushSettings {
        private_hosts: config.mail.private_hosts,
        // RFC 8292 knows `https:` and `mailto:` only.
        contact: config
            .server
            .public_url
            .as_ref()
            .filter(|url| url.scheme() == "https")
            .map(|url| url.to_string()),
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

fn file_settings(config: &Config) -> FileSettings {
    FileSettings {
        user_quota: config.files.user_quota,
        entries_per_user: config.files.entries_per_user,
    }
}

fn share_settings(config: &Config) -> ShareSettings {
    ShareSettings {
        keep: config.shares.keep,
        user_quota: config.shares.user_quota,
        timezone: config.server.timezone.clone(),
    }
}
