//! What is asked for of Python packages, and what conda packages stand for.

use std::ops::Range;
use std::rc::Rc;

use conda::pep440::Comparison;
use conda::pep440::{Specifiers, Version};
use conda::pep508::Requirement;
use conda::{normalize_name, pep440};

use super::records::Provided;
use crate::lock::Package;
use crate::manifest::PypiDependency;

/// A Python package that is needed.
#[derive(Clone)]
pub(super) struct Need {
    pub(super) requirement: Rc<Requirement>,
    /// Who needs it: `<environment>` or a package.
    pub(super) by: String,
    pub(super) origin: Origin,
    /// Where it is written; empty where a package needs it.
    pub(super) span: Range<usize>,
}

/// Where it is to come from.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// An index, named or not.
    Index(Option<String>),
    /// A folder or file.
    Path(String),
    /// git or a URL.
    Remote,
}

impl Need {
    /// A dependency of the manifest; `None` where it cannot be read.
    pub(super) fn of(dependency: &PypiDependency) -> Option<Self> {
        let text = dependency.version.value.trim();
        let specifiers = if text == "*" { Specifiers::default() } else { text.parse().ok()? };
        let marker = dependency.marker.as_ref().filter(|marker| !marker.trim().is_empty());
        let origin = match (&dependency.path, dependency.is_remote) {
            (Some(path), _) => Origin::Path(path.value.clone()),
            (None, true) => Origin::Remote,
            (None, false) => {
                Origin::Index(dependency.index.as_ref().map(|index| index.value.clone()))
            }
        };
        Some(Self {
            requirement: Rc::new(Requirement {
                name: normalize_name(&dependency.name.value),
                extras: dependency.extras.iter().map(|extra| normalize_name(extra)).collect(),
                specifiers,
                url: None,
                marker: marker.map(|marker| marker.parse()).transpose().ok()?,
            }),
            by: "<environment>".to_owned(),
            origin,
            span: dependency.version.span.clone(),
        })
    }

    /// A line of `requires_dist`.
    pub(super) fn of_package(requirement: Rc<Requirement>, package: &str) -> Self {
        let origin = if requirement.url.is_some() { Origin::Remote } else { Origin::Index(None) };
        Self { requirement, by: package.to_owned(), origin, span: 0..0 }
    }

    /// The requirement as uv shows it.
    pub(super) fn shown(&self) -> String {
        let mut shown = Requirement::clone(&self.requirement);
        shown.specifiers = Specifiers::default();
        let shown = shown.to_string();
        let (name, marker) = match shown.split_once(" ; ") {
            Some((name, marker)) => (name, format!(" ; {marker}")),
            None => (shown.as_str(), String::new()),
        };
        format!("{name}{}{marker}", specifiers(&self.requirement.specifiers))
    }
}

/// Specifiers as uv shows them.
pub(super) fn specifiers(specifiers: &Specifiers) -> String {
    let shown: Vec<String> = specifiers.0.iter().map(ToString::to_string).collect();
    shown.join(", ")
}

/// The Python packages a conda package stands for, by its purls: name and version. A package of
/// conda-forge without any stands for the one of its own name.
pub(super) fn provided(package: &Package) -> Vec<Provided> {
    let Some(conda) = package.conda() else { return Vec::new() };
    let Some(purls) = &conda.purls else {
        if !package.location.contains("/conda-forge/") {
            return Vec::new();
        }
        let version: Option<Version> = package.version.parse().ok();
        return version.map(|one| (normalize_name(&package.name), Some(one))).into_iter().collect();
    };
    purls
        .iter()
        .filter_map(|purl| {
            let rest = purl.strip_prefix("pkg:pypi/")?;
            let rest = rest.split(['?', '#']).next()?;
            let (name, version) = match rest.split_once('@') {
                Some((name, version)) => (name, version),
                None => (rest, package.version.as_str()),
            };
            Some((normalize_name(name), version.parse().ok()))
        })
        .collect()
}

/// Whether a python is new enough for `requires_python`. As uv does, only the lower end is looked at.
pub(super) fn suits(requires_python: &Specifiers, python: &Version) -> bool {
    let release = |version: &Version| {
        let numbers: Vec<String> = version.release().iter().map(ToString::to_string).collect();
        numbers.join(".").parse::<pep440::Version>().ok()
    };
    let Some(python) = release(python) else { return true };
    requires_python.0.iter().all(|one| {
        let Some(limit) = release(&one.version) else { return true };
        match one.comparison {
            Comparison::GreaterEqual
            | Comparison::Equal
            | Comparison::EqualStar
            | Comparison::Compatible => python >= limit,
            Comparison::Greater => python > limit,
            _ => true,
        }
    })
}

/// A path without `.` and with `..` resolved; `None` for one that is absolute or leads outside.
pub(super) fn relative(path: &str) -> Option<Vec<&str>> {
    if path.starts_with(['/', '~']) || path.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::{relative, suits};

    #[test]
    fn only_the_lower_end_of_requires_python_counts() {
        let suits = |specifiers: &str, python: &str| {
            suits(&specifiers.parse().expect(specifiers), &python.parse().expect(python))
        };
        assert!(suits(">=3.9", "3.11.4") && suits(">=3.9,<3.11", "3.11.4"));
        assert!(!suits(">=3.12", "3.11.4") && !suits("==3.12.*", "3.11.4"));
        assert!(suits("~=3.9", "3.11") && suits("!=3.11.4", "3.11.4"));
        assert!(!suits(">3.11.4", "3.11.4") && suits("", "2.7"));
    }

    #[test]
    fn paths_are_compared_without_their_detours() {
        assert_eq!(relative("./a//b/../c/"), relative("a/c"));
        assert_eq!(relative("."), relative(""));
        assert_ne!(relative("../a"), relative("a"));
        assert_eq!(relative("/a"), None);
    }
}
