//! What is wrong with what is locked: CPU builds under a declared CUDA, mixtures, levels that do
//! not fit.

use pixi_workspace::lock::Lock;
use pixi_workspace::{Finding, PixiVersion};

use super::build::{major, major_minor};
use super::{Framework, Origin, Overall, Variant, Variants};

/// CUDA versions that have an index of `torch` wheels.
const WHEEL_LEVELS: [(u64, u64); 7] =
    [(11, 8), (12, 1), (12, 4), (12, 6), (12, 8), (12, 9), (13, 0)];

/// Frameworks whose CPU build under a declared CUDA is an error; others may be meant.
const PRIMARY: [&str; 3] = ["pytorch", "jax", "tensorflow"];

/// What is wanted of a row.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'w> {
    /// The lock.
    pub lock: &'w Lock,
    /// The row's name in the lock.
    pub row: &'w str,
    /// The environment.
    pub environment: &'w str,
    /// The manifest's name of the platform.
    pub platform: &'w str,
    /// The `cuda` that is declared for it.
    pub declared: Option<&'w str>,
    /// It must be CUDA, declared or not.
    pub required: bool,
    /// It may be CPU although CUDA is declared.
    pub cpu_allowed: bool,
    /// The pixi that runs.
    pub version: PixiVersion,
}

/// What is wrong with a row.
pub fn findings(variants: &Variants, wanted: &Wanted<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !variants.subdir.starts_with("osx-") {
        findings.extend(cpu_locked(variants, wanted));
    }
    findings.extend(mixed(variants, wanted));
    findings.extend(toolkit_and_wheels(variants, wanted));
    findings.extend(siblings(variants, wanted));
    findings.extend(declared_too_low(variants, wanted));
    for finding in &mut findings {
        finding.environment = Some(wanted.environment.to_owned());
        finding.platform = Some(wanted.platform.to_owned());
    }
    findings
}

fn cpu_locked(variants: &Variants, wanted: &Wanted<'_>) -> Option<Finding> {
    if wanted.cpu_allowed || wanted.declared.is_none() && !wanted.required {
        return None;
    }
    let Wanted { environment, platform, .. } = wanted;
    let code = "cuda/cpu-locked";
    if variants.overall == Overall::None && wanted.required {
        let message = format!(
            "`{environment}` must be CUDA, and nothing that could be is locked for {platform}"
        );
        return Some(Finding::error("cuda/none-locked", message).remedy(format!(
            "add the framework to `{environment}`, or take it out of `require-cuda`"
        )));
    }
    if variants.overall != Overall::Cpu {
        return None;
    }
    let first = variants.frameworks.iter().find(|one| one.variant != Variant::Rocm)?;
    let names: Vec<String> = variants.frameworks.iter().map(described).collect();
    let why = match wanted.declared {
        Some(cuda) => format!("`{environment}` declares cuda {cuda}"),
        None => format!("`{environment}` must be CUDA"),
    };
    let verb = if first.variant == Variant::Capable { "without CUDA" } else { "as CPU builds" };
    let message = format!("{why}, but the lock has {} {verb} for {platform}", names.join(", "));
    let is_grave = wanted.required
        || variants.of_variant(Variant::Cpu).any(|one| PRIMARY.contains(&one.name.as_str()));
    let finding =
        if is_grave { Finding::error(code, message) } else { Finding::warning(code, message) };
    let finding = finding
        .at(&wanted.lock.source, &first.span)
        .note(first.evidence.clone())
        .note(why_kept(wanted))
        .prevents("nothing: pixi installs the CPU builds and ends with 0")
        .remedy(remedy(variants, wanted));
    let beside = variants
        .toolkit
        .as_ref()
        .map(|toolkit| format!("`{}` is locked beside them and switches nothing", toolkit.package));
    Some(beside.into_iter().fold(finding, Finding::note))
}

/// `pytorch 2.9.1`.
fn described(framework: &Framework) -> String {
    format!("{} {}", framework.name, framework.version).trim_end().to_owned()
}

/// Why pixi leaves the CPU builds alone.
fn why_kept(wanted: &Wanted<'_>) -> String {
    let Lock { version, .. } = wanted.lock;
    let platform = wanted.lock.platforms.iter().find(|platform| platform.name == wanted.row);
    match platform.map(|platform| platform.virtual_packages.as_deref()) {
        None => format!("format {version} does not record `cuda`: for pixi the lock is up to date, and `pixi lock` keeps the builds"),
        Some(None) => "the row does not say what it was solved with: for pixi the lock is up to date, and `pixi lock` keeps the builds".to_owned(),
        Some(Some(packages)) => match packages.iter().find(|(name, _)| name == "__cuda") {
            Some((_, cuda)) => format!("the row was solved with `__cuda={cuda}` and kept the CPU builds that were locked before"),
            None => "the row was solved without `__cuda`".to_owned(),
        },
    }
}

