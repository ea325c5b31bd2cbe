//! Times, sizes, schemes and addresses.

use std::time::Duration;

use diagnostics::{Diagnostic, Exit, Secret};
use http_client::{Body, Kind, Method, Request, Retry, Settings};

use crate::server::{Reply, Server, answer};
use crate::{client, quick};

fn once() -> Settings {
    Settings { retry: Retry { attempts: 1, ..Retry::default() }, ..quick() }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_cut_off() {
    for (headers, body) in [("content-length: 100\r\n", "x".repeat(100)), ("", "x".repeat(100))] {
        let text = format!("HTTP/1.1 200 x\r\nconnection: close\r\n{headers}\r\n{body}");
        let server = Server::start(move |_, _| Reply::Answer(text.clone()));
        let (client, _) = client(once());
        let request = Request::get(server.url("/x")).max_response(99);
        let error = client.send(request).await.unwrap_err();
        assert_eq!(*error.kind(), Kind::TooLarge(99), "{headers:?}");
        let request = Request::get(server.url("/x")).max_response(100);
        assert_eq!(client.send(request).await.unwrap().body.len(), 100);
    }
}

#[tokio::test]
async fn silence_ends_by_timeout() {
    let server = Server::start(|_, _| Reply::Silence(Duration::from_millis(600)));
    let (client, _) = client(once());
    let error = client.send(Request::new(Method::POST, server.url("/x"))).await.unwrap_err();
    assert_eq!((error.kind(), error.is_unclear()), (&Kind::Timeout, true));
    let diagnostic = Diagnostic::from(error);
    assert_eq!((diagnostic.code, diagnostic.exit), ("http/timeout", Exit::Outside));
    assert!(diagnostic.notes.iter().any(|note| note.contains("0.2 s")), "{diagnostic:?}");
}

#[tokio::test]
async fn a_trickle_ends_by_the_total_timeout() {
    let server = Server::with(|mut stream, _| {
        let _ = crate::server::read(&mut stream);
        let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 200 x\r\n\r\n");
        for _ in 0..50 {
            let _ = std::io::Write::write_all(&mut stream, b"x");
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let settings = Settings { total_timeout: Duration::from_millis(300), ..once() };
    let error = client(settings).0.send(Request::get(server.url("/x"))).await.unwrap_err();
    assert_eq!(*error.kind(), Kind::Timeout);
}

#[tokio::test]
async fn plain_http_is_for_loopback_and_listed_hosts() {
    let (strict, _) = client(once());
    let request = || Request::get("http://registry.invalid:5000/v2/");
    let error = strict.send(request()).await.unwrap_err();
    assert_eq!(*error.kind(), Kind::InsecureHttp);
    assert_eq!(Diagnostic::from(error).exit, Exit::BadInput);
    for listed in ["registry.invalid", "registry.invalid:5000"] {
        let settings = Settings { insecure_hosts: vec![listed.to_owned()], ..once() };
        let error = client(settings).0.send(request()).await.unwrap_err();
        assert_ne!(*error.kind(), Kind::InsecureHttp, "{listed}");
    }
    let settings = Settings { insecure_hosts: vec!["registry.invalid:80".into()], ..once() };
    let error = client(settings).0.send(request()).await.unwrap_err();
    assert_eq!(*error.kind(), Kind::InsecureHttp);
}

#[tokio::test]
async fn a_name_without_address_is_said_with_the_remedy() {
    let (client, _) = client(once());
    let error = client.send(Request::get("https://no-such-host.invalid/")).await.unwrap_err();
    assert_eq!(*error.kind(), Kind::Dns);
    assert!(Diagnostic::from(error).help.unwrap().contains("/etc/resolv.conf"));
}

#[tokio::test]
async fn bad_addresses_are_not_shown() {
    let (client, _) = client(once());
    for address in ["ghp_secretsecret", "ftp://u:secret@h/", "http://"] {
        let error = client.send(Request::get(address)).await.unwrap_err();
        assert_eq!(*error.kind(), Kind::Url, "{address}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn errors_carry_no_secret() {
    let port = Server::start(|_, _| Reply::Cut("")).port;
    let (client, _) = client(once());
    let url = format!("http://user:hunter2@127.0.0.1:{port}/x?sig=hunter2&page=1");
    let request = Request::get(url).bearer(&Secret::new("hunter2"));
    let error = client.send(request).await.unwrap_err();
    let text = format!("{error} {error:?} {:?}", Diagnostic::from(error.clone()));
    assert!(!text.contains("hunter2") && text.contains("page=1"), "{text}");
}

#[tokio::test]
async fn a_file_is_streamed_with_its_length_and_again_after_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("asset.bin");
    let content = vec![7_u8; 300_000];
    std::fs::write(&path, &content).unwrap();
    let server = Server::start(|_, before| answer(if before == 0 { 503 } else { 201 }, "", ""));
    let (client, _) = client(quick());
    let request = Request::new(Method::PUT, server.url("/x")).body(Body::file(&path).unwrap());
    client.send(request).await.unwrap().success().unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|seen| seen.body == content));
    assert!(seen[0].header("transfer-encoding").is_none());
}
