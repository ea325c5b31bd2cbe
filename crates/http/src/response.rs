//! An answer.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use crate::{Error, Kind};

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status; errors too, once no retry is left.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The address that answered, redirects followed, credentials removed.
    pub url: String,
    /// The method that was answered.
    pub method: Method,
    /// How often the request was sent.
    pub attempts: u32,
}

impl Response {
    /// A header as text, where it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// True when the request may have taken effect although the answer is an error: a request
    /// that is not repeated (POST), answered with 408 or 5xx.
    pub fn is_unclear(&self) -> bool {
        self.method == Method::POST
            && (self.status.is_server_error() || self.status == StatusCode::REQUEST_TIMEOUT)
    }

    /// The answer itself when its status is 2xx.
    ///
    /// # Errors
    /// [`Kind::Status`] otherwise.
    pub fn success(self) -> Result<Self, Error> {
        if self.status.is_success() {
            return Ok(self);
        }
        let unclear = self.is_unclear();
        let error = Error::new(Kind::Status(self.status.as_u16()), &self.method, self.url);
        Err(error.attempts(self.attempts).unclear(unclear))
    }
}
