//! What a credential may do.

use std::fmt;
use std::str::FromStr;

/// One scope of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The REST API as such.
    Groupdav,
    /// Everything below `/mail`.
    Mail,
    /// Narrows `mail` to sending.
    Send,
    /// Narrows `mail` to opening compose windows.
    Compose,
    /// Narrows `mail` to uploads.
    Upload,
    /// Narrows `mail` to reading and changing accounts.
    Account,
    /// Narrows `mail` to holding a session: confirm windows, fetch payloads, read presence.
    Session,
    /// The user's files.
    Files,
}

const NAMES: [(Scope, &str); 8] = [
    (Scope::Groupdav, "groupdav"),
    (Scope::Mail, "mail"),
    (Scope::Send, "mail:send"),
    (Scope::Compose, "mail:compose"),
    (Scope::Upload, "mail:upload"),
    (Scope::Account, "mail:account"),
    (Scope::Session, "mail:session"),
    (Scope::Files, "files"),
];

impl Scope {
    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES[*self as usize].1)
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NAMES
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(scope, _)| *scope)
            .ok_or_else(|| {
                let known = NAMES.map(|(_, name)| name).join(", ");
                format!("unknown scope '{text}', known are: {known}")
            })
    }
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scopes(u16);

const NARROW: u16 = Scope::Send.bit()
    | Scope::Compose.bit()
    | Scope::Upload.bit()
    | Scope::Account.bit()
    | Scope::Session.bit();

impl Scopes {
    /// What a password and the web client have.
    pub const ALL: Self = Self(u16::MAX);

    /// True for the scope itself, for a `mail:…` right under a `mail` that nothing narrows, and for `mail` under any
    /// `mail:…` right.
    pub fn has(self, scope: Scope) -> bool {
        match scope {
            Scope::Mail => self.0 & (NARROW | Scope::Mail.bit()) != 0,
            Scope::Groupdav | Scope::Files => self.0 & scope.bit() != 0,
            _ if self.0 & NARROW == 0 => self.0 & Scope::Mail.bit() != 0,
            _ => self.0 & scope.bit() != 0,
        }
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = NAMES
            .iter()
            .filter(|(scope, _)| self.0 & scope.bit() != 0)
            .map(|(_, name)| *name)
            .collect();
        f.write_str(&names.join(" "))
    }
}

impl FromStr for Scopes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_whitespace().map(Scope::from_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_alone_has_every_right_and_a_single_right_only_itself() {
        let all: Scopes = "groupdav mail".parse().unwrap();
        assert!(all.has(Scope::Send) && all.has(Scope::Session) && !all.has(Scope::Files));
        let compose: Scopes = "mail:compose".parse().unwrap();
        assert!(compose.has(Scope::Mail) && compose.has(Scope::Compose));
        assert!(!compose.has(Scope::Send) && !compose.has(Scope::Groupdav));
        let narrowed: Scopes = "mail mail:compose".parse().unwrap();
        assert!(!narrowed.has(Scope::Send));
    }

    #[test]
    fn every_name_reads_back() {
        for (scope, name) in NAMES {
            assert_eq!(name.parse::<Scope>().unwrap(), scope);
            assert_eq!(scope.to_string(), name);
        }
        assert!(
            "mail:all"
                .parse::<Scope>()
                .unwrap_err()
                .contains("mail:send")
        );
    }
}
