//! Which edits a manifest needs. Pure: texts in, text out.

use conda::Version;
use conda::pep508::Requirement;
use diagnostics::{Diagnostic, Failure, Source};
use pixi_workspace::PixiVersion;
use pixi_workspace::era::ROWS;
use pixi_workspace::manifest::{DEFAULT, Feature, Manifest, Platform, Target};
use text_edit::toml::{add, add_item};

/// What a manifest should have.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Environments that must be there.
    pub environments: Vec<String>,
    /// The CUDA version to declare where none is.
    pub cuda: CudaWish,
    /// The pixi that will read it.
    pub version: PixiVersion,
    /// The version of `cuda-version` that is locked.
    pub toolkit: Option<String>,
    /// Whether a framework of a conda channel is locked.
    pub has_framework: bool,
}

/// A CUDA version that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CudaWish {
    /// CUDA is not wanted.
    Off,
    /// This one.
    Version(String),
    /// Nobody names one.
    Unknown,
}

/// An edited manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The new text; the old one where nothing is missing.
    pub text: String,
    /// What was added, one line each.
    pub changes: Vec<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// Whether CUDA was declared.
    pub declares_cuda: bool,
}

/// Frameworks of conda channels whose CUDA builds `cuda-version` selects among.
const FRAMEWORKS: [&str; 22] = [
    "pytorch",
    "pytorch-gpu",
    "torchvision",
    "torchaudio",
    "libtorch",
    "jax",
    "jaxlib",
    "tensorflow",
    "tensorflow-gpu",
    "cupy",
    "cudf",
    "cuml",
    "rmm",
    "cugraph",
    "rapids",
    "xgboost",
    "py-xgboost",
    "lightgbm",
    "catboost",
    "onnxruntime",
    "cudnn",
    "cuda-toolkit",
];

/// Frameworks as Python packages.
const WHEELS: [&str; 8] = [
    "torch",
    "torchvision",
    "torchaudio",
    "jax",
    "jaxlib",
    "tensorflow",
    "cupy-cuda12x",
    "onnxruntime-gpu",
];

/// Packages that set the CUDA version themselves.
const SETTERS: [&str; 3] = ["cuda-version", "pytorch-cuda", "cudatoolkit"];

/// Plans everything a manifest lacks.
///
/// # Errors
/// A CUDA version is needed and nobody names one, none can be declared, a name is no name of an
/// environment, or the manifest has a form that cannot be added to.
pub fn plan(manifest: &Manifest, wanted: &Wanted) -> Result<Edited, Failure> {
    let mut editing = Editing {
        manifest,
        source: manifest.source.clone(),
        changes: Vec::new(),
        notes: Vec::new(),
    };
    let mut declares_cuda = false;
    let mut cuda = declared(manifest);
    match (&wanted.cuda, &cuda) {
        (CudaWish::Off, _) | (CudaWish::Unknown, Some(_)) => {}
        (CudaWish::Version(asked), Some(known)) => {
            if !same(asked, known) {
                editing.notes.push(format!(
                    "the manifest declares cuda {known}, not {asked}: it is left as it is"
                ));
            }
        }
        (CudaWish::Version(asked), None) => {
            editing.declare(asked, wanted.version)?;
            declares_cuda = true;
            cuda = Some(asked.clone());
        }
        (CudaWish::Unknown, None) if editing.has_framework(wanted) => {
            return Err(unknown_cuda().into());
        }
        (CudaWish::Unknown, None) => editing.notes.push(
            "nothing here needs CUDA, so none is declared; input `cuda` names a version to declare"
                .to_owned(),
        ),
    }
    if wanted.cuda != CudaWish::Off
        && let Some(cuda) = &cuda
    {
        editing.toolkit(cuda, wanted)?;
    }
    for name in &wanted.environments {
        editing.environment(name)?;
    }
    let text = editing.source.contents().to_owned();
    Ok(Edited { text, changes: editing.changes, notes: editing.notes, declares_cuda })
}

fn unknown_cuda() -> Diagnostic {
    Diagnostic::bad_input(
        "fix/cuda-unknown",
        "the manifest declares no CUDA, and no lock, Dockerfile or workflow says which version",
    )
    .with_help("name it: input `cuda`, or `--cuda 12.1`; `off` for a project without CUDA")
}

/// The CUDA version that is declared anywhere: the highest.
fn declared(manifest: &Manifest) -> Option<String> {
    let of_features = manifest
        .features
        .iter()
        .filter_map(|feature| feature.system_requirements.as_ref()?.cuda.as_ref())
        .map(|cuda| cuda.value.clone());
    let platforms = manifest.workspace.platforms.iter().flat_map(|row| &row.virtual_packages);
    let of_platforms = platforms.filter(|(name, _)| name == "__cuda").map(|(_, cuda)| cuda.clone());
    of_features.chain(of_platforms).max_by_key(|text| text.parse::<Version>().ok())
}

