//! A mail server as an administrator names it: a URL with scheme, host, port, and how to sign in there.

use std::fmt::{self, Display};
use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use url::form_urlencoded::Serializer;
use url::{Host, Url};

/// What a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    Smtp,
    Imap,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Security {
    /// Clear text.
    None,
    /// Clear text until `STARTTLS`, which must succeed.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// What the caller's own login is called at the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UserName {
    /// The gateway's login.
    Login,
    /// The address of the user.
    #[default]
    Email,
    /// What stands before the `@` of that address.
    Local,
}

impl UserName {
    /// What a user with this login and address is called.
    #[must_use]
    pub fn of<'a>(self, login: &'a str, email: &'a str) -> &'a str {
        match self {
            Self::Login => login,
            Self::Email => email,
            Self::Local => email.rsplit_once('@').map_or(email, |(local, _)| local),
        }
    }
}

/// How to sign in at a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Auth {
    /// Not at all.
    None,
    /// With the password that the caller has shown to the gateway.
    Session(UserName),
    /// As this user, with the password that is kept with the account.
    Stored(String),
}

/// Where a mail server is and how to sign in there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    pub protocol: Protocol,
    pub security: Security,
    /// Name in ASCII, or address; an IPv6 address without brackets.
    pub host: String,
    pub port: u16,
    pub auth: Auth,
}

/// Why a URL names no server that can be used. Never holds the URL, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ServerError(pub String);

/// A server and what its URL says beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub server: Server,
    /// The file of `password_file=`.
    pub password_file: Option<String>,
}

impl Protocol {
    fn schemes(self) -> [(&'static str, Security, u16); 3] {
        match self {
            Self::Smtp => [
                ("smtp", Security::None, 25),
                ("smtp+starttls", Security::StartTls, 587),
                ("smtps", Security::Tls, 465),
            ],
            Self::Imap => [
                ("imap", Security::None, 143),
                ("imap+starttls", Security::StartTls, 143),
                ("imaps", Security::Tls, 993),
            ],
        }
    }

    fn examples(self) -> &'static str {
        match self {
            Self::Smtp => "smtp://host:25, smtp+starttls://host:587 or smtps://host:465",
            Self::Imap => "imaps://host:993, imap+starttls://host:143 or imap://host:143",
        }
    }
}

impl Server {
    /// Reads a URL such as `smtp+starttls://mail.example.org:587?auth=session`.
    ///
    /// # Errors
    /// What is wrong with it, for a person to read.
    pub fn parse(protocol: Protocol, text: &str) -> Result<Given, ServerError> {
        let refuse = |reason: String| Err(ServerError(reason));
        let Some((scheme, _)) = text.split_once("://") else {
            return refuse(format!("it is no server URL, try {}", protocol.examples()));
        };
        let known = protocol
            .schemes()
            .into_iter()
            .find(|(name, ..)| *name == scheme);
        let Some((_, security, usual_port)) = known else {
            return refuse(format!(
                "'{scheme}://' is not known, try {}",
                protocol.examples()
            ));
        };
        let url = Url::parse(text).map_err(|cause| ServerError(cause.to_string()))?;
        check_plain(&url)?;
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => {
                // The URL standard leaves the hosts of unknown schemes as they are, percent-encoded.
                let name = percent_decode_str(name).decode_utf8_lossy();
                idna::domain_to_ascii(&name)
                    .map_err(|_| ServerError(format!("'{name}' is no host name")))?
            }
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return refuse("the URL names no host".to_owned()),
        };
        let (auth, password_file) = auth(&url)?;
        let server = Self {
            protocol,
            security,
            host,
            port: url.port().unwrap_or(usual_port),
            auth,
        };
        server.refuse_clear_text_passwords()?;
        Ok(Given {
            server,
            password_file,
        })
    }

    /// Whether the way to it never leaves this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self.host.parse::<IpAddr>() {
            Ok(address) => address.to_canonical().is_loopback(),
            Err(_) => self.host == "localhost" || self.host.ends_with(".localhost"),
        }
    }

    fn refuse_clear_text_passwords(&self) -> Result<(), ServerError> {
        if self.security == Security::None && self.auth != Auth::None && !self.is_local() {
            return Err(ServerError(format!(
                "a password would travel in clear text, use {}+starttls:// or {}s://",
                self.scheme(),
                self.scheme()
            )));
        }
        Ok(())
    }

    fn scheme(&self) -> &'static str {
        let schemes = self.protocol.schemes();
        let own = schemes
            .iter()
            .find(|(_, security, _)| *security == self.security);
        own.map_or("", |(scheme, ..)| scheme)
    }

    /// `host:port`, as people write it.
    #[must_use]
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// Refuses all that may stand beside host, port and query.
fn check_plain(url: &Url) -> Result<(), ServerError> {
    let refuse = |reason: &str| Err(ServerError(reason.to_owned()));
    if !url.username().is_empty() || url.password().is_some() {
        return refuse(
            "a user name or password does not belong before the host, give ?user=NAME; the password is asked for",
        );
    }
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return refuse("nothing but a query may follow host and port");
    }
    if url.port() == Some(0) {
        return refuse("port 0 cannot be reached");
    }
    Ok(())
}

