//! A request.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use diagnostics::Secret;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::Body;

/// A request, complete before it is sent.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) idempotent: bool,
    pub(crate) max_response: Option<u64>,
    pub(crate) received: Option<Arc<AtomicU64>>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let idempotent = matches!(
            method,
            Method::GET | Method::HEAD | Method::PUT | Method::DELETE | Method::OPTIONS
        );
        Self {
            method,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Body::Empty,
            idempotent,
            max_response: None,
            received: None,
        }
    }

    /// A GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new(Method::GET, url)
    }

    /// Sets a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets `authorization: Bearer`. A value that cannot stand in a header is left out: the server
    /// then answers 401, and the value is in no message.
    #[must_use]
    pub fn bearer(mut self, token: &Secret) -> Self {
        if let Ok(mut value) = HeaderValue::try_from(format!("Bearer {}", token.expose())) {
            value.set_sensitive(true);
            self.headers.insert(header::AUTHORIZATION, value);
        }
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Declares that sending the request twice does the same as sending it once. For PATCH; GET,
    /// HEAD, PUT, DELETE and OPTIONS are so by definition. It has no effect on POST.
    #[must_use]
    pub fn idempotent(mut self) -> Self {
        self.idempotent = self.method != Method::POST;
        self
    }

    /// Declares that a POST only asks: it changes nothing, so it is repeated as a GET is.
    #[must_use]
    pub fn only_asks(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Sets the largest answer, in bytes, instead of the client's.
    #[must_use]
    pub fn max_response(mut self, bytes: u64) -> Self {
        self.max_response = Some(bytes);
        self
    }

    /// Counts the bytes of the answer as they come in, from 0 with each attempt; for a line that
    /// says how far a long download is.
    #[must_use]
    pub fn received(mut self, counter: Arc<AtomicU64>) -> Self {
        self.received = Some(counter);
        self
    }
}
