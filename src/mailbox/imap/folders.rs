//! Finding folders: the namespace, the ones with a special use (RFC 6154), those with a usual name, those that somebody
//! names with `/` between levels.

use super::error::ImapError;
use super::response::Outcome;
use super::session::{Session, quoted};
use super::token::Token;
use super::utf7;

/// A folder that every mailbox is expected to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    Sent,
    Drafts,
}

impl Special {
    /// The attribute that marks it.
    fn attribute(self) -> &'static str {
        match self {
            Self::Sent => "\\Sent",
            Self::Drafts => "\\Drafts",
        }
    }

    /// What it is usually called, the likeliest first. The first one is what it is called if it has to be made.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Sent => &[
                "Sent",
                "Sent Items",
                "Sent Messages",
                "Sent Mail",
                "Gesendet",
                "Gesendete Elemente",
                "Gesendete Objekte",
            ],
            Self::Drafts => &["Drafts", "Draft", "Entwürfe"],
        }
    }
}

/// What a session has found out about the folders.
#[derive(Debug, Default)]
pub(super) struct Known {
    namespace: Option<Namespace>,
    /// Of the folder for sent mail the name, as the server writes it.
    pub(super) sent: Option<String>,
}

/// Where one's own folders are.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Namespace {
    /// What their names begin with, for instance `INBOX.`; as the server writes it.
    prefix: String,
    /// What stands between levels; `None`: there are no levels.
    separator: Option<char>,
}

/// One line of a list of folders.
struct Listed<'a> {
    flags: &'a [Token],
    separator: Option<char>,
    name: &'a str,
}

impl<'a> Listed<'a> {
    fn of(data: &'a [Token]) -> Option<Self> {
        let [kind, flags, separator, name, ..] = data else {
            return None;
        };
        kind.is("LIST").then_some(())?;
        Some(Self {
            flags: flags.list()?,
            separator: separator.text().and_then(|text| text.chars().next()),
            // A folder whose name is `NIL` is still a folder.
            name: match name {
                Token::Word(word) => word,
                other => other.text()?,
            },
        })
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own.is(flag))
    }

    /// Whether messages can be put into it.
    fn is_usable(&self) -> bool {
        !self.has("\\Noselect") && !self.has("\\NonExistent") && quoted(self.name).is_some()
    }
}

impl Session {
    async fn namespace(&mut self) -> Result<Namespace, ImapError> {
        if let Some(known) = &self.known.namespace {
            return Ok(known.clone());
        }
        let mut found = None;
        if self.has("NAMESPACE") {
            let note = |data: &[Token]| {
                if let [kind, own, ..] = data
                    && kind.is("NAMESPACE")
                {
                    found = first_namespace(own);
                }
            };
            self.command_with("NAMESPACE", note).await?;
        }
        if found.is_none() {
            let note = |data: &[Token]| {
                found = found.take().or(Listed::of(data).map(|root| Namespace {
                    prefix: String::new(),
                    separator: root.separator,
                }));
            };
            self.command_with("LIST \"\" \"\"", note).await?;
        }
        let namespace = found.unwrap_or(Namespace {
            prefix: String::new(),
            separator: Some('/'),
        });
        self.known.namespace = Some(namespace.clone());
        Ok(namespace)
    }

    /// The folder with a special use as the server writes its name, if there is one.
    pub(super) async fn special(&mut self, special: Special) -> Result<Option<String>, ImapError> {
        Ok(self.look_for(special).await?.existing)
    }

    /// The same; makes it if there is none.
    pub(super) async fn special_or_new(&mut self, special: Special) -> Result<String, ImapError> {
        let found = self.look_for(special).await?;
        if let Some(name) = found.existing {
            return Ok(name);
        }
        let name = match found.planned {
            Some(name) => name,
            None => {
                let name = special.names().first().copied().unwrap_or_default();
                self.namespace().await?.prefix + name
            }
        };
        self.create(&name).await?;
        Ok(name)
    }

    async fn create(&mut self, name: &str) -> Result<(), ImapError> {
        let quoted = quoted(name).ok_or_else(|| ImapError::NoFolder(shown(name)))?;
        let status = self.ask(&format!("CREATE {quoted}"), |_| ()).await?;
        // Somebody else may have made it at the same time.
        if status.outcome != Outcome::Ok && !self.is_there(name).await? {
            super::session::accepted(status)?;
        }
        // Without a subscription it is there all the same; some programs do not show it.
        self.ask(&format!("SUBSCRIBE {quoted}"), |_| ()).await?;
        Ok(())
    }

