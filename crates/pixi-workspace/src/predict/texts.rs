//! pixi's own words, and the remedies that do.

use conda::{MatchSpec, Operator, VersionSpec};

use super::{Situation, recommended_override};
use crate::machine::VirtualPackage;
use crate::{DeclaredRow, PixiVersion, View};

pub(super) fn cannot_install(environment: &str) -> String {
    format!("Cannot install environment '{environment}'")
}

pub(super) fn malformed(environment: &str, sentence: &str) -> String {
    format!(
        "{}\nCouldn't get the virtual packages from the system\n{sentence}",
        cannot_install(environment)
    )
}

pub(super) fn no_match(environment: &str) -> String {
    format!(
        "{}: no platform supported by it matches the current system",
        cannot_install(environment)
    )
}

pub(super) fn no_platform_matches(environment: &str) -> String {
    format!("no platform supported by environment '{environment}' matches the current system")
}

pub(super) fn no_packages(environment: &str, platform: &str) -> String {
    format!("No packages found in '{environment}' environment for '{platform}' platform.")
}

pub(super) fn not_part_of(platform: &str, environment: &str) -> String {
    format!("platform '{platform}' is not part of environment '{environment}'")
}

pub(super) fn foreign_platform(row: &DeclaredRow, machine: &str) -> String {
    format!(
        "installing for platform '{}' (subdir '{}'), which this machine ('{machine}') can not run -- packages will be downloaded and extracted but won't be executable here",
        row.name, row.subdir
    )
}

/// `--locked`.
pub(super) fn not_up_to_date(version: PixiVersion) -> String {
    let lock = if version >= PixiVersion::new(0, 70, 0) { "lock file" } else { "lock-file" };
    let whole = if version >= PixiVersion::new(0, 41, 4) { "workspace" } else { "project" };
    format!("{lock} not up-to-date with the {whole}")
}

/// `--frozen`.
pub(super) fn not_in_the_lock(version: PixiVersion, environment: &str) -> String {
    let lock = if version >= PixiVersion::new(0, 70, 0) { "lock file" } else { "lockfile" };
    format!("the {lock} is not up-to-date with requested environment: '{environment}'")
}

pub(super) fn not_installing(version: PixiVersion, environment: &str, subdir: &str) -> String {
    let what = if version >= PixiVersion::new(0, 49, 0) {
        format!("for ({environment}) on")
    } else {
        "on".to_owned()
    };
    format!(
        "Not installing dependency {what} current platform: ({subdir}) as it is not part of this project's supported platforms."
    )
}

pub(super) fn skipping(environments: &[String]) -> String {
    format!(
        "Skipping environment(s) that do not support the current platform: {}",
        environments.join(", ")
    )
}

pub(super) fn unmet(spec: &MatchSpec, machine: &[VirtualPackage]) -> String {
    let all: Vec<String> = machine.iter().map(ToString::to_string).collect();
    format!(
        "Virtual package '{spec}' does not match any of the available virtual packages on your machine: [{}]",
        all.join(", ")
    )
}

/// The help since 0.71: the version that the spec mentions, whatever its operator.
pub(super) fn mock(spec: &MatchSpec, subdir: &str) -> Option<String> {
    let hint = hint(&spec.name, mentioned(spec).as_deref(), subdir)?;
    Some(mocking(&hint))
}

/// The help before 0.71: always the same version.
pub(super) fn mock_of_old(spec: &MatchSpec) -> Option<String> {
    let hint = match spec.name.as_str() {
        "__glibc" => "`CONDA_OVERRIDE_GLIBC=2.17`",
        "__cuda" => "`CONDA_OVERRIDE_CUDA=12.0`",
        "__osx" => "`CONDA_OVERRIDE_OSX=10.15`",
        _ => return None,
    };
    Some(format!(
        "You can mock the virtual package by overriding the environment variable, e.g.: '{hint}'"
    ))
}

fn mocking(hint: &str) -> String {
    format!(
        "You can mock the virtual package by overriding the environment variable, e.g.: '`{hint}`'"
    )
}

/// The version of a spec of one comparison; of several, pixi names none.
fn mentioned(spec: &MatchSpec) -> Option<String> {
    match spec.version.as_ref()? {
        VersionSpec::Compare(operator, version)
            if !matches!(
                operator,
                Operator::StartsWith | Operator::NotStartsWith | Operator::Compatible
            ) =>
        {
            Some(version.to_string())
        }
        _ => None,
    }
}

