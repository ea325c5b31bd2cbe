//! What the locked packages of a row ask of the machine.

use super::specs::{self, CHECKED, CHECKED_SINCE_ROWS};
use super::{Prediction, Situation, Usage, lacks_packages, texts, wheels};
use crate::lock::Package;
use crate::{DeclaredRow, Era, View};

/// Why a row does not install on the machine: an override that is no version, a virtual package
/// that is not there, a wheel for a newer libc. Without a conda package nothing is looked at.
pub(super) fn refused(
    view: &View<'_>,
    at: &Situation<'_>,
    row: &DeclaredRow,
) -> Option<Prediction> {
    let packages: Vec<&Package> =
        at.lock.map(|lock| view.locked_packages(lock, row)).unwrap_or_default();
    if !packages.iter().any(|package| package.conda().is_some()) {
        return None;
    }
    if let Some((variable, sentence)) = at.overrides.malformed() {
        return Some(
            Prediction::error(texts::malformed(view.name(), sentence))
                .remedy(Some(texts::set_a_version(view, at, variable))),
        );
    }
    let machine = at.machine.virtual_packages(at.overrides);
    let has_rows = view.version().era() == Era::Rows;
    let checked = if has_rows { &CHECKED_SINCE_ROWS[..] } else { &CHECKED[..] };
    let all = specs::depends(&packages);
    if let Some(spec) = specs::unmet(&all, &machine, checked).first() {
        let help = if has_rows { texts::mock(spec, &row.subdir) } else { texts::mock_of_old(spec) };
        return Some(
            Prediction::error(within(view, &texts::unmet(spec, &machine)))
                .help(help)
                .remedy(texts::set_override(view, at, &[(*spec).clone()])),
        );
    }
    let (sentence, remedy) = wheels::refused(&packages, row, &machine)?;
    Some(Prediction::error(within(view, &sentence)).remedy(remedy))
}

fn within(view: &View<'_>, sentence: &str) -> String {
    format!("{}\n{sentence}", texts::cannot_install(view.name()))
}

/// A row is installed as the lock has it.
pub(super) fn installed(
    view: &View<'_>,
    at: &Situation<'_>,
    usage: Usage,
    row: &DeclaredRow,
) -> Prediction {
    let lacks = lacks_packages(view, at, row);
    match usage {
        Usage::Locked if lacks => Prediction::error(texts::not_up_to_date(view.version()))
            .remedy(Some("run `pixi lock` and commit pixi.lock".to_owned())),
        Usage::Frozen => Prediction::ok(Some(row)).nothing(lacks),
        _ => Prediction::ok(Some(row)),
    }
}
