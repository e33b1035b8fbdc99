//! Files and folders: made, listed, replaced and removed.

use quillgate::files::Content;
use quillgate::files::rows::{HOME, changes};
use quillgate::ids::UserId;
use quillgate::store::StoreError;
use quillgate::store::blobs::Key;
use serde_json::{Value, json};

use super::{ask, asking, listed, make_folder, names, put, said, stored, text};
use crate::auth_matrix::assert_answer_in_form;
use crate::support::Gateway;
use crate::support::gateway::Answer;

#[tokio::test]
async fn a_file_is_written_read_replaced_and_removed() {
    let gateway = Gateway::start().await;
    let new = put(&gateway, "/a%20b.txt", "one").await;
    assert_eq!(new.status, 201, "{}", new.text);
    assert_answer_in_form(&new);
    let location = format!("http://{}", gateway.address)
        + "/egroupware/groupdav.php/files/home/ralf/a%20b.txt";
    assert_eq!(new.header("location"), Some(location.as_str()));
    let made = json!({"status": 201, "message": "File stored", "path": "/home/ralf/a b.txt"});
    assert_eq!(new.body, made);

    let read = ask(&gateway, "GET", "/a%20b.txt").await;
    assert_eq!((read.status, read.text.as_str()), (200, "one"));
    let etag = "\"7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed\"";
    assert_eq!(new.header("etag"), Some(etag));
    assert_eq!(read.header("etag"), Some(etag));
    assert_eq!(read.header("content-type"), Some("text/plain"));
    let disposition = "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt";
    assert_eq!(read.header("content-disposition"), Some(disposition));
    assert_eq!(read.header("x-content-type-options"), Some("nosniff"));
    assert!(read.header("last-modified").unwrap().ends_with(" GMT"));

    let again = put(&gateway, "/a%20b.txt", "two!").await;
    assert_eq!((again.status, again.text.as_str()), (204, ""));
    assert_ne!(again.header("etag"), Some(etag));
    assert_eq!(text(&gateway, "/a%20b.txt").await, said("two!"));

    let gone = ask(&gateway, "DELETE", "/a%20b.txt").await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    for method in ["GET", "DELETE"] {
        let missing = ask(&gateway, method, "/a%20b.txt").await;
        assert_eq!(missing.status, 404);
        assert_answer_in_form(&missing);
    }
}

