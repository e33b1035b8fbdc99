//! The page "Settings": who one is to others, the password, devices, tokens.

mod devices;
mod identities;
mod password;
mod tokens;

use crate::support::{Axe, Browser, Gateway};

use super::my_files::turn_to;
use super::signed_in;

/// A browser on the page "Settings" of ralf.
async fn at_settings(gateway: &Gateway) -> Option<(Axe, Browser)> {
    let (axe, browser) = Axe::get().zip(signed_in(gateway, "ralf").await)?;
    turn_to(&browser, "Settings").await;
    all_shown(&browser).await;
    Some((axe, browser))
}

/// Waits until the last section is there: nothing moves any more.
pub async fn all_shown(browser: &Browser) {
    browser.see(".settings-sections > .card:last-child").await;
}

async fn press(browser: &Browser, button: &str) {
    browser.button(button).await.click().await.unwrap();
}

/// Types in place of what a field holds.
async fn set(browser: &Browser, label: &str, text: &str) {
    let field = browser.labelled(label).await;
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}
