//! Images in the text, and files that are none.

use mail_parser::{MessageParser, MimeHeaders};
use serde_json::json;

use super::super::{open_window, signed_in_observed};
use super::{paste, see_html};
use crate::support::Gateway;
use crate::support::trap::Trap;

/// Draws images in the frame and drops them on its message, as files of a type and a width.
const DROP: &str = "const [files, done] = arguments; \
     const data = new DataTransfer(); \
     const make = async ({name, type, width}) => { \
       if (!type.startsWith('image/')) return new File(['text'], name, {type}); \
       const canvas = new OffscreenCanvas(width, width / 2); const context = canvas.getContext('2d'); \
       const pixels = context.createImageData(canvas.width, canvas.height); \
       for (let at = 0, value = 1; at < pixels.data.length; at++) { value = value * 48271 % 2147483647; pixels.data[at] = value; } \
       if (width > 100) context.putImageData(pixels, 0, 0); \
       return new File([await canvas.convertToBlob({type})], name, {type}); \
     }; \
     Promise.all(files.map(make)).then((made) => { \
       made.forEach((file) => data.items.add(file)); \
       const event = {dataTransfer: data, bubbles: true, cancelable: true, clientX: 30, clientY: 20}; \
       document.querySelector('#message').dispatchEvent(new DragEvent('drop', event)); done(); \
     })";

#[tokio::test]
async fn images_go_into_the_text_smaller_if_need_be_and_other_files_beside_it() {
    let gateway = Gateway::start().await;
    let trap = Trap::set().await;
    let Some(browser) = signed_in_observed(&gateway, "ralf").await else {
        return;
    };
    let remote = format!("{}/logo.png", trap.url);
    let id = open_window(
        &gateway,
        "ralf",
        &json!({"to": ["a@example.org"], "subject": "Pictures", "bodyHtml": format!("<p>See <img src=\"{remote}\" alt=\"our logo\"></p>")}),
    )
    .await;
    let window = browser.window(&id).await;
    window.enter_message().await;
    // From elsewhere: its place is shown, and nothing is fetched.
    let size = browser
        .ask("const {width, height} = document.querySelector('#message img').getBoundingClientRect(); return width > 40 && height > 20")
        .await;
    assert_eq!(size, true);
    let dropped = json!([
        {"name": "small.png", "type": "image/png", "width": 40},
        {"name": "large.jpg", "type": "image/jpeg", "width": 2400},
        {"name": "notes.txt", "type": "text/plain", "width": 0},
    ]);
    browser.execute_async(DROP, vec![dropped]).await.unwrap();
    see_html(&browser, "alt=\"small\"").await;
    see_html(&browser, "alt=\"large\"").await;
    let widths = browser
        .until("const images = [...document.querySelectorAll('#message img[src]')]; return images.every((image) => image.naturalWidth) && images.map((image) => image.naturalWidth)", vec![])
        .await;
    assert_eq!(widths, json!([40, 1600]));
    // A screenshot: a picture alone.
    let script = "const [bytes, done] = arguments; const data = new DataTransfer(); \
         data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], 'image.png', {type: 'image/png'})); \
         document.querySelector('#message').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); done()";
    let dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    browser
        .execute_async(script, vec![json!(dot)])
        .await
        .unwrap();
    see_html(&browser, "alt=\"image\"").await;
    paste(
        &browser,
        json!({"text/html": format!("<img src=\"{remote}?b\">"), "text/plain": ""}),
    )
    .await;
    browser.enter_parent_frame().await.unwrap();
    window.see_text(".attachment", "notes.txt").await;
    window.see(".attachment[data-state='stored']").await;
    window.press("Send").await;
    window.is_sent().await;

    let sent = gateway.sent().remove(0);
    let message = MessageParser::new().parse(sent.as_bytes()).unwrap();
    let html = message.body_html(0).unwrap();
    assert!(
        html.contains(&format!("<img alt=\"our logo\" src=\"{remote}\">")),
        "{html}"
    );
    assert_eq!(html.matches("src=\"cid:").count(), 3, "{html}");
    assert!(
        !html.contains("data-remote") && !html.contains("?b"),
        "{html}"
    );
    assert!(message.body_text(0).unwrap().contains("[our logo]"));
    let names: Vec<_> = message
        .attachments()
        .filter_map(|part| part.attachment_name())
        .collect();
    assert!(names.contains(&"notes.txt"), "{names:?}");
    assert_eq!(trap.requests(), [""; 0]);
}
