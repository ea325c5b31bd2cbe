//! The releases of pixi, from GitHub's API.

use diagnostics::{Diagnostic, Failure, Secret};
use http_client::{Client, Request};
use pixi_workspace::PixiVersion;
use serde::Deserialize;

use super::facts::Facts;
use super::version::{Choice, Release, Wish, choose};

/// A page is about a megabyte: GitHub lists each of some thirty files of a release at length.
const PER_PAGE: usize = 20;

/// More pages than pixi has releases.
const PAGES: usize = 25;

/// The last patch of each minor version, from 0.0 to 0.77, for when the network is not asked.
const LAST_PATCHES: [u64; 78] = [
    8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 2, 1, 1, 0, 1, 1, 1, 0, 0, 2, 0, 1, 1, 2, 0, 0, 0,
    2, 0, 0, 0, 0, 0, 0, 5, 3, 4, 1, 3, 0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 2,
    0, 0, 0, 2, 1, 0, 2, 3, 2, 0, 0, 0, 2, 0,
];

/// The releases there were when this was written, newest last.
pub fn known() -> Vec<Release> {
    let minors = (0..).zip(LAST_PATCHES);
    let all = minors.flat_map(|(minor, last)| (0..=last).map(move |patch| (minor, patch)));
    let release =
        |(minor, patch)| Release { version: PixiVersion::new(0, minor, patch), is_ready: true };
    all.map(release).collect()
}

/// Where the releases of pixi are.
#[derive(Clone, Debug)]
pub struct Server {
    /// The API.
    pub api: String,
    /// The web pages; downloads are below them.
    pub web: String,
    /// For the API alone, and only where it is the API the token is for.
    pub token: Option<Secret>,
}

impl Server {
    /// github.com, where pixi is, whichever server the workflow runs on; a loopback address in the
    /// runner's variables stands in for it. The token goes to the API it was made for, or nowhere.
    pub fn new(api: &str, web: &str, token: Option<Secret>) -> Self {
        let public = "https://api.github.com";
        let is_public = api == public || is_loopback(api);
        let web = if is_loopback(web) { web } else { "https://github.com" };
        Self {
            api: if is_public { api } else { public }.to_owned(),
            web: web.to_owned(),
            token: token.filter(|_| is_public),
        }
    }

    /// The folder of a release's files.
    pub fn downloads(&self, version: PixiVersion) -> String {
        format!("{}/prefix-dev/pixi/releases/download/v{version}", self.web)
    }
}

fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return false;
    }
    let host = match authority.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[derive(Deserialize)]
struct Listed {
    tag_name: String,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    prerelease: bool,
    #[serde(default)]
    assets: Vec<Asset>,
}

#[derive(Deserialize)]
struct Asset {
    name: String,
    #[serde(default)]
    state: Option<String>,
}

impl Listed {
    /// A release of pixi; build back ends and prereleases have other tags.
    fn release(&self, file: &str) -> Option<Release> {
        let version = self.tag_name.strip_prefix('v')?;
        let version = version.parse().ok().filter(|_| version.split('.').count() == 3)?;
        let is_there = |asset: &Asset| {
            asset.name == file && asset.state.as_deref().is_none_or(|state| state == "uploaded")
        };
        let is_ready = !self.draft && !self.prerelease && self.assets.iter().any(is_there);
        Some(Release { version, is_ready })
    }
}

