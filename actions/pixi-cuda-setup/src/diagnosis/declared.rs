//! Declarations that leak, that packages exclude, or that reach platforms without CUDA.

use conda::VersionSpec;
use pixi_workspace::manifest::{DEFAULT, Dependency, Feature};
use pixi_workspace::predict::{
    Command, Outcome, Situation, cuda_constrains, cuda_depends, predict, recommended_override,
};
use pixi_workspace::{DeclaredRow, Era, Finding, Holds, Overrides, View};

use super::Case;
use crate::variants::{Overall, Variants};

/// Before 0.71 a solve-group joins the requirements of all its environments: a CPU environment
/// beside a CUDA one is locked with CUDA, and needs the override.
pub(super) fn leaks(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for view in case.views.iter().filter(|view| view.version().era() != Era::Rows) {
        let Some(group) = &view.environment().solve_group else { continue };
        let (own, all) = (view.requirements().cuda, view.solve_requirements().cuda);
        let (None, Some(declared)) = (own, all) else { continue };
        let from = view.solve_group().into_iter().find(|member| {
            View::of(view.manifest(), member, view.version()).requirements().cuda.is_some()
        });
        let from = from.map_or_else(String::new, |member| format!(" of `{}`", member.name.value));
        let message = format!(
            "`{}` is solved with cuda {}{from}: they share solve-group `{}`",
            view.name(),
            declared.version,
            group.value
        );
        let needs = case.lock.is_some_and(|lock| {
            view.rows().iter().any(|row| !cuda_depends(view, lock, row).is_empty())
        });
        // Solved with it, and nothing came of it: the next solve may take CUDA builds.
        let code = "cuda/solve-group-leak";
        let finding = if needs || case.lock.is_none() {
            Finding::warning(code, message)
        } else {
            Finding::notice(code, message)
        };
        let finding = finding
            .at(&view.manifest().source, &group.span)
            .environment(view.name())
            .holds(Holds::before(71))
            .remedy(format!(
                "take `{}` out of solve-group `{}`, then run `pixi lock`; from pixi 0.71 on it does not leak",
                view.name(),
                group.value
            ));
        let finding = if needs {
            finding
                .note("packages with `__cuda` in `depends` are locked for it")
                .prevents(without_override(case, view))
        } else {
            finding
        };
        findings.push(finding);
    }
    findings
}

/// What pixi says without the override.
fn without_override(case: &Case<'_>, view: &View<'_>) -> String {
    let overrides = Overrides::default();
    let at = Situation {
        lock: case.lock,
        machine: case.machine,
        overrides: &overrides,
        installed: None,
    };
    let prediction = predict(view, &at, Command::Install);
    match (prediction.outcome, prediction.message) {
        (Outcome::Error, Some(message)) => message,
        _ => "nothing: the CUDA builds are installed".to_owned(),
    }
}

/// A declared version that a locked or wanted package rules out: the solver then takes the CPU
/// builds, or finds nothing.
pub(super) fn excluded(case: &Case<'_>) -> Vec<Finding> {
    case.views.iter().filter_map(|view| excluded_in(case, view)).collect()
}

fn excluded_in(case: &Case<'_>, view: &View<'_>) -> Option<Finding> {
    for row in view.rows() {
        let Some(declared) = view.declared_cuda(row) else { continue };
        let Ok(version) = declared.version.parse::<conda::Version>() else { continue };
        let locked = case.lock.and_then(|lock| {
            cuda_constrains(view, lock, row)
                .into_iter()
                .find(|one| one.spec.version.as_ref().is_some_and(|spec| !spec.matches(&version)))
        });
        let finding = |message: String| {
            Finding::warning("cuda/declared-excluded", message)
                .at(&view.manifest().source, &declared.span)
                .environment(view.name())
                .platform(row.name.clone())
        };
        if let Some(one) = locked {
            let message = format!(
                "`{}` declares cuda {version}, and the locked `{}` allows `{}` only",
                view.name(),
                one.package,
                one.spec
            );
            let least = case.lock.and_then(|lock| needed(case, view, lock));
            return Some(
                finding(message)
                    .note("install looks at `depends` alone, the solver at `constrains` too: the next solve takes other builds, CPU ones perhaps")
                    .prevents("nothing: the lock stays up to date where it does not record virtual packages")
                    .remedy(match least {
                        Some(least) => format!("declare `cuda = \"{least}\"`, then run `pixi lock`"),
                        None => format!("allow an older `{}`, then run `pixi lock`", one.package),
                    }),
            );
        }
        let wanted = view.dependencies(row).into_iter().find_map(|one| above(one, &version));
        if let Some((spec, least)) = wanted {
            let message = format!(
                "`{}` declares cuda {version} and asks for cuda-version {spec}, which needs `__cuda >={least}`",
                view.name()
            );
            return Some(
                finding(message)
                    .prevents("`pixi lock` finds no cuda-version that the declared virtual packages allow")
                    .remedy(format!("declare `cuda = \"{least}.0\"`, or ask for an older cuda-version")),
            );
        }
    }
    None
}

/// The value that everything locked allows.
fn needed(case: &Case<'_>, view: &View<'_>, lock: &pixi_workspace::lock::Lock) -> Option<String> {
    let recommended = recommended_override(std::slice::from_ref(view), Some(lock), case.machine)?;
    let value = recommended.cuda;
    Some(if value.contains('.') { value } else { format!("{value}.0") })
}

