//! Paths of files: `/home/<login>/<name>/…`. Names are Unicode in normal form C, so that each has one spelling.

use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;

/// Bytes of a name.
const NAME_MAX: usize = 255;
/// Names in a path.
pub const DEPTH_MAX: usize = 64;

/// A path that can name something of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePath {
    /// Whose home it is.
    pub login: String,
    /// From the home on; none: the home itself.
    pub names: Vec<String>,
}

impl FilePath {
    /// A path as people and JSON write it. A slash at its end says nothing.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let mut segments = text.strip_prefix('/').unwrap_or(text).split('/');
        if segments.next() != Some("home") {
            return Err("it must begin with /home/<login>/");
        }
        let login = segments.next().filter(|login| !login.is_empty());
        let login = login.ok_or("it must begin with /home/<login>/")?.to_owned();
        let names = names(segments.map(str::to_owned))?;
        Ok(Self { login, names })
    }

    /// A path in a URL: percent-encoded, so that a slash in a name is told apart from one between two.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn in_url(path: &str) -> Result<Self, &'static str> {
        let decoded = decoded_segments(path)?;
        let mut segments = decoded.into_iter();
        if segments.next().as_deref() != Some("home") {
            return Err("it must begin with /home/<login>/");
        }
        let login = segments.next().filter(|login| !login.is_empty());
        let login = login.ok_or("it must begin with /home/<login>/")?;
        let names = names(segments)?;
        Ok(Self { login, names })
    }
}

/// The names in a part of a URL, such as what follows a share's token.
///
/// # Errors
/// Says what is wrong with it.
pub fn names_in_url(path: &str) -> Result<Vec<String>, &'static str> {
    names(decoded_segments(path)?.into_iter())
}

fn decoded_segments(path: &str) -> Result<Vec<String>, &'static str> {
    path.strip_prefix('/')
        .unwrap_or(path)
        .split('/')
        .map(|segment| {
            let decoded = percent_decode_str(segment).decode_utf8();
            decoded.map(Into::into).map_err(|_| "it is not UTF-8")
        })
        .collect()
}

fn names(segments: impl Iterator<Item = String>) -> Result<Vec<String>, &'static str> {
    let mut names: Vec<String> = segments.collect();
    if names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    if names.len() > DEPTH_MAX {
        return Err("it has more than 64 levels");
    }
    names.iter().map(|name| self::name(name)).collect()
}

/// One name, in its one spelling.
///
/// # Errors
/// Says what is wrong with it.
pub fn name(text: &str) -> Result<String, &'static str> {
    let name: String = text.nfc().collect();
    match name.as_str() {
        "" => Err("a name in it is empty"),
        "." | ".." => Err("'.' and '..' are no names"),
        name if name.contains('/') => Err("a name has a slash"),
        name if name.chars().any(char::is_control) => Err("a name has control characters"),
        name if name.len() > NAME_MAX => Err("a name is longer than 255 bytes"),
        _ => Ok(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_spelling() {
        let names = |text| FilePath::parse(text).map(|path| path.names);
        assert_eq!(
            names("/home/ralf/a/b.txt"),
            Ok(vec!["a".into(), "b.txt".into()])
        );
        assert_eq!(names("/home/ralf/a/"), Ok(vec!["a".into()]));
        assert_eq!(names("/home/ralf"), Ok(vec![]));
        assert_eq!(names("/home/ralf/"), Ok(vec![]));
        // The same letter, once with a combining mark.
        assert_eq!(names("/home/ralf/u\u{308}"), Ok(vec!["\u{fc}".into()]));
        assert_eq!(
            FilePath::in_url("/home/ralf/%75%CC%88/a%20b"),
            FilePath::parse("/home/ralf/\u{fc}/a b")
        );
    }

    #[test]
    fn nothing_leads_out_of_a_home() {
        for text in [
            "/home/ralf/../anna/x",
            "/home/ralf/a/..",
            "/home/ralf/./x",
            "/home/ralf//x",
            "/home/ralf/a\0b",
            "/home/ralf/a\nb",
            "/home/ralf/a\u{85}b",
            "/home//x",
            "/home",
            "/etc/passwd",
            "home",
        ] {
            assert!(FilePath::parse(text).is_err(), "{text:?}");
        }
        for path in [
            "/home/ralf/%2e%2e/anna",
            "/home/ralf/.%2E/anna",
            "/home/ralf/%2E",
            "/home/ralf/a%2Fb",
            "/home/ralf/%2Fetc",
            "/home/ralf/a%00b",
            "/home/ralf/%FF",
        ] {
            assert!(FilePath::in_url(path).is_err(), "{path}");
        }
        let long = format!("/home/ralf/{}", "ü".repeat(128));
        assert_eq!(
            FilePath::parse(&long),
            Err("a name is longer than 255 bytes")
        );
        let deep = format!("/home/ralf/{}", "a/".repeat(65));
        assert_eq!(FilePath::parse(&deep), Err("it has more than 64 levels"));
    }
}
