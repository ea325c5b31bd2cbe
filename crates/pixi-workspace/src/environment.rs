//! What an environment amounts to: its features put together as a version of pixi does.
//!
//! Read in pixi 0.77.0 (`features_ext.rs`, `platform_composition.rs`, `target.rs`) and 0.48.2.

use config::Spanned;

use crate::manifest::{
    Channel, DEFAULT, Dependency, Environment, Feature, Manifest, PypiDependency, Target,
};
use crate::{Era, PixiVersion};

mod locked;
mod project;
mod requirements;
mod rows;

pub(crate) use locked::is_default;
pub use requirements::{Declared, Requirements};
pub use rows::{DeclaredRow, default_virtual_packages};

/// An environment as a version of pixi sees it.
#[derive(Clone, Debug)]
pub struct View<'m> {
    manifest: &'m Manifest,
    environment: &'m Environment,
    version: PixiVersion,
    features: Vec<&'m Feature>,
    rows: Vec<DeclaredRow>,
    project: Vec<(String, PypiDependency)>,
}

impl<'m> View<'m> {
    /// The environment of a name; `None` if the manifest has none.
    pub fn new(manifest: &'m Manifest, name: &str, version: PixiVersion) -> Option<Self> {
        manifest.environment(name).map(|environment| Self::of(manifest, environment, version))
    }

    /// Every environment, in the manifest's order.
    pub fn all(manifest: &'m Manifest, version: PixiVersion) -> Vec<Self> {
        manifest
            .environments
            .iter()
            .map(|environment| Self::of(manifest, environment, version))
            .collect()
    }

    /// An environment of the manifest.
    pub fn of(manifest: &'m Manifest, environment: &'m Environment, version: PixiVersion) -> Self {
        let features = features_of(manifest, environment);
        let rows = rows::rows(manifest, environment, &features, version);
        let project = project::pypi(manifest);
        Self { manifest, environment, version, features, rows, project }
    }

