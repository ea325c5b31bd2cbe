//! Assets of releases.

use std::fmt::Write;
use std::io::Read;
use std::path::{Path, PathBuf};

use futures_util::{StreamExt as _, stream};
use http_client::{Body, HeaderName, HeaderValue, Method, Request, header};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::api::encode_query;
use crate::endpoints::origin;
use crate::service::{ACCEPT, API_VERSION};
use crate::{Error, Kind, Release, Repository};

/// Uploads that are under way at the same time.
const AT_ONCE: usize = 4;

/// A file attached to a release.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Asset {
    /// Its number.
    pub id: u64,
    /// Its name; GitHub writes a dot for what it does not allow.
    pub name: String,
    /// Shown instead of the name.
    #[serde(default)]
    pub label: Option<String>,
    /// `uploaded`, or `starter` for an upload that did not finish.
    pub state: String,
    /// In bytes.
    pub size: u64,
    /// `sha256:` and digits, where GitHub gives it.
    #[serde(default)]
    pub digest: Option<String>,
    /// Where people download it.
    pub browser_download_url: String,
}

/// A file to be attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetUpload {
    /// The file.
    pub path: PathBuf,
    /// The name it gets.
    pub name: String,
    /// Shown instead of the name.
    pub label: Option<String>,
    /// Its media type; found by the extension where it is not given.
    pub content_type: Option<String>,
}

/// What a release has of a file that is to be attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetState {
    /// The same bytes, as far as GitHub tells.
    Present(Asset),
    /// Nothing, or an upload that did not finish.
    Missing,
    /// Other bytes under the same name.
    Different(Asset),
}

/// What the file is, so that answers can be compared with it.
struct Local {
    size: u64,
    digest: String,
}

impl Local {
    fn read(path: &Path) -> std::io::Result<Self> {
        let mut file = std::fs::File::open(path)?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 64 * 1024];
        let mut size = 0;
        loop {
            let read = file.read(&mut buffer)?;
            let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
            hasher.update(chunk);
            size += read as u64;
        }
        let mut digest = "sha256:".to_owned();
        for byte in hasher.finalize() {
            // Writing into a string does not fail.
            let _ = write!(digest, "{byte:02x}");
        }
        Ok(Self { size, digest })
    }

    fn of(upload: &AssetUpload, request: &str) -> Result<Self, Error> {
        Self::read(&upload.path).map_err(|error| {
            Error::answer(request, format!("{} cannot be read: {error}", upload.path.display()))
        })
    }

    fn is(&self, asset: &Asset) -> bool {
        asset.state == "uploaded"
            && asset.size == self.size
            && asset.digest.as_ref().is_none_or(|digest| *digest == self.digest)
    }
}

impl Repository {
    /// The assets of a release, unfinished ones too.
    ///
    /// # Errors
    /// When GitHub cannot be asked.
    pub async fn list_assets(&self, release: u64) -> Result<Vec<Asset>, Error> {
        self.github.list(&self.path(&format!("/releases/{release}/assets"))).await
    }

    /// Removes an asset; one that is gone is what was wanted.
    ///
    /// # Errors
    /// When GitHub refuses, as for immutable releases.
    pub async fn delete_asset(&self, asset: u64) -> Result<(), Error> {
        self.github.delete(&self.path(&format!("/releases/assets/{asset}"))).await
    }

    /// What a release has of these files, in their order. Nothing is changed.
    ///
    /// # Errors
    /// When GitHub cannot be asked, or a file cannot be read.
    pub async fn asset_states(
        &self,
        release: u64,
        uploads: &[AssetUpload],
    ) -> Result<Vec<AssetState>, Error> {
        let assets = self.list_assets(release).await?;
        let state = |upload: &AssetUpload| {
            let stored = stored_name(&upload.name);
            let found = assets.iter().find(|a| a.name == upload.name || a.name == stored);
            let Some(found) = found.filter(|found| found.state == "uploaded") else {
                return Ok(AssetState::Missing);
            };
            let local = Local::of(upload, "GET /releases/assets")?;
            let found = found.clone();
            Ok(if local.is(&found) {
                AssetState::Present(found)
            } else {
                AssetState::Different(found)
            })
        };
        uploads.iter().map(state).collect()
    }

    /// Attaches files, a few at the same time. All are tried; the answers are in the order of the
    /// files. See [`Repository::upload_asset`].
    pub async fn upload_assets(
        &self,
        release: &Release,
        uploads: &[AssetUpload],
    ) -> Vec<Result<Asset, Error>> {
        let sent = uploads.iter().map(|upload| self.upload_asset(release, upload));
        stream::iter(sent).buffered(AT_ONCE).collect().await
    }

