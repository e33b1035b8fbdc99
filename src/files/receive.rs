//! A file on its way in: all of it takes the place of what was there, or nothing does.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_RANGE;
use actix_web::web::{Bytes, Payload};
use sea_orm::DatabaseTransaction;

use super::error::FileError;
use super::rows::places::{Target, target};
use super::rows::totals::{self, Totals};
use super::rows::{Model, changes};
use super::{Content, Entry, FileSettings, Files};
use crate::http::body::Body;
use crate::http::error::ApiError;
use crate::http::file::Condition;
use crate::ids::{FileId, UserId};
use crate::store::blobs::Key;
use crate::store::incoming::{Announced, Incoming};
use crate::store::{StoreError, time};

/// Where a file is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// This file gets other bytes, wherever it is by then.
    File(FileId),
    /// These names from a folder on, which is `None` for the user's home.
    In {
        folder: Option<FileId>,
        names: Vec<String>,
    },
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub entry: Entry,
    /// Nothing was there before.
    pub created: bool,
}

/// Writes a request's body to `place`, in the name of `owner`, as far as the request's conditions allow. What was there
/// before stays until all of the body has come.
///
/// # Errors
/// 400 for a body that ends early or is not the one that its digests name, 404 for a file that is gone, 408, 409 for a
/// folder that is missing or in the way, 412, 415, 422, 507.
pub async fn receive(
    files: &Arc<Files>,
    owner: UserId,
    place: Place,
    req: &HttpRequest,
    payload: Payload,
) -> Result<Written, ApiError> {
    let mut body = Body::of(req, payload)?;
    if req.headers().contains_key(CONTENT_RANGE) {
        let message = "Content-Range is not supported, a file is written as a whole";
        return Err(ApiError::bad_request(message));
    }
    let announced = Announced::by(req).map_err(FileError::from)?;
    let destination = Destination {
        owner,
        place,
        condition: Condition::of(req),
    };
    let mut arriving = files.begin(destination, announced).await?;
    while let Some(piece) = body.next().await? {
        arriving.write(piece).await?;
    }
    Ok(arriving.store().await?)
}

/// Where a file goes, and when it may.
#[derive(Clone)]
pub(super) struct Destination {
    pub owner: UserId,
    pub place: Place,
    pub condition: Condition,
}

/// A file on its way in. Dropping it leaves everything as it was.
pub(super) struct Arriving {
    files: Arc<Files>,
    destination: Destination,
    name: String,
    /// Bytes that the user may have on the way, as far as was known at the start.
    room: u64,
    incoming: Incoming,
}

impl Files {
    pub(super) async fn begin(
        self: &Arc<Self>,
        destination: Destination,
        announced: Announced,
    ) -> Result<Arriving, FileError> {
        let (owner, place) = (destination.owner, destination.place.clone());
        let query = move |db| async move {
            let there = target(&db, owner, &place).await?;
            Ok((there, totals::of(&db, owner).await?))
        };
        let (there, totals) = self.store.read(query).await?;
        let there = writable(there, &destination.condition)?;
        let mut arriving = Arriving {
            files: Arc::clone(self),
            name: there.name().to_owned(),
            room: self.settings.room(&there, totals)?,
            incoming: Incoming::begin(
                &self.area.blobs,
                announced.clone(),
                self.in_flight.begin(owner),
            ),
            destination,
        };
        arriving.check(announced.size.unwrap_or(0))?;
        Ok(arriving)
    }

    /// Makes or changes the row, where that is still allowed. Returns it with the blob that nobody needs any more.
    async fn write_row(
        &self,
        destination: Destination,
        content: Content,
    ) -> Result<(Model, Option<String>), FileError> {
        let settings = self.settings;
        let work = move |db: Arc<DatabaseTransaction>| async move {
            let Destination {
                owner,
                place,
                condition,
            } = destination;
            let there = writable(target(&*db, owner, &place).await?, &condition)?;
            let room = settings.room(&there, totals::of(&*db, owner).await?)?;
            if content.size > room {
                return Err(settings.over_quota());
            }
            let now = time::now();
            Ok(match there {
                Writable::There(row) => {
                    let before = row.content.clone();
                    (changes::replace(&*db, row, content, now).await?, before)
                }
                Writable::Free(parent, name) => {
                    let place = (parent, name);
                    let row = changes::insert(&*db, owner, place, Some(content), now).await?;
                    (row, None)
                }
            })
        };
        self.transact(work).await
    }
}

