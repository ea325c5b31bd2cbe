//! Pixi before 0.71: a row is a subdir.

use super::specs;
use super::{Command, Outcome, Prediction, Request, Situation, lacks_packages, needs, texts};
use crate::lock::PackageKind;
use crate::{DeclaredRow, PixiVersion, View};

/// The first version with `run --as-is`; before, `--no-install` installs all the same.
const AS_IS: PixiVersion = PixiVersion::new(0, 53, 0);

/// The first version that refuses to install for a platform that is not declared; before, it warns.
const REFUSES: PixiVersion = PixiVersion::new(0, 63, 0);

/// The row of the machine's subdir.
pub(super) fn row<'v>(view: &'v View<'_>, at: &Situation<'_>) -> Option<&'v DeclaredRow> {
    at.machine
        .subdirs(at.overrides)
        .iter()
        .find_map(|subdir| view.rows().iter().find(|row| row.subdir == *subdir))
}

/// 0.42 to 0.70: what the locked packages need must be there; what is declared plays no part.
pub(super) fn packages(view: &View<'_>, at: &Situation<'_>, request: &Request<'_>) -> Prediction {
    if request.platform.is_some() && matches!(request.command, Command::Install) {
        return no_such_option();
    }
    let Some(row) = row(view, at) else { return not_for_this_platform(view, at, request) };
    match request.command {
        Command::List | Command::Tree => listed(view, at, request, row),
        Command::RunAsIs if view.version() >= AS_IS => Prediction::ok(Some(row)),
        Command::Run | Command::RunAsIs | Command::ShellHook
            if at.installed.is_some() && !is_checked_again(view, at, row) =>
        {
            Prediction::ok(Some(row))
        }
        _ => check(view, at, request, row),
    }
}

/// Whether `run` looks again although all is installed: a package of the workspace itself may have
/// changed.
fn is_checked_again(view: &View<'_>, at: &Situation<'_>, row: &DeclaredRow) -> bool {
    let packages = at.lock.map(|lock| view.locked_packages(lock, row)).unwrap_or_default();
    packages.iter().any(|package| match &package.kind {
        PackageKind::Conda(_) => false,
        PackageKind::CondaSource(_) => true,
        PackageKind::Pypi(pypi) => pypi.is_path,
    })
}

fn check(
    view: &View<'_>,
    at: &Situation<'_>,
    request: &Request<'_>,
    row: &DeclaredRow,
) -> Prediction {
    needs::refused(view, at, row).unwrap_or_else(|| needs::installed(view, at, request.usage, row))
}

fn listed(
    view: &View<'_>,
    at: &Situation<'_>,
    request: &Request<'_>,
    row: &DeclaredRow,
) -> Prediction {
    if request.command == Command::List && lacks_packages(view, at, row) {
        return Prediction::error(texts::no_packages(view.name(), &row.subdir));
    }
    Prediction::ok(Some(row))
}

/// Before 0.42: install looks at nothing; `run` and `shell` compare what the environment declares.
pub(super) fn declared(view: &View<'_>, at: &Situation<'_>, request: &Request<'_>) -> Prediction {
    if request.platform.is_some() && matches!(request.command, Command::Install) {
        return no_such_option();
    }
    let Some(row) = row(view, at) else {
        return match request.command {
            Command::Run | Command::RunAsIs => {
                let message =
                    texts::unsupported_of_old(view.version(), view.name(), &at.machine.subdir);
                Prediction::error(message).help(Some(texts::supported_platforms(view)))
            }
            _ => not_for_this_platform(view, at, request),
        };
    };
    let prediction = needs::installed(view, at, request.usage, row);
    if prediction.outcome == Outcome::Error {
        return prediction;
    }
    match request.command {
        Command::Run | Command::RunAsIs => compare(view, at, row).unwrap_or(prediction),
        Command::List => listed(view, at, request, row),
        _ => prediction,
    }
}

/// The requirements of the environment's own features, defaults included, against the machine.
fn compare(view: &View<'_>, at: &Situation<'_>, row: &DeclaredRow) -> Option<Prediction> {
    if let Some((variable, sentence)) = at.overrides.malformed() {
        return Some(
            Prediction::error(sentence).remedy(Some(texts::set_a_version(view, at, variable))),
        );
    }
    let machine = at.machine.virtual_packages(at.overrides);
    let own = DeclaredRow { virtual_packages: view.requirements().on(&row.subdir), ..row.clone() };
    let all = own.all_virtual_packages();
    let missing = specs::missing(all.iter().filter(|(name, _)| name != "__archspec"), &machine);
    let (name, version) = missing.first()?;
    let provided = machine.iter().find(|one| one.name == *name);
    let message = texts::below_declared(name, version, provided);
    let remedy = match name.as_str() {
        "__cuda" if crate::Overrides::are_honoured(view.version()) => {
            texts::set_override(view, at, &[])
        }
        "__cuda" => Some("use pixi 0.29 or newer, and set CONDA_OVERRIDE_CUDA".to_owned()),
        _ => None,
    };
    Some(Prediction::error(message).remedy(remedy))
}

/// The environment is not for this subdir: pixi warns and the environment is empty, or it refuses.
fn not_for_this_platform(view: &View<'_>, at: &Situation<'_>, request: &Request<'_>) -> Prediction {
    let subdir = at.machine.subdirs(at.overrides).into_iter().next().unwrap_or_default();
    match request.command {
        Command::Install | Command::Run | Command::ShellHook if view.version() >= REFUSES => {
            let message = texts::unsupported_of_old(view.version(), view.name(), &subdir);
            Prediction::error(message).help(Some(texts::supported_platforms(view)))
        }
        Command::List => Prediction::error(texts::no_packages(view.name(), &subdir)),
        Command::Tree => Prediction::ok(None).nothing(true),
        _ => Prediction::ok(None).nothing(true).warned(texts::not_installing(
            view.version(),
            view.name(),
            &subdir,
        )),
    }
}

fn no_such_option() -> Prediction {
    Prediction::error("unexpected argument '--platform' found")
        .remedy(Some("leave `--platform` out, or use pixi 0.71 or newer".to_owned()))
}
