//! Hands a spooled message to the account's server, one way or the other.

use std::path::PathBuf;

use tokio::task::spawn_blocking;

use super::Way;
use super::directory;
use super::error::SendError;
use super::pool::{Lease, Pools, Target};
use super::sends::course::Course;
use super::smtp::{CLOSING, Connection, Fault, Features, Reply, TransferFault};
use super::spool::{Entry, Envelope};
use crate::identities::server_url::SmtpServer;

/// Recipients that the server refused while it took the mail for others.
pub(super) type Refused = Vec<(String, Reply)>;

/// Hands a mail over, or gets it out the other way if the server refuses its sender or anybody that it is for. When
/// this returns well, the entry's state says that the mail was accepted.
pub(super) async fn deliver(
    pools: &Pools,
    way: Way,
    otherwise: Option<Way>,
    entry: Entry,
    course: &Course,
) -> Result<(Entry, Refused), SendError> {
    let server = match way.smtp {
        SmtpServer::Smtp(server) => server,
        SmtpServer::Directory(path) => return by_directory(path, entry).await,
    };
    let target = Target {
        account: way.account,
        server,
        login: way.login,
    };
    match (
        agree(pools, &target, &entry.envelope, otherwise.is_some()).await,
        otherwise,
    ) {
        (Ok((lease, refused)), _) => by_smtp(lease, refused, entry, course).await,
        (Err(error @ SendError::Refused { .. }), Some(other)) => {
            tracing::info!(account = %target.account, reason = error.logged(), "the mail takes the other way");
            Box::pin(deliver(pools, other, None, entry, course)).await
        }
        (Err(error), _) => Err(error),
    }
}

/// A connection on which the server has taken the sender and somebody, or everybody, that the mail is for.
async fn agree(
    pools: &Pools,
    target: &Target,
    envelope: &Envelope,
    everybody: bool,
) -> Result<(Lease, Refused), SendError> {
    let mut lease = begin(pools, target, envelope).await?;
    match name_recipients(&mut lease.connection, envelope, everybody).await {
        Ok(refused) => Ok((lease, refused)),
        Err(error) => Err(give_up(lease, error).await),
    }
}

async fn by_smtp(
    mut lease: Lease,
    refused: Refused,
    mut entry: Entry,
    course: &Course,
) -> Result<(Entry, Refused), SendError> {
    // The disk works while the server does.
    let (asked, begun) = tokio::join!(lease.connection.data(), begin_data(entry));
    entry = begun?;
    if let Err(fault) = asked {
        entry.discard();
        return Err(give_up(lease, fault_error(fault, refused)).await);
    }
    match lease.connection.transfer(&entry, course).await {
        Ok(()) => {}
        Err(TransferFault::Refused(reply)) => {
            if reply.code != CLOSING {
                lease.done();
            }
            entry.discard();
            return Err(fault_error(Fault::Refused(reply), refused));
        }
        Err(TransferFault::Cut(fault)) => {
            entry.discard();
            return Err(fault_error(fault, refused));
        }
        Err(TransferFault::Unconfirmed(reason)) => return Err(in_doubt(entry, &reason)),
    }
    lease.done();
    accepted(&mut entry);
    Ok((entry, refused))
}

/// Writes the mail as a file.
async fn by_directory(path: PathBuf, entry: Entry) -> Result<(Entry, Refused), SendError> {
    let entry = begin_data(entry).await?;
    let (mut entry, written) = on_disk(entry, move |entry| {
        directory::deliver(&path, &entry.envelope, &entry.path())
    })
    .await?;
    if let Err(cause) = written {
        entry.discard();
        tracing::error!(%cause, "the directory for mail cannot be written");
        // The cause may name paths, its kind does not.
        let reason = format!("the directory for mail cannot be written: {}", cause.kind());
        return Err(SendError::Unreachable(reason));
    }
    accepted(&mut entry);
    Ok((entry, Vec::new()))
}

/// Work that may wait for the disk, away from the threads that others' connections run on. Without flushes a short
/// message moves about faster than it would change threads.
pub(super) async fn on_disk<T: Send + 'static>(
    mut entry: Entry,
    work: impl FnOnce(&mut Entry) -> T + Send + 'static,
) -> Result<(Entry, T), SendError> {
    if entry.bytes().is_some() && !entry.is_durable() {
        let outcome = work(&mut entry);
        return Ok((entry, outcome));
    }
    let worked = spawn_blocking(move || {
        let outcome = work(&mut entry);
        (entry, outcome)
    });
    worked.await.map_err(|_| SendError::Stopped)
}

