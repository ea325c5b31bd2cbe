//! Getting the files of a release: archive and published digest, side by side.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use action_kit::Log;
use diagnostics::Diagnostic;
use http_client::{Client, HeaderMap, HeaderName, HeaderValue, Request, Response, redact};

use super::checksum::{Digest, published};
use super::unpack::{Architecture, unpack};

/// The largest archive in bytes: six times pixi's in 2026.
const LARGEST_ARCHIVE: u64 = 200 * 1024 * 1024;

/// The largest published digest in bytes; `sha256.sum` of a whole release has two kilobytes.
const LARGEST_DIGEST: u64 = 64 * 1024;

/// How often a long download says how far it is.
const PROGRESS: Duration = Duration::from_secs(5);

/// Where a release is downloaded from.
#[derive(Clone)]
pub struct Origin {
    /// The addresses that are tried, best first: where the bare binary is named, the archive
    /// beside it, for which there is a published digest.
    pub urls: Vec<String>,
    /// Sent along, to the origin of the addresses alone.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The digest the user wants the download to have.
    pub pin: Option<Digest>,
}

/// A binary that is what was published.
pub struct Verified {
    /// The binary.
    pub binary: Vec<u8>,
    /// The digest of what was downloaded.
    pub archive: Digest,
    /// Where it came from, fit to be shown.
    pub url: String,
}

impl Origin {
    /// The files of a folder of releases.
    pub fn release(folder: &str, architecture: Architecture, pin: Option<Digest>) -> Self {
        let url = format!("{folder}/{}.tar.gz", architecture.file());
        Self { urls: vec![url], headers: Vec::new(), pin }
    }

    /// A mirror's address.
    pub fn mirror(
        url: String,
        architecture: Architecture,
        headers: Vec<(HeaderName, HeaderValue)>,
        pin: Option<Digest>,
    ) -> Self {
        let mut urls = Vec::new();
        if url.ends_with(&format!("/{}", architecture.file())) {
            urls.push(format!("{url}.tar.gz"));
        }
        urls.push(url);
        Self { urls, headers, pin }
    }

    fn request(&self, url: &str) -> Request {
        let headers = self.headers.iter().cloned();
        headers.fold(Request::get(url), |request, (name, value)| request.header(name, value))
    }