/// The line that brings CUDA builds.
fn remedy(variants: &Variants, wanted: &Wanted<'_>) -> String {
    let cpu = || {
        variants
            .frameworks
            .iter()
            .filter(|one| matches!(one.variant, Variant::Cpu | Variant::Capable))
    };
    let conda: Vec<&str> = cpu()
        .filter(|one| one.origin == Origin::Conda)
        .map(|one| one.top_package.as_str())
        .collect();
    let Some(declared) = wanted.declared else {
        if conda.is_empty()
            && let Some(framework) = cpu().next()
        {
            // Wheels do not ask what is declared.
            return of_python(framework, variants.level().unwrap_or("12"), wanted.platform);
        }
        return format!(
            "declare `cuda` for `{}` (`pixi-cuda-setup fix` does it), then run `{}`",
            wanted.environment,
            update(&conda)
        );
    };
    if let Some(needed) = needed_above(variants, declared) {
        return format!(
            "declare `cuda = \"{needed}\"` instead of `{declared}`, then run `{}`",
            update(&conda)
        );
    }
    if let Some(pin) = &variants.cpu_pin {
        return format!("remove `{pin}` from the dependencies, then run `pixi lock`");
    }
    if !conda.is_empty() {
        return format!("run `{}` and commit the lock", update(&conda));
    }
    let first = cpu().next();
    first.map_or_else(String::new, |framework| of_python(framework, declared, wanted.platform))
}

fn update(packages: &[&str]) -> String {
    if packages.is_empty() {
        "pixi update".to_owned()
    } else {
        format!("pixi update {}", packages.join(" "))
    }
}

/// A lower bound of `__cuda` among the locked packages that the declared version does not reach:
/// then no CUDA build can be chosen.
fn needed_above(variants: &Variants, declared: &str) -> Option<String> {
    let declared: conda::Version = declared.parse().ok()?;
    let bounds = variants.depends.iter().chain(&variants.constrains);
    bounds
        .filter_map(|asks| {
            let bound = asks.spec.split_once(">=")?.1;
            let bound = bound.split([',', '|', ' ']).next()?.trim();
            Some((bound.parse::<conda::Version>().ok()?, bound))
        })
        .filter(|(bound, _)| *bound > declared)
        .max_by(|(one, _), (other, _)| one.cmp(other))
        .map(|(_, text)| if text.contains('.') { text.to_owned() } else { format!("{text}.0") })
}

/// Python packages change their variant by name, extra or index.
///
/// They are asked for on one platform: an extra with CUDA has no wheels for macOS.
fn of_python(framework: &Framework, declared: &str, platform: &str) -> String {
    let major = major(declared).unwrap_or(12).clamp(12, 13);
    match framework.name.as_str() {
        "pytorch" | "torchvision" | "torchaudio" => format!(
            "take `{}` from the index `https://download.pytorch.org/whl/{}`, then run `pixi lock`",
            framework.top_package,
            wheel_index(declared)
        ),
        "jax" => format!("run `pixi add --platform {platform} --pypi \"jax[cuda{major}]\"`"),
        "tensorflow" => {
            format!("run `pixi add --platform {platform} --pypi \"tensorflow[and-cuda]\"`")
        }
        "onnxruntime" => {
            "replace `onnxruntime` by `onnxruntime-gpu` in the dependencies, then run `pixi lock`"
                .to_owned()
        }
        other => format!(
            "replace `{}` by a package with CUDA, then run `pixi lock`",
            if other.is_empty() { "it" } else { &framework.top_package }
        ),
    }
}

/// The newest index of `torch` wheels that a driver of a CUDA version runs.
fn wheel_index(declared: &str) -> String {
    let text = major_minor(declared);
    let mut numbers = text.split('.').map(|part| part.parse().unwrap_or(0));
    let wanted = (numbers.next().unwrap_or(12), numbers.next().unwrap_or(0));
    let (major, minor) = WHEEL_LEVELS
        .iter()
        .rev()
        .find(|level| **level <= wanted)
        .copied()
        .unwrap_or(WHEEL_LEVELS[0]);
    format!("cu{major}{minor}")
}

