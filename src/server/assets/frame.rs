//! The frame that messages are written in, as one file. Its origin has no name, and for such origins browsers keep
//! nothing that they have loaded: each message would fetch every module anew. The file itself they do keep.

use std::sync::LazyLock;

use data_encoding::BASE64;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::library::{self, Asset, resolve};

/// Below `static/`, as the others here.
pub const FILE: &str = "editor/editor.html";
const STYLE: &str = "editor/editor.css";
const SCRIPT: &str = "editor/editor.js";
/// Where they go.
const STYLE_MARK: &str = "<link rel=\"stylesheet\" href=\"editor.css\">";
const SCRIPT_MARK: &str = "<script type=\"module\" src=\"editor.js\"></script>";
/// What would end them early, or hide their end (HTML, "Restrictions for contents of script elements").
const ENDS_STYLE: [&str; 1] = ["</style"];
const ENDS_SCRIPT: [&str; 3] = ["</script", "<script", "<!--"];

/// The frame's file.
#[derive(Debug)]
pub struct Frame {
    pub asset: Asset,
    /// Its script as a policy names it, which allows no other.
    pub script: String,
}

#[derive(Debug, Error, PartialEq)]
enum Fault {
    #[error("no file {0}")]
    Missing(String),
    #[error("there is no {0} in {FILE}")]
    NoPlace(&'static str),
    #[error("an element would end at {0}")]
    Ends(&'static str),
    #[error("a module of another form, {path}: {line}")]
    Form { path: String, line: String },
    #[error("a module that imports itself by way of others, {0}")]
    Circle(String),
}

/// `None`: its parts do not go together, which is logged.
pub fn frame() -> Option<&'static Frame> {
    static FRAME: LazyLock<Option<Frame>> = LazyLock::new(|| {
        made()
            .inspect_err(
                |fault| tracing::error!(%fault, "the web client has no frame for messages"),
            )
            .ok()
    });
    FRAME.as_ref()
}

fn made() -> Result<Frame, Fault> {
    let mut modules = Modules::of(&file);
    modules.add(SCRIPT)?;
    let script = modules.joined;
    let style = file(STYLE)?;
    let page = put(file(FILE)?, STYLE_MARK, "style", &style, &ENDS_STYLE)?;
    let page = put(
        page,
        SCRIPT_MARK,
        "script type=\"module\"",
        &script,
        &ENDS_SCRIPT,
    )?;
    Ok(Frame {
        asset: Asset::of(page.into()),
        script: format!("'sha256-{}'", BASE64.encode(&Sha256::digest(&script))),
    })
}

fn file(path: &str) -> Result<String, Fault> {
    let asset = library::find(path).ok_or_else(|| Fault::Missing(path.to_owned()))?;
    Ok(String::from_utf8_lossy(&asset.data).into_owned())
}

/// In place of a mark, an element that holds a text.
fn put(
    page: String,
    mark: &'static str,
    element: &str,
    text: &str,
    ends: &[&'static str],
) -> Result<String, Fault> {
    let lower = text.to_ascii_lowercase();
    if let Some(end) = ends.iter().find(|end| lower.contains(**end)) {
        return Err(Fault::Ends(end));
    }
    let (before, after) = page.split_once(mark).ok_or(Fault::NoPlace(mark))?;
    let name = element.split(' ').next().unwrap_or(element);
    Ok(format!("{before}<{element}>{text}</{name}>{after}"))
}

/// Modules in one script: each is a function of its own, which returns what it exports.
struct Modules<'a> {
    source: &'a dyn Fn(&str) -> Result<String, Fault>,
    /// Their paths; one with `false` is still being added.
    known: Vec<(String, bool)>,
    joined: String,
}

impl<'a> Modules<'a> {
    fn of(source: &'a dyn Fn(&str) -> Result<String, Fault>) -> Self {
        Self {
            source,
            known: Vec::new(),
            joined: String::new(),
        }
    }

