mod model;

use std::fs;
use std::time::Duration;

use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use tokio::runtime::Handle;

use super::error::FileError;
use super::receive::{Arriving, Destination};
use super::*;
use crate::auth::rows::users;
use crate::http::file::Condition;
use crate::store::incoming::Announced;

const QUOTA: u64 = 12;
const ENTRIES: u32 = 6;

struct House {
    files: Arc<Files>,
    directory: tempfile::TempDir,
}

impl House {
    async fn new() -> Self {
        Self::with_room_for(ENTRIES).await
    }

    async fn with_room_for(entries_per_user: u32) -> Self {
        let directory = tempfile::tempdir().expect("directory");
        let store = Store::open(&directory.path().join("db"), Handle::current()).await;
        let blobs = Blobs::open(directory.path(), "blobs", Handle::current());
        let settings = FileSettings {
            user_quota: QUOTA,
            entries_per_user,
        };
        let files = Files::new(settings, store.expect("opens"), blobs.expect("opens"));
        Self { files, directory }
    }

    /// A user whom the database knows.
    async fn user(&self) -> UserId {
        let user = users::Model {
            id: 1,
            login: "ralf".to_owned(),
            name: String::new(),
            email: String::new(),
            admin: false,
            disabled: false,
            timezone: None,
            password_hash: None,
        };
        let query = move |db| async move {
            let row = user.into_active_model().reset_all();
            users::Entity::insert(row).exec(&db).await.map(drop)
        };
        self.files.store.read(query).await.expect("added");
        UserId(1)
    }

    async fn arriving(
        &self,
        owner: UserId,
        names: &[&str],
        bytes: &[u8],
    ) -> Result<Arriving, FileError> {
        let place = Place::In {
            folder: None,
            names: owned(names),
        };
        self.arriving_at(owner, place, bytes).await
    }

    async fn arriving_at(
        &self,
        owner: UserId,
        place: Place,
        bytes: &[u8],
    ) -> Result<Arriving, FileError> {
        let destination = Destination {
            owner,
            place,
            condition: Condition::default(),
        };
        let begun = self.files.begin(destination, Announced::default()).await;
        let mut arriving = begun?;
        arriving.write(bytes.to_vec().into()).await?;
        Ok(arriving)
    }

    async fn put(&self, owner: UserId, names: &[&str], bytes: &[u8]) -> Result<Entry, FileError> {
        let arriving = self.arriving(owner, names, bytes).await?;
        Ok(arriving.store().await?.entry)
    }

    async fn found(&self, owner: UserId, names: &[&str]) -> Option<Entry> {
        let found = self.files.below(owner, None, owned(names)).await;
        found.expect("asked")
    }

