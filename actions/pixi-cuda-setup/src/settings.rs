//! What the user asked for: flags and inputs over the settings file.

mod read;
mod schema;

use std::path::PathBuf;

use config::Spanned;
use diagnostics::{Secret, Severity};

pub use read::read;
pub use schema::schema;

/// The settings of a run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `manifest-path`: a manifest or its folder.
    pub manifest_path: Option<Spanned<String>>,
    /// `environments`.
    pub environments: Environments,
    /// `platform`: the conda subdir.
    pub platform: Option<Spanned<String>>,
    /// `cuda`.
    pub cuda: Cuda,
    /// `locked`; `None` is `auto`.
    pub locked: Option<bool>,
    /// `frozen`.
    pub frozen: bool,
    /// `require-cuda`.
    pub require_cuda: Vec<Spanned<String>>,
    /// `allow-cpu`.
    pub allow_cpu: Vec<Spanned<String>>,
    /// `dockerfile`; `None` looks for them, an empty list is `off`.
    pub dockerfiles: Option<Vec<Spanned<String>>>,
    /// `ignore`.
    pub ignore: Vec<Ignore>,
    /// `fail-on`: the least severity that fails; `None` is `never`.
    pub fail_on: Option<Severity>,
    /// `fix`, where it was given.
    pub fix: Option<Fix>,
    /// `pixi-version`, where it was given.
    pub pixi_version: Option<Spanned<String>>,
    /// `pixi-sha256`.
    pub pixi_sha256: Option<Spanned<String>>,
    /// `pixi-url`.
    pub pixi_url: Option<Spanned<String>>,
    /// `pixi-url-headers`.
    pub pixi_url_headers: Option<Secret>,
    /// `pixi-bin-path`.
    pub pixi_bin_path: Option<PathBuf>,
    /// `cache-prefix`.
    pub cache_prefix: String,
}

/// Which environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Environments {
    /// `default`, since none was named.
    Default,
    /// `*`.
    All,
    /// These, each once, in order.
    Named(Vec<Spanned<String>>),
}

/// `cuda`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cuda {
    /// An override where one is needed and there is no driver.
    Auto,
    /// No override.
    Off,
    /// This one.
    Version(Spanned<String>),
}

/// What becomes of an incomplete manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Nothing.
    Off,
    /// A diff is shown.
    Diff,
    /// It is edited.
    Write,
}

/// A finding to leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// Its code.
    pub code: Spanned<String>,
    /// Only in this environment.
    pub environment: Option<String>,
}

#[cfg(test)]
mod tests;