/// The variable that pixi proposes, and the value.
fn hint(name: &str, version: Option<&str>, subdir: &str) -> Option<String> {
    let (variable, example, family) = match name {
        "__glibc" => ("GLIBC", "2.17", "linux-"),
        "__cuda" => ("CUDA", "12.0", ""),
        "__osx" => ("OSX", "10.15", "osx-"),
        "__linux" => ("LINUX", "0", "linux-"),
        "__win" => ("WIN", "0", "win-"),
        "__archspec" => ("ARCHSPEC", "0", ""),
        _ => return None,
    };
    let value = version.filter(|version| *version != "0").unwrap_or(example);
    subdir.starts_with(family).then(|| format!("CONDA_OVERRIDE_{variable}={value}"))
}

/// A row, and what it declares that the machine lacks; nothing known where it does not run the
/// subdir at all.
pub(super) type Lacking<'v> = (&'v DeclaredRow, Option<Vec<(String, String)>>);

/// `unsupported-platform`: what each declared row misses, and what the packages want.
pub(super) fn unsupported(
    environment: &str,
    subdir: &str,
    reasons: &[Lacking<'_>],
    requirements: &[(String, String)],
    wanted: &[MatchSpec],
) -> String {
    let is_default = environment == crate::manifest::DEFAULT;
    let lead = if is_default {
        format!("The workspace does not support '{subdir}'")
    } else {
        format!("the environment '{environment}' does not support '{subdir}'")
    };
    let add = format!("Add it with 'pixi workspace platform add {subdir}'.");
    if reasons.is_empty() && requirements.is_empty() && wanted.is_empty() {
        return if is_default { format!("{lead}.\n{add}") } else { lead };
    }
    let mut parts = vec![format!("{lead} on this machine.")];
    if reasons.is_empty() {
        parts = vec![format!(
            "{lead} on this machine.\nNo declared platform's virtual packages are satisfied here."
        )];
    } else {
        let lines: Vec<String> =
            reasons.iter().map(|(row, missing)| why(row, missing.as_deref())).collect();
        parts.push(format!("Declared platforms and why none runs here:\n{}", lines.join("\n")));
    }
    if !requirements.is_empty() {
        parts.push(format!("Unsatisfied requirements: {}", at_least(requirements)));
    }
    if !wanted.is_empty() {
        parts.push(format!("The installed packages also require: {}", listed(wanted)));
    }
    if is_default {
        parts.push(add);
    }
    parts.join("\n\n")
}

fn why(row: &DeclaredRow, missing: Option<&[(String, String)]>) -> String {
    let subdir = &row.subdir;
    let label =
        if row.is_bare() { row.name.clone() } else { format!("{} (subdir {subdir})", row.name) };
    if let Some(missing) = missing {
        format!("  - {label}: missing virtual packages: {}", at_least(missing))
    } else {
        format!("  - {label}: requires subdir '{subdir}', which this machine can't run")
    }
}

fn at_least(packages: &[(String, String)]) -> String {
    let all: Vec<String> = packages
        .iter()
        .map(|(name, version)| {
            let version = version.split('=').next().unwrap_or_default();
            if version == "0" {
                format!("{name} (any version)")
            } else {
                format!("{name} >= {version}")
            }
        })
        .collect();
    all.join(", ")
}

fn listed(specs: &[MatchSpec]) -> String {
    specs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

pub(super) fn unsupported_help(
    view: &View<'_>,
    subdir: &str,
    requirements: &[(String, String)],
    wanted: &[MatchSpec],
) -> String {
    let declared = requirements
        .iter()
        .filter_map(|(name, version)| hint(name, version.split('=').next(), subdir));
    let mut hints: Vec<String> = Vec::new();
    for one in declared.chain(hints_of(wanted, subdir)) {
        if !hints.contains(&one) {
            hints.push(one);
        }
    }
    let base = if hints.is_empty() {
        supported_platforms(view)
    } else {
        format!(
            "Mock the missing virtual packages via the environment, e.g.:\n  {}",
            hints.join("\n  ")
        )
    };
    format!(
        "{base}\nOr install for a target this machine cannot run with `pixi install --platform <platform>`."
    )
}

fn hints_of(specs: &[MatchSpec], subdir: &str) -> Vec<String> {
    specs.iter().filter_map(|spec| hint(&spec.name, mentioned(spec).as_deref(), subdir)).collect()
}

pub(super) fn supported_platforms(view: &View<'_>) -> String {
    let names: Vec<&str> = view.rows().iter().map(|row| row.name.as_str()).collect();
    format!("supported platforms are {}", names.join(", "))
}

/// `unsupported-platform` before 0.71.
pub(super) fn unsupported_of_old(version: PixiVersion, environment: &str, subdir: &str) -> String {
    if environment != crate::manifest::DEFAULT {
        return format!("the environment '{environment}' does not support '{subdir}'");
    }
    let whole = if version >= PixiVersion::new(0, 44, 0) { "workspace" } else { "project" };
    format!(
        "The {whole} does not support '{subdir}'.\nAdd it with 'pixi {whole} platform add {subdir}'."
    )
}

/// `run` on a machine that lacks what the installed row was solved with; its packages run.
pub(super) fn by_accident(
    environment: &str,
    missing: &[(String, String)],
    machine: &[VirtualPackage],
) -> String {
    let version = |text: &str| text.split('=').next().unwrap_or_default().to_owned();
    let requires: Vec<String> = missing
        .iter()
        .map(|(name, text)| format!("{} >={}", name.trim_start_matches('_'), version(text)))
        .collect();
    let provides: Vec<String> = missing
        .iter()
        .map(|(name, _)| match machine.iter().find(|one| one.name == *name) {
            Some(one) => format!("only provides '{name} {}'", one.version),
            None => format!("does not provide '{name}'"),
        })
        .collect();
    let them = if missing.len() == 1 { "it" } else { "them" };
    format!(
        "Environment '{environment}' requires {}, but this machine {}. The currently installed packages don't actually need {them}, so the environment still runs, but the next re-resolve (e.g. 'pixi update' or a change to the manifest) may install packages that do, which would no longer run on this machine.",
        requires.join(", "),
        provides.join(" and ")
    )
}

pub(super) fn installed_cannot_run(environment: &str, platform: &str) -> String {
    format!("the installed environment '{environment}' cannot run on platform '{platform}'")
}

pub(super) fn reinstall(subdir: &str) -> String {
    format!(
        "It was installed for subdir '{subdir}', which this machine cannot run. Reinstall for this machine with 'pixi install'."
    )
}

pub(super) fn below_minimum(unmet: &[MatchSpec], subdir: &str) -> String {
    let base = format!(
        "The installed packages require virtual packages this platform does not provide: [{}]. Reinstall for this machine with 'pixi install', or select a compatible platform with '--platform'.",
        listed(unmet)
    );
    let mut hints = hints_of(unmet, subdir);
    hints.dedup();
    if hints.is_empty() {
        base
    } else {
        format!("{base}\nOr mock them via the environment, e.g.:\n  {}", hints.join("\n  "))
    }
}

/// `run` before 0.42.
pub(super) fn below_declared(
    name: &str,
    version: &str,
    provided: Option<&VirtualPackage>,
) -> String {
    let (version, build) = version.split_once('=').unwrap_or((version, "0"));
    match provided {
        Some(one) => format!(
            "The current system has a mismatching virtual package. The project requires '{name}' to be at least version '{version}' but the system has version '{}'",
            one.version
        ),
        None => format!(
            "The platform you are running on should at least have the virtual package {name} on version {version}, build_string: {build}"
        ),
    }
}

/// The remedy for what a machine lacks: the override that does, for every later step too.
pub(super) fn set_override(
    view: &View<'_>,
    at: &Situation<'_>,
    wanted: &[MatchSpec],
) -> Option<String> {
    let other = wanted.iter().find(|spec| spec.name != "__cuda");
    if let Some(spec) = other {
        let bound = spec.version.as_ref().and_then(VersionSpec::lower_bound);
        let value = bound.map(|bound| bound.version.to_string());
        let hint = hint(&spec.name, value.as_deref(), &at.machine.subdir)?;
        return Some(format!("set {hint} for this and every later pixi command"));
    }
    let recommended = recommended_override(std::slice::from_ref(view), at.lock, at.machine)?;
    Some(format!("set {} for this and every later pixi command", recommended.settings()))
}

/// The remedy for an override that is no version.
pub(super) fn set_a_version(view: &View<'_>, at: &Situation<'_>, variable: &str) -> String {
    let value = match variable {
        "CONDA_OVERRIDE_CUDA" => {
            recommended_override(std::slice::from_ref(view), at.lock, at.machine)
                .map_or_else(|| "12.0".to_owned(), |recommended| recommended.cuda)
        }
        "CONDA_OVERRIDE_CUDA_ARCH" => "8.6".to_owned(),
        "CONDA_OVERRIDE_GLIBC" => "2.28".to_owned(),
        _ => return format!("set {variable} to a version, or leave it unset"),
    };
    format!("set {variable} to a version such as {value}, or leave it unset")
}
