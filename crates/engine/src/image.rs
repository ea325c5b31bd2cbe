//! Images: whether one is there, and getting it.

use std::time::{Duration, Instant};

use http::Method;
use http_body_util::BodyExt as _;
use serde::Deserialize;

use crate::client::{Body, accepted, escaped};
use crate::{Engine, Error};

/// How often a pull tells how far it is.
const EVERY: Duration = Duration::from_secs(5);

/// The name of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// As it was written.
    text: String,
    /// Registry and repository.
    name: String,
    /// `sha256:…`, else the tag.
    version: String,
    /// Whether the version is a digest.
    pinned: bool,
}

impl Reference {
    /// Reads `[registry/]name[:tag][@sha256:digest]`; with a digest the tag does not count.
    ///
    /// # Errors
    /// [`Error::Reference`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Reference(text.to_owned());
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (text, None),
        };
        // A colon before the last slash belongs to the registry's port.
        let (name, tag) = match named.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (named, None),
        };
        let is_word = |text: &str, more: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
        };
        let hex = |text: &str| text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit());
        let repository = name.split_once('/').map_or(name, |(_, rest)| rest);
        let good = is_word(name, "._-/:")
            && name.split('/').all(|part| part.chars().any(|c| c.is_ascii_alphanumeric()))
            && !repository.chars().any(|c| c.is_ascii_uppercase() || c == ':')
            && tag.is_none_or(|tag| is_word(tag, "._-") && tag.len() <= 128)
            && digest.is_none_or(|digest| digest.strip_prefix("sha256:").is_some_and(hex));
        if !good {
            return Err(wrong());
        }
        let version = digest.or(tag).unwrap_or("latest").to_owned();
        let (text, name, pinned) = (text.to_owned(), name.to_owned(), digest.is_some());
        Ok(Self { text, name, version, pinned })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it names one content for ever.
    pub fn is_pinned(&self) -> bool {
        self.pinned
    }

    /// The form every engine understands: not all take a tag and a digest together.
    pub(crate) fn plain(&self) -> String {
        let separator = if self.pinned { '@' } else { ':' };
        format!("{}{separator}{}", self.name, self.version)
    }
}

#[derive(Deserialize)]
struct Image {
    #[serde(rename = "Config")]
    config: Option<Config>,
}

#[derive(Deserialize)]
struct Config {
    #[serde(rename = "Env")]
    env: Option<Vec<String>>,
}

/// A line of a pull.
#[derive(Deserialize)]
struct Progress {
    error: Option<String>,
    id: Option<String>,
    #[serde(rename = "progressDetail")]
    detail: Option<Detail>,
    status: Option<String>,
}

#[derive(Deserialize)]
struct Detail {
    current: Option<u64>,
    total: Option<u64>,
}

impl Engine {
    /// Pulls an image unless it is there. `tell` hears that it is pulled, and now and then how far
    /// that is.
    ///
    /// # Errors
    /// [`Error::Image`] with what the engine said.
    pub async fn ensure_image(
        &self,
        image: &Reference,
        tell: &mut impl FnMut(String),
    ) -> Result<(), Error> {
        if self.image(image).await?.is_none() {
            tell(format!("pulling {}", image.text));
            self.pull(image, tell).await?;
            if self.image(image).await?.is_none() {
                let reason = "the engine says it is pulled, and does not have it".to_owned();
                return Err(Error::Image { image: image.text.clone(), reason });
            }
        }
        Ok(())
    }

    /// The folders in which programs of an image are found, its own `PATH`.
    pub(crate) async fn path_of(&self, image: &Reference) -> Result<Option<String>, Error> {
        let env = self.image(image).await?.and_then(|image| image.config?.env).unwrap_or_default();
        Ok(env.iter().find_map(|pair| pair.strip_prefix("PATH=")).map(str::to_owned))
    }

    async fn image(&self, image: &Reference) -> Result<Option<Image>, Error> {
        self.find("look for an image", &format!("/images/{}/json", image.plain())).await
    }

