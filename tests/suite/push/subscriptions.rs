//! Who may be called, and until when.

use quillgate::auth::admin::users;
use quillgate::config::{Config, Listen};
use quillgate::push::vapid;
use quillgate::store::sealed::Keyring;
use reqwest::Method;
use serde_json::json;

use super::service::{PushService, Subscriber};
use super::{ask, gateway, subscribe, subscriptions};
use crate::support::people::{self, PASSWORD, sign_in};
use crate::support::{Gateway, Page, eventually};

#[tokio::test]
async fn a_browser_is_added_shown_and_removed() {
    let gateway = gateway(|_| {}).await;
    let service = PushService::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    subscribe(&gateway, &cookie, &service).await;
    // A browser has one: this one takes the place of the first.
    let form = Subscriber::new().subscription(&service.endpoint());
    let made = gateway
        .request(Method::POST, "/me/push")
        .header("cookie", &cookie)
        .header("user-agent", "Browser/1.0")
        .json(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);

    let own = ask(&gateway, &cookie, Method::GET, "/me/push", None).await;
    let listed = own.body["subscriptions"].as_array().unwrap();
    assert_eq!(listed.len(), 1, "{}", own.text);
    assert_eq!(listed[0]["userAgent"], "Browser/1.0");
    assert_eq!(listed[0]["current"], true);
    assert!(
        !own.text.contains("of-this-browser"),
        "the endpoint is a secret: {}",
        own.text
    );
    assert_eq!(own.body["publicKey"].as_str().unwrap().len(), 87);
    let elsewhere = gateway.get_json("ralf", "/me/push").await;
    assert_eq!(elsewhere.body["subscriptions"][0]["current"], false);
    assert_eq!(elsewhere.body["publicKey"], own.body["publicKey"]);
    let anna = gateway.get_json("anna", "/me/push").await;
    assert_eq!(anna.body["subscriptions"], json!([]));

    let path = format!("/me/push/{}", listed[0]["id"].as_str().unwrap());
    let stranger = sign_in(&gateway, "anna").await;
    for (cookie, expected) in [(&stranger, 404), (&cookie, 204), (&cookie, 404)] {
        let answer = ask(&gateway, cookie, Method::DELETE, &path, None).await;
        assert_eq!(answer.status, expected, "{}", answer.text);
    }
}

#[tokio::test]
async fn what_leads_into_the_own_network_is_refused() {
    let gateway = Gateway::start().await;
    let cookie = sign_in(&gateway, "ralf").await;
    let subscriber = Subscriber::new();
    let good = subscriber.subscription("https://push.example/x");
    let mut forms = Vec::new();
    for endpoint in [
        "http://127.0.0.1:1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data",
        "http://push.example/x",
        "push.example",
    ] {
        forms.push((subscriber.subscription(endpoint), "'endpoint'"));
    }
    for (name, value) in [
        ("p256dh", json!("AAAA")),
        ("auth", json!("AAAA")),
        ("p256dh", json!(null)),
    ] {
        let mut form = good.clone();
        form["keys"][name] = value;
        forms.push((form, "'keys"));
    }
    for (form, named) in forms {
        let answer = ask(&gateway, &cookie, Method::POST, "/me/push", Some(&form)).await;
        assert_eq!(answer.status, 422, "{form}: {}", answer.text);
        assert!(answer.message().contains(named), "{form}: {}", answer.text);
    }
    let by_password = gateway.post_json("ralf", "/me/push", &good).await;
    assert_eq!(by_password.status, 403, "{}", by_password.text);
    assert_eq!(subscriptions(&gateway).await, 0);
}

#[tokio::test]
async fn a_subscription_ends_with_the_session_the_password_and_the_user() {
    let gateway = gateway(|_| {}).await;
    let service = PushService::start().await;
    let compose = json!({"subject": "Hello"});
    let is_not_called = async |what: &str| {
        assert_eq!(subscriptions(&gateway).await, 0, "{what}");
        // Nobody is called, so nothing is waited for.
        let answer = gateway.post_json("ralf", "/mail/compose", &compose).await;
        assert_eq!(answer.status, 404, "{what}");
    };

    let cookie = sign_in(&gateway, "ralf").await;
    subscribe(&gateway, &cookie, &service).await;
    assert_eq!(subscriptions(&gateway).await, 1);
    ask(&gateway, &cookie, Method::POST, "/logout", None).await;
    is_not_called("signed out").await;

    let cookie = sign_in(&gateway, "ralf").await;
    subscribe(&gateway, &cookie, &service).await;
    assert_eq!(subscriptions(&gateway).await, 1);
    let hash = quillgate::auth::password::hash(PASSWORD).unwrap();
    gateway
        .change(move |db| async move { users::set_password(&db, "ralf", hash).await })
        .await;
    is_not_called("another password").await;

    let cookie = sign_in(&gateway, "anna").await;
    subscribe(&gateway, &cookie, &service).await;
    gateway
        .change(move |db| async move { Ok(users::remove(&db, "anna").await?.1) })
        .await;
    eventually("nothing is left of it", async || {
        let left = gateway.store.read(|db| async move {
            use sea_orm::EntityTrait;
            quillgate::push::rows::push_subscriptions::Entity::find()
                .all(&db)
                .await
        });
        left.await.unwrap().is_empty()
    })
    .await;

    // Had any of them been called, that would have come first.
    let cookie = sign_in(&gateway, "ralf").await;
    let subscriber = subscribe(&gateway, &cookie, &service).await;
    let last = json!({"subject": "Last"});
    let (answer, delivery) =
        tokio::join!(gateway.post_json("ralf", "/mail/compose", &last), async {
            let delivery = service.next().await;
            Page::open(&gateway, "ralf").await.accept().await;
            delivery
        });
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(subscriber.read(&delivery.body)["subject"], "Last");
}

#[tokio::test]
async fn the_key_for_push_services_outlives_restarts_and_master_keys() {
    let directory = tempfile::TempDir::new().unwrap();
    let mut config = Config::for_data_dir(&directory.path().join("data"));
    config.server.listen = vec![Listen::Tcp("127.0.0.1:0".to_owned())];
    let gateway = Gateway::launch(config.clone()).await;
    people::move_in(&gateway.store, &gateway.outbox()).await;
    quillgate::store::changes::settle(&gateway.data).await;
    let key = gateway.get_json("ralf", "/me/push").await.body["publicKey"].clone();
    assert!(key.is_string());
    let keys = Keyring::open(&config.storage.master_key_file).unwrap();
    keys.add_key().unwrap();
    let with = keys.clone();
    gateway
        .change(move |db| async move {
            assert_eq!(vapid::seal_anew(&db, &with).await?, 1);
            Ok(Vec::new())
        })
        .await;
    keys.drop_old_keys().unwrap();
    gateway.stop().await;
    let gateway = Gateway::launch(config).await;
    let again = gateway.get_json("ralf", "/me/push").await;
    assert_eq!(again.body["publicKey"], key, "{}", again.text);
}
