//! The configuration that is written: only what differs from the defaults, with a word on each.

use super::mail::Mail;
use super::site::{self, Site};

/// The text of the file.
pub fn text(site: &Site, mail: &Mail) -> String {
    let mut file = "\
# Configuration of quillgate, made by quillgate init: what differs from the defaults.
# All keys with their meaning: quillgate config --default
"
    .to_owned();
    let mut head = "";
    let mut add = |section: &'static str, comment: &str, key: &str, value: String| {
        if head != section {
            head = section;
            file += &format!("\n[{section}]\n");
        }
        file += &format!("# {comment}\n{key} = {value}\n");
    };
    let text = |text: &str| toml::Value::from(text).to_string();
    if site.listen != "127.0.0.1:8080" {
        add("server", "Where it listens.", "listen", text(&site.listen));
    }
    if !site.public_url.is_empty() {
        add(
            "server",
            "What people open in their browsers.",
            "public_url",
            text(&site.public_url),
        );
    }
    if !site.proxy.is_empty() {
        add(
            "server",
            "The proxy in front, whose word counts for where a request comes from.",
            "trusted_proxies",
            site::list(&site.proxy),
        );
    }
    if site.data_dir != "data" {
        add(
            "storage",
            "Everything that is kept; a relative path counts from this file.",
            "data_dir",
            text(&site.data_dir),
        );
    }
    if let Some(sign_in) = &mail.sign_in {
        let section = "sign_in";
        add(
            section,
            "People sign in with the password of their mailbox there.",
            "imap",
            text(&sign_in.imap),
        );
        add(
            section,
            "The domain of those people.",
            "domain",
            text(&sign_in.domain),
        );
        if let Some(smtp) = &sign_in.smtp {
            add(section, "Their way out.", "smtp", text(smtp));
        }
    }
    if !mail.ca_file.is_empty() {
        add(
            "mail",
            "Certificates that are trusted beside the machine's own.",
            "ca_file",
            text(&mail.ca_file),
        );
    }
    file
}
