//! Lock files that name the project itself, kept in step with its new version.
//!
//! The tool that wrote a lock is not run: the version of the project's own entry is replaced, and
//! what else stands in the file stays. Entries are found by the place of the project, as the lock
//! has it, so a dependency of the same name is never touched.

mod cargo;
mod npm;
mod python;
mod workspace;

use config::Spanned;
use diagnostics::{Diagnostic, Source};

use crate::stamp::python as pep440;

/// `lock_files`: which lock files are kept in step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LockFiles {
    /// None, as in python-semantic-release.
    #[default]
    Off,
    /// Those beside stamped manifests, or above them.
    Auto,
    /// These.
    List(Vec<Spanned<String>>),
}

/// The lock files that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `Cargo.lock`.
    Cargo,
    /// `package-lock.json` and `npm-shrinkwrap.json`.
    Npm,
    /// `pixi.lock`.
    Pixi,
    /// `poetry.lock`.
    Poetry,
    /// `uv.lock`.
    Uv,
}

impl Kind {
    /// All names, in the order they are looked for.
    const NAMES: [(&'static str, Self); 6] = [
        ("uv.lock", Self::Uv),
        ("poetry.lock", Self::Poetry),
        ("pixi.lock", Self::Pixi),
        ("Cargo.lock", Self::Cargo),
        ("package-lock.json", Self::Npm),
        ("npm-shrinkwrap.json", Self::Npm),
    ];

    /// The kind a path tells.
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// The manifest whose version the lock repeats.
    const fn manifest(self) -> &'static str {
        match self {
            Self::Cargo => "Cargo.toml",
            Self::Npm => "package.json",
            Self::Pixi | Self::Poetry | Self::Uv => "pyproject.toml",
        }
    }

    /// Whether a project has an entry in its own lock at all times. The others name it only where
    /// something depends on it.
    const fn names_itself(self) -> bool {
        matches!(self, Self::Cargo | Self::Npm | Self::Uv)
    }
}

/// A manifest whose version has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    /// Its text before, where the commit has it.
    pub before: Option<String>,
    /// Its text with the new version.
    pub after: String,
}

/// The files around, seen from the root of the repository, with the changes of this release.
pub trait Files {
    /// The text of a file; `None` where there is none.
    fn text(&self, path: &str) -> Option<String>;
    /// The folders in a folder.
    fn folders(&self, path: &str) -> Vec<String>;
}

/// A project as its lock should have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name, as the manifest has it.
    name: String,
    /// Its version, as the manifest has it.
    version: String,
    /// Its folder, from the lock's; `.` for the same.
    folder: String,
    /// An entry that is missing is an error.
    required: bool,
    /// What pixi keeps of a project's files: before and after.
    tree: Option<(String, String)>,
}

/// A lock file and what has to stand in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Relative to the root of the repository.
    pub path: String,
    /// Where it is named, for messages.
    pub item: Option<Spanned<String>>,
    kind: Kind,
    packages: Vec<Package>,
}

/// The lock files to keep in step.
///
/// `listed` are the paths of the settings, from the root, with their items.
///
/// # Errors
/// A listed file that is no known lock file.
pub fn find(
    mode: &LockFiles,
    listed: Vec<(String, Spanned<String>)>,
    manifests: &[Manifest],
    files: &dyn Files,
) -> Result<Vec<Lock>, Diagnostic> {
    let mut wanted: Vec<(String, Kind, Option<Spanned<String>>)> = Vec::new();
    for (path, item) in listed {
        let kind = Kind::of_path(&path).ok_or_else(|| {
            let message = format!("`{}` is no lock file that is known", item.value);
            let names: Vec<&str> = Kind::NAMES.iter().map(|(name, _)| *name).collect();
            item.error("release/lock-file", message)
                .with_help(format!("known are {}", names.join(", ")))
        })?;
        wanted.push((path, kind, Some(item)));
    }
    if *mode == LockFiles::Auto {
        for manifest in manifests {
            for (name, kind) in Kind::NAMES {
                if !manifest.path.ends_with(kind.manifest()) {
                    continue;
                }
                let found = ancestors(folder(&manifest.path))
                    .map(|folder| join(folder, name))
                    .find(|path| files.text(path).is_some());
                if let Some(path) =
                    found.filter(|path| wanted.iter().all(|(known, ..)| known != path))
                {
                    wanted.push((path, kind, None));
                }
            }
        }
    }
    let lock = |(path, kind, item): (String, Kind, Option<Spanned<String>>)| {
        let packages = packages(&path, kind, item.is_some(), manifests, files);
        Lock { path, item, kind, packages }
    };
    Ok(wanted.into_iter().map(lock).collect())
}

