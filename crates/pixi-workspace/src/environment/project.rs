//! What `[project]` of a `pyproject.toml` adds to the features.

use config::Spanned;

use super::{NOWHERE, is_python_project};
use crate::manifest::{
    DEFAULT, Dependency, Environment, Feature, Manifest, PypiDependency, PythonProject,
};

/// Dependencies that stand in no table of pixi's.
#[derive(Clone, Debug, Default)]
pub(super) struct Project {
    /// python itself, for the default feature: `requires-python`, any version without it. Absent
    /// where pixi's own tables name python.
    pub(super) python: Option<Dependency>,
    /// Python dependencies, each with the name of the feature it joins.
    pub(super) pypi: Vec<(String, PypiDependency)>,
}

impl Project {
    pub(super) fn of(manifest: &Manifest, _: &Environment, features: &[&Feature]) -> Self {
        if !is_python_project(manifest) {
            return Self::default();
        }
        let nothing = PythonProject::default();
        let project = manifest.python.as_ref().unwrap_or(&nothing);
        let default = features.iter().find(|feature| feature.name == DEFAULT);
        let names_python = default.is_none_or(|feature| {
            feature.targets.iter().filter(|target| target.selector.is_none()).any(|target| {
                target
                    .dependencies
                    .iter()
                    .any(|one| one.table == "dependencies" && one.name.value == "python")
            })
        });
        let nowhere = |text: &str| Spanned {
            value: text.to_owned(),
            span: NOWHERE,
            source: manifest.source.clone(),
        };
        let python = (!names_python).then(|| {
            let version = project.requires_python.clone().unwrap_or_else(|| nowhere("*"));
            Dependency {
                name: Spanned {
                    value: "python".to_owned(),
                    span: version.span.clone(),
                    source: version.source.clone(),
                },
                table: "dependencies",
                version,
                build: None,
                build_number: None,
                channel: None,
                is_source: false,
            }
        });
        Self { python, pypi: Vec::new() }
    }
}
