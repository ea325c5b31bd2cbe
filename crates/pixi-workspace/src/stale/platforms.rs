//! Platforms of the manifest against rows of the lock.

use super::{Judge, Kind, Reason};
use crate::View;
use crate::environment::DeclaredRow;
use crate::lock::{LockedEnvironment, LockedPlatform};

/// Virtual packages as pixi lists them: `__cuda=12.0`, defaults left out.
pub(super) fn shown<'p>(packages: impl IntoIterator<Item = &'p (String, String)>) -> Vec<String> {
    packages.into_iter().map(|(name, version)| format!("{name}={version}")).collect()
}

/// The virtual packages a row was solved with, defaults left out.
fn customised(platform: &LockedPlatform) -> Vec<String> {
    let own = |(name, version): &&(String, String)| {
        !crate::environment::is_default(&platform.subdir, name, version)
    };
    shown(platform.virtual_packages.iter().flatten().filter(own))
}

/// Names in brackets, as pixi lists them.
fn listed(names: &[String]) -> String {
    format!("[{}]", names.join(", "))
}

/// Where the virtual packages of a row are declared.
pub(super) fn row_span(view: &View<'_>, row: &DeclaredRow) -> std::ops::Range<usize> {
    view.declared_cuda(row).map_or_else(|| row.span.clone(), |declared| declared.span)
}

/// Whether a row of the lock serves a platform only because it does not say what it was solved
/// with, or was solved with more.
fn is_fallback(row: &DeclaredRow, platform: &LockedPlatform) -> bool {
    platform.name == row.subdir && platform.name != row.name
}

impl<'a> Judge<'a> {
    /// Rows of the lock whose platform the environment does not have.
    pub(super) fn additional_platforms(
        &self,
        view: &View<'a>,
        locked: &LockedEnvironment,
    ) -> Option<Reason> {
        let is_known = |name: &str, subdir: &str| {
            view.rows()
                .iter()
                .any(|row| row.name == name || self.has_rows() && row.subdir == subdir)
        };
        let mut additional = Vec::new();
        let mut first = None;
        for row in &locked.rows {
            if !is_known(&row.platform, self.lock.subdir(row)) {
                additional.push(row.platform.as_str());
                first.get_or_insert(row);
            }
        }
        let row = first?;
        let file = self.lock_file();
        let mut reason = self.reason(
            view,
            Kind::PlatformRemoved,
            format!(
                "platform(s) '{}' present in the {file} but not in the environment",
                additional.join(", ")
            ),
        );
        if let Some(platform) = self.lock.platform(row).filter(|one| one.name != one.subdir) {
            reason.truth = Some(format!(
                "row `{}` of the lock is {} with {}, and environment {} is not for {}",
                platform.name,
                platform.subdir,
                customised(platform).join(", "),
                view.name(),
                platform.subdir
            ));
        }
        reason.place = Some((self.lock.source.clone(), row.span.clone()));
        Some(reason)
    }

    /// Rows that are the same by value, but whose virtual packages are spelled otherwise.
    pub(super) fn respelled_platforms(
        &self,
        view: &View<'a>,
        locked: &LockedEnvironment,
    ) -> Option<Reason> {
        if !self.has_rows() {
            return None;
        }
        view.rows().iter().find_map(|row| {
            let name = view.locked_platform(self.lock, row)?;
            let platform = self.lock.platforms.iter().find(|one| one.name == name)?;
            if !locked.rows.iter().any(|one| one.platform == name) || is_fallback(row, platform) {
                return None;
            }
            let declared = shown(row.customised());
            let solved = customised(platform);
            let sorted = |names: &[String]| {
                let mut names = names.to_vec();
                names.sort();
                names
            };
            let is_moved = platform.subdir != row.subdir;
            if !is_moved && sorted(&declared) == sorted(&solved) {
                return None;
            }
            let is_respelled = !is_moved && view.is_same_platform(platform, row);
            let logged = if is_moved {
                format!(
                    "the workspace platform '{}' uses subdir '{}' but the lock-file was solved with \
                     subdir '{}'",
                    row.name, row.subdir, platform.subdir
                )
            } else {
                format!(
                    "the workspace platform '{}' declares virtual packages {} but the lock-file was \
                     solved with {}",
                    row.name,
                    listed(&declared),
                    listed(&solved)
                )
            };
            let kind =
                if is_respelled { Kind::VirtualPackagesRespelled } else { Kind::PlatformRedefined };
            let mut reason = self.reason(view, kind, logged);
            reason.platform = Some(row.name.clone());
            reason.truth = is_respelled.then(|| {
                format!(
                    "the lock was solved with {}, the manifest spells it {}; pixi compares the letters",
                    solved.join(", "),
                    declared.join(", ")
                )
            });
            reason.place = Some((self.manifest.source.clone(), row_span(view, row)));
            Some(reason)
        })
    }

    /// Why the lock has no row for a platform: it is new, or its virtual packages changed.
    pub(super) fn row_missing(&self, view: &View<'a>, row: &DeclaredRow) -> (Kind, String) {
        // Rows of the subdir that belong to no other platform of the environment.
        let solved: Vec<&LockedPlatform> = view
            .locked_in(self.lock)
            .into_iter()
            .flat_map(|locked| &locked.rows)
            .filter_map(|locked| self.lock.platform(locked))
            .filter(|platform| platform.subdir == row.subdir)
            .filter(|platform| !view.rows().iter().any(|one| view.is_same_platform(platform, one)))
            .collect();
        if solved.is_empty() {
            let what = if row.is_bare() { "" } else { "platform " };
            let truth = format!(
                "the lock has no row for {what}`{}`: it came to the manifest after the lock was written",
                row.name
            );
            return (Kind::PlatformAdded, truth);
        }
        let named = |packages: Vec<String>| {
            if packages.is_empty() { "no __cuda".to_owned() } else { packages.join(", ") }
        };
        let rows: Vec<String> = solved.iter().map(|platform| named(customised(platform))).collect();
        let truth = format!(
            "the virtual packages of {} changed: the manifest declares {}, the lock was solved with {}",
            row.subdir,
            named(shown(row.customised())),
            rows.join(" and with ")
        );
        (Kind::VirtualPackagesChanged, truth)
    }
}
