//! Accessibility by axe-core: the rules of WCAG 2.2, levels A and AA, on the page as it is now.

use serde_json::{Value, json};

use super::{Browser, browser_tools};

/// Sizes at which a state is looked at.
const SIZES: [(u32, u32); 2] = [(1440, 900), (390, 844)];

/// Leaves axe-core in the page as `axe`. Run by the driver, it needs nothing that the page's policy forbids.
const LOAD: &str = "(0, function () { ";
const LOADED: &str = " }).call(window);";

/// What is wrong, a line for each element: the rule, what to do, the element.
const RUN: &str = r#"
    const [rules, done] = arguments;
    const runOnly = rules ?? {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']};
    // What is behind a dialog is out of reach.
    axe.run(document.querySelector('dialog[open]') ?? document, {runOnly, iframes: false, preload: false, resultTypes: ['violations']}).then(({violations}) => {
        done(violations.flatMap(({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html.slice(0, 300)}\n    ${failureSummary.replaceAll('\n', ' ')}`)));
    }, (error) => done([String(error)]));
"#;

pub struct Axe {
    load: String,
}

impl Axe {
    /// None, after saying so, where it is not installed.
    pub fn get() -> Option<Self> {
        let source = std::fs::read_to_string(browser_tools::need("axe-core/axe.min.js")?).unwrap();
        Some(Self {
            load: format!("{LOAD}{source}{LOADED}"),
        })
    }

    /// Looks at a state of the page by day and by night, on a desk and on a telephone, and fails with all that is wrong.
    pub async fn look(&self, browser: &Browser, state: &str) {
        let mut wrong = Vec::new();
        for (width, height) in SIZES {
            browser.resize(width, height).await;
            browser.prefer("light").await;
            wrong.extend(
                self.run(browser, Value::Null, &format!("{state}, {width}"))
                    .await,
            );
            // All that differs by night are colours.
            browser.prefer("dark").await;
            let colours =
                json!({"type": "rule", "values": ["color-contrast", "link-in-text-block"]});
            wrong.extend(
                self.run(browser, colours, &format!("{state}, {width}, dark"))
                    .await,
            );
        }
        browser.prefer("light").await;
        browser.resize(SIZES[0].0, SIZES[0].1).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// The same in the frame that commands go to, which has no size of its own.
    pub async fn look_inside(&self, browser: &Browser, state: &str) {
        let wrong = self.run(browser, Value::Null, state).await;
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn run(&self, browser: &Browser, rules: Value, state: &str) -> Vec<String> {
        // What comes in by moving has arrived, and is as opaque as it gets.
        browser
            .until("return document.getAnimations().length === 0", vec![])
            .await;
        if browser.ask("return window.axe === undefined").await == true {
            browser.execute(&self.load, vec![]).await.unwrap();
        }
        let found = browser.execute_async(RUN, vec![rules]).await.unwrap();
        let found: Vec<String> = serde_json::from_value(found).unwrap();
        found
            .into_iter()
            .map(|each| format!("{state}: {each}"))
            .collect()
    }
}
