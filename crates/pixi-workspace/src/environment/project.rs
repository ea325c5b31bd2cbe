//! What `[project]` of a `pyproject.toml` adds to the features.

use conda::pep508::Requirement;
use config::Spanned;

use crate::manifest::{DEFAULT, Manifest, PypiDependency, PythonProject};

/// The Python dependencies that stand in no table of pixi's, each with the name of the feature it
/// joins: those of the project the default one, those of an extra or a group the one of its name.
pub(super) fn pypi(manifest: &Manifest) -> Vec<(String, PypiDependency)> {
    let Some(project) = &manifest.python else { return Vec::new() };
    let PythonProject { dependencies, optional_dependencies, dependency_groups, .. } = project;
    let groups = optional_dependencies
        .iter()
        .chain(dependency_groups)
        .map(|(name, texts)| (name.value.as_str(), texts));
    std::iter::once((DEFAULT, dependencies))
        .chain(groups)
        .flat_map(|(feature, texts)| {
            texts.iter().filter_map(|text| Some((feature.to_owned(), dependency(text)?)))
        })
        .collect()
}

/// A requirement as pixi's own table would have it.
fn dependency(text: &Spanned<String>) -> Option<PypiDependency> {
    let requirement: Requirement = text.value.parse().ok()?;
    let with = |value: String| text.clone().map(|_| value);
    let specifiers = requirement.specifiers.to_string();
    let version = if specifiers.is_empty() { "*".to_owned() } else { specifiers };
    let marker = text.value.split_once(';').map(|(_, marker)| marker.trim().to_owned());
    Some(PypiDependency {
        name: with(requirement.name),
        version: with(version),
        extras: requirement.extras,
        path: None,
        is_editable: false,
        is_remote: requirement.url.is_some(),
        index: None,
        marker,
    })
}
