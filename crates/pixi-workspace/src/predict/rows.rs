//! Pixi from 0.71 on: the declared rows are matched, then the packages.

use conda::MatchSpec;

use super::specs::{self, CHECKED_SINCE_ROWS};
use super::{Command, Prediction, Request, Situation, lacks_packages, needs, texts};
use crate::machine::VirtualPackage;
use crate::{DeclaredRow, View};

pub(super) fn predict(view: &View<'_>, at: &Situation<'_>, request: &Request<'_>) -> Prediction {
    let prediction = match request.command {
        Command::Install | Command::ShellHook => install(view, at, request),
        Command::Run => run(view, at, request),
        Command::RunAsIs => Prediction::ok(at.installed.and_then(|name| view.row(name))),
        Command::List | Command::Tree => list(view, at, request),
    };
    // The override is read before everything else, and every reading warns.
    match at.overrides.malformed() {
        Some((variable, sentence)) if request.command != Command::RunAsIs => {
            prediction.warned(format!("Ignoring {variable}: {sentence}"))
        }
        _ => prediction,
    }
}

/// The first declared row whose virtual packages the machine has.
pub(super) fn best<'v>(view: &'v View<'_>, at: &Situation<'_>) -> Option<&'v DeclaredRow> {
    let machine = at.machine.virtual_packages(at.overrides);
    candidates(view, at).find(|row| unprovided(row, &machine).is_empty())
}

/// The rows of the subdirs that the machine runs, in the order in which they are tried.
fn candidates<'v>(view: &'v View<'_>, at: &Situation<'_>) -> impl Iterator<Item = &'v DeclaredRow> {
    at.machine
        .subdirs(at.overrides)
        .into_iter()
        .flat_map(|subdir| view.rows().iter().filter(move |row| row.subdir == subdir))
}

/// What a row declares beyond the subdir's defaults and the machine does not have.
fn unprovided(row: &DeclaredRow, machine: &[VirtualPackage]) -> Vec<(String, String)> {
    specs::missing(row.customised(), machine)
}

/// The first row of a subdir whose locked packages, those of all its rows together, the machine
/// can run all the same; else what they want.
fn runs_by_accident<'v>(
    view: &'v View<'_>,
    at: &Situation<'_>,
) -> Result<&'v DeclaredRow, Vec<MatchSpec>> {
    let machine = at.machine.virtual_packages(at.overrides);
    let mut wanted: Option<Vec<MatchSpec>> = None;
    for subdir in at.machine.subdirs(at.overrides) {
        let rows: Vec<&DeclaredRow> =
            view.rows().iter().filter(|row| row.subdir == subdir).collect();
        let packages: Vec<_> = at
            .lock
            .into_iter()
            .flat_map(|lock| rows.iter().flat_map(|row| view.locked_packages(lock, row)))
            .collect();
        let all = specs::depends(&packages);
        let unmet = specs::unmet(&all, &machine, &CHECKED_SINCE_ROWS);
        match rows.first() {
            Some(first) if unmet.is_empty() => return Ok(first),
            Some(_) => {
                wanted.get_or_insert(specs::sorted(unmet));
            }
            None => {}
        }
    }
    Err(wanted.unwrap_or_default())
}

fn install(view: &View<'_>, at: &Situation<'_>, request: &Request<'_>) -> Prediction {
    if let Some(name) = request.platform {
        return named(view, at, request, name);
    }
    let taken = match best(view, at) {
        Some(row) => Ok(row),
        None => runs_by_accident(view, at),
    };
    match taken {
        Ok(row) => check(view, at, request, row),
        Err(wanted) => {
            let prediction = unsupported(view, at, &wanted);
            if at.overrides.platform.is_some() {
                return Prediction::error(texts::no_match(view.name())).remedy(prediction.remedy);
            }
            let message = prediction.message.clone().unwrap_or_default();
            Prediction {
                message: Some(format!("{}\n{message}", texts::cannot_install(view.name()))),
                ..prediction
            }
        }
    }
}

/// `--platform`: the row of that name, and the machine is not looked at.
fn named(view: &View<'_>, at: &Situation<'_>, request: &Request<'_>, name: &str) -> Prediction {
    let Some(row) = view.row(name) else {
        let rows: Vec<String> =
            view.rows().iter().map(|row| format!("`--platform {}`", row.name)).collect();
        return Prediction::error(texts::not_part_of(name, view.name()))
            .remedy((!rows.is_empty()).then(|| format!("use {}", rows.join(" or "))));
    };
    let prediction = needs::installed(view, at, request.usage, row);
    if at.machine.subdirs(at.overrides).contains(&row.subdir) {
        prediction
    } else {
        prediction.warned(texts::foreign_platform(row, &at.machine.subdir))
    }
}