fn mixed(variants: &Variants, wanted: &Wanted<'_>) -> Option<Finding> {
    if variants.overall != Overall::Mixed || wanted.cpu_allowed {
        return None;
    }
    let cuda: Vec<String> = variants.of_variant(Variant::Cuda).map(described).collect();
    // PyPI has `onnxruntime-gpu` for these two only.
    let is_without_gpu = |one: &Framework| {
        one.name == "onnxruntime"
            && one.origin == Origin::Pypi
            && !matches!(variants.subdir.as_str(), "linux-64" | "win-64")
    };
    let others = || {
        variants
            .frameworks
            .iter()
            .filter(|one| matches!(one.variant, Variant::Cpu | Variant::Rocm))
            .filter(|one| !is_without_gpu(one))
    };
    let first = others().next()?;
    let names: Vec<String> = others().map(described).collect();
    let message = format!(
        "`{}` has CUDA builds of {} beside CPU builds of {} for {}",
        wanted.environment,
        cuda.join(", "),
        names.join(", "),
        wanted.platform
    );
    // Where nobody asked for CUDA, or the CPU build is of something that is often meant so.
    let is_grave = (wanted.declared.is_some() || wanted.required)
        && others().any(|one| PRIMARY.contains(&one.name.as_str()));
    let code = "cuda/mixed";
    let finding =
        if is_grave { Finding::warning(code, message) } else { Finding::notice(code, message) };
    Some(
        finding
            .at(&wanted.lock.source, &first.span)
            .note(first.evidence.clone())
            .prevents("nothing: pixi installs the mixture and ends with 0")
            .remedy(remedy(variants, wanted)),
    )
}

/// conda's CUDA beside wheels for another major version.
fn toolkit_and_wheels(variants: &Variants, wanted: &Wanted<'_>) -> Option<Finding> {
    let toolkit = variants.toolkit.as_ref()?;
    let wheel = variants.of_variant(Variant::Cuda).find(|one| {
        one.origin == Origin::Pypi
            && one.level.as_deref().and_then(major) != major(&toolkit.version)
            && one.level.is_some()
    })?;
    let level = wheel.level.as_deref().unwrap_or_default();
    let message = format!(
        "conda brings CUDA {} (`{}`), and `{}` {} is built for CUDA {level}",
        toolkit.version, toolkit.package, wheel.top_package, wheel.version
    );
    let index = wheel_index(&toolkit.version);
    Some(
        Finding::warning("cuda/level-mismatch", message)
            .at(&wanted.lock.source, &wheel.span)
            .note(wheel.evidence.clone())
            .note("extensions compiled with this toolkit do not load into these wheels")
            .prevents("nothing: conda and Python packages are solved apart")
            .remedy(if wheel.name == "pytorch" {
                format!("set `cuda-version = \"{level}.*\"`, or take `torch` from `https://download.pytorch.org/whl/{index}`")
            } else {
                format!("set `cuda-version = \"{level}.*\"` in the dependencies")
            }),
    )
}

/// torch beside a torchvision or torchaudio of another build.
fn siblings(variants: &Variants, wanted: &Wanted<'_>) -> Option<Finding> {
    let of = |name: &str| {
        let named = variants.frameworks.iter().filter(|one| one.origin == Origin::Pypi);
        named.clone().find(|one| one.name == name)
    };
    let torch = of("pytorch").filter(|torch| torch.version.contains('+'))?;
    let other = ["torchvision", "torchaudio"]
        .into_iter()
        .filter_map(of)
        .find(|other| other.variant != torch.variant || other.level != torch.level)?;
    let message = format!(
        "`torch` {} and `{}` {} are built for different things",
        torch.version, other.top_package, other.version
    );
    Some(
        Finding::warning("cuda/level-mismatch", message)
            .at(&wanted.lock.source, &other.span)
            .prevents(
                "nothing at install; importing it fails: operator torchvision::nms does not exist",
            )
            .remedy(format!(
                "take `{}` from the index that `torch` comes from, then run `pixi lock`",
                other.top_package
            )),
    )
}

/// Wheels carry no `__cuda`: nobody else sees that the declared driver cannot run them.
fn declared_too_low(variants: &Variants, wanted: &Wanted<'_>) -> Option<Finding> {
    let declared = wanted.declared?;
    let framework = variants.of_variant(Variant::Cuda).find(|one| {
        let level = one.level.as_deref().and_then(major);
        level.zip(major(declared)).is_some_and(|(level, declared)| level > declared)
    })?;
    let level = framework.level.as_deref().unwrap_or_default();
    let message = format!(
        "`{}` declares cuda {declared}, but `{}` {} is built for CUDA {level}",
        wanted.environment, framework.top_package, framework.version
    );
    let needed = if level.contains('.') { level.to_owned() } else { format!("{level}.0") };
    Some(
        Finding::warning("cuda/declared-too-low", message)
            .at(&wanted.lock.source, &framework.span)
            .note(framework.evidence.clone())
            .note(format!("a driver for CUDA {declared} does not run it"))
            .prevents("nothing at install; at run time: CUDA driver version is insufficient for CUDA runtime version")
            .remedy(format!("declare `cuda = \"{needed}\"`")),
    )
}
