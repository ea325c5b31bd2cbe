//! One platform of an environment: whether the locked packages meet what is asked for, and whether
//! all of them are needed.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use conda::{Fit, MatchSpec, Version};

use super::platforms::row_span;
use super::records::{Record, is_source};
use super::{Judge, Kind, Reason};
use crate::View;
use crate::environment::DeclaredRow;
use crate::lock::Package;
use crate::manifest::Dependency;

/// A platform whose packages are as they should be.
pub(super) struct Verified<'a> {
    /// The position of the environment.
    pub(super) environment: usize,
    /// The platform.
    pub(super) platform: String,
    /// The conda packages that conda packages ask for.
    pub(super) expected: HashSet<&'a str>,
    /// The conda packages that meet a Python requirement.
    pub(super) used_by_python: HashSet<&'a str>,
}

/// What is known while a platform is looked at.
pub(super) struct Platform<'a, 'v> {
    pub(super) judge: &'v mut Judge<'a>,
    pub(super) view: &'v View<'a>,
    pub(super) row: &'v DeclaredRow,
    /// Whether the lock has a row for it.
    pub(super) is_locked: bool,
    /// The conda packages: positions in the lock.
    pub(super) conda: Vec<usize>,
    /// The Python packages, likewise.
    pub(super) python: Vec<usize>,
    /// Where the packages of the lock are in `conda`, by their positions there.
    pub(super) places: Vec<Option<usize>>,
    /// The conda packages by name: positions in `conda`.
    pub(super) by_name: HashMap<&'a str, usize>,
    /// Which of `conda` something asked for.
    pub(super) visited: Vec<bool>,
    /// Which of `conda` the manifest or a conda package asked for.
    pub(super) expected: Vec<bool>,
    pub(super) used_by_python: HashSet<&'a str>,
    /// Whether something is asked for that cannot be seen, so that nothing is surely unused.
    pub(super) is_partial: bool,
    /// What it is solved with: name, version, build string.
    virtual_packages: Vec<(String, Version, String)>,
}

type Step = Result<(), Box<Reason>>;

impl<'a> Judge<'a> {
    /// One platform.
    pub(super) fn row(
        &mut self,
        position: usize,
        view: &View<'a>,
        row: &DeclaredRow,
    ) -> Result<Verified<'a>, Box<Reason>> {
        let mut platform = Platform::new(self, view, row);
        platform.check()?;
        let expected = platform.expected();
        let Platform { used_by_python, .. } = platform;
        Ok(Verified { environment: position, platform: row.name.clone(), expected, used_by_python })
    }
}

impl<'a, 'v> Platform<'a, 'v> {
    fn new(judge: &'v mut Judge<'a>, view: &'v View<'a>, row: &'v DeclaredRow) -> Self {
        let lock = judge.lock;
        let locked = view.locked_row(lock, row);
        let (mut conda, mut python) = (Vec::new(), Vec::new());
        let mut places = vec![None; lock.packages.len()];
        for position in locked.into_iter().flat_map(|locked| &locked.packages) {
            let Some(package) = lock.packages.get(*position) else { continue };
            if package.conda().is_none() {
                python.push(*position);
                continue;
            }
            if let Some(place) = places.get_mut(*position) {
                *place = Some(conda.len());
            }
            conda.push(*position);
        }
        let virtual_packages = row
            .all_virtual_packages()
            .into_iter()
            .filter_map(|(name, text)| {
                let (version, build) = text.split_once('=').unwrap_or((text.as_str(), "0"));
                // Written as version 0, compared as the machine has it.
                let version = if name == "__archspec" { "1" } else { version };
                Some((name, version.parse().ok()?, build.to_owned()))
            })
            .collect();
        let visited = vec![false; conda.len()];
        Self {
            is_locked: locked.is_some(),
            judge,
            view,
            row,
            conda,
            python,
            places,
            by_name: HashMap::new(),
            expected: visited.clone(),
            visited,
            used_by_python: HashSet::new(),
            is_partial: false,
            virtual_packages,
        }
    }

    /// The locked package at a place of `conda`.
    pub(super) fn conda_package(&self, place: usize) -> Option<(&'a Package, &'a Record)> {
        let position = *self.conda.get(place)?;
        let records = self.judge.records;
        Some((records.package(position)?, records.conda(position)?))
    }