    async fn look_for(&mut self, special: Special) -> Result<Found, ImapError> {
        let mut found = Found::default();
        if self.has("SPECIAL-USE") && self.has("LIST-EXTENDED") {
            let list = "LIST (SPECIAL-USE) \"\" \"*\" RETURN (SPECIAL-USE)";
            self.command_with(list, |data| found.weigh(data, special, ""))
                .await?;
            if found.existing.is_some() {
                return Ok(found);
            }
        }
        let Namespace { prefix, separator } = self.namespace().await?;
        let mut levels = vec![prefix.clone()];
        // Where nothing is said about it, one's own folders may still be below the inbox.
        if let (true, Some(separator)) = (prefix.is_empty(), separator) {
            levels.push(format!("INBOX{separator}"));
        }
        for level in levels {
            let Some(pattern) = quoted(&format!("{level}%")) else {
                continue;
            };
            let list = format!("LIST \"\" {pattern}");
            self.command_with(&list, |data| found.weigh(data, special, &level))
                .await?;
            if found.existing.is_some() {
                break;
            }
        }
        Ok(found)
    }

    /// The names, as the server writes them, that a folder may have which somebody names with `/` between levels. None:
    /// there can be no such folder.
    pub(super) async fn candidates(&mut self, folder: &str) -> Result<Vec<String>, ImapError> {
        Ok(self.namespace().await?.candidates(folder))
    }

