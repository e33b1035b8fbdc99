//! The pages that people see. All text from elsewhere goes through `maud`, which escapes it.

mod file;
mod folder;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
    REFERRER_POLICY, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::asked::Asked;
use super::headers::{self, ICON, SCRIPTS, STYLES};
use super::language::Words;
use super::refused::Refused;
use super::{Found, SharePage, Thing};
use crate::http::client::Client;
use crate::http::error::ApiError;
use crate::http::file::disposition::encoded;
use crate::http::public_url::PublicUrl;

/// Where a page is, and what it speaks.
pub struct Site {
    pub words: &'static Words,
    policy: String,
    /// The path of the share.
    root: String,
    /// The names below it.
    names: Vec<String>,
    /// The path that was asked for.
    here: String,
}

/// One page.
pub struct Page {
    title: String,
    body: Markup,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// With scripts, for what they make more pleasant.
    Share,
    /// With a form.
    Form,
    Plain,
}

impl Site {
    pub fn of(req: &HttpRequest, public_url: &PublicUrl, asked: &Asked) -> Self {
        Self {
            words: Words::of(req),
            policy: headers::policy(public_url, &Client::of(req), &asked.root()),
            root: asked.root(),
            names: asked.names.clone().unwrap_or_default(),
            here: req.uri().path().to_owned(),
        }
    }

    /// The path of what has these names in the share.
    fn path<'a>(&self, names: impl IntoIterator<Item = &'a String>) -> String {
        let names = names.into_iter().map(|name| format!("/{}", encoded(name)));
        format!("{}{}", self.root, names.collect::<String>())
    }

    pub fn answer(&self, status: StatusCode, page: &Page) -> HttpResponse {
        self.instead_of(HttpResponse::build(status).finish(), page)
    }

    /// The page as the body of `response`, whose status and headers stay.
    pub fn instead_of(&self, response: HttpResponse, page: &Page) -> HttpResponse {
        let mut response = response
            .set_body(self.whole(page).into_string())
            .map_into_boxed_body();
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(CONTENT_TYPE, "text/html; charset=utf-8");
        set(CONTENT_LANGUAGE, self.words.tag);
        set(VARY, "Accept, Accept-Language");
        set(CONTENT_SECURITY_POLICY, &self.policy);
        set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
        if page.kind == Kind::Form {
            // A form tells its own origin where it comes from; with "no-referrer" browsers send `Origin: null`.
            set(REFERRER_POLICY, "same-origin");
        }
        response
    }

    fn whole(&self, page: &Page) -> Markup {
        let words = self.words;
        let scripted = page.kind == Kind::Share;
        let said = scripted.then(|| words.for_scripts());
        html! {
            (DOCTYPE)
            html lang=(words.tag) data-words=[said] {
                head {
                    meta charset="utf-8";
                    title { (page.title) }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex, nofollow";
                    link rel="icon" type="image/svg+xml" href=(ICON);
                    @for style in STYLES { link rel="stylesheet" href=(style); }
                    @if scripted {
                        script type="module" src=(SCRIPTS[0]) {}
                    }
                }
                body {
                    main class="page" { (page.body) }
                    footer class="foot" { img src=(ICON) alt="" width="18" height="18"; (words.foot) }
                }
            }
        }
    }
}

/// The page of what was found.
pub async fn share(page: &SharePage, site: &Site, found: &Found) -> Result<Page, Refused> {
    let facts = facts(page, site.words, found).await?;
    let (title, body) = match &found.thing {
        Thing::Folder(folder) => {
            let entries = page.entries(folder).await?;
            let body = folder::body(site, found, folder, &entries, &facts);
            (folder.name.clone(), body)
        }
        _ => {
            let Some((name, content, modified)) = found.file() else {
                return Err(Refused::Gone);
            };
            let preview = page.preview(found, content).await?;
            let shown = file::Shown {
                name,
                content,
                modified,
                preview,
            };
            (name.to_owned(), file::body(site, found, &shown, &facts))
        }
    };
    Ok(Page {
        title,
        body,
        kind: Kind::Share,
    })
}

/// Who sent it, and how long it lasts.
async fn facts(page: &SharePage, words: &Words, found: &Found) -> Result<Markup, Refused> {
    let sender = page.sender(&found.share).await?;
    let share = &found.share;
    let left = share
        .max_downloads
        .map(|most| u64::from(most).saturating_sub(share.downloads));
    Ok(html! {
        dl class="facts" {
            @if !sender.is_empty() {
                div { dt { (words.sender) } dd { bdi { (sender) } } }
            }
            div {
                dt { (words.end) }
                dd { (words.lasts(share.last_day.as_deref(), page.shares.settings.keep)) }
            }
            @if let Some(left) = left {
                div { dt { (words.downloads) } dd { (words.downloads_left(left)) } }
            }
        }
    })
}

/// The way up from a file or folder inside of a shared one.
fn way_up(site: &Site, root: &str) -> Markup {
    let Some((last, above)) = site.names.split_last() else {
        return html! {};
    };
    html! {
        nav class="way" aria-label=(site.words.way) {
            ol {
                li { a href=(site.root) { bdi { (root) } } }
                @for (at, name) in above.iter().enumerate() {
                    li { a href=(site.path(&above[..=at])) { bdi { (name) } } }
                }
                li aria-current="page" { bdi { (last) } }
            }
        }
    }
}

/// The form that asks for the password, and says nothing about what it opens.
pub fn password(site: &Site, problem: Option<String>) -> Page {
    let words = site.words;
    let body = html! {
        form class="card narrow" method="post" action=(site.here) {
            (icon(LOCK))
            h1 { (words.password_title) }
            p class="hint" { (words.password_hint) }
            label for="password" { (words.password) }
            input id="password" name="password" type="password" autocomplete="off" required autofocus
                maxlength="1000" aria-invalid=[problem.is_some().then_some("true")]
                aria-describedby=[problem.is_some().then_some("problem")];
            @if let Some(problem) = problem {
                p class="problem" id="problem" role="alert" { (problem) }
            }
            button class="button primary wide" type="submit" { (words.open) }
        }
    };
    Page {
        title: words.password_title.to_owned(),
        body,
        kind: Kind::Form,
    }
}

/// A page that says that there is nothing at what was asked for.
pub fn gone(site: &Site, asked: &Asked) -> Page {
    let words = site.words;
    let texts = [&(words.gone)(&asked.shown()), words.gone_hint];
    said(words.gone_title, texts)
}

/// A page that says what is wrong.
pub fn problem(site: &Site, error: &ApiError) -> Page {
    let words = site.words;
    let text = words.scripts.problems.of(error.status().as_u16());
    said(words.problem_title, [text, words.problem_hint])
}

fn said(title: &str, [text, hint]: [&str; 2]) -> Page {
    let body = html! {
        section class="card narrow" {
            (icon(GONE))
            h1 { (title) }
            p { (text) }
            p class="hint" { (hint) }
        }
    };
    Page {
        title: title.to_owned(),
        body,
        kind: Kind::Plain,
    }
}

/// Pictures of lines, drawn for this page.
const LOCK: &str =
    r#"<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>"#;
const GONE: &str = r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v6M12 16.5v.01"/>"#;
const FOLDER: &str =
    r#"<path d="M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/>"#;
const FILE: &str = r#"<path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8z"/><path d="M14 3v5h5"/>"#;
const SAVE: &str = r#"<path d="M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 20h14"/>"#;

fn icon(lines: &'static str) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" { (PreEscaped(lines)) }
    }
}
