//! TLS with a root of the user's.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use diagnostics::{Diagnostic, Exit};
use http_client::{Kind, Request, Settings};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::server::{Server, read};
use crate::{client, quick};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn tls_server() -> Server {
    let chain = vec![CertificateDer::from_pem_file(fixture("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(fixture("server-key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    Server::with(move |mut stream, _| {
        let mut connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut tls = rustls::Stream::new(&mut connection, &mut stream);
        if read(&mut tls).is_some() {
            let _ = tls
                .write_all(b"HTTP/1.1 200 x\r\ncontent-length: 4\r\nconnection: close\r\n\r\nsafe");
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
    })
}

#[tokio::test]
async fn an_unknown_authority_is_refused_and_a_given_one_trusted() {
    let server = tls_server();
    let url = format!("https://localhost:{}/", server.port);
    let (strict, time) = client(quick());
    let error = strict.send(Request::get(url.as_str())).await.unwrap_err();
    assert!(matches!(error.kind(), Kind::Tls(_)), "{error:?}");
    assert!(time.0.lock().unwrap().is_empty(), "waiting does not help");
    assert!(Diagnostic::from(error).help.unwrap().contains("ca-file"));
    let by_input = Settings { ca_file: Some(fixture("ca.pem")), ..quick() };
    let by_variable =
        Settings { root_files: vec![("SSL_CERT_FILE", fixture("ca.pem"))], ..quick() };
    for settings in [by_input, by_variable] {
        let response = client(settings).0.send(Request::get(url.as_str())).await.unwrap();
        assert_eq!(response.body.as_ref(), b"safe");
    }
}

#[tokio::test]
async fn a_variable_that_names_nothing_is_told_when_tls_fails() {
    let server = tls_server();
    let url = format!("https://localhost:{}/", server.port);
    let root_files = vec![("NODE_EXTRA_CA_CERTS", PathBuf::from("/nowhere.pem"))];
    let (client, _) = client(Settings { root_files, ..quick() });
    let error = client.send(Request::get(url)).await.unwrap_err();
    let notes = Diagnostic::from(error).notes;
    assert!(notes.iter().any(|note| note.contains("NODE_EXTRA_CA_CERTS")), "{notes:?}");
}

#[tokio::test]
async fn a_ca_file_that_cannot_be_read_is_bad_input_and_plain_http_never_looks() {
    let settings = Settings { ca_file: Some("/nowhere.pem".into()), ..quick() };
    let (client, _) = client(settings);
    let error = client.send(Request::get("https://127.0.0.1:1/")).await.unwrap_err();
    assert_eq!(Diagnostic::from(error).exit, Exit::BadInput);
    let server = Server::start(|_, _| crate::server::answer(200, "", ""));
    client.send(Request::get(server.url("/"))).await.unwrap();
}
