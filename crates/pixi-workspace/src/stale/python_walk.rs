//! From the Python dependencies of an environment to all Python packages they need.

use std::collections::{HashMap, HashSet};

use conda::pep440::Version;
use conda::pep508::MarkerEnvironment;

use super::channels::PYPI;
use super::python::{Need, Origin, relative, specifiers, suits};
use super::row::Platform;
use super::{Kind, Reason};
use crate::lock::Package;

type Step = Result<(), Box<Reason>>;

fn is_wheel(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extension == "whl")
}

/// What the walk has seen.
#[derive(Default)]
struct Seen<'a> {
    /// The locked Python packages by name.
    locked: HashMap<&'a str, &'a Package>,
    /// What conda packages stand for: the place of the package, and the version.
    provided: HashMap<&'a str, (usize, Option<&'a Version>)>,
    /// Requirements, as shown.
    requirements: HashSet<String>,
    /// Packages.
    packages: HashSet<&'a str>,
    /// The first problem; pixi tells it after the unused conda packages.
    problem: Option<Box<Reason>>,
}

impl<'a> Platform<'a, '_> {
    /// The Python dependencies that count on this platform.
    pub(super) fn python_needs(&mut self) -> Vec<Need> {
        let markers = self.markers();
        let mut needs = Vec::new();
        for dependency in self.view.pypi(self.row) {
            let Some(need) = Need::of(dependency) else {
                self.doubt(format!("`{}` cannot be read", dependency.name.value));
                continue;
            };
            let applies =
                markers.as_ref().is_none_or(|markers| need.requirement.applies(markers, &[]));
            if applies {
                needs.push(need);
            } else if !self.judge.since(63) {
                self.doubt(format!("`{}` has a marker", need.requirement.name));
            }
        }
        needs
    }

    /// What markers are evaluated against: the locked python.
    fn markers(&self) -> Option<MarkerEnvironment> {
        let (python, _) = self.conda_package(*self.by_name.get("python")?)?;
        MarkerEnvironment::of_subdir(&self.row.subdir, &python.version)
    }

    /// Python packages where none is asked for.
    pub(super) fn superfluous_python(&self, needs: &[Need]) -> Step {
        if !needs.is_empty() || self.python.is_empty() {
            return Ok(());
        }
        Err(self.too_many(&self.python_names()))
    }

    fn python_names(&self) -> Vec<&'a str> {
        let records = self.judge.records;
        self.python
            .iter()
            .filter_map(|position| records.package(*position))
            .map(|package| package.name.as_str())
            .collect()
    }

    fn too_many(&self, names: &[&str]) -> Box<Reason> {
        let logged = format!(
            "there are more pypi packages in the {} than are used by the environment: {}",
            self.judge.lock_file(),
            names.join(", ")
        );
        self.reason(Kind::PythonUnused, logged)
    }

    /// Every Python package that is needed; the problem pixi would tell, if any.
    pub(super) fn python_packages(
        &mut self,
        mut queue: Vec<Need>,
    ) -> Result<Option<Box<Reason>>, Box<Reason>> {
        if queue.is_empty() {
            return Ok(None);
        }
        let markers = self.markers();
        let mut seen = self.seen();
        seen.requirements.extend(queue.iter().map(Need::shown));
        while let Some(need) = queue.pop() {
            let name = need.requirement.name.as_str();
            if let Some((place, version)) = seen.provided.get(name).copied() {
                self.met_by_conda(&need, place, version, &mut seen)?;
                continue;
            }
            let Some(package) = seen.locked.get(name).copied() else {
                let logged = format!(
                    "the requirement '{}' could not be satisfied (required by '{}')",
                    need.shown(),
                    need.by
                );
                self.note(&mut seen, &need, Kind::PythonRequirement, logged);
                continue;
            };
            self.met(&need, package, &mut seen);
            let Some(markers) = &markers else {
                let logged = "there are PyPi dependencies but a python interpreter is missing from \
                              the lock file";
                return Err(self.reason(Kind::PythonMissing, logged));
            };
            if seen.packages.insert(&package.name) {
                self.suits(&need, package, markers, &mut seen);
            }
            for text in package.pypi().into_iter().flat_map(|pypi| &pypi.requires_dist) {
                let Some(next) = self.judge.records.requirement(text) else {
                    self.doubt(format!("`{text}` of `{}` cannot be read", package.name));
                    continue;
                };
                if !next.applies(markers, &need.requirement.extras) {
                    continue;
                }
                let next = Need::of_package(next, &package.name);
                if seen.requirements.insert(next.shown()) {
                    queue.push(next);
                }
            }
        }
        self.remember(&seen);
        Ok(seen.problem)
    }

    fn seen(&self) -> Seen<'a> {
        let records = self.judge.records;
        let mut seen = Seen::default();
        for position in &self.python {
            if let Some(package) = records.package(*position) {
                seen.locked.insert(&package.name, package);
            }
        }
        for (place, position) in self.conda.iter().enumerate() {
            for (name, version) in records.provided(*position) {
                seen.provided.insert(name, (place, version.as_ref()));
            }
        }
        seen
    }

    fn note(&self, seen: &mut Seen<'_>, need: &Need, kind: Kind, logged: impl Into<String>) {
        if seen.problem.is_none() {
            seen.problem = Some(self.reason_at(kind, logged, &need.span));
        }
    }

    /// A requirement that a conda package stands for.
    fn met_by_conda(
        &mut self,
        need: &Need,
        place: usize,
        version: Option<&Version>,
        seen: &mut Seen<'_>,
    ) -> Step {
        let Some((package, _)) = self.conda_package(place) else { return Ok(()) };
        let name = &need.requirement.name;
        match (&need.origin, version) {
            (Origin::Index(_), Some(version)) => {
                if !need.requirement.specifiers.contains(version) {
                    let logged = format!(
                        "the conda package does not satisfy the pypi requirement '{}' (required by \
                         '{}')",
                        need.shown(),
                        need.by
                    );
                    self.note(seen, need, Kind::PythonRequirement, logged);
                }
            }
            (Origin::Index(_), None) => {
                self.doubt(format!("the version of `{name}` is none to Python"));
            }
            (Origin::Path(_), _) => {
                let logged = format!(
                    "path dependency on a conda installed package '{name}' is not supported"
                );
                self.note(seen, need, Kind::PythonRequirement, logged);
            }
            (Origin::Remote, _) => {
                let logged = format!(
                    "git dependency on a conda installed package '{name}' is not supported"
                );
                self.note(seen, need, Kind::PythonRequirement, logged);
            }
        }
        self.used_by_python.insert(&package.name);
        self.needs_of(place)
    }

    /// A requirement that a locked Python package is there for.
    fn met(&mut self, need: &Need, package: &Package, seen: &mut Seen<'_>) {
        let name = &package.name;
        let is_path = !package.location.contains("://");
        match &need.origin {
            Origin::Path(path) => match (relative(path), relative(&package.location)) {
                _ if !is_path => {
                    let logged = format!("'{name}' expected a path but the lock file has a url");
                    self.note(seen, need, Kind::PythonRequirement, logged);
                }
                (Some(wanted), Some(locked)) if wanted != locked => {
                    let logged = format!(
                        "'{name}' absolute required path is {path} but currently locked at {}",
                        package.location
                    );
                    self.note(seen, need, Kind::PythonRequirement, logged);
                }
                (Some(_), Some(_)) => {}
                _ => self.doubt(format!("the path of `{name}` depends on the machine")),
            },
            Origin::Remote if need.span.is_empty() => {}
            Origin::Remote => {
                self.doubt(format!("`{name}` comes from git or a URL, which is not compared"));
            }
            // What another package asks for by version may be a project in a folder.
            Origin::Index(_) if is_path && need.span.is_empty() => {}
            Origin::Index(index) => {
                if !need.span.is_empty() {
                    self.same_index(need, index.as_deref(), package, seen);
                }
                let Ok(version) = package.version.parse::<Version>() else {
                    self.doubt(format!("the lock does not say the version of `{name}`"));
                    return;
                };
                if !need.requirement.specifiers.contains(&version) {
                    let logged = format!(
                        "'{name}' with specifiers '{}' does not match the locked version '{version}'",
                        specifiers(&need.requirement.specifiers)
                    );
                    self.note(seen, need, Kind::PythonRequirement, logged);
                }
            }
        }
    }

    /// Whether a package comes from the index the manifest names, or from one of the environment's.
    fn same_index(
        &mut self,
        need: &Need,
        wanted: Option<&str>,
        package: &Package,
        seen: &mut Seen<'_>,
    ) {
        if self.judge.lock.version < 7 || !self.judge.since(68) {
            return;
        }
        let name = &package.name;
        let known = package.pypi().and_then(|pypi| pypi.index.as_deref());
        let plain = |url: &str| url.trim_end_matches('/').to_owned();
        let expected = match (wanted, known) {
            (None, None) => return,
            (Some(_), None) => {
                self.doubt(format!("the lock does not say the index of `{name}`"));
                return;
            }
            (Some(wanted), Some(known)) if wanted == known => return,
            (Some(wanted), Some(_)) => wanted.to_owned(),
            (None, Some(known)) => {
                let locked = self.view.locked_in(self.judge.lock);
                let listed = |one: &crate::lock::LockedEnvironment| {
                    let indexes = one.indexes.iter().flatten().chain(&one.find_links);
                    indexes.cloned().collect::<Vec<_>>()
                };
                let mut indexes = locked.map(listed).unwrap_or_default();
                if indexes.is_empty() {
                    indexes.push(PYPI.to_owned());
                }
                if indexes.iter().any(|one| plain(one) == plain(known)) {
                    return;
                }
                indexes.join(", ")
            }
        };
        let logged = format!(
            "'{name}' requires index {expected} but the lock file has {}",
            known.unwrap_or_default()
        );
        self.note(seen, need, Kind::PythonRequirement, logged);
    }

    /// Whether a Python package goes with the locked python, and whether its metadata can be seen.
    fn suits(
        &mut self,
        need: &Need,
        package: &Package,
        markers: &MarkerEnvironment,
        seen: &mut Seen<'_>,
    ) {
        let Some(pypi) = package.pypi() else { return };
        let name = &package.name;
        if pypi.is_path && !is_wheel(&package.location) {
            self.doubt(format!("`{name}` is a project in a folder, whose metadata pixi reads"));
        }
        let Some(text) = &pypi.requires_python else { return };
        let python = markers.python_full_version.parse::<Version>();
        match (text.parse(), python) {
            (Ok(wanted), Ok(python)) => {
                if !suits(&wanted, &python) {
                    let logged = format!(
                        "'{name}' requires python version {} but the python interpreter in the \
                         lock file has version {python}",
                        specifiers(&wanted)
                    );
                    self.note(seen, need, Kind::PythonVersion, logged);
                }
            }
            _ => self.doubt(format!("`requires_python` of `{name}` cannot be read")),
        }
    }

    /// Keeps which Python packages were asked for.
    fn remember(&mut self, seen: &Seen<'_>) {
        let records = self.judge.records;
        self.python.retain(|position| {
            records.package(*position).is_none_or(|one| !seen.packages.contains(one.name.as_str()))
        });
    }

    /// Locked Python packages that nothing asked for.
    pub(super) fn unused_python(&self) -> Step {
        let names = self.python_names();
        if names.is_empty() { Ok(()) } else { Err(self.too_many(&names)) }
    }
}
