//! The log of requests.

use serde_json::Value;

/// A request that arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// HTTP method.
    pub method: String,
    /// Path without query, as sent, but for the `/api/v3` of GitHub Enterprise Server.
    pub path: String,
    /// Query, as sent, without the question mark.
    pub query: String,
    /// Header names in lower case and values; the credentials are left out.
    pub headers: Vec<(String, String)>,
    /// The body when it is JSON, else `Null`.
    pub body: Value,
    /// The account of the token; `None` without or with an unknown token.
    pub login: Option<String>,
    /// True for a request that may change something.
    pub mutating: bool,
    /// True once the request has been carried out, whatever became of the answer.
    pub carried_out: bool,
    /// Status of the answer; `None` while there is none, and for a cut connection.
    pub status: Option<u16>,
}

impl Request {
    /// The value of a header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
