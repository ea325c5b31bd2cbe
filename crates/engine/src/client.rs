//! Requests and answers.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::UnixStream;

use crate::Error;

/// Bytes of an answer that is read whole.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;
/// How long the engine may take to say that it is there.
const GREETING: Duration = Duration::from_secs(10);
/// How long an ordinary request may take.
const ORDINARY: Duration = Duration::from_mins(2);
/// The newest version of the API this crate was written for. Engines take every version from
/// their oldest to their own.
const NEWEST: (u32, u32) = (1, 52);

/// An engine that answers.
#[derive(Clone, Debug)]
pub struct Engine {
    socket: PathBuf,
    /// `/v1.41`: without a version the engine would take its newest, which may mean other things.
    version: String,
}

/// What is sent along.
pub(crate) enum Body {
    Nothing,
    Json(Value),
    Tar(Vec<u8>),
}

impl Engine {
    /// Greets the engine behind a socket and agrees on a version.
    ///
    /// # Errors
    /// Nobody is there, or this user may not use the socket.
    pub async fn connect(socket: &Path) -> Result<Self, Error> {
        let engine = Self { socket: socket.to_owned(), version: String::new() };
        let greeting = engine.send("answer", Method::GET, "/_ping", Body::Nothing);
        let silent = |_| engine.unreachable("it says nothing");
        let answer = tokio::time::timeout(GREETING, greeting).await.map_err(silent)??;
        let version = answer.headers().get("api-version").and_then(|value| value.to_str().ok());
        let version = version.and_then(|version| {
            let (major, minor) = version.split_once('.')?;
            Some((major.parse().ok()?, minor.parse().ok()?))
        });
        let Some(version) = version.filter(|_| answer.status().is_success()) else {
            return Err(engine.unreachable("what listens there is no Docker engine"));
        };
        let (major, minor) = NEWEST.min(version);
        Ok(Self { version: format!("/v{major}.{minor}"), ..engine })
    }

    /// The socket.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// What stands in front of every path.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    fn unreachable(&self, reason: &str) -> Error {
        Error::Unreachable { socket: self.socket.clone(), reason: reason.to_owned() }
    }

    /// Sends a request; the answer may have any status.
    pub(crate) async fn send(
        &self,
        what: &'static str,
        method: Method,
        path: &str,
        body: Body,
    ) -> Result<Response<Incoming>, Error> {
        let stream =
            UnixStream::connect(&self.socket).await.map_err(|error| match error.kind() {
                std::io::ErrorKind::PermissionDenied => Error::Permission(self.socket.clone()),
                std::io::ErrorKind::NotFound => Error::NoSocket(vec![self.socket.clone()]),
                _ => self.unreachable(&error.to_string()),
            })?;
        let failed = |error: &dyn std::error::Error| answer(what, error.to_string());
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| failed(&error))?;
        // It ends with the answer, or when the answer is dropped.
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.version))
            .header(header::HOST, "docker");
        let content = match body {
            Body::Nothing => Bytes::new(),
            Body::Json(value) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Bytes::from(value.to_string())
            }
            Body::Tar(bytes) => {
                request = request.header(header::CONTENT_TYPE, "application/x-tar");
                Bytes::from(bytes)
            }
        };
        let request = request.body(Full::new(content)).map_err(|error| failed(&error))?;
        sender.send_request(request).await.map_err(|error| failed(&error))
    }

    /// Sends an ordinary request and reads the whole answer; an error status is an error.
    pub(crate) async fn ask(
        &self,
        what: &'static str,
        method: Method,
        path: &str,
        body: Body,
    ) -> Result<Bytes, Error> {
        let asked = async {
            let response = self.send(what, method, path, body).await?;
            whole(what, accepted(what, response).await?).await
        };
        let late = |_| answer(what, "it takes too long".to_owned());
        tokio::time::timeout(ORDINARY, asked).await.map_err(late)?
    }

    /// The same for an answer in JSON; `None` where the thing asked for does not exist.
    pub(crate) async fn find<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &str,
    ) -> Result<Option<T>, Error> {
        match self.ask(what, Method::GET, path, Body::Nothing).await {
            Ok(bytes) => json(what, &bytes).map(Some),
            Err(Error::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

pub(crate) fn answer(what: &'static str, reason: impl Into<String>) -> Error {
    Error::Answer { what, reason: reason.into() }
}

pub(crate) fn json<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|error| answer(what, error.to_string()))
}

/// The answer, unless its status says that the engine refused.
pub(crate) async fn accepted(
    what: &'static str,
    response: Response<Incoming>,
) -> Result<Response<Incoming>, Error> {
    let status = response.status();
    if status.is_success() || status.as_u16() == 304 {
        return Ok(response);
    }
    let bytes = whole(what, response).await.unwrap_or_default();
    let told: Option<Value> = serde_json::from_slice(&bytes).ok();
    let message = told.as_ref().and_then(|told| told.get("message")?.as_str());
    let message = message.map_or_else(|| String::from_utf8_lossy(&bytes).into(), str::to_owned);
    Err(Error::Refused { what, status: status.as_u16(), message })
}

async fn whole(what: &'static str, response: Response<Incoming>) -> Result<Bytes, Error> {
    let body = Limited::new(response.into_body(), LARGEST_ANSWER).collect().await;
    Ok(body.map_err(|error| answer(what, error.to_string()))?.to_bytes())
}

/// A text as a part of a path or query.
pub(crate) fn escaped(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