    /// Attaches a file, streamed. An unfinished upload of that name is replaced; a finished one
    /// with the same bytes is what was wanted. Size and digest of the result are compared.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`] when the name is taken by other bytes, [`Kind::Answer`] when what
    /// arrived is not what was sent or the file cannot be read.
    pub async fn upload_asset(
        &self,
        release: &Release,
        upload: &AssetUpload,
    ) -> Result<Asset, Error> {
        let name = format!(
            "POST /repos/{}/releases/{}/assets ({})",
            self.full_name(),
            release.id,
            upload.name
        );
        let local = Local::of(upload, &name)?;
        if let Some(found) = self.present(release.id, upload, &local).await? {
            return Ok(found);
        }
        let send = || self.send_asset(release, upload, &name);
        let look = || self.present(release.id, upload, &local);
        let asset = match self.github.create(send, look).await {
            Err(error) if *error.kind() == Kind::AlreadyExists => look().await?.ok_or(error)?,
            other => other?,
        };
        if !local.is(&asset) {
            self.delete_asset(asset.id).await?;
            return Err(Error::answer(
                name,
                "what arrived differs from the file; it was removed again",
            ));
        }
        Ok(asset)
    }

    /// The asset when it is there as wanted; removes an unfinished one of that name.
    async fn present(
        &self,
        release: u64,
        upload: &AssetUpload,
        local: &Local,
    ) -> Result<Option<Asset>, Error> {
        let stored = stored_name(&upload.name);
        let assets = self.list_assets(release).await?;
        let found =
            assets.into_iter().find(|asset| asset.name == upload.name || asset.name == stored);
        let Some(found) = found else { return Ok(None) };
        if found.state != "uploaded" {
            self.delete_asset(found.id).await?;
            return Ok(None);
        }
        Ok(Some(found).filter(|found| local.is(found)))
    }

    async fn send_asset(
        &self,
        release: &Release,
        upload: &AssetUpload,
        name: &str,
    ) -> Result<Asset, Error> {
        let base = release.upload_url.split('{').next().unwrap_or_default();
        let mut url = format!("{base}?name={}", encode_query(&upload.name));
        if let Some(label) = &upload.label {
            url.push_str("&label=");
            url.push_str(&encode_query(label));
        }
        if base.parse().ok().as_ref().and_then(origin).is_none() {
            return Err(Error::answer(name, "the upload address is not an address"));
        }
        let body = Body::file(&upload.path).map_err(|error| {
            Error::answer(name, format!("{} cannot be read: {error}", upload.path.display()))
        })?;
        let guessed = content_type(&upload.path);
        let kind = upload.content_type.as_deref().and_then(|kind| HeaderValue::from_str(kind).ok());
        let mut request = Request::new(Method::POST, url)
            .header(header::ACCEPT, ACCEPT)
            .header(HeaderName::from_static("x-github-api-version"), API_VERSION)
            .header(header::CONTENT_TYPE, kind.unwrap_or(HeaderValue::from_static(guessed)))
            .body(body);
        if let Some(token) = self.github.token() {
            request = request.bearer(token);
        }
        let sent = self.github.client().send(request).await;
        let answer = sent.map_err(|error| Error::transport(error, name.to_owned()))?;
        if !answer.status.is_success() {
            let (status, has_token) = (answer.status.as_u16(), self.github.has_token());
            return Err(Error::status_answer(
                name,
                status,
                &answer.headers,
                &answer.body,
                has_token,
            ));
        }
        serde_json::from_slice(&answer.body).map_err(|error| Error::answer(name, error.to_string()))
    }
}

/// The name as GitHub stores it, as far as it is known: one dot for each run of characters other
/// than letters, digits and a few marks, none at the ends, and `default` in front of a bare
/// extension.
pub fn stored_name(name: &str) -> String {
    let keep = |c: char| c.is_ascii_alphanumeric() || "-_+@".contains(c);
    let named = if name.starts_with('.') { format!("default{name}") } else { name.to_owned() };
    let mut stored = String::with_capacity(named.len());
    for c in named.chars() {
        match keep(c) {
            true => stored.push(c),
            false if stored.ends_with('.') => {}
            false => stored.push('.'),
        }
    }
    let stored = stored.trim_matches('.');
    if stored != name && !stored.contains('.') {
        return format!("default.{stored}");
    }
    stored.to_owned()
}

/// The media type by extension.
fn content_type(path: &Path) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "whl" | "zip" | "nupkg" | "vsix" => "application/zip",
        "gz" | "tgz" | "crate" => "application/gzip",
        "xz" | "txz" => "application/x-xz",
        "zst" => "application/zstd",
        "bz2" => "application/x-bzip2",
        "tar" => "application/x-tar",
        "jar" => "application/java-archive",
        "json" | "sarif" | "intoto" => "application/json",
        "xml" => "application/xml",
        "yaml" | "yml" => "application/yaml",
        "toml" => "application/toml",
        "txt" | "sha256" | "md5" | "log" | "asc" => "text/plain",
        "md" => "text/markdown",
        "html" => "text/html",
        "csv" => "text/csv",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "pdf" => "application/pdf",
        "deb" => "application/vnd.debian.binary-package",
        "rpm" => "application/x-rpm",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_names() {
        assert_eq!(content_type(Path::new("a-1.0.whl")), "application/zip");
        assert_eq!(content_type(Path::new("a.TAR.GZ")), "application/gzip");
        assert_eq!(content_type(Path::new("a")), "application/octet-stream");
        for (name, stored) in [
            ("a b(1)#ü.zip", "a.b.1.zip"),
            ("demo-1.0+cu12.whl", "demo-1.0+cu12.whl"),
            (".hidden", "default.hidden"),
            ("(a)", "default.a"),
            ("plain", "plain"),
        ] {
            assert_eq!(stored_name(name), stored);
        }
    }
}
