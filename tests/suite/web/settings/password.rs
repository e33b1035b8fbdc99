//! Changing the password at the page.

use super::super::my_files::turn_to;
use super::{at_settings, press, set};
use crate::login::{log_in, status_of};
use crate::support::Gateway;
use crate::support::people::{PASSWORD, sign_in};

const NEW: &str = "correct horse battery";

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_this_page_stays_signed_in() {
    let gateway = Gateway::start().await;
    let other = sign_in(&gateway, "ralf").await;
    let Some((axe, browser)) = at_settings(&gateway).await else {
        return;
    };
    let known = "return [...document.querySelectorAll('#settings input[autocomplete]')].map((node) => node.autocomplete)\
         .filter((name) => /password|username/.test(name)).join()";
    assert_eq!(
        browser.ask(known).await,
        "username,current-password,new-password,new-password"
    );
    for (current, new, again, field, said) in [
        ("", "", "", "current", "Enter your current password"),
        ("wrong", "short", "short", "new", "at least 8 characters"),
        (PASSWORD, PASSWORD, PASSWORD, "new", "have already"),
        (PASSWORD, NEW, "correct house battery", "again", "differ"),
        ("wrong", NEW, NEW, "current", "not your current password"),
    ] {
        set(&browser, "Current password", current).await;
        set(&browser, "New password", new).await;
        set(&browser, "New password again", again).await;
        press(&browser, "Change password").await;
        browser
            .see_text(&format!("#password-{field}-error"), said)
            .await;
        browser
            .see(&format!("#password-{field}:focus[aria-invalid]"))
            .await;
    }
    axe.look(&browser, "settings, a password, refused").await;
    browser.see_text(".strength", "Strong").await;
    press(&browser, "New password: Show").await;
    browser.see("#password-new[type=text]").await;
    press(&browser, "New password: Hide").await;
    browser.see("#password-new[type=password]").await;
    assert_eq!(
        status_of(&gateway, &other).await,
        200,
        "nothing has changed yet"
    );
    set(&browser, "Current password", PASSWORD).await;
    press(&browser, "Change password").await;
    browser.see_text(".toast", "Your password is changed").await;
    assert_eq!(status_of(&gateway, &other).await, 401);
    assert_eq!(log_in(&gateway, "ralf", NEW).await.status, 200);
    let left = "return [...document.querySelectorAll('#settings input[type=password]')].every((node) => !node.value)";
    browser.until(left, vec![]).await;
    // The connection is the one that it was.
    browser.state("online").await;
    turn_to(&browser, "My files").await;
    browser
        .see_text("#files .empty", "This folder is empty")
        .await;
}