fn same(one: &str, other: &str) -> bool {
    match (one.parse::<Version>(), other.parse::<Version>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

/// A manifest that is being edited.
struct Editing<'m> {
    /// As it was.
    manifest: &'m Manifest,
    /// The text so far.
    source: Source,
    changes: Vec<String>,
    notes: Vec<String>,
}

impl Editing<'_> {
    /// A path below pixi's own table.
    fn path<'p>(&self, names: &[&'p str]) -> Vec<&'p str> {
        let prefix = self.manifest.kind.prefix();
        prefix.split_terminator('.').chain(names.iter().copied()).collect()
    }

    fn replace(&mut self, text: String, change: String) {
        self.source = Source::file(self.source.name(), text);
        self.changes.push(change);
    }

    /// Adds a key to a table below pixi's own.
    fn add(&mut self, table: &[&str], key: &str, raw: &str) -> Result<(), Failure> {
        let text = add(&self.source, &self.path(table), key, raw)?;
        let header = format!("{}{}", self.manifest.kind.prefix(), table.join("."));
        self.replace(text, format!("`{key} = {raw}` in `[{header}]`"));
        Ok(())
    }

    /// Adds an environment of the default feature alone.
    fn environment(&mut self, name: &str) -> Result<(), Failure> {
        if self.manifest.environment(name).is_some() {
            return Ok(());
        }
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(fits) {
            let message = format!("`{name}` cannot be the name of an environment");
            let help = "use lower-case letters, digits and dashes only";
            return Err(Diagnostic::bad_input("fix/environment-name", message)
                .with_help(help)
                .into());
        }
        self.add(&["environments"], name, "[]")
    }

    /// Declares CUDA as the manifest declares things.
    fn declare(&mut self, cuda: &str, version: PixiVersion) -> Result<(), Failure> {
        let has_table = |feature: &Feature| {
            feature.system_requirements.as_ref().is_some_and(|table| !table.is_empty())
        };
        let is_older = version < ROWS || self.manifest.features.iter().any(has_table);
        let rows = first_rows(&self.manifest.workspace.platforms);
        if rows.is_empty() {
            let message = "no platform of the workspace can have CUDA";
            return Err(Diagnostic::bad_input("fix/no-platform", message)
                .with_label(&self.manifest.source, self.manifest.workspace.header.clone(), "")
                .with_help("add `linux-64` to `platforms`, or set `cuda` to `off`")
                .into());
        }
        if is_older && !self.manifest.has_rich_platforms() {
            return self.add(&["system-requirements"], "cuda", &format!("\"{cuda}\""));
        }
        // From behind, so that the positions of those in front stay.
        for (position, subdir) in rows.into_iter().rev() {
            let raw = format!("{{ platform = \"{subdir}\", cuda = \"{cuda}\" }}");
            let workspace =
                if self.manifest.workspace.is_project { "project" } else { "workspace" };
            let list = self.path(&[workspace, "platforms"]);
            let text = add_item(&self.source, &list, position, &raw)?;
            self.replace(text, format!("`{raw}` in front of `{subdir}` in `platforms`"));
        }
        self.restricted(cuda);
        Ok(())
    }

    /// Features that name their platforms do not see a new one.
    fn restricted(&mut self, cuda: &str) {
        for feature in &self.manifest.features {
            let Some(platforms) = &feature.platforms else { continue };
            for named in platforms {
                let rows = &self.manifest.workspace.platforms;
                let Some(row) = rows.iter().find(|row| row.name == named.value) else { continue };
                if can_have_cuda(&row.subdir) {
                    let name = format!("{}-cuda-{}", row.subdir, cuda.replace('.', "-"));
                    self.notes.push(format!(
                        "{} names its platforms: add `\"{name}\"` there for environments that are to have CUDA",
                        feature.shown()
                    ));
                }
            }
        }
    }

    /// Adds `cuda-version`, where a framework of a conda channel is there for it.
    fn toolkit(&mut self, cuda: &str, wanted: &Wanted) -> Result<(), Failure> {
        if self.has(&SETTERS) {
            return Ok(());
        }
        if !self.has(&FRAMEWORKS) && !wanted.has_framework {
            self.notes.push(
                "no framework of a conda channel is there, so `cuda-version` is not added"
                    .to_owned(),
            );
            return Ok(());
        }
        let spec = match &wanted.toolkit {
            Some(locked) => format!("{}.*", first(locked, 2)),
            // Builds for a later 12.x run on a driver for 12.1.
            None => format!("{}.*", first(cuda, 1)),
        };
        let table = self.toolkit_table();
        let table: Vec<&str> = table.iter().map(String::as_str).collect();
        self.add(&table, "cuda-version", &format!("\"{spec}\""))
    }

    /// Whether the manifest depends on one of some conda packages.
    fn has(&self, names: &[&str]) -> bool {
        let targets = self.manifest.features.iter().flat_map(|feature| &feature.targets);
        let mut all = targets.flat_map(|one| one.dependencies.iter().chain(&one.constraints));
        all.any(|dependency| names.contains(&dependency.name.value.as_str()))
    }

    /// Whether there is a framework that CUDA could matter to, of conda or Python.
    fn has_framework(&self, wanted: &Wanted) -> bool {
        let python = self.manifest.python.as_ref().map(|python| &python.dependencies);
        let named = python.into_iter().flatten().filter_map(|text| {
            text.value.parse::<Requirement>().ok().map(|requirement| requirement.name)
        });
        let targets = self.manifest.features.iter().flat_map(|feature| &feature.targets);
        let own = targets.flat_map(|one| &one.pypi).map(|one| one.name.value.clone());
        wanted.has_framework
            || self.has(&FRAMEWORKS)
            || named.chain(own).any(|name| WHEELS.contains(&name.as_str()))
    }

    /// The table of dependencies for Linux, of the feature that has CUDA.
    fn toolkit_table(&self) -> Vec<String> {
        let rows = &self.manifest.workspace.platforms;
        let is_cuda = |name: &str| {
            let row = rows.iter().find(|row| row.name == name);
            row.is_some_and(|row| row.virtual_packages.iter().any(|(name, _)| name == "__cuda"))
        };
        // It declares CUDA, or is for platforms that do.
        let holds = |feature: &&Feature| {
            let table = feature.system_requirements.as_ref();
            let mut platforms = feature.platforms.iter().flatten();
            !feature.is_inline
                && (table.is_some_and(|table| table.cuda.is_some())
                    || platforms.any(|named| is_cuda(&named.value)))
        };
        let base = self.manifest.feature(DEFAULT);
        let feature = base.filter(holds).or_else(|| self.manifest.features.iter().find(holds));
        let feature = feature.or(base);
        let mut table = Vec::new();
        if let Some(feature) = feature.filter(|feature| feature.name != DEFAULT) {
            table.extend(["feature".to_owned(), feature.name.clone()]);
        }
        let subdirs: Vec<&str> =
            self.manifest.workspace.platforms.iter().map(|row| row.subdir.as_str()).collect();
        if !subdirs.iter().all(|subdir| subdir.starts_with("linux-")) {
            let selector = selector(&subdirs, feature.map_or(&[], |feature| &feature.targets));
            table.extend(["target".to_owned(), selector]);
        }
        table.push("dependencies".to_owned());
        table
    }
}