    /// The published digest of a file; `None` where there is none.
    ///
    /// # Errors
    /// It cannot be had, or says nothing of the file.
    async fn published(&self, client: &Client, url: &str) -> Result<Option<Digest>, Diagnostic> {
        let address = beside(url);
        let request = self.request(&address).max_response(LARGEST_DIGEST);
        let Some(answer) = found(client.send(request).await, &address)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&answer.body);
        published(&text, file_name(url)).map(Some).map_err(|reason| {
            let message = format!("{}: {reason}", redact(&address));
            Diagnostic::outside("install/checksum", message).with_help(format!(
                "it must hold the SHA-256 of `{}`, as `sha256sum` writes it",
                file_name(url)
            ))
        })
    }

    /// The digest a download would have to have, if that can be known without it.
    pub async fn expected(&self, client: &Client) -> Option<Digest> {
        for url in &self.urls {
            if let Ok(Some(published)) = self.published(client, url).await {
                return self.pin.is_none_or(|pin| pin == published).then_some(published);
            }
        }
        self.pin
    }

    /// Downloads, verifies and unpacks.
    ///
    /// # Errors
    /// The download cannot be had, is not what was published or pinned, or holds no pixi for this
    /// machine.
    pub async fn fetch(
        &self,
        client: &Client,
        architecture: Architecture,
        log: &Log,
    ) -> Result<Verified, Diagnostic> {
        let mut missing = Vec::new();
        for url in &self.urls {
            let received = Arc::new(AtomicU64::new(0));
            let request =
                self.request(url).max_response(LARGEST_ARCHIVE).received(Arc::clone(&received));
            let both = async { tokio::join!(client.send(request), self.published(client, url)) };
            let (answer, published) = watched(both, &received, log).await;
            let Some(answer) = found(answer, url)? else {
                missing.push(redact(url));
                continue;
            };
            let archive = Digest::of(&answer.body);
            let published = published?;
            self.check(url, archive, published)?;
            if published.is_none() {
                log.info("there is no published SHA-256; it has the one of `pixi-sha256`");
            }
            let binary = unpack(&answer.body, architecture).map_err(|unfit| {
                Diagnostic::outside("install/archive", format!("{}: {unfit}", redact(url)))
                    .with_help("nothing was installed; check that the address is that of pixi for this machine")
            })?;
            return Ok(Verified { binary, archive, url: redact(url) });
        }
        let message = format!("{}: there is no such file (404)", missing.join(", "));
        Err(Diagnostic::outside("install/not-found", message)
            .with_help("check `pixi-version` and `pixi-url`; https://github.com/prefix-dev/pixi/releases lists what there is"))
    }

    /// Holds a download against what was published and pinned.
    fn check(&self, url: &str, found: Digest, published: Option<Digest>) -> Result<(), Diagnostic> {
        let shown = redact(url);
        if published.is_none() && self.pin.is_none() {
            let message = format!("{}: there is no published SHA-256", redact(&beside(url)));
            return Err(Diagnostic::outside("install/checksum-missing", message).with_help(format!(
                "put the file there, or pin the download by `pixi-sha256`; what came has {found}"
            )));
        }
        if let Some(published) = published.filter(|published| *published != found) {
            let message = format!("{shown} is not what was published");
            return Err(Diagnostic::outside("install/mismatch", message)
                .with_note(format!("published, {}: {published}", redact(&beside(url))))
                .with_note(format!("downloaded: {found}"))
                .with_help("nothing was installed; run again, and if it stays like this ask whoever runs the server or a proxy on the way"));
        }
        if let Some(pin) = self.pin.filter(|pin| *pin != found) {
            let message = format!("{shown} does not have the SHA-256 of `pixi-sha256`");
            let error = Diagnostic::outside("install/mismatch", message)
                .with_note(format!("pinned: {pin}"))
                .with_note(format!("downloaded: {found}"));
            return Err(error.with_help(if published.is_some() {
                "nothing was installed; it is what was published, so the pin may be of another version, another machine, or the bare binary"
            } else {
                "nothing was installed; ask whoever runs the server"
            }));
        }
        Ok(())
    }
}

/// The address of the digest of a file.
fn beside(url: &str) -> String {
    match url.find(['?', '#']) {
        Some(end) => {
            let (path, rest) = url.split_at(end);
            format!("{path}.sha256{rest}")
        }
        None => format!("{url}.sha256"),
    }
}

/// The last part of the path of an address.
fn file_name(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

/// The answer, where the file is there.
fn found(
    answer: Result<Response, http_client::Error>,
    url: &str,
) -> Result<Option<Response>, Diagnostic> {
    let answer =
        answer.map_err(|error| Diagnostic::from(error).with_note("nothing was installed"))?;
    match answer.status.as_u16() {
        404 | 410 => Ok(None),
        status @ (401 | 403) => {
            let message = format!("GET {}: the server answered {status}", redact(url));
            Err(Diagnostic::outside("install/refused", message).with_help(
                "nothing was installed; a mirror that wants a token gets it by `pixi-url-headers`",
            ))
        }
        _ => {
            let refused = |error| Diagnostic::from(error).with_note("nothing was installed");
            answer.success().map(Some).map_err(refused)
        }
    }
}

/// What a future gives, with a line in the log every few seconds.
async fn watched<T>(future: impl Future<Output = T>, received: &AtomicU64, log: &Log) -> T {
    let mut future = std::pin::pin!(future);
    let mut seconds = 0;
    loop {
        tokio::select! {
            biased;
            result = &mut future => return result,
            () = tokio::time::sleep(PROGRESS) => {
                seconds += PROGRESS.as_secs();
                let bytes = received.load(Ordering::Relaxed);
                let tenths = bytes * 10 / (1024 * 1024);
                log.info(format!("downloading: {}.{} MB after {seconds} s", tenths / 10, tenths % 10));
            }
        }
    }
}

/// What is secret in an address: the password before its host, and the parameters that are not
/// shown either.
pub fn credentials(url: &str) -> Vec<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    let password = user.map(|user| user.split_once(':').map_or(user, |(_, password)| password));
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let is_secret = |pair: &&str| {
        pair.contains('=') && redact(&format!("https://host/?{pair}")).ends_with("=***")
    };
    let values = query.split('&').filter(is_secret).filter_map(|pair| pair.split_once('='));
    password.into_iter().chain(values.map(|(_, value)| value)).collect()
}

