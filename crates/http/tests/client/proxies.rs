//! Proxies.

use diagnostics::{Diagnostic, Exit};
use http_client::{Client, Error, Kind, Request, Settings};

use crate::server::{Reply, Server, answer};
use crate::{client, quick};

fn through(proxy: &str, bypass: &str) -> Client {
    let (proxy, bypass) = (proxy.to_owned(), bypass.to_owned());
    let read = Settings::from_env(|name| match name {
        "HTTPS_PROXY" | "http_proxy" => Some(proxy.clone()),
        "NO_PROXY" => Some(bypass.clone()),
        _ => None,
    });
    let insecure_hosts = vec!["plain.invalid".to_owned()];
    client(Settings { proxies: read.proxies, insecure_hosts, ..quick() }).0
}

async fn refused(url: &str, proxy: &str) -> Error {
    let error = through(proxy, "").send(Request::get(url)).await.unwrap_err();
    assert!(matches!(error.kind(), Kind::Proxy { .. }), "{error:?}");
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    error
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    for (status, reason) in [(407, "user name and password"), (403, "refuses the connection")] {
        let proxy = Server::start(move |_, _| answer(status, "", ""));
        let address = format!("http://user:hunter2@127.0.0.1:{}", proxy.port);
        let error = refused("https://api.invalid/x", &address).await;
        assert!(error.to_string().contains(reason), "{error}");
        let diagnostic = Diagnostic::from(error);
        assert_eq!((diagnostic.code, diagnostic.exit), ("http/proxy", Exit::Outside));
        assert!(
            diagnostic.message.contains(&format!("http://127.0.0.1:{}/ (HTTPS_PROXY)", proxy.port))
        );
        let seen = proxy.seen();
        assert_eq!(seen.len(), 1, "a refusal is final");
        assert_eq!(seen[0].line, "CONNECT api.invalid:443 HTTP/1.1");
        assert_eq!(seen[0].header("proxy-authorization"), Some("Basic dXNlcjpodW50ZXIy"));
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there() {
    let port = Server::start(|_, _| Reply::Cut("")).port;
    let error = refused("https://api.invalid/x", &format!("127.0.0.1:{port}")).await;
    assert!(error.to_string().contains("nobody listens there"), "{error}");
    let error = refused("https://api.invalid/x", "socks5://127.0.0.1:1").await;
    assert!(error.to_string().contains("only http and https proxies"), "{error}");
}

#[tokio::test]
async fn plain_http_goes_through_whole_and_a_407_is_the_proxys() {
    let proxy =
        Server::start(|_, before| answer(if before == 0 { 200 } else { 407 }, "", "through"));
    let client = through(&format!("http://127.0.0.1:{}", proxy.port), "");
    let response = client.send(Request::get("http://plain.invalid/x")).await.unwrap();
    assert_eq!(response.body.as_ref(), b"through");
    assert_eq!(proxy.seen()[0].line, "GET http://plain.invalid/x HTTP/1.1");
    let error = client.send(Request::get("http://plain.invalid/x")).await.unwrap_err();
    assert!(matches!(error.kind(), Kind::Proxy { .. }));
}

#[tokio::test]
async fn no_proxy_and_loopback_are_reached_directly() {
    let proxy = Server::start(|_, _| answer(407, "", ""));
    let client = through(&format!("http://127.0.0.1:{}", proxy.port), ".invalid");
    let server = Server::start(|_, _| answer(200, "", ""));
    client.send(Request::get(server.url("/x"))).await.unwrap().success().unwrap();
    let error = client.send(Request::get("http://plain.invalid/x")).await.unwrap_err();
    assert_eq!(*error.kind(), Kind::Dns);
    assert!(proxy.seen().is_empty());
}
