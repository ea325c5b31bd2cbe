//! Channels and indexes.

use super::{Judge, Kind, Reason};
use crate::View;
use crate::lock::LockedEnvironment;
use crate::manifest::{Channel, DEFAULT, Feature, PypiOptions};

/// Where pixi looks for Python packages unless told otherwise.
pub(super) const PYPI: &str = "https://pypi.org/simple";

/// The URL of a channel: names are below conda.anaconda.org, and every URL ends in a slash.
fn url(channel: &str) -> String {
    let channel = channel.trim_end_matches('/');
    if is_path(channel) {
        return channel.to_owned();
    }
    match channel.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let slash = if path.is_empty() { "" } else { "/" };
            format!("{}://{}/{path}{slash}", scheme.to_lowercase(), host.to_lowercase())
        }
        None => format!("https://conda.anaconda.org/{channel}/"),
    }
}

fn is_path(channel: &str) -> bool {
    channel.starts_with(['.', '/', '~', '\\']) || channel.starts_with("file:")
}

/// An index as written, its scheme and host in lower case.
fn index(text: &str) -> String {
    match text.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            format!("{}://{}/{path}", scheme.to_lowercase(), host.to_lowercase())
        }
        None => text.to_owned(),
    }
}

impl<'a> Judge<'a> {
    /// The features an environment is solved with: those of its whole solve-group.
    pub(super) fn group_features(&self, view: &View<'a>) -> Vec<&'a Feature> {
        let mut features: Vec<&Feature> = Vec::new();
        for environment in view.solve_group() {
            for feature in View::of(self.manifest, environment, self.version).features() {
                if !features.iter().any(|known| known.name == feature.name) {
                    features.push(feature);
                }
            }
        }
        features
    }

    pub(super) fn channels(
        &mut self,
        view: &View<'a>,
        locked: &LockedEnvironment,
    ) -> Option<Reason> {
        let mut declared: Vec<&Channel> = self
            .group_features(view)
            .iter()
            .flat_map(|one| one.channels.as_ref().unwrap_or(&self.manifest.workspace.channels))
            .collect();
        declared.sort_by_key(|channel| std::cmp::Reverse(channel.priority.unwrap_or(0)));
        let mut wanted: Vec<(String, &Channel)> = Vec::new();
        for channel in declared {
            let url = url(&channel.name.value);
            if !wanted.iter().any(|(known, _)| *known == url) {
                wanted.push((url, channel));
            }
        }
        let known: Vec<String> = locked.channels.iter().map(|channel| self::url(channel)).collect();
        let first = wanted
            .iter()
            .enumerate()
            .find(|(position, (url, _))| known.get(*position) != Some(url))
            .map(|(_, (_, channel))| channel);
        if first.is_none() && known.len() == wanted.len() {
            return None;
        }
        let has_path = wanted.iter().map(|(url, _)| url).chain(&known).any(|url| is_path(url));
        if has_path {
            self.doubt(view, None, "a channel is a folder, whose URL depends on the machine");
            return None;
        }
        let starts_alike = known.iter().zip(&wanted).all(|(known, (wanted, _))| known == wanted);
        let is_extended = wanted.len() > known.len() && starts_alike;
        let mut reason = if is_extended && self.since(64) {
            let text = "channels were extended with additional lower-priority channels";
            self.reason(view, Kind::ChannelsExtended, text)
        } else {
            let file = self.lock_file();
            let text = format!("the channels in the {file} do not match the environments channels");
            self.reason(view, Kind::Channels, text)
        };
        if let Some(channel) = first {
            reason.place = Some((channel.name.source.clone(), channel.name.span.clone()));
        }
        Some(reason)
    }

    /// The `pypi-options` an environment is solved with, one after the other; later ones win.
    fn pypi_options(&self, view: &View<'a>) -> Vec<&'a PypiOptions> {
        let mut all = vec![&self.manifest.workspace.pypi_options];
        // Of two features that set one value pixi takes only equal ones, so the order is free.
        all.extend(self.group_features(view).iter().map(|feature| &feature.pypi_options));
        all
    }

    pub(super) fn indexes(&self, view: &View<'a>, locked: &LockedEnvironment) -> Option<Reason> {
        if !view.has_pypi() {
            return None;
        }
        let options = self.pypi_options(view);
        let main = options.iter().rev().find_map(|one| one.index_url.as_ref());
        let mut wanted = vec![index(main.map_or(PYPI, |url| url.value.as_str()))];
        let mut links = Vec::new();
        for one in &options {
            for url in &one.extra_index_urls {
                let url = index(&url.value);
                // The main index may come again among the extra ones, as written.
                if !wanted.iter().skip(1).any(|known| *known == url) {
                    wanted.push(url);
                }
            }
            for url in &one.find_links {
                if !links.contains(&url.value) {
                    links.push(url.value.clone());
                }
            }
        }
        let logged = if let Some(known) = &locked.indexes {
            let known: Vec<String> = known.iter().map(|url| index(url)).collect();
            if known == wanted && locked.find_links == links {
                return None;
            }
            "the indexes used to previously solve to lock file do not match the environments indexes."
        } else {
            let has_packages = locked
                .rows
                .iter()
                .flat_map(|row| self.lock.packages(row))
                .any(|package| package.pypi().is_some());
            if self.lock.version < 5 || !has_packages {
                return None;
            }
            "the indexes used to previously solve to lock file are missing"
        };
        let mut reason = self.reason(view, Kind::Indexes, logged);
        let written = options
            .iter()
            .flat_map(|one| {
                one.index_url.iter().chain(&one.extra_index_urls).chain(&one.find_links)
            })
            .next();
        if let Some(url) = written {
            reason.place = Some((url.source.clone(), url.span.clone()));
        }
        Some(reason)
    }

    /// `prerelease-mode`, written or not, and where.
    pub(super) fn prerelease_mode(&self, view: &View<'a>) -> Option<&'a config::Spanned<String>> {
        self.pypi_options(view).iter().rev().find_map(|one| one.prerelease_mode.as_ref())
    }
}

/// What a feature says, the default feature what the workspace says.
pub(super) fn of_feature<'a, T>(
    view: &View<'a>,
    own: impl Fn(&'a Feature) -> Option<&'a T>,
    workspace: Option<&'a T>,
) -> Option<&'a T> {
    view.features()
        .iter()
        .find_map(|feature| own(feature).or_else(|| workspace.filter(|_| feature.name == DEFAULT)))
}

#[cfg(test)]
mod tests {
    use super::{index, url};

    #[test]
    fn a_channel_has_one_url() {
        for text in [
            "conda-forge",
            "https://conda.anaconda.org/conda-forge",
            "https://conda.anaconda.org/conda-forge/",
            "HTTPS://Conda.Anaconda.org/conda-forge//",
        ] {
            assert_eq!(url(text), "https://conda.anaconda.org/conda-forge/", "{text}");
        }
        assert_eq!(url("https://prefix.dev"), "https://prefix.dev/");
        assert_eq!(url("c/label/dev"), "https://conda.anaconda.org/c/label/dev/");
        assert_eq!(url("./local/"), "./local");
    }

    #[test]
    fn an_index_keeps_its_slash() {
        assert_eq!(index("https://PyPI.org/simple"), "https://pypi.org/simple");
        assert_eq!(index("https://pypi.org/simple/"), "https://pypi.org/simple/");
    }
}
