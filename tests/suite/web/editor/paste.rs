//! What other programs put on the clipboard: what it says stays, how it looked there does not.

use serde_json::json;

use super::super::signed_in;
use super::{html, paste, see_html, shortcut};
use crate::support::Gateway;
use fantoccini::key::Key;

/// What a program puts there, what has to stay of it, and what must not.
const PROGRAMS: [(&str, &str, &[&str], &[&str]); 6] = [
    (
        "word",
        include_str!("paste/word.html"),
        &[
            "<h1>Offer</h1>",
            "<p>Plain and <b>bold</b><span style=\"color: red;\"> red</span> text</p>",
            "<ul><li>one<ul><li>one a</li></ul></li><li>two</li></ul>",
            "<ol><li>first</li><li>second</li></ol>",
            "<td>cell</td>",
        ],
        &[
            "Mso",
            "mso-",
            "<o:p>",
            "Calibri",
            "·",
            "margin",
            "&nbsp;&nbsp;",
        ],
    ),
    (
        "writer",
        include_str!("paste/writer.html"),
        &["<li>", "<b>bold</b>", "text"],
        &["<font", "class=", "line-height", "<style"],
    ),
    (
        "excel",
        include_str!("paste/excel.html"),
        &[
            "border=\"1\"",
            "<td>Item</td>",
            ">12.50</td>",
            "background-color: rgb(255, 255, 0)",
        ],
        &["class=", "xl65", "width=", "mso-"],
    ),
    (
        "sheets",
        include_str!("paste/sheets.html"),
        &["border=\"1\"", ">Item</td>", "font-weight: bold"],
        &["google", "data-sheets", "Arial"],
    ),
    (
        "gmail",
        include_str!("paste/gmail.html"),
        &[
            "<a href=\"https://example.org/?a=1&amp;b=2\">link</a>",
            "<a href=\"https://pictures.example/logo.png\">Logo</a>",
            "<blockquote>",
        ],
        &[
            "<img",
            "track",
            "gmail_",
            "onclick",
            "target",
            "font-family",
        ],
    ),
    (
        "page",
        include_str!("paste/page.html"),
        &[
            "<h2>Head</h2>",
            "<em>em</em>",
            "<code>code</code>",
            "src=\"data:image/png;base64,iVBORw0KGgo=\"",
            "in a form",
        ],
        &[
            "<script",
            "alert",
            "<nav",
            "<form",
            "<input",
            "<svg",
            "onclick",
            "color: rgb(255, 255, 255)",
            "id=",
            "position",
        ],
    ),
];

#[tokio::test]
async fn what_programs_put_on_the_clipboard_is_pasted_clean_and_undone_in_one_step() {
    let gateway = Gateway::start().await;
    let Some(browser) = signed_in(&gateway, "ralf").await else {
        return;
    };
    let window = browser.write().await;
    window.add("Message", "Before").await;
    window.enter_message().await;
    for (name, clipboard, stays, goes) in PROGRAMS {
        paste(
            &browser,
            json!({"text/html": clipboard, "text/plain": name}),
        )
        .await;
        let pasted = html(&browser).await;
        for part in stays {
            assert!(pasted.contains(part), "{name}: {part} in {pasted}");
        }
        for part in goes {
            assert!(!pasted.contains(part), "{name}: {part} in {pasted}");
        }
        shortcut(&browser, &[Key::Control], 'z').await;
        see_html(&browser, "<div>Before</div>").await;
    }

    // As text, and as text although there is more.
    paste(&browser, json!({"text/plain": ": <b>&amp;\n  x"})).await;
    let pasted = see_html(&browser, "&nbsp; x").await;
    assert!(
        pasted.starts_with("<div>Before: &lt;b&gt;&amp;amp;</div>"),
        "{pasted}"
    );
    shortcut(&browser, &[Key::Control], 'z').await;
    let held = "window.dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyV', ctrlKey: true, shiftKey: true}))";
    browser.ask(held).await;
    paste(
        &browser,
        json!({"text/html": "<b>bold</b>", "text/plain": ", plain"}),
    )
    .await;
    see_html(&browser, "<div>Before, plain</div>").await;
}
