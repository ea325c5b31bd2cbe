//! The certificates that are trusted.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::Settings;

/// Where distributions keep their roots in one file; the first that exists is read.
const SYSTEM: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The trusted roots, and what could not be read on the way.
pub(crate) struct Roots {
    pub(crate) store: RootCertStore,
    pub(crate) notes: Vec<String>,
}

/// Bundled roots, the system's, and the user's. Fails only for the input `ca-file`.
pub(crate) fn load(settings: &Settings) -> Result<Roots, String> {
    let mut store = RootCertStore::empty();
    let mut notes = Vec::new();
    store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    if let Some(system) = SYSTEM.iter().map(Path::new).find(|path| path.exists())
        && let Err(reason) = add(&mut store, system)
    {
        notes.push(format!("the system's roots are not used: {reason}"));
    }
    for (variable, path) in &settings.root_files {
        if let Err(reason) = add(&mut store, path) {
            notes.push(format!("{variable} is not used: {reason}"));
        }
    }
    if let Some(path) = &settings.ca_file {
        add(&mut store, path)?;
    }
    Ok(Roots { store, notes })
}

fn add(store: &mut RootCertStore, path: &Path) -> Result<(), String> {
    let name = path.display();
    let certificates = CertificateDer::pem_file_iter(path)
        .map_err(|_| format!("{name} cannot be read"))?
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| format!("{name} is not a PEM file"))?;
    match store.add_parsable_certificates(certificates) {
        (0, _) => Err(format!("{name} holds no certificate")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_roots_are_enough_and_the_users_file_must_be_good() {
        let roots = load(&Settings::default()).unwrap();
        assert!(roots.store.len() > 100, "{}", roots.store.len());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let with = |path: &Path| Settings { ca_file: Some(path.to_owned()), ..Settings::default() };
        assert!(load(&with(&path)).is_err_and(|reason| reason.contains("cannot be read")));
        std::fs::write(&path, "no certificate").unwrap();
        assert!(load(&with(&path)).is_err_and(|reason| reason.contains("holds no certificate")));
    }

    #[test]
    fn a_variable_that_names_nothing_is_a_note() {
        let root_files = vec![("SSL_CERT_FILE", "/nowhere/ca.pem".into())];
        let roots = load(&Settings { root_files, ..Settings::default() }).unwrap();
        assert!(roots.notes.iter().any(|note| note.contains("SSL_CERT_FILE")), "{:?}", roots.notes);
    }
}
