//! Whom TLS trusts: the certificates that this machine trusts, and those of `mail.ca_file`.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls_native_certs::load_native_certs;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How connections are encrypted. Cheap to clone.
#[derive(Clone)]
pub struct Tls(Arc<ClientConfig>);

impl Tls {
    /// Trusts what this machine trusts, and the certificates in the PEM file `more`.
    ///
    /// # Errors
    /// The file cannot be read or holds no certificate.
    pub fn new(more: Option<&Path>) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        let native = load_native_certs();
        for error in &native.errors {
            tracing::warn!(%error, "a certificate that this machine trusts cannot be read");
        }
        roots.add_parsable_certificates(native.certs);
        if let Some(path) = more {
            let invalid = |cause: &dyn std::fmt::Display| {
                io::Error::new(io::ErrorKind::InvalidData, cause.to_string())
            };
            let before = roots.len();
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| invalid(&e))? {
                let certificate = certificate.map_err(|cause| invalid(&cause))?;
                roots.add(certificate).map_err(|cause| invalid(&cause))?;
            }
            if roots.len() == before {
                return Err(invalid(&"it holds no certificate"));
            }
        }
        // The provider is named, so that nothing depends on which one a process has installed.
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    /// What HTTPS clients are made with.
    #[must_use]
    pub fn config(&self) -> &ClientConfig {
        &self.0
    }

    pub(super) fn connector(&self) -> TlsConnector {
        TlsConnector::from(self.0.clone())
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tls")
    }
}

pub(super) fn server_name(host: &str) -> io::Result<ServerName<'static>> {
    ServerName::try_from(host.to_owned()).map_err(|_| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "no certificate can name the host",
        )
    })
}
