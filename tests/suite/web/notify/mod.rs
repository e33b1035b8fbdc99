//! The page that is never missed: installed, without a network, called by notifications and by Web Push.

mod called;
mod installed;
mod offline;
mod settings;

use serde_json::json;

use crate::support::Browser;

/// Lets a site show notifications, as a person would.
async fn allow_notifications(browser: &Browser, url: &str) {
    let origin = url.trim_end_matches('/');
    let permission = json!({"origin": origin, "permissions": ["notifications"]});
    browser
        .devtools("Browser.grantPermissions", permission)
        .await;
}

/// Waits until the service worker keeps the page.
async fn kept(browser: &Browser) {
    browser
        .until("return navigator.serviceWorker.controller !== null", vec![])
        .await;
}