    async fn pull(&self, image: &Reference, tell: &mut impl FnMut(String)) -> Result<(), Error> {
        let failed = |reason: String| Error::Image { image: image.text.clone(), reason };
        let path = format!(
            "/images/create?fromImage={}&tag={}",
            escaped(&image.name),
            escaped(&image.version)
        );
        let what = "pull an image";
        let response = self.send(what, Method::POST, &path, Body::Nothing).await?;
        let response = accepted(what, response).await.map_err(|error| match error {
            Error::Refused { message, .. } => failed(message),
            error => error,
        })?;
        let mut body = response.into_body();
        let mut pulled = Pulled::new();
        let mut rest = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| failed(format!("the engine stopped: {error}")))?;
            rest.extend_from_slice(frame.data_ref().map_or(&[], |data| data.as_ref()));
            while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = rest.drain(..=end).collect();
                pulled.read(&line).map_err(failed)?;
            }
            if let Some(told) = pulled.due() {
                tell(format!("pulling {}: {told}", image.text));
            }
        }
        pulled.read(&rest).map_err(failed)
    }
}

/// How far a pull is: bytes of each layer, as the engine tells them.
struct Pulled {
    layers: std::collections::BTreeMap<String, (u64, u64)>,
    told: Instant,
}

impl Pulled {
    fn new() -> Self {
        Self { layers: std::collections::BTreeMap::new(), told: Instant::now() }
    }

    fn read(&mut self, line: &[u8]) -> Result<(), String> {
        let Ok(progress) = serde_json::from_slice::<Progress>(line) else { return Ok(()) };
        if let Some(error) = progress.error {
            return Err(error);
        }
        if progress.status.as_deref() == Some("Downloading")
            && let (Some(id), Some(detail)) = (progress.id, progress.detail)
            && let (Some(current), Some(total)) = (detail.current, detail.total)
        {
            self.layers.insert(id, (current, total));
        }
        Ok(())
    }

    /// What to tell, when it is time to.
    fn due(&mut self) -> Option<String> {
        if self.told.elapsed() < EVERY || self.layers.is_empty() {
            return None;
        }
        self.told = Instant::now();
        let sum = |part: fn(&(u64, u64)) -> u64| self.layers.values().map(part).sum::<u64>();
        let megabytes = |bytes: u64| format!("{}.{}", bytes / 1_000_000, bytes / 100_000 % 10);
        let (current, total) = (sum(|layer| layer.0), sum(|layer| layer.1));
        Some(format!("{} of {} MB", megabytes(current), megabytes(total)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_images() {
        let digest = format!("sha256:{}", "a".repeat(64));
        for (text, plain) in [
            ("python".to_owned(), "python:latest".to_owned()),
            ("python:3.13-slim".to_owned(), "python:3.13-slim".to_owned()),
            ("localhost:5000/a/b".to_owned(), "localhost:5000/a/b:latest".to_owned()),
            (
                format!("docker.io/library/python:3@{digest}"),
                format!("docker.io/library/python@{digest}"),
            ),
        ] {
            let image = Reference::parse(&text).unwrap();
            assert_eq!((image.plain(), image.as_str()), (plain, text.as_str()));
            assert_eq!(image.is_pinned(), text.contains('@'));
        }
        for text in [
            "",
            "Python",
            "a b",
            "a@sha256:1",
            "a:",
            "a//b",
            "a?b=c",
            "a/../b",
            "a:x y",
            "-@",
            ":a",
            "a:b:c",
        ] {
            assert_eq!(Reference::parse(text), Err(Error::Reference(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn progress_is_summed_and_told_now_and_then() {
        let mut pulled = Pulled::new();
        for line in [
            r#"{"status":"Downloading","id":"a","progressDetail":{"current":1000000,"total":3000000}}"#,
            r#"{"status":"Downloading","id":"b","progressDetail":{"current":250000,"total":1000000}}"#,
            r#"{"status":"Downloading","id":"a","progressDetail":{"current":2000000,"total":3000000}}"#,
            r#"{"status":"Extracting","id":"a","progressDetail":{"current":1,"total":2}}"#,
            "no JSON",
        ] {
            pulled.read(line.as_bytes()).unwrap();
        }
        assert_eq!(pulled.due(), None, "not yet");
        pulled.told = pulled.told.checked_sub(EVERY).unwrap();
        assert_eq!(pulled.due().unwrap(), "2.2 of 4.0 MB");
        assert_eq!(
            pulled.read(br#"{"error":"manifest unknown"}"#),
            Err("manifest unknown".to_owned())
        );
    }
}