    /// The names of what was asked for.
    fn expected(&self) -> HashSet<&'a str> {
        let asked = self.conda.iter().zip(&self.expected).filter(|(_, is_expected)| **is_expected);
        asked
            .filter_map(|(position, _)| self.judge.records.package(*position))
            .map(|package| package.name.as_str())
            .collect()
    }

    pub(super) fn doubt(&mut self, why: impl Into<String>) {
        self.judge.doubt(self.view, Some(&self.row.name), why);
    }

    /// A reason about this platform.
    pub(super) fn reason(&self, kind: Kind, logged: impl Into<String>) -> Box<Reason> {
        let mut reason = self.judge.reason(self.view, kind, logged);
        reason.platform = Some(self.row.name.clone());
        if !self.is_locked {
            let (kind, truth) = self.judge.row_missing(self.view, self.row);
            let span = row_span(self.view, self.row);
            reason.kind = kind;
            reason.truth = Some(truth);
            reason.place = Some((self.judge.manifest.source.clone(), span));
        }
        Box::new(reason)
    }

    /// The same, placed at what is written, unless the whole row is missing.
    pub(super) fn reason_at(
        &self,
        kind: Kind,
        logged: impl Into<String>,
        span: &Range<usize>,
    ) -> Box<Reason> {
        let mut reason = self.reason(kind, logged);
        if self.is_locked && !span.is_empty() {
            reason.place = Some((self.judge.manifest.source.clone(), span.clone()));
        }
        reason
    }

    /// pixi's order.
    fn check(&mut self) -> Step {
        // What `dev` packages need is asked for too.
        self.is_partial = self.judge.has_unjudged("dev");
        self.purls()?;
        self.names()?;
        let python = self.python_needs();
        self.superfluous_python(&python)?;
        self.constraints()?;
        self.conda_needs()?;
        // What Python packages want is asked after all conda packages, but told after the unused.
        let problem = self.python_packages(python)?;
        self.unused()?;
        if self.judge.has_unjudged("dependency-overrides") {
            // What is overridden may meet other requirements than those that are written.
            return Ok(());
        }
        problem.map_or(Ok(()), Err)?;
        self.unused_python()
    }

    /// Python packages came to a lock that does not say which conda packages stand for some.
    fn purls(&self) -> Step {
        if !self.view.has_pypi() || !self.python.is_empty() {
            return Ok(());
        }
        let mut packages =
            self.conda.iter().filter_map(|position| self.judge.records.package(*position));
        let has_purls = packages.any(|package| {
            !is_source(package) && package.conda().is_some_and(|conda| conda.purls.is_some())
        });
        if has_purls { Ok(()) } else { Err(self.reason(Kind::MissingPurls, "missing purls")) }
    }

    fn names(&mut self) -> Step {
        let records = self.judge.records;
        for (place, position) in self.conda.iter().enumerate() {
            let Some(package) = records.package(*position) else { continue };
            if self.by_name.insert(&package.name, place).is_some() {
                let logged = format!("there was a duplicate entry for '{}'", package.name);
                return Err(self.reason(Kind::Duplicate, logged));
            }
        }
        let mut seen = HashSet::new();
        for position in &self.python {
            let Some(package) = records.package(*position) else { continue };
            if !seen.insert(&package.name) {
                let logged = format!("there was a duplicate entry for '{}'", package.name);
                return Err(self.reason(Kind::Duplicate, logged));
            }
        }
        Ok(())
    }

    /// `[constraints]`: limits on what is locked.
    fn constraints(&mut self) -> Step {
        if !self.judge.since(66) {
            return Ok(());
        }
        for constraint in self.view.constraints(self.row) {
            let Some((package, record)) = self
                .by_name
                .get(constraint.name.value.as_str())
                .and_then(|place| self.conda_package(*place))
                .filter(|(package, _)| !is_source(package))
            else {
                continue;
            };
            let Some(spec) = spec_of(constraint) else {
                self.doubt(format!("`{}` is no spec", constraint.version.value));
                continue;
            };
            if fit(&spec, package, record) == Fit::No {
                let shown = spec.to_string();
                let limit = shown.strip_prefix(spec.name.as_str()).unwrap_or(&shown).trim_start();
                let logged = format!(
                    "the locked package '{}' with version '{}' does not satisfy the constraint \
                     '{limit}'",
                    package.name, package.version
                );
                return Err(self.reason_at(Kind::Constraint, logged, &constraint.version.span));
            }
        }
        Ok(())
    }

    /// Whether a virtual package is declared as a spec wants it; `None` where there is none of that
    /// name.
    pub(super) fn virtual_fit(&self, spec: &MatchSpec) -> Option<bool> {
        let (_, version, build) =
            self.virtual_packages.iter().find(|(name, _, _)| *name == spec.name)?;
        Some(
            spec.version.as_ref().is_none_or(|wanted| wanted.matches(version))
                && spec.build.as_ref().is_none_or(|wanted| wanted.matches(build)),
        )
    }

    /// Locked conda packages that nothing asked for.
    fn unused(&mut self) -> Step {
        let unused: Vec<&str> = self
            .conda
            .iter()
            .zip(&self.visited)
            .filter(|(_, is_visited)| !**is_visited)
            .filter_map(|(position, _)| self.judge.records.package(*position))
            .map(|package| package.name.as_str())
            .collect();
        if unused.is_empty() {
            return Ok(());
        }
        if self.is_partial {
            // The doubt is noted already.
            return Ok(());
        }
        let logged = format!(
            "there are more conda packages in the {} than are used by the environment: {}",
            self.judge.lock_file(),
            unused.join(", ")
        );
        Err(self.reason(Kind::Unused, logged))
    }
}

/// A dependency of the manifest as a match spec. `requires-python` may have forms that pixi takes
/// there only.
pub(super) fn spec_of(dependency: &Dependency) -> Option<MatchSpec> {
    let text = dependency.version.value.as_str();
    let mut spec = MatchSpec::of_name(dependency.name.value.to_lowercase());
    let plain = || text.split_whitespace().collect::<String>();
    spec.version = Some(conda::VersionSpec::in_manifest(text).or_else(|_| plain().parse()).ok()?);
    if let Some(build) = &dependency.build {
        spec.build = Some(build.value.parse().ok()?);
    }
    if let Some(number) = &dependency.build_number {
        spec.build_number = Some(number.value.parse().ok()?);
    }
    Some(spec)
}

/// Whether a locked package is what a spec of its name wants.
pub(super) fn fit(spec: &MatchSpec, package: &Package, record: &Record) -> Fit {
    let Some(version) = &record.version else { return Fit::Unclear };
    let build = package.conda().map_or("", |conda| conda.build.as_str());
    spec.matches(&conda::Record {
        // The walk found it by this name.
        name: &spec.name,
        version,
        build,
        build_number: record.build_number,
        sha256: &package.sha256,
    })
}
