//! CUDA or CPU: what the locked packages of a row are built for.

mod build;
mod conda;
mod explain;
mod findings;
mod pypi;

use std::fmt;
use std::ops::Range;

use pixi_workspace::lock::{Lock, Package, Row};

pub use explain::EXPLANATIONS;
pub use findings::{Wanted, findings};

/// What a framework is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// CUDA.
    Cuda,
    /// CPU only.
    Cpu,
    /// AMD's GPUs: neither.
    Rocm,
    /// It can use CUDA, but the libraries for it are not locked.
    Capable,
}

/// Where a framework comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A conda channel.
    Conda,
    /// A Python index.
    Pypi,
}

/// A framework that is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    /// What people call it: `pytorch`, `jax`, `tensorflow`.
    pub name: String,
    /// The locked package that `pixi update` must be given: `pytorch`, never `libtorch`.
    pub top_package: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Its version.
    pub version: String,
    /// What it is built for.
    pub variant: Variant,
    /// The CUDA version it is built for, where that shows.
    pub level: Option<String>,
    /// How the variant is known.
    pub evidence: String,
    /// Where the package that shows it stands in the lock.
    pub span: Range<usize>,
}

/// What a whole row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overall {
    /// Every framework that could be is a CUDA one.
    Cuda,
    /// All frameworks are CPU ones.
    Cpu,
    /// Some of each.
    Mixed,
    /// No framework that has variants.
    None,
}

/// A CUDA version and the package that sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// `12.9`; perhaps the major version alone.
    pub version: String,
    /// The package.
    pub package: String,
    /// Where it stands in the lock.
    pub span: Range<usize>,
}

/// A package that asks for `__cuda`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asks {
    /// The package.
    pub package: String,
    /// The spec as written: `__cuda >=12`.
    pub spec: String,
}

/// What a row of the lock is built for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variants {
    /// The conda subdir.
    pub subdir: String,
    /// Every framework found, conda's first.
    pub frameworks: Vec<Framework>,
    /// The CUDA version of the conda packages: `cuda-version`, `cudatoolkit`, `pytorch-cuda`.
    pub toolkit: Option<Level>,
    /// The CUDA runtime among the wheels.
    pub runtime: Option<Level>,
    /// All of it in one word.
    pub overall: Overall,
    /// `__cuda` in `depends`: what pixi compares with the machine on install.
    pub depends: Vec<Asks>,
    /// `__cuda` in `constrains`: what only the solver honours.
    pub constrains: Vec<Asks>,
    /// The manifest adds a package that rules CUDA out: `cpuonly`, `pytorch-cpu`.
    pub cpu_pin: Option<String>,
}

impl Variants {
    /// What a row is built for.
    pub fn of(lock: &Lock, row: &Row) -> Self {
        let packages: Vec<&Package> = lock.packages(row).collect();
        let subdir = lock.subdir(row);
        let wheels = pypi::Wheels::of(&packages);
        let by_name = conda::ByName::new(&packages);
        let mut frameworks = conda::frameworks(&packages, &by_name, subdir);
        frameworks.extend(pypi::frameworks(&packages, subdir, &wheels));
        let overall = Overall::of(&frameworks);
        Self {
            subdir: subdir.to_owned(),
            toolkit: conda::toolkit(&by_name),
            runtime: wheels.runtime,
            overall,
            depends: asks(&packages, |conda| &conda.depends),
            constrains: asks(&packages, |conda| &conda.constrains),
            cpu_pin: conda::cpu_pin(&by_name),
            frameworks,
        }
    }

    /// The CUDA version of the row: of the conda packages, else of the wheels, else the one a
    /// framework shows.
    pub fn level(&self) -> Option<&str> {
        let of_framework = || {
            let mut cuda = self.of_variant(Variant::Cuda);
            cuda.find_map(|one| one.level.as_deref())
        };
        let level = self.toolkit.as_ref().or(self.runtime.as_ref());
        let is_cuda = matches!(self.overall, Overall::Cuda | Overall::Mixed | Overall::None);
        level.filter(|_| is_cuda).map(|level| level.version.as_str()).or_else(of_framework)
    }

    /// All of it in one word: that of [`Overall`], or `rocm` where nothing is there but that.
    pub fn word(&self) -> &'static str {
        let is_rocm = self.overall == Overall::Cpu
            && self.frameworks.iter().all(|framework| framework.variant == Variant::Rocm);
        if is_rocm { Variant::Rocm.word() } else { self.overall.word() }
    }

    /// The frameworks of a variant.
    pub fn of_variant(&self, variant: Variant) -> impl Iterator<Item = &Framework> {
        self.frameworks.iter().filter(move |framework| framework.variant == variant)
    }
}

fn asks<'l>(
    packages: &[&'l Package],
    list: impl Fn(&'l pixi_workspace::lock::Conda) -> &'l Vec<String>,
) -> Vec<Asks> {
    let mut asks = Vec::new();
    for package in packages {
        let specs = package.conda().map(&list).into_iter().flatten();
        for spec in specs.filter(|spec| is_about_cuda(spec)) {
            asks.push(Asks { package: package.name.clone(), spec: spec.clone() });
        }
    }
    asks
}

/// Whether a match spec is about `__cuda`, and not about `__cuda_arch`.
fn is_about_cuda(spec: &str) -> bool {
    spec.starts_with("__cuda") && name_of(spec) == "__cuda"
}

/// The package a match spec is about.
fn name_of(spec: &str) -> &str {
    let end = spec.find(|c: char| c.is_whitespace() || "=<>!~[".contains(c)).unwrap_or(spec.len());
    spec.get(..end).unwrap_or(spec)
}

impl Overall {
    fn of(frameworks: &[Framework]) -> Self {
        let has = |variant| frameworks.iter().any(|framework| framework.variant == variant);
        match (has(Variant::Cuda), has(Variant::Cpu) || has(Variant::Rocm)) {
            (true, true) => Self::Mixed,
            (true, false) => Self::Cuda,
            (false, true) => Self::Cpu,
            (false, false) if has(Variant::Capable) => Self::Cpu,
            (false, false) => Self::None,
        }
    }

    /// The word of outputs and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cuda => "cuda",
            Self::Cpu => "cpu",
            Self::Mixed => "mixed",
            Self::None => "none",
        }
    }
}

impl Variant {
    /// The word of outputs and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cuda => "cuda",
            Self::Cpu => "cpu",
            Self::Rocm => "rocm",
            Self::Capable => "capable",
        }
    }
}

impl fmt::Display for Overall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests;
