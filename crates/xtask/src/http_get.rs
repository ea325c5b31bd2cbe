//! One GET to a stand-in on loopback. No HTTP client is worth a dependency for this.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// The JSON body of `http://127.0.0.1:PORT/PATH`; a status other than 200 is an error.
pub(crate) fn json(base: &str, path: &str, token: &str) -> Result<serde_json::Value> {
    let host = base.strip_prefix("http://").context("a stand-in speaks plain http")?;
    let host = host.trim_end_matches('/');
    let mut stream = TcpStream::connect(host).with_context(|| format!("failed to reach {host}"))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    // HTTP/1.0: the answer ends with the connection and is never chunked.
    let request = format!(
        "GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: xtask\r\n\
         Accept: application/vnd.github+json\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer has no body")?;
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        bail!("GET {path} was answered with `{status}`: {body}");
    }
    serde_json::from_str(body).with_context(|| format!("GET {path} was not answered with JSON"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn answer(text: &'static str) -> Result<serde_json::Value> {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", server.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            let mut buffer = [0; 1024];
            let _ = stream.read(&mut buffer).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
        });
        let result = json(&base, "/x", "t");
        thread.join().unwrap();
        result
    }

    #[test]
    fn the_body_is_parsed_and_other_codes_are_errors() {
        let good = answer("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"a\":1}");
        assert_eq!(good.unwrap(), serde_json::json!({"a": 1}));
        let bad = answer("HTTP/1.1 404 Not Found\r\n\r\n{}").unwrap_err();
        assert!(bad.to_string().contains("404"), "{bad}");
    }
}