impl FileSettings {
    fn over_quota(self) -> FileError {
        let quota = self.user_quota;
        FileError::OverQuota { quota }
    }

    /// How large a file may be for what the user has already.
    fn room(self, there: &Writable, totals: Totals) -> Result<u64, FileError> {
        let replaced = match there {
            Writable::There(row) => row.size.unsigned_abs(),
            Writable::Free(..) => {
                self.check_entries(totals)?;
                0
            }
        };
        let allowed = self.user_quota.saturating_add(replaced);
        Ok(allowed.saturating_sub(totals.bytes))
    }

    /// Whether there may be one more entry.
    pub(super) fn check_entries(self, totals: Totals) -> Result<(), FileError> {
        let most = self.entries_per_user;
        if totals.entries >= u64::from(most) {
            return Err(FileError::TooMany { most });
        }
        Ok(())
    }
}

/// A place that may be written to.
enum Writable {
    There(Model),
    Free(i32, String),
}

impl Writable {
    fn name(&self) -> &str {
        match self {
            Self::There(row) => &row.name,
            Self::Free(_, name) => name,
        }
    }
}

fn writable(there: Target, condition: &Condition) -> Result<Writable, FileError> {
    let (current, writable) = match there {
        Target::There(row) if row.folder => return Err(FileError::IsFolder),
        Target::Home => return Err(FileError::IsFolder),
        Target::There(row) => (Some(row.clone()), Writable::There(row)),
        Target::Free { parent, name } => (None, Writable::Free(parent, name)),
        Target::NoFolder => return Err(FileError::NoFolder),
        Target::TooDeep => return Err(FileError::TooDeep),
        Target::Gone => return Err(FileError::NotFound),
    };
    if !condition.holds(current.as_ref().map(Model::current)) {
        return Err(FileError::Condition);
    }
    Ok(writable)
}

impl Arriving {
    /// Others may be stored in the meantime; what counts in the end is asked when the row is written. Here it is only
    /// about the disk: no user has more than the quota on the way.
    fn check(&mut self, announced: u64) -> Result<(), FileError> {
        if self.incoming.count(0).saturating_add(announced) > self.room {
            return Err(self.files.settings.over_quota());
        }
        Ok(())
    }

    pub(super) async fn write(&mut self, bytes: Bytes) -> Result<(), FileError> {
        self.incoming.count(bytes.len() as u64);
        self.check(0)?;
        Ok(self.incoming.write(bytes).await?)
    }

    /// A task of its own: file and row are made together or not at all, whatever the connection does.
    pub(super) async fn store(self) -> Result<Written, FileError> {
        let runtime = self.files.store.runtime().clone();
        let task = runtime.spawn(self.store_to_the_end());
        task.await.map_err(|_| StoreError::Stopped)?
    }

    async fn store_to_the_end(self) -> Result<Written, FileError> {
        let received = self.incoming.finish::<FileError>(&self.name).await?;
        let content = Content {
            key: received.finished.key().clone(),
            size: received.finished.size,
            sha256: received.sha256,
            content_type: received.content_type,
        };
        let files = self.files;
        let row = files.write_row(self.destination, content);
        let (row, before) = files.area.keep(received.finished, row).await?;
        let created = before.is_none();
        let before = before.as_deref().and_then(Key::parse);
        files.area.delete_later(before.into_iter().collect());
        let entry = row.entry().ok_or(FileError::NotFound)?;
        Ok(Written { entry, created })
    }
}
