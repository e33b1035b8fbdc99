//! A real browser: Chromium, led by chromedriver. Both end with the tests, and the profile goes with them.

use std::fmt::Debug;
use std::io::{BufRead, BufReader};
use std::ops::Deref;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions, MouseActions, PointerAction};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand, WindowHandle};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::parts;

/// Longer than anything that is to happen.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Starting Chromium takes longer than most tests: those that a test has left in order serve the next one.
static IDLE: Mutex<Vec<Chromium>> = Mutex::new(Vec::new());

pub struct Browser {
    client: Client,
    /// Taken when this is dropped.
    chromium: Option<Chromium>,
    record: Record,
    without_worker: bool,
}

/// The processes behind a browser.
struct Chromium {
    driver: Driver,
    session: String,
    /// Removed last.
    profile: TempDir,
}

/// What a browser remembers of what happens in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Record {
    Complaints,
    Everything,
}

/// Commands of WebDriver itself are used as they are.
impl Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Browser {
    /// None, after saying so, on a machine without one. Its pages get no service worker: that fetches and stores all of
    /// the web client, which takes longer than most tests.
    pub async fn start() -> Option<Self> {
        let mut browser = Self::start_with_worker().await?;
        browser.without_worker = true;
        browser.take_worker_away().await;
        Some(browser)
    }

    /// One whose pages have a service worker, as they have it for people.
    pub async fn start_with_worker() -> Option<Self> {
        let idle = IDLE.lock().unwrap().pop();
        match idle {
            Some(chromium) => Some(Self::of(chromium).await),
            None => Self::with(Record::Complaints, &[]).await,
        }
    }

    async fn take_worker_away(&self) {
        self.before_every_page("delete Navigator.prototype.serviceWorker")
            .await;
    }

    /// One that also keeps [`Browser::requests`] and [`Browser::devtools_events`], which costs it time.
    pub async fn start_observed() -> Option<Self> {
        Self::with(Record::Everything, &[]).await
    }

