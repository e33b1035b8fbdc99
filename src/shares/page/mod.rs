//! What people without an account get at `/egroupware/share.php/<token>`: a page in a browser, bytes for tools.
//!
//! Nothing of a share is ever part of a page of the gateway: its bytes are attachments in a sandbox of their own, and the
//! page around them has a policy that names each of its few files.

mod access;
mod asked;
mod bytes;
mod cap;
mod change;
mod headers;
mod html;
mod language;
mod password;
mod preview;
mod refused;
pub mod routes;
mod transfers;

use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;

use super::{Share, Shares, Target};
use crate::draft::attachment_type::AttachmentType;
use crate::files::{Content, Entry, EntryKind, Pages};
use crate::http::error::ApiError;
use crate::ids::{FileId, UserId};
use crate::store::Store;
use crate::store::blobs::Blobs;
use crate::store::changes::Change;
use crate::store::sealed::Keyring;
use access::Accesses;
use asked::Asked;
use preview::Preview;
use refused::Refused;
use transfers::{Transfer, Transfers};

/// How often accesses are written.
const WRITE_ACCESSES: Duration = Duration::from_secs(2);

/// The page of all shares.
pub struct SharePage {
    shares: Arc<Shares>,
    store: Store,
    keys: Keyring,
    transfers: Arc<Transfers>,
    accesses: Accesses,
}

/// A share that is open, and what the rest of the path leads to in it.
struct Found {
    share: Share,
    thing: Thing,
    /// Its end is noticed as long as this is held.
    transfer: Transfer,
}

/// What somebody looks at.
enum Thing {
    /// A frozen copy.
    Copy(Content),
    /// A live file.
    File(Entry, Content),
    Folder(Entry),
    /// There is none in the folder.
    Missing,
}

impl SharePage {
    /// `keys` seal what lets a browser in that has shown a password.
    pub fn new(shares: Arc<Shares>, store: Store, keys: Keyring) -> Arc<Self> {
        Arc::new(Self {
            shares,
            store,
            keys,
            transfers: Arc::default(),
            accesses: Accesses::default(),
        })
    }

    /// Ends what `change` made impossible: downloads and uploads of a share that was revoked or got another password, and
    /// those of an owner who is gone.
    pub fn apply(&self, change: &Change) {
        match change {
            Change::Share(token) => self.transfers.end(token),
            Change::Gone(owner) => self.transfers.end_of(*owner),
            _ => {}
        }
    }

    /// Writes accesses until the task is dropped.
    pub async fn record_accesses(self: Arc<Self>) {
        loop {
            tokio::time::sleep(WRITE_ACCESSES).await;
            self.flush().await;
        }
    }

    /// Writes the accesses that are not written yet.
    pub async fn flush(&self) {
        self.accesses.write(&self.store).await;
    }

    /// How often the database was asked so far.
    pub fn look_ups(&self) -> u64 {
        self.store.look_ups()
    }

    /// Shares with downloads or uploads under way.
    pub fn under_way(&self) -> usize {
        self.transfers.shares()
    }

    /// The share that is asked for. Whatever is wrong with it, the answer is the same after the same look-ups: the row of
    /// the share with its owner, then the row of a file.
    async fn find(&self, asked: &Asked, req: &HttpRequest) -> Result<Found, Refused> {
        loop {
            let stamp = self.transfers.stamp();
            let share = self.shares.find(asked.look_up()).await?;
            let (owner, id) = match &share {
                Some(share) => match share.target {
                    Target::Live(id) => (share.owner, id),
                    Target::Copy(_) => NOTHING,
                },
                None => NOTHING,
            };
            let names = asked.names.clone().unwrap_or_default();
            let root = names.is_empty();
            let entry = self.shares.files.below(owner, Some(id), names).await?;
            let Some(share) = share else {
                return Err(Refused::Gone);
            };
            let Some(transfer) = self.transfers.begin(stamp, &share, req) else {
                // Something was revoked in between, maybe this one.
                continue;
            };
            let thing = match (entry, &share.target) {
                _ if asked.names.is_err() => Thing::Missing,
                (_, Target::Copy(content)) if root => Thing::Copy(content.clone()),
                (Some(entry), Target::Live(_)) => match entry.kind.clone() {
                    EntryKind::Folder => Thing::Folder(entry),
                    EntryKind::File(content) => Thing::File(entry, content),
                },
                (None, Target::Live(_)) if root => return Err(Refused::Gone),
                _ => Thing::Missing,
            };
            return Ok(Found {
                share,
                thing,
                transfer,
            });
        }
    }
}

/// Entries of a folder that a page lists: more would be no help to anybody, and a way to keep the server busy.
const SHOWN: usize = 1000;
/// Whose file is looked up where there is none.
const NOTHING: (UserId, FileId) = (UserId(0), FileId(0));

impl Found {
    fn is_writable(&self) -> bool {
        self.share.kind == AttachmentType::ShareRw
    }

    /// A file with its bytes, and when it was changed where it can be.
    fn file(&self) -> Option<(&str, &Content, Option<i64>)> {
        match &self.thing {
            Thing::Copy(content) => Some((&self.share.name, content, None)),
            Thing::File(entry, content) => Some((&entry.name, content, Some(entry.modified))),
            Thing::Folder(_) | Thing::Missing => None,
        }
    }
}

impl SharePage {
    fn blobs(&self, share: &Share) -> &Blobs {
        match share.target {
            Target::Copy(_) => self.shares.blobs(),
            Target::Live(_) => self.shares.files.blobs(),
        }
    }

    /// What is in a folder, a page at a time.
    async fn pages(&self, folder: &Entry) -> Result<Pages, Refused> {
        let files = &self.shares.files;
        let pages = files.pages(folder.owner, Some(folder.id)).await?;
        pages.ok_or(Refused::Gone)
    }

    /// What a page shows of a folder, and whether there is more.
    async fn entries(&self, folder: &Entry) -> Result<(Vec<Entry>, bool), Refused> {
        let mut pages = self.pages(folder).await?;
        let mut entries = Vec::new();
        while let Some(page) = pages.next().await? {
            entries.extend(page);
            if entries.len() > SHOWN {
                entries.truncate(SHOWN);
                return Ok((entries, true));
            }
        }
        Ok((entries, false))
    }

    /// What a page shows of a file: nothing where its downloads are counted.
    async fn preview(&self, found: &Found, content: &Content) -> Result<Preview, Refused> {
        if found.share.max_downloads.is_some() {
            return Ok(Preview::None);
        }
        let preview = preview::of(self.blobs(&found.share), content).await;
        preview.map_err(bytes::missing)
    }

    async fn sender(&self, share: &Share) -> Result<String, ApiError> {
        let owner = self.shares.auth.user(share.owner).await?;
        Ok(owner.map(|owner| owner.name.clone()).unwrap_or_default())
    }
}
