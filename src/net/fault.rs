//! Failures on the way to a server, in words for the person who has to do something about them.

use std::error::Error;
use std::io;
use std::time::Duration;

use tokio_rustls::rustls;
use tokio_rustls::rustls::CertificateError;

/// The system's words without its number for them.
#[must_use]
pub fn io_words(cause: &io::Error) -> String {
    if let Some(tls) = cause
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return tls_words(tls);
    }
    let words = cause.to_string();
    let words = words.split(" (os error").next().unwrap_or(&words);
    words
        .strip_prefix("failed to lookup address information: ")
        .unwrap_or(words)
        .to_owned()
}

/// What is wrong with a certificate, or with TLS itself.
fn tls_words(error: &rustls::Error) -> String {
    let rustls::Error::InvalidCertificate(certificate) = error else {
        return format!("TLS failed: {error}");
    };
    let why = match certificate {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "its issuer is not trusted (mail.ca_file adds one)".to_owned()
        }
        CertificateError::NotValidForName => "it is for another name".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } => {
            format!("it is for another name ({})", presented.join(", "))
        }
        other => other.to_string(),
    };
    format!("the server's certificate is not accepted: {why}")
}

/// An error with what is behind it.
#[must_use]
pub fn words(error: &(dyn Error + 'static)) -> String {
    let mut cause = Some(error);
    while let Some(current) = cause {
        if let Some(io) = current.downcast_ref::<io::Error>() {
            return io_words(io);
        }
        if let Some(tls) = current.downcast_ref::<rustls::Error>() {
            return tls_words(tls);
        }
        cause = current.source();
    }
    error.to_string()
}

/// A server that says nothing.
#[must_use]
pub fn silent(limit: Duration) -> String {
    format!("no answer within {} s", limit.as_secs_f32())
}
