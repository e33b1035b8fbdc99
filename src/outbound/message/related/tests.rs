use super::*;

fn part(name: &str, reference: &str) -> Part {
    Part {
        name: name.into(),
        reference: reference.into(),
        media_type: "image/png".into(),
        size: 1,
        path: "blob".into(),
    }
}

/// The HTML, the ids of its images, and the names of the other attachments.
fn related(html: &str, parts: &[Part]) -> (String, Vec<String>, Vec<String>) {
    let found = relate(vec![html.into()], parts, "u@x.org");
    (
        found.html.concat(),
        found.images.into_iter().map(|image| image.id).collect(),
        found
            .attached
            .iter()
            .map(|part| part.name.clone())
            .collect(),
    )
}

#[test]
fn an_attachment_that_the_html_names_is_shown_there() {
    let parts = [
        part("logo.png", "t1"),
        part("Größe 1.png", "t2"),
        part("a.pdf", "t3"),
    ];
    for (html, expected, ids, rest) in [
        (
            "<IMG src = 'CID:logo.png' alt=\"x>y\"><img src=cid:logo.png>",
            "<IMG src = 'CID:logo.png' alt=\"x>y\"><img src=cid:logo.png>",
            &["logo.png"][..],
            &["Größe 1.png", "a.pdf"][..],
        ),
        (
            "<img src=\"cid:Gr%C3%B6%C3%9Fe%201.png\"><img src=\"cid:Größe 1.png\"><!-- cid:logo.png -->",
            "<img src=\"cid:image1.u@x.org\"><img src=\"cid:image1.u@x.org\"><!-- cid:logo.png -->",
            &["image1.u@x.org"],
            &["logo.png", "a.pdf"],
        ),
        (
            "<img src=cid:/mail/attachments/logo.png--t1><img src=cid:logo.png>",
            "<img src=cid:image1.u@x.org><img src=cid:image1.u@x.org>",
            &["image1.u@x.org"],
            &["Größe 1.png", "a.pdf"],
        ),
        (
            "<img src='cid:https://h/mail/attachments/x--t2'><img src=cid:logo%2Epng>",
            "<img src='cid:image1.u@x.org'><img src=cid:logo%2Epng>",
            &["image1.u@x.org", "logo.png"],
            &["a.pdf"],
        ),
        (
            "<img src=cid:unknown.png><img src=logo.png><img src=cid:><a href=cid:logo.png>x</a><img>",
            "<img src=cid:unknown.png><img src=logo.png><img src=cid:><a href=cid:logo.png>x</a><img>",
            &[],
            &["logo.png", "Größe 1.png", "a.pdf"],
        ),
        (
            "<img src=cid",
            "<img src=cid",
            &[],
            &["logo.png", "Größe 1.png", "a.pdf"],
        ),
    ] {
        let (made, images, attached) = related(html, &parts);
        assert_eq!(
            (made.as_str(), images.as_slice(), attached.as_slice()),
            (expected, &own(ids)[..], &own(rest)[..])
        );
    }
}

fn own(list: &[&str]) -> Vec<String> {
    list.iter().map(|one| (*one).to_owned()).collect()
}

#[test]
fn an_image_in_the_html_becomes_a_part_once() {
    let data = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
    let (made, images, _) = related(
        &format!(
            "ä<img src=\"{data}\">b<img src='{data}'><style>a{{background:url({data})}}</style>"
        ),
        &[],
    );
    assert_eq!(images, ["image1.u@x.org"]);
    assert_eq!(
        made,
        format!(
            "ä<img src=\"cid:image1.u@x.org\">b<img src='cid:image1.u@x.org'><style>a{{background:url({data})}}</style>"
        )
    );
}

#[test]
fn an_id_stands_for_one_part() {
    let parts = [part("image1.u@x.org", "t1")];
    let html = "<img src=data:image/png;base64,AAAA><img src=cid:image1.u@x.org>";
    let (made, images, _) = related(html, &parts);
    assert_eq!(images, ["image1.u@x.org", "image2.u@x.org"]);
    assert_eq!(
        made,
        "<img src=cid:image1.u@x.org><img src=cid:image2.u@x.org>"
    );
}

#[test]
fn ever_so_many_images_make_a_bounded_number_of_parts() {
    let html: String = (0..5000)
        .map(|at| format!("<img src=data:image/png;base64,{at:04}>"))
        .collect();
    let (made, images, _) = related(&html, &[]);
    assert_eq!(images.len(), IMAGES_MAX);
    assert!(made.ends_with("<img src=data:image/png;base64,4999>"));
}

#[test]
fn only_what_a_header_and_a_url_can_hold_is_an_id() {
    for id in ["a", "logo.png", "a.b@x.org", "A-1_2+3=4"] {
        assert!(is_id(id), "{id}");
    }
    for id in [
        "",
        ".",
        "a.",
        "a@",
        "@a",
        "a@b@c",
        "a b",
        "ä",
        "a%20",
        "a>",
        "a\r\nb",
        "a\"",
        &"a".repeat(129),
    ] {
        assert!(!is_id(id), "{id}");
    }
}
