//! A manifest: `pixi.toml`, `pyproject.toml` or `mojoproject.toml`.
//!
//! The model keeps what was written, with its place, and nothing that was not: what an environment
//! amounts to follows in [`crate::environment`].

mod dependencies;
mod discover;
mod environments;
mod explain;
mod feature;
mod judge;
mod keys;
mod platforms;
mod pypi;
mod pyproject;
mod reader;
mod requirements;
mod requires;
mod root;
mod target;
mod workspace;

use std::path::PathBuf;

use config::Spanned;
use diagnostics::Source;

pub use discover::{Undiscovered, discover};
pub use explain::EXPLANATIONS;
pub use reader::{Document, read};

/// The name of the feature that stands at the top of a manifest.
pub const DEFAULT: &str = "default";

/// A manifest.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Its text; the name is the path as users know it.
    pub source: Source,
    /// Where it is.
    pub path: PathBuf,
    /// Which of the three files it is.
    pub kind: Kind,
    /// `[workspace]`, or `[project]` of old.
    pub workspace: Workspace,
    /// The features; the first is [`DEFAULT`], what stands at the top of the manifest.
    pub features: Vec<Feature>,
    /// The environments; `default` is there always, first, in the manifest or not.
    pub environments: Vec<Environment>,
    /// `[project]` of a `pyproject.toml`.
    pub python: Option<PythonProject>,
    /// Keys that bear on whether a lock is up to date, but whose values are not kept: `dev`,
    /// `no-build`, `dependency-overrides`, `exclude-newer` of a channel or a package.
    pub unjudged: Vec<Spanned<String>>,
}

/// Which file a manifest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `pixi.toml`.
    Pixi,
    /// `pyproject.toml`, everything below `tool.pixi`.
    Pyproject,
    /// `mojoproject.toml`.
    Mojoproject,
}

/// What holds for the whole manifest.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The bytes of the header that opens it.
    pub header: std::ops::Range<usize>,
    /// Whether it is called `[project]`.
    pub is_project: bool,
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `channels`, in order of priority.
    pub channels: Vec<Channel>,
    /// `platforms`, in declared order.
    pub platforms: Vec<Platform>,
    /// `requires-pixi`, as written.
    pub requires_pixi: Option<Spanned<String>>,
    /// `channel-priority`.
    pub channel_priority: Option<Spanned<String>>,
    /// `solve-strategy`.
    pub solve_strategy: Option<Spanned<String>>,
    /// `exclude-newer`.
    pub exclude_newer: Option<Spanned<String>>,
    /// `pypi-options` of the workspace.
    pub pypi_options: PypiOptions,
}

/// A channel as written: a name, a URL, or a table with `channel` and `priority`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Name or URL.
    pub name: Spanned<String>,
    /// `priority` of the table form.
    pub priority: Option<i64>,
}

/// One entry of `platforms`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// What features and `[target.<name>]` call it: the given name, the subdir of a bare entry, or
    /// what pixi makes of an unnamed rich one (`linux-64-cuda-12-0`).
    pub name: String,
    /// The conda subdir, `linux-64`.
    pub subdir: String,
    /// The declared virtual packages, `__cuda`, each with its version as written; empty for a bare
    /// entry.
    pub virtual_packages: Vec<(String, String)>,
    /// Whether it is the text form.
    pub is_bare: bool,
    /// The bytes of the entry.
    pub span: std::ops::Range<usize>,
}

/// A feature: a part of the manifest that environments are put together from.
#[derive(Clone, Debug, Default)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// The bytes of its header, or of the first thing that belongs to it.
    pub header: std::ops::Range<usize>,
    /// Whether it was made of the inline content of an environment (pixi 0.74).
    pub is_inline: bool,
    /// `channels`.
    pub channels: Option<Vec<Channel>>,
    /// `platforms`, names of the workspace's.
    pub platforms: Option<Vec<Spanned<String>>>,
    /// `system-requirements`.
    pub system_requirements: Option<SystemRequirements>,
    /// What it depends on, whatever the platform, and for some.
    pub targets: Vec<Target>,
    /// `pypi-options`.
    pub pypi_options: PypiOptions,
    /// `channel-priority` and `solve-strategy` of a feature.
    pub channel_priority: Option<Spanned<String>>,
    /// `solve-strategy`.
    pub solve_strategy: Option<Spanned<String>>,
}

/// `[system-requirements]`.
#[derive(Clone, Debug, Default)]
pub struct SystemRequirements {
    /// The bytes of the table's header, or of the inline table.
    pub span: std::ops::Range<usize>,
    /// `linux`.
    pub linux: Option<Spanned<String>>,
    /// `cuda`.
    pub cuda: Option<Spanned<String>>,
    /// `macos`.
    pub macos: Option<Spanned<String>>,
    /// `libc`: the family, `glibc` unless said otherwise, and the version.
    pub libc: Option<(String, Spanned<String>)>,
}