/// The release that was asked for. Releases come newest first, twenty at a time, until one fits.
///
/// # Errors
/// No release fits; the list cannot be had.
pub async fn resolve(
    client: &Client,
    server: &Server,
    file: &str,
    wish: &Wish,
    facts: &Facts,
) -> Result<Choice, Failure> {
    let mut releases = Vec::new();
    for page in 1..=PAGES {
        let listed = list(client, server, page).await?;
        releases.extend(listed.iter().filter_map(|listed| listed.release(file)));
        let is_last = listed.len() < PER_PAGE;
        match choose(&releases, wish, facts) {
            // Without a fitting one the newest is taken; whether there is one, the rest tells.
            Ok(choice) if is_last || !choice.is_makeshift => return Ok(choice),
            Err(error) if is_last => return Err(error.into()),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(choose(&releases, wish, facts)?)
}

async fn list(client: &Client, server: &Server, page: usize) -> Result<Vec<Listed>, Failure> {
    let url =
        format!("{}/repos/prefix-dev/pixi/releases?per_page={PER_PAGE}&page={page}", server.api);
    let mut request = Request::get(&url);
    if let Some(token) = &server.token {
        request = request.bearer(token);
    }
    let answer = client.send(request).await.map_err(with_way_out)?;
    let status = answer.status.as_u16();
    if matches!(status, 403 | 429) {
        let message =
            format!("GET {url}: the server answered {status}, the limit of requests is reached");
        return Err(Diagnostic::outside("install/releases", message)
            .with_help("give a `token`, which has a limit of its own, or an exact `pixi-version`, which needs no list")
            .into());
    }
    let answer = answer.success().map_err(with_way_out)?;
    serde_json::from_slice(&answer.body).map_err(|error| {
        let message = format!("GET {url}: the list of releases cannot be read: {error}");
        Diagnostic::outside("install/releases", message)
            .with_help("give an exact `pixi-version`, which needs no list")
            .into()
    })
}

fn with_way_out(error: http_client::Error) -> Failure {
    Diagnostic::from(error)
        .with_note("the list of pixi's releases is needed because `pixi-version` is not exact")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixi_is_on_github_com_or_on_this_machine() {
        let token = || Some(Secret::new("t"));
        let public = Server::new("https://api.github.com", "https://github.com", token());
        assert_eq!(public.api, "https://api.github.com");
        assert!(public.token.is_some());
        let version = PixiVersion::new(0, 77, 0);
        let folder = "https://github.com/prefix-dev/pixi/releases/download/v0.77.0";
        assert_eq!(public.downloads(version), folder);
        for api in ["https://ghes.example/api/v3", "http://127.0.0.1@ghes.example/"] {
            let own = Server::new(api, "https://ghes.example", token());
            assert_eq!((own.api.as_str(), own.token.is_some()), ("https://api.github.com", false));
            assert_eq!(own.downloads(version), folder);
        }
        let near = Server::new("http://127.0.0.1:8080", "http://[::1]:8080", token());
        assert!(near.token.is_some());
        assert!(near.downloads(version).starts_with("http://[::1]:8080/prefix-dev/pixi/"));
    }

    #[test]
    fn the_known_releases_end_where_this_was_written() {
        let known = known();
        let last = known.last().map(|release| release.version);
        assert_eq!(last, Some(PixiVersion::new(0, 77, 0)));
        let has = |minor, patch| {
            known.iter().any(|known| known.version == PixiVersion::new(0, minor, patch))
        };
        assert!(has(48, 2) && !has(48, 3) && has(67, 2) && has(71, 3) && !has(74, 1));
    }

    #[test]
    fn only_whole_releases_of_pixi_count() {
        let read = |text: &str| serde_json::from_str::<Listed>(text).unwrap().release("a.tar.gz");
        let ready = r#"{"tag_name":"v0.77.0","assets":[{"name":"a.tar.gz","state":"uploaded"}]}"#;
        assert!(read(ready).unwrap().is_ready);
        let others = [
            r#"{"tag_name":"v0.77.0","assets":[{"name":"a.tar.gz","state":"starter"}]}"#,
            r#"{"tag_name":"v0.77.0","assets":[]}"#,
            r#"{"tag_name":"v0.77.0","draft":true,"assets":[{"name":"a.tar.gz"}]}"#,
            r#"{"tag_name":"v0.77.0","prerelease":true,"assets":[{"name":"a.tar.gz"}]}"#,
        ];
        for text in others {
            assert!(!read(text).unwrap().is_ready, "{text}");
        }
        for tag in
            ["0.77.0", "v0.33.0rc1", "v0.39.2-prerelease.0", "pixi-build-rust-v0.5.6", "v0.77"]
        {
            assert_eq!(read(&format!(r#"{{"tag_name":"{tag}"}}"#)), None, "{tag}");
        }
    }
}
