//! The page of a folder.

use maud::{Markup, html};

use super::file::{time, upload};
use super::{FILE, FOLDER, Site, icon, way_up};
use crate::files::{Entry, EntryKind};
use crate::shares::page::Found;

pub fn body(
    site: &Site,
    found: &Found,
    folder: &Entry,
    (entries, more): &(Vec<Entry>, bool),
    facts: &Markup,
) -> Markup {
    let words = site.words;
    html! {
        (way_up(site, &found.share.name))
        article class="card" {
            header class="head" {
                (icon(FOLDER))
                h1 { bdi { (folder.name) } }
            }
            (facts)
            @if entries.is_empty() {
                p class="empty" { (words.empty_folder) }
            } @else {
                table class="entries" {
                    thead {
                        tr {
                            th scope="col" { (words.name) }
                            th scope="col" class="figure" { (words.size) }
                            th scope="col" class="figure" { (words.modified) }
                            @if found.is_writable() {
                                th scope="col" { span class="unseen" { (words.remove) } }
                            }
                        }
                    }
                    tbody {
                        @for entry in entries { (row(site, found, entry)) }
                    }
                }
                @if *more { p class="hint" { (words.more(entries.len())) } }
            }
        }
        @if found.is_writable() {
            (upload(words, &site.path(&site.names), None))
            dialog id="remove" aria-labelledby="remove-title" {
                form method="dialog" {
                    h2 id="remove-title" {}
                    p class="hint" { (words.remove_hint) }
                    p class="problem" role="alert" {}
                    div class="choices" {
                        button class="button" value="" autofocus { (words.scripts.cancel) }
                        button class="button danger" type="button" { (words.remove) }
                    }
                }
            }
        }
    }
}

fn row(site: &Site, found: &Found, entry: &Entry) -> Markup {
    let words = site.words;
    let path = site.path(site.names.iter().chain([&entry.name]));
    let (picture, size) = match &entry.kind {
        EntryKind::Folder => (FOLDER, words.folder.to_owned()),
        EntryKind::File(content) => (FILE, words.size_of(content.size)),
    };
    html! {
        tr {
            td class="name" { a href=(path) { (icon(picture)) bdi { (entry.name) } } }
            td class="figure" { (size) }
            td class="figure moment" { (time(words, entry.modified)) }
            @if found.is_writable() {
                td class="act" {
                    button class="button quiet" type="button" hidden data-remove=(path) data-name=(entry.name)
                        aria-label=((words.remove_named)(&entry.name)) { (words.remove) }
                }
            }
        }
    }
}
