//! The page of one file.

use maud::{Markup, html};

use super::{FILE, SAVE, Site, icon, way_up};
use crate::files::Content;
use crate::http::file::disposition::encoded;
use crate::shares::page::Found;
use crate::shares::page::language::Words;
use crate::shares::page::preview::Preview;
use crate::store::time::rfc3339;

/// A file and what is shown of it.
pub struct Shown<'a> {
    pub name: &'a str,
    pub content: &'a Content,
    pub modified: Option<i64>,
    pub preview: Preview,
}

pub fn body(site: &Site, found: &Found, shown: &Shown<'_>, facts: &Markup) -> Markup {
    let (path, words) = (site.path(&site.names), site.words);
    html! {
        (way_up(site, &found.share.name))
        article class="card" {
            header class="head" {
                (icon(FILE))
                div {
                    h1 { bdi { (shown.name) } }
                    p class="hint" {
                        (words.size_of(shown.content.size))
                        @if let Some(modified) = shown.modified {
                            " · " (words.modified_at) " " (time(words, modified))
                        }
                    }
                }
            }
            (facts)
            (download(words, &path, found, shown))
            (preview(words, &path, shown))
        }
        @if found.is_writable() {
            (upload(words, &path, Some(&shown.content.sha256)))
        }
    }
}

/// A plain link; the script shows progress in its place.
fn download(words: &Words, path: &str, found: &Found, shown: &Shown<'_>) -> Markup {
    // Each attempt counts: better one by the browser, which goes on with what was broken off.
    let counted = found.share.max_downloads.is_some();
    html! {
        div class="download" data-name=(shown.name) data-size=(shown.content.size)
            data-tag={ "\"" (shown.content.sha256) "\"" } data-counted[counted] {
            a class="button primary wide" href={ (path) "?download" } download=(shown.name) rel="nofollow" {
                (icon(SAVE)) (words.download)
            }
            div class="transfers" {}
        }
    }
}

fn preview(words: &Words, path: &str, shown: &Shown<'_>) -> Markup {
    html! {
        @match &shown.preview {
            Preview::Picture => {
                figure class="preview" {
                    img src={ (path) "?preview&v=" (encoded(&shown.content.sha256)) } alt={ (words.preview) ": " (shown.name) };
                }
            }
            Preview::Text { text, cut } => {
                section class="preview" aria-label=(words.preview) {
                    pre tabindex="0" dir="auto" { (text) }
                    @if *cut { p class="hint" { (words.text_cut) } }
                }
            }
            Preview::None => {}
        }
    }
}

/// Where files are given back; it is there for those whose browser runs the script.
pub fn upload(words: &Words, path: &str, replaces: Option<&str>) -> Markup {
    let (title, hint, choose) = match replaces {
        Some(_) => (words.replace_title, words.replace_hint, words.replace),
        None => (words.add_title, words.add_hint, words.add),
    };
    let tag = replaces.map(|sha256| format!("\"{sha256}\""));
    html! {
        section class="card upload" hidden data-path=(path) data-tag=[tag] {
            h2 { (title) }
            p class="hint" id="upload-hint" { (hint) }
            label class="button" {
                input class="unseen" type="file" multiple[replaces.is_none()] aria-describedby="upload-hint";
                (choose)
            }
            ul class="transfers" {}
        }
    }
}

/// A moment, which the script puts into the reader's own time.
pub fn time(words: &Words, millis: i64) -> Markup {
    html! { time datetime=(rfc3339(millis)) { (words.moment(millis)) } }
}
