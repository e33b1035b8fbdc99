//! The module graph: imports point down, and never in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The features, top to bottom. Those of one line do not know of each other.
const LAYERS: &[&[&str]] = &[
    &["cli"],
    &["server"],
    &["compose"],
    &["outbound"],
    &["session", "shares"],
    &[
        "presence",
        "recipients",
        "push",
        "identities",
        "attachments",
        "files",
        "mailbox",
        "discovery",
    ],
    &["auth"],
];

/// What all of them speak with: no feature's, and know of no feature.
const WORDS: &[&str] = &[
    "config",
    "draft",
    "http",
    "store",
    "ids",
    "telemetry",
    "net",
];

type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn imports_point_down() {
    let level = |module: &str| LAYERS.iter().position(|layer| layer.contains(&module));
    let mut wrong = Vec::new();
    for (module, imported) in graph() {
        let known = level(&module).is_some() || WORDS.contains(&module.as_str());
        assert!(known, "{module} has no place in the table of this test");
        for other in imported {
            let allowed = match (level(&module), level(&other)) {
                (Some(own), Some(theirs)) => own < theirs,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => true,
            };
            if !allowed {
                wrong.push(format!("{module} uses {other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join(", "));
}

#[test]
fn no_module_uses_itself_through_others() {
    let mut graph = graph();
    // Whoever uses nothing that is left is in no circle.
    loop {
        let done: Vec<_> = graph
            .iter()
            .filter(|(_, imported)| imported.iter().all(|other| !graph.contains_key(other)))
            .map(|(module, _)| module.clone())
            .collect();
        if done.is_empty() {
            break;
        }
        graph.retain(|module, _| !done.contains(module));
    }
    assert!(graph.is_empty(), "circles among {graph:?}");
}

/// Which top-level module uses which others, as the sources write it: `crate::other`.
fn graph() -> Graph {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut graph = Graph::new();
    for file in sources(&root) {
        let inside = file.strip_prefix(&root).unwrap();
        let first = inside.iter().next().unwrap().to_str().unwrap();
        let module = first.strip_suffix(".rs").unwrap_or(first);
        if ["main", "lib"].contains(&module) {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let imported = graph.entry(module.to_owned()).or_default();
        imported.extend(used(&text).into_iter().filter(|other| other != module));
    }
    assert!(graph.len() > 10, "sources not found: {graph:?}");
    graph
}

fn used(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            match rest.strip_prefix('{') {
                // `use crate::{a, b::c}`, on one line as rustfmt leaves a short one.
                Some(list) => {
                    let list = list.split_once('}').expect("a short list of modules").0;
                    used.extend(list.split(',').map(|item| name(item.trim())));
                }
                None => {
                    used.insert(name(rest));
                }
            }
        }
    }
    used
}

fn name(path: &str) -> String {
    path.chars()
        .take_while(|c| c.is_ascii_lowercase() || *c == '_')
        .collect()
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
