//! A mailbox: who a mail comes from or goes to.

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use super::address_list;

/// Bytes of the parts and of the whole (RFC 5321, 4.5.3.1; a path has two more, `<` and `>`).
const LOCAL_MAX: usize = 64;
const DOMAIN_MAX: usize = 253;
const ADDRESS_MAX: usize = 254;
const TOO_LONG: AddressError = AddressError("what stands before the @ is longer than 64 bytes");

const OPEN_DIRECTION: AddressError =
    AddressError("the name changes the direction of writing and does not change it back");

/// Why a text is no mailbox. Never holds the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressError(pub(super) &'static str);

/// An address with the name of the person behind it, free of control characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mailbox {
    name: Option<String>,
    /// Without the quotes that it may need in a mail.
    local: String,
    /// As it was given: an international domain in its own script.
    domain: String,
    /// As the envelope and the header carry it.
    ascii_domain: String,
}

impl Mailbox {
    /// A mailbox from a name, which may be empty, and an address such as `anna@example.org`.
    ///
    /// # Errors
    /// When `address` is not exactly one address, or either holds control characters.
    pub fn new(name: &str, address: &str) -> Result<Self, AddressError> {
        let found = address_list::parse_address(address)?;
        Self::from_parts(Some(name), &found.local, &found.domain)
    }

    /// A mailbox from what stands left and right of the `@`, without quotes.
    pub(super) fn from_parts(
        name: Option<&str>,
        local: &str,
        domain: &str,
    ) -> Result<Self, AddressError> {
        if let Some(name) = name {
            refuse_controls(name)?;
            refuse_open_direction(name)?;
        }
        let name = name.map(|name| name.replace('\t', " ").trim_matches(' ').to_owned());
        check_local(local)?;
        let mailbox = Self {
            name: name.filter(|name| !name.is_empty()),
            local: local.to_owned(),
            domain: domain.to_owned(),
            ascii_domain: ascii_domain(domain)?,
        };
        // With its quotes it is sent.
        if mailbox.quoted_local().len() > LOCAL_MAX {
            return Err(TOO_LONG);
        }
        if mailbox.envelope().len() > ADDRESS_MAX {
            return Err(AddressError("the address is longer than 254 bytes"));
        }
        Ok(mailbox)
    }

    /// The name of the person, decoded.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address as people read it: an international domain in its own script.
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}@{}", self.quoted_local(), self.domain)
    }

    /// The address as envelope and header carry it: an international domain in its ASCII form.
    #[must_use]
    pub fn envelope(&self) -> String {
        format!("{}@{}", self.quoted_local(), self.ascii_domain)
    }

    /// The domain in its ASCII form.
    #[must_use]
    pub fn ascii_domain(&self) -> &str {
        &self.ascii_domain
    }

    /// Whether only a server with SMTPUTF8 can take mail for it: there is no ASCII form for what stands before the `@`.
    #[must_use]
    pub fn needs_smtputf8(&self) -> bool {
        !self.local.is_ascii()
    }

    fn quoted_local(&self) -> Cow<'_, str> {
        if is_dot_atom(&self.local) {
            Cow::Borrowed(&self.local)
        } else {
            Cow::Owned(quote(&self.local))
        }
    }
}

/// `Name <address>`, the name quoted where needed. What is shown can be parsed again.
impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            None => f.write_str(&self.address()),
            Some(name) if is_plain_phrase(name) => write!(f, "{name} <{}>", self.address()),
            Some(name) => write!(f, "{} <{}>", quote(name), self.address()),
        }
    }
}

/// Refuses every control character but the tab, and the two Unicode line ends.
pub(super) fn refuse_controls(text: &str) -> Result<(), AddressError> {
    if text.chars().any(is_forbidden) {
        return Err(AddressError("control characters are not allowed"));
    }
    Ok(())
}

/// Whether a character could end a header line for some reader, or is invisible to a person.
pub(super) fn is_forbidden(c: char) -> bool {
    (c.is_control() && c != '\t') || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether a character shows nothing but changes what people see or compare. Those that join letters or keep them apart
/// are not among them: words of some scripts need them.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    ) || matches!(c, '\u{e0000}'..='\u{e007f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}')
}

/// Refuses a name that would turn the direction of what follows it, such as the address (Unicode Standard Annex 9).
fn refuse_open_direction(name: &str) -> Result<(), AddressError> {
    let (mut embedded, mut isolated) = (0_usize, 0_usize);
    for c in name.chars() {
        let depth = match c {
            '\u{202a}' | '\u{202b}' | '\u{202d}' | '\u{202e}' => {
                embedded.checked_add(1).map(|depth| (depth, isolated))
            }
            '\u{202c}' => embedded.checked_sub(1).map(|depth| (depth, isolated)),
            '\u{2066}'..='\u{2068}' => isolated.checked_add(1).map(|depth| (embedded, depth)),
            '\u{2069}' => isolated.checked_sub(1).map(|depth| (embedded, depth)),
            _ => continue,
        };
        (embedded, isolated) = depth.ok_or(OPEN_DIRECTION)?;
    }
    if (embedded, isolated) == (0, 0) {
        Ok(())
    } else {
        Err(OPEN_DIRECTION)
    }
}