/// Reads input `pixi-url-headers`, a JSON object of texts.
///
/// # Errors
/// Something else; a name or value that cannot stand in a header. The text is a secret and is in
/// no message.
pub fn headers(text: &str) -> Result<Vec<(HeaderName, HeaderValue)>, Diagnostic> {
    let wrong = |message: &str| {
        Diagnostic::bad_input("install/headers", format!("`pixi-url-headers`: {message}"))
            .with_help(r#"write a JSON object of texts, such as `{"Authorization": "Bearer ..."}`"#)
    };
    let object: std::collections::BTreeMap<String, String> =
        serde_json::from_str(text).map_err(|_| wrong("it is no JSON object of texts"))?;
    let mut headers = HeaderMap::new();
    for (index, (name, value)) in object.iter().enumerate() {
        let number = index + 1;
        let name = HeaderName::try_from(name.as_str())
            .map_err(|_| wrong(&format!("the name of header {number} is no header name")))?;
        let mut value = HeaderValue::try_from(value.as_str())
            .map_err(|_| wrong(&format!("the value of `{name}` cannot stand in a header")))?;
        // Dropped on the way to another origin, and shown nowhere.
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers.into_iter().filter_map(|(name, value)| Some((name?, value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_beside_the_file() {
        let cases = [
            ("https://m/a/pixi.tar.gz", "https://m/a/pixi.tar.gz.sha256", "pixi.tar.gz"),
            ("https://m/pixi?sig=a/b", "https://m/pixi.sha256?sig=a/b", "pixi"),
        ];
        for (url, digest, file) in cases {
            assert_eq!((beside(url).as_str(), file_name(url)), (digest, file));
        }
    }

    #[test]
    fn the_archive_is_preferred_to_the_bare_binary() {
        let urls =
            |url: &str| Origin::mirror(url.to_owned(), Architecture::X86_64, Vec::new(), None).urls;
        let bare = "https://m/pixi-x86_64-unknown-linux-musl";
        assert_eq!(urls(bare), [format!("{bare}.tar.gz"), bare.to_owned()]);
        for url in ["https://m/pixi-x86_64-unknown-linux-musl.tar.gz", "https://m/pixi"] {
            assert_eq!(urls(url), [url]);
        }
    }

    #[test]
    fn credentials_are_found_where_they_stand() {
        let cases: [(&str, &[&str]); 5] = [
            ("https://m/{{version}}/pixi", &[]),
            ("https://ada:s3cret@m/pixi", &["s3cret"]),
            ("https://s3cret@m/pixi?x=1", &["s3cret"]),
            ("https://m/pixi?a=1&token=s3cret&sig=abc#x", &["s3cret", "abc"]),
            ("{{#if latest}}https://ada:s3cret@m/{{/if}}", &["s3cret"]),
        ];
        for (url, secrets) in cases {
            assert_eq!(credentials(url), secrets, "{url}");
        }
    }

    #[test]
    fn headers_are_secret() {
        let read = headers(r#"{"Authorization": "Bearer abc", "x-a": "1"}"#).unwrap();
        assert!(read.iter().all(|(_, value)| value.is_sensitive()));
        assert_eq!(read.len(), 2);
        for text in ["", "[]", r#"{"a": 1}"#, r#"{"a b": "hidden"}"#, "{\"a\": \"hid\\nden\"}"] {
            let error = headers(text).unwrap_err();
            assert!(!error.message.contains("hid"), "{error:?}");
        }
    }
}