/// `cuda-version` of a later major version than the declared one: it constrains `__cuda` to its own.
fn above(dependency: &Dependency, declared: &conda::Version) -> Option<(String, u64)> {
    if dependency.name.value != "cuda-version" {
        return None;
    }
    let spec = VersionSpec::in_manifest(&dependency.version.value).ok()?;
    let least = spec.lower_bound()?.version.major()?;
    (declared.major()? < least).then(|| (dependency.version.value.clone(), least))
}

/// Packages that exist with CUDA only, asked for on platforms that have none.
pub(super) fn everywhere(case: &Case<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for view in case.views {
        for row in view.rows().iter().filter(|row| row.subdir.starts_with("osx-")) {
            // What is locked could be solved.
            if case.lock.is_some_and(|lock| view.locked_row(lock, row).is_some()) {
                continue;
            }
            for feature in view.features_on(row) {
                let Some(package) = cuda_only(feature) else { continue };
                let finding = not_limited(view, feature, package, &row.subdir);
                if !findings.iter().any(|known| known.place == finding.place) {
                    findings.push(finding);
                }
            }
        }
    }
    findings
}

fn not_limited(view: &View<'_>, feature: &Feature, package: &Dependency, subdir: &str) -> Finding {
    let name = &package.name.value;
    let (whose, remedy) = if feature.name == DEFAULT {
        ("the manifest".to_owned(), format!("move `{name}` to `[target.linux-64.dependencies]`"))
    } else {
        let place = if feature.is_inline {
            format!("environment `{}`", view.name())
        } else {
            format!("`[feature.{}]`", feature.name)
        };
        let remedy = format!("add `platforms = [\"linux-64\"]` to {place}");
        (feature.shown(), remedy)
    };
    Finding::warning(
        "cuda/every-platform",
        format!("{whose} asks for `{name}` on {subdir} too, where no build of it with CUDA is"),
    )
    .at(&package.name.source, &package.name.span)
    .prevents(format!(
        "`pixi lock` and `pixi install` fail for everybody: No candidates were found for {name}"
    ))
    .environment(view.name())
    .platform(subdir)
    .remedy(remedy)
}

/// A dependency for every platform that has CUDA builds only.
fn cuda_only(feature: &Feature) -> Option<&Dependency> {
    const NAMES: [&str; 12] = [
        "pytorch-gpu",
        "pytorch-cuda",
        "tensorflow-gpu",
        "cupy",
        "cudf",
        "cuml",
        "rmm",
        "cudnn",
        "nccl",
        "cuda-toolkit",
        "cudatoolkit",
        "cuda-nvcc",
    ];
    feature
        .targets
        .iter()
        .filter(|target| target.selector.is_none())
        .flat_map(|target| &target.dependencies)
        .find(|one| {
            NAMES.contains(&one.name.value.as_str())
                || one.build.as_ref().is_some_and(|build| build.value.contains("cuda"))
        })
}

/// A declared cuda that nothing locked asks for: it costs machines without a driver something, and
/// brings nothing.
pub(super) fn unneeded(case: &Case<'_>) -> Vec<Finding> {
    let Some(lock) = case.lock else { return Vec::new() };
    let mut findings = Vec::new();
    for view in case.views {
        // A row that plain ones stand beside is there to choose from, and costs nobody anything.
        let has_plain = |subdir: &str| {
            let mut rows = view.rows().iter();
            rows.any(|row| row.subdir == subdir && view.declared_cuda(row).is_none())
        };
        let declared = view
            .rows()
            .iter()
            .filter_map(|row| Some((row, view.declared_cuda(row)?)))
            .filter(|(row, _)| !has_plain(&row.subdir));
        let useless = declared.clone().all(|(row, _)| asks_for_no_cuda(view, lock, row));
        let Some((row, cuda)) = declared.into_iter().next().filter(|_| useless) else { continue };
        let (what, holds) = match view.version().era() {
            Era::Rows => (
                "`pixi run` warns on every machine without a driver, and `pixi list` fails: no platform supported by environment matches the current system",
                Holds::since(71),
            ),
            Era::Packages => ("nothing: it only counts when pixi solves", Holds::between(42, 71)),
            Era::Overridable | Era::Unaware => (
                "`pixi run` on a machine without a driver: The platform you are running on should at least have the virtual package __cuda",
                Holds::before(42),
            ),
        };
        let message = format!(
            "`{}` declares cuda {}, and nothing that is locked for it asks for CUDA",
            view.name(),
            cuda.version
        );
        findings.push(
            Finding::notice("cuda/unneeded", message)
                .at(&view.manifest().source, &cuda.span)
                .environment(view.name())
                .platform(row.name.clone())
                .prevents(what)
                .holds(holds)
                .remedy(format!(
                    "take the declaration out of `{}`, or add the package that needs it",
                    view.name()
                )),
        );
    }
    findings
}

/// Whether the packages of a row neither use CUDA nor could.
pub(super) fn asks_for_no_cuda(
    view: &View<'_>,
    lock: &pixi_workspace::lock::Lock,
    row: &DeclaredRow,
) -> bool {
    let Some(locked) = view.locked_row(lock, row).filter(|locked| !locked.packages.is_empty())
    else {
        return false;
    };
    let found = Variants::of(lock, locked);
    let is_named = |name: &str| {
        ["cuda", "cudnn", "nvidia", "nccl", "cublas", "nvcc", "tensorrt"]
            .iter()
            .any(|part| name.contains(part))
    };
    found.overall == Overall::None
        && found.frameworks.is_empty()
        && found.toolkit.is_none()
        && found.runtime.is_none()
        && found.depends.is_empty()
        && found.constrains.is_empty()
        && !lock.packages(locked).any(|package| {
            is_named(&package.name) || package.conda().is_some_and(|conda| is_named(&conda.build))
        })
}
