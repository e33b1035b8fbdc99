//! A certificate authority of the tests, and the certificate that it has given to the servers on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
};
use tempfile::TempDir;

/// Names and addresses that the usual certificate is for. `127.0.0.2` is not among them.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Made once; servers get copies.
static MADE: LazyLock<TempDir> = LazyLock::new(|| {
    let directory = TempDir::new().unwrap();
    make(directory.path());
    directory
});

/// The certificate of the authority, for `mail.ca_file`.
pub fn ca_file() -> PathBuf {
    MADE.path().join("ca.pem")
}

/// Puts `srv.pem` and `srv.key` into a server's own directory, and `expired.pem`, which was good for the same key.
pub fn install(directory: &Path) {
    for name in ["srv.pem", "srv.key", "expired.pem"] {
        fs::copy(MADE.path().join(name), directory.join(name)).unwrap();
    }
}

fn make(directory: &Path) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let name = "authority of the tests";
    authority.distinguished_name.push(DnType::CommonName, name);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = NAMES.map(str::to_owned);
    let mut server = CertificateParams::new(names).unwrap();
    let good = server.signed_by(&key, &authority).unwrap();
    server.not_after = rcgen::date_time_ymd(2001, 1, 1);
    let expired = server.signed_by(&key, &authority).unwrap();
    fs::write(directory.join("ca.pem"), authority.pem()).unwrap();
    fs::write(directory.join("srv.pem"), good.pem()).unwrap();
    fs::write(directory.join("expired.pem"), expired.pem()).unwrap();
    fs::write(directory.join("srv.key"), key.serialize_pem()).unwrap();
}
