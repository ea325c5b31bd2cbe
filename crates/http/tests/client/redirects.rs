//! Redirects.

use diagnostics::Secret;
use http_client::{HeaderName, HeaderValue, Kind, Method, Request};

use crate::server::{Server, answer};
use crate::{client, quick};

fn request(url: String) -> Request {
    let mut custom = HeaderValue::from_static("custom-secret");
    custom.set_sensitive(true);
    Request::get(url)
        .bearer(&Secret::new("token-secret"))
        .header(HeaderName::from_static("x-custom"), custom)
        .header(HeaderName::from_static("accept"), HeaderValue::from_static("a/b"))
}

#[tokio::test]
async fn credentials_stay_with_their_origin() {
    let other = Server::start(|_, _| answer(200, "", "there"));
    let target = other.url("/blob");
    let server = Server::start(move |seen, _| match seen.line.as_str() {
        "GET /a HTTP/1.1" => answer(302, "location: /b\r\n", ""),
        _ => answer(307, &format!("location: {target}\r\n"), ""),
    });
    let (client, _) = client(quick());
    let response = client.send(request(server.url("/a"))).await.unwrap();
    assert_eq!((response.body.as_ref(), response.url), (b"there".as_slice(), other.url("/blob")));
    let here = server.seen();
    assert!(here.iter().all(|seen| seen.header("authorization") == Some("Bearer token-secret")));
    let there = other.seen().remove(0);
    assert_eq!(there.header("authorization"), None);
    assert_eq!(there.header("x-custom"), None);
    assert_eq!(there.header("accept"), Some("a/b"));
}

#[tokio::test]
async fn three_redirects_and_no_more() {
    let server = Server::start(|seen, _| {
        let left: u32 = seen.line.split(['/', ' ']).nth(2).unwrap().parse().unwrap();
        match left {
            0 => answer(200, "", ""),
            left => answer(301, &format!("location: /{}\r\n", left - 1), ""),
        }
    });
    let (client, _) = client(quick());
    assert_eq!(client.send(Request::get(server.url("/3"))).await.unwrap().status.as_u16(), 200);
    let error = client.send(Request::get(server.url("/4"))).await.unwrap_err();
    assert!(matches!(error.kind(), Kind::Redirect(_)));
}

#[tokio::test]
async fn a_change_is_only_repeated_where_it_was_meant_to_go() {
    for (status, elsewhere, follows) in [
        (301, false, false),
        (302, false, false),
        (307, false, true),
        (308, false, true),
        (307, true, false),
    ] {
        let other = Server::start(|_, _| answer(200, "", ""));
        let target = if elsewhere { other.url("/new") } else { "/new".to_owned() };
        let server = Server::start(move |seen, _| match seen.line.as_str() {
            "POST /old HTTP/1.1" => answer(status, &format!("location: {target}\r\n"), ""),
            _ => answer(201, "", ""),
        });
        let (client, _) = client(quick());
        let request = Request::new(Method::POST, server.url("/old")).body(b"body".to_vec());
        let result = client.send(request).await;
        assert_eq!(result.is_ok(), follows, "{status} {elsewhere}");
        assert!(other.seen().is_empty());
        if follows {
            assert_eq!(server.seen()[1].body, b"body");
        }
    }
}

#[tokio::test]
async fn see_other_is_read() {
    let server = Server::start(|seen, _| match seen.line.as_str() {
        "POST /old HTTP/1.1" => answer(303, "location: /new\r\n", ""),
        _ => answer(200, "", ""),
    });
    let (client, _) = client(quick());
    let request = Request::new(Method::POST, server.url("/old")).body(b"body".to_vec());
    client.send(request).await.unwrap();
    assert_eq!(
        (server.seen()[1].line.as_str(), server.seen()[1].body.len()),
        ("GET /new HTTP/1.1", 0)
    );
}
