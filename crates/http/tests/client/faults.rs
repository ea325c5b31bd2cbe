//! What is repeated, what is not, and how long is waited.

use std::sync::Arc;
use std::time::Duration;

use http_client::{Client, Fault, Kind, Method, Request};

use crate::server::{Reply, Server, answer};
use crate::{client, quick};

#[tokio::test]
async fn a_get_is_repeated_until_it_succeeds() {
    let server = Server::start(|_, before| match before {
        0 => answer(502, "", ""),
        1 => Reply::Cut(""),
        _ => answer(200, "", "good"),
    });
    let (client, time) = client(quick());
    let response = client.send(Request::get(server.url("/x"))).await.unwrap();
    assert_eq!((response.status.as_u16(), response.attempts), (200, 3));
    assert_eq!(response.body.as_ref(), b"good");
    assert_eq!(*time.0.lock().unwrap(), [Duration::from_millis(500), Duration::from_secs(1)]);
}

#[tokio::test]
async fn a_post_answered_502_is_sent_once_and_unclear() {
    let server = Server::start(|_, _| answer(502, "", ""));
    let (client, time) = client(quick());
    let request = Request::new(Method::POST, server.url("/x")).body(b"{}".to_vec()).idempotent();
    let response = client.send(request).await.unwrap();
    assert!(response.is_unclear());
    assert_eq!(server.seen().len(), 1);
    assert!(time.0.lock().unwrap().is_empty());
    let error = response.success().unwrap_err();
    assert_eq!((error.kind(), error.is_unclear()), (&Kind::Status(502), true));
}

#[tokio::test]
async fn a_post_that_was_cut_is_sent_once_and_unclear() {
    let server = Server::start(|_, _| Reply::Cut("HTTP/1.1 201 x\r\ncontent-length: 10\r\n\r\n12"));
    let (client, _) = client(quick());
    let error = client.send(Request::new(Method::POST, server.url("/x"))).await.unwrap_err();
    assert_eq!((error.kind(), error.is_unclear()), (&Kind::Cut, true));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_post_that_never_left_is_not_unclear() {
    let (client, _) = client(quick());
    let port = Server::start(|_, _| Reply::Cut("")).port;
    let request = Request::new(Method::POST, format!("http://127.0.0.1:{port}/"));
    let error = client.send(request).await.unwrap_err();
    assert_eq!((error.kind(), error.is_unclear()), (&Kind::Refused, false));
}

#[tokio::test]
async fn a_patch_is_repeated_only_when_declared_idempotent() {
    let server = Server::start(|_, _| answer(503, "", ""));
    let (client, _) = client(quick());
    let patch = || Request::new(Method::PATCH, server.url("/x"));
    assert_eq!(client.send(patch()).await.unwrap().attempts, 1);
    assert_eq!(client.send(patch().idempotent()).await.unwrap().attempts, 5);
}

#[tokio::test]
async fn the_server_says_how_long_to_wait() {
    let server = Server::start(|_, before| match before {
        0 => answer(429, "retry-after: 7\r\n", ""),
        1 => answer(403, "x-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1000020\r\n", ""),
        2 => answer(403, "", "You have exceeded a secondary rate limit"),
        _ => answer(200, "", ""),
    });
    let (client, time) = client(quick());
    client.send(Request::get(server.url("/x"))).await.unwrap().success().unwrap();
    let seconds: Vec<_> = time.0.lock().unwrap().iter().map(Duration::as_secs).collect();
    assert_eq!(seconds, [7, 21, 60]);
}

#[tokio::test]
async fn a_wait_that_is_too_long_is_reported_instead() {
    let server = Server::start(|_, _| answer(429, "retry-after: 3600\r\n", ""));
    let (client, time) = client(quick());
    let response = client.send(Request::get(server.url("/x"))).await.unwrap();
    assert_eq!((response.status.as_u16(), server.seen().len()), (429, 1));
    assert!(time.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_plain_403_is_final() {
    let server = Server::start(|_, _| answer(403, "", "Resource not accessible by integration"));
    let (client, _) = client(quick());
    assert_eq!(client.send(Request::get(server.url("/x"))).await.unwrap().attempts, 1);
}

#[tokio::test]
async fn injected_faults_happen_before_or_after() {
    let server = Server::start(|_, _| answer(201, "", ""));
    let faulty = |fault| {
        Client::new(quick()).with_faults(Arc::new(move |attempt: &http_client::Attempt| {
            (attempt.method == Method::POST).then_some(fault)
        }))
    };
    let post = || Request::new(Method::POST, server.url("/x"));
    let before = faulty(Fault::Refused).send(post()).await.unwrap_err();
    assert_eq!((before.is_unclear(), server.seen().len()), (false, 0));
    let answered = faulty(Fault::Status(500)).send(post()).await.unwrap();
    assert_eq!((answered.is_unclear(), server.seen().len()), (true, 0));
    let after = faulty(Fault::AnswerLost).send(post()).await.unwrap_err();
    assert_eq!((after.is_unclear(), server.seen().len()), (true, 1));
}

#[tokio::test]
async fn waits_are_told() {
    let server = Server::start(|_, before| answer(if before == 0 { 500 } else { 200 }, "", ""));
    let (told, ear) = std::sync::mpsc::channel();
    let (client, _) = client(quick());
    let told = std::sync::Mutex::new(told);
    let client = client.with_observer(Arc::new(move |wait: &http_client::Waiting| {
        told.lock().unwrap().send(wait.clone()).unwrap();
    }));
    client.send(Request::get(server.url("/x?token=secret"))).await.unwrap();
    let wait = ear.try_recv().unwrap();
    assert!(wait.request.ends_with("/x?token=***"), "{}", wait.request);
    assert_eq!(wait.reason, "the server answered 500");
}