#[tokio::test]
async fn a_folder_lists_what_is_in_it_folders_first_then_by_name() {
    let gateway = Gateway::start().await;
    assert_eq!(names(&gateway, "").await, [""; 0]);
    let made = ask(&gateway, "POST", "/Docs/?mkdir").await;
    assert_eq!(made.status, 201);
    let body = json!({"status": 201, "message": "Folder made", "path": "/home/ralf/Docs"});
    assert_eq!(made.body, body);
    let location = made.header("location").unwrap();
    assert!(location.ends_with("/files/home/ralf/Docs"), "{location}");
    stored(&gateway, "/b.txt", "12345").await;
    stored(&gateway, "/B.txt", "").await;
    make_folder(&gateway, "/zoo").await;
    stored(&gateway, "/Docs/inside", "x").await;
    assert_eq!(
        names(&gateway, "").await,
        ["Docs/", "zoo/", "B.txt", "b.txt"]
    );
    assert_eq!(names(&gateway, "/Docs").await, ["inside"]);
    assert_eq!(names(&gateway, "/zoo/").await, [""; 0]);

    let home = ask(&gateway, "GET", "").await;
    let folder = &home.body["entries"][0];
    assert_eq!(
        (&folder["size"], &folder["etag"]),
        (&json!(0), &Value::Null)
    );
    let file = &home.body["entries"][3];
    let members: Vec<_> = file.as_object().unwrap().keys().collect();
    assert_eq!(members, ["name", "type", "size", "modified", "etag"]);
    assert_eq!(file["size"], 5);
    let head = asking(&gateway, "HEAD", "/b.txt").send().await.unwrap();
    assert_eq!(file["etag"], head.headers()["etag"].to_str().unwrap());
    let modified: jiff::Timestamp = file["modified"].as_str().unwrap().parse().unwrap();
    let age = jiff::Timestamp::now().duration_since(modified);
    assert!(age.abs() < jiff::SignedDuration::from_mins(5), "{age}");
    let head = Answer::of(asking(&gateway, "HEAD", "").send().await.unwrap()).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

#[tokio::test]
async fn what_cannot_be_there_is_409() {
    let gateway = Gateway::start().await;
    stored(&gateway, "/file", "x").await;
    make_folder(&gateway, "/folder").await;
    for (method, path, message) in [
        ("PUT", "/none/a", "There is no folder to put it into"),
        ("PUT", "/file/a", "There is no folder to put it into"),
        ("PUT", "/folder", "There is a folder of this name"),
        ("PUT", "", "There is a folder of this name"),
        ("POST", "/none/a?mkdir", "There is no folder to put it into"),
        ("POST", "/file/a?mkdir", "There is no folder to put it into"),
        (
            "POST",
            "/file?mkdir",
            "There is a file or folder of this name already",
        ),
        (
            "POST",
            "/folder?mkdir",
            "There is a file or folder of this name already",
        ),
        (
            "POST",
            "?mkdir",
            "There is a file or folder of this name already",
        ),
    ] {
        let request = asking(&gateway, method, path).body("body");
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(
            (answer.status, answer.message()),
            (409, message),
            "{method} {path}"
        );
    }
    let home = ask(&gateway, "DELETE", "").await;
    let message = "A home can be neither moved nor removed";
    assert_eq!((home.status, home.message()), (422, message));
    assert_eq!(ask(&gateway, "GET", "/file/a").await.status, 404);
    assert_eq!(names(&gateway, "").await, ["folder/", "file"]);
}

#[tokio::test]
async fn a_post_says_what_it_is_to_do() {
    let gateway = Gateway::start().await;
    stored(&gateway, "/a", "x").await;
    for query in [
        "",
        "?",
        "?mv=/home/ralf/b",
        "?mkdir&move=/home/ralf/b",
        "?mkdir&mkdir",
    ] {
        let answer = ask(&gateway, "POST", &format!("/a{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(
            answer.message().contains("?mkdir or ?move="),
            "{}",
            answer.message()
        );
    }
    assert_eq!(names(&gateway, "").await, ["a"]);
}

#[tokio::test]
async fn base_path_and_trailing_slash_make_no_difference() {
    let gateway = Gateway::start().await;
    make_folder(&gateway, "/d").await;
    stored(&gateway, "/d/f", "text").await;
    for base in ["", "/egroupware/groupdav.php"] {
        for end in ["", "/"] {
            let get = |path: &str| {
                gateway
                    .get("ralf", &format!("{base}/files{path}{end}"))
                    .send()
            };
            let answer = async |path: &str| Answer::of(get(path).await.unwrap()).await;
            assert_eq!(listed(&answer("").await.body), ["home/"]);
            assert_eq!(listed(&answer("/home").await.body), ["ralf/"]);
            assert_eq!(listed(&answer("/home/ralf").await.body), ["d/"]);
            assert_eq!(listed(&answer("/home/ralf/d").await.body), ["f"]);
            assert_eq!(answer("/home/ralf/d/f").await.text, "text");
            let path = format!("{base}/files/home/ralf/d/g{end}");
            let request = gateway.request(reqwest::Method::PUT, &path).body("x");
            let put = request.basic_auth("ralf", Some(crate::support::people::PASSWORD));
            assert!(put.send().await.unwrap().status().is_success());
            let path = format!("{base}/files/home/ralf/d/g{end}?move=%2Fhome%2Fralf%2Fh%2F");
            assert_eq!(
                gateway.post("ralf", &path).send().await.unwrap().status(),
                201
            );
            assert_eq!(ask(&gateway, "DELETE", "/h").await.status, 204);
        }
    }
    let outside = gateway.get("ralf", "/files/etc").send().await.unwrap();
    assert_eq!(outside.status(), 404);
}

#[tokio::test]
async fn a_large_folder_is_listed_to_its_end() {
    let gateway = Gateway::start().await;
    let name = |number: usize| format!("{number:04}");
    let write = gateway
        .store
        .write::<_, StoreError, _>(move |db| async move {
            // Not in their order.
            for number in (0..1201).rev() {
                let content = (number >= 700).then(|| Content {
                    key: Key::random(),
                    size: 1,
                    sha256: String::new(),
                    content_type: "text/plain".to_owned(),
                });
                let place = (HOME, name(number));
                changes::insert(&*db, UserId(5), place, content, 0).await?;
            }
            Ok(((), Vec::new()))
        });
    write.await.unwrap();
    let folders = (0..700).map(|number| name(number) + "/");
    let expected: Vec<_> = folders.chain((700..1201).map(name)).collect();
    assert_eq!(names(&gateway, "").await, expected);
}
