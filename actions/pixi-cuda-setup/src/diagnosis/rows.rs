//! Rows that are never taken, and rows that the lock does not have.

use std::collections::BTreeMap;

use conda::Version;
use diagnostics::Severity;
use pixi_workspace::lock::Lock;
use pixi_workspace::predict::{Command, Request, Situation, Usage, predict, predict_all};
use pixi_workspace::{DeclaredRow, Era, Finding, Holds, Overrides, View};

use super::Case;
use super::declared::asks_for_no_cuda;
use crate::variants::{Overall, Variant, Variants};

/// Rows that an earlier one of their subdir always beats: pixi takes the first that fits, and the
/// earlier one fits every machine that the later fits.
pub(super) fn unreachable(case: &Case<'_>) -> Vec<Finding> {
    let mut beaten: BTreeMap<(String, String), Vec<&View<'_>>> = BTreeMap::new();
    for view in case.views.iter().filter(|view| view.version().era() == Era::Rows) {
        for (position, row) in view.rows().iter().enumerate() {
            // Without anything of CUDA in it, it makes no difference.
            if case.lock.is_some_and(|lock| asks_for_no_cuda(view, lock, row)) {
                continue;
            }
            let mut earlier = view.rows().iter().take(position);
            if let Some(first) = earlier.find(|one| fits_whenever(one, row)) {
                beaten.entry((row.name.clone(), first.name.clone())).or_default().push(view);
            }
        }
    }
    beaten
        .into_iter()
        .filter_map(|((row, first), views)| never_taken(case, &row, &first, &views))
        .collect()
}

/// Whether a row fits every machine that another one fits.
fn fits_whenever(row: &DeclaredRow, other: &DeclaredRow) -> bool {
    let needs = |row: &DeclaredRow| -> Vec<(String, Option<Version>)> {
        row.customised().map(|(name, version)| (name.clone(), version.parse().ok())).collect()
    };
    let others = needs(other);
    row.subdir == other.subdir
        && needs(row).iter().all(|(name, version)| {
            others.iter().any(|(known, higher)| known == name && higher >= version)
        })
}

fn never_taken(case: &Case<'_>, row: &str, first: &str, views: &[&View<'_>]) -> Option<Finding> {
    let view = views.first()?;
    let declared = view.row(row)?;
    // Where an environment takes it for its own, the others have it by the way.
    let is_taken = case.views.iter().any(|other| {
        other.row(row).is_some() && !views.iter().any(|view| view.name() == other.name())
    });
    let names: Vec<String> = views.iter().map(|view| format!("`{}`", view.name())).collect();
    let message = format!(
        "platform `{row}` is never taken in {}: `{first}` stands before it and fits every machine that it fits",
        names.join(", ")
    );
    let cuda = declared.virtual_package("__cuda").is_some();
    let severity = if is_taken || !cuda { Severity::Notice } else { Severity::Warning };
    let finding = match severity {
        Severity::Notice => Finding::notice("cuda/row-unreachable", message),
        _ => Finding::warning("cuda/row-unreachable", message),
    };
    let mut finding = finding
        .at(&view.manifest().source, &declared.span)
        .prevents(
            "nothing: the first declared platform that fits is installed, whatever the override",
        )
        .remedy(format!("put `{row}` before `{first}` in `platforms`; the lock stays as it is"))
        .holds(Holds::since(71))
        .platform(row);
    if is_taken {
        finding = finding.note(format!("other environments name `{row}` alone, and take it"));
    }
    if let [only] = views {
        finding = finding.environment(only.name());
    }
    Some(finding)
}

/// Rows of the manifest that the lock does not have: `--frozen` installs nothing then, and ends
/// with 0.
pub(super) fn missing(case: &Case<'_>) -> Vec<Finding> {
    let Some(lock) = case.lock else { return Vec::new() };
    let mut findings = Vec::new();
    for view in case.views.iter().filter(|view| view.has_dependencies()) {
        // An environment that the lock lacks altogether is another matter.
        if view.locked_in(lock).is_none() {
            continue;
        }
        let rows = view.rows().iter().filter(|row| view.locked_row(lock, row).is_none());
        findings.extend(rows.map(|row| not_locked(case, lock, view, row)));
    }
    findings
}