    /// A new one with more switches of Chromium.
    pub async fn with(record: Record, switches: &[&str]) -> Option<Self> {
        let (driver, chromium) = (parts::need("chromedriver")?, parts::need("chromium")?);
        let profile = TempDir::with_prefix("quillgate-browser-").unwrap();
        let driver = Driver::start(&driver, profile.path());
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(&chromium, profile.path(), record, switches));
        let client = builder.connect(&driver.url).await.unwrap();
        client.persist().await.unwrap();
        let session = client.session_id().await.unwrap().unwrap();
        let chromium = Chromium {
            driver,
            session,
            profile,
        };
        // Nobody else wants its switches.
        let record = if switches.is_empty() {
            record
        } else {
            Record::Everything
        };
        Some(Self {
            client,
            chromium: Some(chromium),
            record,
            without_worker: false,
        })
    }

    /// One that is there already.
    async fn of(chromium: Chromium) -> Self {
        let url = &chromium.driver.url;
        let client = Client::with_existing_session(url, &chromium.session, HttpConnector::new())
            .await
            .unwrap();
        client.persist().await.unwrap();
        Self {
            client,
            chromium: Some(chromium),
            record: Record::Complaints,
            without_worker: false,
        }
    }

    /// Leaves nothing of a test but the cache. Pages, too, would go on: with a gateway of another test at the same address.
    async fn empty(&self) {
        let used = self.windows().await.unwrap();
        let tab = self.client.new_window(true).await.unwrap().handle;
        for old in used {
            self.switch_to_window(old).await.unwrap();
            self.close_window().await.unwrap();
        }
        self.turn_to(&tab).await;
        let everything = json!({"origin": "*", "storageTypes": "all"});
        self.devtools("Storage.clearDataForOrigin", everything)
            .await;
        self.devtools("Network.clearBrowserCookies", json!({}))
            .await;
        self.devtools("Browser.resetPermissions", json!({})).await;
        self.complaints().await;
    }

    /// Where Chromium itself takes commands.
    pub fn devtools_address(&self) -> String {
        let profile = self.chromium.as_ref().unwrap().profile.path();
        let told = std::fs::read_to_string(profile.join("profile/DevToolsActivePort")).unwrap();
        let (port, path) = told.trim().split_once('\n').unwrap();
        format!("ws://127.0.0.1:{port}{path}")
    }

    pub async fn open(&self, url: &str) {
        self.goto(url).await.unwrap();
    }

    /// What it calls itself to servers.
    pub async fn user_agent(&self) -> String {
        let version = self.devtools("Browser.getVersion", json!({})).await;
        text_of(&version["userAgent"])
    }

    /// Keeps a cookie as if the answer to a request had set it.
    pub async fn take_cookie(&self, url: &str, set_cookie: &str) {
        let mut parts = set_cookie.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|part| part.split_once('=')).unwrap();
        let mut cookie = json!({"url": url, "name": name, "value": value, "httpOnly": set_cookie.contains("HttpOnly")});
        let valued = parts.filter_map(|part| part.split_once('='));
        for (attribute, value) in valued {
            match attribute {
                "Path" => cookie["path"] = json!(value),
                "SameSite" => cookie["sameSite"] = json!(value),
                _ => {}
            }
        }
        self.devtools("Network.setCookie", cookie).await;
    }

    /// Opens the page, signs in by keyboard and waits until it is online.
    pub async fn sign_in_at(&self, url: &str, login: &str, password: &str) {
        self.open(url).await;
        self.sign_in(login, password).await;
    }

    /// Signs in with the form that is on the page.
    pub async fn sign_in(&self, login: &str, password: &str) {
        self.fill_sign_in(login, password).await;
        self.button("Sign in").await.click().await.unwrap();
        self.online().await;
    }

    /// Types into the form, and leaves it there. What this person sends goes out at once.
    pub async fn fill_sign_in(&self, login: &str, password: &str) {
        self.can_undo_for(0).await;
        for (label, text) in [("Login", login), ("Password", password)] {
            let field = self.labelled(label).await;
            field.clear().await.unwrap();
            field.send_keys(text).await.unwrap();
        }
    }

    /// For so many seconds a send can be undone from now on, in this browser.
    pub async fn can_undo_for(&self, seconds: u32) {
        let script = "localStorage.setItem('quillgate.undo', arguments[0])";
        self.execute(script, vec![json!(seconds.to_string())])
            .await
            .unwrap();
    }

    pub async fn online(&self) {
        self.state("online").await;
    }

    /// Waits for a state of the connection, as the page shows it.
    pub async fn state(&self, state: &str) {
        self.see(&format!("#connection[data-state='{state}']"))
            .await;
    }

    /// Waits for an element that can be seen.
    pub async fn see(&self, css: &str) -> Element {
        // The very one: a moment later there may be none.
        let script = "return [...document.querySelectorAll(arguments[0])].find((node) => node.checkVisibility())";
        let found = self.until(script, vec![json!(css)]).await;
        let id = text_of(&found[ELEMENT]);
        Element::from_element_id(self.deref().clone(), ElementRef::from(id))
    }

    /// Waits until there is no such element.
    pub async fn see_no(&self, css: &str) {
        self.until(
            "return !document.querySelector(arguments[0])",
            vec![json!(css)],
        )
        .await;
    }

    /// Waits until the text of an element contains some text, and returns all of it.
    pub async fn see_text(&self, css: &str, text: &str) -> String {
        let script = "const found = [...document.querySelectorAll(arguments[0])].map((node) => node.innerText); \
             return found.find((text) => text.includes(arguments[1]))";
        text_of(&self.until(script, vec![json!(css), json!(text)]).await)
    }

    /// Waits until a script returns something that counts as true, and returns that.
    pub async fn until(&self, script: &str, arguments: Vec<Value>) -> Value {
        let start = Instant::now();
        loop {
            // While a page is being replaced there is nothing to run it in.
            let result = self.execute(script, arguments.clone()).await;
            if let Ok(value) = &result
                && is_true(value)
            {
                return value.clone();
            }
            if start.elapsed() > PATIENCE {
                let shows = self
                    .execute("return document.body.innerText", Vec::new())
                    .await;
                panic!(
                    "never true: {script} {arguments:?}, last {result:?}; the page shows {shows:?}"
                );
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// What a script returns now.
    pub async fn ask(&self, script: &str) -> Value {
        self.execute(script, Vec::new()).await.unwrap()
    }

    /// A button of the page by its name.
    pub async fn button(&self, name: &str) -> Element {
        self.wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(&button_path("//", name)))
            .await
            .unwrap()
    }

    /// A form control of the page by its label.
    pub async fn labelled(&self, label: &str) -> Element {
        let path = format!("//*[@id=//label[normalize-space()='{label}']/@for]");
        self.wait()
            .at_most(PATIENCE)
            .for_element(Locator::XPath(&path))
            .await
            .unwrap()
    }

    /// Types wherever the focus is.
    pub async fn keys(&self, text: &str) {
        let keys = text
            .chars()
            .flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        self.act(keys).await;
    }

    pub async fn press(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Several keys, one after the other, while another is held.
    pub async fn keys_while(&self, held: Key, keys: &[Key]) {
        let keys: Vec<_> = keys.iter().map(|&key| char::from(key)).collect();
        self.chars_while(held, &keys).await;
    }

    /// The same with what letters stand on.
    pub async fn chars_while(&self, held: Key, keys: &[char]) {
        let held = char::from(held);
        let keys = keys.iter().copied();
        let keys = keys.flat_map(|value| [KeyAction::Down { value }, KeyAction::Up { value }]);
        let (down, up) = (
            KeyAction::Down { value: held },
            KeyAction::Up { value: held },
        );
        self.act([down].into_iter().chain(keys).chain([up])).await;
    }

    /// Clicks where nothing is: the person has touched the page.
    pub async fn press_somewhere(&self) {
        self.see(".brand").await.click().await.unwrap();
    }

    /// Moves the pointer away from everything that would react to it.
    pub async fn point_nowhere(&self) {
        let mouse = MouseActions::new("mouse".to_owned()).then(PointerAction::MoveTo {
            duration: None,
            x: 1.0,
            y: 300.0,
        });
        self.perform_actions(mouse).await.unwrap();
    }

    async fn act(&self, keys: impl IntoIterator<Item = KeyAction>) {
        let keyboard = keys
            .into_iter()
            .fold(KeyActions::new("keyboard".to_owned()), InputSource::then);
        self.perform_actions(keyboard).await.unwrap();
    }

    /// Presses Tab until the element with the focus has a name, as a person without a mouse does.
    pub async fn tab_to(&self, name: &str) {
        let script = "const node = document.activeElement; \
             return node.getAttribute('aria-label') ?? node.labels?.[0]?.textContent ?? node.textContent";
        let mut passed = Vec::new();
        for _ in 0..60 {
            self.press(Key::Tab).await;
            let now = text_of(&self.ask(script).await);
            if now.trim() == name {
                return;
            }
            passed.push(now);
        }
        panic!("Tab never comes to '{name}', only to {passed:?}");
    }

    /// Waits for a compose window.
    pub async fn window(&self, id: &str) -> ComposeWindow<'_> {
        let css = format!("[role=dialog][data-compose-id='{id}']");
        self.see(&css).await;
        ComposeWindow {
            browser: self,
            css,
            id: id.to_owned(),
        }
    }

    /// Waits until a compose window is gone.
    pub async fn no_window(&self, id: &str) {
        self.see_no(&format!("[role=dialog][data-compose-id='{id}']"))
            .await;
    }

    /// The ids of all compose windows, in the order of the page.
    pub async fn windows_shown(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('[role=dialog]:not([hidden])')].map((node) => node.dataset.composeId)";
        serde_json::from_value(self.ask(script).await).unwrap()
    }

    /// Presses "Write" and returns the window that it opens.
    pub async fn write(&self) -> ComposeWindow<'_> {
        let before = self.windows_shown().await;
        self.see("#write").await.click().await.unwrap();
        let script = "return [...document.querySelectorAll('[role=dialog]')].map((node) => node.dataset.composeId) \
             .find((id) => !arguments[0].includes(id))";
        let id = self.until(script, vec![json!(before)]).await;
        self.window(id.as_str().unwrap()).await
    }

    /// The tab that commands go to.
    pub async fn tab(&self) -> WindowHandle {
        self.client.window().await.unwrap()
    }

    /// Opens a tab, and leaves the one that was in front hidden behind it.
    pub async fn new_tab(&self) -> WindowHandle {
        let tab = self.client.new_window(true).await.unwrap().handle;
        self.turn_to(&tab).await;
        if self.without_worker {
            self.take_worker_away().await;
        }
        tab
    }

    /// Waits for a second tab, which a page has opened.
    pub async fn other_tab(&self, known: &WindowHandle) -> WindowHandle {
        let start = Instant::now();
        loop {
            if let Some(tab) = self
                .windows()
                .await
                .unwrap()
                .into_iter()
                .find(|tab| tab != known)
            {
                return tab;
            }
            assert!(start.elapsed() < PATIENCE, "no other tab");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Brings a tab to the front, as a click on it would.
    pub async fn turn_to(&self, tab: &WindowHandle) {
        self.switch_to_window(tab.clone()).await.unwrap();
        self.devtools("Page.bringToFront", json!({})).await;
        self.until("return document.visibilityState === 'visible'", Vec::new())
            .await;
    }

    /// Freezes the page as Chromium does with tabs that nobody looks at: its tasks wait, timers and frames of its
    /// WebSocket among them, while the network goes on. Scripts of a test still run in it.
    pub async fn freeze(&self) {
        self.set_lifecycle("frozen").await;
    }

    /// Lets a frozen page go on.
    pub async fn thaw(&self) {
        self.set_lifecycle("active").await;
    }

    async fn set_lifecycle(&self, state: &str) {
        self.devtools("Page.setWebLifecycleState", json!({"state": state}))
            .await;
    }

    /// Minimises the window, which hides the page for real while commands still reach it.
    pub async fn minimise(&self) {
        self.bound("minimized").await;
        self.until("return document.visibilityState === 'hidden'", Vec::new())
            .await;
    }

    /// Brings a minimised window back.
    pub async fn unminimise(&self) {
        self.bound("normal").await;
        self.until("return document.visibilityState === 'visible'", Vec::new())
            .await;
    }

    async fn bound(&self, state: &str) {
        let window = self.devtools("Browser.getWindowForTarget", json!({})).await;
        let bounds = json!({"windowId": window["windowId"], "bounds": {"windowState": state}});
        self.devtools("Browser.setWindowBounds", bounds).await;
    }

    /// Whether the page believes that there is a network. Chromium leaves open WebSockets as they are.
    pub async fn emulate_network(&self, there: bool) {
        let conditions = json!({"offline": !there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await;
    }

    /// A command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        self.issue_cmd(Extension {
            path: "goog/cdp/execute",
            body: json!({"cmd": command, "params": parameters}),
        })
        .await
        .unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// What the browser complained about on its console since the last call: scripts, policies, network. That a page
    /// asks who is signed in and hears that nobody is (401) is no complaint.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.log("browser").await;
        let messages = entries.iter().map(|entry| text_of(&entry["message"]));
        messages
            .filter(|message| {
                !message.contains(
                    "/me/identities - Failed to load resource: the server responded with a status of 401",
                )
            })
            .collect()
    }

    /// The URLs that the browser asked for since the last call, in all of its frames.
    pub async fn requests(&self) -> Vec<String> {
        let events = self.devtools_events("Network.requestWillBeSent").await;
        events
            .iter()
            .map(|event| text_of(&event["request"]["url"]))
            .collect()
    }

    /// The events of a kind since the last call; all other events since then are forgotten.
    pub async fn devtools_events(&self, kind: &str) -> Vec<Value> {
        let events = self.all_devtools_events().await;
        let events = events.into_iter().filter(|event| event["method"] == kind);
        events.map(|mut event| event["params"].take()).collect()
    }

    /// All events since the last call, with `method` and `params`.
    pub async fn all_devtools_events(&self) -> Vec<Value> {
        let entries = self.log("performance").await;
        let events = entries.iter().map(|entry| {
            serde_json::from_str::<Value>(entry["message"].as_str().unwrap()).unwrap()
        });
        events.map(|mut event| event["message"].take()).collect()
    }

    /// Runs a script in every page that is opened from now on, before its own; returns what [`Self::no_more`] takes.
    pub async fn before_every_page(&self, script: &str) -> String {
        let added = self
            .devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({"source": script}),
            )
            .await;
        text_of(&added["identifier"])
    }

    /// Ends what [`Self::before_every_page`] began: another test may use the browser next.
    pub async fn no_more(&self, script: &str) {
        self.devtools(
            "Page.removeScriptToEvaluateOnNewDocument",
            json!({"identifier": script}),
        )
        .await;
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self
            .issue_cmd(Extension {
                path: "se/log",
                body: json!({"type": kind}),
            })
            .await
            .unwrap();
        entries.as_array().unwrap().clone()
    }

    /// Replaces the size of the page, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Light or dark, as the system of a person would ask for it.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }
}

