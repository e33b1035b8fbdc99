use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use tokio::runtime::{Handle, Runtime};

use super::error::FileError;
use super::receive::{Arriving, Destination};
use super::rows::totals;
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
    assert_eq!(files.list(other, Some(id)).await.expect("asked"), None);
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
    assert_eq!(files.list(owner, None).await.expect("asked"), Some(vec![]));
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

/// What somebody does; paths are of few names, so that they meet.
#[derive(Clone, Debug)]
enum Act {
    Put(Vec<&'static str>, usize),
    Folder(Vec<&'static str>),
    Move(Vec<&'static str>, Vec<&'static str>),
    Remove(Vec<&'static str>),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let path = || prop::collection::vec(prop::sample::select(vec!["a", "b"]), 1..4);
    let act = prop_oneof![
        (path(), 0_usize..6).prop_map(|(path, size)| Act::Put(path, size)),
        path().prop_map(Act::Folder),
        (path(), path()).prop_map(|(from, to)| Act::Move(from, to)),
        path().prop_map(Act::Remove),
    ];
    prop::collection::vec(act, 1..25)
}

/// A home as it should be: each path with the bytes of its file; none: a folder.
type Model = BTreeMap<Vec<&'static str>, Option<Vec<u8>>>;

/// What becomes of it, or why not.
fn expected(model: &mut Model, act: &Act, number: u8) -> Result<(), &'static str> {
    let parent_is_folder = |model: &Model, path: &[&'static str]| {
        let above = &path[..path.len() - 1];
        above.is_empty() || model.get(above) == Some(&None)
    };
    let place = |model: &Model, path: &Vec<&'static str>| {
        if !parent_is_folder(model, path) {
            return Err("folder to put");
        }
        match model.contains_key(path) {
            true => Err("already"),
            false => Ok(()),
        }
    };
    let full = model.len() >= ENTRIES as usize;
    match act {
        Act::Put(path, size) => {
            let before = match model.get(path) {
                Some(None) => return Err("folder of this name"),
                Some(Some(bytes)) => bytes.len(),
                None if !parent_is_folder(model, path) => return Err("folder to put"),
                None if full => return Err("entries_per_user"),
                None => 0,
            };
            let used: usize = model.values().flatten().map(Vec::len).sum();
            if (used - before + size) as u64 > QUOTA {
                return Err("user_quota");
            }
            model.insert(path.clone(), Some(vec![number; *size]));
        }
        Act::Folder(path) => {
            place(model, path)?;
            if full {
                return Err("entries_per_user");
            }
            model.insert(path.clone(), None);
        }
        Act::Move(from, to) => {
            if !model.contains_key(from) {
                return Err("no such");
            }
            place(model, to)?;
            if to.starts_with(from) {
                return Err("into itself");
            }
            let all: Vec<_> = model
                .keys()
                .filter(|path| path.starts_with(from))
                .cloned()
                .collect();
            for path in all {
                let content = model.remove(&path).expect("there");
                model.insert([&to[..], &path[from.len()..]].concat(), content);
            }
        }
        Act::Remove(path) => {
            if !model.contains_key(path) {
                return Err("no such");
            }
            model.retain(|other, _| !other.starts_with(path));
        }
    }
    Ok(())
}

impl House {
    async fn act(&self, owner: UserId, act: &Act, number: u8) -> Result<(), FileError> {
        let named = async |path: &[&str]| {
            let found = self.found(owner, path).await;
            found.map(|entry| entry.id).ok_or(FileError::NotFound)
        };
        let condition = Condition::default();
        match act {
            Act::Put(path, size) => self.put(owner, path, &vec![number; *size]).await.map(drop),
            Act::Folder(path) => self.files.make_folder(owner, owned(path)).await.map(drop),
            Act::Move(from, to) => {
                let moved = self
                    .files
                    .relocate(owner, named(from).await?, owned(to), condition);
                moved.await.map(drop)
            }
            Act::Remove(path) => {
                let removed = self.files.remove(owner, named(path).await?, condition);
                removed.await.map(drop)
            }
        }
    }

    /// All that a user has, as the model has it.
    async fn tree(&self, owner: UserId) -> BTreeMap<Vec<String>, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![(None, Vec::new())];
        while let Some((folder, path)) = folders.pop() {
            let entries = self.files.list(owner, folder).await.expect("asked");
            for entry in entries.expect("a folder") {
                let path = [&path[..], std::slice::from_ref(&entry.name)].concat();
                let content = match &entry.kind {
                    EntryKind::Folder => {
                        folders.push((Some(entry.id), path.clone()));
                        None
                    }
                    EntryKind::File(content) => {
                        let bytes = fs::read(self.files.blobs().path(&content.key));
                        Some(bytes.expect("readable"))
                    }
                };
                found.insert(path, content);
            }
        }
        found
    }
}

#[test]
fn whatever_is_done_the_tree_is_as_it_should_be() {
    let runtime = Runtime::new().expect("runs");
    let house = runtime.block_on(House::new());
    let owner = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(24)
    });
    let case = |acts: Vec<Act>| {
        // Nobody has seen this one's home yet.
        owner.set(owner.get() + 1);
        let owner = UserId(owner.get());
        runtime.block_on(async {
            let mut model = Model::new();
            for (number, act) in acts.iter().enumerate() {
                let number = u8::try_from(number).expect("few");
                let should = expected(&mut model, act, number);
                match (house.act(owner, act, number).await, should) {
                    (Ok(()), Ok(())) => {}
                    (Err(error), Err(words)) if error.to_string().contains(words) => {}
                    (is, should) => prop_assert!(false, "{act:?}: {is:?}, not {should:?}"),
                }
            }
            let tree = house.tree(owner).await;
            let model = model
                .into_iter()
                .map(|(path, content)| (owned(&path), content));
            prop_assert_eq!(&tree, &model.collect());
            let counted = house
                .files
                .store
                .read(move |db| async move { totals::of(&db, owner).await });
            let sizes = tree.values().flatten().map(Vec::len);
            let totals = totals::Totals {
                bytes: sizes.sum::<usize>() as u64,
                entries: tree.len() as u64,
            };
            prop_assert_eq!(counted.await.expect("counted"), totals);
            Ok(())
        })
    };
    runner.run(&acts(), case).expect("as it should be");
    runtime.block_on(async {
        // Every row has its blob; what else is there is in its grace.
        let rows = house
            .files
            .store
            .read(|db| async move { totals::contents(&db).await });
        let rows: HashSet<_> = rows.await.expect("read").into_iter().collect();
        let keys = house.files.blobs().keys().await.expect("listed");
        let keys: HashSet<_> = keys.iter().map(|key| key.as_str().to_owned()).collect();
        assert!(rows.is_subset(&keys));
    });
}
