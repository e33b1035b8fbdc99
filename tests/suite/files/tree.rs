//! Whole folders move and go.

use serde_json::json;

use super::{ask, asking, make_folder, names, said, stored, text};
use crate::support::Gateway;
use crate::support::gateway::Answer;

/// Moves below ralf's home; `to` is the whole path, percent-encoded.
async fn moved(gateway: &Gateway, from: &str, to: &str) -> Answer {
    ask(gateway, "POST", &format!("{from}?move={to}")).await
}

#[tokio::test]
async fn a_file_or_folder_moves_with_all_in_it() {
    let gateway = Gateway::start().await;
    make_folder(&gateway, "/a").await;
    make_folder(&gateway, "/a/b").await;
    make_folder(&gateway, "/c").await;
    let etag = stored(&gateway, "/a/b/file", "text").await;
    let answer = moved(&gateway, "/a", "/home/ralf/c/new+n%C3%A4me").await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let path = "/home/ralf/c/new n\u{e4}me";
    assert_eq!(
        answer.body,
        json!({"status": 201, "message": "Moved", "path": path})
    );
    let location = answer.header("location").unwrap();
    assert!(
        location.ends_with("/files/home/ralf/c/new%20n%C3%A4me"),
        "{location}"
    );
    assert_eq!(names(&gateway, "").await, ["c/"]);
    let read = ask(&gateway, "GET", "/c/new%20n%C3%A4me/b/file").await;
    assert_eq!(
        (read.text.as_str(), read.header("etag")),
        ("text", Some(etag.as_str()))
    );
    assert_eq!(text(&gateway, "/a/b/file").await, Err(404));
    assert_eq!(
        moved(&gateway, "/c/new%20n%C3%A4me/b/file", "/home/ralf/file")
            .await
            .status,
        201
    );
    assert_eq!(text(&gateway, "/file").await, said("text"));
    assert_eq!(names(&gateway, "/c/new%20n%C3%A4me/b").await, [""; 0]);
}

#[tokio::test]
async fn what_cannot_move_stays() {
    let gateway = Gateway::start().await;
    make_folder(&gateway, "/a").await;
    make_folder(&gateway, "/a/b").await;
    stored(&gateway, "/file", "text").await;
    for (from, to, status, message) in [
        (
            "/a",
            "/home/ralf/a/x",
            422,
            "A folder cannot be moved into itself",
        ),
        (
            "/a",
            "/home/ralf/a/b/x",
            422,
            "A folder cannot be moved into itself",
        ),
        (
            "/a",
            "/home/ralf/file",
            409,
            "There is a file or folder of this name already",
        ),
        (
            "/file",
            "/home/ralf/a",
            409,
            "There is a file or folder of this name already",
        ),
        (
            "/file",
            "/home/ralf/file",
            409,
            "There is a file or folder of this name already",
        ),
        (
            "/file",
            "/home/ralf",
            409,
            "There is a file or folder of this name already",
        ),
        (
            "/file",
            "/home/ralf/none/x",
            409,
            "There is no folder to put it into",
        ),
        (
            "/a",
            "/home/ralf/file/x",
            409,
            "There is no folder to put it into",
        ),
        (
            "/none",
            "/home/ralf/x",
            404,
            "There is no such file or folder",
        ),
        (
            "",
            "/home/ralf/x",
            422,
            "A home can be neither moved nor removed",
        ),
        (
            "/file",
            "",
            422,
            "Invalid path '': it must begin with /home/<login>/",
        ),
        (
            "/file",
            "x",
            422,
            "Invalid path 'x': it must begin with /home/<login>/",
        ),
        (
            "/file",
            "/home/ralf/../x",
            422,
            "Invalid path '/home/ralf/../x': '.' and '..' are no names",
        ),
    ] {
        let answer = moved(&gateway, from, to).await;
        assert_eq!(
            (answer.status, answer.message()),
            (status, message),
            "{from} to {to}"
        );
    }
    for login in ["anna", "nobody"] {
        let answer = moved(&gateway, "/file", &format!("/home/{login}/x")).await;
        assert_eq!(answer.status, 403, "{}", answer.text);
    }
    assert_eq!(names(&gateway, "").await, ["a/", "file"]);
    assert_eq!(names(&gateway, "/a").await, ["b/"]);
}

#[tokio::test]
async fn a_folder_goes_with_all_below_it_and_nothing_else() {
    let gateway = Gateway::start().await;
    for folder in ["/a", "/a/b", "/a/b/c", "/ab"] {
        make_folder(&gateway, folder).await;
        stored(&gateway, &format!("{folder}/file"), "x").await;
    }
    assert_eq!(ask(&gateway, "DELETE", "/a").await.status, 204);
    assert_eq!(names(&gateway, "").await, ["ab/"]);
    assert_eq!(text(&gateway, "/ab/file").await, said("x"));
    make_folder(&gateway, "/a").await;
    assert_eq!(names(&gateway, "/a").await, [""; 0]);
}

#[tokio::test]
async fn a_path_has_at_most_64_levels_however_it_comes_about() {
    let gateway = Gateway::start().await;
    let mut path = String::new();
    for _ in 0..63 {
        path += "/d";
        make_folder(&gateway, &path).await;
    }
    stored(&gateway, &format!("{path}/f"), "x").await;
    make_folder(&gateway, &format!("{path}/g")).await;
    assert_eq!(
        ask(&gateway, "POST", &format!("{path}/g/h?mkdir"))
            .await
            .status,
        422
    );
    // Two levels into the 63rd.
    make_folder(&gateway, "/two").await;
    stored(&gateway, "/two/f", "x").await;
    let to = format!("/home/ralf{path}/two");
    let answer = moved(&gateway, "/two", &to).await;
    assert_eq!(answer.message(), "The path would have more than 64 levels");
    assert_eq!(answer.status, 422);
    let one_up = path.strip_suffix("/d").unwrap();
    assert_eq!(
        moved(&gateway, "/two", &format!("/home/ralf{one_up}/two"))
            .await
            .status,
        201
    );
    assert_eq!(text(&gateway, &format!("{one_up}/two/f")).await, said("x"));
    assert_eq!(
        asking(&gateway, "DELETE", "/d")
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
}
