//! A request as it comes.

use std::io::{self, Read as _};
use std::os::unix::net::UnixStream;

/// Method, path, query and body.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    query: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Reads one; `None` where the connection ends before.
    pub(crate) fn read(stream: &mut UnixStream) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read(&mut byte)? == 0 {
                return Ok(None);
            }
            head.extend_from_slice(&byte);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body)?;
        let mut words = head.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query.split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((plain(name), plain(value)))
        });
        Ok(Some(Self { method, path: path.to_owned(), query: query.collect(), body }))
    }

    /// Method and path, with the query as it is meant.
    pub(crate) fn line(&self) -> String {
        let query: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{}", self.method, self.path, query.join("&"))
    }

    /// A parameter; empty when it is not there.
    pub(crate) fn query(&self, name: &str) -> String {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// Without percent escapes.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex: String = if byte == b'%' {
            rest.by_ref().take(2).map(char::from).collect()
        } else {
            String::new()
        };
        bytes.push(u8::from_str_radix(&hex, 16).unwrap_or(byte));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