    /// The folder that somebody names with `/` between levels, as the server writes it, if it is there.
    pub(super) async fn find(&mut self, folder: &str) -> Result<Option<String>, ImapError> {
        for name in self.candidates(folder).await? {
            if self.is_there(&name).await? {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Whether there is a folder, named as the server writes it.
    pub(super) async fn is_there(&mut self, name: &str) -> Result<bool, ImapError> {
        let Some(pattern) = quoted(name) else {
            return Ok(false);
        };
        let mut there = false;
        let note = |data: &[Token]| {
            if let Some(listed) = Listed::of(data) {
                there |= listed.is_usable() && is_same(listed.name, name);
            }
        };
        self.command_with(&format!("LIST \"\" {pattern}"), note)
            .await?;
        Ok(there)
    }
}

/// The best folder of a list for a special use.
#[derive(Default)]
struct Found {
    existing: Option<String>,
    rank: usize,
    /// Marked for the use, but not made yet.
    planned: Option<String>,
}

impl Found {
    /// Looks at one line of a list; usual names count from `level` on.
    fn weigh(&mut self, data: &[Token], special: Special, level: &str) {
        let Some(listed) = Listed::of(data) else {
            return;
        };
        let is_marked = listed.has(special.attribute());
        if !listed.is_usable() {
            if is_marked && listed.has("\\NonExistent") && quoted(listed.name).is_some() {
                self.planned = Some(listed.name.to_owned());
            }
            return;
        }
        let named = || {
            let name = listed.name.strip_prefix(level)?;
            let name = utf7::decode(name)?.to_lowercase();
            let mut usual = special.names().iter();
            usual.position(|usual| usual.to_lowercase() == name)
        };
        let rank = match is_marked {
            true => Some(0),
            false => named().map(|at| at + 1),
        };
        if let Some(rank) = rank
            && (self.existing.is_none() || rank < self.rank)
        {
            self.rank = rank;
            self.existing = Some(listed.name.to_owned());
        }
    }
}

impl Namespace {
    fn candidates(&self, folder: &str) -> Vec<String> {
        let levels: Vec<&str> = folder.split('/').collect();
        let is_invalid = |level: &&str| {
            level.is_empty()
                || self
                    .separator
                    .is_some_and(|separator| separator != '/' && level.contains(separator))
        };
        if levels.iter().any(is_invalid) || (levels.len() > 1 && self.separator.is_none()) {
            return Vec::new();
        }
        let mut levels: Vec<String> = levels.into_iter().map(utf7::encode).collect();
        let is_below_inbox = levels[0].eq_ignore_ascii_case("INBOX");
        if is_below_inbox {
            levels[0] = "INBOX".to_owned();
        }
        let name = levels.join(&self.separator.map_or_else(String::new, String::from));
        let is_whole = self.prefix.is_empty()
            || levels.len() == 1 && is_below_inbox
            || name.starts_with(&self.prefix);
        if is_whole {
            return vec![name];
        }
        vec![format!("{}{name}", self.prefix), name]
    }
}

/// The first of a list of namespaces.
fn first_namespace(own: &Token) -> Option<Namespace> {
    let [prefix, separator, ..] = own.list()?.first()?.list()? else {
        return None;
    };
    Some(Namespace {
        prefix: prefix.text()?.to_owned(),
        separator: separator.text().and_then(|text| text.chars().next()),
    })
}

/// Names are told apart by letters, but for the inbox.
fn is_same(one: &str, other: &str) -> bool {
    let is_inbox = |name: &str| name.eq_ignore_ascii_case("INBOX");
    one == other
        || is_inbox(one) && is_inbox(other)
        || utf7::decode(one).is_some_and(|name| Some(name) == utf7::decode(other))
}

/// A folder's name for people, of what the server writes.
pub(super) fn shown(name: &str) -> String {
    let name = utf7::decode(name).unwrap_or_else(|| name.to_owned());
    super::response::clean(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailbox::imap::token::tokens;

    fn namespace(prefix: &str, separator: Option<char>) -> Namespace {
        Namespace {
            prefix: prefix.to_owned(),
            separator,
        }
    }

    #[test]
    fn levels_are_written_with_the_server_s_separator_below_its_prefix() {
        let dovecot = namespace("", Some('/'));
        let cyrus = namespace("INBOX.", Some('.'));
        let flat = namespace("", None);
        for (namespace, folder, names) in [
            (
                &dovecot,
                "Archiv/Grüße & mehr",
                vec!["Archiv/Gr&APwA3w-e &- mehr"],
            ),
            (&dovecot, "a.b", vec!["a.b"]),
            (&dovecot, "inbox", vec!["INBOX"]),
            (&dovecot, "a//b", vec![]),
            (&dovecot, "/a", vec![]),
            (
                &cyrus,
                "Archive/2026",
                vec!["INBOX.Archive.2026", "Archive.2026"],
            ),
            (&cyrus, "Inbox/Sent", vec!["INBOX.Sent"]),
            (&cyrus, "Inbox", vec!["INBOX"]),
            (&cyrus, "a.b", vec![]),
            (&flat, "Sent", vec!["Sent"]),
            (&flat, "a/b", vec![]),
        ] {
            assert_eq!(namespace.candidates(folder), names, "{folder}");
        }
    }

    fn best(lines: &[&str], level: &str) -> Found {
        let mut found = Found::default();
        for line in lines {
            let line = tokens(line.as_bytes()).expect("an answer");
            found.weigh(&line, Special::Sent, level);
        }
        found
    }

    #[test]
    fn the_mark_counts_more_than_the_name_and_the_usual_name_more_than_others() {
        let items = "LIST (\\HasNoChildren) \"/\" \"Sent Items\"";
        let sent = "LIST () \"/\" sent";
        let marked = "LIST (\\sent) \"/\" &AMQ-rger";
        for lines in [[items, sent, marked], [marked, sent, items]] {
            assert_eq!(best(&lines, "").existing.as_deref(), Some("&AMQ-rger"));
        }
        assert_eq!(best(&[items, sent], "").existing.as_deref(), Some("sent"));
        assert_eq!(best(&[items], "").existing.as_deref(), Some("Sent Items"));
        let below = "LIST () \".\" INBOX.Sent";
        assert_eq!(best(&[below], "").existing, None);
        assert_eq!(
            best(&[below], "INBOX.").existing.as_deref(),
            Some("INBOX.Sent")
        );
    }

    #[test]
    fn a_folder_that_takes_no_mail_is_none() {
        let found = best(
            &[
                "LIST (\\Noselect \\Sent) \"/\" Sent",
                "LIST () \"/\" Sent\u{1}",
            ],
            "",
        );
        assert!(found.existing.is_none() && found.planned.is_none());
        let found = best(&["LIST (\\NonExistent \\Sent) \"/\" Gone"], "");
        assert_eq!(found.planned.as_deref(), Some("Gone"));
        assert!(
            best(&["SEARCH 1 2", "LIST \"/\" x", "LIST (a) NIL"], "")
                .existing
                .is_none()
        );
    }
}
