//! From the dependencies of an environment to all packages they need.

use std::cell::Cell;
use std::rc::Rc;

use conda::{Fit, MatchSpec};

use super::platforms::row_span;
use super::records::{file, is_source};
use super::row::{Platform, fit, spec_of};
use super::{Kind, Reason};
use crate::manifest::Dependency;

/// Something that is needed.
struct Need<'n> {
    spec: Rc<MatchSpec>,
    by: By<'n>,
    /// Where a package of the lock is noted that met it.
    met_by: Option<&'n Cell<Option<usize>>>,
}

/// Who needs it.
#[derive(Clone, Copy)]
enum By<'n> {
    /// The manifest.
    Environment(&'n Dependency),
    /// A locked package: its place in the row.
    Package(usize),
}

type Step = Result<(), Box<Reason>>;

impl<'a, 'v> Platform<'a, 'v> {
    /// Everything the manifest asks for, and what that asks for in turn.
    pub(super) fn conda_needs(&mut self) -> Step {
        let dependencies = self.view.dependencies(self.row);
        if dependencies.is_empty() && !self.conda.is_empty() && !self.is_partial {
            let logged = format!(
                "there are more conda packages in the {} than are used by the environment: ",
                self.judge.lock_file()
            );
            return Err(self.reason(Kind::Unused, logged));
        }
        let mut stack = Vec::new();
        for dependency in &dependencies {
            if dependency.is_partial {
                self.is_partial = true;
                self.doubt(format!(
                    "`{}` asks for more than a version and a build",
                    dependency.name.value
                ));
            }
            if let Some(spec) = spec_of(dependency) {
                stack.push(Need {
                    spec: Rc::new(spec),
                    by: By::Environment(dependency),
                    met_by: None,
                });
            } else {
                self.is_partial = true;
                self.doubt(format!("the spec of `{}` cannot be read", dependency.name.value));
            }
        }
        self.walk(stack)?;
        self.sources(&dependencies)
    }

    /// What a conda package needs that a Python requirement asked for.
    pub(super) fn needs_of(&mut self, place: usize) -> Step {
        let mut stack = Vec::new();
        self.push_needs(place, &mut stack);
        self.walk(stack)
    }