    /// After those that it imports from.
    fn add(&mut self, path: &str) -> Result<(), Fault> {
        match self.known.iter().find(|(known, _)| known == path) {
            Some((_, true)) => return Ok(()),
            Some(_) => return Err(Fault::Circle(path.to_owned())),
            None => self.known.push((path.to_owned(), false)),
        }
        let (mut body, mut exports) = (String::new(), Vec::new());
        let text = (self.source)(path)?;
        for line in text.lines() {
            let fault = || Fault::Form {
                path: path.to_owned(),
                line: line.to_owned(),
            };
            if line.starts_with("import") {
                let (names, from) = imported(line).ok_or_else(fault)?;
                let from = resolve(path, from);
                self.add(&from)?;
                body += &format!("const {names} = {};\n", name(&from));
            } else if line.starts_with("export") {
                let (declaration, declared) = exported(line).ok_or_else(fault)?;
                exports.push(declared);
                body += declaration;
                body.push('\n');
            } else {
                body += line;
                body.push('\n');
            }
        }
        let exports = exports.join(", ");
        let name = name(path);
        self.joined +=
            &format!("const {name} = (() => {{\n{body}return {{ {exports} }};\n}})();\n");
        if let Some(added) = self.known.iter_mut().find(|(known, _)| known == path) {
            added.1 = true;
        }
        Ok(())
    }
}

/// Of a module's value: a letter that no path has, and its path.
fn name(path: &str) -> String {
    format!(
        "${}",
        path.replace(|char: char| !char.is_ascii_alphanumeric(), "_")
    )
}

/// `{ a, b }` and `./c.js` of `import { a, b } from './c.js';`.
fn imported(line: &str) -> Option<(&str, &str)> {
    let (names, from) = line.strip_prefix("import ")?.split_once(" from '")?;
    let plain = names.starts_with("{ ") && names.ends_with(" }") && !names.contains(" as ");
    plain.then_some((names, from.strip_suffix("';")?))
}

/// The declaration of an `export`, and the name that it declares. One that can change later is not among them.
fn exported(line: &str) -> Option<(&str, &str)> {
    let declaration = line.strip_prefix("export ")?;
    let rest = ["const ", "function ", "async function ", "class "]
        .iter()
        .find_map(|kind| declaration.strip_prefix(kind))?;
    let end = rest
        .find(|char: char| !char.is_ascii_alphanumeric() && char != '_' && char != '$')
        .unwrap_or(rest.len());
    (end > 0).then_some((declaration, &rest[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(files: &[(&str, &str)]) -> Result<String, Fault> {
        let source = |path: &str| {
            let found = files.iter().find(|(name, _)| *name == path);
            let text = found.map(|(_, text)| (*text).to_owned());
            text.ok_or_else(|| Fault::Missing(path.to_owned()))
        };
        let mut modules = Modules::of(&source);
        modules.add("a.js")?;
        Ok(modules.joined)
    }

    #[test]
    fn modules_become_functions_in_the_order_that_they_need() {
        let files = [
            (
                "a.js",
                "import { b } from './x/b.js';\nimport { C } from './c.js';\nb(C);\n",
            ),
            (
                "x/b.js",
                "import { C } from '../c.js';\nexport function b(c) {\n  return C;\n}",
            ),
            ("c.js", "export class C {}\nconst own = 1;"),
        ];
        let expected = "const $c_js = (() => {\nclass C {}\nconst own = 1;\nreturn { C };\n})();\n\
             const $x_b_js = (() => {\nconst { C } = $c_js;\nfunction b(c) {\n  return C;\n}\nreturn { b };\n})();\n\
             const $a_js = (() => {\nconst { b } = $x_b_js;\nconst { C } = $c_js;\nb(C);\nreturn {  };\n})();\n";
        assert_eq!(joined(&files).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_joined_is_named() {
        for line in [
            "import * as b from './b.js';",
            "import { b as c } from './b.js';",
            "import './b.js';",
            "import {",
            "export let b = 1;",
            "export default 1;",
            "export { b };",
            "export * from './b.js';",
        ] {
            let form = Fault::Form {
                path: "a.js".to_owned(),
                line: line.to_owned(),
            };
            assert_eq!(joined(&[("a.js", line), ("b.js", "")]), Err(form));
        }
        let circle = [
            ("a.js", "import { b } from './b.js';"),
            ("b.js", "import { a } from './a.js';"),
        ];
        assert_eq!(joined(&circle), Err(Fault::Circle("a.js".to_owned())));
        let missing = joined(&[("a.js", "import { b } from './b.js';")]);
        assert_eq!(missing, Err(Fault::Missing("b.js".to_owned())));
    }

    #[test]
    fn a_text_does_not_end_its_element() {
        let page = || "<p>MARK</p>".to_owned();
        let good = put(
            page(),
            "MARK",
            "script type=\"module\"",
            "1 < 2",
            &ENDS_SCRIPT,
        );
        assert_eq!(
            good.unwrap(),
            "<p><script type=\"module\">1 < 2</script></p>"
        );
        let bad = put(page(), "MARK", "style", "a {} </STYLE>", &ENDS_STYLE);
        assert_eq!(bad, Err(Fault::Ends("</style")));
        assert_eq!(
            put(page(), "none", "style", "", &ENDS_STYLE),
            Err(Fault::NoPlace("none"))
        );
    }

    #[test]
    fn the_frame_is_one_file() {
        let frame = made().unwrap();
        let text = String::from_utf8_lossy(&frame.asset.data).into_owned();
        let begin = "<script type=\"module\">";
        let script =
            &text[text.find(begin).unwrap() + begin.len()..text.find("</script>").unwrap()];
        let digest = BASE64.encode(&Sha256::digest(script));
        assert_eq!(frame.script, format!("'sha256-{digest}'"));
        for elsewhere in ["src=", "href=", "@import", "url("] {
            let markup = text.replace(script, "");
            assert!(!markup.contains(elsewhere), "{elsewhere}");
        }
    }
}
