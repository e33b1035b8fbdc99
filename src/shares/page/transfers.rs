//! Requests for shares that are under way, so that a share's end is theirs too.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use actix_web::HttpRequest;
use dashmap::DashMap;

use crate::http::connection::Handle;
use crate::ids::UserId;
use crate::shares::Share;

/// All of them, by the token of the share.
#[derive(Default)]
pub struct Transfers {
    live: DashMap<String, HashMap<u64, Live>>,
    next: AtomicU64,
    /// Ends so far, of whatever.
    ends: AtomicU64,
}

struct Live {
    owner: UserId,
    connection: Option<Handle>,
}

/// A moment: taken before a share is looked up.
#[derive(Clone, Copy)]
pub struct Stamp(u64);

/// A request under way; its connection is cut when the share ends.
pub struct Transfer {
    transfers: Arc<Transfers>,
    token: String,
    id: u64,
}

impl Transfers {
    /// Now.
    pub fn stamp(&self) -> Stamp {
        Stamp(self.ends.load(SeqCst))
    }

    /// Notes a request. None: something has ended since `stamp`, and the share has to be looked up again.
    pub fn begin(
        self: &Arc<Self>,
        stamp: Stamp,
        share: &Share,
        req: &HttpRequest,
    ) -> Option<Transfer> {
        let id = self.next.fetch_add(1, SeqCst);
        let live = Live {
            owner: share.owner,
            connection: req.conn_data::<Handle>().cloned(),
        };
        let token = share.token.clone();
        self.live.entry(token.clone()).or_default().insert(id, live);
        let transfer = Transfer {
            transfers: self.clone(),
            token,
            id,
        };
        (self.ends.load(SeqCst) == stamp.0).then_some(transfer)
    }

    /// The share with this token has ended.
    pub fn end(&self, token: &str) {
        // First: a request that is noted from now on looks again.
        self.ends.fetch_add(1, SeqCst);
        if let Some(live) = self.live.get(token) {
            live.values().for_each(Live::end);
        }
    }

    /// All shares of this owner have.
    pub fn end_of(&self, owner: UserId) {
        self.ends.fetch_add(1, SeqCst);
        for of_share in &self.live {
            let theirs = of_share.values().filter(|live| live.owner == owner);
            theirs.for_each(Live::end);
        }
    }

    /// Shares with requests under way.
    pub fn shares(&self) -> usize {
        self.live.len()
    }
}

impl Live {
    fn end(&self) {
        // The connection and not only the body: nobody asks for the body of a peer that does not read.
        if let Some(connection) = &self.connection {
            connection.abort();
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        if let Some(mut live) = self.transfers.live.get_mut(&self.token) {
            live.remove(&self.id);
        }
        let is_last = |_: &String, live: &HashMap<u64, Live>| live.is_empty();
        self.transfers.live.remove_if(&self.token, is_last);
    }
}
