//! Trying an IMAP server.

use super::attempt::{Conditions, advice, sign_in};
use super::row::{Encrypted, Row};
use crate::mailbox::imap::error::ImapError;
use crate::mailbox::imap::{Probe, probe};
use crate::net::login::Login;
use crate::net::server::Server;

/// Per cent of a mailbox's room from which on somebody should know.
const NEARLY_FULL: u64 = 95;

/// Notes in `row` what the server is like.
pub async fn try_out(row: &mut Row, server: &Server, login: Option<&Login>, with: &Conditions) {
    match probe(server, login, &with.tls, with.limit).await {
        Ok(known) => {
            let has = |word: &str| known.capabilities.iter().any(|own| own == word);
            if has("LOGINDISABLED") && !has("AUTH=PLAIN") {
                row.fail("it lets nobody sign in with a password here: name it imaps:// or imap+starttls://");
            }
            note(row, server, login, known);
        }
        Err(failed) => {
            note(row, server, login, *failed.known);
            let refused = login.filter(|_| matches!(failed.error, ImapError::Login(_)));
            row.fail(format!(
                "{}: {}",
                failed.error,
                advice(row, server, refused)
            ));
        }
    }
}

fn note(row: &mut Row, server: &Server, login: Option<&Login>, known: Probe) {
    row.address = known.meeting.address;
    row.tls = known.meeting.encryption.map(Encrypted::from);
    if known.capabilities.is_empty() {
        return;
    }
    let offered: Vec<String> = known
        .capabilities
        .iter()
        .filter_map(|word| word.strip_prefix("AUTH=").map(str::to_owned))
        .collect();
    sign_in(row, server, login, known.signed_in, &offered);
    row.folders = [known.sent, known.drafts];
    row.size_max = known.append_limit;
    if let Some(quota) = known.quota
        && quota.used.saturating_mul(100) >= quota.limit.saturating_mul(NEARLY_FULL)
    {
        row.warn(format!(
            "the mailbox is nearly full ({} of {} KiB): copies of sent mail will not fit",
            quota.used, quota.limit
        ));
    }
}