/// A compose window as a person sees it: what is in it is found by label and by name.
pub struct ComposeWindow<'b> {
    browser: &'b Browser,
    pub css: String,
    pub id: String,
}

impl ComposeWindow<'_> {
    fn path(&self) -> String {
        format!("//*[@role='dialog' and @data-compose-id='{}']", self.id)
    }

    async fn at(&self, path: &str) -> Element {
        let wait = self.browser.wait().at_most(PATIENCE);
        wait.for_element(Locator::XPath(path))
            .await
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub async fn field(&self, label: &str) -> Element {
        let window = self.path();
        let by_label =
            format!("{window}//*[@id={window}//label[normalize-space()='{label}']/@for]");
        self.at(&format!(
            "{by_label} | {window}//textarea[@aria-label='{label}']"
        ))
        .await
    }

    /// Whether its message is written with formatting.
    async fn is_rich(&self) -> bool {
        let script = "const body = document.querySelector(`${arguments[0]} .body`); \
             return body && (body.querySelector('.body-rich:not([hidden])') ? 'rich' : body.querySelector('.body-plain:not([hidden])') && 'plain')";
        self.browser.until(script, vec![json!(self.css)]).await == "rich"
    }

    /// The text of a message with formatting; none: its frame does not show it, or is gone by now.
    async fn rich_text(&self) -> Option<String> {
        let frame = format!("{} iframe.message", self.css);
        let frame = self.browser.find(Locator::Css(&frame)).await.ok()?;
        frame.enter_frame().await.ok()?;
        let script = "const message = document.querySelector('#message'); \
             return message?.childNodes.length ? message.innerText : null";
        let text = self.browser.execute(script, Vec::new()).await;
        self.browser.enter_parent_frame().await.unwrap();
        let text = text.ok()?.as_str()?.trim_end_matches('\n').to_owned();
        Some(text)
    }

    /// Types at the end of a message with formatting.
    async fn add_rich(&self, text: &str) {
        self.enter_message().await;
        let message = self.browser.find(Locator::Css("#message")).await.unwrap();
        message.send_keys(text).await.unwrap();
        self.browser.enter_parent_frame().await.unwrap();
    }

    /// What a field holds: chips too, as the draft has them, where it has some.
    pub async fn value(&self, label: &str) -> String {
        let start = Instant::now();
        while label == "Message" && self.is_rich().await {
            if let Some(text) = self.rich_text().await {
                return text;
            }
            assert!(start.elapsed() < PATIENCE, "a message that is not shown");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        let script = "const control = arguments[0]; \
             const chips = control.closest('.recipients')?.querySelectorAll('.chip') ?? []; \
             return [...[...chips].map((chip) => chip.title), control.value].filter(Boolean).join(', ')";
        let field = serde_json::to_value(self.field(label).await).unwrap();
        let value = self.browser.execute(script, vec![field]).await.unwrap();
        text_of(&value)
    }

    /// Waits until a field holds exactly this.
    pub async fn holds(&self, label: &str, value: &str) {
        let start = Instant::now();
        loop {
            let now = self.value(label).await;
            if now == value {
                return;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{label} is {now:?} and not {value:?}"
            );
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Types at the end of what a field holds.
    pub async fn add(&self, label: &str, text: &str) {
        if label == "Message" && self.is_rich().await {
            return self.add_rich(text).await;
        }
        self.field(label).await.send_keys(text).await.unwrap();
    }

    /// Types in place of what a field holds.
    pub async fn set(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.clear().await.unwrap();
        let script = "arguments[0].closest('.recipients')?.querySelectorAll('.chip-remove').forEach((button) => button.click())";
        let control = serde_json::to_value(&field).unwrap();
        self.browser.execute(script, vec![control]).await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// A button by its name; of several the one that can be seen.
    pub async fn button(&self, name: &str) -> Element {
        let path = button_path(&format!("{}//", self.path()), name);
        let first = self.at(&path).await;
        let all = self.browser.find_all(Locator::XPath(&path)).await.unwrap();
        if all.len() > 1 {
            for button in all {
                if button.is_displayed().await.unwrap() {
                    return button;
                }
            }
        }
        first
    }

    pub async fn press(&self, name: &str) {
        let button = self.button(name).await;
        button
            .click()
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Waits for an element inside that can be seen.
    pub async fn see(&self, css: &str) -> Element {
        self.browser.see(&format!("{} {css}", self.css)).await
    }

    pub async fn see_no(&self, css: &str) {
        self.browser.see_no(&format!("{} {css}", self.css)).await;
    }

    /// Waits until the text of an element inside contains some text, and returns all of it.
    pub async fn see_text(&self, css: &str, text: &str) -> String {
        self.browser
            .see_text(&format!("{} {css}", self.css), text)
            .await
    }

    /// Waits until it is minimised, or is not.
    pub async fn is_minimised(&self, minimised: bool) {
        let script = "return document.querySelector(arguments[0])?.hasAttribute('data-minimised') === arguments[1]";
        self.browser
            .until(script, vec![json!(self.css), json!(minimised)])
            .await;
    }

    /// Waits until the browser has stored a text that was typed into it.
    pub async fn has_stored(&self, text: &str) {
        let script = "return Object.entries(localStorage) \
             .some(([key, value]) => key.endsWith('/' + arguments[0]) && value.includes(arguments[1]))";
        self.browser
            .until(script, vec![json!(self.id), json!(text)])
            .await;
    }

    /// Goes into the frame of its message; [`Browser::leave_frame`] comes back.
    pub async fn enter_message(&self) {
        self.see("iframe.message")
            .await
            .enter_frame()
            .await
            .unwrap();
        self.browser
            .until(
                "return document.querySelector('#message')?.childNodes.length > 0",
                Vec::new(),
            )
            .await;
    }

    /// Waits until it has been sent and is gone.
    pub async fn is_sent(&self) {
        let script = "const node = document.querySelector(arguments[0]); \
             return node ? node.querySelector('.window-problem').innerText : 'gone'";
        let became = self.browser.until(script, vec![json!(self.css)]).await;
        assert_eq!(became, "gone");
        self.browser
            .see_text("#toasts .toast", "Message sent")
            .await;
    }
}

/// What WebDriver calls the one attribute of an element that a script returns.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A command that WebDriver does not know by itself.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (reqwest::Method, Option<String>) {
        (reqwest::Method::POST, Some(self.body.to_string()))
    }
}

/// chromedriver, which starts Chromium in its own process group.
struct Driver {
    process: Child,
    url: String,
}

/// Runs `$1` until nobody holds the other end of its input, however that came, and removes the directory `$2` then.
const RUN: &str = r#""$1" --port=0 --log-level=SEVERE </dev/null &
exec >/dev/null; read -r _; trap "" TERM; kill -TERM 0; sleep 1; rm -rf "$2"; kill -KILL 0"#;

impl Driver {
    /// It takes a port that is free at 127.0.0.1, and ends when the same is taken at [::1]: then another one does.
    fn start(program: &Path, home: &Path) -> Self {
        let started = (0..5).find_map(|_| Self::launch(program, home));
        started.expect("chromedriver starts")
    }

    fn launch(program: &Path, home: &Path) -> Option<Self> {
        let mut process = Command::new("sh")
            .args(["-c", RUN, "sh"])
            .args([program, home])
            .env("HOME", home)
            .env("TMPDIR", home)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let port = lines.find_map(|line| {
            line.split_once("successfully on port ")
                .map(|(_, port)| port.to_owned())
        });
        let mut driver = Self {
            process,
            url: String::new(),
        };
        driver.url = format!("http://127.0.0.1:{}", port?.trim_end_matches('.'));
        Some(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.process);
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.process.wait();
        // Its children are nobody's now; their files are in the profile, which is to be removed next.
        let start = Instant::now();
        while rustix::process::test_kill_process_group(group).is_ok()
            && start.elapsed() < Duration::from_secs(5)
        {
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let Some(chromium) = self.chromium.take() else {
            return;
        };
        if self.record != Record::Complaints || std::thread::panicking() {
            return;
        }
        let empty = async {
            let mut browser = Self::of(chromium).await;
            browser.empty().await;
            browser.chromium.take()
        };
        // A thread of its own, because that of the test cannot wait here.
        let emptied = std::thread::scope(|scope| {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            scope.spawn(move || runtime.block_on(empty)).join()
        });
        // One that could not be emptied serves nobody again.
        IDLE.lock().unwrap().extend(emptied.ok().flatten());
    }
}

fn capabilities(
    chromium: &Path,
    profile: &Path,
    record: Record,
    switches: &[&str],
) -> Capabilities {
    let mut arguments: Vec<String> = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--disable-breakpad",
        "--disable-extensions",
        "--disable-default-apps",
        "--metrics-recording-only",
        "--mute-audio",
        // Each of these is a process or a renderer less to start.
        "--disable-software-rasterizer",
        "--in-process-gpu",
        "--disable-features=PreloadTopChromeWebUI,SpareRendererForSitePerProcess,Translate,MediaRouter,OptimizationHints",
        "--force-prefers-reduced-motion",
        "--lang=en",
        "--window-size=1440,1000",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.extend(switches.iter().map(|&switch| switch.to_owned()));
    arguments.push(format!(
        "--user-data-dir={}",
        profile.join("profile").display()
    ));
    let capabilities = json!({
        "goog:chromeOptions": {"binary": chromium, "args": arguments},
        "goog:loggingPrefs": {"browser": "ALL", "performance": if record == Record::Everything { "ALL" } else { "OFF" }},
        // A dialog that a page opens is something to be seen, not to be clicked away.
        "unhandledPromptBehavior": "ignore",
    });
    capabilities
        .as_object()
        .unwrap()
        .clone()
        .into_iter()
        .collect()
}

fn button_path(scope: &str, name: &str) -> String {
    format!(
        "{scope}button[@aria-label='{name}' or (not(@aria-label) and normalize-space()='{name}')]"
    )
}

fn is_true(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value != "" && value != 0
}

pub fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