/// The query: `auth=`, `user=`, `login=`, `password_file=`.
fn auth(url: &Url) -> Result<(Auth, Option<String>), ServerError> {
    let refuse = |reason: String| Err(ServerError(reason));
    let (mut kind, mut user, mut login, mut file) = (None, None, None, None);
    for (key, value) in url.query_pairs() {
        let place = match &*key {
            "auth" => &mut kind,
            "user" => &mut user,
            "login" => &mut login,
            "password_file" => &mut file,
            "password" => {
                return refuse(
                    "a password does not belong into the URL, where others could read it; it is asked for, or read with password_file=FILE"
                        .to_owned(),
                );
            }
            _ => return refuse(format!("'{key}' is not known in a server URL")),
        };
        if value.is_empty() || value.contains(char::is_control) {
            return refuse(format!("{key}= needs a value"));
        }
        if place.replace(value.into_owned()).is_some() {
            return refuse(format!("{key}= stands there twice"));
        }
    }
    let kind = match (kind.as_deref(), &user) {
        (Some(kind), _) => kind,
        (None, Some(_)) => "stored",
        (None, None) => "none",
    };
    let auth = match (kind, user) {
        ("none", None) => Auth::None,
        ("session", None) => Auth::Session(user_name(login.take().as_deref())?),
        ("stored", Some(user)) => Auth::Stored(user),
        ("stored", None) => return refuse("auth=stored needs user=NAME".to_owned()),
        ("none" | "session", Some(_)) => {
            return refuse(format!("auth={kind} takes no user="));
        }
        _ => {
            return refuse(format!(
                "auth={kind} is not known, it is none, session or stored"
            ));
        }
    };
    if login.is_some() {
        return refuse("login= goes with auth=session only".to_owned());
    }
    if file.is_some() && !matches!(auth, Auth::Stored(_)) {
        return refuse("password_file= goes with user=NAME only".to_owned());
    }
    Ok((auth, file))
}

fn user_name(text: Option<&str>) -> Result<UserName, ServerError> {
    match text {
        None | Some("email") => Ok(UserName::Email),
        Some("login") => Ok(UserName::Login),
        Some("local") => Ok(UserName::Local),
        Some(other) => Err(ServerError(format!(
            "login={other} is not known, it is login, email or local"
        ))),
    }
}

/// As it can be given again, without `password_file=`.
impl Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme(), self.address())?;
        match &self.auth {
            Auth::None => Ok(()),
            Auth::Session(UserName::Email) => f.write_str("?auth=session"),
            Auth::Session(UserName::Login) => f.write_str("?auth=session&login=login"),
            Auth::Session(UserName::Local) => f.write_str("?auth=session&login=local"),
            Auth::Stored(user) => {
                let query = Serializer::new(String::new())
                    .append_pair("user", user)
                    .finish();
                write!(f, "?{query}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Given, ServerError> {
        let protocol = match text.starts_with("imap") {
            true => Protocol::Imap,
            false => Protocol::Smtp,
        };
        Server::parse(protocol, text)
    }

    #[test]
    fn a_url_is_shown_as_it_can_be_given_again() {
        for (given, shown) in [
            ("smtp://mail.example.org", "smtp://mail.example.org:25"),
            (
                "smtp://mail.example.org:2525/?auth=none",
                "smtp://mail.example.org:2525",
            ),
            ("smtp://[::1]:1025", "smtp://[::1]:1025"),
            (
                "smtps://m.example.org?auth=session",
                "smtps://m.example.org:465?auth=session",
            ),
            (
                "smtp+starttls://m.example.org?user=ra%26lf",
                "smtp+starttls://m.example.org:587?user=ra%26lf",
            ),
            (
                "imaps://bücher.example?auth=session&login=local",
                "imaps://xn--bcher-kva.example:993?auth=session&login=local",
            ),
            (
                "imap+starttls://m.example.org?auth=session&login=login",
                "imap+starttls://m.example.org:143?auth=session&login=login",
            ),
            (
                "imap://127.0.0.1:1143?auth=stored&user=x",
                "imap://127.0.0.1:1143?user=x",
            ),
        ] {
            let server = parse(given).expect(given).server;
            assert_eq!(server.to_string(), shown);
            assert_eq!(parse(shown).expect(shown).server, server);
        }
    }

    #[test]
    fn a_password_file_stands_beside_the_server() {
        let given = parse("smtps://h.example?user=a&password_file=%2Fetc%2Fp").expect("valid");
        assert_eq!(given.password_file.as_deref(), Some("/etc/p"));
        assert_eq!(given.server.auth, Auth::Stored("a".to_owned()));
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        for (text, why) in [
            ("http://h", "'http://' is not known"),
            ("mail.example.org", "is no server URL"),
            ("smtp://", "host"),
            ("smtp://u:p@h", "user name"),
            ("smtp://h/x", "nothing but a query"),
            ("smtp://h?colour=red", "'colour' is not known"),
            ("smtp://h?password=x", "does not belong into the URL"),
            ("smtp://h:0", "port 0"),
            ("smtp://h:99999", "port"),
            ("smtp://h?auth=session", "clear text"),
            ("imap://192.0.2.1?user=x", "clear text"),
            ("smtps://h?auth=stored", "needs user="),
            ("smtps://h?auth=session&user=x", "takes no user="),
            ("smtps://h?auth=magic", "auth=magic is not known"),
            ("smtps://h?login=email", "goes with auth=session"),
            ("smtps://h?auth=session&login=x", "login=x is not known"),
            ("smtps://h?password_file=x", "goes with user="),
            ("smtps://h?user=a&user=b", "twice"),
            ("smtps://h?user=", "needs a value"),
        ] {
            let reason = parse(text).expect_err(text).to_string();
            assert!(reason.contains(why), "{text}: {reason}");
        }
        for text in [
            "smtp://localhost?auth=session",
            "smtp://127.0.0.2?user=x",
            "imap://[::1]?user=x",
        ] {
            parse(text).expect(text);
        }
    }
}
