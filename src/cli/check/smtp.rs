//! Trying an SMTP server.

use super::attempt::{Conditions, advice, sign_in};
use super::row::{Encrypted, Row};
use crate::net::login::Login;
use crate::net::server::{Auth, Server};
use crate::outbound::smtp::probe::{Probe, probe};

/// Notes in `row` what the server is like.
pub async fn try_out(row: &mut Row, server: &Server, login: Option<&Login>, with: &Conditions) {
    match probe(server, login, &with.tls, with.limit).await {
        Ok(known) => {
            let offered = known
                .features
                .as_ref()
                .is_some_and(|features| !features.auth.is_empty());
            note(row, server, login, known);
            if server.auth != Auth::None && !offered {
                row.fail(
                    "it lets nobody sign in here: name the port for sending (587 or 465), or give the URL without auth= and user=",
                );
            }
        }
        Err(error) => {
            note(row, server, login, *error.known);
            let refused = login.filter(|_| error.login_refused);
            row.fail(format!(
                "{}: {}",
                error.reason,
                advice(row, server, refused)
            ));
        }
    }
}

fn note(row: &mut Row, server: &Server, login: Option<&Login>, known: Probe) {
    row.address = known.address;
    row.tls = known.encryption.map(Encrypted::from);
    let Some(features) = known.features else {
        return;
    };
    sign_in(row, server, login, known.signed_in, &features.auth);
    row.size_max = features.size_max;
    row.smtputf8 = Some(features.smtputf8);
}
