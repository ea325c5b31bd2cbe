//! What a restored environment was installed as: the files that pixi leaves in `conda-meta`.

use diagnostics::Explanation;
use pixi_workspace::{DeclaredRow, Era, Finding, Holds, PixiVersion};
use serde::Deserialize;
use serde_json::Value;

/// Every code about restored environments.
pub const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        code: "host/env-moved",
        title: "an environment was installed at another path",
        text: "Scripts and libraries of a conda environment hold the path they were installed at. pixi means to \
notice a move but looks at the wrong place, so `pixi install` and `pixi run` end with 0 and the scripts run what \
lies at the old path, or fail. `pixi install` even writes the new path down without linking anew. Reinstall the \
environment, or remove it and install.",
    },
    Explanation {
        code: "host/env-row",
        title: "an environment is installed for another platform row",
        text: "pixi >= 0.71 installs one row of an environment, with or without CUDA. `pixi run` never changes \
it: what a cache restored as CPU stays CPU, under an override and on a GPU, and what was installed with CUDA \
fails without. `pixi install` switches to the row that fits.",
    },
];

/// What pixi writes to `conda-meta/pixi`, as far as it matters here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marker {
    /// The manifest it was installed from.
    pub manifest_path: String,
    /// The environment.
    pub environment: String,
    /// The pixi that installed it.
    pub pixi_version: String,
    /// The hash of the locked row.
    pub lock_hash: String,
    /// The row it was installed for; older versions of pixi do not say.
    pub row: Option<InstalledRow>,
}

/// The row an environment was installed for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstalledRow {
    /// The conda subdir.
    pub subdir: String,
    /// Its virtual packages: `__cuda` and `12.1`.
    pub virtual_packages: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Raw {
    manifest_path: String,
    #[serde(default)]
    environment_name: String,
    #[serde(default)]
    pixi_version: String,
    #[serde(default)]
    environment_lock_file_hash: Value,
    #[serde(default)]
    resolved_platform: Option<RawRow>,
}

#[derive(Deserialize)]
struct RawRow {
    #[serde(default)]
    subdir: String,
    #[serde(default)]
    virtual_packages: Vec<Value>,
}

impl Marker {
    /// Reads the text of `conda-meta/pixi`; `None` for what is no such file.
    pub fn read(text: &str) -> Option<Self> {
        let raw: Raw = serde_json::from_str(text).ok()?;
        let row = raw.resolved_platform.map(|row| InstalledRow {
            subdir: row.subdir,
            virtual_packages: row.virtual_packages.iter().filter_map(pair).collect(),
        });
        Some(Self {
            manifest_path: raw.manifest_path,
            environment: raw.environment_name,
            pixi_version: raw.pixi_version,
            lock_hash: raw.environment_lock_file_hash.as_str().unwrap_or_default().to_owned(),
            row,
        })
    }
}

/// `"__cuda=12.1"`, or an object with `name` and `version`.
fn pair(value: &Value) -> Option<(String, String)> {
    if let Some(text) = value.as_str() {
        let (name, version) = text.split_once('=').unwrap_or((text, ""));
        return Some((name.to_owned(), version.to_owned()));
    }
    let field = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    Some((field("name")?, field("version").unwrap_or_default()))
}

/// What should be there.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The environment.
    pub environment: &'e str,
    /// The folder of the manifest as the steps know it that use the environment.
    pub workspace: &'e str,
    /// The platform that is to be used; `None` where that is not known.
    pub row: Option<&'e DeclaredRow>,
    /// The pixi that runs.
    pub version: PixiVersion,
}

/// Whether an environment that is there can be used as it is; the texts are those of
/// `.pixi/envs/<environment>/conda-meta/pixi` and `…/pixi_env_prefix`, where they exist.
pub fn findings(
    marker: Option<&str>,
    prefix: Option<&str>,
    expected: &Expected<'_>,
) -> Vec<Finding> {
    let marker = marker.and_then(Marker::read);
    let mut findings = Vec::new();
    findings.extend(moved(marker.as_ref(), prefix, expected));
    // A moved environment has to be installed anew anyway.
    if findings.is_empty() {
        let installed = marker.as_ref().and_then(|marker| marker.row.as_ref());
        findings.extend(installed.and_then(|installed| other_row(installed, expected)));
    }
    findings
}

