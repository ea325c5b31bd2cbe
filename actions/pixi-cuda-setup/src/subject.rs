//! What a run is about: manifest and lock, read; which pixi; which environments; which machine.

use std::path::{Path, PathBuf};

use action_kit::Context;
use config::{Spanned, nearest};
use diagnostics::{Diagnostic, Failure, Source};
use pixi_workspace::lock::{self, Lock, Trouble};
use pixi_workspace::manifest::{Document, Manifest, discover};
use pixi_workspace::{Finding, Holds, PixiVersion};

use crate::install::facts::{self, Facts};
use crate::install::releases;
use crate::install::version::{Choice, Wish, choose};
use crate::settings::{Environments, Settings};

/// The newest pixi whose behaviour is known: newer ones are taken to behave like it.
pub const NEWEST_KNOWN: PixiVersion = PixiVersion::new(0, 77, 0);

/// The name of a lock.
const LOCK: &str = "pixi.lock";

/// What was read before it is known which pixi will run.
#[derive(Clone, Debug)]
pub struct Files {
    /// The folder of the manifest; relative names of files start here.
    pub root: PathBuf,
    /// How that folder is called from the folder of the run: empty, or `sub/`.
    pub prefix: String,
    /// The manifest, parsed.
    pub document: Document,
    /// The lock, or why there is none.
    pub lock: Result<Lock, Trouble>,
}

/// What a run is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The files.
    pub files: Files,
    /// The manifest as this pixi reads it.
    pub manifest: Manifest,
    /// Which pixi, and why.
    pub pixi: Choice,
    /// The environments that are installed, in the order they were named.
    pub environments: Vec<String>,
    /// The conda subdir.
    pub subdir: String,
    /// What was found on the way.
    pub findings: Vec<Finding>,
}

impl Files {
    /// Finds and reads manifest and lock.
    ///
    /// # Errors
    /// No manifest, or one that cannot be read or is not TOML; a lock that is there and cannot be read.
    /// What is wrong inside a lock is no error here.
    pub fn read(context: &Context, settings: &Settings) -> Result<Self, Failure> {
        let folder = context.working_directory()?;
        let asked = settings.manifest_path.as_ref().map(|path| Path::new(&path.value));
        let path = discover(&folder, asked).map_err(Diagnostic::from)?;
        let root = path.parent().unwrap_or(Path::new("/")).to_owned();
        let prefix = match root.strip_prefix(context.base_dir()) {
            Ok(inside) if inside.as_os_str().is_empty() => String::new(),
            Ok(inside) => format!("{}/", inside.display()),
            Err(_) => format!("{}/", root.display()),
        };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = format!("{prefix}{}", name.unwrap_or_default());
        let text = std::fs::read_to_string(&path).map_err(|error| {
            Diagnostic::bad_input("manifest/unreadable", format!("cannot read `{name}`: {error}"))
                .with_help("check its permissions, and that it is UTF-8")
        })?;
        let document = Document::parse(&Source::file(name, text), &path)?;
        let lock = read_lock(&root.join(LOCK), &format!("{prefix}{LOCK}"))?;
        Ok(Self { root, prefix, document, lock })
    }

    /// What decides which pixi suits them.
    pub fn facts(&self) -> Facts {
        Facts::new(Some(self.document.clone()), facts::format(&self.lock))
    }

    /// The name of a file beside the manifest, as users know it.
    pub fn name(&self, file: &str) -> String {
        format!("{}{file}", self.prefix)
    }
}

/// The lock, or why it is none.
///
/// # Errors
/// A lock that is there and cannot be read: it is not a missing one.
fn read_lock(path: &Path, name: &str) -> Result<Result<Lock, Trouble>, Diagnostic> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(lock::read(&Source::file(name, text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Ok(Err(Trouble::missing(name)))
        }
        Err(error) => {
            let message = format!("cannot read `{name}`: {error}");
            Err(Diagnostic::bad_input("lock/unreadable", message)
                .with_help("check that it is a file of UTF-8 text, and its permissions"))
        }
    }
}

/// Which pixi will run, when the network is not asked: of the releases that are known.
///
/// # Errors
/// A wish that is no version, or that no known version meets.
pub fn assumed(settings: &Settings, files: &Files) -> Result<Choice, Diagnostic> {
    let wish = Wish::read(settings.pixi_version.as_ref())?;
    choose(&releases::known(), &wish, &files.facts())
}

impl Subject {
    /// Reads the manifest as `pixi` does, and looks up the environments.
    pub fn new(files: Files, settings: &Settings, pixi: Choice, machine: &str) -> Self {
        let (manifest, mut findings) = files.document.read(pixi.version);
        let environments = match &settings.environments {
            Environments::Default => vec!["default".to_owned()],
            Environments::All => {
                manifest.environments.iter().map(|one| one.name.value.clone()).collect()
            }
            Environments::Named(named) => {
                findings.extend(named.iter().filter_map(|name| unknown(&manifest, name)));
                let is_known =
                    |name: &&Spanned<String>| manifest.environment(&name.value).is_some();
                named.iter().filter(is_known).map(|name| name.value.clone()).collect()
            }
        };
        let subdir = settings.platform.as_ref().map_or(machine, |platform| &platform.value);
        let subdir = subdir.to_owned();
        Self { files, manifest, pixi, environments, subdir, findings }
    }

    /// The lock, where it can be read.
    pub fn lock(&self) -> Option<&Lock> {
        self.files.lock.as_ref().ok()
    }

    /// Whether an environment was asked for.
    pub fn is_requested(&self, name: &str) -> bool {
        self.environments.iter().any(|asked| asked == name)
    }
}

/// The finding for an environment that the manifest does not have.
pub fn unknown(manifest: &Manifest, name: &Spanned<String>) -> Option<Finding> {
    let asked = &name.value;
    if manifest.environment(asked).is_some() {
        return None;
    }
    let known: Vec<&str> =
        manifest.environments.iter().map(|one| one.name.value.as_str()).collect();
    let finding = Finding::error(
        "manifest/unknown-environment",
        format!("the manifest has no environment `{asked}`, only {}", quoted(&known)),
    )
    .at(&name.source, &name.span)
    .prevents(format!("unknown environment '{asked}'"))
    .environment(asked.clone())
    .holds(Holds::ALL);
    Some(match nearest(asked, known.iter().copied()) {
        Some(near) => finding.remedy(format!("did you mean `{near}`?")),
        None => finding.remedy(format!(
            "add `{asked} = []` below `[environments]`: it has what the default feature has; `pixi-cuda-setup fix` shows the edit"
        )),
    })
}

/// Names in backticks.
pub fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The conda subdir of this machine.
pub const fn machine_subdir() -> &'static str {
    if cfg!(target_arch = "aarch64") { "linux-aarch64" } else { "linux-64" }
}

impl Subject {
    /// Whether `pixi install` gets `--locked`: asked for, or there is a lock and nothing else was.
    pub fn is_locked(&self, settings: &Settings) -> bool {
        let exists = !matches!(&self.files.lock, Err(Trouble { kind: lock::Kind::Missing, .. }));
        settings.locked.unwrap_or(exists && !settings.frozen)
    }

    /// What is wrong with the lock as a file, or worth knowing about its format.
    pub fn lock_findings(&self, settings: &Settings) -> Vec<Finding> {
        let (version, locked) = (self.pixi.version, self.is_locked(settings));
        match &self.files.lock {
            Ok(lock) => lock.findings(version, locked, settings.frozen),
            Err(trouble) => vec![trouble.finding(version, locked, settings.frozen)],
        }
    }
}