    fn on_disk(&self) -> usize {
        let blobs = fs::read_dir(self.directory.path().join("blobs"));
        blobs.expect("listed").count()
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// All that lies directly in a folder. None: there is no such folder.
async fn list(files: &Files, owner: UserId, folder: Option<FileId>) -> Option<Vec<Entry>> {
    let mut pages = files.pages(owner, folder).await.expect("asked")?;
    let mut entries = Vec::new();
    while let Some(page) = pages.next().await.expect("asked") {
        entries.extend(page);
    }
    Some(entries)
}

#[tokio::test]
async fn what_has_come_whole_is_stored_although_its_sender_goes_away() {
    let house = House::new().await;
    let owner = UserId(1);
    let arriving = house
        .arriving(owner, &["a"], b"text")
        .await
        .expect("begins");
    let gone = tokio::time::timeout(Duration::ZERO, arriving.store()).await;
    assert!(gone.is_err(), "dropped while it was stored");
    for _ in 0..500 {
        if house.found(owner, &["a"]).await.is_some() {
            assert_eq!(house.on_disk(), 1);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not stored");
}

#[tokio::test]
async fn an_id_stays_through_moves_and_replacements_and_is_the_owner_s_alone() {
    let house = House::new().await;
    let (files, owner, other) = (&house.files, UserId(1), UserId(2));
    let id = house.put(owner, &["a"], b"one").await.expect("stored").id;
    files.make_folder(owner, owned(&["d"])).await.expect("made");
    let condition = Condition::default();
    let moved = files.relocate(owner, id, owned(&["d", "b"]), condition.clone());
    assert_eq!(moved.await.expect("moved").id, id);
    let replaced = house.put(owner, &["d", "b"], b"two").await;
    assert_eq!(replaced.expect("replaced").id, id);
    let path = |owner| files.path_of(owner, id);
    assert_eq!(path(owner).await.expect("asked"), Some(owned(&["d", "b"])));
    assert_eq!(path(other).await.expect("asked"), None);
    assert_eq!(files.entry(other, id).await.expect("asked"), None);
    assert!(
        !files
            .remove(other, id, condition.clone())
            .await
            .expect("asked")
    );
    let moved = files.relocate(other, id, owned(&["x"]), condition.clone());
    assert!(matches!(moved.await, Err(FileError::NotFound)));
    assert_eq!(list(files, other, Some(id)).await, None);
    assert!(
        files
            .remove(owner, id, condition.clone())
            .await
            .expect("asked")
    );
    assert!(!files.remove(owner, id, condition).await.expect("asked"));
    assert_eq!(path(owner).await.expect("asked"), None);
}

#[tokio::test]
async fn one_file_is_replaced_wherever_it_is_and_never_made_again() {
    let house = House::new().await;
    let (files, owner) = (&house.files, UserId(1));
    let id = house.put(owner, &["a"], b"one").await.expect("stored").id;
    let place = Place::File(id);
    let arriving = house.arriving_at(owner, place.clone(), b"two").await;
    let arriving = arriving.expect("begins");
    let moved = files.relocate(owner, id, owned(&["b"]), Condition::default());
    moved.await.expect("moved");
    let written = arriving.store().await.expect("stored");
    assert!(!written.created);
    assert_eq!((written.entry.id, written.entry.name.as_str()), (id, "b"));
    let late = house.arriving_at(owner, place.clone(), b"three").await;
    let late = late.expect("begins");
    let removed = files.remove(owner, id, Condition::default());
    assert!(removed.await.expect("removed"));
    assert!(matches!(late.store().await, Err(FileError::NotFound)));
    let gone = house.arriving_at(owner, place, b"four").await;
    assert!(matches!(gone, Err(FileError::NotFound)));
    assert_eq!(list(files, owner, None).await, Some(vec![]));
}

#[tokio::test]
async fn a_folder_deep_down_takes_no_more_levels_than_the_home_has() {
    let house = House::with_room_for(100).await;
    let (files, owner) = (&house.files, UserId(1));
    let mut names = Vec::new();
    for _ in 0..path::DEPTH_MAX - 1 {
        names.push("d".to_owned());
        files.make_folder(owner, names.clone()).await.expect("made");
    }
    let last = files
        .below(owner, None, names.clone())
        .await
        .expect("asked");
    let folder = last.map(|entry| entry.id);
    names.push("e".to_owned());
    files.make_folder(owner, names).await.expect("made");
    let begin = async |names: &[&str]| {
        let names = owned(names);
        let arriving = house.arriving_at(owner, Place::In { folder, names }, b"");
        arriving.await.map(drop)
    };
    begin(&["f"]).await.expect("fits");
    assert!(matches!(begin(&["e", "f"]).await, Err(FileError::TooDeep)));
}

#[tokio::test]
async fn what_was_replaced_or_removed_is_held_for_those_who_are_about_to_read_it() {
    let house = House::new().await;
    let owner = house.user().await;
    for bytes in ["one", "two"] {
        house
            .put(owner, &["a"], bytes.as_bytes())
            .await
            .expect("stored");
    }
    let id = house.put(owner, &["b"], b"three").await.expect("stored").id;
    let removed = house.files.remove(owner, id, Condition::default());
    assert!(removed.await.expect("removed"));
    let leftover = house.directory.path().join("blobs/leftover");
    fs::write(&leftover, "left").expect("written");
    house.files.sweep().await.expect("swept");
    assert!(!leftover.exists());
    assert_eq!(house.on_disk(), 3);
    assert!(house.found(owner, &["a"]).await.is_some());
}

#[tokio::test]
async fn files_of_nobody_are_removed() {
    let house = House::new().await;
    let (somebody, nobody) = (house.user().await, UserId(2));
    for owner in [somebody, nobody] {
        house.put(owner, &["a"], b"text").await.expect("stored");
    }
    house.files.sweep().await.expect("swept");
    assert!(house.found(somebody, &["a"]).await.is_some());
    assert_eq!(house.found(nobody, &["a"]).await, None);
    assert_eq!(house.on_disk(), 1);
}
