//! Keys and paths for caching the installed environments.
//!
//! What is cached is `.pixi/envs/<environment>`: it holds absolute paths and one platform row, and
//! pixi notices neither a move nor, with `pixi run`, another row. So place, row and override are
//! in every key, restore keys too; the locked packages are in the last part alone.

pub mod restored;

use std::fmt::Write as _;

use pixi_workspace::lock::{Lock, Row};
use pixi_workspace::{Era, PixiVersion};
use sha2::{Digest, Sha256};

/// How many older minor versions of pixi restore keys name: an environment of theirs is a start.
const OLDER_MINORS: u64 = 2;

/// The longest list of names in a key.
const MAX_NAMES: usize = 48;

/// What is cached.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'b> {
    /// What keys begin with: `pixi-`.
    pub prefix: &'b str,
    /// The lock.
    pub lock: &'b Lock,
    /// The environments that are installed, each with the row that is taken; without one pixi
    /// installs nothing.
    pub environments: &'b [(&'b str, Option<&'b Row>)],
    /// The conda subdir of the machine.
    pub subdir: &'b str,
    /// The pixi that installs.
    pub version: PixiVersion,
    /// The value of `CONDA_OVERRIDE_CUDA` that the steps get.
    pub cuda_override: Option<&'b str>,
    /// The folder of the manifest as host steps know it: environments hold its path.
    pub workspace: &'b str,
    /// The same folder seen from the workspace of the job; empty for that itself.
    pub folder: &'b str,
}

/// Keys and paths for `actions/cache`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Changes when a package of a chosen row does.
    pub key: String,
    /// What may be restored instead, best first: environments of the same row, override, place and
    /// names, with other packages.
    pub restore_keys: Vec<String>,
    /// What is cached, sorted.
    pub paths: Vec<String>,
}

impl Cache {
    /// Keys and paths; the order of environments, packages and lines does not matter.
    pub fn of(basis: &Basis<'_>) -> Self {
        let mut environments = basis.environments.to_vec();
        environments.sort_by_key(|(name, _)| *name);
        environments.dedup_by_key(|(name, _)| *name);
        let names: Vec<&str> = environments.iter().map(|(name, _)| *name).collect();
        let shown = shown(&names);
        let scope = short(&scope(basis, &environments), 8);
        let stem = |minor: u64| {
            let major = basis.version.major;
            format!("{}{}-{major}.{minor}-{shown}-{scope}-", basis.prefix, basis.subdir)
        };
        let minor = basis.version.minor;
        let era = basis.version.era();
        let older = (minor.saturating_sub(OLDER_MINORS)..minor).rev();
        let older =
            older.filter(|minor| PixiVersion { minor: *minor, ..basis.version }.era() == era);
        let packages = short(&packages(basis.lock, &environments), 16);
        Self {
            key: format!("{}{packages}", stem(minor)),
            restore_keys: std::iter::once(minor).chain(older).map(stem).collect(),
            paths: names.iter().map(|name| path(basis.folder, name)).collect(),
        }
    }
}

/// The folder of an environment. `.pixi` itself also holds settings and caches of tasks.
fn path(folder: &str, environment: &str) -> String {
    let folder = folder.trim_matches('/');
    let folder = folder.strip_prefix("./").unwrap_or(folder);
    match folder {
        "" | "." => format!(".pixi/envs/{environment}"),
        folder => format!("{folder}/.pixi/envs/{environment}"),
    }
}

/// The environments by name where that is short, else how many. A key has no comma.
fn shown(names: &[&str]) -> String {
    let joined = names.join("-");
    let is_plain = joined.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if joined.len() <= MAX_NAMES && is_plain && !names.is_empty() {
        joined
    } else {
        format!("{}-environments", names.len())
    }
}

/// Everything but the packages: what a restored environment must have in common.
fn scope(basis: &Basis<'_>, environments: &[(&str, Option<&Row>)]) -> Hash {
    let mut hash = Hash::new("scope");
    hash.add(basis.subdir);
    hash.add(basis.workspace);
    // Before 0.71 the override changes nothing that is installed.
    hash.add(basis.cuda_override.filter(|_| basis.version.era() == Era::Rows).unwrap_or("-"));
    for (name, row) in environments {
        hash.add(name);
        for part in row_identity(basis.lock, *row) {
            hash.add(&part);
        }
    }
    hash
}

/// What a row is, whatever it is called: its subdir and virtual packages.
fn row_identity(lock: &Lock, row: Option<&Row>) -> Vec<String> {
    let Some(row) = row else { return vec!["no row".to_owned()] };
    let mut parts = vec![lock.subdir(row).to_owned()];
    let packages = lock.platform(row).and_then(|platform| platform.virtual_packages.as_ref());
    let mut packages: Vec<String> =
        packages.into_iter().flatten().map(|(name, value)| format!("{name}={value}")).collect();
    packages.sort();
    parts.extend(packages);
    parts
}

fn packages(lock: &Lock, environments: &[(&str, Option<&Row>)]) -> Hash {
    let mut hash = Hash::new("packages");
    for (name, row) in environments {
        hash.add(name);
        let mut packages: Vec<(&str, &str)> = row
            .iter()
            .flat_map(|row| lock.packages(row))
            .map(|package| (package.location.as_str(), package.sha256.as_str()))
            .collect();
        packages.sort_unstable();
        hash.add(&packages.len().to_string());
        for (location, sha256) in packages {
            hash.add(location);
            hash.add(sha256);
        }
    }
    hash
}

/// A hash over texts that keeps them apart.
struct Hash(Sha256);

impl Hash {
    fn new(what: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.add(what);
        hash
    }

    fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }
}

/// The first digits.
fn short(hash: &Hash, digits: usize) -> String {
    let mut text = String::with_capacity(64);
    for byte in hash.0.clone().finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text.truncate(digits);
    text
}

#[cfg(test)]
mod tests;
