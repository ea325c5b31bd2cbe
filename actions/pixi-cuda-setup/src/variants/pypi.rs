//! Frameworks among Python packages.

use pixi_workspace::lock::{Package, PackageKind};

use super::build::{major_minor, of_local};
use super::{Framework, Level, Origin, Variant};

/// The NVIDIA wheels of a row.
pub(super) struct Wheels {
    /// The CUDA runtime, `nvidia-cuda-runtime-cu12` or, from CUDA 13, `nvidia-cuda-runtime`.
    pub(super) runtime: Option<Level>,
    /// Any wheel of CUDA, with its major version.
    any: Option<(String, Option<String>)>,
}

impl Wheels {
    pub(super) fn of(packages: &[&Package]) -> Self {
        let nvidia = || {
            packages
                .iter()
                .filter(|package| is_python(package))
                .filter(|p| p.name.starts_with("nvidia-"))
        };
        let runtime = nvidia()
            .find(|package| suffixed(&package.name, "nvidia-cuda-runtime").is_some())
            .map(|package| Level {
                version: major_minor(&package.version),
                package: package.name.clone(),
                span: package.span.clone(),
            });
        let any = nvidia().find_map(|package| {
            let cuda = package.name.rsplit_once("-cu").map(|(_, digits)| digits);
            let major = cuda.filter(|digits| is_number(digits));
            let is_cuda = major.is_some() || runtime.is_some();
            is_cuda.then(|| (package.name.clone(), major.map(str::to_owned)))
        });
        Self { runtime, any }
    }

    /// The wheel that shows CUDA, and the version it is for.
    fn shown(&self) -> Option<(String, Option<String>)> {
        match (&self.runtime, &self.any) {
            (Some(runtime), _) => Some((runtime.package.clone(), Some(runtime.version.clone()))),
            (None, any) => any.clone(),
        }
    }
}

fn is_python(package: &Package) -> bool {
    matches!(package.kind, PackageKind::Pypi(_))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What follows a name: nothing, or `cu12` of `nvidia-cuda-runtime-cu12`.
fn suffixed<'n>(name: &'n str, stem: &str) -> Option<&'n str> {
    let rest = name.strip_prefix(stem)?;
    if rest.is_empty() {
        Some("")
    } else {
        rest.strip_prefix("-cu").filter(|digits| is_number(digits))
    }
}

pub(super) fn frameworks(packages: &[&Package], subdir: &str, wheels: &Wheels) -> Vec<Framework> {
    let python: Vec<&Package> = packages.iter().copied().filter(|one| is_python(one)).collect();
    let row = Rows { python: &python, subdir, wheels };
    python.iter().filter_map(|package| row.framework(package)).collect()
}

struct Rows<'r> {
    python: &'r [&'r Package],
    subdir: &'r str,
    wheels: &'r Wheels,
}

/// What is known of a package: variant, CUDA version, how.
type Known = (Variant, Option<String>, String);