fn not_locked(case: &Case<'_>, lock: &Lock, view: &View<'_>, row: &DeclaredRow) -> Finding {
    let packages: Vec<String> =
        row.customised().map(|(name, version)| format!("{name}={version}")).collect();
    let with =
        if packages.is_empty() { String::new() } else { format!(" with {}", packages.join(", ")) };
    let message = format!(
        "the lock has no packages of environment `{}` for platform `{}` ({}{with})",
        view.name(),
        row.name,
        row.subdir
    );
    let is_fatal = case.usage == Usage::Frozen && is_taken(case, view, row);
    let finding = if is_fatal {
        Finding::error("lock/row-missing", message)
    } else {
        Finding::warning("lock/row-missing", message)
    };
    let mut finding = finding
        .at(&view.manifest().source, &row.span)
        .prevents(format!(
            "`pixi install --frozen`: \"The {} environment has been installed.\", exit 0, and the environment is empty",
            view.name()
        ))
        .remedy("run `pixi lock` and commit pixi.lock")
        .environment(view.name())
        .platform(row.name.clone());
    for known in others(lock, row) {
        finding = finding.note(known);
    }
    let cuda = row.virtual_package("__cuda").is_some();
    let records = lock.platforms.iter().any(|platform| platform.virtual_packages.is_some());
    if cuda && records {
        if let Some(builds) = cpu_builds(lock, view, row) {
            finding = finding.note(builds);
        }
        finding = finding.note(
            "the lock records what each row was solved with, so a plain `pixi lock` takes the CUDA builds",
        );
    }
    finding
}

/// The CPU builds that the lock has for the subdir instead.
fn cpu_builds(lock: &Lock, view: &View<'_>, row: &DeclaredRow) -> Option<String> {
    let rows = &view.locked_in(lock)?.rows;
    let other = rows.iter().find(|other| lock.subdir(other) == row.subdir)?;
    let found = Variants::of(lock, other);
    let names: Vec<String> = found
        .of_variant(Variant::Cpu)
        .map(|one| format!("{} {}", one.name, one.version).trim_end().to_owned())
        .collect();
    (found.overall == Overall::Cpu && !names.is_empty())
        .then(|| format!("row `{}` holds the CPU builds of {}", other.platform, names.join(", ")))
}

/// Whether it is the row that the machine takes, with an override that fits it if need be.
fn is_taken(case: &Case<'_>, view: &View<'_>, row: &DeclaredRow) -> bool {
    let cuda = row.virtual_package("__cuda");
    [None, cuda].into_iter().any(|value| {
        let overrides = Overrides::cuda(value);
        let situation = Situation {
            lock: case.lock,
            machine: case.machine,
            overrides: &overrides,
            installed: None,
        };
        let request = Request { usage: Usage::Frozen, ..Request::from(Command::Install) };
        predict(view, &situation, request).row.as_deref() == Some(row.name.as_str())
    }) && case.is_asked(view)
}

/// What the rows of the same subdir were solved with.
fn others(lock: &Lock, row: &DeclaredRow) -> Vec<String> {
    lock.platforms
        .iter()
        .filter(|platform| platform.subdir == row.subdir)
        .filter_map(|platform| {
            let packages: Vec<String> = platform
                .virtual_packages
                .as_ref()?
                .iter()
                .filter(|(name, _)| name == "__cuda" || row.virtual_package(name).is_some())
                .map(|(name, version)| format!("{name}={version}"))
                .collect();
            let with = if packages.is_empty() { "no cuda".to_owned() } else { packages.join(", ") };
            Some(format!("row `{}` of the lock was solved with {with}", platform.name))
        })
        .collect()
}

/// What `pixi install --all` leaves out without an override, and nobody notices: it ends with 0.
pub fn skipped_by_all(case: &Case<'_>, overrides: &Overrides) -> Option<Finding> {
    let version = case.views.first()?.version();
    if version.era() != Era::Rows {
        return None;
    }
    let situation =
        Situation { lock: case.lock, machine: case.machine, overrides, installed: None };
    let all = predict_all(case.views, &situation, case.usage);
    let skipped: Vec<&View<'_>> = case
        .views
        .iter()
        .filter(|view| all.skipped.iter().any(|name| name == view.name()))
        .collect();
    let first = skipped.first()?;
    let skipped: Vec<View<'_>> = skipped.iter().map(|&view| view.clone()).collect();
    let needed = pixi_workspace::predict::recommended_override(&skipped, case.lock, case.machine)?;
    let names: Vec<String> = all.skipped.iter().map(|name| format!("`{name}`")).collect();
    Some(
        Finding::warning(
            "cuda/all-skips",
            format!(
                "`pixi install --all` leaves {} out on this machine, and ends with 0",
                names.join(", ")
            ),
        )
        .at(&first.manifest().source, &first.environment().name.span)
        .prevents(all.message.unwrap_or_default())
        .remedy(format!("set {} for it", needed.settings()))
        .holds(Holds::since(71)),
    )
}