/// The projects a lock should name, with their versions.
fn packages(
    path: &str,
    kind: Kind,
    listed: bool,
    manifests: &[Manifest],
    files: &dyn Files,
) -> Vec<Package> {
    let top = folder(path);
    let own = manifests
        .iter()
        .filter(|manifest| manifest.path.rsplit('/').next() == Some(kind.manifest()));
    match kind {
        Kind::Cargo => workspace::packages(top, own, files),
        Kind::Npm => own.filter_map(|manifest| npm::package(top, manifest, listed)).collect(),
        Kind::Pixi | Kind::Poetry | Kind::Uv => {
            own.filter_map(|manifest| python::package(top, kind, listed, manifest, files)).collect()
        }
    }
}

impl Lock {
    /// The lock with the new versions.
    ///
    /// # Errors
    /// It cannot be read, or a project that must be in it is not.
    pub fn apply(&self, source: &Source) -> Result<String, Diagnostic> {
        let result = match self.kind {
            Kind::Cargo => cargo::apply(source, &self.packages),
            Kind::Npm => npm::apply(source, &self.packages),
            Kind::Pixi => python::pixi(source, &self.packages),
            Kind::Poetry => python::poetry(source, &self.packages),
            Kind::Uv => python::uv(source, &self.packages),
        };
        result.map_err(|problem| match problem {
            Problem::Missing(package) => self.missing(source, &package),
            Problem::NotPep440(version) => Diagnostic::bad_input(
                "release/python-form",
                format!("`{version}` has no form by PEP 440, which `{}` needs", source.name()),
            )
            .with_help("name prereleases `alpha`, `beta`, `rc` or `dev`"),
            Problem::Other(diagnostic) => *diagnostic,
        })
    }

    fn missing(&self, source: &Source, package: &Package) -> Diagnostic {
        let Package { name, folder, .. } = package;
        let message = format!("`{}` has no entry for `{name}` in `{folder}`", source.name());
        let problem = match &self.item {
            Some(item) => item.error("release/lock-file", message),
            None => Diagnostic::bad_input("release/lock-file", message),
        };
        problem.with_help("write the lock anew with its own tool, or take it out of `lock_files`")
    }
}

/// Why a lock cannot be kept in step.
enum Problem {
    Missing(Box<Package>),
    NotPep440(String),
    Other(Box<Diagnostic>),
}

impl From<text_edit::EditError> for Problem {
    fn from(error: text_edit::EditError) -> Self {
        Self::Other(Box::new(error.into()))
    }
}

impl From<diagnostics::Failure> for Problem {
    fn from(failure: diagnostics::Failure) -> Self {
        let first = failure.diagnostics.into_iter().next();
        Self::Other(Box::new(
            first.unwrap_or_else(|| Diagnostic::bug("a failure without a reason")),
        ))
    }
}

/// The form Python's tools write into their locks.
fn in_python(version: &str) -> Result<String, Problem> {
    // A version of the user's own that is no semantic one stays as it is.
    let is_semver = crate::version::Version::parse(version, "").is_ok();
    match pep440(version) {
        Some(text) => Ok(text),
        None if is_semver => Err(Problem::NotPep440(version.to_owned())),
        None => Ok(version.to_owned()),
    }
}

/// The folder of a path from the root; empty for the root.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A folder and those above it, the root last.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |path| (!path.is_empty()).then(|| self::folder(path)))
}

/// The way from one folder to another, both from the root; `.` for the same.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    let way: Vec<String> = up.chain(to.iter().skip(shared).cloned()).collect();
    if way.is_empty() { ".".to_owned() } else { way.join("/") }
}

/// A path as a lock writes it, without `./` in front, `/` behind and backslashes.
fn normal(path: &str) -> String {
    let path = path.replace('\\', "/");
    let parts: Vec<&str> =
        path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests;
