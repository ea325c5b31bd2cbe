//! The project folder and what is declared in it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use toml_edit::DocumentMut;

use crate::process::Run;

/// Features that the test build switches on; every command that builds for tests names them, since
/// another set would compile shared crates again.
pub(crate) const FEATURES: [&str; 2] = ["--features", "github-stand-in/descriptions"];
/// Switches the stories on that need a Docker engine.
pub(crate) const ENGINE: [&str; 2] = ["--features", "action-tests/engine"];

/// The project: where it is, where its own files go.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// The project this program was built from.
    pub(crate) fn find() -> Result<Self> {
        // Set by `cargo run`; the fallback serves a program started by hand.
        let member = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = member.ancestors().nth(2).context("the project folder was not found")?;
        Ok(Self { root: root.to_owned() })
    }

    /// A file or folder of the project.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// The folder for tools, logs and caches; ignored by git.
    pub(crate) fn tools_dir(&self) -> PathBuf {
        self.path(".tools")
    }

    /// The folder cargo builds into.
    pub(crate) fn target_dir(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.path("target"), |given| self.path(given))
    }

    /// A TOML file of the project.
    pub(crate) fn toml(&self, relative: &str) -> Result<DocumentMut> {
        let path = self.path(relative);
        std::fs::read_to_string(&path)
            .with_context(|| format!("failed to read {}", path.display()))?
            .parse()
            .with_context(|| format!("failed to parse {}", path.display()))
    }

    /// `cargo`, run in the project folder.
    pub(crate) fn cargo(&self) -> Run {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Run::new(cargo).dir(&self.root)
    }

    /// Any program, run in the project folder.
    pub(crate) fn run(&self, program: impl AsRef<std::ffi::OsStr>) -> Run {
        Run::new(program).dir(&self.root)
    }

    /// The names of the actions: the folders under `actions/` that are workspace members.
    pub(crate) fn actions(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(self.path("actions")).context("failed to list actions/")? {
            let entry = entry?;
            if entry.path().join("Cargo.toml").is_file() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// Every action.yml below `actions/`, relative to the project: those of the actions, and of
    /// the further actions in their folders.
    pub(crate) fn manifests(&self) -> Result<Vec<PathBuf>> {
        let actions = self.actions()?;
        let mut folders: Vec<PathBuf> =
            actions.iter().map(|name| Path::new("actions").join(name)).collect();
        for folder in folders.clone() {
            for entry in std::fs::read_dir(self.path(&folder))? {
                folders.push(folder.join(entry?.file_name()));
            }
        }
        let mut found: Vec<PathBuf> =
            folders.iter().map(|folder| folder.join("action.yml")).collect();
        found.retain(|manifest| self.path(manifest).is_file());
        found.sort();
        Ok(found)
    }
}
