//! Asking a server.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use diagnostics::Secret;
use http_client::{Client, HeaderName, HeaderValue, Method, Request, Response, header, redact};

use crate::packet::{Packets, Request as Packed};
use crate::{Error, Pack};

/// The largest pack, in bytes: the commits of the largest public repositories fit.
const LARGEST_PACK: u64 = 512 * 1024 * 1024;

/// The largest list of refs, in bytes: about a million tags.
const LARGEST_REFS: u64 = 128 * 1024 * 1024;

/// User name and password for one server.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user; `x-access-token` for a token of GitHub.
    pub user: String,
    /// The password or token.
    pub password: Secret,
}

/// A ref of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// Its full name.
    pub name: String,
    /// What it points to, 40 hexadecimal digits.
    pub object: String,
    /// What a tag object finally leads to.
    pub peeled: Option<String>,
}

/// What is left out of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Nothing.
    Nothing,
    /// Files: commits, tags and folders come.
    Blobs,
    /// Files and folders: commits and tags come.
    Trees,
}

/// What a pack is to hold.
#[derive(Clone, Debug)]
pub struct Want {
    /// Everything reachable from these.
    pub want: Vec<String>,
    /// Nothing reachable from these.
    pub have: Vec<String>,
    /// What is left out, where the server can.
    pub filter: Filter,
    /// Only the wanted commits themselves, not the history before them.
    pub alone: bool,
    /// Owned commits whose parents are not owned.
    pub cut: Vec<String>,
}

/// A server that was reached.
#[derive(Clone)]
pub struct Server {
    client: Client,
    url: String,
    credentials: Option<Credentials>,
    filters: bool,
}

impl Server {
    /// Reaches the server of a repository. `url` holds no credentials.
    ///
    /// # Errors
    /// Nobody answers, no access, no git server.
    pub async fn connect(
        client: Client,
        url: &str,
        credentials: Option<Credentials>,
    ) -> Result<Self, Error> {
        let url = url.trim_end_matches('/').to_owned();
        let mut server = Self { client, url, credentials, filters: false };
        let ask = format!("{}/info/refs?service=git-upload-pack", server.url);
        let answer = good(server.client.send(server.request(Method::GET, ask)).await?)?;
        // A repository that was renamed answers from its new address.
        if let Some(moved) = answer.url.strip_suffix("/info/refs?service=git-upload-pack") {
            if origin(moved) != origin(&server.url) {
                server.credentials = None;
            }
            moved.clone_into(&mut server.url);
        }
        server.filters = capabilities(answer.body)
            .ok_or_else(|| Error::NotGit { url: redact(&server.url) })?
            .iter()
            .any(|capability| {
                let features = capability.strip_prefix("fetch=").unwrap_or_default();
                features.split(' ').any(|feature| feature == "filter")
            });
        Ok(server)
    }

    /// Whether packs can be had without files.
    pub const fn filters(&self) -> bool {
        self.filters
    }

    /// The address that answers, without credentials.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The refs whose names start with one of these.
    ///
    /// # Errors
    /// No answer, or one that cannot be read.
    pub async fn refs(&self, prefixes: &[&str]) -> Result<Vec<Ref>, Error> {
        let mut request = Packed::command("ls-refs");
        request.line("peel");
        for prefix in prefixes {
            request.line(&format!("ref-prefix {prefix}"));
        }
        let answer = self.ask(request, LARGEST_REFS).await?;
        let mut packets = Packets::new(answer);
        let mut refs = Vec::new();
        while let Some(line) = packets.line()? {
            let found = parse(&line).ok_or_else(|| Error::protocol("a ref is malformed"))?;
            // Prefixes are a wish: the server may list more.
            if prefixes.iter().any(|prefix| found.name.starts_with(prefix)) {
                refs.push(found);
            }
        }
        Ok(refs)
    }

    /// A pack. The tag objects of the commits in it come along.
    ///
    /// # Errors
    /// No answer, one that cannot be read, an object the server does not have.
    pub async fn fetch(&self, want: &Want) -> Result<Pack, Error> {
        let mut request = Packed::command("fetch");
        for line in ["no-progress", "include-tag", "ofs-delta"] {
            request.line(line);
        }
        match want.filter {
            Filter::Blobs if self.filters => request.line("filter blob:none"),
            Filter::Trees if self.filters => request.line("filter tree:0"),
            _ => {}
        }
        for object in &want.cut {
            request.line(&format!("shallow {object}"));
        }
        if want.alone {
            request.line("deepen 1");
        }
        for object in &want.want {
            request.line(&format!("want {object}"));
        }
        for object in &want.have {
            request.line(&format!("have {object}"));
        }
        request.line("done");
        let mut packets = Packets::new(self.ask(request, LARGEST_PACK).await?);
        loop {
            match packets.line()?.as_deref() {
                Some("packfile") => return Pack::read(&mut packets),
                Some("shallow-info") if !want.alone && want.cut.is_empty() => {
                    return Err(Error::Shallow);
                }
                Some(_) => while packets.line()?.is_some() {},
                None => return Err(Error::protocol("the answer holds no pack")),
            }
        }
    }