fn moved(
    marker: Option<&Marker>,
    prefix: Option<&str>,
    expected: &Expected<'_>,
) -> Option<Finding> {
    let Expected { environment, workspace, version, .. } = expected;
    let folder = format!("{}/.pixi/envs/{environment}", workspace.trim_end_matches('/'));
    let written = prefix.map(str::trim).filter(|prefix| !prefix.is_empty());
    let from = if let Some(prefix) = written {
        // pixi writes the `conda-meta` folder.
        let at = prefix.trim_end_matches('/');
        at.strip_suffix("/conda-meta").unwrap_or(at).to_owned()
    } else {
        let (at, _) = marker?.manifest_path.rsplit_once('/').filter(|(at, _)| !at.is_empty())?;
        format!("{at}/.pixi/envs/{environment}")
    };
    if from == folder {
        return None;
    }
    let again = if *version >= PixiVersion::new(0, 43, 0) {
        format!("run `pixi reinstall -e {environment}`")
    } else {
        format!("remove `.pixi/envs/{environment}` and run `pixi install -e {environment}`")
    };
    Some(
        Finding::error(
            "host/env-moved",
            format!("the environment `{environment}` was installed at `{from}`, and is used at `{folder}`"),
        )
        .environment(*environment)
        .note("its scripts still name the old path")
        .prevents("nothing: `pixi install` and `pixi run` end with 0")
        .remedy(again),
    )
}

fn other_row(installed: &InstalledRow, expected: &Expected<'_>) -> Option<Finding> {
    let Expected { environment, version, .. } = expected;
    let row = expected.row.filter(|_| version.era() == Era::Rows)?;
    let (name, subdir, declared) = (&row.name, &row.subdir, row.virtual_packages.as_slice());
    let of = |packages: &[(String, String)], name: &str| -> Option<String> {
        packages.iter().find(|(known, _)| known == name).map(|(_, version)| version.clone())
    };
    let is_other = |package: &&str| {
        let (has, wants) = (of(&installed.virtual_packages, package), of(declared, package));
        match (has, wants) {
            (Some(has), Some(wants)) => !is_equal(&has, &wants),
            (has, wants) => has.is_some() != wants.is_some(),
        }
    };
    let cuda = ["__cuda", "__cuda_arch"].iter().copied().find(is_other);
    if cuda.is_none() && installed.subdir == *subdir {
        return None;
    }
    let described = |subdir: &str, packages: &[(String, String)]| match of(packages, "__cuda") {
        Some(cuda) => format!("{subdir} with cuda {cuda}"),
        None => format!("{subdir} without cuda"),
    };
    let message = format!(
        "the environment `{environment}` is installed for {}, and `{name}` is {}",
        described(&installed.subdir, &installed.virtual_packages),
        described(subdir, declared)
    );
    let finding = Finding::warning("host/env-row", message)
        .environment(*environment)
        .platform(name.as_str())
        .note("`pixi run` never changes the row of an installed environment")
        .holds(Holds::since(71))
        .remedy(format!("run `pixi install -e {environment}` with the same `CONDA_OVERRIDE_CUDA`"));
    Some(match of(&installed.virtual_packages, "__cuda") {
        Some(_) => finding.prevents(format!(
            "the installed environment '{environment}' cannot run on platform '{subdir}'"
        )),
        None => finding.prevents("nothing: `pixi run` uses the CPU builds"),
    })
}

/// Whether two versions are one: `12` is `12.0`.
fn is_equal(one: &str, other: &str) -> bool {
    let parse = |text: &str| text.split('=').next().and_then(|v| v.parse::<conda::Version>().ok());
    match (parse(one), parse(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

#[cfg(test)]
mod tests;
