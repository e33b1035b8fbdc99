//! The block of a mail's body that says what its recipients can fetch, as text and as HTML.

use maud::html as markup;

use crate::config::units;

const TITLE: &str = "Download links:";
const BOX: &str = "margin:16px 0;padding:12px 16px;border:1px solid #c9ced6;border-radius:6px;\
    font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:1.5";
const ITEM: &str = "margin:8px 0 0";
const LINK: &str = "font-weight:bold;word-break:break-word";
const TERMS: &str = "color:#5b6470;font-size:12px";

/// One link, and what its reader has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    pub name: String,
    /// Bytes; none of a folder.
    pub size: Option<u64>,
    pub url: String,
    /// `yyyy-mm-dd`, all of it included.
    pub last_day: Option<String>,
    pub has_password: bool,
    pub max_downloads: Option<u32>,
}

impl Download {
    fn size(&self) -> String {
        let size = self.size.map(|size| format!(" ({})", units::about(size)));
        size.unwrap_or_default()
    }

    fn terms(&self) -> Option<String> {
        let until = self.last_day.as_ref();
        let until = until.map(|day| format!("valid until {day}"));
        let password = self.has_password.then(|| "password required".to_owned());
        let most = self.max_downloads.map(|most| match most {
            1 => "one download only".to_owned(),
            _ => format!("at most {most} downloads"),
        });
        let terms: Vec<_> = [until, password, most].into_iter().flatten().collect();
        (!terms.is_empty()).then(|| terms.join(", "))
    }
}

/// The block as text, with an empty line at its end. Each address has a line of its own, so that readers make it a link.
pub(super) fn text(downloads: &[Download]) -> String {
    let mut text = format!("{TITLE}\n\n");
    for download in downloads {
        text.push_str(&format!(
            "{}{}\n{}\n",
            download.name,
            download.size(),
            download.url
        ));
        if let Some(terms) = download.terms() {
            text.push_str(&terms);
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// The block as HTML that readers of mail show alike: no sheet of styles, no images.
pub(super) fn html(downloads: &[Download]) -> String {
    let block = markup! {
        div class="downloads" style=(BOX) {
            div { (TITLE) }
            @for download in downloads {
                div style=(ITEM) {
                    a href=(download.url) style=(LINK) { (download.name) } (download.size())
                    @if let Some(terms) = download.terms() {
                        br; span style=(TERMS) { (terms) }
                    }
                }
            }
        }
    };
    format!("\n{}\n", block.into_string())
}
