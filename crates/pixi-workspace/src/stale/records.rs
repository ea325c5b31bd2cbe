//! What of a locked package is read once, however many rows hold it.

use std::cell::OnceCell;

use conda::{MatchSpec, Version};

use crate::lock::{Lock, Package, PackageKind};

/// The packages of a lock, each read when it is first looked at.
pub(super) struct Records<'l> {
    lock: &'l Lock,
    read: Vec<OnceCell<Record>>,
}

/// A conda package.
pub(super) struct Record {
    /// The version; absent where it is none.
    pub(super) version: Option<Version>,
    /// The number at the end of the build string.
    pub(super) build_number: Option<u64>,
    /// `depends`; absent where one cannot be read.
    pub(super) depends: Vec<Option<MatchSpec>>,
}

impl<'l> Records<'l> {
    pub(super) fn new(lock: &'l Lock) -> Self {
        Self { lock, read: lock.packages.iter().map(|_| OnceCell::new()).collect() }
    }

    /// The package at a position of the lock.
    pub(super) fn package(&self, position: usize) -> Option<&'l Package> {
        self.lock.packages.get(position)
    }

    /// The conda package at a position of the lock.
    pub(super) fn conda(&self, position: usize) -> Option<&Record> {
        let package = self.lock.packages.get(position)?;
        let conda = package.conda()?;
        Some(self.read.get(position)?.get_or_init(|| Record {
            version: package.version.parse().ok(),
            build_number: conda::archive::build_number(&conda.build),
            depends: conda.depends.iter().map(|text| text.parse().ok()).collect(),
        }))
    }
}

/// Whether a package is built from source.
pub(super) fn is_source(package: &Package) -> bool {
    matches!(package.kind, PackageKind::CondaSource(_))
}

/// The file of a package, as pixi names who requires something.
pub(super) fn file(package: &Package) -> String {
    if is_source(package) {
        return format!("{} @ {}", package.name, package.location);
    }
    let path = package.location.split(['#', '?']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or(path).to_owned()
}
