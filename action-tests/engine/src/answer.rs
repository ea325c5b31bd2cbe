//! What is answered.

use std::io::{self, Write as _};
use std::os::unix::net::UnixStream;

use crate::VERSION;

/// An answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// What an engine says to `_ping`.
    Greeting,
    /// A status and JSON.
    Json(u16, String),
    /// A status, a header and nothing else.
    Header(u16, String),
    /// These bytes and the end of the connection.
    Bytes(Vec<u8>),
    /// Nothing, for so long that nobody waits for it.
    Silence,
}

impl Answer {
    /// An error as the engine words it.
    pub fn refusal(status: u16, message: &str) -> Self {
        Self::Json(status, serde_json::json!({ "message": message }).to_string())
    }

    pub(crate) fn write(&self, stream: &mut UnixStream) -> io::Result<()> {
        let text = match self {
            Self::Greeting => format!(
                "HTTP/1.1 200 OK\r\nApi-Version: {VERSION}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"
            ),
            Self::Json(status, body) => format!(
                "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            ),
            Self::Header(status, header) => format!(
                "HTTP/1.1 {status} x\r\n{header}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            ),
            Self::Bytes(bytes) => return stream.write_all(bytes),
            Self::Silence => {
                // Ends when the client goes away.
                io::Read::read(stream, &mut [0])?;
                return Ok(());
            }
        };
        stream.write_all(text.as_bytes())
    }
}
