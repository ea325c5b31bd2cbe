//! Frameworks among conda packages.

use std::collections::HashMap;

use pixi_workspace::lock::{Conda, Package};

use super::build::{major_minor, of_build};
use super::{Framework, Level, Origin, Variant, is_about_cuda, name_of};

/// A framework and the packages it is made of; the first that is locked is the one to update, the
/// first whose build says something shows the variant.
struct Family {
    name: &'static str,
    packages: &'static [&'static str],
    /// Built with CUDA always.
    always: bool,
}

const fn family(name: &'static str, packages: &'static [&'static str]) -> Family {
    Family { name, packages, always: false }
}

const fn cuda_only(name: &'static str, packages: &'static [&'static str]) -> Family {
    Family { name, packages, always: true }
}

const FAMILIES: &[Family] = &[
    family("pytorch", &["pytorch", "pytorch-gpu", "pytorch-cpu", "libtorch"]),
    family("torchvision", &["torchvision"]),
    family("torchaudio", &["torchaudio"]),
    // `jax` asks for any jaxlib: updating it alone changes no build.
    family("jax", &["jaxlib"]),
    family("tensorflow", &["tensorflow", "tensorflow-gpu", "tensorflow-cpu", "tensorflow-base"]),
    cuda_only("cupy", &["cupy", "cupy-core"]),
    cuda_only("cudf", &["cudf", "libcudf"]),
    cuda_only("cuml", &["cuml", "libcuml"]),
    cuda_only("cugraph", &["cugraph", "libcugraph"]),
    cuda_only("rmm", &["rmm", "librmm"]),
    family("xgboost", &["xgboost", "py-xgboost", "py-xgboost-gpu", "py-xgboost-cpu", "libxgboost"]),
    family("lightgbm", &["lightgbm", "liblightgbm"]),
    family("catboost", &["catboost"]),
    family("faiss", &["faiss", "faiss-gpu", "faiss-cpu", "libfaiss"]),
    family("onnxruntime", &["onnxruntime"]),
];

/// Packages that belong to CUDA itself and are no frameworks.
const TOOLKIT: [&str; 3] = ["cuda-version", "cudatoolkit", "pytorch-cuda"];

/// The conda packages of a row by name; of two with one name the first.
pub(super) struct ByName<'l>(HashMap<&'l str, (&'l Package, &'l Conda)>);

impl<'l> ByName<'l> {
    pub(super) fn new(packages: &[&'l Package]) -> Self {
        let mut names = HashMap::with_capacity(packages.len());
        for package in packages {
            if let Some(conda) = package.conda() {
                names.entry(package.name.as_str()).or_insert((*package, conda));
            }
        }
        Self(names)
    }

    fn get(&self, name: &str) -> Option<(&'l Package, &'l Conda)> {
        self.0.get(name).copied()
    }
}

pub(super) fn frameworks(
    packages: &[&Package],
    by_name: &ByName<'_>,
    subdir: &str,
) -> Vec<Framework> {
    let mut found: Vec<Framework> = Vec::new();
    for family in FAMILIES {
        let members: Vec<(&Package, &Conda)> =
            family.packages.iter().filter_map(|name| by_name.get(name)).collect();
        found.extend(framework(family, &members, by_name, subdir));
    }
    found.extend(packages.iter().filter_map(|package| other(package)));
    found
}

fn framework(
    family: &Family,
    members: &[(&Package, &Conda)],
    packages: &ByName<'_>,
    subdir: &str,
) -> Option<Framework> {
    let (top, _) = members.first()?;
    let shown = members.iter().find_map(|(package, conda)| {
        let (variant, level) = of_build(&conda.build)?;
        Some((*package, variant, level, format!("build `{}`", conda.build)))
    });
    let (package, variant, level, evidence) = if family.always {
        let level = shown.and_then(|(_, _, level, _)| level);
        (*top, Variant::Cuda, level, format!("`{}` is built with CUDA always", top.name))
    } else if let Some(shown) = shown {
        shown
    } else {
        by_company(top, members, packages, subdir)
    };
    Some(Framework {
        name: family.name.to_owned(),
        top_package: top.name.clone(),
        origin: Origin::Conda,
        version: top.version.clone(),
        variant,
        level: level.or_else(|| level_of(package, variant)),
        evidence,
        span: package.span.clone(),
    })
}

/// The variant of a build that says nothing, by what is locked beside it.
fn by_company<'l>(
    top: &'l Package,
    members: &[(&'l Package, &Conda)],
    packages: &ByName<'_>,
    subdir: &str,
) -> (&'l Package, Variant, Option<String>, String) {
    let by_name = |end: &str| members.iter().find(|(package, _)| package.name.ends_with(end));
    if let Some((package, _)) = by_name("-gpu") {
        return (package, Variant::Cuda, None, format!("`{}` is locked", package.name));
    }
    if let Some((package, _)) = by_name("-cpu") {
        return (package, Variant::Cpu, None, format!("`{}` is locked", package.name));
    }
    if !subdir.starts_with("linux-") && !subdir.starts_with("win-") {
        return (top, Variant::Cpu, None, format!("there is no CUDA on {subdir}"));
    }
    let asks = members.iter().find(|(_, conda)| conda.depends.iter().any(|one| is_about_cuda(one)));
    if let Some((package, _)) = asks {
        return (package, Variant::Cuda, None, format!("`{}` depends on `__cuda`", package.name));
    }
    if top.name == "pytorch" {
        let mutex = packages.get("pytorch-mutex");
        if let Some((variant, level)) = mutex.and_then(|(_, conda)| of_build(&conda.build)) {
            return (top, variant, level, "`pytorch-mutex` says so".to_owned());
        }
    }
    let build = top.conda().map_or("", |conda| conda.build.as_str());
    (top, Variant::Cpu, None, format!("build `{build}` names no CUDA"))
}

/// The CUDA version a package asks `cuda-version`, `cudatoolkit` or `pytorch-cuda` for.
fn level_of(package: &Package, variant: Variant) -> Option<String> {
    if variant != Variant::Cuda {
        return None;
    }
    let depends = &package.conda()?.depends;
    let spec = depends.iter().find(|spec| TOOLKIT.contains(&name_of(spec)))?;
    let version = spec.split_whitespace().nth(1)?;
    let version = version.trim_start_matches(['>', '=', '~']);
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    let version = version.get(..end)?.trim_end_matches('.');
    (!version.is_empty()).then(|| major_minor(version))
}

/// A package of no known family that depends on `__cuda`: it is a CUDA build.
fn other(package: &Package) -> Option<Framework> {
    let conda = package.conda()?;
    if !conda.depends.iter().any(|spec| is_about_cuda(spec)) {
        return None;
    }
    let is_known = FAMILIES.iter().any(|family| family.packages.contains(&package.name.as_str()));
    if is_known || TOOLKIT.contains(&package.name.as_str()) {
        return None;
    }
    let level = of_build(&conda.build).and_then(|(_, level)| level);
    Some(Framework {
        name: package.name.clone(),
        top_package: package.name.clone(),
        origin: Origin::Conda,
        version: package.version.clone(),
        variant: Variant::Cuda,
        level: level.or_else(|| level_of(package, Variant::Cuda)),
        evidence: format!("`{}` depends on `__cuda`", package.name),
        span: package.span.clone(),
    })
}

/// The CUDA version of the conda packages.
pub(super) fn toolkit(packages: &ByName<'_>) -> Option<Level> {
    ["cuda-version", "cudatoolkit", "pytorch-cuda", "cuda-cudart"].iter().find_map(|name| {
        let (package, _) = packages.get(name)?;
        Some(Level {
            version: major_minor(&package.version),
            package: package.name.clone(),
            span: package.span.clone(),
        })
    })
}

/// A package that rules CUDA out by being there.
pub(super) fn cpu_pin(packages: &ByName<'_>) -> Option<String> {
    ["pytorch-cpu", "cpuonly", "tensorflow-cpu", "py-xgboost-cpu", "faiss-cpu"]
        .iter()
        .find(|name| packages.get(name).is_some())
        .map(|name| (*name).to_owned())
}
