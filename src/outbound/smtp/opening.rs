//! From nothing to a connection that takes mail: connect, greetings, TLS, sign-in.

use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::commands::{Ehlo, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;

use super::dialogue::{Dialogue, tls_fault};
use super::features::Features;
use super::probe::Probe;
use super::reply::{Fault, expect};
use super::sign_in::sign_in;
use crate::net::login::Login;
use crate::net::server::{Security, Server};
use crate::net::stream::Stream;
use crate::net::tls::Tls;

/// Opens a connection; what becomes known about the server on the way is noted in `known`, also when it fails or is
/// given up. The caller limits the time of the whole, `limit` is that of each answer.
pub(super) async fn open(
    server: &Server,
    login: Option<&Login>,
    tls: &Tls,
    limit: Duration,
    known: &mut Probe,
) -> Result<(Dialogue, Features), Fault> {
    let stream = Stream::connect(&server.host, server.port).await;
    let mut stream = stream.map_err(|cause| Fault::io(&cause))?;
    known.address = stream.peer_addr().ok();
    if server.security == Security::Tls {
        let encrypted = stream.encrypt(tls, &server.host).await;
        stream = encrypted.map_err(|cause| tls_fault(&cause))?;
        known.encryption = stream.encryption();
    }
    let mut dialogue = Dialogue::new(stream, limit);
    let greeting = dialogue.answer().await?;
    expect(&greeting, 200..=299)?;
    known.greeting = greeting.first_word().map(str::to_owned);
    let mut features = hello(&mut dialogue).await?;
    known.features = Some(features.clone());
    if server.security == Security::StartTls {
        dialogue = start_tls(dialogue, &features, tls, &server.host).await?;
        known.encryption = dialogue.stream().encryption();
        // What was offered in clear text counts no more (RFC 3207, section 4.2).
        features = hello(&mut dialogue).await?;
        known.features = Some(Features {
            starttls: true,
            ..features.clone()
        });
    }
    if let Some(login) = login {
        refuse_listeners(server, dialogue.stream())?;
        sign_in(&mut dialogue, &features, login).await?;
        known.signed_in = true;
    }
    Ok((dialogue, features))
}

async fn hello(dialogue: &mut Dialogue) -> Result<Features, Fault> {
    let own = dialogue.stream().tcp().local_addr();
    let own = own.map_err(|cause| Fault::io(&cause))?;
    let name = match own.ip().to_canonical() {
        IpAddr::V4(address) => ClientId::Ipv4(address),
        IpAddr::V6(address) => ClientId::Ipv6(address),
    };
    let answer: Response = dialogue.command(Ehlo::new(name)).await?;
    expect(&answer, 200..=299)?;
    Ok(Features::of(&answer))
}

/// There is no way on in clear text, whatever the server says.
async fn start_tls(
    mut dialogue: Dialogue,
    features: &Features,
    tls: &Tls,
    host: &str,
) -> Result<Dialogue, Fault> {
    if !features.starttls {
        return Err(Fault::lost("the server does not offer STARTTLS"));
    }
    match dialogue.command(Starttls).await {
        Ok(answer) => expect(&answer, 220..=220)?,
        Err(Fault::Refused(reply)) => {
            return Err(Fault::Lost(format!("the server refuses STARTTLS: {reply}")));
        }
        Err(fault) => return Err(fault),
    }
    dialogue.encrypt(tls, host).await
}

/// A password travels encrypted, or does not leave this machine.
fn refuse_listeners(server: &Server, stream: &Stream) -> Result<(), Fault> {
    let is_local = || {
        let peer = stream.peer_addr();
        server.is_local() && peer.is_ok_and(|peer| peer.ip().to_canonical().is_loopback())
    };
    if stream.tls().is_some() || is_local() {
        return Ok(());
    }
    Err(Fault::lost(
        "a password would travel in clear text, the account's server needs smtp+starttls:// or smtps://",
    ))
}