    /// Its name.
    pub fn name(&self) -> &'m str {
        &self.environment.name.value
    }

    /// The manifest it stands in.
    pub fn manifest(&self) -> &'m Manifest {
        self.manifest
    }

    /// The environment as written.
    pub fn environment(&self) -> &'m Environment {
        self.environment
    }

    /// The version of pixi that looks.
    pub fn version(&self) -> PixiVersion {
        self.version
    }

    /// Its features in order; the default feature comes last, unless left out.
    pub fn features(&self) -> &[&'m Feature] {
        &self.features
    }

    /// The platforms it can be installed for, in declared order.
    pub fn rows(&self) -> &[DeclaredRow] {
        &self.rows
    }

    /// The row of a name.
    pub fn row(&self, name: &str) -> Option<&DeclaredRow> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// The environments of its solve-group, itself among them; itself alone without a group.
    pub fn solve_group(&self) -> Vec<&'m Environment> {
        group(self.manifest, self.environment)
    }

    /// The channels, first the one that wins: those of every feature, the workspace's for a feature
    /// that has none, higher priorities first, each once.
    pub fn channels(&self) -> Vec<&'m Channel> {
        let mut all: Vec<&Channel> = self
            .features
            .iter()
            .flat_map(|feature| {
                feature.channels.as_ref().unwrap_or(&self.manifest.workspace.channels)
            })
            .collect();
        all.sort_by_key(|channel| std::cmp::Reverse(channel.priority.unwrap_or(0)));
        let mut once: Vec<&Channel> = Vec::new();
        for channel in all {
            if !once.iter().any(|known| known.name.value == channel.name.value) {
                once.push(channel);
            }
        }
        once
    }

    /// The conda dependencies on a row.
    ///
    /// Within a feature a more specific target overwrites a package, and so does the build table
    /// the host table and that the ordinary one. Features overwrite nothing: two that name a
    /// package must both be met.
    pub fn dependencies(&self, row: &DeclaredRow) -> Vec<&Dependency> {
        let mut all = Vec::new();
        for feature in self.features_on(row) {
            let mut own: Vec<&Dependency> = Vec::new();
            for target in targets_on(feature, row) {
                for table in ["dependencies", "host-dependencies", "build-dependencies"] {
                    for dependency in target.dependencies.iter().filter(|one| one.table == table) {
                        own.retain(|known| known.name.value != dependency.name.value);
                        own.push(dependency);
                    }
                }
            }
            all.extend(own);
        }
        all
    }

    /// `[constraints]` on a row.
    pub fn constraints(&self, row: &DeclaredRow) -> Vec<&Dependency> {
        self.of_features(row, |target| &target.constraints, |one| &one.name)
    }

    /// The Python dependencies on a row, those of `[project]` among them.
    pub fn pypi(&self, row: &DeclaredRow) -> Vec<&PypiDependency> {
        let mut all = self.of_features(row, |target| &target.pypi, |one| &one.name);
        all.extend(
            self.project
                .iter()
                .filter(|(feature, _)| self.takes(feature, Some(row)))
                .map(|(_, dependency)| dependency),
        );
        all
    }

    /// Whether it has Python dependencies on any platform.
    pub fn has_pypi(&self) -> bool {
        self.project.iter().any(|(feature, _)| self.takes(feature, None))
            || self
                .features
                .iter()
                .any(|feature| feature.targets.iter().any(|target| !target.pypi.is_empty()))
    }

    /// Whether it depends on anything, on any platform.
    pub fn has_dependencies(&self) -> bool {
        self.has_pypi()
            || self
                .features
                .iter()
                .any(|feature| feature.targets.iter().any(|target| !target.dependencies.is_empty()))
    }

    /// `[system-requirements]` of the environment's own features, the highest of each.
    pub fn requirements(&self) -> Requirements {
        Requirements::of(self.features.iter().copied())
    }

    /// `[system-requirements]` it is solved with: before 0.71 those of the whole solve-group.
    pub fn solve_requirements(&self) -> Requirements {
        if self.version.era() == Era::Rows {
            return self.requirements();
        }
        let mut features: Vec<&Feature> = Vec::new();
        for member in self.solve_group() {
            for feature in features_of(self.manifest, member) {
                if !features.iter().any(|known| known.name == feature.name) {
                    features.push(feature);
                }
            }
        }
        Requirements::of(features)
    }

    /// The cuda that the environment itself declares for a row, and where. What a solve-group of
    /// pixi before 0.71 lends it is in the row's virtual packages alone.
    pub fn declared_cuda(&self, row: &DeclaredRow) -> Option<Declared> {
        if self.version.era() == Era::Rows && !rows::are_all_bare(self.manifest) {
            let version = row.virtual_package("__cuda")?.to_owned();
            return Some(Declared { version, span: row.span.clone() });
        }
        let applies = row.virtual_package("__cuda").is_some();
        self.requirements().cuda.filter(|_| applies)
    }

    /// The features that count on a row.
    pub fn features_on<'s>(
        &'s self,
        row: &'s DeclaredRow,
    ) -> impl Iterator<Item = &'m Feature> + 's {
        let by_subdir = rows::are_all_bare(self.manifest) || self.version.era() != Era::Rows;
        self.features.iter().copied().filter(move |feature| {
            feature.platforms.as_ref().is_none_or(|names| {
                names
                    .iter()
                    .any(|name| name.value == row.subdir || !by_subdir && name.value == row.name)
            })
        })
    }

    /// Whether it has the feature of a name, on a row; an extra or a group of a project is a
    /// feature without a table of its own.
    fn takes(&self, name: &str, row: Option<&DeclaredRow>) -> bool {
        match (self.manifest.feature(name), row) {
            (Some(_), Some(row)) => self.features_on(row).any(|feature| feature.name == name),
            (Some(_), None) => self.features.iter().any(|feature| feature.name == name),
            (None, _) => self.environment.features.iter().any(|feature| feature.value == name),
        }
    }

    /// What the features say on a row, more specific targets overwriting within a feature.
    fn of_features<T>(
        &self,
        row: &DeclaredRow,
        list: impl Fn(&'m Target) -> &'m Vec<T>,
        name: impl Fn(&T) -> &Spanned<String>,
    ) -> Vec<&'m T> {
        let mut all = Vec::new();
        for feature in self.features_on(row) {
            let mut own: Vec<&T> = Vec::new();
            for target in targets_on(feature, row) {
                for one in list(target) {
                    own.retain(|known| name(known).value != name(one).value);
                    own.push(one);
                }
            }
            all.extend(own);
        }
        all
    }
}

/// The features of an environment, in order.
fn features_of<'m>(manifest: &'m Manifest, environment: &Environment) -> Vec<&'m Feature> {
    let mut features: Vec<&Feature> = environment
        .features
        .iter()
        .filter(|name| name.value != DEFAULT)
        .filter_map(|name| manifest.feature(&name.value))
        .collect();
    if !environment.no_default_feature {
        features.extend(manifest.feature(DEFAULT));
    }
    features
}

/// The environments of a solve-group.
fn group<'m>(manifest: &'m Manifest, environment: &'m Environment) -> Vec<&'m Environment> {
    let Some(name) = &environment.solve_group else { return vec![environment] };
    manifest
        .environments
        .iter()
        .filter(|one| one.solve_group.as_ref().is_some_and(|group| group.value == name.value))
        .collect()
}

/// The targets of a feature that fit a row: first what holds everywhere, then the others as
/// declared; each overwrites what came before.
fn targets_on<'m>(feature: &'m Feature, row: &DeclaredRow) -> impl Iterator<Item = &'m Target> {
    let (everywhere, some): (Vec<&Target>, Vec<&Target>) =
        feature.targets.iter().partition(|target| target.selector.is_none());
    let fitting: Vec<&Target> = some
        .into_iter()
        .filter(|target| target.selector.as_ref().is_some_and(|selector| row.fits(&selector.value)))
        .collect();
    everywhere.into_iter().chain(fitting)
}

#[cfg(test)]
mod tests;
