//! The words of the page: in a file per language, the same in all of them, all of them used, and none beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use crate::support::{browser_tools, parts};

/// What `tests/browser-tools/words.mjs` finds.
#[derive(Deserialize)]
struct Found {
    /// By file of `static/language`.
    words: BTreeMap<String, BTreeMap<String, Value>>,
    /// Every text of the scripts, and the keys that pages name.
    used: BTreeSet<String>,
    /// Texts of scripts that look as if somebody were to read them.
    literals: Vec<String>,
}

/// What looks like words for people and is none.
const NO_WORDS: [&str; 13] = [
    // Languages have the names that their speakers give them.
    "page/language.js:",
    // Commands and what they print are the same in all languages.
    "--data-binary",
    // Names of scripts as Unicode has them.
    "compose/recipients/look-alikes.js:",
    // Told to developers of the page around it, on its console.
    "embed/embed.js:",
    // Units, as the server writes them.
    "share/words.js:5: ",
    // Attributes, classes, keys.
    ": span width",
    ": shift KeyX",
    ": light dark",
    ": button small",
    ": cut off",
    ": in doubt",
    "problems.js:87: Do",
    "token-dialog.js:45: Hint",
];

fn found() -> Option<Found> {
    let (node, _) = parts::need("node").zip(browser_tools::need("typescript/package.json"))?;
    let answer = Command::new(node)
        .arg(browser_tools::directory().join("words.mjs"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("static"))
        .output()
        .unwrap();
    let problem = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{problem}");
    Some(serde_json::from_slice(&answer.stdout).unwrap())
}

/// What stands in braces, in all forms of a word.
fn placeholders(word: &Value) -> BTreeSet<&str> {
    let texts: Vec<&str> = match word {
        Value::Object(forms) => forms.values().filter_map(Value::as_str).collect(),
        text => text.as_str().into_iter().collect(),
    };
    let pieces = texts.into_iter().flat_map(|text| text.split('{').skip(1));
    pieces
        .filter_map(|piece| Some(piece.split_once('}')?.0))
        .collect()
}

/// Under its own name, or put together from its beginning and what a script knows.
fn is_used(used: &BTreeSet<String>, key: &str) -> bool {
    let beginnings = key.match_indices('.').map(|(dot, _)| &key[..=dot]);
    used.contains(key)
        || beginnings
            .into_iter()
            .any(|beginning| used.contains(beginning))
}

#[test]
fn every_language_has_the_same_words_and_none_too_many() {
    let Some(found) = found() else { return };
    // What the server says is English already, and in all other languages.
    let english = &found.words["en.js"];
    let of_server = |key: &str| key.starts_with("server.");
    assert!(!english.keys().any(|key| of_server(key)));
    let all: BTreeMap<String, Value> = found
        .words
        .values()
        .flatten()
        .map(|(key, word)| (key.clone(), word.clone()))
        .collect();
    for (language, words) in &found.words {
        let keys = |words: &BTreeMap<String, Value>| words.keys().cloned().collect::<BTreeSet<_>>();
        let mut wanted = keys(&all);
        wanted.retain(|key| language != "en.js" || !of_server(key));
        let here = keys(words);
        let differ: Vec<_> = here.symmetric_difference(&wanted).collect();
        assert!(
            differ.is_empty(),
            "{language} and others differ: {differ:?}"
        );
        for (key, word) in words {
            let other = english.get(key).unwrap_or(&all[key]);
            assert_eq!(placeholders(word), placeholders(other), "{language}: {key}");
            assert_eq!(word.is_object(), other.is_object(), "{language}: {key}");
            let whole = word.get("other").unwrap_or(word).as_str();
            assert!(
                whole.is_some_and(|text| !text.is_empty()),
                "{language}: {key}"
            );
        }
    }
    let unused: Vec<_> = all
        .keys()
        .filter(|&key| !is_used(&found.used, key))
        .collect();
    assert!(unused.is_empty(), "used nowhere: {unused:?}");
    let sections: BTreeSet<&str> = all.keys().filter_map(|key| key.split('.').next()).collect();
    let is_key = |text: &&String| {
        text.split_once('.').is_some_and(|(section, word)| {
            sections.contains(section)
                && !word.is_empty()
                && word != "js"
                && word.chars().all(char::is_alphanumeric)
        })
    };
    let unknown: Vec<_> = found
        .used
        .iter()
        .filter(is_key)
        .filter(|&key| !all.contains_key(key))
        .collect();
    assert!(unknown.is_empty(), "in no language: {unknown:?}");
}

#[test]
fn no_text_for_people_stands_in_a_script() {
    let Some(found) = found() else { return };
    let allowed = |line: &&String| !NO_WORDS.iter().any(|known| line.contains(known));
    let left: Vec<_> = found.literals.iter().filter(allowed).cloned().collect();
    assert!(left.is_empty(), "{}", left.join("\n"));
}