/// What an unquoted word may consist of (RFC 5322 atext, RFC 6532).
pub(super) fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii()
}

fn is_dot_atom(text: &str) -> bool {
    text.split('.')
        .all(|part| !part.is_empty() && part.chars().all(is_atext))
}

fn is_plain_phrase(name: &str) -> bool {
    !name.contains("=?")
        && name
            .split(' ')
            .all(|word| !word.is_empty() && word.chars().all(is_atext))
}

fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

fn check_local(local: &str) -> Result<(), AddressError> {
    refuse_controls(local)?;
    if local.is_empty() {
        return Err(AddressError("nothing stands before the @"));
    }
    if local.len() > LOCAL_MAX {
        return Err(TOO_LONG);
    }
    if local.chars().any(is_invisible) {
        return Err(AddressError(
            "invisible characters are not allowed before the @",
        ));
    }
    if local
        .chars()
        .any(|c| c == '\t' || (c.is_whitespace() && c != ' '))
    {
        return Err(AddressError("white space is not allowed before the @"));
    }
    Ok(())
}

fn ascii_domain(domain: &str) -> Result<String, AddressError> {
    if let Some(literal) = domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        let is_address = match literal.get(..5) {
            Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => {
                literal[5..].parse::<Ipv6Addr>().is_ok()
            }
            _ => literal.parse::<Ipv4Addr>().is_ok(),
        };
        return if is_address {
            Ok(domain.to_owned())
        } else {
            Err(AddressError("the brackets hold no IP address"))
        };
    }
    // The conversion of one label takes quadratic time, so its length is bounded first.
    if domain.len() > 4 * DOMAIN_MAX {
        return Err(AddressError("the domain is too long"));
    }
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::Allow,
            DnsLength::Verify,
        )
        .map_err(|_| AddressError("the domain is not valid"))?;
    if ascii
        .split('.')
        .any(|label| label.starts_with('-') || label.ends_with('-'))
    {
        return Err(AddressError("the domain is not valid"));
    }
    Ok(ascii.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_international_domain_has_an_ascii_form_for_the_envelope() {
        let mailbox = Mailbox::new("Jürgen", "post@Bücher.example").expect("valid");
        assert_eq!(mailbox.address(), "post@Bücher.example");
        assert_eq!(mailbox.envelope(), "post@xn--bcher-kva.example");
        assert!(!mailbox.needs_smtputf8());
        assert!(
            Mailbox::new("", "пошта@example.org")
                .expect("valid")
                .needs_smtputf8()
        );
    }

    #[test]
    fn names_are_quoted_where_they_need_it() {
        for (name, shown) in [
            ("Anna Müller", "Anna Müller <a@x.org>"),
            ("Müller, Anna", "\"Müller, Anna\" <a@x.org>"),
            ("J. \"Joe\" \\ X", "\"J. \\\"Joe\\\" \\\\ X\" <a@x.org>"),
            ("=?utf-8?Q?x?=", "\"=?utf-8?Q?x?=\" <a@x.org>"),
            ("", "a@x.org"),
        ] {
            assert_eq!(
                Mailbox::new(name, "a@x.org").expect("valid").to_string(),
                shown
            );
        }
        assert_eq!(
            Mailbox::new("", "\"a b\"@x.org").expect("valid").envelope(),
            "\"a b\"@x.org"
        );
    }

    #[test]
    fn neither_name_nor_address_can_end_a_header_line() {
        assert!(Mailbox::new("a\r\nBcc: x@y.z", "a@x.org").is_err());
        assert!(Mailbox::new("a\u{2028}b", "a@x.org").is_err());
        assert!(Mailbox::new("a", "a@x.org\nBcc: x").is_err());
        assert!(Mailbox::new("a", "b <a@x.org>").is_err());
        assert!(Mailbox::new("a", "a@x.org, b@x.org").is_err());
    }

    proptest! {
        #[test]
        fn what_is_shown_parses_back_to_itself(
            name in "[ -~äß語\u{3000}]{0,30}",
            local in "[a-z0-9äп !\"(),.:;<>@\\\\\\[\\]+-]{1,20}",
            domain in "[a-zäöß]{1,10}\\.[a-z]{2,5}|\\[127\\.0\\.0\\.1\\]|\\[IPv6:::1\\]",
        ) {
            let Ok(mailbox) = Mailbox::from_parts(Some(&name), &local, &domain) else { return Ok(()) };
            let shown = mailbox.to_string();
            prop_assert_eq!(address_list::parse(&shown), Ok(vec![mailbox]), "{}", shown);
        }
    }
}