async fn begin_data(entry: Entry) -> Result<Entry, SendError> {
    match on_disk(entry, Entry::begin_data).await? {
        (entry, Ok(())) => Ok(entry),
        (entry, Err(cause)) => {
            entry.discard();
            Err(SendError::Spool(cause))
        }
    }
}

/// A connection on which the server has taken `MAIL FROM`. One that was idle may be dead without a sign: it is
/// replaced once, silently.
async fn begin(pools: &Pools, target: &Target, envelope: &Envelope) -> Result<Lease, SendError> {
    let unreached = |fault| fault_error(fault, Vec::new());
    let mut lease = pools
        .of(target.account)
        .lease(target)
        .await
        .map_err(unreached)?;
    loop {
        if let Err(error) = fits(lease.connection.features(), envelope) {
            lease.done();
            return Err(error);
        }
        match lease.connection.mail(envelope).await {
            Ok(()) => return Ok(lease),
            Err(fault) if lease.reused && fault.is_gone() => {
                lease = lease.renew(target).await.map_err(unreached)?
            }
            Err(fault) => {
                if !fault.is_gone() && lease.connection.settle().await.is_ok() {
                    lease.done();
                }
                return Err(unreached(fault));
            }
        }
    }
}

/// Whether the server takes such a mail, by its own account.
fn fits(features: &Features, envelope: &Envelope) -> Result<(), SendError> {
    if let (Some(address), false) = (&envelope.non_ascii, features.smtputf8) {
        return Err(SendError::NeedsSmtputf8(address.clone()));
    }
    if envelope.eight_bit && !features.eight_bit {
        return Err(SendError::NeedsEightBit);
    }
    match features.size_max {
        Some(limit) if envelope.size > limit => Err(SendError::TooLargeForServer {
            size: envelope.size,
            limit,
        }),
        _ => Ok(()),
    }
}

async fn name_recipients(
    connection: &mut Connection,
    envelope: &Envelope,
    everybody: bool,
) -> Result<Refused, SendError> {
    let mut refused = Vec::new();
    for address in &envelope.to {
        match connection.recipient(address).await {
            Ok(()) => {}
            Err(Fault::Refused(reply)) if reply.code != CLOSING => {
                refused.push((address.clone(), reply))
            }
            Err(fault) => return Err(fault_error(fault, refused)),
        }
    }
    if refused.len() == envelope.to.len() || (everybody && !refused.is_empty()) {
        let reply = refused.first().map_or(
            Reply {
                code: 554,
                text: String::new(),
            },
            |(_, reply)| reply.clone(),
        );
        return Err(SendError::Refused {
            reply,
            recipients: refused,
        });
    }
    Ok(refused)
}

/// Ends a mail that the server did not want and keeps the connection, if it is still good.
async fn give_up(mut lease: Lease, error: SendError) -> SendError {
    let good = matches!(&error, SendError::Refused { reply, .. } if reply.code != CLOSING);
    if good && lease.connection.reset().await.is_ok() {
        lease.done();
    }
    error
}

fn fault_error(fault: Fault, recipients: Refused) -> SendError {
    match fault {
        Fault::Refused(reply) | Fault::SignIn(reply) => SendError::Refused { reply, recipients },
        Fault::Lost(reason) => SendError::Unreachable(reason),
    }
}

fn in_doubt(mut entry: Entry, reason: &str) -> SendError {
    tracing::error!(mail = %entry.envelope.id, reason, "the server did not confirm a mail, it is kept as in doubt");
    if let Err(cause) = entry.doubt() {
        tracing::error!(mail = %entry.envelope.id, %cause, "the spool could not note that a mail is in doubt");
    }
    SendError::InDoubt {
        message_id: entry.envelope.message_id.clone(),
    }
}

/// From here on nothing is an error any more: the mail is out.
fn accepted(entry: &mut Entry) {
    if let Err(cause) = entry.accept() {
        tracing::error!(mail = %entry.envelope.id, %cause, "the spool could not note that a mail was accepted");
    }
}