/// Dependencies for all platforms, or for those a selector fits.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// `linux-64`, `linux`, `unix`, `osx`, `win`, or the name of a rich platform; absent: all.
    pub selector: Option<Spanned<String>>,
    /// `dependencies`, `host-dependencies` and `build-dependencies`.
    pub dependencies: Vec<Dependency>,
    /// `constraints`: limits on what is locked, not needs (pixi 0.66).
    pub constraints: Vec<Dependency>,
    /// `pypi-dependencies`.
    pub pypi: Vec<PypiDependency>,
    /// `activation.env`: variables set on activation.
    pub activation_env: Vec<(Spanned<String>, Spanned<String>)>,
    /// `activation.scripts`.
    pub activation_scripts: Vec<Spanned<String>>,
    /// Tasks: name, and the command as written where there is one.
    pub tasks: Vec<(Spanned<String>, Option<Spanned<String>>)>,
}

/// A conda dependency.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The package, lower case.
    pub name: Spanned<String>,
    /// The table it stands in: `dependencies`, `host-dependencies`, `build-dependencies`, `constraints`.
    pub table: &'static str,
    /// The version spec, `*` when a table form leaves it out.
    pub version: Spanned<String>,
    /// `build`: a glob or a regex.
    pub build: Option<Spanned<String>>,
    /// `build-number`.
    pub build_number: Option<Spanned<String>>,
    /// `channel`: not compared with the lock.
    pub channel: Option<Spanned<String>>,
    /// `path`, `git` or `url`, and not of an archive: built from source.
    pub is_source: bool,
    /// Whether it asks for more than is kept here: `extras`, `when`, a hash, a licence.
    pub is_partial: bool,
}

/// A Python dependency.
#[derive(Clone, Debug)]
pub struct PypiDependency {
    /// The package, normalised as PEP 503 says.
    pub name: Spanned<String>,
    /// The specifiers, `*` for any.
    pub version: Spanned<String>,
    /// `extras`.
    pub extras: Vec<String>,
    /// `path`, as written.
    pub path: Option<Spanned<String>>,
    /// `editable`.
    pub is_editable: bool,
    /// `git` or `url`.
    pub is_remote: bool,
    /// `index`.
    pub index: Option<Spanned<String>>,
    /// `env-markers`, or the marker of a PEP 508 text.
    pub marker: Option<String>,
}

/// `[pypi-options]`.
#[derive(Clone, Debug, Default)]
pub struct PypiOptions {
    /// `index-url`.
    pub index_url: Option<Spanned<String>>,
    /// `extra-index-urls`.
    pub extra_index_urls: Vec<Spanned<String>>,
    /// `find-links`: URLs and paths.
    pub find_links: Vec<Spanned<String>>,
    /// `prerelease-mode`.
    pub prerelease_mode: Option<Spanned<String>>,
}

/// An environment.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub name: Spanned<String>,
    /// Whether it stands in the manifest; `default` may not.
    pub is_declared: bool,
    /// The features, in order; [`DEFAULT`] is not named and comes last, unless left out.
    pub features: Vec<Spanned<String>>,
    /// `no-default-feature`.
    pub no_default_feature: bool,
    /// `solve-group`.
    pub solve_group: Option<Spanned<String>>,
}

/// `[project]` of a `pyproject.toml`: pixi adds its dependencies to the default feature.
#[derive(Clone, Debug, Default)]
pub struct PythonProject {
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `requires-python`: a conda dependency on python.
    pub requires_python: Option<Spanned<String>>,
    /// `dependencies`, PEP 508 each.
    pub dependencies: Vec<Spanned<String>>,
    /// `optional-dependencies`: an extra each, with what it includes; features of that name take
    /// them. One that a group of the same name hides is left out.
    pub optional_dependencies: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// `[dependency-groups]`, with what they include.
    pub dependency_groups: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
}

impl Kind {
    /// The kind a file name stands for.
    pub fn of(path: &std::path::Path) -> Option<Self> {
        match path.file_name()?.to_str()? {
            "pixi.toml" => Some(Self::Pixi),
            "pyproject.toml" => Some(Self::Pyproject),
            "mojoproject.toml" => Some(Self::Mojoproject),
            _ => None,
        }
    }

    /// The name of such a file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Pixi => "pixi.toml",
            Self::Pyproject => "pyproject.toml",
            Self::Mojoproject => "mojoproject.toml",
        }
    }

    /// What stands before the name of every table of pixi: `tool.pixi.` or nothing.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Pyproject => "tool.pixi.",
            Self::Pixi | Self::Mojoproject => "",
        }
    }
}

impl SystemRequirements {
    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.linux.is_none() && self.cuda.is_none() && self.macos.is_none() && self.libc.is_none()
    }
}

impl Feature {
    /// The name of the feature that the inline content of an environment makes; no feature in a
    /// manifest can be called so by accident.
    pub fn inline_name(environment: &str) -> String {
        format!("environment '{environment}'")
    }

    /// What pixi calls it in its messages: `feature 'gpu'`, `environment 'gpu'`.
    pub fn shown(&self) -> String {
        if self.is_inline { self.name.clone() } else { format!("feature '{}'", self.name) }
    }
}

impl Manifest {
    /// The feature of a name.
    pub fn feature(&self, name: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.name == name)
    }

    /// The environment of a name.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name.value == name)
    }

    /// Whether a platform declares virtual packages.
    pub fn has_rich_platforms(&self) -> bool {
        self.workspace.platforms.iter().any(|platform| !platform.virtual_packages.is_empty())
    }
}

#[cfg(test)]
mod tests;
