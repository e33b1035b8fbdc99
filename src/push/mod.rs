//! Web Push (RFC 8030): calls a browser of the user in which no page is open. The message is encrypted for that browser
//! alone (RFC 8291), and signed so that the push service knows who sends it (RFC 8292).

pub mod encryption;
mod endpoint;
pub mod routes;
pub mod rows;
mod sender;
mod subscriptions;
pub mod vapid;

use std::sync::Arc;

use sea_orm::DbErr;
use tokio::sync::OnceCell;

use crate::http::error::ApiError;
use crate::ids::UserId;
use crate::net::tls::Tls;
use crate::store::changes::Change;
use crate::store::sealed::{Keyring, SealError};
use crate::store::{Store, StoreError, time};
use encryption::{NoKey, Receiver};
use endpoint::Reach;
pub use rows::push_subscriptions::Model as Subscription;
pub use sender::Message;
use sender::{Became, Sender};
use vapid::Vapid;

/// What Web Push needs from the configuration.
#[derive(Clone, Debug)]
pub struct PushSettings {
    /// Push services may be at private addresses, and on this machine without encryption.
    pub private_hosts: bool,
    /// Where push services find who runs the gateway: its own address, if that is known.
    pub contact: Option<String>,
}

/// Why nothing can be sent. The text is for the log.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the key for Web Push: {0}")]
    Sealed(#[from] SealError),
    #[error("the key for Web Push cannot be used")]
    Key,
    #[error(transparent)]
    Receiver(#[from] NoKey),
    #[error("a subscription's endpoint {0}")]
    Endpoint(&'static str),
    #[error("HTTPS: {0}")]
    Https(#[from] reqwest::Error),
}

impl From<DbErr> for PushError {
    fn from(error: DbErr) -> Self {
        Self::Store(error.into())
    }
}

impl From<PushError> for ApiError {
    fn from(error: PushError) -> Self {
        Self::internal(error)
    }
}

/// Subscriptions, and the way to their browsers.
pub struct Push {
    settings: PushSettings,
    reach: Reach,
    store: Store,
    keys: Keyring,
    vapid: OnceCell<Vapid>,
    sender: Sender,
}

impl Push {
    /// `keys` keep the gateway's own key for push services.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(
        settings: PushSettings,
        store: Store,
        keys: Keyring,
        tls: &Tls,
    ) -> Result<Arc<Self>, PushError> {
        let reach = Reach {
            private: settings.private_hosts,
        };
        Ok(Arc::new(Self {
            sender: Sender::new(reach, tls)?,
            settings,
            reach,
            store,
            keys,
            vapid: OnceCell::new(),
        }))
    }

    async fn vapid(&self) -> Result<&Vapid, PushError> {
        let load = || Vapid::load(&self.store, &self.keys);
        self.vapid.get_or_try_init(load).await
    }

    /// The browsers of a user that may be called.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn subscriptions(&self, user: UserId) -> Result<Vec<Subscription>, StoreError> {
        subscriptions::of(&self.store, user).await
    }

    /// Sends a message to each of these browsers, without waiting for it.
    pub fn send(self: &Arc<Self>, to: impl IntoIterator<Item = Subscription>, message: &Message) {
        for subscription in to {
            let Some(place) = self.sender.place(UserId(subscription.user_id)) else {
                tracing::warn!("too many push messages are on their way");
                return;
            };
            let (push, message) = (self.clone(), message.clone());
            self.store.runtime().spawn(async move {
                if let Err(cause) = push.deliver(subscription, &message).await {
                    tracing::warn!(%cause, "a push message cannot be sent");
                }
                drop(place);
            });
        }
    }

    async fn deliver(&self, to: Subscription, message: &Message) -> Result<(), PushError> {
        let endpoint = self
            .reach
            .endpoint(&to.endpoint)
            .map_err(PushError::Endpoint)?;
        let receiver = Receiver::parse(&to.p256dh, &to.auth).ok_or(NoKey)?;
        let body = receiver.encrypt(message.text.as_bytes())?;
        let contact = self.settings.contact.as_deref();
        let vapid = self.vapid().await?;
        let authorization = vapid.authorization(&endpoint, time::now() / 1000, contact)?;
        match self
            .sender
            .send(&endpoint, &authorization, &body, message)
            .await
        {
            Became::Taken => subscriptions::used(&self.store, to.id).await?,
            Became::Gone => {
                subscriptions::remove(&self.store, UserId(to.user_id), to.id).await?;
            }
            Became::Lost => {}
        }
        Ok(())
    }

    /// Removes what `change` has ended. It does not count any more in any case.
    pub fn apply(&self, change: &Change) {
        if let Change::WebSession(_) | Change::Password(..) | Change::Gone(_) = change {
            let store = self.store.clone();
            self.store.runtime().spawn(async move {
                if let Err(cause) = subscriptions::prune(&store).await {
                    tracing::warn!(%cause, "ended push subscriptions not removed");
                }
            });
        }
    }
}
