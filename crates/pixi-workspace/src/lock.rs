//! A lock: `pixi.lock`, formats 4 to 7.

mod environment;
mod events;
mod explain;
mod ignored;
mod location;
mod notices;
mod package;
mod read;
mod trouble;

use std::ops::Range;

use diagnostics::Source;

pub use explain::EXPLANATIONS;
pub use ignored::ignored;
pub use read::{MAX_BYTES, read};
pub use trouble::{Kind, Trouble};

/// A lock.
#[derive(Clone, Debug)]
pub struct Lock {
    /// Its text.
    pub source: Source,
    /// The format: 4 to 7.
    pub version: u8,
    /// The bytes of that number.
    pub version_span: Range<usize>,
    /// `platforms` of format 7. Older formats have none: a row there is a subdir.
    pub platforms: Vec<LockedPlatform>,
    /// The environments, in file order.
    pub environments: Vec<LockedEnvironment>,
    /// Every package once; rows point into this.
    pub packages: Vec<Package>,
}

/// A platform row of format 7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPlatform {
    /// The subdir for a bare one, `p1`, `p2`, … for a rich one.
    pub name: String,
    /// The conda subdir.
    pub subdir: String,
    /// What it was solved with: `__cuda` and `12.1`, `__unix` and `0=0`. Absent where pixi 0.68 to
    /// 0.70 wrote the row.
    pub virtual_packages: Option<Vec<(String, String)>>,
    /// The bytes of the entry.
    pub span: Range<usize>,
}

/// An environment of the lock.
#[derive(Clone, Debug, Default)]
pub struct LockedEnvironment {
    /// Its name.
    pub name: String,
    /// The bytes of its name.
    pub span: Range<usize>,
    /// The channels, URLs, in order of priority.
    pub channels: Vec<String>,
    /// The indexes of Python packages: `index_url` and `extra_index_urls` as `indexes` lists them,
    /// and `find-links`; absent in a lock without Python packages.
    pub indexes: Option<Vec<String>>,
    /// `find-links`.
    pub find_links: Vec<String>,
    /// `options`, names and values as written: `channel-priority`, `strategy`, `pypi-prerelease-mode`, `exclude-newer`.
    pub options: Vec<(String, String)>,
    /// The rows, in file order.
    pub rows: Vec<Row>,
}

/// The packages of an environment on a platform.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The name of the platform: in formats 4 to 6 a subdir.
    pub platform: String,
    /// The bytes of that name.
    pub span: Range<usize>,
    /// Which packages, as positions in [`Lock::packages`].
    pub packages: Vec<usize>,
}

/// A locked package.
#[derive(Clone, Debug)]
pub struct Package {
    /// Where it stands in the lock.
    pub span: Range<usize>,
    /// Where it comes from: URL, or path for one in the workspace; as written.
    pub location: String,
    /// Its name; of a Python package normalised as PEP 503 says.
    pub name: String,
    /// Its version; a local part is kept (`2.6.0+cu124`, never percent-encoded). Empty where the lock does not say.
    pub version: String,
    /// The SHA-256, hexadecimal; empty where there is none.
    pub sha256: String,
    /// Which kind.
    pub kind: PackageKind,
}

/// What only one kind of package has.
#[derive(Clone, Debug)]
pub enum PackageKind {
    /// A conda archive.
    Conda(Conda),
    /// A conda package built from source.
    CondaSource(Conda),
    /// A wheel, a source distribution, or a project in a folder.
    Pypi(Pypi),
}

/// What a conda package has.
#[derive(Clone, Debug, Default)]
pub struct Conda {
    /// The build string, `cuda129_mkl_py311_h1234567_302`.
    pub build: String,
    /// The subdir, `noarch` too.
    pub subdir: String,
    /// `depends`, match specs as written.
    pub depends: Vec<String>,
    /// `constrains`.
    pub constrains: Vec<String>,
    /// `size` of the archive, in bytes.
    pub size: Option<u64>,
    /// `timestamp`, milliseconds since 1970.
    pub timestamp: Option<u64>,
    /// `purls`: the Python packages it stands for; `None` where the key is missing.
    pub purls: Option<Vec<String>>,
}

/// What a Python package has.
#[derive(Clone, Debug, Default)]
pub struct Pypi {
    /// `requires_dist`, PEP 508 each.
    pub requires_dist: Vec<String>,
    /// `requires_python`.
    pub requires_python: Option<String>,
    /// `index` of format 7: where it was found, unless on `PyPI`.
    pub index: Option<String>,
    /// `extras` it was asked for with; positions differ by environment in format 4 and 5.
    pub extras: Vec<String>,
    /// Whether it is a folder of the workspace.
    pub is_path: bool,
    /// `editable`.
    pub is_editable: bool,
}

impl Lock {
    /// The environment of a name.
    pub fn environment(&self, name: &str) -> Option<&LockedEnvironment> {
        self.environments.iter().find(|environment| environment.name == name)
    }

    /// The platform of a row; `None` in formats 4 to 6.
    pub fn platform(&self, row: &Row) -> Option<&LockedPlatform> {
        self.platforms.iter().find(|platform| platform.name == row.platform)
    }

    /// The subdir of a row.
    pub fn subdir<'l>(&'l self, row: &'l Row) -> &'l str {
        self.platform(row).map_or(row.platform.as_str(), |platform| platform.subdir.as_str())
    }

    /// The packages of a row.
    pub fn packages<'l>(&'l self, row: &'l Row) -> impl Iterator<Item = &'l Package> {
        row.packages.iter().filter_map(|position| self.packages.get(*position))
    }
}

impl Package {
    /// What a conda package has, built or not.
    pub fn conda(&self) -> Option<&Conda> {
        match &self.kind {
            PackageKind::Conda(conda) | PackageKind::CondaSource(conda) => Some(conda),
            PackageKind::Pypi(_) => None,
        }
    }

    /// What a Python package has.
    pub fn pypi(&self) -> Option<&Pypi> {
        match &self.kind {
            PackageKind::Pypi(pypi) => Some(pypi),
            PackageKind::Conda(_) | PackageKind::CondaSource(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