    async fn ask(&self, request: Packed, largest: u64) -> Result<Bytes, Error> {
        let media = HeaderValue::from_static("application/x-git-upload-pack-request");
        let request = self
            .request(Method::POST, format!("{}/git-upload-pack", self.url))
            .header(header::CONTENT_TYPE, media)
            .max_response(largest)
            .only_asks()
            .body(request.finish());
        Ok(good(self.client.send(request).await?)?.body)
    }

    fn request(&self, method: Method, url: String) -> Request {
        let version = HeaderValue::from_static("version=2");
        let request =
            Request::new(method, url).header(HeaderName::from_static("git-protocol"), version);
        let Some(Credentials { user, password }) = &self.credentials else { return request };
        let basic = STANDARD.encode(format!("{user}:{}", password.expose().trim()));
        let Ok(mut value) = HeaderValue::try_from(format!("Basic {basic}")) else {
            return request;
        };
        value.set_sensitive(true);
        request.header(header::AUTHORIZATION, value)
    }
}

/// The answer itself when its status is 2xx.
fn good(answer: Response) -> Result<Response, Error> {
    if answer.status.is_success() {
        return Ok(answer);
    }
    Err(Error::Status { url: answer.url, status: answer.status.as_u16() })
}

/// Scheme, host and port.
fn origin(url: &str) -> Option<&str> {
    let after = url.find("://")? + 3;
    let end = url.get(after..)?.find('/').map_or(url.len(), |end| after + end);
    url.get(..end)
}

/// What the server can do; `None` when it does not speak version 2.
fn capabilities(answer: Bytes) -> Option<Vec<String>> {
    let mut packets = Packets::new(answer);
    let mut line = packets.line().ok()??;
    // The form for old clients first, in some servers.
    if line.starts_with("# service=") {
        line = match packets.line().ok()? {
            Some(line) => line,
            None => packets.line().ok()??,
        };
    }
    if line != "version 2" {
        return None;
    }
    let mut found = Vec::new();
    while let Some(line) = packets.line().ok()? {
        found.push(line);
    }
    let sha1 =
        found.iter().all(|line| !line.starts_with("object-format=") || line.ends_with("sha1"));
    sha1.then_some(found)
}

/// `OBJECT NAME [peeled:OBJECT] ...`
fn parse(line: &str) -> Option<Ref> {
    let is_oid = |text: &&str| text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let mut words = line.split(' ');
    let object = words.next().filter(is_oid)?.to_owned();
    let name = words.next().filter(|name| !name.is_empty())?.to_owned();
    let mut peeled = None;
    for word in words {
        if let Some(id) = word.strip_prefix("peeled:") {
            peeled = Some(is_oid(&id).then(|| id.to_owned())?);
        }
    }
    Some(Ref { name, object, peeled })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refs_are_read() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let found = parse(&format!("{one} refs/tags/v1 peeled:{two}")).unwrap();
        assert_eq!((found.name.as_str(), found.peeled), ("refs/tags/v1", Some(two.clone())));
        let plain = parse(&format!("{one} refs/heads/main symref-target:x")).unwrap();
        assert_eq!(plain.peeled, None);
        for line in ["", "refs/tags/v1", "123 refs/tags/v1", &format!("{one} x peeled:1"), &one] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn version_two_is_recognised() {
        let v2 = "000eversion 2\n0011fetch=filter\n0000";
        let with_service = format!("001e# service=git-upload-pack\n0000{v2}");
        for answer in [v2, &with_service] {
            let found = capabilities(Bytes::copy_from_slice(answer.as_bytes()));
            assert_eq!(found.as_deref(), Some(&["fetch=filter".to_owned()][..]), "{answer}");
        }
        let sha256 = "000eversion 2\n0019object-format=sha256\n0000";
        for answer in
            ["", "<html>", "000eversion 1\n0000", "001e# service=git-upload-pack\n0000", sha256]
        {
            assert_eq!(capabilities(Bytes::copy_from_slice(answer.as_bytes())), None, "{answer}");
        }
    }

    #[test]
    fn origins() {
        assert_eq!(origin("https://h:1/a/b"), Some("https://h:1"));
        assert_eq!(origin("https://h"), Some("https://h"));
        assert_ne!(origin("https://h/"), origin("https://h.evil/"));
    }
}
