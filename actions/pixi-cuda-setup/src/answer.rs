//! What a check answers: data, the same for JSON, report and outputs.

use pixi_workspace::Finding;
use serde::Serialize;
use serde_json::{Value, json};

/// The version of this form; within it fields are only added.
pub const SCHEMA: u32 = 1;

/// What a check answers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Answer {
    /// Which pixi it holds for.
    pub pixi: Pixi,
    /// The manifest.
    pub manifest: ManifestFacts,
    /// The lock.
    pub lock: LockFacts,
    /// Whether the lock fits the manifest.
    pub up_to_date: UpToDate,
    /// `CONDA_OVERRIDE_CUDA`.
    #[serde(rename = "override")]
    pub cuda_override: Override,
    /// The environments that were asked for, then the others.
    pub environments: Vec<EnvironmentFacts>,
}

/// Which pixi an answer holds for.
#[derive(Clone, Debug, Serialize)]
pub struct Pixi {
    /// Its version.
    pub version: String,
    /// Why this one: `pixi-version`, `requires-pixi`, …
    pub because: String,
}

/// The manifest.
#[derive(Clone, Debug, Serialize)]
pub struct ManifestFacts {
    /// Its path, as users know it.
    pub path: String,
    /// How it declares CUDA: `system-requirements`, `platforms`, or `none`.
    pub dialect: &'static str,
}

/// The lock.
#[derive(Clone, Debug, Serialize)]
pub struct LockFacts {
    /// Its path, as users know it.
    pub path: String,
    /// `ok`, or the code of what is wrong with it.
    pub state: String,
    /// Its format.
    pub version: Option<u8>,
}

/// Whether the lock fits the manifest.
#[derive(Clone, Debug, Serialize)]
pub struct UpToDate {
    /// `yes`, `no` or `unknown`.
    pub answer: &'static str,
    /// Why not, or why nobody can tell.
    pub reasons: Vec<Reason>,
}

impl Answer {
    /// Whether the lock fits, for people.
    pub fn verdict(&self) -> &'static str {
        match (self.lock.state.as_str(), self.up_to_date.answer) {
            ("lock/missing", _) => "there is no lock",
            (_, "yes") => "the lock fits the manifest",
            ("ok", "no") => "the lock does not fit the manifest",
            (_, "no") => "the lock cannot be read",
            _ => "whether the lock fits the manifest cannot be told from the files alone",
        }
    }
}

/// One reason.
#[derive(Clone, Debug, Serialize)]
pub struct Reason {
    /// The environment, where it is about one.
    pub environment: Option<String>,
    /// The platform row, where it is about one.
    pub platform: Option<String>,
    /// The true reason.
    pub truth: String,
    /// What pixi logs with `-v`.
    pub logged: Option<String>,
}

/// `CONDA_OVERRIDE_CUDA`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Override {
    /// Whether the requested environments need it on a machine without a driver.
    pub needed: bool,
    /// The value without error or warning; also where it is not needed and only picks a row.
    pub value: Option<String>,
    /// The value that is set already, or is asked about, or that later steps get.
    pub in_force: Option<String>,
    /// The value later steps get: none where there is a driver, or `cuda` is `off`.
    pub exported: Option<String>,
    /// Why.
    pub reasons: Vec<String>,
}

/// An environment.
#[derive(Clone, Debug, Serialize)]
pub struct EnvironmentFacts {
    /// Its name.
    pub name: String,
    /// Whether it was asked for.
    pub requested: bool,
    /// Its platform rows, in declared order.
    pub rows: Vec<RowFacts>,
    /// What pixi does on this platform with the override that was asked about.
    pub prediction: Option<Predictions>,
}

/// A platform row of an environment.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RowFacts {
    /// The manifest's name of the platform.
    pub platform: String,
    /// The conda subdir.
    pub subdir: String,
    /// Whether the lock has it.
    pub locked: bool,
    /// The declared CUDA version.
    pub declared_cuda: Option<String>,
    /// `cuda`, `cpu`, `rocm`, `mixed` or `none`.
    pub variant: &'static str,
    /// The CUDA version of what is locked.
    pub cuda_level: Option<String>,
    /// The frameworks.
    pub frameworks: Vec<FrameworkFacts>,
    /// Which packages ask for `__cuda` in `depends`: what pixi checks on install.
    pub cuda_in_depends: Vec<Asks>,
    /// And in `constrains`: what only the solver honours.
    pub cuda_in_constrains: Vec<Asks>,
    /// What installing this row takes on a machine without a driver.
    #[serde(rename = "override")]
    pub cuda_override: RowOverride,
    /// Bytes to download, as far as the lock says.
    pub download_bytes: u64,
    /// Packages whose size the lock does not say.
    pub without_size: usize,
}

/// The override a row takes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RowOverride {
    /// Whether its packages cannot be installed, or before pixi 0.42 not run, without one.
    pub needed: bool,
    /// The value that gives neither error nor warning; `None` where the row is not about CUDA.
    pub value: Option<String>,
}

/// A framework in a row.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct FrameworkFacts {
    /// The package.
    pub name: String,
    /// Its version.
    pub version: String,
    /// `cuda`, `cpu`, `rocm` or `capable`.
    pub variant: &'static str,
    /// The CUDA version it is built for.
    pub cuda_level: Option<String>,
    /// How that is known.
    pub evidence: String,
}

/// A package that asks for `__cuda`.
#[derive(Clone, Debug, Serialize)]
pub struct Asks {
    /// The package.
    pub package: String,
    /// The spec, as written.
    pub spec: String,
}

/// What pixi does.
#[derive(Clone, Debug, Serialize)]
pub struct Predictions {
    /// `pixi install`.
    pub install: Predicted,
    /// `pixi run` after it.
    pub run: Predicted,
}

/// What a command does.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Predicted {
    /// `ok`, `warning` or `error`.
    pub outcome: &'static str,
    /// The row that is installed.
    pub row: Option<String>,
    /// Whether it ends with 0 and installs nothing.
    pub installs_nothing: bool,
    /// pixi's own words.
    pub message: Option<String>,
}

/// A finding, for machines.
pub fn finding(finding: &Finding) -> Value {
    let place = finding.place.as_ref().map(|(source, span)| {
        let position = source.position(span.start);
        json!({ "file": source.name(), "line": position.line, "column": position.column })
    });
    json!({
        "code": finding.code,
        "severity": finding.severity.word(),
        "message": finding.message,
        "place": place,
        "notes": finding.notes,
        "prevents": finding.prevents,
        "remedy": finding.remedy,
        "holds": finding.holds.to_string(),
        "environment": finding.environment,
        "platform": finding.platform,
    })
}