/// The selector of Linux: one that is there, else the only subdir, else the family.
fn selector(subdirs: &[&str], targets: &[Target]) -> String {
    let family = ["linux", "win"]
        .into_iter()
        .find(|family| subdirs.iter().any(|subdir| is_of(subdir, family)))
        .unwrap_or("linux");
    let mut own: Vec<&str> =
        subdirs.iter().copied().filter(|subdir| is_of(subdir, family)).collect();
    own.dedup();
    let usual = match own.as_slice() {
        [only] => vec![*only, family],
        _ => vec![family],
    };
    let is_there = |name: &&str| {
        targets
            .iter()
            .any(|target| target.selector.as_ref().is_some_and(|selector| selector.value == **name))
    };
    usual.iter().copied().find(is_there).or(usual.first().copied()).unwrap_or(family).to_owned()
}

fn is_of(subdir: &str, family: &str) -> bool {
    subdir.split('-').next() == Some(family)
}

/// pixi takes `__cuda` into account on Linux and Windows.
fn can_have_cuda(subdir: &str) -> bool {
    is_of(subdir, "linux") || is_of(subdir, "win")
}

/// The first row of each subdir that can have CUDA, with its position.
fn first_rows(platforms: &[Platform]) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (position, row) in platforms.iter().enumerate() {
        let is_new = found.iter().all(|(_, subdir)| *subdir != row.subdir);
        if is_new && can_have_cuda(&row.subdir) {
            found.push((position, row.subdir.clone()));
        }
    }
    found
}

/// The first parts of a version.
fn first(version: &str, parts: usize) -> String {
    version.split('.').take(parts).collect::<Vec<_>>().join(".")
}
