//! Whatever is done to a home, it is as a simple model of it says.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use tokio::runtime::Runtime;

use super::*;
use crate::files::rows::totals;

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
            let entries = super::list(&self.files, owner, folder).await;
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
    let owner = Cell::new(0);
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