impl Rows<'_> {
    fn framework(&self, package: &Package) -> Option<Framework> {
        let name = package.name.as_str();
        let (called, (variant, level, evidence)) = match name {
            "torch" => ("pytorch", self.torch(package)),
            "torchvision" | "torchaudio" => (name, by_version(package)?),
            "jaxlib" => ("jax", self.jax(package)),
            "tensorflow" => ("tensorflow", self.tensorflow(package)),
            "onnxruntime" | "paddlepaddle" => (name, cpu(package)),
            "onnxruntime-gpu" => ("onnxruntime", gpu(package)),
            "xgboost" | "catboost" => (name, self.capable(package)),
            "tensorflow-cpu" | "faiss-cpu" | "xgboost-cpu" => {
                (name.trim_end_matches("-cpu"), cpu(package))
            }
            "tensorflow-gpu" | "paddlepaddle-gpu" => (name.trim_end_matches("-gpu"), gpu(package)),
            other => cuda_only(other, package)?,
        };
        // `jax` brings jaxlib and the plugins; it is what a manifest names.
        let has_jax = || self.python.iter().any(|one| one.name == "jax");
        let top = if name == "jaxlib" && has_jax() { "jax" } else { name };
        Some(Framework {
            name: called.to_owned(),
            top_package: top.to_owned(),
            origin: Origin::Pypi,
            version: package.version.clone(),
            variant,
            level,
            evidence,
            span: package.span.clone(),
        })
    }

    /// Wheels of the Python index itself have no local version: they are CUDA ones on Linux, which shows in the
    /// NVIDIA wheels they bring.
    fn torch(&self, package: &Package) -> Known {
        if let Some(known) = by_version(package) {
            return known;
        }
        match self.wheels.shown() {
            Some((wheel, level)) => (Variant::Cuda, level, format!("`{wheel}` is locked")),
            None => (Variant::Cpu, None, "no NVIDIA wheel is locked".to_owned()),
        }
    }

    fn jax(&self, package: &Package) -> Known {
        if let Some(known) = by_version(package) {
            return known;
        }
        let plugin = self.python.iter().find_map(|one| {
            let rest = one.name.strip_prefix("jax-cuda")?;
            let (major, kind) = rest.split_once('-')?;
            (is_number(major) && matches!(kind, "plugin" | "pjrt")).then_some((one, major))
        });
        match plugin {
            Some((plugin, major)) => {
                let runtime = self.wheels.runtime.as_ref().map(|runtime| runtime.version.clone());
                let level = runtime.unwrap_or_else(|| major.to_owned());
                (Variant::Cuda, Some(level), format!("`{}` is locked", plugin.name))
            }
            None => (Variant::Cpu, None, "no `jax-cuda…-plugin` is locked".to_owned()),
        }
    }

    fn tensorflow(&self, package: &Package) -> Known {
        if !self.subdir.starts_with("linux-") {
            let why = format!("wheels of `{}` on {} have no CUDA", package.name, self.subdir);
            return (Variant::Cpu, None, why);
        }
        self.capable(package)
    }

    /// A wheel that looks for CUDA when it runs.
    fn capable(&self, package: &Package) -> Known {
        match self.wheels.shown() {
            Some((wheel, level)) => (Variant::Cuda, level, format!("`{wheel}` is locked")),
            None if self.subdir.starts_with("osx-") => {
                (Variant::Cpu, None, format!("there is no CUDA on {}", self.subdir))
            }
            None => {
                let why = format!("`{}` can use CUDA, but no CUDA library is locked", package.name);
                (Variant::Capable, None, why)
            }
        }
    }
}

/// What the local part of the version says.
fn by_version(package: &Package) -> Option<Known> {
    let (_, local) = package.version.split_once('+')?;
    let (variant, level) = of_local(local)?;
    Some((variant, level, format!("version `{}`", package.version)))
}

fn cpu(package: &Package) -> Known {
    (Variant::Cpu, None, format!("`{}` is the CPU package", package.name))
}

fn gpu(package: &Package) -> Known {
    (Variant::Cuda, None, format!("`{}` is the CUDA package", package.name))
}

/// Packages whose name says CUDA: `cupy-cuda12x`, `cudf-cu12`, `faiss-gpu-cu12`.
fn cuda_only<'n>(name: &'n str, package: &Package) -> Option<(&'n str, Known)> {
    let known = |level: &str| {
        (Variant::Cuda, Some(level.to_owned()), format!("`{}` is the CUDA package", package.name))
    };
    if let Some(rest) = name.strip_prefix("cupy-cuda") {
        let digits = rest.trim_end_matches('x');
        return is_number(digits).then(|| ("cupy", known(digits)));
    }
    let (stem, digits) = name.rsplit_once("-cu").filter(|(_, digits)| is_number(digits))?;
    let frameworks = ["cudf", "cuml", "cugraph", "rmm", "faiss-gpu"];
    let stem = frameworks.iter().find(|known| **known == stem)?;
    Some((stem.trim_end_matches("-gpu"), known(digits)))
}
