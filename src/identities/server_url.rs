//! Where an account's mail goes out: the URL given as `--smtp`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::{Host, Url};

const PORT: u16 = 25;

/// The server that takes an account's outgoing mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmtpServer {
    /// A server that takes mail without encryption and without a password.
    Smtp {
        /// Name or address; an IPv6 address without brackets.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// No server: every mail becomes a file in this directory.
    Directory(PathBuf),
}

/// Why a URL cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ServerUrlError(String);

impl FromStr for SmtpServer {
    type Err = ServerUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = |reason: String| Err(ServerUrlError(reason));
        if let Some(directory) = text.strip_prefix("file:") {
            return directory_of(directory);
        }
        let Some((scheme, _)) = text.split_once("://") else {
            return refuse(format!(
                "'{text}' is no server URL, try smtp://host:25 or file:DIR"
            ));
        };
        match scheme {
            "smtp" => {}
            "smtps" | "smtp+starttls" => {
                return refuse(format!("{scheme}:// is not available yet"));
            }
            _ => {
                return refuse(format!(
                    "'{scheme}://' is not known, try smtp://host:25 or file:DIR"
                ));
            }
        }
        let url = Url::parse(text).map_err(|cause| ServerUrlError(format!("'{text}': {cause}")))?;
        check_extras(&url)?;
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => idna::domain_to_ascii(name)
                .map_err(|_| ServerUrlError(format!("'{name}' is no host name")))?,
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return refuse(format!("'{text}' names no host")),
        };
        Ok(Self::Smtp {
            host,
            port: url.port().unwrap_or(PORT),
        })
    }
}

/// `file:` with a path, written with one slash or three.
fn directory_of(path: &str) -> Result<SmtpServer, ServerUrlError> {
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.contains('\0') {
        return Err(ServerUrlError(
            "file: needs the name of a directory".to_owned(),
        ));
    }
    Ok(SmtpServer::Directory(PathBuf::from(path)))
}

/// Refuses all that may stand beside host and port, apart from `auth=none`.
fn check_extras(url: &Url) -> Result<(), ServerUrlError> {
    let refuse = |reason: String| Err(ServerUrlError(reason));
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("a user name or password does not belong into the URL".to_owned());
    }
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return refuse("nothing but a query may follow host and port".to_owned());
    }
    if url.port() == Some(0) {
        return refuse("port 0 cannot be reached".to_owned());
    }
    for (key, value) in url.query_pairs() {
        match (&*key, &*value) {
            ("auth", "none") => {}
            ("auth", "session" | "stored") => {
                return refuse(format!("auth={value} is not available yet"));
            }
            ("auth", _) => {
                return refuse(format!(
                    "auth={value} is not known, it is none, session or stored"
                ));
            }
            ("user" | "login" | "password_file", _) => {
                return refuse(format!("{key}= is not available yet"));
            }
            _ => return refuse(format!("'{key}' is not known in a server URL")),
        }
    }
    Ok(())
}

impl fmt::Display for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp { host, port } if host.contains(':') => write!(f, "smtp://[{host}]:{port}"),
            Self::Smtp { host, port } => write!(f, "smtp://{host}:{port}"),
            Self::Directory(path) => write!(f, "file:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        text.parse::<SmtpServer>()
            .expect_err("must be refused")
            .to_string()
    }

    #[test]
    fn a_url_is_shown_as_it_can_be_given_again() {
        for (given, shown) in [
            ("smtp://mail.example.org", "smtp://mail.example.org:25"),
            (
                "smtp://mail.example.org:2525/?auth=none",
                "smtp://mail.example.org:2525",
            ),
            ("smtp://127.0.0.1:1025", "smtp://127.0.0.1:1025"),
            ("smtp://[::1]:1025", "smtp://[::1]:1025"),
            ("file:out/box", "file:out/box"),
            ("file:///var/spool/out", "file:/var/spool/out"),
        ] {
            let server: SmtpServer = given.parse().expect(given);
            assert_eq!(server.to_string(), shown);
            assert_eq!(shown.parse(), Ok(server));
        }
    }

    #[test]
    fn what_comes_later_says_so() {
        assert_eq!(refusal("smtps://h:465"), "smtps:// is not available yet");
        assert_eq!(
            refusal("smtp+starttls://h"),
            "smtp+starttls:// is not available yet"
        );
        assert_eq!(
            refusal("smtp://h?auth=session"),
            "auth=session is not available yet"
        );
        assert_eq!(refusal("smtp://h?user=x"), "user= is not available yet");
    }

    #[test]
    fn what_never_comes_says_why() {
        assert!(refusal("http://h").contains("'http://' is not known"));
        assert!(refusal("mail.example.org").contains("is no server URL"));
        assert!(refusal("smtp://").contains("host"));
        assert!(refusal("smtp://u:p@h").contains("user name"));
        assert!(refusal("smtp://h/x").contains("nothing but a query"));
        assert!(refusal("smtp://h?colour=red").contains("'colour' is not known"));
        assert!(refusal("smtp://h:0").contains("port 0"));
        assert!(refusal("smtp://h:99999").contains("port"));
        assert!(refusal("file:").contains("directory"));
    }
}