    /// The last need comes first, as with pixi, so that the same one is named.
    fn walk<'n>(&mut self, mut stack: Vec<Need<'n>>) -> Step
    where
        'a: 'n,
    {
        while let Some(need) = stack.pop() {
            let known = need.met_by.and_then(Cell::get);
            let known = known.and_then(|position| self.places.get(position).copied().flatten());
            let met = if known.is_some() { known } else { self.meet(&need)? };
            let Some(place) = met else { continue };
            if let Some(is_expected) = self.expected.get_mut(place) {
                *is_expected = true;
            }
            self.push_needs(place, &mut stack);
        }
        Ok(())
    }

    /// The needs of a package that is seen for the first time.
    fn push_needs<'n>(&mut self, place: usize, stack: &mut Vec<Need<'n>>)
    where
        'a: 'n,
    {
        match self.visited.get_mut(place) {
            Some(is_visited) if !*is_visited => *is_visited = true,
            _ => return,
        }
        let Some((package, record)) = self.conda_package(place) else { return };
        for (position, depend) in record.depends.iter().enumerate() {
            match &depend.spec {
                Some(spec) if is_conditional(spec) => {
                    self.is_partial = true;
                    self.doubt(format!("`{}` has a condition", package.name));
                }
                Some(spec) => {
                    let (spec, by) = (Rc::clone(spec), By::Package(place));
                    stack.push(Need { spec, by, met_by: Some(&depend.met_by) });
                }
                None => {
                    self.is_partial = true;
                    let depends = package.conda().and_then(|conda| conda.depends.get(position));
                    self.doubt(format!(
                        "`{}` of `{}` cannot be read",
                        depends.map_or("", String::as_str),
                        package.name
                    ));
                }
            }
        }
    }

    /// The place of the package that meets a need; `None` where that is a virtual package.
    fn meet(&mut self, need: &Need<'_>) -> Result<Option<usize>, Box<Reason>> {
        let Some(place) = self.by_name.get(need.spec.name.as_str()).copied() else {
            if let By::Environment(dependency) = need.by
                && dependency.is_source
            {
                let logged = format!(
                    "no package named '{}' exists (required by '<environment>')",
                    need.spec.name
                );
                return Err(self.reason_at(Kind::Source, logged, &dependency.name.span));
            }
            return match self.virtual_fit(&need.spec) {
                Some(true) => Ok(None),
                // It may count under a condition only.
                _ if matches!(need.by, By::Environment(one) if one.is_partial) => Ok(None),
                _ => Err(self.unmet(need)),
            };
        };
        let Some((package, record)) = self.conda_package(place) else { return Ok(None) };
        if let By::Environment(dependency) = need.by
            && dependency.is_source
            && !is_source(package)
        {
            let logged = format!(
                "required source package '{}' is locked as binary (required by '<environment>')",
                need.spec.name
            );
            return Err(self.reason_at(Kind::Source, logged, &dependency.name.span));
        }
        if is_source(package) {
            // Its version and dependencies are what building it says today.
            self.is_partial = true;
            self.doubt(format!("`{}` is built from source", package.name));
            return Ok(Some(place));
        }
        match fit(&need.spec, package, record) {
            Fit::Yes => {
                if let Some(met_by) = need.met_by {
                    met_by.set(self.conda.get(place).copied());
                }
            }
            Fit::No => return Err(self.unmet(need)),
            Fit::Unclear => {
                self.doubt(format!(
                    "`{}` asks for something that the lock does not say",
                    need.spec
                ));
            }
        }
        Ok(Some(place))
    }

    /// A need that nothing meets.
    fn unmet(&self, need: &Need<'_>) -> Box<Reason> {
        let requirer = match need.by {
            By::Environment(_) => "<environment>".to_owned(),
            By::Package(place) => {
                self.conda_package(place).map(|(package, _)| file(package)).unwrap_or_default()
            }
        };
        let logged = format!(
            "the requirement '{}' could not be satisfied (required by '{requirer}')",
            need.spec
        );
        match need.by {
            By::Environment(dependency) => {
                self.reason_at(Kind::Requirement, logged, &dependency.version.span)
            }
            By::Package(place) if need.spec.is_virtual() => {
                let mut reason =
                    self.reason_at(Kind::VirtualPackage, logged, &row_span(self.view, self.row));
                let package = self.conda_package(place).map_or("", |(one, _)| one.name.as_str());
                let declared = self
                    .row
                    .all_virtual_packages()
                    .into_iter()
                    .find(|(name, _)| *name == need.spec.name)
                    .map_or("declares none".to_owned(), |(_, version)| {
                        format!("declares {version}")
                    });
                reason.truth = Some(format!(
                    "the locked {package} needs {}, and environment {} {declared} for {}",
                    need.spec,
                    self.view.name(),
                    self.row.name
                ));
                reason
            }
            By::Package(_) => self.reason(Kind::Requirement, logged),
        }
    }

    /// Source packages that nothing asks for as such.
    fn sources(&mut self, dependencies: &[&'v Dependency]) -> Step {
        let sources: Vec<String> = self
            .conda
            .iter()
            .filter_map(|position| self.judge.records.package(*position))
            .filter(|package| is_source(package))
            .map(|package| package.name.clone())
            .collect();
        let is_asked = |name: &str| {
            dependencies.iter().any(|one| one.is_source && one.name.value.to_lowercase() == name)
        };
        // One source package may ask for another, which only building it would tell.
        if let [only] = sources.as_slice()
            && !is_asked(only)
        {
            let logged =
                format!("package '{only}' is locked as source, but is only required as binary");
            return Err(self.reason(Kind::Source, logged));
        }
        Ok(())
    }
}

/// Whether a spec counts under a condition, or for an extra.
fn is_conditional(spec: &MatchSpec) -> bool {
    spec.others.iter().any(|(key, _)| matches!(key.as_str(), "when" | "extras" | "flags"))
}
