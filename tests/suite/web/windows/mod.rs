//! Compose windows as things that one moves, puts away and finds again.

mod focus;
mod keys;
mod many;
mod placing;
mod restoring;
mod two_tabs;

use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::Browser;
use crate::support::browser::ComposeWindow;

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

fn draft(subject: &str) -> Value {
    json!({"to": ["a@example.org"], "subject": subject, "body": "Text"})
}

fn html_draft(subject: &str) -> Value {
    json!({"to": ["a@example.org"], "subject": subject, "bodyHtml": "<p>Text</p>"})
}

/// A window that the person opens, for plain text.
async fn write_plain(browser: &Browser) -> ComposeWindow<'_> {
    browser
        .ask("localStorage.setItem('quillgate.plainText', '1')")
        .await;
    browser.write().await
}

/// Where an element is seen, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct Place {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Place {
    fn overlaps(self, other: Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Pixels are rounded.
    fn is_near(self, other: Self) -> bool {
        let edges = |place: Self| [place.left, place.top, place.right, place.bottom];
        let pairs = edges(self).into_iter().zip(edges(other));
        pairs
            .into_iter()
            .all(|(one, other)| (one - other).abs() <= 2.0)
    }

    fn moved(self, x: f64, y: f64) -> Self {
        Self {
            left: self.left + x,
            top: self.top + y,
            right: self.right + x,
            bottom: self.bottom + y,
        }
    }
}

async fn place(browser: &Browser, css: &str) -> Place {
    let script = "return document.querySelector(arguments[0]).getBoundingClientRect()";
    let place = browser.execute(script, vec![json!(css)]).await.unwrap();
    serde_json::from_value(place).unwrap()
}

/// Waits until an element is seen at a place.
async fn is_at(browser: &Browser, css: &str, there: Place) {
    let start = Instant::now();
    loop {
        let now = place(browser, css).await;
        if now.is_near(there) {
            return;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "{css} is at {now:?} and not at {there:?}"
        );
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Drags what is in the middle of an element, by so many pixels, as far as the page reaches.
async fn drag(browser: &Browser, css: &str, x: i64, y: i64) {
    let at = place(browser, css).await;
    let (from_x, from_y) = (
        f64::midpoint(at.left, at.right).round(),
        f64::midpoint(at.top, at.bottom).round(),
    );
    let size = browser
        .ask("return [innerWidth - 1, innerHeight - 1]")
        .await;
    let [most_x, most_y]: [f64; 2] = serde_json::from_value(size).unwrap();
    let to = |x, y| PointerAction::MoveTo {
        duration: None,
        x,
        y,
    };
    let mouse = MouseActions::new("mouse".to_owned())
        .then(to(from_x, from_y))
        .then(PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        })
        .then(to(
            (from_x + x as f64).clamp(0.0, most_x),
            (from_y + y as f64).clamp(0.0, most_y),
        ))
        .then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        });
    browser.perform_actions(mouse).await.unwrap();
}

/// The part of a window that it is taken hold of at.
fn title(window: &ComposeWindow<'_>) -> String {
    format!("{} .window-titles", window.css)
}

/// Waits until the focus is in a field of a window.
async fn has_focus(browser: &Browser, window: &ComposeWindow<'_>, css: &str) {
    let script = "return document.activeElement === document.querySelector(arguments[0])";
    let css = format!("{} {css}", window.css);
    browser.until(script, vec![json!(css)]).await;
}