/// A row is chosen: what its packages ask of the machine.
fn check(
    view: &View<'_>,
    at: &Situation<'_>,
    request: &Request<'_>,
    row: &DeclaredRow,
) -> Prediction {
    needs::refused(view, at, row).unwrap_or_else(|| needs::installed(view, at, request.usage, row))
}

fn run(view: &View<'_>, at: &Situation<'_>, request: &Request<'_>) -> Prediction {
    if let Some(name) = request.platform {
        return named(view, at, request, name);
    }
    let skips_the_machine = at.overrides.platform.is_some();
    if !skips_the_machine && best(view, at).is_none() {
        if !view.has_dependencies() {
            return Prediction::ok(None).nothing(true);
        }
        if let Err(wanted) = runs_by_accident(view, at) {
            return unsupported(view, at, &wanted);
        }
    }
    let installed = at.installed.and_then(|name| view.row(name));
    let prediction = match installed {
        Some(row) => needs::installed(view, at, request.usage, row),
        None => install(view, at, request),
    };
    let row = prediction.row.as_deref().and_then(|name| view.row(name));
    match row {
        Some(row) if prediction.outcome != super::Outcome::Error && !skips_the_machine => {
            compare_with_installed(view, at, row, prediction)
        }
        _ => prediction,
    }
}

/// `run` compares the machine with the row that is installed: all it was solved with, and the least
/// its packages need.
fn compare_with_installed(
    view: &View<'_>,
    at: &Situation<'_>,
    row: &DeclaredRow,
    prediction: Prediction,
) -> Prediction {
    let machine = at.machine.virtual_packages(at.overrides);
    let missing = specs::missing(&row.all_virtual_packages(), &machine);
    let runs_here = at.machine.subdirs(at.overrides).contains(&row.subdir);
    if runs_here && missing.is_empty() {
        return prediction;
    }
    let subdir = at.machine.subdirs(at.overrides).into_iter().next().unwrap_or_default();
    if !runs_here {
        return Prediction::error(texts::installed_cannot_run(view.name(), &subdir))
            .help(Some(texts::reinstall(&row.subdir)))
            .remedy(Some(format!("run `pixi install -e {}`", view.name())));
    }
    let packages = at.lock.map(|lock| view.locked_packages(lock, row)).unwrap_or_default();
    let all = specs::depends(&packages);
    let unmet = specs::sorted(specs::unmet(&all, &machine, &CHECKED_SINCE_ROWS));
    if unmet.is_empty() {
        return prediction.warned(texts::by_accident(view.name(), &missing, &machine));
    }
    Prediction {
        row: Some(row.name.clone()),
        ..Prediction::error(texts::installed_cannot_run(view.name(), &subdir))
            .help(Some(texts::below_minimum(&unmet, &subdir)))
            .remedy(texts::set_override(view, at, &unmet))
    }
}

/// No row fits, and the packages do not run here either.
fn unsupported(view: &View<'_>, at: &Situation<'_>, wanted: &[MatchSpec]) -> Prediction {
    let machine = at.machine.virtual_packages(at.overrides);
    let subdirs = at.machine.subdirs(at.overrides);
    let current = subdirs.first().cloned().unwrap_or_default();
    let mut reasons = Vec::new();
    let mut requirements: Vec<(String, String)> = Vec::new();
    for row in view.rows() {
        if subdirs.contains(&row.subdir) {
            let missing = unprovided(row, &machine);
            reasons.push((row, Some(missing.clone())));
            for one in missing {
                if !requirements.contains(&one) {
                    requirements.push(one);
                }
            }
        } else {
            reasons.push((row, None));
        }
    }
    Prediction::error(texts::unsupported(view.name(), &current, &reasons, &requirements, wanted))
        .help(Some(texts::unsupported_help(view, &current, &requirements, wanted)))
        .remedy(
            if subdirs.iter().any(|subdir| view.rows().iter().any(|row| row.subdir == *subdir)) {
                texts::set_override(view, at, wanted)
            } else {
                Some(format!("run `pixi workspace platform add {current}`, then commit pixi.lock"))
            },
        )
}

fn list(view: &View<'_>, at: &Situation<'_>, request: &Request<'_>) -> Prediction {
    let row = match request.platform {
        Some(name) => view.row(name).or_else(|| view.rows().iter().find(|row| row.subdir == name)),
        None => best(view, at),
    };
    let Some(row) = row else {
        return Prediction::error(texts::no_platform_matches(view.name()))
            .remedy(texts::set_override(view, at, &[]));
    };
    if request.command == Command::List && lacks_packages(view, at, row) {
        return Prediction::error(texts::no_packages(view.name(), &row.name));
    }
    Prediction::ok(Some(row))
}
