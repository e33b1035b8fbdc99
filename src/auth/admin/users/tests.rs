use std::path::Path;

use tokio::runtime::Handle;

use super::*;
use crate::auth::admin::tokens::{self as token_operations, NewToken};
use crate::auth::rows::web_sessions;
use crate::auth::token;
use crate::store::Store;

async fn store(directory: &Path) -> Store {
    Store::open(&directory.join("q.db"), Handle::current())
        .await
        .unwrap()
}

fn new(login: &str) -> NewUser {
    NewUser {
        login: login.to_owned(),
        name: "Some Body".to_owned(),
        email: "some.body@example.org".to_owned(),
        ..NewUser::default()
    }
}

fn refusal<T>(result: Result<T, AdminError>) -> String {
    match result {
        Err(AdminError::Refused(reason)) => reason,
        Err(AdminError::Store(cause)) => panic!("{cause}"),
        Ok(_) => panic!("must be refused"),
    }
}

async fn add_one(store: &Store, user: NewUser) -> Result<UserId, AdminError> {
    store.write(|db| async move { add(&db, user).await }).await
}

#[tokio::test]
async fn ids_are_given_or_follow_the_highest_and_nothing_is_in_use_twice() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path()).await;
    let ralf = NewUser {
        id: Some(UserId(5)),
        ..new("ralf")
    };
    assert_eq!(add_one(&store, ralf.clone()).await.unwrap(), UserId(5));
    assert_eq!(add_one(&store, new("anna")).await.unwrap(), UserId(6));
    assert_eq!(
        refusal(add_one(&store, new("ralf")).await),
        "the login 'ralf' exists already"
    );
    let other = NewUser {
        login: "other".to_owned(),
        ..ralf
    };
    assert_eq!(
        refusal(add_one(&store, other).await),
        "the id 5 is taken by 'ralf'"
    );
}

#[tokio::test]
async fn a_removed_user_leaves_no_token_and_no_session_behind() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path()).await;
    add_one(&store, new("ralf")).await.unwrap();
    let (changes, tokens, sessions) = store
        .write::<_, AdminError, _>(|db| async move {
            let token = NewToken {
                user: Some("ralf".to_owned()),
                scopes: "mail".parse().map_err(AdminError::refused)?,
                until: None,
                remark: String::new(),
            };
            token_operations::create(&db, token).await?;
            let session = web_sessions::ActiveModel {
                id: Set("s".to_owned()),
                user_id: Set(1),
                secret_hash: Set(String::new()),
                created: Set(0),
                expires: Set(i64::MAX),
                ..Default::default()
            };
            web_sessions::Entity::insert(session)
                .exec(db.as_ref())
                .await?;
            let (_, changes) = remove(&db, "ralf").await?;
            let tokens = tokens::Entity::find().all(db.as_ref()).await?;
            let sessions = web_sessions::Entity::find().all(db.as_ref()).await?;
            Ok(((changes, tokens, sessions), Vec::new()))
        })
        .await
        .unwrap();
    assert_eq!(
        changes,
        [Change::Gone(UserId(1)), Change::Token(TokenId(1))]
    );
    assert!(tokens.is_empty() && sessions.is_empty());
    let gone = store
        .write(|db| async move { Ok(((), disable(&db, "ralf").await?)) })
        .await;
    assert!(refusal(gone).contains("there is no user 'ralf'"));
}

#[tokio::test]
async fn a_password_is_changed_and_a_user_shut_out_and_let_in_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path()).await;
    let id = add_one(&store, new("ralf")).await.unwrap();
    let changes = store
        .write::<_, AdminError, _>(|db| async move {
            let mut changes = set_password(&db, "ralf", "hash".to_owned()).await?;
            changes.extend(disable(&db, "ralf").await?);
            assert!(find(db.as_ref(), "ralf").await?.disabled);
            changes.extend(enable(&db, "ralf").await?);
            let user = find(db.as_ref(), "ralf").await?;
            assert!(!user.disabled && user.password_hash.as_deref() == Some("hash"));
            Ok((changes, Vec::new()))
        })
        .await
        .unwrap();
    assert_eq!(
        changes,
        [
            Change::Password(id, None),
            Change::Gone(id),
            Change::User(id)
        ]
    );
}

#[tokio::test]
async fn a_token_is_made_once_and_revoked_for_good() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path()).await;
    let all_users = NewToken {
        user: None,
        scopes: "groupdav mail".parse().unwrap(),
        until: None,
        remark: "helpdesk".to_owned(),
    };
    let for_nobody = NewToken {
        user: Some("nobody".to_owned()),
        ..all_users.clone()
    };
    let made = store
        .write(|db| async move { token_operations::create(&db, all_users).await })
        .await
        .unwrap();
    assert!(token::parse(&made.token).is_some_and(|(id, _)| id == made.id));
    let refused = store
        .write(|db| async move { token_operations::create(&db, for_nobody).await })
        .await;
    assert!(refusal(refused).contains("'nobody'"));
    for _ in 0..2 {
        let changes = store
            .write::<_, AdminError, _>(move |db| async move {
                Ok((token_operations::revoke(&db, made.id).await?, Vec::new()))
            })
            .await
            .unwrap();
        assert_eq!(changes, [Change::Token(made.id)]);
    }
    let all = store
        .read(|db| async move { token_operations::all(&db).await })
        .await
        .unwrap();
    assert!(all[0].revoked.is_some() && all[0].user_id.is_none());
}
