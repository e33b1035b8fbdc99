//! `quillgate account discover`

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::error::CliError;
use crate::cli::look_up::{self, DnsArgs};
use crate::cli::output;
use crate::cli::shell::quoted;
use crate::config::{Config, Sources};
use crate::discovery::{Found, Proposal};
use crate::draft::address::Mailbox;

/// Find the mail servers of an address, and propose the account for them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks, in this order: the domain's SRV records (RFC 6186), the domain's own autoconfig file, and then common names such
as imap.DOMAIN and mail.DOMAIN, which count when they answer. Nobody but the domain itself is asked. Servers without
encryption are never proposed. No password is asked for, and nothing is changed.

Examples:
  quillgate account discover ralf@example.org
  quillgate account discover ralf@example.org --json
  quillgate account discover ralf@example.org --dns 9.9.9.9:53")]
pub struct Discover {
    /// Mail address
    #[arg(value_name = "ADDR", value_parser = look_up::address)]
    address: Mailbox,
    #[command(flatten)]
    dns: DnsArgs,
    /// As one JSON array
    #[arg(long)]
    json: bool,
}

const COLUMNS: [&str; 3] = ["protocol", "url", "source"];

impl Discover {
    pub fn run(self, file: Option<PathBuf>) -> Result<(), CliError> {
        let config = Config::load(&Sources::of_process(file)?)?.config;
        let tls = look_up::tls(&config.mail)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let found = runtime
            .block_on(self.dns.seek(&self.address, tls))
            .map_err(|cause| CliError::failed(cause.to_string()))?;
        let row = |(protocol, proposal): (&str, &Option<Proposal>)| {
            Some(row(protocol, proposal.as_ref()?))
        };
        let rows = [("smtp", &found.smtp), ("imap", &found.imap)];
        output::list(
            rows.into_iter().filter_map(row).collect(),
            &COLUMNS,
            self.json,
        )?;
        if self.json {
            return Ok(());
        }
        let remarks: Vec<String> = found.remarks().map(|text| format!("! {text}\n")).collect();
        let remarks = match remarks.is_empty() {
            true => String::new(),
            false => format!("\n{}", remarks.concat()),
        };
        output::print(&format!("{remarks}\n{}\n", next(&found, &self.address)))
    }
}

fn row(protocol: &str, proposal: &Proposal) -> Value {
    json!({
        "protocol": protocol,
        "url": proposal.server.to_string(),
        "source": proposal.source.to_string(),
        "remark": proposal.remark,
    })
}

/// The line to paste.
fn next(found: &Found, address: &Mailbox) -> String {
    let Some(smtp) = &found.smtp else {
        return "No server for sending was found, and an account needs one: quillgate account add --smtp URL"
            .to_owned();
    };
    let imap = found.imap.as_ref();
    let imap = imap.map(|imap| format!(" --imap {}", quoted(&imap.server.to_string())));
    format!(
        "quillgate account add --name {} --everyone --smtp {}{}",
        address.ascii_domain(),
        quoted(&smtp.server.to_string()),
        imap.unwrap_or_default()
    )
}
