//! What of a locked package is read once, however many rows hold it.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use conda::pep508::Requirement;
use conda::{MatchSpec, Version, pep440};

use crate::lock::{Lock, Package, PackageKind};

/// The packages of a lock, each read when it is first looked at.
pub(super) struct Records<'l> {
    lock: &'l Lock,
    read: Vec<OnceCell<Record>>,
    provided: Vec<OnceCell<Vec<Provided>>>,
    /// Specs by their text: many packages depend on the same.
    specs: RefCell<HashMap<&'l str, Option<Rc<MatchSpec>>>>,
    requirements: RefCell<HashMap<&'l str, Option<Rc<Requirement>>>>,
}

/// A Python package that a conda package stands for: its name, and its version where it is one.
pub(super) type Provided = (String, Option<pep440::Version>);

/// A conda package.
pub(super) struct Record {
    /// The version; absent where it is none.
    pub(super) version: Option<Version>,
    /// The number at the end of the build string.
    pub(super) build_number: Option<u64>,
    /// `depends`.
    pub(super) depends: Vec<Depend>,
}

/// A dependency of a conda package.
pub(super) struct Depend {
    /// What is needed; absent where it cannot be read.
    pub(super) spec: Option<Rc<MatchSpec>>,
    /// The position of a package that met it: rows share most of their packages.
    pub(super) met_by: Cell<Option<usize>>,
}

impl<'l> Records<'l> {
    pub(super) fn new(lock: &'l Lock) -> Self {
        Self {
            lock,
            read: lock.packages.iter().map(|_| OnceCell::new()).collect(),
            provided: lock.packages.iter().map(|_| OnceCell::new()).collect(),
            specs: RefCell::default(),
            requirements: RefCell::default(),
        }
    }

    /// The package at a position of the lock.
    pub(super) fn package(&self, position: usize) -> Option<&'l Package> {
        self.lock.packages.get(position)
    }

    /// The conda package at a position of the lock.
    pub(super) fn conda(&self, position: usize) -> Option<&Record> {
        let package = self.lock.packages.get(position)?;
        let conda = package.conda()?;
        Some(self.read.get(position)?.get_or_init(|| {
            Record {
                version: package.version.parse().ok(),
                build_number: conda::archive::build_number(&conda.build),
                depends: conda
                    .depends
                    .iter()
                    .map(|text| Depend { spec: self.spec(text), met_by: Cell::new(None) })
                    .collect(),
            }
        }))
    }

    fn spec(&self, text: &'l str) -> Option<Rc<MatchSpec>> {
        let mut specs = self.specs.borrow_mut();
        specs.entry(text).or_insert_with(|| text.parse().ok().map(Rc::new)).clone()
    }

    /// A line of `requires_dist`.
    pub(super) fn requirement(&self, text: &'l str) -> Option<Rc<Requirement>> {
        let mut requirements = self.requirements.borrow_mut();
        requirements.entry(text).or_insert_with(|| text.parse().ok().map(Rc::new)).clone()
    }

    /// The Python packages that the package at a position of the lock stands for.
    pub(super) fn provided(&self, position: usize) -> &[Provided] {
        let Some((cell, package)) = self.provided.get(position).zip(self.package(position)) else {
            return &[];
        };
        cell.get_or_init(|| super::python::provided(package))
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
